"""The tornado: how far each input moves a claim."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

from detente.findings.figures import cut
from detente.findings.sensitivity import Sensitivity
from detente.report.charts.frame import INK, MODEL, Spec, frame_chart
from detente.report.text import plain

#: longest name above a bar, in characters, and the width of a chart
LABEL, WIDTH = 46, 304


def plot_tornado(sensitivity: Sensitivity, names: Mapping[str, str]) -> Spec:
    """A claim's mean, with its standard error, at the low (hollow) and the high end (filled) of what stands out.

    There must be one that does.
    """
    rows = [
        {
            "row": k,
            "name": cut(plain(names.get(item.input, item.input)), LABEL),
            **{
                f"{end}{mark}": side.mean + sign * (0.0 if isnan(side.error) else side.error)
                for end, side in (("low", item.low), ("high", item.high))
                for mark, sign in (("", 0), ("_from", -1), ("_to", 1))
            },
        }
        for k, item in enumerate(one for one in sensitivity.influences if one.clear)
    ]
    form = "~g" if sensitivity.unit == "number" else ".0%"
    x: Spec = {"type": "quantitative", "scale": {"zero": False, "padding": 8}, "title": None}
    x |= {"axis": {"format": form, "tickCount": 5, "title": None}}
    y: Spec = {"field": "row", "type": "ordinal", "axis": None}
    mean = {"data": {"values": [{"x": sensitivity.mean}]}}
    layers: list[Spec] = [
        {
            **mean,
            "mark": {"type": "rule", "color": INK, "opacity": 0.6, "strokeDash": [2, 2]},
            "encoding": {"x": {**x, "field": "x"}},
        },
        {
            "mark": {"type": "bar", "height": 5, "color": MODEL, "opacity": 0.5},
            "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y},
        },
    ]
    for end, filled in (("low", False), ("high", True)):
        point = {"type": "point", "filled": filled, "color": MODEL, "size": 55, "opacity": 1, "strokeWidth": 1.5}
        error = {"x": {**x, "field": f"{end}_from"}, "x2": {"field": f"{end}_to"}, "y": y}
        layers.append({"mark": {"type": "rule", "color": INK, "opacity": 0.7}, "encoding": error})
        layers.append({"mark": point, "encoding": {"x": {**x, "field": end}, "y": y}})
    name = {"type": "text", "align": "left", "dy": -12, "fontSize": 11, "color": INK, "limit": WIDTH}
    layers.append({"mark": name, "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "name"}}})
    return frame_chart({"width": WIDTH, "height": {"step": 36}, "data": {"values": rows}, "layer": layers})
