"""A run as an Excel workbook."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.columns import list_flat, tell_column
from detente.ensemble.ensemble import Ensemble
from detente.ensemble.manifest import Manifest
from detente.errors import RunError
from detente.game.exchange.excel import LONGEST_TEXT, MOST_COLUMNS, MOST_ROWS, check_installed, write_tables


def write_workbook(ensemble: Ensemble, manifest: Manifest, path: Path) -> int:
    """Write the sheets ``draws`` (a row per draw), ``columns`` (what each holds) and ``run``; the number of columns.

    Void is an empty cell, a list of cells a text; numbers keep 16 digits, one less than some need. Raises RunError when
    openpyxl is missing or a sheet is too small, OSError when the file cannot be written.
    """
    check_installed()
    flat = list(list_flat(manifest.fields, manifest.method))
    names = ["draw", *(name for name, _, _ in flat)]
    _check_room(ensemble, len(names))
    columns = [_column(ensemble, field.name, place) for _, field, place in flat]
    draws = ([draw, *row] for draw, row in enumerate(zip(*columns, strict=True)))
    told = [("column", "holds"), *((name, tell_column(name)) for name in names)]
    tables = [("draws", "B2", chain([names], draws)), ("columns", None, told), ("run", None, _list_facts(manifest))]
    write_tables(path, tables)
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
