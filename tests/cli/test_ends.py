"""How a command ends when somebody stops it, stops listening, or watches it on a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Tell
from detente import api

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'tests'}"}
MAIN = [sys.executable, "-c", "from detente.cli import main; main()"]


def test_ctrl_c_ends_at_once_and_the_same_command_goes_on(tell: Tell, small: Path) -> None:
    script = str(Path(__file__).with_name("stopped.py"))
    done = subprocess.run(
        [sys.executable, script, small.name], capture_output=True, text=True, env=ENVIRONMENT, timeout=120, check=False
    )
    assert done.returncode == 130
    assert done.stdout == ""
    assert done.stderr.splitlines()[-2:] == [
        "What is done is kept in out; the same command goes on from there.",
        "Stopped.",
    ]
    assert "Traceback" not in done.stderr
    said = tell(f"run {small.name} --draws 12 --workers 1 --out out")
    assert said.code == 0
    assert "draws: 4 of 12 (" in said.err


@pytest.mark.skipif(os.name != "posix", reason="pipes of another kind")
def test_nobody_listens_any_more(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*MAIN, "schema"], stdout=writing, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, cwd=tmp_path, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(os.name != "posix", reason="pipes of another kind")
@pytest.mark.parametrize("form", ["", "--json"])
def test_a_run_that_nobody_listens_to_any_more_still_ends(small: Path, form: str) -> None:
    """As in: detente run ... 2>&1 | head -1. The run is what counts, not who watches."""
    reading, writing = os.pipe()
    os.close(reading)
    run = [*MAIN, "run", small.name, "--draws", "8", "--out", "out", *form.split()]
    done = subprocess.run(run, stdout=writing, stderr=writing, env=ENVIRONMENT, cwd=small.parent, check=False)
    os.close(writing)
    assert done.returncode == 0
    scenario, (_, ensemble) = api.load(small), api.read_run(small.parent / "out")
    assert ensemble.draws == 8
    report = (small.parent / "out/report.html").read_text(encoding="utf-8")
    expected = api.render(scenario, ensemble, api.assess(scenario, ensemble))
    assert report.replace(str(small.parent), "") == expected.replace(str(small.parent), "")


@pytest.mark.skipif(os.name != "posix", reason="no pseudo-terminals")
def test_a_terminal_gets_a_bar_with_the_time_left(small: Path) -> None:
    controller, terminal = os.openpty()
    run = [*MAIN, "run", small.name, "--draws", "8", "--workers", "1"]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=terminal, env=ENVIRONMENT, cwd=small.parent) as child:
        os.close(terminal)
        shown = b""
        while True:
            try:
                piece = os.read(controller, 4096)
            except OSError:  # how Linux says that the other side has gone
                break
            if not piece:
                break
            shown += piece
        assert child.stdout
        out = child.stdout.read().decode()
    os.close(controller)
    assert child.returncode == 0
    text = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", shown).decode()
    assert "8/8" in text
    assert "left:" in text
    assert "\x1b" not in out


def test_a_terminal_without_our_signs_gets_question_marks(small: Path) -> None:
    environment = ENVIRONMENT | {"PYTHONIOENCODING": "ascii"}
    run = [*MAIN, "claims", small.name]
    done = subprocess.run(run, capture_output=True, text=True, env=environment, cwd=small.parent, check=False)
    assert done.returncode == 0, done.stderr
    assert "?The North falls silent?" in done.stdout
