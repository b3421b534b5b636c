"""The forecast: the chain everybody's conduct makes, followed from one start.

The chain is uniformised (Jensen 1953): every probability is a Poisson-weighted sum over the powers of one stochastic
step, and the part of the sum left out is below ``TAIL``. Events "by" a date are absorbed in copies of the distribution
that run side by side, so one pass serves them all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detente import kernels
from detente.game.game import Game
from detente.solvers.conduct import Conduct
from detente.solvers.layout import Floats, Layout

#: largest Poisson mass left out of a forecast
TAIL = 1e-10
#: Poisson shares too small to matter beside 1
NEGLIGIBLE = 1e-18

#: how a forecast is computed, in one line for the record
METHOD = f"uniformisation, truncation below {TAIL:g} per time"


@dataclass(frozen=True, eq=False, slots=True)
class Watch:
    """What to measure along a course from one start: laid out once per scenario, used by every draw.

    Row 0 of the masses is the distribution; each further row is a copy in which an event is absorbed.
    """

    start: int
    #: int32 (N,): cells with the same group are true of the same ``on`` conditions
    groups: NDArray[np.int32]
    #: bool (on conditions, groups)
    members: NDArray[np.bool_]
    #: uint8 (rows, N): where a copy is absorbed
    absorbing: NDArray[np.uint8]
    #: per ``by`` or ``enters`` event the rows whose mass has not met it yet
    events: tuple[tuple[int, ...], ...]
    #: (waiting, counted) rows: the event is true at the start and must first turn false
    pairs: tuple[tuple[int, int], ...]


def lay_watch(
    game: Game, start: int, on: Sequence[NDArray[np.bool_]], by: Sequence[tuple[NDArray[np.bool_], bool]]
) -> Watch:
    """Prepare measurements: ``on`` masks of shape (N,), ``by`` (mask, whether the event is *entering* the mask)."""
    stack = np.array(on, dtype=np.bool_).reshape(len(on), game.cells)
    patterns, groups = (
        np.unique(stack, axis=1, return_inverse=True) if len(on) else (stack[:, :1], np.zeros(game.cells))
    )
    rows = [np.zeros(game.cells, np.uint8)]
    events: list[tuple[int, ...]] = []
    pairs: list[tuple[int, int]] = []
    for where, entering in by:
        if entering and where[start]:
            pairs.append((len(rows), len(rows) + 1))
            events.append(pairs[-1])
            rows += [np.zeros(game.cells, np.uint8), where.astype(np.uint8)]
        else:
            events.append((len(rows),))
            rows.append(where.astype(np.uint8))
    return Watch(
        start=start,
        groups=np.ascontiguousarray(groups.reshape(-1), dtype=np.int32),
        members=patterns,
        absorbing=np.array(rows),
        events=tuple(events),
        pairs=tuple(pairs),
    )


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
    game: Game,
    conduct: Conduct | Sequence[tuple[float, Conduct, Floats]],
    layout: Layout,
    watch: Watch,
    times: Floats,
    worths: Floats | None = None,
) -> Course:
    """Follow the chain from ``watch.start`` to every time (months, ascending, >= 0).

    ``worths`` (k, N) are functions of the state whose expectation is wanted. An actor that has not started yet does
    not move: the course is walked in pieces between the actors' starting times.

    Behaviour and worths that change with time are given as (month from which they hold, conduct, worths), ascending
    from 0; at that month itself they hold.
    """
    if isinstance(conduct, Conduct):
        conduct = [(0.0, conduct, worths if worths is not None else np.zeros((0, game.cells)))]
    starts = np.array([player.starts for player in game.actors])
    end = float(times[-1])
    since = [start for start, _, _ in conduct]
    bounds = [0.0, *sorted({float(t) for t in (*starts, *since) if 0 < t < end}), end]
    if end > 0 and end in since:
        bounds.append(end)
    masses = np.zeros(watch.absorbing.shape)
    masses[:, watch.start] = 1.0
    for _, counted in watch.pairs:
        masses[counted, watch.start] = 0.0
    on, by, worth = [], [], []
    integral = np.zeros(len(conduct[0][2]))
    for k, (low, high) in enumerate(pairwise(bounds)):
        last = k == len(bounds) - 2
        inside = times[(times >= low) & ((times <= high) if last else (times < high))] - low
        _, now, worths = conduct[bisect_right(since, low) - 1]
        piece = _Piece(game, now, layout, watch, np.where(starts <= low, now.tempo, 0.0))
        masses = piece.walk(masses, high - low, inside, worths, last)
        if len(conduct) > 1 and not last:
            # What every piece leaves out would add up over many.
            masses /= masses[0].sum()
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

    def __init__(self, game: Game, conduct: Conduct, layout: Layout, watch: Watch, tempo: Floats) -> None:
        self.conduct, self.layout, self.watch = conduct, layout, watch
        outflow = layout.find_outflow(conduct.rates, game.cells)
        # The largest rate at which a cell is really left; occasions after which an actor stays put need no jump.
        leaving = outflow.copy()
        for k, tiling in enumerate(layout.tilings):
            rates = tempo[list(tiling.actors)]
            kernels.add_leaving(conduct.weights[k], conduct.inverse[k], rates, tiling.frame, leaving)
        self.rate = float(leaving.max())
        share = 1 / self.rate if self.rate > 0 else 0.0
        self.tempo = tempo * share
        self.chance = layout.find_rates(conduct.rates) * share
        #: what a cell keeps at a jump, apart from what actors who decide give back to it (may be below 0)
        self.keeping = 1 - self.tempo.sum() - outflow * share

    def walk(self, masses: Floats, length: float, times: Floats, worths: Floats, last: bool) -> Floats:
        """Measure at ``times`` and average over the piece; return the masses at its end, unless it is the last."""
        from scipy import special

        jumps = self.rate * length
        k = np.arange(_count_jumps(jumps) + 1)
        at_end = _poisson(k, np.array([jumps]))[0]
        tallies = np.empty((len(k), self.watch.members.shape[1]))
        alive = np.empty((len(k), len(masses)))
        worth = np.empty((len(k), len(worths)))
        arrived, spare = np.zeros_like(masses), np.empty_like(masses)
        for power in k:
            if power:
                self._jump(masses, spare)
                masses, spare = spare, masses
            self._absorb(masses, alive[power])
            kernels.tally(masses[0], self.watch.groups, tallies[power])
            np.einsum("s,ks->k", masses[0], worths, out=worth[power])
            # Smaller shares are lost in rounding anyway, and their products would be slow subnormal numbers.
            if at_end[power] > NEGLIGIBLE and not last:
                np.multiply(masses, at_end[power], out=spare)
                arrived += spare
        shares = _poisson(k, self.rate * times)
        shares /= shares.sum(axis=1, keepdims=True)
        # einsum, not @: a linear-algebra library's own threads would fight with ours and vary the last bits.
        self.on = np.einsum("tg,cg->tc", np.einsum("tk,kg->tg", shares, tallies), self.watch.members)
        left_at = np.einsum("tk,kc->tc", shares, alive)
        self.by = np.zeros((len(times), len(self.watch.events)))
        for event, rows in enumerate(self.watch.events):
            self.by[:, event] = 1 - left_at[:, list(rows)].sum(axis=1)
        self.worth = np.einsum("tk,kw->tw", shares, worth)
        # The time spent after exactly k jumps, up to the piece's end (a gamma tail).
        spent = special.gammainc(k + 1, jumps) / self.rate if jumps > 0 else np.array([length])
        self.integral = np.einsum("k,kw->w", spent, worth)
        return arrived

    def _jump(self, masses: Floats, moved: Floats) -> None:
        """One step of the uniformised chain, from ``masses`` into ``moved``."""
        conduct, layout, count = self.conduct, self.layout, len(masses)
        np.multiply(masses, self.keeping, out=moved)
        for k, tiling in enumerate(layout.tilings):
            kernels.add_choices(
                masses,
                count,
                conduct.inverse[k],
                conduct.weights[k],
                self.tempo[list(tiling.actors)],
                tiling.frame,
                tiling.lines,
                tiling.sizes,
                conduct.priors[k].transposed,
                moved,
            )
        kernels.add_chance(masses, count, layout.sources, layout.targets, self.chance, moved)

    def _absorb(self, masses: Floats, alive: Floats) -> None:
        """Absorb the events that have been met, in place; fill in the mass left in every row."""
        watch = self.watch
        kernels.absorb(masses, watch.absorbing, alive)
        for waiting, counted in watch.pairs:
            out = watch.absorbing[counted] == 0
            masses[counted, out] += masses[waiting, out]
            masses[waiting, out] = 0.0
            alive[waiting], alive[counted] = masses[waiting].sum(), masses[counted].sum()


def _count_jumps(mean: float) -> int:
    """Number of jumps that a Poisson variable with this mean exceeds with a probability below ``TAIL``."""
    from scipy import special

    if mean == 0:
        return 0
    k = np.arange(int(mean) + 1, int(mean + 8 * np.sqrt(mean)) + 40)
    return int(k[special.gammainc(k + 1, mean) <= TAIL][0])


def _poisson(k: NDArray[np.int64], means: Floats) -> Floats:
    """Poisson probabilities, shape (means, k)."""
    from scipy import special

    with np.errstate(divide="ignore", invalid="ignore"):
        log = k * np.log(means)[:, None] - means[:, None] - special.gammaln(k + 1)
    return np.where(means[:, None] > 0, np.exp(log), (k == 0).astype(np.float64))
