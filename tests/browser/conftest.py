"""The pages under test, each made once in a session, and the browser that opens them."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browser.chromium import CURE, find_chromium, is_required, start_chromium
from browser.everything import write_odd
from detente import api

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: names of the pages that must keep every promise
PAGES = ("korea", "elmira", "odd")

Shelf = Callable[[str, Callable[[], str]], Path]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a file of tests. It ends with it: its driver's event loop would stand in the way of other tests."""
    path = find_chromium()
    if path is None:
        if is_required():
            pytest.fail(f"There is no Chromium on this machine. {CURE}")
        pytest.skip(f"There is no Chromium on this machine. {CURE}")
    with start_chromium(path) as browser:
        yield browser


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Shelf:
    """Puts a page of a name into a folder that all workers share, unless it lies there."""
    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "pages"
    home.mkdir(exist_ok=True)

    def put(name: str, make: Callable[[], str]) -> Path:
        file = home / f"{name}.html"
        with (home / f".{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not file.exists():
                file.write_text(make(), encoding="utf-8")
        return file

    return put


def render(case: str | Path, draws: int = 8) -> str:
    """The page of a case after so many draws."""
    scenario = api.load(case)
    ensemble = api.run(scenario, draws=draws, workers=1)
    return api.render(scenario, ensemble, api.assess(scenario, ensemble))


def render_run(folder: Path) -> str:
    """The page of a run that lies in a folder."""
    scenario, ensemble = api.read_run(folder)
    return api.render(scenario, ensemble, api.assess(scenario, ensemble))


@pytest.fixture(scope="session")
def page_of(
    shelf: Shelf, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """The file of a page by name."""

    def make(name: str) -> Path:
        if name == "korea":
            home: Path = request.getfixturevalue("korea")
            (manifest,) = home.rglob("manifest.json")
            return shelf(name, lambda: render_run(manifest.parent))
        if name == "odd":
            return shelf(name, lambda: render(write_odd(tmp_path_factory.mktemp("odd"))))
        return shelf(name, lambda: render(name))

    return make


@pytest.fixture(scope="session", params=PAGES)
def file(request: pytest.FixtureRequest, page_of: Callable[[str], Path]) -> Path:
    """One after the other, the pages under test."""
    return page_of(request.param)
