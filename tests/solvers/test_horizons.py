"""Limited-move, non-myopic and Stackelberg stability: the textbook recursion, known games, ties, what is refused."""

from __future__ import annotations

from functools import cache
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest

from builders import make_game, priced, random_game
from detente.errors import SizeError
from detente.game.compiler import compile_game
from detente.game.game import Game, cell_at
from detente.scenario.reader import load
from detente.solvers import horizons
from detente.solvers.horizons import find_horizon_equilibria
from detente.solvers.stability import find_equilibria
from oracles import Graph

CASES = Path(horizons.__file__).parents[1] / "cases"


def textbook(graph: Graph):
    """G_h(i, s) word for word (Fang, Hipel & Kilgour 1993), for strict preferences and actors 0 and 1."""

    @cache
    def anticipate(h: int, i: int, s: int) -> int:
        if h == 0 or not graph.reach[i, s]:
            return s
        ends = [anticipate(h - 1, 1 - i, q) for q in graph.reach[i, s]]
        end = max(ends, key=lambda x: graph.worth[i, x])
        return s if graph.worth[i, s] >= graph.worth[i, end] else end

    return anticipate


def every_end(graph: Graph):
    """The ends that some way of breaking ties gives, by trying all choices of the ends of all moves."""

    @cache
    def anticipate(h: int, i: int, s: int) -> frozenset[int]:
        if h == 0 or not graph.reach[i, s]:
            return frozenset([s])
        found = set()
        for ends in product(*(anticipate(h - 1, 1 - i, q) for q in sorted(graph.reach[i, s]))):
            top = max(graph.worth[i, x] for x in ends)
            found |= {s} if graph.worth[i, s] >= top else {x for x in ends if graph.worth[i, x] == top}
        return frozenset(found)

    return anticipate


def strict_game(rng: np.random.Generator, levels: tuple[int, int]) -> Game:
    cells = levels[0] * levels[1]
    one_way = {"a.x": True} if rng.random() < 0.3 else {}
    feasible = rng.random(cells) >= 0.15
    feasible[0] = True
    payoffs = rng.permuted(np.tile(np.arange(cells), (2, 1)), axis=1)
    return make_game(
        {"a": {"x": levels[0]}, "b": {"y": levels[1]}}, payoffs, one_way=one_way, infeasible=np.flatnonzero(~feasible)
    )


@pytest.mark.parametrize("block", range(10))
def test_strict_games_follow_the_textbook(block: int) -> None:
    for seed in range(20):
        rng = np.random.default_rng([51, block, seed])
        game = strict_game(rng, (int(rng.integers(2, 5)), int(rng.integers(2, 5))))
        graph = Graph(game, priced(game))
        ends = textbook(graph)
        for h in (1, 2, 3, 7):
            found = find_horizon_equilibria(game, priced(game), h)
            for i in range(2):
                expected = [s for s in graph.states if ends(h, i, s) == s]
                assert np.flatnonzero(found.stable["limited"][i]).tolist() == expected, (h, i)
                leads = [s for s in graph.states if ends(2, i, s) == s and ends(1, 1 - i, s) == s]
                assert np.flatnonzero(found.stable["stackelberg"][i]).tolist() == leads
                late = [s for s in graph.states if all(ends(k, i, s) == s for k in range(60, 100))]
                assert np.flatnonzero(found.stable["nonmyopic"][i]).tolist() == late
            assert not any(rows.any() for rows in found.tied.values())


@pytest.mark.parametrize("block", range(10))
def test_ties_are_broken_in_every_way(block: int) -> None:
    tied = 0
    for seed in range(20):
        rng = np.random.default_rng([52, block, seed])
        game = make_game({"a": {"x": 2}, "b": {"y": 3}}, rng.integers(0, 3, size=(2, 6)))
        graph = Graph(game, priced(game))
        ends = every_end(graph)
        for h in (1, 2, 3, 4):
            found = find_horizon_equilibria(game, priced(game), h)
            for i in range(2):
                sure = [s for s in graph.states if ends(h, i, s) == {s}]
                assert np.flatnonzero(found.stable["limited"][i]).tolist() == sure
                open_ = [s for s in graph.states if s in ends(h, i, s) and len(ends(h, i, s)) > 1]
                assert np.flatnonzero(found.tied["limited"][i]).tolist() == open_
                tied += len(open_)
    assert tied


@pytest.mark.parametrize("seed", range(20))
def test_one_move_ahead_is_nash(seed: int) -> None:
    game = random_game(np.random.default_rng([53, seed]), actors=2, chance=seed % 2 == 0)
    found = find_horizon_equilibria(game, priced(game), 1)
    nash = find_equilibria(game, priced(game), ["nash"])
    np.testing.assert_array_equal(found.stable["limited"], nash.stable["nash"])
    np.testing.assert_array_equal(found.equilibria["limited"], nash.equilibria["nash"])
    assert not found.tied["limited"].any()


def test_strict_two_by_two_games_may_cycle_in_h() -> None:
    """Some of the 576 strict 2 x 2 games never settle as h grows (Rego et al. 2025); most do."""
    periods = set()
    orders = list(permutations(range(4)))
    for row in orders[::3]:
        for column in orders:
            game = make_game({"a": {"x": 2}, "b": {"y": 2}}, np.array([row, column]))
            periods.add(find_horizon_equilibria(game, priced(game)).cycle[1])
    assert 1 in periods
    assert len(periods) > 1


def test_known_games() -> None:
    """Two who look far ahead keep the peace; a leader in chicken holds on."""
    dilemma = compile_game(load(CASES / "prisoners-dilemma" / "scenario.yaml"))
    found = find_horizon_equilibria(dilemma, priced(dilemma))
    peace, war = cell_at(dilemma, {}), cell_at(dilemma, {"row.act": 1, "column.act": 1})
    assert set(found.equilibria["nonmyopic"].tolist()) == {peace, war}
    chicken = compile_game(load(CASES / "chicken" / "scenario.yaml"))
    found = find_horizon_equilibria(chicken, priced(chicken))
    assert len(found.equilibria["stackelberg"]) == 2
    assert found.equilibria["nonmyopic"].tolist() == [cell_at(chicken, {})]  # both swerve (Brams 1985)
    assert repr(found) == "<HorizonStability L_h: 0, non-myopic: 1, Stackelberg: 2 of 4 states, h = 2>"


def test_what_is_refused() -> None:
    three = make_game({k: {"x": 2} for k in "abc"}, np.zeros((3, 8)))
    with pytest.raises(ValueError, match=r"are defined for two actors; a, b, c can move here$"):
        find_horizon_equilibria(three, priced(three))
    two = make_game({k: {"x": 2} for k in "ab"}, np.zeros((2, 4)))
    with pytest.raises(ValueError, match=r"^0 moves ahead: 1 to 500 are looked at$"):
        find_horizon_equilibria(two, priced(two), 0)
    large = make_game({k: {"x": 70} for k in "ab"}, np.zeros((2, 4900)))
    with pytest.raises(SizeError, match=r"^4,900 feasible states; .* up to 4,096\.$"):
        find_horizon_equilibria(large, priced(large))


def test_a_bystander_without_levers_does_not_count() -> None:
    game = make_game({"a": {"x": 2}, "c": {}, "b": {"y": 2}}, np.arange(12).reshape(3, 4))
    assert find_horizon_equilibria(game, priced(game)).pair == (0, 2)
