"""The default forecast: its definition, its laws, odd tables, quantiles and pooling; its exact score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import scoringrules  # noqa: TID251
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.solvers.bargaining.crps import find_crps
from detente.solvers.bargaining.prediction import (
    FITTED,
    Constants,
    Prediction,
    gather_camps,
    predict,
    spread_out,
)
from detente.solvers.bargaining.stakes import Floats, Stakes, lay_stakes
from oracles_bargaining_prediction import Law, foresee

SHARES = np.array([0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0])


def lay(
    positions: Sequence[Sequence[float]],
    saliences: Sequence[Sequence[float]] | None = None,
    capabilities: Sequence[Sequence[float]] | None = None,
    ends: tuple[float, float] = (0.0, 100.0),
) -> Stakes:
    x = np.asarray(positions, dtype=np.float64)[:, :, None]
    s = np.ones_like(x) if saliences is None else np.asarray(saliences, dtype=np.float64)[:, :, None]
    c = np.ones_like(x) if capabilities is None else np.asarray(capabilities, dtype=np.float64)[:, :, None]
    present = np.ones(x.shape[1:], dtype=np.bool_)
    names = tuple(f"a{i}" for i in range(x.shape[1]))
    low, high = (np.array([end]) for end in ends)
    return lay_stakes(Stakes(names, ("deal",), x, s, c, present, low, high, np.full((len(x), 1), np.nan)))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[float], list[float], list[float]]:
    n = draw(st.integers(1, 6))
    spots = st.sampled_from([0.0, 10.0, 37.5, 50.0, 80.0, 100.0]) | st.floats(0, 100)
    positions = draw(st.lists(spots, min_size=n, max_size=n))
    saliences = draw(st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0]), min_size=n, max_size=n).filter(any))
    capabilities = draw(st.lists(st.sampled_from([0.01, 1.0, 7.0]), min_size=n, max_size=n))
    return positions, saliences, capabilities


def read_law(found: Prediction, k: int = 0) -> Law:
    """A draw of a prediction as the oracle has it."""
    points, masses = tuple(map(float, found.points[k])), tuple(map(float, found.masses[k]))
    rest = (float(found.smooth[k]), float(found.centre[k]), float(found.spread[k]))
    return Law(found.low, found.high, points, masses, *rest)


def tell_all(found: Prediction, low: float = 0.0, width: float = 100.0) -> Floats:
    """Everything that is told of a distribution, lengths as shares of the scale, (D, figures)."""
    chances = [found.find_chance_at_most(low + share * width) for share in (0.0, 0.2, 0.375, 0.5, 0.9, 1.0)]
    shares = [found.find_share(low + a * width, low + b * width) for a, b in ((0, 0.375), (0.375, 0.5), (0.5, 1))]
    lengths = [(found.find_mean() - low) / width, *((found.find_quantiles(SHARES).T - low) / width)]
    return np.stack([*chances, *shares, *lengths], axis=1)


@settings(max_examples=60)
@given(tables())
def test_it_is_its_definition(table: tuple[list[float], list[float], list[float]]) -> None:
    positions, saliences, capabilities = table
    found = predict(lay([positions], [saliences], [capabilities]))
    weights = [s * c for s, c in zip(saliences, capabilities, strict=True)]
    law, own = foresee(positions, weights, 0.0, 100.0), read_law(found)
    np.testing.assert_allclose(own.masses, law.masses, atol=1e-13)
    assert (own.smooth, own.points) == (law.smooth, law.points)
    np.testing.assert_allclose([own.centre, own.spread], [law.centre, law.spread], rtol=1e-12, atol=1e-9)
    for x in (0.0, 10.0, 33.3, 50.0, 100.0, *positions):
        assert found.find_chance_at_most(x)[0] == pytest.approx(own.at_most(x), abs=1e-13)
        assert found.find_chance_below(x)[0] == pytest.approx(own.below(x), abs=1e-13)
        assert found.find_share(20.0, x)[0] == pytest.approx(
            (own.at_most(x) if x == 100 else own.below(x)) - own.below(20.0), abs=1e-13
        )
    for share, quantile in zip(SHARES, found.find_quantiles(SHARES)[0], strict=True):
        assert quantile == pytest.approx(own.quantile(share), abs=1e-6 if share < 1 else 1e-2)
        assert own.at_most(quantile) >= share - 1e-11
    assert found.find_mean()[0] == pytest.approx(own.mean(), abs=1e-7)


@settings(max_examples=40)
@given(tables(), st.integers(0, 5))
def test_a_clone_changes_nothing(table: tuple[list[float], list[float], list[float]], which: int) -> None:
    positions, saliences, capabilities = table
    i = which % len(positions)
    split = [*capabilities[:i], capabilities[i] / 2, *capabilities[i + 1 :], capabilities[i] / 2]
    one = predict(lay([positions], [saliences], [capabilities]))
    other = predict(lay([[*positions, positions[i]]], [[*saliences, saliences[i]]], [split]))
    np.testing.assert_allclose(tell_all(other), tell_all(one), atol=1e-9)


@settings(max_examples=40)
@given(tables(), st.sampled_from([(-1.0, 1.0), (5.0, 5.5), (0.0, 1e6)]), st.sampled_from([1e-3, 3.0, 1e9]))
def test_units_do_not_matter(
    table: tuple[list[float], list[float], list[float]], ends: tuple[float, float], unit: float
) -> None:
    positions, saliences, capabilities = table
    width = ends[1] - ends[0]
    moved = [min(ends[1], ends[0] + x / 100 * width) for x in positions]
    one = predict(lay([positions], [saliences], [capabilities]))
    other = predict(lay([moved], [saliences], [[unit * c for c in capabilities]], ends))
    # Not the chances: rounding may put a point on the other side of an edge.
    np.testing.assert_allclose(tell_all(other, ends[0], width)[:, 9:], tell_all(one)[:, 9:], atol=2e-6)


@settings(max_examples=40)
@given(tables())
def test_a_scale_turned_round_turns_the_answer(table: tuple[list[float], list[float], list[float]]) -> None:
    positions, saliences, capabilities = table
    one = predict(lay([positions], [saliences], [capabilities]))
    other = predict(lay([[100 - x for x in positions]], [saliences], [capabilities]))
    np.testing.assert_allclose(other.find_mean(), 100 - one.find_mean(), atol=1e-9)
    for x in (0.0, 12.25, 49.9, 50.0, 100.0):
        np.testing.assert_allclose(other.find_chance_at_most(100 - x), 1 - one.find_chance_below(x), atol=1e-9)
    np.testing.assert_allclose(find_crps(other, np.array([30.0])), find_crps(one, np.array([70.0])), atol=1e-9)


def test_draws_are_apart_and_actors_in_no_order() -> None:
    rng = np.random.default_rng(3)
    x, s, c = rng.uniform(0, 100, (7, 5)), rng.uniform(0.1, 1, (7, 5)), rng.uniform(1, 9, (7, 5))
    whole = tell_all(predict(lay(x, s, c)))
    for k in range(7):
        np.testing.assert_allclose(tell_all(predict(lay(x[k : k + 1], s[k : k + 1], c[k : k + 1]))), whole[k : k + 1])
    order = [3, 1, 4, 0, 2]
    np.testing.assert_allclose(tell_all(predict(lay(x[:, order], s[:, order], c[:, order]))), whole, atol=1e-9)


def test_who_does_not_care_has_no_say() -> None:
    one = predict(lay([[20, 60]], [[0.5, 1]], [[1, 3]]))
    other = predict(lay([[20, 60, 100]], [[0.5, 1, 0]], [[1, 3, 50]]))
    np.testing.assert_allclose(tell_all(other), tell_all(one), atol=1e-12)


def test_all_agreed_it_is_about_there() -> None:
    for positions in ([70], [70, 70, 70]):
        found = predict(lay([positions], None, None))
        assert found.find_mean()[0] == pytest.approx(70)
        tenth, median, ninth = found.find_quantiles(np.array([0.1, 0.5, 0.9]))[0]
        assert median == pytest.approx(70)
        assert 60 < tenth < 70 < ninth < 80
        assert found.find_share(69.9999, 70.0001)[0] == pytest.approx(1 - FITTED.smooth, abs=1e-4)


def test_at_an_end_of_the_scale() -> None:
    found = predict(lay([[0, 0]]))
    assert found.find_share(0, 1e-9)[0] == pytest.approx(1 - FITTED.smooth / 2)
    assert found.find_quantiles(SHARES)[0, :5].tolist() == [0, 0, 0, 0, 0]
    turned = predict(lay([[100, 100]]))
    assert turned.find_share(0, 100)[0] == 1
    assert turned.find_quantiles(SHARES)[0, 5:].tolist() == [100, 100, 100, 100]


def test_voices_of_camps() -> None:
    """A camp of four against one of one: with 1 they count 4 to 1, with 0 alike, with 1/2 2 to 1."""
    camps = gather_camps(lay([[0, 0, 0, 0, 100]]))
    for camp, share in ((1.0, 4 / 5), (0.5, 2 / 3), (0.0, 1 / 2)):
        found = spread_out(camps, Constants(0.5, 0.5, camp))
        assert found.masses[0, :4].sum() == pytest.approx(share / 2, rel=1e-7)
        assert found.centre[0] == pytest.approx(100 * (1 - share), rel=1e-7)


def test_a_small_step_changes_little() -> None:
    """Camps do not break up when members part by a hair."""
    one, other = (predict(lay([[0, 50, x, 100]])) for x in (50.0, 50.001))
    assert abs(one.find_mean()[0] - other.find_mean()[0]) < 0.01
    np.testing.assert_allclose(one.spread, other.spread, rtol=1e-4)


def test_pooled_quantiles() -> None:
    rng = np.random.default_rng(5)
    found = predict(lay(rng.choice([0.0, 20.0, 55.5, 100.0], size=(40, 4)), rng.uniform(0.1, 1, (40, 4))))
    quantiles = found.find_pooled_quantiles(SHARES[1:-1])
    for share, quantile in zip(SHARES[1:-1], quantiles, strict=True):
        assert found.find_chance_at_most(float(quantile) + 1e-9).mean() >= share - 1e-9
        assert quantile == 0 or found.find_chance_below(float(quantile) - 1e-9).mean() <= share + 1e-9
    single = predict(lay([[0, 30, 90]]))
    np.testing.assert_allclose(single.find_pooled_quantiles(SHARES), single.find_quantiles(SHARES)[0], atol=1e-6)


def test_point_masses_alone() -> None:
    """A weighted empirical distribution is one without a smooth part."""
    nothing = np.zeros(1)
    found = Prediction(0, 100, np.array([[80.0, 10, 40]]), np.array([[0.25, 0.25, 0.5]]), nothing, nothing, nothing + 1)
    assert found.find_quantiles(np.array([0.1, 0.25, 0.26, 0.75, 0.76, 1]))[0].tolist() == [10, 10, 40, 40, 80, 80]
    assert found.find_mean()[0] == 42.5


@settings(max_examples=40)
@given(tables(), st.sampled_from([0.0, 10.0, 50.0, 100.0]) | st.floats(0, 100))
def test_the_score_is_the_integral(table: tuple[list[float], list[float], list[float]], outcome: float) -> None:
    found = predict(lay([table[0]], [table[1]], [table[2]]))
    assert find_crps(found, np.array([outcome]))[0] == pytest.approx(read_law(found).crps(outcome), abs=1e-7)


def test_the_score_of_points_and_of_a_censored_normal_is_that_of_scoringrules() -> None:
    rng = np.random.default_rng(1)
    points, weights = rng.uniform(0, 100, (50, 8)).round(-1), rng.uniform(0.1, 1, (50, 8))
    weights /= weights.sum(axis=1, keepdims=True)
    outcomes = rng.uniform(0, 100, 50)
    nothing = np.zeros(50)
    empirical = Prediction(0.0, 100.0, points, weights, nothing, nothing, nothing + 1)
    reference = scoringrules.crps_ensemble(outcomes, points, ens_w=weights, estimator="nrg", backend="numpy")
    np.testing.assert_allclose(find_crps(empirical, outcomes), reference, atol=1e-10)
    centre, spread = rng.uniform(-20, 120, 50), rng.uniform(1, 60, 50)
    smooth = Prediction(0.0, 100.0, points, nothing[:, None] * points, nothing + 1, centre, spread)
    reference = scoringrules.crps_cnormal(outcomes, centre, spread, 0.0, 100.0, backend="numpy")
    np.testing.assert_allclose(find_crps(smooth, outcomes), reference, atol=1e-9)


def test_the_score_of_a_mixture_is_that_of_a_large_sample() -> None:
    """Quantiles of equal steps as an ensemble: what scoringrules makes of it comes near."""
    found = predict(lay([[0, 30, 30, 100]], [[0.2, 1, 0.5, 0.9]], [[3, 1, 1, 1]]))
    members = found.find_quantiles((np.arange(4000) + 0.5) / 4000)
    for outcome in (0.0, 30.0, 77.0):
        reference = scoringrules.crps_ensemble(outcome, members[0], estimator="qd", backend="numpy")
        assert find_crps(found, np.array([outcome]))[0] == pytest.approx(float(reference), abs=0.01)
