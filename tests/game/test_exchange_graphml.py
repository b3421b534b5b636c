"""The graph as GraphML: read back it has the states, moves, ranks and marks of the game."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from builders import make_game, priced, random_game
from detente import api
from detente.errors import SizeError
from detente.game.exchange.graphml import check_graph, list_moves, write_graphml
from detente.game.game import Game, levels_at
from detente.scenario.reader import loads
from detente.solvers.stability import CONCEPTS, find_equilibria
from oracles import Graph

SPACE = "{http://graphml.graphdrawing.org/xmlns}"
TYPES = {"string": str, "int": int, "double": float, "boolean": {"true": True, "false": False}.__getitem__}


def read_back(text: str) -> tuple[dict[str, dict[str, object]], list[tuple[str, str, dict[str, object]]]]:
    """Nodes and edges with their attributes, by the standard's rules."""
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SPACE}graphml"
    assert [child.tag.removeprefix(SPACE) for child in root if child.tag != f"{SPACE}key"] == ["desc", "graph"]
    keys = {key.get("id"): key for key in root.iter(f"{SPACE}key")}
    graph = root.find(f"{SPACE}graph")
    assert graph is not None
    assert graph.get("edgedefault") == "directed"

    def attributes(element: ElementTree.Element, kind: str) -> dict[str, object]:
        found: dict[str, object] = {}
        for data in element.iter(f"{SPACE}data"):
            key = keys[data.get("key")]
            assert key.get("for") == kind
            found[str(key.get("attr.name"))] = TYPES[str(key.get("attr.type"))](data.text or "")
        return found

    nodes = {str(node.get("id")): attributes(node, "node") for node in graph.iter(f"{SPACE}node")}
    edges = [
        (str(edge.get("source")), str(edge.get("target")), attributes(edge, "edge"))
        for edge in graph.iter(f"{SPACE}edge")
    ]
    assert len(nodes) == len(list(graph.iter(f"{SPACE}node")))
    return nodes, edges


def test_the_graph_read_back_is_the_game() -> None:
    """Random games with ties, infeasible cells, one-way levers and chance, against the textbook's reachable lists."""
    rng = np.random.default_rng(40)
    for trial in range(40):
        game = random_game(rng, 1 + trial % 3, chance=trial % 3 == 0)
        if game.cells > 150:
            continue
        found = find_equilibria(game, priced(game))
        written = write_graphml(game, found.stable)
        nodes, edges = read_back(written.text)
        graph = Graph(game, priced(game))
        assert set(nodes) == {f"n{cell}" for cell in graph.states}
        told = {(edge["actor"], source, target): edge["improves"] for source, target, edge in edges}
        wanted = {
            (game.actors[i].id, f"n{s}", f"n{t}"): t in graph.improvements(i, s)
            for (i, s), reached in graph.reach.items()
            for t in reached
        }
        assert told == wanted
        assert len(edges) == len(told) == written.counts["moves"]
        assert len(nodes) == written.counts["states"]
        check_nodes(game, nodes, graph)


def check_nodes(game: Game, nodes: dict[str, dict[str, object]], graph: Graph) -> None:
    for cell in graph.states:
        node = nodes[f"n{cell}"]
        assert {lever: node[f"lever:{lever}"] for lever in levels_at(game, cell)} == levels_at(game, cell)
        assert node["status_quo"] == (cell == game.status_quo)
        for i, player in enumerate(game.actors):
            better = {graph.worth[i, other] for other in graph.states if graph.worth[i, other] > graph.worth[i, cell]}
            assert node[f"rank:{player.id}"] == len(better) + 1
            assert round(float(str(node[f"payoff:{player.id}"])) * 1e9) == graph.worth[i, cell]
        for concept in CONCEPTS:
            marks = [graph.stable(concept, i, cell) for i in graph.actors]
            assert [node[f"stable:{concept}:{player.id}"] for player in game.actors] == marks
            assert node[f"equilibrium:{concept}"] == all(marks)


def test_a_bundled_case() -> None:
    written = api.export(api.load("elmira"), "graphml")
    nodes, edges = read_back(written.text)
    assert (len(nodes), len(edges)) == (12, 30)
    (now,) = [node for node in nodes.values() if node["status_quo"]]
    assert now["label"] == "status quo"
    assert sum(bool(node["equilibrium:seq"]) for node in nodes.values()) == 6
    assert {edge["actor"] for _, _, edge in edges} == {"moe", "uniroyal", "local"}
    assert not any(nodes[target]["lever:moe.order"] == "stands" for _, target, edge in edges if edge["actor"] == "moe")


def test_hostile_words_stay_words() -> None:
    text = """
detente: 1
title: "]]><graph/> & <!-- \\"x\\" ]]>"
as_of: 2025-01-01
horizon: 12 months
actors:
  payoff: {name: "<a>", levers: {us: ["<node id='n0'/>", "&amp;", "]]>", "--"]}, ranking: [us = "--"]}
  us: {levers: {label: [制裁, on]}, ranking: [label = on]}
"""
    nodes, edges = read_back(api.export(loads(text)[0], "graphml").text)
    assert (len(nodes), len(edges)) == (8, 8 * 3 + 8)
    assert {node["lever:payoff.us"] for node in nodes.values()} == {"<node id='n0'/>", "&amp;", "]]>", "--"}
    assert {node["lever:us.label"] for node in nodes.values()} == {"制裁", "on"}
    assert {type(node["payoff:us"]) for node in nodes.values()} == {float}


def test_signs_no_xml_may_hold_are_replaced() -> None:
    game = make_game({"a": {"x": ["\x00 \ufffe \ud800", "b"]}}, np.zeros((1, 2)))
    nodes, _ = read_back(write_graphml(game, {}).text)
    assert nodes["n0"]["lever:a.x"] == "\ufffd \ufffd \ufffd"


def test_graphs_that_are_too_large_are_refused() -> None:
    with pytest.raises(SizeError, match=r"8,192 states and up to 67,100,672 moves; at most 5,000 and 100,000"):
        check_graph(make_game({"a": {f"l{k}": 2 for k in range(13)}}, np.zeros((1, 1 << 13))))
    with pytest.raises(SizeError, match=r"1,024 states and up to 1,047,552 moves"):
        check_graph(make_game({"a": {f"l{k}": 2 for k in range(10)}}, np.zeros((1, 1 << 10))))
    with pytest.raises(SizeError, match="The graph has 30,720 states"):
        api.export(api.load("korea-2024"), "graphml")


def test_who_has_no_levers_has_no_moves() -> None:
    game = make_game({"a": {}, "b": {"x": 3}}, np.zeros((2, 3)))
    assert list(list_moves(game)) == [(1, s, t) for s in range(3) for t in range(3) if s != t]
