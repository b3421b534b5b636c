"""Times and progress in words."""

from __future__ import annotations

import subprocess
import sys

import pytest

from detente.cli import screen


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.01, "under 0.1 s"),
        (0.26, "0.3 s"),
        (12.4, "12 s"),
        (89.4, "89 s"),
        (125, "2 min 5 s"),
        (119.6, "2 min 0 s"),
        (2040, "34 min"),
        (7200, "2.0 h"),
    ],
)
def test_times(seconds: float, words: str) -> None:
    assert screen.write_seconds(seconds) == words


def test_lines_count_only_what_this_run_did(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half was there before; a tenth more took 10 s, so four tenths more take 40 s."""
    clock = iter([100.0, 100.0, 110.0, 150.0])
    monkeypatch.setattr(screen, "monotonic", lambda: next(clock))
    with screen.follow("draws") as progress:
        for done in (50, 60, 61, 100):
            progress(done, 100)
    assert capsys.readouterr().err.splitlines() == [
        "draws: 50 of 100 (under 0.1 s)",
        "draws: 60 of 100 (10 s, about 40 s left)",
        "draws: 100 of 100 (50 s)",
    ]


def test_what_a_library_prints_by_itself_is_no_result() -> None:
    code = (
        "import os; from detente.cli import screen; print('before'); screen.part_streams(); "
        "os.write(1, b'noise\\n'); screen.show('after'); screen.part_streams(); screen.show('last')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("before\nafter\nlast\n", "noise\n")
