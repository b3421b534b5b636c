"""Every result shows itself: as text, as data, as tables that are read out well, and as a chart where it has one."""

from __future__ import annotations

import importlib
import json
import pkgutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import detente
from detente.display import Displayed, Drawn
from detente.errors import QueryError
from detente.report.charts.picture import Chart
from detente.report.exhibits import draw, has_chart
from detente.report.exhibits.exhibit import DRAWN, SHOWN, Sheet, note_rest, write_html
from report.results import HOSTILE, list_makers

for _module in pkgutil.walk_packages(detente.__path__, "detente."):
    if not _module.name.endswith("__main__"):
        importlib.import_module(_module.name)


def find_kinds(base: type) -> dict[str, type]:
    found = {}
    for kind in base.__subclasses__():
        if kind.__module__.startswith("detente.") and kind is not Drawn:
            found[kind.__name__] = kind
        found |= find_kinds(kind)
    return found


KINDS = find_kinds(Displayed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


class Reader(HTMLParser):
    """Collects tags and words, and fails on a tag that closes what is not open."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_every_kind_of_result_is_made_here(folder: Path) -> None:
    assert set(list_makers(folder)) == set(KINDS)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_result_shows_itself(folder: Path, name: str) -> None:
    result = list_makers(folder)[name]()
    assert type(result) is KINDS[name]
    assert "\n" not in repr(result)
    bundle = result._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert all(type(text) is str for text in bundle.values())
    assert bundle["text/plain"] == str(result) != ""
    if name != "SealCheck":  # a sentence with a hash, folded by who prints it
        assert [line for line in str(result).splitlines() if len(line) > 100] == []
    check_html(bundle["text/html"], drawn=isinstance(result, Drawn))
    if hasattr(result, "to_dict"):
        json.dumps(result.to_dict(), allow_nan=False, default=None)
    else:
        assert name == "Game"  # no result but what is computed on
    check_chart(result)


def check_html(page: str, *, drawn: bool) -> None:
    read = Reader(page)
    names = [tag for tag, _ in read.tags]
    assert "script" not in names
    assert "\u202e" not in page
    assert ("svg" in names) == drawn
    assert names.count("table") == names.count("caption") > 0
    heads = [attrs for tag, attrs in read.tags if tag == "th"]
    assert heads
    assert {attrs.get("scope") for attrs in heads} <= {"col", "row"}
    # Ids would meet those of another result in one notebook.
    assert not any("id" in attrs for _, attrs in read.tags)
    if "svg" in names:
        svg = next(attrs for tag, attrs in read.tags if tag == "svg")
        assert svg["role"] == "img"
        assert "title" in names


def check_chart(result: Any) -> None:
    if not isinstance(result, Drawn):
        assert not hasattr(result, "chart")
        assert not has_chart(result)
        return
    chart = result.chart()
    assert isinstance(chart, Chart)
    assert len(chart.alt) > 20
    for dark in (False, True):
        svg = chart.svg(dark)
        root = ElementTree.fromstring(svg)
        assert not any(element.tag.endswith(("script", "style", "image")) for element in root.iter())
        assert "currentColor" not in svg
        assert "\u202e" not in svg
        # Words are in the picture, so it is more than a frame.
        assert sum(element.tag.endswith("text") for element in root.iter()) >= 3


def test_hostile_names_are_there_as_text(folder: Path) -> None:
    makers = list_makers(folder)
    for name in ("Findings", "Stability", "Explanation", "Card", "Game", "Comparison", "Sensitivity", "Paths"):
        page = makers[name]()._repr_mimebundle_()["text/html"]
        assert HOSTILE in Reader(page).words, name


def test_a_notebook_may_ask_for_some_kinds_of_content(folder: Path) -> None:
    stability = list_makers(folder)["Stability"]()
    assert set(stability._repr_mimebundle_(include=["text/plain"])) == {"text/plain"}
    assert set(stability._repr_mimebundle_(exclude=["text/plain"])) == {"text/html"}
    assert set(stability.chart()._repr_mimebundle_(include=["image/svg+xml"])) == {"image/svg+xml"}


def test_nothing_to_draw_is_an_error_and_a_table_all_the_same(folder: Path) -> None:
    claim = list_makers(folder)["Findings"]().claim("bare")
    with pytest.raises(QueryError, match=r"^ClaimFinding  There is nothing to draw in it. See its table: print it.$"):
        claim.chart()
    page = claim._repr_mimebundle_()["text/html"]
    assert "<svg" not in page
    assert "What no query asks" in page


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(TypeError, match="no chart for a int"):
        draw(3)


def test_what_does_not_fit_is_counted() -> None:
    sheet = Sheet("Many", ("what", "value"), tuple((f"r{k}", str(k)) for k in range(SHOWN + 3)), "Of them all.")
    page = write_html(sheet)
    assert page.count("<tr>") == SHOWN + 1
    assert "<p>And 3 more.</p><p>Of them all.</p>" in page
    assert note_rest("Drawn.", DRAWN) == "Drawn."
    assert note_rest("Drawn.", DRAWN + 1) == "Drawn. And 1 more."


def test_a_claim_over_time_is_drawn_on_its_own_days(folder: Path) -> None:
    claim = list_makers(folder)["ClaimFinding"]()
    assert claim.fan is not None
    rows = claim.chart().spec["data"]["values"]
    assert rows[0]["day"] == "2024-11-07T00:00:00Z"
    assert rows[-1]["mean"] == pytest.approx(claim.spread.mean)
