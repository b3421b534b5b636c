"""Each claim's words against the model: mean, interval, shares, verdict, coin toss, drivers and flip rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.ensemble import Ensemble
from detente.ensemble.pooling import find_quantiles, pool
from detente.ensemble.precision import error_of_share
from detente.findings.counterexamples import Plausibility, find_counterexample
from detente.findings.drivers import find_drivers
from detente.findings.factors import Gathered, restrict
from detente.findings.findings import Band, Baseline, ClaimFinding, Driver, Fan, Spread, Verdict
from detente.findings.flips import find_flip
from detente.findings.interventions import weigh_intervention
from detente.findings.margins import find_margin
from detente.findings.trials import CounterExample
from detente.findings.yardsticks import ROBUST, Yardstick, band_of
from detente.game.game import Game
from detente.scenario.model import Claim, Scenario
from detente.scenario.queries import Likelihood, Probability, leaves_of
from detente.scenario.words import find_off_scale, find_word

#: a baseline nearer than this earns the same number
POINTS = 0.05


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """What every claim of a run is judged with."""

    scenario: Scenario
    game: Game
    ensemble: Ensemble
    factors: Gathered
    plausibility: Plausibility


@dataclass(frozen=True, slots=True)
class Case:
    """A claim's values, in the ensemble's order of draws."""

    claim: Claim
    kind: Literal["probability", "comparison", "number"]
    yardstick: Yardstick
    band: Band | None
    #: shape (draws,); NaN where the claim is void
    values: NDArray[np.float64]
    #: None when the run has no baseline for the claim
    coin: NDArray[np.float64] | None
    #: left minus right of a comparison, in the direction claimed; None for anything else
    gap: NDArray[np.float64] | None
    #: how much each draw counts, of the model and of the coin toss; None when they count alike
    weights: NDArray[np.float64] | None
    coin_weights: NDArray[np.float64] | None


def judge_claim(claim: Claim, run: Run) -> ClaimFinding:
    """The finding on one claim."""
    scenario, ensemble = run.scenario, run.ensemble
    if claim.query is None:
        return _silent(claim, scenario, "unscorable", claim.unscorable or "No query has been written for it yet.")
    case = find_case(claim, scenario, ensemble)
    if case is None:
        return _silent(claim, scenario, "unanswered", "The run has no answer to it.")
    if np.isnan(case.values).all():
        reason = "What the query conditions on never happens in any draw."
        if case.weights is not None and case.weights.any():
            reason = f"What the query conditions on hardly ever happens: at most {case.weights.max():.0e} in any draw."
        return _silent(claim, scenario, "void", reason, ensemble.draws)
    found = _weigh(case, _fan(claim, ensemble, scenario.as_of), run)
    intervention = weigh_intervention(claim, scenario, run.game, ensemble)
    if intervention is None or not intervention.assumed:
        return replace(found, intervention=intervention)
    # Nothing that is drawn decides it, so nothing drawn can be robust, overturn it or speak against it.
    return replace(
        found,
        verdict="assumed",
        agreement=None,
        agreement_error=None,
        robust=None,
        from_argument=None,
        drivers=(),
        flip=None,
        no_flip="no verdict",
        counterexample=None,
        intervention=intervention,
    )


def find_case(claim: Claim, scenario: Scenario, ensemble: Ensemble) -> Case | None:
    """A claim's values with what to hold them against; None where the run has no answer to it."""
    values, gap = ensemble.numbers.get(f"claim/{claim.id}"), find_margin(claim, ensemble)
    coin = ensemble.numbers.get(f"coin/{claim.id}")
    if claim.cause is not None:
        values, coin = gap, find_margin(claim, ensemble, coin=True)
    if values is None:
        return None
    kind = kind_of(claim)
    return Case(
        claim=claim,
        kind=kind,
        yardstick=yardstick_for(claim, kind, scenario),
        band=band_said(claim, scenario),
        values=np.asarray(values, dtype=np.float64),
        coin=coin,
        gap=gap,
        weights=ensemble.numbers.get(f"given/{claim.id}"),
        coin_weights=ensemble.numbers.get(f"given-coin/{claim.id}"),
    )


def kind_of(claim: Claim) -> Literal["probability", "comparison", "number"]:
    """What a claim's query yields in a draw. The claim must have a query."""
    query = claim.query
    assert query is not None
    if query.boolean:
        return "comparison"
    return "probability" if isinstance(query.expression, Likelihood) else "number"


def about_of(claim: Claim) -> str:
    """The query as it was written; empty for a claim without one."""
    told = claim.cause or claim.requires
    query = claim.query if told is None else told.effect
    return str(query) if query is not None else ""


def yardstick_for(claim: Claim, kind: str, scenario: Scenario) -> Yardstick:
    """What to hold a claim's values against: a word counts only for the probability of an event."""
    if claim.cause is not None:
        return Yardstick("effect", by=claim.cause.by)
    if kind == "comparison":
        return Yardstick("comparison")
    if kind == "number" or claim.says is None:
        return Yardstick("none")
    band = band_said(claim, scenario)
    if band is not None:
        return Yardstick("band", band)
    return Yardstick("off scale" if find_off_scale(claim.says) else "none")


def band_said(claim: Claim, scenario: Scenario) -> Band | None:
    """The range of the claim's word, whatever it can be held against; None without a word on the scale."""
    word = find_word(claim.says, scenario.words) if claim.says is not None else None
    return band_of(word, scenario.words) if word is not None else None


def _silent(claim: Claim, scenario: Scenario, verdict: Verdict, reason: str, draws: int = 0) -> ClaimFinding:
    return ClaimFinding(
        id=claim.id,
        text=claim.text,
        says=claim.says,
        band=band_said(claim, scenario),
        about=about_of(claim),
        kind="none" if claim.query is None else kind_of(claim),
        verdict=verdict,
        reason=reason,
        void=1.0 if verdict == "void" else 0.0,
        void_error=error_of_share(1.0, draws) if verdict == "void" else None,
        outcome=claim.outcome,
        as_of=claim.as_of,
    )


def _weigh(case: Case, fan: Fan | None, run: Run) -> ClaimFinding:
    claim, yardstick, factors = case.claim, case.yardstick, run.factors.of(case.claim)
    assert claim.query is not None
    there = ~np.isnan(case.values)
    values = case.values[there]
    weights = None if case.weights is None else case.weights[there]
    verdict = yardstick.verdict(values, weights)
    agreement = None if yardstick.kind == "none" else yardstick.agreement(values, verdict, weights)
    pooled = spread_of(yardstick.answers(values), weights, yes_or_no=case.kind == "comparison")
    baseline = _baseline(case)
    kept = restrict(factors, there[factors.order])
    shown = case.values[kept.order]
    counts = None if case.weights is None else case.weights[kept.order]
    # How far a comparison is met says more than whether it is.
    drivers = find_drivers(kept, shown if case.gap is None else case.gap[kept.order], counts)
    flip = find_flip(kept, shown, yardstick, verdict, drivers, counts)
    return ClaimFinding(
        id=claim.id,
        text=claim.text,
        says=claim.says,
        band=case.band,
        about=about_of(claim),
        kind=case.kind,
        verdict=verdict,
        spread=pooled,
        gap=None if case.gap is None else spread_of(case.gap[there]),
        gap_in_points=case.gap is not None
        and all(isinstance(item, Likelihood) for item in leaves_of(claim.query.expression)),
        shares=yardstick.shares(values, weights),
        agreement=agreement,
        agreement_error=None if agreement is None else error_of_share(agreement, len(values)),
        robust=None if agreement is None or len(values) == 1 else agreement >= ROBUST,
        void=float(1 - there.mean()),
        condition=None if case.weights is None else float(case.weights.mean()),
        void_error=error_of_share(float(1 - there.mean()), len(there)),
        baseline=baseline,
        from_argument=_from_argument(case, pooled.mean, verdict, baseline),
        drivers=drivers,
        flip=None if isinstance(flip, str) else flip,
        no_flip=flip if isinstance(flip, str) else None,
        counterexample=_find_counterexample(case, verdict, drivers, run),
        outcome=claim.outcome,
        as_of=claim.as_of,
        fan=fan,
    )


def _find_counterexample(case: Case, verdict: Verdict, drivers: Sequence[Driver], run: Run) -> CounterExample | None:
    moving = [name for driver in drivers for name in (driver.input, *driver.also)]
    found = find_counterexample(case.values, case.yardstick, verdict, run.plausibility, moving, case.weights)
    if found is None or case.gap is None:
        return found
    return replace(found, value=float(case.gap[found.draw]))


def spread_of(
    values: NDArray[np.float64], weights: NDArray[np.float64] | None = None, *, yes_or_no: bool = False
) -> Spread:
    """Mean, 5th and 95th percentile and standard error over draws, shape (n,), n at least 1."""
    pooled = pool(values, weights, yes_or_no=yes_or_no)
    return Spread(pooled.mean, pooled.p5, pooled.p95, pooled.error)


def _baseline(case: Case) -> Baseline | None:
    """The coin toss by the same yardstick; None where the run has none or it is void throughout."""
    if case.coin is None or np.isnan(case.coin).all():
        return None
    there = ~np.isnan(case.coin)
    coin, weights = case.coin[there], None if case.coin_weights is None else case.coin_weights[there]
    pooled = pool(case.yardstick.answers(coin), weights, yes_or_no=case.kind == "comparison")
    return Baseline(pooled.mean, pooled.error, case.yardstick.verdict(coin, weights))


def _from_argument(case: Case, mean: float, verdict: Verdict, baseline: Baseline | None) -> bool | None:
    if baseline is None or case.kind == "number":
        return None
    if case.yardstick.kind == "effect":  # how far it moves says more than which way
        assert case.coin is not None
        apart = abs(float(np.nanmean(case.values)) - float(np.nanmean(case.coin)))
        return verdict != baseline.verdict or apart > case.yardstick.by
    return verdict != baseline.verdict or abs(mean - baseline.mean) > POINTS


def _fan(claim: Claim, ensemble: Ensemble, as_of: date) -> Fan | None:
    """The claim's probability over time, up to the date it names; None when the run traced none or all is void."""
    assert claim.query is not None
    asked = claim.query.expression
    model = ensemble.curves.get(f"curve/{claim.id}")
    if model is None or not isinstance(asked, Probability) or asked.after is not None:
        return None
    months = np.array(ensemble.method["months"], dtype=np.float64)
    before = months < asked.time

    def trace(
        kind: str, given: str, curve: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        # The grid seldom meets the claim's own date, whose value is known.
        whole = np.column_stack([curve[:, before], ensemble.numbers[f"{kind}/{claim.id}"]])
        there, weights = ~np.isnan(whole).any(axis=1), ensemble.numbers.get(f"{given}/{claim.id}")
        return np.asarray(whole[there]), None if weights is None else weights[there]

    lines, weights = trace("claim", "given", model)
    if not len(lines):
        return None
    p5, p25, p75, p95 = find_quantiles(lines, weights, [0.05, 0.25, 0.75, 0.95])
    mean = np.average(lines, axis=0, weights=weights)
    coin = ensemble.curves.get(f"curve-coin/{claim.id}")
    tossed, counts = (np.empty((0, 0)), None) if coin is None else trace("coin", "given-coin", coin)
    times = np.append(months[before], asked.time)
    mean_tossed, error_tossed = (
        (np.average(tossed, axis=0, weights=counts), _errors(tossed, counts)) if len(tossed) else (None, None)
    )
    return Fan(times, mean, _errors(lines, weights), p5, p25, p75, p95, mean_tossed, error_tossed, as_of)


def _errors(lines: NDArray[np.float64], weights: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Standard errors of the mean of curves, shape (draws, times): shape (times,)."""
    return np.array([pool(column, weights).error for column in lines.T])


#: how much a verdict tells somebody who believed the claim
_WEIGHT = {
    "lower": 6,
    "higher": 6,
    "fails": 5,
    "excluded": 5,
    "understated": 4,
    "supported": 4,
    "contested": 3,
    "assumed": 3,
    "holds": 2,
    "open": 1,
}
#: verdicts from this weight on contradict the claim
CONTRARY = 5
#: claims on the first screen, and how many of them may share a verdict
HEADLINES, ALIKE = 5, 2


def choose_headlines(claims: Iterable[ClaimFinding]) -> tuple[str, ...]:
    """Ids of the claims that matter most: what contradicts the assessment, is robust, and is the argument's own doing.

    A verdict without a baseline (it follows from how the levers hang together) counts like one the coin toss earns.
    """

    def weight(claim: ClaimFinding) -> float:
        base = _WEIGHT[claim.verdict] + 1.5 * (claim.robust is True) + 1.5 * (claim.flip is not None)
        # That the argument does not carry a claim is news also where the coin toss says the same.
        own = 1.0 if claim.from_argument else 0.75 if _WEIGHT[claim.verdict] >= CONTRARY else 0.5
        return base * own

    ranked = sorted((claim for claim in claims if claim.verdict in _WEIGHT), key=lambda c: (-weight(c), c.id))
    chosen: list[ClaimFinding] = []
    for claim in ranked:
        if len(chosen) < HEADLINES and sum(other.verdict == claim.verdict for other in chosen) < ALIKE:
            chosen.append(claim)
    return tuple(claim.id for claim in chosen)
