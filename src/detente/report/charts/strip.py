"""The verdict strip: one claim on one line."""

from __future__ import annotations

from detente.findings.findings import ClaimFinding
from detente.findings.yardsticks import FAILS, HOLDS
from detente.report.charts.frame import COIN, INK, MODEL, Spec, frame_chart


def plot_strip(claim: ClaimFinding) -> Spec:
    """One claim on one line from 0 to 100 %: the word's range, the 5-95 % interval, the mean, the coin toss.

    For a comparison the mean is the share of draws in which it is true, and two ticks mark where verdicts change.
    The claim must be a probability or a comparison with a spread.
    """
    spread = claim.spread
    assert spread is not None
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": None}
    ticks = [{"x": tick} for tick in ((FAILS, HOLDS) if claim.kind == "comparison" else (0.25, 0.5, 0.75))]
    layers: list[Spec] = [
        _mark("rule", [{"x": 0.0, "x2": 1.0}], x, {"color": INK, "opacity": 0.35, "strokeWidth": 1}),
        _mark("tick", ticks, x, {"color": INK, "opacity": 0.35, "size": 8}),
    ]
    if claim.kind == "probability":
        if claim.band is not None:
            band = [{"x": claim.band.floor, "x2": claim.band.ceiling}]
            layers.append(_mark("rect", band, x, {"color": INK, "opacity": 0.16}))
        interval = [{"x": spread.p5, "x2": spread.p95}]
        layers.append(_mark("rule", interval, x, {"color": MODEL, "strokeWidth": 5, "opacity": 0.5}))
    if claim.baseline is not None:
        coin = {"shape": "diamond", "filled": False, "color": COIN, "size": 55, "strokeWidth": 1.8}
        layers.append(_mark("point", [{"x": claim.baseline.mean}], x, coin))
    dot = {"filled": True, "color": MODEL, "size": 70, "opacity": 1}
    layers.append(_mark("point", [{"x": spread.mean}], x, dot))
    return frame_chart(
        {"width": 190, "height": 20, "layer": layers, "padding": {"left": 5, "right": 5, "top": 1, "bottom": 1}}
    )


def _mark(kind: str, rows: list[dict[str, float]], x: Spec, look: Spec) -> Spec:
    """A layer of constants along one horizontal axis, on the middle of the chart."""
    encoding: Spec = {"x": {**x, "field": "x"}}
    if "x2" in rows[0]:
        encoding["x2"] = {"field": "x2"}
    encoding["y"] = {"value": 1 if kind == "rect" else 10}
    if kind == "rect":
        encoding["y2"] = {"value": 19}
    return {"data": {"values": rows}, "mark": {"type": kind, **look}, "encoding": encoding}
