"""What the stability of one state asks of preferences: comparisons with it, and who would leave it come what may.

Whether state s is stable for actor i hangs, with everybody else's preferences fixed, on one kind of comparison only:
which states are no better for i than s. The condition is a monotone formula over them, in Fang, Hipel & Kilgour's
(1993) words: for every t that i can move to,

* Nash: t is no better;
* GMR, SEQ: t is no better, or one of the states that the others can bring about from t is (SEQ: by improvements);
* SMR, SSEQ: t is no better, or some z that the others can bring about from t is not, and neither is any state that i
  can move to from z.

So a formula is a set of clauses, of which all must hold; a clause a set of ways, of which one must; a way a set of
kinds of states, none of which may be better than s. For everybody else only i's improvements can matter, and only under
SEQ and SSEQ, where they may be part of a sanction; more of them never make a state less stable for another actor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game
from detente.solvers.reach import Bools, Ranks, count_steps, find_improvements, find_moves, spread_moves
from detente.solvers.stability import SANCTIONING

Ints = NDArray[np.int64]
Way = frozenset[int]
Clause = frozenset[Way]

#: sanctions must improve on the state before for each mover; must leave no countermove
CREDIBLE = frozenset(concept for concept, (credible, _) in SANCTIONING.items() if credible)
GUARDED = frozenset(concept for concept, (_, guarded) in SANCTIONING.items() if guarded)

#: ways in a clause above which those that contain another are no longer looked for
_MOST_PAIRED = 2_000


@dataclass(frozen=True, slots=True)
class Escape:
    """A move to a better state that nothing deters."""

    actor: int
    #: where it ends
    cell: int


@dataclass(frozen=True, eq=False, slots=True)
class Threat:
    """An improvement of another actor that only improvements of the actor asked about can deter."""

    actor: int
    cell: int
    #: bool (cells,): where the mover would be punished
    sanctions: Bools


@dataclass(frozen=True, slots=True)
class Others:
    """How everybody but one actor stands to a state, whatever that actor wants."""

    #: moves that nothing can deter; the state is then no equilibrium
    escapes: tuple[Escape, ...]
    #: moves whose deterrence hangs on what the actor wants
    threats: tuple[Threat, ...]


def find_clauses(game: Game, ranks: Ranks, question: tuple[int, int, str], kinds: Ints) -> tuple[Clause, ...]:
    """The formula for an actor's own stability; ``question`` is (actor, cell, concept).

    ``ranks`` is int32 (actors, cells); only those of the other actors are read. ``kinds``, int64 (cells,), says which
    states are compared alike; negative ones are never better than the cell. No clause implies another, no way contains
    another of its clause (above 2,000 ways, only none that is a single kind).
    """
    actor, cell, concept = question
    others = [j for j in range(len(game.actors)) if j != actor]
    clauses: set[Clause] = set()
    for move in find_moves(game, actor, cell):
        own = kinds[move]
        if own < 0:
            continue
        ways = {frozenset((int(own),))}
        if concept != "nash":
            steps = count_steps(game, int(move), others, ranks if concept in CREDIBLE else None)
            ends = np.flatnonzero(steps >= 0)
            ways |= _guard(game, actor, ends, kinds) if concept in GUARDED else {_way((kinds[z],)) for z in ends}
        if frozenset() not in ways:
            clauses.add(_absorb(ways))
    return tuple(sorted((c for c in clauses if not any(d < c for d in clauses)), key=_key))


def find_others(game: Game, ranks: Ranks, actor: int, cell: int, concept: str) -> Others:
    """Whether the other actors would stay: for each of their improvements if it is deterred, can be, or cannot be."""
    escapes, threats = [], []
    for j in range(len(game.actors)):
        if j == actor:
            continue
        better = find_improvements(game, ranks, j, cell)
        sanctions = find_sanctions(game, ranks, j, cell, concept)
        for move in better[np.argsort(-ranks[j, better], kind="stable")]:
            rest = [k for k in range(len(game.actors)) if k not in (actor, j)]
            if concept == "nash":
                reached = np.zeros(game.cells, np.bool_)
            elif concept in CREDIBLE:
                if (sanctions & (count_steps(game, int(move), rest, ranks) >= 0)).any():
                    continue
                reached = close_freely(game, int(move), rest, actor, ranks)
            else:
                reached = count_steps(game, int(move), [actor, *rest]) >= 0
            if not (sanctions & reached).any():
                escapes.append(Escape(j, int(move)))
            elif concept in CREDIBLE:
                threats.append(Threat(j, int(move), sanctions))
    return Others(tuple(escapes), tuple(threats))


def find_sanctions(game: Game, ranks: Ranks, actor: int, cell: int, concept: str) -> Bools:
    """Where an actor that left a cell would be punished, bool (cells,)."""
    better: Bools = game.feasible & (ranks[actor] > ranks[actor, cell])
    if concept in GUARDED:
        better = spread_moves(reverse(game), actor, better)
    punished: Bools = game.feasible & ~better
    return punished


def close_freely(game: Game, start: int | Bools, careful: list[int], free: int, ranks: Ranks) -> Bools:
    """Where the start leads when ``free`` may make any move and the others only improvements, bool (cells,)."""
    reached = start if isinstance(start, np.ndarray) else np.arange(game.cells) == start
    while True:
        grown = reached | spread_moves(game, free, reached)
        for j in careful:
            grown |= spread_moves(game, j, grown, ranks)
        if (grown == reached).all():
            return reached
        reached = grown


def reverse(game: Game) -> Game:
    """The game with every move turned round."""
    return replace(game, axes=tuple(replace(axis, legal=axis.legal.T) for axis in game.axes))


def find_pairs(game: Game, actor: int, sources: Bools, targets: Bools) -> tuple[Ints, Ints]:
    """Every move of an actor from one of the sources to one of the targets, as two arrays of cells."""
    starts = np.flatnonzero(sources & game.feasible)
    cells, legal = _lines(game, actor, starts)
    row, column = np.nonzero(legal & targets[cells] & (cells != starts[:, None]))
    return starts[row], cells[row, column]


def _lines(game: Game, actor: int, cells: Ints) -> tuple[Ints, Bools]:
    """The lines of an actor's axis through many cells, and which of their states it can hold or move to from there."""
    _, size, inner = game.line(actor)
    places = cells // inner % size
    legal: Bools = reduce(np.kron, [axis.legal for axis in game.own(actor)], np.ones((1, 1), np.bool_))
    lines = (cells - places * inner)[:, None] + np.arange(size) * inner
    return lines, legal[places] & game.feasible[lines]


def _guard(game: Game, actor: int, ends: Ints, kinds: Ints) -> set[Way]:
    """One way per sanction: the state itself and all that the actor can make of it."""
    lines, legal = _lines(game, actor, ends)
    rows = np.sort(np.where(legal, kinds[lines], -1), axis=1)
    return {_way(row) for row in np.unique(rows, axis=0)}


def _way(kinds: NDArray[np.int64] | tuple[np.int64, ...]) -> Way:
    return frozenset(int(kind) for kind in kinds if kind >= 0)


def _absorb(ways: set[Way]) -> Clause:
    """Leave out the ways that contain another: the smaller one asks for less."""
    alone = {kind for way in ways if len(way) == 1 for kind in way}
    rest = [way for way in ways if len(way) > 1 and not way & alone]
    if len(rest) <= _MOST_PAIRED:
        wider = {max(a, b, key=len) for a, b in combinations(rest, 2) if a < b or b < a}
        rest = [way for way in rest if way not in wider]
    return frozenset([*rest, *(frozenset((kind,)) for kind in alone)])


def _key(clause: Clause) -> list[list[int]]:
    """An order that does not hang on hashes."""
    return sorted(sorted(way) for way in clause)
