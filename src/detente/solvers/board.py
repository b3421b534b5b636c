"""A priced game laid out for one search: ranks, axes, best replies and sorted lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game, Prices
from detente.solvers.positions import Shorts, lay_reach


class Board:
    """Ranks and axes of one priced game; exists for the length of one search."""

    def __init__(self, game: Game, prices: Prices) -> None:
        self.game = game
        self.reaches = [lay_reach(game, actor) for actor in range(len(game.actors))]
        self.movers = [j for j, reach in enumerate(self.reaches) if reach.line[1] > 1]
        self.ranks = rank_states(game, prices.payoffs)
        self.replies: dict[int, Shorts] = {}

    def find_replies(self, actor: int) -> Shorts:
        """Best rank the actor can hold or move to, per cell; found once."""
        from detente import kernels

        if actor not in self.replies:
            reach = self.reaches[actor]
            best = np.empty(self.game.cells, np.int32)
            kernels.find_replies(self.ranks[actor], reach.line, reach.sizes, reach.legal, best)
            self.replies[actor] = best
        return self.replies[actor]

    def sort_lines(self) -> dict[int, Shorts]:
        """The lines of every mover's axis, best first."""
        from detente import kernels

        orders = {}
        for j in self.movers:
            orders[j] = np.empty(self.game.cells, np.int32)
            kernels.sort_lines(self.ranks[j], self.reaches[j].line, orders[j])
        return orders


def rank_states(game: Game, payoffs: NDArray[np.float64]) -> Shorts:
    """Dense ranks over feasible cells (0 worst), int32 (n, N), of payoffs (N, n) on the 1e-9 grid; -1 if infeasible."""
    from detente import kernels

    ranks = np.empty((len(game.actors), game.cells), np.int32)
    scratch = np.empty((2, game.cells), np.int64)
    for i, row in enumerate(ranks):
        if not kernels.rank_payoffs(payoffs, i, game.feasible, scratch, row):
            grid = np.rint(payoffs[game.feasible, i] * 1e9)
            row[game.feasible] = np.unique(grid, return_inverse=True)[1]
    return ranks
