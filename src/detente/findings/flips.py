"""The one rule on one input that overturns a verdict.

1. On one half of the draws take the cut, among those of the claim's drivers, that best separates the draws' own
   verdicts, and keep it when the best of all those cuts beats 95 % of shuffles.
2. Move a number's cut between its neighbouring deciles to where it separates best, at the shortest number there.
3. On the other half, never looked at before, the draws that it names must earn the other verdict they earned on the
   first, most of them one by one. The numbers printed with the rule are of that other half.

Only drivers may carry a rule: with few draws a cut on some other input that resembles a driver separates them as well,
on both halves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.pooling import pool
from detente.findings.drivers import FEWEST, LEVEL, SLACK
from detente.findings.factors import Cut, Factors, Relation, fewest_inside
from detente.findings.findings import Driver, Flip, NoFlip, Region, Verdict
from detente.findings.yardsticks import Yardstick

#: values of draws and how they count
_Sample = tuple[NDArray[np.float64], NDArray[np.float64] | None]

_OPPOSITE: Mapping[Relation, Relation] = {"<": ">=", ">=": "<", "is": "is not", "is not": "is"}


def find_flip(
    factors: Factors,
    values: NDArray[np.float64],
    yardstick: Yardstick,
    verdict: Verdict,
    drivers: Sequence[Driver],
    weights: NDArray[np.float64] | None = None,
) -> Flip | NoFlip:
    """The rule on one of a claim's drivers that overturns its verdict, or why there is none.

    ``values`` are the claim's, shape (n,), in the order of ``factors``, without NaN; ``verdict`` is the claim's;
    ``weights`` say how draws count in the verdicts of regions.
    """
    if yardstick.kind == "none":
        return "no verdict"
    n = len(values)
    if n < FEWEST:
        return "too few draws"
    codes = yardstick.codes(values)
    commonest = max(int((codes == code).sum()) for code in (-1, 0, 1))
    if commonest == n:
        return "every draw agrees"
    if n - commonest < max(3, 0.05 * n):
        return "few draws disagree"
    found = _best_cut(factors, codes, {driver.input for driver in drivers})
    return (found and _confirm(factors, (values, weights), yardstick, verdict, found)) or "nothing stands out"


def _best_cut(factors: Factors, codes: NDArray[np.int8], names: set[str]) -> tuple[Cut, float] | None:
    """The cut on one of the named inputs that best separates the verdicts of the first half; None by chance."""
    allowed = [k for k, cut in enumerate(factors.cuts) if factors.factors[cut.place].id in names]
    if not allowed:
        return None
    spread = codes[factors.half] - codes[factors.half].mean()
    if not spread.any():
        return None
    members = factors.members[:, allowed]
    unit = (spread / np.sqrt(np.dot(spread, spread))).astype(np.float32)
    null = ((unit[factors.shuffles] @ members) ** 2).max(axis=1)
    explained = (unit @ members) ** 2
    best = int(np.argmax(np.round(explained, 5)))
    p = float(1 + (null >= explained[best] - SLACK).sum()) / (1 + len(null))
    return (_sharpen(factors, factors.cuts[allowed[best]], spread), p) if p <= LEVEL else None


def _sharpen(factors: Factors, cut: Cut, spread: NDArray[np.float64]) -> Cut:
    """Move a number's cut between its neighbouring deciles to where it separates best, at the shortest number there."""
    if factors.factors[cut.place].readings:
        return cut
    values = factors.values[factors.half, cut.place]
    there = np.flatnonzero(~np.isnan(values))
    # From the end that is inside: a region of k draws is the first k.
    sign = 1 if cut.relation == "<" else -1
    order = there[np.argsort(sign * values[there], kind="stable")]
    ordered, sums, n = values[order], np.cumsum(spread[order]), len(values)
    fewest, reach = fewest_inside(n), max(1, len(order) // 10)
    here = int(factors.inside(cut)[factors.half].sum())
    last = min(n - fewest, here + reach, len(order) - 1)
    sizes = [k for k in range(max(fewest, here - reach), last + 1) if ordered[k - 1] != ordered[k]]
    best = max(sizes, key=lambda k: (round(float(sums[k - 1] ** 2 / (k * (n - k))), 9), -abs(k - here)))
    low, high = sorted((float(ordered[best - 1]), float(ordered[best])))
    return Cut(cut.place, cut.relation, shortest_between(low, high))


def shortest_between(low: float, high: float) -> float:
    """The number with the fewest digits in (low, high], near the middle."""
    for digits in range(1, 18):
        rounded = float(f"{(low + high) / 2:.{digits}g}")
        if low < rounded <= high:
            return rounded
    return high


def _confirm(
    factors: Factors,
    sample: _Sample,
    yardstick: Yardstick,
    verdict: Verdict,
    found: tuple[Cut, float],
) -> Flip | None:
    """The rule, when one side of the cut earns another verdict on the half that found it and on the other half."""
    values, weights = sample
    cut, p = found
    sides = [cut]
    if not factors.factors[cut.place].bound:
        sides.append(Cut(cut.place, _OPPOSITE[cut.relation], cut.at))

    def weigh(rows: NDArray[np.bool_]) -> Region:
        return _weigh(yardstick, verdict, (values[rows], None if weights is None else weights[rows]))

    seen = [(weigh(factors.inside(side) & factors.half), side) for side in sides]
    for first, side in sorted(seen, key=lambda pair: (-pair[0].differ / max(1, pair[0].draws), pair[0].draws)):
        inside = factors.inside(side)
        where, elsewhere = weigh(inside & ~factors.half), weigh(~inside & ~factors.half)
        if _overturns((first, where, elsewhere), verdict):
            return _spell(factors, side, (where, elsewhere), p)
    return None


def _weigh(yardstick: Yardstick, verdict: Verdict, sample: _Sample) -> Region:
    values, weights = sample
    n = len(values)
    if not n:
        return Region(verdict, float("nan"), float("nan"), 0, 0)
    differ = round(n * (1 - yardstick.agreement(values, verdict)))
    pooled = pool(yardstick.answers(values), weights, yes_or_no=yardstick.kind in ("comparison", "effect"))
    return Region(yardstick.verdict(values, weights), pooled.mean, pooled.error, n, differ)


def _overturns(regions: Sequence[Region], verdict: Verdict) -> bool:
    """Whether the draws named earn one other verdict on both halves, most of them one by one on the new half."""
    seen, where, elsewhere = regions
    return (
        min(where.draws, elsewhere.draws) >= 4
        and seen.verdict == where.verdict != verdict
        and elsewhere.verdict != where.verdict
        and where.differ > where.draws / 2
    )


def _spell(factors: Factors, cut: Cut, regions: tuple[Region, Region], p: float) -> Flip:
    """A rule in the names of the file; of two readings the one that is left is named."""
    factor = factors.factors[cut.place]
    if not factor.readings:
        return Flip(factor.id, factor.also, cut.relation, cut.at, "", *regions, p)
    others = [factor.readings[int(level)] for level in np.unique(factors.values[:, cut.place]) if level != cut.at]
    if cut.relation == "is not" and len(others) == 1:
        return Flip(factor.id, factor.also, "is", float("nan"), others[0], *regions, p)
    return Flip(factor.id, factor.also, cut.relation, float("nan"), factor.readings[int(cut.at)], *regions, p)
