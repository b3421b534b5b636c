"""PAWN: how far knowing one input moves the whole distribution of a claim, from the draws as they are.

Pianosi & Wagener (2015, 2018): cut an input's range into slots of equally many draws (a choice of reading: one slot per
reading), take for each slot the Kolmogorov-Smirnov distance between the distribution of the claim inside it and over
all draws, and average over the slots, each by its share of the draws. Moment-independent: no transformation of a claim
or an input that keeps its order changes anything, and an input that matters only in the middle of its range is seen.

Two things keep the plain index from being compared across inputs. In few draws it is far above 0 for an input that
does nothing, the more so the smaller its slots: that level is measured by shuffling the draws over the same slots (the
dummy of the 2018 paper). And how high it can get depends on the slots: 0.5 for two even readings, 0.7 for ten slots of
a number that decides the claim alone. So inputs are ranked by their ``effect``

    share of the draws in which the input counts * (index^2 - dummy^2) / (most^2 - dummy^2)

which is 0 on average for one that does nothing and 1 for a number that a claim rises or falls with throughout. Squares,
because distance and chance add up nearly like lengths at right angles: the effects of a test of eight inputs were 0.41
and 0.07 in 64 draws, 0.34 and 0.06 in 256, 0.31 and 0.06 in 4,096.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from detente.findings.factors import Factors
from detente.findings.swings import Figure

Floats = NDArray[np.float64]

#: slots of a number at most, and the fewest draws that a slot is to hold when there are more than two
SLOTS, FULL = 10, 16
#: shuffles behind the level of an input that does nothing
SHUFFLES = 199
#: readings up to which the order in which they push a claim furthest is looked for
ORDERED = 6
#: entries of a table worked on at a time
CHUNK = 2_000_000
METHOD = (
    "PAWN, the mean Kolmogorov-Smirnov distance over slots (Pianosi & Wagener 2018); dummy level from "
    f"{SHUFFLES} shuffles"
)


@dataclass(frozen=True, slots=True)
class Pawn:
    """The index of every factor on one claim; every array has the shape (p,)."""

    index: Floats
    #: what an input that does nothing has in as many draws, on (root mean square) average, and in 19 of 20 at most
    dummy: Floats
    chance: Floats
    #: what an input with these slots has when it decides the claim alone
    most: Floats
    #: share of the draws in which the input counts
    counts: Floats

    @property
    def effect(self) -> Floats:
        """What inputs are ranked by, shape (p,)."""
        return self.rate(self.index)

    def rate(self, index: Floats) -> Floats:
        """The effects of other indices of the same inputs, shape (..., p): 0 like the dummy, 1 alone."""
        room = self.most**2 - self.dummy**2
        return np.asarray(self.counts * (index**2 - self.dummy**2) / np.where(room > 0, room, np.inf))


@dataclass(frozen=True, eq=False)
class Slots:
    """Factors that count in the same draws, cut into slots, with the draws in the order of a claim's values."""

    #: indices of the factors, shape (k,), and of the rows in which they count, in the claim's order, shape (m,)
    places: NDArray[np.intp]
    rows: NDArray[np.intp]
    #: shape (k, m): the slot of each row
    codes: NDArray[np.int16] = field(repr=False)
    #: shape (m,): first and last row with the same value of the claim
    first: NDArray[np.intp] = field(repr=False)
    last: NDArray[np.intp] = field(repr=False)


def measure_pawn(factors: Factors, figure: Figure) -> tuple[Pawn, tuple[Slots, ...]]:
    """The index of every factor, and the slots behind it, from which :func:`resample` takes its own.

    ``figure`` is a claim's, in the order of ``factors``.
    """
    values = figure.values
    w = np.ones(len(values)) if figure.weights is None else figure.weights
    table = np.zeros((5, len(factors.factors)))
    found = tuple(_lay_slots(factors, values))
    for slots in found:
        index, most = np.empty(len(slots.places)), np.empty(len(slots.places))
        index[:] = _measure(slots, slots.codes, w[slots.rows][None])[0]
        levels: dict[tuple[int, ...], tuple[float, float]] = {}
        for k, codes in enumerate(slots.codes):
            sizes = tuple(np.bincount(codes).tolist())
            if factors.factors[slots.places[k]].readings:  # whichever of them is listed first
                sizes = tuple(sorted(sizes))
            if sizes not in levels:
                levels[sizes] = _find_dummy(slots, sizes, w[slots.rows], factors.seed)
            table[1:3, slots.places[k]] = levels[sizes]
            most[k] = _find_most(sizes, ordered=not factors.factors[slots.places[k]].readings)
        table[0, slots.places], table[3, slots.places] = index, most
        table[4, slots.places] = w[slots.rows].sum() / w.sum()
    return Pawn(*table), found


def resample(slots: tuple[Slots, ...], counts: Floats, places: int) -> Floats:
    """The indices of ``places`` factors when draws count otherwise: ``counts`` of shape (times, n), (times, places)."""
    answer = np.zeros((len(counts), places))
    for part in slots:
        answer[:, part.places] = _measure(part, part.codes, counts[:, part.rows])
    return answer


def _lay_slots(factors: Factors, values: Floats) -> Iterator[Slots]:
    """The factors by the draws in which they count."""
    there = ~np.isnan(factors.values)
    alike: dict[bytes, list[int]] = {}
    for k in range(len(factors.factors)):
        alike.setdefault(np.packbits(there[:, k]).tobytes(), []).append(k)
    by_value = np.argsort(values, kind="stable")
    for places in alike.values():
        rows = by_value[there[by_value, places[0]]]
        ordered = values[rows]
        codes = np.array([_cut(factors, k)[rows] for k in places], dtype=np.int16)
        first = np.searchsorted(ordered, ordered, side="left")
        last = np.searchsorted(ordered, ordered, side="right") - 1
        yield Slots(np.array(places), rows, codes, first, last)


def _cut(factors: Factors, place: int) -> NDArray[np.intp]:
    """The slot of every row, shape (n,), without gaps in their numbers; equal values share one."""
    values = factors.values[:, place]
    there = ~np.isnan(values)
    answer = np.full(len(values), -1)
    if factors.factors[place].readings:
        answer[there] = np.unique(values[there], return_inverse=True)[1]
        return answer
    ordered = np.sort(values[there])
    slots = min(SLOTS, max(2, len(ordered) // FULL))
    below = np.searchsorted(ordered, values[there], side="left")
    answer[there] = np.unique(below * slots // len(ordered), return_inverse=True)[1]
    return answer


def _measure(slots: Slots, codes: NDArray[np.int16], weights: Floats) -> Floats:
    """Indices of some ways to cut the same rows, ``codes`` (k, m), under some ``weights`` (times, m): (times, k)."""
    answer = np.empty((len(weights), len(codes)))
    step = max(1, CHUNK // max(1, codes.shape[1]))
    for begin in range(0, len(codes), step):
        part = codes[begin : begin + step]
        order = np.argsort(part, axis=1, kind="stable")
        sizes = np.array([np.bincount(row, minlength=int(codes.max()) + 1) for row in part])
        for time, row in enumerate(weights):
            answer[time, begin : begin + step] = _distance(slots, order, sizes, row)
    return answer


def _distance(slots: Slots, order: NDArray[np.intp], sizes: NDArray[np.intp], weights: Floats) -> Floats:
    """Mean distance between slots and all, shape (k,); ``order`` (k, m) lists rows slot by slot; 0 if none counts."""
    cumulated, whole = np.cumsum(weights), weights.sum()
    if whole == 0:
        return np.zeros(len(order))
    upper = cumulated[slots.last] / whole
    lower = (cumulated - weights)[slots.first] / whole
    flat = sizes.ravel()
    there = flat > 0
    starts = np.append(0, np.cumsum(flat[there]))[:-1]
    ordered = weights[order]
    up_to = np.cumsum(ordered, axis=1)
    before = (up_to - ordered).ravel()
    totals = np.add.reduceat(ordered.ravel(), starts)
    # A step function lies furthest above a rising one just after a step, and furthest below it just before one.
    base = np.repeat(before[starts], flat[there])
    share = np.repeat(np.where(totals > 0, 1 / np.where(totals > 0, totals, 1), 0), flat[there])
    above = (up_to.ravel() - base) * share - upper[order].ravel()
    below = lower[order].ravel() - (before - base) * share
    furthest = np.zeros(len(flat))
    furthest[there] = np.maximum.reduceat(np.maximum(above, below), starts) * totals
    return np.asarray(furthest.reshape(len(order), -1).sum(axis=1) / whole)


def _find_dummy(slots: Slots, sizes: tuple[int, ...], weights: Floats, seed: int) -> tuple[float, float]:
    """Root mean square and 95th percentile of the index when slots of these sizes are dealt out by chance."""
    chance = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2,)))
    codes = np.repeat(np.arange(len(sizes), dtype=np.int16), sizes)
    dealt = chance.permuted(np.tile(codes, (SHUFFLES, 1)), axis=1)
    null = _measure(slots, dealt, weights[None])[0]
    return float(np.sqrt(np.mean(null**2))), float(np.quantile(null, 0.95))


def _find_most(sizes: tuple[int, ...], *, ordered: bool) -> float:
    """The index when the claim rises from slot to slot; of readings in the order in which that is largest."""
    shares = np.array(sizes) / sum(sizes)
    if ordered or len(sizes) > ORDERED:
        return _rise(shares)
    return max(_rise(np.array(way)) for way in permutations(shares.tolist()))


def _rise(shares: Floats) -> float:
    ends = np.cumsum(shares)
    return float(np.sum(shares * np.maximum(ends - shares, 1 - ends)))
