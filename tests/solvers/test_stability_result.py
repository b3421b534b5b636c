"""Stability as a result: in words, as data, within its memory; and what is refused."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tracemalloc
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest
from numba import config

from builders import large_game, make_game, priced
from detente.errors import SizeError
from detente.game.compiler import compile_game
from detente.game.pricing import draw_inputs
from detente.scenario.reader import load, loads
from detente.solvers import stability
from detente.solvers.coalitions import find_coalition_equilibria
from detente.solvers.hypergames import find_hypergame_equilibria
from detente.solvers.stability import CONCEPTS, equilibria_of, find_equilibria, memory_needed

CASES = Path(stability.__file__).parents[1] / "cases"


def test_result_in_words_and_as_data() -> None:
    game = compile_game(load(CASES / "elmira" / "scenario.yaml"))
    found = find_equilibria(game, priced(game), ["seq", "nash"])
    assert repr(found) == "<Stability Nash: 6, SEQ: 6 of 12 states, 3 actors>"
    assert str(found).splitlines()[:3] == [
        "Nash  SEQ  state",
        " x     x   local.insist = yes",
        " x     x   uniroyal.answer = abandon",
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
    cuba = compile_game(load(CASES / "cuba-1962" / "scenario.yaml"))
    shown = f"$ detente stability cuba-1962 --coalitions\n{find_coalition_equilibria(cuba, priced(cuba))}\n"
    assert f"```text\n{shown}```" in text


def test_the_documentation_s_example_of_misperception() -> None:
    text = (Path(__file__).parents[2] / "docs" / "stability.md").read_text(encoding="utf-8")
    ((case, shown),) = re.findall(r"```yaml\n(.*?)```\n\n```text\n(.*?)```", text, re.S)
    scenario, _ = loads(case)
    game = compile_game(scenario)
    plain = find_equilibria(game, priced(game), ["nash", "seq"])
    seen = find_hypergame_equilibria(game, draw_inputs(game, None), ["nash", "seq"])
    command = "$ detente stability fear.yaml --concept nash --concept seq"
    assert shown == f"{command}\n{plain}\n\n{command} --beliefs\n{seen}\n"


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
    assert str(found).splitlines()[1].endswith("  status quo")


def test_long_tables_say_what_they_leave_out() -> None:
    game = make_game({"a": {"x": 60}}, np.zeros((1, 60)))
    assert str(find_equilibria(game, priced(game), ["nash"])).endswith("\nand 20 more states")


def test_long_states_are_wrapped() -> None:
    game = make_game(
        {"a": {f"a_lever_with_a_long_name_{k}": ["as it is", "other"] for k in range(4)}}, np.zeros((1, 16))
    )
    lines = str(find_equilibria(game, priced(game), ["nash"])).splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[-2:] == [
        " x    a.a_lever_with_a_long_name_0 = other, a.a_lever_with_a_long_name_1 = other,",
        "      a.a_lever_with_a_long_name_2 = other, a.a_lever_with_a_long_name_3 = other",
    ]


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
    with pytest.raises(
        ValueError, match=r"^no stability concept 'core'; the concepts are nash, gmr, smr, seq, sseq, sim$"
    ):
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


@pytest.mark.skipif(config.DISABLE_JIT, reason="plain Python would take minutes")
def test_one_actor_with_very_many_levers() -> None:
    """Nothing is of the size of an actor's positions squared."""
    levers = {f"l{k}": 2 for k in range(16)}
    payoffs = np.random.default_rng(0).permutation(2**16).astype(np.float64)
    game = make_game({"a": levers}, payoffs)
    prices = priced(game)
    tracemalloc.start()
    found = equilibria_of(game, prices)
    peak = tracemalloc.get_traced_memory()[1] + prices.payoffs.nbytes
    tracemalloc.stop()
    assert all(cells.tolist() == [np.argmax(payoffs)] for cells in found.values())
    assert peak <= 2 * memory_needed(game.cells, 1)


def test_the_estimate_loads_no_compiler() -> None:
    code = (
        "import sys; from detente.solvers.stability import memory_needed; memory_needed(9, 2); "
        "print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
