"""The continuous ranked probability score: how far a distribution lies from what came out, in units of the scale.

Of a distribution F and an outcome y it is the integral of (F(x) - [x >= y])^2, which is E|X - y| - E|X - X'| / 2 for
two independent draws X and X' (Gneiting & Raftery 2007, eq. 21). Of a point it is the distance to the outcome. Lower is
better, and nothing but the truth is best on average.

Here F is a mixture of point masses and a normal law censored to the scale, of which every term has a closed form. With
z = (x - centre) / spread the primitive of the law is z Phi(z) + phi(z), that of its square
z Phi(z)^2 + 2 Phi(z) phi(z) - Phi(z sqrt 2) / sqrt pi, both times the spread. E|C - x| of the censored law C is the
integral of it up to x and of one less it from x; E|C - C'| / 2 is the integral of the law times one less it.
"""

from __future__ import annotations

import numpy as np

from detente.solvers.bargaining.prediction import Prediction, find_density
from detente.solvers.bargaining.stakes import Floats


def find_crps(prediction: Prediction, outcomes: Floats) -> Floats:
    """The score of each draw's distribution for its outcome, (D,), on the scale; exact but for rounding.

    ``outcomes`` has the shape (D,) and lies on the scale.
    """
    points, masses, smooth = prediction.points, prediction.masses, prediction.smooth
    away = (masses * np.abs(points - outcomes[:, None])).sum(axis=1)
    away = away + smooth * _find_distance(prediction, outcomes[:, None])[:, 0]
    between = smooth * (masses * _find_distance(prediction, points)).sum(axis=1)
    return np.asarray(away - _find_half_gap(points, masses) - between - smooth**2 * _find_law_gap(prediction))


def _find_half_gap(points: Floats, masses: Floats) -> Floats:
    """Half the mean distance between two draws among the point masses, times their share squared, (D,)."""
    order = np.argsort(points, axis=1)
    heaped = np.cumsum(np.take_along_axis(masses, order, axis=1), axis=1)
    steps = np.diff(np.take_along_axis(points, order, axis=1), axis=1)
    return np.asarray((heaped[:, :-1] * (heaped[:, -1:] - heaped[:, :-1]) * steps).sum(axis=1))


def _find_distance(prediction: Prediction, x: Floats) -> Floats:
    """Mean distance of the censored law from points of the scale, (D, k)."""
    centre, spread = prediction.centre[:, None], prediction.spread[:, None]
    low, here, high = ((end - centre) / spread for end in (prediction.low, x, prediction.high))
    up, over = _integrate(here) - _integrate(low), _integrate(high) - _integrate(here)
    return np.asarray(spread * (up - over) + prediction.high - x)


def _find_law_gap(prediction: Prediction) -> Floats:
    """Half the mean distance between two draws from the censored law, (D,)."""
    low, high = ((end - prediction.centre) / prediction.spread for end in (prediction.low, prediction.high))
    whole = _integrate(high) - _integrate(low)
    return np.asarray(prediction.spread * (whole - _integrate_square(high) + _integrate_square(low)))


def _integrate(z: Floats) -> Floats:
    """A primitive of the standard normal law."""
    from scipy.special import ndtr

    return np.asarray(z * ndtr(z) + find_density(z))


def _integrate_square(z: Floats) -> Floats:
    """A primitive of the square of the standard normal law."""
    from scipy.special import ndtr

    return np.asarray(z * ndtr(z) ** 2 + 2 * ndtr(z) * find_density(z) - ndtr(z * np.sqrt(2)) / np.sqrt(np.pi))
