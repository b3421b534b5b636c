"""The default forecast by its definition, one draw at a time and in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import erf, exp, sqrt

from scipy.integrate import quad

from detente.solvers.bargaining.prediction import FITTED, LEAST, NEAR


@dataclass(frozen=True)
class Law:
    """Point masses and a normal law whose tails are gathered at the ends."""

    low: float
    high: float
    points: tuple[float, ...]
    masses: tuple[float, ...]
    smooth: float
    centre: float
    spread: float

    def at_most(self, x: float) -> float:
        mass = sum(m for p, m in zip(self.points, self.masses, strict=True) if p <= x)
        bell = 1.0 if x >= self.high else 0.0 if x < self.low else self._rise(x)
        return mass + self.smooth * bell

    def below(self, x: float) -> float:
        mass = sum(m for p, m in zip(self.points, self.masses, strict=True) if p < x)
        bell = 1.0 if x > self.high else 0.0 if x <= self.low else self._rise(x)
        return mass + self.smooth * bell

    def quantile(self, share: float) -> float:
        low, high = self.low, self.high
        if self.at_most(low) >= share - 1e-12:
            return low
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (low, middle) if self.at_most(middle) >= share - 1e-12 else (middle, high)
        return high

    def mean(self) -> float:
        """The integral of what lies above, from the low end."""
        return self.low + self._sum(lambda x: 1 - self.at_most(x), self.low, self.high)

    def crps(self, outcome: float) -> float:
        before = self._sum(lambda x: self.at_most(x) ** 2, self.low, outcome)
        return before + self._sum(lambda x: (1 - self.at_most(x)) ** 2, outcome, self.high)

    def _rise(self, x: float) -> float:
        return (1 + erf((x - self.centre) / self.spread / sqrt(2))) / 2

    def _sum(self, function, start: float, end: float) -> float:
        """An integral, from leap to leap."""
        stops = sorted({start, end, *(p for p in self.points if start < p < end)})
        hump = [x for k in range(-8, 9) if stops[0] < (x := self.centre + k * self.spread) < stops[-1]]
        stops = sorted({*stops, *hump})
        return sum(quad(function, a, b, epsabs=1e-11)[0] for a, b in pairwise(stops))


def foresee(positions: Sequence[float], weights: Sequence[float], low: float, high: float) -> Law:
    """The law for actors with positions and weights (capability times salience)."""
    width, whole = high - low, sum(weights)
    shares = [w / whole for w in weights]
    voices = []
    for x, w in zip(positions, shares, strict=True):
        near = sum(v * exp(-abs(x - y) / width / NEAR) for y, v in zip(positions, shares, strict=True))
        voices.append(w * near ** (FITTED.camp - 1) if w else 0.0)
    voices = [voice / sum(voices) for voice in voices]
    centre = sum(v * x for v, x in zip(voices, positions, strict=True))
    apart = sqrt(sum(v * (x - centre) ** 2 for v, x in zip(voices, positions, strict=True)))
    spread = sqrt((LEAST * width) ** 2 + (FITTED.spread * apart) ** 2)
    masses = tuple((1 - FITTED.smooth) * voice for voice in voices)
    return Law(low, high, tuple(positions), masses, FITTED.smooth, centre, spread)
