"""No rule of axe-core for WCAG 2.2 AA or good practice is broken, in light and dark, on a wide and a narrow screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from browser.chromium import UNFOLD, View, open_page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations", "incomplete"]}

#: what axe cannot decide by itself, by rule and reason; what was looked at, and why it is right
LOOKED_AT = {
    "color-contrast nonBmp": "a mark such as a tick has the colour of the words beside it, which are judged",
    "color-contrast elmPartiallyObscured": "a caption wider than its region, which scrolls",
    "color-contrast shortTextContent": "numbers and signs of formulas have the colours of what surrounds them",
}


def tell(found: list[dict[str, Any]]) -> list[str]:
    """One line a broken rule: its name, what it asks, where it is broken first, and how often."""
    return [
        f"{rule['id']}: {rule['help']}; {len(rule['nodes'])} times, first {rule['nodes'][0]['html'][:160]}"
        f" ({rule['nodes'][0].get('failureSummary', '')[:300]})"
        for rule in found
    ]


def judge(page: Page) -> tuple[list[str], dict[str, str]]:
    """Rules broken, and by rule and reason what axe could not decide: where first."""
    # Each picture is one image to axe, named by what holds it; what is in it is judged by test_colours.
    page.evaluate(
        "() => document.querySelectorAll('svg').forEach(picture => {"
        " picture.setAttribute('height', picture.getBoundingClientRect().height); picture.replaceChildren(); })"
    )
    found = Axe().run(page, options=OPTIONS).response
    doubts: dict[str, str] = {}
    for rule in found["incomplete"]:
        for node in rule["nodes"]:
            for check in (*node["any"], *node["all"], *node["none"]):
                reason = (check["data"] or {}).get("messageKey") if isinstance(check["data"], dict) else check["id"]
                doubts.setdefault(f"{rule['id']} {reason}", f"{node['target']}: {node['html'][:200]}")
    assert found["passes"]
    return tell(found["violations"]), doubts


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)], ids=["wide and light", "narrow and dark"])
def test_no_rule_is_broken(chromium: Browser, file: Path, width: int, dark: bool) -> None:
    page, _ = open_page(chromium, file, View(width, dark=dark))
    # What is folded away is judged too.
    page.evaluate(UNFOLD)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    broken, doubts = judge(page)
    assert broken == []
    assert {reason: where for reason, where in doubts.items() if reason not in LOOKED_AT} == {}


def test_axe_sees_what_is_wrong(chromium: Browser, file: Path) -> None:
    """A picture without words, a grey on white, a button of 10 pixels, headings out of order: each is seen."""
    page, _ = open_page(chromium, file)
    page.evaluate(
        """() => {
          document.querySelector('[role=img]').removeAttribute('aria-label');
          [...document.querySelectorAll('main p')].find(p => p.innerText.length > 40).style.color = '#bbb';
          document.querySelector('main h2').outerHTML = '<h5>x</h5>';
          for (const k of [1, 2]) {
            const button = document.createElement('button');
            button.textContent = '·';
            button.style.cssText = 'width: 10px; height: 10px; padding: 0; border: 0; margin: 0; font-size: 8px';
            document.querySelector('main').prepend(button);
          }
        }"""
    )
    broken = " ".join(judge(page)[0])
    for rule in ("role-img-alt", "color-contrast", "heading-order", "target-size"):
        assert rule in broken
