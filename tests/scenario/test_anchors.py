"""Quotes found in a brief by their words: laws against a slow search, and what happens to those that are lost."""

from __future__ import annotations

import re
from cProfile import Profile
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from detente.scenario.anchors import MOST_NEAREST, MOST_PLACES, Anchor, find_anchors, find_context
from detente.scenario.folding import fold, normalise
from detente.scenario.model import Claim, Scenario
from detente.scenario.reader import load_checked

BARE = Scenario("Bare", date(2025, 1, 1), date(2026, 1, 1), ())


def anchor(brief: str, quote: str, prefix: str = "", suffix: str = "", path: str = "brief.md") -> Anchor:
    claim = Claim("c", "text", None, "none", quote, prefix=prefix, suffix=suffix)
    (found,) = find_anchors(replace(BARE, brief=brief, brief_path=path, claims=(claim,)))
    return found


def quoted(brief: str, found: Anchor) -> str:
    assert found.span is not None
    return brief[slice(*found.span)]


LETTERS = [
    "a",
    "b",
    "deal",
    "dealing",
    "Kim\u2019s",
    "\u201clikely\u201d",
    "can\u00adnot",
    "x\xa0y",
    "to-day",
    "e\u2011mail",
    ",",
]
texts = st.lists(st.sampled_from([*LETTERS, "\n", "\n\n", "[^1]", "\u200b"]), min_size=1, max_size=25).map(" ".join)


@given(texts, st.data())
@example("dealing deal", None)
def test_a_quote_is_found_where_a_slow_search_finds_it(brief: str, data: st.DataObject | None) -> None:
    """Every run of characters is tried; the search folds with regular expressions, without places."""
    start, end = sorted(data.draw(st.integers(0, len(brief))) for _ in range(2)) if data else (0, 4)
    quote = brief[start:end]
    # The mark of a footnote is read whole or not at all.
    marks = [mark.span() for mark in re.finditer(r"\[\^1\]", brief)]
    assume(squash(quote) and not any(one < cut < other for cut in (start, end) for one, other in marks))
    found = anchor(brief, quote, path="brief.txt")
    whole = squash(brief)
    count = len(re.findall(f"(?={re.escape(squash(quote))})", whole))
    assert count >= 1
    assert found.state in ("found", "ambiguous")
    assert found.places <= count
    assert squash(quoted(brief, found)) == squash(quote)
    # The first of the places that are no part of a longer word, if there is one.
    alone = re.compile(rf"(?<![^\W_]){re.escape(squash(quote))}(?![^\W_])")
    places = [hit.start() for hit in alone.finditer(whole)] if quote[0].isalnum() and quote[-1].isalnum() else []
    if places and found.span:
        assert len(squash(f"{brief[: found.span[0]]}|")) - 1 == places[0]


def squash(text: str) -> str:
    """The slow way to fold."""
    for one, other in (("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"'), ("\u2011", "-")):
        text = text.replace(one, other)
    text = re.sub("\u00ad|\u200b|" + r"\[\^[^\]\s]+\]", "", text)
    return " ".join(text.split())


@given(texts)
def test_folding_is_the_slow_one_and_keeps_places(text: str) -> None:
    folded = fold(text)
    assert folded.text == normalise(text) == squash(text)
    for index in range(len(folded.text)):
        start, end = folded.span(index, index + 1)
        assert squash(f"|{text[start:end]}|")[1:-1] == folded.text[index]


@given(texts, st.data())
def test_the_context_that_is_offered_parts_the_places(brief: str, data: st.DataObject) -> None:
    """Written beside the quote it leads back to the same place, and to no other."""
    words = list(re.finditer(r"\S+", brief))
    assume(words)
    word = data.draw(st.sampled_from(words))
    found = anchor(brief, word[0], path="brief.txt")
    assume(found.state == "ambiguous")
    if found.prefix or found.suffix:
        again = anchor(brief, word[0], found.prefix, found.suffix, path="brief.txt")
        assert (again.state, again.span) == ("found", found.span)
    else:
        assert len(squash(brief).split()) > 12


@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=12).map(" ".join), st.data())
def test_context_is_the_shortest_there_is(text: str, data: st.DataObject) -> None:
    words = list(re.finditer(r"\S+", text))
    start, end = data.draw(st.sampled_from(words)).span()
    found = find_context(text, start, end)
    assert found is not None
    befores = [text[word.start() : start] for word in words if word.start() <= start][::-1]
    afters = [text[end : word.end()] for word in words if word.end() >= end]
    options = [
        max(one, other)
        for one, before in enumerate(befores)
        for other, after in enumerate(afters)
        if len(re.findall(f"(?={re.escape(before + text[start:end] + after)})", text)) == 1
    ]
    assert max(len(found[0].split()), len(found[1].split())) == min(options)


@pytest.mark.parametrize(
    ("brief", "quote", "source"),
    [
        ("Trump is **likely** to [take *steps*](http://x) early.", "is likely to take steps early", None),
        ("Trump is **likely** to go.", "is **likely** to", "is **likely** to"),
        ("- It may go.\n- It may stay.\n", "go. It may stay", "go.\n- It may stay"),
        ("1. One.\n\n2. Two.\n", "One. Two.", "One.\n\n2. Two."),
        ("# Head\n\nBody goes on.", "Head Body goes", "Head\n\nBody goes"),
        ("> so he\n> said it\n", "so he said", "so he\n> said"),
        ("It is so[^3] indeed.", "so indeed", "so[^3] indeed"),
        ("AT&amp;T may go", "AT&T may", "AT&amp;T may"),
        ("| a | may go |\n|---|---|\n| b | c |", "may go", "may go"),
        ("Kim\u2019s \u201cno\u201d", 'Kim\'s "no"', "Kim\u2019s \u201cno\u201d"),
        ("a co\u00adoperation\xa0pact", "cooperation pact", "co\u00adoperation\xa0pact"),
        ("a ![map of Korea](x.png) b", "map of Korea", "map of Korea"),
        ("see [the note](http://x/a-link) b", "http://x/a-link", "http://x/a-link"),
        ("<b>may</b> go", "<b>may</b> go", "<b>may</b> go"),
        ("a\r\nb c", "a b", "a\r\nb"),
    ],
)
def test_words_copied_from_either_side_of_markdown_are_found(brief: str, quote: str, source: str | None) -> None:
    found = anchor(brief, quote)
    assert found.state == "found"
    assert quoted(brief, found) == (source or brief[len("Trump ") : -1])


def test_words_around_a_quote_choose_its_place() -> None:
    brief = "A deal is likely. No deal is likely.\n\n- A deal is *likely*, he said."
    assert anchor(brief, "likely") == Anchor("c", "ambiguous", (10, 16), 3, suffix=". No")
    assert anchor(brief, "likely", "No deal is").span == (29, 35)
    assert anchor(brief, "likely", suffix=", he").span == (brief.index(", he") - 7, brief.index(", he") - 1)
    assert anchor(brief, "deal is likely", prefix="no").state == "displaced"
    assert anchor(brief, "deal is likely", prefix="Na").span == anchor(brief, "deal is likely", prefix="No").span


def test_a_word_inside_another_counts_where_it_stands_nowhere_by_itself() -> None:
    assert anchor("dealing is a deal.", "deal").span == (13, 17)
    assert anchor("He is dealing.", "deal").state == "found"
    assert anchor("unlikely or likely", "likely", "un").span == (2, 8)


def test_a_lost_quote_has_the_passage_most_like_it() -> None:
    brief = "It rains. If asked, *Kim* will likely demand, as a key precondition, that it be left out. It ends."
    found = anchor(brief, "Kim will probably demand as a precondition that it is left out")
    assert (found.state, found.span) == ("lost", None)
    assert found.nearest == "Kim will likely demand, as a key precondition, that it be left out"
    assert anchor(brief, "nothing of the sort was ever written here").nearest == ""
    assert anchor("", "deal") == Anchor("c", "lost")
    assert anchor("a deal", "\u00ad") == Anchor("c", "lost")
    assert anchor("a deal", "") == Anchor("c", "unquoted")


def count_calls(scenario: Scenario) -> int:
    profile = Profile()
    profile.runcall(find_anchors, scenario)
    return sum(entry.callcount for entry in profile.getstats())


def test_work_on_a_hostile_brief_is_bounded() -> None:
    """Places are counted up to a bound, passages are compared up to a bound; calls stand in for a clock."""
    flood = "a b " * 10_000
    found = anchor(flood, "a b", path="x.txt")
    assert (found.state, found.places) == ("ambiguous", MOST_PLACES)
    lost = tuple(Claim(f"c{k}", "t", None, "none", f"a c b {k} a b") for k in range(2 * MOST_NEAREST))
    case = replace(BARE, brief=flood, brief_path="x.txt", claims=lost)
    half = count_calls(replace(case, claims=lost[:MOST_NEAREST]))
    assert count_calls(case) < half + 100 * MOST_NEAREST
    assert {item.state for item in find_anchors(case)} == {"lost"}
    displaced = anchor(flood, "a b", prefix="never", path="x.txt")
    assert (displaced.state, displaced.span) == ("displaced", (0, 3))


WARNED = """\
claims:
  - {id: one, text: A claim, about: P(talks by 2025-07-20), quote: Talks may fail}
  - {id: two, text: A claim, about: P(talks by 2025-07-20), quote: {exact: Talks may fail, prefix: again}}
  - {id: three, text: A claim, about: P(talks by 2025-07-20), quote: {exact: Talks may fail, suffix: utterly}}
  - {id: four, text: A claim, about: P(talks by 2025-07-20), quote: a summit may well fail}
brief: brief.md
"""


def test_check_warns_of_lost_and_doubtful_quotes_by_line(text, tmp_path) -> None:
    (tmp_path / "brief.md").write_text("Talks may fail.\n\nOnce again: talks.\nTalks may fail.\nA **summit** may fail.")
    (tmp_path / "scenario.yaml").write_text(text + WARNED)
    lines = text.count("\n") + 1
    told = [(issue.line - lines, issue.message, issue.cure) for issue in load_checked(tmp_path)[1]]
    assert told == [
        (
            1,
            "the brief says 'Talks may fail' 2 times; the first is taken, on line 1 of the brief.",
            "If that one is meant, write quote: {exact: ..., suffix: '. Once'}; else the words beside the other.",
        ),
        (
            2,
            "the brief does not say 'Talks may fail' beside the words given as prefix or suffix.",
            "The place most like it is taken, on line 4 of the brief; copy the words from the brief.",
        ),
        (
            3,
            "the brief does not say 'Talks may fail' beside the words given as prefix or suffix.",
            "The place most like it is taken, on line 1 of the brief; copy the words from the brief.",
        ),
        (4, "the brief does not say 'a summit may well fail'.", "Did you mean 'A summit may fail'?"),
    ]
