"""Conditions and queries in words: what a line of the language asks, for readers who do not write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detente.report.settling import label_levers
from detente.report.text import LONGEST_NAME, date_at, plain, write_count, write_date
from detente.scenario.conditions import All, AtLeast, Condition, In, Node, Not
from detente.scenario.model import Cause, Lever, Requirement, Scenario
from detente.scenario.queries import (
    Bargained,
    Comparison,
    Connective,
    Divergence,
    Event,
    Expectation,
    Expression,
    InCase,
    Levels,
    Likelihood,
    Number,
    Opposed,
    Probability,
    Reachable,
    Setting,
    Stable,
    Sum,
    Terms,
    Value,
    parts_of,
)
from detente.scenario.questions import name_stretches
from detente.scenario.slips import enumerate_words
from detente.scenario.terms import DEFAULT_MODEL
from detente.solvers.stability import NAMES

_SIDES = {">": "above", "<": "below", ">=": "at or above", "<=": "at or below"}
_RELATIONS = {">": "is above", "<": "is below", ">=": "is at least", "<=": "is at most"}


class Phrasebook:
    """The words of one scenario for its conditions and queries; every phrase is safe to show."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.levers: Mapping[str, Lever] = {lever.id: lever for lever in scenario.levers}
        self.labels = label_levers(scenario)
        self.actors = {actor.id: plain(actor.name, LONGEST_NAME) for actor in scenario.actors}

    def condition(self, condition: Condition) -> str:
        """``“Joint exercises” is scaled and “Tariffs” is not none``."""
        return self._node(condition.node)

    def levels(self, levels: Levels) -> str:
        """``“Joint exercises” at scaled and “Tariffs” at none``."""
        return enumerate_words(f"“{self.labels[lever]}” at {self._level(lever, level)}" for lever, level in levels)

    def query(self, expression: Expression) -> str:
        """What a query asks: ``the probability that “Tariffs” is broad on 30 June 2026``."""
        if isinstance(expression, Probability):
            return self._probability(expression)
        if isinstance(expression, Number):
            return f"{expression.value:g}"
        if isinstance(expression, Sum):
            return self._sum(expression)
        if isinstance(expression, Comparison):
            return self._comparison(expression)
        if isinstance(expression, Connective):
            return f", {expression.kind} ".join(self.query(item) for item in expression.items)
        if isinstance(expression, InCase):
            inside = Phrasebook(expression.scenario).query(expression.inside)
            return f"(in the case {plain(expression.case, LONGEST_NAME)}) {inside}"
        if isinstance(expression, Bargained):
            return self._bargained(expression) + self._setting(expression.setting)
        return self._measurement(expression) + self._setting(expression.setting)

    def cause(self, cause: Cause) -> str:
        """What a cause claims: which levels, against which others, do what to which figure."""
        return (
            f"holding {self.levels(cause.on)}, instead of {self.levels(cause.off)}, {cause.direction} "
            f"{self.query(cause.effect.expression)}"
        )

    def requirement(self, requirement: Requirement) -> str:
        """What a requirement claims."""
        effect = self.query(requirement.effect.expression)
        bound = f"{100 * requirement.below:g} %"
        return (
            f"{effect} stays below {bound} when levers are held so that never {self.condition(requirement.condition)}"
        )

    def _measurement(self, item: Expectation | Stable | Value | Reachable | Divergence | Opposed) -> str:
        if isinstance(item, Expectation):
            of = self.actors.get(item.of, plain(item.of, LONGEST_NAME))
            if item.time is None:
                return f"{of} averaged from the start to the horizon"
            return f"{of} on {self._date(item.time)}"
        if isinstance(item, Stable):
            which = "every possible state" if item.every else "some state"
            return f"{which} in which {self.condition(item.condition)} is stable for everybody ({NAMES[item.concept]})"
        if isinstance(item, Value):
            return f"what {self.actors[item.actor]} expects to accumulate over its foresight, per month"
        if isinstance(item, Reachable):
            return f"{self.actors[item.actor]} can bring about alone that {self.condition(item.condition)}"
        first, second = (self.actors[actor] for actor in item.actors)
        if isinstance(item, Divergence):
            return f"the distance between what {first} and {second} want (1 minus the rank correlation of payoffs)"
        return f"{first} and {second} prefer different levels of “{self.labels[item.lever]}”"

    def _bargained(self, item: Bargained) -> str:
        question = next(question for question in self.scenario.issues if question.id == item.issue)
        about = f"“{plain(question.label or question.id, LONGEST_NAME)}”"
        if isinstance(item, Terms):
            by = "" if item.model == DEFAULT_MODEL else f", by the model {item.model}"
            return f"where bargaining over {about} ends{by}"
        if item.operator:
            return f"the probability that bargaining over {about} ends {_SIDES[item.operator]} {item.bound:g}"
        names = (f"“{plain(name, LONGEST_NAME)}”" for name in name_stretches(question, item.regions))
        return f"the probability that bargaining over {about} ends at {enumerate_words(names, 'or')}"

    def _probability(self, item: Probability) -> str:
        day = self._date(item.time)
        if item.after is not None:
            when = f"within {item.time:.3g} months after it happens {self._event(item.after)},"
        elif item.kind == "on":
            when = f"on {day}"
        else:
            when = f"by {day} it comes about that" if item.kind == "enters" else f"at some moment up to {day}"
        given = f", given {self._event(item.given)}" if item.given is not None else ""
        return f"the probability that {when} {self.condition(item.condition)}{given}{self._setting(item.setting)}"

    def _event(self, event: Event) -> str:
        by = "" if event.by == float("inf") else f" by {self._date(event.by)}"
        return f"that {self.condition(event.condition)}{by}"

    def _sum(self, item: Sum) -> str:
        told = ""
        for sign, term in item.terms:
            joint = (" plus " if sign > 0 else " minus ") if told else ("" if sign > 0 else "minus ")
            told += joint + self.query(term)
        return told

    def _comparison(self, item: Comparison) -> str:
        shares = any(isinstance(part, Likelihood) for part in parts_of(item))

        def side(expression: Expression) -> str:
            if isinstance(expression, Number) and shares:
                return f"{100 * expression.value:g} %"
            return self.query(expression)

        unit = f"{100 * item.margin:g} points" if shares else f"{item.margin:g}"
        by = f" by at least {unit}" if item.margin else ""
        return f"{side(item.left)} {_RELATIONS[item.operator]} {side(item.right)}{by}"

    def _setting(self, setting: Setting) -> str:
        told = [f"supposing {self.levels(setting.suppose)}"] if setting.suppose else []
        if setting.turns:
            told.append(f"with {write_count(len(setting.turns), 'rule')} by date")
        if setting.start:
            told.append(f"starting from {self.levels(setting.start)}")
        if setting.inputs:
            changed = [f"{plain(name, LONGEST_NAME)} = {plain(x.text, LONGEST_NAME)}" for name, x in setting.inputs]
            told.append(f"with {enumerate_words(changed)}")
        if setting.believed:
            told.append(f"in the game as {self.actors[setting.believed]} sees it")
        return f" ({'; '.join(told)})" if told else ""

    def _date(self, months: float) -> str:
        return write_date(date_at(self.scenario.as_of, months))

    def _level(self, lever: str, level: int) -> str:
        return plain(self.levers[lever].levels[level], LONGEST_NAME)

    def _node(self, node: Node, nested: bool = False) -> str:
        if isinstance(node, In):
            return self._stands(node)
        if isinstance(node, Not):
            return f"not ({self._node(node.item)})"
        parts = [self._node(item, True) for item in node.items]
        if isinstance(node, AtLeast):
            told = f"at least {node.count} of these: {'; '.join(parts)}"
        else:
            told = (" and " if isinstance(node, All) else " or ").join(parts)
        return f"({told})" if nested and len(node.items) > 1 else told

    def _stands(self, node: In) -> str:
        lever, label = self.levers[node.lever], f"“{self.labels[node.lever]}”"
        count = len(lever.levels)
        if not node.levels or len(node.levels) == count:
            return f"{label} is {'anything' if node.levels else 'nothing'}"
        first, last = node.levels[0], node.levels[-1]
        if len(node.levels) == 1:
            return f"{label} is {self._level(node.lever, first)}"
        if len(node.levels) == count - 1:
            (out,) = set(range(count)) - set(node.levels)
            return f"{label} is not {self._level(node.lever, out)}"
        run = last - first == len(node.levels) - 1
        if run and last == count - 1:
            return f"{label} is {self._level(node.lever, first)} or beyond"
        if run and first == 0:
            return f"{label} is {self._level(node.lever, last)} or before"
        return f"{label} is {self._join(node.lever, node.levels)}"

    def _join(self, lever: str, levels: Sequence[int]) -> str:
        return enumerate_words([self._level(lever, level) for level in levels], "or")
