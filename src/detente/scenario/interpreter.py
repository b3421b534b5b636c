"""Queries and settings with every name resolved."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Literal, cast

from lark import Token, Tree

from detente.scenario.amounts import UNITS, read_quantity
from detente.scenario.conditions import Condition
from detente.scenario.model import months_between
from detente.scenario.names import ConditionResolver, Names
from detente.scenario.parser import Syntax, parse
from detente.scenario.quantities import Quantity
from detente.scenario.queries import (
    Comparison,
    Connective,
    Divergence,
    Event,
    Expectation,
    Expression,
    InCase,
    Levels,
    Number,
    Opposed,
    Probability,
    Query,
    Reachable,
    Setting,
    Stable,
    Sum,
    Turn,
    Value,
    name_unturned,
    settled_by_bounds,
)
from detente.scenario.slips import Slip, Slipped, suggest

#: stability concepts a query may name, by the word it is written with
CONCEPTS: Mapping[str, str] = {name: name.lower() for name in ("Nash", "GMR", "SMR", "SEQ", "SSEQ", "SIM")}
DEFAULT_CONCEPT = "seq"


def resolve_query(text: str, names: Names) -> Query:
    """Read a query. Raises Slipped with everything wrong in it."""
    interpreter = _Interpreter(names, text)
    expression = interpreter.express(_child(parse(text, "query"), 0))
    if not _asks(expression) and not interpreter.slips:
        interpreter.slips.append(Slip(0, "Numbers alone ask nothing.", "Write a query such as 'P(c by 2025-07-20)'."))
    if name_unturned(expression):
        message = f"{name_unturned(expression)} cannot be asked under a policy with rules by date."
        interpreter.slips.append(Slip(0, message, "Suppose the levels themselves."))
    interpreter.finish()
    return Query(expression, " ".join(text.split()))


def resolve_levels(text: str, names: Names) -> Levels:
    """Read levels of levers joined by ``and``, or policies. Raises Slipped with everything wrong in them."""
    interpreter = _Interpreter(names, text)
    levels = interpreter.levels(_child(parse(text, "setting"), 0), "the list")
    interpreter.finish()
    return levels


def resolve_supposition(text: str, names: Names) -> Setting:
    """Read what may stand behind ``| suppose``: levels and policies with their rules. Raises Slipped."""
    interpreter = _Interpreter(names, text)
    tree = _child(parse(text, "setting"), 0)
    setting = Setting(suppose=interpreter.levels(tree, _SUPPOSE), turns=interpreter.turns(tree))
    interpreter.finish()
    return setting


def resolve_inputs(text: str, names: Names) -> tuple[tuple[str, Quantity], ...]:
    """Read ``us.deal = 0 and us.tempo = monthly``, sorted by id. Raises Slipped with everything wrong in them."""
    interpreter = _Interpreter(names, text)
    inputs = interpreter.inputs(parse(text, "inputs"))
    interpreter.finish()
    return inputs


def _asks(expression: Expression) -> bool:
    """Whether anything in it depends on the game."""
    if isinstance(expression, Sum):
        return any(_asks(term) for _, term in expression.terms)
    if isinstance(expression, Comparison):
        return _asks(expression.left) or _asks(expression.right)
    if isinstance(expression, Connective):
        return all(_asks(item) for item in expression.items)
    return not isinstance(expression, Number)


class _Interpreter(ConditionResolver):
    """Syntax trees of queries to expressions; what is wrong is collected in ``slips``."""

    def __init__(self, names: Names, text: str) -> None:
        super().__init__(names)
        self.text = text

    def finish(self) -> None:
        if self.slips:
            raise Slipped(*self.slips)

    def express(self, tree: Syntax) -> Expression:
        return _EXPRESS[tree.data](self, tree)

    def connect(self, tree: Syntax) -> Expression:
        items = [self.express(child) for child in _trees(tree)]
        for item, child in zip(items, _trees(tree), strict=True):
            if isinstance(item, Number | Sum | Probability | Expectation | Value | Divergence):
                self._slip_at(child, "A number is neither true nor false.", "Compare it: '... > 0.5'.")
        kind: Literal["and", "or"] = "and" if tree.data == "all_of" else "or"
        return Connective(kind, tuple(items))

    def compare(self, tree: Syntax) -> Expression:
        left_tree, operator, right_tree = _child(tree, 0), _leaf(tree, 1), _child(tree, 2)
        left, right = self._number(left_tree), self._number(right_tree)
        if operator in ("=", "!="):
            self.slip(operator, f"Numbers are not compared by '{operator}'.", "Write >, >=, < or <=.")
        margin = 0.0
        if len(tree.children) > 3:
            by = _child(tree, 3)
            margin = float(_leaf(by, 0)) / (100 if len(by.children) > 1 else 1)
        comparison = Comparison(cast("Literal['>', '<', '>=', '<=']", str(operator)), left, right, margin)
        if (settled := settled_by_bounds(comparison)) is not None:
            message = f"This is {'always' if settled else 'never'} true: a probability lies between 0 and 1."
            self._slip_at(tree, message, "Write a percentage such as '60%', and a margin such as '5 points'.")
        return comparison

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
        value = float(_leaf(tree, 0))
        return Number(value / 100 if len(tree.children) > 1 else value)

    def elsewhere(self, tree: Syntax) -> Expression:
        token, inner = _leaf(tree, 0), _child(tree, 1)
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
            time = self._span(_child(moment, 0))
            after = _child(moment, 1) if len(moment.children) > 1 else None
        else:
            time = self._date(_leaf(moment, 0))
        if enters and (moment.data == "on" or after is not None):
            self._slip_at(tree, "'enters' takes a date it must happen by.", "Write 'P(enters c by DATE)'.")
        return Probability(
            condition,
            "on" if moment.data == "on" else "enters" if enters else "by",
            time,
            self._setting(parts),
            given=self._event(given) if given is not None else None,
            after=self._event(after) if after is not None else None,
        )

    def expectation(self, tree: Syntax) -> Expression:
        token, parts = _leaf(tree, 0), _trees(tree)
        on = _find(parts, "on")
        time = self._date(_leaf(on, 0)) if on is not None else None
        kind: Literal["actor", "measure"] = "measure" if str(token) in self.names.measures else "actor"
        if kind == "actor" and str(token) not in self.names.actors:
            self._miss(token, "actor or measure", [*self.names.measures, *self.names.actors])
        return Expectation(str(token), kind, time, self._setting(parts))

    def stable(self, tree: Syntax) -> Expression:
        every, condition_tree, parts = _split(tree)
        condition = self._condition(condition_tree)
        concept = DEFAULT_CONCEPT
        for token in tree.children:
            if isinstance(token, Token) and token.type == "CONCEPT":
                concept = str(token).lower()
                if concept not in CONCEPTS.values():
                    self.slip(token, f"No stability concept '{token}'.", suggest(str(token), CONCEPTS))
        return Stable(condition, every, concept, self._setting(parts))

    def value(self, tree: Syntax) -> Expression:
        return Value(self._actor(_leaf(tree, 0)), self._setting(_trees(tree)))

    def reachable(self, tree: Syntax) -> Expression:
        token = next(child for child in tree.children if isinstance(child, Token))
        return Reachable(self._condition(_child(tree, 0)), self._actor(token), self._setting(_trees(tree)[1:]))

    def divergence(self, tree: Syntax) -> Expression:
        return Divergence(self._two_actors(tree), self._setting(_trees(tree)))

    def opposed(self, tree: Syntax) -> Expression:
        pair = self._two_actors(tree)
        lever = self.lever(_leaf(tree, 2))
        return Opposed(pair, lever.id if lever else "", self._setting(_trees(tree)))

    def levels(self, tree: Syntax, what: str) -> Levels:
        """Equalities of levers and policies joined by ``and``."""
        found: dict[str, int] = {}
        for part in _trees(tree) if tree.data == "both" else [tree]:
            if part.data == "name" and (policy := self.names.policies.get(str(_leaf(part, 0)))) is not None:
                pairs: Iterable[tuple[str, int]] = policy.hold
                if policy.then and what != _SUPPOSE:
                    self._slip_at(part, f"The policy {policy.id} has rules by date.", "Write the levels themselves.")
            elif part.data == "comparison" and part.children[1] == "=":
                lever = self.lever(_leaf(part, 0))
                level = self.level(lever, _leaf(part, 2)) if lever else None
                pairs = [(lever.id, level)] if lever and level is not None else []
            elif part.data == "name" and self.names.doubts(str(_leaf(part, 0))):
                self._hold_back(_leaf(part, 0))
            else:
                self._slip_at(part, f"{what.capitalize()} takes levels of levers, not an outcome.", _NAME_LEVERS)
                continue
            for lever_id, index in pairs:
                if found.setdefault(lever_id, index) != index:
                    self._slip_at(part, f"{lever_id} is given two levels.", "Keep one.")
        return tuple(sorted(found.items()))

    def inputs(self, tree: Syntax) -> tuple[tuple[str, Quantity], ...]:
        found: dict[str, Quantity] = {}
        for item in _trees(tree):
            token, written = _leaf(item, 0), _leaf(item, 1)
            name = str(token)
            if name in found:
                self.slip(token, f"The input '{name}' is here twice.", "Keep one.")
            domain = self.names.inputs.get(name)
            if domain is None:
                self._miss(token, "input", self.names.inputs)
            elif isinstance(domain, tuple):
                if str(written) in domain:
                    found[name] = Quantity("fixed", (float(domain.index(str(written))),), text=str(written))
                else:
                    self._miss(written, "reading", domain)
            else:
                try:
                    found[name] = read_quantity(str(written), domain)
                except Slipped as slipped:
                    start = written.start_pos or 0
                    self.slips.extend(Slip(start + slip.offset, slip.message, slip.cure) for slip in slipped.slips)
        return tuple(sorted(found.items()))

    def _number(self, tree: Syntax) -> Expression:
        expression = self.express(tree)
        if isinstance(expression, Comparison | Connective):
            self._slip_at(tree, "A comparison is not a number.", "Join comparisons by 'and' or 'or'.")
        return expression

    def _condition(self, tree: Syntax) -> Condition:
        node = self.resolve(tree)
        return Condition(node, " ".join(self.text[tree.meta.start_pos : tree.meta.end_pos].split()))

    def _setting(self, parts: list[Syntax]) -> Setting:
        found: dict[str, Syntax] = {}
        for part in parts:
            if part.data in ("suppose", "from", "with", "believed"):
                if part.data in found:
                    cure = "Name one actor." if part.data == "believed" else "Join its parts by 'and'."
                    self._slip_at(part, f"'{part.data}' is here twice.", cure)
                found[part.data] = part
        return Setting(
            suppose=self.levels(_child(found["suppose"], 0), _SUPPOSE) if "suppose" in found else (),
            turns=self.turns(_child(found["suppose"], 0)) if "suppose" in found else (),
            start=self.levels(_child(found["from"], 0), "'from'") if "from" in found else (),
            inputs=self.inputs(found["with"]) if "with" in found else (),
            believed=self._actor(_leaf(found["believed"], 0)) if "believed" in found else "",
        )

    def turns(self, tree: Syntax) -> tuple[Turn, ...]:
        """The rules of the policies supposed, in order of time."""
        found: dict[Turn, None] = {}
        for part in _trees(tree) if tree.data == "both" else [tree]:
            policy = self.names.policies.get(str(_leaf(part, 0))) if part.data == "name" else None
            for turn in policy.then if policy is not None else ():
                if any(other.on == turn.on and other != turn for other in found):
                    self._slip_at(part, f"Two policies have rules on {turn.on}.", "Suppose one of them.")
                found[turn] = None
        return tuple(sorted(found, key=lambda turn: turn.time))

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
        token = _leaf(tree, 0)
        months = float(token) * UNITS[str(_leaf(tree, 1)).removesuffix("s")]
        longest = months_between(self.names.as_of, self.names.horizon)
        if months > longest:
            self.slip(token, f"{token} {_leaf(tree, 1)} reach past the horizon.", f"It is {self.names.horizon}.")
        return months

    def _actor(self, token: Token) -> str:
        if str(token) not in self.names.actors:
            self._miss(token, "actor", self.names.actors)
        return str(token)

    def _two_actors(self, tree: Syntax) -> tuple[str, str]:
        first, second = _leaf(tree, 0), _leaf(tree, 1)
        if first == second:
            self.slip(second, f"'{second}' is compared with itself.", "Name two actors.")
        return self._actor(first), self._actor(second)

    def _miss(self, token: Token, what: str, options: Iterable[str]) -> None:
        if not self.names.doubts(str(token).partition(".")[0]):
            self.slip(token, f"No {what} '{token}'.", suggest(str(token), options))

    def _slip_at(self, tree: Syntax, message: str, cure: str) -> None:
        self.slips.append(Slip(tree.meta.start_pos if not tree.meta.empty else 0, message, cure))


_SUPPOSE = "'suppose'"
_NAME_LEVERS = "Name the levers, as in 'us.engagement = offer', or use 'given'."
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
}


def _split(tree: Syntax) -> tuple[bool, Syntax, list[Syntax]]:
    """Whether the rule's own keyword stands first, its condition, and what follows."""
    first = tree.children[0]
    marked = isinstance(first, Token) and first.type in ("ENTERS", "EVERY")
    trees = _trees(tree)
    return marked, trees[0], trees[1:]


def _trees(tree: Syntax) -> list[Syntax]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _child(tree: Syntax, index: int) -> Syntax:
    child = tree.children[index]
    assert isinstance(child, Tree)
    return child


def _leaf(tree: Syntax, index: int) -> Token:
    child = tree.children[index]
    assert isinstance(child, Token)
    return child


def _find(parts: list[Syntax], *kinds: str) -> Syntax | None:
    return next((part for part in parts if part.data in kinds), None)
