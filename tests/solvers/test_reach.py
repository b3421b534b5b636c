"""Moves, improvements and shortest ways against the textbook graph."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from builders import make_game, priced, random_game
from detente.game.game import cell_at
from detente.solvers.board import rank_states
from detente.solvers.reach import (
    Step,
    count_steps,
    find_improvements,
    find_line,
    find_moves,
    pick_nearest,
    spread_moves,
    trace_steps,
)
from oracles import Graph


@pytest.mark.parametrize("seed", range(30))
def test_moves_are_those_of_the_graph(seed: int) -> None:
    game = random_game(np.random.default_rng([21, seed]), actors=2 + seed % 3, chance=seed % 2 == 0)
    graph, ranks = Graph(game, priced(game)), rank_states(game, priced(game).payoffs)
    for i in graph.actors:
        for s in graph.states:
            assert set(find_moves(game, i, s).tolist()) == graph.reach[i, s]
            assert set(find_improvements(game, ranks, i, s).tolist()) == graph.improvements(i, s)
            line = find_line(game, i, s)
            back = {q for q in graph.states if q == s or s in graph.reach[i, q]}
            assert set(line.cells[line.back].tolist()) == back
        some = np.random.default_rng(seed).choice(graph.states, size=min(3, len(graph.states)), replace=False)
        chosen = np.isin(np.arange(game.cells), some)
        legal = {q for s in some for q in graph.reach[i, s]} | set(some.tolist())
        better = {q for s in some for q in graph.improvements(i, s)}
        assert set(np.flatnonzero(spread_moves(game, i, chosen)).tolist()) == legal
        assert set(np.flatnonzero(spread_moves(game, i, chosen, ranks)).tolist()) == better


@pytest.mark.parametrize("credibly", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_shortest_ways_replay(seed: int, credibly: bool) -> None:
    """Every way is legal, as long as said, and none is shorter; what is not reached cannot be."""
    game = random_game(np.random.default_rng([22, seed]), actors=2 + seed % 3)
    graph = Graph(game, priced(game))
    ranks = rank_states(game, priced(game).payoffs) if credibly else None
    start = game.status_quo
    steps = count_steps(game, start, list(graph.actors), ranks)
    depth = {start: 0}
    front = {start}
    while front:
        moves = graph.improvements if credibly else lambda i, s: graph.reach[i, s]
        front = {q for s in front for i in graph.actors for q in moves(i, s)} - depth.keys()
        depth |= dict.fromkeys(front, max(depth.values()) + 1)
    assert {s: int(steps[s]) for s in np.flatnonzero(steps >= 0).tolist()} == depth
    for cell, length in depth.items():
        way = trace_steps(game, steps, cell, list(graph.actors), ranks)
        assert len(way) == length
        for before, step in pairwise([Step(-1, start), *way]):
            assert step.cell in (graph.improvements if credibly else lambda i, s: graph.reach[i, s])(
                step.actor, before.cell
            )
            assert step.actor != before.actor
        assert not way or way[-1].cell == cell


def test_an_actor_without_levers_moves_nowhere() -> None:
    game = make_game({"a": {"x": 2}, "b": {}}, np.zeros((2, 2)))
    assert find_moves(game, 1, cell_at(game, {})).tolist() == []
    assert spread_moves(game, 1, np.array([True, False])).tolist() == [True, False]


def test_the_nearest_cell_is_the_one_with_fewest_levers_changed() -> None:
    game = make_game({"a": {"x": 2, "y": 2}, "b": {"z": 2}}, np.zeros((2, 8)))
    cells = np.array([3, 4, 7])  # two levers, one and three away from cell 0
    level = np.zeros(3, np.int32)
    assert pick_nearest(game, 0, cells, level) == 4
    assert pick_nearest(game, 0, cells, np.array([0, 1, 0], np.int32)) == 3
    assert pick_nearest(game, 0, np.array([1, 2, 4]), level, np.array([5, 4, 4], np.int32)) == 2
