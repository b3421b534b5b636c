"""What alternatives outside a run are worth: the first draws of the run's own design, kept in memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.ensemble.alternatives import Alternative, Ledger, ask, list_judges
from detente.ensemble.inquiry import Inquiry
from detente.game.game import Game
from detente.scenario.model import Scenario
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid


def sample_ledger(
    scenario: Scenario, game: Game, actors: Sequence[str], alternatives: Sequence[Alternative], inquiry: Inquiry
) -> Ledger:
    """What every alternative is worth in the draws of an inquiry, which asks nothing besides.

    Draw k has the inputs of draw k of a run of the same scenario and seed.
    """
    able = tuple(item for item in alternatives if not item.barred)
    asked = [ask(scenario, item) for item in able]
    plan = lay_plan(game, (), Grid(np.zeros(0)), [query for queries in asked for query in queries.values()])
    judges = list_judges(scenario)
    draws = [
        [[answers.of(queries[judge]) for queries in asked] for judge in judges] for answers, _ in inquiry.sample(plan)
    ]
    barred = tuple(item for item in alternatives if item.barred)
    return Ledger(tuple(actors), able, barred, judges, np.moveaxis(np.array(draws), 0, -1))
