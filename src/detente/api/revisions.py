"""What the evidence does to a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from detente.api.cases import compile
from detente.api.forecasts import SEED
from detente.errors import RunError

if TYPE_CHECKING:
    from detente.ensemble.ensemble import Ensemble
    from detente.ensemble.tempering import Told
    from detente.findings.posteriors import Update
    from detente.scenario.model import Scenario

#: a reading survives the evidence from this posterior on, unless told otherwise
SURVIVES = 0.05


def update(scenario: Scenario, ensemble: Ensemble, *, until: date | None = None, threshold: float = SURVIVES) -> Update:
    """What the evidence dated up to ``until``, or all of it, does to readings and inputs.

    A reading survives when its posterior is at least ``threshold``. Raises RunError when the run has no answers about
    the evidence, as one of an older version.
    """
    from detente.findings.evidence import update as weigh

    if scenario.evidence and "evidence/0" not in ensemble.numbers:
        raise RunError("This run holds no answers about the evidence. Run the case again into another folder.")
    return weigh(scenario, compile(scenario), ensemble, until=until, threshold=threshold)


def continue_update(
    scenario: Scenario,
    ensemble: Ensemble,
    learned: Update,
    particles: int,
    *,
    seed: int = SEED,
    told: Told | None = None,
) -> Update:
    """The update with a sample of the posterior, by tempered sequential Monte Carlo, for when few draws count.

    The particles start as draws of the prior, by the run's seed. ``told`` hears of each level. Raises RunError when the
    evidence is impossible in all of them.
    """
    import numpy as np

    from detente.ensemble.design import draw_rows
    from detente.ensemble.observations import find_informed, list_observations
    from detente.ensemble.tempering import temper
    from detente.findings.continuation import read_cloud
    from detente.solvers.plans import lay_plan
    from detente.solvers.scenes import Grid

    if learned.state == "no evidence":
        raise RunError("No evidence counts, so there is nothing to go on with: the posterior is the prior.")
    game = compile(scenario)
    informed = find_informed({claim.id: claim.query for claim in scenario.claims if claim.query is not None})
    observations = list_observations(scenario)[: len(scenario.evidence) - learned.later]
    plan = lay_plan(game, [], Grid(np.zeros(0)), [], observations, list(informed.values()))
    readings = [item.column for item in game.inputs if item.odds and item.column >= 0]
    rows = draw_rows(ensemble.seed, 0, particles, game.columns)
    cloud = temper(plan, rows, readings=readings, seed=seed, told=told)
    return replace(learned, tempered=read_cloud(game, ensemble.numbers, cloud, informed, learned.threshold))
