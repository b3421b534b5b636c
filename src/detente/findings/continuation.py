"""What particles of the posterior say about readings, inputs and claims, with the error of their common ancestry."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.tempering import METHOD, Cloud
from detente.findings.evidence import list_choices, list_numbers, pick_moved
from detente.findings.posteriors import Learned, ReadingShare, Tempered
from detente.game.game import Game
from detente.game.pricing import draw_inputs
from detente.scenario.queries import Probability

Floats = NDArray[np.float64]


def read_cloud(
    game: Game, columns: Mapping[str, Floats], cloud: Cloud, informed: Mapping[str, Probability], threshold: float
) -> Tempered:
    """Readings, inputs and claims over the particles; ``columns`` are the prior draws' inputs by field."""
    inputs = np.array([draw_inputs(game, row) for row in cloud.rows])
    after = {f"input/{item.id}": inputs[:, k] for k, item in enumerate(game.inputs) if item.column >= 0}
    return Tempered(
        particles=len(cloud.rows),
        seed=cloud.seed,
        levels=cloud.levels,
        acceptance=cloud.acceptance,
        ancestors=len(np.unique(cloud.ancestors)),
        evaluations=cloud.evaluations,
        readings=_share_readings(game, columns, after, cloud, threshold),
        inputs=_find_moved(game, columns, after, cloud),
        claims=tuple((name, *average(cloud.posteriors[asked], cloud.ancestors)) for name, asked in informed.items()),
        method=METHOD,
    )


def average(values: Floats, ancestors: NDArray[np.int64]) -> tuple[float, float]:
    """The mean over particles and its standard error, particles of one ancestor being one cluster (Chan and Lai 2013).

    NaN when all descend from one: nothing is known then about how far another run would differ.
    """
    mean = float(values.mean())
    families, family = np.unique(ancestors, return_inverse=True)
    if len(families) < 2:
        return mean, nan
    sums = np.bincount(family.reshape(-1), weights=values - mean)
    return mean, sqrt(float((sums**2).sum()) * len(families) / (len(families) - 1)) / len(values)


def _share_readings(
    game: Game, before: Mapping[str, Floats], after: Mapping[str, Floats], cloud: Cloud, threshold: float
) -> tuple[ReadingShare, ...]:
    prior, posterior = list_choices(game, before), list_choices(game, after)
    shares = []
    for (actor, reading), chosen in posterior.items():
        mean, error = average(chosen, cloud.ancestors)
        old, old_error = average(prior[actor, reading], np.arange(len(prior[actor, reading])))
        shares.append(
            ReadingShare(
                actor=actor,
                reading=reading,
                draws=int(chosen.sum()),
                prior=old,
                prior_error=old_error,
                posterior=mean,
                posterior_error=error,
                effective=float(len(np.unique(cloud.ancestors[chosen > 0]))),
                survives=mean >= threshold,
            )
        )
    return tuple(shares)


def _find_moved(
    game: Game, before: Mapping[str, Floats], after: Mapping[str, Floats], cloud: Cloud
) -> tuple[Learned, ...]:
    prior, posterior = list_numbers(game, before), list_numbers(game, after)
    moved = []
    for name, values in posterior.items():
        there, old = ~np.isnan(values), prior[name][~np.isnan(prior[name])]
        if there.sum() < 2 or len(old) < 2 or old.std(ddof=1) == 0:
            continue
        mean, error = average(values[there], cloud.ancestors[there])
        deviation = float(old.std(ddof=1))
        shift, spread = (mean - old.mean()) / deviation, error / deviation
        moved.append(Learned(name, float(old.mean()), mean, error, deviation, float(shift), spread))
    return pick_moved(moved)
