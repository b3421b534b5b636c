"""The asymmetric Nash bargaining solution: the point with the highest product of gains, each to the power of a weight.

Nash 1950 with the weights of Kalai 1977: the maximum over x of sum_i w_i log(u_i(x) - d_i), where
u_i = 1 - |x - x_i| / length of the scale, w_i is capability times salience, and d_i is 0 or u_i(reference point).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.solvers.bargaining.reference import find_zone, halve
from detente.solvers.bargaining.stakes import Floats, Stakes

#: the least gain that is told from none, as a share of the scale
NOUGHT = 1e-13


def find_nash(stakes: Stakes, disagreement: str = "zero") -> Floats:
    """The solution per draw and issue, (D, q), to rounding; the reference point where nobody else's point will do.

    The logarithm of the product is concave, so halving an interval by its slope finds the maximum. NaN where
    ``disagreement`` is ``reference`` and no reference point is known.
    """
    zone = find_zone(stakes, disagreement)
    # Gains are above 0 inside the zone; rounding at its very end must not divide by nothing.
    least = NOUGHT * (stakes.high - stakes.low)

    def rises(x: Floats) -> NDArray[np.bool_]:
        away = x[:, None, :] - stakes.positions
        gain = np.maximum(zone.reach - np.abs(away), least)
        slope = np.where(stakes.weights > 0, -np.sign(away) * stakes.weights / gain, 0.0)
        return np.asarray(slope.sum(axis=1) > 0)

    return halve(zone, rises)
