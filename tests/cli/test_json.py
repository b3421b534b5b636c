"""--json of every command: one document, plain and strict, with the keys that the page on commands names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import SMALL, Said, Tell
from detente.cli.app import COMMANDS

PAGE = Path(__file__).parents[2] / "docs/commands.md"
#: policies and evidence for the small case
MORE = """\
measures: {peace: [{want: north.noise = off, weight: 1}]}
policies: {hush: {actor: south, hold: leaflets = off}}
evidence: [{on: 2024-12-01, seen: south.leaflets = off}]
"""
#: one line for each command, and the keys that its document must have
LINES = {
    "run": ("run small.yaml --draws 8 --out out", {"claims", "opening", "sections", "figures", "case", "report"}),
    "claims": ("claims out --echo --placebo 2", {"claims", "echoes", "placebos", "title", "called"}),
    "drivers": ("drivers out", {"claims", "method", "digest", "seed", "draws", "title", "called"}),
    "policies": ("policies out", {"advice", "digest", "seed", "draws", "title", "called"}),
    "update": ("update out", {"steps", "readings", "inputs", "effective", "state", "claims", "title", "called"}),
    "record": ("record out", {"record", "cautions", "title", "called", "digest", "seed", "draws"}),
    "seal": ("seal out --on 2025-01-01", {"sha256"}),
    "compare": ("compare out out", {"changes", "contrasts", "rankings", "rests", "paired"}),
    "runs": ("runs .", {"runs"}),
    "verify": ("verify out --draws 1", {"checked", "differences", "same", "seal"}),
    "forecast": ("forecast small.yaml", {"queries", "made_by", "title", "called"}),
    "stability": ("stability small.yaml", {"concepts", "made_by", "title", "called"}),
    "explain": ("explain small.yaml", {"state", "stable", "actors", "made_by", "title", "called"}),
    "paths": ("paths small.yaml", {"start", "concept", "counts", "ways", "title", "called"}),
    "inverse": ("inverse small.yaml --state north.noise=off --concept nash", {"state", "answers", "title", "called"}),
    "check": (
        "check small.yaml",
        {"title", "as_of", "horizon", "warnings", "empty", "claims", "size", "run", "memory"},
    ),
    "new": ("new fresh", {"files"}),
    "cases": ("cases", {"cases"}),
    "schema": ("schema", {"properties"}),
    "import": ("import small.xlsx --out back/scenario.yaml", {"file", "source", "remarks"}),
    "export": ("export small.yaml --format xlsx --out small.xlsx", {"file", "format", "rows"}),
}
#: what must have been done before
FIRST = {"import": "export", **dict.fromkeys(("claims", "drivers", "policies", "update"), "run")}
FIRST |= dict.fromkeys(("record", "seal", "compare", "runs", "verify"), "run")


@pytest.fixture
def case(small: Path) -> Path:
    small.write_text(SMALL + MORE, encoding="utf-8")
    return small


def parse(said: Said) -> Any:
    assert said.code == 0, said.err
    return json.loads(said.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def read_section(command: str) -> str:
    """What the page says under a command's headings."""
    parts = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return "\n".join(part for part in parts if re.match(rf"`detente {command}\b", part))


def test_no_command_is_left_out() -> None:
    assert LINES.keys() == dict(COMMANDS).keys()


@pytest.mark.parametrize("command", LINES)
def test_it_is_one_strict_document_with_the_keys_the_page_names(tell: Tell, case: Path, command: str) -> None:
    if command in FIRST:
        assert tell(LINES[FIRST[command]][0]).code == 0
    line, keys = LINES[command]
    document = parse(tell(f"{line} --json"))
    assert keys <= document.keys(), keys - document.keys()
    if command == "schema":
        return
    told = read_section(command) + PAGE.read_text(encoding="utf-8").partition("\n## ")[0]
    named = {name for part in re.findall(r"[`{][^`]*", told) for name in re.findall(r'"?(\w+)"?', part)}
    assert document.keys() <= named, document.keys() - named


def test_the_document_of_a_run_lacks_nothing_its_page_shows(tell: Tell, case: Path) -> None:
    """Every number and every word of the page's text stands in the document too."""
    document = parse(tell(f"{LINES['run'][0]} --json"))
    page = Path(document["report"]).read_text(encoding="utf-8")
    assert [section["id"] for section in document["sections"]] == re.findall(r'<h2 id="(?!top)([\w-]+)"', page)
    names = [figure["name"] for figure in document["figures"]]
    assert len(set(names)) == len(names)
    assert len(names) == page.count("<figure") - page.count('<figure class="quote"')
    kept = json.loads(Path("out/findings.json").read_text(encoding="utf-8"))
    assert kept == {key: value for key, value in document.items() if key not in ("folder", "report")}
    said = json.dumps(document, ensure_ascii=False)
    for headline in document["opening"]:
        assert headline["sentence"] in said
    for sentence in (document["question"], document["coverage"], *document["cautions"], *document["stable"]):
        assert sentence in said
