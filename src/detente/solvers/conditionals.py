"""Conditional probabilities, ``given e by D2``: among the futures in which an event is observed.

P(c and e) / P(e). From D2 on both are read off one course that remembers what has been met. Before D2 the event may be
still to come, so the mass in every state is weighed by the outlook from there (:mod:`detente.solvers.lookahead`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from detente.game.game import Game, mask
from detente.scenario.conditions import Condition
from detente.scenario.queries import Event, Probability
from detente.solvers.course import Course
from detente.solvers.flags import MET, Mask, Rows, Tracker, Trigger, make_trigger
from detente.solvers.layout import Floats, Layout
from detente.solvers.lookahead import look_ahead
from detente.solvers.pieces import Behaviour
from detente.solvers.watch import Watch, lay_watch

#: a conditional probability is void when what it conditions on is less likely than this
FLOOR = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Joint:
    """One query with ``given``, laid out in a scene."""

    item: Probability
    event: Event
    #: bool (N,): what is asked
    where: Mask
    #: what is asked (never met when asked ``on`` a day) and what is observed, and its place among the counted trackers
    tracker: Tracker
    place: int
    #: months, ascending: when it is wanted
    times: Floats


@dataclass(frozen=True, eq=False, slots=True)
class Sight:
    """An observed event as seen from every state at the times before its date."""

    #: its rows alone
    watch: Watch
    until: float
    #: months, ascending
    times: Floats


@dataclass(frozen=True, eq=False, slots=True)
class Joints:
    """All queries of a scene with ``given``."""

    items: tuple[Joint, ...]
    sights: Mapping[Event, Sight]


#: by time (months): the chance that the event is still met by its date, per stage and state
Outlook = Mapping[float, Floats]


@dataclass(frozen=True, slots=True)
class Share:
    """A conditional probability in one draw."""

    #: of both, per time wanted, and of what it conditions on
    both: Floats
    condition: float

    @property
    def values(self) -> Floats:
        """Per time wanted, NaN where the condition (almost) never happens."""
        if self.condition < FLOOR:
            return np.full(len(self.both), np.nan)
        return np.clip(self.both / self.condition, 0.0, 1.0)


def lay_joints(game: Game, start: int, items: Sequence[Probability], months: Floats, rows: Rows) -> Joints:
    """Lay queries with ``given`` out in the rows of a scene's course; ``months`` is the grid of their curves."""
    trackers: dict[tuple[Event, Condition | None, bool], Tracker] = {}
    joints: list[Joint] = []
    wanted: dict[Event, set[float]] = {}
    for item in items:
        assert item.given is not None
        event, enters = item.given, item.kind == "enters"
        where = mask(game, item.condition)
        key = event, None if item.kind == "on" else item.condition, enters
        if key not in trackers:
            asked = Trigger(None) if item.kind == "on" else make_trigger(where, enters, start)
            trackers[key] = rows.add([asked, trigger_of(game, start, event)], until=(np.inf, event.by))
        times = np.unique([*months[months < item.time], item.time])
        joints.append(Joint(item, event, where, trackers[key], list(trackers).index(key), times))
        wanted.setdefault(event, set()).update(times[times < event.by].tolist())
    sights = {event: lay_sight(game, start, event, np.array(sorted(times))) for event, times in wanted.items()}
    return Joints(tuple(joints), sights)


def trigger_of(game: Game, start: int, event: Event) -> Trigger:
    """An observed event as what must be met."""
    return make_trigger(mask(game, event.condition), event.enters, start)


def lay_sight(game: Game, start: int, event: Event, times: Floats) -> Sight:
    """An event to be seen from every state at some times (months)."""
    rows = Rows(game.cells)
    rows.add([trigger_of(game, start, event)])
    return Sight(lay_watch(game, start, [], [], rows), event.by, times)


def watch_joints(joints: Joints, watch: Watch) -> Watch:
    """The scene's watch with what the joint queries need of it: counts, and masses at the times wanted."""
    counted = {joint.place: tuple(joint.tracker.rows.values()) for joint in joints.items}
    wanted: dict[int, set[float]] = {}
    for joint in joints.items:
        before = joint.times[joint.times < joint.event.by]
        if joint.item.kind == "on":
            shots = [(joint.tracker.pick(None, MET), joint.times), (joint.tracker.pick(None, None), before)]
        else:
            shots = [(joint.tracker.pick(MET, None), before)]
        for rows, times in shots:
            for row in rows.values():
                wanted.setdefault(row, set()).update(times.tolist())
    return replace(
        watch,
        counted=tuple(counted[place] for place in sorted(counted)),
        shots=tuple((row, np.array(sorted(times))) for row, times in sorted(wanted.items()) if times),
    )


def find_outlook(game: Game, behaviour: Behaviour, layout: Layout, sight: Sight) -> Outlook:
    """How likely the event still is: by time, the chance per stage and state, shape (stages, N)."""
    seen = look_ahead(game, behaviour, layout, sight.watch, sight.until, sight.times)
    return dict(zip(sight.times.tolist(), seen, strict=True))


def read_joint(joint: Joint, outlook: Outlook, course: Course) -> Share:
    """A query's probability together with what it is given, and of that alone, off the scene's course."""
    both = np.array([_find_both(joint, outlook, course, float(time)) for time in joint.times])
    at = np.searchsorted(course.times, joint.event.by)
    met = list(joint.tracker.pick(None, MET).values())
    return Share(both, float(course.met[at, joint.place] + course.left[at, met].sum()))


def _find_both(joint: Joint, outlook: Outlook, course: Course, time: float) -> float:
    """Probability of what is asked at a time and of what is observed by its date."""
    tracker, on = joint.tracker, joint.item.kind == "on"
    if on:
        found = sum(course.shots[row, time][joint.where].sum() for row in tracker.pick(None, MET).values())
    else:
        found = course.met[np.searchsorted(course.times, time), joint.place]
    if time < joint.event.by:
        for stages, row in tracker.pick(None if on else MET, None).items():
            ahead = course.shots[row, time] * outlook[time][stages[1]]
            found += ahead[joint.where].sum() if on else ahead.sum()
    return float(found)
