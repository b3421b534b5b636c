"""Figures one below the other: a bar or a dot each, with what surrounds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from detente.findings.figures import cut
from detente.report.charts.frame import COIN, INK, MODEL, Spec, frame_chart
from detente.report.charts.matrix import entitle
from detente.report.text import plain

#: width of the axis in points; longest name above a row, in characters
WIDTH, LABEL = 300, 70
#: points from row to row
STEP = 42


@dataclass(frozen=True, slots=True)
class Row:
    """One figure."""

    label: str
    value: float
    #: the figure as it is written, with its error
    text: str
    #: from and to of a line through it; None without one
    span: tuple[float, float] | None = None
    #: from and to of a grey field behind it, such as a word's range
    field: tuple[float, float] | None = None
    #: another figure to compare it with, as a hollow diamond
    other: float | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """Figures on one axis."""

    title: str
    rows: tuple[Row, ...]
    #: shares from 0 to 1, or numbers
    share: bool = True
    #: bars from 0, or dots
    bars: bool = False
    #: whether a line marks 0, as of gains and losses
    zero: bool = False
    #: ends of the axis of numbers; None to fit them
    ends: tuple[float, float] | None = None


def plot_rows(panels: Sequence[Panel], note: str, columns: int = 84) -> Spec:
    """Panels of figures; ``note`` above them says what the marks mean, in lines of so many characters.

    There must be a row in each panel.

    A figure that is not finite is written and not drawn.
    """
    drawn = [_plot_panel(panel) for panel in panels]
    body: Spec = drawn[0] if len(drawn) == 1 else {"vconcat": drawn, "spacing": 16}
    return frame_chart(
        {**body, "title": entitle(note, columns)}
        if len(drawn) > 1 or "title" not in body
        else body | {"title": {**entitle(note, columns), "subtitle": body["title"]["text"], **_SUBTITLE}}
    )


_SUBTITLE: Spec = {"subtitleColor": INK, "subtitleFontSize": 12, "subtitlePadding": 8}


def _plot_panel(panel: Panel) -> Spec:
    rows = [
        {"row": place, "label": cut(plain(row.label), LABEL), "text": row.text}
        | {name: value for name, value in _list_numbers(row) if isfinite(value)}
        for place, row in enumerate(panel.rows)
    ]
    axis: Spec = {"title": None, "tickCount": 5, "format": ".0%" if panel.share else ".6~g"}
    scale: Spec = {"domain": [0, 1]} if panel.share else {"zero": panel.bars, "nice": True}
    if panel.ends is not None:
        scale = {"domain": list(panel.ends), "nice": False}
    x: Spec = {"type": "quantitative", "axis": axis, "scale": scale}
    y: Spec = {"field": "row", "type": "ordinal", "axis": None}
    words: Spec = {"type": "text", "fontSize": 11, "color": INK, "align": "left"}
    layers = [
        *_list_marks(panel, rows, x, y),
        {
            "mark": {**words, "dy": -9, "limit": WIDTH + 100},
            "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "label"}},
        },
        {
            "mark": {**words, "dy": 7, "fontWeight": 600},
            "encoding": {"x": {"value": WIDTH + 10}, "y": y, "text": {"field": "text"}},
        },
    ]
    title: Spec = {}
    if panel.title:
        look = {"color": INK, "fontSize": 12, "anchor": "start", "frame": "group"}
        title = {"title": {"text": cut(plain(panel.title), LABEL), **look}}
    return {**title, "width": WIDTH, "height": {"step": STEP}, "data": {"values": rows}, "layer": layers}


def _list_numbers(row: Row) -> Iterator[tuple[str, float]]:
    yield "value", row.value
    for name, ends in (("span", row.span), ("field", row.field)):
        if ends is not None:
            yield f"{name}_from", ends[0]
            yield f"{name}_to", ends[1]
    if row.other is not None:
        yield "other", row.other


def _list_marks(panel: Panel, rows: Sequence[Spec], x: Spec, y: Spec) -> Iterator[Spec]:
    """What the panel has of: fields behind, bars, lines through, hollow diamonds, dots."""

    def has(name: str) -> Spec:
        return {"data": {"values": [row for row in rows if name in row]}}

    def along(name: str) -> Spec:
        return {"x": {**x, "field": f"{name}_from"}, "x2": {"field": f"{name}_to"}, "y": y}

    below = {"yOffset": 7}
    if panel.zero:
        look: Spec = {"color": INK, "strokeDash": [2, 2], "opacity": 0.8}
        yield {
            "data": {"values": [{"at": 0}]},
            "mark": {"type": "rule", **look},
            "encoding": {"x": {**x, "field": "at"}},
        }
    if any("field_from" in row for row in rows):
        mark = {"type": "bar", "height": 16, "color": INK, "opacity": 0.14, **below}
        yield {**has("field_from"), "mark": mark, "encoding": along("field")}
    if panel.bars:
        mark = {"type": "bar", "height": 9, "color": MODEL, "opacity": 0.75, **below}
        yield {**has("value"), "mark": mark, "encoding": {"x": {**x, "field": "value"}, "y": y}}
    if any("span_from" in row for row in rows):
        look = {"color": INK, "strokeWidth": 1.5} if panel.bars else {"color": MODEL, "strokeWidth": 5}
        mark = {"type": "rule", "opacity": 0.8 if panel.bars else 0.45, **look, **below}
        yield {**has("span_from"), "mark": mark, "encoding": along("span")}
    if any("other" in row for row in rows):
        mark = {"type": "point", "shape": "diamond", "filled": False, "color": COIN, "size": 60, "strokeWidth": 1.8}
        yield {
            **has("other"),
            "mark": mark | {"opacity": 1, **below},
            "encoding": {"x": {**x, "field": "other"}, "y": y},
        }
    if not panel.bars:
        mark = {"type": "point", "filled": True, "color": MODEL, "size": 70, "opacity": 1, **below}
        yield {**has("value"), "mark": mark, "encoding": {"x": {**x, "field": "value"}, "y": y}}
