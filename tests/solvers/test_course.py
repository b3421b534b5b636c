"""The forecast against explicit rate matrices, and its closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from builders import make_game, priced, random_conflict
from detente.solvers.conduct import solve_conduct, toss_coins
from detente.solvers.course import propagate
from detente.solvers.layout import lay_out
from detente.solvers.watch import lay_watch
from oracles_dynamics import Textbook, write_choices

TIMES = np.array([0.0, 0.4, 1.0, 2.5, 6.0, 11.0])


@pytest.mark.parametrize("seed", range(40))
def test_random_courses_equal_the_matrix_exponential(seed: int) -> None:
    rng = np.random.default_rng([7, seed])
    game = random_conflict(rng, largest=60)
    prices, layout, start = priced(game), lay_out(game), game.status_quo
    conduct = solve_conduct(game, prices, layout) if seed % 4 else toss_coins(game, prices, lay_out(game))
    book = Textbook(game, prices)
    choices = write_choices(game, conduct, book)
    on = [rng.random(game.cells) < 0.4 for _ in range(3)]
    where = [rng.random(game.cells) < 0.3 for _ in range(11)]
    entering = [bool(k % 2) for k in range(len(where))]
    where[1][start] = where[3][start] = where[4][start] = True
    worths = rng.normal(size=(2, game.cells))
    watch = lay_watch(game, start, on, list(zip(where, entering, strict=True)))
    course = propagate(game, conduct, layout, watch, TIMES, worths)
    for row, time in enumerate(TIMES):
        mass = book.arrive(choices, start, time)
        np.testing.assert_allclose(course.on[row], [mass[mask[book.cells]].sum() for mask in on], atol=1e-9)
        np.testing.assert_allclose(course.worth[row], worths[:, book.cells] @ mass, atol=1e-9)
        expected = [
            (book.enter if enters else book.meet)(choices, start, time, mask[book.cells])
            for mask, enters in zip(where, entering, strict=True)
        ]
        np.testing.assert_allclose(course.by[row], expected, atol=1e-9)
    averages = [book.average(choices, start, TIMES[-1], worths[k, book.cells]) for k in range(2)]
    np.testing.assert_allclose(course.average, averages, atol=1e-9)
    assert (np.diff(course.by, axis=0) >= -1e-12).all(), "an event met stays met"


def test_a_course_without_events_or_conditions() -> None:
    game = make_game({"a": {"x": 2}}, [[0, 1]])
    layout = lay_out(game)
    watch = lay_watch(game, 0, [], [])
    course = propagate(game, solve_conduct(game, priced(game), layout), layout, watch, np.array([0.0, 3.0]))
    assert course.on.shape == (2, 0)
    assert course.by.shape == (2, 0)
    assert course.average.shape == (0,)


def test_a_course_of_no_length_is_the_start() -> None:
    game = make_game({"a": {"x": 2}}, [[0, 1]])
    layout = lay_out(game)
    watch = lay_watch(game, 1, [np.array([False, True])], [(np.array([False, True]), False)])
    worth = np.array([[2.0, 5.0]])
    course = propagate(game, solve_conduct(game, priced(game), layout), layout, watch, np.zeros(1), worth)
    assert course.on[0, 0] == course.by[0, 0] == 1.0
    assert course.worth[0, 0] == course.average[0] == 5.0


def test_pure_chance_is_a_poisson_clock() -> None:
    game = make_game(
        {"a": {}}, np.zeros((1, 4)), chance={"clock": 4}, moves={("clock", k, k + 1): 0.3 for k in range(3)}
    )
    layout = lay_out(game)
    clock = np.arange(4)
    watch = lay_watch(game, 0, [clock == k for k in range(4)], [(clock >= k, False) for k in range(4)])
    course = propagate(game, solve_conduct(game, priced(game), layout), layout, watch, TIMES)
    expected = stats.poisson.pmf(np.arange(3), 0.3 * TIMES[:, None])
    np.testing.assert_allclose(course.on[:, :3], expected, atol=1e-12)
    np.testing.assert_allclose(course.by, stats.poisson.sf(np.arange(4) - 1, 0.3 * TIMES[:, None]), atol=1e-12)


def test_two_actors_one_lever_each_by_hand() -> None:
    """Indifferent actors without habit toss a fair coin at each occasion: levers are independent two-state clocks."""
    behaviour = {"a": (0.7, 3, 0.5, 0), "b": (0.2, 9, 0.5, 0)}
    game = make_game({"a": {"x": 2}, "b": {"y": 2}}, np.zeros((2, 4)), behaviour=behaviour)
    layout = lay_out(game)
    x, y = (np.unravel_index(np.arange(4), game.shape)[k] == 1 for k in range(2))
    watch = lay_watch(game, 0, [x & y], [(x, False)])
    course = propagate(game, solve_conduct(game, priced(game), layout), layout, watch, TIMES)
    flipped = [(1 - np.exp(-rate * TIMES)) / 2 for rate in (0.7, 0.2)]
    np.testing.assert_allclose(course.on[:, 0], flipped[0] * flipped[1], atol=1e-12)
    np.testing.assert_allclose(course.by[:, 0], 1 - np.exp(-0.35 * TIMES), atol=1e-12)


def test_nobody_moves_before_the_start() -> None:
    game = make_game({"a": {"x": 2}}, [[0, 1]], behaviour={"a": (1.0, 0.0, 0.5, 0.0, 2.0)})
    layout = lay_out(game)
    watch = lay_watch(game, 0, [np.array([False, True])], [])
    course = propagate(game, solve_conduct(game, priced(game), layout), layout, watch, np.array([1.0, 2.0, 3.0]))
    rise = 1 / (1 + np.exp(-1 / 0.5))
    np.testing.assert_allclose(course.on[:, 0], [0, 0, rise * (1 - np.exp(-1))], atol=1e-12)


def test_probabilities_sum_to_one() -> None:
    rng = np.random.default_rng(5)
    game = random_conflict(rng)
    layout = lay_out(game)
    watch = lay_watch(game, game.status_quo, list(np.eye(game.cells, dtype=bool)), [])
    course = propagate(game, solve_conduct(game, priced(game), layout), layout, watch, TIMES)
    np.testing.assert_allclose(course.on.sum(axis=1), 1.0, atol=1e-12)
    assert course.on.min() >= 0
    assert (course.on[:, ~game.feasible] == 0).all()
