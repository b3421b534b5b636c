"""Who stands where on which issues, as a table says, on the way to a scenario.

Every text keeps the cell it stands in. Rows with a mistake are noted and left out, so that one mistake is told once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from detente.game.exchange.drafts import Draft, note
from detente.game.exchange.entries import Cell, Entry, enter, part_shared
from detente.game.exchange.naming import flatten, make_names

#: as scenarios have one and no table has
HORIZON = "12 months"
#: what an actor with a stake has
AMOUNTS = ("position", "salience", "capability")
#: what all issues of a table of one negotiation are bargained over as
_PACKAGE = "all"
_COMMA = re.compile(r"(?<![\w.,])([-+]?\d+),(\d+)(?![\w.,])")
#: actors named in a sentence
_SHOWN = 5


@dataclass
class Topic:
    """An issue."""

    name: Entry
    label: Entry | None = None
    #: points of its scale and what they mean
    scale: dict[Entry, Entry] = field(default_factory=dict)
    ends: tuple[Entry, Entry] | None = None
    regions: dict[Entry, Sequence[Entry]] = field(default_factory=dict)
    package: Entry | None = None
    reference: Entry | None = None
    #: by the key of the actor: its three amounts, and ``actor``, its name in the row, where that is in one
    stakes: dict[str, dict[str, Entry]] = field(default_factory=dict)


@dataclass
class Roll:
    """What a table holds."""

    draft: Draft
    #: by key, see :func:`fold`: the name in the table, and the one for people if there is another
    actors: dict[str, Entry] = field(default_factory=dict)
    shown: dict[str, Entry] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)

    def note(self, cell: Cell, message: str, cure: str = "") -> None:
        """A mistake."""
        note(self.draft, cell, message, cure)

    def remark(self, text: str) -> None:
        """Something that is not kept, or kept in another way."""
        self.draft.remarks.append(text)

    def take_actor(self, name: Entry) -> str:
        """The key of an actor, which is made where it is new."""
        self.actors.setdefault(fold(name), name)
        return fold(name)

    def take_topic(self, name: Entry) -> Topic:
        """An issue, which is made where it is new."""
        return self.topics.setdefault(fold(name), Topic(name))

    def drop_weightless(self, topic: Topic, actor: str) -> bool:
        """Leave a stake out where its capability is 0, and say so; whether it was."""
        amount = topic.stakes[actor]["capability"]
        if not re.fullmatch(r"0*\.?0*", amount):
            return False
        del topic.stakes[actor]
        self.remark(f"{flatten(self.actors[actor])} has no capability on {flatten(topic.name)}: left out.")
        return True


def fold(name: str) -> str:
    """What is the same for two ways to write a name: capitals and spaces do not count."""
    return " ".join(name.split()).casefold()


def mend_comma(entry: Entry) -> Entry | None:
    """A number with a decimal comma with a point; None where it may be one for thousands."""
    for found in _COMMA.finditer(entry):
        if len(found[2]) == 3 and found[1].lstrip("+-0"):
            return None
    return enter(_COMMA.sub(r"\1.\2", entry), entry.cell)


def lay_roll(roll: Roll, title: str, as_of: date, *, keep: bool = False) -> None:
    """Bring what was read into the form of a scenario's file. ``keep`` keeps what can be a name as it is."""
    start = Cell(roll.draft.book, "", 1, 1)
    topics = {key: topic for key, topic in roll.topics.items() if topic.stakes or not roll.draft.issues}
    standing = {actor for topic in topics.values() for actor in topic.stakes}
    idle = [flatten(name) for key, name in roll.actors.items() if key not in standing]
    if idle and not roll.draft.issues:
        told = ", ".join(idle[:_SHOWN]) + (", ..." if len(idle) > _SHOWN else "")
        roll.remark(f"Without a place on any issue, and left out: {told}.")
    kept = [key for key in roll.actors if key in standing]
    names = dict(zip(kept, make_names([roll.actors[key] for key in kept], "actor", keep=keep), strict=True))
    ids = make_names([topic.name for topic in topics.values()], "issue", [*names.values()], keep=keep)
    roll.remark(f"The table has no dates: the model starts on {as_of} and ends after {HORIZON}.")
    _tell_absent(roll, topics)
    head = (("detente", "1"), ("title", flatten(title) or "Stakes"), ("as_of", as_of.isoformat()), ("horizon", HORIZON))
    data: dict[str, Any] = roll.draft.data
    data |= {key: enter(text, start) for key, text in head}
    data["actors"] = {
        enter(names[key], roll.actors[key].cell): _name_actor(roll, key, names[key]) for key in kept
    }  # fmt: skip
    data["issues"] = {
        enter(name, topic.name.cell): _lay_topic(topic, name, names)
        for name, topic in zip(ids, topics.values(), strict=True)
    }


def pack_together(roll: Roll) -> None:
    """Make one package of all issues where there are several."""
    if len(roll.topics) > 1:
        for topic in roll.topics.values():
            topic.package = enter(_PACKAGE, topic.name.cell)


def _name_actor(roll: Roll, key: str, name: str) -> dict[str, Any]:
    shown = roll.shown.get(key, roll.actors[key])
    text = flatten(shown)
    return {} if text == name and key not in roll.shown else {"name": enter(text, shown.cell)}


def _tell_absent(roll: Roll, topics: Mapping[str, Topic]) -> None:
    """Issues on which only some actors stand, for a slip in a name looks like that."""
    everybody = {actor for topic in topics.values() for actor in topic.stakes}
    for topic in topics.values():
        absent = [flatten(roll.actors[key]) for key in roll.actors if key in everybody - topic.stakes.keys()]
        if absent:
            told = ", ".join(absent[:_SHOWN]) + (", ..." if len(absent) > _SHOWN else "")
            roll.remark(f"Without a place on {flatten(topic.name)}: {told}.")


def _lay_topic(topic: Topic, name: str, names: Mapping[str, str]) -> dict[str, Any]:
    label = topic.label or (None if flatten(topic.name) == name else topic.name)
    parts: dict[str, Any] = {
        "label": label and enter(flatten(label), label.cell),
        "scale": {place: enter(flatten(text), text.cell) for place, text in topic.scale.items()},
        "ends": topic.ends and list(topic.ends),
        "regions": {region: list(stretch) for region, stretch in topic.regions.items()},
        "package": topic.package,
        "reference": topic.reference and _lay_amount(topic.reference),
    }
    data = {key: part for key, part in parts.items() if part}
    data["stakes"] = {
        enter(names[actor], amounts.get("actor", amounts["position"]).cell): {
            key: _lay_amount(amounts[key]) for key in AMOUNTS
        }
        for actor, amounts in topic.stakes.items()
    }
    return data


def _lay_amount(text: Entry) -> Any:
    number, shared = part_shared(text)
    return text if shared is None else {"value": enter(number, text.cell), "shared": enter(shared, text.cell)}
