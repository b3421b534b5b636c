"""Many draws' answers as one figure.

Draws count alike, except for a conditional probability: what is observed speaks for the draws in which it is likelier,
so each counts by the probability it gives to that (Bayes). The mean is then the mean of P(c and e) over the mean of
P(e), the ensemble's own conditional probability.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.precision import error_of

Floats = NDArray[np.float64]

#: how conditional probabilities are pooled, in one line for the record
METHOD = "mean of P(c and e) over mean of P(e): draws count by the probability of what is observed"


@dataclass(frozen=True, slots=True)
class Pool:
    """A number over draws."""

    mean: float
    #: 5th and 95th percentile over draws
    p5: float
    p95: float
    #: standard error of the mean (:mod:`detente.ensemble.precision`); NaN with one draw
    error: float


def pool(values: Floats, weights: Floats | None = None, *, yes_or_no: bool = False) -> Pool:
    """Pool draws, shape (n,), n at least 1, none void; ``weights`` as they count, None when they count alike.

    The error of a weighted mean is that of a ratio of means (the delta method); ``yes_or_no`` says that every draw
    answers 1 or 0.
    """
    n = len(values)
    if weights is None:
        error = error_of(values, yes_or_no=yes_or_no)
        p5, p95 = (float(q) for q in np.quantile(values, [0.05, 0.95]))
        return Pool(float(values.mean()), p5, p95, error)
    mean = float(np.average(values, weights=weights))
    spread = float(np.sqrt(np.sum((weights * (values - mean)) ** 2)) / weights.sum())
    p5, p95 = (float(q) for q in find_quantiles(values, weights, [0.05, 0.95]))
    return Pool(mean, p5, p95, spread * float(np.sqrt(n / (n - 1))) if n > 1 else float("nan"))


def find_quantiles(values: Floats, weights: Floats | None, shares: list[float]) -> Floats:
    """Quantiles along the first axis of draws, shape (n, ...): shape (shares, ...).

    Between draws they are interpolated as by numpy, which this equals when all weights are equal: a draw stands at the
    middle of its weight, the lowest at 0 and the highest at 1.
    """
    if weights is None:
        return np.asarray(np.quantile(values, shares, axis=0))
    if values.ndim > 1:
        return np.stack([find_quantiles(column, weights, shares) for column in values.T], axis=1)
    order = np.argsort(values, kind="stable")
    middles = np.cumsum(weights[order]) - weights[order] / 2
    width = middles[-1] - middles[0]
    if width <= 0:
        return np.full(len(shares), values[order[-1]])
    return np.interp(shares, (middles - middles[0]) / width, values[order])
