"""The frozen nouns of what evidence does: to readings, to inputs, to claims. Data only; sentences are made elsewhere.

A draw's weight is the probability it gives to everything observed so far. Every ``error`` is the standard error over
draws of the figure beside it, with draws weighted so; NaN where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from detente.display import Drawn
from detente.scenario.model import Evidence

State = Literal["enough", "too few", "impossible", "no evidence"]
#: how the posterior over draws is made, in one line for the record
METHOD = "importance weights: a draw counts by the probability it gives to what was observed, given what was before"
#: fewer effective draws than this are too few, and so is less than this share of the draws, unless it comes to many
LEAST_DRAWS, LEAST_SHARE, MANY_DRAWS = 16.0, 0.1, 200.0


@dataclass(frozen=True, slots=True)
class Posterior:
    """A claim once the evidence counts."""

    mean: float
    #: weighted 5th and 95th percentile over draws
    p5: float
    p95: float
    error: float
    #: by the claim's own yardstick
    verdict: str
    #: effective draws (Kish)
    effective: float
    #: whether each draw's figure is itself conditioned on the evidence, exactly; else draws are only weighted, as for
    #: comparisons, numbers and what is conditional or supposed
    within: bool


@dataclass(frozen=True, slots=True)
class ReadingShare:
    """One reading of one actor, before and after the evidence."""

    actor: str
    reading: str
    #: draws with it
    draws: int
    prior: float
    prior_error: float
    posterior: float
    posterior_error: float
    #: effective draws with it, after all evidence
    effective: float
    #: whether its posterior is at least the stated share
    survives: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One observation under one reading."""

    actor: str
    reading: str
    #: log10 of the observation's mean probability over the draws with this reading, given what was before; minus
    #: infinity where it is impossible
    log10: float
    error: float
    #: what it multiplied the reading's probability by
    factor: float
    #: the reading's probability after it
    after: float


@dataclass(frozen=True, slots=True)
class Step:
    """One observation, in order of date."""

    place: int
    item: Evidence
    #: its mean probability over draws, given what was before
    likelihood: float
    error: float
    #: effective draws (Kish) once it counts
    effective: float
    cells: tuple[Cell, ...]
    #: by actor: how far it tells the readings apart, as the standard deviation of ``log10`` over them, each counting by
    #: its probability before; infinite when it is impossible under some only
    diagnosticity: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """A numeric input that the evidence moved."""

    input: str
    prior: float
    posterior: float
    error: float
    #: standard deviation over draws before
    deviation: float
    #: posterior minus prior, in prior standard deviations, and its standard error
    shift: float
    shift_error: float


@dataclass(frozen=True, slots=True)
class Tempered:
    """A continuation by tempered sequential Monte Carlo: approximate, with its own Monte Carlo error."""

    particles: int
    seed: int
    #: exponents of the likelihood, rising to 1; and per level the share of proposals accepted
    levels: tuple[float, ...]
    acceptance: tuple[float, ...]
    #: how many of the first particles the last ones descend from
    ancestors: int
    #: likelihoods computed
    evaluations: int
    readings: tuple[ReadingShare, ...]
    inputs: tuple[Learned, ...]
    #: by claim: mean over particles of its probability given the evidence within the draw, and standard error
    claims: tuple[tuple[str, float, float], ...]
    method: str


@dataclass(frozen=True, slots=True)
class Update(Drawn):
    """What the evidence up to a date does."""

    title: str
    digest: str
    seed: int
    draws: int
    #: the last date that counts; None for all evidence
    until: date | None
    #: a reading survives from this posterior on
    threshold: float
    steps: tuple[Step, ...]
    #: evidence of the file dated later, which does not count
    later: int
    #: the first observation that is impossible in every draw left; None when all are possible. Nothing is weighted then
    impossible: int | None
    readings: tuple[ReadingShare, ...]
    inputs: tuple[Learned, ...]
    #: effective draws (Kish) after the last observation
    effective: float
    #: ``enough``, or ``too few`` effective draws to read the posterior off (see ``LEAST_DRAWS``, ``LEAST_SHARE``)
    state: State
    tempered: Tempered | None = None
    method: str = field(default=METHOD)

    def __repr__(self) -> str:
        return f"<Update {self.title!r}: {len(self.steps)} observations, {self.effective:.3g} of {self.draws} draws>"

    def __str__(self) -> str:
        rows = [f"{'seen':>5} {'date':<10} {'P':>8} {'effective':>9}  observation"]
        for step in self.steps:
            told = f"{step.likelihood:8.2g} {step.effective:9.1f}  {name_evidence(step.item)}"
            rows.append(f"{step.place:>5} {step.item.on} {told}"[:100])
        rows += ["", f"{'prior':>7} {'posterior':>9} {'±error':>7}  reading"]
        rows += [
            f"{share.prior:7.3f} {share.posterior:9.3f} {share.posterior_error:7.3f}  {share.actor} as {share.reading}"
            for share in self.readings
        ]
        return "\n".join(rows)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape; NaN becomes None."""
        from detente.findings.findings import plain_data

        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer


def name_evidence(item: Evidence) -> str:
    """``seen talks``, ``not seen by then: talks``."""
    seen = "not seen" if item.negated else "seen"
    return f"{seen}{' by then' if item.by else ''}: {item.seen}"
