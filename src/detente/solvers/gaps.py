"""What this version has no analysis for. Apart from the solvers, so that checking a file loads none of them."""

from __future__ import annotations

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
