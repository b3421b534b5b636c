"""Ways between states against brute force on the textbook graph."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from itertools import combinations

import numpy as np
import pytest

from builders import make_game, priced, random_game
from detente import api
from detente.game.game import Game, Prices, cell_at, levels_at
from detente.game.pricing import draw_inputs, price
from detente.solvers.paths import KINDS, Moves, Paths, Way, find_paths
from detente.solvers.stability import CONCEPTS, find_equilibria
from oracles import Graph

ALL = 10**9

Follow = Callable[[int, int], set[int]]


def spread(follow: Follow, movers: Collection[int], front: set[int], barred: int = -1) -> dict[int, int]:
    """Fewest moves to every state, breadth first."""
    found: dict[int, int] = dict.fromkeys(front, 0)
    while front:
        front = {q for s in front for j in movers for q in follow(j, s) if q != barred} - found.keys()
        found |= dict.fromkeys(front, max(found.values(), default=0) + 1)
    return found


def replay(graph: Graph, start: int, end: int, moves: Moves, follow: Follow, movers: Collection[int]) -> None:
    here, last = start, -1
    for move in moves:
        assert move.source == here
        assert move.actor in movers
        assert move.actor != last
        assert move.cell in follow(move.actor, here)
        assert move.gain == (graph.worth[move.actor, move.cell] - graph.worth[move.actor, here]) / 1e9
        here, last = move.cell, move.actor
    assert here == end


def find_smallest(graph: Graph, start: int, end: int) -> set[tuple[int, ...]]:
    """Smallest coalitions that can get there by legal moves of their own and all gain, over all of them."""
    for size in range(1, len(graph.actors) + 1):
        found = {
            members
            for members in combinations(graph.actors, size)
            if all(graph.worth[i, end] > graph.worth[i, start] for i in members)
            and end in spread(lambda i, s: graph.reach[i, s], members, {start})
        }
        if found:
            return found
    return set()


def check_way(graph: Graph, start: int, way: Way) -> None:
    def legal(i: int, s: int) -> set[int]:
        return graph.reach[i, s]

    far = spread(legal, graph.actors, {start})
    near = spread(graph.improvements, graph.actors, {start})
    assert (way.moves is None) == (way.cell not in far)
    if way.moves is not None:
        replay(graph, start, way.cell, way.moves, legal, graph.actors)
        assert len(way.moves) == far[way.cell]
    assert (way.improvements is None) == (way.cell not in near)
    if way.improvements is not None:
        replay(graph, start, way.cell, way.improvements, graph.improvements, graph.actors)
        assert len(way.improvements) == near[way.cell]
    openers = set()
    for i in graph.actors if way.cell != start else ():
        if way.cell in spread(graph.improvements, graph.actors, graph.improvements(i, start), barred=start):
            openers.add(i)
    assert set(way.first) == openers
    assert way.gains == tuple((graph.worth[i, way.cell] - graph.worth[i, start]) / 1e9 for i in graph.actors)
    smallest = find_smallest(graph, start, way.cell)
    expected = "here" if way.cell == start else "improvements" if way.cell in near else "joint" if smallest else ""
    assert way.kind == (expected or ("moves" if way.cell in far else "none"))
    if way.kind == "joint":
        assert {item.members for item in way.coalitions} == smallest
        for item in way.coalitions:
            assert len(item.members) > 1
            replay(graph, start, way.cell, item.moves, legal, item.members)
            assert len(item.moves) == spread(legal, item.members, {start})[way.cell]
            assert item.gains == tuple(way.gains[i] for i in item.members)
    else:
        assert way.coalitions == ()


def check_evolution(graph: Graph, found: Paths) -> None:
    columns = dict(zip(found.evolution.cells, found.evolution.columns, strict=True))
    near = spread(graph.improvements, graph.actors, {found.start})
    assert all(near[cell] == column for cell, column in columns.items())
    if found.evolution.whole:
        assert columns == near
    expected = {
        (i, s, q)
        for s in columns
        for i in graph.actors
        for q in graph.improvements(i, s)
        if q in columns and near[q] == near[s] + 1
    }
    assert {(move.actor, move.source, move.cell) for move in found.evolution.moves} == expected
    assert len(found.evolution.moves) == len(expected)


@pytest.mark.parametrize("block", range(10))
def test_ways_to_equilibria(block: int) -> None:
    for seed in range(block, 200, 10):
        rng = np.random.default_rng([41, seed])
        game = random_game(rng, actors=2 + seed % 3, chance=seed % 4 == 0)
        prices, concept = priced(game), CONCEPTS[seed % len(CONCEPTS)]
        graph = Graph(game, prices)
        start = int(rng.choice(graph.states))
        found = find_paths(game, prices, start, concept=concept, most=ALL)
        slices = [axis.id for axis in game.axes if axis.actor < 0]
        here = {
            cell
            for cell in find_equilibria(game, prices, [concept]).equilibria[concept].tolist()
            if all(levels_at(game, cell)[lever] == levels_at(game, start)[lever] for lever in slices)
        }
        assert {way.cell for way in found.ways} == here
        assert found.counts == {k: n for k in KINDS if (n := sum(way.kind == k for way in found.ways))}
        order = [(KINDS.index(way.kind), len(way.improvements or way.moves or ())) for way in found.ways]
        assert order == sorted(order)
        for way in found.ways:
            check_way(graph, start, way)
        check_evolution(graph, found)
        some = find_paths(game, prices, start, concept=concept, most=2)
        nearest = [way for kind in KINDS for way in [way for way in found.ways if way.kind == kind][:2]]
        assert (list(some.ways), some.counts) == (nearest, found.counts)
        check_evolution(graph, some)


@pytest.mark.parametrize("block", range(5))
def test_ways_to_any_state(block: int) -> None:
    """States of every kind, equilibria or not, in other slices of chance too."""
    kinds = set()
    for seed in range(block, 100, 5):
        rng = np.random.default_rng([42, seed])
        game = random_game(rng, actors=2 + seed % 3, chance=seed % 4 == 0)
        prices = priced(game)
        graph = Graph(game, prices)
        start = int(rng.choice(graph.states))
        for end in rng.choice(graph.states, size=min(14, len(graph.states)), replace=False):
            (way,) = find_paths(game, prices, start, target=int(end)).ways
            check_way(graph, start, way)
            kinds.add(way.kind)
            changed = [
                axis.id for axis in game.axes if levels_at(game, start)[axis.id] != levels_at(game, end)[axis.id]
            ]
            assert set(way.barriers) <= set(changed)
            assert not way.barriers or way.kind == "none"
    assert kinds >= set(KINDS) - {"here"}


def solve(case: str) -> tuple[Game, Prices]:
    game = api.compile(api.load(case))
    return game, price(game, draw_inputs(game, None))


def test_peace_out_of_war_needs_both() -> None:
    game, prices = solve("prisoners-dilemma")
    war, peace = cell_at(game, {"row.act": 1, "column.act": 1}), cell_at(game, {})
    found = find_paths(game, prices, war)
    assert found.counts == {"here": 1, "joint": 1}
    way = found.ways[1]
    assert (way.cell, way.improvements, way.first) == (peace, None, ())
    (both,) = way.coalitions
    assert both.members == (0, 1)
    assert both.moves[0].gain < 0
    assert all(gain > 0 for gain in both.gains)


def test_elmira_by_hand() -> None:
    """From s1 the local government insists (s5) and nobody improves on that; from s5 the ministry and Uniroyal together
    turn to s8, which neither reaches alone, and lose nothing by it; from s1 s8 is worse for Uniroyal."""
    game, prices = solve("elmira")
    s1, s4, s5 = (cell_at(game, levels) for levels in ({}, {"moe.order": 1, "uniroyal.answer": 1}, {"local.insist": 1}))
    s8 = cell_at(game, {"moe.order": 1, "uniroyal.answer": 1, "local.insist": 1})
    found = find_paths(game, prices, s1)
    assert found.counts == {"improvements": 1, "moves": 5}
    assert (found.ways[0].cell, found.ways[0].first) == (s5, (2,))
    assert found.evolution.cells == (s1, s5)
    (way,) = find_paths(game, prices, s1, target=s8).ways
    assert (way.kind, len(way.moves or ())) == ("moves", 3)
    assert way.gains[1] < 0 < way.gains[0]
    (way,) = find_paths(game, prices, s5, target=s8).ways
    assert way.kind == "joint"
    assert [game.actors[i].id for i in way.coalitions[0].members] == ["moe", "uniroyal"]
    (way,) = find_paths(game, prices, s4, target=s1).ways
    assert (way.kind, way.barriers) == ("none", ("moe.order", "uniroyal.answer"))


def test_cuba_by_hand() -> None:
    """The blockade comes first, then the missiles go, then the blockade ends; only the United States can begin."""
    game, prices = solve("cuba-1962")
    found = find_paths(game, prices, game.status_quo)
    assert found.counts == {"improvements": 2}
    assert [len(way.improvements or ()) for way in found.ways] == [2, 3]
    assert [way.first for way in found.ways] == [(0,), (0,)]
    assert [game.actors[move.actor].id for move in found.ways[1].improvements or ()] == ["us", "ussr", "us"]
    assert repr(found) == "<Paths from status quo to SEQ equilibria: improvements: 2>"
    assert str(found).splitlines()[-1].split() == ["improvements", "1", "3", "ussr.missiles", "=", "withdraw"]
    document = json.loads(json.dumps(found.to_dict()))
    assert document["counts"] == {"improvements": 2}
    assert document["ways"][0]["first"] == ["us"]
    assert document["ways"][1]["moves"][0]["changes"] == {"ussr.missiles": ["keep", "withdraw"]}


def test_a_path_back_over_the_start_opens_nothing() -> None:
    """a and b can go round and come back to the start, but only c leads on from there: c must move first."""
    payoff = np.zeros((3, 2, 2, 2))
    payoff[0, :, :, 0] = [[0, 1], [1, 0]]
    payoff[1, :, :, 0] = [[1, 0], [0, 1]]
    payoff[2, 0, 0, 1] = 1
    game = make_game({"a": {"x": 2}, "b": {"x": 2}, "c": {"x": 2}}, payoff)
    (way,) = find_paths(game, priced(game), 0, target=1).ways
    assert (way.kind, way.first) == ("improvements", (2,))


@pytest.mark.parametrize(("gains", "coalitions"), [((1, 1, 1, 0), {(0, 1, 2)}), ((1, 1, 1, 1), {(0, 1, 2), (0, 1, 3)})])
def test_a_coalition_may_need_a_helper(gains: tuple[int, ...], coalitions: set[tuple[int, ...]]) -> None:
    """a and b cannot pass each other unless c or d steps aside for a while, which only who gains by the end will do."""
    blocked = np.zeros((2, 2, 2, 2), np.bool_)
    blocked[0, 1, 0, 0] = blocked[1, 0, 0, 0] = True
    payoff = np.zeros((4, 2, 2, 2, 2))
    payoff[:, 1, 1, 0, 0] = gains
    game = make_game({name: {"x": 2} for name in "abcd"}, payoff, infeasible=blocked)
    (way,) = find_paths(game, priced(game), 0, target=12).ways
    assert (way.kind, {item.members for item in way.coalitions}) == ("joint", coalitions)
    check_way(Graph(game, priced(game)), 0, way)


def test_what_is_no_state() -> None:
    game = make_game({"a": {"x": 2}, "b": {"x": 2}}, np.zeros((2, 4)), infeasible=[3])
    with pytest.raises(ValueError, match="cell 3 is no feasible state"):
        find_paths(game, priced(game), 3)
    with pytest.raises(ValueError, match="cell 4 is no feasible state"):
        find_paths(game, priced(game), 0, target=4)
    with pytest.raises(ValueError, match="no stability concept 'nahs'"):
        find_paths(game, priced(game), 0, concept="nahs")
