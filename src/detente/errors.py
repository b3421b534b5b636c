"""Every error Détente raises on purpose, and the issue lines that people read.

::

    DetenteError
    |-- ScenarioError    a scenario file is wrong: carries every Issue found, not only the first
    |-- QueryError       a query or state given on the command line is wrong: carries every Issue found
    |-- NotYetAnalysed   the language has the query, this version cannot answer it: names the analysis
    |-- SizeError        the game does not fit the memory allowed: names the lever to cut
    `-- RunError         a run folder cannot be used, written or resumed: names the part
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong (or doubtful) in a file: where, what, and what to do about it."""

    file: str
    #: 1-based line and column of the offending text; 0 where the file as a whole is meant
    line: int
    column: int
    #: dotted place inside the document, such as ``actors.us.levers``
    path: str
    #: what is wrong, with the value, as a full sentence
    message: str
    #: what to do, as a full sentence; may be empty
    cure: str = ""
    #: what has yet to be filled in is ``empty``: no mistake, and nothing doubtful
    severity: Literal["error", "warning", "empty"] = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        path = f"{self.path}: " if self.path else ""
        mark = "" if self.severity == "error" else f"{self.severity}: "
        cure = f" {self.cure}" if self.cure else ""
        return f"{place}  {mark}{path}{self.message}{cure}"


class DetenteError(Exception):
    """Root of every error raised on purpose; its text is fit to print as it is."""


class _IssuesError(DetenteError):
    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))


class ScenarioError(_IssuesError):
    """A scenario file is wrong; ``issues`` has all that was found, in the order of the file."""


class QueryError(_IssuesError):
    """A query, state or setting given from outside the file is wrong."""


class NotYetAnalysed(DetenteError):
    """The language has this question, but this version has no analysis for it."""


class SizeError(DetenteError):
    """The game needs more memory than allowed."""


class RunError(DetenteError):
    """A run folder cannot be used, written or resumed."""
