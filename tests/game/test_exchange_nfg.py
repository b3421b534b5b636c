"""Gambit reads our .nfg and finds the equilibria we find."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from pathlib import Path

import numpy as np
import pygambit  # noqa: TID251 - an oracle of the tests
import pytest

from builders import make_game, priced
from detente import api
from detente.errors import ScenarioError, SizeError
from detente.game.compiler import compile_game
from detente.game.exchange.nfg import write_nfg
from detente.game.exchange.slices import take_slice
from detente.game.game import Game
from detente.scenario.reader import loads
from detente.solvers.stability import equilibria_of

QUALIFYING = ("prisoners-dilemma", "chicken", "cuba-1962", "syria-iraq-1975")


def let_gambit_read(text: str, folder: Path) -> pygambit.Game:
    file = folder / "case.nfg"
    file.write_text(text, encoding="utf-8")
    return pygambit.read_nfg(str(file))


def find_by_gambit(read: pygambit.Game, game: Game) -> set[int]:
    """Cells of Gambit's pure equilibria; strategies are the positions of the actors' axes, in order."""
    part = take_slice(game)
    found = set()
    for profile in pygambit.nash.enumpure_solve(read).equilibria:
        positions = [
            next(k for k, strategy in enumerate(player.strategies) if profile[strategy] == 1) for player in read.players
        ]
        sizes = [len(player.strategies) for player in read.players]
        found.add(int(part.cells[np.ravel_multi_index(positions, sizes)]))
    return found


def find_here(game: Game) -> set[int]:
    """Our Nash equilibria in nature's present slice."""
    cells = take_slice(game).cells
    return {int(cell) for cell in equilibria_of(game, priced(game), ["nash"])["nash"] if cell in cells}


@pytest.mark.parametrize("case", QUALIFYING)
def test_gambit_finds_our_equilibria_of_the_bundled_cases(case: str, tmp_path: Path) -> None:
    scenario = api.load(case)
    read = let_gambit_read(api.export(scenario, "nfg").text, tmp_path)
    game = compile_game(scenario)
    found = find_by_gambit(read, game)
    assert {cell for cell in found if game.feasible[cell]} == find_here(game)
    assert [player.label for player in read.players] == [actor.name for actor in scenario.actors]


def test_gambit_finds_our_equilibria_of_random_games(tmp_path: Path) -> None:
    """Ties, infeasible states, chance, idle actors; payoffs that differ by less than the grid count as ties."""
    rng = np.random.default_rng(30)
    masked = spurious = several = 0
    for trial in range(120):
        game = make_random(rng, 1 + trial % 4, chance=trial % 3 == 0)
        read = let_gambit_read(write_nfg(game, "x").text, tmp_path)
        found = find_by_gambit(read, game)
        ours = find_here(game)
        assert {cell for cell in found if game.feasible[cell]} == ours
        masked += not game.feasible.all()
        spurious += any(not game.feasible[cell] for cell in found)
        several += len(ours) > 1
    assert min(masked, several) > 40
    assert spurious > 5


def make_random(rng: np.random.Generator, actors: int, chance: bool) -> Game:
    levers = {
        f"a{i}": {f"l{k}": int(rng.integers(2, 4)) for k in range(int(rng.choice([1, 1, 2, 0 if i else 1])))}
        for i in range(actors)
    }
    nature = {"weather": 2} if chance else {}
    shape = (*(m for own in levers.values() for m in own.values()), *nature.values())
    feasible = rng.random(prod(shape)) >= rng.choice([0.0, 0.3, 0.6])
    start = int(rng.integers(prod(shape)))
    feasible[start] = True
    ids = [f"{actor}.{lever}" for actor, own in levers.items() for lever in own] + list(nature)
    payoffs = rng.integers(-3, 3, size=(actors, prod(shape))) / 3 + rng.normal(size=(actors, prod(shape))) * 1e-11
    return make_game(
        levers,
        payoffs,
        infeasible=np.flatnonzero(~feasible),
        chance=nature,
        now=dict(zip(ids, map(int, np.unravel_index(start, shape)), strict=True)),
    )


def test_payoffs_stand_where_gambit_looks_for_them(tmp_path: Path) -> None:
    """Three players of different sizes, every payoff its own, some below zero; infeasible states below the minimum."""
    shape = (2, 3, 2, 2)
    payoffs = np.arange(72).reshape(3, 24) / 7 - 3
    game = make_game({"a": {"x": 2}, "b": {"y": 3}, "c": {"v": 2, "w": 2}}, payoffs, infeasible=[5])
    read = let_gambit_read(write_nfg(game, "x").text, tmp_path)
    for x, y, v, w in product(*map(range, shape)):
        labels = (f"x = {x}", f"y = {y}", f"v = {v}, w = {w}")
        cell = int(np.ravel_multi_index((x, y, v, w), shape))
        for k, player in enumerate(("a", "b", "c")):
            given = read[labels][player]
            wanted = round(float(payoffs[k].min()), 9) - 1 if cell == 5 else round(float(payoffs[k, cell]), 9)
            assert float(given) == pytest.approx(wanted, abs=1e-12)
            assert (Fraction(str(given)) * 10**9).denominator == 1


def test_one_way_levers_are_refused_by_name() -> None:
    with pytest.raises(ScenarioError) as caught:
        api.export(api.load("elmira"), "nfg")
    cure = "Leave 'one_way:' out."
    assert [(issue.file, issue.path, issue.cure) for issue in caught.value.issues] == [
        ("elmira", "moe.order", cure),
        ("elmira", "uniroyal.answer", cure),
    ]


def test_the_file_says_what_it_leaves_out() -> None:
    text = loads(ODD)[0]
    lines = api.export(text, "nfg").text.splitlines()
    assert lines[0] == (
        'NFG 1 R "Wer \\"blinzelt\\" ??" { "Arger / Nord" "Arger / Nord (2)" } '
        '{ { "x = no" "x = sehr spat" } { "y = a" "y = b" } }'
    )
    assert lines[1].startswith('"Written by Detente ')
    for sentence in (
        "below each player's minimum",
        "Chance is held where it stands: rain = dry.",
        "rounded to 9 decimals",
    ):
        assert sentence in lines[1]
    assert len(lines) == 3 + 4


def test_gambit_takes_any_names(tmp_path: Path) -> None:
    read = let_gambit_read(api.export(loads(ODD)[0], "nfg").text, tmp_path)
    assert read.title == 'Wer "blinzelt" ??'
    assert [player.label for player in read.players] == ["Arger / Nord", "Arger / Nord (2)"]


ODD = """
detente: 1
title: 'Wer "blinzelt" 制裁'
as_of: 2025-01-01
horizon: 12 months
actors:
  a: {name: 'Ärger \\ Nord', levers: {x: ["no", "sehr spät"]}, ranking: [x = no]}
  b: {name: 'Ärger / Nord', levers: {y: [a, b]}, ranking: [y = b]}
chance:
  rain: {levels: [dry, wet], rates: [{from: dry, to: wet, rate: 0.1}]}
rules:
  - forbid: a.x = "sehr spät" and b.y = b
"""


def test_games_that_are_too_large_are_refused() -> None:
    game = make_game({"a": {f"l{k}": 2 for k in range(20)}}, np.zeros((1, 1 << 20)))
    with pytest.raises(SizeError, match="1,048,576 profiles; at most 1,000,000 are written out"):
        write_nfg(game, "x")
