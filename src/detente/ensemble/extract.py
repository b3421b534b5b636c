"""A run in one file for other tools: CSV, Excel, Parquet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from detente.display import Displayed
from detente.ensemble.manifest import read_manifest
from detente.ensemble.store import copy_flat, copy_whole, load_run, replacing
from detente.ensemble.workbook import write_workbook

RunFormat = Literal["csv", "parquet", "xlsx"]


@dataclass(frozen=True, slots=True)
class Extract(Displayed):
    """A file with a run's draws."""

    file: Path
    format: RunFormat
    draws: int
    columns: int

    def __repr__(self) -> str:
        return f"<Extract {self.file}: {self}>"

    def __str__(self) -> str:
        return f"{self.draws:,} draws, {self.columns:,} columns"

    def to_dict(self) -> dict[str, object]:
        """The one JSON shape."""
        return {"file": str(self.file), "format": self.format, "draws": self.draws, "columns": self.columns}


def extract(folder: Path, file: Path, format: RunFormat) -> Extract:  # noqa: A002 - the option's own name
    """Write the draws of a run folder, every part verified, into one file, which appears whole or not at all.

    ``parquet`` keeps the columns of the parts; ``csv`` and ``xlsx`` have a column per point of a curve, named for its
    month, and cells as text. Void is NULL or empty. Raises RunError when a part is missing or damaged, or the file
    cannot be written.
    """
    manifest, ensemble = read_manifest(folder), load_run(folder)
    with replacing(file) as temporary:
        if format == "xlsx":
            columns = write_workbook(ensemble, manifest, temporary)
        else:
            columns = (copy_flat if format == "csv" else copy_whole)(folder, manifest, temporary)
    return Extract(file, format, ensemble.draws, columns)
