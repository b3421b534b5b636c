"""The default forecast: a distribution over the scale, not a point.

A mixture of the positions weighted by capability and salience, of the two ends of the scale, and of a normal law around
the compromise whose tails are gathered at the ends (a censored normal). Its constants are fitted on decisions whose
outcome is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.solvers.bargaining.compromise import find_compromise
from detente.solvers.bargaining.stakes import Floats, Stakes

#: share of the smooth part, and its standard deviation as a share of the scale
SMOOTH, SPREAD = 0.5, 0.35


@dataclass(frozen=True, eq=False)
class Prediction:
    """A distribution over the scale of one issue for each of D draws: m point masses and a censored normal."""

    low: float
    high: float
    #: float64 (D, m): where the point masses are; float64 (D, m): how much each has
    points: Floats = field(repr=False)
    masses: Floats = field(repr=False)
    #: float64 (D,): what the smooth part has, its centre and its standard deviation before censoring
    smooth: Floats = field(repr=False)
    centre: Floats = field(repr=False)
    spread: Floats = field(repr=False)

    def find_share(self, low: float, high: float) -> Floats:
        """Chance of low <= outcome < high, or <= high where that is the end of the scale, (D,)."""
        return self._below(high, closed=high >= self.high) - self._below(low, closed=False)

    def find_chance_at_most(self, x: float) -> Floats:
        """Chance of an outcome of at most x, (D,)."""
        return self._below(x, closed=True)

    def find_mean(self) -> Floats:
        """Mean outcome, (D,)."""
        from scipy.special import ndtr

        a, b = (self.low - self.centre) / self.spread, (self.high - self.centre) / self.spread
        bell = (_density(a) - _density(b)) * self.spread
        middle = self.centre * (ndtr(b) - ndtr(a)) + bell + self.low * ndtr(a) + self.high * ndtr(-b)
        return np.asarray((self.points * self.masses).sum(axis=1) + self.smooth * middle)

    def find_quantiles(self, shares: Floats) -> Floats:
        """The least outcome below or at which each share lies, (D, shares); to 1e-9 of the scale."""
        wanted = np.asarray(shares, dtype=np.float64)[None, :] - 1e-12
        low = np.full((len(self.centre), wanted.shape[1]), self.low)
        high = np.full_like(low, self.high)
        at_low = self._at_most(low) >= wanted
        for _ in range(40):
            middle = (low + high) / 2
            enough = self._at_most(middle) >= wanted
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return np.where(at_low, self.low, high)

    def _at_most(self, x: Floats) -> Floats:
        from scipy.special import ndtr

        mass = np.where(self.points[:, None, :] <= x[:, :, None], self.masses[:, None, :], 0.0).sum(axis=2)
        bell = np.where(x >= self.high, 1.0, ndtr((x - self.centre[:, None]) / self.spread[:, None]))
        return np.asarray(mass + self.smooth[:, None] * np.where(x < self.low, 0.0, bell))

    def _below(self, x: float, closed: bool) -> Floats:
        from scipy.special import ndtr

        under = self.points <= x if closed else self.points < x
        mass = np.where(under, self.masses, 0.0).sum(axis=1)
        bell = ndtr((x - self.centre) / self.spread)
        bell = np.where(x > self.high or (closed and x >= self.high), 1.0, bell)
        bell = np.where(x < self.low or (not closed and x <= self.low), 0.0, bell)
        return np.asarray(mass + self.smooth * bell)


def predict(stakes: Stakes) -> Prediction:
    """The distribution of the outcome of one issue, for every draw."""
    weights = stakes.weights[:, :, 0]
    masses = (1 - SMOOTH) * weights / weights.sum(axis=1, keepdims=True)
    low, high = float(stakes.low[0]), float(stakes.high[0])
    centre = find_compromise(stakes)[:, 0]
    whole = np.ones(len(centre))
    return Prediction(
        low, high, stakes.positions[:, :, 0], masses, SMOOTH * whole, centre, SPREAD * (high - low) * whole
    )


def _density(z: Floats) -> NDArray[np.float64]:
    return np.asarray(np.exp(-z * z / 2) / np.sqrt(2 * np.pi))
