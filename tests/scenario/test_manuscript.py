"""What a brief reads as: every word with its place, against markdown-it's own page as the oracle."""

from __future__ import annotations

import html
import re
from cProfile import Profile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from detente.scenario.manuscript import LONGEST_MARKDOWN, LONGEST_PARAGRAPH, MOST_BRACKETS, Edge, Run, read_manuscript

SCRAPS = [
    *("likely", "talks", "Kim's", "x", "*", "**", "_", "`", "``", "[", "](", "](javascript:y)"), '](http://z.x "t")',
    *("![", ")", "<b>", "<https://e.example/a%20b>", "&amp;", "&eacute;", "&#9;", "\\*", "\\", "\n", "\n\n", "  \n"),
    *("\\\n", "# ", " #", "> ", "- ", "1. ", "7) ", "    ", "\t", "|", "\n|-|-|\n", "```\n", "---\n", "===\n", "[^1]"),
    *("[^1]: y\n", "\r\n", "\r", "\xa0", "\u00ad", "~~", "\u2028", "0"),
]  # fmt: skip
markdown = st.lists(st.sampled_from(SCRAPS) | st.text(max_size=3), max_size=40).map("".join)


def read_oracle(brief: str) -> str:
    """The words of markdown-it's page."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["reference", "html_block"])
    front = re.match(r"---[ \t]*\n.*?\n---[ \t]*(?=\n|\Z)", brief, re.DOTALL)
    page = parser.render(brief[front.end() :] if front else brief)
    page = re.sub(r'<img src="[^"]*" alt="([^"]*)"[^>]*>', r"\1", page)
    return f"{front[0] if front else ''} {html.unescape(re.sub(r'<[^>]*>', ' ', page))}"


def squeeze(text: str) -> str:
    return "".join(text.split())


def words_of(brief: str, path: str = "") -> str:
    return "".join(piece.text for piece in read_manuscript(brief, path) if isinstance(piece, Run))


@given(markdown.filter(lambda text: "\0" not in text))
@settings(max_examples=400)
@example("[a*b*](x)*c* ![d **e**](f)g")
@example("| a | a \\| *b* |\n|---|---|\n| a | `c` |")
@example("***a** b* **c*")
def test_the_words_are_those_of_the_page(brief: str) -> None:
    brief = brief.replace("\r\n", "\n").replace("\r", "\n")
    assert squeeze(words_of(brief)) == squeeze(read_oracle(brief))


@given(markdown)
@settings(max_examples=400)
def test_every_word_has_its_place(brief: str) -> None:
    place = 0
    for piece in read_manuscript(brief):
        if isinstance(piece, Run):
            assert place <= piece.start < piece.end <= len(brief)
            place = piece.end
            if piece.text.strip() and len(piece.text) == piece.end - piece.start:
                source = brief[piece.start : piece.end].replace("\0", "\ufffd")
                # In code an end of a line is a space.
                assert source.replace("\r", "\n").replace("\n", " ") == piece.text.replace("\n", " ")


@pytest.mark.parametrize(
    ("brief", "told", "source"),
    [
        ("| a | b |\n|---|---|\n| x \\| y **z** | b |", "z", "z"),
        ("| a | b |\n|---|---|\n| x \\| y | **b** |", "x | y", "x \\| y"),
        ("a &amp; `` b`c `` \\* d", "&", "&amp;"),
        ("a &amp; `` b`c `` \\* d", "b`c", "b`c"),
        ("a &amp; `` b`c `` \\* d", "*", "\\*"),
        ("see <https://e.example/a%20b>.", "https://e.example/a b", "https://e.example/a%20b"),
        ("> 1. a\n>    # b c ##\n", "b c", "b c"),
        ("a  \nb", "\n", "\n"),
        ("a\\\nb", "\n", "\n"),
        ("a\r\nb", " ", "\n"),
        ("[![c](d)](e)", "c", "c"),
    ],
)
def test_the_place_of_a_word(brief: str, told: str, source: str) -> None:
    found = [brief[run.start : run.end] for run in read_manuscript(brief) if isinstance(run, Run) and run.text == told]
    assert found == [source]


@given(markdown)
def test_elements_are_nested(brief: str) -> None:
    opened: list[str] = []
    for piece in read_manuscript(brief):
        if isinstance(piece, Edge):
            if piece.opens:
                opened.append(piece.element)
            else:
                assert opened.pop() == piece.element
    assert opened == []


@given(markdown)
def test_plain_text_keeps_every_character_that_is_seen(brief: str) -> None:
    assert squeeze(words_of(brief, "brief.txt")) == squeeze(brief.replace("\0", "\ufffd"))


def outline(brief: str, path: str = "") -> str:
    """The pieces as tags and words."""
    told = ""
    for piece in read_manuscript(brief, path):
        if isinstance(piece, Run):
            told += piece.text
        else:
            told += f"<{'' if piece.opens else '/'}{piece.element}{f' {piece.number}' if piece.number else ''}>"
    return told


def test_the_elements_of_a_brief() -> None:
    assert outline("## A *b*\n\n3. c\n   d  \n   e\n4. `f`\n") == (
        "<heading 2>A <emphasis>b</emphasis></heading 2><numbered list 3><item><paragraph>c d\ne</paragraph></item>"
        "<item><paragraph><code>f</code></paragraph></item></numbered list>"
    ).replace("</heading 2>", "</heading>")


@pytest.mark.parametrize("sign", [">", "- ", "1. "])
def test_what_nests_too_deep_is_plain_text(sign: str) -> None:
    assert "deep" in words_of(f"{sign * 200}deep")


FLOODS = ["![", "*a ", "`", "<a", "\\", "> ", "x"]


@pytest.mark.parametrize("sign", FLOODS)
def test_a_flood_of_anything_is_read_whole_as_plain_text(sign: str) -> None:
    brief = sign * (LONGEST_MARKDOWN // len(sign) + 1)
    assert words_of(brief) == words_of(brief, "brief.txt")


def count_calls(brief: str) -> int:
    """Function calls that reading takes: work that no clock measures."""
    profile = Profile()
    profile.runcall(read_manuscript, brief)
    return sum(entry.callcount for entry in profile.getstats())


SIGNS = ["[", "![", "*a ", "_a* ", "``a` ", "[a](b) ", "\\", "&amp;", "a\n", "|a|\n|-|\n|b|\n\n", "> a\n\n", "- a\n"]


@pytest.mark.parametrize("sign", SIGNS)
def test_work_is_linear_in_what_is_read_as_markdown(sign: str) -> None:
    count = 1_000 // max(len(sign) // 4, 1)
    assert count * 2 <= MOST_BRACKETS
    assert 2 * count * len(sign) <= LONGEST_PARAGRAPH
    assert count_calls(sign * count * 2) < 2.3 * count_calls(sign * count)
