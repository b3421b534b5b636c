"""Tables of who stands where: which kind a file is, and the scenario it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from detente import __version__
from detente.errors import Issue, ScenarioError
from detente.game.exchange.books import Filled, settle
from detente.game.exchange.decide import is_decide, read_decide
from detente.game.exchange.drafts import Draft
from detente.game.exchange.entries import Cell
from detente.game.exchange.excel import read_sheets
from detente.game.exchange.experts import NEEDED, is_experts, read_experts
from detente.game.exchange.ktab import is_ktab, read_ktab
from detente.game.exchange.naming import flatten
from detente.game.exchange.rivals import Combined, combine
from detente.game.exchange.roll import Roll, lay_roll
from detente.game.exchange.separated import Cells, read_separated
from detente.game.exchange.sheets import CASE
from detente.scenario.slips import enumerate_words

#: how names of files of separated values end
SUFFIXES = (".csv", ".tsv", ".tab", ".txt")
_BOOK = ".xlsx"


def is_stake_table(path: Path) -> bool:
    """Whether a file is a table of stakes rather than a conflict or the workbook of a case.

    Raises ScenarioError when it is a workbook that cannot be read, RunError when openpyxl is missing for one.
    """
    suffix = path.suffix.lower()
    return suffix in SUFFIXES or (suffix == _BOOK and _find_sheet(path) is not None)


def read_tables(files: Sequence[Path], as_of: date) -> Combined:
    """Make a scenario of a table, or of several experts' tables of the same issues.

    Where the numbers of several differ, the range over all of them is taken, from the lowest 5th percentile to the
    highest 95th. Raises ScenarioError with every mistake of every table, each with its place.
    """
    title = " and ".join(dict.fromkeys(path.stem for path in files))
    found: list[Filled] = []
    issues: list[Issue] = []
    for path in files:
        try:
            found.append(_read_table(path, title, as_of))
        except ScenarioError as error:
            issues += error.issues
    if issues:
        raise ScenarioError(issues)
    combined = combine(found)
    remarks = [flatten(remark) for remark in combined.case.draft.remarks]
    sources = enumerate_words(flatten(path.name) for path in files)
    head = [f"# Imported by Detente {__version__} from {sources}.", *(f"# - {remark}" for remark in remarks)]
    text = "\n".join(head) + "\n" + combined.case.text
    return replace(combined, case=replace(combined.case, text=text))


def _read_table(path: Path, title: str, as_of: date) -> Filled:
    rows = _take_rows(path)
    roll = Roll(Draft(str(path)))
    if not rows:
        raise ScenarioError([Issue(str(path), 0, 0, "", "The table is empty.", "Fill it in.")])
    own, keep = "", False
    if is_ktab(rows):
        own = read_ktab(rows, roll)
    elif is_decide(rows):
        own = read_decide(rows, roll)
    elif is_experts(rows[0]):
        read_experts(rows, roll)
        keep = True
    else:
        file, (line, column) = next(iter(rows[0].values()))[1].place
        cure = f"A table of experts begins with the heads {enumerate_words(NEEDED)}."
        message = "This is no table of stakes: not one of experts, of KTAB or of the exchange model."
        raise ScenarioError([Issue(file, line, column, "", message, cure)])
    lay_roll(roll, own or title, as_of, keep=keep)
    if roll.draft.issues and not roll.draft.data["issues"]:
        raise ScenarioError(roll.draft.issues)
    return _settle(roll.draft, path.stem)


def _settle(draft: Draft, stem: str) -> Filled:
    try:
        return settle(draft, stem)
    except ScenarioError as error:
        if not draft.issues:
            raise
        # That nobody stands on an issue, or cares, may be so for want of the rows left out.
        kept = [issue for issue in error.issues if not issue.message.casefold().startswith("nobody ")]
        raise ScenarioError(kept) from None


def _take_rows(path: Path) -> list[Cells]:
    if path.suffix.lower() != _BOOK:
        return read_separated(path)
    found = _find_sheet(path)
    return [] if found is None else found


def _find_sheet(path: Path) -> list[Cells] | None:
    """The rows of the sheet that has the heads of a table; None where no sheet has, or the book holds a case."""
    sheets = read_sheets(path)
    if any(name.strip().casefold() == CASE.casefold() for name in sheets):
        return None
    for name, cells in sheets.items():
        rows: dict[int, Cells] = {}
        for typed in cells:
            rows.setdefault(typed.row, {})[typed.column] = (typed, Cell(str(path), name, typed.row, typed.column))
        found = [rows[number] for number in sorted(rows)]
        if found and is_experts(found[0]):
            return found
    return None
