"""The default forecast: a distribution over the scale, not a point.

Two parts. The smooth one is a normal law around the middle of the positions, as wide as they differ, whose tails are
gathered at the ends of the scale (a censored normal). The other is the positions themselves, as an outcome often is
somebody's position to the point.

1. Weights w_i are capability times salience as shares of all. At and near position x_i stands the weight
   n_i = sum_j w_j exp(-|x_i - x_j| / NEAR), lengths in lengths of the scale.
2. An actor's voice v_i is in proportion to w_i n_i^(camp - 1), so that a camp of one position counts with its weight to
   the power ``camp``: with 1 by its weight, with 0 like every other. Many of one mind move an outcome less than their
   number says.
3. m and d are mean and standard deviation of the positions by voice. The smooth part has the share ``smooth``, centre
   m, standard deviation sqrt(LEAST^2 + (spread d)^2). Position x_i has the mass (1 - smooth) v_i.

Nothing depends on the unit of capability, the scale's length or its direction. An actor split in two of the same
position and salience with half the capability each changes nothing.

The constants are fitted on 251 issues of 99 proposals of DEU III (Arregui & Perarnaud, doi:10.34810/data53, CC BY
4.0), capability being votes in the Council at the time: least mean CRPS, with a penalty where the central 80 %
interval covers more than 85 % (:mod:`detente.findings.refit`). Forecast with constants fitted on other proposals (ten
parts, three shuffles) the CRPS is 15.81 on a scale of 100, 12.9 % below that of the positions weighted by capability
and salience (95 % interval over proposals 7 to 19), the median is off by 22.8 on average and the compromise by 23.2,
the 50 and 80 % intervals hold 51 and 85 % of the outcomes. LEAST and NEAR are set by hand; half or twice as much
changes the CRPS by less than 0.05.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from detente.solvers.bargaining.stakes import Floats, Stakes

#: what the smooth part's standard deviation is where all agree, and how far a camp reaches, in lengths of the scale
LEAST, NEAR = 0.05, 0.05
#: quantiles and masses are told apart by no less than this share of probability
NOUGHT = 1e-12
#: halvings of the scale when a quantile of all draws is looked for
HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Constants:
    """What is fitted."""

    #: share of the smooth part, above 0 and at most 1
    smooth: float
    #: its standard deviation per standard deviation of the positions, above 0
    spread: float
    #: the power to which the weight of a camp counts
    camp: float


#: fitted on DEU III; see the top
FITTED = Constants(smooth=0.793, spread=0.543, camp=0.69)


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
        upper = self.find_chance_at_most(high) if high >= self.high else self.find_chance_below(high)
        return upper - self.find_chance_below(low)

    def find_chance_at_most(self, x: float | Floats) -> Floats:
        """Chance of an outcome of at most x, one number or one per draw, (D,)."""
        at = np.broadcast_to(np.asarray(x, dtype=np.float64), self.centre.shape)
        mass = np.where(self.points <= at[:, None], self.masses, 0.0).sum(axis=1)
        bell = np.where(at >= self.high, 1.0, np.where(at < self.low, 0.0, self._rise(at)))
        return np.asarray(mass + self.smooth * bell)

    def find_chance_below(self, x: float | Floats) -> Floats:
        """Chance of an outcome below x, one number or one per draw, (D,)."""
        at = np.broadcast_to(np.asarray(x, dtype=np.float64), self.centre.shape)
        mass = np.where(self.points < at[:, None], self.masses, 0.0).sum(axis=1)
        bell = np.where(at > self.high, 1.0, np.where(at <= self.low, 0.0, self._rise(at)))
        return np.asarray(mass + self.smooth * bell)

    def find_mean(self) -> Floats:
        """Mean outcome, (D,)."""
        from scipy.special import ndtr

        a, b = (self.low - self.centre) / self.spread, (self.high - self.centre) / self.spread
        bell = (find_density(a) - find_density(b)) * self.spread
        middle = self.centre * (ndtr(b) - ndtr(a)) + bell + self.low * ndtr(a) + self.high * ndtr(-b)
        return np.asarray((self.points * self.masses).sum(axis=1) + self.smooth * middle)

    def find_quantiles(self, shares: Floats) -> Floats:
        """The least outcome at or below which each share lies, (D, shares); to rounding.

        Between two point masses the distribution rises as the normal law does, so its inverse is that of the law.
        """
        from scipy.special import ndtri

        knots, before, at_most = self._ladder
        rows, last = np.arange(len(knots)), knots.shape[1] - 1
        found = np.empty((len(knots), len(shares)))
        smooth = np.where(self.smooth > 0, self.smooth, 1.0)
        for k, share in enumerate(np.asarray(shares, dtype=np.float64) - NOUGHT):
            step = np.minimum((at_most < share).sum(axis=1), last)
            under = np.maximum(step - 1, 0)
            rises = (step > 0) & (before[rows, step] >= share)
            bell = self._rise(knots[rows, under]) + (share - at_most[rows, under]) / smooth
            within = self.centre + self.spread * ndtri(np.clip(np.where(rises, bell, 0.5), 0.0, 1.0))
            found[:, k] = np.where(rises, np.clip(within, knots[rows, under], knots[rows, step]), knots[rows, step])
        return found

    def find_pooled_quantiles(self, shares: Floats) -> Floats:
        """Quantiles of all draws together, each counting alike, (shares,); to 1e-12 of the scale.

        The chances and the mean of the pooled distribution are the means over draws of the ones here.
        """
        order = np.argsort(self.points, axis=None)
        points = self.points.ravel()[order]
        heaped = np.concatenate([[0.0], np.cumsum(self.masses.ravel()[order])]) / len(self.centre)
        found = np.empty(len(shares))
        for k, share in enumerate(np.asarray(shares, dtype=np.float64) - NOUGHT):
            low, high = self.low, self.high
            if float(self.find_chance_at_most(low).mean()) >= share:
                high = low
            for _ in range(HALVINGS if low < high else 0):
                middle = low + (high - low) / 2
                bell = float((self.smooth * self._rise(np.full(len(self.centre), middle))).mean())
                enough = heaped[np.searchsorted(points, middle, side="right")] + bell >= share
                low, high = (low, middle) if enough else (middle, high)
            found[k] = high
        return found

    @cached_property
    def _ladder(self) -> tuple[Floats, Floats, Floats]:
        """Where the distribution leaps, the ends of the scale too, and its value just below and at each, (D, m + 2)."""
        ends = np.broadcast_to([self.low, self.high], (len(self.centre), 2))
        knots = np.concatenate([self.points, ends], axis=1)
        order = np.argsort(knots, axis=1, kind="stable")
        knots = np.take_along_axis(knots, order, axis=1)
        masses = np.concatenate([self.masses, np.zeros_like(ends)], axis=1)
        heaped = np.cumsum(np.take_along_axis(masses, order, axis=1), axis=1)
        below = np.concatenate([np.zeros((len(knots), 1)), heaped[:, :-1]], axis=1)
        bell = self.smooth[:, None] * self._rise(knots)
        at_most = np.where(knots >= self.high, 1.0, heaped + bell)
        # Nothing lies below the low end, but nobody asks: what is wanted there is found at it.
        return knots, below + bell, at_most

    def _rise(self, x: Floats) -> Floats:
        """The normal law at points of the scale, (D,) or (D, k), before its tails are gathered."""
        from scipy.special import ndtr

        shape = (-1, *[1] * (x.ndim - 1))
        return np.asarray(ndtr((x - self.centre.reshape(shape)) / self.spread.reshape(shape)))


@dataclass(frozen=True, eq=False, slots=True)
class Camps:
    """Positions of D draws of n actors on the scale of one issue, and where weight gathers."""

    low: float
    high: float
    #: float64 (D, n): on the scale; shares of all weight; the weight at and near each position
    positions: Floats
    weights: Floats
    near: Floats


def gather_camps(stakes: Stakes) -> Camps:
    """The camps of one issue, for every draw. Actors without weight are in none."""
    positions, weights = stakes.positions[:, :, 0], stakes.weights[:, :, 0]
    weights = weights / weights.sum(axis=1, keepdims=True)
    low, high = float(stakes.low[0]), float(stakes.high[0])
    near = np.empty_like(weights)
    for i in range(positions.shape[1]):
        reach = np.exp(np.abs(positions - positions[:, i : i + 1]) / -(NEAR * (high - low)))
        near[:, i] = (weights * reach).sum(axis=1)
    return Camps(low, high, positions, weights, near)


def spread_out(camps: Camps, constants: Constants = FITTED) -> Prediction:
    """The distribution that camps have with some constants."""
    voices = camps.weights * np.where(camps.weights > 0, camps.near, 1.0) ** (constants.camp - 1)
    voices = voices / voices.sum(axis=1, keepdims=True)
    centre = (voices * camps.positions).sum(axis=1)
    apart = np.sqrt((voices * (camps.positions - centre[:, None]) ** 2).sum(axis=1))
    spread = np.hypot(LEAST * (camps.high - camps.low), constants.spread * apart)
    smooth = np.full(len(centre), constants.smooth)
    masses = (1 - constants.smooth) * voices
    return Prediction(camps.low, camps.high, camps.positions, masses, smooth, centre, spread)


def predict(stakes: Stakes) -> Prediction:
    """The distribution of the outcome of one issue, for every draw."""
    return spread_out(gather_camps(stakes))


def find_density(z: Floats) -> Floats:
    """Of the standard normal law, the same shape as ``z``."""
    return np.asarray(np.exp(-z * z / 2) / np.sqrt(2 * np.pi))
