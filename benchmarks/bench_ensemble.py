"""What the ensemble costs beyond the draws themselves: ``python benchmarks/bench_ensemble.py``.

Sizes: ``small`` is a bundled small case (8 fields, 100,000 draws), ``korea`` the schema of the flagship (300 numbers,
36 curves of 25 months, 5 lists of about 500 cells, 1,000 draws). Ratios are of times measured in the same run.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.design import draw_rows
from detente.ensemble.job import Answer, Field
from detente.ensemble.runner import Plan, run
from detente.ensemble.store import load_run


@dataclass(frozen=True)
class Table:
    """A job whose answers cost next to nothing, so that what is measured is the ensemble."""

    name: str
    numbers: int
    curves: int
    cells: int
    columns: int
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


def stopwatch(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def measure(job: Table, draws: int) -> None:
    rows = draw_rows(0, 0, draws, job.columns)
    bare = stopwatch(lambda: [job.evaluate(u) for u in rows])
    print(f"{job.name}: {draws} draws, the bare loop {bare / draws * 1e6:.1f} microseconds a draw")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = {
            "in memory": stopwatch(lambda: run(job, Plan(0, draws, workers=2))),
            "into a folder": stopwatch(lambda: run(job, Plan(0, draws, workers=2), folder=folder)),
            "loading it, verified": stopwatch(lambda: load_run(folder)),
        }
        size = sum(path.stat().st_size for path in folder.glob("part-*"))
        parts = len(list(folder.glob("part-*")))
    for what, seconds in lines.items():
        extra = (seconds - bare if "load" not in what else seconds) / draws
        print(f"  {what:22} {seconds:7.2f} s   {extra * 1e6:8.1f} microseconds a draw on top")
    print(f"  on disk: {parts} parts, {size / draws:.0f} bytes a draw; peak memory {peak_memory():.0f} MB")


def peak_memory() -> float:
    """MB of this process at its largest."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    run(Table("warm-up", 1, 0, 0, 1), Plan(0, 8))
    measure(Table("small", 8, 0, 0, 10), 100_000)
    measure(Table("korea", 300, 36, 5, 200), 1_000)
