"""What was observed, as the solvers hold it against a draw, and which claims are wanted given it."""

from __future__ import annotations

from collections.abc import Mapping

from detente.scenario.model import Evidence, Scenario, months_between
from detente.scenario.queries import Probability, Query, Setting
from detente.solvers.strands import Observation


def order_evidence(scenario: Scenario) -> tuple[Evidence, ...]:
    """The scenario's evidence in order of date, that of one day in the order of the file: ``evidence/0``, ..."""
    return tuple(sorted(scenario.evidence, key=lambda item: item.on))


def list_observations(scenario: Scenario) -> list[Observation]:
    """The same for the solvers."""
    return [
        Observation(item.seen, months_between(scenario.as_of, item.on), item.by, item.negated)
        for item in order_evidence(scenario)
    ]


def find_informed(questions: Mapping[str, Query]) -> dict[str, Probability]:
    """By claim, the plain probabilities: nothing is supposed, given or changed, and they start at the status quo."""
    return {
        name: query.expression
        for name, query in questions.items()
        if isinstance(query.expression, Probability)
        and query.expression.setting == Setting()
        and not query.expression.conditional
    }
