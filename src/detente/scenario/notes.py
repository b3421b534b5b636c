"""Issues collected while a file is read, so that all of them are told at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeVar

from detente.errors import Issue
from detente.scenario.slips import Slip, Slipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from detente.scenario.document import Text

T = TypeVar("T")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
Severity = Literal["error", "warning", "empty"]


def make_issue(
    file: str, place: tuple[int, int], path: str, message: str, cure: str = "", *, severity: Severity = "error"
) -> Issue:
    """An issue; after its path the sentence goes on in lower case, unless it starts with a value."""
    if (path and message[1:2].islower()) or message.startswith("A "):
        message = message[0].lower() + message[1:] if path else message
    return Issue(file, *place, _show(path), _show(message), _show(cure), severity)


def _show(text: str) -> str:
    """Text fit for a terminal: what has no width or turns the writing is shown by its number."""
    return _UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


#: issues after which nothing more is looked for
MOST_ISSUES = 500


class TooMany(Exception):
    """More is wrong than anybody reads."""


class Notes:
    """Everything found wrong or doubtful so far. Raises TooMany when that is more than anybody reads."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.issues: list[Issue] = []

    def error(self, text: Text, message: str, cure: str = "") -> None:
        """An error at a scalar."""
        self.add(text, (Slip(0, message, cure),))

    def add(self, text: Text, slips: tuple[Slip, ...]) -> None:
        """Errors inside a scalar."""
        for slip in slips:
            place = text.place(slip.offset)
            self.issues.append(make_issue(self.file, place, text.path, slip.message, slip.cure))
        if len(self.issues) > MOST_ISSUES:
            raise TooMany

    def attempt(self, text: Text, read: Callable[[], T]) -> T | None:
        """What ``read`` answers, or None with its slips noted at ``text``."""
        try:
            return read()
        except Slipped as slipped:
            self.add(text, slipped.slips)
            return None

    def in_order(self) -> tuple[Issue, ...]:
        """All issues in the order of the file, each once."""
        return tuple(dict.fromkeys(sorted(self.issues, key=lambda issue: (issue.line, issue.column))))
