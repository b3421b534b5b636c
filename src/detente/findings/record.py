"""How much of an assessment can be judged at all, and how the judged part came out.

What is scored is always the forecast made without any evidence: observations never touch it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from detente.ensemble.precision import error_of_mean
from detente.findings.scores import (
    ALPHA,
    CLIP,
    ENOUGH,
    Floats,
    Hits,
    IntervalScore,
    Name,
    Record,
    ScaleScore,
    Score,
    Scored,
    brier,
    calibrate,
    interval,
    logarithmic,
    score_all,
)
from detente.findings.yardsticks import LITTLE, MUCH
from detente.scenario.model import DAYS_PER_MONTH, Scenario, Word
from detente.scenario.queries import Probability
from detente.scenario.words import SCALES, find_off_scale, find_word

if TYPE_CHECKING:
    from detente.findings.findings import ClaimFinding

#: how scores are got, in words that stand beside them
METHOD: Mapping[str, str] = {
    "forecasts": "prior: no evidence has touched them; a word counts as the middle of its range",
    "Brier": "mean squared distance of probability from outcome (Brier 1950)",
    "logarithmic": f"-ln of the probability of what happened, held inside {CLIP:g} to {1 - CLIP:g}",
    "interval": f"width + {2 / ALPHA:g} times the miss (Gneiting & Raftery 2007, alpha {ALPHA:g}); 0 to 1 scores 1",
    "off the scale": f"a word without a number counts as the range {LITTLE:g} to {MUCH:g} that its verdicts allow",
    "base rate": "the share of yes among these very claims: known only afterwards, so hard to beat",
    "errors": "s / sqrt(n) over claims as if these were independent",
}


def tally(claims: Sequence[ClaimFinding], scenario: Scenario) -> Record:
    """Coverage, outcomes and scores of claims as they were judged without evidence."""
    scored, late = _collect(claims, scenario)
    worded = [item for item in scored if item.on_scale]
    told = [claim.outcome for claim in claims if claim.outcome is not None]
    model, y = np.array([item.model for item in scored]), _outcomes(scored)
    return Record(
        claims=len(claims),
        queried=sum(claim.kind != "none" for claim in claims),
        worded=sum(claim.band is not None and claim.kind == "probability" for claim in claims),
        outcomes=_count(outcome.value for outcome in told),
        mechanisms=_count(outcome.mechanism for outcome in told if outcome.mechanism is not None),
        scored=scored,
        late=late,
        score_worded=_score(worded, worded=True),
        score_all=_score(scored),
        intervals=_score_intervals(scored),
        scales=_score_scales({claim.id: claim.says or "" for claim in claims}, scored, scenario),
        hits=_count_hits(claims),
        calibration=calibrate(model, y) if len(scored) >= ENOUGH else None,
        enough=ENOUGH,
        method=METHOD,
    )


def _count(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _collect(claims: Sequence[ClaimFinding], scenario: Scenario) -> tuple[tuple[Scored, ...], tuple[str, ...]]:
    """The probabilities that came out, by id so that no score hangs on the file's order, and those dated too late."""
    due = {claim.id: _find_due(claim.query.expression, scenario) for claim in scenario.claims if claim.query}
    scored, late = [], []
    for claim in sorted(claims, key=lambda item: item.id):
        outcome, spread, day = claim.outcome, claim.spread, due.get(claim.id)
        if claim.kind != "probability" or spread is None or outcome is None or outcome.value not in ("yes", "no"):
            continue
        if outcome.value == "yes" and outcome.on is not None and day is not None and outcome.on > day:
            late.append(claim.id)
            continue
        low, high = (claim.band.low, claim.band.high) if claim.band is not None else (None, None)
        if claim.band is None and find_off_scale(claim.says or ""):
            low, high = LITTLE, MUCH
        p, y = np.array([spread.mean]), np.array([float(outcome.value == "yes")])
        coin = None if claim.baseline is None else claim.baseline.mean
        rules = (float(rule(p, y)[0]) for rule in (brier, logarithmic))
        told = (low, high, claim.band is not None, spread.mean, spread.error, spread.p5, spread.p95, coin)
        scored.append(Scored(claim.id, "yes" if y[0] else "no", day, *told, *rules))
    return tuple(scored), tuple(late)


def _find_due(expression: object, scenario: Scenario) -> date | None:
    """The date a probability names."""
    if not isinstance(expression, Probability) or expression.after is not None:
        return None
    return scenario.as_of + timedelta(days=round(expression.time * DAYS_PER_MONTH))


def _outcomes(scored: Sequence[Scored]) -> Floats:
    return np.array([float(item.outcome == "yes") for item in scored])


def _score(scored: Sequence[Scored], *, worded: bool = False) -> Score | None:
    if not scored:
        return None
    forecasts: dict[Name, Floats] = {}
    if worded:
        forecasts["word"] = np.array([_middle(item.low, item.high) for item in scored])
    forecasts["model"] = np.array([item.model for item in scored])
    coins = [item.coin for item in scored if item.coin is not None]
    if len(coins) == len(scored):  # comparable only over the same claims
        forecasts["coin toss"] = np.array(coins)
    return score_all(forecasts, _outcomes(scored))


def _middle(low: float | None, high: float | None) -> float:
    assert low is not None
    assert high is not None
    return (low + high) / 2


def _score_intervals(scored: Sequence[Scored]) -> tuple[IntervalScore, ...]:
    found = []
    for on_scale in (True, False):
        items = [item for item in scored if item.low is not None and item.on_scale == on_scale]
        if not items:
            continue
        y = _outcomes(items)
        ends = [np.array([getattr(item, end) for item in items]) for end in ("low", "high", "p5", "p95")]
        word, model = interval(ends[0], ends[1], y), interval(ends[2], ends[3], y)
        over: Literal["words on the scale", "words off the scale"]
        over = "words on the scale" if on_scale else "words off the scale"
        figures = (figure for scores in (word, model) for figure in _mean(scores))
        found.append(IntervalScore(over, len(items), *figures))
    return tuple(found)


def _mean(scores: Floats) -> tuple[float, float]:
    return (float(scores.mean()), error_of_mean(scores)) if len(scores) else (float("nan"), float("nan"))


def _score_scales(says: Mapping[str, str], scored: Sequence[Scored], scenario: Scenario) -> tuple[ScaleScore, ...]:
    """The same words as every scale reads them; a scale of the file's own comes first."""
    scales: dict[str, Sequence[Word]] = {scenario.scale: scenario.words, **SCALES}
    scales[scenario.scale] = scenario.words
    found = []
    for name, words in scales.items():
        held = [(item, find_word(says[item.claim], words)) for item in scored]
        known = [(item, word) for item, word in held if word is not None]
        p = np.array([_middle(word.low, word.high) for _, word in known])
        y = _outcomes([item for item, _ in known])
        found.append(ScaleScore(name, len(known), *_mean(brier(p, y)), *_mean(logarithmic(p, y))))
    return tuple(found)


def _count_hits(claims: Sequence[ClaimFinding]) -> Hits:
    """By verdict: ``holds`` says yes, ``fails`` no."""
    said = {"holds": "yes", "fails": "no"}
    counts = Counter(
        "contested" if claim.verdict == "contested" else said.get(claim.verdict) == claim.outcome.value
        for claim in claims
        if claim.kind == "comparison" and claim.spread is not None
        if claim.outcome is not None and claim.outcome.value in ("yes", "no")
    )
    return Hits(counts[True], counts[False], counts["contested"])
