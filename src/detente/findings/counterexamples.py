"""The most plausible draw in which a claim's verdict is another.

How plausible a draw is: the joint density of its inputs over that of the draw with every input at its middle and every
actor in its likeliest reading. A number counts in its own normal scores, -z^2/2, where z is the normal quantile of its
rank among the draws (van der Waerden 1952), and inputs that move together count once; a reading counts by its odds over
the likeliest one's. Draws of a conditional claim also count by the probability of what it conditions on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.ensemble import Ensemble
from detente.findings.factors import find_homes
from detente.findings.findings import Verdict
from detente.findings.trials import CounterExample, Departure
from detente.findings.yardsticks import Yardstick
from detente.game.game import Game

Floats = NDArray[np.float64]

#: inputs told of a counter-example
TOLD = 2
#: an input nearer its middle than this (in normal scores) is not worth telling
NEAR = 1.0


@dataclass(frozen=True, eq=False)
class Plausibility:
    """How plausible every draw of a run is."""

    #: shape (draws,): log of the density over that of the middle draw
    logs: Floats
    #: shape (draws, p): normal scores of the inputs that are numbers
    scores: Floats
    ids: tuple[str, ...]
    #: by input that chooses a reading: its name in every draw
    readings: Mapping[str, tuple[str, ...]]
    #: by input of one of several readings: bool (draws,), whether the draw has that reading
    used: Mapping[str, NDArray[np.bool_]]
    #: values of the inputs, by id
    values: Mapping[str, Floats]


def find_plausibility(game: Game, ensemble: Ensemble) -> Plausibility:
    """The plausibility of every draw, whatever their order."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    drawn = {item.id: ensemble.numbers.get(f"input/{item.id}") for item in game.inputs}
    values = {name: column for name, column in drawn.items() if column is not None}
    ids, seen = [], set()
    for item in game.inputs:
        if item.id in values and not item.odds and item.column not in seen:
            seen.add(item.column)
            ids.append(item.id)
    ranks = [rankdata(values[name]) for name in ids]
    table = np.column_stack(ranks) if ranks else np.empty((ensemble.draws, 0))
    scores = np.asarray(ndtri((table - 0.5) / ensemble.draws))
    logs = -0.5 * (scores**2).sum(axis=1)
    readings = {}
    for item in game.inputs:
        if item.odds and item.id in values:
            odds = np.array([_odds(game, values, place, ensemble.draws) for place in item.odds])
            chosen = values[item.id].astype(np.intp)
            logs += np.log(odds[chosen, np.arange(ensemble.draws)] / odds.max(axis=0))
            readings[item.id] = tuple(item.labels[k] for k in chosen)
    homes = find_homes(game)
    used = {name: values[home] == k for name, (home, k) in homes.items() if home in values}
    return Plausibility(logs, scores, tuple(ids), readings, used, values)


def _odds(game: Game, values: Mapping[str, Floats], place: int, draws: int) -> Floats:
    item = game.inputs[place]
    return values[item.id] if item.id in values else np.full(draws, item.quantity.median)


def find_counterexample(
    values: Floats,
    yardstick: Yardstick,
    verdict: Verdict,
    plausibility: Plausibility,
    drivers: Sequence[str] = (),
    weights: Floats | None = None,
) -> CounterExample | None:
    """The most plausible draw whose own verdict differs; None where no draw's does or a draw has none.

    ``values`` are the claim's, shape (draws,), NaN where void; ``drivers`` the inputs that move it; ``weights`` say how
    draws count.
    """
    if yardstick.kind == "none":
        return None
    there = ~np.isnan(values)
    codes = np.full(len(values), yardstick.code(verdict))
    codes[there] = yardstick.codes(values[there])
    differs = codes != yardstick.code(verdict)
    logs = plausibility.logs
    if weights is not None:
        differs &= weights > 0
        logs = logs + np.log(np.where(weights > 0, weights, 1.0))
    if not differs.any():
        return None
    draw = int(np.argmax(np.where(differs, np.round(logs, 9), -np.inf)))
    counted = _sort_by_distance(plausibility, draw)
    moving = [k for k in counted if plausibility.ids[k] in drivers]
    far = [k for k in counted if abs(plausibility.scores[draw, k]) >= NEAR]
    rivals = there if weights is None else there & (weights > 0)
    return CounterExample(
        draw=draw,
        value=float(values[draw]),
        verdict=yardstick.verdict(values[[draw]]),
        place=1 + int((np.round(logs[rivals], 9) > round(float(logs[draw]), 9)).sum()),
        among=int(rivals.sum()),
        readings={name: labels[draw] for name, labels in plausibility.readings.items()},
        drivers=tuple(_place(plausibility, k, draw) for k in moving),
        departures=tuple(_place(plausibility, k, draw) for k in [k for k in far if k not in moving][:TOLD]),
    )


def _sort_by_distance(plausibility: Plausibility, draw: int) -> list[int]:
    """The inputs that count in a draw, the one farthest from its middle first."""
    used, scores = plausibility.used, plausibility.scores[draw]
    order = np.argsort(-np.abs(scores), kind="stable")
    return [int(k) for k in order if plausibility.ids[k] not in used or used[plausibility.ids[k]][draw]]


def _place(plausibility: Plausibility, k: int, draw: int) -> Departure:
    from scipy.special import ndtr

    name = plausibility.ids[k]
    return Departure(name, float(plausibility.values[name][draw]), float(ndtr(plausibility.scores[draw, k])))
