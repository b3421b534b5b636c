"""What this version has no analysis for. Apart from the solvers, so that checking a file loads none of them."""

from __future__ import annotations

from collections.abc import Iterable

from detente.scenario.model import Claim
from detente.scenario.queries import InCase, Probability, Query, measurements_of


def find_gap(query: Query) -> str:
    """Name of the analysis a query needs and this version lacks; empty when it can be answered."""
    if isinstance(query.expression, InCase):
        return "queries in another case"
    for item in measurements_of(query.expression):
        if isinstance(item, Probability) and item.given is not None:
            return "'given' (conditioning on an observed event)"
        if isinstance(item, Probability) and item.after is not None:
            return "'within ... after'"
    return ""


def sort_queries(claims: Iterable[Claim]) -> tuple[dict[str, Query], dict[str, str]]:
    """The claims' queries this version can answer, by claim, and for the others the name of the analysis they lack."""
    asked = {claim.id: claim.query for claim in claims if claim.query is not None}
    gaps = {name: gap for name, query in asked.items() if (gap := find_gap(query))}
    return {name: query for name, query in asked.items() if name not in gaps}, gaps
