"""The page's shell in a browser: the first screen, contents, copying, and paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser.chromium import View, open_page
from browser.conftest import Shelf
from detente.findings.assessment import assess
from detente.findings.developments import Developments, Unread
from detente.report.news import state_developments
from detente.report.page import render
from findings.mock_korea import ensemble, game, scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser


#: an earlier run that could not be read
NEWS = Developments(
    earlier="",
    on="",
    extended=False,
    nested=False,
    draws=(0, 200),
    seeds=(0, 7),
    versions=("", "0.1.0"),
    moves=(),
    comparison=None,
    unread=(Unread("mini-1", "the manifest is cut"),),
)


@pytest.fixture(scope="session")
def mini(shelf: Shelf) -> Path:
    """The page of the small invented case."""
    found = replace(assess(scenario(), game(), ensemble()), developments=NEWS)
    return shelf("mini", lambda: render(found, scenario(), game(), ensemble()))


@pytest.mark.parametrize(("width", "height", "whole"), [(1280, 900, 3), (360, 740, 1)])
def test_the_question_and_the_first_findings_are_seen_at_once(
    chromium: Browser, page_of: Callable[[str], Path], width: int, height: int, whole: int
) -> None:
    page, _ = open_page(chromium, page_of("korea"), View(width, height, script=False))
    for seen in ("h1", "h2#top", *(f".headlines > li:nth-child({place + 1})" for place in range(whole))):
        box = page.locator(seen).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height, seen


def test_contents_stand_beside_on_a_wide_screen_and_fold_on_a_narrow_one(chromium: Browser, mini: Path) -> None:
    wide, _ = open_page(chromium, mini)
    assert wide.locator(".rail").is_visible()
    assert not wide.locator(".contents").is_visible()
    narrow, _ = open_page(chromium, mini, View(360, 740))
    assert not narrow.locator(".rail").is_visible()
    assert not narrow.locator(".contents a").first.is_visible()
    narrow.locator(".contents summary").click()
    narrow.locator(".contents a[href='#method']").click()
    top = narrow.evaluate("document.getElementById('method').getBoundingClientRect().top")
    assert -1 <= top <= 740


def test_the_section_being_read_is_marked(chromium: Browser, mini: Path) -> None:
    page, diary = open_page(chromium, mini)
    for section in ("claims", "actors", "method", "top"):
        page.evaluate(f"document.getElementById('{section}').scrollIntoView()")
        expect(page.locator(".rail [aria-current]")).to_have_attribute("href", f"#{section}")
    assert diary.blots() == []


def test_a_finding_is_copied_with_its_footnote(chromium: Browser, mini: Path) -> None:
    page, diary = open_page(chromium, mini)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#claim-0 summary").first.click()
    for name in ("headline-1", "quote-0"):
        page.locator(f"[data-copy='{name}']").click()
        expect(page.locator("#said")).to_have_text("Copied")
        parts = page.locator(f"#{name} p").all_text_contents()
        assert len(parts) == 2
        assert page.evaluate("navigator.clipboard.readText()") == "\n\n".join(parts)
    assert page.locator("#said").get_attribute("role") == "status"
    assert diary.blots() == []


def test_without_a_clipboard_the_paragraph_is_selected(chromium: Browser, mini: Path) -> None:
    page, diary = open_page(chromium, mini)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.locator("[data-copy='headline-2']").click()
    expect(page.locator("#said")).to_have_text("Selected. Copy it with the keyboard.")
    chosen = " ".join(page.evaluate("getSelection().toString()").split())
    assert chosen == " ".join(" ".join(page.locator("#headline-2 p").all_inner_texts()).split())
    assert diary.blots() == []


def test_without_script_the_text_stands_ready_and_no_button_is_shown(chromium: Browser, mini: Path) -> None:
    page, _ = open_page(chromium, mini, View(script=False))
    assert not any(button.is_visible() for button in page.locator("button").all())
    page.locator(".headlines summary").first.click()
    assert page.locator("#headline-1 .footnote").is_visible()


#: what is folded away in a fold that is seen; what paper leaves out as a whole stands there in another place
FOLDED = """() => [...document.querySelectorAll("details")].filter((fold) => fold.checkVisibility())
    .flatMap((fold) => [...fold.querySelectorAll(":scope > :not(summary, button, .quotation)")])
    .filter((part) => !part.checkVisibility()).map((part) => part.outerHTML.slice(0, 80))"""


def test_no_chart_is_larger_than_a_sheet(chromium: Browser, page_of: Callable[[str], Path]) -> None:
    # A4 without the margins that the page asks for, in pixels of 1/96 inch.
    page, _ = open_page(chromium, page_of("odd"), View(688, 1001, media="print"))
    tall = '<svg width="300" height="3000" viewBox="0 0 300 3000"></svg>'
    page.evaluate(f"document.querySelector('main').insertAdjacentHTML('beforeend', '{tall}')")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("svg")].map((part) => part.getBoundingClientRect())
            .map((box) => [box.left, box.right, box.height])"""
    )
    assert sizes
    for left, right, height in sizes:
        assert left >= 0
        assert right <= 688
        assert height <= 1001


@pytest.mark.parametrize("script", [True, False])
def test_paper_shows_what_is_folded_and_the_footnotes_of_findings(chromium: Browser, mini: Path, script: bool) -> None:
    page, _ = open_page(chromium, mini, View(794, 1123, script=script))
    assert page.evaluate(FOLDED)
    page.emulate_media(media="print")
    assert page.evaluate(FOLDED) == []
    assert all(note.is_visible() for note in page.locator(".headlines .footnote").all())
    for hidden in (".rail", ".contents", "button", ".back"):
        assert not any(part.is_visible() for part in page.locator(hidden).all()), hidden
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_older_engines_are_told_to_open_for_paper_and_to_close_again(chromium: Browser, mini: Path) -> None:
    page, _ = open_page(chromium, mini)
    shut = "document.querySelectorAll('details:not([open], .note)').length"
    before = page.evaluate(shut)
    page.locator("#claim-0 summary").first.click()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(shut) == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(shut) == before - 1 > 0


def test_a_short_print_leaves_shut_what_is_shut(chromium: Browser, mini: Path) -> None:
    page, diary = open_page(chromium, mini)
    page.evaluate("window.print = () => {}")
    page.locator("#claim-0 summary").first.click()
    page.locator(".paper button").click()
    page.emulate_media(media="print")
    shut = page.locator("#claims").locator("xpath=..").locator("details:not([open], .quotation *) > :not(summary)")
    assert shut.count()
    assert not any(part.is_visible() for part in shut.all())
    assert page.locator("#claim-0 dl").is_visible()
    assert all(note.is_visible() for note in page.locator(".headlines .footnote").all())
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(FOLDED) == []
    assert diary.blots() == []


def test_what_changed_stands_on_the_first_screen(chromium: Browser, mini: Path) -> None:
    page, _ = open_page(chromium, mini)
    block = page.locator("section[aria-labelledby='changed']")
    assert block.locator("h3").inner_text() == "What changed since the earlier run"
    told = state_developments(NEWS)
    assert told
    assert [" ".join(words.split()) for words in block.locator("li").all_inner_texts()] == list(told)
