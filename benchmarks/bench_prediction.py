"""What the default forecast of bargaining costs: everything told of 10,000 tables of 10 actors, and of one of 30.

Told are mean, median, 50 and 80 % intervals and the chances of three regions, for each table and for all together.
``times sorts`` is the ratio to sorting as many positions and weights in the same run, which no quantile of point masses
can do without. The aim is 0.5 s for the 10,000 tables.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from detente.solvers.bargaining.crps import find_crps
from detente.solvers.bargaining.prediction import predict
from detente.solvers.bargaining.stakes import Stakes

SHARES = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
REGIONS = ((0.0, 30.0), (30.0, 60.0), (60.0, 100.0))
#: draws and actors
SIZES = {"10,000 draws of 10 actors": (10_000, 10), "10,000 draws of 30 actors": (10_000, 30)}


def make_table(draws: int, actors: int) -> Stakes:
    rng = np.random.default_rng(0)
    shape = (draws, actors, 1)
    return Stakes(
        tuple(f"a{i}" for i in range(actors)),
        ("deal",),
        rng.uniform(0, 100, shape),
        rng.uniform(0.1, 1, shape),
        rng.uniform(1, 10, shape),
        np.ones(shape[1:], dtype=np.bool_),
        np.zeros(1),
        np.full(1, 100.0),
        np.full((draws, 1), np.nan),
    )


def tell_everything(stakes: Stakes) -> float:
    found = predict(stakes)
    quantiles = found.find_quantiles(SHARES)
    chances = [found.find_share(low, high) for low, high in REGIONS]
    pooled = found.find_pooled_quantiles(SHARES)
    return float(found.find_mean().mean() + quantiles.mean() + sum(share.mean() for share in chances) + pooled.sum())


def time_sorts(stakes: Stakes) -> float:
    """Seconds for positions in order with their weights, the least of three times."""
    positions, weights = stakes.positions[:, :, 0], stakes.weights[:, :, 0]
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        order = np.argsort(positions, axis=1)
        np.take_along_axis(positions, order, axis=1), np.take_along_axis(weights, order, axis=1)
        spent.append(time.perf_counter() - start)
    return min(spent)


@pytest.mark.parametrize("size", SIZES)
def test_everything_that_is_told(benchmark: BenchmarkFixture, size: str) -> None:
    stakes = make_table(*SIZES[size])
    tell_everything(stakes)  # what is loaded when first needed
    yardstick = time_sorts(stakes)
    benchmark.pedantic(tell_everything, args=(stakes,), rounds=5)
    if benchmark.stats is not None:
        benchmark.extra_info["times sorts"] = round(benchmark.stats.stats.min / yardstick, 1)


def test_scores_of_ten_thousand_tables(benchmark: BenchmarkFixture) -> None:
    stakes = make_table(10_000, 10)
    found = predict(stakes)
    outcomes = np.random.default_rng(1).uniform(0, 100, stakes.draws)
    yardstick = time_sorts(stakes)
    benchmark.pedantic(find_crps, args=(found, outcomes), rounds=5)
    if benchmark.stats is not None:
        benchmark.extra_info["times sorts"] = round(benchmark.stats.stats.min / yardstick, 1)
