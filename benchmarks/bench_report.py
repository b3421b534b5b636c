"""What the report costs: making the page of korea-2024, and opening it from disk.

First paint is Chromium's own first contentful paint, as a ratio to that of an empty page in the same browser; beside
it stand milliseconds to first paint and to the whole document, and the size of the file.
It must be painted within a second.
"""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from browser.chromium import CURE, find_chromium, start_chromium
from detente import api
from detente.ensemble.ensemble import Ensemble
from detente.findings.findings import Findings
from detente.scenario.model import Scenario

Made = tuple[Scenario, Ensemble, Findings]

#: how often a page is opened; the middle of what is measured is told
OPENINGS = 7
EMPTY = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Empty</title><p>Nothing.</p></html>'

TIMES = """() => new Promise(done => {
  const tell = () => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    const page = performance.getEntriesByType('navigation')[0];
    if (paint && page.domComplete) done([paint.startTime, page.domContentLoadedEventEnd, page.domComplete]);
    else setTimeout(tell, 10);
  };
  tell();
})"""


@pytest.fixture(scope="module")
def draws() -> Made:
    scenario = api.load("korea-2024")
    ensemble = api.run(scenario)
    return scenario, ensemble, api.assess(scenario, ensemble)


def measure_paint(files: dict[str, Path]) -> dict[str, list[float]]:
    """Median milliseconds to first paint, to the document, and to all of it, of each page in turn."""
    path = find_chromium()
    if path is None:
        pytest.skip(CURE)
    times: dict[str, list[list[float]]] = {name: [] for name in files}
    with start_chromium(path) as browser:
        for _ in range(OPENINGS):
            for name, file in files.items():  # by turns, so that a busy moment hits both
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.goto(file.as_uri())
                times[name].append(page.evaluate(TIMES))
                page.close()
    return {name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in times.items()}


def test_page(benchmark: BenchmarkFixture, draws: Made, tmp_path: Path) -> None:
    page = benchmark.pedantic(api.render, draws, rounds=2, warmup_rounds=1)
    files = {"empty": tmp_path / "empty.html", "korea": tmp_path / "korea.html"}
    files["empty"].write_text(EMPTY, encoding="utf-8")
    files["korea"].write_text(page, encoding="utf-8")
    times = measure_paint(files)
    paint, ready, complete = times["korea"]
    benchmark.extra_info |= {
        "first paint, ms": round(paint),
        "times an empty page": round(paint / times["empty"][0], 1),
        "document ready, ms": round(ready),
        "all there, ms": round(complete),
        "kilobytes": round(files["korea"].stat().st_size / 1000),
    }
    assert paint < 1000
