"""The reliability diagram: forecasts against how often they came true."""

from __future__ import annotations

from detente.findings.scores import Calibration
from detente.report.charts.frame import INK, MODEL, Spec, frame_chart


def plot_reliability(calibration: Calibration) -> Spec:
    """Share that came out yes over the mean forecast of each bin, with one standard error; the diagonal is perfect."""
    rows = [
        {
            "forecast": item.forecast,
            "yes": item.yes,
            "low": max(0.0, item.yes - item.yes_error),
            "high": min(1.0, item.yes + item.yes_error),
            "claims": item.claims,
        }
        for item in calibration.bins
        if item.claims
    ]
    axis = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}
    scale = {"domain": [0, 1]}
    x = {"field": "forecast", "type": "quantitative", "scale": scale, "axis": {**axis, "title": "forecast"}}
    y = {"type": "quantitative", "scale": scale, "axis": {**axis, "title": "came out yes"}}
    diagonal: Spec = {
        "data": {"values": [{"forecast": 0, "yes": 0}, {"forecast": 1, "yes": 1}]},
        "mark": {"type": "line", "color": INK, "opacity": 0.4, "strokeDash": [4, 3]},
        "encoding": {"x": x, "y": {**y, "field": "yes"}},
    }
    whiskers = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
    layers: list[Spec] = [
        diagonal,
        {"mark": {"type": "rule", "color": MODEL, "strokeWidth": 2, "opacity": 0.5}, "encoding": whiskers},
        {
            "mark": {"type": "point", "filled": True, "color": MODEL, "size": 70, "opacity": 1},
            "encoding": {"x": x, "y": {**y, "field": "yes"}},
        },
        {
            "mark": {"type": "text", "dx": 12, "fontSize": 11, "color": INK},
            "encoding": {"x": x, "y": {**y, "field": "yes"}, "text": {"field": "claims"}},
        },
    ]
    return frame_chart({"width": 240, "height": 240, "data": {"values": rows}, "layer": layers})
