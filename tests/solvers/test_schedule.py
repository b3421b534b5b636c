"""Behaviour under conditions that change by date: against the slow almanac, in closed form, and in its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from builders import add_phases, make_game, priced, random_conflict
from detente.errors import DetenteError
from detente.game.calendar import lay_views
from detente.game.game import Game
from detente.game.pricing import draw_inputs
from detente.solvers.conduct import choose, solve_conduct
from detente.solvers.course import propagate
from detente.solvers.layout import lay_out
from detente.solvers.schedule import Schedule, schedule_coins, solve_schedule
from detente.solvers.watch import lay_watch
from oracles_phases import Almanac

TIMES = np.array([0.8, 1.6, 2.4, 3.2, 4.8])


def solve(game: Game, end: float, step: float = 1.0, valued: bool = False) -> Schedule:
    return solve_schedule(game, draw_inputs(game, None), lay_out(game), end, step=step, valued=valued)


def follow(game: Game, schedule: Schedule, times: NDArray[np.float64] = TIMES) -> NDArray[np.float64]:
    """Probability of every cell at the times."""
    watch = lay_watch(game, game.status_quo, list(np.eye(game.cells, dtype=np.bool_)), [])
    return propagate(game, schedule.behaviour, lay_out(game), watch, times).on


def forecast(game: Game, step: float = 1.0, times: NDArray[np.float64] = TIMES) -> NDArray[np.float64]:
    return follow(game, solve(game, float(times[-1]), step), times)


def forecast_without(game: Game, step: float = 1.0) -> NDArray[np.float64]:
    """The same in a game with no calendar."""
    conduct = solve_conduct(game, priced(game), lay_out(game), step)
    watch = lay_watch(game, game.status_quo, list(np.eye(game.cells, dtype=np.bool_)), [])
    return propagate(game, ((0.0, conduct),), lay_out(game), watch, TIMES).on


def small_conflict(seed: int) -> Game:
    """Two or three actors; a phase that closes levels, one with other payoffs and behaviour, at times a surprise."""
    rng = np.random.default_rng([77, seed])
    levers = {"a": {"x": 3}, "b": {"y": 2}} if seed % 3 else {"a": {"x": 2}, "b": {"y": 2}, "c": {"z": 2}}
    shape = (len(levers), 6 if seed % 3 else 8)
    behaviour = {name: (rng.uniform(0.3, 1.5), float(rng.choice([0.0, 0.8, 1.6, 2.4])), 0.5, 0.2) for name in levers}
    game = make_game(levers, rng.normal(size=shape) * 1.5, behaviour=behaviour)
    closed = {"a.x": range(levers["a"]["x"])} if seed % 2 else {"b.y": [1]}
    other = {
        "start": 2.8,
        "payoffs": rng.normal(size=shape) * 1.5,
        "tempo": {"a": behaviour["a"][0] * 3},
        "noise": {"b": 0.8},
        "habit": {"b": 0.5},
        "anticipated": bool(seed % 4),
    }
    return add_phases(game, [{"start": 1.2, "until": 2.0, "closed": closed}, other])


def consult(game: Game, d: float) -> NDArray[np.float64]:
    """The almanac's answer: every view followed for as long as it is held."""
    mass = np.zeros(int(game.feasible.sum()))
    mass[0] = 1.0
    found: list[NDArray[np.float64]] = []
    assert game.calendar is not None
    for view in lay_views(game.calendar):
        first, last = round(view.stretches[0].start / d), round(min(view.end, TIMES[-1]) / d)
        if first < last:
            almanac = Almanac([(part.start, part.game) for part in view.stretches], d)
            almanac.look_ahead(last)
            found += almanac.follow(mass, first, last)[1 if found else 0 :]
            mass = found[-1]
    return np.array([found[round(time / d)] for time in TIMES])


@pytest.mark.parametrize("seed", range(6))
def test_random_schedules_equal_the_almanac(seed: int) -> None:
    game = small_conflict(seed)
    expected = consult(game, 0.08)
    np.testing.assert_allclose(forecast(game, step=0.15), expected, atol=0.0015)
    np.testing.assert_allclose(forecast(game), expected, atol=0.006)


def large_conflict(seed: int) -> Game:
    """Three actors, four levers, foresights of 2 to 12 months, two phases."""
    rng = np.random.default_rng([78, seed])
    behaviour = {name: (rng.uniform(0.2, 1), rng.uniform(2, 12), 0.5, 0.2) for name in "abc"}
    levers = {"a": {"x": 3}, "b": {"y": 2, "v": 2}, "c": {"z": 2}}
    game = make_game(levers, rng.normal(size=(3, 24)) * 1.5, behaviour=behaviour)
    return add_phases(
        game,
        [
            {"start": 5.0, "until": 8.0, "closed": {"a.x": [0, 1, 2], "b.y": [1]}},
            {"start": 12.0, "payoffs": rng.normal(size=(3, 24)) * 1.5, "tempo": {"a": 2.0}},
        ],
    )


@pytest.mark.parametrize("seed", range(6))
def test_halving_the_slices_changes_no_probability_by_half_a_point(seed: int) -> None:
    game, times = large_conflict(seed), np.array([2.0, 4.5, 6.0, 9.0, 13.0, 20.0])
    np.testing.assert_allclose(forecast(game, times=times), forecast(game, 0.5, times), atol=0.005)


# --- limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_a_surprise_that_changes_nothing_is_no_phase(seed: int) -> None:
    game = random_conflict(np.random.default_rng([15, seed]), largest=48)
    same = add_phases(game, [{"start": 1.0, "until": 3.0, "anticipated": False}])
    np.testing.assert_allclose(forecast(same), forecast_without(game), atol=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_an_anticipated_phase_that_changes_nothing_is_no_phase(seed: int) -> None:
    game = random_conflict(np.random.default_rng([15, seed]), largest=48)
    same = add_phases(game, [{"start": 1.0, "until": 3.0}])
    np.testing.assert_allclose(forecast(same), forecast_without(game), atol=0.004)
    np.testing.assert_allclose(forecast(same, step=0.3), forecast_without(game, step=0.3), atol=2e-4)


@pytest.mark.parametrize(("foresight", "close"), [(0.0, 1e-12), (1e-6, 1e-4)])
def test_who_looks_nowhere_is_surprised_by_everything(foresight: float, close: float) -> None:
    rng = np.random.default_rng(16)
    behaviour = dict.fromkeys("ab", (0.8, foresight, 0.5, 0.2))
    game = make_game({"a": {"x": 2}, "b": {"y": 3}}, rng.normal(size=(2, 6)), behaviour=behaviour)
    phases = [
        {"start": 1.0, "until": 2.5, "closed": {"b.y": [0, 1, 2]}},
        {"start": 3.0, "payoffs": rng.normal(size=(2, 6))},
    ]
    surprises = [{**phase, "anticipated": False} for phase in phases]
    np.testing.assert_allclose(forecast(add_phases(game, phases)), forecast(add_phases(game, surprises)), atol=close)


def test_a_change_beyond_everybodys_foresight_changes_nothing_yet() -> None:
    game = make_game({"a": {"x": 2}, "b": {"y": 2}}, np.arange(8.0).reshape(2, 4))
    later = add_phases(game, [{"start": 10.9, "payoffs": -np.arange(8.0).reshape(2, 4)}])
    np.testing.assert_array_equal(forecast(later), forecast_without(game))


def test_unrelated_conflicts_with_phases_are_forecast_each_as_alone() -> None:
    rng = np.random.default_rng(17)
    one, two = rng.normal(size=(2, 1, 3)), rng.normal(size=(2, 1, 2))
    behaviour = {"a": (0.7, 3.0, 0.5, 0.2), "b": (0.4, 2.0, 0.6, 0.1)}

    def build(levers: Mapping[str, Mapping[str, int]], tables: Sequence[NDArray[np.float64]]) -> Game:
        game = make_game(levers, tables[0], behaviour=behaviour)
        return add_phases(game, [{"start": 2.0, "payoffs": tables[1].reshape(len(levers), -1)}])

    both = [
        np.stack([np.broadcast_to(x.reshape(3, 1), (3, 2)), np.broadcast_to(y.reshape(1, 2), (3, 2))])
        for x, y in zip(one, two, strict=True)
    ]
    together = forecast(build({"a": {"x": 3}, "b": {"y": 2}}, both), step=0.1).reshape(-1, 3, 2)
    np.testing.assert_allclose(together.sum(axis=2), forecast(build({"a": {"x": 3}}, one), step=0.1), atol=2e-4)
    np.testing.assert_allclose(together.sum(axis=1), forecast(build({"b": {"y": 2}}, two), step=0.1), atol=2e-4)


# --- closed forms ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tempo", [0.7, 0.05])
@pytest.mark.parametrize("later", ["payoffs", "closed", "tempo"])
def test_one_reversible_lever_weighs_what_comes_by_how_long_a_choice_lasts(tempo: float, later: str) -> None:
    """D(t) = integral of the gain at t+s over the chance that no occasion has come by s; the logit is of D / g."""
    date, foresight, noise = 2.0, 3.0, 0.5
    game = make_game({"a": {"x": 2}}, [[0.0, 0.6]], behaviour={"a": (tempo, foresight, noise, 0.0)})
    gain, rate = {"payoffs": (-1.5, tempo), "closed": (-1.5, 0.0), "tempo": (-1.5, 3.0)}[later]
    phase = {"start": date, "payoffs": [[0.0, gain]]}
    phase |= {"closed": {"a.x": [0, 1]}} if later == "closed" else {"tempo": {"a": rate}}
    game = add_phases(game, [phase])
    schedule, layout = solve(game, 2.0, step=0.3), lay_out(game)
    borders = [stage.start for stage in schedule.stages]
    assert len(borders) > 5
    assert borders[-1] == date
    s = (np.arange(60_000) + 0.5) * foresight / 60_000
    for low, high, stage in zip(borders[:-1], borders[1:], schedule.stages, strict=False):
        left = date - (low + high) / 2
        stays = np.exp(-(tempo * np.minimum(s, left) + rate * np.maximum(s - left, 0)))
        advantage = (np.where(s < left, 0.6, gain) * stays).sum() / stays.sum()
        _, shares = choose(stage.game, stage.conduct, layout, 0, 0)
        np.testing.assert_allclose(shares[1], 1 / (1 + np.exp(-advantage / noise)), atol=2e-4)


def test_a_surprised_actor_plays_the_logit_of_the_phase() -> None:
    game = make_game({"a": {"x": 2}}, [[0, 1]], behaviour={"a": (0.7, 4.0, 0.5, 0.0)})
    game = add_phases(game, [{"start": 2.0, "payoffs": [[0, -2]], "anticipated": False, "tempo": {"a": 2.0}}])
    before, after = 1 / (1 + np.exp(-1 / 0.5)), 1 / (1 + np.exp(2 / 0.5))
    at_date = before * (1 - np.exp(-0.7 * 2))
    expected = [before * (1 - np.exp(-0.7)), at_date, after + (at_date - after) * np.exp(-2.0 * 1.5)]
    found = forecast(game, times=np.array([1.0, 2.0, 3.5]))[:, 1]
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_nothing_moves_while_everything_is_closed() -> None:
    behaviour = {"a": (0.7, 0.0, 0.5, 0.0)}
    game = make_game({"a": {"x": 2}}, np.zeros((1, 2)), behaviour=behaviour)
    game = add_phases(game, [{"start": 0.0, "until": 2.0, "closed": {"a.x": [0, 1]}}])
    found = forecast(game, times=np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(found[:2, 0], 1.0, atol=1e-12)
    np.testing.assert_allclose(found[2, 1:], (1 - np.exp(-0.7)) / 2, atol=1e-12)


def test_a_closed_level_can_be_left_but_not_taken() -> None:
    behaviour = {"a": (0.7, 2.0, 0.5, 0.0)}
    game = make_game({"a": {"x": 2}}, [[0, 9]], behaviour=behaviour)
    closed = add_phases(game, [{"start": 0.0, "closed": {"a.x": [1]}}])
    np.testing.assert_allclose(forecast(closed)[:, 1], 0.0, atol=1e-12)
    there = make_game({"a": {"x": 2}}, [[0, 0]], behaviour=behaviour, now={"a.x": 1})
    leaving = add_phases(there, [{"start": 0.0, "closed": {"a.x": [1]}}])
    np.testing.assert_allclose(forecast(leaving)[:, 1], np.exp(-0.35 * TIMES), atol=1e-9)


@pytest.mark.parametrize("anticipated", [True, False])
def test_a_clock_of_nature_changes_its_rate_on_a_date(anticipated: bool) -> None:
    game = make_game({"a": {}}, np.zeros((1, 2)), chance={"clock": 2}, moves={("clock", 0, 1): 0.3})
    phases = [{"start": 1.0, "until": 3.0, "rates": {"clock.0-1": 0.9}, "anticipated": anticipated}]
    found = forecast(add_phases(game, phases))[:, 0]
    hazard = 0.3 * TIMES + 0.6 * np.clip(TIMES - 1, 0, 2)
    np.testing.assert_allclose(found, np.exp(-hazard), atol=1e-10)


def test_a_surprise_is_unknown_before_it_begins_and_lasts_for_good_while_it_lasts() -> None:
    """Three views: as if nothing came; as if the surprise stayed; as if the return stayed."""
    game = make_game({"a": {"x": 2}}, [[0, 1]], behaviour={"a": (0.7, 6.0, 0.5, 0.0)})
    game = add_phases(game, [{"start": 1.0, "until": 3.0, "payoffs": [[0, -1]], "anticipated": False}])
    schedule, layout = solve(game, 5.0), lay_out(game)
    assert [stage.start for stage in schedule.stages] == [0.0, 1.0, 3.0]
    gains = [choose(stage.game, stage.conduct, layout, 0, 0)[1][1] for stage in schedule.stages]
    np.testing.assert_allclose(gains, 1 / (1 + np.exp([-2, 2, -2])), atol=1e-9)


# --- values, coins, errors ------------------------------------------------------------------------------------------


def test_the_value_at_the_start_counts_what_is_to_come() -> None:
    """Nothing to decide and nothing by chance: the payoffs over the foresight, 2 months of 1 and 4 of 3."""
    game = make_game({"a": {"x": 2}, "b": {}}, [[1, 0], [1, 0]], behaviour={"a": (0.5, 1.0, 0.5, 0.0)})
    phases = [{"start": 0.0, "closed": {"a.x": [0, 1]}}, {"start": 2.0, "payoffs": [[3, 0], [3, 0]]}]
    frozen = add_phases(game, [phases[0], {**phases[1], "closed": {"a.x": [0, 1]}}])
    values = solve(frozen, 0.0, valued=True).values
    assert values is not None
    np.testing.assert_allclose(values[:, 0], [1.0, 2 * 1 + 4 * 3], atol=1e-9)


def test_coins_are_tossed_by_what_is_allowed_and_how_often() -> None:
    game = make_game({"a": {"x": 2}}, [[0, 5]], behaviour={"a": (0.7, 4.0, 0.5, 0.0)})
    phases = [{"start": 1.0, "closed": {"a.x": [0, 1]}, "until": 2.0}, {"start": 2.0, "tempo": {"a": 3.0}}]
    game = add_phases(game, phases)
    found = follow(game, schedule_coins(game, draw_inputs(game, None), lay_out(game)))[:, 1]
    moved = 0.7 * np.minimum(TIMES, 1) + 3.0 * np.maximum(TIMES - 2, 0)
    np.testing.assert_allclose(found, (1 - np.exp(-moved)) / 2, atol=1e-9)


def test_noise_too_small_in_a_phase_is_refused_by_name() -> None:
    game = make_game({"a": {"x": 2}}, [[1.0, 0.0]], one_way={"a.x": [1]}, behaviour={"a": (1.0, 1.0, 0.5, 0.0)})
    game = add_phases(game, [{"start": 1.0, "noise": {"a": 1e-4}}])
    with pytest.raises(DetenteError, match=r"The noise of a \(0\.0001\) is too small for its payoffs"):
        solve(game, 3.0)


def test_late_starts_and_phases_go_together() -> None:
    game = make_game({"a": {"x": 2}}, [[0, 1]], behaviour={"a": (1.0, 0.0, 0.5, 0.0, 2.0)})
    game = add_phases(game, [{"start": 2.5, "closed": {"a.x": [0, 1]}, "until": 3.0}])
    rise = 1 / (1 + np.exp(-1 / 0.5))
    found = forecast(game, times=np.array([2.0, 2.5, 3.0, 4.0]))[:, 1]
    np.testing.assert_allclose(found, rise * (1 - np.exp(-np.array([0, 0.5, 0.5, 1.5]))), atol=1e-12)


def test_worths_change_on_their_date() -> None:
    game = make_game({"a": {}}, np.zeros((1, 1)), chance={}, moves={})
    layout = lay_out(game)
    conduct = solve_conduct(game, priced(game), layout)
    behaviour, worths = ((0.0, conduct), (2.0, replace(conduct))), [np.array([[1.0]]), np.array([[5.0]])]
    watch = lay_watch(game, 0, [], [])
    for times in ([1.0, 2.0], [1.0, 2.0, 4.0]):
        course = propagate(game, behaviour, layout, watch, np.array(times), worths)
        np.testing.assert_allclose(course.worth[:2, 0], [1.0, 5.0])
    np.testing.assert_allclose(course.average, 3.0)
