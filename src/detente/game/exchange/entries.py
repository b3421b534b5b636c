"""What stands in a cell: texts that remember their cell, and values of a scenario file as cells hold them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from detente.game.exchange.excel import CONTROLS, LONGEST_TEXT, Typed
from detente.game.exchange.sheets import Kind

#: data of a scenario file
Node = Mapping[str, "Node"] | Sequence["Node"] | str | None

_SHARED = re.compile(r"(.*\S)\s*\[\s*([^\[\]]+?)\s*\]", re.DOTALL)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_]+")
#: Excel's own way to write characters that XML has none for
_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a book, or of a file of separated values."""

    book: str
    #: empty in a file of separated values
    sheet: str
    #: 1-based; in a file of separated values the line and the column of its first character
    row: int
    column: int

    @property
    def address(self) -> str:
        """As Excel writes it, ``Wants!D7``, or ``line 3``."""
        if not self.sheet:
            return f"line {self.row}"
        sheet = self.sheet if _PLAIN_NAME.fullmatch(self.sheet) else f"'{self.sheet}'"
        return f"{sheet}!{write_letters(self.column)}{self.row}"

    @property
    def place(self) -> tuple[str, tuple[int, int]]:
        """As an issue names it: the file, its line and column; of a book the cell, and zeros."""
        return (str(self), (0, 0)) if self.sheet else (self.book, (self.row, self.column))

    def __str__(self) -> str:
        return f"{self.book} {self.address}" if self.sheet else f"{self.book}:{self.row}:{self.column}"


class Entry(str):
    """A text and the cell it stands in."""

    __slots__ = ("cell",)

    cell: Cell


def enter(text: str, cell: Cell) -> Entry:
    """A text that remembers its cell."""
    entry = Entry(text)
    entry.cell = cell
    return entry


def write_letters(column: int) -> str:
    """``A`` for 1, ``AB`` for 28."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def encode(value: Node, kind: Kind) -> str | None:
    """A value as the text of a cell, or None when a cell of this kind cannot hold it.

    An uncertain number that is shared with others has their name in brackets after it; a list is one item per line.
    """
    if kind == "number" and isinstance(value, Mapping):
        shared, text = value.get("shared"), value.get("value")
        if not isinstance(text, str) or (shared is not None and not isinstance(shared, str)):
            return None
        text = text if shared is None else f"{text.strip()} [{shared}]"
    elif kind == "lines" and isinstance(value, Sequence) and not isinstance(value, str):
        if not value or any(
            not isinstance(item, str) or not item or item != item.strip() or "\n" in item for item in value
        ):
            return None
        text = "\n".join(map(str, value))
    elif isinstance(value, str):
        text = str(value) if kind == "prose" else str(value).strip()
    else:
        return None
    if kind not in ("condition", "number") and isinstance(value, str) and text != str(value):
        return None
    if kind == "lines" and isinstance(value, str) and "\n" in text:
        return None
    # Excel saves a carriage return as _x000D_, and what looks like that as the character.
    fit = text.strip() and len(text) <= LONGEST_TEXT and not CONTROLS.search(text) and "\r" not in text
    return text if fit and not _ESCAPE.search(text) else None


class Refused(Exception):
    """A cell holds what no such cell can: what is wrong, and the cure."""


_AS_TEXT = "Format the cell as Text and type it again."


def decode(typed: Typed, kind: Kind) -> str:
    """The text of a cell; dates, numbers and booleans of Excel where the kind knows them. Raises Refused."""
    value = typed.value
    if typed.kind == "formula":
        raise Refused("The cell holds a formula, and formulas are not computed.", _AS_TEXT)
    if typed.kind == "error":
        raise Refused(f"The cell holds Excel's error {value}.", _AS_TEXT)
    if typed.kind == "boolean":
        if kind != "mark":
            raise Refused(f"Excel made {'TRUE' if value else 'FALSE'} of what was typed.", _AS_TEXT)
        return "yes" if value else "no"
    if typed.kind == "date":
        if kind != "date" or not isinstance(value, datetime) or value.time() != value.min.time():
            raise Refused(f"Excel made the date or time {value} of what was typed.", _AS_TEXT)
        return value.date().isoformat()
    if isinstance(value, int | float):
        return _write_number(typed, value, kind)
    text = str(value)
    return text if kind == "prose" else text.strip()


def _write_number(typed: Typed, value: int | float, kind: Kind) -> str:
    if typed.kind == "percent":
        if kind != "number":
            raise Refused("Excel made a percentage of what was typed.", _AS_TEXT)
        return f"{(Decimal(repr(value)) * 100).normalize():f}%"
    if kind == "number" or (isinstance(value, int) or value.is_integer()):
        return repr(int(value) if float(value).is_integer() and abs(value) < 2**53 else value)
    raise Refused(f"Excel made the number {value} of what was typed.", _AS_TEXT)


def part_shared(text: str) -> tuple[str, str | None]:
    """``2 to 4 [tie]`` as the number and the name it is shared under, None where there is none."""
    found = _SHARED.fullmatch(text)
    return (found[1], found[2]) if found else (text, None)
