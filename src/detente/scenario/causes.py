"""Claims that one thing moves another, or that it cannot be without it: what is forced, and the comparison it makes.

A cause is tested as an intervention: its levers are held at the levels of ``on`` and then at those of ``off``, known to
everyone, and the claim's number is taken under both (Pearl 2009, chapter 3). A requirement is tested by taking what is
required away: its levers are held at every combination of levels at which it is false.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import prod
from typing import Literal, cast

import numpy as np

from detente.scenario.conditions import Condition, levers_of, truth
from detente.scenario.model import Cause, Lever, Requirement, Rule, Scenario
from detente.scenario.names import Names
from detente.scenario.preferences import Desk, as_text
from detente.scenario.queries import (
    Bargained,
    Comparison,
    Connective,
    Divergence,
    Expectation,
    Expression,
    Levels,
    Number,
    Probability,
    Query,
    Value,
)
from detente.scenario.questions import write_query
from detente.scenario.schema import RawCause, RawClaim
from detente.scenario.settings import resolve_levels

#: least mean difference that counts as an effect, unless a claim says otherwise: a twentieth of the span a probability
#: or a divergence (0 to 2) can have. An expectation and a value have no span of their own
EFFECT, APART = 0.05, 0.1
#: what a probability must stay below without what it requires, unless a claim says otherwise
WITHOUT = 0.05
#: most combinations of levels a requirement may be taken away by
MOST_WAYS = 12

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?(?:e-?\d+)?)\s*(%|points?)?")

Effect = Probability | Expectation | Value | Divergence


def build_cause(desk: Desk, raw: RawClaim, about: Query | None, names: Names, scenario: Scenario) -> Cause | None:
    """A claim's cause; None when it has none or it cannot be read, which is noted."""
    if raw.cause is None:
        return None
    here = as_text(raw.cause.on)
    if raw.requires is not None:
        desk.notes.error(here, "The claim has 'requires' as well.", "Make two claims of it.")
    if raw.about is None:
        desk.notes.error(here, "The claim does not say what the cause acts on.", "Fill in 'about' with a number.")
    if about is None:
        return None
    effect = about.expression
    if not isinstance(effect, Effect):
        bargained = isinstance(effect, Bargained)
        message = "Levers do not move what is bargained over." if bargained else "A cause acts on a number."
        cure = "Ask for one number, such as 'P(c by 2025-07-20)' or 'E(measure)'."
        desk.notes.error(as_text(raw.about or ""), message, cure)
        return None
    on = desk.notes.attempt(here, lambda: resolve_levels(here, names))
    off = _read_off(desk, raw.cause, on, names)
    by = _read_by(desk, raw.cause, effect)
    apart = on is not None and off is not None and _stands_apart(desk, raw.cause, (on, off), effect)
    if on is None or off is None or by is None or not apart:
        return None
    return Cause(about, on, off, cast("Literal['raises', 'lowers', 'moves']", str(raw.cause.effect)), by)


def _read_off(desk: Desk, raw: RawCause, on: Levels | None, names: Names) -> Levels | None:
    """The cause's levers elsewhere: where the file says so, else at the status quo."""
    given: Levels | None = ()
    if raw.off is not None:
        text = as_text(raw.off)
        given = desk.notes.attempt(text, lambda: resolve_levels(text, names))
    if on is None or given is None:
        return None
    strange = [lever for lever, _ in given if lever not in dict(on)]
    if strange:
        message = f"'off' sets {', '.join(strange)}, which 'on' does not."
        desk.notes.error(as_text(raw.off or ""), message, "Name the same levers in both.")
        return None
    return tuple((lever, dict(given).get(lever, names.levers[lever].now)) for lever, _ in on)


def _stands_apart(desk: Desk, raw: RawCause, ends: tuple[Levels, Levels], effect: Effect) -> bool:
    """Whether on and off differ, and the query itself leaves the cause's levers free."""
    on, off = ends
    here = as_text(raw.on if raw.off is None else raw.off)
    if on == off:
        what = "'on' is the status quo, as 'off' is when left out" if raw.off is None else "'on' and 'off' are the same"
        desk.notes.error(here, f"{what}.", "Name another level in one of them.")
    free = _leaves_free(desk, as_text(raw.on), effect, dict(on), "cause")
    return on != off and free


def _leaves_free(desk: Desk, here: str, effect: Effect, held: Mapping[str, int], what: str) -> bool:
    rules = (level for turn in effect.setting.turns for level in turn.hold)
    own = list(dict.fromkeys(lever for lever, _ in (*effect.setting.suppose, *rules) if lever in held))
    if own:
        message = f"The query supposes {', '.join(own)} already, which the {what} is to set."
        desk.notes.error(as_text(here), message, "Leave the levers out of 'suppose'.")
    return not own


def _read_by(desk: Desk, raw: RawCause, effect: Effect) -> float | None:
    """The least difference: points of a probability, which have a default, or a number in the effect's own units."""
    chance = isinstance(effect, Probability)
    if raw.by is None:
        if chance or isinstance(effect, Divergence):
            return EFFECT if chance else APART
        message = "The effect is in units of its own, in which no size counts as an effect of itself."
        desk.notes.error(as_text(raw.effect), message, "Say how large it must be: 'by: 0.1'.")
        return None
    return _read_amount(desk, raw.by, 1.0 if chance else float("inf"), "5 points" if chance else "0.1")


def _read_amount(desk: Desk, raw: str, most: float, example: str) -> float | None:
    text = as_text(raw)
    found = _AMOUNT.fullmatch(text.strip())
    amount = float(found[1]) / (100 if found[2] else 1) if found else 0.0
    if not 0 < amount < most:
        told = f", above 0{' and below 1' if most == 1 else ''}"
        desk.notes.error(text, f"'{text[:40]}' is not an amount{told}.", f"Write, for example, '{example}'.")
        return None
    return amount


def build_requirement(
    desk: Desk, raw: RawClaim, about: Query | None, names: Names, scenario: Scenario
) -> Requirement | None:
    """A claim's requirement; None when it has none or it cannot be read, which is noted."""
    if raw.requires is None:
        return None
    here = as_text(raw.requires.condition)
    if raw.about is None:
        desk.notes.error(here, "The claim does not say what requires it.", "Fill in 'about' with a probability.")
    condition = desk.condition(here, names)
    below = WITHOUT if raw.requires.below is None else _read_amount(desk, raw.requires.below, 1.0, "5%")
    if about is None or condition is None or below is None:
        return None
    if not isinstance(about.expression, Probability):
        cure = "Ask for one probability, such as 'P(c by 2025-07-20)'."
        desk.notes.error(as_text(raw.about or ""), "What requires something is an event.", cure)
        return None
    levers = levers_of(condition.node)
    if not _leaves_free(desk, here, about.expression, dict.fromkeys(levers, 0), "requirement"):
        return None
    spans = [len(names.levers[lever].levels) for lever in levers]
    ways = list_ways(condition, names.levers, scenario.rules) if prod(spans) <= 20 * MOST_WAYS else None
    if ways is None or len(ways) > MOST_WAYS:
        message = f"It can be taken away in more than {MOST_WAYS} ways, each of which is a forecast of its own."
        desk.notes.error(here, message, "Name fewer levers.")
    elif not ways:
        desk.notes.error(here, f"'{condition}' is always true, so it cannot be taken away.", "Check the levels.")
    else:
        return Requirement(about, condition, below)
    return None


def list_ways(condition: Condition, levers: Mapping[str, Lever], rules: Sequence[Rule]) -> list[Levels]:
    """Every combination of levels of the condition's levers at which it is false and that no rule forbids by itself."""
    named = sorted(levers_of(condition.node))
    forbidden = [rule.forbid.node for rule in rules if set(levers_of(rule.forbid.node)) <= set(named)]
    ways = []
    for place in product(*(range(len(levers[lever].levels)) for lever in named)):
        at = {lever: np.array(level) for lever, level in zip(named, place, strict=True)}
        if not truth(condition.node, at) and not any(truth(node, at) for node in forbidden):
            ways.append(tuple(zip(named, place, strict=True)))
    return ways


def compare(told: Cause | Requirement | None, scenario: Scenario) -> Query | None:
    """The yes-or-no query a cause or a requirement comes to; None for neither."""
    if told is None:
        return None
    effect = told.effect.expression
    assert isinstance(effect, Effect)
    asked: Expression
    if isinstance(told, Cause):
        operator: Literal["<", ">"] = "<" if told.direction == "lowers" else ">"
        asked = Comparison(operator, force(effect, told.on), force(effect, told.off))
    else:
        ways = list_ways(told.condition, {lever.id: lever for lever in scenario.levers}, scenario.rules)
        parts = tuple(Comparison("<", force(effect, way), Number(told.below)) for way in ways)
        asked = parts[0] if len(parts) == 1 else Connective("and", parts)
    return Query(asked, write_query(asked, scenario))


def force(effect: Effect, levels: Levels) -> Effect:
    """The effect with levers held besides those its own query holds."""
    held = tuple(sorted((*effect.setting.suppose, *levels)))
    return replace(effect, setting=replace(effect.setting, suppose=held))
