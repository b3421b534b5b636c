"""Why a state is stable or not: for every actor its improvements, and for each the sanction that deters it or none.

A sanction is the shortest sequence of moves by the others that serves under a concept (definitions in
:mod:`detente.solvers.stability`): any legal moves for GMR and SMR, improvements of their movers for SEQ and SSEQ; for
SMR and SSEQ its end also leaves the actor no countermove to a state better than the one explained. An improvement
without a sanction is free: no sequence of replies leaves the actor worse off, and the worst of them is named. An
actor's verdict follows from its improvements alone: Nash when there is none, another concept when each has a sanction.

Steps, per improvement and for all its replies at once:

1. Fewest moves of the others from the improvement to every cell, by legal moves and by improvements.
2. Among the cells reached where the actor is no better off than before (for SMR and SSEQ even after its best
   countermove) take the nearest; among those as near the one with fewest levers changed, then the worst for the actor.
3. Where there is none take the cell worst for the actor, the nearest of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from detente import __version__
from detente.display import Drawn
from detente.game.game import Game, Prices, levels_at, name_state
from detente.solvers.board import Board
from detente.solvers.reach import (
    Ranks,
    Step,
    UnilateralMove,
    compare_payoffs,
    count_changes,
    count_steps,
    find_improvements,
    find_moves,
    pick_nearest,
    trace_steps,
    value_steps,
)
from detente.solvers.stability import CONCEPTS, NAMES, SANCTIONING


@dataclass(frozen=True, slots=True)
class Reply:
    """What the others do to an improvement, and what the actor can then make of it."""

    #: in order; none when the others had better, or can only, stay
    moves: tuple[UnilateralMove, ...]
    #: the actor's payoff after them minus that in the state explained
    leaves: float
    #: the actor's best move then; None when none improves on staying
    counter: UnilateralMove | None
    #: as ``leaves``, after the countermove
    rescues: float

    @property
    def credible(self) -> bool:
        """Whether every step improves on the state before it for its own mover."""
        return all(move.gain > 0 for move in self.moves)

    @property
    def deters(self) -> bool:
        """Whether the actor ends no better off than it began, countermoves aside."""
        return bool(self.leaves <= 0)

    @property
    def binds(self) -> bool:
        """Whether it ends no better off even after its best countermove."""
        return bool(self.rescues <= 0)

    def to_dict(self, game: Game) -> dict[str, object]:
        """``{"moves": [...], "credible", "leaves", "countermove", "rescues"}``, payoffs against the state explained."""
        return {
            "moves": [move.to_dict(game) for move in self.moves],
            "credible": self.credible,
            "leaves": self.leaves,
            "countermove": None if self.counter is None else self.counter.to_dict(game),
            "rescues": self.rescues,
        }


@dataclass(frozen=True, eq=False, slots=True)
class Reason:
    """One improvement of an actor and, by concept (Nash has none), the sanction that deters it or the worst reply."""

    move: UnilateralMove
    #: the sanction, by concept under which there is one
    sanctions: Mapping[str, Reply]
    #: by the other concepts: the reply worst for the actor, which still does not deter it
    escapes: Mapping[str, Reply]
    #: by concept: how many states the others can bring about from there by the moves that count
    answers: Mapping[str, int]

    def to_dict(self, game: Game) -> dict[str, object]:
        """``{"move", "sanctions": {concept: reply}, "escapes": {concept: reply}, "answers": {concept: states}}``."""
        return {
            "move": self.move.to_dict(game),
            "sanctions": {concept: reply.to_dict(game) for concept, reply in self.sanctions.items()},
            "escapes": {concept: reply.to_dict(game) for concept, reply in self.escapes.items()},
            "answers": dict(self.answers),
        }


@dataclass(frozen=True, eq=False, slots=True)
class Standing:
    """One actor in the state: under which concepts it stays, and why."""

    actor: int
    #: by concept, whether the state is stable for it
    verdicts: Mapping[str, bool]
    #: number of moves it has, improvements or not
    moves: int
    #: its improvements, the one it gains most by first
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, eq=False)
class Explanation(Drawn):
    """Why one state is stable or not, actor by actor."""

    game: Game = field(repr=False)
    cell: int
    concepts: tuple[str, ...]
    #: one for each actor asked about, in the game's order
    standings: tuple[Standing, ...] = field(repr=False)
    #: method, digest of the scenario, version
    made_by: Mapping[str, str] = field(repr=False)

    def holds(self, concept: str) -> bool:
        """Whether the state is stable for every actor asked about."""
        return all(standing.verdicts[concept] for standing in self.standings)

    def __repr__(self) -> str:
        held = ", ".join(NAMES[concept] for concept in self.concepts if self.holds(concept))
        count = len(self.standings)
        return f"<Explanation of {name_state(self.game, self.cell)}: stable under {held or 'nothing'}, {count} actors>"

    def __str__(self) -> str:
        ids = [self.game.actors[standing.actor].id for standing in self.standings]
        wide = max([len(name) for name in ids], default=0)
        lines = [f"{'':{wide}}  " + "  ".join(NAMES[concept] for concept in self.concepts) + "  improvements"]
        for name, standing in zip(ids, self.standings, strict=True):
            marks = [("x" if standing.verdicts[c] else "-").center(len(NAMES[c])) for c in self.concepts]
            lines.append(f"{name:{wide}}  " + "  ".join(marks) + f"  {len(standing.reasons)}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """``{"state": {lever: level}, "stable": {concept: bool}, "actors": {id: {...}}, "made_by"}``.

        Each actor has ``verdicts`` by concept, the number of its ``moves``, and its ``improvements``.
        """
        return {
            "state": levels_at(self.game, self.cell),
            "stable": {concept: self.holds(concept) for concept in self.concepts},
            "actors": {
                self.game.actors[standing.actor].id: {
                    "verdicts": dict(standing.verdicts),
                    "moves": standing.moves,
                    "improvements": [reason.to_dict(self.game) for reason in standing.reasons],
                }
                for standing in self.standings
            },
            "made_by": dict(self.made_by),
        }


def explain_state(
    game: Game,
    prices: Prices,
    cell: int,
    *,
    concepts: Sequence[str] = CONCEPTS,
    actors: Sequence[int] | None = None,
) -> Explanation:
    """Why a feasible cell is stable or not, for every actor or those named, under each of ``concepts``.

    Raises ValueError for a concept that is not one, and for a cell that is no feasible state.
    """
    unknown = [concept for concept in concepts if concept not in CONCEPTS]
    if unknown:
        raise ValueError(f"no explanation under {unknown[0]!r}; the concepts are {', '.join(CONCEPTS)}")
    wanted = tuple(concept for concept in CONCEPTS if concept in concepts)
    if not 0 <= cell < game.cells or not game.feasible[cell]:
        raise ValueError(f"cell {cell} is no feasible state of {game.title!r}")
    desk = _Desk(game, prices, cell, wanted)
    asked = range(len(game.actors)) if actors is None else sorted(set(actors))
    return Explanation(
        game=game,
        cell=cell,
        concepts=wanted,
        standings=tuple(desk.judge(actor) for actor in asked),
        made_by={
            "method": "graph model, improvements and their shortest sanctions: " + ", ".join(NAMES[c] for c in wanted),
            "digest": game.digest,
            "version": __version__,
        },
    )


class _Desk:
    """One state under examination; exists for the length of one explanation."""

    def __init__(self, game: Game, prices: Prices, cell: int, concepts: Sequence[str]) -> None:
        self.game, self.prices, self.cell = game, prices, cell
        self.board = Board(game, prices)
        self.ranks = self.board.ranks
        self.nash = "nash" in concepts
        self.concepts = [concept for concept in SANCTIONING if concept in concepts]

    def judge(self, actor: int) -> Standing:
        """An actor's verdicts and reasons."""
        targets = find_improvements(self.game, self.ranks, actor, self.cell)
        order = np.lexsort((targets, count_changes(self.game, self.cell, targets), -self.ranks[actor, targets]))
        best = self.board.find_replies(actor) if len(targets) and self.concepts else self.ranks[actor]
        reasons = tuple(self.give_reason(actor, int(target), best) for target in targets[order])
        verdicts = {"nash": not reasons} if self.nash else {}
        verdicts |= {c: all(c in reason.sanctions for reason in reasons) for c in CONCEPTS if c in self.concepts}
        return Standing(actor, verdicts, len(find_moves(self.game, actor, self.cell)), reasons)

    def give_reason(self, actor: int, target: int, best: Ranks) -> Reason:
        """What meets one improvement under each concept."""
        game, others = self.game, [j for j in range(len(self.game.actors)) if j != actor]
        limit = self.ranks[actor, self.cell]
        steps = {
            credibly: count_steps(game, target, others, self.ranks if credibly else None)
            for credibly in {SANCTIONING[concept][0] for concept in self.concepts}
        }
        sanctions: dict[str, Reply] = {}
        escapes: dict[str, Reply] = {}
        for concept in self.concepts:
            credibly, guarded = SANCTIONING[concept]
            harm, far = (best if guarded else self.ranks[actor]), steps[credibly]
            cells = np.flatnonzero((far >= 0) & (harm <= limit))
            found = bool(len(cells))
            if not found:
                cells = np.flatnonzero(far >= 0)
                cells = cells[harm[cells] == harm[cells].min()]
            nearest = int(far[cells].min())
            # A sanction that serves a narrower concept too says more than another of the same length.
            known = [r for r in sanctions.values() if len(r.moves) == nearest and (r.binds or not guarded)]
            if found and known:
                sanctions[concept] = known[0]
                continue
            end = pick_nearest(game, target, cells, far[cells], harm[cells])
            way = trace_steps(game, far, end, others, self.ranks if credibly else None)
            (sanctions if found else escapes)[concept] = self.reply(actor, target, way)
        move = UnilateralMove(actor, self.cell, target, compare_payoffs(self.prices, actor, self.cell, target))
        answers = {c: int((steps[SANCTIONING[c][0]] > 0).sum()) for c in self.concepts}
        return Reason(move, sanctions, escapes, answers)

    def reply(self, actor: int, target: int, way: Sequence[Step]) -> Reply:
        """The moves of the others with what they leave the actor."""
        end = way[-1].cell if way else target
        leaves = compare_payoffs(self.prices, actor, self.cell, end)
        better = find_improvements(self.game, self.ranks, actor, end)
        moves = value_steps(self.prices, target, way)
        if not len(better):
            return Reply(moves, leaves, None, leaves)
        turn = pick_nearest(self.game, end, better, -self.ranks[actor, better])
        counter = UnilateralMove(actor, end, turn, compare_payoffs(self.prices, actor, end, turn))
        return Reply(moves, leaves, counter, compare_payoffs(self.prices, actor, self.cell, turn))
