"""From a run's draws to what moves each claim: indices with their intervals, ranks, bars, interactions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.ensemble import Ensemble
from detente.findings.claims import kind_of, spread_of
from detente.findings.drivers import FEWEST, GRID
from detente.findings.factors import Factors, gather_factors, restrict
from detente.findings.findings import ClaimFinding, Findings
from detente.findings.interactions import find_interactions
from detente.findings.margins import find_margin
from detente.findings.pawn import METHOD, Pawn, Slots, measure_pawn, resample
from detente.findings.sensitivity import Influence, Sensitivities, Sensitivity
from detente.findings.swings import Figure, find_ends
from detente.game.game import Game
from detente.scenario.model import Claim, Scenario
from detente.scenario.queries import Likelihood, leaves_of

Floats = NDArray[np.float64]

#: inputs told per claim
SHOWN = 8
#: resamples of the draws behind every interval
RESAMPLES = 200
#: squared rank correlation from which two inputs are hard to tell apart
ALIKE = 0.1
#: share of resamples inside an interval
INSIDE = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class _Subject:
    """One claim's answers over the draws in which it is not void, beside the inputs there."""

    claim: Claim
    factors: Factors
    figure: Figure
    unit: Literal["probability", "share", "number"]
    gap: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Of which claims, and how draws count."""

    #: ids; None for all
    claims: Collection[str] | None = None
    #: shape (draws,), as after evidence, times what a conditional claim counts them by; None when they count alike
    weights: Floats | None = None
    #: behind every interval; 0 for none
    resamples: int = RESAMPLES


def rank_inputs(
    findings: Findings, scenario: Scenario, game: Game, ensemble: Ensemble, choice: Choice | None = None
) -> Sensitivities:
    """Which inputs move each claim of a run that has a figure.

    A comparison of numbers is judged by its gap. The answer depends on the set of draws, not on their order.
    """
    choice = choice or Choice()
    factors = gather_factors(scenario, game, ensemble)
    told = []
    for finding in findings.claims:
        if finding.spread is None or (choice.claims is not None and finding.id not in choice.claims):
            continue
        claim = next(item for item in scenario.claims if item.id == finding.id)
        subject = _lay_subject(claim, ensemble, factors.of(claim), choice.weights)
        if subject is not None:
            told.append(_analyse(subject, finding, choice.resamples))
    method = {
        "index": METHOD,
        "intervals": f"5th to 95th percentile of {choice.resamples} bootstrap resamples of draws, their bias taken off",
        "interactions": "product of ranks beyond what each does alone, by permutation, holding on the other half",
    }
    return Sensitivities(ensemble.digest, ensemble.seed, ensemble.draws, method, tuple(told))


def _lay_subject(claim: Claim, ensemble: Ensemble, factors: Factors, weights: Floats | None) -> _Subject | None:
    """None when every draw is void, or none that is not counts."""
    assert claim.query is not None
    values = ensemble.numbers[f"claim/{claim.id}"]
    gap = find_margin(claim, ensemble)
    there = ~np.isnan(values)
    given = ensemble.numbers.get(f"given/{claim.id}")
    if given is not None:
        weights = given if weights is None else given * weights
    kept = restrict(factors, there[factors.order]) if there.any() else factors
    counts = None if weights is None else weights[kept.order]
    if not there.any() or (counts is not None and not counts.any()):
        return None
    kind = kind_of(claim)
    unit: Literal["probability", "share", "number"] = "share" if kind == "comparison" else kind
    if gap is not None:
        items = leaves_of(claim.query.expression)
        unit = "probability" if all(isinstance(item, Likelihood) for item in items) else "number"
    shown = (values if gap is None else gap)[kept.order]
    return _Subject(claim, kept, Figure(shown, counts), unit, gap is not None)


def _analyse(subject: _Subject, finding: ClaimFinding, resamples: int) -> Sensitivity:
    factors, figure = subject.factors, subject.figure
    spread = spread_of(figure.values, figure.weights, yes_or_no=subject.unit == "share")
    influences: tuple[Influence, ...] = ()
    grid = np.round(figure.values / GRID)
    if len(grid) >= FEWEST and factors.factors and float(np.ptp(grid)) > 0:
        influences = _rank(factors, Figure(grid, figure.weights), figure, resamples)
    return Sensitivity(
        claim=subject.claim.id,
        text=subject.claim.text,
        unit=subject.unit,
        gap=subject.gap,
        draws=len(figure.values),
        inputs=len(factors.factors),
        mean=spread.mean,
        error=spread.error,
        influences=influences,
        interactions=find_interactions(factors, figure, [driver.input for driver in finding.drivers]),
    )


def _rank(factors: Factors, grid: Figure, figure: Figure, resamples: int) -> tuple[Influence, ...]:
    """The strongest inputs by effect, with intervals."""
    pawn, slots = measure_pawn(factors, grid)
    effects = np.round(pawn.effect, 9)
    names = [factor.id for factor in factors.factors]
    order = sorted(range(len(names)), key=lambda k: (-effects[k], names[k]))
    kept = _tell_apart(factors, order, pawn.index > pawn.chance)
    intervals = _resample(factors, grid, (pawn, slots), resamples)
    found = []
    for k, alike in kept.items():
        ends = find_ends(factors, k, figure)
        found.append(
            Influence(
                input=names[k],
                also=factors.factors[k].also,
                kind="reading" if factors.factors[k].readings else "number",
                counts=float(pawn.counts[k]),
                index=float(pawn.index[k]),
                dummy=float(pawn.dummy[k]),
                chance=float(pawn.chance[k]),
                effect=float(effects[k]),
                effect_low=float(intervals[0, k]),
                effect_high=float(intervals[1, k]),
                rank=order.index(k) + 1,
                rank_low=int(intervals[2, k]),
                rank_high=int(intervals[3, k]),
                low=ends[0].weigh(figure),
                high=ends[1].weigh(figure),
                alike=tuple(sorted(names[other] for other in alike)),
            )
        )
    return tuple(found)


def _tell_apart(factors: Factors, order: list[int], strong: NDArray[np.bool_]) -> dict[int, list[int]]:
    """The first inputs in ``order`` that resemble none before them, each with the ``strong`` ones that resemble it."""
    kept: dict[int, list[int]] = {}
    for k in order:
        like = next((other for other in kept if _compare(factors, k, other) >= ALIKE), None)
        if like is not None:
            kept[like] += [k] * bool(strong[k])
        elif len(kept) < SHOWN:
            kept[k] = []
    return kept


def _compare(factors: Factors, place: int, other: int) -> float:
    """How much two inputs resemble each other in these draws: their largest squared canonical correlation of ranks."""
    return float(np.linalg.norm(factors.basis(place).T @ factors.basis(other), 2) ** 2)


def _resample(factors: Factors, grid: Figure, found: tuple[Pawn, tuple[Slots, ...]], resamples: int) -> Floats:
    """Of every input the 5th and 95th percentile of its effect and of its rank over resamples of the draws: (4, p).

    A resample repeats some draws and so finds larger distances than there are; that shift is taken off (Efron &
    Tibshirani 1993, chapter 10).
    """
    pawn, slots = found
    n, p = len(grid.values), len(factors.factors)
    if not resamples:
        return np.array([[np.nan] * p, [np.nan] * p, [0.0] * p, [0.0] * p])
    chance = np.random.default_rng(np.random.SeedSequence(factors.seed, spawn_key=(3,)))
    times = chance.multinomial(n, np.full(n, 1 / n), size=resamples)
    counts = times * (np.ones(n) if grid.weights is None else grid.weights)
    effects = pawn.rate(resample(slots, counts, p))
    effects += pawn.effect - effects.mean(axis=0)
    ranks = np.argsort(np.argsort(-effects, axis=1, kind="stable"), axis=1, kind="stable") + 1
    first = np.quantile(ranks, INSIDE[0], axis=0, method="lower")
    last = np.quantile(ranks, INSIDE[1], axis=0, method="higher")
    return np.vstack([np.quantile(effects, INSIDE, axis=0), first, last])
