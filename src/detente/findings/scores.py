"""Scoring rules over claims that came out yes or no, and the nouns that hold them. Lower scores are better.

A mean over claims has the standard error ``s / sqrt(n)``, as if claims were independent, which those of one assessment
are not; it is 0 where all came out alike, though others might not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from detente.display import Drawn
from detente.ensemble.precision import error_of_mean, error_of_share

Floats = NDArray[np.float64]
Name = Literal["word", "model", "coin toss", "base rate", "one half"]

#: probabilities are held inside [CLIP, 1 - CLIP] for the logarithmic score, which is infinite for a sure miss
CLIP = 0.01
#: an interval is scored as one that misses with this probability: the model's runs from the 5th to the 95th percentile
ALPHA = 0.10
#: claims that must have come out before calibration is told
ENOUGH = 30
#: inner edges of the bins of the calibration table
EDGES = (0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True, slots=True)
class Forecaster:
    """The scores of one forecaster over some claims."""

    name: Name
    brier: float
    brier_error: float
    logarithmic: float
    logarithmic_error: float
    #: 1 - Brier / Brier of the reference: 1 is perfect, 0 no better than it; NaN where the reference is perfect
    over_base_rate: float
    over_base_rate_error: float
    over_one_half: float
    over_one_half_error: float


@dataclass(frozen=True, slots=True)
class Score:
    """Several forecasters on the same claims."""

    claims: int
    #: claims among them that came out yes
    yes: int
    #: the model first, or the word and then the model
    forecasters: tuple[Forecaster, ...]

    def of(self, name: str) -> Forecaster | None:
        """The forecaster of that name; None where it has no forecast on one of the claims."""
        return next((one for one in self.forecasters if one.name == name), None)


@dataclass(frozen=True, slots=True)
class IntervalScore:
    """Mean interval scores of the words' ranges and of the model's 5-95 % of draws, on the same claims."""

    over: Literal["words on the scale", "words off the scale"]
    claims: int
    word: float
    word_error: float
    model: float
    model_error: float


@dataclass(frozen=True, slots=True)
class Bin:
    """The forecasts of one bin of the calibration table."""

    low: float
    high: float
    claims: int
    #: mean forecast; NaN in an empty bin
    forecast: float
    #: share that came out yes, with half of Wilson's interval (1927)
    yes: float
    yes_error: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether what is given 70 % happens seven times in ten."""

    bins: tuple[Bin, ...]
    #: Brier = reliability - resolution + uncertainty + within (Murphy 1973; Stephenson, Coelho & Jolliffe 2008)
    reliability: float
    resolution: float
    uncertainty: float
    #: what the spread of forecasts inside the bins adds
    within: float


@dataclass(frozen=True, slots=True)
class Scored:
    """One claim that came out yes or no, with what was said of it."""

    claim: str
    outcome: Literal["yes", "no"]
    #: the date its query names; None for ``within ... after``, which names none
    due: date | None
    #: the word's range, and whether it is on the scale; None without a word that has a range
    low: float | None
    high: float | None
    on_scale: bool
    model: float
    model_error: float
    p5: float
    p95: float
    #: mean of the coin toss; None where the run has none
    coin: float | None
    brier: float
    logarithmic: float


@dataclass(frozen=True, slots=True)
class Hits:
    """Comparisons, stabilities and reaches that came out yes or no: right, wrong, or not decided by the model."""

    right: int
    wrong: int
    contested: int


@dataclass(frozen=True, slots=True)
class ScaleScore:
    """The words under another scale of estimative words, each as the middle of its range there."""

    scale: str
    #: claims that came out and whose word this scale has
    claims: int
    #: NaN without any
    brier: float
    brier_error: float
    logarithmic: float
    logarithmic_error: float


@dataclass(frozen=True, slots=True)
class Record(Drawn):
    """How much of the assessment can be judged, and how it came out."""

    claims: int
    #: claims that a query stands for
    queried: int
    #: claims with a word that the scale gives a number and a probability to hold against it
    worded: int
    #: outcomes by value: yes, no, void, unresolved, unscorable
    outcomes: Mapping[str, int]
    #: of the outcomes that say so, how many came out for the reason the model gives: right, wrong
    mechanisms: Mapping[str, int]
    #: probabilities that came out yes or no in time
    scored: tuple[Scored, ...]
    #: claims whose yes is dated after the date their query names: a contradiction in the file, not scored
    late: tuple[str, ...]
    #: over claims with a scorable word, and over every probability; None when none has come out
    score_worded: Score | None
    score_all: Score | None
    intervals: tuple[IntervalScore, ...]
    #: the file's scale first
    scales: tuple[ScaleScore, ...]
    hits: Hits
    #: of the model over every probability; None under ``enough`` claims
    calibration: Calibration | None
    enough: int
    #: how each score is got
    method: Mapping[str, str]

    def __repr__(self) -> str:
        came = ", ".join(f"{count} {value}" for value, count in self.outcomes.items())
        return f"<Record of {self.claims} claims: {came or 'none came out'}, {len(self.scored)} scored>"

    def __str__(self) -> str:
        score = self.score_all
        if score is None:
            return f"No probability came out yes or no; {self.claims} claims, {self.queried} with a query."
        lines = [
            f"{score.claims} probabilities came out, {score.yes} of them yes.",
            f"{'':<12} {'Brier':>14} logarithmic",
        ]
        for one in score.forecasters:
            brier_told = f"{one.brier:.3f} ±{one.brier_error:.3f}"
            lines.append(f"{one.name:<12} {brier_told:>14} {one.logarithmic:.3f} ±{one.logarithmic_error:.3f}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape; NaN becomes None."""
        from detente.findings.findings import plain_data

        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer


def brier(p: Floats, y: Floats) -> Floats:
    """Squared distance of probability from outcome, 0 or 1 (Brier 1950, for one of two outcomes)."""
    return np.square(p - y)


def logarithmic(p: Floats, y: Floats) -> Floats:
    """``-ln`` of the probability given to what happened (Good 1952), p held inside [CLIP, 1 - CLIP]."""
    held = np.clip(p, CLIP, 1 - CLIP)
    return -np.log(np.where(y > 0.5, held, 1 - held))


def interval(low: Floats, high: Floats, y: Floats) -> Floats:
    """Width, and 2 / ALPHA times the distance of the outcome beyond an end (Gneiting & Raftery 2007, eq. 43)."""
    return (high - low) + 2 / ALPHA * (np.maximum(low - y, 0) + np.maximum(y - high, 0))


def skill(scores: Floats, reference: Floats) -> tuple[float, float]:
    """1 - mean score / mean reference over the same claims, and its standard error (delta method of a ratio).

    NaN where the reference is perfect. Of the base rate of the very claims, which makes its own score least, the error
    needs no further term.
    """
    base = float(reference.mean())
    if base == 0:
        return float("nan"), float("nan")
    ratio = float(scores.mean()) / base
    return 1 - ratio, error_of_mean((scores - ratio * reference) / base)


def score_all(forecasts: Mapping[Name, Floats], y: Floats) -> Score:
    """Scores of every forecaster, of the base rate of the claims themselves and of one half; y of shape (n,), n > 0."""
    rate, half = np.full(len(y), y.mean()), np.full(len(y), 0.5)
    whole: dict[Name, Floats]
    whole = {**forecasts, "base rate": rate, "one half": half}
    found = []
    for name, p in whole.items():
        squares, logs = brier(p, y), logarithmic(p, y)
        found.append(
            Forecaster(
                name,
                float(squares.mean()),
                error_of_mean(squares),
                float(logs.mean()),
                error_of_mean(logs),
                *skill(squares, brier(rate, y)),
                *skill(squares, brier(half, y)),
            )
        )
    return Score(len(y), int(y.sum()), tuple(found))


def calibrate(p: Floats, y: Floats) -> Calibration:
    """Forecasts of shape (n,) in five bins of equal width, and Murphy's parts of their Brier score."""
    place = np.searchsorted(EDGES, p, side="right")
    ends = (0.0, *EDGES, 1.0)
    bins, parts = [], np.zeros(3)
    for k in range(len(ends) - 1):
        inside = place == k
        n = int(inside.sum())
        forecast, share = (float(v[inside].mean()) if n else float("nan") for v in (p, y))
        bins.append(Bin(ends[k], ends[k + 1], n, forecast, share, error_of_share(share, n)))
        if n:
            apart = (p[inside] - forecast) ** 2 - 2 * (p[inside] - forecast) * (y[inside] - share)
            parts += np.array([n * (forecast - share) ** 2, n * (share - y.mean()) ** 2, apart.sum()]) / len(y)
    reliability, resolution, within = (float(part) for part in parts)
    return Calibration(tuple(bins), reliability, resolution, float(y.mean() * (1 - y.mean())), within)
