"""Conditions over levers, after every name has been resolved.

A condition is a Boolean formula whose atoms say "this lever stands at one of these levels".
Named conditions of the file have been replaced by what they stand for, comparisons by the set of levels they allow,
so nothing below needs a scope. The text a person wrote is kept beside the formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class In:
    """The lever stands at one of the levels (indices in listed order, ascending, without repeats)."""

    #: ``actor.lever``, or the bare name of a chance lever
    lever: str
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The item is false."""

    item: Node


@dataclass(frozen=True, slots=True)
class All:
    """Every item is true."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one item is true."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``count`` of the items are true: ``2 of (a; b; c)``."""

    count: int
    items: tuple[Node, ...]


Node = In | Not | All | Any | AtLeast


@dataclass(frozen=True, slots=True)
class Condition:
    """A resolved condition; two are equal when they say the same, however they were spelt."""

    node: Node
    #: as written in the file
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.text


def levers_of(node: Node) -> tuple[str, ...]:
    """Ids of the levers a formula mentions, each once, in order of first mention."""
    found: dict[str, None] = {}
    stack: list[Node] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, In):
            found.setdefault(item.lever)
        elif isinstance(item, Not):
            stack.append(item.item)
        else:
            stack.extend(reversed(item.items))
    return tuple(found)


def truth(node: Node, levels: Mapping[str, NDArray[np.intp]]) -> NDArray[np.bool_]:
    """Where the formula holds.

    ``levels`` gives for each lever id an array of level indices; the arrays must broadcast against each other and the
    answer has the broadcast shape of those mentioned. Typically each array varies along its own axis only.
    """
    if isinstance(node, In):
        return np.isin(levels[node.lever], node.levels)
    if isinstance(node, Not):
        return ~truth(node.item, levels)
    parts = [truth(item, levels) for item in node.items]
    if isinstance(node, AtLeast):
        count = parts[0].astype(np.int32)
        for part in parts[1:]:
            count = count + part
        return np.asarray(count >= node.count)
    answer = parts[0]
    for part in parts[1:]:
        answer = (answer & part) if isinstance(node, All) else (answer | part)
    return np.asarray(answer)
