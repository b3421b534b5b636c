"""Pictures keep WCAG's contrasts too: their words 4.5 to 1, their marks 3 to 1, on what lies behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browser.chromium import UNFOLD, View, open_page
from browser.test_keyboard import contrast

#: words of pictures: colour, opacity, and the colours that lie under their middle, topmost first
WORDS = """() => [...document.querySelectorAll('svg text')].filter(e => {
  const s = getComputedStyle(e);  // a rim in the colour of the paper around words is no word
  return e.textContent.trim() && !(s.stroke !== 'none' && s.stroke === s.fill && parseFloat(s.strokeWidth) >= 2);
}).map(e => {
  e.scrollIntoView({block: 'center'});
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
  let opacity = 1;
  for (let p = e; p && p.nodeName !== 'body'; p = p.parentElement) opacity *= parseFloat(getComputedStyle(p).opacity);
  const under = document.elementsFromPoint(x, y).filter(p => p !== e && !p.matches('text, tspan, svg, g')).map(p => {
    const s = getComputedStyle(p);
    return p.closest('svg') ? [s.fill, parseFloat(s.fillOpacity) * parseFloat(s.opacity), p.tagName]
                            : [s.backgroundColor, 1, p.tagName];
  });
  return {words: e.textContent.slice(0, 40), home: e.closest('section')?.id || e.closest('[id]')?.id,
          fill: style.fill, opacity: opacity * parseFloat(style.fillOpacity), under,
          size: box.height};
}).filter(word => word.opacity > 0)"""

#: the colours in which marks of pictures are drawn, each with how opaque it is
MARKS = """() => {
  const found = new Map();
  for (const e of document.querySelectorAll('svg path, svg rect, svg circle, svg line')) {
    const s = getComputedStyle(e), box = e.getBoundingClientRect();
    if (!e.checkVisibility() || e.closest('.role-axis, .role-axis-grid, .background, defs, clipPath')) continue;
    for (const [kind, colour, part] of [['fill', s.fill, s.fillOpacity], ['stroke', s.stroke, s.strokeOpacity]]) {
      if (colour === 'none' || (kind === 'fill' && (box.width < 1 || box.height < 1))) continue;
      const key = [kind, colour, parseFloat(part) * parseFloat(s.opacity)].join('|');
      if (!found.has(key)) found.set(key, e.outerHTML.slice(0, 160));
    }
  }
  return [...found];
}"""

RGBA = tuple[float, float, float, float]


def read_colour(text: str) -> RGBA:
    """``rgb(1, 2, 3)`` or ``rgba(1, 2, 3, 0.5)`` as four numbers."""
    parts = [float(part) for part in text.partition("(")[2].rstrip(")").replace("/", ",").split(",")]
    return parts[0], parts[1], parts[2], parts[3] if len(parts) > 3 else 1.0


def blend(colour: str, opacity: float, paper: str) -> str:
    """A colour that is partly seen through, on what lies behind."""
    *top, alpha = read_colour(colour)
    *back, _ = read_colour(paper)
    share = alpha * opacity
    mixed = (share * a + (1 - share) * b for a, b in zip(top, back, strict=True))
    return f"rgb({', '.join(f'{part:.0f}' for part in mixed)})"


def paint(page: Page, under: list[Any]) -> str:
    """The colour of what lies behind, from the paper up."""
    colour: str = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    for fill, opacity, _ in reversed(under):
        if fill not in {"none", "transparent", "rgba(0, 0, 0, 0)"}:
            colour = blend(fill, opacity, colour)
    return colour


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_words_in_pictures_can_be_read(chromium: Browser, file: Path, dark: bool) -> None:
    page, _ = open_page(chromium, file, View(dark=dark))
    page.evaluate(UNFOLD)
    pale = []
    for word in page.evaluate(WORDS):
        behind = paint(page, word["under"])
        ratio = contrast(blend(word["fill"], word["opacity"], behind), behind)
        if ratio < 4.5:
            pale.append(f"{word['home']}: {word['words']!r} {word['fill']} on {behind} has {ratio:.1f} to 1")
    assert pale == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_colours_of_the_model_and_the_coin_toss_stand_out(chromium: Browser, file: Path, dark: bool) -> None:
    page, _ = open_page(chromium, file, View(dark=dark))
    paper = paint(page, [])
    pale = []
    for key, html in page.evaluate(MARKS):
        kind, colour, opacity = key.split("|")
        ratio = contrast(blend(colour, float(opacity), paper), paper)
        # A surface that is seen through has words or a line on it; one in the colour of the paper has a rim.
        if float(opacity) > 0.9 and 1.3 < ratio < 3:
            pale.append(f"{kind} {colour} at {opacity} on {paper}: {html}")
    assert pale == []


def test_the_measure_is_the_standard_s() -> None:
    assert contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)") == pytest.approx(21)
    assert contrast("rgb(119, 119, 119)", "rgb(255, 255, 255)") == pytest.approx(4.48, abs=0.005)
    assert blend("rgb(0, 0, 0)", 0.5, "rgb(255, 255, 255)") == "rgb(128, 128, 128)"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_forced_colours_leave_everything_readable(chromium: Browser, file: Path, dark: bool) -> None:
    """High-contrast themes choose colours themselves; words of pictures must follow, and marks still be told apart."""
    page, _ = open_page(chromium, file, View(dark=dark, forced=True))
    pale = []
    for word in page.evaluate(WORDS):
        behind = paint(page, word["under"])
        if contrast(blend(word["fill"], word["opacity"], behind), behind) < 4.5:
            pale.append(f"{word['home']}: {word['words']!r} {word['fill']} on {behind}")
    assert pale == []
