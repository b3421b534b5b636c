"""The shape of a scenario file: which keys stand where and what kind of text each takes; also as JSON Schema.

Only shape is decided here. What names, conditions and numbers mean is the builder's affair, so every value stays the
text it was written as, with its place.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from detente.scenario.fields import RawQuantity, Shape
from detente.scenario.scalars import (
    SCALAR,
    Amount,
    Day,
    DirectionWord,
    Expression,
    Id,
    Key,
    Label,
    Level,
    Levels,
    MechanismWord,
    Name,
    OneWay,
    OutcomeWord,
    Pending,
    Prose,
    ScaleWord,
    Version,
    YesNo,
    one_or_list,
    refuse,
)
from detente.scenario.words import SCALES


class RawBehaviour(Shape):
    """How an actor decides; what is left out has a default."""

    tempo: RawQuantity | None = None
    foresight: RawQuantity | None = None
    noise: RawQuantity | None = None
    habit: RawQuantity | None = None


class RawLever(Shape):
    """A lever: a list of levels, or a mapping."""

    short_schema: ClassVar[dict[str, Any] | None] = {"type": "array", "items": SCALAR, "minItems": 2}
    short_key = "levels"

    levels: Levels
    now: Level | None = None
    one_way: OneWay | None = None
    label: Label | None = None


class RawWant(Shape):
    """A statement and its weight."""

    id: Id | None = None
    want: Expression
    weight: RawQuantity
    because: Prose | None = None


Line = Annotated[
    list[Expression],
    BeforeValidator(one_or_list),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


Cautions = Annotated[
    list[Prose],
    BeforeValidator(one_or_list),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class RawPreferences(Shape):
    """Exactly one of wants, ranking, priorities (an actor may have readings instead)."""

    wants: list[RawWant] | None = None
    ranking: list[Line] | None = None
    priorities: list[Expression] | None = None
    stakes: RawQuantity | None = None


class RawReading(RawPreferences):
    """One of the rival readings of an actor."""

    odds: RawQuantity | None = None
    because: Prose | None = None


class RawBelief(RawPreferences):
    """What an actor takes another to want, and not to be able to do."""

    reading: Id | None = None
    lacks: Annotated[
        list[Name] | None,
        BeforeValidator(one_or_list),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
    ] = None
    because: Prose | None = None


class RawThresholds(Shape):
    """From which difference in payoff on an actor prefers, and prefers greatly."""

    indifference: RawQuantity | None = None
    strong: RawQuantity | None = None


class RawActor(RawPreferences):
    """Somebody with levers and preferences."""

    name: Label | None = None
    starts: Day | None = None
    levers: dict[Name, RawLever] = Field(default_factory=dict)
    readings: dict[Id, RawReading] | None = None
    thresholds: RawThresholds | None = None
    believes: dict[Name, RawBelief] | None = None
    behaviour: RawBehaviour | None = None


class RawRate(Shape):
    """A chance move."""

    id: Id | None = None
    source: Level = Field(alias="from")
    target: Level = Field(alias="to")
    rate: RawQuantity
    when: Expression | None = None
    then: Expression | None = None


class RawChance(Shape):
    """A lever of nature."""

    levels: Levels
    now: Level | None = None
    label: Label | None = None
    rates: list[RawRate] = Field(default_factory=list)
    because: Prose | None = None


class RawPhase(Shape):
    """A stretch of time in which other things are allowed, or other numbers hold."""

    id: Id
    since: Expression = Field(alias="from")
    until: Expression | None = None
    anticipated: YesNo | None = None
    closed: Line | None = None
    changes: dict[Label, RawQuantity] = Field(default_factory=dict, alias="set")
    because: Prose | None = None


class RawRule(Shape):
    """States that cannot be."""

    forbid: Expression
    because: Prose | None = None


class RawTurn(Shape):
    """What a policy does next, on a day, if something is so or has come about by then."""

    condition: Expression = Field(alias="if")
    on: Expression | None = None
    by: Expression | None = None
    hold: Expression

    @model_validator(mode="after")
    def _hold_one_day(self) -> RawTurn:
        if (self.on is None) == (self.by is None):
            raise refuse("The rule has not one day.", "Write one of 'on' and 'by'.")
        return self


class RawPolicy(Shape):
    """An actor's levers held at levels, and what it does next when something comes about."""

    actor: Name
    hold: Expression
    text: Prose | None = None
    then: list[RawTurn] = Field(default_factory=list)


class RawOutcome(Shape):
    """How a claim came out."""

    value: OutcomeWord
    on: Day | None = None
    source: Key | None = None
    mechanism: MechanismWord | None = None
    note: Prose | None = None


class RawCause(Shape):
    """What moves the claim's ``about``, and which way."""

    on: Expression
    off: Expression | None = None
    effect: DirectionWord
    by: Expression | None = None


class RawRequirement(Shape):
    """What the claim's ``about`` cannot do without."""

    short_schema: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short_key = "condition"

    condition: Expression
    below: Expression | None = None


class RawQuote(Shape):
    """Words of the brief, with those around them where they stand there more than once."""

    short_schema: ClassVar[dict[str, Any] | None] = {"type": ["string", "number", "boolean"]}
    short_key = "exact"

    exact: Prose
    prefix: Prose | None = None
    suffix: Prose | None = None

    @model_validator(mode="after")
    def _hold_words(self) -> RawQuote:
        if not self.exact.strip() and (self.prefix is not None or self.suffix is not None):
            raise refuse("The quote has no words.", "Write them under 'exact'.")
        return self


class RawClaim(Shape):
    """A sentence of the assessment; its ``about`` may wait to be filled in."""

    may_be_empty = frozenset({"about"})

    id: Key
    text: Prose
    quote: RawQuote | None = None
    says: Prose | None = None
    about: Pending | None = None
    cause: RawCause | None = None
    requires: RawRequirement | None = None
    unscorable: Prose | None = None
    because: Prose | None = None
    as_of: Day | None = None
    outcome: RawOutcome | None = None


class RawEvidence(Shape):
    """Something observed, on a date or by it."""

    on: Day | None = None
    by: Day | None = None
    seen: Expression | None = None
    not_seen: Expression | None = None
    source: Key | None = None

    @model_validator(mode="after")
    def _hold_one_observation(self) -> RawEvidence:
        if (self.on is None) == (self.by is None) or (self.seen is None) == (self.not_seen is None):
            cure = "Write one of 'on' and 'by', and one of 'seen' and 'not_seen'."
            raise refuse("The evidence is not one observation on one date.", cure)
        return self


class RawStake(Shape):
    """An actor's place on an issue."""

    position: RawQuantity
    salience: RawQuantity
    capability: RawQuantity


Pair = Annotated[list[Amount], Field(min_length=2, max_length=2)]


class RawQuestion(Shape):
    """A continuous issue to bargain over."""

    label: Label | None = None
    scale: dict[Prose, Label] = Field(default_factory=dict)
    ends: Pair | None = None
    regions: dict[Level, Pair] | None = None
    package: Id | None = None
    reference: RawQuantity | None = None
    stakes: dict[Name, RawStake]


class RawSource(Shape):
    """Where a fact or a claim comes from."""

    title: Prose
    date: Prose
    url: Prose | None = None


class RawScale(Shape):
    """The scale of estimative words: a name, or a file's own."""

    short_schema: ClassVar[dict[str, Any] | None] = {"enum": [*SCALES]}
    short_key = "name"

    name: ScaleWord | None = None
    custom: Annotated[dict[Label, Expression], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _hold_one_scale(self) -> RawScale:
        if (self.name is None) == (self.custom is None):
            raise refuse("The scale is not one scale.", f"Write {', '.join(SCALES)}, or 'custom:' with words.")
        return self


class RawScenario(Shape):
    """A scenario file. The keys without which there is none are asked for by the builder."""

    model_config = ConfigDict(
        title="Détente scenario",
        json_schema_extra={"required": ["detente", "title", "as_of", "horizon", "actors"]},
    )

    detente: Version | None = None
    title: Prose | None = None
    as_of: Day | None = None
    horizon: Expression | None = None
    question: Prose | None = None
    caution: Cautions | None = None
    actors: dict[Name, RawActor] | None = None
    chance: dict[Name, RawChance] = Field(default_factory=dict)
    behaviour: RawBehaviour | None = None
    # Behaviour is solved anew around the border of each.
    phases: list[RawPhase] = Field(default_factory=list, max_length=50)
    conditions: dict[Name, Expression] = Field(default_factory=dict)
    # Each rule is checked against all others.
    rules: list[RawRule] = Field(default_factory=list, max_length=500)
    measures: dict[Name, list[RawWant]] = Field(default_factory=dict)
    policies: dict[Name, RawPolicy] = Field(default_factory=dict)
    claims: list[RawClaim] = Field(default_factory=list)
    evidence: list[RawEvidence] = Field(default_factory=list)
    issues: dict[Name, RawQuestion] = Field(default_factory=dict)
    brief: Prose | None = None
    sources: dict[Key, RawSource] = Field(default_factory=dict)
    scale: RawScale | None = None
    words: dict[Id, Expression] = Field(default_factory=dict)


def schema() -> dict[str, Any]:
    """The shape of a scenario file as JSON Schema, draft 7."""
    answer = RawScenario.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    answer["definitions"] = answer.pop("$defs")
    return {"$schema": "http://json-schema.org/draft-07/schema#", **_drop_null(answer)}


def _drop_null(node: Any) -> Any:
    """A key that may be left out is not one that may be null."""
    if isinstance(node, list):
        return [_drop_null(item) for item in node if item != {"type": "null"}]
    if not isinstance(node, dict):
        return node
    node = {key: _drop_null(item) for key, item in node.items() if not (key == "default" and item is None)}
    return {**node, **node.pop("anyOf")[0]} if len(node.get("anyOf", ())) == 1 else node
