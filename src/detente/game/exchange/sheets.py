"""What the sheets of a case's workbook are: which columns each has, and where in a scenario file their cells belong.

A sheet holds records, one per row. Its ``base`` leads to them: a key of the file, ``Slot("actor")`` for the key that
stands in the column of that head, OWNER for the preferences an actor has or that a reading or a belief of its has,
EACH for the items of a list. A column's key leads on from the record; the empty key is the record itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from detente.game.exchange.excel import Head
from detente.scenario.fields import Shape

#: how a cell is read: as it stands; without spaces around it; the same, where spaces mean nothing; as a number, its
#: shared name in brackets; as a date; as yes or no; as a list, one item on a line
Kind = Literal["prose", "text", "condition", "number", "date", "mark", "lines"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A step of a base: the key in the column of this head."""

    head: str
    hint: str = ""
    #: the sheet on which this name stands for the first time; empty when it is this one
    listed: str = ""


OWNER = "(owner)"
EACH = "(each)"
#: what stands in the column of an owner before the actor a belief is about
BELIEVES = "believes "
#: what stands in place of an actor for the defaults of all
EVERYBODY = "(all)"
#: heads of the columns of levels, with a number
LEVEL = "level "
#: offered in a column: the levels in its row, the words of the case's scale
LEVELS, ESTIMATES = "{levels}", "{estimates}"
#: the cells that hold the ids of the actors
ACTORS = "Actors!$A$2:$A$200"
#: where what has no cell of its own is kept
BRIEF_TEXT = "(text of the brief)"
OTHER, CASE, BRIEF, READ_ME = "Other", "Case", "Brief", "Read me"

OWNER_HEAD = "reading"
OWNER_HINT = (
    "Empty when the actor has one set of preferences; else the id of one of its readings. What it takes another to "
    "want is marked 'believes' and the other's id."
)

Step = str | Slot


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet and where its cells belong in a record."""

    head: str
    key: tuple[str, ...]
    kind: Kind = "text"
    hint: str = ""
    width: int = 16
    choices: str | tuple[str, ...] = ()
    #: whether other words than those offered are allowed
    open: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of records."""

    name: str
    hint: str
    base: tuple[Step, ...]
    columns: tuple[Column, ...]
    #: what a record's keys are checked against
    shape: type[Shape] | None = None
    #: levels stand in columns of their own at the end
    levels: bool = False
    #: heads of the columns that lead to the record, in order
    slots: tuple[Slot, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "slots", tuple(step for step in self.base if isinstance(step, Slot)))

    @property
    def owned(self) -> bool:
        """Whether its rows belong to preferences, so that a column says whose."""
        return OWNER in self.base

    @property
    def leading(self) -> int:
        """How many columns lead to a record."""
        return len(self.slots) + self.owned


def heads_of(sheet: Sheet, extra: tuple[str, ...] = (), levels: int = 0) -> tuple[Head, ...]:
    """The heads of a sheet, with the extra columns and the number of levels a case needs."""
    heads = [
        Head(slot.head, slot.hint, 14, ACTORS if slot.listed == "Actors" else (), slot.head == "actor")
        for slot in sheet.slots
    ]
    if sheet.owned:
        heads.append(Head(OWNER_HEAD, OWNER_HINT, 16))
    heads += [Head(c.head, c.hint, c.width, c.choices, c.open) for c in sheet.columns]
    heads += [Head(name, "", 20) for name in extra]
    heads += [Head(f"{LEVEL}{n}", "Levels in order, from the left.", 14) for n in range(1, levels + 1)]
    return tuple(heads)
