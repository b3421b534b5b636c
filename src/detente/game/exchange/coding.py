"""Levers as options that are taken or not: how the levels of a lever, and the moves between them, become option form.

A lever with two levels is one option, not taken at the status quo. One with more levels is written in the first of
these ways whose options, each free, only ever taken up or only ever dropped, allow the same moves:

1. an option per level other than the present one, at most one of them taken;
2. an option per level, exactly one of them taken;
3. an option per level but the first, "this level or beyond", each taken only if the one before is.

The first serves levers without one-way levels, the second those with levels nobody leaves, the third those that only
go forward.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from detente.game.exchange.conflict import DIRECTIONS, Direction, Option, Pattern
from detente.game.game import Axis


@dataclass(frozen=True, eq=False)
class Coding:
    """A lever's options; the patterns count them from 0."""

    options: tuple[Option, ...]
    #: bool (levels, options): what is taken at a level
    taken: NDArray[np.bool_] = field(repr=False)
    #: what no state may have
    excluded: tuple[Pattern, ...]
    #: what a state has at each level, and at no other
    marks: tuple[Pattern, ...]


def code_lever(axis: Axis) -> Coding | None:
    """A lever as options, or None when no options allow just its moves."""
    for taken, excluded, marks, beyond in _list_codings(axis):
        directions = [_find_direction(axis.legal, column) for column in taken.T]
        if not (_allow(taken, directions) == axis.legal).all():
            continue
        names = [_name(axis, taken[:, k], beyond) for k in range(taken.shape[1])]
        options = tuple(Option(name, direction) for name, direction in zip(names, directions, strict=True))
        return Coding(options, taken, excluded, marks)
    return None


_Candidate = tuple[NDArray[np.bool_], tuple[Pattern, ...], tuple[Pattern, ...], bool]


def _list_codings(axis: Axis) -> Iterator[_Candidate]:
    levels = len(axis.levels)
    every = np.eye(levels, dtype=np.bool_)
    others = np.delete(every, axis.now, axis=1)
    none = tuple((k, False) for k in range(levels - 1))
    marks = tuple(none if row == axis.now else ((int(np.argmax(others[row])), True),) for row in range(levels))
    yield others, _exclude_pairs(levels - 1), marks, False
    nobody = tuple((k, False) for k in range(levels))
    yield every, (*_exclude_pairs(levels), nobody), tuple(((k, True),) for k in range(levels)), False
    steps = np.tri(levels, levels - 1, -1, dtype=np.bool_)
    gaps = tuple(((k, False), (k + 1, True)) for k in range(levels - 2))
    ends = [((k - 1, True),) if k else () for k in range(levels)]
    marks = tuple((*ends[k], *(((k, False),) if k < levels - 1 else ())) for k in range(levels))
    yield steps, gaps, marks, True


def _exclude_pairs(options: int) -> tuple[Pattern, ...]:
    return tuple(((a, True), (b, True)) for a, b in combinations(range(options), 2))


def _find_direction(legal: NDArray[np.bool_], column: NDArray[np.bool_]) -> Direction:
    """Which way an option must be able to go for every legal move."""
    up = bool((legal & ~column[:, None] & column[None, :]).any())
    down = bool((legal & column[:, None] & ~column[None, :]).any())
    both, forward, back = DIRECTIONS
    return both if up and down else back if down else forward


def _allow(taken: NDArray[np.bool_], directions: list[Direction]) -> NDArray[np.bool_]:
    """The moves between levels that such options allow."""
    answer = np.ones((len(taken), len(taken)), np.bool_)
    for column, direction in zip(taken.T, directions, strict=True):
        if direction != "both":
            before, after = (column, ~column) if direction == "fwd" else (~column, column)
            answer &= ~(before[:, None] & after[None, :])
    return answer


def _name(axis: Axis, column: NDArray[np.bool_], beyond: bool) -> str:
    """What taking an option means."""
    text = axis.label or axis.id.partition(".")[2].replace("_", " ")
    level = axis.levels[int(np.argmax(column))]
    if axis.levels == ("no", "yes") and level == "yes":
        return text
    return f"{text}: {level}{' or beyond' if beyond and column.sum() > 1 else ''}"
