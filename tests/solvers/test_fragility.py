"""Noise on the inputs: laws, a slow twin, and what is known of published cases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import QueryError
from detente.solvers.bargaining.fragility import NOISES, Fragility, add_noise, list_dynamic, measure_fragility
from detente.solvers.bargaining.models import MODELS, settle
from detente.solvers.bargaining.packages import settle_package
from detente.solvers.bargaining.stakes import Stakes, lay_stakes
from ktab import SOE
from solvers.test_closed_forms import CARS, make_stakes

#: two issues, three actors of whom one has no stake in the second
PAIR = Stakes(
    ("a", "b", "c"),
    ("x", "y"),
    np.array([[[10.0, 80.0], [50.0, 20.0], [90.0, 0.0]]]),
    np.array([[[0.5, 0.4], [0.3, 0.6], [1.0, 0.0]]]),
    np.array([[[1.0, 1.0], [2.0, 2.0], [3.0, 0.0]]]),
    np.array([[True, True], [True, True], [True, False]]),
    np.zeros(2),
    np.full(2, 100.0),
    np.full((1, 2), np.nan),
)


def cars() -> Stakes:
    return make_stakes([(x, s, c) for x, s, c in CARS], (4.0, 10.0))


def test_noise_is_relative_held_inside_and_one_per_capability() -> None:
    noisy = add_noise(PAIR, 0.1, 500, 3)
    lay_stakes(noisy)
    ratio = noisy.positions[:, 1, 0] / 50
    assert ratio.std() == pytest.approx(0.1, rel=0.1)
    assert ratio.mean() == pytest.approx(1, abs=0.02)
    assert (noisy.positions <= 100).all()
    assert (noisy.positions[:, 2, 0] == 100).any()  # 90 and 12 % more is off the scale
    assert noisy.saliences[:, 2, 0].max() == 1.0
    grown = noisy.capabilities / np.where(PAIR.capabilities > 0, PAIR.capabilities, 1)
    np.testing.assert_array_equal(grown[:, 0, 0], grown[:, 0, 1])
    # Nor does what moves a position or a salience move a capability.
    for other in (ratio, noisy.saliences[:, 1, 0] / 0.3, noisy.positions[:, 1, 1] / 20):
        assert abs(np.corrcoef(grown[:, 1, 0], other)[0, 1]) < 0.2
    assert (noisy.capabilities[:, 2, 1] == 0).all()  # who has no stake gets none
    assert not np.allclose(noisy.saliences[:, 0, 0] / 0.5, noisy.saliences[:, 0, 1] / 0.4)


def test_the_same_seed_moves_the_same_inputs_alike_at_any_noise() -> None:
    small, large = (add_noise(PAIR, noise, 20, 1).positions[:, 1, 0] / 50 - 1 for noise in (0.01, 0.02))
    np.testing.assert_allclose(2 * small, large, rtol=1e-9)
    other = add_noise(PAIR, 0.01, 20, 2).positions[:, 1, 0] / 50 - 1
    assert not np.allclose(small, other)


@pytest.mark.parametrize("noise", [0.0, -0.1, 0.6, np.nan])
def test_a_noise_that_is_none_is_refused(noise: float) -> None:
    with pytest.raises(QueryError, match=r"is none\. Give a share of the inputs' values"):
        add_noise(PAIR, noise, 10, 0)


def twin(stakes: Stakes, model: str, noise: float, tables: int, seed: int) -> tuple[list[float], list[float], int]:
    """Table by table: outcome, weighted mean of the inputs, and how many do not come to rest."""
    noisy = add_noise(stakes, noise, tables, seed)
    outcomes, means, restless = [], [], 0
    for d in range(tables):
        found = settle(model, noisy.at([d]))
        outcomes.append(float(found.outcomes[0, 0]))
        restless += not found.settled[0]
        rows = list(zip(*(part[d, :, 0] for part in (noisy.positions, noisy.weights)), strict=True))
        means.append(sum(w * x for x, w in rows) / sum(w for _, w in rows))
    return outcomes, means, restless


@pytest.mark.parametrize("model", list_dynamic())
def test_it_is_what_one_table_after_the_other_gives(model: str) -> None:
    (found,) = measure_fragility(cars(), [model], seed=5, tables=24)
    assert found.outcome == pytest.approx(float(settle(model, cars()).outcomes[0, 0]))
    for wobble in found.wobbles:
        outcomes, means, restless = twin(cars(), model, wobble.noise, 24, 5)
        assert wobble.deviation == pytest.approx(np.std(outcomes, ddof=1), abs=1e-9)
        assert wobble.mean_deviation == pytest.approx(np.std(means, ddof=1), rel=1e-9)
        assert wobble.unsettled == pytest.approx(restless / 24)
        assert (wobble.p5, wobble.p95) == pytest.approx(tuple(np.quantile(outcomes, (0.05, 0.95))))
        assert wobble.amplification == pytest.approx(np.std(outcomes) / np.std(means), abs=1e-7)


@given(
    st.lists(
        st.tuples(st.integers(1, 99), st.integers(1, 9).map(lambda k: k / 10), st.integers(1, 9)),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=20)
def test_the_compromise_never_amplifies_and_moves_as_its_inputs(table: list[tuple[float, float, float]]) -> None:
    (found,) = measure_fragility(make_stakes(table), ["compromise"], seed=0, tables=40)
    assert not found.amplifies
    assert found.settled
    for wobble in found.wobbles:
        assert wobble.amplification == pytest.approx(1)
        assert wobble.amplification_error == pytest.approx(0, abs=1e-9)
        assert wobble.deviation <= wobble.position_deviation * (1 + 1e-9)
        assert wobble.unsettled == 0


def test_the_error_of_a_standard_deviation_is_its_spread_over_seeds() -> None:
    found = [measure_fragility(cars(), ["compromise"], seed=seed, tables=100)[0].wobbles[1] for seed in range(80)]
    spread = np.std([wobble.deviation for wobble in found], ddof=1)
    assert np.mean([wobble.deviation_error for wobble in found]) == pytest.approx(spread, rel=0.25)


def test_the_expected_utility_model_amplifies_noise_and_is_said_to() -> None:
    compromise, model = measure_fragility(cars(), ["compromise", "expected-utility"], seed=0, tables=100)
    assert model.amplifies
    assert not compromise.amplifies
    first = model.wobbles[0]
    assert first.noise == NOISES[0] == 0.01
    assert first.amplification is not None
    # One percent on the inputs moves the answer by a year or so, some fifty times as far as their mean.
    assert 0.8 < first.deviation < 1.6
    assert 30 < first.amplification < 90
    assert "amplifies" in str(model)
    assert model.to_dict()["amplifies"] is True


def test_ktab_on_its_own_example_is_as_restless_as_measured_on_the_program_itself() -> None:
    """On the first issue of KTAB's state-enterprise case its program, run on noisy inputs, moves by sd 2.4."""
    policy = SOE.lay().of(SOE.lay().issues[0])
    (found,) = measure_fragility(policy, ["smp"], seed=0, tables=300)
    first = found.wobbles[0]
    assert abs(first.deviation - 2.4) < 3 * first.deviation_error
    assert 0.1 < first.mean_deviation < 0.15
    assert found.amplifies


def test_positions_at_zero_have_nothing_to_compare_with() -> None:
    (found,) = measure_fragility(make_stakes([(0, 0.5, 1), (0, 0.5, 2)]), ["compromise"], seed=0, tables=5)
    assert [(w.deviation, w.deviation_error, w.amplification) for w in found.wobbles] == [(0.0, 0.0, None)] * 2
    assert not found.amplifies


def test_a_package_is_shaken_as_one() -> None:
    found = measure_fragility(PAIR, ["compromise", "median"], seed=0, tables=10)
    assert [(item.issue, item.model) for item in found] == [
        ("x", "compromise"), ("x", "median"), ("y", "compromise"), ("y", "median"),
    ]  # fmt: skip
    alone = measure_fragility(PAIR.of("y"), ["compromise"], seed=0, tables=10)
    assert isinstance(alone[0], Fragility)


def test_a_model_without_an_answer_is_refused() -> None:
    with pytest.raises(QueryError, match=r"Asymmetric Nash solution has no answer on x\."):
        measure_fragility(cars(), ["nash"], seed=0, tables=5, switches={"nash": {"disagreement": "reference"}})


def test_models_of_several_issues_get_the_package_and_others_one_issue() -> None:
    for model, known in MODELS.items():
        shares = settle_package(model, PAIR)
        assert list(shares) == ["x", "y"]
        # Over a package only those bargain who have a stake in all of it, unless the model takes others too.
        assert shares["x"].actors == (("a", "b") if known.several and not known.absent else ("a", "b", "c"))
        assert shares["y"].actors == ("a", "b")
        alone = settle(model, PAIR.of("y")).outcomes
        if not known.several:
            np.testing.assert_array_equal(shares["y"].settlement.outcomes, alone)
        for share in shares.values():
            assert share.settlement.outcomes.shape == (1, 1)


def test_capability_alone_changes_weights_not_positions() -> None:
    doubled = replace(PAIR, capabilities=2 * PAIR.capabilities)
    for model in ("compromise", "median", "nash", "predictive"):
        before, after = (settle_package(model, stakes)["x"].settlement.outcomes for stakes in (PAIR, doubled))
        np.testing.assert_allclose(before, after, rtol=1e-9)
