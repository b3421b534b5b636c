"""From the shape of a file to a Scenario: names, numbers, conditions and queries given their meaning.

Everything wrong is noted and building goes on, so that one reading tells all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from detente.scenario.bargains import build_questions
from detente.scenario.beliefs import build_beliefs, build_thresholds
from detente.scenario.catalogue import names_of
from detente.scenario.conditions import Condition
from detente.scenario.dates import read_months
from detente.scenario.document import Text
from detente.scenario.levers import build_chance, build_lever, build_levers
from detente.scenario.model import (
    DAYS_PER_MONTH,
    Actor,
    Lever,
    Measure,
    Policy,
    Rule,
    Scenario,
    Source,
    Word,
)
from detente.scenario.names import Names
from detente.scenario.phases import build_phases
from detente.scenario.preferences import (
    Desk,
    as_text,
    build_behaviour,
    build_readings,
    build_wants,
    read_payoff_words,
)
from detente.scenario.schema import RawScenario
from detente.scenario.scoring import build_claims, build_evidence, build_scale
from detente.scenario.slips import Slip, Slipped, suggest
from detente.scenario.turns import build_turns, read_hold

FORMAT = "1"
#: furthest horizon, in months
LONGEST = 1200.0


def build(desk: Desk, raw: RawScenario, doubtful: frozenset[str], brief: str) -> Scenario:
    """Build the scenario, noting all mistakes at the desk; its answer is good only if none was noted."""
    as_of, horizon = _build_dates(desk, raw)
    read_payoff_words(desk, raw.words)
    _check_one_meaning(desk, raw)
    levers = {actor: build_levers(desk, actor, item.levers) for actor, item in (raw.actors or {}).items()}
    chance = {name: build_lever(desk, None, name, item) for name, item in raw.chance.items()}
    known = {lever.id: lever for group in [*levers.values(), tuple(chance.values())] for lever in group}
    named = NamedConditions(desk, raw.conditions)
    others = {
        **dict.fromkeys(map(str, raw.actors or ()), "an actor"),
        **dict.fromkeys(map(str, raw.measures), "a measure"),
        **dict.fromkeys(map(str, raw.policies), "a policy"),
        **dict.fromkeys(map(str, raw.issues), "an issue"),
    }
    actors = tuple(map(str, raw.actors or ()))
    names = Names(known, named, actors, as_of, horizon, others=others, doubtful=doubtful)
    conditions = named.resolve(names)
    scale, words = build_scale(desk, raw.scale)
    scenario = Scenario(
        title=" ".join((raw.title or "").split()),
        as_of=as_of,
        horizon=horizon,
        actors=tuple(_build_actor(desk, as_text(key), raw, levers[key], names) for key in raw.actors or {}),
        chance=tuple(build_chance(desk, chance[name], item, names) for name, item in raw.chance.items()),
        conditions=conditions,
        rules=_build_rules(desk, raw, names),
        measures=tuple(Measure(str(name), build_wants(desk, item, names)) for name, item in raw.measures.items()),
        issues=build_questions(desk, raw.issues, names),
        sources=tuple(
            Source(str(key), str(item.title), str(item.date), str(item.url or "")) for key, item in raw.sources.items()
        ),
        scale=scale,
        words=words,
        payoff_words=tuple(Word(word, *ends) for word, ends in desk.payoff_words.items()),
        brief=brief,
        brief_path=str(raw.brief or ""),
        question=" ".join((raw.question or "").split()),
        cautions=tuple(" ".join(text.split()) for text in raw.caution or ()),
    )
    # A condition that could not be read carries its own issue; what uses it adds none.
    unread = frozenset(map(str, raw.conditions)) - dict(conditions).keys()
    return _add_what_queries_name(desk, raw, scenario, doubtful | unread)


def _add_what_queries_name(desk: Desk, raw: RawScenario, scenario: Scenario, doubtful: frozenset[str]) -> Scenario:
    """Phases and policies, which may name everything above, and claims and evidence, which may name them too."""
    names = replace(names_of(scenario), doubtful=doubtful, abroad=desk.abroad)
    phases = build_phases(desk, raw.phases, names)
    scenario = replace(scenario, phases=phases, policies=_build_policies(desk, raw, names))
    unread = frozenset(map(str, raw.policies)) - {policy.id for policy in scenario.policies}
    names = replace(names_of(scenario), doubtful=doubtful | unread, abroad=desk.abroad)
    return replace(
        scenario,
        claims=build_claims(desk, raw.claims, names, scenario),
        evidence=build_evidence(desk, raw.evidence, names, scenario.sources),
    )


def _build_actor(desk: Desk, key: Text, scenario: RawScenario, levers: tuple[Lever, ...], names: Names) -> Actor:
    actors = scenario.actors or {}
    raw = actors[key]
    actor = Actor(
        id=str(key),
        name=str(raw.name or key),
        levers=levers,
        readings=build_readings(desk, key, raw, names.inside(str(key))),
        behaviour=build_behaviour(desk, raw.behaviour, scenario.behaviour),
        starts=date.fromisoformat(raw.starts) if raw.starts else None,
        thresholds=build_thresholds(desk, raw.thresholds),
        beliefs=build_beliefs(desk, key, actors, names),
    )
    return desk.mark(actor, key)


def _build_rules(desk: Desk, raw: RawScenario, names: Names) -> tuple[Rule, ...]:
    found = ((desk.condition(rule.forbid, names), str(rule.because or "")) for rule in raw.rules)
    return tuple(Rule(condition, because) for condition, because in found if condition is not None)


class NamedConditions(Mapping[str, Condition]):
    """The file's conditions, each resolved when first asked for."""

    def __init__(self, desk: Desk, raw: Mapping[str, str]) -> None:
        self._desk = desk
        self._raw = {str(name): as_text(text) for name, text in raw.items()}
        self._done: dict[str, Condition | None] = {}
        self._open: list[str] = []
        self._names: Names | None = None

    def resolve(self, names: Names) -> tuple[tuple[str, Condition], ...]:
        """Resolve all; answers those that are sound, in the order of the file."""
        self._names = names
        for name in self._raw:
            if name not in self._done:
                self._read(name)
        found = ((name, self._done[name]) for name in self._raw)
        return tuple((name, condition) for name, condition in found if condition is not None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __contains__(self, name: object) -> bool:
        return name in self._raw

    def __getitem__(self, name: str) -> Condition:
        if name in self._open:
            circle = [*self._open[self._open.index(name) :], name]
            raise Slipped(Slip(0, f"The condition is defined by itself: {' -> '.join(circle)}.", "Break the circle."))
        if len(self._open) > 30:
            raise Slipped(Slip(0, "Conditions refer to each other more than 30 deep.", "Say them more simply."))
        if name not in self._done:
            self._read(name)
        condition = self._done[name]
        if condition is None:
            # Its own entry carries the issue.
            raise Slipped()
        return condition

    def _read(self, name: str) -> None:
        assert self._names is not None
        self._open.append(name)
        text, names = self._raw[name], self._names
        self._done[name] = self._desk.condition(text, names)
        self._open.pop()


def _build_dates(desk: Desk, raw: RawScenario) -> tuple[date, date]:
    if raw.detente is not None and raw.detente != FORMAT:
        desk.notes.error(
            as_text(raw.detente), f"Version '{raw.detente}' of the format is not known here.", f"Write {FORMAT}."
        )
    if raw.as_of is None:
        return date.min, date.max
    as_of = date.fromisoformat(raw.as_of)
    if raw.horizon is None:
        return as_of, date.max
    text = as_text(raw.horizon)
    horizon = desk.notes.attempt(text, lambda: _read_horizon(text, as_of))
    return as_of, horizon or date.max


def _read_horizon(text: str, as_of: date) -> date:
    months = read_months(text, as_of, "Write 2026-11-30 or '24 months'.")
    if months <= 0:
        raise Slipped(Slip(0, f"The horizon {text} is not after as_of, {as_of}.", "Choose a later date."))
    if months > LONGEST:
        raise Slipped(Slip(0, f"The horizon {text} is more than 100 years away.", "Choose an earlier date."))
    # A day more than a fraction, so that 'within 24 months' fits a horizon of '24 months'.
    try:
        return as_of + timedelta(days=math.ceil(round(months * DAYS_PER_MONTH, 6)))
    except OverflowError:
        raise Slipped(Slip(0, f"The horizon {text} lies beyond the year 9999.", "Choose an earlier date.")) from None


def _build_policies(desk: Desk, raw: RawScenario, names: Names) -> tuple[Policy, ...]:
    policies: list[Policy] = []
    for key, item in raw.policies.items():
        actor = str(item.actor)
        if actor not in names.actors:
            if not names.doubts(actor):
                desk.notes.error(as_text(item.actor), f"No actor '{actor}'.", suggest(actor, names.actors))
            continue
        text = as_text(item.hold)
        hold = read_hold(desk, text, actor, names)
        then = build_turns(desk, item.then, actor, names, bool(raw.phases))
        policies.append(desk.mark(Policy(str(key), actor, hold, str(item.text or ""), then), text))
    return tuple(policies)


def _check_one_meaning(desk: Desk, raw: RawScenario) -> None:
    """Actors, conditions, chance levers, measures, policies and issues share one level of names."""
    seen: dict[str, tuple[str, Text]] = {}
    groups: list[tuple[str, Mapping[str, object]]] = [
        ("an actor", raw.actors or {}),
        ("a chance lever", raw.chance),
        ("a condition", raw.conditions),
        ("a measure", raw.measures),
        ("a policy", raw.policies),
        ("an issue", raw.issues),
    ]
    for kind, group in groups:
        for name in group:
            if name in seen:
                other, place = seen[name]
                message = f"'{name}' is {kind} here and {other} on line {place.line}."
                desk.notes.error(as_text(name), message, "Rename one.")
            seen.setdefault(str(name), (kind, as_text(name)))
    for word, what in (("chance", "chance moves"), ("phases", "phases")):
        for kind, names in (("an actor", raw.actors or {}), ("an issue", raw.issues)):
            for key in names:
                if key == word:
                    message = f"'{word}' is no name for {kind}: inputs of {what} start with it."
                    desk.notes.error(as_text(key), message, "")
