"""The evolution graph: states in columns by improvements from the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from detente.report.charts.frame import INK, MODEL, MOVERS, PAPER, Spec, frame_chart


def plot_evolution(states: Sequence[Mapping[str, Any]], moves: Sequence[Mapping[str, Any]]) -> Spec:
    """States in columns by the number of improvements that lead there, joined by moves coloured by their mover.

    Rows as :func:`detente.report.evolution.lay_out` makes them; joint moves are dashed.
    """
    columns = max(row["x"] for row in states)
    slots = [row["y"] for row in states]
    x: Spec = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [-0.5, columns + 0.5]}}
    y: Spec = {
        "field": "y",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [min(slots) - 0.75, max(slots) + 0.35]},
    }
    dash = {"condition": {"test": "datum.joint", "value": [5, 4]}, "value": [1, 0]}
    ends: Spec = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}, "strokeDash": dash}
    ends["color"] = _colour_movers(list(dict.fromkeys(row["mover"] for row in moves)))
    place: Spec = {"x": x, "y": y}
    fill = {"condition": {"test": "datum.number", "value": MODEL}, "value": "#9a9a9a"}
    words: Spec = {**place, "text": {"field": "label"}}
    label: Spec = {"type": "text", "align": "center", "baseline": "top", "dy": 13, "fontSize": 10}
    label |= {"lineBreak": "\n", "limit": 175}
    layers: list[Spec] = [
        {"data": {"values": list(moves)}, "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.8}, "encoding": ends},
        {"mark": {"type": "circle", "size": 330, "opacity": 1}, "encoding": {**place, "color": fill}},
        {
            "mark": {"type": "text", "color": "#ffffff", "fontSize": 11, "fontWeight": 600},
            "encoding": {**place, "text": {"field": "number"}},
        },
        # A halo keeps the words legible where a move passes behind them.
        {"mark": {**label, "stroke": PAPER, "strokeWidth": 3, "color": PAPER}, "encoding": words},
        {"mark": {**label, "color": INK}, "encoding": words},
    ]
    height = 84 * (max(slots) - min(slots) + 1)
    return frame_chart(
        {"width": 190 * (columns + 1), "height": height, "data": {"values": list(states)}, "layer": layers}
    )


def _colour_movers(movers: Sequence[str]) -> Spec:
    legend: Spec = {"orient": "top", "title": None, "labelColor": INK, "labelFontSize": 11, "labelLimit": 260}
    legend["columns"] = 3 if max(map(len, movers), default=0) <= 20 else 1
    return {
        "field": "mover",
        "type": "nominal",
        "scale": {"domain": list(movers), "range": [MOVERS[k % len(MOVERS)] for k in range(len(movers))]},
        "legend": {**legend, "symbolType": "stroke", "symbolStrokeWidth": 3},
    }
