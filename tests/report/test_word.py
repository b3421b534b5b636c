"""The Word file: the brief keeps every word, footnotes are real, styles are named, and nothing in a text breaks it."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import RunError
from detente.findings.assessment import assess
from detente.findings.findings import Findings
from detente.report.brackets import place_brackets
from detente.report.methods.account import write_account
from detente.report.stretches import cut_stretches
from detente.report.text import MARKS
from detente.report.word.blocks import Block, Inline, Line, Note, Sheet, Span
from detente.report.word.document import Document, write_word
from detente.report.word.margin import Mark, mark_brief
from detente.report.word.styles import OTHER, QUOTES, RANGE
from detente.scenario.manuscript import Run, read_manuscript
from detente.scenario.model import Scenario
from findings.mock_korea import ensemble, game, scenario

BRIEF = """\
# What it *all* means

Washington is likely to move **early** towards a summit. It is unlikely that
Pyongyang comes to the table, and `nothing` more.

1. First, the loudspeakers will almost certainly go quiet.
2. Second, Washington might settle
   for a freeze.

   So much for that.

Between.

4. A list that starts at four
   - with a bullet
     1. and a number in it

> Somebody said so.

| Who | What |
|-----|------|
| Seoul | expects more |

```
plain  code
  here
```

***

The end of *it*.
"""
QUOTES_OF = {
    "early-offer": "Washington is likely to move early towards a summit",
    "talks": "unlikely that Pyongyang comes to the table",
    "quiet": "almost certainly go quiet",
    "freeze": "Washington might settle for a freeze",
    "even": "not to be found anywhere",
    "later": "expects more",
}


def annotated(brief: str = BRIEF, path: str = "brief.md") -> Scenario:
    case = scenario()
    claims = tuple(replace(claim, quote=QUOTES_OF.get(claim.id, "")) for claim in case.claims)
    return replace(case, brief=brief, brief_path=path, claims=claims)


def write(case: Scenario, path: Path) -> Document:
    findings = assess(case, game(), ensemble())
    return write_word(findings, case, write_account(findings, case, game(), ensemble()), path)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("word") / "brief.docx"
    made = write(annotated(), path)
    assert str(made) == "10 claims, 5 marked in the text, 1 quote not found"
    assert made.lost == ("even",)
    return path


def styles_and_texts(path: Path) -> list[tuple[str, str]]:
    return [(str(p.style.name), p.text) for p in docx.Document(str(path)).paragraphs if p.style is not None]


def test_the_structure_of_the_brief_is_kept_in_words_own_styles(file: Path) -> None:
    found = styles_and_texts(file)
    assert found[0] == ("Title", "Korea in miniature")
    heads = [(style, text) for style, text in found if style.startswith("Heading")]
    assert heads == [
        ("Heading 1", "What stands out"),
        ("Heading 1", "The brief, with what the model says"),
        ("Heading 2", "What it all means"),
        ("Heading 1", "Claims that are not marked in the text"),
        ("Heading 1", "All claims"),
        ("Heading 1", "How it was made"),
    ]
    start = found.index(heads[2])
    brief = found[start + 1 : found.index(heads[3])]
    assert [style for style, _ in brief] == [
        "Normal", "List Number", "List Number", "List Continue", "Normal", "List Number", "List Bullet 2",
        "List Number 3", "Quote", "Normal", "Code Block", "Rule", "Normal",
    ]  # fmt: skip
    assert brief[0][1] == (
        "Washington is likely [55-80 %] to move early towards a summit\N{NO-BREAK SPACE}✓. It is unlikely [20-45 %] "
        "that Pyongyang comes to the table\N{NO-BREAK SPACE}▲, and nothing more."
    )
    assert brief[2][1].startswith("Second, Washington might [no number] settle for a freeze\N{NO-BREAK SPACE}✗.")
    assert brief[10][1] == "plain  code\n  here"


def test_emphasis_and_verdicts_are_runs_in_named_styles(file: Path) -> None:
    document = docx.Document(str(file))
    (line,) = [p for p in document.paragraphs if p.text.startswith("Washington is likely [55-80 %]")]
    runs = [(run.text, str(run.style.name) if run.style else "", bool(run.bold)) for run in line.runs]
    assert ("early", "Claim Supported", True) in runs
    assert (" [55-80 %]", RANGE, False) in runs
    assert ("\N{NO-BREAK SPACE}▲", "Claim Off", False) in runs
    for name in {*QUOTES.values(), OTHER}:
        style = document.styles[name]
        assert style.element.find(f".//{qn('w:shd')}") is not None
        assert style.element.find(f".//{qn('w:u')}").get(qn("w:val")) == "dotted"


def test_numbered_lists_count_for_themselves(file: Path) -> None:
    document = docx.Document(str(file))
    items = [p for p in document.paragraphs if p.style is not None and str(p.style.name).startswith("List Number")]
    own = [p._p.pPr.numPr.numId.val for p in items]
    assert own[0] == own[1]
    assert len(set(own)) == 3
    starts = {}
    for num in document.part.numbering_part.element.findall(qn("w:num")):
        start = num.find(f".//{qn('w:startOverride')}")
        if start is not None:
            starts[num.numId] = start.get(qn("w:val"))
    assert [starts[number] for number in dict.fromkeys(own)] == ["1", "4", "1"]


def test_tables_repeat_their_heads(file: Path) -> None:
    tables = docx.Document(str(file)).tables
    assert [cell.text for cell in tables[0].rows[1].cells] == ["Seoul", "expects more\N{NO-BREAK SPACE}?"]
    assert len(tables[1].rows) == 11
    assert [cell.text for cell in tables[1].rows[1].cells] == [
        "early-offer Washington moves towards a summit early", "likely (55-80 %)", "78 % ±0.3 (70-84 %)",
        "50 % ±0", "✓\N{NO-BREAK SPACE}supported, sensitive", "yes, 23 January 2025",
    ]  # fmt: skip
    for table in tables:
        assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None


def parts(path: Path) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(path) as file:
        return {
            name: ElementTree.fromstring(file.read(name))
            for name in file.namelist()
            if name.endswith((".xml", ".rels"))
        }


def check_footnotes(path: Path) -> list[str]:
    """That footnotes are wired as the standard asks; returns their texts in order."""
    found = parts(path)
    references = [item.get(qn("w:id")) for item in found["word/document.xml"].iter(qn("w:footnoteReference"))]
    notes = {note.get(qn("w:id")): note for note in found["word/footnotes.xml"].findall(qn("w:footnote"))}
    assert references == [str(number) for number in range(1, len(references) + 1)]
    assert notes.keys() == {"-1", "0", *references}
    assert [notes[k].get(qn("w:type")) for k in ("-1", "0")] == ["separator", "continuationSeparator"]
    assert all(notes[str(k)].find(f".//{qn('w:footnoteRef')}") is not None for k in references)
    overrides = {item.get("PartName"): item.get("ContentType") for item in found["[Content_Types].xml"]}
    assert str(overrides["/word/footnotes.xml"]).endswith("wordprocessingml.footnotes+xml")
    targets = {item.get("Target"): item.get("Type") for item in found["word/_rels/document.xml.rels"]}
    assert str(targets["footnotes.xml"]).endswith("/relationships/footnotes")
    own = found["word/settings.xml"].find(qn("w:footnotePr"))
    assert own is not None
    assert [item.get(qn("w:id")) for item in own] == ["-1", "0"]
    order = [item.tag for item in found["word/settings.xml"]]
    assert order.index(qn("w:footnotePr")) < order.index(qn("w:compat"))
    styles = {item.get(qn("w:styleId")) for item in found["word/styles.xml"].iter(qn("w:style"))}
    used = {item.get(qn("w:val")) for name in ("document", "footnotes") for tag in ("pStyle", "rStyle")
            for item in found[f"word/{name}.xml"].iter(qn(f"w:{tag}"))}  # fmt: skip
    assert used <= styles
    return ["".join(item.text or "" for item in notes[str(k)].iter(qn("w:t"))) for k in references]


def test_a_footnote_per_quote_tells_claim_figure_verdict_flip_and_outcome(file: Path) -> None:
    notes = check_footnotes(file)
    (note,) = [text for text in notes if text.strip().startswith("early-offer")]
    assert note.strip() == (
        "early-offer: ✓ supported, sensitive. “Washington moves towards a summit early”. The word: likely (55-80 %). "
        "The model: 78 % ±0.3 (5-95 % of draws: 70-84 %), inside that range. "
        + note.strip().partition("inside that range. ")[2]
    )
    assert "draws give the same verdict" in note
    assert "Overturned when" in note or "overturn" in note
    assert note.endswith("Outcome: yes, 23 January 2025.")
    quoted = [text.strip().partition(":")[0] for text in notes]
    assert {"early-offer", "talks", "quiet", "freeze", "later"} <= set(quoted)


def test_claims_without_a_place_are_listed_with_the_reason(file: Path) -> None:
    found = styles_and_texts(file)
    start = found.index(("Heading 1", "Claims that are not marked in the text"))
    told = [text for style, text in found[start + 1 :] if style == "List Bullet"]
    assert told[1].startswith("Its quote was not found in the brief.")
    assert "even: ◆ contested" in told[1]
    assert len(told) == 5
    assert all(text.startswith("It has no quote.") for k, text in enumerate(told) if k != 1)


def test_title_language_and_styles_can_be_read_by_a_machine(file: Path) -> None:
    document = docx.Document(str(file))
    core = document.core_properties
    assert (core.title, core.language, core.author) == ("Korea in miniature", "en-GB", "Détente")
    languages = {item.get(qn("w:val")) for item in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_the_same_run_gives_the_same_bytes(file: Path, tmp_path: Path) -> None:
    write(annotated(), tmp_path / "again.docx")
    assert (tmp_path / "again.docx").read_bytes() == file.read_bytes()
    with zipfile.ZipFile(file) as packed:
        assert {item.date_time for item in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


HOSTILE = "\x00\x01\x0b\x1b]0;\x07 \ud800 \ufffe \u202e]]> <w:p/> &lt; \x85 \u2028"


@pytest.mark.parametrize(
    ("brief", "path"),
    [
        ("", "brief.md"),
        (" \n\n ", "brief.md"),
        ("Plain *text* # here.\n\n# No heading\n", "brief.txt"),
        (f"{HOSTILE}\n\n- {HOSTILE}\n\n| {HOSTILE} | b |\n|---|---|\n| {HOSTILE} | {HOSTILE} |\n", "brief.md"),
        ("x" * 1_000_000, "brief.md"),
        ("> " * 60 + "deep", "brief.md"),
        ("1. a\n\n   1. b\n\n      1. c\n\n         1. d\n\n            1. e\n", "brief.md"),
        ("- a\n  - b\n    - c\n      - d\n        - e\n", "brief.md"),
        ("|a|b|\n|-|-|\n|x|\n|x|y|z|\n", "brief.md"),
        ("999999999. far\n", "brief.md"),
        ("0. nought\n", "brief.md"),
    ],
)
def test_any_brief_makes_a_file_that_opens(brief: str, path: str, tmp_path: Path) -> None:
    out = tmp_path / "any.docx"
    write(annotated(brief, path), out)
    check_footnotes(out)
    text = "\n".join(text for _, text in styles_and_texts(out))
    assert "The brief, with what the model says" in text
    assert ("The case has no brief." in text) == (not brief.strip())
    if path.endswith(".txt"):
        assert ("Normal", "Plain *text* # here.") in styles_and_texts(out)
    if len(brief) > 500_000:
        assert brief in text


def test_hostile_names_stand_as_text_and_are_cut(tmp_path: Path) -> None:
    case = annotated(BRIEF.replace("Somebody", HOSTILE.replace("\n", " ")))
    long = HOSTILE + "y" * 1_000_000
    case = replace(
        case,
        title=long,
        cautions=(long,),
        claims=tuple(replace(claim, text=long, says=claim.says and f"{HOSTILE} {claim.says}") for claim in case.claims),
        actors=tuple(replace(actor, name=long) for actor in case.actors),
    )
    out = tmp_path / "hostile.docx"
    write(case, out)
    notes = check_footnotes(out)
    with zipfile.ZipFile(out) as packed:
        for name in packed.namelist():
            data = packed.read(name).decode("utf-8") if name.endswith((".xml", ".rels")) else ""
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\u202e\u2028]", data)
    assert any("]]> <w:p/> &lt;" in note for note in notes)
    assert out.stat().st_size < 400_000
    assert len(docx.Document(str(out)).core_properties.title) <= 255


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(
        RunError, match=r"^python-docx is not installed\. Install it with: pip install 'detente\[docx\]'$"
    ):
        write(annotated(), tmp_path / "none.docx")
    assert not list(tmp_path.iterdir())


def list_lines(blocks: Sequence[Block]) -> list[Sequence[Inline]]:
    """The pieces of every paragraph and cell."""
    found: list[Sequence[Inline]] = []
    for block in blocks:
        if isinstance(block, Line):
            found.append(block.pieces)
        else:
            assert isinstance(block, Sheet)
            found += [cell for row in (block.heads, *block.rows) for cell in row]
    return found


def is_ours(piece: Inline) -> bool:
    """What was set into the author's text."""
    return isinstance(piece, Note) or piece.style == RANGE or piece.text[1:] in MARKS.values()


@cache
def judged() -> Findings:
    return assess(scenario(), game(), ensemble())


@given(st.lists(st.tuples(st.integers(0, len(BRIEF) - 1), st.integers(1, 120), st.integers(0, 9)), max_size=6))
def test_whatever_is_marked_no_word_of_the_brief_is_lost_added_or_moved(places: list[tuple[int, int, int]]) -> None:
    claims = judged().claims
    quotes = {k: (start, min(start + length, len(BRIEF))) for k, (start, length, _) in enumerate(places)}
    told = {k: Mark(claims[which], Note((Span(f"note {k}"),))) for k, (_, _, which) in enumerate(places)}
    pieces = read_manuscript(BRIEF, "brief.md")
    runs = [piece for piece in pieces if isinstance(piece, Run)]
    brackets = place_brackets(pieces, quotes, [mark.claim for mark in told.values()])
    lines = list_lines(mark_brief(cut_stretches(pieces, quotes, brackets), told))
    inlines = [piece for line in lines for piece in line]
    theirs = [piece.text for piece in inlines if isinstance(piece, Span) and not is_ours(piece)]
    assert "".join(theirs) == "".join(run.text for run in runs)
    seen = {k for k, (start, end) in quotes.items() if any(run.start < end and run.end > start for run in runs)}
    notes = [piece for piece in inlines if isinstance(piece, Note)]
    assert sorted(note.spans[0].text for note in notes) == sorted(f"note {k}" for k in seen)
    ranges = [piece for piece in inlines if isinstance(piece, Span) and piece.style == RANGE]
    assert sorted(piece.text for piece in ranges) == sorted(f" {text}" for text in brackets.values())
    # A note stands right behind the last word of what it is on, in the same line.
    for k in seen:
        place = next(
            n for n, piece in enumerate(inlines) if isinstance(piece, Note) and piece.spans[0].text == f"note {k}"
        )
        before = sum(len(piece.text) for piece in inlines[:place] if isinstance(piece, Span) and not is_ours(piece))
        assert before == sum(min(len(run.text), max(quotes[k][1] - run.start, 0)) for run in runs)
        (line,) = [line for line in lines if inlines[place] in line]
        assert not is_ours(line[0])
