"""The graph of a conflict as GraphML 1.0 (Brandes, Eiglsperger, Herman, Himsolt & Marshall 2002).

A node is a feasible state, an edge a move that one actor can make alone; nature does not move. Attributes are named by
what they are and whose: ``lever:us.offer``, ``payoff:us``, ``rank:us`` (1 the most preferred), ``equilibrium:seq``,
``stable:seq:us``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from detente import __version__
from detente.errors import SizeError
from detente.game.exchange.export import Export
from detente.game.exchange.slices import rank_payoffs
from detente.game.game import Game, levels_at, name_state
from detente.game.pricing import price_centrally

#: most states, and moves, of a graph that is written out
MOST_STATES, MOST_MOVES = 5_000, 100_000

_SPACE = "http://graphml.graphdrawing.org/xmlns"
#: what no XML document may hold
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: a move: the actor's index, from cell, to cell
Move = tuple[int, int, int]


def write_graphml(game: Game, stable: Mapping[str, NDArray[np.bool_]]) -> Export:
    """The graph at central values, with marks of stability: ``stable`` has for each concept bool (actors, cells)."""
    cells = np.flatnonzero(game.feasible)
    payoffs = price_centrally(game).payoffs
    ranks = rank_payoffs(payoffs[cells])
    root = ElementTree.Element("graphml", {"xmlns": _SPACE})
    ElementTree.SubElement(root, "desc").text = _legal(f"{game.title}, written by Detente {__version__}")
    sheet = _Sheet(root)
    graph = ElementTree.Element("graph", {"id": "conflict", "edgedefault": "directed"})
    for row, cell in enumerate(cells.tolist()):
        node = ElementTree.SubElement(graph, "node", {"id": f"n{cell}"})
        sheet.add(node, "label", name_state(game, cell))
        sheet.add(node, "status_quo", cell == game.status_quo)
        for lever, level in levels_at(game, cell).items():
            sheet.add(node, f"lever:{lever}", level)
        for k, player in enumerate(game.actors):
            sheet.add(node, f"payoff:{player.id}", float(payoffs[cell, k]))
            sheet.add(node, f"rank:{player.id}", int(ranks[row, k]))
        for concept, marks in stable.items():
            sheet.add(node, f"equilibrium:{concept}", bool(marks[:, cell].all()))
            for k, player in enumerate(game.actors):
                sheet.add(node, f"stable:{concept}:{player.id}", bool(marks[k, cell]))
    place = {cell: row for row, cell in enumerate(cells.tolist())}
    moves = 0
    for actor, source, target in list_moves(game):
        edge = ElementTree.SubElement(graph, "edge", {"source": f"n{source}", "target": f"n{target}"})
        sheet.add(edge, "actor", game.actors[actor].id)
        sheet.add(edge, "improves", bool(ranks[place[target], actor] < ranks[place[source], actor]))
        moves += 1
    root.append(graph)
    ElementTree.indent(root, " ")
    text = '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"
    remark = "Payoffs are central values; a move improves when it does for its actor."
    return Export("graphml", text, {"states": len(cells), "moves": moves}, (remark,))


def list_moves(game: Game) -> Iterator[Move]:
    """Every move of one actor between feasible states, actor by actor."""
    for actor in range(len(game.actors)):
        own = game.own(actor)
        shape = tuple(len(axis.levels) for axis in own)
        for line in _list_lines(game, actor):
            positions = np.flatnonzero(game.feasible[line])
            places = np.unravel_index(positions, shape)
            legal = ~np.eye(len(positions), dtype=np.bool_)
            for axis, place in zip(own, places, strict=True):
                legal &= axis.legal[np.ix_(place, place)]
            for source, target in np.argwhere(legal).tolist():
                yield actor, int(line[positions[source]]), int(line[positions[target]])


def _list_lines(game: Game, actor: int) -> Iterator[NDArray[np.int64]]:
    """The cells of every line of an actor's axis; none where it has no levers."""
    outer, size, inner = game.line(actor)
    if size == 1:
        return
    for start in range(0, outer * size * inner, size * inner):
        for rest in range(inner):
            yield np.arange(start + rest, start + rest + size * inner, inner)


def check_graph(game: Game) -> None:
    """Raise SizeError when the graph is too large to be written out.

    That is with more than ``MOST_STATES`` feasible states or ``MOST_MOVES`` changes of one actor's levers between
    them, legal or not.
    """
    states, changes = int(game.feasible.sum()), 0
    for actor in range(len(game.actors)):
        along = game.feasible.reshape(game.line(actor)).sum(axis=1, dtype=np.int64)
        changes += int((along * (along - 1)).sum())
    if states > MOST_STATES or changes > MOST_MOVES:
        widest = max(game.axes, key=lambda axis: len(axis.levels))
        raise SizeError(
            f"The graph has {states:,} states and up to {changes:,} moves; at most {MOST_STATES:,} and {MOST_MOVES:,} "
            f"are written out. Cut levers or levels; {widest.id} has the most levels ({len(widest.levels)})."
        )


class _Sheet:
    """Hands out the keys of attributes, declared before the graph in the order of first use."""

    def __init__(self, root: ElementTree.Element) -> None:
        self._root = root
        self._keys: dict[str, str] = {}

    def add(self, element: ElementTree.Element, name: str, value: str | bool | int | float) -> None:
        if name not in self._keys:
            self._keys[name] = f"d{len(self._keys)}"
            kind = {str: "string", bool: "boolean", int: "int", float: "double"}[type(value)]
            declared = {"id": self._keys[name], "for": element.tag, "attr.name": _legal(name), "attr.type": kind}
            ElementTree.SubElement(self._root, "key", declared)
        text = (
            str(value).lower() if isinstance(value, bool) else _legal(value) if isinstance(value, str) else repr(value)
        )
        ElementTree.SubElement(element, "data", {"key": self._keys[name]}).text = text


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
