"""Help: light, complete, with an example to paste that works."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from detente import api
from detente.cli.app import COMMANDS, app

ROOT = Path(__file__).parents[2]
NAMES = [name for name, _ in COMMANDS]
#: what neither help nor a check may load
HEAVY = {"numba", "llvmlite", "duckdb", "vl_convert", "scipy.stats", "jinja2", "altair", "dask", "distributed"}
#: what help alone may not load either
MIDDLING = HEAVY | {"numpy", "scipy", "pydantic", "lark", "ruamel.yaml"}


def detente(*words: str, code: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own; ``code`` runs when it has ended."""
    script = f"import sys\nfrom detente.cli import main\ntry:\n    main()\nfinally:\n    {code or 'pass'}"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, env=environment, cwd=cwd, check=False
    )


@pytest.mark.parametrize(
    ("words", "banned"),
    [
        (["--help"], MIDDLING),
        (["-h"], MIDDLING),
        (["--version"], MIDDLING),
        (["run", "-h"], MIDDLING),
        (["forecast", "--help"], MIDDLING),
        (["cases"], HEAVY),
        (["schema"], HEAVY),
        (["check", "korea-2024"], HEAVY),
    ],
)
def test_what_is_quick_loads_nothing_heavy(words: list[str], banned: set[str], tmp_path: Path) -> None:
    done = detente(*words, code=f"print('LOADED', sorted({banned!r} & set(sys.modules)))", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("LOADED []\n")


def test_the_library_loads_nothing_heavy() -> None:
    code = f"import sys, detente; print(sorted({MIDDLING!r} & set(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "[]\n"


def test_help_lists_every_command() -> None:
    help_text = detente("-h").stdout
    places = [help_text.index(f"│ {name} ") for name in NAMES]
    assert places == sorted(places)
    assert "Example: detente run korea-2024" in help_text
    assert detente().stdout == help_text


def test_the_version() -> None:
    assert detente("--version").stdout == "0.1.0\n"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself_and_has_json(name: str, tell: Callable[[str], tuple[int, str, str]]) -> None:
    code, out, err = tell(f"{name} -h")
    assert (code, err) == (0, "")
    flat = " ".join(out.split())
    assert re.search(rf"Usage: detente {name} .*\. Example: detente {name}\b", flat)
    assert "--json" in out
    assert "│ --" not in re.sub(r"│ --[\w-]+(?: [A-Z|]+(?:\.\.\.)?)? {2,}[A-Z]", "", out), "an option without words"


def test_every_example_can_be_pasted(tell: Callable[[str], tuple[int, str, str]]) -> None:
    """In help and docs: commands and options exist, and claims and queries are those of the case."""
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    told = [" ".join(tell(f"{name} -h")[1].split()) for name in NAMES]
    examples = [
        re.findall(r"Example: detente (.*?) ╭", text) or re.findall(r"Example: detente (.*)", text) for text in told
    ]
    lines = [line for found in examples for line in found] + re.findall(r"^\$ detente (.*)$", page, re.MULTILINE)
    assert len(lines) >= len(NAMES) + 4
    for line in lines:
        words = shlex.split(line.split(" > ")[0] if '"' not in line else line)
        _, bound, *_ = app.parse_args(words, exit_on_error=False, print_error=False)
        case = (
            bound.args and words[0] not in ("backtest", "new", "import") and not str(bound.args[0]).startswith("runs")
        )
        scenario = api.load(bound.args[0]) if case else None
        if scenario and bound.kwargs.get("claim"):
            assert set(bound.kwargs["claim"]) <= {claim.id for claim in scenario.claims}
        if scenario and bound.kwargs.get("question"):
            question = bound.kwargs["question"]
            queries = api.parse_queries(scenario, question.query or ())
            assert queries + api.parse_curves(scenario, question.curve or ()) or bound.kwargs["ahead"].timeline


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_in_the_docs(name: str) -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    assert f"## `detente {name}" in page
