"""Excel workbooks, written and read: the only home of openpyxl, which is not required.

What is written is text and numbers, never a formula. What is read comes from anybody: a file is measured before it is
opened, nothing in it is computed or followed, and a cell is what it holds, with its address.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from detente.errors import Issue, RunError, ScenarioError

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

#: what a sheet holds
MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 2**20, 2**14, 2**15 - 1
#: what is read: bytes of the file, bytes unpacked, parts, filled cells, cells in all, columns of a sheet, sheets
LARGEST_FILE, LARGEST_UNPACKED, MOST_PARTS = 4 * 2**20, 32 * 2**20, 400
MOST_CELLS, MOST_PASSED, WIDEST, MOST_SHEETS = 100_000, 2_000_000, 300, 60
#: characters that no workbook can hold
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: rows below the last one that are made ready to be filled in
_SPARE = 200
_MISSING = "openpyxl is not installed. Install it with: pip install 'detente[xlsx]'"
_INK, _PAPER = "FFFFFF", "1F3A5F"

Value = str | bool | int | float | datetime | date | time | timedelta


@dataclass(frozen=True, slots=True)
class Typed:
    """A filled cell as Excel keeps it."""

    #: 1-based
    row: int
    column: int
    value: Value
    kind: Literal["text", "number", "percent", "boolean", "date", "formula", "error"]


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a page to fill in."""

    text: str
    #: shown as a comment
    hint: str = ""
    width: int = 16
    #: what a list offers: a range, as Excel writes it, or words
    choices: str | tuple[str, ...] = ()
    #: whether other values are allowed too
    open: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet to fill in: heads in its first row, texts below."""

    name: str
    heads: tuple[Head, ...]
    rows: Sequence[Sequence[str]]
    #: columns that stay in view
    fixed: int = 0
    #: whether there are rows to add to it
    spare: bool = True


def check_installed() -> None:
    """Raises RunError when openpyxl is missing."""
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        raise RunError(_MISSING) from None


def write_tables(path: Path, tables: Iterable[tuple[str, str | None, Iterable[Iterable[object]]]]) -> None:
    """Write sheets row by row: each a name, the cell below and right of what stays in view, and its rows.

    A text is a text even where it looks like a formula. Raises OSError when the file cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    with path.open("wb") as file:
        book = Workbook(write_only=True)
        for name, freeze, rows in tables:
            sheet = book.create_sheet(name)
            sheet.freeze_panes = freeze
            for row in rows:
                cells: list[object] = []
                for value in row:
                    if isinstance(value, str):
                        text = CONTROLS.sub("\N{REPLACEMENT CHARACTER}", value)[:LONGEST_TEXT]
                        written = WriteOnlyCell(sheet, text)
                        written.data_type = "s"
                        cells.append(written)
                    else:
                        cells.append(value)
                sheet.append(cells)
        book.save(file)


def write_pages(path: Path, pages: Iterable[Page]) -> None:
    """Write sheets to be filled in: every cell is formatted as text, so that Excel leaves alone what is typed."""
    from openpyxl import Workbook

    with path.open("wb") as file:
        book = Workbook()
        book.remove(book.worksheets[0])
        for page in pages:
            sheet = book.create_sheet(page.name)
            _write_heads(sheet, page)
            for number, row in enumerate(page.rows, start=2):
                for column, text in enumerate(row, start=1):
                    _write_text(sheet.cell(number, column), text)
            _offer_choices(sheet, page)
        book.save(file)


def _write_heads(sheet: Worksheet, page: Page) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for column, head in enumerate(page.heads, start=1):
        cell = sheet.cell(1, column)
        _write_text(cell, head.text)
        cell.font = Font(bold=True, color=_INK)
        cell.fill = PatternFill("solid", fgColor=_PAPER)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if head.hint:
            cell.comment = Comment(head.hint, "Detente", width=280, height=40 + 18 * (len(head.hint) // 40 + 1))
        kept = sheet.column_dimensions[get_column_letter(column)]
        kept.width = head.width
        kept.number_format = "@"
    sheet.freeze_panes = f"{get_column_letter(page.fixed + 1)}2"


def _write_text(cell: Cell | MergedCell, text: str) -> None:
    from openpyxl.styles import Alignment

    cell.number_format = "@"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if text:
        cell.value = text
        cell.data_type = "s"
        # Without this mark a text such as '-strong' turns into a formula when somebody edits the cell.
        cell.quotePrefix = text.startswith(("=", "+", "-", "@"))


def _offer_choices(sheet: Worksheet, page: Page) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    last = len(page.rows) + 1 + (_SPARE if page.spare else 0)
    for column, head in enumerate(page.heads, start=1):
        if head.choices:
            formula = head.choices if isinstance(head.choices, str) else f'"{",".join(head.choices)}"'
            rule = DataValidation(type="list", formula1=formula, allow_blank=True)
            rule.showErrorMessage = not head.open
            rule.errorTitle, rule.error = "Not in the list", f"Choose one of the list for '{head.text}'."
            letter = get_column_letter(column)
            rule.add(f"{letter}2:{letter}{max(last, 2)}")
            sheet.add_data_validation(rule)


def read_sheets(path: Path) -> dict[str, list[Typed]]:
    """The filled cells of every sheet, by row and column. Raises ScenarioError when the file is no sound workbook."""
    check_installed()
    try:
        _measure(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on what of a book is not kept, none of which is read
            return _read(path)
    except _Unfit as unfit:
        raise ScenarioError([Issue(str(path), 0, 0, "", *unfit.args)]) from None
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or 'it is damaged'}."
        raise ScenarioError([Issue(str(path), 0, 0, "", message)]) from None
    except Exception:  # whatever a damaged or hostile file makes the library stumble over
        message = "The file is no workbook that can be read."
        raise ScenarioError([Issue(str(path), 0, 0, "", message, "Save it anew as .xlsx.")]) from None


class _Unfit(Exception):
    """The file is not read: what is wrong with it, and the cure."""


def _measure(path: Path) -> None:
    """Refuse what would grow, before any of it is parsed."""
    if "\0" in str(path):
        raise _Unfit("The file cannot be read: the name is none.")
    if path.stat().st_size > LARGEST_FILE:
        raise _Unfit(f"The file has {path.stat().st_size:,} bytes; at most {LARGEST_FILE:,} are read.", "Split it.")
    if not zipfile.is_zipfile(path):
        raise _Unfit("The file is no Excel workbook.", "Save it as .xlsx.")
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise _Unfit(f"The file has {len(parts):,} parts; at most {MOST_PARTS} are read.", "Save it anew as .xlsx.")
        size = sum(part.file_size for part in parts)
        if size > LARGEST_UNPACKED:
            message = f"The file unpacks to {size:,} bytes; at most {LARGEST_UNPACKED:,} are read."
            raise _Unfit(message, "Delete what is no part of the case.")
        for part in parts:
            # Without the NULs a declaration in UTF-16 looks the same.
            content = archive.read(part).replace(b"\0", b"")
            if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
                message = f"The part '{part.filename[:60]}' declares entities, as no workbook does."
                raise _Unfit(message, "Save it anew as .xlsx.")


def _read(path: Path) -> dict[str, list[Typed]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    try:
        sheets = book.worksheets
        if len(sheets) > MOST_SHEETS:
            raise _Unfit(f"The book has {len(sheets)} sheets; at most {MOST_SHEETS} are read.", "Delete some.")
        answer: dict[str, list[Typed]] = {}
        filled = passed = 0
        for sheet in sheets:
            found = answer.setdefault(sheet.title, [])
            sheet.reset_dimensions()  # what the file says of its size need not be so
            for number, row in enumerate(sheet.iter_rows(), start=1):
                found.extend(_take_row(sheet.title, number, row))
                passed += 1 + len(row)
                if filled + len(found) > MOST_CELLS:
                    raise _Unfit(f"The book has more than {MOST_CELLS:,} filled cells.", "Split it.")
                if passed > MOST_PASSED:
                    message = f"The sheets have more than {MOST_PASSED:,} cells, most of them empty."
                    raise _Unfit(message, "Delete the empty rows and columns at their ends.")
            filled += len(found)
        return answer
    finally:
        book.close()


def _take_row(sheet: str, number: int, row: Sequence[Any]) -> Iterator[Typed]:
    for column, cell in enumerate(row, start=1):
        if cell.value is not None:
            if column > WIDEST:
                message = f"The sheet '{sheet[:40]}' has more than {WIDEST} columns."
                raise _Unfit(message, "Delete what is no part of the case.")
            kind, value = _tell_kind(cell)
            if value != "":
                yield Typed(number, column, value, kind)


def _tell_kind(cell: Any) -> tuple[Literal["text", "number", "percent", "boolean", "date", "formula", "error"], Value]:
    value, kind = cell.value, cell.data_type
    if kind == "f":
        return "formula", str(value)
    if kind == "e":
        return "error", str(value)
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, date | time | timedelta):
        return "date", value
    if isinstance(value, int | float):
        return ("percent" if "%" in str(cell.number_format) else "number"), value
    return "text", str(value)
