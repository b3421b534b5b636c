"""How far one machine carries an ensemble: memory of a hundred thousand draws, and two workers beside one.

``peak MiB`` is the largest memory of the whole command ``detente run`` in a process of its own, report included; the
aim is below 1,024. ``gain`` is the time of one worker over that of two, in turns in the same run and the best of each,
on korea-2024; the aim is 1.7. Anything else that runs on the machine makes it smaller. ``a draw`` is in core-seconds.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from detente import api
from detente.ensemble.runner import Plan, run
from detente.ensemble.study import Study, lay_study

DRAWS, ROUNDS = 16, 3


def command(draws: int, folder: Path) -> float:
    """Peak memory, in MiB, of a run of a bundled small case."""
    words = ["run", "prisoners-dilemma", "--draws", str(draws), "--workers", "1", "--out", str(folder)]
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    arguments = [sys.executable, "-c", "from detente.cli import main; main()", *words]
    process = os.posix_spawn(sys.executable, arguments, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(process, 0)
    assert status == 0
    return usage.ru_maxrss / (1024 if sys.platform == "linux" else 2**20)


@pytest.mark.parametrize("draws", [1_000, 10_000, 100_000])
def test_memory_of_a_small_case(benchmark: BenchmarkFixture, draws: int, tmp_path: Path) -> None:
    peak = benchmark.pedantic(command, (draws, tmp_path / "run"), rounds=1)
    benchmark.extra_info["peak MiB"] = round(peak)


@pytest.fixture(name="study", scope="module")
def lay_korea() -> Study:
    scenario = api.load("korea-2024")
    study = lay_study(scenario, api.compile(scenario))
    run(study, Plan(1, 1))  # loads what is compiled
    return study


def time_run(study: Study, workers: int) -> float:
    begun = time.perf_counter()
    run(study, Plan(0, DRAWS, workers, block=1))
    return time.perf_counter() - begun


def test_two_workers(benchmark: BenchmarkFixture, study: Study) -> None:
    alone: list[float] = []
    benchmark.pedantic(time_run, (study, 2), setup=lambda: alone.append(time_run(study, 1)), rounds=ROUNDS)
    if benchmark.stats is not None:
        both = benchmark.stats.stats.min
        benchmark.extra_info |= {
            "gain": round(min(alone) / both, 2),
            "a draw with one": round(min(alone) / DRAWS, 2),
            "a draw with two": round(2 * both / DRAWS, 2),
        }
