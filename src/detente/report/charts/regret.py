"""Alternatives by one judge, a row each: what each gains, and how far it stays below the best of each draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from detente.ensemble.alternatives import NONE
from detente.findings.advice import Judgement
from detente.report.charts.frame import INK, MODEL, Spec, frame_chart
from detente.report.counsel import call, write_gain, write_regret

#: alternatives drawn; the words beside a chart count the rest
MOST = 8
#: of the plot and of a row, in pixels; pixels for the figure at the end of a row
WIDTH, ROW, FIGURE = 308, 38, 155


def shorten(name: str, letters: int) -> str:
    """An alternative's or a measure's name, cut to so many letters."""
    said = call(name)
    return said if len(said) <= letters else f"{said[: letters - 1]}…"


def plot_regret(judgement: Judgement) -> Spec:
    """Regret of each alternative: mean, the 5-95 % of draws as a band, and the worst draw as a tick; least first."""
    items = sorted(judgement.standings, key=lambda item: (item.regret.mean, item.worst_regret, item.name))[:MOST]
    rows = [
        {
            "row": k,
            "name": call(item.name),
            "mean": item.regret.mean,
            "low": item.regret.p5,
            "high": item.regret.p95,
            "worst": item.worst_regret,
            "figure": write_regret(item),
        }
        for k, item in enumerate(items)
    ]
    return _plot_rows(rows, ["low", "high", "worst"])


def plot_gains(judgement: Judgement) -> Spec:
    """Gain of each alternative beyond holding nothing: mean, and the 5-95 % of draws as a band; the best first."""
    items = [item for item in judgement.standings if item.name != NONE][:MOST]
    rows = [
        {
            "row": k,
            "name": call(item.name),
            "mean": item.gain.mean,
            "low": item.gain.p5,
            "high": item.gain.p95,
            "figure": write_gain(item.gain.mean, item.gain.error),
        }
        for k, item in enumerate(items)
    ]
    return _plot_rows(rows, ["low", "high"])


def _plot_rows(rows: Sequence[dict[str, Any]], ends: Sequence[str]) -> Spec:
    """Names above bands on one axis on which 0 is marked."""
    inside = [0.0, *(row[end] for row in rows for end in (*ends, "mean"))]
    room = 0.03 * (max(inside) - min(inside)) or 1.0
    domain = [min(inside) - room, max(inside) + room]
    axis: Spec = {"format": "~g", "tickCount": 5, "title": None, "grid": False}
    x: Spec = {"type": "quantitative", "scale": {"domain": domain, "nice": False}, "axis": axis}
    y: Spec = {"field": "row", "type": "ordinal", "axis": None}
    nought: Spec = {
        "data": {"values": [{"x": 0.0}]},
        "mark": {"type": "rule", "color": INK, "opacity": 0.4, "strokeDash": [2, 3]},
        "encoding": {"x": {**x, "field": "x"}},
    }
    band: Spec = {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}
    lift = {"yOffset": 8}
    dot = {"type": "point", "filled": True, "color": MODEL, "size": 75, "opacity": 1, **lift}
    layers: list[Spec] = [
        nought,
        {"mark": {"type": "rule", "color": MODEL, "strokeWidth": 5, "opacity": 0.5, **lift}, "encoding": band},
        {"mark": dot, "encoding": {"x": {**x, "field": "mean"}, "y": y}},
    ]
    if "worst" in ends:
        tick = {"type": "tick", "color": INK, "size": 11, "thickness": 1.5, **lift}
        layers.append({"mark": tick, "encoding": {"x": {**x, "field": "worst"}, "y": y}})
    words: Spec = {"type": "text", "fontSize": 11, "color": INK, "dy": -7}
    for field, place, align, limit in (("name", 0, "left", WIDTH - FIGURE), ("figure", WIDTH, "right", FIGURE)):
        encoding: Spec = {"x": {"value": place}, "y": y, "text": {"field": field}}
        layers.append({"mark": {**words, "align": align, "limit": limit}, "encoding": encoding})
    return frame_chart({"width": WIDTH, "height": {"step": ROW}, "data": {"values": list(rows)}, "layer": layers})
