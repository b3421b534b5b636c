"""States grouped by what they share: a set of states cut, lever by lever, into boxes or nearly.

A family is described by the levers at one level in all of its states (``fixed``) and those that differ (``free``).
It is *whole* when every combination of the levels met on its free levers is one of its states, so that the description
says neither too much nor too little. Steps: the family that lacks most combinations is split along the lever whose
parts together lack fewest; until all are whole or there would be more than ``MOST``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game

#: families at most
MOST = 6

_Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Family:
    """Some states, by what they share."""

    #: how many
    count: int
    #: levers at one level in all of them
    fixed: Mapping[str, str]
    #: levers that differ among them, with the levels met
    free: Mapping[str, tuple[str, ...]]
    #: how many combinations of those levels there are
    combinations: int

    @property
    def whole(self) -> bool:
        """Whether every combination of the levels met is one of the states."""
        return self.count == self.combinations


def group_states(game: Game, cells: Sequence[int] | NDArray[np.integer], most: int = MOST) -> tuple[Family, ...]:
    """Families of at least one cell, the largest first; no two can share a state."""
    chosen = np.unique(np.asarray(cells, dtype=np.intp))
    if not len(chosen):
        return ()
    places = np.stack(np.unravel_index(chosen, game.shape), axis=1)
    parts = [np.arange(len(chosen))]
    while True:
        lacking = [_count_combinations(places[part]) - len(part) for part in parts]
        order = sorted((k for k in range(len(parts)) if lacking[k]), key=lambda k: (-lacking[k], k))
        for k in order:
            split = _split(places, parts[k])
            if len(parts) - 1 + len(split) <= most:
                parts[k : k + 1] = split
                break
        else:
            break
    return tuple(_describe(game, places[part]) for part in sorted(parts, key=lambda part: (-len(part), part[0])))


def _count_combinations(places: _Places) -> int:
    return prod(len(np.unique(column)) for column in places.T)


def _split(places: _Places, part: _Places) -> list[_Places]:
    """A part cut by the levels of the lever whose pieces together lack fewest combinations."""
    ways = []
    for lever in range(places.shape[1]):
        levels = np.unique(places[part, lever])
        if len(levels) > 1:
            pieces = [part[places[part, lever] == level] for level in levels]
            lacking = sum(_count_combinations(places[piece]) - len(piece) for piece in pieces)
            ways.append((lacking, len(pieces), lever, pieces))
    return min(ways, key=lambda way: way[:3])[3]


def _describe(game: Game, places: _Places) -> Family:
    met = {
        axis.id: tuple(axis.levels[k] for k in np.unique(column))
        for axis, column in zip(game.axes, places.T, strict=True)
        if axis.actor >= 0
    }
    return Family(
        count=len(places),
        fixed={lever: levels[0] for lever, levels in met.items() if len(levels) == 1},
        free={lever: levels for lever, levels in met.items() if len(levels) > 1},
        combinations=prod(len(levels) for levels in met.values()),
    )
