"""The trade-off: what alternatives gain by two measures, against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detente.findings.advice import Advice, Judgement
from detente.findings.findings import Spread
from detente.report.charts.frame import INK, MODEL, PAPER, Spec, frame_chart
from detente.report.charts.labels import Box, place_labels
from detente.report.charts.regret import MOST, shorten

#: of the plot, in pixels: with its axes narrow enough for a telephone
WIDTH, HEIGHT = 254, 250
#: letters of an alternative's name
NAME = 26


@dataclass(frozen=True, slots=True)
class _Alternative:
    name: str
    across: Spread
    up: Spread
    undominated: bool


@dataclass(frozen=True, slots=True)
class _Plane:
    """From gains to pixels and back: lowest and highest gain across and up, and what the axes are called."""

    across: tuple[float, float]
    up: tuple[float, float]
    titles: tuple[str, str]

    def to_pixels(self, x: float, y: float) -> tuple[float, float]:
        (left, right), (low, high) = self.across, self.up
        return (x - left) / (right - left) * WIDTH, (high - y) / (high - low) * HEIGHT

    def to_gains(self, x: float, y: float) -> tuple[float, float]:
        (left, right), (low, high) = self.across, self.up
        return left + x / WIDTH * (right - left), high - y / HEIGHT * (high - low)

    def lay(self, x: str = "x", y: str = "y", **ends: str) -> Spec:
        """The place of a mark; ``x2`` or ``y2`` as needed."""
        signed = "abs(datum.value) < 1e-12 ? '0' : format(datum.value, '+~g')"
        axis: Spec = {"labelExpr": signed, "tickCount": 4, "grid": False, "titleFontSize": 11, "titleFontWeight": 400}
        turned: Spec = {**axis, "titleAngle": 0, "titleAlign": "left", "titleAnchor": "end"}
        turned |= {"titleX": -34, "titleY": -8}
        across, up = ({"domain": list(ends), "nice": False, "zero": False} for ends in (self.across, self.up))
        return {
            "x": {"field": x, "type": "quantitative", "scale": across, "axis": {**axis, "title": self.titles[0]}},
            "y": {"field": y, "type": "quantitative", "scale": up, "axis": {**turned, "title": self.titles[1]}},
            **{name: {"field": end} for name, end in ends.items()},
        }


def plot_tradeoff(advice: Advice, across: Judgement, up: Judgement) -> Spec:
    """Gains beyond holding nothing by two measures: means, with the 5-95 % of draws as a cross.

    Filled points are undominated over all measures, on average; a line joins them where these two are all there are.
    The alternatives best by either measure are drawn, ``MOST`` at most. Both judgements must be the advice's.
    """
    items = _choose(advice, across, up)
    titles = f"gain in {shorten(across.judge, 30)}", f"gain in {shorten(up.judge, 30)}"
    plane = _Plane(_span([item.across for item in items]), _span([item.up for item in items]), titles)
    spots = [plane.to_pixels(item.across.mean, item.up.mean) for item in items]
    texts = [shorten(item.name, NAME) for item in items]
    bars = [box for item in items for box in _box_cross(item, plane)]
    boxes = place_labels(spots, texts, (WIDTH, HEIGHT), bars)
    measures = sum(item.kind == "measure" for item in advice.judgements)
    layers = [
        *_draw_nought(plane),
        *_draw_crosses(items, plane),
        *([_join_front(items, plane)] if measures == 2 else []),
        _draw_leads(spots, boxes, plane),
        *_draw_points(items, plane),
        *_write_names(texts, boxes, plane),
    ]
    room = {"left": 8, "right": 10, "top": 16, "bottom": 2}
    return frame_chart({"width": WIDTH, "height": HEIGHT, "padding": room, "layer": layers})


def _choose(advice: Advice, across: Judgement, up: Judgement) -> list[_Alternative]:
    """The alternatives drawn, those with the best places first."""
    places: dict[str, int] = {}
    for judgement in (across, up):
        for place, standing in enumerate(judgement.standings):
            places[standing.name] = min(place, places.get(standing.name, place))
    first, second = ({item.name: item.gain for item in judgement.standings} for judgement in (across, up))
    front = {item.name for item in advice.front if item.on_average}
    chosen = sorted(places, key=lambda name: (places[name], name))[:MOST]
    return [_Alternative(name, first[name], second[name], name in front) for name in chosen]


def _span(spreads: Sequence[Spread]) -> tuple[float, float]:
    """A range that holds every interval and 0, with some room."""
    low, high = min(0.0, *(item.p5 for item in spreads)), max(0.0, *(item.p95 for item in spreads))
    low, high = min([low, *(item.mean for item in spreads)]), max([high, *(item.mean for item in spreads)])
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room


def _box_cross(item: _Alternative, plane: _Plane) -> list[Box]:
    """The two bars of a cross, as thin boxes of pixels."""
    left, y = plane.to_pixels(item.across.p5, item.up.mean)
    right, _ = plane.to_pixels(item.across.p95, item.up.mean)
    x, bottom = plane.to_pixels(item.across.mean, item.up.p5)
    _, top = plane.to_pixels(item.across.mean, item.up.p95)
    return [Box(left, y - 1, right, y + 1), Box(x - 1, top, x + 1, bottom)]


def _draw_nought(plane: _Plane) -> list[Spec]:
    """Where nothing is gained."""
    mark = {"type": "rule", "color": INK, "opacity": 0.4, "strokeDash": [2, 3]}
    (left, right), (low, high) = plane.across, plane.up
    level = {"x": left, "x2": right, "y": 0.0}
    upright = {"x": 0.0, "y": low, "y2": high}
    return [
        {"data": {"values": [level]}, "mark": mark, "encoding": plane.lay(x2="x2")},
        {"data": {"values": [upright]}, "mark": mark, "encoding": plane.lay(y2="y2")},
    ]


def _draw_crosses(items: Sequence[_Alternative], plane: _Plane) -> list[Spec]:
    mark = {"type": "rule", "color": MODEL, "opacity": 0.45, "strokeWidth": 2}
    level = [{"x": item.across.p5, "x2": item.across.p95, "y": item.up.mean} for item in items]
    upright = [{"x": item.across.mean, "y": item.up.p5, "y2": item.up.p95} for item in items]
    return [
        {"data": {"values": level}, "mark": mark, "encoding": plane.lay(x2="x2")},
        {"data": {"values": upright}, "mark": mark, "encoding": plane.lay(y2="y2")},
    ]


def _join_front(items: Sequence[_Alternative], plane: _Plane) -> Spec:
    rows = [{"x": item.across.mean, "y": item.up.mean} for item in items if item.undominated]
    rows.sort(key=lambda row: (row["x"], -row["y"]))
    mark = {"type": "line", "color": MODEL, "strokeWidth": 1.5, "strokeDash": [5, 3]}
    return {"data": {"values": rows}, "mark": mark, "encoding": plane.lay()}


def _draw_points(items: Sequence[_Alternative], plane: _Plane) -> list[Spec]:
    mark = {"type": "point", "filled": True, "color": MODEL, "size": 75, "opacity": 1}
    layers = []
    for undominated, look in ((False, {"fill": PAPER, "stroke": MODEL, "strokeWidth": 1.8}), (True, {})):
        rows = [
            {"name": it.name, "x": it.across.mean, "y": it.up.mean} for it in items if it.undominated == undominated
        ]
        if rows:
            layers.append({"data": {"values": rows}, "mark": {**mark, **look}, "encoding": plane.lay()})
    return layers


def _draw_leads(spots: Sequence[tuple[float, float]], boxes: Sequence[Box], plane: _Plane) -> Spec:
    """Thin lines to labels that had to stand further off."""
    rows = []
    for (x, y), box in zip(spots, boxes, strict=True):
        end = min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)
        if abs(end[0] - x) + abs(end[1] - y) > 14:
            (x1, y1), (x2, y2) = plane.to_gains(x, y), plane.to_gains(*end)
            rows.append({"x": x1, "y": y1, "x2": x2, "y2": y2})
    mark = {"type": "rule", "color": INK, "opacity": 0.5, "strokeWidth": 0.8}
    return {"data": {"values": rows}, "mark": mark, "encoding": plane.lay(x2="x2", y2="y2")}


def _write_names(texts: Sequence[str], boxes: Sequence[Box], plane: _Plane) -> list[Spec]:
    rows = []
    for text, box in zip(texts, boxes, strict=True):
        x, y = plane.to_gains(*box.middle)
        rows.append({"x": x, "y": y, "text": text})
    mark: Spec = {"type": "text", "fontSize": 11, "align": "center", "baseline": "middle", "color": INK}
    encoding: Spec = {**plane.lay(), "text": {"field": "text"}}
    halo: Spec = {**mark, "color": PAPER, "stroke": PAPER, "strokeWidth": 3}
    return [{"data": {"values": rows}, "mark": look, "encoding": encoding} for look in (halo, mark)]
