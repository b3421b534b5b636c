"""How a command ends when somebody stops it, stops listening, or watches it on a terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Tell, read_terminal
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
        shown = read_terminal(controller)
        assert child.stdout
        out = child.stdout.read().decode()
    os.close(controller)
    assert child.returncode == 0
    text = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", shown).decode()
    assert "8/8" in text
    assert "left:" in text
    assert "\x1b" not in out


@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
@pytest.mark.parametrize("command", ["run --draws 4", "stability"])
def test_no_encoding_stops_a_command(small: Path, encoding: str, command: str) -> None:
    """What a code page cannot show is spelled: every mark stays apart, no figure loses its error."""
    environment = ENVIRONMENT | {"PYTHONIOENCODING": encoding}
    verb, *options = command.split()
    run = [*MAIN, verb, small.name, *options]
    done = subprocess.run(run, capture_output=True, env=environment, cwd=small.parent, check=False)
    assert done.returncode == 0, done.stderr
    said, told = done.stdout.decode(encoding), done.stderr.decode(encoding)
    assert "Traceback" not in told
    assert "?" not in said
    if verb == "run":
        assert ("±" if encoding == "cp437" else "+-") in said
        assert "+ silence" in said


def test_json_survives_every_encoding(small: Path) -> None:
    small.write_text(small.read_text(encoding="utf-8").replace("Who falls silent", "Détente or “✓”"), encoding="utf-8")
    documents = []
    for encoding in ("ascii", "utf-8"):
        environment = ENVIRONMENT | {"PYTHONIOENCODING": encoding}
        run = [*MAIN, "run", small.name, "--draws", "2", "--json"]
        done = subprocess.run(run, capture_output=True, env=environment, cwd=small.parent, check=False)
        assert done.returncode == 0, done.stderr
        documents.append(json.loads(done.stdout.decode(encoding)))
    assert documents[0]["title"] == "Détente or “✓”"
    assert documents[0] == documents[1]
