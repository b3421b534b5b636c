"""Strength of preference: stable because improvements do not pay, or because they are punished hard.

An actor likes q better than s when its payoff there is higher by more than its *indifference* threshold, and greatly
better when it is higher by more than its *strong* one; in between the preference is mild, below there is none. With
improvements and sanctions so understood a state is stable for an actor as under GMR, SMR, SEQ or SSEQ (Nash: it has no
improvement), and it is

* **strongly** stable when every improvement has a sanction that leaves it greatly worse off than it is now, under SMR
  and SSEQ after every countermove too;
* **weakly** stable when it is stable and not strongly so.

Definitions as in Hamouda, Kilgour & Hipel (2004) and Xu, Hipel, Kilgour & Fang (2018), chapter 6; SSEQ by the same
construction. (Elsewhere SSEQ also abbreviates strongly sequential; here it is symmetric sequential throughout.)

A threshold turns into ranks before anything is compared: ``tops[s]`` is the highest rank that is not preferred to s,
``floors[s]`` the lowest that is not greatly less preferred, so the passes of :mod:`detente.solvers.stability` serve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente import __version__
from detente.display import Drawn
from detente.game.game import Game, Prices
from detente.solvers.board import Board
from detente.solvers.closure import close_moves
from detente.solvers.positions import Ints, Shorts
from detente.solvers.stability import CONCEPTS, NAMES, SANCTIONING, Bools, check_concepts
from detente.solvers.tables import list_rows, list_states, merge_cells, order_in_slices, write_marks


@dataclass(frozen=True, eq=False)
class StrengthStability(Drawn):
    """Which states are stable, and how strongly; n actors, N cells."""

    game: Game = field(repr=False)
    #: float64 (n, 2): indifference and strong threshold of each actor, payoff units
    thresholds: NDArray[np.float64] = field(repr=False)
    #: bool (n, N) by concept: stable, strongly or weakly
    stable: Mapping[str, Bools] = field(repr=False)
    #: bool (n, N) by concept
    strong: Mapping[str, Bools] = field(repr=False)
    #: by concept the cells stable for every actor, nature's present slice first; and those strongly stable for each
    equilibria: Mapping[str, Ints] = field(repr=False)
    strong_equilibria: Mapping[str, Ints] = field(repr=False)
    #: method, digest of the scenario, version
    made_by: Mapping[str, str] = field(repr=False)

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{NAMES[concept]}: {len(cells)} ({len(self.strong_equilibria[concept])} strong)"
            for concept, cells in self.equilibria.items()
        )
        return f"<StrengthStability {counts} of {int(self.game.feasible.sum())} states, {len(self.thresholds)} actors>"

    names = NAMES
    #: what the marks of the table mean
    key = "S: strongly stable for everybody; w: stable, not strongly for all"

    @property
    def labels(self) -> list[str]:
        """What the rows of ``stable`` are: the actors' ids."""
        return [player.id for player in self.game.actors]

    def listed(self) -> Ints:
        """The states of the table: equilibria under any concept, nature's present slice first."""
        return merge_cells(self.game, self.equilibria.values())

    def mark(self, concept: str, cell: int) -> str:
        """What the table says of a state under a concept."""
        return "S" if cell in self.strong_equilibria[concept] else "w" if cell in self.equilibria[concept] else "-"

    def __str__(self) -> str:
        return f"{self.key}\n{write_marks(self)}"

    def to_dict(self, per_actor: bool = False) -> dict[str, object]:
        """``{"concepts": {concept: {"equilibria": [...], "strong": [...], "stable": {actor: ...}}}, ...}``.

        ``stable`` and ``strongly_stable`` by actor are there when ``per_actor`` is. A threshold not set is None.
        """
        concepts: dict[str, dict[str, object]] = {}
        for concept, cells in self.equilibria.items():
            concepts[concept] = {
                "equilibria": list_states(self.game, cells),
                "strong": list_states(self.game, self.strong_equilibria[concept]),
            }
            if per_actor:
                concepts[concept]["stable"] = list_rows(self.game, self.labels, self.stable[concept])
                concepts[concept]["strongly_stable"] = list_rows(self.game, self.labels, self.strong[concept])
        limits = {
            actor: {"indifference": float(low), "strong": float(high) if np.isfinite(high) else None}
            for actor, (low, high) in zip(self.labels, self.thresholds, strict=True)
        }
        return {"concepts": concepts, "thresholds": limits, "made_by": dict(self.made_by)}


def find_strong_equilibria(
    game: Game, prices: Prices, thresholds: NDArray[np.float64], concepts: Sequence[str] = CONCEPTS
) -> StrengthStability:
    """Stability and its strength in every feasible state, for every actor, exactly.

    ``thresholds`` is (n, 2): indifference and strong, payoff units. A strong threshold below the other counts as equal
    to it. Raises ValueError for an unknown concept, and for SIM, which has no strengths.
    """
    wanted = check_concepts(concepts)
    if "sim" in wanted:
        raise ValueError("SIM has no strengths; the concepts are " + ", ".join(CONCEPTS))
    board = Board(game, prices)
    tops, floors = _lay_limits(game, prices, board.ranks, thresholds)
    stable = {concept: np.tile(game.feasible, (len(game.actors), 1)) for concept in wanted}
    strong = {concept: rows.copy() for concept, rows in stable.items()}
    for concept in wanted:
        if concept == "nash":
            for i, tops_of in enumerate(tops):
                stable[concept][i] &= board.find_replies(i) <= tops_of
            strong[concept] = stable[concept].copy()
            continue
        credible, guarded = SANCTIONING[concept]
        for i in range(len(game.actors)):
            harm = _close(board, i, tops, credible, guarded)
            _judge(board, i, harm, (tops[i], floors[i]), (stable[concept][i], strong[concept][i]))
    return StrengthStability(
        game=game,
        thresholds=thresholds,
        stable=stable,
        strong=strong,
        equilibria=_find_common(game, stable),
        strong_equilibria=_find_common(game, strong),
        made_by={
            "method": "graph model with three degrees of preference: " + ", ".join(NAMES[c] for c in wanted),
            "digest": game.digest,
            "version": __version__,
        },
    )


def _find_common(game: Game, rows: Mapping[str, Bools]) -> dict[str, Ints]:
    return {name: order_in_slices(game, np.flatnonzero(row.all(axis=0))) for name, row in rows.items()}


def _lay_limits(
    game: Game, prices: Prices, ranks: Shorts, thresholds: NDArray[np.float64]
) -> tuple[list[Shorts], list[Shorts]]:
    """For each actor and cell the highest rank not preferred to it, and the lowest not greatly less preferred."""
    tops, floors = [], []
    for i, (indifference, strong) in enumerate(thresholds):
        payoffs = np.rint(prices.payoffs[:, i] * 1e9)
        values = np.unique(payoffs[game.feasible])
        gap, chasm = np.rint(indifference * 1e9), np.rint(max(indifference, strong) * 1e9)
        top = np.searchsorted(values, values + gap, side="right") - 1
        floor = np.searchsorted(values, values - chasm, side="left")
        # An infeasible cell has rank -1; what it picks here is never read.
        tops.append(top[ranks[i]].astype(np.int32))
        floors.append(floor[ranks[i]].astype(np.int32))
    return tops, floors


def _close(board: Board, actor: int, tops: Sequence[Shorts], credible: bool, guarded: bool) -> Shorts:
    """Minus the worst rank that the others can bring the actor to from each cell, int32 (N,)."""
    from detente import kernels

    harm = np.empty(board.game.cells, np.int32)
    kernels.lay_harm(board.ranks[actor], board.find_replies(actor), harm, 1, 0, np.array([int(guarded)]))
    others = [j for j in board.movers if j != actor]
    if not credible:
        close_moves(board, harm, 1, others)
        return harm
    clean = passes = 0
    while clean < len(others):
        j = others[passes % len(others)]
        reach = board.reaches[j]
        changed = kernels.move_beyond(harm, reach.line, board.ranks[j], tops[j], reach.kinds, reach.starts, reach.below)
        clean = clean + 1 if not changed else 1
        passes += 1
    return harm


def _judge(board: Board, actor: int, harm: Shorts, limits: tuple[Shorts, Shorts], sheets: tuple[Bools, Bools]) -> None:
    from detente import kernels

    reach = board.reaches[actor]
    kernels.judge_strength(
        board.ranks[actor], *limits, harm, reach.line, reach.kinds, reach.starts, reach.below, *sheets
    )
