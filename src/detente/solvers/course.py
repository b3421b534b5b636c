"""The forecast: the chain everybody's conduct makes, followed from one start.

The chain is uniformised (Jensen 1953): every probability is a Poisson-weighted sum over the powers of one stochastic
step, and the part of the sum left out is below ``TAIL``. What has happened is remembered in copies of the distribution
that run side by side (:mod:`detente.solvers.flags`), so one pass serves every event.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from detente.game.game import Game
from detente.solvers.clocks import Strip
from detente.solvers.jumps import TAIL, count_jumps, find_spent, share_jumps
from detente.solvers.layout import Floats, Layout
from detente.solvers.pieces import Behaviour, Piece, Stretch, cut_pieces, list_changes, make_piece
from detente.solvers.watch import Watch, lay_watch

#: how a forecast is computed, in one line for the record
METHOD = f"uniformisation, truncation below {TAIL:g} per time"


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
    game: Game,
    behaviour: Behaviour,
    layout: Layout,
    watch: Watch,
    times: Floats,
    worths: Floats | Sequence[Floats] | None = None,
) -> Course:
    """Follow the chain from the watch's start to every time (months, ascending, none before the start).

    ``worths`` (k, N) are functions of the state whose expectation is wanted; where behaviour changes, one such array
    for each conduct. An actor that has not started yet does not move: the course is walked in pieces between the
    actors' starting times and the changes; at the month of a change itself what is new holds.
    """
    if worths is None:
        worths = np.zeros((0, game.cells))
    changes = list_changes(behaviour)
    tables = [worths] * len(changes) if isinstance(worths, np.ndarray) else worths
    tables = [np.ascontiguousarray(table[:, layout.cells]) for table in tables]
    watch = watch.move_to(layout)
    begin, masses = _begin(watch)
    end = float(times[-1])
    bounds = cut_pieces(game, behaviour, begin, end, watch.until)
    if end > begin and end in changes:
        bounds.append(end)
    pieces: list[Piece] = []
    met = np.zeros(len(watch.counted))
    shots: dict[tuple[int, float], Floats] = {}
    arrived = np.zeros((watch.stills, len(layout.cells)))
    for k, (low, high) in enumerate(pairwise(bounds)):
        last = k == len(bounds) - 2
        stretch = Stretch(low, high, last, arrived if low >= watch.collect_from else arrived[:0])
        piece = make_piece(game, behaviour, layout, watch, low)
        table = tables[bisect_right(changes, low) - 1]
        masses, met = piece.walk(masses, met, stretch, stretch.select(times), table)
        for row, at in watch.shots:
            kept = layout.spread(piece.shots[row])
            shots |= zip(((row, float(t)) for t in at[stretch.mark(at)]), kept, strict=True)
        pieces.append(piece)
    on, by, worth, left, counted = (
        np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("on", "by", "worth", "left", "met")
    )
    integral = np.sum([piece.integral for piece in pieces], axis=0)
    average = integral / (end - begin) if end > begin else worth[0]
    strips = tuple(piece.strip for piece in pieces)
    return Course(times, on, by, worth, average, left, counted, shots, layout.spread(arrived), strips)


def _begin(watch: Watch) -> tuple[float, Floats]:
    if watch.begin is not None:
        return watch.begin[0], np.ascontiguousarray(watch.begin[1])
    masses = np.zeros(watch.absorbing.shape)
    masses[list(watch.first), watch.start] = 1.0
    return 0.0, masses


def occupy(game: Game, behaviour: Behaviour, layout: Layout, start: int, until: float) -> Floats:
    """Expected months spent in every cell from now, in the cell ``start``, up to ``until``; shape (N,), sum ``until``.

    The same chain and pieces as :func:`propagate`, one column.
    """
    watch = lay_watch(game, start, (), ()).move_to(layout)
    _, masses = _begin(watch)
    spent = np.zeros(len(layout.cells))
    for low, high in pairwise(cut_pieces(game, behaviour, 0.0, until)):
        piece = make_piece(game, behaviour, layout, watch, low)
        k = np.arange(count_jumps(piece.rate * (high - low)) + 1)
        months, at_end = find_spent(k, piece.rate, high - low), share_jumps(k, np.array([piece.rate * (high - low)]))[0]
        # What is cut off the series is given back in proportion, so that all the time is spent somewhere.
        months *= (high - low) / months.sum()
        arrived, moved = np.zeros_like(masses), np.empty_like(masses)
        for power in k:
            if power:
                piece.jump(masses, moved)
                masses, moved = moved, masses
            spent += months[power] * masses[0]
            arrived += at_end[power] * masses
        masses = arrived
    return layout.spread(spent)
