"""States and actors of the game from the words that name them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.errors import Issue, QueryError
from detente.game.game import Game, cell_at, levels_at, mask, name_state
from detente.scenario.formulas import write_level
from detente.scenario.model import Scenario
from detente.scenario.reader import parse_levels
from detente.scenario.slips import suggest

#: names of the state in which nothing has changed
TODAY = ("", "status quo", "the status quo")
#: states listed when a condition leaves the choice
LISTED = 4


def find_state(scenario: Scenario, game: Game, text: str) -> int:
    """The cell of a state named by levels joined by ``and``, by a condition with one state, or as the status quo.

    Levels change the status quo. A condition's states are looked for in the status quo's slice of chance, and elsewhere
    when it has none there. Raises QueryError when the text names no state, several, or one that a rule forbids.
    """
    words = " ".join(text.split())
    if words.casefold() in TODAY:
        return game.status_quo
    known = dict(scenario.conditions)
    if words in known:
        return _choose(game, words, np.flatnonzero(game.feasible & mask(game, known[words])))
    if words.isidentifier() and words not in {policy.id for policy in scenario.policies}:
        options = [*known, *(policy.id for policy in scenario.policies)]
        cure = suggest(words, options) or "Name levers, as in 'actor.lever = level'."
        raise _refuse(f"No condition '{words}' names a state.", cure)
    return cell_at(game, dict(parse_levels(scenario, text)))


def find_actors(game: Game, ids: Sequence[str]) -> tuple[int, ...]:
    """Indices of actors by id. Raises QueryError with every id that is none."""
    known = [player.id for player in game.actors]
    issues = [
        Issue("actor", 0, 0, "", f"No actor '{name}'.", suggest(name, known)) for name in ids if name not in known
    ]
    if issues:
        raise QueryError(issues)
    return tuple(known.index(name) for name in ids)


def write_state(game: Game, cell: int) -> str:
    """A state as :func:`find_state` reads it."""
    now, there = levels_at(game, game.status_quo), levels_at(game, cell)
    changed = [f"{lever} = {write_level(level)}" for lever, level in there.items() if now[lever] != level]
    return " and ".join(changed) or name_state(game, cell)


def _choose(game: Game, name: str, cells: NDArray[np.int64]) -> int:
    """The one cell among those of a condition, or QueryError."""
    here = cells[cells % game.slices == game.status_quo % game.slices]
    cells = here if len(here) else cells
    if not len(cells):
        raise _refuse(f"No state that the rules allow satisfies '{name}'.", "Name another.")
    if len(cells) > 1:
        listed = "; ".join(f"'{write_state(game, int(cell))}'" for cell in cells[:LISTED])
        more = f"; and {len(cells) - LISTED:,} more" if len(cells) > LISTED else ""
        raise _refuse(f"{len(cells):,} states satisfy '{name}'.", f"Choose one by its levels: {listed}{more}.")
    return int(cells[0])


def _refuse(message: str, cure: str) -> QueryError:
    return QueryError([Issue("state", 1, 1, "", message, cure)])
