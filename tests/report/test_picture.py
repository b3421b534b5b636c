"""A chart that stands alone: its own paper and ink, the same bytes every time, whole files or none."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import QueryError, RunError
from detente.report.charts import frame
from detente.report.charts.matrix import LABEL, LINES, Mark, add_title, fold_label, plot_matrix
from detente.report.charts.picture import Chart
from detente.report.charts.rows import Panel, Row, plot_rows

SVG = "{http://www.w3.org/2000/svg}"
ROWS = (
    Row("Talks by July", 0.58, "58 % ±3.3", (0.16, 0.92), (0.55, 0.8), 0.34),
    Row("currentColor", 0.2, "20 %"),
    Row("void", float("nan"), "-"),
)


@pytest.fixture(name="chart")
def draw_chart() -> Chart:
    return Chart(plot_rows([Panel("", ROWS)], "Dot: the model."), "Two claims and a void one.")


def read_words(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def read_colours(svg: str) -> set[str]:
    elements = ElementTree.fromstring(svg).iter()
    return {element.attrib[name] for element in elements for name in ("fill", "stroke") if name in element.attrib}


def unpack(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and the first pixel (after its filter byte, which is none for a first one of a plain line)."""
    width, height = struct.unpack(">II", png[16:24])
    data, place = b"", 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        data += png[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
        place += 12 + length
    return width, height, zlib.decompress(data)[1:4]


@pytest.mark.parametrize(("dark", "paper"), [(False, "#ffffff"), (True, "#15181c")])
def test_a_picture_has_paper_and_ink_of_its_own(chart: Chart, dark: bool, paper: str) -> None:
    svg = chart.svg(dark)
    assert svg == chart.svg(dark)
    root = ElementTree.fromstring(svg)
    ground = root.find(f"{SVG}rect")
    assert ground is not None
    assert (ground.get("width"), ground.get("fill")) == (root.get("width"), paper)
    assert frame.INK not in read_colours(svg)
    assert frame.PAPERS[dark][frame.INK] in read_colours(svg)
    assert (frame.MODEL in read_colours(svg)) != dark
    # What a scenario calls like a colour stays its word.
    assert "currentColor" in read_words(svg)


def test_colours_that_are_data_are_repainted_and_words_are_not() -> None:
    rows = [{"x": 1, "color": frame.INK, "name": frame.INK}, {"x": 2, "color": frame.MODEL, "name": frame.MODEL}]
    encoding = {"x": {"field": "x"}, "color": {"field": "color", "scale": None}, "text": {"field": "name"}}
    spec = frame.frame_chart({"data": {"values": rows}, "mark": "text", "encoding": encoding})
    svg = Chart(spec, "Two words.").svg(dark=True)
    assert {frame.PAPERS[True][frame.INK], frame.PAPERS[True][frame.MODEL]} <= read_colours(svg)
    assert not {frame.INK, frame.MODEL} & read_colours(svg)
    assert {frame.INK, frame.MODEL} <= set(read_words(svg))


def test_a_picture_is_an_image_with_words_for_it(chart: Chart) -> None:
    root = ElementTree.fromstring(chart.svg())
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == chart.alt
    assert {"Talks by July", "58 % ±3.3", "Dot: the model."} <= set(read_words(chart.svg()))


def test_its_words_are_safe_to_show() -> None:
    chart = Chart(plot_rows([Panel("", ROWS)], ""), "turned \u202e round")
    assert chart.alt == "turned \ufffd round"


def test_it_is_saved_as_its_suffix_says(chart: Chart, tmp_path: Path) -> None:
    for name in ("a.svg", "a.png", "a.pdf", "a.json", "b.PNG"):
        assert chart.save(tmp_path / name) == tmp_path / name
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == chart.svg()
    root = ElementTree.fromstring(chart.svg())
    width, height, pixel = unpack((tmp_path / "a.png").read_bytes())
    assert (width, height) == tuple(2 * round(float(root.attrib[side])) for side in ("width", "height"))
    assert pixel == b"\xff\xff\xff"
    assert (tmp_path / "b.PNG").read_bytes() == (tmp_path / "a.png").read_bytes()
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == frame.paint(chart.spec, dark=False)
    (page,) = pypdf.PdfReader(tmp_path / "a.pdf").pages
    assert "Talks by July" in page.extract_text()
    assert float(page.mediabox.width) == pytest.approx(float(root.attrib["width"]), abs=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.pdf", "a.png", "a.svg", "b.PNG"]


def test_scale_and_dark_count(chart: Chart, tmp_path: Path) -> None:
    one = unpack(chart.save(tmp_path / "one.png", scale=1).read_bytes())
    three = unpack(chart.save(tmp_path / "three.png", dark=True, scale=3).read_bytes())
    assert (three[0], three[1]) == (3 * one[0], 3 * one[1])
    assert three[2] == bytes.fromhex("15181c")


@pytest.mark.parametrize(
    ("name", "wrong"), [("a.gif", "No chart is saved as '.gif'."), ("a", "The name has no suffix to say what to save.")]
)
def test_another_suffix_is_refused(chart: Chart, tmp_path: Path, name: str, wrong: str) -> None:
    with pytest.raises(QueryError) as caught:
        chart.save(tmp_path / name)
    assert str(caught.value) == f"{tmp_path / name}  {wrong} Name it .svg, .png, .pdf or .json."
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_nothing(chart: Chart, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        chart.save(tmp_path / "missing" / "a.svg")
    assert list(tmp_path.iterdir()) == []


def test_a_chart_is_not_changed_by_who_asks_for_it(chart: Chart) -> None:
    before = json.dumps(chart.spec)
    chart.to_dict()["layer"].clear()
    chart.svg(dark=True)
    assert json.dumps(chart.spec) == before


def test_a_notebook_gets_the_picture_and_the_specification(chart: Chart) -> None:
    bundle = chart._repr_mimebundle_()
    assert bundle["image/svg+xml"] == chart.svg()
    assert bundle["application/vnd.vegalite.v6+json"]["$schema"].endswith("vega-lite/v6.json")
    assert bundle["text/plain"] == chart.alt
    assert repr(chart) == "<Chart: Two claims and a void one.>"


def test_what_is_not_finite_is_written_and_not_drawn(chart: Chart) -> None:
    points = [layer for layer in chart.spec["layer"] if layer["mark"].get("filled")]
    assert [row["label"] for row in points[0]["data"]["values"]] == ["Talks by July", "currentColor"]
    assert "void" in read_words(chart.svg())


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.text(max_size=300),
            st.lists(st.tuples(st.text(max_size=60), st.floats(0, 1)), min_size=2, max_size=2),
        ),
        min_size=1,
        max_size=4,
    ),
    st.text(max_size=40),
)
def test_a_matrix_of_any_words_is_a_sound_picture(rows: list[Any], title: str) -> None:
    marks = [(label, [Mark(text, shade) for text, shade in cells]) for label, cells in rows]
    spec = add_title(plot_matrix(marks, ["one", "<two>"], "How to read it."), title)
    root = ElementTree.fromstring(Chart(spec, "A matrix.").svg())
    shown = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    assert {"one", "<two>", "How to read it."} <= set(shown)
    assert [cell["shade"] for cell in spec["data"]["values"]] == [shade for _, cells in rows for _, shade in cells]


@given(st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20), max_size=40))
def test_a_label_keeps_to_its_lines_and_shows_where_it_is_cut(words: list[str]) -> None:
    lines = fold_label(" ".join(words)).split("\n")
    assert len(lines) <= LINES
    assert all(len(line) <= LABEL for line in lines)
    assert " ".join(lines).split() == words or lines[-1].endswith("…")
