"""A chart that stands alone: on a slide, in a paper, in a notebook."""

from __future__ import annotations

import json
from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from detente.display import choose
from detente.ensemble.store import replacing
from detente.errors import Issue, QueryError
from detente.report.charts.frame import Spec, paint, render_pdf, render_png, render_svg
from detente.report.text import plain

#: suffixes of files a chart is saved as
SUFFIXES = ("svg", "png", "pdf", "json")
#: dots per point of a PNG unless told otherwise
SCALE = 2.0
_VEGA_LITE = "application/vnd.vegalite.v6+json"


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: a Vega-Lite specification, and what it shows in words."""

    spec: Spec = field(repr=False)
    alt: str

    def __post_init__(self) -> None:
        """Words of a scenario are in it: they are made safe to show, as those in the picture are."""
        object.__setattr__(self, "alt", plain(self.alt))

    def __repr__(self) -> str:
        told = self.alt if len(self.alt) <= 70 else f"{self.alt[:69]}…"
        return f"<Chart: {told}>"

    def to_dict(self) -> dict[str, Any]:
        """The specification, in plain types; ink is ``currentColor``, for a page to choose."""
        return deepcopy(self.spec)

    def svg(self, dark: bool = False) -> str:
        """The picture as an SVG document on white, or on dark paper; the same bytes every time."""
        return render_svg(paint(self.spec, dark), self.alt)

    def save(self, path: str | Path, dark: bool = False, scale: float = SCALE) -> Path:
        """Write ``.svg``, ``.png`` (``scale`` dots per point), ``.pdf`` or ``.json`` (the specification), in one step.

        Raises QueryError for another suffix, RunError when the file cannot be written.
        """
        path = Path(path)
        form = check_suffix(path)
        with replacing(path) as temporary:
            temporary.write_bytes(self.render(form, dark, scale))
        return path

    def render(self, form: str, dark: bool = False, scale: float = SCALE) -> bytes:
        """The bytes of a file of that suffix."""
        if form == "png":
            return render_png(paint(self.spec, dark), scale)
        if form == "pdf":
            return render_pdf(paint(self.spec, dark))
        return (json.dumps(paint(self.spec, dark), indent=1) if form == "json" else self.svg(dark)).encode()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        """The picture, and the specification for notebooks that draw it themselves."""
        bundle = {"text/plain": self.alt, "image/svg+xml": self.svg(), _VEGA_LITE: paint(self.spec, dark=False)}
        return choose(bundle, include, exclude)


def check_suffix(path: Path) -> str:
    """The suffix without its dot. Raises QueryError for one that no chart is saved as."""
    form = path.suffix.removeprefix(".").lower()
    if form not in SUFFIXES:
        wrong = (
            f"No chart is saved as '{path.suffix}'." if path.suffix else "The name has no suffix to say what to save."
        )
        raise QueryError([Issue(str(path), 0, 0, "", wrong, "Name it .svg, .png, .pdf or .json.")])
    return form
