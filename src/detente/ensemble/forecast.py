"""Answers to queries: at central values, or over draws that are kept in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from textwrap import wrap

import numpy as np

from detente.display import Drawn
from detente.ensemble.inquiry import Inquiry, plain_number, show_number
from detente.ensemble.pooling import METHOD, Floats, Pool, pool
from detente.ensemble.precision import error_of_share
from detente.game.game import Game
from detente.scenario.queries import Probability, Query
from detente.solvers.forecast import Answers
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid
from detente.solvers.tables import write_row
from detente.solvers.timing import Dates, find_dates

#: columns of notes
WIDTH = 100
#: why observing and imposing differ
OBSERVED = (
    "Observed is not imposed: 'given' keeps the futures in which it comes about by itself, which are those that favour "
    "it, whenever it comes and whether or not it lasts; 'suppose' puts it in place at the start, holds it, and "
    "everybody reckons with that."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One query's answer: a number, or for a yes-or-no query the share of draws that say yes."""

    query: str
    value: float
    #: 5th and 95th percentile over draws; None at central values
    p5: float | None
    p95: float | None
    #: standard error of ``value`` over draws; None at central values, NaN for a mean of one draw
    error: float | None
    #: the same query with all preferences off; NaN for what is asked of preferences themselves
    coin: float
    coin_error: float | None
    #: share of draws in which a part of the query was void
    void: float
    void_error: float | None
    #: of a conditional probability, how likely what it conditions on is; None for anything else
    condition: float | None = None
    #: of a probability ``given`` levels of levers: the query that supposes them instead, and its value
    supposed: tuple[str, float] | None = None
    #: of ``by`` and ``enters``, when the event is expected; None where it was not asked
    dates: Dates | None = None


@dataclass(frozen=True)
class Forecast(Drawn):
    """Answers to queries, in the order asked."""

    lines: tuple[Line, ...]
    inquiry: Inquiry = field(repr=False)
    #: method, draws, seed, digest
    made_by: Mapping[str, object] = field(repr=False)

    def __repr__(self) -> str:
        return f"<Forecast: {len(self.lines)} queries, {self.made_by['values']}>"

    def __str__(self) -> str:
        rows = [f"{'value':>8} {'±error':>7} {'5 %':>7} {'95 %':>7} {'coin toss':>10} {'±error':>7}  query"]
        for line in self.lines:
            value, error, low, high = map(show_number, (line.value, line.error, line.p5, line.p95))
            coin, coin_error = show_number(line.coin), show_number(line.coin_error)
            figures = f"{value:>8} {error:>7} {low:>7} {high:>7} {coin:>10} {coin_error:>7}  "
            rows += write_row(figures, line.query)
            if line.condition is not None:
                rows.append(f"{_show_chance(line.condition):>8} {'':42}  probability of what it conditions on")
            if line.supposed is not None:
                told = f"supposed instead: {line.supposed[0]}"
                rows += write_row(f"{show_number(line.supposed[1]):>8} {'':42}  ", told)
        return "\n".join([*rows, *self._list_dates(), *self._list_notes()])

    def _list_dates(self) -> list[str]:
        dated = [(line, line.dates) for line in self.lines if line.dates is not None]
        if not dated:
            return []
        horizon = self.inquiry.find_day(float(str(self.made_by["horizon"])))
        rows = ["", f"{'10 %':>16} {'median':>16} {'90 %':>16} {'never':>6}  event (never: not by {horizon})"]
        for line, dates in dated:
            days = [
                f"after {horizon}" if months is None else str(self.inquiry.find_day(months))
                for months in (dates.early, dates.median, dates.late)
            ]
            times = " ".join(f"{day:>16}" for day in days)
            rows += write_row(f"{times} {show_number(dates.never):>6}  ", line.query)
        if self.inquiry.draws is not None:
            rows.append("The dates are those of all draws together: quantiles of the mean of their probabilities.")
        return rows

    def _list_notes(self) -> list[str]:
        notes = []
        if any(line.condition is not None and line.p5 is not None for line in self.lines):
            notes.append(f"Conditional probabilities over draws: {METHOD}.")
        if any(line.supposed is not None for line in self.lines):
            notes.append(OBSERVED)
        return ["", *(line for note in notes for line in wrap(note, WIDTH))] if notes else []

    def to_dict(self) -> dict[str, object]:
        """The one JSON shape; NaN (void) becomes null."""
        return {"queries": [self._tell(line) for line in self.lines], "made_by": dict(self.made_by)}

    def _tell(self, line: Line) -> dict[str, object]:
        told: dict[str, object] = {
            "query": line.query,
            "value": plain_number(line.value),
            "mean": plain_number(line.value) if line.p5 is not None else None,
            "p5": plain_number(line.p5),
            "p95": plain_number(line.p95),
            "standard_error": plain_number(line.error),
            "coin_toss": plain_number(line.coin),
            "coin_toss_standard_error": plain_number(line.coin_error),
            "void": line.void,
            "void_standard_error": plain_number(line.void_error),
            "condition": plain_number(line.condition),
            "supposed": None,
            "dates": None,
        }
        if line.supposed is not None:
            told["supposed"] = {"query": line.supposed[0], "value": plain_number(line.supposed[1])}
        if (dates := line.dates) is not None:
            named = (("p10", dates.early), ("median", dates.median), ("p90", dates.late))
            days = {name: None if t is None else str(self.inquiry.find_day(t)) for name, t in named}
            told["dates"] = {**days, "never": dates.never}
        return told


def _show_chance(chance: float) -> str:
    return f"{chance:.0e}" if 0 < chance < 0.0005 else f"{chance:.3f}"


def forecast(game: Game, inquiry: Inquiry, supposed: Sequence[Query | None] = (), *, when: bool = False) -> Forecast:
    """Answer an inquiry's queries; nothing is written to disk.

    ``supposed`` may name, query by query, the one that supposes what is given; ``when`` asks for the dates of events.
    """
    also = [query for query in supposed if query is not None]
    plan = lay_plan(game, [*inquiry.queries, *also], Grid(np.zeros(0), whole=when))
    pairs = list(inquiry.sample(plan))
    model, coin = [answers for answers, _ in pairs], [tosses for _, tosses in pairs]
    lines = []
    for k, query in enumerate(inquiry.queries):
        line = _summarise(query, model, coin, central=inquiry.draws is None)
        if supposed and (other := supposed[k]) is not None:
            line = replace(line, supposed=(str(other), _summarise(other, model, coin, central=True).value))
        if when:
            line = replace(line, dates=_date(query, model, game.horizon))
        lines.append(line)
    return Forecast(tuple(lines), inquiry, inquiry.describe(game) | ({"horizon": game.horizon} if when else {}))


def _summarise(query: Query, model: Sequence[Answers], coin: Sequence[Answers], *, central: bool) -> Line:
    """One query over draws; at ``central`` values there is one, which has no spread."""
    values, weights = _gather(query, model)
    coins, coin_weights = _gather(query, coin)
    void = float(np.isnan(values).mean())
    condition = None if weights is None else float(weights.mean())
    found = _pool(values, weights, query.boolean)
    tossed = _pool(coins, coin_weights, query.boolean)
    mean = nan if found is None else found.mean
    toss = nan if tossed is None else tossed.mean
    if central:
        return Line(str(query), mean, None, None, None, toss, None, void, None, condition)
    void_error = error_of_share(void, len(values))
    p5, p95, error = (None, None, None) if found is None else (found.p5, found.p95, found.error)
    coin_error = None if tossed is None else tossed.error
    return Line(str(query), mean, p5, p95, error, toss, coin_error, void, void_error, condition)


def _gather(query: Query, answers: Sequence[Answers]) -> tuple[Floats, Floats | None]:
    """A query's value in every draw, and how much each counts."""
    asked = query.expression
    weights = None
    if isinstance(asked, Probability) and asked.conditional:
        weights = np.array([answer.conditions[asked] for answer in answers])
    return np.array([answer.of(query) for answer in answers]), weights


def _pool(values: Floats, weights: Floats | None, yes_or_no: bool) -> Pool | None:
    """The draws that are not void, as one; None where all are."""
    there = ~np.isnan(values)
    if not there.any():
        return None
    return pool(values[there], None if weights is None else weights[there], yes_or_no=yes_or_no)


def _date(query: Query, answers: Sequence[Answers], horizon: float) -> Dates | None:
    asked = query.expression
    if not isinstance(asked, Probability) or asked not in answers[0].clocks:
        return None
    return find_dates([answer.clocks[asked] for answer in answers], horizon)
