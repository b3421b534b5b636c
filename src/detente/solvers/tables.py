"""States in a table of text and as data: what the results of stability share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import wrap
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game, find_places, name_state

Ints = NDArray[np.int64]

#: states a table shows, and its columns of text
SHOWN, WIDTH = 40, 100


def order_in_slices(game: Game, cells: Ints) -> Ints:
    """Ascending cells ordered by slice of nature, the status quo's first, and by number within a slice."""
    slices = game.slices
    if slices == 1:
        return cells
    place = cells % slices
    place[place == game.status_quo % slices] = -1
    return cells[np.argsort(place, kind="stable")]


def merge_cells(game: Game, lists: Iterable[Ints]) -> Ints:
    """Every cell of the lists once, in the order of slices."""
    return order_in_slices(game, np.unique(np.concatenate([*lists, np.zeros(0, np.int64)])))


class Marked(Protocol):
    """A result that marks states under concepts."""

    @property
    def game(self) -> Game:
        """What it was found for."""

    @property
    def names(self) -> Mapping[str, str]:
        """Concepts by the names the literature has for them."""

    @property
    def equilibria(self) -> Mapping[str, Ints]:
        """By concept the states that hold for everybody."""

    @property
    def key(self) -> str:
        """What the marks mean."""

    def listed(self) -> Ints:
        """The states it tells of."""

    def mark(self, concept: str, cell: int) -> str:
        """What it says of a state under a concept."""


def write_marks(found: Marked) -> str:
    """A line for every state: the mark under each concept, then what the state changes, wrapped.

    The first :data:`SHOWN` states are shown and the rest counted.
    """
    game, cells, heads = found.game, found.listed(), [found.names[concept] for concept in found.equilibria]
    rows = [
        (name_state(game, int(cell)), [found.mark(concept, int(cell)) for concept in found.equilibria])
        for cell in cells[:SHOWN]
    ]
    widths = [max(map(len, column)) for column in zip(heads, *(marks for _, marks in rows), strict=True)]
    lines = ["  ".join(f"{head:{wide}}" for head, wide in zip(heads, widths, strict=True)) + "  state"]
    margin = " " * (len(lines[0]) - len("state"))
    for name, marks in rows:
        places = "  ".join(text.center(wide) for text, wide in zip(marks, widths, strict=True)) + "  "
        lines += wrap(name, WIDTH, initial_indent=places, subsequent_indent=margin, break_long_words=False)
    if len(cells) > SHOWN:
        lines.append(f"and {len(cells) - SHOWN:,} more states")
    if not game.axes:
        lines.append("Nobody has levers: there is no other state.")
    return "\n".join(lines)


def list_states(game: Game, cells: Ints) -> list[dict[str, str]]:
    """Names of the levels of every lever in many cells."""
    places = find_places(game, cells)
    columns = [[axis.levels[k] for k in place] for axis, place in zip(game.axes, places, strict=True)]
    ids = [axis.id for axis in game.axes]
    rows = zip(*columns, strict=True) if columns else [()] * len(cells)
    return [dict(zip(ids, row, strict=True)) for row in rows]


def list_rows(game: Game, names: Iterable[str], rows: Iterable[NDArray[np.bool_]]) -> dict[str, list[dict[str, str]]]:
    """The states of each row, bool (cells,), by name, in the order of slices."""
    return {
        name: list_states(game, order_in_slices(game, np.flatnonzero(row)))
        for name, row in zip(names, rows, strict=True)
    }


def write_percent(share: float) -> str:
    """``12.3 %``, below one percent ``0.45 %``; what is neither 0 nor 1 is never written as if it were."""
    percent = 100 * share
    if 0 < percent < 0.005:
        return "<0.01 %"
    if 99.95 <= percent < 100 - 1e-9:
        return ">99.9 %"
    return f"{percent:.1f} %" if percent >= 0.995 or percent == 0 else f"{percent:.2f} %"


def write_row(head: str, text: str) -> list[str]:
    """A row of a table: figures, then a text that is wrapped beside them."""
    return wrap(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_long_words=False)
