"""Data whose texts remember their cells, written as YAML; and what the reader says of a line, said of a cell."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from detente.errors import Issue
from detente.game.exchange.entries import Cell, Entry, Node
from detente.scenario.writer import quote

#: texts that need no quotes: numbers, ranges, dates, conditions
_SAFE = re.compile(r"-?[A-Za-z0-9(][\w.%=<>()+-]*( (?!#)[\w.%=<>()!+-]+)*", re.ASCII)
_WORD = re.compile(r"true|false|null|yes|no|on|off|y|n|~", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_DATED = frozenset({"as_of", "horizon", "starts", "on", "by", "until", "date"})
_LINE = re.compile(r"\bline (\d+)\b")
_MISSING = re.compile(r"[Tt]he key '([\w]+)' is missing\.")


class Mark(Entry):
    """A word of YAML that stands without quotes: ``true``."""

    __slots__ = ()


@dataclass
class Script:
    """YAML text, and the cells its texts come from."""

    lines: list[str] = field(default_factory=list)
    #: (line, column) of a text's first character, ascending, and its cell
    places: list[tuple[int, int]] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole file."""
        return "\n".join(self.lines) + "\n"

    def find(self, line: int, column: int) -> Cell | None:
        """The cell whose text stands at a place, or the nearest before it."""
        place = bisect_right(self.places, (line, column)) - 1
        return self.cells[place] if place >= 0 else None

    def mark(self, text: object, line: int, column: int) -> None:
        """Note where a text starts, if it comes from a cell."""
        if isinstance(text, Entry):
            self.places.append((line, column))
            self.cells.append(text.cell)


def write_script(data: Mapping[str, Node]) -> Script:
    """Data as YAML text in block style, lists of texts in brackets."""
    script = Script()
    for line, marks in _lines_of_mapping(data):
        script.lines.append(line)
        for text, column in marks:
            script.mark(text, len(script.lines), column)
    return script


#: a line and the texts on it with the columns they start in, 1-based
_Line = tuple[str, tuple[tuple[str, int], ...]]


def _lines_of_mapping(data: Mapping[str, Node]) -> Iterator[_Line]:
    for key, value in data.items():
        head = quote(key)
        if value is None or (not isinstance(value, str) and len(value) == 0):
            empty = "" if value is None else " {}" if isinstance(value, Mapping) else " []"
            yield f"{head}:{empty}", ((key, 1),)
        elif isinstance(value, str):
            text = _scalar(value, str(key))
            yield f"{head}: {text}", ((key, 1), (value, len(head) + 3))
        elif isinstance(value, Mapping):
            yield f"{head}:", ((key, 1),)
            yield from _indent(_lines_of_mapping(value), "  ")
        elif all(isinstance(item, str) for item in value):
            yield _list_texts(f"{head}: ", value, ((key, 1),))
        else:
            yield f"{head}:", ((key, 1),)
            yield from _indent(_lines_of_list(value), "  ")


def _lines_of_list(items: Sequence[Node]) -> Iterator[_Line]:
    for item in items:
        if isinstance(item, str):
            yield f"- {_scalar(item, '')}", ((item, 3),)
        elif isinstance(item, Mapping) and item:
            inner = _lines_of_mapping(item)
            yield from _indent([next(inner)], "- ")
            yield from _indent(inner, "  ")
        elif isinstance(item, Sequence) and item and all(isinstance(part, str) for part in item):
            yield _list_texts("- ", item, ())
        else:
            # Deeper lists are flow style whatever they hold.
            yield f"- {_flow(item)}", ()


def _list_texts(head: str, items: Sequence[Node], marks: tuple[tuple[str, int], ...]) -> _Line:
    line, found = f"{head}[", list(marks)
    for number, item in enumerate(items):
        line += ", " if number else ""
        assert isinstance(item, str)
        found.append((item, len(line) + 1))
        line += quote(item)
    return f"{line}]", tuple(found)


def _indent(lines: Iterable[_Line], by: str) -> Iterator[_Line]:
    for line, marks in lines:
        yield by + line, tuple((text, column + len(by)) for text, column in marks)


def _scalar(text: str, key: str) -> str:
    if isinstance(text, Mark):
        return str(text)
    dated = _DATE.fullmatch(text)
    safe = _SAFE.fullmatch(text) and not _WORD.fullmatch(text)
    return str(text) if safe and (not dated or key in _DATED) else quote(text)


def _flow(node: Node) -> str:
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{quote(key)}: {_flow(value)}" for key, value in node.items()) + "}"
    if isinstance(node, str):
        return quote(node)
    return "null" if node is None else "[" + ", ".join(map(_flow, node)) + "]"


@dataclass(frozen=True, slots=True)
class Row:
    """Where a record stands: its first cell, and the column of each of its keys."""

    first: Cell
    columns: Mapping[str, int]

    def find(self, key: str) -> Cell | None:
        """The cell of a key, filled or not."""
        return replace(self.first, column=self.columns[key]) if key in self.columns else None


def translate(issue: Issue, script: Script, rows: Mapping[str, Row], book: str) -> Issue:
    """An issue of the reader with the cell in place of line and column.

    ``rows`` has where each record stands by its dotted path, for what is missing in it.
    """
    missing = _MISSING.match(issue.message)
    cell = rows[issue.path].find(missing[1]) if missing and issue.path in rows else None
    if missing and cell:
        return Issue(*_place(cell), issue.path, f"the {missing[1]} is missing.", "Fill the cell in.")
    if missing and not issue.path:
        return replace(issue, file=book, line=0, column=0, cure=f"Add a row '{missing[1]}' on the sheet Case.")
    found = script.find(issue.line, issue.column) if issue.line else None
    message, cure = (_name_cells(text, script) for text in (issue.message, issue.cure))
    return Issue(*(_place(found) if found else (book, 0, 0)), issue.path, message, cure, issue.severity)


def _place(cell: Cell) -> tuple[str, int, int]:
    file, (line, column) = cell.place
    return file, line, column


def _name_cells(text: str, script: Script) -> str:
    def name(found: re.Match[str]) -> str:
        place = bisect_left(script.places, (int(found[1]), 0))
        on_line = place < len(script.places) and script.places[place][0] == int(found[1])
        return script.cells[place].address if on_line else found[0]

    return _LINE.sub(name, text)
