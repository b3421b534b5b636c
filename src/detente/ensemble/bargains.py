"""The stakes of a case at central values, over draws of a design, and as a run has drawn them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.design import draw_rows
from detente.ensemble.ensemble import Ensemble
from detente.game.game import Bargain, Game, Input
from detente.solvers.bargaining.packages import group_packages
from detente.solvers.bargaining.stakes import Stakes, take_stakes


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """The stakes of the issues of one package."""

    #: every input at its median: one draw
    central: Stakes
    #: None where nothing in it is uncertain
    drawn: Stakes | None


def draw_tables(game: Game, draws: int, seed: int) -> tuple[Table, ...]:
    """Every package of a game over draws of its inputs: draw k has the inputs of draw k of a run with the seed."""
    rows = draw_rows(seed, 0, draws, game.columns)
    return _lay_tables(game, lambda item: item.quantity.quantile(rows[:, item.column]), draws)


def read_tables(game: Game, ensemble: Ensemble) -> tuple[Table, ...]:
    """Every package of a game over the draws of a run."""
    return _lay_tables(game, lambda item: ensemble.numbers[f"input/{item.id}"], ensemble.draws)


def _lay_tables(game: Game, draw: Callable[[Input], NDArray[np.float64]], draws: int) -> tuple[Table, ...]:
    """``draw`` answers the values of an uncertain input, (draws,)."""
    tables = []
    known = {item.id: item for item in game.bargains}
    for issues in group_packages(game.bargains):
        places = [place for issue in issues for place in list_places(known[issue])]
        central = np.zeros((1, len(game.inputs)))
        for place in places:
            central[0, place] = float(game.inputs[place].quantity.quantile(0.5))
        uncertain = [place for place in places if game.inputs[place].column >= 0]
        drawn = None
        if uncertain:
            values = np.repeat(central, draws, axis=0)
            for place in uncertain:
                values[:, place] = draw(game.inputs[place])
            drawn = take_stakes(game, issues, values)
        tables.append(Table(take_stakes(game, issues, central), drawn))
    return tuple(tables)


def list_places(item: Bargain) -> Sequence[int]:
    """Where the inputs of an issue stand among the game's."""
    own = [*item.positions, *item.saliences, *item.capabilities]
    return [*own, item.reference] if item.reference >= 0 else own
