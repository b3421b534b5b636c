"""The run folder: a manifest and zstd Parquet parts that any DuckDB shell can read. DuckDB's only home.

A part has one row per draw with the column ``draw`` and one column per field, and carries two entries of metadata:
``detente_run``, the manifest's identity, and ``detente_rows``, a sha256 over every bit of the answers. NULL is void. A
part appears under its name only when it has been written, read back, compared and brought to disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.block import Block, checksum, join, slice_block
from detente.ensemble.columns import list_flat
from detente.ensemble.ensemble import Ensemble, assemble
from detente.ensemble.job import Field
from detente.ensemble.lock import Lock
from detente.ensemble.manifest import MANIFEST, Manifest, read_manifest
from detente.ensemble.parts import PATTERN, Part, enumerate_some, list_parts, name_part, refuse_gaps
from detente.errors import RunError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TYPES = {"number": "DOUBLE", "curve": "DOUBLE[]", "cells": "INTEGER[]"}


def load_run(folder: Path) -> Ensemble:
    """The ensemble in a run folder, every part verified.

    Raises RunError when the folder is no run, or when a draw that was asked for is missing or damaged.
    """
    manifest = read_manifest(folder)
    parts = list_parts(folder, manifest.draws)
    refuse_gaps(folder, parts, manifest.draws)
    with _connect() as connection:
        blocks = _read_parts(connection, manifest, parts)
    return assemble(manifest, slice_block(join(manifest.fields, blocks), 0, manifest.draws))


@contextmanager
def open_store(folder: Path, manifest: Manifest) -> Iterator[Store]:
    """A run folder to write into, made if need be and locked against other runs.

    Raises RunError when the folder belongs to another run, is being written, or cannot be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise RunError(f"{folder}: the run folder cannot be made: {problem.strerror}.") from None
    with Lock(folder):
        for leftover in folder.glob(".*.tmp"):
            with suppress(OSError):
                leftover.unlink()
        if (folder / MANIFEST).exists():
            old = read_manifest(folder)
            _refuse_another(folder, old, manifest)
            made_on = dict.fromkeys((*old.processors, *manifest.processors))
            manifest = replace(manifest, processors=tuple(made_on))
        elif any(folder.glob(PATTERN)):
            raise RunError(f"{folder}: there are parts but no {MANIFEST}. Restore it, or use another folder.")
        with _connect() as connection:
            yield Store(folder, manifest, connection)


class Store:
    """An open run folder."""

    def __init__(self, folder: Path, manifest: Manifest, connection: DuckDBPyConnection) -> None:
        self._folder = folder
        self._manifest = manifest
        self._connection = connection
        self._asked = 0

    def read(self, draws: int) -> list[Block]:
        """Those of the first ``draws`` draws that are there, verified, ascending."""
        blocks = _read_parts(self._connection, self._manifest, list_parts(self._folder, draws))
        return [slice_block(block, block.start, min(block.stop, draws)) for block in blocks]

    def ask(self, draws: int) -> None:
        """Note that the run is to have so many draws. Comes before the first part; raises RunError like ``write``."""
        if draws != self._asked:
            with replacing(self._folder / MANIFEST) as temporary:
                temporary.write_text(replace(self._manifest, draws=draws).to_json(), encoding="utf-8")
            self._asked = draws

    def write(self, block: Block) -> None:
        """Make a block a part. Raises RunError when it cannot be brought to disk; what is there stays."""
        with replacing(self._folder / name_part(block.start, block.stop)) as temporary:
            _write_rows(self._connection, self._manifest, block, temporary)
            written = Part(block.start, block.stop, temporary)
            _read_parts(self._connection, self._manifest, [written])


def _refuse_another(folder: Path, old: Manifest, new: Manifest) -> None:
    differences = old.differences(new)
    if differences:
        raise RunError(
            f"{folder}: the run in this folder is another one: {enumerate_some(differences)}. "
            "Use another folder, or go back to what made it."
        )


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """The name of a temporary file that takes the place of ``path`` in one step, or leaves no trace.

    Raises RunError when it cannot be written.
    """
    import duckdb

    temporary = path.with_name(f".{path.name}.tmp")
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except (OSError, duckdb.Error) as problem:
        raise RunError(
            f"{path}: cannot be written: {_reason(problem)}. "
            "What was finished before is kept: make room or give access, and run the same command again."
        ) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # elsewhere a folder cannot be opened, and the rename is durable by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _connect() -> Iterator[DuckDBPyConnection]:
    """DuckDB in memory, one thread so that rows keep their order, and nothing fetched from anywhere."""
    import duckdb

    settings: dict[str, Any] = {"threads": 1, "temp_directory": "", "autoinstall_known_extensions": False}
    with duckdb.connect(":memory:", config=settings) as connection:
        try:
            yield connection
        except RuntimeError as problem:  # how DuckDB reports a Ctrl-C that arrives inside a statement
            if "interrupted" in str(problem):
                raise KeyboardInterrupt from None
            raise


def _quote(text: str, mark: str) -> str:
    return mark + text.replace(mark, mark * 2) + mark


def _write_rows(connection: DuckDBPyConnection, manifest: Manifest, block: Block, path: Path) -> None:
    columns = "".join(f", {_quote(field.name, chr(34))} {TYPES[field.kind]}" for field in manifest.fields)
    connection.execute(f"CREATE OR REPLACE TABLE part (draw BIGINT{columns})")
    appender = connection.appender("part")
    answers = (_to_sql(block, field) for field in manifest.fields)
    appender.append_rows(zip(range(block.start, block.stop), *answers, strict=True))
    appender.flush()
    marks = {"detente_run": manifest.identity, "detente_rows": checksum(block)}
    metadata = ", ".join(f"{key}: '{value}'" for key, value in marks.items())
    connection.execute(
        f"COPY part TO {_quote(str(path.absolute()), chr(39))} "
        f"(FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false, KV_METADATA {{{metadata}}})"
    )
    connection.execute("DROP TABLE part")


def _to_sql(block: Block, field: Field) -> Sequence[object]:
    """The answers to a field, one per draw, as DuckDB takes them; NaN as NULL, so that SQL's averages leave it out."""
    if field.kind == "cells":
        return block.cells[field.name]
    values = block.numbers[field.name] if field.kind == "number" else block.curves[field.name]
    void = np.isnan(values)
    if void.any():
        holed = values.astype(object)
        holed[void] = None
        return list(holed.tolist())
    return list(values.tolist()) if field.kind == "number" else list(values)


def _read_parts(connection: DuckDBPyConnection, manifest: Manifest, parts: Sequence[Part]) -> list[Block]:
    """The blocks in the parts, verified. Raises RunError naming the first part that is not as it was written."""
    import duckdb

    if not parts:
        return []
    try:
        blocks = _read_rows(connection, manifest.fields, parts)
        marks = _read_marks(connection, parts)
    except (OSError, duckdb.Error, ValueError, TypeError) as problem:
        if len(parts) == 1:
            raise _damaged(parts[0], _reason(problem)) from None
        return [block for part in parts for block in _read_parts(connection, manifest, [part])]  # which of them it is
    for part, block in zip(parts, blocks, strict=True):
        run, rows = marks[part.path.name]
        if run != manifest.identity:
            raise _damaged(part, "it was not written by this run")
        if rows != checksum(block):
            raise _damaged(part, "its contents are not what was written")
    return blocks


def copy_whole(folder: Path, manifest: Manifest, path: Path) -> int:
    """Copy the draws of a verified run into one Parquet file with the columns of the parts; how many there are."""
    columns = ["draw", *(_quote(field.name, '"') for field in manifest.fields)]
    options = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{detente_run: '{manifest.identity}'}}"
    return _copy(folder, manifest, path, (columns, options))


def copy_flat(folder: Path, manifest: Manifest, path: Path) -> int:
    """Copy the draws of a verified run into one CSV file without lists; how many columns it has."""
    columns = ["draw"]
    for name, field, place in list_flat(manifest.fields, manifest.method):
        column = _quote(field.name, '"')
        value = {"number": column, "curve": f"{column}[{place + 1}]", "cells": f"array_to_string({column}, ' ')"}
        columns.append(f"{value[field.kind]} AS {_quote(name, chr(34))}")
    return _copy(folder, manifest, path, (columns, "FORMAT csv, HEADER"))


def _copy(folder: Path, manifest: Manifest, path: Path, how: tuple[list[str], str]) -> int:
    columns, options = how
    with _connect() as connection:
        connection.execute(
            f"COPY (SELECT {', '.join(columns)} FROM read_parquet(?, hive_partitioning = false) "
            f"WHERE draw < {manifest.draws} ORDER BY draw) "
            f"TO {_quote(str(path.absolute()), chr(39))} ({options}, USE_TMP_FILE false)",
            [_paths(list_parts(folder, manifest.draws))],
        )
    return len(columns)


def find_damaged(manifest: Manifest, parts: Sequence[Part]) -> list[RunError]:
    """What is wrong with parts by what they say of themselves, without reading their rows."""
    import duckdb

    found = []
    with _connect() as connection:
        for part in parts:
            try:
                run, rows = _read_marks(connection, [part])[part.path.name]
            except (OSError, duckdb.Error) as problem:
                found.append(_damaged(part, _reason(problem)))
                continue
            if run != manifest.identity or not rows:
                found.append(_damaged(part, "it was not written by this run"))
    return found


def _read_rows(connection: DuckDBPyConnection, fields: Sequence[Field], parts: Sequence[Part]) -> list[Block]:
    """One block per part. Raises ValueError when a part does not hold the draws of its name."""
    names = ", ".join(["draw", *(_quote(field.name, '"') for field in fields)])
    query = f"SELECT {names} FROM read_parquet(?, hive_partitioning = false) ORDER BY draw"
    columns = connection.execute(query, [_paths(parts)]).fetchnumpy()
    if not np.array_equal(columns["draw"], np.concatenate([np.arange(part.start, part.stop) for part in parts])):
        raise ValueError("it does not hold the draws of its name")
    numbers, curves, cells = {}, {}, {}
    for field in fields:
        column = columns[field.name]
        if field.kind == "number":
            numbers[field.name] = _fill(column)
        elif field.kind == "curve":
            curves[field.name] = np.array([_fill(points) for points in column]).reshape(len(column), field.length)
        else:
            cells[field.name] = tuple(np.asarray(listed, dtype=np.int32) for listed in column)
    whole = Block(0, len(columns["draw"]), numbers, curves, cells)
    blocks, reached = [], 0
    for part in parts:
        rows = slice_block(whole, reached, reached + part.stop - part.start)
        blocks.append(replace(rows, start=part.start, stop=part.stop))
        reached = rows.stop
    return blocks


def _read_marks(connection: DuckDBPyConnection, parts: Sequence[Part]) -> dict[str, tuple[str, str]]:
    """By name of a part: the run it says it belongs to, and the checksum of its rows."""
    found: dict[str, dict[bytes, str]] = {part.path.name: {} for part in parts}
    rows = connection.execute("SELECT file_name, key, value FROM parquet_kv_metadata(?)", [_paths(parts)]).fetchall()
    for file, key, value in rows:
        found[Path(file).name][key] = value.decode(errors="replace")
    return {name: (marks.get(b"detente_run", ""), marks.get(b"detente_rows", "")) for name, marks in found.items()}


def _paths(parts: Sequence[Part]) -> list[str]:
    return [str(part.path.absolute()) for part in parts]


def _fill(values: Any) -> NDArray[np.float64]:
    """NULL, which numpy knows as masked, as NaN."""
    return np.asarray(np.ma.filled(values, np.nan), dtype=np.float64)


def _damaged(part: Part, reason: str) -> RunError:
    try:
        part.path.open("rb").close()
    except OSError as problem:
        return RunError(f"{part.path}: cannot be read: {_reason(problem)}.")
    return RunError(
        f"{part.path}: this part is damaged: {reason}. "
        "Delete it and run the same command again: its draws are computed anew, the others are kept."
    )


def _reason(problem: Exception) -> str:
    """The first line of an error, without the final stop."""
    text = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
    return text.strip().splitlines()[0].rstrip(".") if text.strip() else type(problem).__name__
