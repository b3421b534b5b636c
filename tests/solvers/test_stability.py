"""Stability: published answers, the textbook oracle, laws, and a regression test per trap of existing tools."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from dataclasses import FrozenInstanceError, replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from numba import config
from numpy.typing import NDArray

from builders import make_game, priced, random_game
from detente.errors import SizeError
from detente.game.compiler import compile_game
from detente.game.cuts import hold
from detente.game.game import Game, Prices, Table, cell_at, levels_at, mask
from detente.scenario.reader import load
from detente.solvers import stability
from detente.solvers.stability import CONCEPTS, Stability, equilibria_of, find_equilibria, memory_needed
from oracles import Graph

CASES = Path(stability.__file__).parents[1] / "cases"

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
    for concept in CONCEPTS:
        for i in graph.actors:
            expected = [s for s in graph.states if graph.stable(concept, i, s)]
            assert np.flatnonzero(found.stable[concept][i]).tolist() == expected, (concept, i)
        assert set(found.equilibria[concept].tolist()) == graph.equilibria(concept)


@pytest.mark.parametrize("block", range(20))
def test_textbook_definitions_hold_on_random_games(block: int) -> None:
    for seed in range(25):
        rng = np.random.default_rng([block, seed])
        game = random_game(rng, actors=2 + seed % 3, chance=seed % 5 == 0)
        prices = priced(game)
        assert_agrees(game, prices, find_equilibria(game, prices))


@pytest.mark.parametrize("seed", range(60))
def test_flood_equals_passes(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    game = random_game(np.random.default_rng([99, seed]), actors=2 + seed % 3)
    prices = priced(game)
    by_passes = find_equilibria(game, prices)
    monkeypatch.setattr(stability, "PATIENCE", 0)
    by_flood = find_equilibria(game, prices)
    for concept in CONCEPTS:
        np.testing.assert_array_equal(by_flood.stable[concept], by_passes.stable[concept])


@pytest.mark.parametrize("upward", [False, True])
def test_a_maze_ends_in_the_flood(upward: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The opponents' only way to the one sanction is a staircase, one turn per pass."""
    steps = 40
    floods = []
    flood = stability._flood
    monkeypatch.setattr(stability, "_flood", lambda *a: (floods.append(a[3]), flood(*a)))

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


def large_game(seed: int) -> Game:
    rng = np.random.default_rng(seed)
    levers = {"a": {"x": 3, "y": 2}, "b": {"x": 2, "y": 2}, "c": {"x": 4}, "d": {"x": 2, "y": 2}}
    return make_game(
        levers,
        rng.integers(0, 40, size=(4, 768)),
        infeasible=rng.random((3, 2, 2, 2, 4, 2, 2, 2)) < 0.3,
        one_way={"a.x": True, "c.x": [1]},
        chance={"weather": 2},
    )


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


# --- traps ----------------------------------------------------------------------------------------------------------


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


# --- the result -----------------------------------------------------------------------------------------------------


def test_result_in_words_and_as_data() -> None:
    game = compile_game(load(CASES / "elmira" / "scenario.yaml"))
    found = find_equilibria(game, priced(game), ["seq", "nash"])
    assert repr(found) == "<Stability Nash: 6, SEQ: 6 of 12 states, 3 actors>"
    wide = len("moe.order = modified, uniroyal.answer = abandon, local.insist = yes")
    assert str(found).splitlines()[:3] == [
        f"{'':{wide}}  Nash  SEQ",
        f"{'local.insist = yes':{wide}}   x     x",
        f"{'uniroyal.answer = abandon':{wide}}   x     x",
    ]
    data = found.to_dict()
    assert list(data["concepts"]) == ["nash", "seq"]  # type: ignore[call-overload]
    seq = data["concepts"]["seq"]  # type: ignore[index]
    assert seq["equilibria"][0] == {"moe.order": "stands", "uniroyal.answer": "delay", "local.insist": "yes"}
    assert "stable" not in seq
    detailed = found.to_dict(per_actor=True)["concepts"]["seq"]["stable"]  # type: ignore[index]
    assert {actor: len(states) for actor, states in detailed.items()} == {
        actor.id: int(row.sum()) for actor, row in zip(game.actors, found.stable["seq"], strict=True)
    }
    assert seq["equilibria"][0] in detailed["moe"]
    assert data["made_by"] == {**found.made_by, "digest": game.digest}
    json.dumps(found.to_dict(per_actor=True), allow_nan=False)


def test_the_documentation_shows_what_is_printed() -> None:
    text = (Path(__file__).parents[2] / "docs" / "stability.md").read_text(encoding="utf-8")
    game = compile_game(load(CASES / "elmira" / "scenario.yaml"))
    assert f"```text\n{find_equilibria(game, priced(game))}\n```" in text


def test_result_is_frozen() -> None:
    game = make_game({"a": {"x": 2}}, [[1, 0]])
    found = find_equilibria(game, priced(game))
    with pytest.raises(FrozenInstanceError):
        found.game = game  # type: ignore[misc]


def test_the_slice_of_today_comes_first() -> None:
    game = make_game({"a": {"x": 2}}, np.zeros((1, 6)), chance={"weather": ["dry", "wet", "ice"]}, now={"weather": 1})
    found = find_equilibria(game, priced(game), ["nash"])
    slices = [state["weather"] for state in found.to_dict()["concepts"]["nash"]["equilibria"]]  # type: ignore[index]
    assert slices == ["wet", "wet", "dry", "dry", "ice", "ice"]
    assert str(found).splitlines()[1].startswith("status quo ")


def test_long_tables_say_what_they_leave_out() -> None:
    game = make_game({"a": {"x": 60}}, np.zeros((1, 60)))
    assert str(find_equilibria(game, priced(game), ["nash"])).endswith("\nand 20 more states")


def test_no_equilibrium_is_an_answer() -> None:
    game = make_game({"a": {"x": 2}, "b": {"y": 2}}, [[[1, 0], [0, 1]], [[0, 1], [1, 0]]])
    found = find_equilibria(game, priced(game), ["nash"])
    assert found.to_dict()["concepts"] == {"nash": {"equilibria": []}}
    assert repr(found) == "<Stability Nash: 0 of 4 states, 2 actors>"


@pytest.mark.parametrize("seed", range(5))
def test_asked_one_by_one_or_without_the_actors_the_answers_are_the_same(seed: int) -> None:
    game = large_game(seed)
    prices = priced(game)
    whole = find_equilibria(game, prices)
    together = equilibria_of(game, prices)
    for concept in CONCEPTS:
        alone = find_equilibria(game, prices, [concept])
        np.testing.assert_array_equal(alone.stable[concept], whole.stable[concept])
        np.testing.assert_array_equal(together[concept], whole.equilibria[concept])


def test_unknown_concept() -> None:
    game = make_game({"a": {"x": 2}}, [[1, 0]])
    with pytest.raises(ValueError, match=r"^no stability concept 'core'; the concepts are nash, gmr, smr, seq, sseq$"):
        find_equilibria(game, priced(game), ["nash", "core"])


def test_moves_that_do_not_compose_are_refused() -> None:
    game = make_game({"a": {"x": 3}}, [[1, 0, 0]])
    legal = np.array([[1, 1, 0], [0, 1, 1], [0, 0, 1]], np.bool_)
    with pytest.raises(ValueError, match=r"^a\.x: legal moves must compose"):
        find_equilibria(replace(game, axes=(replace(game.axes[0], legal=legal),)), priced(game))


def test_too_many_one_way_levers_are_refused_by_name() -> None:
    levers = {f"l{k}": 2 for k in range(14)}
    game = make_game({"a": levers}, np.zeros((1, 2**14)), one_way={f"a.{lever}": True for lever in levers})
    with pytest.raises(SizeError, match=r"one-way levers of a order its positions .* Make a\.l13 or another"):
        find_equilibria(game, priced(game))


@pytest.mark.skipif(config.DISABLE_JIT, reason="plain Python would take minutes")
def test_memory_stays_within_the_estimate() -> None:
    game = make_game({f"a{i}": {"x": 12} for i in range(4)}, np.random.default_rng(0).normal(size=(4, 12**4)))
    prices = priced(game)
    find_equilibria(game, prices)
    tracemalloc.start()
    find_equilibria(game, prices)
    peak = tracemalloc.get_traced_memory()[1] + prices.payoffs.nbytes
    tracemalloc.stop()
    assert peak <= memory_needed(game.cells, len(game.actors)) <= 40 * game.cells * len(game.actors)


def test_the_estimate_loads_no_compiler() -> None:
    code = (
        "import sys; from detente.solvers.stability import memory_needed; memory_needed(9, 2); "
        "print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
