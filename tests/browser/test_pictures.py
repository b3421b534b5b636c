"""The page looks as it did when somebody last looked at it, at three widths and in the dark.

``make pictures`` makes the references anew, after a look at the pages.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser.chromium import View, open_page
from browser.conftest import Shelf, render
from browser.everything import EVERYTHING, write_case
from browser.pictures import compare, read, take

HOME = Path(__file__).parent / "pictures"
RENEW = "DETENTE_RENEW_PICTURES"

#: half a device's pixel each, as only shades are compared
VIEWS = {
    "360": View(360, 800, scale=0.5),
    "820": View(820, 1000, scale=0.5),
    "1280": View(1280, 900, scale=0.5),
    "1280-dark": View(1280, 900, dark=True, scale=0.5),
}


@pytest.fixture(scope="session")
def whole(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the case that has everything."""
    folder = tmp_path_factory.mktemp("everything")
    return shelf("everything", lambda: render(write_case(folder, EVERYTHING)))


def find_differences(page: Page, name: str, folder: Path) -> list[str]:
    """What is not as the reference has it; the picture is then kept."""
    seen, picture = take(page)
    differences = compare(seen, read((HOME / f"{name}.txt").read_text(encoding="utf-8")))
    if differences:
        file = folder / f"{name}.png"
        file.write_bytes(picture)
        differences.append(
            f"The picture is {file}. When it is as it should be, `make pictures` makes it the reference."
        )
    return differences


@pytest.mark.parametrize("name", VIEWS)
def test_the_page_looks_as_it_did(chromium: Browser, whole: Path, tmp_path: Path, name: str) -> None:
    page, _ = open_page(chromium, whole, VIEWS[name])
    if os.environ.get(RENEW):
        parts, _ = take(page)
        HOME.mkdir(exist_ok=True)
        (HOME / f"{name}.txt").write_text("\n".join(part.write() for part in parts) + "\n", encoding="utf-8")
        pytest.skip(f"made {name}.txt anew")
    assert find_differences(page, name, tmp_path) == []


#: what another machine may do to a page
HARMLESS = {
    "other typefaces": "document.documentElement.style.setProperty('--sans', 'serif');"
    "document.documentElement.style.setProperty('--serif', 'sans-serif')",
    "letters a twentieth larger": "document.documentElement.style.fontSize = '105%'",
    "other numbers": "document.querySelectorAll('td.number').forEach(cell => { cell.textContent = '12 % ±3.4'; })",
}

#: what nobody may do to it unseen
HARM = {
    "a lost section": "document.querySelectorAll('main > section')[3].remove()",
    "an empty section": "[...document.querySelectorAll('main > section')][2].querySelectorAll(':scope > :not(h2)')"
    ".forEach(e => e.remove())",
    "no style": "document.querySelectorAll('style').forEach(style => style.remove())",
    "sections swapped": "document.querySelectorAll('main > section')[4].after("
    "document.querySelectorAll('main > section')[3])",
    "a narrower page": "document.body.style.width = '80%'",
    "no pictures": "document.querySelectorAll('svg').forEach(e => e.remove())",
    "a black page": "document.querySelectorAll('main > section').forEach(e => { e.style.background = '#000';"
    " e.style.padding = '20px' })",
    "one column of two": "document.querySelector('.frame').style.display = 'block'",
}


def act(page: Page, deed: str) -> None:
    page.evaluate(f"() => {{ {deed} }}")


@pytest.mark.parametrize("deed", HARMLESS.values(), ids=HARMLESS)
@pytest.mark.parametrize("name", ["360", "1280"])
def test_another_machine_s_page_passes(chromium: Browser, whole: Path, tmp_path: Path, name: str, deed: str) -> None:
    page, _ = open_page(chromium, whole, VIEWS[name])
    act(page, deed)
    assert find_differences(page, name, tmp_path) == []


@pytest.mark.parametrize("deed", HARM.values(), ids=HARM)
def test_a_page_that_is_broken_is_seen(chromium: Browser, whole: Path, tmp_path: Path, deed: str) -> None:
    page, _ = open_page(chromium, whole, VIEWS["1280"])
    act(page, deed)
    assert find_differences(page, "1280", tmp_path) != []
    assert (tmp_path / "1280.png").stat().st_size > 10_000


def test_a_picture_is_read_as_it_was_written(chromium: Browser, whole: Path) -> None:
    page, _ = open_page(chromium, whole, VIEWS["820"])
    parts, _ = take(page)
    assert read("\n".join(part.write() for part in parts) + "\n") == parts
    assert len(parts) > 8
