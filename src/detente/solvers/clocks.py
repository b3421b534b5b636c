"""Events of a course, read at any time from what was measured after every jump: no new walk, nothing interpolated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.solvers.jumps import Floats, share_jumps


@dataclass(frozen=True, eq=False)
class Strip:
    """A stretch of a course from which its events can be read at any time: what is left of each after every jump."""

    #: months
    low: float
    high: float
    #: jumps per month
    rate: float
    #: float64 (jumps, events): mass that has not met the event
    left: Floats

    def read(self, time: float) -> Floats:
        """Probability per event that it is met by a time (months) inside the strip."""
        shares = share_jumps(np.arange(len(self.left)), np.array([self.rate * (time - self.low)]))
        return np.asarray(1 - np.einsum("tk,ke->e", shares, self.left))


@dataclass(frozen=True, eq=False, slots=True)
class Clock:
    """One event of a course, to be read at any time."""

    strips: tuple[Strip, ...]
    event: int

    def read(self, time: float) -> float:
        """Probability that it is met by a time (months) inside the course."""
        strip = next(strip for strip in self.strips if time <= strip.high)
        return float(strip.read(time)[self.event])
