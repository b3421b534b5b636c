"""Which first move decides: what a question's chance becomes with each move that may come next.

The chance after a move is that of the same question asked in the state the move leads to, on the same day: as if the
move were made at once. It is what ``forecast --from`` that state answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from detente.game.game import Game, spell_levels
from detente.scenario.queries import Probability, Query
from detente.solvers.forecast import answer
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid
from detente.solvers.waiting import FirstMoves

#: first moves asked about, and the least probability that one must have
MOST, LEAST = 8, 0.005


@dataclass(frozen=True, eq=False)
class Hinge:
    """A question's chance as things stand, and after each of the likeliest first moves."""

    query: str
    now: float
    #: by the cell a first move leads to
    after: dict[int, float] = field(repr=False)
    #: the cell of the move that decides most: greatest probability times change of the chance; None without moves
    decides: int | None = field(repr=False)


def weigh_first_moves(game: Game, first: FirstMoves, asked: Probability, text: str) -> Hinge:
    """Ask a probability again after each of the likeliest first moves; ``game`` is the one with nothing held."""
    told = [k for k in range(min(MOST, len(first.movers))) if first.by[k] >= LEAST]
    cells = [first.start, *(int(first.targets[k]) for k in told)]
    settings = [replace(asked.setting, start=spell_levels(first.game, cell)) for cell in cells]
    queries = [Query(replace(asked, setting=setting), text) for setting in settings]
    plan = lay_plan(game, queries, Grid(np.zeros(0)))
    answers = answer(plan, None)
    now, *after = (answers.of(query) for query in queries)
    weights = [float(first.by[k]) * abs(value - now) for k, value in zip(told, after, strict=True)]
    best = cells[1 + int(np.argmax(weights))] if weights else None
    return Hinge(text, now, dict(zip(cells[1:], after, strict=True)), best)
