"""Answers to queries."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from detente.api.cases import compile

if TYPE_CHECKING:
    from detente.ensemble.curves import Curves
    from detente.ensemble.forecast import Forecast
    from detente.ensemble.inquiry import Inquiry
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
    Raises QueryError with every mistake.
    """
    return answer(scenario, inquire(scenario, parse_queries(scenario, queries, start, settings), draws, seed))


def date_events(
    scenario: Scenario,
    queries: Sequence[str],
    *,
    draws: int | None = None,
    seed: int = SEED,
    start: str = "",
    settings: Sequence[str] = (),
) -> Forecast:
    """:func:`forecast`, with the dates on which ``by`` and ``enters`` queries' events are expected."""
    parsed = parse_queries(scenario, queries, start, settings)
    return answer(scenario, inquire(scenario, parsed, draws, seed), when=True)


def trace(
    scenario: Scenario,
    texts: Sequence[str],
    *,
    draws: int | None = None,
    seed: int = SEED,
    start: str = "",
    settings: Sequence[str] = (),
) -> Curves:
    """Month by month, how likely conditions are true and have been true, or what queries say by any earlier date.

    Arguments and errors as of :func:`forecast`; a query must be one probability.
    """
    return draw_curves(scenario, inquire(scenario, parse_curves(scenario, texts, start, settings), draws, seed))


def inquire(
    scenario: Scenario,
    queries: Sequence[Query],
    draws: int | None = None,
    seed: int = SEED,
    progress: Callable[[int, int], None] | None = None,
) -> Inquiry:
    """Queries and the draws that answer them."""
    from detente.ensemble.inquiry import Inquiry

    return Inquiry(tuple(queries), scenario.as_of, draws, seed, progress)


def answer(scenario: Scenario, inquiry: Inquiry, *, when: bool = False) -> Forecast:
    """Answer an inquiry; beside what is ``given`` stands what is supposed instead, where that can be."""
    from detente.ensemble.forecast import forecast as answer_inquiry
    from detente.scenario.suppositions import suppose_instead

    supposed = [suppose_instead(query, scenario) for query in inquiry.queries]
    return answer_inquiry(compile(scenario), inquiry, supposed, when=when)


def draw_curves(scenario: Scenario, inquiry: Inquiry) -> Curves:
    """The curves of an inquiry's queries, each of one probability."""
    from detente.ensemble.curves import trace as trace_curves

    return trace_curves(compile(scenario), inquiry)


def parse_queries(
    scenario: Scenario, queries: Sequence[str], start: str = "", settings: Sequence[str] = ()
) -> builtins.list[Query]:
    """Queries from text, moved to another start and other inputs; QueryError lists every mistake."""
    from detente.scenario.reader import parse_query

    def read(scenario: Scenario, text: str) -> tuple[Query, ...]:
        return (parse_query(scenario, text),)

    return _parse_all(scenario, queries, read, start, settings)


def parse_curves(
    scenario: Scenario, texts: Sequence[str], start: str = "", settings: Sequence[str] = ()
) -> builtins.list[Query]:
    """Conditions and queries as queries whose curves can be drawn; QueryError lists every mistake.

    A condition asks for two: that it is true on the last day, and that it has been true by then.
    """
    from detente.scenario.reader import parse_curve

    return _parse_all(scenario, texts, parse_curve, start, settings)


def _parse_all(
    scenario: Scenario,
    texts: Sequence[str],
    read: Callable[[Scenario, str], tuple[Query, ...]],
    start: str,
    settings: Sequence[str],
) -> builtins.list[Query]:
    from dataclasses import replace

    from detente.errors import Issue, QueryError
    from detente.scenario.queries import rebase
    from detente.scenario.reader import parse_input, parse_levels

    issues: builtins.list[Issue] = []

    def collect(parse: Callable[[Scenario, str], T], text: str) -> T | None:
        try:
            return parse(scenario, text)
        except QueryError as error:
            issues.extend(error.issues)
            return None

    parsed = [collect(read, text) for text in texts]
    levels = collect(parse_levels, start) if start else ()
    inputs = [collect(parse_input, text) for text in settings]
    if issues:
        raise QueryError(issues)
    changed = tuple(pair for pair in inputs if pair is not None)
    return [
        replace(query, expression=rebase(query.expression, levels or (), changed))
        for found in parsed
        for query in found or ()
    ]
