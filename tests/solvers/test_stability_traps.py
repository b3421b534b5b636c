"""Stability where existing tools go wrong: a regression test per trap."""

from __future__ import annotations

import numpy as np
import pytest

from builders import make_game, priced, random_game
from detente.game.game import Game, cell_at
from detente.solvers.stability import CONCEPTS, equilibria_of, find_equilibria
from oracles import Graph


def relay() -> Game:
    """b moves, c moves, b moves again: only then is a's improvement punished, and every step pays its mover."""
    at = {(0, 0): (6, 0, 0), (1, 0): (7, 1, 0), (1, 1): (7, 2, 1), (2, 1): (0, 3, 1)}  # (b, c): payoffs when a moved
    payoffs = np.zeros((3, 2, 3, 2))
    infeasible = np.ones((2, 3, 2), np.bool_)
    for (b, c), (to_a, to_b, to_c) in at.items():
        infeasible[:, b, c] = False
        payoffs[:, 1, b, c] = to_a, to_b, to_c
        payoffs[:, 0, b, c] = 5, to_b, to_c
    return make_game({"a": {"x": 2}, "b": {"y": 3}, "c": {"z": 2}}, payoffs, infeasible=infeasible)


@pytest.mark.parametrize("concept", ["gmr", "smr", "seq", "sseq"])
def test_opponents_may_move_more_than_once(concept: str) -> None:
    game = relay()
    assert find_equilibria(game, priced(game)).stable[concept][0, 0]


def test_a_reply_that_leaves_the_mover_as_well_off_is_a_sanction() -> None:
    game = make_game({"a": {"x": 2}, "b": {"y": 2}}, [[[5, 0], [6, 5]], [[0, 0], [0, 1]]])
    stable = find_equilibria(game, priced(game)).stable
    assert not stable["nash"][0, 0]
    assert stable["gmr"][0, 0]
    assert stable["seq"][0, 0]


def test_every_improvement_must_be_sanctioned() -> None:
    """The first improvement is punished, the second is not."""
    game = make_game({"a": {"x": 3}, "b": {"y": 2}}, [[[5, 0], [6, 0], [6, 6]], [[0, 0], [0, 1], [0, 1]]])
    stable = find_equilibria(game, priced(game)).stable
    assert not any(stable[concept][0, 0] for concept in CONCEPTS)


def test_symmetric_sanctions_leave_no_way_out() -> None:
    """b's reply punishes a at once, but a then moves on to something better than where it began."""
    game = make_game({"a": {"x": 3}, "b": {"y": 2}}, [[[5, 0], [6, 0], [0, 7]], [[0, 0], [0, 1], [0, 1]]])
    stable = find_equilibria(game, priced(game)).stable
    assert [bool(stable[concept][0, 0]) for concept in CONCEPTS] == [False, True, False, True, False]


def test_sanctions_must_be_credible_under_sequential_stability() -> None:
    game = make_game({"a": {"x": 2}, "b": {"y": 2}}, [[[5, 0], [6, 0]], [[1, 0], [1, 0]]])
    stable = find_equilibria(game, priced(game)).stable
    assert [bool(stable[concept][0, 0]) for concept in CONCEPTS] == [False, True, True, False, False]


def test_a_combination_of_own_levers_is_one_move() -> None:
    """Both levers flip at once, over combinations that are infeasible; so do an opponent's."""
    levers = {"a": {"x": 2, "y": 2}, "b": {"z": 2, "w": 2}}
    payoffs = np.zeros((2, 2, 2, 2, 2))
    payoffs[0, 1, 1] = 2
    payoffs[0, 0, 0] = 1
    payoffs[0, 1, 1, 1, 1] = 0
    payoffs[1, :, :, 1, 1] = 1
    x, y, z, w = np.indices((2, 2, 2, 2))
    game = make_game(levers, payoffs, infeasible=(x != y) | (z != w))
    stable = find_equilibria(game, priced(game)).stable
    start, moved = 0, cell_at(game, {"a.x": 1, "a.y": 1})
    assert [bool(stable[concept][0, start]) for concept in CONCEPTS] == [False, True, True, True, True]
    assert stable["nash"][0, moved]


@pytest.mark.parametrize(("one_way", "deterred"), [(None, True), (True, False), ([1], False)])
def test_who_cannot_move_back_cannot_punish(one_way: bool | list[int] | None, deterred: bool) -> None:
    """b's sanction is to go back from level 1 to level 0, if it may."""
    levers = {"a": {"x": 2}, "b": {"y": 2, "z": 2}}
    payoffs = np.zeros((2, 2, 2, 2))
    payoffs[0, 0, 1, :], payoffs[0, 1, 1, :] = 5, 6
    payoffs[1, 1, 0, :] = 1
    game = make_game(levers, payoffs, one_way={"b.y": one_way} if one_way else {})
    stable = find_equilibria(game, priced(game)).stable
    start = cell_at(game, {"b.y": 1})
    assert [bool(stable[concept][0, start]) for concept in CONCEPTS] == [False, *[deterred] * 4]


def test_who_cannot_move_back_has_no_improvement() -> None:
    game = make_game({"a": {"x": 3}}, [[2, 1, 0]], one_way={"a.x": [1]})
    assert equilibria_of(game, priced(game), ["nash"])["nash"].tolist() == [0, 1]
    game = make_game({"a": {"x": 3}}, [[2, 1, 0]], one_way={"a.x": True})
    assert equilibria_of(game, priced(game), ["nash"])["nash"].tolist() == [0, 1, 2]


def test_simultaneous_replies_are_tried_afresh_for_each_improvement() -> None:
    """b's one improvement punishes both of a's, in whatever order they are looked at."""
    to_a = [[5, 5], [6, 0], [7, 0]]
    game = make_game({"a": {"x": 3}, "b": {"y": 2}}, [to_a, [[0, 1], [0, 0], [0, 0]]])
    stable = find_equilibria(game, priced(game), ["seq", "sim"]).stable
    assert stable["sim"][0, 0]
    assert not stable["seq"][0, 0]  # b would not move once a has


def test_simultaneous_sanctions_need_a_feasible_outcome() -> None:
    game = make_game({"a": {"x": 2}, "b": {"y": 2}}, [[[5, 5], [6, 0]], [[0, 1], [0, 0]]], infeasible=[3])
    assert not find_equilibria(game, priced(game), ["sim"]).stable["sim"][0, 0]


@pytest.mark.parametrize("seed", range(10))
def test_nobody_else_can_bring_the_conflict_back(seed: int) -> None:
    """With levers the others cannot undo what an actor has changed: returning to s is no sanction to argue about."""
    game = random_game(np.random.default_rng([13, seed]), actors=3)
    graph = Graph(game, priced(game))
    for i in graph.actors:
        for s in graph.states:
            assert all(s not in graph.reached_by_others(i, t, credibly=False) for t in graph.reach[i, s])
