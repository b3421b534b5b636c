"""Answers to queries."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from detente.api.cases import compile

if TYPE_CHECKING:
    from detente.ensemble.forecast import Forecast
    from detente.scenario.model import Scenario
    from detente.scenario.queries import Query

T = TypeVar("T")

#: seed unless told otherwise
SEED = 0


def forecast(
    scenario: Scenario,
    queries: Sequence[str],
    *,
    draws: int | None = None,
    seed: int = SEED,
    start: str = "",
    settings: Sequence[str] = (),
) -> Forecast:
    """Answer queries at central values, or over ``draws``.

    ``start`` is another starting point (``"us.offer = talks"``), ``settings`` other inputs (``"us.deal = 0"``).
    Raises QueryError with every mistake, NotYetAnalysed for what this version cannot answer.
    """
    from detente.ensemble.forecast import forecast_centrally, forecast_over_draws

    parsed = parse_queries(scenario, queries, start, settings)
    game = compile(scenario)
    if draws is None:
        return forecast_centrally(game, parsed)
    return forecast_over_draws(game, parsed, draws=draws, seed=seed)


def parse_queries(
    scenario: Scenario, queries: Sequence[str], start: str = "", settings: Sequence[str] = ()
) -> builtins.list[Query]:
    """Queries from text, moved to another start and other inputs; QueryError lists every mistake."""
    from dataclasses import replace

    from detente.errors import Issue, QueryError
    from detente.scenario.queries import rebase
    from detente.scenario.reader import parse_input, parse_levels, parse_query

    issues: builtins.list[Issue] = []

    def collect(parse: Callable[[Scenario, str], T], text: str) -> T | None:
        try:
            return parse(scenario, text)
        except QueryError as error:
            issues.extend(error.issues)
            return None

    parsed = [collect(parse_query, text) for text in queries]
    levels = collect(parse_levels, start) if start else ()
    inputs = [collect(parse_input, text) for text in settings]
    if issues:
        raise QueryError(issues)
    changed = tuple(pair for pair in inputs if pair is not None)
    return [
        replace(query, expression=rebase(query.expression, levels or (), changed))
        for query in parsed
        if query is not None
    ]
