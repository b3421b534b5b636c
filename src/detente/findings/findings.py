"""The frozen nouns of the findings floor. Everything here is data; sentences are made in the report.

Numbers of a claim are over the draws in which it is not void. Probabilities and shares lie between 0 and 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from detente.scenario.model import Outcome

Verdict = Literal[
    "supported",
    "higher",
    "lower",
    "holds",
    "fails",
    "contested",
    "excluded",
    "understated",
    "open",
    "no word",
    "void",
    "unscorable",
    "unanswered",
]

#: why a claim has no flip rule
NoFlip = Literal["no verdict", "too few draws", "every draw agrees", "few draws disagree", "nothing stands out"]


@dataclass(frozen=True, slots=True)
class Spread:
    """A number over draws."""

    mean: float
    #: 5th and 95th percentile over draws
    p5: float
    p95: float
    #: standard error of the mean over draws, as if they were independent; NaN with one draw
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


@dataclass(frozen=True, slots=True)
class Baseline:
    """The same query with all preferences switched off."""

    mean: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Side:
    """The claim's mean over the draws on one side of an input; of a comparison of numbers the mean of its gap."""

    #: a reading's name, or empty for a number
    label: str
    #: the number's bound: the lowest third lies below it, the highest third above; NaN for a reading
    bound: float
    mean: float
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
    p5: NDArray[np.float64]
    p25: NDArray[np.float64]
    p75: NDArray[np.float64]
    p95: NDArray[np.float64]
    #: mean of the coin-toss baseline; None when the run has none
    coin: NDArray[np.float64] | None


@dataclass(frozen=True, slots=True)
class ClaimFinding:
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
    #: agreement of at least 0.8; None where there is none
    robust: bool | None = None
    #: share of draws in which the claim is void
    void: float = 0.0
    #: of a conditional probability the mean probability of what it conditions on; draws count by theirs
    condition: float | None = None
    baseline: Baseline | None = None
    #: False when the coin-toss baseline earns the same verdict within 5 points; None without one
    from_argument: bool | None = None
    drivers: tuple[Driver, ...] = ()
    flip: Flip | None = None
    no_flip: NoFlip | None = None
    outcome: Outcome | None = None
    as_of: date | None = None
    fan: Fan | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class StableState:
    """A state that is an equilibrium in some draws, with chance as it stands today."""

    cell: int
    levels: Mapping[str, str]
    #: by stability concept: share of draws in which it is an equilibrium
    shares: Mapping[str, float]
    #: by actor: share of feasible states it likes no better, at central values and with chance as it stands today
    standing: Mapping[str, float]
    #: by actor: the concepts under which it is stable for that actor at central values, narrowest first
    holds: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where the conflict settles under one stability concept, with chance as it stands today."""

    concept: str
    #: how many states are an equilibrium in at least one draw
    distinct: int
    #: mean number of equilibria per draw
    mean_count: float
    #: share of draws with no equilibrium at all
    none: float
    #: share of draws in which the status quo is an equilibrium
    status_quo: float
    #: the largest share of draws in which any one state is an equilibrium
    top_share: float
    #: how many states come within 5 points of it
    top_count: int
    #: levers at one level in all of those states
    fixed: Mapping[str, str]
    #: levers that differ among them, with the levels met
    free: Mapping[str, tuple[str, ...]]
    #: by lever and level: the share of a draw's equilibria at that level, averaged over draws that have any
    leaning: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Score:
    """Brier scores over claims that came out yes or no, beside those of two simple forecasters."""

    claims: int
    model: float
    coin: float | None
    half: float


@dataclass(frozen=True, slots=True)
class Record:
    """How much of the assessment can be judged, and how it came out."""

    claims: int
    #: claims that a query stands for
    queried: int
    #: claims with a word that the scale gives a number and a probability to hold against it
    worded: int
    #: outcomes by value: yes, no, void, unresolved, unscorable
    outcomes: Mapping[str, int]
    #: over claims with a scorable word, and over every probability; None when none has come out
    score_worded: Score | None
    score_all: Score | None


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything the ensemble says about a scenario's claims."""

    title: str
    as_of: date
    horizon: date
    digest: str
    seed: int
    draws: int
    made_by: Mapping[str, Any]
    claims: tuple[ClaimFinding, ...]
    #: ids of the claims that matter most, in order
    headlines: tuple[str, ...]
    settlements: tuple[Settlement, ...]
    states: tuple[StableState, ...]
    record: Record

    def __repr__(self) -> str:
        robust = sum(claim.robust is True for claim in self.claims)
        return (
            f"<Findings {self.title!r}: {len(self.claims)} claims, {self.record.queried} with a query, "
            f"{robust} robust, {self.draws} draws, seed {self.seed}>"
        )

    def __str__(self) -> str:
        width = 100
        head = f"{'claim':<24} {'word':<25} {'model':>6} {'5-95 %':>12}  {'verdict':<22} {'coin':>5}"
        lines = [head, "-" * len(head)]
        lines += [_line(claim) for claim in self.claims]
        return "\n".join(line[:width].rstrip() for line in lines)

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


def _line(claim: ClaimFinding) -> str:
    word = claim.says or "-"
    if claim.band is not None:
        word = f"{word} ({100 * claim.band.low:g}-{100 * claim.band.high:g} %)"
    verdict = claim.verdict if claim.robust is None else f"{claim.verdict}, {'robust' if claim.robust else 'sensitive'}"
    mean = span = coin = "-"
    if claim.spread is not None:
        mean = _figure(claim.spread.mean, claim.kind)
        if claim.kind != "comparison":
            span = f"{_figure(claim.spread.p5, claim.kind)}..{_figure(claim.spread.p95, claim.kind)}"
    if claim.baseline is not None:
        coin = _figure(claim.baseline.mean, claim.kind)
    return f"{_cut(claim.id, 24):<24} {_cut(word, 25):<25} {mean:>6} {span:>12}  {_cut(verdict, 22):<22} {coin:>5}"


def _figure(value: float, kind: str) -> str:
    return f"{value:.3g}" if kind == "number" else f"{100 * value:.0f} %"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
