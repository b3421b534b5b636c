"""What every chart shares: colours, the frame, and its picture as SVG."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from xml.etree import ElementTree

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
MODEL, COIN, INK = "#2a78b8", "#b8601f", "currentColor"
#: behind words that stand on lines; a page puts its own paper in its place
PAPER = "#fdfcfa"
#: one per mover, told apart under every common colour blindness (after Okabe & Ito 2008), darkened where needed so that
#: each has a contrast of 3 to 1 on white and on black paper
MOVERS = ("#0072b2", "#d55e00", "#00906a", "#c0689a", "#a87400", "#4b86d1", "#7f7f7f")
FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"
_SVG = "http://www.w3.org/2000/svg"


def render_svg(spec: Spec) -> str:
    """A specification as an SVG element to stand in a page: no outside reference, the same bytes every time."""
    import vl_convert

    text = vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(text)
    # The text beside a chart says what it shows; a reader's ear needs no list of marks.
    for element in root.iter():
        for name in [name for name in element.attrib if name == "role" or name.startswith("aria-")]:
            del element.attrib[name]
    root.attrib.pop("version", None)
    return ElementTree.tostring(root, encoding="unicode")


def frame_chart(parts: Spec) -> Spec:
    """A whole specification, in the house's look."""
    axis = {
        "labelColor": INK, "titleColor": INK, "tickColor": INK, "domainColor": INK, "gridColor": INK,
        "gridOpacity": 0.12, "domainOpacity": 0.5, "tickOpacity": 0.5, "labelFontSize": 11, "labelPadding": 4,
    }  # fmt: skip
    config = {"font": FONT, "axis": axis, "view": {"stroke": None}}
    return {"$schema": SCHEMA, "background": None, "padding": 2, "config": config, **parts}


def stamp_day(day: date) -> str:
    """Midnight in universal time, so that no time zone moves a date."""
    return f"{day.isoformat()}T00:00:00Z"
