"""A conflict as GMCR+ keeps it: options taken or not, decision makers, states numbered by the bits of the options.

A state is a number whose bit k says whether option k is taken; feasible states are numbered from 1 in that order, and
rankings are lists of those numbers (Kilgour, Hipel & Fang 1987 call this option form).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

#: an option only ever taken up (fwd), only ever dropped (back), or both
Direction = Literal["both", "fwd", "back"]
DIRECTIONS: tuple[Direction, ...] = ("both", "fwd", "back")

#: options by index and whether each is taken; true where all are as said
Pattern = tuple[tuple[int, bool], ...]
#: true where at least one pattern is
Statement = tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """Something a decision maker may do or not."""

    name: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class DecisionMaker:
    """Somebody with options and an order of states."""

    name: str
    options: tuple[int, ...]
    #: best first, the numbers of the feasible states, ties together; None where statements decide
    ranking: tuple[tuple[int, ...], ...] | None = None
    #: lexicographic statements, most important first
    priorities: tuple[Statement, ...] = ()


@dataclass(frozen=True, eq=False)
class Conflict:
    """A checked conflict; its options are in the order of their owners."""

    options: tuple[Option, ...]
    makers: tuple[DecisionMaker, ...]
    infeasible: tuple[Pattern, ...] = field(repr=False)
    #: bool (2 ** options,): by the number of the state
    feasible: NDArray[np.bool_] = field(repr=False)
    title: str = ""
    #: number of the state that is today's, where the file says
    now: int | None = None
    #: of the program that wrote the file, as it says
    version: str = ""
    #: sentences on what the file holds that is not kept, or kept in another way
    remarks: tuple[str, ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        return (
            f"<Conflict {len(self.makers)} decision makers, {len(self.options)} options, "
            f"{int(self.feasible.sum())} feasible states>"
        )


def mark_feasible(options: int, infeasible: Iterable[Pattern]) -> NDArray[np.bool_]:
    """Which of the 2 ** ``options`` states no pattern forbids."""
    feasible = np.ones((2,) * options, np.bool_)
    for pattern in infeasible:
        feasible[_place(options, pattern)] = False
    return feasible.reshape(-1)


def list_true(statement: Statement, states: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where a statement is true, bool (states,)."""
    answer = np.zeros(len(states), np.bool_)
    for pattern in statement:
        part = np.ones(len(states), np.bool_)
        for option, taken in pattern:
            part &= (states >> option & 1) == taken
        answer |= part
    return answer


def rank_by_priorities(priorities: Sequence[Statement], states: NDArray[np.int64]) -> NDArray[np.int64]:
    """Dense ranks of states by lexicographic statements, 0 the least preferred."""
    score = np.zeros(len(states), np.int64)
    for statement in priorities:
        score = np.unique(2 * score + list_true(statement, states), return_inverse=True)[1]
    return score


def _place(options: int, pattern: Pattern) -> tuple[int | slice, ...]:
    """The states of a pattern in the tensor of options, the last option first."""
    place: list[int | slice] = [slice(None)] * options
    for option, taken in pattern:
        place[options - 1 - option] = int(taken)
    return tuple(place)
