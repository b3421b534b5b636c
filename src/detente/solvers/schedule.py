"""Behaviour when conditions change by date: a schedule of conducts, solved backwards where changes are anticipated.

What everybody takes the future to be changes only when it is surprised. Within such a view, far from any change that
an actor can see, it decides as if conditions were to last (:func:`~detente.solvers.conduct.solve_conduct`). Within its
foresight before one, calendar time is cut into slices: in each it decides as in the middle, by the outlook that ends
its foresight later (:mod:`detente.solvers.outlook`). Outlooks are taken in the order of their ends, so that each finds
the decisions it needs of those who look less far. The error of the slices falls with the square of their width.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import inf

import numpy as np

from detente.game.calendar import WIDEST, View, cut_slices, find_seeing, lay_stretches, lay_views
from detente.game.game import Game, Prices
from detente.game.pricing import price
from detente.solvers.conduct import GLIMPSE, Conduct, solve_conduct, toss_coins
from detente.solvers.layout import Floats, Layout
from detente.solvers.outlook import Conditions, Outlook, Slice, set_conditions

#: how it is computed, in one line for the record
METHOD = (
    "what is anticipated solved backwards in calendar time, "
    f"in slices of at most {WIDEST:g} months, each as in its middle; stability as of the first day"
)


@dataclass(frozen=True, eq=False, slots=True)
class Stage:
    """How everybody behaves from a time on, until the next stage."""

    #: months
    start: float
    #: the game under the conditions in force
    game: Game = field(repr=False)
    conduct: Conduct = field(repr=False)


@dataclass(frozen=True, eq=False, slots=True)
class Schedule:
    """Everybody's behaviour over time."""

    #: in order; the first starts at 0
    stages: tuple[Stage, ...]
    #: float64 (n, N): W_i(s, foresight_i) as of the start, where asked for
    values: Floats | None = field(default=None, repr=False)

    @property
    def behaviour(self) -> tuple[tuple[float, Conduct], ...]:
        """Every stage's conduct, by the month from which it holds."""
        return tuple((stage.start, stage.conduct) for stage in self.stages)


def solve_schedule(
    game: Game, inputs: Floats, layout: Layout, end: float, *, step: float = 1.0, valued: bool = False
) -> Schedule:
    """Everybody's behaviour up to ``end`` (months) in a game with a calendar, for one draw of its inputs.

    ``step`` scales the slices, and the steps of every recursion; with ``valued`` the schedule has values. Raises
    DetenteError when an actor's noise is too small for its payoffs to be told apart in double precision.
    """
    assert game.calendar is not None, "a game in which nothing changes by date has one conduct"
    book = _Book(inputs, layout, step)
    stages: list[Stage] = []
    values: Floats | None = None
    for view in lay_views(game.calendar):
        start = view.stretches[0].start
        if start > end:
            break
        solver = _ViewSolver(book, view, min(end, view.end))
        solver.solve()
        stages += solver.stages()
        values = solver.value_start() if valued and start == 0 else values
    return Schedule(_join(stages), values)


def schedule_coins(game: Game, inputs: Floats, layout: Layout) -> Schedule:
    """Behaviour over time with all preferences switched off: what is allowed, tempo, noise and habit as in force."""
    assert game.calendar is not None, "a game in which nothing changes by date has one conduct"
    stages = tuple(
        Stage(stretch.start, stretch.game, toss_coins(stretch.game, price(stretch.game, inputs), layout))
        for stretch in lay_stretches(game.calendar)
    )
    return Schedule(stages)


def _join(stages: list[Stage]) -> tuple[Stage, ...]:
    """Neighbours with one conduct as one."""
    kept = [stages[0]]
    kept += [after for before, after in pairwise(stages) if after.conduct is not before.conduct]
    return tuple(kept)


class _Book:
    """What the views of one draw share: conditions and lasting conducts, each made once."""

    def __init__(self, inputs: Floats, layout: Layout, step: float) -> None:
        self.inputs, self.layout, self.step = inputs, layout, step
        self._conditions: dict[int, Conditions] = {}
        self._conducts: dict[int, Conduct] = {}

    def set_conditions(self, game: Game) -> Conditions:
        if id(game) not in self._conditions:
            self._conditions[id(game)] = set_conditions(game, price(game, self.inputs), self.layout)
        return self._conditions[id(game)]

    def solve(self, game: Game) -> Conduct:
        """Behaviour as if the conditions were to last."""
        if id(game) not in self._conducts:
            prices: Prices = self.set_conditions(game).prices
            self._conducts[id(game)] = solve_conduct(game, prices, self.layout, self.step)
        return self._conducts[id(game)]


class _ViewSolver:
    """One view of the future and the time up to ``end`` in which it is held."""

    def __init__(self, book: _Book, view: View, end: float) -> None:
        self.book, self.end = book, end
        self.starts = [stretch.start for stretch in view.stretches]
        self.games = [stretch.game for stretch in view.stretches]
        prices = book.set_conditions(self.games[0]).prices
        self.foresight = np.where(prices.foresight < GLIMPSE, 0.0, prices.foresight)
        self.slices: list[Slice] = []

    def solve(self) -> None:
        """Fill in the slices that matter up to the end of the time asked about."""
        tempo = max(float(self.book.set_conditions(game).tempo.max(initial=0.0)) for game in self.games)
        spans = list(pairwise([*cut_slices(self.starts, self.foresight.tolist(), tempo, self.book.step), inf]))
        middles = [(low + high) / 2 for low, high in spans if low <= self.end]
        dates = {middle + far for middle in middles for far in self._find_seeing(middle)}
        last = max(dates, default=self.end)
        self.slices = [self._lay_slice(low, high) for low, high in spans if low <= self.end or low < last]
        # By end and length of the outlook; those who look equally far share it.
        goals: dict[tuple[float, float], list[tuple[int, Slice]]] = {}
        for part in self.slices:
            for far, actors in self._find_seeing(part.middle).items():
                if part.middle + far <= last:
                    goals.setdefault((part.middle + far, far), []).extend((j, part) for j in actors)
        for date, far in sorted(goals):
            self.outlook.look(date, far)
            for j, part in goals[date, far]:
                self.outlook.settle(part, j)

    @cached_property
    def outlook(self) -> Outlook:
        """Made when first needed, for it is large."""
        return Outlook(self.book.layout, self.slices, self.foresight, self.book.step)

    def _find_seeing(self, time: float) -> dict[float, list[int]]:
        return find_seeing(self.starts, self.foresight.tolist(), time)

    def _lay_slice(self, low: float, high: float) -> Slice:
        game = self.games[bisect_right(self.starts, low) - 1]
        conditions = self.book.set_conditions(game)
        seeing = [j for actors in self._find_seeing((low + high) / 2).values() for j in actors]
        if not seeing:
            return Slice(low, high, conditions, self.book.solve(game))
        if len(seeing) < len(self.foresight):
            lasting = self.book.solve(game)
            weights, inverse = (tuple(a.copy() for a in arrays) for arrays in (lasting.weights, lasting.inverse))
            values = lasting.values.copy()
        else:
            blank = [(len(tiling.actors), tiling.length) for tiling in self.book.layout.tilings]
            weights, inverse = (tuple(np.zeros(shape) for shape in blank) for _ in range(2))
            values = np.zeros((len(conditions.payoffs), self.book.layout.count))
        rates = conditions.prices.rates
        conduct = Conduct(weights, inverse, conditions.priors, conditions.tempo, rates, values, np.zeros(0))
        return Slice(low, high, conditions, conduct)

    def stages(self) -> list[Stage]:
        """The conducts of the time in which the view is held."""
        return [Stage(part.low, part.conditions.game, part.conduct) for part in self.slices if part.low <= self.end]

    def value_start(self) -> Floats:
        """W_i(s, foresight_i) as of the start of the view, float64 (n, N)."""
        values = self.slices[0].conduct.values.copy()
        start = self.starts[0]
        for far, actors in self._find_seeing(start).items():
            self.outlook.look(start + far, far)
            for j in actors:
                values[j] = self.book.layout.spread(self.outlook.values[self.outlook.active.index(j)])
        return values
