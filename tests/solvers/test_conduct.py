"""Boundedly farsighted behaviour against the textbook's differential equation, and the laws of DESIGN section 5."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from builders import make_game, priced, random_conflict
from detente.errors import DetenteError
from detente.game.game import Game, Prices
from detente.solvers.conduct import solve_conduct, toss_coins
from detente.solvers.course import propagate
from detente.solvers.layout import lay_out
from detente.solvers.watch import lay_watch
from oracles_dynamics import Textbook, write_choices

TIMES = np.array([1.0, 3.0, 9.0, 24.0])


def solve(game: Game, prices: Prices | None = None, step: float = 1.0) -> list[np.ndarray]:
    """The engine's choice matrices over feasible states."""
    prices = prices or priced(game)
    return write_choices(game, solve_conduct(game, prices, lay_out(game), step), Textbook(game, prices))


def follow(game: Game, prices: Prices | None = None, step: float = 1.0) -> np.ndarray:
    """Probability of every level of every lever at ``TIMES``, and of having seen it by then."""
    prices, layout = prices or priced(game), lay_out(game)
    place = np.unravel_index(np.arange(game.cells), game.shape)
    masks = [place[dim] == level for dim, m in enumerate(game.shape) for level in range(m)]
    watch = lay_watch(game, game.status_quo, masks, [(mask, False) for mask in masks])
    course = propagate(game, solve_conduct(game, prices, layout, step), layout, watch, TIMES)
    return np.stack([course.on, course.by])


@pytest.mark.parametrize("seed", range(40))
def test_random_conducts_solve_the_differential_equation(seed: int) -> None:
    game = random_conflict(np.random.default_rng([3, seed]), largest=48)
    prices, layout = priced(game), lay_out(game)
    book = Textbook(game, prices)
    choices, values = book.foresee()
    conduct = solve_conduct(game, prices, layout)
    for found, expected in zip(write_choices(game, conduct, book), choices, strict=True):
        np.testing.assert_allclose(found, expected, atol=0.004)
    np.testing.assert_allclose(conduct.values[:, book.cells], values, atol=0.03)
    fine = solve_conduct(game, prices, layout, 0.05)
    for found, expected in zip(write_choices(game, fine, book), choices, strict=True):
        np.testing.assert_allclose(found, expected, atol=2e-5)
    np.testing.assert_allclose(fine.values[:, book.cells], values, atol=1e-3)


@pytest.mark.parametrize("seed", range(60))
def test_random_conducts_equal_the_textbook_step_by_step(seed: int) -> None:
    game = random_conflict(np.random.default_rng([14, seed]))
    prices = priced(game)
    book = Textbook(game, prices)
    conduct = solve_conduct(game, prices, lay_out(game))
    assert conduct.ladder[-1] == prices.foresight.max()
    choices, values = book.climb(conduct.ladder)
    for found, expected in zip(write_choices(game, conduct, book), choices, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-9)
    np.testing.assert_allclose(conduct.values[:, book.cells], values, atol=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_choices_are_probabilities_of_legal_moves(seed: int) -> None:
    game = random_conflict(np.random.default_rng([4, seed]))
    book = Textbook(game, priced(game))
    for choices, prior in zip(solve(game), book.priors, strict=True):
        np.testing.assert_allclose(choices.sum(axis=1), 1.0, atol=1e-12)
        assert (choices[prior == 0] == 0).all()


@pytest.mark.parametrize("seed", range(10))
def test_coin_tosses_follow_the_prior(seed: int) -> None:
    game = random_conflict(np.random.default_rng([5, seed]))
    prices = priced(game)
    book = Textbook(game, prices)
    for j, found in enumerate(write_choices(game, toss_coins(game, prices, lay_out(game)), book)):
        np.testing.assert_allclose(found, book.choose(j, np.zeros(len(book.cells))), atol=1e-12)


# --- the five laws --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_law_1_foresight_near_zero_is_the_myopic_logit(seed: int) -> None:
    game = random_conflict(np.random.default_rng([1, seed]))
    prices = priced(game)
    book = Textbook(game, prices)
    logit = [book.choose(j, book.payoffs[j] / prices.noise[j]) for j in range(len(game.actors))]
    for foresight, close in ((0.0, 1e-12), (1e-12, 1e-9), (1e-6, 2e-5)):
        choices = solve(game, replace(prices, foresight=np.full(len(logit), foresight)))
        for found, expected in zip(choices, logit, strict=True):
            np.testing.assert_allclose(found, expected, atol=close)


@settings(deadline=None, max_examples=60)
@given(
    gain=st.floats(-4, 4),
    tempo=st.floats(0.02, 5),
    foresight=st.floats(0, 40),
    noise=st.floats(0.1, 2),
    step=st.sampled_from([0.1, 0.37, 0.8, 1.0]),
)
def test_law_2_one_reversible_lever_is_the_myopic_logit_at_every_foresight(
    gain: float, tempo: float, foresight: float, noise: float, step: float
) -> None:
    game = make_game({"a": {"x": 2}}, [[0.7, 0.7 + gain]], behaviour={"a": (tempo, foresight, noise, 0.0)})
    (choices,) = solve(game, step=step)
    up = 1 / (1 + np.exp(-gain / noise))
    np.testing.assert_allclose(choices, [[1 - up, up]] * 2, atol=1e-11)


def two_conflicts(rng: np.random.Generator) -> tuple[Game, Game, Game]:
    """Two unrelated conflicts with an actor in common, each alone and both in one game."""
    one, two = rng.normal(size=(2, 6)) * 1.5, rng.normal(size=(2, 8)) * 1.5
    behaviour = {name: (rng.uniform(0.2, 1), rng.uniform(2, 12), rng.uniform(0.4, 0.8), 0.3) for name in "abc"}
    clock = {("clock", 0, 1): 0.2, ("clock", 1, 0): 0.1}
    first = make_game({"a": {"x": 3}, "b": {"y": 2}}, one, one_way={"a.x": [2]}, behaviour=behaviour)
    second = make_game({"b": {"z": 2}, "c": {"v": 2}}, two, behaviour=behaviour, chance={"clock": 2}, moves=clock)
    payoffs = np.zeros((3, 3, 2, 2, 2, 2))
    payoffs[:2] += one.reshape(2, 3, 2, 1, 1, 1)
    payoffs[1:] += two.reshape(2, 1, 1, 2, 2, 2)
    both = make_game(
        {"a": {"x": 3}, "b": {"y": 2, "z": 2}, "c": {"v": 2}},
        payoffs,
        one_way={"a.x": [2]},
        behaviour=behaviour,
        chance={"clock": 2},
        moves=clock,
    )
    return first, second, both


@pytest.mark.parametrize("seed", range(6))
def test_law_3_unrelated_conflicts_forecast_each_as_alone(seed: int) -> None:
    first, second, both = two_conflicts(np.random.default_rng([2, seed]))
    # Levels in order: x (3), y (2) of the first; z (2), v (2), clock (2) of the second.
    alone = np.concatenate([follow(first), follow(second)], axis=2)
    np.testing.assert_allclose(follow(both), alone, atol=0.004)
    finely = np.concatenate([follow(first, step=0.05), follow(second, step=0.05)], axis=2)
    np.testing.assert_allclose(follow(both, step=0.05), finely, atol=2e-5)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("owner", ["a0", "new"])
def test_law_4_an_irrelevant_lever_changes_nothing(seed: int, owner: str) -> None:
    rng = np.random.default_rng([6, seed])
    levers = {f"a{i}": {"x": int(rng.integers(2, 4))} for i in range(3)}
    payoffs = rng.normal(size=(3, *(own["x"] for own in levers.values()))) * 2
    behaviour = {name: (rng.uniform(0.2, 1), rng.uniform(2, 12), 0.5, 0.3) for name in (*levers, "new")}
    plain = make_game(levers, payoffs, behaviour=behaviour)
    if owner == "new":
        wide = np.concatenate([payoffs, np.zeros((1, *payoffs.shape[1:]))])[..., None].repeat(3, axis=-1)
        more = make_game({**levers, "new": {"idle": 3}}, wide, behaviour=behaviour)
        kept = slice(0, -3)
    else:
        wide = payoffs[:, :, None].repeat(3, axis=2)
        more = make_game({**levers, "a0": {**levers["a0"], "idle": 3}}, wide, behaviour=behaviour)
        kept = np.r_[0 : levers["a0"]["x"], levers["a0"]["x"] + 3 : sum(more.shape)]
    # Another actor means other steps of the recursion; another lever of the same actor does not.
    close = 0.004 if owner == "new" else 1e-9
    np.testing.assert_allclose(follow(more)[:, :, kept], follow(plain), atol=close)


@pytest.mark.parametrize("scale", [0.01, 3.0, 250.0])
@pytest.mark.parametrize("seed", range(4))
def test_law_5_scaling_weights_habit_and_noise_changes_nothing(seed: int, scale: float) -> None:
    game = random_conflict(np.random.default_rng([8, seed]))
    prices = priced(game)
    scaled = replace(prices, payoffs=prices.payoffs * scale, noise=prices.noise * scale, habit=prices.habit * scale)
    np.testing.assert_allclose(follow(game, scaled), follow(game, prices), atol=1e-9)


# --- steps ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_halving_the_step_changes_no_probability_by_half_a_point(seed: int) -> None:
    game = random_conflict(np.random.default_rng([9, seed]))
    np.testing.assert_allclose(follow(game), follow(game, step=0.5), atol=0.005)


def strong_game(rng: np.random.Generator) -> Game:
    """Statements of up to 8 over one to three levers, noise 0.3, foresights of 3 to 24 months."""
    sizes = (3, 2, 2, 2, 3, 2)
    payoffs = np.zeros((4, *sizes))
    for actor in range(4):
        for _ in range(6):
            truth = np.ones(sizes, bool)
            for dim in rng.choice(len(sizes), int(rng.integers(1, 4)), replace=False):
                levels = np.arange(sizes[dim]) == rng.integers(sizes[dim])
                truth = truth & levels.reshape([-1 if k == dim else 1 for k in range(len(sizes))])
            payoffs[actor] += rng.choice([-1, 1]) * rng.choice([0.4, 1.0, 2.0, 8.0], p=[0.2, 0.4, 0.3, 0.1]) * truth
    levers = {"a": {"x": 3, "y": 2}, "b": {"x": 2, "y": 2}, "c": {"x": 3}, "d": {"x": 2}}
    behaviour = {name: (rng.uniform(0.1, 0.8), rng.uniform(3, 24), 0.3, rng.uniform(0, 0.5)) for name in levers}
    return make_game(levers, payoffs, one_way={"c.x": [2]}, behaviour=behaviour)


@pytest.mark.parametrize("seed", range(20))
def test_halving_the_step_changes_little_under_strong_weights_too(seed: int) -> None:
    game = strong_game(np.random.default_rng([10, seed]))
    np.testing.assert_allclose(follow(game), follow(game, step=0.5), atol=0.005)


# --- limits and labels ----------------------------------------------------------------------------------------------


def test_one_actor_is_a_finite_horizon_logit_decision_process() -> None:
    """W' = u + tempo (E W - W), choices logit in W over g(h) = (1 - exp(-tempo h)) / tempo; by scipy's own solver."""
    payoffs, tempo, foresight, noise = np.array([0.0, -0.8, 2.0, 0.4, 1.1]), 0.7, 5.0, 0.6
    free = np.ones((5, 5))
    free[3, :] = np.eye(5)[3]  # level 3 cannot be left
    prior = np.where(np.eye(5) > 0, 1.0, free / np.maximum(free.sum(axis=1, keepdims=True) - 1, 1))

    def choose_at(h: float, values: np.ndarray) -> np.ndarray:
        lasting = -np.expm1(-tempo * h) / tempo
        advantage = (values - values[:, None]) / (lasting * noise) if h > 0 else np.zeros((5, 5))
        weights = prior * np.exp(advantage)
        return weights / weights.sum(axis=1, keepdims=True)

    def slope(h: float, values: np.ndarray) -> np.ndarray:
        return payoffs + tempo * (choose_at(h, values) @ values - values)

    values = solve_ivp(slope, (0, foresight), np.zeros(5), rtol=1e-11, atol=1e-12).y[:, -1]
    game = make_game({"a": {"x": 5}}, [payoffs], one_way={"a.x": [3]}, behaviour={"a": (tempo, foresight, noise, 0.0)})
    np.testing.assert_allclose(solve(game)[0], choose_at(foresight, values), atol=0.002)
    np.testing.assert_allclose(solve(game, step=0.05)[0], choose_at(foresight, values), atol=1e-5)


def test_great_habit_freezes() -> None:
    game = make_game({"a": {"x": 3}}, [[0, 1, 2]], behaviour={"a": (1.0, 6.0, 0.5, 30.0)})
    np.testing.assert_allclose(solve(game)[0], np.eye(3), atol=1e-12)


def test_little_noise_approaches_backward_induction() -> None:
    """b answers x with y; a would take x = 1 only because it sees that far."""
    #            x,y:  00 01 10 11
    payoffs = [[1.0, 1.0, 0.0, 4.0], [0.0, -1.0, 0.0, 1.0]]
    slow = {"a": (0.5, 0.0, 0.05, 0.0), "b": (4.0, 0.0, 0.05, 0.0)}
    far = {**slow, "a": (0.5, 6.0, 0.05, 0.0)}
    levers = {"a": {"x": 2}, "b": {"y": 2}}
    assert solve(make_game(levers, payoffs, behaviour=slow))[0][0, 2] < 0.01
    assert solve(make_game(levers, payoffs, behaviour=far))[0][0, 2] > 0.99


def test_relabelling_actors_changes_only_labels() -> None:
    rng = np.random.default_rng(11)
    payoffs = rng.normal(size=(3, 2, 3, 2))
    behaviour = {name: (rng.uniform(0.2, 1), rng.uniform(2, 9), 0.5, 0.2) for name in "abc"}
    levers = {"a": {"x": 2}, "b": {"x": 3}, "c": {"x": 2}}
    here = follow(make_game(levers, payoffs, behaviour=behaviour))
    turned = {name: levers[name] for name in "cab"}
    there = follow(make_game(turned, payoffs[[2, 0, 1]].transpose(0, 3, 1, 2), behaviour=behaviour))
    np.testing.assert_allclose(there, here[:, :, [5, 6, 0, 1, 2, 3, 4]], atol=1e-9)


def test_relabelling_levels_changes_only_labels() -> None:
    rng = np.random.default_rng(12)
    payoffs = rng.normal(size=(2, 3, 2))
    levers = {"a": {"x": 3}, "b": {"x": 2}}
    here = follow(make_game(levers, payoffs))
    there = follow(make_game(levers, payoffs[:, [2, 0, 1]], now={"a.x": 1}))
    np.testing.assert_allclose(there, here[:, :, [2, 0, 1, 3, 4]], atol=1e-9)


def test_payoffs_of_infeasible_cells_do_not_matter() -> None:
    rng = np.random.default_rng(13)
    payoffs = rng.normal(size=(2, 3, 3))
    infeasible = [4, 8]
    wild = payoffs.reshape(2, 9).copy()
    wild[:, infeasible] = 1e6
    levers = {"a": {"x": 3}, "b": {"x": 3}}
    here, there = (follow(make_game(levers, table, infeasible=infeasible)) for table in (payoffs, wild))
    np.testing.assert_array_equal(here, there)


def test_noise_too_small_for_the_payoffs_is_refused_by_name() -> None:
    game = make_game({"a": {"x": 2}}, [[1.0, 0.0]], one_way={"a.x": [1]}, behaviour={"a": (1.0, 0.0, 1e-4, 0.0)})
    with pytest.raises(DetenteError, match=r"The noise of a \(0\.0001\) is too small for its payoffs: in 1 states"):
        solve_conduct(game, priced(game), lay_out(game))
