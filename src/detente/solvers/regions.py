"""Everything that improvements reach from a start, in groups: what a drawing shows where there are too many states.

States are grouped by the fewest improvements that lead to them and by what they have in common: the levers that stand
otherwise than at the start, or, where that makes more than ``MOST`` groups, the actors who own those levers, or nothing
more. An improvement belongs to the drawing when it leads from a state to one a step further; of each pair of groups and
each mover the states of the second are counted that it enters in one improvement from some state of the first. That is
one pass along the mover's axis for every group and actor, so nothing is of the size of states squared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game, find_places
from detente.solvers.reach import Bools, Ranks, spread_moves

By = Literal["levers", "actors", "moves"]

#: groups drawn at most, if grouping by actors or levers keeps to that
MOST = 30


@dataclass(frozen=True, slots=True)
class Region:
    """States that are as many improvements away and have something in common."""

    #: the fewest improvements that lead there
    column: int
    states: int
    #: those of them that were looked for, such as the equilibria
    sought: int
    #: ids of the levers, or of the actors who own them, that stand otherwise than at the start; empty by moves alone
    moved: tuple[str, ...]
    #: by lever the level that all of them have and the start has not
    shared: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Passage:
    """Improvements of one actor from one group into another."""

    #: places in ``Regions.regions``
    source: int
    target: int
    actor: int
    #: states of the target entered so
    states: int


@dataclass(frozen=True, slots=True)
class Regions:
    """The groups, column by column, the larger first, and the improvements between them."""

    by: By
    regions: tuple[Region, ...]
    passages: tuple[Passage, ...] = field(repr=False)
    #: states in all, and those of them that were looked for
    states: int
    sought: int


def find_regions(game: Game, ranks: Ranks, steps: NDArray[np.int32], start: int, sought: Bools) -> Regions:
    """Group all that improvements reach.

    ``ranks`` is int32 (actors, cells), ``steps`` int32 (cells,) the fewest improvements from the start, -1 where they
    do not lead, ``sought`` bool (cells,).
    """
    cells = np.flatnonzero(steps >= 0)
    places = np.array(find_places(game, cells), dtype=np.int64).reshape(len(game.axes), len(cells))
    here = np.array(np.unravel_index(start, game.shape), dtype=np.int64).reshape(-1, 1)
    by, marks = _choose_marks(game, places != here, steps[cells])
    keys = np.column_stack([steps[cells], *marks])
    found, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.reshape(-1)
    sizes = np.bincount(group, minlength=len(found))
    order = np.lexsort((np.arange(len(found)), -sizes, found[:, 0]))
    number = np.argsort(order)[group]
    regions = []
    for place, key in enumerate(found[order]):
        inside = number == place
        regions.append(
            Region(
                column=int(key[0]),
                states=int(inside.sum()),
                sought=int(sought[cells[inside]].sum()),
                moved=_name_marks(game, by, key[1:]),
                shared=_find_shared(game, places[:, inside], here[:, 0]),
            )
        )
    where = np.full(game.cells, -1, dtype=np.int64)
    where[cells] = number
    passages = _find_passages(game, ranks, where, [region.column for region in regions])
    return Regions(by, tuple(regions), passages, len(cells), int(sought[cells].sum()))


def _choose_marks(game: Game, changed: Bools, columns: NDArray[np.int32]) -> tuple[By, Bools]:
    """The finest grouping that keeps to ``MOST``: what marks each state, bool (marks, states)."""
    owners = np.array([axis.actor for axis in game.axes])
    owned = np.array([changed[owners == actor].any(axis=0) for actor in range(len(game.actors))])
    choices: tuple[tuple[By, Bools], ...] = (("levers", changed), ("actors", owned))
    for by, marks in choices:
        if len(np.unique(np.column_stack([columns, *marks]), axis=0)) <= MOST:
            return by, marks
    return "moves", changed[:0]


def _name_marks(game: Game, by: By, marks: NDArray[np.int64]) -> tuple[str, ...]:
    ids = [axis.id for axis in game.axes] if by == "levers" else [player.id for player in game.actors]
    return tuple(ids[k] for k in np.flatnonzero(marks))


def _find_shared(game: Game, places: NDArray[np.int64], here: NDArray[np.int64]) -> dict[str, str]:
    alike = (places == places[:, :1]).all(axis=1) & (places[:, 0] != here)
    return {game.axes[dim].id: game.axes[dim].levels[int(places[dim, 0])] for dim in np.flatnonzero(alike)}


def _find_passages(game: Game, ranks: Ranks, where: NDArray[np.int64], columns: list[int]) -> tuple[Passage, ...]:
    """Which groups each actor's improvements lead to from each group, a column further."""
    further = np.array([*columns, -1])
    passages = []
    for source, column in enumerate(columns):
        inside = where == source
        for actor in range(len(game.actors)):
            entered = spread_moves(game, actor, inside, ranks) & (further[where] == column + 1)
            targets, counts = np.unique(where[entered], return_counts=True)
            pairs = zip(targets.tolist(), counts.tolist(), strict=True)
            passages += [Passage(source, target, actor, count) for target, count in pairs]
    return tuple(passages)
