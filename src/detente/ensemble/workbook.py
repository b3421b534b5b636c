"""A run as an Excel workbook: the only home of openpyxl, which is not required."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.columns import list_flat, tell_column
from detente.ensemble.ensemble import Ensemble
from detente.ensemble.manifest import Manifest
from detente.errors import RunError

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

#: what a sheet holds
MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 2**20, 2**14, 2**15 - 1
#: characters that no workbook can hold
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def write_workbook(ensemble: Ensemble, manifest: Manifest, path: Path) -> int:
    """Write the sheets ``draws`` (a row per draw), ``columns`` (what each holds) and ``run``; the number of columns.

    Void is an empty cell, a list of cells a text; numbers keep 16 digits, one less than some need. Raises RunError when
    openpyxl is missing or a sheet is too small, OSError when the file cannot be written.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise RunError("openpyxl is not installed. Install it with: pip install 'detente[xlsx]'") from None
    flat = list(list_flat(manifest.fields, manifest.method))
    names = ["draw", *(name for name, _, _ in flat)]
    _check_room(ensemble, len(names))
    columns = [_column(ensemble, field.name, place) for _, field, place in flat]
    with path.open("wb") as file:
        book = Workbook(write_only=True)
        draws = book.create_sheet("draws")
        draws.freeze_panes = "B2"
        _write(draws, [names])
        _write(draws, ([draw, *row] for draw, row in enumerate(zip(*columns, strict=True))))
        _write(book.create_sheet("columns"), [("column", "holds"), *((name, tell_column(name)) for name in names)])
        _write(book.create_sheet("run"), _list_facts(manifest))
        book.save(file)
    return len(names)


def _check_room(ensemble: Ensemble, columns: int) -> None:
    """Raises RunError when a sheet cannot hold the run."""
    if ensemble.draws >= MOST_ROWS or columns > MOST_COLUMNS:
        raise RunError(
            f"{ensemble.draws:,} draws in {columns:,} columns are too much for a sheet of {MOST_ROWS:,} rows and "
            f"{MOST_COLUMNS:,} columns. Use --format csv or parquet."
        )
    for name, lists in ensemble.cells.items():
        for draw, cells in enumerate(lists):
            if len(_join(cells)) > LONGEST_TEXT:
                raise RunError(
                    f"{name} of draw {draw} lists {len(cells):,} cells, more than a cell of a sheet can hold. "
                    "Use --format csv or parquet."
                )


def _join(cells: NDArray[np.int32]) -> str:
    return " ".join(map(str, cells.tolist()))


def _column(ensemble: Ensemble, name: str, place: int) -> Iterator[float | str | None]:
    if name in ensemble.cells:
        yield from map(_join, ensemble.cells[name])
        return
    values = ensemble.numbers[name] if name in ensemble.numbers else ensemble.curves[name][:, place]
    for value in values.tolist():
        yield None if np.isnan(value) else value


def _list_facts(manifest: Manifest) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        ("digest of the scenario", manifest.digest),
        ("seed", manifest.seed if manifest.seed < 2**53 else str(manifest.seed)),
        ("draws", manifest.draws),
    ]
    if manifest.until is not None:
        facts.append(("until every standard error is below", manifest.until))
    facts += [(f"version of {name}", text) for name, text in manifest.versions.items()]
    return facts + [(f"method: {name}", value if isinstance(value, str) else str(value))
                    for name, value in manifest.method.items()]  # fmt: skip


def _write(sheet: WriteOnlyWorksheet, rows: Iterable[Iterable[object]]) -> None:
    """Append rows; a text is a text even where it looks like a formula."""
    from openpyxl.cell import WriteOnlyCell

    for row in rows:
        cells: list[object] = []
        for value in row:
            if isinstance(value, str):
                cell = WriteOnlyCell(sheet, _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", value)[:LONGEST_TEXT])
                cell.data_type = "s"
                cells.append(cell)
            else:
                cells.append(value)
        sheet.append(cells)
