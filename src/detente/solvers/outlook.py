"""Looking ahead to a date when conditions change on the way: one backward recursion in calendar time.

The equation of :mod:`detente.solvers.conduct` with the payoffs, the legal moves, the tempo and the chances of the day:
for the outlook that ends at T, h months before it,

    dW_i/dh (s, h) = u_i(s; T-h) + sum_j lambda_j(T-h) (E[W_i(t, h) | j decides in s at T-h] - W_i(s, h)) + chance(T-h)
    g_j' = 1 - lambda_j(T-h) g_j

Actor j decides at T-h by W_j(., h) as long as it looks that far. Further from the end it decides as it then does with
its own whole foresight, which an outlook ending earlier has found: slice by slice, as in the middle of each.

What is expected at a change of conditions depends only on how much later the outlook ends. So outlooks grow from one
*trunk* per stretch of equal conditions, the recursion from its end back to its start: each leaves it where its length
is right and goes on from there alone. The steps are those of :mod:`detente.solvers.conduct`, and end at every border
between slices that matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from detente import kernels
from detente.game.calendar import WIDEST
from detente.game.game import Game, Prices
from detente.solvers.conduct import (
    ERROR,
    FLOOR,
    REACH,
    STAGES,
    TOLERANCE,
    Conduct,
    Prior,
    make_priors,
    refuse_lost,
)
from detente.solvers.layout import Floats, Layout

_SHARES, _ERROR = np.array(STAGES), np.array(ERROR)


@dataclass(frozen=True, eq=False, slots=True)
class Conditions:
    """A game priced and made ready for the recursion. n actors, N places of the layout."""

    game: Game
    prices: Prices
    priors: tuple[Prior, ...]
    #: float64 (n, N): zero in places that cannot be
    payoffs: Floats
    #: float64 (n,): 0 for who can change nothing under these conditions; and the same tiling by tiling
    tempo: Floats
    rates: tuple[Floats, ...]
    #: hazards per month of the layout's edges
    chance: Floats
    #: float64 (N,): total rate of whatever may happen in a place
    leaving: Floats
    #: longest step, months
    longest: float


def set_conditions(game: Game, prices: Prices, layout: Layout) -> Conditions:
    """Price a game's conditions for the recursion."""
    able = [any(axis.legal.sum() > len(axis.levels) for axis in game.own(j)) for j in range(len(game.actors))]
    tempo = np.where(layout.deciding & np.array(able, dtype=np.bool_), prices.tempo, 0.0)
    outflow = layout.find_outflow(prices.rates)
    fastest = float(tempo.sum() + 2 * outflow.max())
    return Conditions(
        game=game,
        prices=prices,
        priors=make_priors(game, prices, layout),
        payoffs=np.ascontiguousarray(np.where(layout.feasible, prices.payoffs.T[:, layout.cells], 0.0)),
        tempo=tempo,
        rates=tuple(tempo[list(tiling.actors)] for tiling in layout.tilings),
        chance=layout.find_rates(prices.rates),
        leaving=outflow + tempo.sum(),
        longest=REACH / fastest if fastest > 0 else np.inf,
    )


@dataclass(eq=False, slots=True)
class Slice:
    """A stretch of time in which behaviour is taken to be constant: that of its middle. Filled in actor by actor."""

    #: months; the last slice has no end
    low: float
    high: float
    conditions: Conditions
    conduct: Conduct = field(repr=False)

    @property
    def middle(self) -> float:
        """When its behaviour is exact, months."""
        return (self.low + self.high) / 2


@dataclass(eq=False, slots=True)
class _Trunk:
    """The recursion within the stretch in which outlooks end, as far as it has come."""

    #: month in which the stretch starts; months from the end of an outlook back to it
    start: float
    reached: float
    #: of the actors still looking, in order
    active: list[int]
    values: Floats
    lasting: Floats
    wish: float
    #: by actor who looks no further: what every cell was worth to it, and how long its choice lasts
    held: dict[int, tuple[Floats, float]]


class Outlook:
    """What everybody expects up to a date, and how it decides for it. Slices and their conduct come from outside."""

    def __init__(self, layout: Layout, slices: Sequence[Slice], foresight: Floats, step: float) -> None:
        self.layout, self.slices, self.foresight, self.step = layout, slices, foresight, step
        self.starts = [b.low for a, b in pairwise(slices) if a.conditions is not b.conditions]
        self.trunk: _Trunk | None = None
        self.place = {j: (k, row) for k, tiling in enumerate(layout.tilings) for row, j in enumerate(tiling.actors)}
        n, cells = slices[0].conditions.payoffs.shape
        self.weights, self.inverse = (
            tuple(np.empty((len(t.actors), t.length)) for t in layout.tilings) for _ in range(2)
        )
        self.values, self.trial = np.zeros((n, cells)), np.empty((n, cells))
        self.slopes = np.empty((4, n, cells))
        self.payoffs = np.empty((n, cells))

    def look(self, end: float, far: float) -> None:
        """Recur from the date ``end`` back over ``far`` months, past a change, into ``values`` and ``lasting``.

        Afterwards the first rows of ``values`` are those of ``active``: the actors who look at least that far. Ends
        in ascending order save work.
        """
        start = max(start for start in self.starts if start < end)
        trunk = self._climb(start, end - start)
        self._take(trunk)
        #: slice in which an actor stopped looking, with its weights as of that moment
        self.stopped = dict.fromkeys(trunk.held, -1)
        for low, high in pairwise(self._find_marks(end, end - start, far)):
            self._retire(low)
            self._enter(end - (low + high) / 2)
            self._walk(low, high)

    def _climb(self, start: float, height: float) -> _Trunk:
        """Let the trunk of a stretch grow until it is ``height`` months long."""
        conditions = self.conditions = next(part.conditions for part in self.slices if part.low == start)
        trunk = self.trunk
        if trunk is None or trunk.start != start or trunk.reached > height:
            n, cells = conditions.payoffs.shape
            active = [j for j in range(n) if self.foresight[j] > 0]
            # At foresight 0 the advantage per occasion is the payoff itself.
            held = {j: (conditions.payoffs[j], 1.0) for j in range(n) if j not in active}
            trunk = _Trunk(start, 0.0, active, np.zeros((len(active), cells)), np.zeros(n), 0.0, held)
        self._take(trunk)
        marks = {trunk.reached, height, *(float(h) for h in self.foresight if trunk.reached < h < height)}
        for j, (values, lasting) in trunk.held.items():
            self.weigh(j, values, lasting, conditions)
        for low, high in pairwise(sorted(marks)):
            self._retire(low)
            for j, values in self.leaving.items():
                trunk.held[j] = values, float(self.lasting[j])
                self.weigh(j, *trunk.held[j], conditions)
            np.take(conditions.payoffs, self.active, axis=0, out=self.payoffs[: len(self.active)])
            self._walk(low, high)
        values = self.values[: len(self.active)].copy()
        self.trunk = _Trunk(start, height, self.active, values, self.lasting, self.wish, trunk.held)
        return self.trunk

    def _take(self, trunk: _Trunk) -> None:
        """Go on from where a trunk has come to."""
        self.active, self.lasting, self.wish = list(trunk.active), trunk.lasting.copy(), trunk.wish
        self.values[: len(self.active)] = trunk.values

    def _find_marks(self, end: float, near: float, far: float) -> list[float]:
        """Months before the end at which anything changes, from ``near`` to ``far``."""
        shortest = min(float(h) for h in self.foresight if h > 0)
        marks = {near, far, *(float(h) for h in self.foresight if near < h < far)}
        marks |= {end - start for start in self.starts if near < end - start < far}
        last = near
        # While nobody has stopped looking after having looked at all, only other conditions matter. How those who have
        # go on to decide weighs less than how each decides itself: narrow slices go together.
        apart = self.step * min(WIDEST, shortest / 4)
        for h in (end - part.low for part in reversed(self.slices)):
            if max(near, shortest) < h < far and h - last >= apart:
                marks.add(h)
            last = max((mark for mark in marks if mark <= h), default=near)
        return sorted(marks)

    def _retire(self, reached: float) -> None:
        """Stop following the values of those who look no further."""
        keep = [place for place, j in enumerate(self.active) if self.foresight[j] > reached]
        self.leaving = {j: self.values[place].copy() for place, j in enumerate(self.active) if place not in keep}
        for to, place in enumerate(keep):
            if to != place:
                self.values[to] = self.values[place]
        self.active = [self.active[place] for place in keep]

    def _enter(self, time: float) -> None:
        """Take over the conditions in force at a time, and how those who look less far decide then."""
        number = next(k for k, part in enumerate(self.slices) if time < part.high)
        part = self.slices[number]
        self.conditions = part.conditions
        np.take(part.conditions.payoffs, self.active, axis=0, out=self.payoffs[: len(self.active)])
        for j, since in self.stopped.items():
            if since != number:
                k, row = self.place[j]
                self.weights[k][row], self.inverse[k][row] = part.conduct.weights[k][row], part.conduct.inverse[k][row]
        for j, values in self.leaving.items():
            # Until the slice is over it decides as it does at this very moment.
            self.weigh(j, values, float(self.lasting[j]), part.conditions)
            self.stopped[j] = number

    def weigh(self, j: int, values: Floats, lasting: float, conditions: Conditions) -> int:
        """Set an actor's weights from what every cell is worth to it while a choice lasts; cells lost to rounding."""
        k, row = self.place[j]
        tiling = self.layout.tilings[k]
        return int(
            kernels.weigh_choices(
                values,
                1 / (lasting * float(conditions.prices.noise[j])),
                tiling.walls,
                tiling.frame,
                tiling.spots,
                tiling.peers,
                conditions.priors[k].mats,
                row,
                self.weights[k],
                self.inverse[k],
            )
        )

    def _walk(self, low: float, high: float) -> None:
        """Step from one mark to the next, the error of each step kept below what is allowed."""
        longest, allowed = self.conditions.longest * self.step, TOLERANCE * self.step**3
        at = low
        self._set_slope(self.values, self.lasting, self.slopes[0])
        self.wish = self.wish or longest / 6
        while at < high:
            left = high - at
            count = max(1.0, np.ceil(left / min(self.wish, longest) - 1e-9))
            d = left / count
            error = self._try(d) / allowed
            if error <= 1.0 or d <= longest * FLOOR:
                self.values, self.trial = self.trial, self.values
                self.slopes[0, : len(self.active)] = self.slopes[3, : len(self.active)]
                self.lasting = self.next_lasting
                at = at + d if count > 1 else high
            self.wish = d * min(3.0, max(0.2, 0.85 * max(error, 1e-9) ** (-1 / 3)))

    def _try(self, d: float) -> float:
        """Lay one step of ``d`` months out in ``trial``; return its error in units of noise."""
        count, tempo = len(self.active), self.conditions.tempo
        growth = np.zeros((4, len(tempo)))
        growth[0] = 1 - tempo * self.lasting
        for stage, shares in enumerate(d * _SHARES):
            kernels.combine(self.values, self.slopes, shares, count, self.trial)
            self.next_lasting = self.lasting + shares @ growth
            growth[stage + 1] = 1 - tempo * self.next_lasting
            self._set_slope(self.trial, self.next_lasting, self.slopes[stage + 1])
        scales = 1 / (self.next_lasting * self.conditions.prices.noise)[self.active]
        return float(kernels.find_largest(self.slopes, d * _ERROR, scales, count))

    def _set_slope(self, values: Floats, lasting: Floats, slope: Floats) -> None:
        count, now, layout = len(self.active), self.conditions, self.layout
        if lasting[self.active[0]] == 0:
            # At the end itself there is nothing to gain from moving: the slope is the payoff.
            slope[:count] = self.payoffs[:count]
            return
        for place, j in enumerate(self.active):
            if now.tempo[j] > 0:
                self.weigh(j, values[place], float(lasting[j]), now)
        kernels.start_slopes(self.payoffs, now.leaving, values, count, slope)
        for k, tiling in enumerate(layout.tilings):
            kernels.add_choices(
                values,
                count,
                self.weights[k],
                self.inverse[k],
                now.rates[k],
                tiling.frame,
                tiling.spots,
                now.priors[k].mats,
                slope,
            )
        starts, ends, lengths = layout.runs
        kernels.add_chance(values, count, ends, starts, lengths, now.chance, slope)

    def settle(self, part: Slice, actor: int) -> None:
        """Fill in how an actor decides in the middle of a slice, after a look that goes back to it.

        Raises DetenteError when its noise is too small for its payoffs.
        """
        conditions, (k, row) = part.conditions, self.place[actor]
        values = self.values[self.active.index(actor)]
        lost = self.weigh(actor, values, float(self.lasting[actor]), conditions)
        refuse_lost(conditions.game, conditions.prices, actor, lost)
        conduct = part.conduct
        conduct.weights[k][row], conduct.inverse[k][row] = self.weights[k][row], self.inverse[k][row]
        conduct.values[actor] = self.layout.spread(values)
