"""When an event is expected: quantiles of the date on which it is first met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.solvers.clocks import Clock

#: shares of the futures by which an event has come: the ends of the 80 % interval, and the median between them
SHARES = (0.1, 0.5, 0.9)
#: months: dates are found this exactly, about a second
PRECISION = 1e-6


@dataclass(frozen=True, slots=True)
class Dates:
    """When an event comes, in months from the start; None for after the horizon, never extrapolated."""

    #: by when it has come in 10, 50 and 90 % of all futures
    early: float | None
    median: float | None
    late: float | None
    #: share of the futures in which it does not come by the horizon
    never: float


def find_dates(clocks: Sequence[Clock], horizon: float) -> Dates:
    """Dates of an event over draws, whose clocks count alike: quantiles of the mixture of their distributions.

    They are roots of the probability itself, read off the course between its dates; nothing is interpolated.
    """
    from scipy import optimize

    def read(time: float) -> float:
        return float(np.mean([clock.read(time) for clock in clocks]))

    start, end = read(0.0), read(horizon)

    def find(share: float) -> float | None:
        if end < share:
            return None
        if start >= share:
            return 0.0
        return float(optimize.brentq(lambda time: read(time) - share, 0.0, horizon, xtol=PRECISION))

    early, median, late = (find(share) for share in SHARES)
    return Dates(early, median, late, min(1.0, max(0.0, 1 - end)))
