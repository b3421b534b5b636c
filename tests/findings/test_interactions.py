"""Planted interactions are found and told; additive claims and noise have none."""

from __future__ import annotations

import numpy as np
import pytest

from detente.findings.interactions import find_interactions
from detente.findings.swings import Figure
from findings.test_drivers import column, make_factors
from findings.test_pawn import lay_out


def test_a_product_is_named_with_its_four_corners() -> None:
    factors = make_factors(200, 6, seed=1)
    a, b = column(factors, "x1"), column(factors, "x2")
    claim = a + b + 3 * (a - 0.5) * (b - 0.5) + np.random.default_rng(1).normal(0, 0.1, 200)
    (found,) = find_interactions(factors, Figure(claim), ["x1", "x2", "x3"])
    assert (found.input, found.on) == ("x1", "x2")
    alone = np.column_stack([np.ones(200), a, b, a**2, b**2])
    left = claim - alone @ np.linalg.lstsq(alone, claim, rcond=None)[0]
    assert found.strength == pytest.approx(left.var() / claim.var(), abs=0.1)
    low, high = found.where_low
    corner = (b <= np.median(b)) & (a <= np.median(a))
    assert low.mean == pytest.approx(claim[corner].mean())
    assert low.draws == corner.sum()
    steep, flat = (pair[1].mean - pair[0].mean for pair in (found.where_high, found.where_low))
    assert steep > flat + 0.5
    assert high.mean == pytest.approx(claim[(b <= np.median(b)) & (a > np.median(a))].mean())


def test_what_a_number_does_may_depend_on_a_reading() -> None:
    factors = make_factors(120, 5, seed=2, readings=2)
    who, x = column(factors, "who"), column(factors, "x0")
    claim = 0.5 * who + who * x
    (found,) = find_interactions(factors, Figure(claim), ["who", "x0"])
    assert {found.input, found.on} == {"who", "x0"}
    assert [side.label for side in found.where_low] == ["dealmaker", "stonewaller"]
    rows = (who == 1) & (x > np.median(x))
    assert found.where_high[1].mean == pytest.approx(claim[rows].mean())


def test_additive_claims_and_noise_seldom_have_one() -> None:
    named = 0
    for seed in range(80):
        factors = make_factors(100, 4, seed, readings=2)
        claim = 2 * column(factors, "x0") ** 2 - column(factors, "x1") + 0.4 * column(factors, "who")
        claim = claim + np.random.default_rng(seed).normal(0, 0.3, 100)
        named += bool(find_interactions(factors, Figure(claim), ["x0", "x1", "who"]))
    # Chance passes both halves in one case of 400; three of 80 would happen in 0.1 % of such tests.
    assert named < 3


def test_a_bend_in_one_of_two_inputs_that_resemble_each_other_is_none() -> None:
    named = 0
    for seed in range(30):
        chance = np.random.default_rng(seed)
        x = chance.uniform(size=150)
        factors = lay_out({"x": x, "z": x + chance.normal(0, 0.2, 150)})
        bent = (column(factors, "x") - 0.4) ** 2 + chance.normal(0, 0.02, 150)
        named += bool(find_interactions(factors, Figure(bent), ["x", "z"]))
    assert named < 3


def test_weights_decide_the_means_told() -> None:
    factors = make_factors(200, 3, seed=1)
    a, b = column(factors, "x1"), column(factors, "x2")
    claim = a + b + 3 * (a - 0.5) * (b - 0.5)
    weights = np.random.default_rng(0).uniform(size=200)
    (found,) = find_interactions(factors, Figure(claim, weights), ["x1", "x2"])
    corner = (b <= np.median(b)) & (a <= np.median(a))
    assert found.where_low[0].mean == pytest.approx(np.average(claim[corner], weights=weights[corner]))


@pytest.mark.parametrize("names", [[], ["x1"], ["x1", "gone"]])
def test_one_driver_has_no_pair(names: list[str]) -> None:
    factors = make_factors(100, 3, seed=1)
    assert find_interactions(factors, Figure(column(factors, "x1") * column(factors, "x2")), names) == ()
