"""When an event is expected: closed forms, and quantiles that never lie beyond what was followed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import make_game, random_conflict
from detente.game.game import Game
from detente.scenario.conditions import Condition, In, Not
from detente.scenario.queries import Probability, Query
from detente.solvers.forecast import Answers, answer
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid
from detente.solvers.timing import SHARES, find_dates


def alarm(rate: float) -> Game:
    """An alarm that goes off once, at a rate per month; followed for 24 months."""
    return make_game({"a": {}}, np.zeros((1, 2)), chance={"bell": 2}, moves={("bell", 0, 1): rate})


BELL = Probability(Condition(In("bell", (1,))), "by", 3.0)


def put(game: Game, item: Probability) -> Answers:
    return answer(lay_plan(game, [Query(item)], Grid(np.zeros(0), whole=True)), None)


def test_the_median_of_a_hazard_is_ln_2_over_its_rate() -> None:
    dates = find_dates([put(alarm(0.4), BELL).clocks[BELL]], 24.0)
    expected = [-np.log1p(-share) / 0.4 for share in SHARES]
    assert [dates.early, dates.median, dates.late] == pytest.approx(expected, abs=1e-5)
    assert dates.median == pytest.approx(np.log(2) / 0.4, abs=1e-5)
    assert dates.never == pytest.approx(np.exp(-0.4 * 24), abs=1e-9)


def test_what_lies_beyond_the_horizon_is_not_extrapolated() -> None:
    dates = find_dates([put(alarm(0.02), BELL).clocks[BELL]], 24.0)
    assert dates.early == pytest.approx(-np.log(0.9) / 0.02, abs=1e-4)
    assert (dates.median, dates.late) == (None, None)
    assert dates.never == pytest.approx(np.exp(-0.48), abs=1e-9)


def test_what_is_true_at_the_start_has_come() -> None:
    here = Probability(Condition(In("bell", (0,))), "by", 3.0)
    dates = find_dates([put(alarm(0.4), here).clocks[here]], 24.0)
    assert (dates.early, dates.median, dates.late, dates.never) == (0.0, 0.0, 0.0, 0.0)


def test_over_draws_the_dates_are_those_of_the_mixture() -> None:
    dates = find_dates([put(alarm(rate), BELL).clocks[BELL] for rate in (0.1, 1.0)], 24.0)
    assert dates.median is not None
    assert np.mean([np.exp(-rate * dates.median) for rate in (0.1, 1.0)]) == pytest.approx(0.5, abs=1e-6)
    assert dates.never == pytest.approx((np.exp(-2.4) + np.exp(-24)) / 2, abs=1e-9)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_asking_at_a_date_gives_back_its_share(seed: int) -> None:
    """Also where actors start late, and between the dates of any grid."""
    rng = np.random.default_rng([61, seed])
    game = random_conflict(rng, largest=60)
    axis = game.axes[int(rng.integers(len(game.axes)))]
    node = In(axis.id, (int(rng.integers(len(axis.levels))),))
    item = Probability(Condition(Not(node) if rng.random() < 0.3 else node), "enters", 2.0)
    found = put(game, item)
    dates = find_dates([found.clocks[item]], game.horizon)
    for share, date in zip(SHARES, (dates.early, dates.median, dates.late), strict=True):
        if date is None:
            assert 1 - dates.never < share
        elif date > 0:
            again = Probability(item.condition, "enters", date)
            assert put(game, again).values[again] == pytest.approx(share, abs=1e-5)
    assert found.clocks[item].read(2.0) == pytest.approx(found.values[item], abs=1e-9)
