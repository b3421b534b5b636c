"""Pages with a worked Korea example: every command on them prints what the page shows.

On a page, a block ```` ```console ```` holds commands after ``$ `` and below each what it prints; nothing below it, and
it is not run. A line ``...`` stands for any lines left out. All are run after ``detente run korea-2024``.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from detente.cli.app import obey

DOCS = Path(__file__).parents[2] / "docs"
#: widest line a terminal need show
WIDTH = 100
PAGES = ("bargaining", "findings", "claims", "idioms", "drivers", "policies", "evidence", "record", "compare", "papers")


def list_examples(page: str) -> list[tuple[str, str]]:
    """The commands of a page and what they are shown to print."""
    blocks = re.findall(r"^```console\n(.*?)^```", (DOCS / f"{page}.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    parts = [part for block in blocks for part in re.split(r"^\$ detente ", block, flags=re.MULTILINE)[1:]]
    return [(line, shown) for line, _, shown in (part.partition("\n") for part in parts) if shown.strip()]


@pytest.mark.parametrize(
    ("page", "line", "shown"), [(page, *example) for page in PAGES for example in list_examples(page)]
)
def test_a_command_prints_what_its_page_shows(
    page: str, line: str, shown: str, korea: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(korea)
    assert obey(shlex.split(line)) == 0, capsys.readouterr().err
    out = capsys.readouterr().out
    assert all(len(text) <= WIDTH for text in out.splitlines()), page
    pattern = ".*?".join(
        re.escape(part) for part in re.split(r"^\.\.\.\n", shown.strip("\n") + "\n", flags=re.MULTILINE)
    )
    assert re.fullmatch(pattern, out.strip("\n") + "\n", re.DOTALL), f"{page}.md, detente {line}:\n{out}"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_an_example(page: str) -> None:
    assert list_examples(page)
