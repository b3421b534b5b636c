"""Slow twins of the solvers, written from the textbook and nothing else: plain Python, no arrays, no shortcuts.

Stability: Fang, Hipel & Kilgour (1993) and Xu, Hipel, Kilgour & Fang (2018), chapter 4; symmetric sequential stability
as in Rego & Vieira (2017). Opponents move by legal sequences: any length, but nobody twice in a row, so the search runs
over pairs (state, last mover).
"""

from __future__ import annotations

from functools import cache
from itertools import product

from detente.game.game import Game, Prices


class Graph:
    """The graph model of a priced game: feasible states, reachable lists, payoffs on a 1e-9 grid."""

    def __init__(self, game: Game, prices: Prices) -> None:
        self.actors = range(len(game.actors))
        self.places = places = list(product(*(range(m) for m in game.shape)))
        self.owners = [axis.actor for axis in game.axes]
        self.states = [s for s in range(len(places)) if game.feasible[s]]
        self.worth = {(i, s): round(float(prices.payoffs[s, i]) * 1e9) for i in self.actors for s in self.states}
        self.reach = {
            (i, s): {q for q in self.states if q != s and self._can_move(game, i, places[s], places[q])}
            for i in self.actors
            for s in self.states
        }
        self.reached_by_others = cache(self.search_others)

    @staticmethod
    def _can_move(game: Game, actor: int, here: tuple[int, ...], there: tuple[int, ...]) -> bool:
        """Only own levers change, each by a legal step of its own."""
        return all(
            bool(axis.legal[a, b]) if axis.actor == actor else a == b
            for axis, a, b in zip(game.axes, here, there, strict=True)
        )

    def improvements(self, i: int, s: int) -> set[int]:
        """R_i^+(s)."""
        return {q for q in self.reach[i, s] if self.worth[i, q] > self.worth[i, s]}

    def search_others(self, i: int, s: int, credibly: bool) -> set[int]:
        """R_{N-i}(s), or R_{N-i}^+(s) when every step must improve for its mover."""
        found: set[tuple[int, int]] = set()
        todo: list[tuple[int, int | None]] = [(s, None)]
        while todo:
            here, last = todo.pop()
            for j in self.actors:
                if j in (i, last):
                    continue
                for q in self.improvements(j, here) if credibly else self.reach[j, here]:
                    if (q, j) not in found:
                        found.add((q, j))
                        todo.append((q, j))
        return {q for q, _ in found}

    def stable(self, concept: str, i: int, s: int) -> bool:
        """Whether s is stable for i."""

        def sanctions(z: int) -> bool:
            return self.worth[i, z] <= self.worth[i, s]

        if concept == "nash":
            return not self.improvements(i, s)
        if concept == "sim":
            return all(any(sanctions(z) for z in self.join_improvements(i, s, t)) for t in self.improvements(i, s))
        for t in self.improvements(i, s):
            replies = self.reached_by_others(i, t, credibly=concept in ("seq", "sseq"))
            deterred = any(
                sanctions(z) and (concept in ("gmr", "seq") or all(sanctions(q) for q in self.reach[i, z]))
                for z in replies
            )
            if not deterred:
                return False
        return True

    def join_improvements(self, i: int, s: int, t: int) -> set[int]:
        """The feasible outcomes of i's improvement t and others' improvements from s, all at the same time."""
        found = set()
        for moved in product(*([t] if j == i else [s, *self.improvements(j, s)] for j in self.actors)):
            place = tuple(self.places[moved[owner] if owner >= 0 else s][d] for d, owner in enumerate(self.owners))
            found.add(self.places.index(place))
        return found & set(self.states)

    def equilibria(self, concept: str) -> set[int]:
        """States stable for everybody."""
        return {s for s in self.states if all(self.stable(concept, i, s) for i in self.actors)}
