"""What a Word file is made of here, as data: lines of spans and notes in named styles, and tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Text in one character style; a new line in it is a new line in the file."""

    text: str
    #: name of a character style; empty for that of the paragraph
    style: str = ""
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote, whose mark stands here."""

    spans: tuple[Span, ...]


Inline = Span | Note


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or a heading."""

    #: name of a paragraph style
    style: str
    pieces: tuple[Inline, ...]
    #: of an item of a numbered list: which list of the file it is in, and the number that list starts with
    numbered: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; its first row is repeated on every page. ``rows`` are as wide as ``heads``."""

    heads: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    #: shares of the width, one per column; empty for equal ones
    widths: tuple[int, ...] = ()


Block = Line | Sheet
