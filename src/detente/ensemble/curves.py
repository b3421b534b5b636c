"""Probabilities month by month, at central values or over draws that are kept in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

import numpy as np
from numpy.typing import NDArray

from detente.display import Drawn
from detente.ensemble.inquiry import Inquiry, plain_number, show_number
from detente.ensemble.pooling import METHOD, Floats, find_quantiles
from detente.game.game import Game
from detente.scenario.model import DAYS_PER_MONTH
from detente.scenario.queries import Probability
from detente.solvers.forecast import Answers
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid

_BLOCKS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, eq=False, slots=True)
class Curve:
    """One probability over time; every array has the shape (times,), NaN where it is void."""

    query: str
    #: months from as_of, or for ``within T after e`` from the event
    months: tuple[float, ...]
    after: bool
    mean: Floats
    #: 5th and 95th percentile over draws; None at central values
    p5: Floats | None
    p95: Floats | None
    #: the same with all preferences off
    coin: Floats
    #: of a conditional probability, how likely what it conditions on is
    condition: float | None


@dataclass(frozen=True)
class Curves(Drawn):
    """Curves in the order asked."""

    curves: tuple[Curve, ...]
    as_of: date
    #: method, draws, seed, digest
    made_by: Mapping[str, object] = field(repr=False)

    def __repr__(self) -> str:
        return f"<Curves: {len(self.curves)}, {self.made_by['values']}>"

    def __str__(self) -> str:
        notes = []
        if any(curve.condition is not None and curve.p5 is not None for curve in self.curves):
            notes.append(f"Conditional probabilities over draws: {METHOD}.")
        return "\n".join([*("\n".join(self._draw(curve)) + "\n" for curve in self.curves), *notes]).rstrip("\n")

    def _draw(self, curve: Curve) -> list[str]:
        """A curve as a line of blocks from 0 to 1 and a table."""
        rows = [curve.query, f"  {''.join(map(_choose_block, curve.mean))}  from 0 to 1, a month a block"]
        if curve.condition is not None:
            rows.append(f"  what it conditions on has a probability of {curve.condition:.3g}")
        head = "months after" if curve.after else "day"
        columns = ["value"] if curve.p5 is None else ["value", "5 %", "95 %"]
        rows.append(f"  {head:12}{''.join(f' {name:>7}' for name in columns)} {'coin toss':>10}")
        for k, months in enumerate(curve.months):
            when = f"{months:.2f}" if curve.after else self._find_day(months)
            ends = [x[k] for x in (curve.p5, curve.p95) if x is not None]
            told = "".join(f" {show_number(x):>7}" for x in (curve.mean[k], *ends))
            rows.append(f"  {when:12}{told} {show_number(curve.coin[k]):>10}")
        return rows

    def _find_day(self, months: float) -> str:
        return str(self.as_of + timedelta(days=round(months * DAYS_PER_MONTH)))

    def to_dict(self) -> dict[str, object]:
        """The one JSON shape; NaN (void) becomes null."""
        return {"curves": [self._tell(curve) for curve in self.curves], "made_by": dict(self.made_by)}

    def _tell(self, curve: Curve) -> dict[str, object]:
        def listed(values: Floats | None) -> list[float | None] | None:
            return None if values is None else [plain_number(x) for x in values]

        days = [self._find_day(months) for months in curve.months]
        return {
            "query": curve.query,
            "days": None if curve.after else days,
            "months_after": list(curve.months) if curve.after else None,
            "values": listed(curve.mean),
            "p5": listed(curve.p5),
            "p95": listed(curve.p95),
            "coin_toss": listed(curve.coin),
            "condition": plain_number(curve.condition),
        }


def _choose_block(value: float) -> str:
    return "?" if np.isnan(value) else _BLOCKS[min(int(value * len(_BLOCKS)), len(_BLOCKS) - 1)]


def trace(game: Game, inquiry: Inquiry) -> Curves:
    """The curves of queries that are one probability each, at the ends of months and on the query's own date.

    A month is 30.4375 days; its end is moved to the nearest whole day, so that every value is that of a date.
    """
    asked = [query.expression for query in inquiry.queries if isinstance(query.expression, Probability)]
    steps = [_lay_steps(item) for item in asked]
    months, windows = (
        np.unique([t for item, own in zip(asked, steps, strict=True) if (item.after is not None) == after for t in own])
        for after in (False, True)
    )
    pairs = list(inquiry.sample(lay_plan(game, inquiry.queries, Grid(months, windows))))
    curves = []
    for query, item, own in zip(inquiry.queries, asked, steps, strict=True):
        places = np.searchsorted(months if item.after is None else windows, own)
        model = _gather([answers for answers, _ in pairs], item, places)
        coin = _gather([answers for _, answers in pairs], item, places)
        condition = float(np.mean([answers.conditions[item] for answers, _ in pairs])) if item.conditional else None
        p5, p95 = (None, None) if inquiry.draws is None else _pool(*model, [0.05, 0.95])
        after = item.after is not None
        curves.append(Curve(str(query), tuple(own), after, _average(*model), p5, p95, _average(*coin), condition))
    return Curves(tuple(curves), inquiry.as_of, inquiry.describe(game))


def _lay_steps(item: Probability) -> list[float]:
    """The times of a query's curve, in months, its own last."""
    ends = [float(k) for k in range(ceil(item.time))]
    if item.after is None:
        ends = [round(month * DAYS_PER_MONTH) / DAYS_PER_MONTH for month in ends]
    elif item.given is not None:
        # What follows an event while something else is observed is known at the end of its span only.
        ends = []
    return [*(t for t in ends if t < item.time), item.time]


def _gather(answers: Sequence[Answers], item: Probability, places: NDArray[np.intp]) -> tuple[Floats, Floats | None]:
    """The draws whose curve is not void, shape (draws, times), and how much each counts."""
    lines = np.array([answer.curves[item][places] for answer in answers])
    there = ~np.isnan(lines).any(axis=1)
    weights = np.array([answer.conditions[item] for answer in answers])[there] if item.conditional else None
    return lines[there], weights


def _average(lines: Floats, weights: Floats | None) -> Floats:
    if not len(lines):
        return np.full(lines.shape[1], np.nan)
    return np.asarray(np.average(lines, axis=0, weights=weights))


def _pool(lines: Floats, weights: Floats | None, shares: list[float]) -> Floats:
    if not len(lines):
        return np.full((len(shares), lines.shape[1]), np.nan)
    return find_quantiles(lines, weights, shares)
