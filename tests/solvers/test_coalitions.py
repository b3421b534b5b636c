"""Coalitional stability: the textbook on random games, laws, published readings, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numba import config

from builders import make_game, priced, random_game
from detente.errors import SizeError
from detente.game.compiler import compile_game
from detente.game.game import Game, cell_at, mask
from detente.scenario.reader import load
from detente.solvers import coalitions
from detente.solvers.coalitions import CONCEPTS, find_coalition_equilibria
from detente.solvers.stability import find_equilibria
from oracles import Graph
from oracles_coalitions import Coalitions, coalitions_of

CASES = Path(coalitions.__file__).parents[1] / "cases"

#: random games a block; as plain Python the kernels get fewer
GAMES = 3 if config.DISABLE_JIT else 50


def assert_agrees(game: Game, pareto: bool) -> None:
    graph = Graph(game, priced(game))
    book = Coalitions(graph, pareto)
    every = coalitions_of(tuple(graph.actors))
    found = find_coalition_equilibria(game, priced(game), coalitions=every, pareto=pareto)
    assert found.coalitions == tuple(every)
    for concept in CONCEPTS:
        for team, stable in zip(every, found.stable[concept], strict=True):
            expected = [s for s in graph.states if book.stable(concept, team, s)]
            assert np.flatnonzero(stable).tolist() == expected, (concept, team)
    universal = find_coalition_equilibria(game, priced(game), pareto=pareto)
    assert universal.universal
    for concept in CONCEPTS:
        assert universal.equilibria[concept].tolist() == found.equilibria[concept].tolist(), concept


@pytest.mark.parametrize("pareto", [False, True])
@pytest.mark.parametrize("block", range(20))
def test_textbook_definitions_hold_on_random_games(block: int, pareto: bool) -> None:
    for seed in range(GAMES):
        rng = np.random.default_rng([31, block, seed])
        assert_agrees(random_game(rng, actors=2 + seed % 3, chance=seed % 5 == 0), pareto)


@pytest.mark.parametrize("seed", range(40))
def test_a_coalition_of_one_is_its_member(seed: int) -> None:
    """CNash, CGMR and CSMR exactly; CSEQ where there is one opponent, else it asks for less than SEQ."""
    game = random_game(np.random.default_rng([32, seed]), actors=2 + seed % 3)
    single = find_equilibria(game, priced(game)).stable
    found = find_coalition_equilibria(game, priced(game), coalitions=[[k] for k in range(len(game.actors))]).stable
    for one, many in (("nash", "cnash"), ("gmr", "cgmr"), ("smr", "csmr")):
        np.testing.assert_array_equal(found[many], single[one])
    assert not (single["seq"] & ~found["cseq"]).any()
    if len(game.actors) == 2:
        np.testing.assert_array_equal(found["cseq"], single["seq"])


def test_cseq_of_one_actor_is_weaker_than_seq() -> None:
    """Neither opponent gains by a first step alone; together they do, and so punish."""
    to_a, to_b = np.full((2, 2, 2), 5.0), np.zeros((2, 2, 2))
    to_a[1] = 6
    to_a[1, 1, 1] = 0
    to_b[:, 1, 0] = to_b[:, 0, 1] = -1
    to_b[1, 1, 1] = 1
    game = make_game({"a": {"x": 2}, "b": {"y": 2}, "c": {"z": 2}}, np.array([to_a, to_b, to_b]))
    assert not find_equilibria(game, priced(game)).stable["seq"][0, 0]
    assert find_coalition_equilibria(game, priced(game), ["cseq"], [[0]]).stable["cseq"][0, 0]


def test_coalition_moves_are_legal_single_steps() -> None:
    """b's lever must change first and cannot go back: the two cannot jump to where both are better off."""
    payoffs = np.zeros((2, 2, 2))
    payoffs[:, 1, 1] = 1
    blocked = make_game({"a": {"x": 2}, "b": {"y": 2}}, payoffs, infeasible=[cell_at_xy(0, 1), cell_at_xy(1, 0)])
    assert find_coalition_equilibria(blocked, priced(blocked), ["cnash"], [[0, 1]]).stable["cnash"][0, 0]
    open_way = make_game({"a": {"x": 2}, "b": {"y": 2}}, payoffs, infeasible=[cell_at_xy(0, 1)])
    assert not find_coalition_equilibria(open_way, priced(open_way), ["cnash"], [[0, 1]]).stable["cnash"][0, 0]


def cell_at_xy(x: int, y: int) -> int:
    return 2 * x + y


def test_countermoves_are_all_the_coalition_can_reach() -> None:
    """After the sanction the coalition moves on through a state that is worse than the sanction, and escapes."""
    levers = {"a": {"x": 2, "w": 2}, "b": {"y": 2}, "c": {"z": 2}}
    to_us = np.zeros((2, 2, 2, 2))  # x, w, y, z
    to_us[1, 0, 0, 0] = 2  # the improvement
    to_us[1, 0, 0, 1] = 0  # the sanction
    to_us[1, 1, 1, 1] = 2  # what the two can turn it into,
    to_us[1, 1, 0, 1] = to_us[1, 0, 1, 1] = -1  # by way of these
    to_us[0, 0, 0, 0] = 1
    game = make_game(levers, np.array([to_us, to_us, np.zeros((2, 2, 2, 2))]))
    stable = find_coalition_equilibria(game, priced(game), ["cgmr", "csmr"], [[0, 1]]).stable
    assert stable["cgmr"][0, 0]
    assert not stable["csmr"][0, 0]


def test_pareto_improvements_leave_more_often() -> None:
    """One member gains and the other does not mind."""
    game = make_game({"a": {"x": 2}, "b": {"y": 2}}, [[[0, 0], [0, 1]], [[0, 0], [0, 0]]])
    for pareto in (False, True):
        found = find_coalition_equilibria(game, priced(game), ["cnash"], [[0, 1]], pareto)
        assert found.stable["cnash"][0, 0] != pareto


def test_the_prisoners_leave_mutual_defection_together() -> None:
    game = compile_game(load(CASES / "prisoners-dilemma" / "scenario.yaml"))
    found = find_coalition_equilibria(game, priced(game))
    war, peace = cell_at(game, {"row.act": 1, "column.act": 1}), cell_at(game, {})
    assert found.equilibria["cnash"].tolist() == []
    assert [found.equilibria[concept].tolist() for concept in ("cgmr", "csmr", "cseq")] == [[peace]] * 3
    assert found.stable["cnash"][found.coalitions.index((0,)), war]
    assert repr(found) == "<CoalitionStability CNash: 0, CGMR: 1, CSMR: 1, CSEQ: 1 of 4 states, universal>"


def test_elmira_the_ministry_and_uniroyal_leave_the_impasse_together() -> None:
    """State 5, an equilibrium under every single-actor concept, is left by a modified order that is accepted (8)."""
    scenario = load(CASES / "elmira" / "scenario.yaml")
    game = compile_game(scenario)
    states = {name: int(np.flatnonzero(mask(game, where))[0]) for name, where in scenario.conditions}
    found = find_coalition_equilibria(game, priced(game), ["cnash", "cseq"], [[0, 1]])
    assert not found.stable["cnash"][0, states["s5"]]
    assert not found.stable["cseq"][0, states["s5"]]
    assert found.stable["cnash"][0, states["s8"]]


def test_what_is_refused() -> None:
    game = make_game({f"a{k}": {"x": 2} for k in range(13)}, np.zeros((13, 2**13)))
    with pytest.raises(SizeError, match=r"^13 actors form 8,191 coalitions; .* Name the coalitions\.$"):
        find_coalition_equilibria(game, priced(game), ["cnash"])
    with pytest.raises(ValueError, match=r"^no coalition \[13\]: it takes one or more of the 13 actors$"):
        find_coalition_equilibria(game, priced(game), ["cnash"], [[13]])
    with pytest.raises(ValueError, match=r"^no coalition concept 'core'; the concepts are cnash, cgmr, csmr, cseq$"):
        find_coalition_equilibria(game, priced(game), ["core"])
