"""What to measure along a course: laid out once per scenario, used by every draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game
from detente.solvers.flags import Flow, Mask, Rows, make_trigger
from detente.solvers.layout import Floats, Layout


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

    def move_to(self, layout: Layout) -> Watch:
        """The same over the places of a layout."""
        begin = self.begin
        return replace(
            self,
            start=int(layout.places[self.start]),
            groups=self.groups[layout.cells],
            absorbing=np.ascontiguousarray(self.absorbing[:, layout.cells]),
            begin=None if begin is None else (begin[0], begin[1][:, layout.cells]),
        )


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
