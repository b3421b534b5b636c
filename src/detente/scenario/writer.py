"""Scenarios as text: what the reader reads back as the same scenario.

Where the text a person wrote still says what the noun says it is kept; otherwise it is written out in full names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from detente.scenario.amounts import (
    BEHAVIOUR,
    CAPABILITY,
    ODDS,
    PAYOFF_WORDS,
    POSITION,
    RATE,
    REFERENCE,
    SALIENCE,
    STAKES,
    THRESHOLD,
    WEIGHT,
    Domain,
    between_ends,
    read_quantity,
    with_payoff_words,
)
from detente.scenario.bargains import ENDS, name_regions
from detente.scenario.catalogue import names_of
from detente.scenario.conditions import Condition
from detente.scenario.formulas import write_closed, write_condition, write_levels, write_number
from detente.scenario.interpreter import resolve_query
from detente.scenario.model import (
    Actor,
    Belief,
    Cause,
    ChanceLever,
    Claim,
    Lever,
    Phase,
    Preferences,
    Question,
    Reading,
    Requirement,
    Scenario,
    Thresholds,
    Want,
)
from detente.scenario.names import Names, resolve_condition
from detente.scenario.quantities import Quantity
from detente.scenario.queries import Query, Turn
from detente.scenario.questions import write_query
from detente.scenario.slips import Slipped
from detente.scenario.words import SCALES

_PLAIN = re.compile(r"[A-Za-z][\w-]*( [\w-]+)*")
_YAML_WORDS = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n"])


def write_scenario(scenario: Scenario) -> str:
    """The scenario as a file, without its comments."""
    return "\n".join(_Writer(scenario).lines()) + "\n"


def quote(text: str) -> str:
    """A YAML scalar: plain where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _YAML_WORDS and text.isascii():
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(r"[\x7f-\x9f\u2028\u2029\ufeff]", lambda found: f"\\u{ord(found[0]):04x}", quoted)


@dataclass
class _Writer:
    scenario: Scenario
    names: Names = field(init=False)
    payoff_words: dict[str, tuple[float, float]] = field(init=False)

    def __post_init__(self) -> None:
        self.names = names_of(self.scenario)
        own = {word.word: (word.low, word.high) for word in self.scenario.payoff_words}
        self.payoff_words = own or dict(PAYOFF_WORDS)

    def lines(self) -> Iterator[str]:
        s = self.scenario
        yield from ("detente: 1", f"title: {quote(s.title)}", f"as_of: {s.as_of}", f"horizon: {s.horizon}")
        yield from ([f"question: {quote(s.question)}"] if s.question else [])
        yield from _block("caution", (f"- {quote(text)}" for text in s.cautions))
        yield from _block("words", self._words())
        yield from _block("actors", (line for actor in s.actors for line in self._actor(actor)))
        yield from _block("chance", (line for chance in s.chance for line in self._chance(chance)))
        yield from _block("phases", (line for phase in s.phases for line in _item(self._phase(phase))))
        yield from _block("conditions", (f"{name}: {self.condition(c, self.names)}" for name, c in s.conditions))
        yield from _block("rules", (line for rule in s.rules for line in self._rule(rule.forbid, rule.because)))
        for_measures = (_block(m.id, self._wants(m.wants, self.names)) for m in s.measures)
        yield from _block("measures", (line for part in for_measures for line in part))
        yield from _block("policies", self._policies())
        yield from _block("claims", (line for claim in s.claims for line in _item(self._claim(claim))))
        yield from _block("evidence", (line for part in self._evidence() for line in _item(part)))
        yield from _block("issues", self._issues())
        yield from ([f"brief: {quote(s.brief_path or 'brief.md')}"] if s.brief else [])
        yield from _block("sources", self._sources())
        yield from self._scale()

    def condition(self, condition: Condition, names: Names) -> str:
        try:
            if condition.text and resolve_condition(condition.text, names) == condition:
                return quote(condition.text)
        except Slipped:
            pass
        return quote(write_condition(condition.node, self.names.levers))

    def quantity(self, quantity: Quantity, domain: Domain) -> str:
        fitted = with_payoff_words(domain, self.payoff_words)
        text = write_number(quantity)
        try:
            if quantity.text and read_quantity(quantity.text, fitted, quantity.shared) == quantity:
                text = quantity.text
        except Slipped:
            pass
        return quote(text) if quantity.shared is None else f"{{value: {quote(text)}, shared: {quote(quantity.shared)}}}"

    def query(self, query: Query) -> str:
        try:
            if query.text and resolve_query(query.text, self.names) == query:
                return quote(query.text)
        except Slipped:
            pass
        return quote(write_query(query.expression, self.scenario))

    def _words(self) -> Iterator[str]:
        for word, (low, high) in self.payoff_words.items():
            if PAYOFF_WORDS.get(word) != (low, high):
                yield f"{quote(word)}: {low!r} to {high!r}"

    def _actor(self, actor: Actor) -> Iterable[str]:
        inside = self.names.inside(actor.id)

        def lines() -> Iterator[str]:
            yield f"name: {quote(actor.name)}"
            yield from ([f"starts: {actor.starts}"] if actor.starts else [])
            yield from _block("levers", (line for lever in actor.levers for line in _block(lever.name, _lever(lever))))
            if len(actor.readings) > 1:
                parts = (_block(r.id, self._reading(r, inside)) for r in actor.readings)
                yield from _block("readings", (line for part in parts for line in part))
            elif actor.levers or actor.readings[0].preferences.wants:
                yield from self._preferences(actor.readings[0].preferences, inside)
            yield from _block("thresholds", self._thresholds(actor.thresholds))
            told = (_block(belief.about, self._belief(belief)) for belief in actor.beliefs)
            yield from _block("believes", (line for part in told for line in part))
            given = ((name, getattr(actor.behaviour, name)) for name in BEHAVIOUR)
            yield from _block("behaviour", (f"{name}: {self.quantity(q, BEHAVIOUR[name])}" for name, q in given))

        return _block(actor.id, lines())

    def _reading(self, reading: Reading, inside: Names) -> Iterator[str]:
        yield f"odds: {self.quantity(reading.odds, ODDS)}"
        yield from _given("because", reading.because)
        yield from self._preferences(reading.preferences, inside)

    def _thresholds(self, thresholds: Thresholds | None) -> Iterator[str]:
        if thresholds is not None:
            given = (("indifference", thresholds.indifference), ("strong", thresholds.strong))
            yield from (f"{name}: {self.quantity(item, THRESHOLD)}" for name, item in given if item is not None)

    def _belief(self, belief: Belief) -> Iterator[str]:
        if belief.preferences is not None:
            yield from self._preferences(belief.preferences, self.names.inside(belief.about))
        yield from _given("reading", belief.reading)
        if belief.lacks:
            yield f"lacks: [{', '.join(lever.partition('.')[2] for lever in belief.lacks)}]"
        yield from _given("because", belief.because)

    def _preferences(self, preferences: Preferences, inside: Names) -> Iterator[str]:
        if preferences.stakes is not None:
            yield f"stakes: {self.quantity(preferences.stakes, STAKES)}"
        if preferences.kind == "wants":
            yield from _block("wants", self._wants(preferences.wants, inside)) or ["wants: []"]
        elif preferences.kind == "ranking":
            lines = (", ".join(self.condition(c, inside) for c in line) for line in preferences.ranking)
            yield from _block("ranking", (f"- [{line}]" for line in lines)) or ["ranking: []"]
        else:
            lines = (self.condition(c, inside) for c in preferences.priorities)
            yield from _block("priorities", (f"- {line}" for line in lines)) or ["priorities: []"]

    def _wants(self, wants: Sequence[Want], inside: Names) -> Iterator[str]:
        for want in wants:
            parts = [f"id: {quote(want.id)}"] if want.named else []
            parts += [
                f"want: {self.condition(want.condition, inside)}",
                f"weight: {self.quantity(want.weight, WEIGHT)}",
            ]
            yield from _item([*parts, *_given("because", want.because)])

    def _chance(self, chance: ChanceLever) -> Iterable[str]:
        rates: list[str] = []
        levels = chance.lever.levels
        for number, move in enumerate(chance.moves, start=1):
            own = move.id.removeprefix(f"chance.{chance.lever.id}.")
            parts = [f"id: {quote(own)}"] if own != str(number) else []
            parts += [f"from: {_level(levels[move.source])}", f"to: {_level(levels[move.target])}"]
            parts += [f"rate: {self.quantity(move.rate, RATE)}"]
            parts += [f"when: {self.condition(move.when, self.names)}"] if move.when is not None else []
            parts += [f"then: {quote(write_levels(move.then, self.names.levers))}"] if move.then else []
            rates += _item(parts)
        return _block(
            chance.lever.id, [*_lever(chance.lever), *_block("rates", rates), *_given("because", chance.because)]
        )

    def _phase(self, phase: Phase) -> list[str]:
        parts = [f"id: {quote(phase.id)}", f"from: {phase.since}"]
        parts += [f"until: {phase.until}"] if phase.until else []
        parts += [] if phase.anticipated else ["anticipated: no"]
        closed = (write_closed(self.names.levers[lever], levels) for lever, levels in phase.closed)
        parts += _block("closed", (f"- {quote(text)}" for text in closed))
        domains = {name: domain for name, domain in self.names.inputs.items() if isinstance(domain, Domain)}
        parts += _block("set", (f"{name}: {self.quantity(number, domains[name])}" for name, number in phase.changes))
        return [*parts, *_given("because", phase.because)]

    def _rule(self, forbid: Condition, because: str) -> Iterable[str]:
        return _item([f"forbid: {self.condition(forbid, self.names)}", *_given("because", because)])

    def _policies(self) -> Iterator[str]:
        for policy in self.scenario.policies:
            hold = quote(write_levels(policy.hold, self.names.levers))
            told = [f"actor: {policy.actor}", f"hold: {hold}", *_given("text", policy.text)]
            turns = (line for turn in policy.then for line in _item(self._turn(turn, policy.actor)))
            yield from _block(policy.id, [*told, *_block("then", turns)])

    def _turn(self, turn: Turn, actor: str) -> list[str]:
        day = f"{'by' if turn.by else 'on'}: {turn.on}"
        hold = quote(write_levels(turn.hold, self.names.levers))
        return [f"if: {self.condition(turn.condition, self.names.inside(actor))}", day, f"hold: {hold}"]

    def _claim(self, claim: Claim) -> list[str]:
        parts = [f"id: {quote(claim.id)}", f"text: {quote(claim.text)}", *_quote(claim)]
        parts += _given("says", claim.says or "")
        told_by = claim.cause or claim.requires
        asked = claim.query if told_by is None else told_by.effect
        parts += [f"about: {self.query(asked)}"] if asked is not None else []
        parts += _block("cause", self._cause(claim.cause)) + _block("requires", self._requirement(claim.requires))
        parts += [*_given("unscorable", claim.unscorable), *_given("because", claim.because)]
        parts += [f"as_of: {claim.as_of}"] if claim.as_of else []
        if (outcome := claim.outcome) is not None:
            told = [f"value: {json.dumps(outcome.value)}", *([f"on: {outcome.on}"] if outcome.on else [])]
            told += [*_given("source", outcome.source or ""), *_given("mechanism", outcome.mechanism or "")]
            parts += _block("outcome", [*told, *_given("note", outcome.note)])
        return parts

    def _cause(self, cause: Cause | None) -> list[str]:
        if cause is None:
            return []
        ends = (("on", cause.on), ("off", cause.off))
        return [
            *(f"{name}: {quote(write_levels(at, self.names.levers))}" for name, at in ends),
            f"effect: {cause.direction}",
            f"by: {quote(repr(cause.by))}",
        ]

    def _requirement(self, requirement: Requirement | None) -> list[str]:
        if requirement is None:
            return []
        return [
            f"condition: {self.condition(requirement.condition, self.names)}",
            f"below: {quote(repr(requirement.below))}",
        ]

    def _evidence(self) -> Iterator[list[str]]:
        for item in self.scenario.evidence:
            seen = f"{'not_seen' if item.negated else 'seen'}: {self.condition(item.seen, self.names)}"
            yield [f"{'by' if item.by else 'on'}: {item.on}", seen, *_given("source", item.source or "")]

    def _issues(self) -> Iterator[str]:
        for question in self.scenario.issues:
            yield from _block(question.id, self._question(question))

    def _question(self, question: Question) -> Iterator[str]:
        ends = question.low, question.high
        yield from _given("label", question.label)
        yield from _block("scale", (f"{place!r}: {quote(label)}" for place, label in question.scale))
        yield from ([f"ends: {_pair(*ends)}"] if ends != ENDS else [])
        if question.regions != name_regions(question.scale, *ends):
            yield from _block("regions", (f"{_level(r.name)}: {_pair(r.low, r.high)}" for r in question.regions))
        yield from _given("package", question.package)
        if question.reference is not None:
            yield f"reference: {self.quantity(question.reference, between_ends(REFERENCE, *ends))}"
        stakes: list[str] = []
        for stake in question.stakes:
            told = [f"position: {self.quantity(stake.position, between_ends(POSITION, *ends))}"]
            told += [f"salience: {self.quantity(stake.salience, SALIENCE)}"]
            told += [f"capability: {self.quantity(stake.capability, CAPABILITY)}"]
            stakes += _block(stake.actor, told)
        yield from _block("stakes", stakes)

    def _sources(self) -> Iterator[str]:
        for source in self.scenario.sources:
            told = [f"title: {quote(source.title)}", f"date: {quote(source.date)}", *_given("url", source.url)]
            yield from _block(source.id, told)

    def _scale(self) -> Iterator[str]:
        if self.scenario.scale in SCALES:
            yield f"scale: {self.scenario.scale}"
        elif self.scenario.words:
            bands = (f"{quote(w.word)}: {_percent(w.low)}-{_percent(w.high)}" for w in self.scenario.words)
            yield from ("scale:", *(f"  {line}" for line in _block("custom", bands)))


def _lever(lever: Lever) -> list[str]:
    lines = [
        f"levels: [{', '.join(_level(level) for level in lever.levels)}]",
        f"now: {_level(lever.levels[lever.now])}",
    ]
    count = range(len(lever.levels))
    if all(lever.legal[a][b] == (b >= a) for a in count for b in count):
        lines.append("one_way: true")
    elif kept := [lever.levels[a] for a in count if sum(lever.legal[a]) == 1]:
        lines.append(f"one_way: [{', '.join(_level(level) for level in kept)}]")
    return [*lines, *_given("label", lever.label)]


def _level(level: str) -> str:
    return json.dumps(level, ensure_ascii=False)


def _pair(low: float, high: float) -> str:
    return f"[{low!r}, {high!r}]"


def _percent(share: float) -> str:
    return str(Decimal(repr(share)) * 100)


def _given(key: str, text: str) -> list[str]:
    return [f"{key}: {quote(text)}"] if text else []


def _quote(claim: Claim) -> list[str]:
    """The quote as text, or with the words around it as a mapping."""
    if not claim.prefix and not claim.suffix:
        return _given("quote", claim.quote)
    around = [*_given("prefix", claim.prefix), *_given("suffix", claim.suffix)]
    return _block("quote", [f"exact: {quote(claim.quote)}", *around])


def _block(key: str, lines: Iterable[str]) -> list[str]:
    """A key with lines indented below it; nothing when there are none."""
    inner = [f"  {line}" for line in lines]
    return [f"{quote(key) if not key.isascii() else key}:", *inner] if inner else []


def _item(lines: Sequence[str]) -> list[str]:
    """Lines of a mapping as an item of a list."""
    return [f"{'- ' if number == 0 else '  '}{line}" for number, line in enumerate(lines)]
