"""On A4 no picture is cut, nothing folded stays folded, no page is empty, nothing sticks out."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PageObject, PdfReader

from browser.chromium import View, open_page

#: CSS pixels of an A4 sheet inside the margins of the page's own style: 182 x 265 mm at 96 to the inch
WIDTH, HEIGHT = 688, 1001

#: a mark in the upper left and the lower right corner of every picture that is printed, and how high each stands
MARK = """() => [...document.querySelectorAll('svg')].filter(e => e.checkVisibility()).map((e, k) => {
  const [x, y, w, h] = e.getAttribute('viewBox').split(/[ ,]+/).map(Number);
  for (const [name, left, top, anchor] of [['a', x, y + 3, 'start'], ['z', x + w, y + h, 'end']]) {
    const mark = document.createElementNS('http://www.w3.org/2000/svg', 'text');
    mark.textContent = `q${name}${k}q`;
    mark.setAttribute('x', left); mark.setAttribute('y', top); mark.setAttribute('text-anchor', anchor);
    mark.setAttribute('font-size', '3');
    e.append(mark);
  }
  return e.getBoundingClientRect().height;
})"""

#: the words of everything that can be folded away, one entry a paragraph or cell, but for links and what is there to
#: be copied, which says again what stands beside it
FOLDED = """() => [...document.querySelectorAll('details')].filter(e => getComputedStyle(e).display !== 'none')
  .flatMap(e => [...e.querySelectorAll('p, td, th, li, dd, h3, h4, pre')])
  .filter(e => !e.closest('svg, math, button, .unseen, .quotation, .ways') && !e.querySelector('p, li, math, svg')
               && getComputedStyle(e).display !== 'none')
  .map(e => { const copy = e.cloneNode(true); copy.querySelectorAll('button, .unseen').forEach(b => b.remove());
              return copy.textContent; })"""


@cache
def print_page(browser: Browser, file: Path, script: bool) -> tuple[PdfReader, list[float]]:
    """The PDF, and how high each picture stands in it, in CSS pixels."""
    page, _ = open_page(browser, file, View(WIDTH, HEIGHT, script=script, media="print"))
    heights = page.evaluate(MARK)
    printed = page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
    page.context.close()
    return PdfReader(io.BytesIO(printed)), heights


def squeeze(text: str) -> str:
    """Text as it can be compared with what a PDF gives back: no spaces, hyphens or joined letters."""
    joined = text.translate({0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"})
    return re.sub(r"[\s\u00ad\u2010-]+", "", joined)


@cache
def texts_of(reader: PdfReader) -> tuple[str, ...]:
    return tuple(squeeze(page.extract_text()) for page in reader.pages)


def is_printed(words: str, whole: str) -> bool:
    """Whether every piece of a text is there, but for the one in which a page may end between two columns."""
    pieces = [words[k : k + 20] for k in range(0, len(words), 20)]
    return sum(piece not in whole for piece in pieces) <= (len(pieces) > 3)


def test_no_picture_is_cut(chromium: Browser, file: Path) -> None:
    reader, heights = print_page(chromium, file, True)
    assert heights
    assert max(heights) < HEIGHT
    texts = texts_of(reader)
    for k in range(len(heights)):
        first, last = ([n for n, text in enumerate(texts) if f"q{corner}{k}q" in text] for corner in "az")
        assert len(first) == 1, f"picture {k} has no upper corner"
        assert first == last, f"picture {k} begins on page {first} and ends on page {last}"


@pytest.mark.parametrize("script", [True, False])
def test_what_is_folded_away_is_printed(chromium: Browser, file: Path, script: bool) -> None:
    page, _ = open_page(chromium, file, View(WIDTH, HEIGHT, media="print"))
    whole = "".join(texts_of(print_page(chromium, file, script)[0]))
    folded = page.evaluate(FOLDED)
    assert folded
    assert [words for words in folded if not is_printed(squeeze(words), whole)] == []


def test_no_page_is_empty_and_the_pages_are_a4(chromium: Browser, file: Path) -> None:
    reader, _ = print_page(chromium, file, True)
    for page, text in zip(reader.pages, texts_of(reader), strict=True):
        assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
        assert len(re.sub(r"q[az]\d+q", "", text)) > 40, f"page {page.page_number} is empty"


def test_nothing_sticks_out_of_the_paper(chromium: Browser, file: Path) -> None:
    page, _ = open_page(chromium, file, View(WIDTH, HEIGHT, media="print"))
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    out = page.evaluate(
        """() => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
          const wide = document.documentElement.clientWidth, out = [];
          while (walker.nextNode()) {
            const e = walker.currentNode.parentElement;
            if (!walker.currentNode.data.trim() || e.closest('style, script, .unseen, .skip, thead')) continue;
            if (!e.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
            range.selectNodeContents(walker.currentNode);
            for (const box of range.getClientRects())
              if (box.width && (box.right > wide + 2 || box.left < -2)) out.push(e.outerHTML.slice(0, 160));
          }
          return out;
        }"""
    )
    assert out == []
    reader, _ = print_page(chromium, file, True)
    for sheet in reader.pages:
        assert_within(sheet)


def assert_within(sheet: PageObject) -> None:
    """No text begins outside the sheet."""
    width, height = float(sheet.mediabox.width), float(sheet.mediabox.height)
    strays: list[str] = []

    def visit(text: str, *matrices: object) -> None:
        user, place = matrices[0], matrices[1]
        assert isinstance(user, list | tuple)
        assert isinstance(place, list | tuple)
        x = user[0] * place[4] + user[2] * place[5] + user[4]
        y = user[1] * place[4] + user[3] * place[5] + user[5]
        if text.strip() and not (-1 <= x <= width and -1 <= y <= height + 1):
            strays.append(f"{text!r} at {x:.0f}, {y:.0f}")

    visitor: Callable[..., None] = visit
    sheet.extract_text(visitor_text=visitor)
    assert strays == []


def test_the_paper_is_white_and_the_words_dark_in_any_theme(chromium: Browser, file: Path) -> None:
    page, _ = open_page(chromium, file, View(WIDTH, HEIGHT, dark=True, media="print"))
    paper, ink = page.evaluate(
        "() => { const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]; }"
    )
    assert paper in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    assert ink == "rgb(0, 0, 0)"
