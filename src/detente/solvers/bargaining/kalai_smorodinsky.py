"""The Kalai-Smorodinsky solution: everybody gets the same share of the most it could hope for.

Kalai & Smorodinsky 1975 on one issue: the maximum over x of the least (u_i(x) - d_i) / (most_i - d_i), where
u_i = 1 - |x - x_i| / length of the scale, most_i is the actor's best point in the zone of agreement, and d_i is 0 or
u_i(reference point). Weights have no say, except that an actor without salience has none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.solvers.bargaining.reference import find_zone, halve
from detente.solvers.bargaining.stakes import Floats, Stakes


def find_kalai_smorodinsky(stakes: Stakes, disagreement: str = "zero") -> Floats:
    """The solution per draw and issue, (D, q), to rounding; NaN where a reference point is wanted and not known."""
    zone = find_zone(stakes, disagreement)
    own = np.clip(stakes.positions, zone.low[:, None, :], zone.high[:, None, :])
    most = zone.reach - np.abs(own - stakes.positions)
    counts = (stakes.weights > 0) & (most > 0)

    def rises(x: Floats) -> NDArray[np.bool_]:
        away = x[:, None, :] - stakes.positions
        shares = np.where(counts, (zone.reach - np.abs(away)) / np.where(counts, most, 1.0), np.inf)
        least = np.argmin(shares, axis=1)[:, None, :]
        return np.take_along_axis(away, least, axis=1)[:, 0] < 0

    return halve(zone, rises)
