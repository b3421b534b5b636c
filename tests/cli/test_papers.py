"""export --format docx, md, bib: what is written is told, and nothing is left behind when it cannot be."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import docx
import pytest

from cli.conftest import Tell


@pytest.fixture
def run(tell: Tell, small: Path) -> Path:
    assert tell(f"run {small.name} --draws 20 --out one").code == 0
    return Path("one")


def test_the_brief_becomes_a_word_file(tell: Tell, run: Path) -> None:
    said = tell(f"export {run} --format docx")
    assert (said.code, said.err) == (0, "")
    assert said.out == "Wrote one.docx: 4 claims, 1 marked in the text\n"
    (line,) = [p.text for p in docx.Document("one.docx").paragraphs if p.text.startswith("The north will")]
    assert re.fullmatch(r"The north will likely \[55-80 %\] fall silent\N{NO-BREAK SPACE}\S within a year\.", line)
    document = tell(f"export {run} --format docx --out here.docx --json").document
    notes = document.pop("footnotes")
    assert document == {"file": "here.docx", "format": "docx", "claims": 4, "marked": 1, "lost": []}
    assert notes > 0
    assert Path("here.docx").read_bytes() == Path("one.docx").read_bytes()
    assert not list(Path().glob(".*"))


def test_methods_and_references_of_a_run(tell: Tell, run: Path) -> None:
    said = tell(f"export {run} --format md")
    assert (said.code, said.err) == (0, "")
    text = Path("one.md").read_text("utf-8")
    assert said.out == f"Wrote one.md: {text.count(chr(10) + '## ') - 1} chapters\n"
    assert "`detente run one/case --draws 20 --seed 0`" in text
    assert tell(f"export {run} --format bib").code == 0
    keys = set(text.partition("## Works cited")[2].split("`")[1::2])
    assert {f"@article{{{key}," in Path("one.bib").read_text("utf-8") for key in keys if key.endswith("5")} == {True}


def test_references_of_a_case_need_no_run(tell: Tell, small: Path) -> None:
    said = tell(f"export {small.name} --format bib")
    assert (said.code, said.err) == (0, "")
    text = Path("small.bib").read_text("utf-8")
    entries = [line for line in text.splitlines() if line.startswith("@")]
    assert said.out == f"Wrote small.bib: {len(entries)} entries\n"
    assert entries[0] == "@software{detente,"
    assert not Path("runs").exists()
    assert tell(f"export {small.name} --format bib --json").document == {
        "file": "small.bib", "format": "bib", "entries": len(entries),
    }  # fmt: skip


@pytest.mark.parametrize("form", ["docx", "md", "bib"])
def test_what_cannot_be_written_leaves_nothing(tell: Tell, run: Path, form: str) -> None:
    said = tell(f"export {run} --format {form} --out none/x")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("none/x: cannot be written: No such file or directory.")
    Path("taken").mkdir()
    said = tell(f"export {run} --format {form} --out taken")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("taken: cannot be written: Is a directory.")
    assert not list(Path().glob(".*"))


def test_without_the_library_the_extra_is_named(tell: Tell, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    said = tell(f"export {run} --format docx")
    assert (said.code, said.out) == (1, "")
    assert said.err == "python-docx is not installed. Install it with: pip install 'detente[docx]'\n"
    assert not Path("one.docx").exists()
