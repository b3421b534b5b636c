"""What every chart shares: colours, the frame, and its picture as SVG."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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

#: colours of a picture that stands alone, light and dark: ink, what is behind words, words on a mark, marks
PAPERS: Mapping[bool, Mapping[str, str]] = {
    False: {INK: "#1c1f23", PAPER: "#ffffff"},
    True: {
        INK: "#e8e6e1", PAPER: "#15181c", "#ffffff": "#15181c",
        MODEL: "#5aa5e0", COIN: "#dc8a4a", MOVERS[0]: "#4aa3dc",
    },
}  # fmt: skip
#: room around a picture, in points
ROOM = 12
#: the font that the converter brings with it, so that pictures agree across machines, and its like elsewhere
PICTURE_FONT = "Liberation Sans, Arial, Helvetica, sans-serif"


def render_svg(spec: Spec, alt: str = "") -> str:
    """A specification as an SVG element: no outside reference, the same bytes every time.

    With ``alt``, what it shows in words, it is an image of that name; without, the text beside it must say so.
    """
    import vl_convert

    text = vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(text)
    # The text beside a chart says what it shows; a reader's ear needs no list of marks.
    for element in root.iter():
        for name in [name for name in element.attrib if name == "role" or name.startswith("aria-")]:
            del element.attrib[name]
    root.attrib.pop("version", None)
    if alt:
        root.set("role", "img")
        title = ElementTree.Element(f"{{{_SVG}}}title")
        title.text = alt
        root.insert(0, title)
    return ElementTree.tostring(root, encoding="unicode")


def render_png(spec: Spec, scale: float) -> bytes:
    """A specification as a picture of so many dots per point; the same bytes every time."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(json.dumps(spec), scale=scale, allowed_base_urls=[]))


def render_pdf(spec: Spec) -> bytes:
    """A specification as a PDF page, its words kept as text; names inside the file differ from time to time."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_pdf(json.dumps(spec), allowed_base_urls=[]))


def set_apart(spec: Spec) -> Spec:
    """A specification for a page that is not the report: in a font whose widths are known, with room around it.

    Ink stays the page's; what is behind words is left out, since the page's paper is not known.
    """
    return _set(_recolour(spec, {PAPER: "transparent"}))


def paint(spec: Spec, dark: bool) -> Spec:
    """A specification that stands alone: on paper of its own, in colours and a font of its own."""
    return _set(_recolour(spec, PAPERS[dark])) | {"background": PAPERS[dark][PAPER]}


def _set(spec: Any) -> Spec:
    return {**spec, "padding": _widen(spec.get("padding", 0)), "config": {**spec["config"], "font": PICTURE_FONT}}


#: parts of a specification that are words, and what of a row of data is a colour: words of a scenario are none
_WORDS, _COLOUR = frozenset(("text", "subtitle")), "color"


def _recolour(part: Any, colours: Mapping[str, str], data: bool = False) -> Any:
    """The same with other colours."""
    if isinstance(part, dict):
        return {
            key: value
            if key in _WORDS or (data and key != _COLOUR)
            else _recolour(value, colours, data or key == "values")
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_recolour(item, colours, data) for item in part]
    return colours.get(part, part) if isinstance(part, str) else part


def _widen(padding: Any) -> dict[str, float]:
    """Room around a picture, beyond what the chart has."""
    sides = ("left", "right", "top", "bottom")
    own = padding if isinstance(padding, dict) else dict.fromkeys(sides, padding)
    return {side: own.get(side, 0) + ROOM for side in sides}


def frame_chart(parts: Spec) -> Spec:
    """A whole specification, in the house's look."""
    axis = {
        "labelColor": INK, "titleColor": INK, "tickColor": INK, "domainColor": INK, "gridColor": INK,
        "gridOpacity": 0.12, "domainOpacity": 0.5, "tickOpacity": 0.5, "labelFontSize": 11, "labelPadding": 4,
    }  # fmt: skip
    config = {"font": FONT, "axis": axis, "view": {"stroke": None}}
    return {"$schema": SCHEMA, "background": None, "padding": 2, "config": config, **parts}


def stack_charts(charts: Sequence[Spec]) -> Spec:
    """Charts one below the other, each with its own scales; a single one as it is."""
    if len(charts) == 1:
        return dict(charts[0])
    own = ("$schema", "background", "padding", "config")
    parts = [{key: value for key, value in chart.items() if key not in own} for chart in charts]
    apart = {"scale": {"color": "independent"}}
    return frame_chart({"vconcat": parts, "spacing": 28, "resolve": apart})


def stamp_day(day: date) -> str:
    """Midnight in universal time, so that no time zone moves a date."""
    return f"{day.isoformat()}T00:00:00Z"
