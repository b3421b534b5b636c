"""PAWN against scipy's two-sample distance and SALib; its laws; the level of inputs that do nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from SALib.analyze import pawn as salib  # noqa: TID251 - an oracle of the tests
from scipy import stats

from detente.findings.factors import Factors, collect
from detente.findings.pawn import SLOTS, measure_pawn, resample
from detente.findings.swings import Figure
from detente.game.game import Input
from detente.scenario.quantities import Quantity
from findings.mock_korea import game
from findings.test_drivers import READINGS, column, make_factors


def lay_out(columns: dict[str, np.ndarray], readings: tuple[str, ...] = ()) -> Factors:
    """Factors of given values; those named in ``readings`` choose one."""
    inputs = [
        Input(name, Quantity("uniform", (0, 1)), k, (0,) * (name in readings), READINGS * (name in readings))
        for k, name in enumerate(columns)
    ]
    draws = len(next(iter(columns.values())))
    return collect(replace(game(), actors=(), inputs=tuple(inputs)), columns, draws, 0)


def place(factors: Factors, name: str) -> int:
    return [factor.id for factor in factors.factors].index(name)


def expect(values: np.ndarray, claim: np.ndarray, slots: int | None) -> float:
    """The textbook: the mean distance of scipy's two-sample test, each slot by its share."""
    if slots is None:
        codes = values
    else:
        below = np.array([(values < x).sum() for x in values])
        codes = below * slots // len(values)
    return float(
        sum((codes == s).mean() * stats.ks_2samp(claim[codes == s], claim).statistic for s in np.unique(codes))
    )


@given(seed=st.integers(0, 10**6), draws=st.sampled_from([20, 64, 203]), ties=st.sampled_from([3, 20, 10**6]))
def test_index_is_the_mean_distance_of_the_slots(seed: int, draws: int, ties: int) -> None:
    chance = np.random.default_rng(seed)
    x = np.round(chance.uniform(size=draws) * ties)
    who = chance.integers(0, 3, draws).astype(float)
    claim = np.round((x / ties + chance.normal(size=draws) / 3 + who / 4) * ties)
    factors = lay_out({"x": x, "who": who}, ("who",))
    pawn = measure_pawn(factors, Figure(claim[factors.order]))[0]
    for k, factor in enumerate(factors.factors):
        slots = None if factor.id == "who" else min(SLOTS, max(2, draws // 16))
        wanted = expect(who if factor.id == "who" else x, claim, slots)
        assert pawn.index[k] == pytest.approx(wanted, abs=1e-12)


def test_index_is_salibs() -> None:
    factors = make_factors(2000, 4, seed=1)
    x = factors.values
    claim = np.sin(6 * x[:, 0]) + 0.7 * x[:, 1] ** 2 + 0.1 * x[:, 2]
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0, 1]] * 4}
    theirs = salib.analyze(problem, x, claim, S=10)["mean"]
    # SALib leaves the largest value of an input out of its last slot.
    assert measure_pawn(factors, Figure(claim))[0].index == pytest.approx(theirs, abs=1 / 200)


def test_what_matters_only_in_the_middle_is_seen() -> None:
    factors = make_factors(512, 8, seed=2)
    claim = np.abs(column(factors, "x3") - 0.5)
    assert stats.spearmanr(column(factors, "x3"), claim).statistic ** 2 < 0.02
    effect = measure_pawn(factors, Figure(claim))[0].effect
    assert int(np.argmax(effect)) == place(factors, "x3")
    assert effect.max() > 0.4


@given(seed=st.integers(0, 10**6))
def test_a_transformation_that_keeps_the_order_changes_nothing(seed: int) -> None:
    chance = np.random.default_rng(seed)
    x, z = chance.normal(size=(2, 90))
    claim = x + chance.normal(size=90)
    one = lay_out({"x": x, "z": z})
    other = lay_out({"x": np.exp(x), "z": z**3})
    first = measure_pawn(one, Figure(claim[one.order]))[0]
    second = measure_pawn(other, Figure(np.tanh(claim[other.order] / 5)))[0]
    assert np.array_equal(first.index, second.index)
    assert np.array_equal(first.effect, second.effect)


@given(seed=st.integers(0, 10**6))
def test_neither_the_order_of_draws_nor_names_nor_the_order_of_inputs_matter(seed: int) -> None:
    chance = np.random.default_rng(seed)
    x, z, w = chance.normal(size=(3, 70))
    who = chance.integers(0, 2, 70).astype(float)
    claim = x * (who + 1) + chance.normal(size=70)
    order = chance.permutation(70)
    one = lay_out({"x": x, "z": z, "who": who, "w": w}, ("who",))
    other = lay_out({"b": w[order], "who": who[order], "a": z[order], "c": x[order]}, ("who",))
    first = measure_pawn(one, Figure(claim[one.order]))[0].effect
    second = measure_pawn(other, Figure(claim[order][other.order]))[0].effect
    renamed = {"x": "c", "z": "a", "who": "who", "w": "b"}
    for name, new in renamed.items():
        assert first[place(one, name)] == pytest.approx(second[place(other, new)], abs=1e-12)


def test_a_claim_that_is_an_input_has_its_whole_effect() -> None:
    factors = make_factors(160, 20, seed=5)
    for claim in (column(factors, "x4"), -column(factors, "x4")):
        effect = measure_pawn(factors, Figure(claim))[0].effect
        assert effect[place(factors, "x4")] == pytest.approx(1)
        assert np.delete(effect, place(factors, "x4")).max() < 0.3


@pytest.mark.parametrize("draws", [64, 256])
def test_an_input_that_does_nothing_is_at_the_dummy_level(draws: int) -> None:
    effects, above = [], []
    for seed in range(40):
        factors = make_factors(draws, 10, seed, readings=3)
        noise = np.random.default_rng(1000 + seed).normal(size=draws)
        pawn = measure_pawn(factors, Figure(noise))[0]
        effects.append(pawn.effect.mean())
        above.append((pawn.index > pawn.chance).mean())
    assert abs(np.mean(effects)) < 0.01
    assert 0.02 < np.mean(above) < 0.09


def test_weights_count_draws_like_repetitions() -> None:
    chance = np.random.default_rng(3)
    who = chance.integers(0, 3, 120).astype(float)
    claim = who + chance.normal(size=120)
    times = chance.integers(0, 4, 120)
    factors = lay_out({"who": who}, ("who",))
    weighted = measure_pawn(factors, Figure(claim[factors.order], times[factors.order].astype(float)))[0].index
    longer = lay_out({"who": np.repeat(who, times)}, ("who",))
    repeated = measure_pawn(longer, Figure(np.repeat(claim, times)[longer.order]))[0].index
    assert weighted == pytest.approx(repeated, abs=1e-12)
    even = measure_pawn(factors, Figure(claim[factors.order], np.full(120, 2.5)))[0]
    plain = measure_pawn(factors, Figure(claim[factors.order]))[0]
    assert even.index == pytest.approx(plain.index, abs=1e-12)
    assert even.dummy == pytest.approx(plain.dummy, abs=1e-12)


def test_a_resample_is_the_index_of_the_draws_it_repeats() -> None:
    factors = make_factors(80, 3, seed=9, readings=2)
    claim = column(factors, "x1") + 0.3 * column(factors, "who")
    _, slots = measure_pawn(factors, Figure(claim))
    times = np.random.default_rng(0).multinomial(80, np.full(80, 1 / 80), size=3)
    found = resample(slots, times.astype(float), 4)
    who = column(factors, "who")
    for k in range(3):
        taken = np.repeat(np.arange(80), times[k])
        assert found[k, place(factors, "who")] == pytest.approx(expect(who[taken], claim[taken], None), abs=1e-12)


def test_an_input_of_a_reading_counts_in_the_draws_that_have_it() -> None:
    chance = np.random.default_rng(4)
    x = np.where(np.arange(200) < 50, np.nan, chance.uniform(size=200))
    claim = np.where(np.isnan(x), chance.uniform(size=200), x)
    factors = lay_out({"x": x, "z": chance.uniform(size=200)})
    pawn = measure_pawn(factors, Figure(claim[factors.order]))[0]
    k = place(factors, "x")
    assert pawn.counts[k] == pytest.approx(0.75)
    assert pawn.effect[k] == pytest.approx(0.75)
