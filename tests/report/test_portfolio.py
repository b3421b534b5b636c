"""The charts of a report as files: all of them, under safe names, with an index; or none."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import QueryError, RunError
from detente.findings.assessment import assess
from detente.report.charts import frame
from detente.report.charts.picture import Chart
from detente.report.charts.rows import Panel, Row, plot_rows
from detente.report.page import gather_material, render
from detente.report.portfolio import INDEX, Piece, _name_files, find_figures, list_pieces, write_caption, write_pieces
from detente.report.sections.material import Figure
from findings.mock_korea import ensemble, game, scenario

SPEC = plot_rows([Panel("", (Row("a", 0.5, "50 %"),))], "")
CHART = Chart(SPEC, "One row.")


@pytest.fixture(scope="module", name="pieces")
def list_all() -> tuple[Piece, ...]:
    found = assess(scenario(), game(), ensemble())
    return tuple(list_pieces(gather_material(found, scenario(), game(), ensemble())))


def test_every_chart_of_the_page_is_there(pieces: tuple[Piece, ...]) -> None:
    found = assess(scenario(), game(), ensemble())
    page = render(found, scenario(), game(), ensemble())
    drawn = page.count('class="marks"')
    assert len(pieces) == drawn > 10
    names = [piece.name for piece in pieces]
    assert len(set(names)) == len(names)
    assert {"fan-early-offer", "strip-talks", "stability"} <= set(names)
    assert all(piece.chart.alt for piece in pieces)


def test_each_stands_on_paper_of_its_own(pieces: tuple[Piece, ...]) -> None:
    for piece in pieces:
        for dark in (False, True):
            svg = piece.chart.svg(dark)
            assert "currentColor" not in svg, piece.name
            assert frame.PAPER not in svg, piece.name


def test_a_picture_bears_the_claim_it_is_about(pieces: tuple[Piece, ...]) -> None:
    (fan,) = (piece for piece in pieces if piece.name == "fan-early-offer")
    assert fan.chart.spec["title"]["text"] == ["early-offer: Washington moves towards a summit early"]
    assert fan.chart.spec["title"]["subtitle"][0].startswith("From ")


def test_a_caption_is_short_and_points_at_nothing_beyond_the_picture() -> None:
    assert write_caption("58 % ±3.3; the word's range is likely.") == "58 % ±3.3; the word's range is likely."
    assert write_caption("Matrix of states; the table after it has its figures.") == "Matrix of states."
    assert write_caption(f"It rises. {'And so on' * 40}") == "It rises."
    assert write_caption(f"Tempo (a month): {'us 3; ' * 60}") == "Tempo (a month)."
    assert write_caption(f"us.reading: {'us 3; ' * 60}") == ""


@dataclass
class Card:
    figure: Figure
    more: tuple[dict[str, list[Figure]], ...]


def test_figures_are_found_however_deep() -> None:
    one, two, three = (Figure(name, {}, "") for name in "abc")
    assert list(find_figures({"x": [Card(one, ({"y": [two]},))], "z": (three, "text", 3, None)})) == [one, two, three]
    assert list(find_figures(None)) == []


def test_files_and_their_index(pieces: tuple[Piece, ...], tmp_path: Path) -> None:
    written = write_pieces(pieces, tmp_path / "charts", "svg", only=["stability", "fan-early-offer"])
    files = [file for file, _ in written.pieces]
    assert sorted(path.name for path in written.folder.iterdir()) == sorted([*files, INDEX])
    assert set(files) == {"stability.svg", "fan-early-offer.svg"}
    with (written.folder / INDEX).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == files
    assert {row["section"] for row in rows} <= {piece.section for piece in pieces}
    assert all(row["shows"] for row in rows)
    text = (written.folder / "stability.svg").read_text(encoding="utf-8")
    assert text == next(piece for piece in pieces if piece.name == "stability").chart.svg()
    assert written.to_dict()["charts"][0]["file"] == files[0]


def test_dark_charts_are_dark(tmp_path: Path) -> None:
    write_pieces([Piece("a", "A", CHART)], tmp_path, "svg", dark=True)
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == CHART.svg(dark=True)


def test_a_name_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    pieces = [Piece(name, "Some", CHART) for name in ("stability", "fan-c01", *map(str, range(9)))]
    with pytest.raises(QueryError) as caught:
        write_pieces(pieces, tmp_path / "charts", "svg", only=["stabilty", "fan-c01", "x\u202ex"])
    first, second = str(caught.value).splitlines()
    assert first == "--only  There is no chart 'stabilty'. Did you mean 'stability'?"
    assert second == (
        "--only  There is no chart 'x\ufffdx'. Leave it out for all of them; index.csv then has their names."
    )
    assert not (tmp_path / "charts").exists()


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "charts").write_text("")
    with pytest.raises(RunError, match="cannot be made"):
        write_pieces([Piece("a", "A", CHART)], tmp_path / "charts", "svg")


@given(st.lists(st.text(max_size=200), unique=True, max_size=8))
def test_any_names_become_safe_and_different_files(names: list[str]) -> None:
    files = list(_name_files([Piece(name, "", CHART) for name in names], "svg"))
    assert len({file.lower() for file in files}) == len(files)
    for file in files:
        assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,100}\.svg", file)


def test_plain_names_stay_and_hostile_ones_keep_what_is_plain() -> None:
    names = ["fan-c09", "../../etc/passwd", "fan-C09", "strip-=cmd", ""]
    files = list(_name_files([Piece(name, "", CHART) for name in names], "png"))
    assert files[0] == "fan-c09.png"
    assert [re.sub(r"-[0-9a-f]{8}\.png$", "", file) for file in files[1:]] == [
        "etc_passwd",
        "fan-C09",
        "strip-_cmd",
        "chart",
    ]


def test_no_cell_of_the_index_is_a_formula(tmp_path: Path) -> None:
    hostile = replace(CHART, alt="=1+1")
    write_pieces([Piece("a", "@SUM(A1)", hostile)], tmp_path, "svg")
    with (tmp_path / INDEX).open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1] == ["a.svg", "a", "'@SUM(A1)", "'=1+1"]
