"""The uncertain inputs of a run as the driver analysis sees them: distinct, varying, in a canonical order of draws.

Nothing here depends on the order in which draws, inputs or readings were listed: rows are ordered by a hash of their
ranks, so that permutations and halves are the same sets of draws whatever the order of the file or of the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game

#: permutations behind every test; the smallest p-value they can give is 1 / (PERMUTATIONS + 1)
PERMUTATIONS = 199
#: cuts tried per number: its deciles
DECILES = np.arange(1, 10) / 10


@dataclass(frozen=True, slots=True)
class Factor:
    """One input that varies over draws, with those that move in step with it."""

    id: str
    also: tuple[str, ...]
    #: names of the readings when the input chooses one; empty for a number
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A region of one factor: a number below ``at``, or the reading with index ``at``."""

    place: int
    at: float


@dataclass(frozen=True, eq=False)
class Factors:
    """The inputs of a run, ``n`` draws in canonical order and ``p`` factors, laid out for the tests on them."""

    factors: tuple[Factor, ...]
    #: shape (n, p): values; a reading as its index
    values: NDArray[np.float64] = field(repr=False)
    #: shape (n,): row of the ensemble that each canonical row is
    order: NDArray[np.intp] = field(repr=False)
    seed: int
    #: shape (PERMUTATIONS, n): reorderings of the rows
    permutations: NDArray[np.intp] = field(repr=False)
    #: shape (n, columns): an orthonormal basis per factor, orthogonal to the constant: the standard ranks of a number,
    #: the contrasts of a choice of reading
    design: NDArray[np.float64] = field(repr=False)
    #: shape (p,): where each factor's columns start, and how many it has
    starts: NDArray[np.intp] = field(repr=False)
    freedom: NDArray[np.intp] = field(repr=False)
    #: shape (n,): the half of the rows on which rules are found; the others confirm them
    half: NDArray[np.bool_] = field(repr=False)
    #: shape (PERMUTATIONS, rows in the half): reorderings of that half
    shuffles: NDArray[np.intp] = field(repr=False)
    cuts: tuple[Cut, ...] = field(repr=False)
    #: shape (rows in the half, cuts): members scaled so that squared products with a standardised claim are shares
    #: of its variance
    members: NDArray[np.float32] = field(repr=False)

    def basis(self, place: int) -> NDArray[np.float64]:
        """The columns of one factor, shape (n, its freedom)."""
        return self.design[:, self.starts[place] : self.starts[place] + self.freedom[place]]

    def inside(self, cut: Cut) -> NDArray[np.bool_]:
        """The draws in a region, shape (n,)."""
        values = self.values[:, cut.place]
        return values == cut.at if self.factors[cut.place].readings else values < cut.at


def collect(game: Game, columns: Mapping[str, NDArray[np.float64]], draws: int, seed: int) -> Factors:
    """Lay out a run's inputs: ``columns`` gives for each input id its values, shape (draws,).

    Constant inputs are left out. Inputs that share a column of the design move in step, so they are one factor.
    """
    known = {item.id: item for item in game.inputs}
    tied: dict[object, list[str]] = {}
    for name, column in columns.items():
        if draws and np.ptp(column) > 0:
            item = known.get(name)
            shared = item is not None and item.column >= 0 and not item.odds
            tied.setdefault(item.column if item is not None and shared else name, []).append(name)
    groups = [sorted(names) for names in tied.values()]
    factors = tuple(
        Factor(names[0], tuple(names[1:]), known[names[0]].labels if names[0] in known else ()) for names in groups
    )
    values = np.empty((draws, len(groups)))
    for k, names in enumerate(groups):
        values[:, k] = columns[names[0]]
    return _lay_out(factors, values, np.arange(draws), seed)


def restrict(factors: Factors, rows: NDArray[np.bool_]) -> Factors:
    """The factors over some of the canonical rows, shape (n,) of bool: those that still vary there."""
    if rows.all():
        return factors
    values = factors.values[rows]
    vary = [k for k in range(len(factors.factors)) if len(values) and np.ptp(values[:, k]) > 0]
    return _lay_out(tuple(factors.factors[k] for k in vary), values[:, vary], factors.order[rows], factors.seed)


def _lay_out(factors: tuple[Factor, ...], values: NDArray[np.float64], order: NDArray[np.intp], seed: int) -> Factors:
    n = len(order)
    by_hash = np.argsort(_row_hashes(values), kind="stable")
    values, order = values[by_hash], order[by_hash]
    chance = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
    half = np.zeros(n, dtype=np.bool_)
    half[chance.permutation(n)[: (n + 1) // 2]] = True
    permutations = chance.permuted(np.tile(np.arange(n), (PERMUTATIONS, 1)), axis=1)
    design, starts = _rank_design(factors, values)
    cuts, members = _lay_cuts(factors, values[half])
    return Factors(
        factors=factors,
        values=values,
        order=order,
        seed=seed,
        permutations=permutations,
        design=design,
        starts=starts,
        freedom=np.diff(np.append(starts, design.shape[1])),
        half=half,
        # Where one half's rows fall in a shuffle of all is a shuffle of that half.
        shuffles=np.argsort(permutations[:, half], axis=1),
        cuts=cuts,
        members=members,
    )


def _row_hashes(values: NDArray[np.float64]) -> NDArray[np.uint64]:
    """One number per row that depends on the ranks of its entries only, not on the order of columns or rows."""
    total = np.zeros(len(values), dtype=np.uint64)
    for column in values.T:
        ranks = np.unique(column, return_inverse=True)[1].astype(np.uint64)
        # The finaliser of splitmix64 (Steele, Lea & Flood 2014); unsigned arithmetic wraps, as it should.
        z = (ranks + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        total += z ^ (z >> np.uint64(31))
    return total


def standard_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average ranks, centred, of unit length; zeros when all values are equal. Shape (n,) to (n,)."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    centred = ranks - ranks.mean()
    length = float(np.sqrt(np.dot(centred, centred)))
    return np.asarray(centred / length if length > 0 else np.zeros_like(centred))


def _rank_design(
    factors: tuple[Factor, ...], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    columns: list[NDArray[np.float64]] = []
    starts: list[int] = []
    for factor, column in zip(factors, values.T, strict=True):
        starts.append(len(columns))
        if factor.readings:
            members = np.column_stack([column == level for level in np.unique(column)[:-1]]).astype(np.float64)
            columns += list(np.linalg.qr(members - members.mean(axis=0))[0].T)
        else:
            columns.append(standard_ranks(column))
    design = np.column_stack(columns) if columns else np.empty((len(values), 0))
    return design, np.array(starts, dtype=np.intp)


def _lay_cuts(factors: tuple[Factor, ...], values: NDArray[np.float64]) -> tuple[tuple[Cut, ...], NDArray[np.float32]]:
    """Cuts at deciles and single readings that leave enough rows on either side."""
    n = len(values)
    fewest = fewest_inside(n)
    cuts: list[Cut] = []
    members: list[NDArray[np.float32]] = []
    for place, factor in enumerate(factors):
        column = values[:, place]
        levels = np.unique(column) if factor.readings else np.unique(np.quantile(column, DECILES, method="higher"))
        # Of two readings, either names the same cut.
        for level in levels[:1] if factor.readings and len(levels) == 2 else levels:
            inside = column == level if factor.readings else column < level
            size = int(inside.sum())
            if fewest <= size <= n - fewest:
                cuts.append(Cut(place, float(level)))
                # The variance between two sides is (sum inside)^2 * n / (size * (n - size)).
                members.append((inside * np.sqrt(n / (size * (n - size)))).astype(np.float32))
    return tuple(cuts), np.column_stack(members) if members else np.empty((n, 0), dtype=np.float32)


def fewest_inside(n: int) -> int:
    """Least rows of ``n`` that a rule must leave on either side: a tenth, at least 4."""
    return max(4, n // 10)
