"""--json of every command: one document, plain and strict, with the keys that the page on commands names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import SMALL, Said, Tell
from decisions import write_decisions
from detente.cli.app import COMMANDS

PAGE = Path(__file__).parents[2] / "docs/json.md"
#: policies and evidence for the small case
MORE = """\
measures: {peace: [{want: north.noise = off, weight: 1}]}
policies: {hush: {actor: south, hold: leaflets = off}}
evidence: [{on: 2024-12-01, seen: south.leaflets = off}]
issues:
  price:
    scale: {0: nothing, 100: everything}
    stakes:
      north: {position: 60 to 90, salience: 0.8, capability: 1}
      south: {position: 20, salience: 0.5, capability: 2}
"""
#: one line for each command
LINES = {
    "run": "run small.yaml --draws 8 --out out",
    "claims": "claims out --echo --placebo 2",
    "drivers": "drivers out",
    "policies": "policies out",
    "update": "update out",
    "record": "record out",
    "seal": "seal out --on 2025-01-01",
    "compare": "compare out out",
    "runs": "runs .",
    "verify": "verify out --draws 1",
    "forecast": "forecast small.yaml",
    "bargain": "bargain small.yaml --persuade north --fragility 4 --exchanges",
    "backtest": "backtest deu --data made.tsv --resamples 100 --model nash",
    "stability": "stability small.yaml",
    "explain": "explain small.yaml",
    "paths": "paths small.yaml",
    "influence": "influence small.yaml",
    "inverse": "inverse small.yaml --state north.noise=off --concept nash",
    "check": "check small.yaml",
    "new": "new fresh",
    "cases": "cases",
    "schema": "schema",
    "import": "import small.xlsx --out back/scenario.yaml",
    "export": "export small.yaml --format xlsx --out small.xlsx",
}
#: what must have been done before
FIRST = {"import": "export", **dict.fromkeys(("claims", "drivers", "policies", "update"), "run")}
FIRST |= dict.fromkeys(("record", "seal", "compare", "runs", "verify"), "run")


@pytest.fixture
def case(small: Path) -> Path:
    small.write_text(SMALL + MORE, encoding="utf-8")
    write_decisions(small.with_name("made.tsv"))
    return small


def parse(said: Said) -> Any:
    assert said.code == 0, said.err
    return json.loads(said.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def read_keys(command: str) -> set[str]:
    """The keys that the page names for a command: the first column of the table below its heading."""
    parts = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (part,) = (part for part in parts if part.startswith(f"`detente {command}`"))
    rows = re.findall(r"^\| (`.*?) \|", part, flags=re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_no_command_is_left_out() -> None:
    assert LINES.keys() == dict(COMMANDS).keys()


@pytest.mark.parametrize("command", [name for name in LINES if name != "schema"])
def test_it_is_one_strict_document_with_the_keys_the_page_names(tell: Tell, case: Path, command: str) -> None:
    if command in FIRST:
        assert tell(LINES[FIRST[command]]).code == 0
    assert parse(tell(f"{LINES[command]} --json")).keys() == read_keys(command)


def test_the_schema_is_json_with_the_option_and_without(tell: Tell) -> None:
    assert parse(tell("schema --json")) == parse(tell("schema"))


def test_the_document_of_a_run_lacks_nothing_its_page_shows(tell: Tell, case: Path) -> None:
    """Every number and every word of the page's text stands in the document too."""
    document = parse(tell(f"{LINES['run']} --json"))
    page = Path(document["report"]).read_text(encoding="utf-8")
    assert [section["id"] for section in document["sections"]] == re.findall(r'<h2 id="(?!top)([\w-]+)"', page)
    names = [figure["name"] for figure in document["figures"]]
    assert len(set(names)) == len(names)
    assert len(names) == page.count("<svg")
    kept = json.loads(Path("out/findings.json").read_text(encoding="utf-8"))
    assert kept == {key: value for key, value in document.items() if key not in ("folder", "report")}
    said = json.dumps(document, ensure_ascii=False)
    for headline in document["opening"]:
        assert headline["sentence"] in said
    for sentence in (document["question"], document["coverage"], *document["cautions"], *document["stable"]):
        assert sentence in said
