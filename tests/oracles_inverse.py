"""Slow twins of the inverse analysis: every choice of comparisons tried, a linear program each; every ranking tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations, permutations, product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from detente.game.game import Game, Prices
from oracles import Graph

#: choices above which a game is left to others
MOST_CHOICES = 300
#: differences of an actor's own moves, of which all subsets are tried
MOST_EDGES = 8

Vector = tuple[float, ...]
#: rows v of v . w <= 0, and rows e of e . w >= least
Choice = tuple[frozenset[Vector], frozenset[Vector]]


class TooMany(Exception):
    """More choices than the oracle tries."""


def least_change(
    game: Game,
    prices: Prices,
    features: NDArray[np.float64],
    centre: NDArray[np.float64],
    question: tuple[int, int, str],
    ends: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
) -> float | None:
    """Least sum of absolute changes of actor i's weights that makes s an equilibrium; None where none does."""
    i, s, concept = question
    graph = Graph(game, prices)
    gap = {(x, y): tuple(map(float, features[y] - features[x])) for x in graph.states for y in graph.states}
    own = list(_own_choices(graph, gap, i, s, concept))
    others = list(_choices_of_others(graph, gap, i, s, concept))
    if len(own) * len(others) > MOST_CHOICES:
        raise TooMany
    costs = [_solve(worse, better, centre, ends) for worse, better in product(own, others)]
    found = [cost for cost in costs if cost is not None]
    return min(found) if found else None


def _own_choices(
    graph: Graph, gap: dict[tuple[int, int], Vector], i: int, s: int, concept: str
) -> Iterator[frozenset[Vector]]:
    clauses = []
    for t in sorted(graph.reach[i, s]):
        ways = {frozenset([gap[s, t]])}
        if concept != "nash":
            for z in graph.reached_by_others(i, t, concept in ("seq", "sseq")):
                after = {z, *graph.reach[i, z]} if concept in ("smr", "sseq") else {z}
                ways.add(frozenset(gap[s, q] for q in after))
        clauses.append(sorted({frozenset(v for v in way if any(v)) for way in ways}, key=sorted))
    clauses = [clause for clause in clauses if frozenset() not in clause]
    if np.prod([len(clause) for clause in clauses], dtype=float) > MOST_CHOICES:
        raise TooMany
    seen = set()
    for chosen in product(*clauses):
        wanted = frozenset(chain.from_iterable(chosen))
        if wanted not in seen:
            seen.add(wanted)
            yield wanted


def _choices_of_others(
    graph: Graph, gap: dict[tuple[int, int], Vector], i: int, s: int, concept: str
) -> Iterator[frozenset[Vector]]:
    """Sets of i's differences that, if they all improve, leave s stable for everybody else; the smallest only."""
    edges = sorted({gap[x, y] for x in graph.states for y in graph.reach[i, x] if any(gap[x, y])})
    if concept not in ("seq", "sseq"):
        edges = []
    if len(edges) > MOST_EDGES:
        raise TooMany
    enough: list[frozenset[Vector]] = []
    for size in range(len(edges) + 1):
        for subset in combinations(edges, size):
            chosen = frozenset(subset)
            if not any(less <= chosen for less in enough) and _deterred(graph, gap, chosen, i, s, concept):
                enough.append(chosen)
                yield chosen


def _deterred(
    graph: Graph, gap: dict[tuple[int, int], Vector], improving: frozenset[Vector], i: int, s: int, concept: str
) -> bool:
    """Whether s is stable for all but i, when i's improvements are the moves with these differences."""
    model = _Assumed(graph, {(x, y) for x in graph.states for y in graph.reach[i, x] if gap[x, y] in improving}, i)
    return all(model.stable(concept, j, s) for j in graph.actors if j != i)


class _Assumed(Graph):
    """A graph model in which the improvements of one actor are given."""

    def __init__(self, graph: Graph, edges: set[tuple[int, int]], actor: int) -> None:
        self.__dict__.update(graph.__dict__)
        self.edges, self.actor = edges, actor
        self.reached_by_others = self.search_others

    def improvements(self, i: int, s: int) -> set[int]:
        if i == self.actor:
            return {y for y in self.reach[i, s] if (s, y) in self.edges}
        return super().improvements(i, s)


def _solve(
    worse: frozenset[Vector],
    better: frozenset[Vector],
    centre: NDArray[np.float64],
    ends: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    least: float = 1e-4,
) -> float | None:
    """Over weights w and distances z >= |w - centre|, the least sum of distances."""
    k = len(centre)
    eye = np.eye(k)
    rows = [np.concatenate([v, np.zeros(k)]) for v in sorted(worse)]
    rows += [np.concatenate([-np.array(e), np.zeros(k)]) for e in sorted(better)]
    limits = [0.0] * len(worse) + [-least] * len(better)
    rows = np.array([*rows, *np.hstack([eye, -eye]), *np.hstack([-eye, -eye])])
    low, high = ends if ends is not None else (np.full(k, -np.inf), np.full(k, np.inf))
    found = linprog(
        np.concatenate([np.zeros(k), np.ones(k)]),
        A_ub=rows,
        b_ub=np.array([*limits, *centre, *-centre]),
        bounds=[*zip(low, high, strict=True), *[(0, None)] * k],
    )
    return float(found.fun) if found.status == 0 else None


def count_all_rankings(
    game: Game, prices: Prices, question: tuple[int, int, str]
) -> tuple[int, int, set[tuple[int, int]]]:
    """Of all strict rankings of actor i: for how many s is stable for i, an equilibrium, and what all the latter share.

    The last as (better, worse) pairs of states.
    """
    i, s, concept = question
    states = Graph(game, prices).states
    own = both = 0
    shared = set(permutations(states, 2))
    for order in permutations(range(len(states))):
        payoffs = prices.payoffs.copy()
        payoffs[states, i] = order
        graph = Graph(game, replace(prices, payoffs=payoffs))
        if graph.stable(concept, i, s):
            own += 1
            if all(graph.stable(concept, j, s) for j in graph.actors):
                both += 1
                shared = {(x, y) for x, y in shared if payoffs[x, i] > payoffs[y, i]}
    return own, both, shared if both else set()


def subsets(items: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All subsets, smallest first."""
    return chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))
