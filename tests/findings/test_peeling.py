"""PRIM against the EMA Workbench's on the same data, and its laws; upsets found only where they are planted."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from detente.findings.advice import Upset
from detente.findings.discovery import find_upset, lay_table
from detente.findings.drivers import find_drivers
from detente.findings.factors import Factors
from detente.findings.findings import NoFlip
from detente.findings.peeling import Bounds, Table, find_quasi_p, find_tail, measure, paste, peel, prune
from findings.test_drivers import column, make_factors

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it misses packages that nothing here uses
    from ema_workbench.analysis import prim  # noqa: TID251 - this is the test it is for

LEAST = 0.1


def cloud(seed: int, draws: int = 400, readings: int = 3) -> Table:
    """Random cases with a region of interest on two numbers and a choice, and noise."""
    rng = np.random.default_rng(seed)
    values = np.column_stack([rng.random((draws, 4)), rng.integers(0, readings, draws)])
    inside = (values[:, 0] > 0.6) & (values[:, 1] < 0.5) & (values[:, 4] != 1)
    hits = inside ^ (rng.random(draws) < 0.05)
    return Table(values, hits, ("x0", "x1", "x2", "x3", "who"), (False, False, False, False, True))


def ask_workbench(table: Table) -> prim.PrimBox:
    """The workbench's box of the same data, by the same criterion and sizes."""
    frame = pd.DataFrame(table.values, columns=list(table.names))
    for name, choice in zip(table.names, table.choices, strict=True):
        if choice:
            frame[name] = frame[name].map(lambda reading: f"r{reading:g}").astype("category")
    logging.disable(logging.WARNING)
    try:
        box = prim.Prim(frame, table.hits.astype(float), threshold=0.1, mass_min=LEAST).find_box()
    finally:
        logging.disable(logging.NOTSET)
    assert box is not None
    return box


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.filterwarnings("ignore")
def test_the_trajectory_is_the_workbenchs(seed: int) -> None:
    table = cloud(seed)
    theirs = ask_workbench(table).peeling_trajectory
    ours = [measure(table, box) for box in peel(table, LEAST)]
    # Theirs goes on with what pasting added.
    assert len(ours) <= len(theirs)
    for k, (coverage, density, mass) in enumerate(ours):
        row = theirs.iloc[k]
        assert (coverage, density, mass) == pytest.approx((row["coverage"], row["density"], row["mass"]))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.filterwarnings("ignore")
def test_the_last_box_is_as_good_as_the_workbenchs(seed: int) -> None:
    table = cloud(seed)
    theirs = ask_workbench(table).peeling_trajectory.iloc[-1]
    coverage, density, _ = measure(table, paste(table, peel(table, LEAST)[-1]))
    assert density >= theirs["density"] - 1e-9
    assert coverage >= theirs["coverage"] - 1e-9


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.filterwarnings("ignore")
def test_quasi_p_values_are_the_workbenchs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.random((300, 3))
    table = Table(values, (values[:, 0] > 0.7) ^ (rng.random(300) < 0.1), ("x0", "x1", "x2"), (False,) * 3)
    box = ask_workbench(table)
    limits = box.box_lims[-1]
    for place, name in enumerate(table.names):
        if name not in box.qp[-1]:
            continue
        low, high = (float(limits[name].iloc[k]) for k in (0, 1))
        first, last = values[:, place].min(), values[:, place].max()
        if low > first and high < last:
            continue  # theirs frees one side at a time
        bounds = Bounds()
        for where, other in enumerate(table.names):
            a, b = (float(limits[other].iloc[k]) for k in (0, 1))
            bounds = bounds.bound(where, a, np.nextafter(b, np.inf))
        expected = min(p for p in box.qp[-1][name] if p >= 0)
        assert find_quasi_p(table, bounds, place) == pytest.approx(expected)


@given(st.integers(0, 400), st.integers(1, 400), st.floats(0.01, 0.99))
def test_tails_are_binomial(hits: int, cases: int, share: float) -> None:
    hits = min(hits, cases)
    assert find_tail(hits, cases, share) == pytest.approx(stats.binom.sf(hits - 1, cases, share), rel=1e-6)


@given(st.integers(0, 10**6))
@settings(max_examples=20)
def test_peeling_raises_density_and_keeps_enough(seed: int) -> None:
    table = cloud(seed, draws=120)
    figures = [measure(table, box) for box in peel(table, LEAST)]
    assert figures[0] == (1.0, pytest.approx(table.hits.mean()), 1.0)
    for before, after in pairwise(figures):
        assert after[1] > before[1]
        assert after[2] < before[2]
    assert figures[-1][2] >= LEAST


@given(st.integers(0, 10**6))
@settings(max_examples=20)
def test_order_of_cases_and_of_inputs_changes_nothing(seed: int) -> None:
    table = cloud(seed, draws=120)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(120), rng.permutation(5)
    turned = Table(
        table.values[rows][:, columns],
        table.hits[rows],
        tuple(table.names[k] for k in columns),
        tuple(table.choices[k] for k in columns),
    )
    box, other = (prune(t, paste(t, peel(t, LEAST)[-1]), 0.05) for t in (table, turned))
    assert (box.inside(table.values)[rows] == other.inside(turned.values)).all()


@given(st.integers(0, 10**6))
@settings(max_examples=20)
def test_pasting_never_lowers_density(seed: int) -> None:
    table = cloud(seed, draws=120)
    for box in peel(table, LEAST):
        assert measure(table, paste(table, box))[1] >= measure(table, box)[1]


def test_what_does_not_count_is_in_no_bound() -> None:
    values = np.array([[0.1], [0.9], [np.nan]])
    assert Bounds(((0, 0.5, np.inf),)).inside(values).tolist() == [False, True, False]


def find(factors: Factors, loses: np.ndarray) -> Upset | NoFlip:
    """The upset of a favourite that loses to a2 where it loses, and to nobody elsewhere."""
    best = np.array([~loses, np.zeros(len(loses)), loses], dtype=float)
    return find_upset(factors, loses.astype(float), 0.5, best, ["-", "a1", "a2"])


def plant(seeds: range) -> Iterator[tuple[Factors, np.ndarray]]:
    for seed in seeds:
        factors = make_factors(200, 12, seed, readings=3)
        region = (column(factors, "x1") > 0.5) & (column(factors, "who") != 2)
        yield factors, region ^ (np.random.default_rng(seed).random(200) < 0.03)


def test_a_planted_region_is_found_with_its_winner() -> None:
    for factors, loses in plant(range(4)):
        upset = find(factors, loses)
        assert isinstance(upset, Upset)
        told = {part.input: part for part in upset.box.restrictions}
        assert {"x1", "who"} <= told.keys()
        assert told["x1"].low == pytest.approx(0.5, abs=0.08)
        assert set(told["who"].readings) == {"dealmaker", "stonewaller"}
        assert upset.instead == "a2"
        assert upset.box.density > 0.8 > upset.base
        assert upset.box.coverage > 0.8


def test_the_figures_told_are_of_the_half_that_did_not_find_it() -> None:
    factors, loses = next(plant(range(1)))
    upset = find(factors, loses)
    assert isinstance(upset, Upset)
    inside = np.ones(200, dtype=bool)
    names = [factor.id for factor in factors.factors]
    for part in upset.box.restrictions:
        values = column(factors, part.input)
        readings = factors.factors[names.index(part.input)].readings
        if readings:
            inside &= np.isin(values, [readings.index(name) for name in part.readings])
        else:
            inside &= (values >= part.low) & (values < part.high)
    other = ~factors.half
    assert upset.box.density == pytest.approx(loses[inside & other].mean())
    assert upset.box.coverage == pytest.approx((loses & inside & other).sum() / (loses & other).sum())
    assert upset.base == pytest.approx(loses[other].mean())


def test_noise_is_seldom_told() -> None:
    told = 0
    for seed in range(60):
        factors = make_factors(100, 30, seed)
        told += isinstance(find(factors, np.random.default_rng(1000 + seed).random(100) < 0.3), Upset)
    assert told <= 6  # one in twenty by chance: with 60 tries seven or more come in 2.6 % of cases


def test_reasons_for_silence() -> None:
    factors = make_factors(100, 3, 1)
    nobody = np.zeros(100, dtype=bool)
    assert find(factors, nobody) == "every draw agrees"
    assert find(factors, np.arange(100) < 2) == "few draws disagree"
    assert find(make_factors(10, 3, 1), np.arange(10) < 5) == "too few draws"


def test_only_drivers_carry_a_box() -> None:
    factors, loses = next(plant(range(1)))
    table = lay_table(factors, loses, ["who", "x1"])
    assert (table.names, table.choices) == (("who", "x1"), (True, False))
    assert (table.values[:, 1] == column(factors, "x1")).all()
    upset = find(factors, loses)
    assert isinstance(upset, Upset)
    assert {part.input for part in upset.box.restrictions} <= {
        driver.input for driver in find_drivers(factors, loses.astype(float))
    }
