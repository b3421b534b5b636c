"""Curves of a forecast as one chart."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.ensemble.curves import Curve, Curves
from detente.report.charts.frame import COIN, INK, MOVERS, Spec, frame_chart
from detente.report.text import LONGEST_NAME, date_at, plain


def plot_curves(curves: Curves) -> Spec:
    """A panel per curve: the probability over time, its 5-95 % over draws, and the coin toss dashed."""
    panels = [_plot_panel(curves, curve, MOVERS[0]) for curve in curves.curves]
    return frame_chart({"vconcat": panels, "spacing": 24})


def _plot_panel(curves: Curves, curve: Curve, color: str) -> Spec:
    when = [m if curve.after else f"{date_at(curves.as_of, m).isoformat()}T00:00:00Z" for m in curve.months]
    rows = [
        {"when": moment, **{name: float(x) for name, x in told.items() if not np.isnan(x)}}
        for moment, *numbers in zip(when, curve.mean, curve.coin, *(_list_ends(curve)), strict=True)
        for told in [dict(zip(("mean", "coin", "p5", "p95"), numbers, strict=False))]
    ]
    axis: dict[str, Any] = {"title": "months after" if curve.after else None, "grid": False, "tickCount": 6}
    x: Spec = {"field": "when", "type": "quantitative", "axis": axis}
    if not curve.after:
        axis["format"] = "%b %Y"
        x |= {"type": "temporal", "scale": {"type": "utc"}}
    y: Spec = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {"format": ".0%", "title": None}}
    layers: list[Spec] = []
    if curve.p5 is not None:
        band: Spec = {"x": x, "y": {**y, "field": "p5"}, "y2": {"field": "p95"}}
        layers.append({"mark": {"type": "area", "color": color, "opacity": 0.2}, "encoding": band})
    dashed: Spec = {"type": "line", "color": COIN, "strokeWidth": 1.5, "strokeDash": [4, 3]}
    layers += [
        {"mark": dashed, "encoding": {"x": x, "y": {**y, "field": "coin"}}},
        {
            "mark": {"type": "line", "color": color, "strokeWidth": 2, "point": {"color": color, "size": 12}},
            "encoding": {"x": x, "y": {**y, "field": "mean"}},
        },
    ]
    title: Spec = {"text": plain(curve.query, LONGEST_NAME), "color": INK, "fontSize": 12, "anchor": "start"}
    title |= {"subtitle": "dashed: the coin toss", "subtitleColor": INK, "subtitleFontSize": 10}
    return {"width": 420, "height": 180, "title": title, "data": {"values": rows}, "layer": layers}


def _list_ends(curve: Curve) -> list[np.ndarray]:
    return [ends for ends in (curve.p5, curve.p95) if ends is not None]
