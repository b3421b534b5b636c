"""Every model put to every issue whose outcome is known, and the yardsticks beside them.

A model's point has its distance to the outcome as its error and as its CRPS, as a point is a distribution too. Where a
model gives a distribution, that is scored, and its central 50 and 80 % intervals run between quantiles, ends included.
The point of the default and of the yardsticks is the median. The probabilistic Condorcet election has a point of its
own, and its odds over positions are its distribution.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from detente.errors import DetenteError
from detente.findings.dossiers import Sample, lay_dossier
from detente.game.exchange.deu import TOP, Decision
from detente.solvers.bargaining.crps import find_crps
from detente.solvers.bargaining.models import DEFAULT, MODELS, settle
from detente.solvers.bargaining.prediction import Prediction, predict
from detente.solvers.bargaining.stakes import Floats

Progress = Callable[[int, int], None]

#: the model that the others are held against
BASE = "compromise"
#: models that say nothing on an issue alone: they get the scored issues of a proposal together
LINKED = ("exchange",)
#: lower ends of the central intervals, 50 and 80 %, and the median
QUANTILES = np.array([0.1, 0.25, 0.5, 0.75, 0.9])

ALONE = "no other scored issue in its dossier"
ABSENT = "nobody has a stake in all issues of its dossier"
NO_ANSWER = "the model has no answer with these numbers"


@dataclass(frozen=True, eq=False, slots=True)
class Answers:
    """What a forecaster says on the n issues of a sample, scored; NaN where it says nothing."""

    id: str
    name: str
    #: float64 (n,): distance of its point from the outcome, and CRPS
    errors: Floats = field(repr=False)
    crps: Floats = field(repr=False)
    #: float64 (n,): 1 where the outcome lies in the central 50 and 80 % interval, else 0; None of a point
    half: Floats | None = field(default=None, repr=False)
    wide: Floats | None = field(default=None, repr=False)
    #: issues it says nothing on, by reason
    left_out: Mapping[str, int] = field(default_factory=dict)


def score_prediction(prediction: Prediction, outcomes: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Distance of the median, CRPS, and whether the 50 and the 80 % interval cover the outcome, each (D,)."""
    tenth, quarter, median, other, ninth = prediction.find_quantiles(QUANTILES).T
    half = ((quarter <= outcomes) & (outcomes <= other)).astype(np.float64)
    wide = ((tenth <= outcomes) & (outcomes <= ninth)).astype(np.float64)
    return np.abs(median - outcomes), find_crps(prediction, outcomes), half, wide


def ask_models(sample: Sample, models: Sequence[str], progress: Progress | None = None) -> Iterator[Answers]:
    """The models of the registry one after the other, each on every issue."""
    issues = len(sample.decisions)
    for place, model in enumerate(models):

        def tell(done: int, before: int = place * issues) -> None:
            if progress is not None:
                progress(before + done, len(models) * issues)

        yield _ask_model(model, sample, tell)


def list_yardsticks(sample: Sample) -> tuple[Answers, ...]:
    """Forecasts without a model of bargaining: the positions as they are weighted, and how other proposals came out."""
    stakes, outcomes = sample.stakes, sample.outcomes
    weighted, cared = stakes.weights[:, :, 0], np.where(stakes.capabilities > 0, stakes.saliences, 0.0)[:, :, 0]
    positions = stakes.positions[:, :, 0]
    others = np.broadcast_to(outcomes, (len(outcomes), len(outcomes)))
    apart = (sample.codes[:, None] != sample.codes[None, :]).astype(np.float64)
    alone = apart.sum(axis=1) == 0
    found = [
        ("positions", "Positions by capability and salience", positions, weighted),
        ("positions-by-salience", "Positions by salience", positions, cared),
        ("climatology", "Outcomes of the other dossiers", others, np.where(alone[:, None], 1.0, apart)),
    ]
    answers = []
    for id_, name, points, weights in found:
        scores = score_prediction(gather_points(points, weights), outcomes)
        silent = alone if id_ == "climatology" else np.zeros_like(alone)
        errors, crps, half, wide = (np.where(silent, np.nan, values) for values in scores)
        reasons = {"there is no other dossier": int(silent.sum())} if silent.any() else {}
        answers.append(Answers(id_, name, errors, crps, half, wide, reasons))
    return tuple(answers)


def _ask_model(model: str, sample: Sample, tell: Callable[[int], None]) -> Answers:
    scores = np.full((4, len(sample.decisions)), np.nan)
    reasons: Counter[str] = Counter()
    done = 0
    for places in _group(model, sample):
        decisions = [sample.decisions[place] for place in places]
        found = _score_group(model, decisions)
        if isinstance(found, str):
            reasons[found] += len(places)
        else:
            scores[:, places] = found
            reasons[NO_ANSWER] += int(np.isnan(found[0]).sum())
        done += len(places)
        tell(done)
    errors, crps, half, wide = scores
    spread = not np.isnan(half).all()
    told = {reason: count for reason, count in reasons.items() if count}
    return Answers(model, MODELS[model].name, errors, crps, half if spread else None, wide if spread else None, told)


def _group(model: str, sample: Sample) -> list[list[int]]:
    """Which issues a model is asked about together, by their places."""
    if model not in LINKED:
        return [[place] for place in range(len(sample.decisions))]
    return [np.flatnonzero(sample.codes == code).tolist() for code in range(len(sample.dossiers))]


def _score_group(model: str, decisions: Sequence[Decision]) -> Floats | str:
    """Errors, CRPS and the two coverages (NaN of a point), (4, k); or why there are none."""
    stakes = lay_dossier(decisions)
    outcomes = np.array([item.outcome for item in decisions])
    if model in LINKED and len(decisions) < 2:
        return ALONE
    if not stakes.present.all(axis=1).any():
        return ABSENT
    try:
        kept = stakes.together()
        if model == DEFAULT:
            return np.stack(score_prediction(predict(kept), outcomes))
        found = settle(model, kept)
    except DetenteError as error:
        issues = getattr(error, "issues", ())
        return " ".join(issue.message for issue in issues) or str(error)
    except (ArithmeticError, ValueError) as error:
        return f"it broke down ({error})"
    errors = np.abs(found.outcomes[0] - outcomes)
    if found.odds is not None and not MODELS[model].dynamic:
        spread = gather_points(kept.positions[:, :, 0], found.odds[:, :, 0])
        return np.stack([errors, *score_prediction(spread, outcomes)[1:]])
    return np.stack([errors, errors, np.full_like(errors, np.nan), np.full_like(errors, np.nan)])


def gather_points(points: Floats, weights: Floats) -> Prediction:
    """The distribution of points with weights, (D, m) each, on the scale of the data; weights are made shares."""
    masses = weights / weights.sum(axis=1, keepdims=True)
    nothing = np.zeros(len(points))
    return Prediction(0.0, TOP, points, masses, nothing, nothing, np.ones(len(points)))
