"""The annotated brief in a browser: notes beside wide text and below narrow text, with script and without, on paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser.chromium import View, open_page
from browser.conftest import Shelf
from detente.findings.assessment import assess
from detente.report.page import render
from findings.mock_korea import ensemble, game, scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator


@pytest.fixture(scope="session")
def mini(shelf: Shelf) -> Path:
    """The page of the small invented case."""
    return shelf("annotated", lambda: render(assess(scenario(), game(), ensemble()), scenario(), game(), ensemble()))


def box(part: Locator) -> dict[str, float]:
    found = part.bounding_box()
    assert found is not None
    return dict(found)


def test_a_note_opens_in_the_margin_without_a_jump(chromium: Browser, mini: Path) -> None:
    page, diary = open_page(chromium, mini, View(1280, 900))
    link, note = page.locator("#words-0"), page.locator("#note-0")
    # Where the note has room above and below.
    page.emulate_media(reduced_motion="reduce")
    link.evaluate("(link) => { link.scrollIntoView(); scrollBy(0, -200); }")
    before, beside = page.evaluate("scrollY"), box(link)
    assert not note.is_visible()
    link.press("Enter")
    expect(note).to_be_focused()
    assert box(note)["x"] > box(page.locator("mark").first)["x"] + box(page.locator("mark").first)["width"]
    assert page.evaluate("scrollY") == before
    assert box(link) == beside
    expect(page.locator("mark[data-note=note-0]").first).to_have_class("fit-yes told")
    # Escape leads back, other words open another note in its place.
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    assert not note.is_visible()
    link.press("Enter")
    page.locator("mark[data-note=note-5]").first.click()
    expect(page.locator("#note-5")).to_be_visible()
    assert not note.is_visible()
    page.locator("details.note > summary").first.click()
    expect(note).to_be_visible()
    assert not page.locator("#note-5").is_visible()
    page.locator("#note-0").get_by_text("Back to its words").click()
    assert page.url.endswith("#words-0")
    assert diary.blots() == []


@pytest.mark.parametrize("script", [True, False])
def test_a_narrow_page_has_its_notes_below_the_words(chromium: Browser, mini: Path, script: bool) -> None:
    page, diary = open_page(chromium, mini, View(360, 740, script=script))
    for place in (0, 5):
        page.locator(f"#words-{place}").click()
        expect(page.locator(f"#note-{place}")).to_be_visible()
        assert box(page.locator(f"#note-{place}"))["y"] > box(page.locator(f"#words-{place}"))["y"]
    assert page.locator("#note-0").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert diary.blots() == []


def test_a_link_opens_a_note_without_script(chromium: Browser, mini: Path) -> None:
    page, _ = open_page(chromium, mini, View(1280, 900, script=False))
    link = page.locator("#words-3")
    assert link.inner_text().replace("\n", "").startswith("Claim")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#note-3")).to_be_visible()


def test_on_paper_the_notes_are_footnotes_below_the_brief(chromium: Browser, mini: Path) -> None:
    page, _ = open_page(chromium, mini, View(794, 1123))
    footnotes = page.locator(".footnotes > li")
    assert not footnotes.first.is_visible()
    page.emulate_media(media="print")
    assert [note.locator("b").first.inner_text() for note in footnotes.all()] == ["1", "2", "4", "6", "7"]
    assert all(note.is_visible() for note in footnotes.all())
    assert not any(note.is_visible() for note in page.locator(".notes").all())
    assert box(footnotes.first)["y"] > box(page.locator(".brief .passage").last)["y"]
