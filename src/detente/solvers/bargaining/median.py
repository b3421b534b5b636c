"""The weighted median: the Condorcet winner when everybody prefers what is nearer (Black 1958), votes by weight."""

from __future__ import annotations

import numpy as np

from detente.solvers.bargaining.stakes import Floats, Stakes

#: votes that fall short of a half by less than this share are a half, so that rounding decides nothing
NOUGHT = 1e-12


def find_median(stakes: Stakes) -> Floats:
    """The lowest position up to which at least half of all weight lies, per draw and issue, (D, q); exact."""
    order = np.argsort(stakes.positions, axis=1, kind="stable")
    positions = np.take_along_axis(stakes.positions, order, axis=1)
    below = np.cumsum(np.take_along_axis(stakes.weights, order, axis=1), axis=1)
    half = below[:, -1:] * (0.5 - NOUGHT)
    first = np.argmax(below >= half, axis=1)
    return np.take_along_axis(positions, first[:, None], axis=1)[:, 0]
