"""Policies with rules by date: the course goes on in two ways where a rule comes into play.

Up to the day of a rule everybody decides as if what is held were held for good. On that day the distribution is split
exactly, by what the rule asks: by the state, or by whether something has been true so far, which is remembered in flags
(:mod:`detente.solvers.flags`). Where it is so the actor's levers jump to what the rule holds, and everybody decides
anew as if that were held for good; elsewhere all goes on. Nobody anticipates a rule: it is learnt when it comes into
play. Ways that hold the same are one. A state that a rule of the case forbids is not jumped into: there all goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.game.cuts import hold
from detente.game.game import Game, find_places, mask
from detente.scenario.queries import Levels, Probability, Turn
from detente.solvers.conduct import Conduct
from detente.solvers.course import Course, propagate
from detente.solvers.flags import MET, Mask, Rows, Stages, Tracker, Trigger
from detente.solvers.layout import Floats, Layout, lay_out
from detente.solvers.watch import Watch, lay_watch

if TYPE_CHECKING:
    from detente.solvers.scenes import Scene

#: everybody's behaviour in a game, and what its cells are worth to every expectation
Decide = Callable[[Game, Layout], Conduct]
Appraise = Callable[[Game], Floats]


@dataclass(frozen=True, eq=False, slots=True)
class Exit:
    """Where the mass of a way goes on the day of a rule."""

    #: places of the next ways: for what the rule does not concern, and for what it does (-1 where it concerns nothing)
    stay: int
    go: int
    #: bool (N,): cells that the rule may concern; and the cell of the other way that each jumps to, int64 (N,)
    where: Mask
    landing: NDArray[np.int64]
    #: cells of that other way
    cells: int


@dataclass(frozen=True, eq=False, slots=True)
class Way:
    """A stretch of time between two rules in which the same levers are held."""

    game: Game
    layout: Layout
    watch: Watch
    #: the flags of rules to come beside the distribution; None when no rule to come needs one
    plain: Tracker | None
    #: per event asked about, the event's flag followed by those of rules to come
    events: tuple[Tracker, ...]
    exit: Exit | None


@dataclass(frozen=True, eq=False, slots=True)
class Turning:
    """The ways of a scene, stretch by stretch."""

    turns: tuple[Turn, ...]
    stretches: tuple[tuple[Way, ...], ...] = field(repr=False)


def lay_turning(game: Game, scene: Scene) -> Turning:
    """Lay out the rules that come into play before the scene ends; ``game`` is the one with nothing held."""
    turns = tuple(turn for turn in scene.setting.turns if turn.time <= scene.times[-1])
    first = tuple(sorted(scene.setting.suppose))
    games, layouts = {first: scene.game}, {first: scene.layout}
    holds = [[first]]
    for turn in turns:
        after: dict[Levels, None] = {}
        for held in holds[-1]:
            other = _change(held, turn)
            if other not in games:
                games[other] = hold(game, dict(other))
            # What is never feasible is no way at all.
            after |= dict.fromkeys([held, *([other] if games[other].feasible.any() else [])])
        holds.append(list(after))
    stretches = []
    for k, stretch in enumerate(holds):
        ways = []
        for held in stretch:
            if held not in layouts:
                layouts[held] = lay_out(games[held])
            exit_ = None
            if k < len(turns):
                exit_ = _lay_exit(games[held], turns[k], held, holds[k + 1], games[_change(held, turns[k])])
            ways.append(_lay_way(scene, games[held], layouts[held], [turn for turn in turns[k:] if turn.by], exit_))
        stretches.append(tuple(ways))
    return Turning(turns, tuple(stretches))


def _change(held: Levels, turn: Turn) -> Levels:
    """What is held once a rule has come into play."""
    return tuple(sorted({**dict(held), **dict(turn.hold)}.items()))


def _lay_exit(source: Game, turn: Turn, held: Levels, after: Sequence[Levels], target: Game) -> Exit:
    """Where mass goes on from a way's cells; the two games differ in what is held only."""
    place = find_places(source, np.arange(source.cells))
    # A held lever has one position; every other has all of them on both sides.
    moved = [np.zeros_like(at) if len(axis.levels) == 1 else at for at, axis in zip(place, target.axes, strict=True)]
    landing = np.ravel_multi_index(moved, target.shape) if moved else np.zeros(source.cells, np.int64)
    where = np.asarray(target.feasible[landing] & source.feasible)
    if not turn.by:
        where &= mask(source, turn.condition)
    go = after.index(_change(held, turn)) if where.any() else -1
    return Exit(after.index(held), go, where, landing.astype(np.int64), target.cells)


def _lay_way(scene: Scene, game: Game, layout: Layout, flagged: Sequence[Turn], exit_: Exit | None) -> Way:
    rows = Rows(game.cells)
    rows.add_plain()
    flags = [Trigger(mask(game, turn.condition)) for turn in flagged]
    plain = rows.add(flags) if flags else None
    events = tuple(
        rows.add([Trigger(mask(game, item.condition), _count_stages(scene, item)), *flags]) for item in scene.by
    )
    start = scene.start if game is scene.game else int(np.flatnonzero(game.feasible)[0]) if game.feasible.any() else 0
    watch = lay_watch(game, start, [mask(game, item.condition) for item in scene.on], (), rows)
    return Way(game, layout, watch, plain, events, exit_)


def _count_stages(scene: Scene, item: Probability) -> int:
    """What is true at the start must turn false before it can be entered."""
    return 2 if item.kind == "enters" and mask(scene.game, item.condition)[scene.start] else 1


def follow_turning(scene: Scene, turning: Turning, decide: Decide, appraise: Appraise) -> Course:
    """The course of a scene over all its ways; events cannot be read between its times."""
    times, end = scene.times, float(scene.times[-1])
    on = np.zeros((len(times), len(scene.on)))
    left = np.zeros((len(times), len(scene.by)))
    worth = np.zeros((len(times), len(scene.expectations)))
    integral = np.zeros(len(scene.expectations))
    conducts: dict[int, Conduct] = {}
    begins: list[Floats | None] = [None]
    bounds = [0.0, *(turn.time for turn in turning.turns), end]
    for k, (low, high) in enumerate(pairwise(bounds)):
        last = k == len(bounds) - 2
        inside = (times >= low) & ((times <= high) if last else (times < high))
        after = [] if last else [np.zeros(way.watch.absorbing.shape) for way in turning.stretches[k + 1]]
        for way, begin in zip(turning.stretches[k], begins, strict=True):
            if begin is not None and not begin[0].any():
                continue
            if id(way.game) not in conducts:
                conducts[id(way.game)] = decide(way.game, way.layout)
            watch = way.watch if begin is None else replace(way.watch, begin=(low, begin))
            if not last:
                watch = replace(watch, shots=tuple((row, np.array([high])) for row in range(len(watch.absorbing))))
            asked = np.unique([*times[inside], high])
            course = propagate(way.game, conducts[id(way.game)], way.layout, watch, asked, appraise(way.game))
            known = slice(0, int(inside.sum()))
            on[inside] += course.on[known]
            worth[inside] += course.worth[known]
            for event, tracker in enumerate(way.events):
                alive = [row for stages, row in tracker.rows.items() if stages[0] != MET]
                left[inside, event] += course.left[known][:, alive].sum(axis=1)
            integral += course.average * (high - low)
            if not last:
                masses = [course.shots[row, high] for row in range(len(watch.absorbing))]
                _pass_on(way, turning.turns[k], masses, turning.stretches[k + 1], after)
        begins = list(after)
    average = integral / end if end > 0 else worth[0]
    return Course(times, on, 1 - left, worth, average, left, np.zeros((len(times), 0)), {}, np.zeros((0, 0)), ())


def _pass_on(way: Way, turn: Turn, masses: list[Floats], ways: Sequence[Way], after: list[Floats]) -> None:
    """Add what a way holds on the day of a rule to the next ways' beginnings."""
    for flags, mass in _list_parts(way, masses):
        for goal, kept, moved in _split(way, turn, flags, mass):
            after[goal][0] += moved
            plain = ways[goal].plain
            if plain is not None and kept in plain.rows:
                after[goal][plain.rows[kept]] += moved
    for event, tracker in enumerate(way.events):
        for stages, row in tracker.rows.items():
            if stages[0] == MET:
                continue
            for goal, kept, moved in _split(way, turn, stages[1:], masses[row]):
                after[goal][ways[goal].events[event].rows[stages[0], *kept]] += moved


def _list_parts(way: Way, masses: list[Floats]) -> Iterator[tuple[Stages, Floats]]:
    """The distribution, parted by the flags of rules to come."""
    if way.plain is None:
        yield (), masses[0]
        return
    rest = masses[0].copy()
    for flags, row in way.plain.rows.items():
        rest -= masses[row]
        yield flags, masses[row]
    # What has met all flags is what is in no row; rounding may leave parts in 1e16 of it below 0.
    yield (MET,) * len(next(iter(way.plain.rows))), np.maximum(rest, 0.0)


def _split(way: Way, turn: Turn, flags: Stages, mass: Floats) -> Iterator[tuple[int, Stages, Floats]]:
    """The next way, the flags of rules still to come, and the mass in that way's cells."""
    assert way.exit is not None, "the last stretch has no rule at its end"
    kept = flags[1:] if turn.by else flags
    concerned = way.exit.where if not turn.by or flags[0] == MET else np.zeros_like(way.exit.where)
    yield way.exit.stay, kept, np.where(concerned, 0.0, mass)
    if concerned.any():
        # A state of the next way may be landed in from several, which differ in a lever that is held from now on.
        landed = np.bincount(way.exit.landing[concerned], mass[concerned], minlength=way.exit.cells)
        yield way.exit.go, kept, np.asarray(landed, dtype=np.float64)
