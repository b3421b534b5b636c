"""By how much a comparison is met in each draw, from the measurements inside it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.ensemble import Ensemble
from detente.scenario.model import Claim
from detente.scenario.queries import (
    Bargained,
    Comparison,
    Divergence,
    Expectation,
    Expression,
    InCase,
    Number,
    Probability,
    Sum,
    Value,
    leaves_of,
)

Floats = NDArray[np.float64]

#: what measures a number, not whether something is so
_NUMBERS = Probability | Expectation | Value | Divergence | Bargained | InCase


def find_margin(claim: Claim, ensemble: Ensemble, *, coin: bool = False) -> Floats | None:
    """Left minus right of a claim's comparison of numbers, in the direction claimed, shape (draws,).

    Of a requirement its bound minus the largest figure without it. Of a cause that ``moves`` its effect the direction
    is that of the mean, of the model's also for the coin toss. None for anything else, and where the run has no terms.
    """
    if claim.requires is not None:
        terms = read_terms(claim, ensemble, coin=coin)
        return None if terms is None else claim.requires.below - np.max(list(terms.values()), axis=0)
    gap = find_difference(claim, ensemble, coin=coin)
    if gap is None or claim.cause is None or claim.cause.direction != "moves":
        return gap
    model = find_difference(claim, ensemble) if coin else gap
    there = None if model is None else model[~np.isnan(model)]
    return -gap if there is not None and len(there) and there.mean() < 0 else gap


def read_terms(claim: Claim, ensemble: Ensemble, *, coin: bool = False) -> dict[Expression, Floats] | None:
    """The measurements of numbers inside a claim's query, draw by draw; None where one is missing or is no number."""
    assert claim.query is not None
    terms: dict[Expression, Floats] = {}
    for k, measurement in enumerate(leaves_of(claim.query.expression)):
        column = ensemble.numbers.get(f"{'term-coin' if coin else 'term'}/{claim.id}/{k}")
        if column is None or not isinstance(measurement, _NUMBERS):
            return None
        terms[measurement] = np.asarray(column, dtype=np.float64)
    return terms


def find_difference(claim: Claim, ensemble: Ensemble, *, coin: bool = False) -> Floats | None:
    """Left minus right of a claim's comparison of numbers, in the direction written, shape (draws,); else None."""
    assert claim.query is not None
    expression = claim.query.expression
    if not isinstance(expression, Comparison):
        return None
    terms = read_terms(claim, ensemble, coin=coin)
    return None if terms is None else measure_gap(expression, terms)


def measure_gap(comparison: Comparison, terms: Mapping[Expression, Floats]) -> Floats:
    """Left minus right in the comparison's own direction, from the values of its measurements."""

    def value(node: Expression) -> Floats:
        if isinstance(node, Number):
            return np.array(node.value)
        if isinstance(node, Sum):
            return np.asarray(sum(sign * value(item) for sign, item in node.terms))
        return terms[node]

    difference = value(comparison.left) - value(comparison.right)
    return difference if comparison.operator.startswith(">") else -difference
