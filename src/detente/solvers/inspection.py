"""Questions about the game as it stands, which need no course: stability, reach, and whose payoffs agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game, Prices, mask
from detente.scenario.queries import Divergence, Opposed, Reachable, Stable
from detente.solvers.layout import Floats
from detente.solvers.reach import find_line


def slice_of_nature(game: Game, cell: int) -> NDArray[np.bool_]:
    """The feasible cells whose chance levers stand as in ``cell``, bool of shape (cells,)."""
    here: NDArray[np.bool_] = np.arange(game.cells) % game.slices == cell % game.slices
    return game.feasible & here


def find_stable(game: Game, prices: Prices, start: int, item: Stable) -> float:
    """1 when some equilibrium has the condition, or with ``every`` when all its feasible states are equilibria.

    Only the start's slice of nature is looked at.
    """
    from detente.solvers.stability import equilibria_of

    cells = equilibria_of(game, prices, [item.concept])[item.concept]
    equilibrium = np.zeros(game.cells, dtype=np.bool_)
    equilibrium[cells] = True
    asked = slice_of_nature(game, start) & mask(game, item.condition)
    if item.every:
        return float(asked.any() and equilibrium[asked].all())
    return float((asked & equilibrium).any())


def find_reachable(game: Game, start: int, item: Reachable) -> float:
    """1 when one move of the actor from the start leads to a feasible state of the condition (or it holds already)."""
    actor = next(k for k, player in enumerate(game.actors) if player.id == item.actor)
    line = find_line(game, actor, start)
    return float((line.onward & mask(game, item.condition)[line.cells]).any())


def measure_divergence(game: Game, prices: Prices, item: Divergence) -> float:
    """1 - Spearman's rank correlation of two actors' payoffs over feasible states: 0 agree, 2 opposed.

    An actor indifferent between all states has no ranks to compare: NaN.
    """
    from scipy import stats

    ids = [player.id for player in game.actors]
    a, b = (prices.payoffs[game.feasible, ids.index(actor)] for actor in item.actors)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(1 - stats.spearmanr(a, b).statistic)


def find_opposed(game: Game, prices: Prices, item: Opposed) -> float:
    """1 when two actors prefer different levels of a lever.

    An actor prefers the level with the highest mean payoff over feasible states; the first listed wins a tie.
    """
    ids = [player.id for player in game.actors]
    best = [_favourite(game, prices.payoffs[:, ids.index(actor)], item.lever) for actor in item.actors]
    return float(best[0] != best[1])


def _favourite(game: Game, payoff: Floats, lever: str) -> int:
    dim = next(k for k, axis in enumerate(game.axes) if axis.id == lever)
    others = tuple(k for k in range(len(game.axes)) if k != dim)
    feasible = game.feasible.reshape(game.shape)
    count = feasible.sum(axis=others)
    sums = np.where(feasible, payoff.reshape(game.shape), 0.0).sum(axis=others)
    # Rounded as payoffs are for stability, so that a tie goes to the first level and not to rounding.
    means = np.where(count > 0, np.round(sums / np.maximum(count, 1), 9), -np.inf)
    return int(np.argmax(means))
