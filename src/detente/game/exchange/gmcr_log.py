"""What is found while a .gmcr file is read: mistakes, remarks, and values of the kind that belongs where they stand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeGuard

from detente.errors import Issue
from detente.scenario.document import Path, write_path
from detente.scenario.notes import MOST_ISSUES, make_issue
from detente.scenario.slips import enumerate_words

AGAIN = "Save the conflict again with GMCR+."
#: values listed in a sentence
SHOWN = 8

Object = Mapping[str, object]


class Stop(Exception):
    """Reading cannot go on; the issues have been noted."""


class Log:
    """Issues and remarks, each with its place in the file. Raises Stop when there are more than anybody reads."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.issues: list[Issue] = []
        self.remarks: list[str] = []

    def note(self, path: Path, message: str, cure: str = "") -> None:
        """A mistake; items of lists are numbered from 1 in its place."""
        self.issues.append(make_issue(self.file, (0, 0), write_path(path), message, cure))
        if len(self.issues) >= MOST_ISSUES:
            text = f"More than {MOST_ISSUES} mistakes: the rest is not told."
            self.issues.append(Issue(self.file, 0, 0, "", text, "Correct these first."))
            raise Stop

    def remark(self, text: str) -> None:
        """Something that is not kept, or kept in another way."""
        self.remarks.append(text)

    def remark_unknown(self, data: Object, known: Sequence[str], where: str = "") -> None:
        """Keys that mean nothing here."""
        unknown = [show(key) for key in data if key not in known]
        if unknown:
            told = enumerate_words([*unknown[:SHOWN], *(["more"] if len(unknown) > SHOWN else [])])
            verb = "is" if len(unknown) == 1 else "are"
            self.remark(f"{where}{told} {verb} not known here and not kept.")

    def take_object(self, value: object, path: Path) -> Object:
        """An object, or an empty one after noting that it is none."""
        if isinstance(value, dict):
            return value
        self.note(path, f"{show(value)} stands where an object belongs.", AGAIN)
        return {}

    def take_list(self, data: Object, key: str, path: Path, most: int) -> Sequence[object]:
        """A list of at most so many items, empty when it is left out or after noting what is wrong with it."""
        value = data.get(key, [])
        if not isinstance(value, list):
            self.note((*path, key), f"{show(value)} stands where a list belongs.", AGAIN)
        elif len(value) > most:
            self.note((*path, key), f"It has {len(value):,} items; at most {most:,} are read.", "Say it with fewer.")
        else:
            return value
        return []

    def take_name(self, data: Object, path: Path) -> str:
        """A name, or nothing after noting that it is none."""
        name = data.get("name")
        if isinstance(name, str) and any(character.isalnum() for character in name):
            return name
        if data:
            self.note((*path, "name"), f"{show(name)} is no name.", "Name it with letters or digits.")
        return ""


def is_index(value: object, count: int) -> TypeGuard[int]:
    """Whether a value numbers one of ``count`` things from 0."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count


def show(value: object) -> str:
    """A value of the file in a sentence."""
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
