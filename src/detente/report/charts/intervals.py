"""Uncertain numbers on one axis: what is put in, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detente.findings.figures import cut
from detente.report.charts.frame import INK, MODEL, Spec, frame_chart

#: width of the axis, and characters of a name above a line
WIDTH, LABEL = 290, 42


@dataclass(frozen=True, slots=True)
class Interval:
    """A 5th to 95th percentile with the median between; three equal numbers for what is certain."""

    name: str
    low: float
    median: float
    high: float


def plot_intervals(rows: Sequence[Interval], domain: tuple[float, float]) -> Spec:
    """A line from the 5th to the 95th percentile and a dot at the median for every row, its name above it.

    Charts on one ``domain`` compare with each other; where it holds zero, zero is marked. There must be a row.
    """
    data = [
        {"row": k, "name": cut(row.name, LABEL), "low": row.low, "median": row.median, "high": row.high}
        for k, row in enumerate(rows)
    ]
    x: Spec = {"type": "quantitative", "scale": {"domain": list(domain), "nice": False}}
    x |= {"axis": {"format": "~g", "tickCount": 5, "title": None}}
    y: Spec = {"field": "row", "type": "ordinal", "axis": None}
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "color": MODEL, "strokeWidth": 5, "opacity": 0.5, "yOffset": 5},
            "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y},
        },
        {
            "mark": {"type": "point", "filled": True, "color": MODEL, "size": 50, "opacity": 1, "yOffset": 5},
            "encoding": {"x": {**x, "field": "median"}, "y": y},
        },
        {
            "mark": {"type": "text", "align": "left", "dy": -5, "fontSize": 11, "color": INK, "limit": WIDTH},
            "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "name"}},
        },
    ]
    if domain[0] < 0 < domain[1]:
        zero = {"type": "rule", "color": INK, "opacity": 0.5}
        layers.insert(0, {"data": {"values": [{"x": 0}]}, "mark": zero, "encoding": {"x": {**x, "field": "x"}}})
    return frame_chart({"width": WIDTH, "height": {"step": 26}, "data": {"values": data}, "layer": layers})
