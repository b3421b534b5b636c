"""What a person waits for: help, a check and the main job on the flagship, each as a process of its own.

Allowed on two cores: help 0.5 s, ``check korea-2024`` 1.5 s, ``run korea-2024`` with 64 draws 90 s.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

DETENTE = [sys.executable, "-c", "from detente.cli import main; main()"]


@pytest.mark.parametrize(
    ("line", "rounds"), [("--help", 5), ("check korea-2024", 5), ("run korea-2024 --draws 64", 1)], ids=str
)
def test_command(benchmark: BenchmarkFixture, line: str, rounds: int, tmp_path: Path) -> None:
    words = [*DETENTE, *line.split()]
    run = benchmark.pedantic(
        subprocess.run, (words,), {"cwd": tmp_path, "capture_output": True, "check": True}, rounds=rounds
    )
    assert run.stdout
