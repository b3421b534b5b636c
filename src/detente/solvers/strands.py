"""Evidence laid out over a game once, for every draw: which strands of the distribution are walked from when to when.

An observation ``by`` a date counts at that date, given everything dated before it. So the distribution is walked in
*strands*: one for every number of such observations already made, and one for each probability that is wanted given all
the evidence. What waits for a date is a trigger (:mod:`detente.solvers.flags`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game, mask
from detente.scenario.conditions import Condition
from detente.scenario.queries import Probability
from detente.solvers.flags import Flow, Mask, Rows, Stages, Trigger, make_trigger
from detente.solvers.layout import Layout
from detente.solvers.watch import Watch, lay_watch

#: a strand: so many observations ``by`` a date taken into account, or all of them and what a probability asks
Strand = int | Probability


@dataclass(frozen=True, eq=False, slots=True)
class Observation:
    """Something seen, or not seen, on a day or at some moment up to it."""

    condition: Condition
    #: months from as_of, none below 0
    time: float
    by: bool = False
    negated: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Lane:
    """The rows of one strand on one leg."""

    rows: Mapping[Stages, int]
    #: uint8 (rows, places): what becomes of mass, as in a watch
    codes: NDArray[np.uint8]
    flows: tuple[Flow, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Leg:
    """The walk to the next observation, or from the last one to the last date asked about."""

    #: months; what is dated after ``since`` and up to ``high`` belongs to it
    since: float
    high: float
    lanes: Mapping[Strand, Lane]
    #: places of the observations made at its end, in order; none on the leg after the last
    seen: tuple[int, ...]
    #: what is asked of a moment on the way, with the lane from there on
    inside: Mapping[Probability, Lane]
    #: what is asked of its last day, once everything seen that day is taken into account
    at_end: tuple[Probability, ...]

    @property
    def low(self) -> float:
        """Months: where the walk begins."""
        return max(self.since, 0.0)


@dataclass(frozen=True, eq=False, slots=True)
class Filter:
    """Evidence laid out over a game; used by every draw."""

    #: in order of time, those of one day in the order given
    items: tuple[Observation, ...]
    #: plain probabilities (nothing supposed, given or started elsewhere) whose value given all items is wanted
    asked: tuple[Probability, ...]
    #: what is settled by what the observations say, whatever the draw
    decided: Mapping[Probability, float]
    #: bool (items, places), and by probability left to be walked (places,): where the condition holds
    masks: Mask = field(repr=False)
    goals: Mapping[Probability, Mask] = field(repr=False)
    #: nothing measured
    blank: Watch = field(repr=False)
    legs: tuple[Leg, ...] = field(repr=False)

    @property
    def end(self) -> float:
        """Months: up to when the state is followed."""
        return self.legs[-1].high


def lay_filter(game: Game, layout: Layout, items: Sequence[Observation], asked: Sequence[Probability] = ()) -> Filter:
    """Lay at least one observation out over a game with nothing held; ``asked`` are plain probabilities."""
    loom = _Loom(game, layout, items, asked)
    times = sorted({item.time for item in loom.items})
    bounds = sorted({*times, max([times[-1], *(item.time for item in loom.goals)])})
    legs = tuple(loom.lay_leg(since, high, final=high > times[-1]) for since, high in pairwise([-1.0, *bounds]))
    blank = lay_watch(game, game.status_quo, [], []).move_to(layout)
    goals = {item: where[layout.cells] for item, where in loom.goals.items()}
    return Filter(loom.items, tuple(asked), loom.decided, loom.masks[:, layout.cells], goals, blank, legs)


def _decide(game: Game, items: Sequence[Observation], masks: Mask, asked: Probability, goal: Mask) -> float | None:
    """What a probability is worth when one of the observations implies it, or rules it out; None otherwise."""
    goal = goal & game.feasible
    turned = asked.kind == "enters" and bool(goal[game.status_quo])
    for item, where in zip(items, masks & game.feasible, strict=True):
        true = where if not item.negated or item.by else game.feasible & ~where
        if item.by and item.negated:
            # What was not seen up to a day was not true on any day before.
            if asked.time <= item.time and not (goal & ~where).any():
                return 0.0
        elif asked.kind == "on":
            if item.time == asked.time and not item.by and not (true & goal).any():
                return 0.0
            if item.time == asked.time and not item.by and not (true & ~goal).any():
                return 1.0
        elif item.time <= asked.time and not turned and not (true & ~goal).any():
            return 1.0
    return None


class _Loom:
    """Lays the strands of a game's evidence."""

    def __init__(self, game: Game, layout: Layout, items: Sequence[Observation], asked: Sequence[Probability]) -> None:
        self.game, self.layout = game, layout
        self.items = tuple(sorted(items, key=lambda item: item.time))
        self.masks = np.array([mask(game, item.condition) for item in self.items], dtype=np.bool_)
        goals = {item: mask(game, item.condition) for item in asked}
        found = {item: _decide(game, self.items, self.masks, item, goal) for item, goal in goals.items()}
        self.decided = {item: value for item, value in found.items() if value is not None}
        self.goals = {item: goal for item, goal in goals.items() if item not in self.decided}
        #: places of the observations ``by`` a date
        self.timed = [k for k, item in enumerate(self.items) if item.by]
        #: lanes by the open observations and what is asked, so that legs share them
        self.lanes: dict[tuple[tuple[int, ...], Probability | None], Lane] = {}

    def lay_leg(self, since: float, high: float, *, final: bool) -> Leg:
        """A leg; the ``final`` one lies after the last observation."""
        dated = [item for item in self.goals if since < item.time <= high]
        inside = [item for item in dated if final or item.time < high]
        return Leg(
            since,
            high,
            {strand: self.lay_lane(strand, since) for strand in self._list_strands(since, final=final)},
            tuple(k for k, item in enumerate(self.items) if item.time == high),
            {item: self.lay_lane(item, item.time) for item in inside},
            tuple(item for item in dated if item not in inside),
        )

    def _list_strands(self, since: float, *, final: bool) -> Iterator[Strand]:
        yield from range(sum(self.items[k].time <= since for k in self.timed), len(self.timed) + 1)
        for item in self.goals:
            # What is asked by a day is followed from the start; after its day it only waits for the evidence to end.
            if (item.kind != "on") if item.time > since else not final:
                yield item

    def lay_lane(self, strand: Strand, since: float) -> Lane:
        """The rows of a strand after ``since`` (months)."""
        reach = self.timed[:strand] if isinstance(strand, int) else self.timed
        still = tuple(k for k in reach if self.items[k].time > since)
        asked = strand if isinstance(strand, Probability) and strand.kind != "on" and strand.time > since else None
        key = still, asked
        if key not in self.lanes:
            self.lanes[key] = self._make_lane(*key)
        return self.lanes[key]

    def _make_lane(self, still: tuple[int, ...], asked: Probability | None) -> Lane:
        triggers = [Trigger(self.masks[k]) for k in still]
        lost = [self.items[k].negated for k in still]
        if asked is not None:
            triggers.append(make_trigger(self.goals[asked], asked.kind == "enters", self.game.status_quo))
            lost.append(True)
        rows = Rows(self.game.cells)
        tracker = rows.add_lossy(triggers, lost)
        codes = np.ascontiguousarray(np.array(rows.codes)[:, self.layout.cells])
        return Lane(tracker.rows, codes, tuple(rows.flows))
