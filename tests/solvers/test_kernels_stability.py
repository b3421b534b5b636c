"""The kernels of stability against definitions written out one cell at a time."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from builders import make_game, priced, random_game
from detente import kernels
from detente.solvers import closure
from detente.solvers.board import Board

SEEDS = range(25)


def rank(payoffs: NDArray[np.float64], feasible: NDArray[np.bool_]) -> tuple[bool, NDArray[np.int32]]:
    ranks = np.empty(len(feasible), np.int32)
    scratch = np.empty((2, len(feasible)), np.int64)
    return bool(kernels.rank_payoffs(payoffs.reshape(-1, 1), 0, feasible, scratch, ranks)), ranks


@pytest.mark.parametrize("spread", [1e-9, 1.0, 1e4])
def test_ranks_are_dense_over_feasible_cells(spread: float) -> None:
    rng = np.random.default_rng(3)
    payoffs = np.concatenate([rng.normal(size=700) * spread, np.repeat(rng.normal(size=50) * spread, 4)])
    feasible = rng.random(900) < 0.7
    done, ranks = rank(payoffs, feasible)
    assert done
    assert (ranks[~feasible] == -1).all()
    grid = np.rint(payoffs[feasible] * 1e9)
    np.testing.assert_array_equal(ranks[feasible], np.unique(grid, return_inverse=True)[1])


def test_ranks_of_nothing_and_of_sameness() -> None:
    assert rank(np.zeros(3), np.zeros(3, np.bool_))[1].tolist() == [-1, -1, -1]
    assert rank(np.array([0.0, -0.0, 0.0]), np.ones(3, np.bool_))[1].tolist() == [0, 0, 0]


def test_ranks_where_payoffs_crowd_together() -> None:
    """Leading bits tell nothing apart: all but two payoffs are within 1e-6 of each other."""
    rng = np.random.default_rng(8)
    payoffs = np.concatenate([[-1e3, 1e3], rng.integers(0, 1000, 998) * 1e-9])
    done, ranks = rank(payoffs, np.ones(1000, np.bool_))
    assert done
    np.testing.assert_array_equal(ranks, np.unique(np.rint(payoffs * 1e9), return_inverse=True)[1])


def test_ranks_of_payoffs_too_long_for_one_key() -> None:
    """Neighbours differ in bits that wait until the end."""
    rng = np.random.default_rng(9)
    near = rng.uniform(-1e6, 1e6, 333)
    payoffs = rng.permutation(np.concatenate([[1e9], near, near + 1e-8, near - 1e-8]))
    payoffs[0] = -1e9
    everywhere = np.ones(1000, np.bool_)
    done, ranks = rank(payoffs, everywhere)
    assert done
    np.testing.assert_array_equal(ranks, np.unique(np.rint(payoffs * 1e9), return_inverse=True)[1])
    crowded = np.concatenate([[-1e9, 1e9], rng.permutation(998) * 1e-9])
    assert not rank(crowded, everywhere)[0]


def test_ranks_beyond_the_grid_are_left_to_the_caller() -> None:
    everywhere = np.ones(2, np.bool_)
    assert rank(np.array([0.0, 2e9]), everywhere)[0]
    assert not rank(np.array([0.0, 3e9]), everywhere)[0]


@pytest.mark.parametrize(
    ("outer", "size", "inner"),
    [(3, 1, 2), (3, 2, 2), (1, 3, 3), (3, 16, 2), (70, 31, 2), (1, 49, 200), (3, 100, 2), (3, 256, 20), (3, 257, 2)],
)
def test_lines_are_sorted_best_first_with_ties_marked(outer: int, size: int, inner: int) -> None:
    rng = np.random.default_rng(size)
    ranks = rng.integers(-1, max(2, size // 2), size=(outer, size, inner)).astype(np.int32)
    order = np.empty(ranks.size, np.int32)
    kernels.sort_lines(ranks.ravel(), np.array([outer, size, inner]), order)
    for number, (high, low) in enumerate(product(range(outer), range(inner))):
        line = ranks[high, :, low].tolist()
        places = [b for b in range(size) if line[b] >= 0]
        found = [int(entry) for entry in order[number * size : (number + 1) * size]]
        assert found[len(places) :] == [-1] * (size - len(places))
        taken = [entry >> 1 for entry in found[: len(places)]]
        assert sorted(taken) == places
        values = [line[b] for b in taken]
        assert values == sorted(values, reverse=True)
        ties = [k > 0 and values[k] == values[k - 1] for k in range(len(values))]
        assert [bool(entry & 1) for entry in found[: len(places)]] == ties


def board(seed: int) -> Board:
    game = random_game(np.random.default_rng([5, seed]), actors=2 + seed % 3, chance=seed % 2 == 0)
    return Board(game, priced(game))


def destinations(b: Board, actor: int, cell: int) -> list[int]:
    """Feasible cells the actor can hold or move to, by the definition of a legal move."""
    game = b.game
    here = np.unravel_index(cell, game.shape)
    found = []
    for target in range(game.cells):
        there = np.unravel_index(target, game.shape)
        legal = all(
            axis.legal[x, y] if axis.actor == actor else x == y
            for axis, x, y in zip(game.axes, here, there, strict=True)
        )
        if legal and game.feasible[target]:
            found.append(target)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_best_replies(seed: int) -> None:
    b = board(seed)
    for actor in range(len(b.game.actors)):
        best = b.find_replies(actor)
        for cell in np.flatnonzero(b.game.feasible):
            assert best[cell] == max(b.ranks[actor, t] for t in destinations(b, actor, int(cell)))


@pytest.mark.parametrize("upward", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_one_pass_closes_one_axis(seed: int, upward: bool) -> None:
    """Every column but the mover's own takes the worst harm the mover can bring about in one move."""
    b = board(seed)
    width = kernels.ABREAST
    rng = np.random.default_rng(seed)
    before = -rng.integers(0, 9, size=(b.game.cells, width)).astype(np.int32)
    before[~b.game.feasible] = kernels.NONE
    orders = b.sort_lines()
    for j in b.movers:
        caps = np.full(width, 2**31 - 1, np.int32)
        caps[j] = kernels.NONE
        harm, reach = before.copy(), b.reaches[j]
        stamps, beat = np.zeros(b.game.cells, np.int32), np.array([-1, 7, 1])
        if upward:
            args = (reach.line, orders[j], reach.kinds, reach.starts, reach.below)
            changed = kernels.move_upward(harm.reshape(-1), width, caps, *args, stamps, beat)
        else:
            args = (reach.line, reach.sizes, reach.legal)
            changed = kernels.move_freely(harm.reshape(-1), width, caps, *args, stamps, beat)
        expected = before.copy()
        for cell in map(int, np.flatnonzero(b.game.feasible)):
            for t in destinations(b, j, cell):
                if not upward or b.ranks[j, t] > b.ranks[j, cell]:
                    expected[cell] = np.maximum(expected[cell], before[t])
        expected[:, j] = before[:, j]
        np.testing.assert_array_equal(harm, expected)
        assert (changed != 0) == (expected != before).any()
        assert (stamps == np.where((expected != before).any(axis=1), 7, 0)).all()


@pytest.mark.parametrize("one_way", [False, True])
def test_lines_of_several_tiles(one_way: bool) -> None:
    """An axis whose neighbouring lines do not fit one tile: the same by whole tables, position against position."""
    rng = np.random.default_rng(6)
    outer, size, inner, width = 2, 6, 400, kernels.ABREAST
    legal = np.triu(np.ones((size, size), np.bool_)) if one_way else np.ones((size, size), np.bool_)
    game = make_game(
        {"a": {"x": outer}, "b": {"y": size}, "c": {"z": inner}},
        rng.integers(0, 500, size=(3, outer * size * inner)),
        infeasible=rng.random(outer * size * inner) < 0.3,
        one_way={"b.y": one_way},
    )
    b = Board(game, priced(game))
    reach, ranks = b.reaches[1], b.ranks[1].reshape(outer, size, inner)
    before = -rng.integers(0, 9, size=(outer, size, inner, width)).astype(np.int32)
    before[ranks < 0] = kernels.NONE
    freely, upward = before.copy(), before.copy()
    worst = np.where(ranks >= 0, np.minimum(ranks, -before[..., 3]), -1)
    best, escape = ranks.copy(), worst.copy()
    for here, there in np.argwhere(legal):
        can = ranks[:, here] >= 0
        better = can & (ranks[:, there] > ranks[:, here])
        best[:, here] = np.maximum(best[:, here], ranks[:, there])
        escape[:, here] = np.maximum(escape[:, here], worst[:, there])
        for after, allowed in ((freely, can), (upward, better)):
            after[:, here] = np.where(allowed[..., None], np.maximum(after[:, here], before[:, there]), after[:, here])
    np.testing.assert_array_equal(b.find_replies(1)[game.feasible], best.ravel()[game.feasible])
    caps, stamps, beat = np.full(width, 9, np.int32), np.zeros(game.cells, np.int32), np.array([-1, 1, 0])
    harm = before.reshape(-1).copy()
    kernels.move_freely(harm, width, caps, reach.line, reach.sizes, reach.legal, stamps, beat)
    np.testing.assert_array_equal(harm.reshape(before.shape), freely)
    harm = before.reshape(-1).copy()
    moves = (reach.line, b.sort_lines()[1], reach.kinds, reach.starts, reach.below)
    kernels.move_upward(harm, width, caps, *moves, stamps, beat)
    np.testing.assert_array_equal(harm.reshape(before.shape), upward)
    stable = np.ones((1, game.cells), np.bool_)
    axis = (reach.line, reach.sizes, reach.legal)
    kernels.judge_sanctions(b.ranks[1], before.reshape(-1), width, 3, *axis, stable, np.zeros(1, np.int64))
    np.testing.assert_array_equal(stable[0, game.feasible], (escape <= ranks).ravel()[game.feasible])


@pytest.mark.parametrize("upward", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_flood_is_the_closure(seed: int, upward: bool) -> None:
    b = board(seed)
    width = len(b.game.actors)
    harm = -np.random.default_rng(seed).integers(0, 9, size=(b.game.cells, width)).astype(np.int32)
    harm[~b.game.feasible] = kernels.NONE
    expected = harm.copy()
    edges = [
        (cell, t, j)
        for j in b.movers
        for cell in map(int, np.flatnonzero(b.game.feasible))
        for t in destinations(b, j, cell)
        if not upward or b.ranks[j, t] > b.ranks[j, cell]
    ]
    while True:
        last = expected.copy()
        for cell, t, j in edges:
            for i in range(width):
                if i != j:
                    expected[cell, i] = max(expected[cell, i], expected[t, i])
        if (last == expected).all():
            break
    closure._flood(b, harm.reshape(-1), width, 1, upward)
    np.testing.assert_array_equal(harm, expected)


def test_kinds_of_positions() -> None:
    """One lever that only goes forward beside a reversible one: three kinds of two positions each, in a chain."""
    game = make_game({"a": {"x": 3, "y": 2}}, np.zeros((1, 6)), one_way={"a.x": True})
    (reach,) = Board(game, priced(game)).reaches
    assert reach.kinds.tolist() == [0, 0, 1, 1, 2, 2]
    below = [sorted(reach.below[reach.starts[k] : reach.starts[k + 1]].tolist()) for k in range(3)]
    assert below == [[0], [0, 1], [0, 1, 2]]
    assert reach.sizes.tolist() == [-1, 3, -2]


def test_reversible_levers_are_taken_as_one() -> None:
    game = make_game({"a": {"x": 3, "y": 2}}, np.zeros((1, 6)))
    (reach,) = Board(game, priced(game)).reaches
    assert reach.sizes.tolist() == [-6]
    assert len(reach.legal) == 0
    assert reach.starts.tolist() == [0, 1]
