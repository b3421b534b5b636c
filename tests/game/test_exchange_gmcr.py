"""GMCR+ conflicts: published cases come in with their published answers, and what goes out comes back."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from builders import make_game, random_game
from conflicts import (
    AS_OF,
    import_document,
    is_true,
    list_feasible,
    list_published,
    make_document,
    random_document,
)
from detente import api
from detente.errors import ScenarioError, SizeError
from detente.game.compiler import compile_game
from detente.game.exchange.coding import code_lever
from detente.game.exchange.gmcr_reader import read_gmcr
from detente.game.exchange.gmcr_writer import code_levers, order_states, write_gmcr
from detente.game.exchange.slices import rank_payoffs, take_slice
from detente.game.exchange.transcript import transcribe
from detente.game.game import Game
from detente.game.pricing import draw_inputs, price
from detente.scenario.model import Scenario
from detente.scenario.reader import list_cases, loads
from detente.solvers.stability import CONCEPTS, Stability, find_equilibria
from oracles import Graph

PUBLISHED = list_published()


def numbers_of(game: Game) -> np.ndarray:
    """Sum of the options taken in every cell; all levers have the levels no and yes, in the order of the options."""
    places = np.unravel_index(np.arange(game.cells), game.shape)
    return sum(place.astype(np.int64) << k for k, place in enumerate(places))


def analyse(game: Game) -> Stability:
    return find_equilibria(game, price(game, draw_inputs(game, None)), CONCEPTS)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_cases_come_in_with_their_published_equilibria(name: str) -> None:
    case = PUBLISHED[name]
    game = compile_game(import_document(case.document))
    numbers = numbers_of(game)
    assert sorted(numbers[game.feasible]) == list_feasible(case.document)
    found = analyse(game)
    for concept, states in case.equilibria.items():
        assert {int(numbers[cell]) for cell in found.equilibria[concept]} == states, concept


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_bundled_case_and_the_file_are_one_game(name: str) -> None:
    """The bundled case, exported and imported, has the ranks and equilibria of the file made by hand."""
    written = json.loads(api.export(api.load(name), "gmcr").text)
    ours, theirs = (tally(import_document(document)) for document in (written, PUBLISHED[name].document))
    assert ours == theirs


def tally(scenario: Scenario) -> list[tuple[object, ...]]:
    """Every feasible state by its ranks and marks, without its name."""
    game = compile_game(scenario)
    found = analyse(game)
    cells = np.flatnonzero(game.feasible)
    ranks = rank_payoffs(price(game, draw_inputs(game, None)).payoffs[cells])
    marks = np.stack([found.stable[concept][:, cells] for concept in CONCEPTS])
    return sorted((*ranks[k].tolist(), *marks[:, :, k].ravel().tolist()) for k in range(len(cells)))


def test_imported_conflicts_are_what_the_format_says() -> None:
    """Feasible states, order of states, moves and equilibria against the format read in plain Python."""
    rng = np.random.default_rng(20)
    for trial in range(120):
        document = random_document(rng, ranked=trial % 2 == 0)
        game = compile_game(import_document(document))
        numbers = numbers_of(game)
        states = list_feasible(document)
        assert sorted(numbers[game.feasible]) == states
        cell_of = {int(number): cell for cell, number in enumerate(numbers)}
        prices = price(game, draw_inputs(game, None))
        for k, maker in enumerate(document["decisionMakers"]):
            worth = {state: prices.payoffs[cell_of[state], k] for state in states}
            wanted = {state: rank_by_hand(document, maker, states, state) for state in states}
            for a in states:
                for b in states:
                    assert np.sign(np.rint((worth[a] - worth[b]) * 1e9)) == (wanted[a] > wanted[b]) - (
                        wanted[a] < wanted[b]
                    )
        graph = Graph(game, prices)
        for k, maker in enumerate(document["decisionMakers"]):
            for a in states:
                reached = {b for b in states if b != a and may_move(document, maker, a, b)}
                assert {int(numbers[cell]) for cell in graph.reach[k, cell_of[a]]} == reached


def rank_by_hand(document, maker, states, state) -> tuple[bool, ...] | int:
    if not document["useManualPreferenceRanking"]:
        return tuple(is_true(statement, state) for statement in maker["preferences"])
    number = states.index(state) + 1
    places = [place if isinstance(place, list) else [place] for place in maker["preferenceRanking"]]
    return -next(k for k, place in enumerate(places) if number in place)


def may_move(document, maker, a: int, b: int) -> bool:
    for k, option in enumerate(document["options"]):
        before, after = a >> k & 1, b >> k & 1
        if before == after:
            continue
        barred = {"both": None, "fwd": (1, 0), "back": (0, 1)}[option["permittedDirection"]]
        if k not in maker["options"] or (before, after) == barred:
            return False
    return True


def test_what_goes_out_comes_back_cell_by_cell() -> None:
    """Random games with chance, ties, one-way levers of both kinds, infeasible cells: the same game comes back."""
    rng = np.random.default_rng(21)
    games = [random_game(rng, 1 + trial % 3, chance=trial % 4 == 0) for trial in range(160)]
    small = [game for game in games if game.cells <= 36]  # larger ones take long to read, not to compare
    assert len(small) > 80
    assert sum(not game.feasible.all() for game in small) > 25
    assert sum(any(not axis.legal.all() for axis in game.axes) for game in small) > 25
    for game in small:
        compare_with_its_copy(game)


def compare_with_its_copy(game: Game) -> None:
    written = write_gmcr(game, "x")
    back = compile_game(import_document(json.loads(written.text)))
    part = take_slice(game)
    here = part.cells[order_states(part, code_levers(part, "x"))]
    numbers = numbers_of(back)
    there = np.flatnonzero(back.feasible)[np.argsort(numbers[back.feasible])]
    assert len(here) == len(there) == written.counts["states"]
    assert here.tolist().index(game.status_quo) == there.tolist().index(back.status_quo)
    first, second = (price(g, draw_inputs(g, None)) for g in (game, back))
    assert (rank_payoffs(first.payoffs[here]) == rank_payoffs(second.payoffs[there])).all()
    graphs = Graph(game, first), Graph(back, second)
    place = {cell: k for k, cell in enumerate(here.tolist())}, {cell: k for k, cell in enumerate(there.tolist())}
    for actor in range(len(game.actors)):
        for a, b in zip(here.tolist(), there.tolist(), strict=True):
            moves = [{at[q] for q in graph.reach[actor, s]} for graph, at, s in zip(graphs, place, (a, b), strict=True)]
            assert moves[0] == moves[1]
    ours, theirs = analyse(game).stable, analyse(back).stable
    for concept in CONCEPTS:
        assert (ours[concept][:, here] == theirs[concept][:, there]).all(), concept


@pytest.mark.parametrize("case", [case.name for case in list_cases() if case.name != "korea-2024"])
def test_bundled_cases_come_back(case: str) -> None:
    game = compile_game(api.load(case))
    if game.axes:
        compare_with_its_copy(game)
        return
    with pytest.raises(ScenarioError) as caught:
        write_gmcr(game, case)
    assert str(caught.value) == (
        f"{case}  actors: Nobody has levers, and a .gmcr file holds nothing else. Give an actor levers."
    )


def test_levers_of_every_kind_become_options() -> None:
    one_way = {"a.free": False, "a.forward": True, "a.long": True, "a.stuck": [0, 1], "a.end": [2], "a.start": [0]}
    levers = {"free": 3, "forward": 3, "long": 5, "stuck": 2, "end": 3, "start": 3}
    game = make_game(
        {"a": levers}, np.zeros((1, 3 * 3 * 5 * 2 * 3 * 3)), one_way={k: v for k, v in one_way.items() if v}
    )
    codings = {axis.id: code_lever(axis) for axis in game.axes}
    directions = {lever: [option.direction for option in coding.options] for lever, coding in codings.items() if coding}
    assert directions == {
        "a.free": ["both", "both"],
        "a.forward": ["back", "both", "fwd"],
        "a.long": ["fwd"] * 4,
        "a.stuck": ["fwd", "fwd"],
        "a.end": ["both", "fwd"],
        "a.start": ["fwd", "both", "both"],
    }
    names = [option.name for option in codings["a.long"].options]
    assert names == ["long: 1 or beyond", "long: 2 or beyond", "long: 3 or beyond", "long: 4"]


def test_moves_that_options_cannot_express_are_refused_by_lever() -> None:
    game = make_game({"a": {"x": 3, "y": 2}}, np.zeros((1, 6)))
    ring = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]], dtype=np.bool_)
    game.axes[0].legal[:] = ring
    with pytest.raises(ScenarioError, match=r"^case.yaml  a\.x: Options that are free"):
        write_gmcr(game, "case.yaml")


def test_rules_stay_rules_and_few() -> None:
    """A rule over two levers is one condition however many levers there are."""
    text = """
detente: 1
title: Rules
as_of: 2025-01-01
horizon: 12 months
actors:
  a: {levers: {x: [low, mid, high], y: [no, yes], z: [no, yes]}, ranking: [x = high]}
  b: {levers: {v: [no, yes], w: [no, yes]}, priorities: [w = yes]}
rules:
  - forbid: a.x = high and b.v = yes
  - forbid: a.y = yes and a.z = yes and b.w = no
"""
    document = json.loads(api.export(loads(text)[0], "gmcr").text)
    names = [option["name"] for option in document["options"]]
    assert names == ["x: mid", "x: high", "y", "z", "v", "w"]
    assert document["infeasibles"] == [
        [[0, "Y"], [1, "Y"]],
        [[1, "Y"], [4, "Y"]],
        [[2, "Y"], [3, "Y"], [5, "N"]],
    ]


def test_games_that_are_too_large_are_refused() -> None:
    with pytest.raises(SizeError, match=r"^4,096 feasible states and 12 options are too many"):
        write_gmcr(make_game({"a": {f"l{k}": 2 for k in range(12)}}, np.zeros((1, 4096))), "x")
    rng = np.random.default_rng(3)
    feasible = rng.random(1 << 13) < 0.12
    feasible[0] = True
    sparse = make_game({"a": {f"l{k}": 2 for k in range(13)}}, np.zeros((1, 1 << 13)), infeasible=~feasible)
    with pytest.raises(SizeError, match="conditions are needed to say what the rules forbid"):
        write_gmcr(sparse, "x")


def test_what_is_not_kept_is_told() -> None:
    document = make_document(
        {"North": [("Fire", "both")], "South": [("Hide", "back")]}, [], [[0, 1, 2, 3], [[0, 1], 2, 3]]
    )
    north, south = document["decisionMakers"]
    north["misperceptions"] = [[[1, "Y"]]]
    north["payoffs"] = [1, 2, 3, 4]
    south["preferences"] = [[[0, "Y"]]]
    south["mood"] = "grim"
    document["coalitions"] = [[0, 1]]
    document["colour"] = "red"
    conflict = read_gmcr(json.dumps(document), "x.gmcr")
    made = transcribe(conflict, source="x.gmcr", title="x", as_of=AS_OF)
    assert made.remarks == (
        "'colour' is not known here and not kept.",
        "North does not see every state: its misperceptions (1 condition) are not kept.",
        "North's payoffs are not kept: they differ from its preferences, which count.",
        "South: 'mood' is not known here and not kept.",
        "South's statements are not kept: the file says that the ranking counts.",
        "The coalition of North and South is not kept: each decides for itself.",
        "The file has no dates: the model starts on 2025-01-01 and ends after 12 months.",
        "The file has no status quo: the feasible state where Hide is taken stands for it.",
    )
    head = made.text.split("detente: 1\n")[0]
    assert head.splitlines()[1:] == [f"# - {remark}" for remark in made.remarks]


def test_older_files_and_payoffs_in_place_of_preferences() -> None:
    document = make_document({"A": [("x", "both")], "B": [("y", "both")]}, [], [[3, 0, [1, 2]], [0, 1, 2, 3]])
    for maker in document["decisionMakers"]:
        maker["preferenceVector"] = maker.pop("preferenceRanking")
    document["useManualPreferenceVectors"] = document.pop("useManualPreferenceRanking")
    del document["coalitions"], document["version"], document["program"]
    old = import_document(document)
    assert [len(line) for line in old.actors[0].readings[0].preferences.ranking] == [1, 1, 2]
    first, second = document["decisionMakers"]
    del first["preferenceVector"]
    first["payoffs"] = [2, 1, 1, 3]
    assert tally(import_document(document)) == tally(old)
    document["useManualPreferenceVectors"] = False
    del second["preferenceVector"]
    second["preferences"] = [[[1, "N"]], [[0, "N"]]]
    assert tally(import_document(document)) == tally(old)


def test_payoffs_are_compared_with_the_statements() -> None:
    """Lexicographically: the first statement outweighs the second."""
    makers = {"A": [("x", "both")], "B": [("y", "both")]}
    document = make_document(makers, preferences=[[[[0, "Y"]], [[1, "Y"]]], []])
    first = document["decisionMakers"][0]
    idle = "B has no preferences in the file: all states are equal to it."
    differ = "A's payoffs are not kept: they differ from its preferences, which count."
    for payoffs, remarks in [([1, 3, 2, 4], (idle,)), ([1, 2, 3, 4], (differ, idle)), ([1, 2, 2, 4], (differ, idle))]:
        first["payoffs"] = payoffs
        assert read_gmcr(json.dumps(document), "x.gmcr").remarks == remarks


def test_options_count_in_the_order_of_their_owners() -> None:
    """The ranking's numbers follow the owners, the conditions' the list."""
    document = make_document(
        {"A": [("x", "both")], "B": [("y", "fwd")]}, [[[0, "Y"], [1, "N"]]], [[3, 0, 2], [0, 2, 3]]
    )
    swapped = json.loads(json.dumps(document))
    swapped["options"].reverse()
    swapped["infeasibles"] = [[[1, "Y"], [0, "N"]]]
    for maker, own in zip(swapped["decisionMakers"], ([1], [0]), strict=True):
        maker["options"] = own
    assert import_document(swapped) == import_document(document)


def test_the_page_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[2] / "docs/exchange.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "exchange.md", "exec"), {})
    assert capsys.readouterr().out == printed
    assert (tmp_path / "cuba.gmcr").is_file()


def test_many_infeasible_states_share_rules() -> None:
    """A scenario has room for 500 rules; the states are the same however many share one."""
    makers = {name: [(f"o{k}", "both") for k in range(6)] for name in ("A", "B")}
    infeasible = [[[option, "Y"] for option in four] for four in combinations(range(12), 4)]
    scenario = import_document(make_document(makers, infeasible))
    assert (len(infeasible), len(scenario.rules)) == (495, 248)
    game = compile_game(scenario)
    assert sorted(numbers_of(game)[game.feasible]) == [state for state in range(4096) if state.bit_count() < 4]
