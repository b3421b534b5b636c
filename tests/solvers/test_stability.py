"""Stability: published answers, the textbook oracle, and laws."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from numba import config
from numpy.typing import NDArray

from builders import large_game, make_game, priced, random_game
from detente.game.compiler import compile_game
from detente.game.cuts import hold
from detente.game.game import Game, Prices, Table, cell_at, levels_at, mask
from detente.scenario.reader import load
from detente.solvers import closure, stability
from detente.solvers.stability import CONCEPTS, EVERY, Stability, equilibria_of, find_equilibria
from oracles import Graph

CASES = Path(stability.__file__).parents[1] / "cases"

#: random games a block; as plain Python the kernels get fewer
GAMES = 10 if config.DISABLE_JIT else 100

# --- published answers ----------------------------------------------------------------------------------------------

#: case: {concept: equilibria, by the source's number of the state}
KNOWN = {
    "cuba-1962": {
        "nash": (),
        "gmr": (0, 1, 2, 4, 5, 6, 7),
        "smr": (0, 1, 2, 4, 5, 6, 7),
        "seq": (4, 6),
        "sseq": (4, 6),
    },
    "syria-iraq-1975": {"nash": (6,), "gmr": (1, 6), "smr": (6,), "seq": (6,), "sseq": (6,)},
    "elmira": {
        "nash": (5, 8, 9),
        "gmr": (1, 4, 5, 8, 9),
        "smr": (1, 4, 5, 8, 9),
        "seq": (5, 8, 9),
        "sseq": (5, 8, 9),
    },
    "north-korea-2017": {"nash": (0, 5), "smr": (0, 4, 5, 10, 12), "seq": (0, 5, 10)},
}


@pytest.mark.parametrize("case", KNOWN)
def test_published_equilibria(case: str) -> None:
    scenario = load(CASES / case / "scenario.yaml")
    game = compile_game(scenario)
    found = find_equilibria(game, priced(game))
    states = {name: mask(game, condition) for name, condition in scenario.conditions}
    for concept, numbers in KNOWN[case].items():
        stable = np.isin(np.arange(game.cells), found.equilibria[concept])
        assert {name for name, where in states.items() if stable[where].any()} == {f"s{k}" for k in numbers}
        assert all(stable[where].all() == stable[where].any() for where in states.values())


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("prisoners-dilemma", {"nash": "DD", "gmr": "CC DD", "smr": "CC DD", "seq": "CC DD", "sseq": "CC DD"}),
        ("chicken", {"nash": "CD DC", "gmr": "CC CD DC", "smr": "CC CD DC", "seq": "CD DC", "sseq": "CD DC"}),
    ],
)
def test_published_two_by_two(case: str, expected: dict[str, str]) -> None:
    game = compile_game(load(CASES / case / "scenario.yaml"))
    letters = {"cooperate": "C", "defect": "D", "swerve": "C", "hold": "D"}
    for concept, cells in equilibria_of(game, priced(game)).items():
        assert (
            " ".join(sorted("".join(letters[x] for x in levels_at(game, c).values()) for c in cells))
            == (expected[concept])
        )


def test_how_often_a_target_is_stable_over_all_rankings() -> None:
    """Syria-Iraq 1975, Syria's ranking free: counts that need every improvement sanctioned, and ties as sanctions."""
    iraq = {2: 5, 4: 4, 6: 3, 1: 2, 5: 1, 3: 0}
    numbered = [[1, 4], [2, 5], [3, 6]]  # [water][attack]
    count = dict.fromkeys(CONCEPTS, 0)
    for ranking in permutations(range(6)):
        payoffs = [[[ranking[n - 1] for n in row] for row in numbered], [[iraq[n] for n in row] for row in numbered]]
        game = make_game({"syria": {"water": 3}, "iraq": {"attack": 2}}, payoffs)
        target = cell_at(game, {"syria.water": 1})
        for concept, cells in equilibria_of(game, priced(game)).items():
            count[concept] += target in cells
    assert count == {"nash": 240, "gmr": 384, "smr": 300, "seq": 384, "sseq": 300}


# --- the textbook ---------------------------------------------------------------------------------------------------


def assert_agrees(game: Game, prices: Prices, found: Stability) -> None:
    graph = Graph(game, prices)
    for concept in EVERY:
        for i in graph.actors:
            expected = [s for s in graph.states if graph.stable(concept, i, s)]
            assert np.flatnonzero(found.stable[concept][i]).tolist() == expected, (concept, i)
        assert set(found.equilibria[concept].tolist()) == graph.equilibria(concept)


@pytest.mark.parametrize("block", range(20))
def test_textbook_definitions_hold_on_random_games(block: int) -> None:
    for seed in range(GAMES):
        rng = np.random.default_rng([block, seed])
        game = random_game(rng, actors=2 + seed % 3, chance=seed % 5 == 0)
        prices = priced(game)
        assert_agrees(game, prices, find_equilibria(game, prices, EVERY))


@pytest.mark.parametrize("seed", range(60))
def test_flood_equals_passes(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    game = random_game(np.random.default_rng([99, seed]), actors=2 + seed % 3)
    prices = priced(game)
    by_passes = find_equilibria(game, prices)
    monkeypatch.setattr(closure, "PATIENCE", 0)
    by_flood = find_equilibria(game, prices)
    for concept in CONCEPTS:
        np.testing.assert_array_equal(by_flood.stable[concept], by_passes.stable[concept])


@pytest.mark.parametrize("one_way", [False, True])
def test_flood_equals_passes_over_many_tiles(one_way: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large enough that most lines stay as they are in the last rounds."""
    rng = np.random.default_rng(17)
    levers = {f"a{i}": {"x": 2, "y": 2} for i in range(5)} | {"a5": {"x": 3}}
    game = make_game(
        levers,
        rng.permuted(np.tile(np.arange(3072), (6, 1)), axis=1),
        infeasible=rng.random(3072) < 0.4,
        one_way={f"{actor}.x": one_way for actor in levers},
    )
    prices = priced(game)
    by_passes = find_equilibria(game, prices)
    monkeypatch.setattr(closure, "PATIENCE", 0)
    assert_same(find_equilibria(game, prices), by_passes)


@pytest.mark.parametrize("upward", [False, True])
def test_a_maze_ends_in_the_flood(upward: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The opponents' only way to the one sanction is a staircase, one turn per pass."""
    steps = 40
    floods = []
    flood = closure._flood
    monkeypatch.setattr(closure, "_flood", lambda *a: (floods.append(a[4]), flood(*a)))

    def payoffs(a: NDArray[np.int64], b: NDArray[np.int64], c: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
        height = b + c
        top = (a == 1) & (height == 2 * steps - 2)
        climb = height if upward else -height
        return np.where(top, 0, 1 + a), climb, climb

    b, c = np.meshgrid(np.arange(steps), np.arange(steps), indexing="ij")
    stairs = (b == c) | (c == b + 1)
    game = make_game(
        {"a": {"x": 2}, "b": {"y": steps}, "c": {"z": steps}},
        payoffs,
        infeasible=np.broadcast_to(~stairs, (2, steps, steps)),
    )
    found = find_equilibria(game, priced(game))
    assert floods == ([False, True] if upward else [False])
    start = 0
    assert found.stable["gmr"][0, start]
    assert found.stable["seq"][0, start] == upward
    assert not found.stable["nash"][0, start]


# --- laws -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_inclusions(seed: int) -> None:
    game = large_game(seed)
    stable = find_equilibria(game, priced(game)).stable
    for inner, outer in (("nash", "sseq"), ("sseq", "seq"), ("seq", "gmr"), ("sseq", "smr"), ("smr", "gmr")):
        assert not (stable[inner] & ~stable[outer]).any()
        assert (stable[inner] != stable[outer]).any()
    assert (stable["seq"] & ~stable["smr"]).any()
    assert not (stable["gmr"] & ~game.feasible).any()


@pytest.mark.parametrize("seed", range(5))
def test_only_the_order_of_payoffs_counts(seed: int) -> None:
    game = large_game(seed)
    prices = priced(game)
    bent = replace(prices, payoffs=np.ascontiguousarray(np.exp(prices.payoffs / 20) * [0.5, 3, 7, 1e-3] - [9, 0, 4, 1]))
    assert_same(find_equilibria(game, prices), find_equilibria(game, bent))


def assert_same(one: Stability, other: Stability) -> None:
    for concept in CONCEPTS:
        np.testing.assert_array_equal(one.stable[concept], other.stable[concept])
        np.testing.assert_array_equal(one.equilibria[concept], other.equilibria[concept])


@pytest.mark.parametrize("seed", range(40))
def test_relabelling_changes_only_labels(seed: int) -> None:
    """Actors in another order, levels of every lever in another order."""
    rng = np.random.default_rng([7, seed])
    game = random_game(rng, actors=2 + seed % 3, chance=seed % 2 == 0)
    other, cells = relabel(game, rng)
    one, two = (find_equilibria(g, priced(g)) for g in (game, other))
    for concept in CONCEPTS:
        for i, player in enumerate(game.actors):
            j = [p.id for p in other.actors].index(player.id)
            np.testing.assert_array_equal(one.stable[concept][i], two.stable[concept][j, cells])


def relabel(game: Game, rng: np.random.Generator) -> tuple[Game, NDArray[np.int64]]:
    """The same game told otherwise, and for every cell of the old one its cell in the new."""
    order = [int(k) for k in rng.permutation(len(game.actors))]
    dims = [d for i in [*order, -1] for d, axis in enumerate(game.axes) if axis.actor == i]
    shuffles = [rng.permutation(m) for m in game.shape]  # new level k was old level shuffle[k]

    def retell(values: NDArray[np.generic]) -> NDArray[np.generic]:
        table = values.reshape(game.shape)[np.ix_(*shuffles)]
        return np.ascontiguousarray(table.transpose(dims))

    axes = tuple(
        replace(
            game.axes[d],
            actor=order.index(game.axes[d].actor) if game.axes[d].actor >= 0 else -1,
            levels=tuple(game.axes[d].levels[k] for k in shuffles[d]),
            now=int(np.flatnonzero(shuffles[d] == game.axes[d].now)[0]),
            legal=game.axes[d].legal[np.ix_(shuffles[d], shuffles[d])],
        )
        for d in dims
    )
    actors = []
    for i in order:
        (reading,) = game.actors[i].readings
        (term,) = reading.terms
        told = replace(term, table=Table(term.table.axes, retell(term.table.values)))
        actors.append(replace(game.actors[i], readings=(replace(reading, terms=(told,)),)))
    cells = np.empty(game.cells, np.int64)
    cells[retell(np.arange(game.cells)).ravel()] = np.arange(game.cells)
    return replace(game, axes=axes, actors=tuple(actors), feasible=retell(game.feasible).ravel()), cells


@pytest.mark.parametrize("seed", range(10))
def test_nature_does_not_move(seed: int) -> None:
    """Every slice of nature is solved as if the others were not there."""
    game = random_game(np.random.default_rng([11, seed]), actors=3, chance=True)
    whole = find_equilibria(game, priced(game))
    for level in range(2):
        held = hold(game, {"weather": level})
        part = find_equilibria(held, priced(held))
        for concept in CONCEPTS:
            inside = whole.stable[concept].reshape(3, -1, 2)[:, :, level]
            np.testing.assert_array_equal(part.stable[concept], inside)


def test_payoffs_within_the_grid_tie() -> None:
    def nash(gap: float) -> list[int]:
        game = make_game({"a": {"x": 2}}, [[1.0, 1.0 + gap]])
        return equilibria_of(game, priced(game), ["nash"])["nash"].tolist()

    assert nash(2e-9) == [1]
    assert nash(4e-10) == [0, 1]


def test_payoffs_beyond_the_grid_are_still_ranked() -> None:
    game = make_game({"a": {"x": 4}}, [[-1e12, 3.0, 3.0 + 1e-8, 1e12]], infeasible=[3])
    assert equilibria_of(game, priced(game), ["nash"])["nash"].tolist() == [2]
