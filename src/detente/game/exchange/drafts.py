"""What a filled-in workbook holds, before it is known whether that is a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from detente.errors import Issue
from detente.game.exchange.entries import Cell, Entry, Node, Refused, decode, enter
from detente.game.exchange.excel import Typed
from detente.game.exchange.script import Row
from detente.game.exchange.sheets import Kind
from detente.scenario.document import write_path
from detente.scenario.notes import make_issue
from detente.scenario.schema import RawScenario

Data = dict[str, Any]
#: how to get a book that has every sheet and head
START = "Start from a book that 'detente export CASE --format xlsx' wrote."


@dataclass
class Draft:
    """What a book holds, before it is known whether that is a scenario."""

    book: str
    data: Data = field(default_factory=dict)
    brief: str = ""
    issues: list[Issue] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    #: id() of a record -> where it stands
    places: dict[int, Row] = field(default_factory=dict)
    #: whether names are missing because of what is wrong, so that nothing can be said of what uses them
    nameless: bool = False
    #: whether preferences are missing on that account
    aimless: bool = False

    def sort_keys(self) -> None:
        """Bring the parts of the file into their usual order."""
        parts = dict(self.data)
        self.data.clear()
        self.data |= {key: parts[key] for key in dict.fromkeys([*RawScenario.key_names(), *parts]) if key in parts}

    @property
    def rows(self) -> dict[str, Row]:
        """Where each record stands, by its dotted path."""
        return {
            write_path(path): self.places[id(node)]
            for path, node in list_nodes(self.data, ())
            if id(node) in self.places
        }


def find_slip(word: str, options: Iterable[str]) -> str | None:
    """Which option a word is but for a letter or two, capitals aside; None when it seems to be a word of its own."""
    folded = {option.casefold(): option for option in options}
    close = get_close_matches(word.casefold()[:80], folded, n=1, cutoff=0.8)
    return folded[close[0]] if close else None


def list_nodes(node: Node, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    """Every node of the data below one, itself first, with its path."""
    yield path, node
    if isinstance(node, dict | list):
        for step, item in node.items() if isinstance(node, dict) else enumerate(node):
            yield from list_nodes(item, (*path, step))


def note(draft: Draft, cell: Cell | str, message: str, cure: str = "") -> None:
    """Note a mistake at a cell, or in the book as a whole."""
    file, place = cell.place if isinstance(cell, Cell) else (cell, (0, 0))
    draft.issues.append(make_issue(file, place, "", message, cure))


def take(draft: Draft, typed: Typed, kind: Kind, cell: Cell) -> Entry | None:
    """The text of a cell; None where it is empty, or holds what such a cell cannot, which is noted."""
    try:
        text = decode(typed, kind)
    except Refused as refused:
        note(draft, cell, *refused.args)
        return None
    return enter(text, cell) if text.strip() else None
