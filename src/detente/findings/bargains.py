"""The nouns of bargaining over terms. Lengths are in an issue's own unit, chances and shares between 0 and 1.

An ``error`` is a standard error over draws, as in the other findings; NaN where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.display import Drawn
from detente.findings.figures import cut, write_share
from detente.findings.findings import plain_data
from detente.solvers.bargaining.exchange import Exchange
from detente.solvers.bargaining.fragility import Fragility
from detente.solvers.bargaining.persuasion import Persuasion


@dataclass(frozen=True, slots=True)
class Over:
    """A number over draws."""

    mean: float
    error: float
    p5: float
    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where an actor stands on an issue at central values, and over draws where that is uncertain."""

    actor: str
    #: words for people
    name: str
    position: float
    salience: float
    capability: float
    #: of all capability times salience
    share: float
    #: None where it is certain, as all three may be
    positions: Over | None
    saliences: Over | None
    capabilities: Over | None


@dataclass(frozen=True, slots=True)
class RegionChance:
    """How likely the outcome lies in a named stretch of the scale."""

    #: as queries name it, and as the file writes it
    name: str
    label: str
    low: float
    high: float
    chance: float
    #: over draws; NaN at central values
    error: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """The default forecast of an issue: a distribution over its scale."""

    mean: float
    mean_error: float
    median: float
    median_error: float
    #: the intervals in which half, and four fifths, of all chance lies, as much of the rest below as above
    half: tuple[float, float]
    wide: tuple[float, float]
    regions: tuple[RegionChance, ...]
    #: ends of equal stretches of the scale, and the chance of each
    edges: tuple[float, ...] = field(repr=False)
    chances: tuple[float, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Track:
    """A model round by round, at central values."""

    actors: tuple[str, ...]
    #: shape (rounds + 1, actors): everybody's position before the first round and after each
    positions: tuple[tuple[float, ...], ...]
    #: shape (rounds + 1,): the model's point
    points: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ModelTerms:
    """What a model says of an issue."""

    model: str
    #: for people
    name: str
    source: str
    #: every switch it was run with
    switches: Mapping[str, str]
    #: whether it has rounds
    dynamic: bool
    #: at central values; NaN where it has no answer
    point: float
    #: whether it comes to rest, and after how many rounds; True and 0 for a model without rounds
    settled: bool
    rounds: int
    #: its point over draws; None where nothing is uncertain or it has no answer
    over: Over | None = None
    #: share of the draws in which it comes to rest; NaN without draws
    rest: float = float("nan")
    rest_error: float = float("nan")
    #: why it has no answer; empty when it has one
    reason: str = ""
    #: None for a model without rounds
    track: Track | None = field(default=None, repr=False)
    #: the chance it gives each actor's position of winning, by actor; empty for a model that gives none
    odds: Mapping[str, float] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class IssueTerms:
    """Everything about one issue."""

    id: str
    label: str
    package: str
    low: float
    high: float
    #: named points of the scale
    scale: tuple[tuple[float, str], ...]
    #: what holds if nothing is agreed, at central values; NaN where the file says nothing
    reference: float
    places: tuple[Place, ...]
    central: Outlook
    #: all draws together; None where nothing is uncertain
    pooled: Outlook | None
    models: tuple[ModelTerms, ...]

    @property
    def outlook(self) -> Outlook:
        """The forecast to quote: over draws where there are any."""
        return self.central if self.pooled is None else self.pooled

    def model(self, name: str) -> ModelTerms:
        """What a model says. Raises KeyError when it was not asked."""
        for model in self.models:
            if model.model == name:
                return model
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Bargaining(Drawn):
    """Where bargaining over a case's issues ends, by the default forecast and by every model asked."""

    issues: tuple[IssueTerms, ...]
    #: draws of the uncertain inputs, and how many of them models with rounds were put to
    draws: int
    dynamic_draws: int
    seed: int
    digest: str
    #: empty unless asked for
    fragility: tuple[Fragility, ...] = ()
    persuasion: tuple[Persuasion, ...] = ()
    #: by the equal-gain exchange model at central values, in the order in which they are struck
    exchanges: tuple[Exchange, ...] = ()
    made_by: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        names = ", ".join(issue.id for issue in self.issues)
        models = len({model.model for issue in self.issues for model in issue.models})
        return f"<Bargaining over {cut(names, 50)}: {models} models, {self.draws} draws, seed {self.seed}>"

    def __str__(self) -> str:
        return "\n\n".join("\n".join(_write_issue(issue)) for issue in self.issues)

    def issue(self, name: str) -> IssueTerms:
        """What there is on one issue. Raises KeyError when it was not asked about."""
        for issue in self.issues:
            if issue.id == name:
                return issue
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape; NaN becomes None."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        for told, issue in zip(answer["issues"], self.issues, strict=True):
            told["scale"] = [{"at": at, "name": name} for at, name in issue.scale]
        for told, item in zip(answer["fragility"], self.fragility, strict=True):
            told["amplifies"] = item.amplifies
        answer["exchanges"] = [exchange.to_dict() for exchange in self.exchanges]
        return answer


def write_length(value: float) -> str:
    """A point or a length of a scale: three digits, or whole numbers from a thousand on; a dash for none."""
    if isnan(value):
        return "-"
    return f"{value:.3g}" if abs(value) < 999.5 else f"{value:,.0f}"


def write_span(span: tuple[float, float]) -> str:
    """``12 to 40``."""
    return f"{write_length(span[0])} to {write_length(span[1])}"


def _write_issue(issue: IssueTerms) -> list[str]:
    """Forecast and models of an issue as tables."""
    outlook = issue.outlook
    head = f"{'median':>8} {'mean':>8} {'half within':>18} {'four fifths within':>20}  {cut(issue.id, 40)}"
    lines = [
        head,
        f"{write_length(outlook.median):>8} {write_length(outlook.mean):>8} {write_span(outlook.half):>18} "
        f"{write_span(outlook.wide):>20}  the default forecast",
    ]
    lines += [f"{write_share(region.chance):>8}  {cut(region.label, 80)}" for region in outlook.regions]
    lines.append(f"{'point':>8} {'5-95 % of draws':>18} {'rounds':>7} {'comes to rest':>14}  model")
    for model in issue.models:
        spread = "-" if model.over is None else write_span((model.over.p5, model.over.p95))
        rounds, rest = (str(model.rounds), "yes" if model.settled else "no") if model.dynamic else ("-", "-")
        lines.append(f"{write_length(model.point):>8} {spread:>18} {rounds:>7} {rest:>14}  {cut(model.name, 44)}")
    return lines


def find_over(values: NDArray[np.float64] | Sequence[float]) -> Over | None:
    """A number over draws; None where a draw has none."""
    from detente.ensemble.precision import error_of_mean

    known = np.asarray(values, dtype=np.float64)
    if not len(known) or np.isnan(known).any():
        return None
    p5, median, p95 = (float(x) for x in np.quantile(known, (0.05, 0.5, 0.95)))
    return Over(float(known.mean()), error_of_mean(known), p5, median, p95)
