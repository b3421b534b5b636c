"""The page asks nobody for anything, says nothing on the console, and is small."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser.chromium import View, open_page

LARGEST = 3_000_000


@pytest.mark.parametrize("script", [True, False])
def test_one_file_is_all_that_is_read(chromium: Browser, file: Path, script: bool) -> None:
    page, diary = open_page(chromium, file, View(script=script))
    for _ in range(2):  # once as it opens, once after everything on it was opened too
        page.wait_for_timeout(50)
        assert diary.requests == [file.absolute().as_uri()]
        assert diary.blots() == []
        for summary in page.locator("summary").all():
            if summary.is_visible():
                summary.click()


def test_the_page_is_small(file: Path) -> None:
    assert file.stat().st_size <= LARGEST


def test_a_page_that_asks_is_caught(chromium: Browser, file: Path, tmp_path: Path) -> None:
    """What these tests would see, if the page did it: with its policy taken away, and with it in place."""
    page = file.read_text(encoding="utf-8")
    asking = page.replace("<main", '<img src="https://example.org/x.png"><script>alert(1)</script><main', 1)
    (tmp_path / "with.html").write_text(asking, encoding="utf-8")
    (tmp_path / "without.html").write_text(asking.replace("Content-Security-Policy", "x"), encoding="utf-8")
    _, diary = open_page(chromium, tmp_path / "with.html")
    assert len(diary.messages) >= 2  # the policy refuses both, and says so
    assert diary.dialogs == []
    _, diary = open_page(chromium, tmp_path / "without.html")
    assert "https://example.org/x.png" in diary.refused
    assert diary.dialogs == ["1"]
