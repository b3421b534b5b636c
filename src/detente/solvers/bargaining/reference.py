"""What everybody would rather have than no agreement, where utility falls with distance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.solvers.bargaining.stakes import Floats, Stakes

#: halvings of an interval: more than a double can tell apart
HALVINGS = 64


@dataclass(frozen=True, eq=False, slots=True)
class Zone:
    """Where an agreement can lie, per draw and issue; n actors."""

    #: float64 (D, q): its ends; they are the same where there is no room
    low: Floats
    high: Floats
    #: float64 (D, n, q): how far from its position an actor is no better off than without agreement
    reach: Floats


def find_zone(stakes: Stakes, disagreement: str) -> Zone:
    """The zone of agreement when disagreement is worth nothing (``zero``) or the reference point (``reference``).

    With ``zero`` utility is 1 at the own position and falls to 0 at the length of the scale from it, so that any point
    of the scale will do. With ``reference`` the zone ends where the first actor would rather keep the reference point;
    without one (NaN) the ends are NaN. Actors without salience have no say.
    """
    width = (stakes.high - stakes.low)[None, None, :]
    reach = np.broadcast_to(width, stakes.positions.shape)
    if disagreement == "reference":
        reach = np.abs(stakes.positions - stakes.reference[:, None, :])
    silent = stakes.weights <= 0
    low = np.where(silent, -np.inf, stakes.positions - reach).max(axis=1)
    high = np.where(silent, np.inf, stakes.positions + reach).min(axis=1)
    low, high = np.maximum(low, stakes.low), np.minimum(high, stakes.high)
    if disagreement == "reference":
        stuck = ~(low < high)
        low, high = (np.where(stuck, stakes.reference, end) for end in (low, high))
    return Zone(low, high, reach)


def halve(zone: Zone, rises: Callable[[Floats], NDArray[np.bool_]]) -> Floats:
    """Where a function that rises, then falls over the zone is highest, (D, q).

    ``rises(x)`` says where it still rises at ``x``, both of shape (D, q).
    """
    low, high = zone.low.copy(), zone.high.copy()
    for _ in range(HALVINGS):
        middle = low + (high - low) / 2
        up = rises(middle)
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    return np.where(zone.low < zone.high, low + (high - low) / 2, zone.low)
