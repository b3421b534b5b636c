"""A real browser for the tests: the machine's Chromium, headless, with a fresh profile and everything refused it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, Route, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
#: where this is set, a missing browser is a failure
REQUIRED = "DETENTE_BROWSER_REQUIRED"
#: milliseconds until something that does not happen is a failure
PATIENCE = 10_000
#: opens every fold
UNFOLD = "() => document.querySelectorAll('details').forEach(fold => { fold.open = true; })"
CURE = "Install Chromium (`apt-get install chromium`, or a Chrome that is found on PATH) to run these."


def find_chromium() -> str | None:
    """The first browser found on PATH."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def is_required() -> bool:
    """Whether tests may not be skipped for want of a browser."""
    return bool(os.environ.get(REQUIRED))


@contextmanager
def start_chromium(path: str) -> Iterator[Browser]:
    """A browser that ends with the block."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[*FLAGS])
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class View:
    """How a page is looked at. Width and height are CSS pixels."""

    width: int = 1280
    height: int = 900
    dark: bool = False
    script: bool = True
    #: device pixels a CSS pixel
    scale: float = 1
    forced: bool = False
    media: Literal["screen", "print"] = "screen"


@dataclass
class Diary:
    """Everything a page did that a page of ours must not do, in order."""

    requests: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def blots(self) -> list[str]:
        """All but the page's own request."""
        return [*self.requests[1:], *self.refused, *self.messages, *self.errors, *self.dialogs]


def open_page(browser: Browser, file: Path, view: View | None = None) -> tuple[Page, Diary]:
    """A page from disk, in a context of its own, and the diary that is kept of it."""
    view = view or View()
    address = file.absolute().as_uri()
    context = browser.new_context(
        viewport={"width": view.width, "height": view.height},
        device_scale_factor=view.scale,
        color_scheme="dark" if view.dark else "light",
        java_script_enabled=view.script,
        forced_colors="active" if view.forced else "none",
        reduced_motion="reduce",
        service_workers="block",
        timezone_id="UTC",
        locale="en-GB",
    )
    diary = Diary()

    def judge(route: Route) -> None:
        if route.request.url.partition("#")[0] == address:
            route.continue_()
        else:
            diary.refused.append(route.request.url)
            route.abort()

    context.route("**/*", judge)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("request", lambda request: diary.requests.append(request.url))
    page.on("console", lambda message: _note(diary, message))
    page.on("pageerror", lambda error: diary.errors.append(str(error)))
    page.on("popup", lambda other: diary.errors.append(f"a window: {other.url}"))

    def dismiss(dialog: Any) -> None:
        diary.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.emulate_media(media=view.media)
    page.goto(address, wait_until="load")
    return page, diary


def _note(diary: Diary, message: Any) -> None:
    if message.type in {"error", "warning"}:
        diary.messages.append(f"{message.type}: {message.text}")
