"""A random first move, drawn from its stated law by a seed; and shares as the faces of a hundred-sided die."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.solvers.departures import tell_move
from detente.solvers.layout import Floats
from detente.solvers.waiting import FirstMoves

FACES = 100

Faces = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Roll:
    """One draw of the first move: which, and when; or that nothing moves."""

    seed: int
    #: in [0, 1): what was rolled, and the interval it fell into; moves lie in their order, nothing comes last
    number: float
    low: float
    high: float
    #: index of the move among the first moves; None when nothing moves
    move: int | None
    #: months until it; None when nothing moves
    months: float | None

    def to_dict(self, first: FirstMoves) -> dict[str, object]:
        """The number rolled, its interval, and the move with its time in months."""
        told = None
        if self.move is not None:
            told = tell_move(first.game, int(first.movers[self.move]), first.start, int(first.targets[self.move]))
        return {
            "seed": self.seed,
            "number": self.number,
            "interval": [self.low, self.high],
            "move": told,
            "months": self.months,
        }


def roll_first_move(first: FirstMoves, seed: int) -> Roll:
    """Draw the first move and its time, exactly as they are distributed; the same seed draws the same.

    Two numbers in [0, 1) come from PCG64 of the seed. The first finds the move among their cumulative probabilities,
    the second its time by inversion: a piece of time, then an exponential wait cut to that piece.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    number, second = float(generator.random()), float(generator.random())
    ladder = np.concatenate([[0.0], np.cumsum(first.by)])
    place = int(np.searchsorted(ladder, number, side="right")) - 1
    if place == len(first.movers):
        return Roll(seed, number, float(ladder[-1]), 1.0, None, None)
    return Roll(seed, number, float(ladder[place]), float(ladder[place + 1]), place, _find_time(first, place, second))


def _find_time(first: FirstMoves, move: int, share: float) -> float:
    """The time by which ``share`` of the move's probability has come, piece after piece."""
    ladder = np.cumsum(first.masses[:, move])
    piece = int(np.searchsorted(ladder, share * ladder[-1], side="right"))
    piece = min(piece, len(ladder) - 1)
    before = float(ladder[piece - 1]) if piece else 0.0
    part = (share * float(ladder[-1]) - before) / float(first.masses[piece, move])
    rate, length = float(first.leaving[piece]), float(first.lengths[piece])
    # rounding may leave the part a little outside [0, 1)
    wait = -np.log1p(min(1.0, max(0.0, part)) * np.expm1(-rate * length)) / rate
    return float(first.begins[piece] + min(wait, length))


def number_faces(shares: Sequence[float] | Floats) -> list[Faces | None]:
    """Faces of a d100 for shares that sum to 1: (first, last), or None for a share too small for one.

    Whole faces by the method of largest remainders, so every share is off by less than one face.
    """
    exact = np.asarray(shares) * FACES
    counts = np.floor(exact + 1e-9).astype(int)
    for k in np.argsort(counts - exact, kind="stable")[: FACES - int(counts.sum())]:
        counts[k] += 1
    ends = np.cumsum(counts)
    return [(int(end - n + 1), int(end)) if n else None for n, end in zip(counts, ends, strict=True)]


def write_faces(faces: Faces | None) -> str:
    """``01-42``, ``07``, or a dash."""
    if faces is None:
        return "-"
    low, high = faces
    return f"{low:02d}" if low == high else f"{low:02d}-{high:02d}"
