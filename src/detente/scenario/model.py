"""The frozen nouns a scenario file is read into. No checks live here: the reader has made them all.

Ids are the file's own keys. A lever's id is ``actor.lever``; a chance lever's is its bare name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from detente.scenario.conditions import Condition
from detente.scenario.quantities import Quantity
from detente.scenario.queries import Levels, Query, Turn

DAYS_PER_MONTH = 30.4375


def months_between(start: date, end: date) -> float:
    """Time from ``start`` to the end of day ``end``'s date stamp, in months of 30.4375 days."""
    return (end - start).days / DAYS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Lever:
    """What one actor (or chance) can set, with its levels in listed order."""

    id: str
    #: None for a chance lever
    actor: str | None
    name: str
    levels: tuple[str, ...]
    #: index of the level at the status quo
    now: int
    #: legal[a][b]: may the owner go from level a to level b; the diagonal is True
    legal: tuple[tuple[bool, ...], ...]
    #: words for people: what the lever is; empty when the file gives none
    label: str = ""


@dataclass(frozen=True, slots=True)
class Want:
    """One statement that adds its weight to the payoff of every state where it is true."""

    id: str
    condition: Condition
    weight: Quantity
    because: str = ""
    #: whether the id was given in the file (``id:``) or numbered by the reader
    named: bool = False


@dataclass(frozen=True, slots=True)
class Preferences:
    """Exactly one of wants, ranking, priorities."""

    kind: Literal["wants", "ranking", "priorities"]
    wants: tuple[Want, ...] = ()
    #: best first; the conditions of one line are a tie; whatever matches none comes last
    ranking: tuple[tuple[Condition, ...], ...] = ()
    #: lexicographic statements, most important first
    priorities: tuple[Condition, ...] = ()
    #: payoff spread from worst to best for rankings and priorities
    stakes: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the rival readings of an actor; an actor without rivals has one, with id ''."""

    id: str
    odds: Quantity
    preferences: Preferences
    because: str = ""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How an actor decides (DESIGN section 5): units are per month, months, and payoff units."""

    tempo: Quantity
    foresight: Quantity
    noise: Quantity
    habit: Quantity


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which difference in payoff on an actor is not indifferent, and prefers greatly; payoff units."""

    indifference: Quantity | None
    strong: Quantity | None


@dataclass(frozen=True, slots=True)
class Belief:
    """What an actor takes another to want, and not to be able to do, where it differs from what is so."""

    about: str
    #: None when the belief is one of the other's readings, or about levers only
    preferences: Preferences | None = None
    #: id of one of the other's readings; empty when there is none
    reading: str = ""
    #: ids of levers it takes the other not to have
    lacks: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with levers and preferences, or with stakes in what is bargained over, or both."""

    id: str
    name: str
    levers: tuple[Lever, ...]
    readings: tuple[Reading, ...]
    behaviour: Behaviour
    #: no decisions before this date
    starts: date | None = None
    thresholds: Thresholds | None = None
    beliefs: tuple[Belief, ...] = ()


@dataclass(frozen=True, slots=True)
class ChanceMove:
    """A move nobody chooses: the lever goes from one level to another at a rate, where ``when`` holds."""

    id: str
    source: int
    target: int
    #: hazard per month
    rate: Quantity
    when: Condition | None = None
    #: levers that give way with the move
    then: Levels = ()


@dataclass(frozen=True, slots=True)
class ChanceLever:
    """A lever of nature and its moves."""

    lever: Lever
    moves: tuple[ChanceMove, ...]
    because: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of time in which some levels cannot be chosen, or other numbers hold."""

    id: str
    since: date
    #: the first day after it; None when it lasts until the next phase, or for good
    until: date | None = None
    #: whether everybody reckons with it beforehand
    anticipated: bool = True
    #: by lever the levels that nobody may choose meanwhile; who is there may stay or leave
    closed: tuple[tuple[str, tuple[int, ...]], ...] = ()
    #: by id of an input the number that stands in for it
    changes: tuple[tuple[str, Quantity], ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """States the rule is true of are infeasible."""

    forbid: Condition
    because: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a policy is judged by, apart from anybody's payoff."""

    id: str
    wants: tuple[Want, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """An actor's levers held at levels, and what it does next when something comes about."""

    id: str
    actor: str
    hold: Levels
    text: str = ""
    #: in order of time, no two on a day
    then: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a claim came out."""

    value: Literal["yes", "no", "void", "unresolved", "unscorable"]
    on: date | None = None
    source: str | None = None
    mechanism: Literal["right", "wrong"] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """What a claim says moves its effect: the claim's query compares the effect with the cause forced on and off."""

    #: the claim's ``about``: one number
    effect: Query
    on: Levels
    #: the same levers elsewhere
    off: Levels
    direction: Literal["raises", "lowers", "moves"]
    #: the least mean difference, in the effect's own units (5 points are 0.05)
    by: float


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a claim says its effect cannot do without: the claim's query holds the levers wherever it is false."""

    #: the claim's ``about``: one probability
    effect: Query
    condition: Condition
    #: the bound the effect's probability must stay below without it
    below: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the assessment, its word, and the query that stands for it (or why none can)."""

    id: str
    text: str
    #: with ``cause`` or ``requires`` the comparison made of these and of ``about``
    query: Query | None
    #: why no query can stand for it; empty when one does
    unscorable: str = ""
    quote: str = ""
    #: the estimative word as written, or None
    says: str | None = None
    as_of: date | None = None
    outcome: Outcome | None = None
    because: str = ""
    cause: Cause | None = None
    requires: Requirement | None = None
    #: words of the brief right before the quote and right after it, where its words stand there more than once
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something observed: ``seen`` or ``not seen``, on a date or by it."""

    on: date
    seen: Condition
    by: bool = False
    negated: bool = False
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Stake:
    """An actor's place on an issue."""

    actor: str
    position: Quantity
    salience: Quantity
    capability: Quantity


@dataclass(frozen=True, slots=True)
class Region:
    """A named stretch of a scale: from ``low`` to just below ``high``, the end of the scale included."""

    name: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Question:
    """A continuous issue to bargain over (the file's ``issues:``)."""

    id: str
    #: named points of the scale, ascending
    scale: tuple[tuple[float, str], ...]
    stakes: tuple[Stake, ...]
    #: words for people: what is bargained over; empty when the file gives none
    label: str = ""
    #: the ends of the scale
    low: float = 0.0
    high: float = 100.0
    #: what queries may name: the file's own, else one around each named point, up to half-way to the next
    regions: tuple[Region, ...] = ()
    #: issues of one package are bargained over together by models that can
    package: str = ""
    #: what holds if nothing is agreed; None when the file says nothing
    reference: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact or a claim comes from."""

    id: str
    title: str
    date: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """An estimative word with its half-open band of probability, or none when it is off the scale."""

    word: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole scenario file, checked."""

    title: str
    as_of: date
    #: the last date a query may ask about
    horizon: date
    actors: tuple[Actor, ...]
    chance: tuple[ChanceLever, ...] = ()
    #: in order of time, no two at once
    phases: tuple[Phase, ...] = ()
    conditions: tuple[tuple[str, Condition], ...] = ()
    rules: tuple[Rule, ...] = ()
    measures: tuple[Measure, ...] = ()
    policies: tuple[Policy, ...] = ()
    claims: tuple[Claim, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    issues: tuple[Question, ...] = ()
    sources: tuple[Source, ...] = ()
    #: name of the scale of estimative words, and its words
    scale: str = "icd203"
    words: tuple[Word, ...] = ()
    #: what the payoff words of the file stand for: 5th and 95th percentiles
    payoff_words: tuple[Word, ...] = ()
    #: the text of the brief
    brief: str = ""
    #: where it lies, relative to the scenario's folder
    brief_path: str = field(default="", compare=False)
    #: what the assessment is to answer, for people; empty when the file does not say
    question: str = ""
    #: notes a reader of the results must see (the file's ``caution:`` lines)
    cautions: tuple[str, ...] = ()
    #: sha256 over the file and the brief
    digest: str = field(default="", compare=False)
    #: where it was read from, as given by the user
    path: str = field(default="", compare=False, repr=False)
    #: the file's text, so that it can be written back with its comments
    source_text: str = field(default="", compare=False, repr=False)

    @property
    def months(self) -> float:
        """From as_of to the horizon."""
        return months_between(self.as_of, self.horizon)

    @property
    def levers(self) -> tuple[Lever, ...]:
        """Every lever in axis order: the actors' in listed order, then chance."""
        return tuple(lever for actor in self.actors for lever in actor.levers) + tuple(c.lever for c in self.chance)
