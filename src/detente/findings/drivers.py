"""Which inputs move a finding, and the one rule that overturns it.

**Importance** (given data, by ranks). For a number the squared rank correlation with the claim (Spearman 1904), for a
choice of reading the correlation ratio of the claim's ranks (Kruskal & Wallis 1952): both are the share of the
variance of the claim's ranks that the input explains.

1. Take the strength of every input and turn it into a tail probability of chi-square with 1, or readings - 1, degrees
   of freedom, so that numbers and readings can be compared.
2. Shuffle the claim over the draws and keep the smallest tail probability among all inputs; repeat.
3. An input is a driver when its own is smaller than in 95 % of the shuffles (Westfall & Young 1993, min-P: the chance
   that pure noise yields any driver is 5 %, however many inputs there are) and it points the same way in both halves
   of the draws.

**Flip rule.** On one half of the draws, the cut of one input that best separates the draws' own verdicts; kept when
the best of all inputs and cuts beats 95 % of shuffles, and when on the other half, never looked at before, the draws
it names earn another verdict, most of them one by one. The numbers printed with the rule are of that other half.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.findings.factors import Cut, Factors, fewest_inside, standard_ranks
from detente.findings.findings import Driver, Flip, NoFlip, Region, Side, Verdict
from detente.findings.yardsticks import Yardstick

#: fewer draws than this test nothing
FEWEST = 20
#: family-wise level of every test
LEVEL = 0.05
#: strongest drivers kept per claim
STRONGEST = 3
#: values are compared on this grid, so that rounding noise of the solvers is no driver
GRID = 1e-9
#: slack in comparing a statistic with its shuffles, so that the order of summation decides nothing
SLACK = 1e-5


def find_drivers(factors: Factors, moved: NDArray[np.float64], shown: NDArray[np.float64]) -> tuple[Driver, ...]:
    """The strongest inputs that beat chance, strongest first.

    ``moved`` is what ranks are taken of, ``shown`` what the means on either side are of; both have shape (n,), in
    the order of ``factors``, without NaN.
    """
    n = len(moved)
    y = standard_ranks(np.round(moved / GRID))
    if n < FEWEST or not factors.factors or not y.any():
        return ()
    strength = _strengths(factors, y)
    tail = _tails(factors.freedom, n, strength)
    shuffled = _strengths(factors, y[factors.permutations])
    # Among factors of equal freedom the strongest has the smallest tail, so one per kind is enough.
    kinds = np.unique(factors.freedom)
    best = np.column_stack([shuffled[:, factors.freedom == kind].max(axis=1) for kind in kinds])
    null = _tails(kinds, n, best).min(axis=1)
    p = (1 + (null[None, :] <= tail[:, None] * (1 + SLACK)).sum(axis=1)) / (1 + len(null))
    drivers: list[Driver] = []
    for k in sorted(range(len(p)), key=lambda k: (-round(float(strength[k]), 9), factors.factors[k].id)):
        if len(drivers) < STRONGEST and p[k] <= LEVEL and _points_one_way(factors, k, y):
            drivers.append(_describe(factors, k, y, shown, (float(strength[k]), float(p[k]))))
    return tuple(drivers)


def _strengths(factors: Factors, claim: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of variance that every factor explains, for claims of shape (..., n): shape (..., p)."""
    return np.add.reduceat((claim @ factors.design) ** 2, factors.starts, axis=-1)


def _tails(freedom: NDArray[np.float64], n: int, explained: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tail probability of chi-square, by which strengths of different freedom are compared."""
    from scipy.special import chdtrc

    return np.asarray(chdtrc(freedom, (n - 1) * explained))


def _points_one_way(factors: Factors, k: int, y: NDArray[np.float64]) -> bool:
    """Whether the input pushes the claim in the same direction in both halves of the draws."""
    values = factors.values[:, k]
    if factors.factors[k].readings:
        means = [(y[values == level].mean(), level) for level in np.unique(values)]
        signal = (values == max(means)[1]).astype(np.float64) - (values == min(means)[1])
    else:
        signal = standard_ranks(values)
    pushes = [float(np.cov(signal[half], y[half])[0, 1]) for half in (factors.half, ~factors.half)]
    return all(push * float(np.dot(signal, y)) > 0 for push in pushes)


def _describe(
    factors: Factors, k: int, y: NDArray[np.float64], shown: NDArray[np.float64], test: tuple[float, float]
) -> Driver:
    factor, values = factors.factors[k], factors.values[:, k]
    strength, p = test
    if factor.readings:
        sides = [
            Side(factor.readings[int(level)], float("nan"), float(shown[at].mean()), int(at.sum()))
            for level in np.unique(values)
            for at in [values == level]
        ]
        low, high = min(sides, key=lambda s: (s.mean, s.label)), max(sides, key=lambda s: (s.mean, s.label))
        return Driver(factor.id, factor.also, "reading", strength, 0, low, high, p)
    third, two_thirds = (float(q) for q in np.quantile(values, [1 / 3, 2 / 3]))
    below, above = values <= third, values >= two_thirds
    direction = 1 if float(np.dot(standard_ranks(values), y)) > 0 else -1
    low = Side("", third, float(shown[below].mean()), int(below.sum()))
    high = Side("", two_thirds, float(shown[above].mean()), int(above.sum()))
    return Driver(factor.id, factor.also, "number", strength, direction, low, high, p)


def find_flip(factors: Factors, values: NDArray[np.float64], yardstick: Yardstick, verdict: Verdict) -> Flip | NoFlip:
    """The rule on one input that overturns a verdict, or why there is none.

    ``values`` are the claim's, shape (n,), in the order of ``factors``, without NaN; ``verdict`` is the claim's.
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
    found = _best_cut(factors, codes)
    return (found and _confirm(factors, values, yardstick, verdict, found)) or "nothing stands out"


def _best_cut(factors: Factors, codes: NDArray[np.int8]) -> tuple[Cut, float] | None:
    """The cut that best separates the verdicts of the first half of the draws, with its p-value; None by chance."""
    if not factors.cuts:
        return None
    spread = codes[factors.half] - codes[factors.half].mean()
    if not spread.any():
        return None
    unit = (spread / np.sqrt(np.dot(spread, spread))).astype(np.float32)
    null = ((unit[factors.shuffles] @ factors.members) ** 2).max(axis=1)
    explained = (unit @ factors.members) ** 2
    best = int(np.argmax(np.round(explained, 5)))
    p = float(1 + (null >= explained[best] - SLACK).sum()) / (1 + len(null))
    return (_sharpen(factors, factors.cuts[best], spread), p) if p <= LEVEL else None


def _sharpen(factors: Factors, cut: Cut, spread: NDArray[np.float64]) -> Cut:
    """Move a cut between its neighbouring deciles to where it separates best, at the shortest number there."""
    if factors.factors[cut.place].readings:
        return cut
    values = factors.values[factors.half, cut.place]
    order = np.argsort(values, kind="stable")
    ordered, n = values[order], len(values)
    sums = np.cumsum(spread[order])
    fewest, reach = fewest_inside(n), max(1, n // 10)
    here = int(np.searchsorted(ordered, cut.at))
    places = [
        k for k in range(max(fewest, here - reach), min(n - fewest, here + reach) + 1) if ordered[k - 1] < ordered[k]
    ]
    best = max(places, key=lambda k: (round(float(sums[k - 1] ** 2 / (k * (n - k))), 9), -abs(k - here)))
    return Cut(cut.place, shortest_between(float(ordered[best - 1]), float(ordered[best])))


def shortest_between(low: float, high: float) -> float:
    """The number with the fewest digits in (low, high], near the middle."""
    for digits in range(1, 18):
        rounded = float(f"{(low + high) / 2:.{digits}g}")
        if low < rounded <= high:
            return rounded
    return high


def _confirm(
    factors: Factors,
    values: NDArray[np.float64],
    yardstick: Yardstick,
    verdict: Verdict,
    found: tuple[Cut, float],
) -> Flip | None:
    """The rule, when one side of the cut earns another verdict on the half that found it and on the other half."""
    cut, p = found
    inside = factors.inside(cut)
    train, test = factors.half, ~factors.half

    def weigh(rows: NDArray[np.bool_]) -> Region:
        return _weigh(yardstick, verdict, values[rows])

    sides = sorted(
        ((weigh(side & train), side) for side in (inside, ~inside)),
        key=lambda pair: (-pair[0].differ / max(1, pair[0].draws), pair[0].draws, pair[0].mean),
    )
    for seen, side in sides:
        where, elsewhere = weigh(side & test), weigh(~side & test)
        if _overturns((seen, where, elsewhere), verdict):
            return _spell(factors, cut, bool(side[inside].any()), (where, elsewhere), p)
    return None


def _weigh(yardstick: Yardstick, verdict: Verdict, values: NDArray[np.float64]) -> Region:
    n = len(values)
    if not n:
        return Region(verdict, float("nan"), 0, 0)
    differ = round(n * (1 - yardstick.agreement(values, verdict)))
    return Region(yardstick.verdict(values), float(values.mean()), n, differ)


def _overturns(regions: Sequence[Region], verdict: Verdict) -> bool:
    """Whether the draws named earn one other verdict on both halves, most of them one by one on the new half."""
    seen, where, elsewhere = regions
    return (
        min(where.draws, elsewhere.draws) >= 4
        and seen.verdict == where.verdict != verdict
        and elsewhere.verdict != where.verdict
        and where.differ > where.draws / 2
    )


def _spell(factors: Factors, cut: Cut, named: bool, regions: tuple[Region, Region], p: float) -> Flip:
    """A rule in the names of the file; ``named`` says whether it is the side that the cut names or the other one."""
    factor = factors.factors[cut.place]
    if not factor.readings:
        return Flip(factor.id, factor.also, "<" if named else ">=", cut.at, "", *regions, p)
    name = factor.readings[int(cut.at)]
    if named:
        return Flip(factor.id, factor.also, "is", float("nan"), name, *regions, p)
    others = [factor.readings[int(level)] for level in np.unique(factors.values[:, cut.place]) if level != cut.at]
    if len(others) == 1:
        return Flip(factor.id, factor.also, "is", float("nan"), others[0], *regions, p)
    return Flip(factor.id, factor.also, "is not", float("nan"), name, *regions, p)
