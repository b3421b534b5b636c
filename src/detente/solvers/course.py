"""The forecast: the chain everybody's conduct makes, followed from one start.

The chain is uniformised (Jensen 1953): every probability is a Poisson-weighted sum over the powers of one stochastic
step, and the part of the sum left out is below ``TAIL``. What has happened is remembered in copies of the distribution
that run side by side (:mod:`detente.solvers.flags`), so one pass serves every event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detente import kernels
from detente.game.game import Game
from detente.solvers.clocks import Strip
from detente.solvers.conduct import Conduct
from detente.solvers.flags import LEAVES, Flow, Mask, Rows, make_trigger
from detente.solvers.jumps import NEGLIGIBLE, TAIL, count_jumps, find_reached, find_spent, share_jumps, spread_jumps
from detente.solvers.layout import Floats, Layout

#: how a forecast is computed, in one line for the record
METHOD = f"uniformisation, truncation below {TAIL:g} per time"


@dataclass(frozen=True, eq=False, slots=True)
class Watch:
    """What to measure along a course: laid out once per scenario, used by every draw.

    The masses have a row per copy of the distribution. A plain row is never absorbed; the rows of a tracker hold the
    mass whose flags are set so, and lose it where a flag changes.
    """

    start: int
    #: int32 (N,): cells with the same group are true of the same ``on`` conditions
    groups: NDArray[np.int32]
    #: bool (on conditions, groups)
    members: NDArray[np.bool_]
    #: uint8 (rows, N): what becomes of mass in a row and cell, as in :mod:`detente.solvers.flags`; 0 where it stays
    absorbing: NDArray[np.uint8]
    #: per ``by`` or ``enters`` event the rows whose mass has not met it yet
    events: tuple[tuple[int, ...], ...]
    flows: tuple[Flow, ...] = ()
    #: the rows that hold all mass before the course begins
    first: tuple[int, ...] = (0,)
    #: months per row: when its mass is dropped
    until: tuple[float, ...] = ()
    #: per counted tracker its rows
    counted: tuple[tuple[int, ...], ...] = ()
    #: still rows: what arrives in them from ``collect_from`` (months) on is added up, never walked
    stills: int = 0
    collect_from: float = 0.0
    #: (row, months, ascending) whose masses are kept
    shots: tuple[tuple[int, Floats], ...] = ()
    #: months and masses (rows, N) to begin with in place of ``start``
    begin: tuple[float, Floats] | None = field(default=None, repr=False)


def lay_watch(
    game: Game, start: int, on: Sequence[Mask], by: Sequence[tuple[Mask, bool]], rows: Rows | None = None
) -> Watch:
    """Prepare measurements: ``on`` masks of shape (N,), ``by`` (mask, whether the event is *entering* the mask).

    ``rows`` may hold the rows of trackers already; a plain row is added in front of none.
    """
    if rows is None:
        rows = Rows(game.cells)
        rows.add_plain()
    stack = np.array(on, dtype=np.bool_).reshape(len(on), game.cells)
    patterns, groups = (
        np.unique(stack, axis=1, return_inverse=True) if len(on) else (stack[:, :1], np.zeros(game.cells))
    )
    trackers = [rows.add([make_trigger(where, entering, start)]) for where, entering in by]
    return Watch(
        start=start,
        groups=np.ascontiguousarray(groups.reshape(-1), dtype=np.int32),
        members=patterns,
        absorbing=np.array(rows.codes),
        events=tuple(tuple(tracker.rows.values()) for tracker in trackers),
        flows=tuple(rows.flows),
        first=tuple(rows.first),
        until=tuple(rows.until),
        stills=rows.stills,
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
    #: float64 (T, rows): mass in each row; and (T, counted trackers): mass that has met all their triggers, added up
    #: as it leaves, so that small probabilities keep their digits
    left: Floats = field(repr=False)
    met: Floats = field(repr=False)
    #: by row and time (months): masses (N,)
    shots: Mapping[tuple[int, float], Floats] = field(repr=False)
    #: float64 (still rows, N): what arrived since ``collect_from``
    arrived: Floats = field(repr=False)
    #: the whole course, for reading events between the times
    strips: tuple[Strip, ...] = field(repr=False)


def propagate(
    game: Game, conduct: Conduct, layout: Layout, watch: Watch, times: Floats, worths: Floats | None = None
) -> Course:
    """Follow the chain from the watch's start to every time (months, ascending, none before the start).

    ``worths`` (k, N) are functions of the state whose expectation is wanted. An actor that has not started yet does
    not move: the course is walked in pieces between the actors' starting times.
    """
    if worths is None:
        worths = np.zeros((0, game.cells))
    begin, masses = _begin(game, watch)
    end = float(times[-1])
    bounds = cut_pieces(game, begin, end, watch.until)
    pieces: list[Piece] = []
    met = np.zeros(len(watch.counted))
    shots: dict[tuple[int, float], Floats] = {}
    arrived = np.zeros((watch.stills, game.cells))
    for k, (low, high) in enumerate(pairwise(bounds)):
        last = k == len(bounds) - 2
        stretch = _Stretch(low, high, last, arrived if low >= watch.collect_from else arrived[:0])
        piece = make_piece(game, conduct, layout, watch, low)
        masses, met = piece.walk(masses, met, stretch, stretch.select(times), worths)
        for row, at in watch.shots:
            shots |= zip(((row, float(t)) for t in at[stretch.mark(at)]), piece.shots[row], strict=True)
        pieces.append(piece)
    on, by, worth, left, counted = (
        np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("on", "by", "worth", "left", "met")
    )
    integral = np.sum([piece.integral for piece in pieces], axis=0)
    average = integral / (end - begin) if end > begin else worth[0]
    strips = tuple(piece.strip for piece in pieces)
    return Course(times, on, by, worth, average, left, counted, shots, arrived, strips)


def _begin(game: Game, watch: Watch) -> tuple[float, Floats]:
    if watch.begin is not None:
        return watch.begin[0], watch.begin[1].copy()
    masses = np.zeros(watch.absorbing.shape)
    masses[list(watch.first), watch.start] = 1.0
    return 0.0, masses


def cut_pieces(game: Game, begin: float, end: float, until: Iterable[float] = ()) -> list[float]:
    """The bounds (months) of the pieces in which the same actors move and the same rows are followed."""
    dates = {float(t) for t in (*(player.starts for player in game.actors), *until) if begin < t < end}
    return [begin, *sorted(dates), end]


def make_piece(game: Game, conduct: Conduct, layout: Layout, watch: Watch, low: float) -> Piece:
    """The chain from ``low`` (months) on, until somebody else starts."""
    starts = np.array([player.starts for player in game.actors])
    return Piece(game, conduct, layout, watch, np.where(starts <= low, conduct.tempo, 0.0))


@dataclass(frozen=True, eq=False, slots=True)
class _Stretch:
    """From when to when a piece is walked, in months, and where arrivals are added up: (still rows, N), or nowhere."""

    low: float
    high: float
    last: bool
    arrived: Floats

    def mark(self, times: Floats) -> NDArray[np.bool_]:
        """Which times lie inside; a time between two pieces belongs to the second."""
        return (times >= self.low) & ((times <= self.high) if self.last else (times < self.high))

    def select(self, times: Floats) -> Floats:
        """The times inside, counted from the piece's beginning."""
        return times[self.mark(times)] - self.low


class Piece:
    """One stretch of time in which the same actors move; filled in by :meth:`walk`."""

    on: Floats
    by: Floats
    worth: Floats
    left: Floats
    met: Floats
    integral: Floats
    shots: dict[int, Floats]
    strip: Strip

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

    def walk(
        self, masses: Floats, met: Floats, stretch: _Stretch, times: Floats, worths: Floats
    ) -> tuple[Floats, Floats]:
        """Measure at ``times`` and average over the piece; return the masses and what was met at its end."""
        length = stretch.high - stretch.low
        k = np.arange(count_jumps(self.rate * length) + 1)
        at_end = spread_jumps(k, np.array([self.rate * length]))[0]
        reached = find_reached(k, self.rate * length)
        tallies = _Tallies(self.watch, len(k), len(worths))
        film = _Film(self, k, stretch)
        ended, spare = np.zeros_like(masses), np.empty_like(masses)
        for power in k:
            if power:
                self.jump(masses, spare)
                masses, spare = spare, masses
            met = met + self._settle(masses, tallies.alive[power], reached[power], stretch.arrived)
            tallies.met[power] = met
            if power == 0:
                # What could have happened by now has; the flags are set first because the start may be a date itself.
                over = np.array(self.watch.until) <= stretch.low
                masses[over] = tallies.alive[0, over] = 0.0
            kernels.tally(masses[0], self.watch.groups, tallies.groups[power])
            np.einsum("s,ks->k", masses[0], worths, out=tallies.worth[power])
            film.expose(power, masses)
            # Smaller shares are lost in rounding anyway, and their products would be slow subnormal numbers.
            if at_end[power] > NEGLIGIBLE and not stretch.last:
                np.multiply(masses, at_end[power], out=spare)
                ended += spare
        self._read(tallies, share_jumps(k, self.rate * times))
        self.integral = np.einsum("k,kw->w", find_spent(k, self.rate, length), tallies.worth)
        self.strip = Strip(stretch.low, stretch.high, self.rate, tallies.find_left())
        self.shots = film.shots
        return ended, np.einsum("k,kc->c", share_jumps(k, np.array([self.rate * length]))[0], tallies.met)

    def _read(self, tallies: _Tallies, shares: Floats) -> None:
        """What the tallies come to at times with these Poisson shares, shape (times, jumps)."""
        # einsum, not @: a linear-algebra library's own threads would fight with ours and vary the last bits.
        self.on = np.einsum("tg,cg->tc", np.einsum("tk,kg->tg", shares, tallies.groups), self.watch.members)
        self.left = np.einsum("tk,kc->tc", shares, tallies.alive)
        self.met = np.einsum("tk,kc->tc", shares, tallies.met)
        self.by = np.zeros((len(shares), len(self.watch.events)))
        for event, rows in enumerate(self.watch.events):
            self.by[:, event] = 1 - self.left[:, list(rows)].sum(axis=1)
        self.worth = np.einsum("tk,kw->tw", shares, tallies.worth)

    def jump(self, masses: Floats, moved: Floats, *, back: bool = False) -> None:
        """One step of the uniformised chain, from ``masses`` into ``moved``; with ``back`` its transpose.

        The transpose takes functions of the state to their expectation after a jump.
        """
        conduct, layout, count = self.conduct, self.layout, len(masses)
        before, after = (conduct.weights, conduct.inverse) if back else (conduct.inverse, conduct.weights)
        sources, targets = (layout.targets, layout.sources) if back else (layout.sources, layout.targets)
        np.multiply(masses, self.keeping, out=moved)
        for k, tiling in enumerate(layout.tilings):
            kernels.add_choices(
                masses,
                count,
                before[k],
                after[k],
                self.tempo[list(tiling.actors)],
                tiling.frame,
                tiling.lines,
                tiling.sizes,
                conduct.priors[k].mats if back else conduct.priors[k].transposed,
                moved,
            )
        kernels.add_chance(masses, count, sources, targets, self.chance, moved)

    def _settle(self, masses: Floats, alive: Floats, share: float, arrived: Floats) -> Floats:
        """Take mass whose flags change out of its row, in place; fill in the mass left in every row.

        Return what each counted tracker has met; ``share`` of what reaches a still row is added to ``arrived``.
        """
        codes = self.watch.absorbing
        met = np.zeros(len(self.watch.counted))
        for tracker, rows in enumerate(self.watch.counted):
            for row in rows:
                met[tracker] += kernels.weigh_coded(masses[row], codes[row], LEAVES)
        for flow in self.watch.flows:
            if flow.target >= 0:
                kernels.pour(masses[flow.source], codes[flow.source], flow.code, 1.0, masses[flow.target])
            elif len(arrived):
                kernels.pour(masses[flow.source], codes[flow.source], flow.code, share, arrived[-1 - flow.target])
        kernels.absorb(masses, codes, alive)
        return met


class _Tallies:
    """What is measured after every jump, one line a jump."""

    def __init__(self, watch: Watch, jumps: int, worths: int) -> None:
        self.events = watch.events
        self.groups = np.empty((jumps, watch.members.shape[1]))
        self.alive = np.empty((jumps, len(watch.absorbing)))
        self.met = np.empty((jumps, len(watch.counted)))
        self.worth = np.empty((jumps, worths))

    def find_left(self) -> Floats:
        """Mass that has not met each event, shape (jumps, events)."""
        left = np.zeros((len(self.alive), len(self.events)))
        for event, rows in enumerate(self.events):
            left[:, event] = self.alive[:, list(rows)].sum(axis=1)
        return left


class _Film:
    """Masses of some rows at some times, added up jump by jump."""

    def __init__(self, piece: Piece, k: NDArray[np.int64], stretch: _Stretch) -> None:
        self.shares = {row: share_jumps(k, piece.rate * stretch.select(at)) for row, at in piece.watch.shots}
        self.shots = {row: np.zeros((len(s), piece.watch.absorbing.shape[1])) for row, s in self.shares.items()}

    def expose(self, power: np.integer, masses: Floats) -> None:
        """Add the masses after so many jumps to every shot."""
        for row, shares in self.shares.items():
            for shot in np.flatnonzero(shares[:, power] > NEGLIGIBLE):
                self.shots[row][shot] += shares[shot, power] * masses[row]
