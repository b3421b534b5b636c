"""Whom to persuade, against changing the table by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import QueryError
from detente.solvers.bargaining.models import settle
from detente.solvers.bargaining.persuasion import MEAN, MODELS_ASKED, Approach, Steps, find_persuasion
from detente.solvers.bargaining.prediction import predict
from detente.solvers.bargaining.stakes import Stakes
from solvers.test_closed_forms import CARS, make_stakes, rows
from solvers.test_fragility import PAIR, cars

TABLE = [(10.0, 0.5, 2.0), (40.0, 0.8, 1.0), (100.0, 1.0, 3.0)]


def change(stakes: Stakes, item: Approach) -> Stakes:
    """The table with what an approach changes, by hand."""
    place = stakes.actors.index(item.actor)
    name = "saliences" if "salience" in item.way else "positions"
    values = getattr(stakes, name).copy()
    assert values[0, place, 0] == item.before
    values[0, place, 0] = item.after
    return replace(stakes, **{name: values})


def ask(stakes: Stakes, measure: str) -> float:
    if measure == MEAN:
        return float(predict(stakes).find_mean()[0])
    return float(settle(measure, stakes).outcomes[0, 0])


@given(rows.filter(lambda table: len(table) > 1 and sum(row[1] > 0 for row in table) > 1), st.integers(0, 6))
@settings(max_examples=12)
def test_every_shift_is_that_of_the_table_changed_by_hand(table: list[tuple[float, float, float]], own: int) -> None:
    stakes = make_stakes(table)
    own %= len(table)
    found = find_persuasion(stakes, "x", f"a{own}")
    assert found.forecasts == pytest.approx({name: ask(stakes, name) for name in (MEAN, *MODELS_ASKED)})
    told = [*found.approaches, *([found.exaggeration] if found.exaggeration else [])]
    for item in told:
        changed = change(stakes, item)
        for name, shift in item.shifts.items():
            assert shift == pytest.approx(ask(changed, name) - found.forecasts[name], abs=1e-7), (name, item)
        nearer = abs(found.forecasts[MEAN] - found.position) - abs(ask(changed, MEAN) - found.position)
        assert item.gain == pytest.approx(nearer, abs=1e-9)


@given(rows.filter(lambda table: len(table) > 1), st.integers(0, 6), st.sampled_from((0.05, 0.1, 0.6, 1.0)))
@settings(max_examples=40)
def test_steps_are_feasible_and_ranked(table: list[tuple[float, float, float]], own: int, step: float) -> None:
    own %= len(table)
    found = find_persuasion(make_stakes(table), "x", f"a{own}", Steps(step, 0.25))
    assert found.step == pytest.approx(100 * step)
    gains = [item.gain for item in found.approaches]
    assert gains == sorted(gains, reverse=True) or np.allclose(gains, sorted(gains, reverse=True), atol=1e-8)
    for item in found.approaches:
        assert item.actor != f"a{own}"
        assert item.before != item.after
        if item.way == "position":
            assert abs(item.after - item.before) <= found.step + 1e-9
            # Towards the persuader, and not past it.
            assert min(item.before, found.position) <= item.after <= max(item.before, found.position)
        else:
            assert 0 <= item.after <= 1
            assert abs(item.after - item.before) <= 0.25 + 1e-9


def test_the_compromise_moves_by_the_weight_of_who_is_moved() -> None:
    found = find_persuasion(make_stakes(TABLE), "x", "a2", Steps(model="compromise"))
    assert found.by == "compromise"
    weights = [Fraction(1), Fraction(4, 5), Fraction(3)]
    first = found.approaches[0]
    assert (first.actor, first.way, first.before, first.after) == ("a0", "less salience", 0.5, 0.4)
    moved = next(item for item in found.approaches if (item.actor, item.way) == ("a0", "position"))
    assert (moved.before, moved.after) == (10.0, 20.0)
    assert moved.gain == pytest.approx(float(10 * weights[0] / sum(weights)))
    second = next(item for item in found.approaches if (item.actor, item.way) == ("a1", "less salience"))
    cut = [Fraction(1), Fraction(7, 10), Fraction(3)]
    after = sum(w * x for w, x in zip(cut, (10, 40, 100), strict=True)) / sum(cut)
    before = sum(w * x for w, x in zip(weights, (10, 40, 100), strict=True)) / sum(weights)
    assert second.shifts["compromise"] == pytest.approx(float(after - before))


def test_who_stands_at_the_end_cannot_exaggerate() -> None:
    stakes = make_stakes(TABLE)
    assert find_persuasion(stakes, "x", "a2").exaggeration is None
    own = find_persuasion(stakes, "x", "a0").exaggeration
    assert own is not None
    assert (own.actor, own.before, own.after) == ("a0", 10.0, 0.0)
    assert own.gain > 0
    assert own.best is None


def test_the_only_one_who_cares_still_does_when_it_should_care_less() -> None:
    stakes = make_stakes([(0, 0.05, 1), (50, 0.0, 1)])
    found = find_persuasion(stakes, "x", "a1")
    less = [item for item in found.approaches if item.way == "less salience"]
    assert [item.shifts[MEAN] for item in less] == [0.0]


def draw(rng: np.random.Generator, draws: int) -> Stakes:
    positions = np.clip(cars().positions + rng.normal(0, 1.5, (draws, 10, 1)), 4, 10)
    others = {
        name: np.repeat(getattr(cars(), name), draws, axis=0) for name in ("saliences", "capabilities", "reference")
    }
    return replace(cars(), positions=positions, **others)


def test_the_share_of_draws_in_which_a_way_is_best_is_counted() -> None:
    drawn = draw(np.random.default_rng(0), 40)
    found = find_persuasion(cars(), "x", "a0", None, drawn)
    assert found.draws == 40
    firsts = [find_persuasion(drawn.at([d]), "x", "a0").approaches[0] for d in range(40)]
    for item in found.approaches:
        count = sum((first.actor, first.way) == (item.actor, item.way) and first.gain > 1e-8 for first in firsts)
        assert item.best == pytest.approx(count / 40)
    assert sum(item.best or 0 for item in found.approaches) == pytest.approx(1)


def test_a_model_with_rounds_or_of_a_package_can_rank() -> None:
    for model in ("exchange", "expected-utility"):
        found = find_persuasion(PAIR, "x", "a", Steps(model=model))
        assert found.by == model
        assert set(found.forecasts) == {MEAN, *MODELS_ASKED, model}
    assert {item.actor for item in find_persuasion(PAIR, "y", "a").approaches} == {"b"}


def test_what_cannot_be_asked_is_refused_at_once() -> None:
    with pytest.raises(QueryError) as caught:
        find_persuasion(PAIR, "y", "c", Steps(0.0, 2.0, "nobody's"))
    assert [issue.message for issue in caught.value.issues] == [
        "'c' has no stake in y.", "A step of 0 of a position is none.", "A step of 2 of a salience is none.",
        "No model 'nobody's'.",
    ]  # fmt: skip
    with pytest.raises(QueryError, match=r"No issue 'z'\. There are x, y\."):
        find_persuasion(PAIR, "z", "a")


def test_the_cars_of_1984_by_hand() -> None:
    found = find_persuasion(cars(), "x", "a0", Steps(model="compromise"))
    first = found.approaches[0]
    # Number seven, the United Kingdom, has the most weight of those furthest away.
    assert (first.actor, first.way, first.before) == ("a6", "position", 10.0)
    weights = [s * c for _, s, c in CARS]
    assert first.shifts["compromise"] == pytest.approx(-0.6 * weights[6] / sum(weights))
    assert "a6: position" in str(found)
    assert repr(found) == "<Persuasion by a0 on x: first a6 (position), by compromise>"
    assert found.to_dict()["approaches"][0]["actor"] == "a6"
