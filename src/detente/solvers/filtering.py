"""What was observed, held against one draw: how likely each observation was, and what is likely given all of them.

One walk of the chain from its start, in legs from one observation to the next (the forward filter of a hidden Markov
chain; Rabiner 1989). ``seen c on D`` keeps the mass that is in c at D. ``not seen c by D`` loses mass as soon as it is
in c, and ``seen c by D`` flags it, the start included. At every observation the strands of the distribution
(:mod:`detente.solvers.strands`) are scaled together, so that long evidence does not underflow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from detente.game.game import Game
from detente.scenario.queries import Probability
from detente.solvers.flags import MET, Flow, Stages
from detente.solvers.jumps import TAIL
from detente.solvers.layout import Floats, Layout
from detente.solvers.pieces import Behaviour, Stretch, cut_pieces, make_piece
from detente.solvers.strands import Filter, Lane, Leg, Strand
from detente.solvers.watch import Watch

#: how likelihoods are computed, in one line for the record
METHOD = f"forward filter over the uniformised chain, truncation below {TAIL:g} of the mass between observations"

#: a strand's masses (places,) by the stages of its open triggers: observations in order, then what is asked
Copies = dict[Stages, Floats]


@dataclass(frozen=True, eq=False, slots=True)
class Filtered:
    """One draw's evidence."""

    #: (items,): probability of each given those before it; NaN after one that is impossible in this draw
    increments: Floats
    #: of every probability asked, given all items; NaN where they are impossible
    posteriors: Mapping[Probability, float]


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

    def _go(self, leg: Leg) -> None:
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
                lane: dict[Strand, Lane] = {item: leg.inside[item]}
                self.held |= self._walk(lane, self.held, (item.time, leg.high), {})[0]

    def _begin(self, lane: Lane) -> Copies:
        """Everything in the start's place, no flag set: the row whose stages are all the first."""
        copies = {stages: np.zeros(lane.codes.shape[1]) for stages in lane.rows}
        copies[(0,) * len(next(iter(copies)))][self.laid.blank.start] = 1.0
        return copies

    def _walk(
        self,
        lanes: Mapping[Strand, Lane],
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
    blank: Watch, lanes: Mapping[Strand, Lane], shown: Mapping[Probability, Strand]
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
