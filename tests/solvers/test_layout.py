"""Tiles are a way of walking only: every size of span and tile gives the same numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from builders import make_game, priced, random_conflict
from detente import kernels
from detente.solvers import layout as layout_module
from detente.solvers.conduct import choose, solve_conduct
from detente.solvers.course import propagate
from detente.solvers.layout import WALL, lay_out
from detente.solvers.watch import lay_watch
from oracles_dynamics import Textbook, write_choices

TIMES = np.array([0.5, 4.0, 12.0])


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("span", "lanes"), [(1, 1), (4, 3), (12, 8), (256, 5)])
def test_spans_and_lanes_change_nothing(seed: int, span: int, lanes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng([20, seed])
    game = random_conflict(rng)
    prices, book = priced(game), Textbook(game, priced(game))
    masks = [rng.random(game.cells) < 0.4 for _ in range(2)]
    watch = lay_watch(game, game.status_quo, masks, [(masks[0], False), (masks[1], True)])
    answers = []
    for _ in range(2):
        laid = lay_out(game)
        conduct = solve_conduct(game, prices, laid)
        course = propagate(game, conduct, laid, watch, TIMES)
        answers.append((np.stack(write_choices(game, conduct, book)), course.on, course.by))
        monkeypatch.setattr(layout_module, "LARGEST_SPAN", span)
        monkeypatch.setattr(layout_module, "LANES", lanes)
        monkeypatch.setattr(layout_module, "TILE", 1)
    for usual, other in zip(*answers, strict=True):
        np.testing.assert_allclose(other, usual, atol=1e-12)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("largest", [4, 40])
def test_bundles_change_nothing(seed: int, largest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng([23, seed])
    game = random_conflict(rng)
    feasible, links = np.ones(game.shape, dtype=np.bool_), []
    for _ in range(rng.integers(1, 3)):
        dims = np.sort(rng.choice(len(game.axes), min(len(game.axes), rng.integers(1, 4)), replace=False))
        shape = [m if dim in dims else 1 for dim, m in enumerate(game.shape)]
        feasible &= rng.random(shape) >= 0.4
        links.append(tuple(int(dim) for dim in dims))
    feasible.reshape(-1)[game.status_quo] = True
    for link in links:  # the rules' own combinations are what is feasible, and nothing else
        others = tuple(dim for dim in range(len(game.axes)) if dim not in link)
        feasible &= feasible.any(axis=others, keepdims=True)
    game = replace(game, feasible=feasible.reshape(-1))
    prices, book = priced(game), Textbook(game, priced(game))
    masks = [rng.random(game.cells) < 0.4 for _ in range(2)]
    watch = lay_watch(game, game.status_quo, masks, [(masks[0], False), (masks[1], True)])
    monkeypatch.setattr(layout_module, "LARGEST_BUNDLE", largest)
    answers = []
    for tied in (replace(game, links=()), replace(game, links=tuple(links))):
        laid = lay_out(tied)
        conduct = solve_conduct(tied, prices, laid)
        course = propagate(tied, conduct, laid, watch, TIMES, masks[0].astype(float)[None])
        answers.append(
            (np.stack(write_choices(tied, conduct, book)), conduct.values, course.on, course.by, course.worth)
        )
    for apart, bundled in zip(*answers, strict=True):
        np.testing.assert_allclose(bundled, apart, atol=1e-11)


def test_levers_tied_by_rules_take_no_place_for_what_is_forbidden() -> None:
    levers = {"a": {"x": 3, "y": 2}, "b": {"z": 4}, "c": {"v": 2}}
    places = np.indices((3, 2, 4, 2, 2))
    forbidden = ((places[0] == 2) & (places[1] == 1)) | ((places[2] == 0) & (places[4] == 1))
    game = make_game(levers, np.zeros((3, 96)), infeasible=np.flatnonzero(forbidden), chance={"clock": 2})
    laid = lay_out(replace(game, links=((0, 1), (2, 4))))
    assert len(laid.cells) == game.feasible.sum() == 5 * 7 * 2
    assert game.feasible[laid.cells].all()
    assert [tiling.walls.size for tiling in laid.tilings] == [0] * len(laid.tilings)
    assert (laid.places[laid.cells] == np.arange(70)).all()
    apart = lay_out(game)
    assert len(apart.cells) == 96
    assert (np.sort(apart.cells) == np.arange(96)).all()


def test_what_chance_has_done_does_not_blunt_a_choice() -> None:
    # x and the clock are tied; once the clock has run, all is worth a million less.
    payoffs = np.array([[0.0, -1e6, 2.0, 1.0 - 1e6, 0.0, 0.0]])
    game = make_game({"a": {"x": 3}}, payoffs, infeasible=[4, 5], chance={"c": 2}, behaviour={"a": (1, 0.0, 1.0, 0.0)})
    laid = lay_out(replace(game, links=((0, 1),)))
    assert len(laid.cells) == 4
    prices = priced(game)
    targets, shares = choose(game, solve_conduct(game, prices, laid), laid, 0, 1)
    odds = np.array([1.0, 0.5 * np.exp(1.0)])
    assert targets.tolist() == [1, 3]
    np.testing.assert_allclose(shares, odds / odds.sum(), rtol=1e-12)


def test_every_feasible_cell_has_one_place() -> None:
    levers = {"a": {"x": 3, "y": 2}, "b": {"z": 5}, "c": {"v": 2}, "idle": {}, "d": {"w": 40, "u": 3}}
    rng = np.random.default_rng(21)
    cells = 3 * 2 * 5 * 2 * 40 * 3 * 2
    infeasible = np.flatnonzero(rng.random(cells) < 0.3)
    game = make_game(levers, np.zeros((5, cells)), infeasible=infeasible, chance={"clock": 2})
    laid = lay_out(game)
    assert [t.actors for t in laid.tilings] == [(0, 1, 2, 3), (4,)]
    assert laid.deciding.tolist() == [True, True, True, False, True]
    assert (np.sort(laid.cells) == np.arange(cells)).all()
    for tiling in laid.tilings:
        spots = tiling.locate(np.arange(cells))
        assert len(np.unique(spots)) == cells
        assert spots.max() < len(tiling.walls) == tiling.length
        open_spots = np.sort(tiling.locate(np.flatnonzero(laid.feasible)))
        assert (np.flatnonzero(tiling.walls == 0) == open_spots).all()
        assert set(tiling.walls.tolist()) == {0.0, WALL}


def test_moves_between_the_same_cells_add_up() -> None:
    moves = {("c", 0, 1): 0.3, ("c", 1, 0): (0.5, None, {"a.x": 0})}
    game = make_game({"a": {"x": 2}}, np.zeros((1, 4)), chance={"c": 2}, moves=moves)
    twice = replace(game, moves=(*game.moves, game.moves[0]))
    laid, hazards = lay_out(twice), np.array([0.3, 0.5, 0.1])
    pairs = zip(laid.cells[laid.sources].tolist(), laid.cells[laid.targets].tolist(), strict=True)
    # Cells: x, c = 00 01 10 11; the second move takes x to 0 with it.
    expected = {(0, 1): 0.4, (2, 3): 0.4, (1, 0): 0.5, (3, 0): 0.5}
    assert dict(zip(pairs, laid.find_rates(hazards).tolist(), strict=True)) == pytest.approx(expected)
    np.testing.assert_allclose(laid.find_outflow(hazards)[laid.places[:4]], [0.4, 0.5, 0.4, 0.5])
    starts, ends, lengths = laid.runs
    walked = [(s + k, t + k) for s, t, n in zip(starts, ends, lengths, strict=True) for k in range(n)]
    assert walked == list(zip(laid.sources.tolist(), laid.targets.tolist(), strict=True))


def test_the_exponential_is_right_to_two_units_in_the_last_place() -> None:
    rng = np.random.default_rng(22)
    x = np.concatenate([-rng.exponential(1, 20000), -rng.uniform(0, 708, 20000), [0.0, -0.0, -1e-300, -708.0]])
    out = np.empty_like(x)
    kernels._exponentiate(x, np.empty_like(x), out)
    exact = np.exp(x)
    assert (np.abs(out - exact) <= 2 * np.spacing(exact)).all()
    assert out[-4] == out[-3] == 1.0
    kernels._exponentiate(np.array([-1e9, -709.0]), np.empty(2), far := np.empty(2))
    assert (far == np.exp(-708.0)).all() or np.allclose(far, np.exp(-708.0), rtol=1e-15)
