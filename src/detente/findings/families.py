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

from detente.game.game import Game, find_places

#: families at most
MOST = 6
#: states whose levels are counted together
BATCH = 65_536

#: one row per state, one column per lever
_Places = NDArray[np.int32]


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
    places = np.empty((len(chosen), len(game.axes)), dtype=np.int32)
    for lever, place in enumerate(find_places(game, chosen)):
        places[:, lever] = place
    parts = [_look(game, places, np.arange(len(chosen)))]
    while True:
        for part in sorted((part for part in parts if part.lacking), key=lambda part: (-part.lacking, part.rows[0])):
            lever, levels = part.choose_lever()
            if len(parts) - 1 + len(levels) <= most:
                column = places[part.rows, lever]
                parts.remove(part)
                parts += [_look(game, places, part.rows[column == level]) for level in levels]
                break
        else:
            break
    ranked = sorted(parts, key=lambda part: (-len(part.rows), part.rows[0]))
    return tuple(_describe(game, places[part.rows]) for part in ranked)


@dataclass(frozen=True, eq=False, slots=True)
class _Part:
    """Some of the states, with what is needed to choose a split."""

    #: ascending rows of the table of places
    rows: NDArray[np.intp]
    #: by level of a lever and level of a lever: how many states have both; shape (levels, levels)
    pairs: NDArray[np.float64]
    #: of each lever its first column in ``pairs``, and one past the last
    spans: tuple[tuple[int, int], ...]
    #: combinations of the levels met that are no states
    lacking: int

    def choose_lever(self) -> tuple[int, list[int]]:
        """The lever whose pieces together lack fewest combinations, and its levels met."""
        ways = []
        for lever, (first, last) in enumerate(self.spans):
            met = [k for k in range(first, last) if self.pairs[k, k]]
            if len(met) > 1:
                lacking = sum(_count_combinations(self.pairs[k], self.spans) - int(self.pairs[k, k]) for k in met)
                ways.append((lacking, len(met), lever, [k - first for k in met]))
        return min(ways)[2:]


def _look(game: Game, places: _Places, rows: NDArray[np.intp]) -> _Part:
    ends = np.cumsum([0, *game.shape])
    spans = tuple(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))
    pairs = np.zeros((ends[-1], ends[-1]))
    for start in range(0, len(rows), BATCH):
        batch = places[rows[start : start + BATCH]]
        marks = np.zeros((len(batch), ends[-1]), dtype=np.float32)  # exact: counts stay below 2^24
        marks[np.arange(len(batch))[:, None], batch + ends[:-1]] = 1
        pairs += marks.T @ marks
    return _Part(rows, pairs, spans, _count_combinations(pairs.diagonal(), spans) - len(rows))


def _count_combinations(counts: NDArray[np.float64], spans: tuple[tuple[int, int], ...]) -> int:
    return prod(int(np.count_nonzero(counts[first:last])) for first, last in spans)


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
