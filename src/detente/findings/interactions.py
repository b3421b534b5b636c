"""Pairs of drivers that together do more, or less, than the sum of what each does alone.

On one half of the draws the claim, in its own units, is freed of what the drivers do one by one (their ranks, the
squares of these, the readings) by least squares, and so are the products of each pair. A pair is named when its product
explains more of what is left than the best pair does in 95 % of shuffles of it (Freedman & Lane 1983; min-P over the
pairs, Westfall & Young 1993), and when on the other half the fit found on the first agrees with what is left there
(correlation above 0, one-sided at 5 %).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from detente.findings.drivers import FEWEST, LEVEL, SLACK
from detente.findings.factors import Factors
from detente.findings.sensitivity import Interaction
from detente.findings.swings import HALVES, Figure, find_ends

Floats = NDArray[np.float64]

#: one-sided 5 % point of the normal law
ONE_SIDED = 1.645


def find_interactions(factors: Factors, figure: Figure, drivers: Sequence[str]) -> tuple[Interaction, ...]:
    """The pairs of drivers that interact, strongest first; ``drivers`` names their inputs, the strongest first.

    ``figure`` is in the order of ``factors``. Weights count in what is told, not in finding it.
    """
    values = figure.values
    known = {factor.id: k for k, factor in enumerate(factors.factors)}
    places = [known[name] for name in drivers if name in known]
    if len(places) < 2 or len(values) < 2 * FEWEST:
        return ()
    alone = np.column_stack([np.ones(len(values)), *(_spell_alone(factors, k) for k in places)])
    pairs = list(combinations(places, 2))
    products = [_multiply(factors.basis(a), factors.basis(b)) for a, b in pairs]
    half = factors.half
    first = [_free(np.column_stack([values, product])[half], alone[half]) for product in products]
    tails = _test(factors, first)
    second = [_free(np.column_stack([values, product])[~half], alone[~half]) for product in products]
    found = []
    for pair, product, p, here, there in zip(pairs, products, tails, first, second, strict=True):
        if p <= LEVEL and _agrees(here, there):
            left = _free(np.column_stack([values, product]), alone)
            strength = _explain(left) * float(np.sum(left[:, 0] ** 2)) / float(np.sum((values - values.mean()) ** 2))
            found.append(_describe(factors, pair, figure, (strength, p)))
    return tuple(sorted(found, key=lambda item: (-item.strength, item.input, item.on)))


def _spell_alone(factors: Factors, place: int) -> Floats:
    """What an input can do alone, shape (n, some)."""
    basis = factors.basis(place)
    return basis if factors.factors[place].readings else np.column_stack([basis, basis**2])


def _multiply(a: Floats, b: Floats) -> Floats:
    """All products of the columns of two inputs, shape (n, columns of a * columns of b)."""
    return (a[:, :, None] * b[:, None, :]).reshape(len(a), -1)


def _free(columns: Floats, known: Floats) -> Floats:
    """What is left of columns after least squares on others."""
    basis, sizes, _ = np.linalg.svd(known, full_matrices=False)
    basis = basis[:, sizes > 1e-9 * sizes[0]]
    left = columns - basis @ (basis.T @ columns)
    scale = np.linalg.norm(columns, axis=0)
    left[:, np.linalg.norm(left, axis=0) <= 1e-9 * np.maximum(scale, 1e-300)] = 0.0
    return np.asarray(left)


def _axes(left: Floats) -> Floats:
    """An orthonormal basis of the products, which follow the claim among the columns."""
    basis, sizes, _ = np.linalg.svd(left[:, 1:], full_matrices=False)
    return np.asarray(basis[:, sizes > 1e-9])


def _explain(left: Floats) -> float:
    """Share of what is left of the claim that the products explain."""
    whole = float(left[:, 0] @ left[:, 0])
    return float(np.sum((left[:, 0] @ _axes(left)) ** 2)) / whole if whole > 0 else 0.0


def _test(factors: Factors, lefts: Sequence[Floats]) -> list[float]:
    """For every pair the p-value of the best of all pairs doing as well by chance."""
    from scipy.special import chdtrc

    bases = [_axes(left) for left in lefts]
    claim = lefts[0][:, 0]
    length = float(np.linalg.norm(claim))
    if length == 0 or not any(basis.shape[1] for basis in bases):
        return [1.0] * len(lefts)
    claim = claim / length
    shuffled = claim[factors.shuffles]
    rows = len(claim)

    def tail(basis: Floats, claims: Floats) -> Floats:
        share = np.sum((claims @ basis) ** 2, axis=-1)
        return np.asarray(chdtrc(max(1, basis.shape[1]), rows * share))

    smallest = np.min([tail(basis, shuffled) for basis in bases], axis=0)
    return [float(1 + np.sum(smallest <= tail(basis, claim) * (1 + SLACK))) / (1 + len(smallest)) for basis in bases]


def _agrees(here: Floats, there: Floats) -> bool:
    """Whether what was fitted on one half goes with what is left on the other."""
    slopes = np.linalg.lstsq(here[:, 1:], here[:, 0], rcond=None)[0]
    fitted, left = there[:, 1:] @ slopes, there[:, 0]
    length = float(np.linalg.norm(fitted) * np.linalg.norm(left))
    return length > 0 and float(fitted @ left) / length * sqrt(len(left)) > ONE_SIDED


def _describe(factors: Factors, pair: tuple[int, int], figure: Figure, found: tuple[float, float]) -> Interaction:
    (low, high), ends = (find_ends(factors, place, figure, HALVES) for place in pair[::-1])
    where_low, where_high = (
        (ends[0].weigh(figure, outer.rows), ends[1].weigh(figure, outer.rows)) for outer in (low, high)
    )
    name, on = (factors.factors[place].id for place in pair)
    return Interaction(name, on, *found, low.label, high.label, low.bound, where_low, where_high)
