"""Places in the data of a scenario file: records below a base, leaves, and their addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from detente.game.exchange.entries import Node
from detente.game.exchange.sheets import BELIEVES, EACH, OWNER, Slot

#: steps from the whole file to a part of it
Place = tuple[str | int, ...]


#: keys of a claim that may be the text of one of their own keys
SHORT = (("requires", "condition"), ("quote", "exact"))


def unfold(data: dict[str, Node]) -> dict[str, Node]:
    """Short forms written out: a lever that is a list of levels, and those of ``SHORT``."""
    for actor in _mappings(data.get("actors")):
        levers = actor.get("levers")
        if isinstance(levers, dict):
            for name, lever in levers.items():
                if isinstance(lever, list):
                    levers[name] = {"levels": lever}
    claims = data.get("claims")
    for claim in claims if isinstance(claims, list) else ():
        for key, short in SHORT if isinstance(claim, dict) else ():
            if isinstance(claim.get(key), str):
                claim[key] = {short: claim[key]}
    return data


def _mappings(node: Node) -> Iterator[dict[str, Node]]:
    if isinstance(node, Mapping):
        yield from (cast("dict[str, Node]", item) for item in node.values() if isinstance(item, dict))


def walk(
    node: Node, base: Sequence[str | Slot], path: Place, lead: list[str]
) -> Iterator[tuple[Place, list[str], Node]]:
    """Records below a node: their path, the texts of the leading columns, their data."""
    if not base:
        yield path, lead, node
        return
    step, rest = base[0], base[1:]
    if step == OWNER:
        yield from walk(node, rest, path, [*lead, ""])
        for key, mark in (("readings", ""), ("believes", BELIEVES)):
            group = node.get(key) if isinstance(node, Mapping) else None
            for name, item in group.items() if isinstance(group, Mapping) else ():
                yield from walk(item, rest, (*path, key, name), [*lead, mark + name])
    elif step == EACH:
        if isinstance(node, Sequence) and not isinstance(node, str):
            for number, item in enumerate(node):
                yield from walk(item, rest, (*path, number), lead)
    elif isinstance(step, Slot):
        if isinstance(node, Mapping):
            for name, item in node.items():
                yield from walk(item, rest, (*path, name), [*lead, str(name)])
        elif isinstance(node, Sequence) and not isinstance(node, str):
            for number, item in enumerate(node):
                own = item.get("id") if isinstance(item, Mapping) else None
                if isinstance(own, str):
                    yield from walk(item, rest, (*path, number), [*lead, str(own)])
    elif isinstance(node, Mapping) and step in node:
        yield from walk(node[step], rest, (*path, step), lead)


def leaves(node: Node, path: Place) -> Iterator[tuple[Place, Node]]:
    """Texts and empty collections below a node, with their paths."""
    if isinstance(node, str) or not node:
        yield path, node
        return
    for step, item in node.items() if isinstance(node, Mapping) else enumerate(node):
        yield from leaves(item, (*path, step))


def at(node: Node, path: Place) -> Node:
    """The node at a place below another, None where there is none."""
    for step in path:
        if isinstance(node, Mapping) and step in node:
            node = node[cast(str, step)]
        elif isinstance(node, Sequence) and not isinstance(node, str) and isinstance(step, int):
            node = node[step]
        else:
            return None
    return node


def list_levels(record: Node) -> list[str]:
    """The levels of a lever."""
    levels = at(record, ("levels",))
    return [str(level) for level in levels] if isinstance(levels, list) else []


def write_pointer(data: Node, path: Place) -> str:
    """``/phases/truce/set``: on the way items of a list by their id; the last by its number, from 1."""
    steps: list[str] = []
    node = data
    for step in path:
        item = at(node, (step,))
        name = str(step + 1) if isinstance(step, int) else str(step)
        deeper = len(steps) < len(path) - 1
        if deeper and isinstance(step, int) and isinstance(item, Mapping) and isinstance(item.get("id"), str):
            name = str(item["id"])
        steps.append(name.replace("~", "~0").replace("/", "~1"))
        node = item
    return "/" + "/".join(steps)
