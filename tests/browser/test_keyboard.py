"""The keyboard alone reaches everything that can be reached, in order, seen, and out again (WCAG 2.1.1 to 2.4.13)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browser.chromium import UNFOLD, View, open_page

#: numbers everything that the keyboard must reach, in the order of the page
NUMBER = """() => {
  const seen = e => e.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true});
  const scrolls = e => {
    const style = getComputedStyle(e);
    return [[style.overflowX, e.scrollWidth, e.clientWidth], [style.overflowY, e.scrollHeight, e.clientHeight]]
      .some(([flow, whole, part]) => (flow === 'auto' || flow === 'scroll') && whole > part + 1);
  };
  const stops = [...document.querySelectorAll('body *')].filter(e => seen(e) && (
    e.matches('a[href], button:not(:disabled), summary, input, select, textarea, [tabindex="0"]') || scrolls(e)));
  stops.forEach((e, k) => { e.dataset.stop = k; });
  return stops.map(e => e.outerHTML.slice(0, 100));
}"""

#: what has the focus, how it shows, and whether anything lies upon it
FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect(), view = document.documentElement;
  const parts = [...e.getClientRects()].filter(r => r.width > 0 && r.height > 0);
  const within = r => r.bottom > 0 && r.right > 0 && r.top < view.clientHeight && r.left < view.clientWidth;
  const free = parts.filter(within).some(r => {
    const x = Math.min(Math.max((r.left + r.right) / 2, 1), view.clientWidth - 2);
    const y = Math.min(Math.max((r.top + r.bottom) / 2, 1), view.clientHeight - 2);
    const top = document.elementFromPoint(x, y);
    return top && (e.contains(top) || top.contains(e));
  });
  return {stop: e.dataset.stop ?? null, html: e.outerHTML.slice(0, 100), free,
          style: style.outlineStyle, width: parseFloat(style.outlineWidth), colour: style.outlineColor,
          named: e.matches('a, button, summary, [aria-label], [aria-labelledby]')};
}"""

PAPER = "() => getComputedStyle(document.body).backgroundColor"


def brightness(colour: str) -> float:
    """Relative luminance of ``rgb(r, g, b)``, by WCAG's own formula."""
    parts = [float(part) / 255 for part in colour.partition("(")[2].rstrip(")").split(",")[:3]]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours, from 1 to 21."""
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def walk(page: Page, key: str = "Tab") -> list[dict[str, Any]]:
    """Presses the key until the focus leaves the page; answers every stop."""
    stops = []
    for _ in range(3000):
        page.keyboard.press(key)
        focused = page.evaluate(FOCUSED)
        if focused is None:
            return stops
        stops.append(focused)
    raise AssertionError(f"The focus never leaves the page: {stops[-3:]}")


@pytest.mark.parametrize(("width", "opened"), [(1280, True), (360, False)], ids=["wide and unfolded", "narrow"])
def test_tab_reaches_everything_in_order(chromium: Browser, file: Path, width: int, opened: bool) -> None:
    page, _ = open_page(chromium, file, View(width, 800))
    if opened:
        page.evaluate(UNFOLD)
    expected = page.evaluate(NUMBER)
    paper = page.evaluate(PAPER)
    stops = walk(page)
    assert [stop["html"] for stop in stops if stop["stop"] is None] == []
    assert [int(stop["stop"]) for stop in stops] == [*range(len(expected))], [
        words for k, words in enumerate(expected) if str(k) not in {stop["stop"] for stop in stops}
    ][:5]
    for stop in stops:
        assert stop["named"], f"no name: {stop['html']}"
        assert stop["free"], f"hidden under something else: {stop['html']}"
        assert stop["style"] != "none", f"focus not seen: {stop['html']}"
        assert stop["width"] >= 2, f"focus hardly seen: {stop['html']}"
        assert contrast(stop["colour"], paper) >= 3, f"focus pale: {stop['html']}"


def test_shift_tab_leads_back(chromium: Browser, file: Path) -> None:
    page, _ = open_page(chromium, file, View(1280, 800))
    count = len(page.evaluate(NUMBER))
    page.evaluate("last => document.querySelector(`[data-stop='${last}']`).focus()", count - 1)
    assert [int(stop["stop"]) for stop in walk(page, "Shift+Tab")] == [*range(count - 1)][::-1]


def test_the_skip_link_comes_first_and_leads_past_the_head(chromium: Browser, file: Path) -> None:
    page, _ = open_page(chromium, file)
    page.keyboard.press("Tab")
    skip = page.evaluate(
        "() => { const e = document.activeElement; const b = e.getBoundingClientRect();"
        " return [e.matches('a.skip'), b.left >= 0 && b.top >= 0 && b.width > 24, e.hash]; }"
    )
    assert skip[:2] == [True, True]
    page.keyboard.press("Enter")
    target = page.locator(f"[id='{skip[2][1:]}']")
    assert target.is_visible()
    page.keyboard.press("Tab")  # what comes next lies behind the target
    behind = page.evaluate(
        "name => { const e = document.activeElement; return e === document.body || Boolean("
        "document.getElementById(name).compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING)"
        " || document.getElementById(name).contains(e); }",
        skip[2][1:],
    )
    assert behind


def test_a_fold_opens_by_the_keyboard(chromium: Browser, file: Path) -> None:
    page, _ = open_page(chromium, file, View(script=False))
    for fold in page.locator("details").all()[:5]:
        if fold.locator("> summary").is_visible():
            before = fold.get_attribute("open") is None
            fold.locator("> summary").focus()
            page.keyboard.press("Enter")
            assert (fold.get_attribute("open") is None) != before
