"""Importance against an independent rank correlation; false positives on noise; planted drivers and flips found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.stats import qmc

from detente.findings.drivers import find_drivers
from detente.findings.factors import Factors, collect, restrict
from detente.findings.findings import Band, Flip, NoFlip, Verdict
from detente.findings.flips import find_flip, shortest_between
from detente.findings.yardsticks import Yardstick
from detente.game.game import Game, Input
from detente.scenario.quantities import Quantity
from findings.mock_korea import ensemble, game

LIKELY = Yardstick("band", Band("likely", 0.55, 0.8, 0.55, 0.8))
READINGS = ("dealmaker", "stonewaller", "waverer")


def make_factors(draws: int, numbers: int, seed: int, readings: int = 0) -> Factors:
    """Independent uniform numbers x0, x1, ... and, when asked, one choice of reading called ``who``."""
    chance = np.random.default_rng(seed)
    columns = {f"x{k}": chance.uniform(size=draws) for k in range(numbers)}
    inputs = [Input(name, Quantity("uniform", (0, 1)), k) for k, name in enumerate(columns)]
    if readings:
        columns["who"] = chance.integers(0, readings, draws).astype(float)
        inputs.append(Input("who", Quantity("fixed", (0.0,)), numbers, (0,) * readings, READINGS[:readings]))
    return collect(replace(game(), actors=(), inputs=tuple(inputs)), columns, draws, seed)


def flip_of(factors: Factors, values: np.ndarray, verdict: Verdict | None = None) -> Flip | NoFlip:
    """The flip rule of a claim said to be likely."""
    drivers = find_drivers(factors, values)
    return find_flip(factors, values, LIKELY, verdict or LIKELY.verdict(values), drivers)


def column(factors: Factors, name: str) -> np.ndarray:
    return factors.values[:, [f.id for f in factors.factors].index(name)]


def test_strength_of_the_first_driver_is_the_squared_rank_correlation() -> None:
    factors = make_factors(300, 4, seed=1)
    y = np.round(-2 * column(factors, "x1") + column(factors, "x0") ** 3, 1)  # with ties
    first = find_drivers(factors, y)[0]
    rho = stats.spearmanr(column(factors, "x1"), y).statistic
    assert (first.input, first.direction) == ("x1", -1)
    assert first.strength == pytest.approx(rho**2, abs=1e-12)


def test_strength_of_the_next_is_what_it_adds_by_least_squares_on_ranks() -> None:
    factors = make_factors(300, 6, seed=1, readings=3)
    who = column(factors, "who")
    y = 2 * column(factors, "x1") - column(factors, "x2") + 0.8 * (who == 1)
    drivers = find_drivers(factors, y)
    assert {d.input for d in drivers} == {"x1", "x2", "who"}
    design, explained = [np.ones(300)], 0.0
    for driver in drivers:
        values = column(factors, driver.input)
        design += [who == 0, who == 1] if driver.input == "who" else [stats.rankdata(values)]
        matrix, ranks = np.column_stack(design).astype(float), stats.rankdata(y)
        rest = ranks - matrix @ np.linalg.lstsq(matrix, ranks, rcond=None)[0]
        share = 1 - float(rest @ rest) / float(np.sum((ranks - ranks.mean()) ** 2))
        assert driver.strength == pytest.approx(share - explained, abs=1e-9)
        explained = share


def sobol_factors(seed: int, columns: int = 147) -> Factors:
    """A design as a run of 64 draws has it: columns in which many pairs resemble each other."""
    rows = qmc.Sobol(columns, rng=np.random.default_rng(seed)).random(64)
    inputs = tuple(Input(f"x{k}", Quantity("uniform", (0, 1)), k) for k in range(columns))
    return collect(replace(game(), actors=(), inputs=inputs), {f"x{k}": rows[:, k] for k in range(columns)}, 64, seed)


def test_an_input_that_resembles_a_driver_is_no_driver_beside_it() -> None:
    extra = right = 0
    for seed in range(30):
        factors = sobol_factors(seed)
        noise = np.random.default_rng(seed).normal(0, 0.15, 64)
        drivers = find_drivers(factors, column(factors, "x90") + noise)
        right += any("x90" in (d.input, *d.twins) for d in drivers[:1])
        extra += len(drivers) > 1
    assert right == 30
    # Shuffling alone would name two or three more in nearly every one of these.
    assert extra <= 3


def test_what_the_draws_cannot_tell_apart_is_a_twin() -> None:
    chance = np.random.default_rng(1)
    x = chance.uniform(size=100)
    columns = {"a": x, "b": x + chance.normal(0, 0.02, 100), "c": chance.uniform(size=100)}
    inputs = tuple(Input(name, Quantity("uniform", (0, 1)), k) for k, name in enumerate(columns))
    factors = collect(replace(game(), actors=(), inputs=inputs), columns, 100, 0)
    a = column(factors, "a")
    y = a + np.random.default_rng(2).normal(0, 0.1, 100)
    (driver,) = find_drivers(factors, y)
    assert {driver.input, *driver.twins} == {"a", "b"}
    assert find_drivers(factors, column(factors, "c"))[0].twins == ()


def test_strength_of_a_reading_is_the_correlation_ratio_of_ranks() -> None:
    factors = make_factors(300, 3, seed=2, readings=3)
    who = column(factors, "who")
    y = 0.3 * (who == 1) + 0.2 * column(factors, "x0")
    driver = find_drivers(factors, y)[0]
    h = stats.kruskal(*(y[who == k] for k in range(3))).statistic
    assert (driver.input, driver.kind, driver.direction) == ("who", "reading", 0)
    assert driver.strength == pytest.approx(h / 299, abs=1e-12)
    assert driver.high.label == "stonewaller"
    assert driver.high.mean == pytest.approx(y[who == 1].mean())
    assert driver.low.draws == (who == READINGS.index(driver.low.label)).sum()


def test_sides_of_a_number_are_its_outer_thirds() -> None:
    factors = make_factors(240, 2, seed=3)
    x = column(factors, "x0")
    driver = find_drivers(factors, -x)[0]
    assert driver.direction == -1
    assert driver.low.mean == pytest.approx(-x[x <= driver.low.bound].mean())
    assert driver.low.draws == driver.high.draws == 80


@pytest.mark.parametrize("draws", [64, 200])
def test_noise_seldom_has_a_driver_or_a_flip(draws: int) -> None:
    trials, drivers, flips = 120, 0, 0
    for seed in range(trials):
        factors = make_factors(draws, 40, seed, readings=2)
        noise = np.random.default_rng(10_000 + seed).uniform(0.4, 0.9, draws)
        drivers += bool(find_drivers(factors, noise))
        flips += isinstance(flip_of(factors, noise), Flip)
    # One in twenty is allowed; 12 of 120 or more would happen by chance in 1.5 % of such tests.
    assert drivers < 12
    assert flips < 6


def test_a_noisy_driver_is_found_among_many_inputs() -> None:
    found = 0
    for seed in range(20):
        factors = make_factors(64, 150, seed)
        y = column(factors, "x7") + np.random.default_rng(seed).normal(0, 0.25, 64)
        found += [d.input for d in find_drivers(factors, y)][:1] == ["x7"]
    assert found >= 18


def test_a_flip_names_its_cut_and_holds_on_the_other_half() -> None:
    factors = make_factors(300, 20, seed=4)
    x = column(factors, "x3")
    values = np.where(x < 0.3, 0.2, 0.7) + np.random.default_rng(4).uniform(0, 0.05, 300)
    flip = flip_of(factors, values)
    assert isinstance(flip, Flip)
    assert (flip.input, flip.relation) == ("x3", "<")
    assert flip.cut == pytest.approx(0.3, abs=0.02)
    assert str(flip) == f"x3 < {flip.cut:g}"
    unseen = ~factors.half
    inside = unseen & (x < flip.cut)
    assert (flip.where.draws, flip.where.verdict) == (inside.sum(), "lower")
    assert flip.where.mean == pytest.approx(values[inside].mean())
    assert flip.where.differ == (values[inside] < 0.55).sum()
    assert flip.elsewhere.draws == unseen.sum() - inside.sum()


@pytest.mark.parametrize(
    ("low_reading", "rule"), [(0, "who is dealmaker"), (1, "who is stonewaller"), (2, "who is waverer")]
)
def test_a_flip_names_a_reading(low_reading: int, rule: str) -> None:
    factors = make_factors(300, 20, seed=5, readings=3)
    values = np.where(column(factors, "who") == low_reading, 0.3, 0.7)
    assert str(flip_of(factors, values)) == rule


def test_a_flip_may_name_every_reading_but_one() -> None:
    factors = make_factors(300, 20, seed=6, readings=3)
    values = np.where(column(factors, "who") == 1, 0.99, 0.4)
    flip = flip_of(factors, values, "higher")
    assert str(flip) == "who is not stonewaller"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (np.full(100, 0.7), "every draw agrees"),
        (np.r_[np.full(98, 0.7), 0.1, 0.1], "few draws disagree"),
        (np.full(19, 0.7), "too few draws"),
        (np.tile([0.7, 0.1], 50), "nothing stands out"),
    ],
)
def test_why_there_is_no_flip(values: np.ndarray, reason: str) -> None:
    factors = make_factors(len(values), 10, seed=8)
    assert flip_of(factors, values) == reason


def test_only_a_driver_may_carry_a_rule() -> None:
    factors = make_factors(300, 20, seed=4)
    values = np.where(column(factors, "x3") < 0.3, 0.2, 0.7)
    drivers = find_drivers(factors, values)
    assert isinstance(find_flip(factors, values, LIKELY, "supported", drivers), Flip)
    others = [replace(driver, input="x4") for driver in drivers]
    assert find_flip(factors, values, LIKELY, "supported", others) == "nothing stands out"


def test_nothing_is_overturned_without_a_yardstick() -> None:
    values = np.linspace(0, 1, 100)
    assert find_flip(make_factors(100, 3, seed=9), values, Yardstick("none"), "no word", ()) == "no verdict"


def test_rounding_noise_is_no_driver() -> None:
    factors = make_factors(200, 5, seed=10)
    values = 0.5 + 1e-13 * column(factors, "x0")
    assert find_drivers(factors, values) == ()


def test_inputs_tied_together_are_one_driver() -> None:
    x = np.random.default_rng(11).uniform(size=(2, 100))
    inputs = tuple(
        Input(name, Quantity("uniform", (0, 1)), place) for name, place in (("b.tie", 0), ("a.tie", 0), ("c", 1))
    )
    factors = collect(replace(game(), actors=(), inputs=inputs), {"b.tie": x[0], "a.tie": 2 * x[0], "c": x[1]}, 100, 0)
    (driver,) = find_drivers(factors, column(factors, "a.tie"))
    assert (driver.input, driver.also) == ("a.tie", ("b.tie",))


def test_an_input_of_a_reading_counts_only_where_that_reading_holds() -> None:
    run = ensemble(300)
    columns = {name.removeprefix("input/"): x for name, x in run.numbers.items() if name.startswith("input/")}
    factors = collect(game(), columns, 300, 0)
    dealmaker = column(factors, "dprk.reading") == 0
    talks = column(factors, "dprk.dealmaker.talks")
    assert (np.isnan(talks) == ~dealmaker).all()
    values = np.where(dealmaker & (talks > 1.0), 0.9, 0.6)
    driver, reading = find_drivers(factors, values)
    assert (driver.input, driver.twins, driver.direction) == ("dprk.dealmaker.talks", (), 1)
    assert reading.input == "dprk.reading"
    assert (driver.low.mean, driver.high.mean) == pytest.approx((0.6, 0.9))
    assert abs(driver.low.draws - dealmaker.sum() / 3) <= 1
    flip = flip_of(factors, values)
    assert isinstance(flip, Flip)
    assert (flip.input, flip.relation) == ("dprk.dealmaker.talks", ">=")
    assert flip.cut == pytest.approx(1.0, abs=0.03)
    # Elsewhere includes the draws in which the input does not count.
    assert flip.where.draws == (~factors.half & dealmaker & (talks >= flip.cut)).sum()
    assert flip.where.draws + flip.elsewhere.draws == (~factors.half).sum()


def test_a_subset_of_draws_keeps_only_inputs_that_vary_there() -> None:
    factors = make_factors(100, 3, seed=12, readings=2)
    rows = column(factors, "who") == 1
    kept = restrict(factors, rows)
    assert [f.id for f in kept.factors] == ["x0", "x1", "x2"]
    assert sorted(kept.order) == sorted(factors.order[rows])


def test_no_inputs_no_drivers() -> None:
    bare: Game = replace(game(), actors=(), inputs=())
    values = np.linspace(0, 1, 50)
    for factors in (collect(bare, {}, 50, 0), collect(game(), {"us.deal": np.ones(50)}, 50, 0)):
        assert find_drivers(factors, values) == ()
        assert flip_of(factors, values) == "nothing stands out"


@pytest.mark.parametrize(
    ("low", "high", "short"), [(0.78, 0.83, 0.8), (0.7951, 0.7959, 0.7955), (12.1, 14.9, 14.0), (-2.3, -1.9, -2.0)]
)
def test_a_cut_is_written_with_the_fewest_digits(low: float, high: float, short: float) -> None:
    assert shortest_between(low, high) == short
    assert low < shortest_between(low, high) <= high
    assert shortest_between(low, np.nextafter(low, 9)) == np.nextafter(low, 9)
