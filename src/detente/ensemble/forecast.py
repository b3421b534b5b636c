"""Queries asked outside a run: at central values, or over draws that are kept in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import nan

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.design import draw_rows
from detente.ensemble.precision import METHOD, error_of, error_of_share
from detente.ensemble.study import lay_questions
from detente.game.game import Game
from detente.scenario.queries import Query
from detente.solvers.forecast import answer, answer_by_coin_toss, lay_plan


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


@dataclass(frozen=True)
class Forecast:
    """Answers to queries, in the order asked."""

    lines: tuple[Line, ...]
    #: method, draws, seed, digest
    made_by: Mapping[str, object] = field(repr=False)

    def __repr__(self) -> str:
        return f"<Forecast: {len(self.lines)} queries, {self.made_by['values']}>"

    def __str__(self) -> str:
        rows = [f"{'value':>8} {'±error':>7} {'5 %':>7} {'95 %':>7} {'coin toss':>10} {'±error':>7}  query"]
        for line in self.lines:
            value, error, low, high = map(_show, (line.value, line.error, line.p5, line.p95))
            coin, coin_error = _show(line.coin), _show(line.coin_error)
            rows.append(f"{value:>8} {error:>7} {low:>7} {high:>7} {coin:>10} {coin_error:>7}  {line.query}")
        return "\n".join(rows)

    def to_dict(self) -> dict[str, object]:
        """The one JSON shape; NaN (void) becomes null."""
        return {
            "queries": [
                {
                    "query": line.query,
                    "value": _plain(line.value),
                    "mean": _plain(line.value) if line.p5 is not None else None,
                    "p5": _plain(line.p5),
                    "p95": _plain(line.p95),
                    "standard_error": _plain(line.error),
                    "coin_toss": _plain(line.coin),
                    "coin_toss_standard_error": _plain(line.coin_error),
                    "void": line.void,
                    "void_standard_error": _plain(line.void_error),
                }
                for line in self.lines
            ],
            "made_by": dict(self.made_by),
        }


def _plain(x: float | None) -> float | None:
    return None if x is None or np.isnan(x) else float(x)


def _show(x: float | None) -> str:
    return "-" if x is None or np.isnan(x) else f"{x:.3f}"


def forecast_centrally(game: Game, queries: Sequence[Query]) -> Forecast:
    """Answers with all inputs at their medians and each actor's likeliest reading."""
    plan = lay_plan(game, queries, np.zeros(0))
    model, toss = answer(plan, None), answer_by_coin_toss(plan, None)
    lines = []
    for query in queries:
        value = model.of(query)
        lines.append(Line(str(query), value, None, None, None, toss.of(query), None, float(np.isnan(value)), None))
    return Forecast(tuple(lines), {"values": "central values", "digest": game.digest})


def forecast_over_draws(
    game: Game, queries: Sequence[Query], *, draws: int, seed: int, progress: Callable[[int, int], None] | None = None
) -> Forecast:
    """Answers over ``draws`` rows of the design of ``seed``; nothing is written to disk."""
    study = lay_questions(game, {f"q{k}": query for k, query in enumerate(queries)})
    rows = []
    for number, u in enumerate(draw_rows(seed, 0, draws, study.columns), start=1):
        model, toss = answer(study.plan, u), answer_by_coin_toss(study.plan, u)
        rows.append([(model.of(query), toss.of(query)) for query in queries])
        if progress is not None:
            progress(number, draws)
    table = np.array(rows)
    lines = tuple(_summarise(query, table[:, k, 0], table[:, k, 1]) for k, query in enumerate(queries))
    made_by = {"values": f"{draws} draws", "draws": draws, "seed": seed, "digest": game.digest}
    return Forecast(lines, made_by | {"standard_errors": METHOD})


def _summarise(query: Query, values: NDArray[np.float64], coins: NDArray[np.float64]) -> Line:
    draws, void = len(values), float(np.isnan(values).mean())
    void_error = error_of_share(void, draws)
    values, coins = values[~np.isnan(values)], coins[~np.isnan(coins)]
    if not len(values):
        return Line(str(query), nan, None, None, None, nan, None, void, void_error)
    low, high = np.percentile(values, [5, 95])
    error, coin_error = (error_of(column, yes_or_no=query.boolean) for column in (values, coins))
    coin = float(coins.mean()) if len(coins) else nan
    return Line(str(query), float(values.mean()), float(low), float(high), error, coin, coin_error, void, void_error)
