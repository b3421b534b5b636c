"""``new``, and the page about it: its example is made, file by file, in an empty folder."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pytest

from cli.conftest import Tell
from detente import api
from detente.scenario.anchors import find_anchors
from scenario.labels import SPLITS, score

PAGE = (Path(__file__).parents[2] / "docs/brief.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def test_the_page_shows_what_happens(tell: Tell) -> None:
    Path("essay.md").write_text(blocks("text")[0], encoding="utf-8")
    for block in blocks("console"):
        line, _, shown = block.removeprefix("$ detente ").partition("\n")
        said = tell(line)
        assert said.code == 0, said.err
        assert all(len(text) <= 100 for text in said.out.splitlines())
        pattern = ".*?".join(re.escape(part) for part in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE))
        assert re.fullmatch(pattern, said.out, re.DOTALL), said.out
    for part in blocks("yaml"):
        assert part in Path("korea/scenario.yaml").read_text("utf-8")


def test_the_page_tells_the_figures_that_are_measured() -> None:
    for split, name in zip(SPLITS, ("development", "held out"), strict=True):
        found = score(split)
        shares = (found.recall, found.share_wrong, found.kinds / found.right, found.words / found.right)
        told = " | ".join(f"{100 * share:.0f} %" for share in shares)
        counts = f"{found.sentences} | {found.marked} | {found.suggested}"
        assert f"| {name} | {counts} | {told} | {found.left_out} of {found.furniture} |" in PAGE


def test_new_makes_a_case_that_checks(tell: Tell) -> None:
    said = tell("new strait-2026 --as-of 2026-03-01")
    assert said.out == "Wrote strait-2026/scenario.yaml\nNext: edit it, then detente check strait-2026\n"
    document = tell("check strait-2026 --json").document
    assert (document["warnings"], document["empty"]) == ([], [])
    assert "as_of: 2026-03-01" in Path("strait-2026/scenario.yaml").read_text()


def test_new_drafts_claims_from_a_brief(tell: Tell) -> None:
    Path("essay.txt").write_text("\ufeffThe ferry will likely stop. It rains.\r\nPorts may close.\n", encoding="utf-8")
    document = tell("new a/strait --brief essay.txt --json").document
    assert document["files"] == ["a/strait/scenario.yaml", "a/strait/brief.md"]
    assert [(item["id"], item["says"]) for item in document["brief"]["claims"]] == [("p1s1", "likely"), ("p1s3", "may")]
    assert "The ferry will likely stop." in Path("a/strait/scenario.yaml").read_text()
    checked = tell("check a/strait --json").document
    assert (checked["warnings"], checked["claims"], checked["queries"]) == ([], 2, 0)
    assert [issue["path"] for issue in checked["empty"]] == ["claims[1].id", "claims[2].id"]


def test_a_word_file_becomes_a_brief_with_every_quote_in_place(tell: Tell) -> None:
    """From an essay in Word to a page of the report: curly quotes, a table, a list, a sentence that stands twice."""
    document = docx.Document()
    document.add_heading("Two winters on the strait", 1)
    line = document.add_paragraph("The ferry is ")
    line.add_run("likely").bold = True
    line.add_run(" to stop before spring. Ports may close. \u201cWe will not wait,\u201d he said.")
    document.add_paragraph("As ever: Ports may close. Tariffs\N{NO-BREAK SPACE}could follow.", style="List Bullet")
    document.add_table(1, 2).cell(0, 0).text = "Ports may close."
    document.add_paragraph("Both sides should talk, unless the ice_road_ opens *early*.")
    document.save("essay.docx")
    assert tell("new strait --brief essay.docx").code == 0
    assert tell("check strait --json").document["warnings"] == []
    scenario = api.load("strait")
    anchors = find_anchors(scenario)
    found = [scenario.brief[slice(*anchor.span)] for anchor in anchors if anchor.span]
    assert [claim.quote for claim in scenario.claims] == found
    assert "Ports may close." in found
    places = [anchor.span[0] for anchor in anchors if anchor.span]
    assert places == sorted(set(places))


def test_what_is_left_out_is_listed(tell: Tell) -> None:
    Path("essay.txt").write_text("Share\n\nMust he go?\n\nHe may go.\n\n12 comments\n", encoding="utf-8")
    said = tell("new a --brief essay.txt")
    assert "Left out 2 as no part of the essay: share button 1, comments 1\n" in said.out
    assert Path("a/left-out.txt").read_text() == (
        "share button: Share\ncomments: 12 comments\na question (paragraph 1, sentence 1): Must he go?\n"
    )


def test_run_counts_what_is_not_asked_yet(tell: Tell) -> None:
    Path("essay.txt").write_text("The ferry will likely stop. Ports may close.\n", encoding="utf-8")
    assert tell("new a --brief essay.txt").code == 0
    path = Path("a/scenario.yaml")
    path.write_text(path.read_text().replace("    about:\n", "    about: P(deal within 12 months)\n", 1))
    said = tell("run a --draws 2 --out out")
    assert said.code == 0, said.err
    assert "1 more not asked yet: their 'about:' is empty.\n" in said.out
    assert "No query can stand for" not in said.out


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("new taken", "taken/scenario.yaml  This file exists already. Choose another name, or delete it."),
        ("new kept --brief essay.md", "kept/brief.md  This file exists already. Choose another name, or delete it."),
        ("new b --brief none.md", "none.md  The brief cannot be read: No such file or directory."),
        (
            "new b --brief essay.doc",
            "essay.doc  A brief is a file of one of the kinds .txt, .md, .docx, .pdf. Save the essay as one.",
        ),
        ("new b --brief latin.txt", "latin.txt  The brief is not UTF-8 text (line 1). Save it as plain text in UTF-8."),
        (
            "new b --brief broken.pdf",
            "broken.pdf  The brief cannot be read as a PDF file: it is damaged or too large. "
            "Open it in a reader and print it to a new PDF, or save it as text.",
        ),
        ("new latin.txt/deeper", "latin.txt/deeper  This cannot be written: Not a directory."),
        ("new latin.txt", "latin.txt  This cannot be written: File exists."),
    ],
)
def test_what_new_refuses(tell: Tell, line: str, sentence: str) -> None:
    for folder, file in (("taken", "scenario.yaml"), ("kept", "brief.md")):
        Path(folder).mkdir()
        Path(folder, file).write_text("mine")
    Path("essay.md").write_text("He may go.\n")
    Path("latin.txt").write_bytes(b"caf\xe9")
    Path("broken.pdf").write_bytes(b"%PDF-1.7\nno more")
    said = tell(line)
    assert (said.code, said.out, said.err) == (2, "", sentence + "\n")
    assert not Path("b").exists()
    assert [path.name for path in Path("kept").iterdir()] == ["brief.md"]
    assert Path("taken/scenario.yaml").read_text() == Path("kept/brief.md").read_text() == "mine"
