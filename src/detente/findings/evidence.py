"""What the evidence does: a posterior over draws, and with it over readings, inputs and claims.

In a draw the probability of everything observed is exact (:mod:`detente.solvers.filtering`), so Bayes' rule over draws
is importance sampling from the prior: a draw's weight is that probability. Kish's effective number of draws says what
is left of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import inf, isnan, log, nan
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.ensemble import Ensemble
from detente.ensemble.observations import order_evidence
from detente.ensemble.pooling import pool
from detente.ensemble.precision import error_of_share
from detente.findings.claims import find_case
from detente.findings.factors import find_homes
from detente.findings.findings import ClaimFinding
from detente.findings.posteriors import (
    LEAST_DRAWS,
    LEAST_SHARE,
    MANY_DRAWS,
    Cell,
    Learned,
    Posterior,
    ReadingShare,
    State,
    Step,
    Update,
)
from detente.game.game import Game
from detente.scenario.model import Claim, Evidence, Scenario

Floats = NDArray[np.float64]

#: a reading survives from this posterior on, unless told otherwise
SURVIVES = 0.05
#: inputs told at most
MOVED = 8


def weigh_draws(ensemble: Ensemble, items: int) -> Floats:
    """How much each draw counts once so many observations do, in order of date: shape (draws,), the largest 1.

    All 0 when they are impossible in every draw.
    """
    logs = np.zeros(ensemble.draws)
    for k in range(items):
        increments = ensemble.numbers[f"evidence/{k}"]
        with np.errstate(divide="ignore"):
            # Void after what is impossible, which has weighed the draw down to nothing already.
            logs += np.where(np.isnan(increments), 0.0, np.log(increments))
    top = logs.max()
    return np.zeros(ensemble.draws) if top == -inf else np.exp(logs - top)


def count_effective(weights: Floats) -> float:
    """Kish's effective number of draws."""
    total = float(weights.sum())
    return total**2 / float((weights**2).sum()) if total else 0.0


def update(
    scenario: Scenario, game: Game, ensemble: Ensemble, *, until: date | None = None, threshold: float = SURVIVES
) -> Update:
    """What the evidence up to a date, or all of it, does to readings and inputs."""
    items = [item for item in order_evidence(scenario) if until is None or item.on <= until]
    choices = list_choices(game, ensemble.numbers)
    steps, impossible = [], None
    weights = np.ones(ensemble.draws)
    for k, item in enumerate(items):
        after = weigh_draws(ensemble, k + 1)
        if not after.any():
            impossible = k
            break
        steps.append(_take_step(k, item, ensemble, (weights, after), choices))
        weights = after
    effective = count_effective(weights)
    few = effective < max(LEAST_DRAWS, min(LEAST_SHARE * ensemble.draws, MANY_DRAWS))
    told = impossible is None and bool(items)
    state: State = "too few" if few else "enough"
    if not told:
        state = "impossible" if items else "no evidence"
    return Update(
        title=scenario.title,
        digest=ensemble.digest,
        seed=ensemble.seed,
        draws=ensemble.draws,
        until=until,
        threshold=threshold,
        steps=tuple(steps),
        later=len(scenario.evidence) - len(items),
        impossible=impossible,
        readings=tuple(_share_readings(choices, weights, threshold)) if told else (),
        inputs=find_learned(list_numbers(game, ensemble.numbers), weights) if told and not few else (),
        effective=effective,
        state=state,
    )


def list_choices(game: Game, columns: Mapping[str, Floats]) -> dict[tuple[str, str], Floats]:
    """By actor and reading: 1 in the draws that have it, shape (draws,); ``columns`` are the draws' fields."""
    return {
        (player.id, label): (columns[f"input/{game.inputs[player.reading].id}"] == k).astype(np.float64)
        for player in game.actors
        if player.reading >= 0 and f"input/{game.inputs[player.reading].id}" in columns
        for k, label in enumerate(game.inputs[player.reading].labels)
    }


def list_numbers(game: Game, columns: Mapping[str, Floats]) -> dict[str, Floats]:
    """By numeric input its values; of an input of one reading only in the draws that have it, NaN elsewhere."""
    homes = find_homes(game)
    found: dict[str, Floats] = {}
    for item in game.inputs:
        values = columns.get(f"input/{item.id}")
        if values is None or item.odds:
            continue
        home = homes.get(item.id)
        if home is not None and f"input/{home[0]}" in columns:
            values = np.where(columns[f"input/{home[0]}"] == home[1], values, np.nan)
        found[item.id] = values
    return found


def _take_step(
    place: int,
    item: Evidence,
    ensemble: Ensemble,
    weights: tuple[Floats, Floats],
    choices: Mapping[tuple[str, str], Floats],
) -> Step:
    """One observation, with the weights before and after it."""
    before, after = weights
    increments = np.nan_to_num(ensemble.numbers[f"evidence/{place}"])
    whole = pool(increments, before)
    cells = []
    for (actor, reading), chosen in choices.items():
        counts = before * chosen
        there = chosen > 0
        if not counts.any():
            cells.append(Cell(actor, reading, nan, nan, nan, 0.0))
            continue
        found = pool(increments[there], before[there])
        error = found.error / found.mean / log(10) if found.mean else nan
        factor = found.mean / whole.mean
        cells.append(
            Cell(actor, reading, _log10(found.mean), error, factor, float((after * chosen).sum() / after.sum()))
        )
    told = {actor: [cell for cell in cells if cell.actor == actor] for actor, _ in choices}
    diagnosticity = tuple((actor, _spread_logs(told[actor])) for actor in told)
    return Step(place, item, whole.mean, whole.error, count_effective(after), tuple(cells), diagnosticity)


def _log10(value: float) -> float:
    return float(np.log10(value)) if value > 0 else -inf


def _spread_logs(cells: list[Cell]) -> float:
    """The standard deviation of the logs over the readings that were still possible, by their probability before."""
    open_cells = [cell for cell in cells if not isnan(cell.log10)]
    if any(cell.log10 == -inf for cell in open_cells):
        return inf if any(cell.log10 > -inf for cell in open_cells) else 0.0
    # A reading's probability before is the one after over what the observation multiplied it by.
    shares = np.array([cell.after / cell.factor for cell in open_cells])
    logs = np.array([cell.log10 for cell in open_cells])
    mean = float(np.average(logs, weights=shares))
    return float(np.sqrt(np.average((logs - mean) ** 2, weights=shares)))


def _share_readings(
    choices: Mapping[tuple[str, str], Floats], weights: Floats, threshold: float
) -> Iterator[ReadingShare]:
    for (actor, reading), chosen in choices.items():
        prior, after = float(chosen.mean()), pool(chosen, weights)
        yield ReadingShare(
            actor=actor,
            reading=reading,
            draws=int(chosen.sum()),
            prior=prior,
            prior_error=error_of_share(prior, len(chosen)),
            posterior=after.mean,
            posterior_error=after.error,
            effective=count_effective(weights * chosen),
            survives=after.mean >= threshold,
        )


def find_learned(numbers: Mapping[str, Floats], weights: Floats) -> tuple[Learned, ...]:
    """The numeric inputs that the weights move by more than chance would."""
    moved = []
    for name, values in numbers.items():
        there = ~np.isnan(values)
        if there.sum() < 2 or count_effective(weights[there]) < 2:
            continue
        prior, deviation = float(values[there].mean()), float(values[there].std(ddof=1))
        if deviation == 0:
            continue
        after = pool(values[there], weights[there])
        shift, error = (after.mean - prior) / deviation, after.error / deviation
        moved.append(Learned(name, prior, after.mean, after.error, deviation, shift, error))
    return pick_moved(moved)


def pick_moved(found: Sequence[Learned]) -> tuple[Learned, ...]:
    """Those that moved most, by more than any would in nineteen runs of twenty by chance.

    The bar is the normal quantile for all of them together (Bonferroni).
    """
    bar = NormalDist().inv_cdf(1 - 0.025 / max(1, len(found)))
    moved = [item for item in found if abs(item.shift) > bar * item.shift_error]
    return tuple(sorted(moved, key=lambda item: (-abs(item.shift), item.input))[:MOVED])


def weigh_claim(
    finding: ClaimFinding, claim: Claim, scenario: Scenario, ensemble: Ensemble, weights: Floats
) -> Posterior | None:
    """A claim once all evidence counts; None where it has no figure or the evidence is impossible in every draw."""
    case = find_case(claim, scenario, ensemble) if claim.query is not None else None
    if case is None:
        return None
    exact = ensemble.numbers.get(f"posterior/{claim.id}")
    values = case.values if exact is None else exact
    counts = weights if case.weights is None else weights * case.weights
    there = ~np.isnan(values) & (counts > 0)
    if not there.any():
        return None
    values, counts = values[there], counts[there]
    found = pool(case.yardstick.answers(values), counts, yes_or_no=case.kind == "comparison")
    # What was put into the model stays true of it whatever is observed.
    verdict = finding.verdict if finding.verdict == "assumed" else case.yardstick.verdict(values, counts)
    effective = count_effective(counts)
    return Posterior(found.mean, found.p5, found.p95, found.error, verdict, effective, exact is not None)
