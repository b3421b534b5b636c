"""The frozen nouns of the findings floor. Everything here is data; sentences are made in the report.

Numbers of a claim are over the draws in which it is not void. Probabilities and shares lie between 0 and 1. An
``error`` is the standard error over draws of the figure before it or of its name, got as
:mod:`detente.ensemble.precision` says; NaN where there is none, as for a mean of one draw.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from detente.display import Drawn
from detente.ensemble.precision import METHOD
from detente.findings.figures import cut, write_figure, write_interval
from detente.findings.posteriors import Posterior, Update
from detente.findings.scores import Record
from detente.findings.settlements import Settlement, StableState
from detente.findings.trials import CounterExample, Intervention
from detente.findings.wording import Wording
from detente.scenario.model import Outcome

if TYPE_CHECKING:
    from detente.findings.advice import Advice
    from detente.findings.bargains import Bargaining
    from detente.findings.developments import Developments

Verdict = Literal[
    "supported", "higher", "lower", "holds", "fails", "contested", "assumed", "excluded",
    "understated", "open", "no word", "void", "unscorable", "unanswered",
]  # fmt: skip

#: why a claim has no flip rule
NoFlip = Literal["no verdict", "too few draws", "every draw agrees", "few draws disagree", "nothing stands out"]


@dataclass(frozen=True, slots=True)
class Spread:
    """A number over draws."""

    mean: float
    #: 5th and 95th percentile over draws
    p5: float
    p95: float
    error: float


@dataclass(frozen=True, slots=True)
class Band:
    """The range of an estimative word."""

    word: str
    #: as the scale prints it
    low: float
    high: float
    #: as verdicts use it: the lowest word of a scale starts at 0, the highest ends at 1
    floor: float
    ceiling: float


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of draws below, inside and above a word's band; they add up to 1."""

    below: float
    inside: float
    above: float
    below_error: float
    inside_error: float
    above_error: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """The same query with all preferences switched off."""

    mean: float
    error: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Side:
    """The claim's mean over the draws on one side of an input; of a comparison of numbers the mean of its gap."""

    #: a reading's name, or empty for a number
    label: str
    #: the number's bound: the lowest third lies below it, the highest third above; NaN for a reading
    bound: float
    mean: float
    error: float
    draws: int


@dataclass(frozen=True, slots=True)
class Driver:
    """An input that moves a claim by more than chance would."""

    input: str
    #: inputs tied to it by ``shared:``, which move with it draw by draw
    also: tuple[str, ...]
    #: inputs that resemble it so closely in these draws that it cannot be told from them; more draws would
    twins: tuple[str, ...]
    kind: Literal["number", "reading"]
    #: share of the variance of the claim's ranks that the input explains beyond the drivers before it
    strength: float
    #: +1 raises the claim, -1 lowers it, 0 for a reading
    direction: int
    #: lowest and highest third of a number; the readings with the lowest and the highest mean
    low: Side
    high: Side
    #: permutation p-value: how often the best of all inputs does as well by chance
    p: float


@dataclass(frozen=True, slots=True)
class Region:
    """A verdict over the draws of a region; all of them draws that were not used to find the region."""

    verdict: Verdict
    mean: float
    error: float
    draws: int
    #: draws among them whose own verdict differs from the claim's
    differ: int


@dataclass(frozen=True, slots=True)
class Flip:
    """A rule on one input under which the claim's verdict is another."""

    input: str
    also: tuple[str, ...]
    relation: Literal["<", ">=", "is", "is not"]
    #: the cut of a number; NaN for a reading
    cut: float
    #: the reading; empty for a number
    reading: str
    where: Region
    elsewhere: Region
    #: permutation p-value of the best rule over all inputs and cuts being this good
    p: float

    def __str__(self) -> str:
        value = self.reading if self.reading else f"{self.cut:g}"
        return f"{self.input} {self.relation} {value}"


@dataclass(frozen=True, slots=True)
class Fan:
    """A probability over time and over draws; every array has the shape (times,)."""

    #: months from as_of
    months: NDArray[np.float64]
    mean: NDArray[np.float64]
    error: NDArray[np.float64]
    p5: NDArray[np.float64]
    p25: NDArray[np.float64]
    p75: NDArray[np.float64]
    p95: NDArray[np.float64]
    #: mean of the coin-toss baseline; None when the run has none
    coin: NDArray[np.float64] | None
    coin_error: NDArray[np.float64] | None
    #: the day from which months count
    since: date


@dataclass(frozen=True, slots=True)
class ClaimFinding(Drawn):
    """What the ensemble says about one claim."""

    id: str
    text: str
    #: the estimative word as written
    says: str | None
    #: range of the word, also where nothing can be held against it; None without a word on the scale
    band: Band | None
    #: the query as written; empty when the claim has none
    about: str
    #: probability of an event; yes or no in a draw; another number in its own units
    kind: Literal["probability", "comparison", "number", "none"]
    verdict: Verdict
    #: why there is no verdict from numbers; empty when there is one
    reason: str = ""
    #: over draws: of the probability or number; of 0 and 1 for a comparison (the mean is the share that holds)
    spread: Spread | None = None
    #: of left minus right (in the direction claimed) for a comparison of two numbers
    gap: Spread | None = None
    #: whether the gap is one of probabilities
    gap_in_points: bool = False
    shares: Shares | None = None
    #: share of draws whose own verdict is the claim's; None where a draw has none
    agreement: float | None = None
    agreement_error: float | None = None
    #: agreement of at least 0.8; None where there is none, and with one draw, which shows nothing
    robust: bool | None = None
    #: share of draws in which the claim is void
    void: float = 0.0
    #: of a conditional probability the mean probability of what it conditions on; draws count by theirs
    condition: float | None = None
    #: None where nothing was drawn for the claim
    void_error: float | None = None
    baseline: Baseline | None = None
    #: False when the coin-toss baseline earns the same verdict within 5 points; None without one
    from_argument: bool | None = None
    drivers: tuple[Driver, ...] = ()
    flip: Flip | None = None
    no_flip: NoFlip | None = None
    #: what forcing its cause or taking away its requirement does; None for other claims
    intervention: Intervention | None = None
    #: None where no draw's own verdict is another, or a draw has none
    counterexample: CounterExample | None = None
    outcome: Outcome | None = None
    as_of: date | None = None
    fan: Fan | None = field(default=None, repr=False)
    #: once the evidence counts; None without evidence. Verdict and scores never use it
    posterior: Posterior | None = None

    def __repr__(self) -> str:
        return f"<ClaimFinding {self.id}: {self.verdict}>"

    def __str__(self) -> str:
        return _write_lines([self])

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape; NaN becomes None."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer


@dataclass(frozen=True, slots=True)
class Precision:
    """Whether there were enough draws."""

    #: the largest standard error of a claim's figure, in its own unit, and whose it is; NaN and empty without any
    error: float
    claim: str
    #: the standard error below which the run was to bring every claim; None when the number of draws was given
    until: float | None
    #: whether it did; None when not asked
    reached: bool | None
    #: how standard errors are got
    method: str = METHOD


@dataclass(frozen=True, slots=True)
class Findings(Drawn):
    """Everything the ensemble says about a scenario's claims."""

    title: str
    as_of: date
    horizon: date
    digest: str
    seed: int
    draws: int
    precision: Precision
    made_by: Mapping[str, Any]
    claims: tuple[ClaimFinding, ...]
    #: ids of the claims that matter most, in order
    headlines: tuple[str, ...]
    settlements: tuple[Settlement, ...]
    states: tuple[StableState, ...]
    record: Record
    wording: Wording
    #: what every advised actor could do instead
    advice: tuple[Advice, ...] = ()
    #: None without evidence
    evidence: Update | None = None
    #: what changed since an earlier run; None without one
    developments: Developments | None = None
    #: what the issues come to; None in a case without any
    terms: Bargaining | None = None

    def __repr__(self) -> str:
        robust = sum(claim.robust is True for claim in self.claims)
        return (
            f"<Findings {self.title!r}: {len(self.claims)} claims, {self.record.queried} with a query, "
            f"{robust} robust, {self.draws} draws, seed {self.seed}>"
        )

    def __str__(self) -> str:
        return _write_lines(self.claims)

    def claim(self, name: str) -> ClaimFinding:
        """The finding on one claim. Raises KeyError when there is none of that id."""
        for claim in self.claims:
            if claim.id == name:
                return claim
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape of the findings; NaN becomes None, dates ISO text."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer


def plain_data(value: Any) -> Any:
    """Any noun of this floor as dicts, lists, text, numbers and None, ready for JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain_data(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain_data(value.tolist())
    if isinstance(value, tuple | list):
        return [plain_data(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.generic):
        return plain_data(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _write_lines(claims: Sequence[ClaimFinding]) -> str:
    """A table with a line per claim."""
    wide = min(18, max([len("claim"), *(len(claim.id) for claim in claims)]))
    head = f"{'claim':<{wide}} {'word':<22} {'model':<10} {'5-95 %':>12}  {'verdict':<22} coin"
    return "\n".join([head, "-" * (81 + wide), *(_line(claim, wide) for claim in claims)])


def _line(claim: ClaimFinding, wide: int) -> str:
    word = claim.says or "-"
    if claim.band is not None:
        word = f"{word} ({100 * claim.band.low:g}-{100 * claim.band.high:g} %)"
    verdict = claim.verdict if claim.robust is None else f"{claim.verdict}, {'robust' if claim.robust else 'sensitive'}"
    mean = span = coin = "-"
    if claim.spread is not None:
        mean = write_figure(claim.spread.mean, claim.spread.error, claim.kind)
        if claim.kind != "comparison":
            span = write_interval(claim.spread, claim.kind)
    if claim.baseline is not None:
        coin = write_figure(claim.baseline.mean, claim.baseline.error, claim.kind)
    told = f"{cut(word, 22):<22} {mean:<10} {span:>12}  {cut(verdict, 22):<22} {coin}"
    return f"{cut(claim.id, wide):<{wide}} {told}".rstrip()
