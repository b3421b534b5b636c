"""Without script everything is there: text, tables, pictures, links, and what can be opened."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page

from browser.chromium import View, open_page

#: of what a selector finds, the beginning of whatever is not to be seen
UNSEEN = """selector => [...document.querySelectorAll(selector)].filter(e => {
    const box = e.getBoundingClientRect();
    return !e.checkVisibility({visibilityProperty: true, opacityProperty: true}) || box.width < 2 || box.height < 2;
  }).map(e => e.outerHTML.slice(0, 80))"""


def open_folds(page: Page) -> None:
    """Opens every fold that is seen by a click, those inside others too."""
    folds = page.locator("details")
    for k in range(folds.count()):
        fold = folds.nth(k)
        if fold.get_attribute("open") is None and fold.locator("> summary").is_visible():
            fold.locator("> summary").click()
            assert fold.get_attribute("open") is not None


def test_every_heading_table_and_picture_is_seen(chromium: Browser, file: Path) -> None:
    page, diary = open_page(chromium, file, View(script=False))
    open_folds(page)
    for selector in ("h1, h2, h3, h4", "table", "main tr", "svg", "main p"):
        assert page.locator(selector).count()
        assert page.evaluate(UNSEEN, selector) == []
    assert diary.blots() == []


def test_every_section_is_reached_by_a_link(chromium: Browser, file: Path) -> None:
    page, _ = open_page(chromium, file, View(script=False))
    sections = [str(heading.get_attribute("id")) for heading in page.locator("main section > h2[id]").all()]
    links = page.locator("nav a[href^='#']")
    reached = set()
    for link in [links.nth(k) for k in range(links.count()) if links.nth(k).is_visible()]:
        link.click()
        name = page.url.partition("#")[2]
        box = page.locator(f"[id='{name}']").bounding_box()
        assert box is not None
        # At the top of what is seen, or as near as the end of the page lets it come.
        assert -1 <= box["y"] < 900, name
        reached.add(name)
    assert set(sections) - reached <= {"top"}


def test_a_link_to_a_claim_leads_to_what_can_be_read(chromium: Browser, file: Path) -> None:
    page, _ = open_page(chromium, file, View(script=False))
    links = page.locator("main a[href^='#']")
    for target in {str(links.nth(k).get_attribute("href")) for k in range(links.count())}:
        page.goto(page.url.partition("#")[0] + target)
        place = page.locator(f"[id='{target[1:]}']")
        assert place.count() == 1, target
        assert place.is_visible(), target


def test_script_adds_nothing_that_tells(chromium: Browser, file: Path) -> None:
    """The words of the page are the same with script; buttons are all it may add."""
    words = []
    for script in (True, False):
        page, _ = open_page(chromium, file, View(script=script))
        bare = page.locator("main").evaluate(
            "main => { const copy = main.cloneNode(true); copy.querySelectorAll('button').forEach(b => b.remove());"
            " return copy.textContent; }"
        )
        words.append(" ".join(bare.split()))
    assert words[0] == words[1]
