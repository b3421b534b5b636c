"""A scenario as a workbook to fill in.

What the scenario's file says is laid into the sheets text by text, as it was written. A text that no cell of its sheet
can hold exactly, and whatever no sheet has a place for, goes to the sheet Other, so that nothing is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from detente.display import Displayed
from detente.errors import Issue, ScenarioError
from detente.game.exchange.case_sheets import CASE_FIELDS, SHEETS
from detente.game.exchange.entries import Node, encode, write_letters
from detente.game.exchange.excel import LONGEST_TEXT, WIDEST, Head, Page, check_installed, write_pages
from detente.game.exchange.places import Place, at, leaves, list_levels, unfold, walk, write_pointer
from detente.game.exchange.sheets import (
    BRIEF,
    BRIEF_TEXT,
    CASE,
    EACH,
    ESTIMATES,
    EVERYBODY,
    LEVELS,
    OTHER,
    READ_ME,
    Column,
    Kind,
    Sheet,
    heads_of,
)
from detente.scenario.document import Text, read_document
from detente.scenario.model import Scenario
from detente.scenario.reader import dump
from detente.scenario.words import SCALES

#: keys below which other sheets have records
_INNER = frozenset(step for sheet in SHEETS for step in sheet.base[1:] if isinstance(step, str))

#: columns of levels that are there to be filled in
_ROOM = 5
#: lines of a brief that has a sheet
_LONGEST_BRIEF = 5_000
_INTRODUCTION = (
    "This book holds a case of Detente. Fill it in, save it as .xlsx, and read it back with:",
    "    detente import BOOK.xlsx",
    "Two books of one case, filled in by two people, become rival readings of the actors they disagree on:",
    "    detente import ANNA.xlsx BEN.xlsx",
    "",
    "Rows may be added anywhere and deleted; the order of rows and of levels is the order of the case.",
    "The heads of the columns must stay. Point at one to see what belongs below it.",
    "Every cell is formatted as text, so that Excel leaves alone what you type. Formulas are not computed.",
    "A weight is slight, moderate, strong or vital, with a minus for aversion, a number, or a range such as 0.5 to 2.",
    "Numbers that must be the same in every draw share a name in brackets: 0.5 to 2 [trust].",
    "A column with a head of your own, and a sheet of your own, are left alone and left out.",
)


#: sheets whose rows are counted in one line
_TOLD = dict.fromkeys(("Actors", "Levers", "Readings", "Wants", "Claims"))


@dataclass(frozen=True, slots=True)
class Book(Displayed):
    """What was written."""

    file: Path
    #: rows by sheet, those without any left out
    rows: Mapping[str, int]

    def __repr__(self) -> str:
        return f"<Book {self.file}: {self}>"

    def __str__(self) -> str:
        counts = [(self.rows[name], name.lower()) for name in _TOLD if name in self.rows]
        told = [f"{count:,} {name.removesuffix('s') if count == 1 else name}" for count, name in counts]
        more = len(self.rows.keys() - _TOLD.keys())
        return ", ".join([*told, *([f"{more} more sheets" if more > 1 else "1 more sheet"] if more else [])])

    def to_dict(self) -> dict[str, object]:
        """The one JSON shape."""
        return {"file": str(self.file), "format": "xlsx", "rows": dict(self.rows)}


def write_sheets(scenario: Scenario, file: Path, temporary: Path) -> Book:
    """Write the workbook of a scenario at ``temporary``, to be known as ``file``.

    Raises RunError when openpyxl is missing, ScenarioError when the case is too large for one, OSError.
    """
    check_installed()
    pages = lay_pages(scenario)
    write_pages(temporary, pages)
    return Book(file, {page.name: len(page.rows) for page in pages if page.rows and page.name not in (READ_ME, CASE)})


def lay_pages(scenario: Scenario) -> list[Page]:
    """The sheets of a scenario's workbook. Raises ScenarioError when the case is too large for one."""
    return _Writer(scenario).pages()


@dataclass
class _Writer:
    scenario: Scenario
    data: dict[str, Node] = field(init=False)
    #: paths that have found their cell
    placed: set[Place] = field(default_factory=set)
    #: items of lists that no row holds
    left: set[Place] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.data = unfold(read_document(dump(self.scenario), "case").data)
        self.placed.add(("detente",))

    def pages(self) -> list[Page]:
        case = self._case()
        brief = self._brief()
        sheets = [self._page(sheet) for sheet in SHEETS]
        other = list(self._other(self.data, ()))
        heads = (Head("place", "Where it belongs in the file.", 40), Head("value", "As JSON.", 80))
        told = [[text] for text in _INTRODUCTION] + [[""]] + [[f"{sheet.name}: {sheet.hint}"] for sheet in SHEETS]
        pages = [Page(READ_ME, (Head(self.scenario.title[:200], "", 110),), told, 0, False), case, *sheets]
        pages += [Page(BRIEF, (Head("text", "The brief, a row for each of its lines.", 110),), brief)]
        return [*pages, *([Page(OTHER, heads, other, 1)] if other else [])]

    def _case(self) -> Page:
        rows: list[list[str]] = []
        for key, kind, hint in CASE_FIELDS:
            value = self.data.get(key)
            items = value if key == "caution" and isinstance(value, list) and value else [value]
            texts = [encode(item, kind) for item in items]
            if None in texts:
                rows.append([key, "", hint])
                continue
            self._settle((key,))
            rows += [[key, text or "", hint] for text in texts]
        heads = (Head("field", "", 14), Head("value", "", 80), Head("what it is", "", 50))
        return Page(CASE, heads, rows, 1, False)

    def _brief(self) -> list[list[str]]:
        """Lines of the brief; none when they go to the sheet Other."""
        brief = self.scenario.brief
        if not brief:
            return []
        lines = brief.split("\n")
        told = [line for line in lines if line]
        plain = 1 < len(lines) < _LONGEST_BRIEF and lines[-1] == "" and lines[-2] != "" and "\r" not in brief
        if not plain or any(encode(line, "prose") is None for line in told):
            self.data[BRIEF_TEXT] = brief
            return []
        return [[line] for line in lines[:-1]]

    def _page(self, sheet: Sheet) -> Page:
        records = list(self._records(sheet))
        extra = self._extra(sheet, records)
        most = max((len(list_levels(record)) for _, _, record in records), default=0) if sheet.levels else 0
        room = max(most, _ROOM) if sheet.levels else 0
        rows = [self._row(sheet, (*path,), lead, record, extra, room) for path, lead, record in records]
        heads = heads_of(sheet, extra, room)
        if len(heads) > WIDEST:
            message = f"A lever has {most} levels, more than the {WIDEST} columns of a sheet hold."
            raise ScenarioError([Issue(self.scenario.path, 0, 0, "", message, "Use the file itself.")])
        fitted = [self._fit_choices(head, len(heads), room) for head in heads]
        return Page(sheet.name, tuple(fitted), rows, max(1, sheet.leading))

    def _records(self, sheet: Sheet) -> Iterator[tuple[Place, list[str], Node]]:
        """Path, texts of the leading columns, and data of each record that the sheet can hold."""
        if sheet.name == "Behaviour" and isinstance(self.data.get("behaviour"), Mapping):
            yield ("behaviour",), [EVERYBODY], self.data["behaviour"]
        for path, lead, record in walk(self.data, sheet.base, (), []):
            fit = all(encode(text, "prose") == text for text in lead if text)
            if fit and not self._is_left(path) and self._holds(sheet, path, record):
                yield path, lead, record

    def _is_left(self, path: Place) -> bool:
        return any(path[:size] in self.left for size in range(1, len(path) + 1))

    def _holds(self, sheet: Sheet, path: Place, record: Node) -> bool:
        """Whether a record can have a row; an item of a list has one only if the row holds all of it."""
        if sheet.base[-1] != EACH:
            return isinstance(record, Mapping) or sheet.columns[0].key == ()
        kinds = {column.key: column.kind for column in sheet.columns}
        if () in kinds:
            fit = encode(record, kinds[()]) is not None
        else:
            fit = isinstance(record, Mapping) and len(record) > 0
            for key, value in leaves(record, ()) if fit else ():
                head = next((key[:size] for size in range(1, len(key) + 1) if key[:size] in kinds), key)
                inner = (key[0] in _INNER and head not in kinds) or (value is None and key in kinds)
                kind: Kind = kinds.get(cast("tuple[str, ...]", head), "text")
                named = sheet.shape is not None and all(isinstance(step, str) and "." not in step for step in head)
                fit = fit and (inner or (named and encode(at(record, head), kind) is not None))
        if not fit:
            self.left.add(path)
        return fit

    def _extra(self, sheet: Sheet, records: Sequence[tuple[Place, list[str], Node]]) -> tuple[str, ...]:
        """Keys that no column is for and that a column can hold, in order."""
        if sheet.shape is None:
            return ()
        known = {column.key for column in sheet.columns} | {("levels",)}
        found: dict[str, None] = {}
        for _, _, record in records:
            for key, value in leaves(record, ()):
                fit = all(isinstance(step, str) and "." not in step for step in key)
                fit = fit and not any(key[:size] in known for size in range(1, len(key) + 1))
                if fit and key and key[0] not in _INNER and isinstance(value, str):
                    found.setdefault(".".join(map(str, key)))
        return tuple(found)

    def _row(
        self, sheet: Sheet, path: Place, lead: list[str], record: Node, extra: tuple[str, ...], room: int
    ) -> list[str]:
        if isinstance(record, Mapping):
            self.placed.add(path)
        row = list(lead)
        columns = (*sheet.columns, *(Column(name, tuple(name.split("."))) for name in extra))
        row += [self._cell(column, path, record) for column in columns]
        if room:
            levels = list_levels(record)
            texts = [encode(level, "text") for level in levels]
            if texts and None not in texts and texts == levels:
                self._settle((*path, "levels"))
                row += [text or "" for text in texts]
        return row + [""] * (len(lead) + len(columns) + room - len(row))

    def _cell(self, column: Column, path: Place, record: Node) -> str:
        value = at(record, column.key)
        text = encode(value, column.kind)
        whole = (*path, *column.key)
        if (
            column.key == ("one_way",)
            and isinstance(value, Text)
            and value.plain
            and value.lower() in ("true", "false")
        ):
            self._settle(whole)
            return "yes" if column.kind == "mark" and value.lower() == "true" else ""
        if text is None or (column.key == ("one_way",) and column.kind == "mark"):
            return ""
        self._settle(whole)
        return text

    def _settle(self, path: Place) -> None:
        """Everything at a path and below it has found its cell."""
        self.placed.add(path)
        for leaf, _ in leaves(at(self.data, path), path):
            self.placed.add(leaf)

    def _other(self, node: Node, path: Place) -> Iterator[list[str]]:
        """What has found no cell, as places and JSON, cut where a cell would be too long."""
        if path in self.placed and not any(item not in self.placed for item, _ in leaves(node, path)):
            return
        inside = (path, *(leaf for leaf, _ in leaves(node, path)))
        if path and not any(item in self.placed for item in inside):
            if node is not None:
                told = json.dumps(node, ensure_ascii=True).replace("_", "\\u005f")
                size = LONGEST_TEXT - 1
                place = write_pointer(self.data, path)
                yield from ([place, told[start : start + size]] for start in range(0, len(told), size))
        elif isinstance(node, Mapping):
            for key, item in node.items():
                yield from self._other(item, (*path, key))
        elif isinstance(node, Sequence) and not isinstance(node, str):
            for number, item in enumerate(node):
                yield from self._other(item, (*path, number))

    def _fit_choices(self, head: Head, columns: int, room: int) -> Head:
        if head.choices == LEVELS:
            first, last = write_letters(columns - room + 1), write_letters(columns)
            return Head(head.text, head.hint, head.width, f"${first}2:${last}2", head.open)
        if head.choices == ESTIMATES:
            bands: dict[tuple[float, float], str] = {}
            for word in self.scenario.words or SCALES["icd203"]:
                bands.setdefault((word.low, word.high), word.word)
            words = tuple(word for word in bands.values() if not set(word) & set(',"'))
            return Head(head.text, head.hint, head.width, words if len(",".join(words)) < 250 else (), head.open)
        return head
