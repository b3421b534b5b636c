"""The text of a .gmcr file to plain data: JSON within bounds, every syntax error with its line and column."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from detente.errors import Issue, ScenarioError
from detente.scenario.document import DEEPEST, LARGEST_FILE

#: strings, the last of which may be cut off, and brackets
_MARKS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
#: digits of a number of such a file
_LONGEST_NUMBER = 15


def read_text(path: Path) -> str:
    """A file's text. Raises ScenarioError when it cannot be read, is too large, or is not UTF-8."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise _refuse(path, f"The file has more than {LARGEST_FILE:,} bytes.", "Only smaller conflicts are read.")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refuse(path, "The file is not UTF-8 text.", "Save it again with GMCR+.") from None
    except (OSError, ValueError) as error:  # too long a name, or one with a NUL
        reason = getattr(error, "strerror", None) or "the name is none"
        raise _refuse(path, f"The file cannot be read: {reason}.") from None


def read_json(text: str, file: str) -> object:
    """Plain data. Raises ScenarioError at the first thing that is not JSON or is beyond the bounds."""
    depth = 0
    for found in _MARKS.finditer(text):
        depth += 1 if found[0] in "[{" else -1 if found[0] in "]}" else 0
        if depth > DEEPEST:
            line, column = _place(text, found.start())
            message = f"Brackets are nested more than {DEEPEST} deep."
            raise ScenarioError([Issue(file, line, column, "", message, "No conflict of GMCR+ is.")])
    try:
        return json.loads(text, object_pairs_hook=_take_once, parse_constant=_refuse_constant, parse_int=_read_integer)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        what = "The file breaks off here" if cut else f"The text is not JSON here ({error.msg})"
        cure = "Copy it again." if cut else "Save the conflict again with GMCR+."
        raise ScenarioError([Issue(file, error.lineno, error.colno, "", f"{what}.", cure)]) from None
    except _Unfit as error:
        raise ScenarioError([Issue(file, 0, 0, "", str(error), "Save the conflict again with GMCR+.")]) from None


class _Unfit(Exception):
    """JSON that no file of GMCR+ has."""


def _take_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    answer = dict(pairs)
    if len(answer) < len(pairs):
        double = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise _Unfit(f"The key '{double[:60]}' is twice in one object.")
    return answer


def _refuse_constant(word: str) -> object:
    raise _Unfit(f"{word} is not a number of JSON.")


def _read_integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise _Unfit(f"The number {digits[:20]}... has {len(digits):,} digits.")
    return int(digits)


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _refuse(path: Path, message: str, cure: str = "") -> ScenarioError:
    return ScenarioError([Issue(str(path), 0, 0, "", message, cure)])
