"""Resolved queries as text, in full names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from detente.scenario.catalogue import inputs_of
from detente.scenario.formulas import write_condition, write_level, write_levels, write_number
from detente.scenario.model import DAYS_PER_MONTH, Lever, Question, Scenario
from detente.scenario.quantities import Quantity
from detente.scenario.queries import (
    Bargained,
    Comparison,
    Connective,
    Divergence,
    Event,
    Expectation,
    Expression,
    InCase,
    Number,
    Opposed,
    Probability,
    Reachable,
    Setting,
    Stable,
    Sum,
    Terms,
    Value,
)


def write_query(expression: Expression, scenario: Scenario) -> str:
    """A query's expression as text."""
    return _QueryWriter(scenario).write(expression)


class _QueryWriter:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.inputs = inputs_of(scenario)
        self.levers: Mapping[str, Lever] = {lever.id: lever for lever in scenario.levers}
        self.issues: Mapping[str, Question] = {question.id: question for question in scenario.issues}

    def write(self, item: Expression) -> str:
        if isinstance(item, Number):
            return repr(item.value)
        if isinstance(item, Sum):
            terms = " ".join(f"{'+' if sign > 0 else '-'} {self._term(term)}" for sign, term in item.terms)
            return terms.removeprefix("+ ") if len(item.terms) > 1 else terms
        if isinstance(item, Comparison):
            margin = f" by {item.margin!r}" if item.margin else ""
            return f"{self._term(item.left)} {item.operator} {self._term(item.right)}{margin}"
        if isinstance(item, Connective):
            return f" {item.kind} ".join(self._term(part) for part in item.items)
        if isinstance(item, InCase):
            return f"in {item.case}: ({item.text})"
        if isinstance(item, Bargained):
            return self._bargained(item)
        return self._measurement(item)

    def _term(self, item: Expression) -> str:
        bare = not isinstance(item, Sum | Comparison | Connective) and not (isinstance(item, Number) and item.value < 0)
        return self.write(item) if bare else f"({self.write(item)})"

    def _measurement(self, item: Probability | Expectation | Stable | Value | Reachable | Divergence | Opposed) -> str:
        setting = self._setting(item.setting)
        if isinstance(item, Probability):
            return self._probability(item, setting)
        if isinstance(item, Expectation):
            time = f" {self._moment('on', item.time)}" if item.time is not None else ""
            return f"E({item.of}{time}{setting})"
        if isinstance(item, Stable):
            every = "every " if item.every else ""
            return f"stable({every}{self._condition(item)}, {item.concept.upper()}{setting})"
        if isinstance(item, Value):
            return f"value({item.actor}{setting})"
        if isinstance(item, Reachable):
            return f"reachable({self._condition(item)} for {item.actor}{setting})"
        pair = " ".join(item.actors)
        if isinstance(item, Divergence):
            return f"divergence({pair}{setting})"
        return f"opposed({pair} on {item.lever}{setting})"

    def _probability(self, item: Probability, setting: str) -> str:
        enters = "enters " if item.kind == "enters" else ""
        if item.after is not None:
            time = f"within {self._span(item.time)} after {self._event(item.after)}"
        else:
            time = self._moment("on" if item.kind == "on" else "by", item.time)
        given = f" given {self._event(item.given)}" if item.given is not None else ""
        return f"P({enters}{self._condition(item)} {time}{given}{setting})"

    def _bargained(self, item: Bargained) -> str:
        setting = self._setting(item.setting)
        if isinstance(item, Terms):
            return f"terms({item.issue}, {item.model}{setting})"
        if item.operator:
            return f"P(terms({item.issue}) {item.operator} {Decimal(repr(item.bound)):f}{setting})"
        told = " ".join(write_level(name) for name in name_stretches(self.issues[item.issue], item.regions))
        return f"P(terms({item.issue}) in ({told}){setting})"

    def _condition(self, item: Probability | Stable | Reachable) -> str:
        return write_condition(item.condition.node, self.levers)

    def _event(self, event: Event) -> str:
        enters = "enters " if event.enters else ""
        time = "" if event.by == float("inf") else f" {self._moment('by', event.by)}"
        return f"{enters}{write_condition(event.condition.node, self.levers)}{time}"

    def _moment(self, word: str, months: float) -> str:
        days = round(months * DAYS_PER_MONTH)
        if word == "by" and days / DAYS_PER_MONTH != months:
            return f"within {self._span(months)}"
        return f"{word} {self.scenario.as_of + timedelta(days=days)}"

    def _span(self, months: float) -> str:
        return f"{months!r} months"

    def _setting(self, setting: Setting) -> str:
        parts = [f" | suppose {self._supposed(setting)}"] if setting.suppose or setting.turns else []
        parts += [f" | from {write_levels(setting.start, self.levers)}"] if setting.start else []
        if setting.inputs:
            told = " and ".join(f"{name} = {self._input(name, quantity)}" for name, quantity in setting.inputs)
            parts.append(f" | with {told}")
        parts += [f" | believed by {setting.believed}"] if setting.believed else []
        return "".join(parts)

    def _supposed(self, setting: Setting) -> str:
        """Levels; rules of policies can only be told by the policies' names."""
        held, turns = dict(setting.suppose), set(setting.turns)
        named = [
            policy
            for policy in self.scenario.policies
            if policy.then and turns.issuperset(policy.then) and held.items() >= dict(policy.hold).items()
        ]
        told = {lever for policy in named for lever, _ in policy.hold}
        rest = tuple(pair for pair in setting.suppose if pair[0] not in told)
        return " and ".join([*(policy.id for policy in named), *([write_levels(rest, self.levers)] if rest else [])])

    def _input(self, name: str, quantity: Quantity) -> str:
        domain = self.inputs.get(name)
        if isinstance(domain, tuple):
            return domain[int(quantity.parameters[0])]
        return quantity.text or write_number(quantity)


def name_stretches(question: Question, stretches: Sequence[tuple[float, float]]) -> list[str]:
    """The regions of an issue's scale that stretches of it are, by name."""
    named = {(region.low, region.high): region.name for region in question.regions}
    return [named[stretch] for stretch in stretches]
