"""A phone, a page blown up to twice its size, wider spaces between letters: nothing is lost, nothing scrolls sideways.

WCAG 1.4.4 (resized text), 1.4.10 (reflow), 1.4.12 (text spacing).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser.chromium import UNFOLD, View, open_page

#: every text that is seen, outside pictures; content of styles counts too
WORDS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Map();
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement, words = walker.currentNode.data.trim();
    if (!words || e.closest('nav, .rail, .skip, style, script')) continue;
    if (!e.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    found.set(words, (found.get(words) || 0) + 1);
  }
  return Object.fromEntries(found);
}"""

#: what sticks out of the screen and can't be scrolled to within a region, and what a box cuts off
LOST = """() => {
  const wide = document.documentElement.clientWidth, lost = [];
  const seen = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const spoken = e => getComputedStyle(e).clipPath === 'inset(50%)';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || e.closest('style, script, .skip') || !seen(e)) continue;
    let cut = null, region = false;
    for (let p = e; p && p !== document.body; p = p.parentElement) {
      const style = getComputedStyle(p);
      if (spoken(p)) { region = true; break; }
      if (/auto|scroll/.test(style.overflowX)) { region = true; break; }
      if (/hidden|clip/.test(style.overflowX) && p.scrollWidth > p.clientWidth + 1 && p.clientWidth) cut = p;
      if (/hidden|clip/.test(style.overflowY) && p.scrollHeight > p.clientHeight + 1 && p.clientHeight) cut = p;
    }
    if (cut) { lost.push('cut: ' + cut.outerHTML.slice(0, 120)); continue; }
    if (region) continue;
    range.selectNodeContents(walker.currentNode);
    for (const box of range.getClientRects())
      if (box.width > 0 && (box.right > wide + 1 || box.left < -1)) {
        const [from, to] = [Math.round(box.left), Math.round(box.right)];
        lost.push(`${from} to ${to} of ${wide}: ${walker.currentNode.data.trim().slice(0, 80)}`);
        break;
      }
  }
  return [...new Set(lost)];
}"""

#: regions that scroll sideways and that no keyboard or ear would find
DUMB = """() => [...document.querySelectorAll('body *')].filter(e =>
    /auto|scroll/.test(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1 && e.clientWidth &&
    !(e.tabIndex === 0 && e.matches(':is([role], section, nav):is([aria-label], [aria-labelledby])')))
    .map(e => e.outerHTML.slice(0, 120))"""

#: tables whose head is put away and whose cells do not say what they are
HEADLESS = """() => [...document.querySelectorAll('table')].filter(t => {
    const head = t.tHead;
    if (!head || head.getBoundingClientRect().width > 2) return false;
    return [...t.tBodies].some(body => [...body.rows].some(row => [...row.cells].some(
      cell => cell.tagName === 'TD' && cell.textContent.trim() && !cell.dataset.label)));
  }).map(t => t.outerHTML.slice(0, 160))"""

#: the spacing of WCAG 1.4.12; pictures and formulas are set by other rules
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:not(svg, svg *, math, math *) { line-height: 1.5 !important; }
                     :not(svg, svg *, math, math *) { letter-spacing: 0.12em !important;
                                                      word-spacing: 0.16em !important; }
                     svg, math { letter-spacing: normal; word-spacing: normal; }
                     p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""


def find_faults(page: Page) -> dict[str, list[str]]:
    """Everything that is lost or cannot be reached at this size."""
    found = {"lost": page.evaluate(LOST), "no region": page.evaluate(DUMB), "no head": page.evaluate(HEADLESS)}
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found["sideways"] = [str(page.evaluate("document.documentElement.scrollWidth"))]
    return {name: faults[:8] for name, faults in found.items() if faults}


@pytest.mark.parametrize("width", [320, 360, 820, 1280])
def test_nothing_is_lost_at_any_width(chromium: Browser, file: Path, width: int) -> None:
    page, _ = open_page(chromium, file, View(width, 800))
    page.evaluate(UNFOLD)
    assert find_faults(page) == {}


def test_a_phone_shows_every_word_that_a_desk_shows(chromium: Browser, file: Path) -> None:
    page, _ = open_page(chromium, file)
    desk = page.evaluate(WORDS)
    page.set_viewport_size({"width": 360, "height": 800})
    phone = page.evaluate(WORDS)
    assert {words: count for words, count in desk.items() if phone.get(words, 0) < count} == {}


def test_twice_the_size(chromium: Browser, file: Path) -> None:
    """A window of 1280 pixels at 200 % has 640 of its own; and the text alone may be doubled too."""
    page, _ = open_page(chromium, file, View(640, 400, scale=2))
    page.evaluate(UNFOLD)
    assert find_faults(page) == {}
    page, _ = open_page(chromium, file)
    page.evaluate(UNFOLD)
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert find_faults(page) == {}


@pytest.mark.parametrize("width", [360, 1280])
def test_wider_spaces_between_lines_words_and_letters(chromium: Browser, file: Path, width: int) -> None:
    page, _ = open_page(chromium, file, View(width, 800))
    page.evaluate(UNFOLD)
    page.evaluate(SPACING)
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).letterSpacing") != "normal"
    assert find_faults(page) == {}


def test_what_is_lost_is_seen(chromium: Browser, file: Path) -> None:
    """A line that does not break, a box that cuts, a region without a name, a cell without its head: each is told."""
    page, _ = open_page(chromium, file, View(360, 800))
    page.evaluate(
        """() => {
          const put = (html) => document.querySelector('main').insertAdjacentHTML('afterbegin', html);
          put('<p id="a">x</p><div id="b">x</div><div id="c"><p>x</p></div>');
          const a = document.getElementById('a'), b = document.getElementById('b'), c = document.getElementById('c');
          a.textContent = 'word '.repeat(40); a.style.whiteSpace = 'nowrap';
          b.textContent = 'word '.repeat(40); b.style.cssText = 'overflow: hidden; height: 1rem; width: 5rem';
          c.style.cssText = 'overflow: auto; width: 5rem'; c.firstChild.style.width = '50rem';
          put('<table><thead><tr><th>h</th></tr></thead><tbody><tr><td>cell</td></tr></tbody></table>');
          document.querySelector('thead').style.cssText = 'position: absolute; width: 1px; overflow: hidden';
        }"""
    )
    assert find_faults(page).keys() == {"lost", "no region", "no head", "sideways"}
    assert any(line.startswith("cut: ") for line in page.evaluate(LOST))
