"""Who can bring a conflict where: legal moves and improvements from given states, and the shortest ways there.

An actor's move changes any of its own levers at once, each where it legally may, and ends in a feasible state; it is an
improvement when the actor likes the end better than the state it moves from. Sets of states are bool arrays over all
cells, and one step of everybody is a few passes along axes, so nothing is of the size of states squared. Since moves
compose, no shortest way has an actor move twice in a row: these are the legal sequences of Fang, Hipel & Kilgour
(1993).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game, Prices, find_places, levels_at

Bools = NDArray[np.bool_]
Ranks = NDArray[np.int32]

#: above every rank
_NEVER = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class Step:
    """One move: who makes it, and the cell it ends in."""

    actor: int
    cell: int


@dataclass(frozen=True, slots=True)
class UnilateralMove:
    """A step with where it comes from and what it is worth to its mover."""

    actor: int
    #: the cell it starts from
    source: int
    #: the cell it ends in
    cell: int
    #: the mover's payoff at the end minus that at the start, on the 1e-9 grid: positive exactly for an improvement
    gain: float

    def to_dict(self, game: Game) -> dict[str, object]:
        """``{"actor": id, "changes": {lever: [from, to]}, "gain": payoff units}``."""
        changes = {lever: list(levels) for lever, levels in compare_levels(game, self.source, self.cell).items()}
        return {"actor": game.actors[self.actor].id, "changes": changes, "gain": self.gain}


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """The cells an actor can hold or pass to from one of them by its own levers alone."""

    #: int64 (positions,)
    cells: NDArray[np.int64]
    #: bool (positions,): legal and feasible to move to from the cell asked about; the cell itself included
    onward: Bools
    #: bool (positions,): feasible, and from there it is legal to move to the cell asked about
    back: Bools


def find_line(game: Game, actor: int, cell: int) -> Line:
    """The line of an actor's axis through a cell."""
    outer, size, inner = game.line(actor)
    high, low = cell // (inner * size), cell % inner
    assert 0 <= high < outer, "the cell is one of the game's"
    cells = (high * size + np.arange(size)) * inner + low
    places = [int(k) for k in np.unravel_index(cell, game.shape)]
    own = [(axis.legal, places[dim]) for dim, axis in enumerate(game.axes) if axis.actor == actor]
    onward, back = (
        reduce(np.multiply.outer, rows, np.array(True)).reshape(-1) & game.feasible[cells]
        for rows in ([legal[place] for legal, place in own], [legal[:, place] for legal, place in own])
    )
    return Line(cells, onward, back)


def find_moves(game: Game, actor: int, cell: int) -> NDArray[np.int64]:
    """R_i(s): the feasible cells an actor can move to from a cell, which is not among them."""
    line = find_line(game, actor, cell)
    cells: NDArray[np.int64] = line.cells[line.onward & (line.cells != cell)]
    return cells


def find_improvements(game: Game, ranks: Ranks, actor: int, cell: int) -> NDArray[np.int64]:
    """R_i^+(s): the moves to states the actor likes better; ``ranks`` is int32 (actors, cells)."""
    cells = find_moves(game, actor, cell)
    better: NDArray[np.int64] = cells[ranks[actor, cells] > ranks[actor, cell]]
    return better


def spread_moves(game: Game, actor: int, cells: Bools, ranks: Ranks | None = None) -> Bools:
    """The feasible cells an actor can move to from any of ``cells``, by improvements only when ``ranks`` are given.

    ``cells`` is bool (cells,); legal moves include staying, improvements do not.
    """
    low = np.where(cells, 0 if ranks is None else ranks[actor], _NEVER).astype(np.int32).reshape(game.shape)
    for dim, axis in enumerate(game.axes):
        if axis.actor != actor:
            continue
        if axis.legal.all():
            low = low.min(axis=dim, keepdims=True)
            continue
        low = np.broadcast_to(low, game.shape)
        sources = np.moveaxis(low, dim, 0)
        targets = [sources[axis.legal[:, b]].min(axis=0) for b in range(len(axis.levels))]
        low = np.stack(targets, axis=dim)
    reached = np.broadcast_to(low, game.shape).reshape(-1)
    return game.feasible & (reached < (_NEVER if ranks is None else ranks[actor]))


def count_steps(game: Game, start: int | Bools, movers: Sequence[int], ranks: Ranks | None = None) -> NDArray[np.int32]:
    """Fewest moves of ``movers`` from the start (a cell, or bool (cells,)) to every cell; -1 where they cannot get.

    By improvements only when ``ranks``, int32 (actors, cells), are given. Breadth first, one pass per mover and step.
    """
    front = start if isinstance(start, np.ndarray) else np.arange(game.cells) == start
    steps = np.where(front, 0, -1).astype(np.int32)
    count = 0
    while front.any():
        count += 1
        reached = np.zeros(game.cells, np.bool_)
        for actor in movers:
            reached |= spread_moves(game, actor, front, ranks)
        front = reached & (steps < 0)
        steps[front] = count
    return steps


def trace_steps(
    game: Game, steps: NDArray[np.int32], cell: int, movers: Sequence[int], ranks: Ranks | None = None
) -> tuple[Step, ...]:
    """A shortest way to a cell, read back from :func:`count_steps`'s answer to the same question.

    Where several movers or cells could come last, the first listed mover and the lowest cell are taken. The cell must
    have been reached.
    """
    assert steps[cell] >= 0, "there is a way to the cell"
    way: list[Step] = []
    while steps[cell] > 0:
        way.append(Step(-1, cell))
        for actor in movers:
            line = find_line(game, actor, cell)
            before = line.back & (steps[line.cells] == steps[cell] - 1)
            if ranks is not None:
                before &= ranks[actor, line.cells] < ranks[actor, cell]
            if before.any():
                way[-1] = Step(actor, cell)
                cell = int(line.cells[np.argmax(before)])
                break
        assert way[-1].actor >= 0, "the steps were counted for these movers and moves"
    return tuple(reversed(way))


def value_steps(prices: Prices, source: int, steps: Sequence[Step]) -> tuple[UnilateralMove, ...]:
    """Steps that start in ``source`` as moves with what each is worth to its mover."""
    moves: list[UnilateralMove] = []
    for step in steps:
        moves.append(
            UnilateralMove(step.actor, source, step.cell, compare_payoffs(prices, step.actor, source, step.cell))
        )
        source = step.cell
    return tuple(moves)


def compare_payoffs(prices: Prices, actor: int, before: int, after: int) -> float:
    """What an actor gains from one cell to another, in payoff units, on the 1e-9 grid that ranks are made on."""
    return float(np.rint(prices.payoffs[after, actor] * 1e9) - np.rint(prices.payoffs[before, actor] * 1e9)) / 1e9


def compare_levels(game: Game, before: int, after: int) -> dict[str, tuple[str, str]]:
    """The levers that stand differently in two cells, each with both levels."""
    old, new = levels_at(game, before), levels_at(game, after)
    return {lever: (level, new[lever]) for lever, level in old.items() if level != new[lever]}


def pick_nearest(game: Game, source: int, cells: NDArray[np.int64], first: Ranks, then: Ranks | None = None) -> int:
    """The cell with the least ``first``, both of shape (cells,); among those the one with fewest levers changed.

    What is still level is decided by the least ``then``, and by number.
    """
    changes = count_changes(game, source, cells)
    order = np.lexsort((cells, changes, first) if then is None else (cells, then, changes, first))
    return int(cells[order[0]])


def count_changes(game: Game, source: int, cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many levers stand differently in each of ``cells`` than in ``source``."""
    here = np.unravel_index(source, game.shape)
    there = find_places(game, cells)
    counts = np.zeros(len(cells), np.int64)
    for a, b in zip(here, there, strict=True):
        counts += a != b
    return counts
