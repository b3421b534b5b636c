"""The brief, annotated: its words are all there, each quote is marked where it stands, and has its note."""

from __future__ import annotations

from cProfile import Profile
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape

from detente.findings.assessment import assess
from detente.findings.findings import Findings
from detente.report import text
from detente.report.page import gather_material
from detente.report.sections.brief import LONGEST_SHOWN, Reference, build_brief
from detente.scenario.anchors import find_anchors
from detente.scenario.manuscript import Run, read_manuscript
from detente.scenario.model import Claim, Scenario
from findings.mock_korea import ensemble, game, scenario
from report.essays import choose_quotes, write_essay
from report.test_page import Reader, make
from scenario.test_manuscript import markdown

VOID = {"br", "hr"}


@cache
def findings() -> Findings:
    return assess(scenario(), game(), ensemble())


def build(case: Scenario, found: Findings | None = None) -> dict[str, Any]:
    data = build_brief(gather_material(found or findings(), case, game(), ensemble()))
    assert data is not None
    return data


def quote_claims(brief: str, quotes: list[str]) -> Scenario:
    """The small case with another brief, and its first claims quoting it."""
    claims = scenario().claims
    quotes += [""] * (len(claims) - len(quotes))
    return replace(
        scenario(), brief=brief, claims=tuple(replace(c, quote=q) for c, q in zip(claims, quotes, strict=True))
    )


class Words(HTMLParser):
    """The words of a stream, those that are ours, and by note those that are marked."""

    def __init__(self, stream: list[Any]) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []
        self.words, self.ours = "", ""
        self.marked: dict[str, str] = {}
        for item in stream:
            if isinstance(item, str):
                self.feed(str(item if isinstance(item, Markup) else escape(text.plain(item))))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        told = dict(attrs)
        if tag not in VOID:
            self.open.append((tag, told.get("data-note") or told.get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if ("span", "ours") in self.open:
            self.ours += data
            return
        self.words += data
        for tag, note in self.open:
            if tag == "mark":
                self.marked[note] = self.marked.get(note, "") + data


def squeeze(words: str) -> str:
    return "".join(text.plain(words, len(words)).replace("\ufffd", "").split())


def read_span(brief: str, span: tuple[int, int]) -> str:
    """The words that are shown of a stretch of the brief; runs without places count when they touch it."""
    told = ""
    for piece in read_manuscript(brief):
        if isinstance(piece, Run):
            places = [piece.place(index) for index in range(len(piece.text))]
            told += "".join(s for s, (a, b) in zip(piece.text, places, strict=True) if a < span[1] and b > span[0])
    return told


@given(markdown, st.data())
@settings(max_examples=50)
def test_without_our_marks_the_brief_is_what_it_was(brief: str, data: st.DataObject) -> None:
    """No word is lost or moved; each quote found is marked from end to end and has one number and one note."""
    if not brief.strip():
        brief += "x"
    cuts = [sorted(data.draw(st.integers(0, len(brief))) for _ in range(2)) for _ in range(6)]
    case = quote_claims(brief, [" ".join(brief[a:b].split()) for a, b in cuts])
    built = build(case)
    words = Words(built["stream"])
    assert squeeze(words.words) == squeeze("".join(p.text for p in read_manuscript(brief) if isinstance(p, Run)))
    anchors = dict(enumerate(find_anchors(case)))
    shown = {place for place, item in anchors.items() if item.span and squeeze(read_span(brief, item.span))}
    references = [item.place for item in built["stream"] if isinstance(item, Reference)]
    noted = [
        note.place
        for item in built["stream"]
        if isinstance(item, tuple)
        for note in item
        if type(note).__name__ == "Note"
    ]
    assert shown <= set(references)
    assert sorted(references) == sorted(set(references)) == sorted(noted) == [n.place for n in built["notes"]]
    for place in shown:
        span = anchors[place].span
        assert span is not None
        assert squeeze(words.marked[f"note-{place}"]) == squeeze(read_span(brief, span))
    listed = (
        {place for place, _, _ in built["lost"]} | {p for p, _ in built["hidden"]} | {p for p, _ in built["untied"]}
    )
    assert listed | set(references) == set(anchors)
    assert not listed & set(references)


def told(brief: str, quotes: list[str]) -> str:
    """The section as words, with our brackets where they stand."""
    data = build(quote_claims(brief, quotes))
    page = "".join(str(i) if isinstance(i, Markup) else i for i in data["stream"] if isinstance(i, str))
    for tag in ('<div class="passage">', "</div>", '<span class="ours">', "</span>", "<p>", "</p>"):
        page = page.replace(tag, "")
    return page.replace("\N{NO-BREAK SPACE}", " ")


def test_the_range_stands_behind_its_word() -> None:
    """Claim 1 says likely, claim 2 unlikely, claim 3 almost certain, claim 4 might."""
    mark = '<mark class="fit-{}" data-note="note-{}">'
    fits = [note.fit for note in build(quote_claims("a b c d", ["a", "b", "c", "d"]))["notes"]]
    one, two, three, four = (mark.format(fit, place) for place, fit in enumerate(fits))
    assert told("It is likely to go.", ["is likely to go"]) == f"It {one}is likely</mark> [55-80 %]{one} to go</mark>."
    # In the sentence, where the quote leaves the word out; not in another sentence.
    assert (
        told("Likely so. It is LIKELY that all go.", ["all go"])
        == f"Likely so. It is LIKELY [55-80 %] that {one}all go</mark>."
    )
    assert told("It is likely\n\nAll go.", ["All go"]) == f"It is likely{one}All go</mark>."
    # One range for a word that two claims share, and the longest of words that end together.
    assert told("It is likely.", ["is likely", "", "", ""]).count("[") == 1
    assert (
        told("We are almost certain.", ["", "", "almost certain"]) == f"We are {three}almost certain</mark> [95-99 %]."
    )
    assert told("It is unlikely.", ["It", "unlikely"]) == f"{one}It</mark> is {two}unlikely</mark> [20-45 %]."
    assert told("It might do.", ["", "", "", "do"]) == f"It might [no number] {four}do</mark>."
    # Across marks of Markdown, and through a soft hyphen.
    assert "<strong>" + one + "like\u00adly</mark> [55-80 %]</strong>" in told(
        "It is **like\u00adly** so.", ["is likely so"]
    )


def test_quotes_overlap_nest_and_cross_blocks() -> None:
    data = build(quote_claims("- a *b c*\n- d e\n", ["a b c d", "c d e", "b", "a b c d"]))
    words = Words(data["stream"])
    assert {note: squeeze(marked) for note, marked in words.marked.items()} == {
        "note-0": "abcd", "note-1": "cde", "note-2": "b", "note-3": "abcd",
    }  # fmt: skip
    # A note stands in the passage in which its quote ends.
    notes = [
        [note.place for note in item]
        for item in data["stream"]
        if isinstance(item, tuple) and not isinstance(item, Reference)
    ]
    assert notes == [[2], [0, 3, 1]]


@pytest.fixture(scope="module")
def page() -> str:
    return make(scenario())


def test_the_page_has_the_brief_its_notes_and_what_is_not_in_it(page: str) -> None:
    reader = Reader(page)
    ids = [str(attrs["id"]) for _, attrs in reader.tags if "id" in attrs]
    assert {f"words-{k}" for k in (0, 1, 3, 5, 6)} == {name for name in ids if name.startswith("words-")}
    assert {f"note-{k}" for k in (0, 1, 3, 5, 6)} == {name for name in ids if name.startswith("note-")}
    claim = findings().claims[0]
    for words in (
        "Washington is likely [55-80 %] to move",
        f"Claim ✓ 1 , {text.write_verdict(claim)} : note",
        text.state_confidence(claim),
        "Came out. Yes, 23 January 2025.",
        "the brief does not say “Seoul will almost certainly switch off its loudspeakers”. No passage is much like it.",
        "Claims not tied to words of the brief",
        "The meetings set a precedent ( precedent )",
    ):
        assert squeeze(words) in squeeze(reader.text)


def test_a_lost_quote_has_the_nearest_passage() -> None:
    case = quote_claims(scenario().brief, ["Washington is likely to go towards a summit"])
    ((place, claim, anchor),) = build(case)["lost"]
    assert (place, claim.id) == (0, "early-offer")
    assert anchor.nearest == "Washington is likely to move towards a summit"


def test_a_case_without_a_brief_has_no_section() -> None:
    assert build_brief(gather_material(findings(), replace(scenario(), brief=" \n"), game(), ensemble())) is None


def test_headings_go_down_one_level_at_a_time() -> None:
    data = build(quote_claims("#### A\n\n###### B\n\n# C\n\n#\n\n| |a|\n|-|-|\n|b|c|\n", []))
    tags = [str(item) for item in data["stream"] if isinstance(item, Markup) and item.startswith(("<h", "<th"))]
    assert tags == ["<h3>", "<h4>", "<h3>", "<thead>", '<th scope="col">']


def test_a_brief_that_is_too_long_is_cut_and_told() -> None:
    brief = "It may go. " * (LONGEST_SHOWN // 11 + 100) + "At last."
    data = build(quote_claims(brief, ["At last.", "It may go. It may go. It"]))
    assert data["beyond"] == len(brief) - LONGEST_SHOWN
    assert [place for place, _ in data["hidden"]] == [0]
    assert len(Words(data["stream"]).words) == LONGEST_SHOWN


def long_case(sections: int, count: int) -> tuple[Scenario, Findings]:
    """The small case with a long brief and as many claims on it, copies of its own."""
    essay = write_essay(sections)
    own, found = scenario().claims, findings()
    quotes = choose_quotes(essay, count)
    claims = [replace(own[k % 9], id=f"q{k}", quote=quote.words) for k, quote in enumerate(quotes)]
    told = [replace(found.claims[k % 9], id=f"q{k}") for k in range(count)]
    return replace(scenario(), brief=essay.text, claims=tuple(claims)), replace(found, claims=tuple(told), headlines=())


def test_every_quote_of_a_long_brief_is_found_where_it_stands() -> None:
    essay = write_essay(10)
    quotes = choose_quotes(essay, 60)
    assert 5_800 < len(essay.words) < 6_500
    claims = tuple(Claim(f"q{k}", "text", None, "none", quote.words) for k, quote in enumerate(quotes))
    anchors = find_anchors(replace(scenario(), brief=essay.text, claims=claims))
    assert {anchor.state for anchor in anchors} == {"found"}
    assert [anchor.span for anchor in anchors] == [(quote.start, quote.end) for quote in quotes]


def measure(sections: int, count: int) -> tuple[int, int]:
    """Function calls that the section takes, and characters of its stream."""
    case, found = long_case(sections, count)
    profile = Profile()
    data = profile.runcall(build, case, found)
    return sum(entry.callcount for entry in profile.getstats()), sum(
        len(i) for i in data["stream"] if isinstance(i, str)
    )


def test_work_and_size_are_linear_in_the_length_of_the_brief() -> None:
    one, two = measure(5, 30), measure(10, 60)
    assert two[0] < 2.2 * one[0]
    assert two[1] < 2.2 * one[1]
    assert two[1] < 4 * len(write_essay(10).text)
