"""A brief as it reads: its words without the marks of Markdown, each with its place in the brief's own text.

Markdown is read by markdown-it with HTML off. Links become their words and pictures their alternative text; references
and footnotes stay as they are written. A text that nests too deep, or is too long to be read so, is taken as plain
text: no word is lost either way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from detente.scenario.essays.plain import part_lines

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

#: characters of a text that is read as Markdown, and of one paragraph in it
LONGEST_MARKDOWN, LONGEST_PARAGRAPH = 500_000, 50_000
#: deepest nesting of lists and quotations that is read, and the most square brackets, each of which may open a link
DEEPEST, MOST_BRACKETS = 20, 4_000

#: what a part of the brief is; the last three stand inside a line
Element = Literal[
    "paragraph", "heading", "list", "numbered list", "item", "quotation", "code block", "rule", "table", "head", "body",
    "row", "head cell", "cell", "strong", "emphasis", "code",
]  # fmt: skip
INSIDE_LINES: frozenset[Element] = frozenset(["strong", "emphasis", "code"])

_ELEMENTS: dict[str, Element] = {
    "paragraph": "paragraph", "heading": "heading", "bullet_list": "list", "ordered_list": "numbered list",
    "list_item": "item", "blockquote": "quotation", "table": "table", "thead": "head", "tbody": "body", "tr": "row",
    "th": "head cell", "td": "cell", "strong": "strong", "em": "emphasis",
}  # fmt: skip
_FRONT = re.compile(r"---[ \t]*\n.*?\n---[ \t]*(?=\n|\Z)", re.DOTALL)
_OTHER_TEXT = (".txt", ".text")


@dataclass(frozen=True, slots=True)
class Edge:
    """Where an element of the brief starts or ends."""

    element: Element
    opens: bool
    #: level of a heading, first number of a numbered list; else 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """Words as they read, from ``brief[start:end]``; a new line in them is one of the brief's own."""

    text: str
    start: int
    end: int

    def place(self, index: int) -> tuple[int, int]:
        """Start and end in the brief of one character: its own, or the whole run's where lengths differ."""
        if len(self.text) == self.end - self.start:
            return self.start + index, self.start + index + 1
        return self.start, self.end


Piece = Edge | Run


def read_manuscript(brief: str, path: str = "") -> tuple[Piece, ...]:
    """The brief in order. It is Markdown unless the name of its file ends in ``.txt``."""
    # Both ends of a line stay as long as they are, so that every place keeps its number.
    text = brief.replace("\r\n", " \n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
    pieces = None
    if PurePosixPath(path).suffix.lower() not in _OTHER_TEXT and len(text) <= LONGEST_MARKDOWN:
        longest = max(map(len, re.split(r"\n[ \t]*\n", text)))
        if longest <= LONGEST_PARAGRAPH and text.count("[") <= MOST_BRACKETS:
            pieces = _read_markdown(text)
    return tuple(_read_plain(text)) if pieces is None else pieces


def _read_plain(text: str) -> Iterator[Piece]:
    """Paragraphs, parted by blank lines and by lines that stand for themselves."""
    lines = text.split("\n")
    starts = _find_starts(lines)
    number = 0
    while number < len(lines):
        last = number
        while last < len(lines) and lines[last].strip():
            last += 1
        for part in part_lines(lines[number:last]) if last > number else ():
            yield Edge("paragraph", True)
            yield from _write_lines([line.strip() for line in part], lines, starts, number, " ")
            yield Edge("paragraph", False)
            number += len(part)
        number = last + 1


def _find_starts(lines: Sequence[str]) -> list[int]:
    starts, place = [], 0
    for line in lines:
        starts.append(place)
        place += len(line) + 1
    return starts


def _find_tail(tail: str, line: str, start: int) -> int:
    """Where what a block holds of a line starts, which is the line without the marks before it."""
    lead = len(tail) - len(tail.lstrip())
    return start + max(line.rfind(tail.strip()) - lead, 0)


def _write_lines(
    tails: Sequence[str], lines: Sequence[str], starts: Sequence[int], first: int, end: str
) -> Iterator[Run]:
    """Runs of whole lines, with ``end`` for each end of a line between them."""
    for number, tail in enumerate(tails, start=first):
        if number > first:
            yield Run(end, starts[number] - 1, starts[number])
        start = _find_tail(tail, lines[number], starts[number])
        if tail:
            yield Run(tail, start, start + len(tail))


def _read_markdown(text: str) -> tuple[Piece, ...] | None:
    """The pieces of a Markdown text; None when it nests too deep to be read whole."""
    front = _FRONT.match(text)
    pieces: list[Piece] = []
    if front:
        pieces += (Edge("code block", True), Run(front[0], 0, front.end()), Edge("code block", False))
        text = re.sub(r"[^\n]", " ", front[0]) + text[front.end() :]
    tokens = _make_parser().parse(text)
    if any(token.level >= DEEPEST - 1 for token in tokens):
        return None
    return (*pieces, *_Walk(text).walk(tokens))


def _make_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    from detente.scenario.inlines import PlacedInline

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST})
    parser.inline = PlacedInline()
    # What is joined has no one place any more, and references would swallow footnotes such as '[^1]: Smith'.
    parser.enable("table").disable(["text_join", "reference", "html_block"])
    parser.inline.ruler.disable(["linkify", "strikethrough", "html_inline"])
    parser.inline.ruler2.disable(["strikethrough", "fragments_join"])
    return parser


class _Walk:
    """One pass over the tokens of a text."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.starts = _find_starts(self.lines)
        #: the line of a table that was read last, and how far
        self.row = (-1, 0)

    def walk(self, tokens: Sequence[Token]) -> Iterator[Piece]:
        before = ""
        for token in tokens:
            name = re.sub(r"_(?:open|close)$", "", token.type)
            if token.type == "inline":
                places = self._place_cell(token) if before in ("th_open", "td_open") else self._place_lines(token)
                yield from _write_inline(token.children or (), token.content, places)
            elif token.type in ("fence", "code_block"):
                yield from self._write_code(token)
            elif token.type == "hr":
                yield from (Edge("rule", True), Edge("rule", False))
            elif name in _ELEMENTS:
                yield Edge(_ELEMENTS[name], token.nesting > 0, _number(token))
            before = token.type

    def _write_code(self, token: Token) -> Iterator[Piece]:
        first = _first_line(token) + (token.type == "fence")
        yield Edge("code block", True)
        tails = token.content.removesuffix("\n").split("\n")[: len(self.lines) - first]
        yield from _write_lines(tails, self.lines, self.starts, first, "\n")
        yield Edge("code block", False)

    def _place_lines(self, token: Token) -> list[int]:
        """The place in the text of each character of an inline's content, and of the end of its last line."""
        places: list[int] = []
        for number, tail in enumerate(token.content.split("\n"), start=_first_line(token)):
            start = _find_tail(tail, self.lines[number], self.starts[number])
            places += range(start, start + len(tail))
            places.append(self.starts[number] + len(self.lines[number]))
        return places

    def _place_cell(self, token: Token) -> list[int]:
        """The same for a cell of a table, where a bar is written with a backslash before it."""
        number = _first_line(token)
        line, start = self.lines[number], self.starts[number]
        done = self.row[1] if self.row[0] == number else 0
        place = max(line.find(token.content.replace("|", r"\|"), done), done)
        places: list[int] = []
        for sign in token.content:
            place += sign == "|" and line[place : place + 1] == "\\"
            places.append(start + min(place, len(line)))
            place += 1
        self.row = (number, place)
        return [*places, start + len(line)]


def _first_line(token: Token) -> int:
    return token.map[0] if token.map else 0


def _number(token: Token) -> int:
    if token.type == "heading_open":
        return int(token.tag[1:])
    return int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else 0


def _write_inline(children: Sequence[Token], content: str, places: Sequence[int], base: int = 0) -> Iterator[Piece]:
    """The pieces of a line's tokens, which count from ``base`` in the content whose characters have these places."""
    link = False
    for token in children:
        at = base + int(token.meta["at"])
        if token.type in ("softbreak", "hardbreak"):
            place = places[at + (content[at] == "\\")]
            yield Run(" " if token.type == "softbreak" else "\n", place, place + 1)
        elif token.type == "image":
            # Behind the '![' of its source.
            alt = _write_inline(token.children or (), content, places, at + 2)
            yield from (piece for piece in alt if isinstance(piece, Run))
        elif token.content:
            # Of '<https://example.org>' the words stand between the brackets.
            at, size = (at + 1, content.find(">", at) - at - 1) if link else (at, len(token.markup or token.content))
            if token.type == "code_inline":
                at, size = at + len(token.markup), len(token.content)
                at += not content.startswith(token.markup, at + size)
                yield Edge("code", True)
            yield Run(token.content, places[at], places[at + size - 1] + 1)
            if token.type == "code_inline":
                yield Edge("code", False)
        elif token.tag in ("strong", "em"):
            yield Edge(_ELEMENTS[token.tag], token.nesting > 0)
        link = token.markup == "autolink" and token.nesting > 0
