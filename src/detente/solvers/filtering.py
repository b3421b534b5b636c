"""What was observed, held against one draw: how likely each observation was, and what is likely given all of them.

One walk of the chain from its start, in legs from one observation to the next (the forward filter of a hidden Markov
chain; Rabiner 1989). ``seen c on D`` keeps the mass that is in c at D. ``not seen c by D`` loses mass as soon as it is
in c, and ``seen c by D`` flags it, the start included (:mod:`detente.solvers.flags`). An observation ``by`` D counts at
D, given everything dated before it, so the distribution is walked in *strands*: one for every number of such
observations already made, and one for each probability that is wanted given all the evidence. At every observation the
strands are scaled together, so that long evidence does not underflow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game, mask
from detente.scenario.conditions import Condition
from detente.scenario.queries import Probability
from detente.solvers.flags import MET, Flow, Mask, Rows, Stages, Trigger, make_trigger
from detente.solvers.jumps import TAIL
from detente.solvers.layout import Floats, Layout
from detente.solvers.pieces import Behaviour, Stretch, cut_pieces, make_piece
from detente.solvers.watch import Watch, lay_watch

#: how likelihoods are computed, in one line for the record
METHOD = f"forward filter over the uniformised chain, truncation below {TAIL:g} of the mass between observations"

#: a strand: so many observations ``by`` a date taken into account, or all of them and what a probability asks
Strand = int | Probability
#: a strand's masses (places,) by the stages of its open triggers: observations in order, then what is asked
Copies = dict[Stages, Floats]


@dataclass(frozen=True, eq=False, slots=True)
class Observation:
    """Something seen, or not seen, on a day or at some moment up to it."""

    condition: Condition
    #: months from as_of, none below 0
    time: float
    by: bool = False
    negated: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class _Lane:
    """The rows of one strand on one leg."""

    rows: Mapping[Stages, int]
    #: uint8 (rows, places): what becomes of mass, as in a watch
    codes: NDArray[np.uint8]
    flows: tuple[Flow, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Leg:
    """The walk to the next observation, or from the last one to the last date asked about."""

    #: months; what is dated after ``since`` and up to ``high`` belongs to it
    since: float
    high: float
    lanes: Mapping[Strand, _Lane]
    #: places of the observations made at its end, in order; none on the leg after the last
    seen: tuple[int, ...]
    #: what is asked of a moment on the way, with the lane from there on
    inside: Mapping[Probability, _Lane]
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
    legs: tuple[_Leg, ...] = field(repr=False)

    @property
    def end(self) -> float:
        """Months: up to when the state is followed."""
        return self.legs[-1].high


@dataclass(frozen=True, eq=False, slots=True)
class Filtered:
    """One draw's evidence."""

    #: (items,): probability of each given those before it; NaN after one that is impossible in this draw
    increments: Floats
    #: of every probability asked, given all items; NaN where they are impossible
    posteriors: Mapping[Probability, float]


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
        self.lanes: dict[tuple[tuple[int, ...], Probability | None], _Lane] = {}

    def lay_leg(self, since: float, high: float, *, final: bool) -> _Leg:
        """A leg; the ``final`` one lies after the last observation."""
        dated = [item for item in self.goals if since < item.time <= high]
        inside = [item for item in dated if final or item.time < high]
        return _Leg(
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

    def lay_lane(self, strand: Strand, since: float) -> _Lane:
        """The rows of a strand after ``since`` (months)."""
        reach = self.timed[:strand] if isinstance(strand, int) else self.timed
        still = tuple(k for k in reach if self.items[k].time > since)
        asked = strand if isinstance(strand, Probability) and strand.kind != "on" and strand.time > since else None
        key = still, asked
        if key not in self.lanes:
            self.lanes[key] = self._make_lane(*key)
        return self.lanes[key]

    def _make_lane(self, still: tuple[int, ...], asked: Probability | None) -> _Lane:
        triggers = [Trigger(self.masks[k]) for k in still]
        lost = [self.items[k].negated for k in still]
        if asked is not None:
            triggers.append(make_trigger(self.goals[asked], asked.kind == "enters", self.game.status_quo))
            lost.append(True)
        rows = Rows(self.game.cells)
        tracker = rows.add_lossy(triggers, lost)
        codes = np.ascontiguousarray(np.array(rows.codes)[:, self.layout.cells])
        return _Lane(tracker.rows, codes, tuple(rows.flows))


def run_filter(game: Game, behaviour: Behaviour, layout: Layout, laid: Filter) -> Filtered:
    """Hold the evidence against one draw's behaviour."""
    return _Walk(game, behaviour, layout, laid).run()


class _Walk:
    """One draw's walk; filled in leg by leg."""

    def __init__(self, game: Game, behaviour: Behaviour, layout: Layout, laid: Filter) -> None:
        self.game, self.behaviour, self.layout, self.laid = game, behaviour, layout, laid
        self.held: dict[Strand, Copies] = {}
        #: observations ``by`` a date made so far, and in all: the strand they are weighed by, and the last one
        self.done, self.whole = 0, sum(item.by for item in laid.items)
        self.increments = np.full(len(laid.items), np.nan)
        self.posteriors = dict.fromkeys(laid.asked, float("nan")) | dict(laid.decided)

    def run(self) -> Filtered:
        """Walk all legs, or up to an observation that cannot be."""
        for leg in self.laid.legs:
            self._go(leg)
            if leg.seen and not self._observe(leg.seen):
                return Filtered(self.increments, dict.fromkeys(self.laid.asked, float("nan")))
            for item in leg.at_end:
                if item.kind == "on":
                    self.held[item] = self._settle(item, self.held[self.whole])
                elif item in self.held:
                    self.held[item] = self._settle(item, self.held[item])
            if leg.high >= self.laid.items[-1].time:
                for item in [item for item in self.laid.goals if item.time <= leg.high and item in self.held]:
                    self._read(item)
        return Filtered(self.increments, self.posteriors)

    def _go(self, leg: _Leg) -> None:
        """Walk a leg; a strand that has no mass left, whose answer is known, ends here."""
        if not self.held:
            self.held = {strand: self._begin(lane) for strand, lane in leg.lanes.items()}
        for item in [item for item in self.held if isinstance(item, Probability) and not _weigh(self.held[item])]:
            self._read(item)
        lanes = {strand: lane for strand, lane in leg.lanes.items() if strand in self.held}
        shown: dict[Probability, Strand] = {item: self.whole if item.kind == "on" else item for item in leg.inside}
        shown = {item: strand for item, strand in shown.items() if strand in lanes}
        self.held, shots = self._walk(lanes, self.held, (leg.low, leg.high), shown)
        for item, copies in shots.items():
            self.held[item] = self._settle(item, copies)
            if leg.seen:
                lane: dict[Strand, _Lane] = {item: leg.inside[item]}
                self.held |= self._walk(lane, self.held, (item.time, leg.high), {})[0]

    def _begin(self, lane: _Lane) -> Copies:
        """Everything in the start's place, no flag set: the row whose stages are all the first."""
        copies = {stages: np.zeros(lane.codes.shape[1]) for stages in lane.rows}
        copies[(0,) * len(next(iter(copies)))][self.laid.blank.start] = 1.0
        return copies

    def _walk(
        self,
        lanes: Mapping[Strand, _Lane],
        held: Mapping[Strand, Copies],
        span: tuple[float, float],
        shown: Mapping[Probability, Strand],
    ) -> tuple[dict[Strand, Copies], dict[Probability, Copies]]:
        """The strands at the end of a span of months, and those ``shown`` at the date of what is asked of them."""
        watch, rows = _lay_rows(self.laid.blank, lanes, shown)
        masses = np.array([held[strand][stages] for strand, stages in rows])
        pictures: dict[tuple[int, float], Floats] = {}
        nothing = np.zeros((0, masses.shape[1]))
        for low, high in pairwise(cut_pieces(self.game, self.behaviour, *span)):
            # After the last observation nothing goes on behind what is asked.
            stretch = Stretch(low, high, high > self.laid.items[-1].time and high == span[1], nothing)
            piece = make_piece(self.game, self.behaviour, self.layout, watch, low)
            masses, _ = piece.walk(masses, np.zeros(0), stretch, np.zeros(0), nothing)
            for row, at in watch.shots:
                times = at[stretch.mark(at)]
                pictures |= zip(((row, float(t)) for t in times), piece.shots[row], strict=True)
        place = {row: k for k, row in enumerate(rows)}
        ended = {strand: {s: masses[place[strand, s]] for s in lane.rows} for strand, lane in lanes.items()}
        shots = {
            item: {s: pictures[place[strand, s], item.time] for s in lanes[strand].rows}
            for item, strand in shown.items()
        }
        return ended, shots

    def _observe(self, seen: Sequence[int]) -> bool:
        """Take a day's observations into account in every strand; return whether they can be."""
        for k in seen:
            self._count(k)
            if not self.increments[k]:
                return False
        scale = 1 / _weigh(self.held[self.done])
        self.held = {strand: {s: m * scale for s, m in copies.items()} for strand, copies in self.held.items()}
        return True

    def _count(self, k: int) -> None:
        item, before = self.laid.items[k], _weigh(self.held[self.done])
        if item.by:
            del self.held[self.done]
            self.done += 1
            self.held = {strand: _close(copies, 0, lost=item.negated) for strand, copies in self.held.items()}
        else:
            where = self.laid.masks[k] != item.negated
            self.held = {strand: {s: m * where for s, m in copies.items()} for strand, copies in self.held.items()}
        self.increments[k] = min(1.0, _weigh(self.held[self.done]) / before)

    def _settle(self, item: Probability, copies: Copies) -> Copies:
        """What is true ``on`` its day, or what has not happened ``by`` it."""
        if item.kind == "on":
            return {stages: masses * self.laid.goals[item] for stages, masses in copies.items()}
        # Its flag is the last one.
        return _close(copies, len(next(iter(copies))) - 1, lost=True)

    def _read(self, item: Probability) -> None:
        """Note the answer of a strand, which ends."""
        share = _weigh(self.held.pop(item))
        share = share if item.kind == "on" else 1 - share
        # Nearer to 0 or 1 than the truncation is rounding.
        self.posteriors[item] = 0.0 if share < TAIL else 1.0 if share > 1 - TAIL else share


def _lay_rows(
    blank: Watch, lanes: Mapping[Strand, _Lane], shown: Mapping[Probability, Strand]
) -> tuple[Watch, list[tuple[Strand, Stages]]]:
    """A watch over the lanes side by side, and whose row each is."""
    rows: list[tuple[Strand, Stages]] = []
    flows: list[Flow] = []
    shots: list[tuple[int, Floats]] = []
    for strand, lane in lanes.items():
        first = len(rows)
        flows += [Flow(first + flow.source, flow.code, first + flow.target) for flow in lane.flows]
        rows += [(strand, stages) for stages in lane.rows]
        times = np.unique([item.time for item, other in shown.items() if other == strand])
        shots += [(row, times) for row in range(first, len(rows)) if len(times)]
    codes = np.concatenate([lane.codes for lane in lanes.values()])
    until = (np.inf,) * len(rows)
    return replace(blank, absorbing=codes, flows=tuple(flows), shots=tuple(shots), until=until), rows


def _weigh(copies: Copies) -> float:
    return float(sum(masses.sum() for masses in copies.values()))


def _close(copies: Copies, place: int, *, lost: bool) -> Copies:
    """Copies without the flag at ``place``: what met it goes on, or, where that was lost, what did not."""
    merged: Copies = {}
    for stages, masses in copies.items():
        if lost or stages[place] == MET:
            rest = stages[:place] + stages[place + 1 :]
            merged[rest] = merged[rest] + masses if rest in merged else masses
    return merged
