"""What holds when: phases compiled, views of the future, slices of time."""

from __future__ import annotations

from itertools import pairwise
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import add_phases, make_game
from detente.game.calendar import WIDEST, cut_slices, find_seeing, lay_stretches, lay_views
from detente.game.compiler import compile_game
from detente.game.cuts import hold, project
from detente.game.game import Game
from detente.game.pricing import draw_inputs, price, price_centrally
from detente.game.size import estimate_size
from detente.scenario.reader import loads, parse_query

HARBOUR = """
detente: 1
title: Harbour
as_of: 2025-01-01
horizon: 24 months
actors:
  a:
    levers: {x: [low, mid, high], y: [off, on]}
    wants: [{id: up, want: x = high, weight: 1}, {id: both, want: x >= mid and b.z = out, weight: -2}]
    behaviour: {foresight: 4}
  b:
    levers: {z: [in, out], v: {levels: [p, q, r], one_way: [r]}}
    ranking: [z = out, a.y = on and v = q]
    behaviour: {foresight: 4}
chance:
  storm: {levels: [calm, blowing], rates: [{from: calm, to: blowing, rate: 0.3, when: a.x != low}]}
rules:
  - forbid: a.y = on and b.v = r
"""
PHASES = """
phases:
  - id: talks
    from: 2024-06-01
    until: 2025-03-01
    closed: [a.x, b.v >= q]
    set: {a.up: 5, a.tempo: 2, b.stakes: 3, chance.storm.1: 0}
  - {id: coup, from: 2025-06-01, until: 2025-08-01, anticipated: no, closed: b.z}
  - {id: vote, from: 2025-08-01, closed: b.z = out}
"""


@pytest.fixture(scope="module")
def game() -> Game:
    return compile_game(loads(HARBOUR + PHASES)[0])


def legal(game: Game, lever: str) -> list[list[int]]:
    return next(axis for axis in game.axes if axis.id == lever).legal.astype(int).tolist()


def test_a_phase_closes_levers_and_levels(game: Game) -> None:
    assert game.calendar is not None
    talks, coup, vote = (phase.game for phase in game.calendar.phases)
    assert legal(talks, "a.x") == np.eye(3, dtype=int).tolist()
    assert legal(talks, "b.v") == [[1, 0, 0], [1, 1, 0], [0, 0, 1]], "who is there may stay or leave; r stays locked"
    assert legal(talks, "b.z") == [[1, 1], [1, 1]]
    assert legal(coup, "b.z") == [[1, 0], [0, 1]]
    assert legal(vote, "b.z") == [[1, 0], [1, 1]]
    assert legal(game.calendar.own, "b.v") == [[1, 1, 1], [1, 1, 1], [0, 0, 1]]


def test_a_phase_sets_inputs_and_nothing_else(game: Game) -> None:
    assert game.calendar is not None
    inputs = draw_inputs(game, None)
    own, there = price(game.calendar.own, inputs), price(game.calendar.phases[0].game, inputs)
    x = np.unravel_index(np.arange(game.cells), game.shape)[0]
    np.testing.assert_allclose(there.payoffs[:, 0] - own.payoffs[:, 0], 4.0 * (x == 2), atol=1e-12)
    np.testing.assert_allclose(there.payoffs[:, 1].max(), 3.0)
    assert there.tempo.tolist() == [2.0, own.tempo[1]]
    assert (own.rates, there.rates) == (np.array([0.3]), np.array([0.0]))
    np.testing.assert_array_equal(there.foresight, own.foresight)


def test_the_game_itself_is_as_on_the_first_day(game: Game) -> None:
    """A phase in force at as_of is what stability and all else that has no date is asked of."""
    assert game.calendar is not None
    assert legal(game, "a.x") == np.eye(3, dtype=int).tolist()
    np.testing.assert_array_equal(
        price_centrally(game).payoffs, price(game.calendar.phases[0].game, draw_inputs(game, None)).payoffs
    )
    later = compile_game(loads(HARBOUR + PHASES.replace("2024-06-01", "2025-02-01"))[0])
    assert legal(later, "a.x") == np.ones((3, 3), int).tolist()


def test_without_phases_there_is_no_calendar() -> None:
    assert compile_game(loads(HARBOUR)[0]).calendar is None


def names(game: Game, stretches: object) -> list[tuple[float, str]]:
    assert game.calendar is not None
    known = {id(phase.game): phase.id for phase in game.calendar.phases}
    return [(round(part.start * 30.4375), known.get(id(part.game), "own")) for part in stretches]


def test_views_of_the_future(game: Game) -> None:
    assert game.calendar is not None
    assert names(game, lay_stretches(game.calendar)) == [
        (0, "talks"),
        (59, "own"),
        (151, "coup"),
        (212, "vote"),
    ]
    first, second = lay_views(game.calendar)
    assert names(game, first.stretches) == [(0, "talks"), (59, "own"), (212, "vote")]
    assert first.end == pytest.approx(151 / 30.4375)
    assert names(game, second.stretches) == [(151, "coup"), (212, "vote")], "the vote is known, so it ends the coup"
    assert second.end == inf


def test_the_end_of_a_surprise_is_one_too() -> None:
    game = add_phases(
        make_game({"a": {"x": 2}}, np.zeros((1, 2))), [{"start": 1.0, "until": 2.0, "anticipated": False}]
    )
    assert game.calendar is not None
    views = lay_views(game.calendar)
    assert [len(view.stretches) for view in views] == [1, 1, 1]
    assert [view.end for view in views] == [1.0, 2.0, inf]


def test_a_known_end_that_a_surprise_forestalls_is_still_foreseen() -> None:
    game = add_phases(
        make_game({"a": {"x": 2}}, np.zeros((1, 2))),
        [{"start": 0.0, "until": 5.0}, {"start": 5.0, "anticipated": False}],
    )
    assert game.calendar is not None
    first, second = lay_views(game.calendar)
    assert names(game, first.stretches) == [(0, "p0"), (152, "own")]
    assert first.end == second.stretches[0].start == 5.0


def test_holding_and_projecting_keep_the_phases(game: Game) -> None:
    held = hold(game, {"a.x": 1, "storm": 0})
    assert held.calendar is not None
    assert [legal(phase.game, "a.x") for phase in held.calendar.phases] == [[[1]]] * 3
    assert legal(held.calendar.phases[1].game, "b.z") == [[1, 0], [0, 1]]
    assert all(phase.game.moves == () for phase in held.calendar.phases)
    small = project(game, [2])
    assert small.calendar is not None
    assert [axis.id for axis in small.axes] == [axis.id for axis in small.calendar.phases[0].game.axes] == ["b.z"]
    assert legal(small.calendar.phases[2].game, "b.z") == [[1, 0], [1, 1]]
    assert small.calendar.phases[2].game.feasible is small.feasible


@given(
    starts=st.lists(st.floats(0.05, 40), min_size=1, max_size=4, unique=True),
    foresights=st.lists(st.sampled_from([0.0, 0.4, 3.0, 12.0]), min_size=1, max_size=3),
    tempo=st.floats(0.01, 5),
    step=st.sampled_from([0.5, 1.0]),
)
def test_slices_are_narrow_where_anybody_sees_a_change_coming(
    starts: list[float], foresights: list[float], tempo: float, step: float
) -> None:
    starts = [0.0, *sorted(starts)]
    borders = cut_slices(starts, foresights, tempo, step)
    assert borders == sorted(set(borders))
    assert set(starts) <= set(borders)
    for low, high in pairwise([*borders, inf]):
        if find_seeing(starts, foresights, (low + high) / 2):
            assert high - low <= 1.5 * step * WIDEST + 1e-9
            assert any(high <= start for start in starts)


def test_phases_count_in_size() -> None:
    scenario, _ = loads(HARBOUR + PHASES)
    game, plain = compile_game(scenario), compile_game(loads(HARBOUR)[0])
    query = parse_query(scenario, "P(a.x = high by 2026-01-01)")
    with_phases, without = estimate_size(game, [query]), estimate_size(plain, [query])
    assert (without.phases, without.slices) == (0, 1)
    assert with_phases.phases == 3
    assert with_phases.slices > 10
    assert with_phases.forecast_bytes > without.forecast_bytes
    assert with_phases.seconds > 5 * without.seconds
