"""Our runner beside the EMA Workbench (ema_workbench 2.5.3), the same function over the same rows, two workers each.

The function costs next to nothing, so what is measured is what a runner adds to it. ``over ours`` and ``over theirs``
are microseconds a draw beyond the function's own time, measured in the same run; ``ratio`` is theirs to ours, and the
aim is 10. Ours verifies every block and brings it to disk; theirs keeps all in memory. Theirs are two processes,
started beforehand by ``fork`` (Linux's default before Python 3.14; ``spawn`` makes the start slower, not the draws);
ours are two threads, and their start counts.

Sizes: ``ten-thousand`` and ``fifty-thousand`` draws of 25 inputs and 8 numbers.
"""

from __future__ import annotations

import time
from multiprocessing import get_start_method
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from bench_ensemble import Table
from detente.ensemble.design import draw_rows
from detente.ensemble.ensemble import Ensemble
from detente.ensemble.runner import Plan, run

JOB = Table(8, 0, 0, 25)
NAMES = [f"x{k:02}" for k in range(JOB.columns)]
SIZES = {"ten-thousand": 10_000, "fifty-thousand": 50_000}


def evaluate(**inputs: float) -> dict[str, object]:
    """The job as the workbench calls a model: one keyword for each input."""
    return dict(JOB.evaluate(np.array([inputs[name] for name in NAMES])))


def time_function(rows: NDArray[np.float64]) -> float:
    begun = time.perf_counter()
    for u in rows:
        JOB.evaluate(u)
    return (time.perf_counter() - begun) / len(rows)


def time_workbench(rows: NDArray[np.float64], ours: Ensemble) -> float:
    """Seconds a draw, the pool's start left out; its answers must be ours."""
    import ema_workbench as ema  # noqa: TID251 - the yardstick

    model = ema.Model("table", function=evaluate)
    model.uncertainties = [ema.RealParameter(name, 0, 1) for name in NAMES]
    model.outcomes = [ema.ScalarOutcome(f"c{k}", variable_name=f"claim/c{k}") for k in range(JOB.numbers)]
    design = [ema.Scenario(name=str(k), **dict(zip(NAMES, u.tolist(), strict=True))) for k, u in enumerate(rows)]
    with ema.MultiprocessingEvaluator([model], n_processes=2) as evaluator:
        begun = time.perf_counter()
        experiments, outcomes = evaluator.perform_experiments(scenarios=design, log_progress=True)
        seconds = time.perf_counter() - begun
    order = np.argsort(experiments["scenario"].astype(int))
    for k in range(JOB.numbers):
        assert np.array_equal(outcomes[f"c{k}"][order], ours.numbers[f"claim/c{k}"])
    return seconds / len(rows)


@pytest.mark.filterwarnings("ignore")  # the workbench's own
@pytest.mark.parametrize("size", SIZES)
def test_runner_beside_the_workbench(benchmark: BenchmarkFixture, size: str, tmp_path: Path) -> None:
    draws = SIZES[size]
    rows = draw_rows(0, 0, draws, JOB.columns)
    folders = (tmp_path / str(n) for n in range(10))
    ours = benchmark.pedantic(
        lambda: run(JOB, Plan(0, draws, workers=2), folder=next(folders)), rounds=3, warmup_rounds=1
    )
    bare = time_function(rows)
    theirs = min(time_workbench(rows, ours) for _ in range(2))
    if benchmark.stats is not None:
        over_ours, over_theirs = benchmark.stats.stats.min / draws - bare, theirs - bare
        benchmark.extra_info |= {
            "over ours": round(over_ours * 1e6, 1),
            "over theirs": round(over_theirs * 1e6, 1),
            "ratio": round(over_theirs / over_ours, 1),
            "theirs started by": get_start_method(),
        }
