"""Lines of text for a terminal, so many columns wide: paragraphs, and tables in which no figure is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from detente.report.signs import spell
from detente.report.text import plain

#: columns between two columns of a table
GAP = 2
#: columns that a row's name must have beside its cells
LEAST = 15

#: a line as spans, each with its style
Line = list[tuple[str, str]]

#: spaces inside a figure, after which no line may begin
_INSIDE = re.compile(r"(?<=\d) (?=%)|(?<=[%\d]) (?=±|\+-)|(?<=[\d%]) (?=\([<>-]?\d)|(?<=±) | (?==$)")
_HARD = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. In a column its name may be cut, its cells never."""

    name: str
    cells: tuple[str, ...]
    style: str = ""


class Sheet:
    """Lines, to be added to, in signs that an encoding has."""

    def __init__(self, width: int, encoding: str) -> None:
        self.width = width
        self.encoding = encoding
        self.lines: list[Line] = []

    def leave(self) -> None:
        """Leave one line free, between parts."""
        if self.lines and self.lines[-1]:
            self.lines.append([])

    def write(self, words: str) -> str:
        """Words of a scenario on one line, safe to show here."""
        return spell(" ".join(plain(words).split()), self.encoding)

    def fold(self, sentence: str, first: str = "", further: str = "") -> list[str]:
        """A sentence as lines; none ends inside a figure."""
        told = _INSIDE.sub(_HARD, self.write(sentence))
        lines = wrap(
            told,
            self.width,
            initial_indent=first,
            subsequent_indent=further,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [line.replace(_HARD, " ") for line in lines]

    def tell(self, sentence: str, style: str = "") -> None:
        """A paragraph."""
        self.lines += [[(line, style)] for line in self.fold(sentence)]

    def list_rows(self, heads: Sequence[str], rows: Sequence[Row], beside: int = 1) -> None:
        """A table, ``beside`` rows on a line where it is long enough; without the columns for it, as a list."""
        if not rows:
            return
        cells = [tuple(map(self.write, row.cells)) for row in rows]
        heads = tuple(map(self.write, heads))
        widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
        room = (self.width - GAP * (beside - 1)) // beside
        left = room - sum(widths) - GAP * len(widths)
        if left < LEAST and beside > 1:
            self.list_rows(heads, rows)
            return
        if left < LEAST:
            self._stack(rows, cells)
            return
        ends = [(" " * GAP).join(["", *map(str.ljust, row, widths)]) for row in (heads, *cells)]
        dots = self.write("…")
        head = (_fit("claim", left, dots) + ends[0] + " " * GAP, "bold")
        spans = [
            (_fit(self.write(row.name), left, dots) + end + " " * GAP, row.style)
            for row, end in zip(rows, ends[1:], strict=True)
        ]
        deep = -(-len(spans) // beside)
        self.lines += [[head] * min(beside, len(rows)), *(spans[place::deep] for place in range(deep))]

    def _stack(self, rows: Sequence[Row], cells: Sequence[Sequence[str]]) -> None:
        """Each row's whole name, and below it what would stand in the columns."""
        for row, (*told, last) in zip(rows, cells, strict=True):
            self.lines += [[(line, row.style)] for line in self.fold(row.name, further="  ")]
            below = "; ".join([*(cell for cell in told if cell not in ("-", last)), last])
            self.lines += [[(line, "")] for line in self.fold(below, "    ", "    ")]


def _fit(words: str, width: int, dots: str) -> str:
    """The words in exactly so many columns; what is cut ends in dots."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(words) > width:
        words = f"{set_cell_size(words, width - len(dots)).rstrip()}{dots}"
    return set_cell_size(words, width)
