"""The chain everybody's conduct makes, walked over one piece of time in which the same actors move.

It is uniformised (Jensen 1953): what is true after k jumps of one stochastic step, weighted by the chance of k jumps.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente import kernels
from detente.game.game import Game
from detente.solvers.clocks import Strip
from detente.solvers.conduct import Conduct
from detente.solvers.flags import LEAVES
from detente.solvers.jumps import NEGLIGIBLE, count_jumps, find_reached, find_spent, share_jumps
from detente.solvers.layout import Floats, Layout
from detente.solvers.watch import Watch

#: one conduct, or several by the month from which each holds, ascending from 0
Behaviour = Conduct | tuple[tuple[float, Conduct], ...]


def list_changes(behaviour: Behaviour) -> list[float]:
    """The months from which another conduct holds, 0 among them."""
    return [0.0] if isinstance(behaviour, Conduct) else [start for start, _ in behaviour]


def cut_pieces(game: Game, behaviour: Behaviour, begin: float, end: float, until: Iterable[float] = ()) -> list[float]:
    """The bounds (months) of the pieces in which the same actors move alike and the same rows are followed."""
    changes = (*(player.starts for player in game.actors), *list_changes(behaviour), *until)
    return [begin, *sorted({float(t) for t in changes if begin < t < end}), end]


def make_piece(game: Game, behaviour: Behaviour, layout: Layout, watch: Watch, low: float) -> Piece:
    """The chain from ``low`` (months) on, until somebody else starts or behaviour changes."""
    starts = np.array([player.starts for player in game.actors])
    conduct = behaviour
    if not isinstance(conduct, Conduct):
        conduct = conduct[bisect_right(list_changes(behaviour), low) - 1][1]
    return Piece(conduct, layout, watch, np.where(starts <= low, conduct.tempo, 0.0))


@dataclass(frozen=True, eq=False, slots=True)
class Stretch:
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

    def __init__(self, conduct: Conduct, layout: Layout, watch: Watch, tempo: Floats) -> None:
        self.conduct, self.layout, self.watch = conduct, layout, watch
        outflow = layout.find_outflow(conduct.rates)
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
        self, masses: Floats, met: Floats, stretch: Stretch, times: Floats, worths: Floats
    ) -> tuple[Floats, Floats]:
        """Measure at ``times`` and average over the piece; return the masses and what was met at its end."""
        length = stretch.high - stretch.low
        k = np.arange(count_jumps(self.rate * length) + 1)
        at_end = share_jumps(k, np.array([self.rate * length]))[0]
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
        return ended, np.einsum("k,kc->c", at_end, tallies.met)

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
        starts, ends, lengths = layout.runs
        sources, targets = (ends, starts) if back else (starts, ends)
        np.multiply(masses, self.keeping, out=moved)
        for k, tiling in enumerate(layout.tilings):
            kernels.add_choices(
                masses,
                count,
                before[k],
                after[k],
                self.tempo[list(tiling.actors)],
                tiling.frame,
                tiling.spots,
                conduct.priors[k].mats if back else conduct.priors[k].transposed,
                moved,
            )
        kernels.add_chance(masses, count, sources, targets, lengths, self.chance, moved)

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

    def __init__(self, piece: Piece, k: NDArray[np.int64], stretch: Stretch) -> None:
        self.shares = {row: share_jumps(k, piece.rate * stretch.select(at)) for row, at in piece.watch.shots}
        self.shots = {row: np.zeros((len(s), piece.watch.absorbing.shape[1])) for row, s in self.shares.items()}

    def expose(self, power: np.integer, masses: Floats) -> None:
        """Add the masses after so many jumps to every shot."""
        for row, shares in self.shares.items():
            for shot in np.flatnonzero(shares[:, power] > NEGLIGIBLE):
                self.shots[row][shot] += shares[shot, power] * masses[row]
