"""Nature's present slice of a game: chance levers held at the status quo, for formats that know no chance."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Axis, Game


@dataclass(frozen=True, eq=False)
class Slice:
    """The actors' levers only; n actors, N cells in C order over ``shape``."""

    axes: tuple[Axis, ...] = field(repr=False)
    #: bool (N,)
    feasible: NDArray[np.bool_] = field(repr=False)
    #: the cells of the whole game, int64 (N,)
    cells: NDArray[np.int64] = field(repr=False)
    #: the chance levers held, as ``lever = level``
    held: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Levels per lever."""
        return tuple(len(axis.levels) for axis in self.axes)

    @property
    def remark(self) -> str:
        """A sentence on what is held; empty when nothing is."""
        return f"Chance is held where it stands: {', '.join(self.held)}." if self.held else ""


def take_slice(game: Game) -> Slice:
    """The slice of the status quo; chance levers are the last dimensions of a game."""
    cells = np.arange(game.status_quo % game.slices, game.cells, game.slices)
    return Slice(
        axes=tuple(axis for axis in game.axes if axis.actor >= 0),
        feasible=game.feasible[cells],
        cells=cells,
        held=tuple(f"{axis.id} = {axis.levels[axis.now]}" for axis in game.own(-1)),
    )


def round_payoffs(payoffs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Payoffs in units of 1e-9, whole numbers: what the stability analysis compares."""
    return np.rint(payoffs * 1e9)


def rank_payoffs(payoffs: NDArray[np.float64]) -> NDArray[np.int64]:
    """Dense ranks of each actor, 1 the most preferred; shapes (states, n), feasible states only."""
    grid = round_payoffs(payoffs)
    ranks = np.empty(grid.shape, np.int64)
    for actor in range(grid.shape[1]):
        ranks[:, actor] = np.unique(-grid[:, actor], return_inverse=True)[1] + 1
    return ranks
