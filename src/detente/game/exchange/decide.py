"""Tables of the exchange model (the program Decide).

The first cell of a row says what it holds: ``#A`` an actor, its key and its name; ``#P`` an issue, its key and what it
is about; ``#M`` a point of an issue's scale and what it means, the outermost being its ends, else 0 and 100; ``#D`` an
actor, an issue, and its position, salience and power there; ``#O`` and ``#/`` remarks. Cells behind these are remarks
too. Keys differ by their letters and digits only. Numbers may have a decimal comma.
"""

from __future__ import annotations

from collections.abc import Sequence

from detente.game.exchange.drafts import take
from detente.game.exchange.entries import Cell, Entry, enter
from detente.game.exchange.naming import flatten
from detente.game.exchange.roll import AMOUNTS, Roll, Topic, mend_comma, pack_together
from detente.game.exchange.separated import Cells
from detente.scenario.slips import suggest

#: kinds of row and how many cells each has
_CELLS = {"#A": 3, "#P": 3, "#M": 4, "#D": 6}
_REMARKS = ("#O", "#0", "#/")


def is_decide(rows: Sequence[Cells]) -> bool:
    """Whether the first row begins as the exchange model's do."""
    first = rows[0].get(1) if rows else None
    return first is not None and str(first[0].value).strip().upper() in (*_CELLS, *_REMARKS)


def read_decide(rows: Sequence[Cells], roll: Roll) -> str:
    """Read a table into the roll; answers its title."""
    reader = _Reader(roll)
    for row in rows:
        reader.sort(row)
    for kind, read in (("#A", reader.read_actor), ("#P", reader.read_issue), ("#M", reader.read_point)):
        for told in reader.rows[kind]:
            read(told)
    reader.settle_scales()
    for told in reader.rows["#D"]:
        reader.read_stake(told)
    if not reader.rows["#D"]:
        place = next(iter(rows[-1].values()))[1]
        roll.note(place, "The file has no row #D, so nobody has a position.", "Add one for each actor and issue.")
    if reader.remarks:
        what = "remark of the file is" if reader.remarks == 1 else "remarks of the file are"
        roll.remark(f"{reader.remarks} {what} not kept.")
    pack_together(roll)
    return reader.title


class _Reader:
    def __init__(self, roll: Roll) -> None:
        self.roll = roll
        self.rows: dict[str, list[dict[int, Entry]]] = {kind: [] for kind in _CELLS}
        self.points: dict[str, dict[float, tuple[Entry, Entry | None]]] = {}
        self.title = ""
        self.remarks = 0

    def sort(self, row: Cells) -> None:
        """Put a row with its kind; what is behind its cells is a remark."""
        draft = self.roll.draft
        entries = {column: take(draft, typed, "text", cell) for column, (typed, cell) in row.items()}
        told = {column: entry for column, entry in entries.items() if entry is not None}
        first = next(iter(row.values()))[1]
        kind = told[1].upper() if 1 in told else ""
        if kind in _REMARKS:
            self.remarks += kind == "#/"
            self.title = self.title or (str(told.get(2, "")) if kind != "#/" else "")
        elif kind in _CELLS:
            self.remarks += any(column > _CELLS[kind] for column in told)
            if kind == "#M" and 5 in told:
                told[4] = enter(" ".join(told[column] for column in sorted(told) if column >= 4), told[4].cell)
                self.remarks -= 1
            self.rows[kind].append(told)
        else:
            cure = f"There are {', '.join((*_CELLS, '#O', '#/'))}."
            self.roll.note(first, f"'{kind[:20]}' is no kind of row.", cure)

    def read_actor(self, row: dict[int, Entry]) -> None:
        """#A: key, name."""
        key = self._take_key(row, 2, "actor")
        if key is None:
            return
        if _key(key) in self.roll.actors:
            there = self.roll.actors[_key(key)].cell.address
            self.roll.note(key.cell, f"The actor '{key[:40]}' is here twice.", f"See {there}.")
            return
        self.roll.actors[_key(key)] = key
        if 3 in row:
            self.roll.shown[_key(key)] = row[3]

    def read_issue(self, row: dict[int, Entry]) -> None:
        """#P: key, what it is about."""
        key = self._take_key(row, 2, "issue")
        if key is None:
            return
        if _key(key) in self.roll.topics:
            there = self.roll.topics[_key(key)].name.cell.address
            self.roll.note(key.cell, f"The issue '{key[:40]}' is here twice.", f"See {there}.")
            return
        self.roll.topics[_key(key)] = Topic(key, row.get(3))

    def read_point(self, row: dict[int, Entry]) -> None:
        """#M: issue, place on the scale, what it means."""
        topic = self._find_topic(row, 2)
        place = self._take_number(row, 3)
        if topic is None or place is None:
            return
        try:
            number = float(place)
        except ValueError:
            self.roll.note(place.cell, f"'{place[:40]}' is no place on a scale.", "Write a number.")
            return
        points = self.points.setdefault(_key(topic.name), {})
        if number in points:
            there = points[number][0].cell.address
            self.roll.note(place.cell, f"The point {place[:40]} of the scale is here twice.", f"See {there}.")
        points.setdefault(number, (place, row.get(4)))

    def settle_scales(self) -> None:
        """The ends of each scale are its outermost points; points are kept where their words tell them apart."""
        for key, points in self.points.items():
            topic = self.roll.topics[key]
            if len(points) > 1:
                topic.ends = points[min(points)][0], points[max(points)][0]
            told = {place: text for place, text in points.values() if text is not None}
            words = {flatten(text).casefold() for text in told.values()}
            if len(words) == len(told):
                topic.scale = told
            elif told:
                remark = "several points have the same words."
                self.roll.remark(f"What the points of {flatten(topic.name)} mean is not kept: {remark}")

    def read_stake(self, row: dict[int, Entry]) -> None:
        """#D: actor, issue, position, salience, power."""
        topic, actor = self._find_topic(row, 3), self._find_actor(row)
        amounts = [self._take_number(row, column) for column in (4, 5, 6)]
        if topic is None or actor is None:
            return
        if actor in topic.stakes:
            there = topic.stakes[actor]["position"].cell.address
            self.roll.note(row[2].cell, f"'{row[2][:40]}' has two rows on this issue.", f"See {there}.")
            return
        held = {name: amount for name, amount in zip(AMOUNTS, amounts, strict=True) if amount is not None}
        if len(held) == len(AMOUNTS):
            topic.stakes[actor] = {**held, "actor": row[2]}
            self.roll.drop_weightless(topic, actor)

    def _take_key(self, row: dict[int, Entry], column: int, what: str) -> Entry | None:
        if column in row and _key(row[column]):
            return row[column]
        self.roll.note(_first(row), f"The row has no {what}.", "Write letters or digits in the cell for it.")
        return None

    def _find_topic(self, row: dict[int, Entry], column: int) -> Topic | None:
        key = self._take_key(row, column, "issue")
        if key is None or _key(key) in self.roll.topics:
            return None if key is None else self.roll.topics[_key(key)]
        known = [str(topic.name) for topic in self.roll.topics.values()]
        self.roll.note(key.cell, f"No row #P has the issue '{key[:40]}'.", suggest(key, known))
        return None

    def _find_actor(self, row: dict[int, Entry]) -> str | None:
        key = self._take_key(row, 2, "actor")
        if key is None or _key(key) in self.roll.actors:
            return None if key is None else _key(key)
        self.roll.note(key.cell, f"No row #A has the actor '{key[:40]}'.", suggest(key, self.roll.actors.values()))
        return None

    def _take_number(self, row: dict[int, Entry], column: int) -> Entry | None:
        if column not in row:
            self.roll.note(_first(row), f"The row has no number in column {column}.", "Fill it in.")
            return None
        number = mend_comma(row[column])
        if number is None:
            cure = "Write it without a comma."
            self.roll.note(row[column].cell, f"'{row[column][:40]}' may be a number of thousands.", cure)
        return number


def _key(name: str) -> str:
    """Letters and digits alone tell names apart."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _first(row: dict[int, Entry]) -> Cell:
    return next(iter(row.values())).cell
