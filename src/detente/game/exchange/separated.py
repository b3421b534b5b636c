"""Files of separated values (CSV), read cell by cell, each with its line and column.

What is read comes from anybody: a file is measured before it is taken apart, and every cell is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from detente.errors import Issue, ScenarioError
from detente.game.exchange.entries import Cell
from detente.game.exchange.excel import CONTROLS, LONGEST_TEXT, MOST_CELLS, WIDEST, Typed
from detente.scenario.document import LARGEST_FILE

#: between cells; of those that are as many the first
SEPARATORS = ("\t", ";", ",")
#: of a line, the ends that count as one
_ENDS = ("\r\n", "\r")

#: the filled cells of a row by their number from 1, each with its place
Cells = dict[int, tuple[Typed, Cell]]


def read_separated(path: Path) -> list[Cells]:
    """The rows that hold anything. Raises ScenarioError when the file is no such file, or too large."""
    text = _decode(path)
    for end in _ENDS:
        text = text.replace(end, "\n")
    _check_characters(text, str(path))
    return list(_take_rows(_Reader(text, str(path))))


def _decode(path: Path) -> str:
    """The text in UTF-8, or in UTF-16 where the file says so, as Excel saves it."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: the name holds a NUL
        reason = getattr(error, "strerror", None) or "the name is none"
        raise _refuse(path, f"The file cannot be read: {reason}.") from None
    if len(content) > LARGEST_FILE:
        raise _refuse(path, f"The file has more than {LARGEST_FILE:,} bytes.", "Split it.")
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        cure = "Save it as CSV UTF-8."
        raise ScenarioError([Issue(str(path), line, column, "", "The file is not UTF-8 text.", cure)]) from None


def _check_characters(text: str, file: str) -> None:
    found = CONTROLS.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        message = f"The file holds the character U+{ord(found[0]):04X}, as no text does."
        raise ScenarioError([Issue(file, line, column, "", message, "Save it as CSV UTF-8.")])


def _refuse(path: Path, message: str, cure: str = "") -> ScenarioError:
    return ScenarioError([Issue(str(path).replace("\0", "\N{REPLACEMENT CHARACTER}"), 0, 0, "", message, cure)])


@dataclass
class _Reader:
    """Goes through a text cell by cell."""

    text: str
    file: str
    at: int = 0
    line: int = 1
    #: where the line begins
    since: int = 0

    def __post_init__(self) -> None:
        first = "\n".join(self.text.lstrip("\n").split("\n", 2)[:2])
        self.separator = max(SEPARATORS, key=first.count)
        self.ends = re.compile(f"[{self.separator}\n]")
        #: tables of the exchange model put their texts between apostrophes
        self.quote = "'" if self.text.lstrip().startswith("'#") else '"'

    def take_cell(self) -> tuple[str, Cell, bool]:
        """The next cell, its place, and whether the row goes on after it."""
        while self.at < len(self.text) and self.text[self.at] == " ":
            self.at += 1
        cell = Cell(self.file, "", self.line, self.at - self.since + 1)
        told = self._take_quoted(cell) if self.text.startswith(self.quote, self.at) else ""
        found = self.ends.search(self.text, self.at)
        stop = found.start() if found else len(self.text)
        told += self.text[self.at : stop].rstrip(" ")
        more = found is not None and found[0] == self.separator
        self.at = stop + 1
        if not more:
            self.line, self.since = self.line + 1, self.at
        if len(told) > LONGEST_TEXT:
            message = f"The cell has {len(told):,} characters; at most {LONGEST_TEXT:,} are read."
            raise ScenarioError([Issue(self.file, cell.row, cell.column, "", message, "Shorten it.")])
        return told, cell, more

    def _take_quoted(self, cell: Cell) -> str:
        """What stands between quotes, doubled ones inside standing for one; goes on behind them."""
        parts: list[str] = []
        while True:
            stop = self.text.find(self.quote, self.at + 1)
            if stop < 0:
                message = f"The quote {self.quote} is not closed."
                raise ScenarioError([Issue(self.file, cell.row, cell.column, "", message, "Add one behind the text.")])
            part = self.text[self.at + 1 : stop]
            parts.append(part)
            if "\n" in part:
                self.line += part.count("\n")
                self.since = self.at + 1 + part.rfind("\n") + 1
            self.at = stop + 1
            if not self.text.startswith(self.quote, self.at):
                return self.quote.join(parts)


def _take_rows(reader: _Reader) -> Iterator[Cells]:
    filled = passed = 0
    while reader.at < len(reader.text):
        row: Cells = {}
        number, more = 0, True
        while more:
            number += 1
            told, cell, more = reader.take_cell()
            if told.strip():
                _check_size(cell, number, filled + len(row))
                row[number] = (Typed(cell.row, number, told, "text"), cell)
        filled, passed = filled + len(row), passed + number
        if row:
            yield row


def _check_size(cell: Cell, number: int, filled: int) -> None:
    wrong = (
        f"The row has more than {WIDEST} cells."
        if number > WIDEST
        else f"The file has more than {MOST_CELLS:,} filled cells."
        if filled >= MOST_CELLS
        else ""
    )
    if wrong:
        raise ScenarioError([Issue(cell.book, cell.row, cell.column, "", wrong, "Split it.")])


def write_separated(rows: Sequence[Sequence[str]]) -> str:
    """Rows as comma-separated values; a text that a spreadsheet would take for a formula has an apostrophe in front."""
    return "".join(",".join(_write_cell(text) for text in row) + "\n" for row in rows)


def _write_cell(text: str) -> str:
    text = guard(text)
    if any(mark in text for mark in (*SEPARATORS, '"', "\n")) or text != text.strip() or text.startswith("'"):
        return '"' + text.replace('"', '""') + '"'
    return text


def guard(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would read a formula."""
    return f"'{text}" if _looks_like_formula(text) else text


def unguard(text: str) -> str:
    """The text that :func:`guard` was given."""
    return text[1:] if text.startswith("'") and _looks_like_formula(text[1:]) else text


def _looks_like_formula(text: str) -> bool:
    bare = text.lstrip("'")
    if not bare.startswith(("=", "+", "-", "@")):
        return False
    try:
        float(bare)
    except ValueError:
        return True
    return text != bare
