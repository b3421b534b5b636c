"""Tables that experts fill in: a row for each actor and issue, as CSV or as a workbook with one sheet.

``issue``, ``actor``, ``position``, ``salience`` and ``capability`` are needed. An amount is what a scenario takes, such
as ``40`` or ``10 to 40``; its ends may stand in two columns instead, ``position low`` and ``position high``. What is
said of an issue (``label``, ``scale``, ``ends``, ``regions``, ``package``, ``reference``) stands in any of its rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from detente.game.exchange.drafts import find_slip, take
from detente.game.exchange.entries import Cell, Entry, enter
from detente.game.exchange.excel import Head
from detente.game.exchange.roll import AMOUNTS, Roll, Topic, fold, mend_comma
from detente.game.exchange.separated import Cells, unguard
from detente.game.exchange.sheets import Kind
from detente.scenario.slips import enumerate_words

NEEDED = ("issue", "actor", *AMOUNTS)
#: what is said of an issue, and of an actor
OF_ISSUE = ("label", "scale", "ends", "regions", "package", "reference")
_OF_ACTOR = ("name",)
_BOUNDS = tuple(f"{amount} {end}" for amount in AMOUNTS for end in ("low", "high"))
#: other heads in use
_ALIASES = {"power": "capability", "influence": "capability"}
_NUMBERS = frozenset((*AMOUNTS, *_BOUNDS, "reference"))
_LINES = frozenset(("scale", "regions", "ends"))

HEADS = (
    Head("issue", "A short name, the same in each of its rows.", 18),
    Head("actor", "A short name, the same in each of its rows.", 18),
    Head("position", "Where the actor stands on the scale: a number such as 40, or a range such as 10 to 40.", 16),
    Head("salience", "How much it cares, from 0 to 1: a number or a range.", 16),
    Head("capability", "What it can bring to bear, above 0, in any unit: a number or a range.", 16),
    Head("name", "The actor's name for people. Once is enough.", 24),
    Head("label", "What the issue is about. What is said of an issue is said once, in any of its rows.", 30),
    Head("scale", "What points of the scale mean: 0 = no deal; 100 = recognition. Or one on a line.", 40),
    Head("ends", "Where the scale begins and ends, such as 0 to 7. Empty for 0 to 100.", 12),
    Head("regions", "Stretches of the scale with a name: freeze = 30 to 60; more = 60 to 100.", 30),
    Head("package", "A short name shared by the issues bargained over together.", 14),
    Head("reference", "The place on the scale that holds if nothing is agreed.", 12),
)


def is_experts(heads: Cells) -> bool:
    """Whether a first row has heads of such a table."""
    found = {_tell_head(str(typed.value)) for typed, _ in heads.values()}
    return {"issue", "actor"} <= found


def read_experts(rows: Sequence[Cells], roll: Roll) -> None:
    """Read a table into the roll."""
    reader = _Reader(roll)
    reader.read_heads(rows[0])
    if reader.sound:
        for row in rows[1:]:
            reader.read_row(row)
        if not rows[1:]:
            roll.note(next(iter(rows[0].values()))[1], "The table has no row below its heads.", "Fill it in.")


def _tell_head(text: str) -> str:
    head = fold(text.replace("_", " ").replace("-", " "))
    return _ALIASES.get(head, head)


@dataclass
class _Reader:
    roll: Roll
    #: head by column
    heads: dict[int, str] = field(default_factory=dict)
    sound: bool = True
    #: where each thing was said first, by issue or actor and head
    said: dict[tuple[str, str], Entry] = field(default_factory=dict)

    def read_heads(self, row: Cells) -> None:
        """What stands in which column; what is missing or twice is noted."""
        known = (*NEEDED, *_BOUNDS, *_OF_ACTOR, *OF_ISSUE)
        for column, (typed, cell) in row.items():
            head = _tell_head(str(typed.value))
            if head in self.heads.values():
                self._refuse(cell, f"The head '{head[:40]}' is here twice.", "Delete one of the columns.")
            elif head in known:
                self.heads[column] = head
            elif meant := find_slip(head, known):
                self._refuse(cell, f"No head '{head[:40]}' is known here.", f"Did you mean '{meant}'?")
            else:
                self.roll.remark(f"{cell}: the column '{head[:40]}' is no part of the table and is left out.")
        here = set(self.heads.values())
        missing = [
            head for head in NEEDED if head not in here and not {f"{head} low", f"{head} high"} <= here
        ]  # fmt: skip
        if missing and self.sound:
            place = next(iter(row.values()))[1]
            verb = "is" if len(missing) == 1 else "are"
            self._refuse(place, f"The head{'s' * (len(missing) > 1)} {enumerate_words(missing)} {verb} missing.",
                         f"A table has {enumerate_words(NEEDED)}.")  # fmt: skip

    def read_row(self, row: Cells) -> None:
        """A stake, and what its row says of the issue and the actor."""
        draft, before = self.roll.draft, len(self.roll.draft.issues)
        told: dict[str, Entry] = {}
        for column, head in self.heads.items():
            if column in row:
                typed, cell = row[column]
                entry = take(draft, typed, _tell_kind(head), cell)
                entry = entry and (entry if cell.sheet else enter(unguard(entry), cell))
                entry = self._mend(entry) if entry and head in _NUMBERS else entry
                told |= {head: entry} if entry else {}
        first = next(iter(row.values()))[1]
        for head in ("issue", "actor"):
            if head not in told and len(draft.issues) == before:
                self.roll.note(first, f"The row has no {head}.", "Name it.")
        if "issue" not in told or "actor" not in told:
            return
        topic, actor = self.roll.take_topic(told["issue"]), self.roll.take_actor(told["actor"])
        if "name" in told:
            self._say(actor, "name", told["name"])
            self.roll.shown.setdefault(actor, told["name"])
        for head in OF_ISSUE:
            if head in told and self._say(fold(topic.name), head, told[head]):
                self._describe(topic, head, told[head])
        self._place(topic, actor, told, len(draft.issues) == before)

    def _place(self, topic: Topic, actor: str, told: Mapping[str, Entry], clean: bool) -> None:
        amounts: dict[str, Entry] = {}
        for amount in AMOUNTS:
            entry = self._take_amount(amount, told, clean)
            if entry is not None:
                amounts[amount] = entry
        if actor in topic.stakes:
            there = topic.stakes[actor]["position"].cell.address
            message = f"'{told['actor'][:40]}' has two rows on '{topic.name[:40]}'."
            self.roll.note(told["actor"].cell, message, f"See {there}.")
        elif len(amounts) == len(AMOUNTS):
            topic.stakes[actor] = {**amounts, "actor": told["actor"]}

    def _take_amount(self, amount: str, told: Mapping[str, Entry], clean: bool) -> Entry | None:
        """The number, or the range between the numbers in its two columns; both or none of these."""
        ends = [told[head] for head in (f"{amount} low", f"{amount} high") if head in told]
        plain = told.get(amount)
        if plain is not None and ends:
            self.roll.note(ends[0].cell, f"The {amount} is given twice.", "Clear the cell, or that of the number.")
        elif plain is not None:
            return plain
        elif len(ends) == 2:
            low, high = ends
            return low if low == high else enter(f"{low} to {high}", low.cell)
        elif ends or clean:
            cell = ends[0].cell if ends else told["actor"].cell
            what = f"one end of the {amount}" if ends else f"{amount} of '{told['actor'][:40]}'"
            self.roll.note(cell, f"The other end of the {amount} is missing." if ends else f"The {what} is missing.",
                           "Fill it in.")  # fmt: skip
        return None

    def _mend(self, entry: Entry) -> Entry | None:
        number = mend_comma(entry)
        if number is None:
            message = f"'{entry[:40]}' may be a number of thousands."
            self.roll.note(entry.cell, message, "Write it without a comma, or with a decimal point.")
        return number

    def _say(self, key: str, head: str, text: Entry) -> bool:
        """Whether this is said for the first time; that it was said in another way is noted."""
        first = self.said.setdefault((key, head), text)
        if fold(first) != fold(text):
            message = f"The {head} is '{text[:40]}' here and '{first[:40]}' elsewhere."
            self.roll.note(text.cell, message, f"See {first.cell.address}.")
        return first is text

    def _describe(self, topic: Topic, head: str, text: Entry) -> None:
        if head == "scale":
            topic.scale = dict(self._part(text))
        elif head == "regions":
            stretches = {name: self._part_ends(told) for name, told in self._part(text)}
            topic.regions = {name: ends for name, ends in stretches.items() if ends}
        elif head == "ends":
            topic.ends = self._part_ends(text)
        elif head == "label":
            topic.label = text
        elif head == "package":
            topic.package = text
        else:
            topic.reference = text

    def _part(self, text: Entry) -> list[tuple[Entry, Entry]]:
        """``a = b; c = d`` as pairs; one on a line where there are lines."""
        pairs: list[tuple[Entry, Entry]] = []
        for item in text.split("\n" if "\n" in text else ";"):
            left, middle, right = (part.strip() for part in item.partition("="))
            if middle and left and right:
                pairs.append((enter(left, text.cell), enter(right, text.cell)))
            elif item.strip():
                message = f"'{item.strip()[:40]}' says nothing of a scale."
                self.roll.note(text.cell, message, "Write, for example, 0 = no deal; 100 = recognition.")
        return pairs

    def _part_ends(self, text: Entry) -> tuple[Entry, Entry] | None:
        """``0 to 7`` as two numbers."""
        parts = text.split(" to ")
        if len(parts) == 2 and all(part.strip() for part in parts):
            low, high = (enter(part.strip(), text.cell) for part in parts)
            return low, high
        self.roll.note(text.cell, f"'{text[:40]}' is no stretch of a scale.", "Write, for example, 0 to 7.")
        return None

    def _refuse(self, cell: Cell, message: str, cure: str) -> None:
        self.sound = False
        self.roll.note(cell, message, cure)


def _tell_kind(head: str) -> Kind:
    return "number" if head in _NUMBERS else "prose" if head in _LINES else "text"
