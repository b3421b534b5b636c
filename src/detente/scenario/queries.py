"""Queries after every name has been resolved: an expression tree over measurements of a game.

Times are months from the scenario's ``as_of`` (days / 30.4375). Levers and levels are ids and indices as in
:mod:`detente.scenario.conditions`. A query's value in a draw is a number; comparisons and connectives give 0 or 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from math import inf
from typing import TYPE_CHECKING, Literal

from detente.scenario.conditions import Condition
from detente.scenario.quantities import Quantity

if TYPE_CHECKING:
    from detente.scenario.model import Scenario

Levels = tuple[tuple[str, int], ...]  # (lever id, level index), sorted by lever id, each lever once


@dataclass(frozen=True, slots=True)
class Turn:
    """A rule of a policy: on a day, if something is so or has come about by then, levers are held from there on."""

    condition: Condition
    on: date
    #: the day in months from as_of
    time: float
    #: whether it need only have been true at some moment up to the day, the start included
    by: bool
    hold: Levels


@dataclass(frozen=True, slots=True)
class Setting:
    """What differs from the case as written while a measurement is taken."""

    #: ``| suppose``: held at these levels from the start, known to everyone
    suppose: Levels = ()
    #: ``| from``: another starting point, nothing held
    start: Levels = ()
    #: ``| with``: other inputs, (input id, quantity), sorted by id
    inputs: tuple[tuple[str, Quantity], ...] = ()
    #: rules of the policies supposed, in order of time
    turns: tuple[Turn, ...] = ()
    #: ``| believed by``: in the game this actor sees; empty for the game as it is
    believed: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A condition by a time: ``given c by D``, ``after c``."""

    condition: Condition
    #: months; infinite where the language names no date
    by: float
    enters: bool = False


@dataclass(frozen=True, slots=True)
class Probability:
    """``P(c on D)``, ``P(c by D)``, ``P(c within T)`` (read as ``by``), ``P(enters c by D)``."""

    condition: Condition
    kind: Literal["on", "by", "enters"]
    #: months from as_of; with ``after``, the length of the window
    time: float
    setting: Setting = Setting()
    #: observed, not forced
    given: Event | None = None
    #: ``within T after e``
    after: Event | None = None

    @property
    def conditional(self) -> bool:
        """Whether it is a share of the futures in which something else happens."""
        return self.given is not None or self.after is not None


@dataclass(frozen=True, slots=True)
class Expectation:
    """``E(x on D)``, or ``E(x)``: averaged from as_of to the horizon."""

    #: an actor's id or a measure's
    of: str
    kind: Literal["actor", "measure"]
    #: months; None for the average
    time: float | None
    setting: Setting = Setting()


@dataclass(frozen=True, slots=True)
class Stable:
    """``stable(c)`` (some equilibrium satisfies c), ``stable(every c)``, ``stable(c, SMR)``."""

    condition: Condition
    every: bool
    #: nash, gmr, smr, seq, sseq
    concept: str
    setting: Setting = Setting()


@dataclass(frozen=True, slots=True)
class Value:
    """``value(actor)``: what it expects to accumulate over its foresight, per month."""

    actor: str
    setting: Setting = Setting()


@dataclass(frozen=True, slots=True)
class Reachable:
    """``reachable(c for actor)``: the actor can bring it about alone."""

    condition: Condition
    actor: str
    setting: Setting = Setting()


@dataclass(frozen=True, slots=True)
class Divergence:
    """``divergence(a b)``: 1 - rank correlation of payoffs over feasible states."""

    actors: tuple[str, str]
    setting: Setting = Setting()


@dataclass(frozen=True, slots=True)
class Opposed:
    """``opposed(a b on lever)``: the levels the two prefer differ."""

    actors: tuple[str, str]
    lever: str
    setting: Setting = Setting()


@dataclass(frozen=True, slots=True)
class Terms:
    """``terms(issue)``, ``terms(issue, MODEL)``: where bargaining over an issue ends, on the issue's own scale."""

    issue: str
    #: id of the model that says so; of ``predictive`` the median of its distribution
    model: str
    #: the ends of the scale
    ends: tuple[float, float]
    #: nothing but ``| with`` bears on bargaining
    setting: Setting = Setting()


@dataclass(frozen=True, slots=True)
class TermsProbability:
    """``P(terms(issue) in REGION)``, ``P(terms(issue) >= 50)``: by the predictive distribution of the outcome."""

    issue: str
    #: stretches of the scale, ascending: from the first end to just below the second, the end of the scale included
    regions: tuple[tuple[float, float], ...] = ()
    #: in place of regions
    operator: Literal["", ">", "<", ">=", "<="] = ""
    bound: float = 0.0
    setting: Setting = Setting()


@dataclass(frozen=True, slots=True)
class Number:
    """A constant; percentages are written as such and kept as shares of one."""

    value: float


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms added with signs: (+1 or -1, expression)."""

    terms: tuple[tuple[int, Expression], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left > right by margin``; the margin is a share of one (``5 points`` is 0.05), in the terms' own units."""

    operator: Literal[">", "<", ">=", "<="]
    left: Expression
    right: Expression
    margin: float = 0.0


@dataclass(frozen=True, slots=True)
class Connective:
    """``and`` / ``or`` between comparisons."""

    kind: Literal["and", "or"]
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class InCase:
    """``in OTHER: query``, in the other case's own names; two are the same when case and text are."""

    case: str
    text: str
    inside: Expression = field(compare=False, repr=False)
    #: the other case
    scenario: Scenario = field(compare=False, repr=False)


Measurement = Probability | Expectation | Stable | Value | Reachable | Divergence | Opposed | Terms | TermsProbability
#: what asks about bargaining, and so about no state
Bargained = Terms | TermsProbability
#: what is a share of one
Likelihood = Probability | TermsProbability
Expression = Measurement | Number | Sum | Comparison | Connective | InCase


@dataclass(frozen=True, slots=True)
class Query:
    """A resolved query with the text a person wrote."""

    expression: Expression
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.text

    @property
    def boolean(self) -> bool:
        """Whether a draw answers yes or no (a comparison, a stability) instead of with a number."""
        asked = self.expression.inside if isinstance(self.expression, InCase) else self.expression
        return isinstance(asked, Comparison | Connective | Stable | Reachable | Opposed)


def parts_of(expression: Expression) -> Iterator[Expression]:
    """An expression and everything it is made of, left to right."""
    yield expression
    children: tuple[Expression, ...] = ()
    if isinstance(expression, Sum):
        children = tuple(item for _, item in expression.terms)
    elif isinstance(expression, Comparison):
        children = (expression.left, expression.right)
    elif isinstance(expression, Connective):
        children = expression.items
    for child in children:
        yield from parts_of(child)


def measurements_of(expression: Expression) -> tuple[Measurement, ...]:
    """Every measurement in an expression, each once, left to right."""
    return tuple(dict.fromkeys(part for part in parts_of(expression) if isinstance(part, Measurement)))


def visits_of(expression: Expression) -> tuple[InCase, ...]:
    """Every question an expression asks in another case, each once, left to right."""
    return tuple(dict.fromkeys(part for part in parts_of(expression) if isinstance(part, InCase)))


def leaves_of(expression: Expression) -> tuple[Measurement | InCase, ...]:
    """Every measurement and every question in another case, each once, left to right."""
    return tuple(dict.fromkeys(part for part in parts_of(expression) if isinstance(part, Measurement | InCase)))


def name_unturned(expression: Expression) -> str:
    """What is asked under a policy with rules by date and cannot be; empty when all can."""
    for item in measurements_of(expression):
        if item.setting.turns and isinstance(item, Probability) and item.conditional:
            return "'given'" if item.given is not None else "'after'"
        if item.setting.turns and not isinstance(item, Probability | Expectation):
            return f"'{type(item).__name__.lower()}'"
    return ""


def settled_by_bounds(comparison: Comparison) -> bool | None:
    """What a comparison of probabilities, terms and constants always comes to; None where it is open."""
    left, right = _bounds(comparison.left), _bounds(comparison.right)
    low, high = left[0] - right[1], left[1] - right[0]
    if comparison.operator in ("<", "<="):
        low, high = -high, -low
    if low > comparison.margin:
        return True
    never = high < comparison.margin or (high == comparison.margin and comparison.operator in ("<", ">"))
    return False if never else None


def _bounds(expression: Expression) -> tuple[float, float]:
    """The least and the greatest an expression can be worth."""
    if isinstance(expression, Number):
        return expression.value, expression.value
    if isinstance(expression, Likelihood):
        return 0.0, 1.0
    if isinstance(expression, Terms):
        return expression.ends
    if not isinstance(expression, Sum):
        return -inf, inf
    parts = [sorted(sign * bound for bound in _bounds(item)) for sign, item in expression.terms]
    return sum(low for low, _ in parts), sum(high for _, high in parts)


def rebase(
    expression: Expression,
    start: Levels = (),
    inputs: tuple[tuple[str, Quantity], ...] = (),
    supposed: Setting | None = None,
) -> Expression:
    """The expression from another start, with other inputs, under a supposition; what its own suffixes say wins.

    A question in another case stays as it is; starts and suppositions do not bear on bargaining.
    """

    def move(item: Expression) -> Expression:
        return rebase(item, start, inputs, supposed)

    if isinstance(expression, Sum):
        return Sum(tuple((sign, move(item)) for sign, item in expression.terms))
    if isinstance(expression, Comparison):
        return replace(expression, left=move(expression.left), right=move(expression.right))
    if isinstance(expression, Connective):
        return replace(expression, items=tuple(move(item) for item in expression.items))
    if isinstance(expression, Number | InCase):
        return expression
    setting, supposed = expression.setting, supposed or Setting()
    changed = tuple(sorted({**dict(inputs), **dict(setting.inputs)}.items(), key=lambda pair: pair[0]))
    if isinstance(expression, Bargained):
        return replace(expression, setting=Setting(inputs=changed))
    return replace(
        expression,
        setting=replace(
            setting,
            suppose=tuple(sorted({**dict(supposed.suppose), **dict(setting.suppose)}.items())),
            turns=setting.turns or supposed.turns,
            start=tuple(sorted({**dict(start), **dict(setting.start)}.items())),
            inputs=changed,
            believed=setting.believed,
        ),
    )
