"""Whole commands, as a user starts them, beside the yardstick "start Python and stop".

``extra_info`` holds the largest memory of any command so far in this session (MiB) and the ratio to the yardstick.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMANDS = {
    "help": (["--help"], 5),
    "check": (["check", "korea-2024"], 5),
    "run64": (["run", "korea-2024", "--draws", "64"], 1),
    "run256": (["run", "korea-2024", "--draws", "256"], 1),
}


def start(arguments: list[str], folder: Path) -> None:
    code = "from detente.cli import main; main()"
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL)


@pytest.fixture(name="yardstick", scope="module")
def time_bare_start() -> float:
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        times.append(time.perf_counter() - begun)
    return sorted(times)[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_command(benchmark, name: str, yardstick: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    arguments, rounds = COMMANDS[name]

    def prepare() -> tuple[tuple[list[str], Path], dict[str, object]]:
        return (arguments, tmp_path_factory.mktemp(name)), {}

    benchmark.pedantic(start, setup=prepare, rounds=rounds, warmup_rounds=0)
    benchmark.extra_info["ratio to a bare start"] = round(benchmark.stats.stats.median / yardstick, 1)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    benchmark.extra_info["peak MiB"] = round(peak)
