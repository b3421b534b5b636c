"""One sheet of records, read row by row into the data of a scenario file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from detente.game.exchange.drafts import START, Data, Draft, find_slip, note, take
from detente.game.exchange.entries import Cell, Entry, enter, part_shared
from detente.game.exchange.excel import Typed
from detente.game.exchange.places import SHORT
from detente.game.exchange.script import Mark, Row
from detente.game.exchange.sheets import BELIEVES, EACH, EVERYBODY, LEVEL, OWNER, OWNER_HEAD, Column, Sheet, Slot
from detente.scenario.slips import suggest


class SheetReader:
    """One sheet of records."""

    def __init__(self, draft: Draft, sheet: Sheet, cells: Iterable[Typed]) -> None:
        self.draft = draft
        self.sheet = sheet
        self.rows: dict[int, dict[int, Typed]] = {}
        for typed in cells:
            self.rows.setdefault(typed.row, {})[typed.column] = typed
        #: what stands below each head: a slot, the owner's mark, a column, or the number of a level
        self.columns: dict[int, Slot | str | Column | int] = {}

    def cell(self, row: int, column: int) -> Cell:
        """A cell of this sheet."""
        return Cell(self.draft.book, self.sheet.name, row, column)

    def refuse(self, cell: Cell, message: str, cure: str = "") -> None:
        """A mistake on account of which a record, and maybe a name, is left out."""
        note(self.draft, cell, message, cure)
        self.draft.nameless = self.draft.nameless or self.sheet.base[-1] != EACH
        self.draft.aimless = self.draft.aimless or self.sheet.owned

    def read(self) -> None:
        """Put every row into the draft, noting what is wrong."""
        self._read_heads(self.rows.pop(1, {}))
        for number, row in self.rows.items():
            for column in sorted(row.keys() - self.columns.keys()):
                if column not in self.ignored:
                    self.refuse(self.cell(number, column), "The column has no head.", "Write one, or clear the cell.")
            found = {column: typed for column, typed in row.items() if column in self.columns}
            if found:
                self._read_row(number, found)

    def _read_heads(self, heads: Mapping[int, Typed]) -> None:
        known: dict[str, Slot | str | Column] = {slot.head: slot for slot in self.sheet.slots}
        known |= {OWNER_HEAD: OWNER} if self.sheet.owned else {}
        known |= {column.head: column for column in self.sheet.columns}
        self.ignored: set[int] = set()
        seen: dict[str, Cell] = {}
        for column, typed in heads.items():
            cell = self.cell(1, column)
            head = " ".join(str(typed.value).split())
            folded = head.casefold()
            if folded in seen:
                self.refuse(cell, f"The head '{head[:40]}' is here twice.", f"See {seen[folded].address}.")
            seen.setdefault(folded, cell)
            number = folded.removeprefix(LEVEL)
            if self.sheet.levels and folded.startswith(LEVEL) and number.isdecimal():
                self.columns[column] = column
            elif folded in known:
                self.columns[column] = known[folded]
            elif self.sheet.shape is not None and head.split(".")[0] in self.sheet.shape.key_names():
                self.columns[column] = Column(head, tuple(head.split(".")))
            else:
                self.ignored.add(column)
                self._tell_ignored(cell, head, [*known])
        missing = [head for head in known if known[head] not in self.columns.values()] if self.rows else []
        for head in missing:
            if not isinstance(known[head], Column):
                self.refuse(self.cell(1, 1), f"The head '{head}' is missing.", START)
                self.rows.clear()

    def _tell_ignored(self, cell: Cell, head: str, known: list[str]) -> None:
        meant = find_slip(head, [*known, f"{LEVEL}1"])
        if meant is not None:
            self.refuse(cell, f"No head '{head[:40]}' is known here.", f"Did you mean '{meant}'?")
        else:
            self.draft.remarks.append(f"{cell}: the column '{head[:40]}' is no part of a case and is left out.")

    def _read_row(self, number: int, row: Mapping[int, Typed]) -> None:
        lead: dict[str, Entry | None] = {}
        values: list[tuple[Column, Entry]] = []
        levels: list[Entry] = []
        for column, typed in row.items():
            what, cell = self.columns[column], self.cell(number, column)
            kind = what.kind if isinstance(what, Column) else "text"
            text = take(self.draft, typed, kind, cell)
            if text is None:
                self.draft.nameless = self.draft.nameless or not isinstance(what, Column)
            elif isinstance(what, Column):
                values.append((what, text))
            elif isinstance(what, int):
                levels.append(text)
            else:
                lead[what.head if isinstance(what, Slot) else OWNER] = text
        if not values and not levels and not lead:
            return
        for slot in self.sheet.slots:
            if lead.get(slot.head) is None:
                column = next((c for c, what in self.columns.items() if what == slot), 1)
                if column not in row:  # else what it holds has been refused
                    self.refuse(self.cell(number, column), f"The {slot.head} is missing.", "Fill the cell in.")
                return
        self._place(number, lead, self._build(values, levels))

    def _build(self, values: list[tuple[Column, Entry]], levels: list[Entry]) -> Any:
        record: Data = {}
        for column, text in values:
            value: Any = text
            if column.kind == "number":
                number, shared = part_shared(text)
                value = text if shared is None else {
                    "value": enter(number, text.cell), "shared": enter(shared, text.cell),
                }  # fmt: skip
            elif column.kind == "lines":
                value = [enter(line.strip(), text.cell) for line in text.split("\n") if line.strip()]
            elif column.kind == "mark" and column.key == ("one_way",):
                if text.casefold() not in ("yes", "no"):
                    self.refuse(
                        text.cell, f"'{text[:40]}' is neither yes nor no.", "Write yes, or leave the cell empty."
                    )
                if text.casefold() != "yes":
                    continue
                value = Mark("true")
                value.cell = text.cell
            if column.key == ():
                return value
            node = record
            for step in column.key[:-1]:
                node = node.setdefault(enter(step, text.cell), {})
            if column.key[-1] in node:
                self.refuse(text.cell, f"The {column.key[-1]} is given in two cells of the row.", "Clear one of them.")
            node[enter(column.key[-1], text.cell)] = value
        if levels:
            record[enter("levels", levels[0].cell)] = levels
        for key, short in SHORT:
            if isinstance(record.get(key), dict) and [*record[key]] == [short]:
                record[key] = record[key][short]
        return None if self.sheet.columns[0].key == () else record

    def _place(self, number: int, lead: Mapping[str, Entry | None], record: Any) -> None:
        """Put a record where its leading columns say."""
        base = self.sheet.base
        if self.sheet.name == "Behaviour" and lead["actor"] == EVERYBODY:
            base = ("behaviour",)
        node: Any = self.draft.data
        first = self.cell(number, min(self.columns))
        for place, step in enumerate(base):
            last, after = place == len(base) - 1, base[place + 1] if place + 1 < len(base) else None
            if step == EACH:
                if record is None:
                    self.refuse(first, "The row says nothing.", "Fill it in, or delete it.")
                    return
                node.append(record)
            elif step == OWNER:
                node = self._find_owner(node, lead.get(OWNER))
            elif isinstance(step, Slot) and not last and step.listed:
                node = self._find(node, cast(Entry, lead[step.head]), f"{step.head} '{{}}'")
            else:
                key = lead[step.head] if isinstance(step, Slot) else enter(step, first)
                assert key is not None
                if last and key in node:
                    there = next(item for item in node if item == key)
                    self.refuse(key.cell, f"'{key[:40]}' is here twice.", f"See {there.cell.address}.")
                    return
                node = node.setdefault(key, record if last else [] if after == EACH else {})
            if node is None:
                return
        if isinstance(record, dict):
            self.draft.places[id(record)] = Row(first, self._list_columns())

    def _list_columns(self) -> dict[str, int]:
        """Where each key of a record stands, levels where the first of them does."""
        columns: dict[str, int] = {}
        for column, what in self.columns.items():
            key = what.key[:1] if isinstance(what, Column) else ("levels",) if isinstance(what, int) else ()
            if key:
                columns.setdefault(key[0], column)
        return columns

    def _find(self, node: Any, name: Entry, what: str) -> Any:
        """An entry that another sheet has made, or None with its absence noted."""
        entries = node if isinstance(node, dict) else {item["id"]: item for item in node or () if "id" in item}
        if name not in entries:
            self.refuse(name.cell, f"No {what.format(name[:40])}.", suggest(name, entries))
            return None
        return entries[name]

    def _find_owner(self, actor: Any, owner: Entry | None) -> Any:
        if owner is None:
            return actor
        if owner.startswith(BELIEVES):
            about = enter(owner.removeprefix(BELIEVES).strip(), owner.cell)
            return self._find(actor.get("believes", {}), about, "belief about '{}'")
        return self._find(actor.get("readings", {}), owner, "reading '{}'")
