"""Many draws as one figure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detente.ensemble.pooling import find_quantiles, pool

DRAWS = arrays(np.float64, st.integers(2, 40), elements=st.floats(0, 1, width=32))


@given(DRAWS, st.floats(0.01, 100))
def test_equal_weights_are_no_weights(values: np.ndarray, weight: float) -> None:
    alike, plain = pool(values, np.full(len(values), weight)), pool(values)
    assert (alike.mean, alike.p5, alike.p95, alike.error) == pytest.approx(
        (plain.mean, plain.p5, plain.p95, plain.error), abs=1e-12
    )


@given(DRAWS, st.data())
def test_whole_weights_are_repeated_draws(values: np.ndarray, data: st.DataObject) -> None:
    counts = data.draw(arrays(np.int64, len(values), elements=st.integers(1, 4)))
    assert pool(values, counts.astype(float)).mean == pytest.approx(np.repeat(values, counts).mean(), abs=1e-12)


@given(DRAWS)
def test_a_draw_that_counts_for_nothing_does_not_move_the_mean(values: np.ndarray) -> None:
    more, weights = np.append(values, 0.123), np.append(np.ones(len(values)), 0.0)
    assert pool(more, weights).mean == pytest.approx(values.mean(), abs=1e-12)


def test_the_error_is_that_of_a_ratio_of_means() -> None:
    """Against the spread of the ratio over many samples."""
    rng = np.random.default_rng(1)
    weights = rng.uniform(0.1, 1, size=(20_000, 60))
    values = np.clip(0.3 + 0.5 * (weights - 0.5) + rng.normal(scale=0.1, size=weights.shape), 0, 1)
    ratios = (weights * values).sum(axis=1) / weights.sum(axis=1)
    told = np.mean([pool(v, w).error for v, w in zip(values[:500], weights[:500], strict=True)])
    assert told == pytest.approx(ratios.std(), rel=0.03)


def test_quantiles_follow_the_weights() -> None:
    values, weights = np.array([0.1, 0.9]), np.array([3.0, 1.0])
    assert find_quantiles(values, weights, [0.0, 0.5, 1.0]).tolist() == [0.1, 0.5, 0.9]
    many = np.repeat([0.1, 0.9], [30, 10]).astype(float)
    assert find_quantiles(many, np.r_[np.full(30, 1.0), np.full(10, 9.0)], [0.2, 0.6]).tolist() == [0.1, 0.9]
    lines = np.column_stack([many, 1 - many])
    np.testing.assert_allclose(find_quantiles(lines, np.ones(40), [0.2])[0], [0.1, 0.1])
    assert pool(np.array([0.4]), np.array([0.2])).p5 == 0.4
    assert np.isnan(pool(np.array([0.4]), np.array([0.2])).error)
