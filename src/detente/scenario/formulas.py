"""Resolved conditions, levels and numbers as text, in full names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from detente.scenario.conditions import All, Any, AtLeast, In, Node, Not
from detente.scenario.model import Lever
from detente.scenario.quantities import Quantity
from detente.scenario.queries import Levels

_BARE = re.compile(r"""[^\s()|;,:"'=<>!]+""")


def write_condition(node: Node, levers: Mapping[str, Lever]) -> str:
    """A formula as a condition."""
    if isinstance(node, In):
        return _write_atom(node, levers[node.lever])
    if isinstance(node, Not):
        return f"not ({write_condition(node.item, levers)})"
    parts = [write_condition(item, levers) for item in node.items]
    if isinstance(node, AtLeast):
        return f"{node.count} of ({'; '.join(parts)})"
    joined = zip(node.items, parts, strict=True)
    word = "and" if isinstance(node, All) else "or"
    return f" {word} ".join(f"({part})" if isinstance(item, All | Any) else part for item, part in joined)


def write_levels(levels: Levels, levers: Mapping[str, Lever]) -> str:
    """Levels of levers joined by ``and``."""
    return " and ".join(f"{lever} = {write_level(levers[lever].levels[level])}" for lever, level in levels)


def write_closed(lever: Lever, levels: tuple[int, ...]) -> str:
    """A closed lever, or closed levels of one, as a phase lists them."""
    return lever.id if len(levels) == len(lever.levels) else _write_atom(In(lever.id, levels), lever)


def write_level(level: str) -> str:
    """A level, in quotes where the language needs them."""
    return level if _BARE.fullmatch(level) else f'"{level}"'


def write_number(quantity: Quantity) -> str:
    """A quantity by its law, in its field's own unit."""
    numbers = [repr(float(number)) for number in quantity.parameters]
    if quantity.law == "fixed":
        return numbers[0]
    if quantity.law == "logitnormal":
        return " to ".join(f"{Decimal(number) * 100}%" for number in numbers)
    if quantity.law in ("lognormal", "normal"):
        return " to ".join(numbers)
    return " ".join([quantity.law, *numbers])


def _write_atom(atom: In, lever: Lever) -> str:
    levels = [write_level(lever.levels[level]) for level in atom.levels]
    if not levels:
        return f"{lever.id} < {write_level(lever.levels[0])}"
    return f"{lever.id} = {levels[0]}" if len(levels) == 1 else f"{lever.id} in ({' '.join(levels)})"
