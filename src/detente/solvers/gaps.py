"""What this version has no analysis for. Apart from the solvers, so that checking a file loads none of them."""

from __future__ import annotations

from collections.abc import Iterable

from detente.scenario.model import Claim
from detente.scenario.queries import Expectation, InCase, Probability, Query, measurements_of, parts_of


def find_gap(query: Query) -> str:
    """Name of the analysis a query needs and this version lacks; empty when it can be answered."""
    if any(isinstance(part, InCase) for part in parts_of(query.expression)):
        return "queries in another case"
    turned = [item for item in measurements_of(query.expression) if item.setting.turns]
    if any(isinstance(item, Probability) and item.conditional for item in turned):
        return "'given' and 'after' under a policy with 'then'"
    if any(not isinstance(item, Probability | Expectation) for item in turned):
        return "anything but P and E under a policy with 'then'"
    return ""


def sort_queries(claims: Iterable[Claim]) -> tuple[dict[str, Query], dict[str, str]]:
    """The claims' queries this version can answer, by claim, and for the others the name of the analysis they lack."""
    asked = {claim.id: claim.query for claim in claims if claim.query is not None}
    gaps = {name: gap for name, query in asked.items() if (gap := find_gap(query))}
    return {name: query for name, query in asked.items() if name not in gaps}, gaps
