"""Intervals of means and medians over issues that come in groups: whole groups are drawn anew (cluster bootstrap).

Issues of one proposal share actors, time and procedure, so they are no independent cases. Proposals are drawn with
replacement, as many as there are; the figure is computed anew for each such sample, and the middle 95 % of its values
are the interval (Efron 1979; Cameron, Gelbach & Miller 2008 on clusters).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.solvers.bargaining.stakes import Floats

#: what an interval covers
COVERED = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; NaN where there is none."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False, slots=True)
class Resamples:
    """B samples of groups, the same for every figure, so that figures of one sample can be told apart."""

    #: intp (n,): the group of each issue
    codes: NDArray[np.intp] = field(repr=False)
    #: int64 (B, groups): how often each group is in a sample
    times: NDArray[np.int64] = field(repr=False)

    def find_mean(self, values: Floats) -> Estimate:
        """Mean of the values that are no NaN, (n,) in."""
        there = np.isfinite(values)
        if not there.any():
            return Estimate(np.nan, np.nan, np.nan)
        groups = self.times.shape[1]
        sums = np.bincount(self.codes[there], values[there], minlength=groups)
        counts = np.bincount(self.codes[there], minlength=groups)
        drawn = self.times @ counts
        means = (self.times @ sums)[drawn > 0] / drawn[drawn > 0]
        return Estimate(float(values[there].mean()), *self._bound(means, counts))

    def find_median(self, values: Floats) -> Estimate:
        """Median of the values that are no NaN, (n,) in; of an even number the lower of the two in the middle."""
        there = np.flatnonzero(np.isfinite(values))
        if not len(there):
            return Estimate(np.nan, np.nan, np.nan)
        order = there[np.argsort(values[there], kind="stable")]
        heaped = np.cumsum(self.times[:, self.codes[order]], axis=1)
        heaped = heaped[heaped[:, -1] > 0]
        middle = np.argmax(2 * heaped >= heaped[:, -1:], axis=1)
        counts = np.bincount(self.codes[there], minlength=self.times.shape[1])
        return Estimate(float(values[order[(len(order) - 1) // 2]]), *self._bound(values[order][middle], counts))

    def find_skill(self, values: Floats, reference: Floats) -> Estimate:
        """1 - mean / mean of the reference over the issues that have both, (n,) in; NaN where the reference is 0."""
        there = np.isfinite(values) & np.isfinite(reference)
        groups = self.times.shape[1]
        whole, base = (
            self.times @ np.bincount(self.codes[there], scores[there], minlength=groups)
            for scores in (values, reference)
        )
        if not there.any() or reference[there].sum() <= 0:
            return Estimate(np.nan, np.nan, np.nan)
        counts = np.bincount(self.codes[there], minlength=groups)
        skills = 1 - whole[base > 0] / base[base > 0]
        return Estimate(1 - float(values[there].sum() / reference[there].sum()), *self._bound(skills, counts))

    @staticmethod
    def _bound(values: Floats, counts: NDArray[np.intp]) -> tuple[float, float]:
        """The interval; none where all issues are of one group."""
        if (counts > 0).sum() < 2:
            return np.nan, np.nan
        low, high = np.quantile(values, [(1 - COVERED) / 2, (1 + COVERED) / 2])
        return float(low), float(high)


def draw_groups(codes: NDArray[np.intp], resamples: int, seed: int) -> Resamples:
    """Samples of the groups that the issues belong to."""
    groups = int(codes.max()) + 1 if len(codes) else 0
    rng = np.random.default_rng(seed)
    times = rng.multinomial(groups, np.full(groups, 1 / groups), size=resamples)
    return Resamples(codes, times.astype(np.int64))
