"""What KTAB's spatial model of politics costs: a run of 40 and of 160 actors on two issues, many draws of thirteen.

The yardstick, measured in the same run, is one count of votes in NumPy: every actor's difference in utility between
every two positions, weighed and summed. ``times yardstick`` is a round over that; ``rounds`` are those of the run, or
the mean over draws. The aims are 0.15 s for a run of 40 actors and 1.5 s for one of 160.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from detente.solvers.bargaining.models import settle
from detente.solvers.bargaining.stakes import Stakes, lay_stakes

SIZES = [
    pytest.param(1, 40, id="one run of 40"),
    pytest.param(1, 160, id="one run of 160"),
    pytest.param(1000, 13, id="1,000 draws of 13"),
]


def make_table(draws: int, n: int) -> Stakes:
    """Two issues; saliences of an actor are what a third thing leaves."""
    rng = np.random.default_rng(n)
    positions = rng.uniform(0, 100, (draws, n, 2))
    saliences = rng.dirichlet([1, 1, 1], (draws, n))[:, :, :2].copy()
    capabilities = np.repeat(rng.uniform(10, 200, (draws, n, 1)), 2, axis=2)
    names, present = tuple(f"a{k}" for k in range(n)), np.ones((n, 2), dtype=np.bool_)
    ends = np.zeros(2), np.full(2, 100.0)
    reference = np.full((draws, 2), np.nan)
    return lay_stakes(Stakes(names, ("x", "y"), positions, saliences, capabilities, present, *ends, reference))


def measure_yardstick(n: int) -> float:
    """Seconds for one count of votes."""
    rng = np.random.default_rng(0)
    worth, weights = rng.random((n, n)), rng.random(n)
    best = float("inf")
    for _ in range(7):
        start = time.perf_counter()
        for row in worth:
            np.maximum(row - worth, 0.0) @ weights
        best = min(best, time.perf_counter() - start)
    return best


@pytest.mark.parametrize("model", ["smp", "smp-corrected"])
@pytest.mark.parametrize(("draws", "n"), SIZES)
def test_runs(benchmark: BenchmarkFixture, draws: int, n: int, model: str) -> None:
    table = make_table(draws, n)
    found = benchmark.pedantic(settle, (model, table), rounds=3, warmup_rounds=1)
    if benchmark.stats is not None:
        rounds = float(found.lengths.sum())
        benchmark.extra_info |= {
            "rounds": round(rounds / draws, 1),
            "settled": round(float(found.settled.mean()), 2),
            "times yardstick": round(benchmark.stats.stats.min / rounds / measure_yardstick(n), 2),
        }
