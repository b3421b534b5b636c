"""The Word file: what stands out, the brief with its marks and footnotes, every claim, how it was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detente.findings.findings import ClaimFinding, Findings
from detente.report import text
from detente.report.brackets import place_brackets
from detente.report.inputs import name_inputs
from detente.report.methods.account import Account
from detente.report.methods.chapters import Cite, Code, Grid, Part
from detente.report.methods.mathematics import Formula
from detente.report.opening import list_headlines
from detente.report.stretches import Item, Stretch, cut_stretches
from detente.report.text import MEANINGS, plain
from detente.report.word.blocks import Block, Inline, Line, Note, Sheet, Span
from detente.report.word.margin import Mark, mark_brief, tell_marks
from detente.report.word.office import check_installed, write_file
from detente.report.word.styles import CAUTION, OTHER, QUOTES
from detente.scenario.anchors import MOST_PLACES, Anchor, find_anchors
from detente.scenario.manuscript import read_manuscript
from detente.scenario.model import Scenario

#: longest claim inside a sentence
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Document:
    """What a Word file holds."""

    claims: int
    #: claims whose quote is marked in the text, and ids of those whose quote was not found
    marked: int
    lost: tuple[str, ...]
    footnotes: int

    def __str__(self) -> str:
        lost = f", {text.write_count(len(self.lost), 'quote')} not found" if self.lost else ""
        return f"{text.write_count(self.claims, 'claim')}, {self.marked} marked in the text{lost}"

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape."""
        return {"claims": self.claims, "marked": self.marked, "lost": list(self.lost), "footnotes": self.footnotes}


def write_word(findings: Findings, scenario: Scenario, account: Account, path: Path) -> Document:
    """Write the file. Raises RunError when python-docx is missing, OSError."""
    check_installed()
    claims, names = findings.claims, name_inputs(scenario)
    places = {claim.id: place for place, claim in enumerate(claims)}
    anchors = {places[anchor.claim]: anchor for anchor in find_anchors(scenario) if anchor.claim in places}
    quotes = {place: anchor.span for place, anchor in anchors.items() if anchor.span is not None}
    pieces = read_manuscript(scenario.brief, scenario.brief_path)
    items = cut_stretches(pieces, quotes, place_brackets(pieces, quotes, claims))
    shown = {place for item in items if isinstance(item, Stretch) for place in item.ends}
    marks = {place: Mark(claims[place], _note(claims[place], names, anchors[place])) for place in sorted(shown)}
    absent = {place: anchor for place, anchor in anchors.items() if place not in shown}
    blocks = (
        *_opening(findings, scenario),
        *_brief(items, marks, scenario),
        *_absent(claims, absent, names),
        *_table(findings),
        *_making(account),
    )
    title = plain(scenario.title, _LONGEST)
    count = write_file(path, blocks, title, "A written assessment held against a model")
    lost = tuple(anchor.claim for anchor in anchors.values() if anchor.state == "lost")
    return Document(len(claims), len(marks), lost, count)


def _heading(words: str, level: int = 1) -> Line:
    return Line(f"Heading {level}", (Span(words),))


def _opening(findings: Findings, scenario: Scenario) -> Iterator[Block]:
    yield Line("Title", (Span(plain(scenario.title, _LONGEST)),))
    facts = (
        f"The assessment as of {text.write_date(findings.as_of)}, asked about the time to "
        f"{text.write_date(findings.horizon)}; {text.write_count(findings.draws, 'draw')}, seed {findings.seed}."
    )
    yield Line("Subtitle", (Span(facts),))
    for caution in (*scenario.cautions, text.CAUTION):
        yield Line(CAUTION, (Span(plain(caution)),))
    yield _heading("What stands out")
    yield Line("Normal", (Span(text.state_coverage(findings)),))
    for headline in list_headlines(findings, scenario):
        rest = " ".join(part for part in (headline.sure, headline.flip, headline.coin) if part)
        spans = (Span(headline.sentence, bold=True), Span(f" {rest}" if rest else ""), Note((Span(headline.footnote),)))
        yield Line("List Bullet", spans)


def _brief(items: Sequence[Item], marks: Mapping[int, Mark], scenario: Scenario) -> Iterator[Block]:
    yield _heading("The brief, with what the model says")
    if not scenario.brief.strip():
        yield Line("Normal", (Span("The case has no brief."),))
        return
    if marks:
        how = (
            "Each quote of a claim is shaded and underlined, the range of its word stands behind the word in square "
            "brackets, and its verdict's mark and a footnote end it. Square brackets with a range, marks and "
            "footnotes are not the author's."
        )
        yield Line("Normal", (Span(how),))
        yield from tell_marks([mark.claim for mark in marks.values()], MEANINGS)
    yield from mark_brief(items, marks)


def _absent(claims: Sequence[ClaimFinding], absent: Mapping[int, Anchor], names: Mapping[str, str]) -> Iterator[Block]:
    """Claims that the text does not show, and why."""
    if not absent:
        return
    yield _heading("Claims that are not marked in the text")
    for place, anchor in absent.items():
        why = {"lost": "Its quote was not found in the brief.", "unquoted": "It has no quote."}.get(
            anchor.state, "Its quote stands where the brief has no words to be read."
        )
        if anchor.nearest:
            why += f" The passage most like it: “{plain(anchor.nearest, _LONGEST)}”."
        yield Line("List Bullet", (Span(f"{why} "), *_note(claims[place], names).spans))


def _note(claim: ClaimFinding, names: Mapping[str, str], anchor: Anchor | None = None) -> Note:
    """A claim, its verdict, the model's figure, what flips it, how it came out, and doubts about its place."""
    sentences = [
        text.state_result(claim),
        text.state_confidence(claim),
        text.state_flip(claim, names),
        text.state_coin_toss(claim),
        f"Outcome: {text.write_outcome(claim)}." if claim.outcome is not None else "",
        _doubt(anchor) if anchor is not None else "",
    ]
    told = " ".join(sentence for sentence in sentences if sentence)
    return Note(
        (
            Span(f"{claim.id}: {text.MARKS[claim.verdict]} {text.write_verdict(claim)}.", bold=True),
            Span(f" “{plain(claim.text, _LONGEST)}”."),
            Span(f" {told}" if told else ""),
        )
    )


def _doubt(anchor: Anchor) -> str:
    """What is said when a quote stands in several places, or not beside the words it should."""
    more = " or more" if anchor.places >= MOST_PLACES else ""
    return {
        "ambiguous": f"The brief has these words in {anchor.places}{more} places; the first is marked.",
        "displaced": "They do not stand beside the words that should be there; the place most like it is marked.",
    }.get(anchor.state, "")


def _table(findings: Findings) -> Iterator[Block]:
    if not findings.claims:
        return
    yield _heading("All claims")
    heads = ("Claim", "The word", "The model", "Coin toss", "Verdict", "Outcome")
    rows = []
    for claim in findings.claims:
        verdict = Span(
            f"{text.MARKS[claim.verdict]}\N{NO-BREAK SPACE}{text.write_verdict(claim)}",
            QUOTES.get(claim.verdict, OTHER),
        )
        cells = (text.write_word(claim), text.write_model(claim), text.write_baseline(claim))
        rows.append(
            (
                (Span(f"{claim.id} ", bold=True), Span(plain(claim.text, _LONGEST))),
                *((Span(cell),) for cell in cells),
                (verdict,),
                (Span(text.write_outcome(claim)),),
            )
        )
    yield Sheet(tuple((Span(head),) for head in heads), tuple(rows), (27, 14, 16, 11, 17, 15))
    yield Line("Normal", (Span(text.ERROR),))


def _making(account: Account) -> Iterator[Block]:
    """What is needed to do it again."""
    yield _heading("How it was made")
    how = (
        "Each draw takes one value of every uncertain input and solves the whole model: actors decide at random "
        "occasions, look a limited time ahead, expect the others to do the same, and err now and then. The report has "
        "the equations and their sources."
    )
    yield Line("Normal", (Span(how),))
    chapter = account.chapters[-1]
    for block in chapter.blocks:
        if isinstance(block, Grid):
            heads = tuple((Span(head),) for head in block.heads)
            rows = tuple(tuple(_cell(part) for part in row) for row in block.rows)
            yield Line("Caption", (Span(block.caption),))
            yield Sheet(heads, rows, (1, 3) if len(heads) == 2 else (2, 1, 4) if len(heads) == 3 else ())


def _cell(part: Part) -> tuple[Inline, ...]:
    if isinstance(part, Cite):
        return (Span(", ".join(part.keys)),)
    said = part.text if isinstance(part, Code) else part.plain if isinstance(part, Formula) else part
    return (Span(plain(said)),)
