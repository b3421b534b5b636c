"""A filled-in workbook read as a scenario: its data, the file that says the same, and what the reader makes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from detente.errors import Issue, ScenarioError
from detente.game.exchange.drafts import Draft
from detente.game.exchange.entries import enter
from detente.game.exchange.excel import Typed, read_sheets
from detente.game.exchange.script import translate, write_script
from detente.game.exchange.sheets_reader import read_draft
from detente.scenario.model import Scenario
from detente.scenario.reader import FILE_NAME, loads

BRIEF_FILE = "brief.md"
_FILE = re.compile(r"\w[\w .-]{0,60}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A book that holds a sound case."""

    #: what the book says, every text with its cell
    draft: Draft = field(repr=False)
    #: what a reading that only this book has is called
    name: str
    scenario: Scenario
    #: the case as a scenario's file
    text: str = field(repr=False)
    warnings: tuple[Issue, ...]

    @property
    def brief_file(self) -> str:
        """The file of the brief beside the scenario's, empty when there is no brief."""
        return str(self.draft.data.get("brief", ""))


def read_book(path: Path) -> Filled:
    """Read a workbook. Raises ScenarioError with every mistake found, each with its cell."""
    return read_cells(str(path), read_sheets(path))


def read_cells(book: str, sheets: Mapping[str, list[Typed]]) -> Filled:
    """Read the cells of a workbook. Raises ScenarioError with every mistake found, each with its cell."""
    draft = read_draft(book, sheets)
    _settle_brief(draft)
    if draft.issues and draft.nameless:
        # What a missing name would make of the rest is no news.
        raise ScenarioError(draft.issues)
    return settle(draft, Path(book).stem)


def settle(draft: Draft, stem: str) -> Filled:
    """The scenario that a draft is. Raises ScenarioError with every mistake found, each with its cell."""
    script = write_script(draft.data)
    told = {issue.file for issue in draft.issues}
    folder = Path(draft.book).parent  # where other cases that a query asks about may lie
    try:
        scenario, warnings = loads(script.text, name=draft.book, folder=folder, brief=draft.brief)
    except ScenarioError as error:
        found = [translate(issue, script, draft.rows, draft.book) for issue in error.issues]
        found = [issue for issue in found if issue.file not in told or issue.file == draft.book]
        if draft.aimless:
            found = [issue for issue in found if "has no preferences" not in issue.message]
        raise ScenarioError(dict.fromkeys([*draft.issues, *found])) from None
    if draft.issues:
        raise ScenarioError(draft.issues)
    warned = tuple(translate(issue, script, draft.rows, draft.book) for issue in warnings)
    name = re.sub(r"[^\w-]+", "-", stem).strip("-_")[:30] or "book"
    return Filled(draft, name if name[0].isalpha() else f"book-{name}", scenario, script.text, warned)


def _settle_brief(draft: Draft) -> None:
    """The brief's file beside the scenario's: its name alone, so that it is written nowhere else."""
    named = draft.data.get("brief")
    if named is None and draft.brief:
        draft.data["brief"] = BRIEF_FILE
    elif named is not None and not draft.brief:
        draft.issues.append(
            Issue(str(named.cell), 0, 0, "brief", f"the brief '{named[:40]}' has no text.", "Fill the sheet Brief in.")
        )
    elif named is not None:
        name = PurePosixPath(named).name
        fit = _FILE.fullmatch(name) and name != FILE_NAME
        draft.data["brief"] = enter(name if fit else BRIEF_FILE, named.cell)
