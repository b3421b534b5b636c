"""One file or one frame of a run: every number as it is stored, or a clear refusal."""

from __future__ import annotations

import csv
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import openpyxl
import polars
import pytest

from detente.ensemble import workbook
from detente.ensemble.ensemble import Ensemble
from detente.ensemble.extract import RunFormat, extract
from detente.ensemble.runner import Plan, run
from detente.errors import RunError
from ensemble.jobs import FIELDS, Waves, part_names

CURVE = 'curve/c10 "it\'s"'
FLAT = [
    "draw",
    "input/us.tempo",
    "claim/c09",
    "coin/c09",
    *(f"curve/c09@{month}" for month in (0, 1, 2, 3, "12.5")),
    f"{CURVE}@0",
    f"{CURVE}@1",
    "stable/seq",
]
JOB = Waves(method={"months": [0.0, 1.0, 2.0, 3.0, 12.5], "engine": "=1+1"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run of 40 draws, with 8 to spare of an earlier one."""
    folder = tmp_path / "run"
    run(JOB, Plan(seed=4, draws=48, block=16), folder=folder)
    run(JOB, Plan(seed=4, draws=40), folder=folder)
    return folder


@pytest.fixture
def ensemble() -> Ensemble:
    return run(JOB, Plan(seed=4, draws=40))


def flat_rows(ensemble: Ensemble) -> list[list[float | str | None]]:
    """Every cell of the flat table, None for void, from the arrays."""
    columns: list[list[float | str | None]] = [list(range(ensemble.draws))]
    columns += [ensemble.numbers[field.name].tolist() for field in FIELDS if field.kind == "number"]
    columns += [column.tolist() for field in FIELDS[3:5] for column in ensemble.curves[field.name].T]
    columns.append([" ".join(map(str, cells)) for cells in ensemble.cells["stable/seq"]])
    return [[None if x != x else x for x in row] for row in zip(*columns, strict=True)]  # noqa: PLR0124


def test_csv_has_every_bit(folder: Path, ensemble: Ensemble, tmp_path: Path) -> None:
    file = tmp_path / "it's a [run].csv"
    told = extract(folder, file, "csv")
    assert (str(told), told.draws, told.columns) == ("40 draws, 12 columns", 40, 12)
    with file.open(newline="", encoding="utf-8") as text:
        head, *rows = csv.reader(text)
    assert head == FLAT
    for row, expected in zip(rows, flat_rows(ensemble), strict=True):
        read: list[float | str | None] = [float(x) if x else None for x in row[:-1]]
        assert list(map(repr, read)) == [repr(x if x is None else float(x)) for x in expected[:-1]]
        assert row[-1] == expected[-1]


def test_parquet_is_one_part(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "run.parquet"
    assert extract(folder, file, "parquet").columns == 7
    with duckdb.connect(":memory:") as connection:
        stored = f"SELECT * FROM '{folder}/part-*.parquet' WHERE draw < 40"
        assert (
            connection.execute(f"DESCRIBE {stored}").fetchall()
            == connection.execute(f"DESCRIBE SELECT * FROM '{file}'").fetchall()
        )
        assert connection.execute(f"SELECT * FROM '{file}' EXCEPT ALL {stored}").fetchall() == []
        assert connection.execute(f"SELECT count(*) FROM '{file}'").fetchone() == (40,)


def test_a_workbook_has_every_number_and_says_what_they_are(folder: Path, ensemble: Ensemble, tmp_path: Path) -> None:
    file = tmp_path / "run.xlsx"
    assert extract(folder, file, "xlsx").columns == 12
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["draws", "columns", "run"]
    head, *rows = book["draws"].iter_rows(values_only=True)
    assert list(head) == FLAT
    for row, expected in zip(rows, flat_rows(ensemble), strict=True):
        assert [x is None for x in row[:-1]] == [x is None for x in expected[:-1]]
        numbers = [(x, y) for x, y in zip(row[:-1], expected[:-1], strict=True) if y is not None]
        assert [x for x, _ in numbers] == pytest.approx([y for _, y in numbers], rel=1e-15, abs=0)
        assert (row[-1] or "") == expected[-1]
    meanings = dict(list(book["columns"].iter_rows(values_only=True))[1:])
    assert list(meanings) == FLAT
    assert all(meanings.values())
    facts = dict(book["run"].iter_rows(values_only=True))
    assert (facts["seed"], facts["draws"]) == (4, 40)
    (formula,) = (cell for row in book["run"].iter_rows() for cell in row if cell.value == "=1+1")
    assert formula.data_type == "s"


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        (
            {"MOST_ROWS": 40},
            "40 draws in 12 columns are too much for a sheet of 40 rows and 16,384 columns. "
            "Use --format csv or parquet.",
        ),
        (
            {"MOST_COLUMNS": 11},
            "40 draws in 12 columns are too much for a sheet of 1,048,576 rows and 11 columns. "
            "Use --format csv or parquet.",
        ),
    ],
)
def test_a_sheet_that_is_too_small(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: dict[str, int], sentence: str
) -> None:
    for name, value in limit.items():
        monkeypatch.setattr(workbook, name, value)
    with pytest.raises(RunError) as caught:
        extract(folder, tmp_path / "run.xlsx", "xlsx")
    assert str(caught.value) == sentence
    assert not list(tmp_path.glob("*.xlsx"))
    assert not list(tmp_path.glob(".*"))


def test_a_list_that_no_cell_holds(tmp_path: Path) -> None:
    class Long(Waves):
        def evaluate(self, u: np.ndarray) -> dict[str, object]:
            return super().evaluate(u) | {"stable/seq": np.arange(10_000)}

    run(Long(), Plan(0, 2), folder=tmp_path)
    with pytest.raises(
        RunError, match=r"^stable/seq of draw 0 lists 10,000 cells, more than a cell of a sheet can hold"
    ):
        extract(tmp_path, tmp_path / "run.xlsx", "xlsx")
    assert extract(tmp_path, tmp_path / "run.csv", "csv").draws == 2


@pytest.mark.parametrize("format_", ["csv", "parquet", "xlsx"])
def test_nothing_is_extracted_from_a_damaged_run_or_into_a_place_that_is_none(
    folder: Path, tmp_path: Path, format_: RunFormat
) -> None:
    with pytest.raises(RunError, match=r"none/run\.x: cannot be written: "):
        extract(folder, tmp_path / "none/run.x", format_)
    part = folder / part_names(folder)[1]
    part.write_bytes(part.read_bytes()[:-4])
    with pytest.raises(RunError, match="this part is damaged"):
        extract(folder, tmp_path / "run.x", format_)
    assert not (tmp_path / "run.x").exists()


def test_a_pandas_frame(ensemble: Ensemble) -> None:
    frame = ensemble.to_pandas()
    assert list(frame.columns) == ["draw", *(field.name for field in FIELDS)]
    assert frame["draw"].tolist() == list(range(40))
    for name, values in ensemble.numbers.items():
        assert np.array_equal(frame[name].to_numpy(), values, equal_nan=True)
    assert np.array_equal(np.stack(list(frame[CURVE])), ensemble.curves[CURVE], equal_nan=True)
    assert all(
        np.array_equal(one, other) for one, other in zip(frame["stable/seq"], ensemble.cells["stable/seq"], strict=True)
    )


def test_a_polars_frame_is_what_polars_reads_in_the_parts(folder: Path, ensemble: Ensemble) -> None:
    frame = ensemble.to_polars()
    stored = polars.concat([polars.read_parquet(folder / name) for name in part_names(folder)]).filter(
        polars.col("draw") < 40
    )
    assert frame.schema == stored.schema
    assert frame.equals(stored)
    assert frame["coin/c09"].null_count() == np.isnan(ensemble.numbers["coin/c09"]).sum() > 0


def test_equal_lists_are_still_lists() -> None:
    class Same(Waves):
        def evaluate(self, u: np.ndarray) -> dict[str, object]:
            return super().evaluate(u) | {"stable/seq": np.array([3, 1])}

    frame = run(Same(), Plan(0, 3)).to_polars()
    assert frame.schema["stable/seq"] == polars.List(polars.Int32)
    assert frame["stable/seq"].to_list() == [[3, 1]] * 3


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_library_that_is_missing_is_named_with_the_cure(
    ensemble: Ensemble, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)  # how Python marks what must not be imported
    with pytest.raises(RunError) as caught:
        getattr(ensemble, f"to_{library}")()
    assert str(caught.value) == f"{library} is not installed. Install it with: pip install 'detente[{library}]'"


def test_no_openpyxl(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(RunError, match=r"^openpyxl is not installed\. Install it with: pip install 'detente\[xlsx\]'$"):
        extract(folder, tmp_path / "run.xlsx", "xlsx")


def test_months_that_are_not_told_are_counted(tmp_path: Path) -> None:
    run(replace(JOB, method={}), Plan(0, 4), folder=tmp_path)
    extract(tmp_path, tmp_path / "run.csv", "csv")
    assert (tmp_path / "run.csv").read_text().splitlines()[0].count("curve/c09@") == 5
    assert "curve/c09@4," in (tmp_path / "run.csv").read_text()
