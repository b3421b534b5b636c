"""How every model of bargaining has done on decisions whose outcome is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from detente.display import Drawn
from detente.errors import Issue, QueryError
from detente.findings.clusters import COVERED, Estimate, Resamples, draw_groups
from detente.findings.dossiers import FEWEST, take_sample
from detente.findings.forecasters import BASE, Answers, ask_models, list_yardsticks
from detente.findings.refit import AIM, PARTS, SHUFFLES, WEIGHT, Fit, Plan, fit_all
from detente.findings.training import FITTED_ON
from detente.game.exchange.deu import Decisions
from detente.scenario.slips import suggest
from detente.solvers.bargaining.models import MODELS
from detente.solvers.bargaining.prediction import FITTED, Constants
from detente.solvers.bargaining.stakes import Floats

Kind = Literal["model", "yardstick", "out of fold"]
#: told of long work: what it is, then how much is done of how much
Follow = Callable[[str], Callable[[int, int], None]]

#: how the figures are got
METHOD: Mapping[str, str] = {
    "scored": f"issues with an outcome and at least {FEWEST} actors who have a position and a salience; scale 0 to 100",
    "capability": "votes in the Council at the time, later population; the data have none of their own",
    "errors": "distance of the point from the outcome; the point of the default and of the yardsticks is the median",
    "crps": "continuous ranked probability score; of a point its distance",
    "coverage": "share of outcomes in the central interval, its ends included",
    "interval": f"middle {COVERED:.0%} over samples of whole dossiers drawn with replacement",
    "difference": f"to the {MODELS[BASE].name.lower()} on the same issues and samples; below 0 is better",
    "skill": "1 - CRPS / CRPS of the positions weighted by capability and salience, on the same issues",
    "fit": f"least mean CRPS / 100 + {WEIGHT:g} max(0, coverage of the 80 % interval - {AIM:g})^2; out of fold: "
    f"{PARTS} parts of whole dossiers, mean of {SHUFFLES} shuffles",
}


@dataclass(frozen=True, slots=True)
class ModelScore:
    """One forecaster on the issues it says something on."""

    id: str
    name: str
    kind: Kind
    issues: int
    dossiers: int
    #: mean and median distance of the point from the outcome, and mean CRPS, on a scale of 0 to 100
    mae: Estimate
    median_error: Estimate
    crps: Estimate
    #: share of outcomes in the central 50 and 80 % interval; None of a point
    half: Estimate | None
    wide: Estimate | None
    #: to the compromise model on the same issues; below 0 is better
    mae_difference: Estimate
    crps_difference: Estimate
    #: 1 - CRPS / CRPS of the positions weighted by capability and salience
    skill: Estimate
    #: issues it says nothing on, by reason
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Refit:
    """Constants fitted to the file anew, scored on what they were not fitted on."""

    plan: Plan
    constants: Constants
    #: standard deviation of each over the fits on nine tenths of the dossiers
    wander: Constants
    #: standard deviation of mean CRPS over the tenths left out
    parts: float
    #: out of fold
    score: ModelScore


@dataclass(frozen=True, slots=True)
class Backtest(Drawn):
    """Every model on every decision of a file, with intervals over dossiers."""

    file: str
    #: sha256 of the file
    digest: str
    #: that are scored
    issues: int
    dossiers: int
    #: issues of the file that are not scored, by reason
    left_out: Mapping[str, int]
    remarks: tuple[str, ...]
    #: of the dossiers scored, those the shipped constants were fitted on: for them the default is no forecast
    fitted_on: int
    seed: int
    resamples: int
    #: shipped
    constants: Constants
    scores: tuple[ModelScore, ...]
    #: one per plan, the last the one that is shipped; empty unless asked for
    refits: tuple[Refit, ...]
    method: Mapping[str, str] = field(repr=False)

    def __repr__(self) -> str:
        return f"<Backtest of {len(self.scores)} forecasters on {self.issues} issues of {self.dossiers} dossiers>"

    def __str__(self) -> str:
        lines = [
            f"{self.issues} issues of {self.dossiers} dossiers, seed {self.seed}, {self.resamples} samples",
            f"{'':<38} {'issues':>6} {'MAE':>6} {'CRPS':>6} {'50 %':>6} {'80 %':>6}",
        ]
        for one in self.scores:
            covered = ("-" if share is None else f"{100 * share.value:.0f} %" for share in (one.half, one.wide))
            half, wide = covered
            mae, crps = (f"{figure.value:.1f}" if one.issues else "-" for figure in (one.mae, one.crps))
            lines.append(f"{one.name[:38]:<38} {one.issues:>6} {mae:>6} {crps:>6} {half:>6} {wide:>6}")
        return "\n".join(lines)

    def of(self, id: str) -> ModelScore:  # noqa: A002 - what results call it
        """The forecaster of that id. Raises KeyError."""
        return {one.id: one for one in self.scores}[id]

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape; NaN becomes None."""
        from detente.findings.findings import plain_data

        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer


@dataclass(frozen=True, slots=True)
class Scoring:
    """How intervals are drawn, and of which issues."""

    seed: int
    resamples: int
    #: only dossiers that the shipped constants were not fitted on
    unseen: bool = False
    #: whether the constants are fitted anew
    refit: bool = False


def score_models(
    decisions: Decisions, models: Sequence[str], scoring: Scoring, follow: Follow | None = None
) -> Backtest:
    """Score models of the registry and the yardsticks. Raises QueryError when nothing is left to score."""
    check_models(models)
    sample = take_sample(decisions, FITTED_ON if scoring.unseen else frozenset())
    if not sample.decisions:
        told = "; ".join(f"{count} with {reason}" for reason, count in sample.left_out.items())
        message = "No issue of the file can be scored."
        raise QueryError([Issue(decisions.file, 0, 0, "", message, f"Left out are {told}." if told else "")])
    if scoring.refit and len(sample.dossiers) < PARTS:
        message = f"Constants are fitted to {PARTS} dossiers or more, and there are {len(sample.dossiers)}."
        raise QueryError([Issue("--refit", 0, 0, "", message, "Leave it out.")])
    samples = draw_groups(sample.codes, scoring.resamples, scoring.seed)
    watch = follow or (lambda what: lambda done, total: None)
    yardsticks = list_yardsticks(sample)
    (base,) = ask_models(sample, (BASE,))
    judge = _Judge(samples, base, yardsticks[0])
    answers = list(ask_models(sample, models, watch("models")))
    fits = fit_all(sample, scoring.seed, watch("refitting")) if scoring.refit else ()
    scores = [judge.score(one, "model") for one in answers]
    scores += [judge.score(fit.answers, "out of fold") for fit in fits[-1:]]
    scores += [judge.score(one, "yardstick") for one in yardsticks]
    return Backtest(
        file=decisions.file,
        digest=decisions.digest,
        issues=len(sample.decisions),
        dossiers=len(sample.dossiers),
        left_out=sample.left_out,
        remarks=decisions.remarks,
        fitted_on=len(FITTED_ON & {*sample.dossiers}),
        seed=scoring.seed,
        resamples=scoring.resamples,
        constants=FITTED,
        scores=tuple(scores),
        refits=tuple(_tell_fit(fit, judge) for fit in fits),
        method=METHOD,
    )


def check_models(models: Iterable[str]) -> None:
    """Raise QueryError for names that are no model's."""
    wrong = [name for name in models if name not in MODELS]
    if wrong:
        raise QueryError(
            [Issue("--model", 0, 0, "", f"No model '{name[:40]}'.", suggest(name, MODELS)) for name in wrong]
        )


@dataclass(frozen=True, eq=False, slots=True)
class _Judge:
    """What every forecaster is held against."""

    samples: Resamples
    base: Answers
    positions: Answers

    def score(self, answers: Answers, kind: Kind) -> ModelScore:
        there = np.isfinite(answers.crps)

        def share(values: Floats | None) -> Estimate | None:
            return None if values is None else self.samples.find_mean(values)

        return ModelScore(
            id=answers.id,
            name=answers.name,
            kind=kind,
            issues=int(there.sum()),
            dossiers=len(np.unique(self.samples.codes[there])),
            mae=self.samples.find_mean(answers.errors),
            median_error=self.samples.find_median(answers.errors),
            crps=self.samples.find_mean(answers.crps),
            half=share(answers.half),
            wide=share(answers.wide),
            mae_difference=self.samples.find_mean(answers.errors - self.base.errors),
            crps_difference=self.samples.find_mean(answers.crps - self.base.crps),
            skill=self.samples.find_skill(answers.crps, self.positions.crps),
            left_out=answers.left_out,
        )


def _tell_fit(fit: Fit, judge: _Judge) -> Refit:
    return Refit(fit.plan, fit.constants, fit.wander, fit.parts, judge.score(fit.answers, "out of fold"))
