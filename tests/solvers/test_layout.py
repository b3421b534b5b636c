"""Tiles are a way of walking only: every size of span and tile gives the same numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from builders import make_game, priced, random_conflict
from detente import kernels
from detente.solvers import layout as layout_module
from detente.solvers.conduct import solve_conduct
from detente.solvers.course import lay_watch, propagate
from detente.solvers.layout import WALL, lay_out
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


def test_every_feasible_cell_has_one_place() -> None:
    levers = {"a": {"x": 3, "y": 2}, "b": {"z": 5}, "c": {"v": 2}, "idle": {}, "d": {"w": 40, "u": 3}}
    rng = np.random.default_rng(21)
    cells = 3 * 2 * 5 * 2 * 40 * 3 * 2
    infeasible = np.flatnonzero(rng.random(cells) < 0.3)
    game = make_game(levers, np.zeros((5, cells)), infeasible=infeasible, chance={"clock": 2})
    laid = lay_out(game)
    assert [t.actors for t in laid.tilings] == [(0, 1, 2, 3), (4,)]
    assert laid.deciding.tolist() == [True, True, True, False, True]
    for tiling in laid.tilings:
        places = tiling.locate(np.arange(cells))
        assert len(np.unique(places)) == cells
        assert places.max() < len(tiling.walls)
        open_places = np.sort(tiling.locate(np.flatnonzero(game.feasible)))
        assert (np.flatnonzero(tiling.walls == 0) == open_places).all()
        assert set(tiling.walls.tolist()) == {0.0, WALL}


def test_moves_between_the_same_cells_add_up() -> None:
    moves = {("c", 0, 1): 0.3, ("c", 1, 0): (0.5, None, {"a.x": 0})}
    game = make_game({"a": {"x": 2}}, np.zeros((1, 4)), chance={"c": 2}, moves=moves)
    twice = replace(game, moves=(*game.moves, game.moves[0]))
    laid, hazards = lay_out(twice), np.array([0.3, 0.5, 0.1])
    pairs = zip(laid.sources.tolist(), laid.targets.tolist(), strict=True)
    # Cells: x, c = 00 01 10 11; the second move takes x to 0 with it.
    expected = {(0, 1): 0.4, (2, 3): 0.4, (1, 0): 0.5, (3, 0): 0.5}
    assert dict(zip(pairs, laid.find_rates(hazards).tolist(), strict=True)) == pytest.approx(expected)
    np.testing.assert_allclose(laid.find_outflow(hazards, 4), [0.4, 0.5, 0.4, 0.5])


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
