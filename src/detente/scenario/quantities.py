"""Uncertain numbers: one occurrence in a file is one quantity, drawn by its quantile function.

Ranges ``a to b`` are 5th and 95th percentiles (lognormal when both are positive, its mirror image when both are
negative, normal when zero lies between, logit-normal for percentages); every law is conditioned on the domain of the
field it stands in, by restricting its quantiles.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Law = Literal["fixed", "lognormal", "normal", "logitnormal", "uniform", "triangular", "pert", "beta"]

_NORMAL = NormalDist()

#: standard normal quantile of 0.95, by which 5-95 % ranges are read
Z95 = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that may be uncertain.

    ``parameters`` by law: fixed (value); lognormal, normal, logitnormal (5th percentile, 95th percentile; a lognormal
    with both negative is mirrored at zero); uniform (low, high); triangular and pert (low, mode, high); beta
    (a, b, low, high).
    """

    law: Law
    parameters: tuple[float, ...]
    #: domain of the field: quantiles are restricted to it
    low: float = -np.inf
    high: float = np.inf
    #: occurrences with one name share one underlying uniform: they move together
    shared: str | None = None
    #: as written
    text: str = field(default="", compare=False)
    #: whether the file gives it; False for a default of ours
    given: bool = field(default=True, compare=False)

    @property
    def certain(self) -> bool:
        """Whether every draw is the same."""
        return self.law == "fixed"

    @property
    def median(self) -> float:
        """The middle value, used by ``--central``."""
        return float(self.quantile(0.5))

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Value below which the share ``u`` in (0, 1) of draws lies, inside the domain; same shape as ``u``."""
        u = np.asarray(u, dtype=np.float64)
        if self.law == "fixed":
            return np.full(u.shape, self.parameters[0])
        if self.law == "lognormal" and self.parameters[1] < 0:
            low, high = self.parameters
            mirror = Quantity("lognormal", (-high, -low), -self.high, -self.low)
            return -mirror.quantile(1 - u)
        below = float(self._cdf(self.low)) if np.isfinite(self.low) else 0.0
        above = float(self._cdf(self.high)) if np.isfinite(self.high) else 1.0
        inside = np.clip(below + u * (above - below), 1e-12, 1 - 1e-12)
        return np.clip(self._ppf(inside), self.low, self.high)

    def _ppf(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        par = self.parameters
        if self.law in ("lognormal", "normal", "logitnormal"):
            centre, spread = self._normal()
            # The standard library's normal law, because a check of a file should not wait for scipy to load.
            z = centre + spread * np.array([_NORMAL.inv_cdf(x) for x in p.flat]).reshape(p.shape)
            if self.law == "lognormal":
                return np.asarray(np.exp(z))
            return np.asarray(1 / (1 + np.exp(-z)) if self.law == "logitnormal" else z)
        if self.law == "uniform":
            return np.asarray(par[0] + p * (par[1] - par[0]))
        if self.law == "triangular":
            low, mode, high = par
            cut = (mode - low) / (high - low)
            left = low + np.sqrt(p * (high - low) * (mode - low))
            right = high - np.sqrt((1 - p) * (high - low) * (high - mode))
            return np.where(p < cut, left, right)
        from scipy import special

        a, b, low, high = self._beta()
        return np.asarray(low + (high - low) * special.betaincinv(a, b, p))

    def _cdf(self, x: float) -> float:
        par = self.parameters
        if self.law in ("lognormal", "normal", "logitnormal"):
            centre, spread = self._normal()
            if self.law == "lognormal":
                if x <= 0:
                    return 0.0
                x = log(x)
            elif self.law == "logitnormal":
                if not 0 < x < 1:
                    return 0.0 if x <= 0 else 1.0
                x = log(x / (1 - x))
            return _NORMAL.cdf((x - centre) / spread)
        if self.law == "uniform":
            return float(np.clip((x - par[0]) / (par[1] - par[0]), 0, 1))
        if self.law == "triangular":
            low, mode, high = par
            if not low < x < high:
                return 0.0 if x <= low else 1.0
            if x < mode:
                return (x - low) ** 2 / ((high - low) * (mode - low))
            return 1 - (high - x) ** 2 / ((high - low) * (high - mode)) if mode < high else 1.0
        from scipy import special

        a, b, low, high = self._beta()
        return float(special.betainc(a, b, np.clip((x - low) / (high - low), 0, 1)))

    def _normal(self) -> tuple[float, float]:
        """Mean and standard deviation of the normal law beneath."""
        first, last = self.parameters
        if self.law == "lognormal":
            first, last = log(first), log(last)
        elif self.law == "logitnormal":
            first, last = log(first / (1 - first)), log(last / (1 - last))
        return (first + last) / 2, (last - first) / (2 * Z95)

    def _beta(self) -> tuple[float, float, float, float]:
        if self.law == "beta":
            a, b, low, high = self.parameters
            return a, b, low, high
        # PERT: a beta whose mean weighs the mode four times (Malcolm et al. 1959).
        low, mode, high = self.parameters
        width = high - low
        return 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, low, high
