"""Before and after: what evidence does to a probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detente.findings.figures import cut
from detente.report.charts.frame import INK, MODEL, MOVERS, Spec, frame_chart

#: width of the axis, and characters of a name above a line
WIDTH, LABEL = 290, 42
#: least distance between two labels at the right, as a share of the axis
APART = 0.09


@dataclass(frozen=True, slots=True)
class Shift:
    """A share before and after."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Trace:
    """A share at the start and after each of some observations."""

    name: str
    #: one more than there are days
    shares: tuple[float, ...]


def plot_shifts(rows: Sequence[Shift]) -> Spec:
    """A line from before (hollow) to after (filled) for every row, from 0 to 100 %. There must be a row."""
    data = [
        {"row": k, "name": cut(row.name, LABEL), "before": row.before, "after": row.after} for k, row in enumerate(rows)
    ]
    x: Spec = {"type": "quantitative", "scale": {"domain": [0, 1]}}
    x |= {"axis": {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "title": None}}
    y: Spec = {"field": "row", "type": "ordinal", "axis": None}
    point = {"type": "point", "color": MODEL, "size": 55, "opacity": 1, "strokeWidth": 1.5, "yOffset": 6}
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "color": MODEL, "strokeWidth": 3, "opacity": 0.5, "yOffset": 6},
            "encoding": {"x": {**x, "field": "before"}, "x2": {"field": "after"}, "y": y},
        },
        {"mark": {**point, "filled": False}, "encoding": {"x": {**x, "field": "before"}, "y": y}},
        {"mark": {**point, "filled": True}, "encoding": {"x": {**x, "field": "after"}, "y": y}},
        {
            "mark": {"type": "text", "align": "left", "dy": -6, "fontSize": 11, "color": INK, "limit": WIDTH},
            "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "name"}},
        },
    ]
    return frame_chart({"width": WIDTH, "height": {"step": 29}, "data": {"values": data}, "layer": layers})


def plot_paths(paths: Sequence[Trace], labels: Sequence[str]) -> Spec:
    """The shares of rival readings from the start over each observation, as steps named where they end.

    ``labels`` name the start and the observations, in order; the axis counts them, for dates lie too close together.
    """
    x: Spec = {"field": "place", "type": "ordinal", "axis": {"title": None, "labelAngle": 0}}
    x |= {"sort": list(labels)}
    y: Spec = {"field": "share", "type": "quantitative", "scale": {"domain": [0, 1]}}
    y |= {"axis": {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "title": None}}
    layers: list[Spec] = []
    for k, path in enumerate(paths):
        rows = [{"place": label, "share": share} for label, share in zip(labels, path.shares, strict=True)]
        colour = MOVERS[k % len(MOVERS)]
        line = {
            "type": "line",
            "color": colour,
            "strokeWidth": 2,
            "point": {"size": 30, "filled": True, "color": colour},
        }
        layers.append({"data": {"values": rows}, "mark": line, "encoding": {"x": x, "y": y}})
    ends = _push_apart([path.shares[-1] for path in paths])
    for path, end in zip(paths, ends, strict=True):
        word = {"type": "text", "align": "left", "dx": 8, "fontSize": 11, "fontWeight": 600, "color": INK}
        row = {"place": labels[-1], "share": end, "text": cut(path.name, LABEL)}
        layers.append(
            {"data": {"values": [row]}, "mark": word, "encoding": {"x": x, "y": y, "text": {"field": "text"}}}
        )
    room = {"left": 2, "right": 14, "top": 4, "bottom": 2}
    return frame_chart({"width": 205, "height": 150, "padding": room, "layer": layers})


def _push_apart(ends: Sequence[float]) -> list[float]:
    """Places for labels, each at least ``APART`` above the one below, kept inside the axis where they fit."""
    order = sorted(range(len(ends)), key=lambda k: ends[k])
    places = [0.0] * len(ends)
    below = -APART
    for rank, k in enumerate(order):
        room = 1 - APART * (len(ends) - 1 - rank)
        places[k] = below = max(min(ends[k], room), below + APART)
    return places
