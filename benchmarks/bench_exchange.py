"""What the equal-gain exchange model costs: one round for every draw, stakes at random; and reading a large table.

The yardstick of a round, measured in the same run just before and after, is the time to sort as many gains as it can
have at its start: for every draw one for each two actors and two issues. Beside each time stand ``times yardstick``
and ``ms`` a draw. Aims: a draw of 30 actors on 4 issues within 0.2 s, 10,000 draws of 10 actors on 2 issues within 2
s. The yardstick of a table is the time to load the scenario it makes, which is most of the work.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from detente.api import read_tables
from detente.scenario.reader import loads
from detente.solvers.bargaining.exchange import Reckoning, find_exchange_outcomes
from detente.solvers.bargaining.stakes import Stakes

#: draws, actors, issues
SIZES = {"one": (1, 30, 4), "package": (100, 15, 4), "many": (10_000, 10, 2)}


def draw_stakes(draws: int, actors: int, issues: int) -> Stakes:
    rng = np.random.default_rng(0)
    shape = (draws, actors, issues)
    ends = np.zeros(issues), np.full(issues, 100.0)
    names = tuple(f"a{i}" for i in range(actors)), tuple(f"p{k}" for k in range(issues))
    numbers = rng.uniform(0, 100, shape), rng.uniform(0.05, 1, shape), rng.uniform(0.1, 1, shape)
    return Stakes(*names, *numbers, np.ones(shape[1:], np.bool_), *ends, np.full((draws, issues), np.nan))


def time_yardstick(draws: int, actors: int, issues: int) -> float:
    """Seconds for the sort, the least of three."""
    gains = np.random.default_rng(1).random((draws, actors * (actors - 1) // 2 * (issues * (issues - 1) // 2)))
    took = []
    for _ in range(3):
        start = time.perf_counter()
        np.sort(gains, axis=1)
        took.append(time.perf_counter() - start)
    return min(took)


@pytest.mark.parametrize("reckoning", ["first", "current"])
@pytest.mark.parametrize("size", SIZES)
def test_one_round(benchmark: BenchmarkFixture, size: str, reckoning: Reckoning) -> None:
    stakes = draw_stakes(*SIZES[size])
    before = time_yardstick(*SIZES[size])
    found = benchmark.pedantic(find_exchange_outcomes, (stakes, 1, reckoning), rounds=3, warmup_rounds=1)
    yardstick = min(before, time_yardstick(*SIZES[size]))
    assert found.settled.all()
    if benchmark.stats is not None:
        least = benchmark.stats.stats.min
        benchmark.extra_info |= {
            "times yardstick": round(least / yardstick, 1), "ms": round(1e3 * least / SIZES[size][0], 3),
        }  # fmt: skip


def test_a_large_table(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    rows = [f"p{k},a{i},{(i * 7 + k) % 101},0.5,1" for k in range(20) for i in range(50)]
    file = tmp_path / "large.csv"
    file.write_text("issue,actor,position,salience,capability\n" + "\n".join(rows), encoding="utf-8")
    combined = benchmark.pedantic(lambda: read_tables([file], as_of=date(2025, 1, 1)), rounds=1)
    start = time.perf_counter()
    scenario, _ = loads(combined.case.text)
    yardstick = time.perf_counter() - start
    assert scenario.issues == combined.case.scenario.issues
    if benchmark.stats is not None:
        benchmark.extra_info["times yardstick"] = round(benchmark.stats.stats.min / yardstick, 2)
