"""Jumps of a uniformised chain: how many there are by a time (Jensen 1953)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: largest Poisson mass left out of a forecast
TAIL = 1e-10
#: Poisson shares too small to matter beside 1
NEGLIGIBLE = 1e-18


def count_jumps(mean: float) -> int:
    """Number of jumps that a Poisson variable with this mean exceeds with a probability below ``TAIL``."""
    from scipy import special

    if mean == 0:
        return 0
    k = np.arange(int(mean) + 1, int(mean + 8 * np.sqrt(mean)) + 40)
    return int(k[special.gammainc(k + 1, mean) <= TAIL][0])


def spread_jumps(k: NDArray[np.int64], means: Floats) -> Floats:
    """Poisson probabilities, shape (means, k)."""
    from scipy import special

    with np.errstate(divide="ignore", invalid="ignore"):
        log = k * np.log(means)[:, None] - means[:, None] - special.gammaln(k + 1)
    return np.where(means[:, None] > 0, np.exp(log), (k == 0).astype(np.float64))


def share_jumps(k: NDArray[np.int64], means: Floats) -> Floats:
    """Poisson probabilities of the jumps counted, scaled to add up to 1: shape (means, k)."""
    shares = spread_jumps(k, means)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def find_reached(k: NDArray[np.int64], mean: float) -> Floats:
    """Probability that there are at least so many jumps, for each of ``k``."""
    from scipy import special

    return np.where(k > 0, special.gammainc(np.maximum(k, 1), mean), 1.0)


def find_spent(k: NDArray[np.int64], rate: float, length: float) -> Floats:
    """Expected time spent after exactly so many jumps, up to a time ``length`` (a gamma tail)."""
    from scipy import special

    return np.asarray(special.gammainc(k + 1, rate * length) / rate if rate * length > 0 else np.array([length]))
