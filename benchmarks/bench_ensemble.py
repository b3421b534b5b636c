"""What the ensemble costs beyond the draws themselves, with a job whose answers cost next to nothing.

Sizes: ``small`` is a bundled small case (8 numbers), ``korea`` the schema of the flagship (300 numbers, 72 curves of 25
months, 5 lists of about 500 cells). Beside each time stands ``per draw`` in microseconds, and ``times bare``, the
ratio to a plain loop over the same rows measured in the same run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from detente.ensemble.design import draw_rows
from detente.ensemble.job import Answer, Field
from detente.ensemble.runner import Plan, run
from detente.ensemble.store import load_run


@dataclass(frozen=True)
class Table:
    """As many answers as asked for, at hardly any cost."""

    numbers: int
    curves: int
    cells: int
    columns: int
    abroad: int = 0
    digest: str = "0" * 64
    method: Mapping[str, object] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Field, ...]:
        return (
            *(Field(f"claim/c{i}", "number", void=True) for i in range(self.numbers)),
            *(Field(f"curve/c{i}", "curve", length=25) for i in range(self.curves)),
            *(Field(f"stable/{i}", "cells") for i in range(self.cells)),
        )

    def evaluate(self, u: NDArray[np.float64]) -> dict[str, Answer]:
        x = float(u[0])
        cells = np.arange(int(1000 * x), dtype=np.int32)
        return (
            {f"claim/c{i}": x / (i + 1) for i in range(self.numbers)}
            | {f"curve/c{i}": u[:25] for i in range(self.curves)}
            | {f"stable/{i}": cells for i in range(self.cells)}
        )


SIZES = {"small": (Table(8, 0, 0, 25), 10_000), "korea": (Table(300, 72, 5, 200), 256)}


def note(benchmark: BenchmarkFixture, size: str) -> None:
    """Write the ratios beside the time."""
    job, draws = SIZES[size]
    rows = draw_rows(0, 0, draws, job.columns)
    start = time.perf_counter()
    for u in rows:
        job.evaluate(u)
    bare = time.perf_counter() - start
    if benchmark.stats is not None:
        seconds = benchmark.stats.stats.min
        benchmark.extra_info |= {"per draw": round(seconds / draws * 1e6, 1), "times bare": round(seconds / bare, 1)}


@pytest.mark.parametrize("size", SIZES)
def test_run_in_memory(benchmark: BenchmarkFixture, size: str) -> None:
    job, draws = SIZES[size]
    ensemble = benchmark.pedantic(lambda: run(job, Plan(0, draws, workers=2)), rounds=3, warmup_rounds=1)
    assert ensemble.draws == draws
    note(benchmark, size)


@pytest.mark.parametrize("size", SIZES)
def test_run_into_a_folder(benchmark: BenchmarkFixture, size: str, tmp_path: Path) -> None:
    job, draws = SIZES[size]
    folders = (tmp_path / str(n) for n in range(10))
    benchmark.pedantic(lambda: run(job, Plan(0, draws, workers=2), folder=next(folders)), rounds=3, warmup_rounds=1)
    note(benchmark, size)


@pytest.mark.parametrize("size", SIZES)
def test_load_and_verify(benchmark: BenchmarkFixture, size: str, tmp_path: Path) -> None:
    job, draws = SIZES[size]
    run(job, Plan(0, draws), folder=tmp_path)
    assert benchmark.pedantic(load_run, (tmp_path,), rounds=3, warmup_rounds=1).draws == draws
    note(benchmark, size)


#: what a process of its own does to tell its peak memory: a run into a folder, read again
PEAK = """
import resource, sys
from pathlib import Path
from bench_ensemble import Table
from detente.ensemble.runner import Plan, run
from detente.ensemble.store import load_run
folder, draws = Path(sys.argv[1]), int(sys.argv[2])
run(Table(19, 0, 5, 25), Plan(0, draws), folder=folder)
assert load_run(folder).draws == draws
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_of_many_draws(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """10,000 draws with five lists of 500 cells, streamed to disk and read again, within 1 GiB."""

    def measure() -> int:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(Path(__file__).parent), *sys.path))}
        words = [sys.executable, "-c", PEAK, str(tmp_path / "run"), "10000"]
        done = subprocess.run(words, capture_output=True, text=True, env=environment, check=True)
        return int(done.stdout)

    peak = benchmark.pedantic(measure, rounds=1)
    benchmark.extra_info["MiB at the peak"] = peak
    assert peak < 1024
