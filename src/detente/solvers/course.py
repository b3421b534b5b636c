"""The forecast: the chain everybody's conduct makes, followed from one start.

The chain is uniformised (Jensen 1953): every probability is a Poisson-weighted sum over the powers of one stochastic
step, and the part of the sum left out is below ``TAIL``. Events "by" a date are absorbed in copies of the distribution
that run side by side, so one pass serves them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detente import kernels
from detente.game.game import Game
from detente.solvers.conduct import Conduct, Edges, Floats, largest_outflow

#: largest Poisson mass left out of a forecast
TAIL = 1e-13
#: Poisson shares too small to matter beside 1
NEGLIGIBLE = 1e-18


@dataclass(frozen=True, eq=False, slots=True)
class Watch:
    """What to measure along a course from one start: laid out once per scenario, used by every draw.

    Column 0 of the masses is the distribution; each further column is a copy in which an event is absorbed.
    """

    start: int
    #: int32 (N,): cells with the same group are true of the same ``on`` conditions
    groups: NDArray[np.int32]
    #: bool (on conditions, groups)
    members: NDArray[np.bool_]
    #: uint8 (groups of columns, N, WIDTH): where a column is absorbed
    absorbing: NDArray[np.uint8]
    #: per ``by`` or ``enters`` event the columns whose mass has not met it yet
    events: tuple[tuple[int, ...], ...]
    #: (waiting, counted) column pairs: the event is true at the start and must first turn false
    pairs: tuple[tuple[int, int], ...]


def lay_watch(
    game: Game, start: int, on: Sequence[NDArray[np.bool_]], by: Sequence[tuple[NDArray[np.bool_], bool]]
) -> Watch:
    """Prepare measurements: ``on`` masks of shape (N,), ``by`` (mask, whether the event is *entering* the mask)."""
    stack = np.array(on, dtype=np.bool_).reshape(len(on), game.cells)
    patterns, groups = (
        np.unique(stack, axis=1, return_inverse=True) if len(on) else (stack[:, :1], np.zeros(game.cells))
    )
    columns = [np.zeros(game.cells, np.uint8)]
    events: list[tuple[int, ...]] = []
    pairs: list[tuple[int, int]] = []
    for where, entering in by:
        if entering and where[start]:
            pairs.append((len(columns), len(columns) + 1))
            events.append(pairs[-1])
            columns += [np.zeros(game.cells, np.uint8), where.astype(np.uint8)]
        else:
            events.append((len(columns),))
            columns.append(where.astype(np.uint8))
    return Watch(
        start=start,
        groups=np.ascontiguousarray(groups.reshape(-1), dtype=np.int32),
        members=patterns,
        absorbing=_group(columns),
        events=tuple(events),
        pairs=tuple(pairs),
    )


def _group(columns: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    groups = np.zeros((-(-len(columns) // kernels.WIDTH), len(columns[0]), kernels.WIDTH), np.uint8)
    for k, column in enumerate(columns):
        groups[k // kernels.WIDTH, :, k % kernels.WIDTH] = column
    return groups


@dataclass(frozen=True, eq=False)
class Course:
    """A forecast at several times (T,): probabilities and expectations, exact up to ``TAIL`` and rounding."""

    #: months
    times: Floats
    #: float64 (T, on conditions): true at the time
    on: Floats
    #: float64 (T, events): met by the time
    by: Floats
    #: float64 (T, worths): expected worth at the time, and (worths,): averaged over the whole course
    worth: Floats
    average: Floats


def propagate(
    game: Game, conduct: Conduct, edges: Edges, watch: Watch, times: Floats, worths: Floats | None = None
) -> Course:
    """Follow the chain from ``watch.start`` to every time (months, ascending, >= 0).

    ``worths`` (N, k) are functions of the state whose expectation is wanted. An actor that has not started yet does
    not move: the course is walked in pieces between the actors' starting times.
    """
    if worths is None:
        worths = np.zeros((game.cells, 0))
    starts = np.array([player.starts for player in game.actors])
    end = float(times[-1])
    bounds = [0.0, *sorted({float(t) for t in starts if 0 < t < end}), end]
    masses = np.zeros(watch.absorbing.shape)
    masses[:, watch.start, :] = 1.0
    for _, counted in watch.pairs:
        masses[counted // kernels.WIDTH, watch.start, counted % kernels.WIDTH] = 0.0
    on, by, worth = [], [], []
    integral = np.zeros(worths.shape[1])
    for k, (low, high) in enumerate(pairwise(bounds)):
        last = k == len(bounds) - 2
        inside = times[(times >= low) & ((times <= high) if last else (times < high))] - low
        piece = _Piece(game, conduct, edges, watch, np.where(starts <= low, conduct.tempo, 0.0))
        masses = piece.walk(masses, high - low, inside, worths, last)
        on.append(piece.on)
        by.append(piece.by)
        worth.append(piece.worth)
        integral += piece.integral
    average = integral / end if end > 0 else worth[0][0]
    return Course(times, np.concatenate(on), np.concatenate(by), np.concatenate(worth), average)


class _Piece:
    """One stretch of time in which the same actors move; filled in by :meth:`walk`."""

    on: Floats
    by: Floats
    worth: Floats
    integral: Floats

    def __init__(self, game: Game, conduct: Conduct, edges: Edges, watch: Watch, tempo: Floats) -> None:
        self.conduct, self.edges, self.watch, self.tempo = conduct, edges, watch, tempo
        self.rate = float(tempo.sum()) + largest_outflow(game, edges, conduct.rates)

    def walk(self, masses: Floats, length: float, times: Floats, worths: Floats, last: bool) -> Floats:
        """Measure at ``times`` and average over the piece; return the masses at its end, unless it is the last."""
        from scipy import special

        jumps = self.rate * length
        count = int(jumps + 8 * np.sqrt(jumps) + 10)
        while jumps > 0 and special.gammainc(count + 1, jumps) > TAIL:
            count += 10
        k = np.arange(count + 1 if jumps > 0 else 1)
        at_end = _poisson(k, np.array([jumps]))[0]
        tallies, alive, worth = [], [], []
        arrived, spare = np.zeros_like(masses), np.empty_like(masses)
        for power in k:
            if power:
                self._jump(masses, spare)
                masses, spare = spare, masses
            by_group, left = self._tally(masses)
            tallies.append(by_group)
            alive.append(left)
            worth.append(np.einsum("s,sk->k", masses[0, :, 0], worths))
            # Smaller shares are lost in rounding anyway, and their products would be slow subnormal numbers.
            if at_end[power] > NEGLIGIBLE and not last:
                np.multiply(masses, at_end[power], out=spare)
                arrived += spare
        shares = _poisson(k, self.rate * times)
        shares /= shares.sum(axis=1, keepdims=True)
        # einsum, not @: a linear-algebra library's own threads would fight with ours and vary the last bits.
        self.on = np.einsum("tg,cg->tc", np.einsum("tk,kg->tg", shares, np.array(tallies)), self.watch.members)
        left_at = np.einsum("tk,kc->tc", shares, np.array(alive))
        self.by = np.zeros((len(times), len(self.watch.events)))
        for event, columns in enumerate(self.watch.events):
            self.by[:, event] = 1 - left_at[:, list(columns)].sum(axis=1)
        self.worth = np.einsum("tk,kw->tw", shares, np.array(worth))
        # The time spent after exactly k jumps, up to the piece's end (a gamma tail).
        spent = special.gammainc(k + 1, jumps) / self.rate if jumps > 0 else np.array([length])
        self.integral = np.einsum("k,kw->w", spent, np.array(worth))
        return arrived

    def _jump(self, masses: Floats, moved: Floats) -> None:
        """One step of the uniformised chain, from ``masses`` into ``moved``."""
        conduct, edges = self.conduct, self.edges
        np.multiply(masses, 1 - self.tempo.sum() / self.rate, out=moved)
        for group, out in zip(masses, moved, strict=True):
            for j, mixer in enumerate(conduct.mixers):
                if self.tempo[j] > 0:
                    share = self.tempo[j] / self.rate
                    weights, inverse = conduct.weights[j], conduct.inverse[j]
                    kernels.add_flow(group, weights, inverse, share, mixer.line, mixer.sizes, mixer.transposed, out)
            kernels.add_chance_flow(group, edges.sources, edges.targets, edges.which, conduct.rates / self.rate, out)

    def _tally(self, masses: Floats) -> tuple[Floats, Floats]:
        """Absorb the events that have been met, in place; return mass by group of cells and mass left by column."""
        watch = self.watch
        by_group = np.empty(watch.members.shape[1])
        alive = np.empty((len(masses), kernels.WIDTH))
        for group, absorbing, left in zip(masses, watch.absorbing, alive, strict=True):
            kernels.absorb(group, absorbing, left)
        kernels.tally(masses[0], watch.groups, by_group)
        for pair in watch.pairs:
            (a, waiting), (b, counted) = (divmod(column, kernels.WIDTH) for column in pair)
            out = watch.absorbing[b, :, counted] == 0
            masses[b, out, counted] += masses[a, out, waiting]
            masses[a, out, waiting] = 0.0
            alive[a, waiting], alive[b, counted] = masses[a, :, waiting].sum(), masses[b, :, counted].sum()
        return by_group, alive.ravel()


def _poisson(k: NDArray[np.int64], means: Floats) -> Floats:
    """Poisson probabilities, shape (means, k)."""
    from scipy import special

    with np.errstate(divide="ignore", invalid="ignore"):
        log = k * np.log(means)[:, None] - means[:, None] - special.gammaln(k + 1)
    return np.where(means[:, None] > 0, np.exp(log), (k == 0).astype(np.float64))
