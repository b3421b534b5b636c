"""A state given on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.errors import Issue, QueryError

if TYPE_CHECKING:
    from detente.game.game import Game
    from detente.scenario.model import Scenario


def find_state(scenario: Scenario, game: Game, text: str) -> int:
    """The cell of ``us.offer = freeze and ...`` (all else as today), ``status quo``, or a condition true of one state.

    Raises QueryError for what names no feasible state, or several.
    """
    from numpy import flatnonzero

    from detente.game.game import cell_at, mask
    from detente.scenario.reader import parse_condition, parse_levels

    words = " ".join(text.split())
    if words == "status quo":
        return game.status_quo
    if words not in dict(scenario.conditions):
        return cell_at(game, dict(parse_levels(scenario, text)))
    cells = flatnonzero(mask(game, parse_condition(scenario, words)) & game.feasible)
    if len(cells) == 1:
        return int(cells[0])
    count = f"{len(cells):,} states" if len(cells) else "no state that the rules allow"
    message = f"The condition '{words}' is true of {count}."
    cure = f"Name one by its levers, such as '{game.axes[0].id} = {game.axes[0].levels[-1]}'."
    raise QueryError([Issue("state", 1, 1, "", message, cure if len(cells) else "")])
