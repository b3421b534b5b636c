"""Queries and settings with every name resolved."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Literal, cast

from lark import Token

from detente.scenario.amounts import UNITS
from detente.scenario.conditions import Condition
from detente.scenario.model import months_between
from detente.scenario.names import Names
from detente.scenario.parser import Syntax, child_of, leaf_of, parse, trees_of
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
    Query,
    Reachable,
    Stable,
    Sum,
    Terms,
    Value,
    measurements_of,
    name_unturned,
    settled_by_bounds,
)
from detente.scenario.slips import Slip, Slipped, suggest
from detente.scenario.terms import TermsResolver

#: stability concepts a query may name, by the word it is written with
CONCEPTS: Mapping[str, str] = {name: name.lower() for name in ("Nash", "GMR", "SMR", "SEQ", "SSEQ", "SIM")}
DEFAULT_CONCEPT = "seq"


def resolve_query(text: str, names: Names) -> Query:
    """Read a query. Raises Slipped with everything wrong in it."""
    interpreter = _Interpreter(names, text)
    expression = interpreter.express(child_of(parse(text, "query"), 0))
    if not _asks(expression) and not interpreter.slips:
        interpreter.slips.append(Slip(0, "Numbers alone ask nothing.", "Write a query such as 'P(c by 2025-07-20)'."))
    if name_unturned(expression):
        message = f"{name_unturned(expression)} cannot be asked under a policy with rules by date."
        interpreter.slips.append(Slip(0, message, "Suppose the levels themselves."))
    interpreter.finish()
    return Query(expression, " ".join(text.split()))


def _asks(expression: Expression) -> bool:
    """Whether anything in it depends on the game."""
    if isinstance(expression, Sum):
        return any(_asks(term) for _, term in expression.terms)
    if isinstance(expression, Comparison):
        return _asks(expression.left) or _asks(expression.right)
    if isinstance(expression, Connective):
        return all(_asks(item) for item in expression.items)
    return not isinstance(expression, Number)


class _Interpreter(TermsResolver):
    """Syntax trees of queries to expressions; what is wrong is collected in ``slips``."""

    def express(self, tree: Syntax) -> Expression:
        return _EXPRESS[tree.data](self, tree)

    def connect(self, tree: Syntax) -> Expression:
        items = [self.express(child) for child in trees_of(tree)]
        for item, child in zip(items, trees_of(tree), strict=True):
            if isinstance(item, Number | Sum | Probability | Expectation | Value | Divergence | Bargained):
                self.slip_at(child, "A number is neither true nor false.", "Compare it: '... > 0.5'.")
        kind: Literal["and", "or"] = "and" if tree.data == "all_of" else "or"
        return Connective(kind, tuple(items))

    def compare(self, tree: Syntax) -> Expression:
        left_tree, operator, right_tree = child_of(tree, 0), leaf_of(tree, 1), child_of(tree, 2)
        left, right = self._number(left_tree), self._number(right_tree)
        if operator in ("=", "!="):
            self.slip(operator, f"Numbers are not compared by '{operator}'.", "Write >, >=, < or <=.")
        margin = 0.0
        if len(tree.children) > 3:
            by = child_of(tree, 3)
            margin = float(leaf_of(by, 0)) / (100 if len(by.children) > 1 else 1)
        comparison = Comparison(cast("Literal['>', '<', '>=', '<=']", str(operator)), left, right, margin)
        if (settled := settled_by_bounds(comparison)) is not None:
            self._refuse_settled(tree, comparison, "always" if settled else "never")
        elif any(isinstance(item, Terms) for item in measurements_of(comparison)):
            self._refuse_percent(tree)
        return comparison

    def _refuse_settled(self, tree: Syntax, comparison: Comparison, how: str) -> None:
        terms = [item for item in measurements_of(comparison) if isinstance(item, Terms)]
        if not terms:
            message = f"This is {how} true: a probability lies between 0 and 1."
            self.slip_at(tree, message, "Write a percentage such as '60%', and a margin such as '5 points'.")
        elif all(item.issue for item in terms):
            low, high = terms[0].ends
            message = f"This is {how} true: the terms of {terms[0].issue} lie between {low:g} and {high:g}."
            self.slip_at(tree, message, "Write a point of the scale.")

    def _refuse_percent(self, tree: Syntax) -> None:
        """Terms are in units of a scale, beside which shares of one are slips."""
        for part in tree.iter_subtrees():
            unit = part.children[-1]
            if part.data in ("number", "margin") and isinstance(unit, Token) and unit.type != "NUMBER":
                cure = f"Write '{'by ' if part.data == 'margin' else ''}{leaf_of(part, 0)}'."
                self.slip(unit, "Terms are in units of the scale, not in per cent or points.", cure)

    def add(self, tree: Syntax) -> Expression:
        terms: list[tuple[int, Expression]] = []
        sign = 1
        for child in tree.children:
            if isinstance(child, Token):
                sign = -1 if child == "-" else 1
            else:
                terms.append((sign, self._number(child)))
                sign = 1
        if len(terms) == 1 and isinstance(terms[0][1], Number):
            return Number(terms[0][0] * terms[0][1].value)
        return Sum(tuple(terms))

    def number(self, tree: Syntax) -> Expression:
        value = float(leaf_of(tree, 0))
        return Number(value / 100 if len(tree.children) > 1 else value)

    def elsewhere(self, tree: Syntax) -> Expression:
        token, inner = leaf_of(tree, 0), child_of(tree, 1)
        text = self.text[inner.meta.start_pos : inner.meta.end_pos]
        unread = Value("")  # stands in for what carries its own slip
        if self.names.abroad is None:
            self.slip(token, "A case asked about from another asks about no third.", "Ask that case by itself.")
            return unread
        try:
            scenario, inside = self.names.abroad(str(token), text)
        except Slipped as slipped:
            start = inner.meta.start_pos
            self.slips.extend(replace(slip, offset=start + slip.offset) for slip in slipped.slips)
            return unread
        return InCase(str(token), " ".join(text.split()), inside, scenario)

    def probability(self, tree: Syntax) -> Expression:
        enters, condition_tree, parts = _split(tree)
        condition = self._condition(condition_tree)
        moment = _find(parts, "on", "by", "within")
        assert moment is not None
        given = _find(parts, "given")
        after = None
        if moment.data == "within":
            time = self._span(child_of(moment, 0))
            after = child_of(moment, 1) if len(moment.children) > 1 else None
        else:
            time = self._date(leaf_of(moment, 0))
        if enters and (moment.data == "on" or after is not None):
            self.slip_at(tree, "'enters' takes a date it must happen by.", "Write 'P(enters c by DATE)'.")
        return Probability(
            condition,
            "on" if moment.data == "on" else "enters" if enters else "by",
            time,
            self.setting(parts),
            given=self._event(given) if given is not None else None,
            after=self._event(after) if after is not None else None,
        )

    def expectation(self, tree: Syntax) -> Expression:
        token, parts = leaf_of(tree, 0), trees_of(tree)
        on = _find(parts, "on")
        time = self._date(leaf_of(on, 0)) if on is not None else None
        kind: Literal["actor", "measure"] = "measure" if str(token) in self.names.measures else "actor"
        if str(token) in self.names.issues:
            self.slip(token, f"'{token}' is an issue.", f"Write 'terms({token})'.")
        elif kind == "actor" and str(token) not in self.names.actors:
            self.miss(token, "actor or measure", [*self.names.measures, *self.names.actors])
        return Expectation(str(token), kind, time, self.setting(parts))

    def stable(self, tree: Syntax) -> Expression:
        every, condition_tree, parts = _split(tree)
        condition = self._condition(condition_tree)
        concept = DEFAULT_CONCEPT
        for token in tree.children:
            if isinstance(token, Token) and token.type == "CONCEPT":
                concept = str(token).lower()
                if concept not in CONCEPTS.values():
                    self.slip(token, f"No stability concept '{token}'.", suggest(str(token), CONCEPTS))
        return Stable(condition, every, concept, self.setting(parts))

    def value(self, tree: Syntax) -> Expression:
        return Value(self.actor(leaf_of(tree, 0)), self.setting(trees_of(tree)))

    def reachable(self, tree: Syntax) -> Expression:
        token = next(child for child in tree.children if isinstance(child, Token))
        return Reachable(self._condition(child_of(tree, 0)), self.actor(token), self.setting(trees_of(tree)[1:]))

    def divergence(self, tree: Syntax) -> Expression:
        return Divergence(self._two_actors(tree), self.setting(trees_of(tree)))

    def opposed(self, tree: Syntax) -> Expression:
        pair = self._two_actors(tree)
        lever = self.lever(leaf_of(tree, 2))
        return Opposed(pair, lever.id if lever else "", self.setting(trees_of(tree)))

    def _number(self, tree: Syntax) -> Expression:
        expression = self.express(tree)
        if isinstance(expression, Comparison | Connective):
            self.slip_at(tree, "A comparison is not a number.", "Join comparisons by 'and' or 'or'.")
        return expression

    def _condition(self, tree: Syntax) -> Condition:
        node = self.resolve(tree)
        return Condition(node, " ".join(self.text[tree.meta.start_pos : tree.meta.end_pos].split()))

    def _event(self, tree: Syntax) -> Event:
        enters, condition_tree, _ = _split(tree)
        dates = [child for child in tree.children if isinstance(child, Token) and child.type == "DATE"]
        return Event(self._condition(condition_tree), self._date(dates[0]) if dates else math.inf, enters)

    def _date(self, token: Token) -> float:
        try:
            day = date.fromisoformat(str(token))
        except ValueError:
            self.slip(token, f"No such day: {token}.", "Write a date such as 2025-07-20.")
            return 0.0
        if day < self.names.as_of:
            self.slip(token, f"{day} is before the start of the model.", f"as_of is {self.names.as_of}.")
        elif day > self.names.horizon:
            self.slip(token, f"{day} is after the horizon.", f"The horizon is {self.names.horizon}.")
        return months_between(self.names.as_of, day)

    def _span(self, tree: Syntax) -> float:
        token = leaf_of(tree, 0)
        months = float(token) * UNITS[str(leaf_of(tree, 1)).removesuffix("s")]
        longest = months_between(self.names.as_of, self.names.horizon)
        if months > longest:
            self.slip(token, f"{token} {leaf_of(tree, 1)} reach past the horizon.", f"It is {self.names.horizon}.")
        return months

    def _two_actors(self, tree: Syntax) -> tuple[str, str]:
        first, second = leaf_of(tree, 0), leaf_of(tree, 1)
        if first == second:
            self.slip(second, f"'{second}' is compared with itself.", "Name two actors.")
        return self.actor(first), self.actor(second)


_EXPRESS: Mapping[str, Callable[[_Interpreter, Syntax], Expression]] = {
    "any_of": _Interpreter.connect,
    "all_of": _Interpreter.connect,
    "relation": _Interpreter.compare,
    "sum": _Interpreter.add,
    "number": _Interpreter.number,
    "elsewhere": _Interpreter.elsewhere,
    "probability": _Interpreter.probability,
    "expectation": _Interpreter.expectation,
    "stable": _Interpreter.stable,
    "value": _Interpreter.value,
    "reachable": _Interpreter.reachable,
    "divergence": _Interpreter.divergence,
    "opposed": _Interpreter.opposed,
    "terms": _Interpreter.terms,
    "outlook": _Interpreter.outlook,
}


def _split(tree: Syntax) -> tuple[bool, Syntax, list[Syntax]]:
    """Whether the rule's own keyword stands first, its condition, and what follows."""
    first = tree.children[0]
    marked = isinstance(first, Token) and first.type in ("ENTERS", "EVERY")
    trees = trees_of(tree)
    return marked, trees[0], trees[1:]


def _find(parts: list[Syntax], *kinds: str) -> Syntax | None:
    return next((part for part in parts if part.data in kinds), None)
