"""Which inputs move a finding, told apart as far as the draws allow.

**Importance** (given data, by ranks). For a number the squared rank correlation with the claim (Spearman 1904), for a
choice of reading the correlation ratio of the claim's ranks (Kruskal & Wallis 1952): both are the share of the
variance of the claim's ranks that the input explains.

1. Take the share that every input explains of what the drivers found so far leave over, both sides freed of those
   drivers by least squares on ranks, and turn it into a tail probability of chi-square with as many degrees of freedom
   as the input has (1, or readings - 1), so that numbers and readings can be compared.
2. Shuffle what is left of the claim over the draws (Freedman & Lane 1983) and keep the smallest tail probability among
   all inputs; repeat.
3. The best input is a driver when its own is smaller than in 95 % of the shuffles (Westfall & Young 1993, min-P: the
   chance that pure noise yields any driver is 5 %, however many inputs there are) and it points the same way in both
   halves of the draws. Go on from 1 until none is left or three are found.

Taking one driver at a time matters: with few draws some columns of a design resemble each other closely (of 147 Sobol
columns in 64 rows, 280 pairs correlate by more than 0.5), and an input that does nothing looks strong because it moves
with one that does. An input that a driver does not clearly beat in these draws is named as its *twin*. And an input of
one of an actor's rival readings counts in the draws that have that reading, for in the others it is not used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.findings.factors import Factors, standard_ranks
from detente.findings.findings import Driver
from detente.findings.swings import Figure, find_ends

#: fewer draws than this test nothing
FEWEST = 20
#: family-wise level of every test
LEVEL = 0.05
#: drivers kept per claim
STRONGEST = 3
#: values are compared on this grid, so that rounding noise of the solvers is no driver
GRID = 1e-9
#: slack in comparing a statistic with its shuffles, so that the order of summation decides nothing
SLACK = 1e-5
#: least share of an input's variance that the drivers before it must leave, for it to be judged beside them
LEFT_OVER = 0.1


@dataclass(frozen=True, slots=True)
class _Remainder:
    """What the drivers found so far leave of the claim and of every input.

    What is left of the inputs is ``(design - known @ mix) @ turn``, of shape (n, columns) and seldom written out.
    """

    #: orthonormal basis of those drivers, shape (n, m)
    known: NDArray[np.float64]
    #: the claim, of unit length, shape (n,), and the share of its variance that is left
    claim: NDArray[np.float64]
    left: float
    #: the design in that basis, shape (m, columns)
    mix: NDArray[np.float64]
    #: makes what is left of each input orthonormal, or zero where that is too little: shape (columns, columns)
    turn: NDArray[np.float64]
    #: rows less what has been fitted
    freedom: int


@dataclass(frozen=True, slots=True)
class _Find:
    """The best input of a step."""

    place: int
    #: share of the claim's whole variance that it adds
    strength: float
    p: float
    twins: tuple[int, ...]


def find_drivers(
    factors: Factors, values: NDArray[np.float64], weights: NDArray[np.float64] | None = None
) -> tuple[Driver, ...]:
    """The inputs that beat chance, each by what it adds to those before it.

    ``values`` are the claim's, shape (n,), in the order of ``factors``, without NaN. Draws count alike in finding
    drivers; ``weights`` say how they count in the means told on either side of one.
    """
    y = standard_ranks(np.round(values / GRID))
    if len(values) < FEWEST or not factors.factors or not y.any():
        return ()
    found: list[_Find] = []
    while len(found) < STRONGEST:
        rest = _leave_over(factors, y, [find.place for find in found])
        find = _find_next(factors, rest) if rest is not None else None
        if find is None:
            break
        found.append(find)
    return tuple(_describe(factors, find, y, (values, weights)) for find in found)


def _leave_over(factors: Factors, y: NDArray[np.float64], places: list[int]) -> _Remainder | None:
    """Free the claim and every input of the drivers found so far; None when nothing of the claim is left."""
    columns = factors.design.shape[1]
    if not places:
        nothing = np.empty((len(y), 0)), y, 1.0, np.empty((0, columns))
        return _Remainder(*nothing, np.eye(columns), len(y) - 1)
    known = np.linalg.qr(np.column_stack([factors.basis(k) for k in places]))[0]
    claim = y - known @ (known.T @ y)
    left = float(claim @ claim)
    if left < SLACK:
        return None
    mix = known.T @ factors.design
    turn = np.zeros((columns, columns))
    for start, width in zip(factors.starts, factors.freedom, strict=True):
        at = slice(start, start + width)
        # The basis of an input has unit length, and what is left of it at right angles to what is not.
        sizes, axes = np.linalg.eigh(np.eye(width) - mix[:, at].T @ mix[:, at])
        if sizes[-1] >= LEFT_OVER:
            turn[at, at] = axes * np.where(sizes > SLACK, 1 / np.sqrt(np.maximum(sizes, SLACK)), 0.0)
    return _Remainder(known, claim / np.sqrt(left), left, mix, turn, len(y) - 1 - known.shape[1])


def _left_of(factors: Factors, rest: _Remainder, place: int) -> NDArray[np.float64]:
    """An orthonormal basis of what is left of one input, shape (n, its freedom)."""
    at = slice(factors.starts[place], factors.starts[place] + factors.freedom[place])
    return np.asarray((factors.basis(place) - rest.known @ rest.mix[:, at]) @ rest.turn[at, at])


def _orthonormal(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """An orthonormal basis of what is left of one input, or zeros when that is too little to judge."""
    if float(np.linalg.norm(columns, 2)) ** 2 < LEFT_OVER:
        return np.zeros_like(columns)
    basis, scale, _ = np.linalg.svd(columns, full_matrices=False)
    return np.where(scale > 1e-9, basis, 0.0)


def _find_next(factors: Factors, rest: _Remainder) -> _Find | None:
    """The input that explains most of what is left, when it beats chance and points one way."""
    share = _shares(factors, rest.claim @ factors.design @ rest.turn)
    tail = _tails(factors.freedom, rest.freedom, share)
    # Single precision is within SLACK, and halves what is moved about.
    shuffled = rest.claim.astype(np.float32)[factors.permutations]
    fitted = shuffled @ rest.known.astype(np.float32)
    lengths = 1 - np.sum(fitted**2, axis=1, keepdims=True)
    null = _shares(factors, (shuffled @ factors.single - fitted @ rest.mix) @ rest.turn) / lengths
    # Among inputs of equal freedom the strongest has the smallest tail, so one per kind is enough.
    kinds = np.unique(factors.freedom)
    strongest = np.column_stack([null[:, factors.freedom == kind].max(axis=1) for kind in kinds])
    smallest = _tails(kinds, rest.freedom, strongest).min(axis=1)
    p = (1 + (smallest[None, :] <= tail[:, None] * (1 + SLACK)).sum(axis=1)) / (1 + len(smallest))
    names = [factor.id for factor in factors.factors]
    best = min(range(len(p)), key=lambda k: (tail[k], names[k]))
    if p[best] > LEVEL:
        return None
    alike = _find_rivals(factors, rest, best, p)
    # Of inputs that cannot be told apart the one that explains most is named.
    named = max((best, *alike), key=lambda k: (round(float(share[k]), 9), names[k]))
    if not _points_one_way(factors, named, rest):
        return None
    twins = {best, *_find_rivals(factors, rest, named, p)} - {named}
    return _Find(named, float(share[named]) * rest.left, float(p[named]), tuple(sorted(twins)))


def _find_rivals(factors: Factors, rest: _Remainder, best: int, p: NDArray[np.float64]) -> list[int]:
    """The other inputs that beat chance and to which the given one adds nothing certain."""
    return [k for k in range(len(p)) if k != best and p[k] <= LEVEL and not _adds(factors, rest, best, k)]


def _shares(factors: Factors, products: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of a claim's variance that every input explains, shape (..., p), from its products with what is left of
    the design, shape (..., columns).
    """
    return np.asarray(np.add.reduceat(products**2, factors.starts, axis=-1))


def _tails(freedom: NDArray[np.intp], rows: int, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tail probability of chi-square, by which shares of different freedom are compared."""
    from scipy.special import chdtrc

    return np.asarray(chdtrc(freedom.astype(np.float64), rows * share))


def _adds(factors: Factors, rest: _Remainder, best: int, other: int) -> bool:
    """Whether an input explains something certain that the other one does not."""
    columns = [_left_of(factors, rest, k) for k in (best, other)]
    own = _orthonormal(columns[0] - columns[1] @ (columns[1].T @ columns[0]))
    unexplained = 1 - float(np.sum((rest.claim @ columns[1]) ** 2))
    added = float(np.sum((rest.claim @ own) ** 2))
    if unexplained < SLACK:
        return False
    rows = rest.freedom - int(factors.freedom[other])
    return float(_tails(factors.freedom[best : best + 1], rows, np.array([added / unexplained]))[0]) <= LEVEL


def _points_one_way(factors: Factors, place: int, rest: _Remainder) -> bool:
    """Whether the input pushes what is left of the claim in the same direction in both halves of the draws."""
    columns = _left_of(factors, rest, place)
    fitted = columns @ (columns.T @ rest.claim)
    return all(float(np.cov(fitted[half], rest.claim[half])[0, 1]) > 0 for half in (factors.half, ~factors.half))


def _describe(
    factors: Factors,
    find: _Find,
    y: NDArray[np.float64],
    claim: tuple[NDArray[np.float64], NDArray[np.float64] | None],
) -> Driver:
    factor, values, figure = factors.factors[find.place], factors.values[:, find.place], Figure(*claim)
    low, high = (end.weigh(figure) for end in find_ends(factors, find.place, figure))
    return Driver(
        input=factor.id,
        also=factor.also,
        twins=tuple(sorted(factors.factors[k].id for k in find.twins)),
        kind="reading" if factor.readings else "number",
        strength=find.strength,
        direction=0 if factor.readings else 1 if float(np.dot(standard_ranks(values), y)) > 0 else -1,
        low=low,
        high=high,
        p=find.p,
    )
