"""Coalitional stability: which states no group of actors would leave together, for all states at once.

A coalition H moves by legal sequences of its members' own moves, R_H(s); only the start and the end are compared. It
improves from s to q when every member likes q better; under the Pareto switch (Zhu, Kilgour & Hipel) when none likes it
less and one likes it better. A state s is stable for H under

* **CNash** when H has no coalition improvement from s;
* **CGMR** when after every coalition improvement the others can, by legal moves, reach a state that is no improvement
  on s for H;
* **CSMR** as CGMR, and from that state H can reach none that is;
* **CSEQ** as CGMR, where the others move by coalition improvements of teams among themselves.

Definitions as in Xu, Hipel, Kilgour & Fang (2018), after Kilgour, Hipel, Fang & Peng (2001) and Inohara & Hipel (2008).
For one actor CNash, CGMR and CSMR are Nash, GMR and SMR; CSEQ is weaker than SEQ where several opponents may improve
jointly. A state is universally coalitionally stable when it is stable for every coalition.

Steps, per coalition, with nothing of size N^2 (N states):

1. Number the sets of states within which H can move back and forth, and which sets lead to which.
2. For CGMR and CSEQ give each state t the vector m(t), m_k(t) the worst rank of member k among what the others can make
   of t: passes along their axes, or a flood over the teams' joint improvements. With the Pareto switch the vector has
   the rank of the members' sum besides, which falls below that of s only if somebody loses or nobody gains.
3. From each set keep the front: the vectors that no other reachable one exceeds. s is unstable when one in the front of
   its set is better than s. CSMR looks up the fronts of the sets that each reply leads to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from detente import __version__
from detente.display import Drawn
from detente.errors import SizeError
from detente.game.game import Game, Prices
from detente.solvers.board import Board
from detente.solvers.closure import close_moves
from detente.solvers.positions import Ints, Positions, Shorts, join_reaches
from detente.solvers.stability import Bools
from detente.solvers.tables import list_rows, list_states, merge_cells, order_in_slices, write_marks

CONCEPTS = ("cnash", "cgmr", "csmr", "cseq")

#: as the literature writes them
NAMES: Mapping[str, str] = {"cnash": "CNash", "cgmr": "CGMR", "csmr": "CSMR", "cseq": "CSEQ"}

#: actors with levers in a game whose every coalition is looked at
MOST_ACTORS = 12

Coalition = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class CoalitionStability(Drawn):
    """Which states are stable for which coalitions; m coalitions, N cells."""

    game: Game = field(repr=False)
    #: indices of the members, ascending
    coalitions: tuple[Coalition, ...] = field(repr=False)
    #: bool (m, N) by concept; False where a state is infeasible
    stable: Mapping[str, Bools] = field(repr=False)
    #: by concept the cells stable for every coalition looked at, nature's present slice first
    equilibria: Mapping[str, Ints] = field(repr=False)
    #: whether all coalitions of actors with levers were looked at, so that the equilibria are universally stable
    universal: bool
    #: method, improvement, digest of the scenario, version
    made_by: Mapping[str, str] = field(repr=False)

    def __repr__(self) -> str:
        counts = ", ".join(f"{NAMES[concept]}: {len(cells)}" for concept, cells in self.equilibria.items())
        whom = "universal" if self.universal else f"{len(self.coalitions)} coalitions"
        return f"<CoalitionStability {counts} of {int(self.game.feasible.sum())} states, {whom}>"

    names = NAMES

    @property
    def labels(self) -> list[str]:
        """What the rows of ``stable`` are: the coalitions, as ``us+rok``."""
        return ["+".join(self.game.actors[k].id for k in coalition) for coalition in self.coalitions]

    @property
    def key(self) -> str:
        """What the marks of the table mean."""
        whom = f"all {len(self.coalitions)} coalitions" if self.universal else ", ".join(self.labels)
        return f"Stable for {whom}; improvement: {self.made_by['improvement']}"

    def listed(self) -> Ints:
        """The states of the table: equilibria under any concept, nature's present slice first."""
        return merge_cells(self.game, self.equilibria.values())

    def mark(self, concept: str, cell: int) -> str:
        """What the table says of a state under a concept."""
        return "x" if cell in self.equilibria[concept] else "-"

    def __str__(self) -> str:
        return f"{self.key}\n{write_marks(self)}"

    def to_dict(self, per_actor: bool = False) -> dict[str, object]:
        """``{"concepts": {concept: {"equilibria": [{lever: level}], "stable": {coalition: [...]}}}, ...}``.

        Coalitions are named ``us+rok``; ``stable`` is there when ``per_actor`` is.
        """
        concepts: dict[str, dict[str, object]] = {}
        for concept, cells in self.equilibria.items():
            concepts[concept] = {"equilibria": list_states(self.game, cells)}
            if per_actor:
                concepts[concept]["stable"] = list_rows(self.game, self.labels, self.stable[concept])
        return {
            "concepts": concepts,
            "coalitions": self.labels,
            "universal": self.universal,
            "made_by": dict(self.made_by),
        }


def find_coalition_equilibria(
    game: Game,
    prices: Prices,
    concepts: Sequence[str] = CONCEPTS,
    coalitions: Sequence[Sequence[int]] | None = None,
    pareto: bool = False,
) -> CoalitionStability:
    """Stability of every feasible state for the given coalitions (indices of actors), or for all of them, exactly.

    Raises ValueError for an unknown concept or an empty or unknown coalition, SizeError when all are asked for and more
    than :data:`MOST_ACTORS` actors have levers.
    """
    unknown = [concept for concept in concepts if concept not in CONCEPTS]
    if unknown:
        raise ValueError(f"no coalition concept {unknown[0]!r}; the concepts are {', '.join(CONCEPTS)}")
    board = Board(game, prices)
    every = list_coalitions(board.movers) if coalitions is None else _check(game, coalitions)
    wanted = [concept for concept in CONCEPTS if concept in concepts]
    stable = {concept: np.empty((len(every), game.cells), np.bool_) for concept in wanted}
    table = _Table(board, pareto)
    for place, coalition in enumerate(every):
        for concept, row in table.judge(coalition, wanted).items():
            stable[concept][place] = row
    return CoalitionStability(
        game=game,
        coalitions=every,
        stable=stable,
        equilibria={name: order_in_slices(game, np.flatnonzero(rows.all(axis=0))) for name, rows in stable.items()},
        universal=coalitions is None,
        made_by={
            "method": "graph model, fronts of coalition moves: " + ", ".join(NAMES[c] for c in wanted),
            "improvement": "none worse, one better (Pareto)" if pareto else "every member better",
            "digest": game.digest,
            "version": __version__,
        },
    )


def list_coalitions(movers: Sequence[int]) -> tuple[Coalition, ...]:
    """Every coalition of the given actors, small ones first. A member without levers would only make one tamer."""
    if len(movers) > MOST_ACTORS:
        raise SizeError(
            f"{len(movers)} actors form {2 ** len(movers) - 1:,} coalitions; all are looked at for up to {MOST_ACTORS} "
            f"actors. Name the coalitions."
        )
    return tuple(team for size in range(1, len(movers) + 1) for team in combinations(movers, size))


def _check(game: Game, coalitions: Sequence[Sequence[int]]) -> tuple[Coalition, ...]:
    for coalition in coalitions:
        if not coalition or not all(0 <= k < len(game.actors) for k in coalition):
            raise ValueError(f"no coalition {list(coalition)}: it takes one or more of the {len(game.actors)} actors")
    return tuple(dict.fromkeys(tuple(sorted(set(coalition))) for coalition in coalitions))


@dataclass(frozen=True, eq=False, slots=True)
class _Sets:
    """The sets of cells within which a coalition can move back and forth, and which lead to which."""

    #: int32 (N,): the set of every cell, -1 where infeasible
    labels: Shorts
    #: cells by set: members[starts[c]:starts[c + 1]]
    starts: Ints
    members: Shorts
    #: sets that set c leads to, itself first: links[link_starts[c]:link_starts[c + 1]]
    link_starts: Ints
    links: Shorts


def _lay_sets(board: Board, joint: Positions, coalition: Coalition) -> _Sets:
    from detente import kernels

    movers = np.array([k for k in coalition if k in board.movers], np.int64)
    labels = np.empty(board.game.cells, np.int32)
    axes = (joint.lines, movers, joint.offsets, joint.kinds)
    count = kernels.label_components(board.game.feasible, *axes, labels)
    feasible = np.flatnonzero(board.game.feasible)
    starts = np.concatenate([[0], np.cumsum(np.bincount(labels[feasible], minlength=count))])
    members = feasible[np.argsort(labels[feasible], kind="stable")].astype(np.int32)
    if all(len(board.reaches[k].starts) == 2 for k in movers):
        link_starts, links = np.arange(count + 1), np.arange(count, dtype=np.int32)
    else:
        link_starts, links = kernels.link_components(labels, starts, members, *axes, joint.onward_starts, joint.onward)
    return _Sets(labels, starts, members, link_starts, links)


class _Table:
    """What the coalitions of one priced game share; exists for the length of one search."""

    def __init__(self, board: Board, pareto: bool) -> None:
        self.board = board
        self.pareto = pareto
        self.joint = join_reaches(board.reaches)
        self._sets: dict[Coalition, _Sets] = {}

    def judge(self, coalition: Coalition, wanted: Sequence[str]) -> dict[str, Bools]:
        """By concept where the coalition would stay, bool (N,)."""
        from detente import kernels

        board, game = self.board, self.board.game
        others = tuple(k for k in board.movers if k not in coalition)
        own = self._lay_values(coalition)
        sets = self.lay_sets(coalition)
        lists = (sets.starts, sets.members, sets.link_starts, sets.links)
        answer: dict[str, Bools] = {}
        fronts = kernels.find_fronts(*lists, own)
        for concept in wanted:
            answer[concept] = stable = game.feasible.copy()
            if concept == "csmr":
                replies = self.lay_sets(others)
                met = kernels.find_meetings(
                    replies.starts,
                    replies.members,
                    replies.link_starts,
                    replies.links,
                    sets.labels,
                    len(sets.starts) - 1,
                )
                kernels.judge_guarded(sets.labels, *lists, *fronts, replies.labels, *met, own, self.pareto, stable)
                continue
            values, front = own, fronts
            if concept != "cnash":
                values = self._close(own, others, jointly=concept == "cseq")
                front = kernels.find_fronts(*lists, values)
            kernels.judge_fronts(sets.labels, *front, values, own, self.pareto, stable)
        return answer

    def lay_sets(self, coalition: Coalition) -> _Sets:
        """The coalition's sets, laid once."""
        if coalition not in self._sets:
            self._sets[coalition] = _lay_sets(self.board, self.joint, coalition)
        return self._sets[coalition]

    def _lay_values(self, coalition: Coalition) -> Shorts:
        """The members' ranks, and under the Pareto switch the rank of their sum, int32 (rows, N)."""
        ranks = self.board.ranks[list(coalition)]
        if not self.pareto:
            return np.ascontiguousarray(ranks)
        total = np.unique(ranks.sum(axis=0, dtype=np.int64), return_inverse=True)[1]
        return np.ascontiguousarray(np.vstack([ranks, total.astype(np.int32)]))

    def _close(self, own: Shorts, others: Coalition, jointly: bool) -> Shorts:
        """Worst of each row among what the others can make of each cell, int32 (rows, N)."""
        from detente import kernels

        feasible = self.board.game.feasible
        harm = np.where(feasible, -own, kernels.NONE).astype(np.int32)
        if not jointly:
            side_by_side = np.ascontiguousarray(harm.T).reshape(-1)
            close_moves(self.board, side_by_side, len(own), others)
            harm = np.ascontiguousarray(side_by_side.reshape(-1, len(own)).T)
        elif others:
            teams = self._lay_teams(list_coalitions(others))
            cells = np.flatnonzero(feasible).astype(np.int32)
            for row in harm:
                seeds = cells[np.argsort(-row[cells].astype(np.int64), kind="stable")]
                kernels.flood_jointly(row, seeds, self.board.ranks, self.joint.lines, *teams, self.pareto)
        return np.where(feasible, -harm, -1).astype(np.int32)

    def _lay_teams(self, teams: Sequence[Coalition]) -> tuple[Ints, Ints, Ints, Ints, Shorts, Ints, Shorts]:
        """The arrays that :func:`detente.kernels.flood_jointly` takes of its teams."""
        shifts, sets, origin_lists = [], [], []
        first = 0
        for team in teams:
            shift = np.zeros(1, np.int64)
            for k in team:
                _, size, inner = (int(x) for x in self.board.reaches[k].line)
                shift = np.add.outer(shift, np.arange(size) * inner).ravel()
            shifts.append(shift)
            laid = self.lay_sets(team)
            count = len(laid.starts) - 1
            sets.append(np.where(laid.labels >= 0, laid.labels + first, -1).astype(np.int32))
            sources = np.repeat(np.arange(count), np.diff(laid.link_starts))
            order = np.argsort(laid.links, kind="stable")
            origin_lists.append((np.bincount(laid.links, minlength=count), sources[order] + first))
            first += count
        ends = np.cumsum(np.concatenate([counts for counts, _ in origin_lists]))
        return (
            np.cumsum([0, *(len(team) for team in teams)]),
            np.concatenate([np.array(team, np.int64) for team in teams]),
            np.cumsum([0, *(len(shift) for shift in shifts)]),
            np.concatenate(shifts),
            np.array(sets),
            np.concatenate([[0], ends]),
            np.concatenate([origins for _, origins in origin_lists]).astype(np.int32),
        )
