"""A filled-in workbook as the data of a scenario file, every text with the cell it stands in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from detente.errors import Issue, ScenarioError
from detente.game.exchange.case_sheets import CASE_FIELDS, SHEETS
from detente.game.exchange.drafts import START, Draft, find_slip, note, take
from detente.game.exchange.entries import Cell, Entry, enter
from detente.game.exchange.excel import Typed
from detente.game.exchange.records import SheetReader
from detente.game.exchange.script import Row
from detente.game.exchange.sheets import BRIEF, BRIEF_TEXT, CASE, OTHER, READ_ME, Kind
from detente.scenario.slips import suggest

_KNOWN = (READ_ME, CASE, BRIEF, OTHER, *(sheet.name for sheet in SHEETS))


def read_draft(book: str, sheets: Mapping[str, list[Typed]]) -> Draft:
    """Read the cells of a book. Raises ScenarioError when it is no workbook of a case; wrong cells are noted."""
    reader = _Reader(Draft(book))
    named = reader.name_sheets(sheets)
    if CASE not in named or "Actors" not in named:
        missing = CASE if CASE not in named else "Actors"
        message = f"The book has no sheet '{missing}'."
        raise ScenarioError([Issue(book, 0, 0, "", message, START)])
    reader.read_case(named[CASE])
    for sheet in SHEETS:
        SheetReader(reader.draft, sheet, named.get(sheet.name, [])).read()
    reader.read_brief(named.get(BRIEF, []))
    reader.read_other(named.get(OTHER, []))
    reader.draft.sort_keys()
    return reader.draft


class _Reader:
    """The sheets that are no records."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def name_sheets(self, sheets: Mapping[str, list[Typed]]) -> dict[str, list[Typed]]:
        """The sheets of a case by their names; others are remarked, or refused when they look misspelt."""
        known = {name.casefold(): name for name in _KNOWN}
        named: dict[str, list[Typed]] = {}
        for name, cells in sheets.items():
            meant = known.get(name.strip().casefold())
            if meant is None and cells:
                close = find_slip(name, _KNOWN)
                if close is not None:
                    wrong, cure = f"No sheet '{name[:40]}' belongs to a case.", f"Did you mean '{close}'?"
                    note(self.draft, self.draft.book, wrong, cure)
                else:
                    self.draft.remarks.append(f"The sheet '{name[:40]}' is no part of a case and is left out.")
            elif meant is not None:
                named[meant] = cells
        return named

    def read_case(self, cells: list[Typed]) -> None:
        kinds: dict[str, Kind] = {key: kind for key, kind, _ in CASE_FIELDS}
        data, draft = self.draft.data, self.draft
        data["detente"] = "1"
        columns: dict[str, int] = {}
        keys: dict[int, str] = {}
        for typed in cells:
            cell = Cell(draft.book, CASE, typed.row, typed.column)
            if typed.row == 1 or typed.column > 2:
                continue
            if typed.column == 1:
                key = take(draft, typed, "text", cell)
                if key is not None and key not in kinds:
                    note(draft, cell, f"The case has no field '{key[:40]}'.", suggest(key, kinds))
                elif key is not None:
                    keys[typed.row] = str(key)
                    columns.setdefault(str(key), typed.row)
                continue
            key = keys.get(typed.row)  # type: ignore[assignment]  # a plain text now
            value = take(draft, typed, kinds[key], cell) if key in kinds else None
            if value is None:
                continue
            if key == "caution":
                data.setdefault(key, []).append(value)
            elif key in data:
                note(draft, cell, f"The field '{key}' is here twice.", f"See {data[key].cell.address}.")
            else:
                data[str(key)] = value
        draft.places[id(data)] = _FieldRow(Cell(draft.book, CASE, 1, 2), columns)

    def read_brief(self, cells: list[Typed]) -> None:
        lines: dict[int, str] = {}
        for typed in cells:
            cell = Cell(self.draft.book, BRIEF, typed.row, typed.column)
            if typed.column > 1:
                note(self.draft, cell, "The brief has one column.", "Move the text to the first.")
            elif typed.row > 1 and (text := take(self.draft, typed, "prose", cell)) is not None:
                lines[typed.row] = str(text)
        if lines:
            self.draft.brief = "".join(f"{lines.get(row, '')}\n" for row in range(2, max(lines) + 1))

    def read_other(self, cells: list[Typed]) -> None:
        """Parts of the file as places and JSON; JSON cut into rows of one place is joined."""
        rows: dict[int, dict[int, Typed]] = {}
        for typed in cells:
            if typed.row > 1:
                rows.setdefault(typed.row, {})[typed.column] = typed
        joined: list[tuple[str, Cell, str]] = []
        for row, found in rows.items():
            texts: list[Entry | None] = []
            for column, head in ((1, "place"), (2, "value")):
                cell = Cell(self.draft.book, OTHER, row, column)
                texts.append(take(self.draft, found[column], "prose", cell) if column in found else None)
                if column not in found:
                    note(self.draft, cell, f"The {head} is missing.", "Fill the cell in, or delete the row.")
            place, value = texts
            if place is not None and value is not None:
                if joined and joined[-1][0] == place:
                    joined[-1] = (*joined[-1][:2], joined[-1][2] + value)
                else:
                    joined.append((str(place), value.cell, str(value)))
        for where, cell, told in joined:
            self._add_other(where, cell, told)

    def _add_other(self, place: str, cell: Cell, told: str) -> None:
        try:
            value = _enter_all(json.loads(told), cell)
        except (ValueError, RecursionError):
            note(self.draft, cell, "The value is not JSON of texts, lists and mappings.", "Put a text in quotes.")
            return
        steps = [step.replace("~1", "/").replace("~0", "~") for step in place.split("/")[1:]]
        if steps == [BRIEF_TEXT] and isinstance(value, str):
            self.draft.brief = str(value)
            return
        if not steps or not _insert(self.draft.data, steps, value, cell):
            where = Cell(cell.book, cell.sheet, cell.row, 1)
            note(self.draft, where, f"'{place[:60]}' is no free place in the case.", "Delete the row, or correct it.")


class _FieldRow(Row):
    """The sheet Case, where the fields of the file stand below each other."""

    def find(self, key: str) -> Cell | None:
        row = self.columns.get(key)
        return None if row is None else Cell(self.first.book, self.first.sheet, row, self.first.column)


def _enter_all(value: Any, cell: Cell) -> Any:
    if isinstance(value, str):
        return enter(value, cell)
    if isinstance(value, list):
        return [_enter_all(item, cell) for item in value]
    if isinstance(value, dict):
        return {enter(key, cell): _enter_all(item, cell) for key, item in value.items()}
    raise ValueError("a number, a boolean or null")


def _insert(node: Any, steps: list[str], value: Any, cell: Cell) -> bool:
    """Put a value at a place where nothing stands yet; answers whether there was such a place."""
    for step in steps[:-1]:
        if isinstance(node, dict):
            node = node.setdefault(enter(step, cell), {})
        elif isinstance(node, list):
            named = [item for item in node if isinstance(item, dict) and item.get("id") == step]
            number = int(step) if step.isdecimal() else 0
            node = named[0] if named else node[number - 1] if 0 < number <= len(node) else None
    last = steps[-1]
    if isinstance(node, dict) and node.get(last) is None:
        node[enter(last, cell)] = value
        return True
    if isinstance(node, list) and last.isdecimal() and len(last) < 7:
        node.insert(int(last) - 1, value)
        return True
    return False
