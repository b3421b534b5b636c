"""The bars of a claim's drivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detente.findings.figures import cut
from detente.findings.findings import ClaimFinding, Driver
from detente.report.charts.frame import INK, MODEL, Spec, frame_chart
from detente.report.text import plain, write_mean

#: characters of a name above a bar
LABEL = 48

#: of the bars, in pixels: narrow enough for a telephone
WIDTH = 308
#: of a name above one: letters of a screen's own typeface may be wider than those they are measured with
ROOM = 0.84 * WIDTH


def plot_drivers(claim: ClaimFinding, names: Mapping[str, str]) -> Spec:
    """A tornado in the claim's own units: its mean at the low and the high end of each driver.

    The claim must have drivers and a spread.
    """
    assert claim.spread is not None
    rows = [_driver_row(k, driver, claim, names) for k, driver in enumerate(claim.drivers)]
    spread = claim.gap or claim.spread
    ends = [row[end] for row in rows for end in ("left", "right")]
    domain = [0.0, 1.0] if claim.gap is None and claim.kind != "number" else _padded([spread.mean, *ends])
    x = {"type": "quantitative", "scale": {"domain": domain, "range": [0, WIDTH]}, "axis": None}
    y = {"field": "row", "type": "nominal", "sort": None, "axis": None, "scale": {"padding": 0.1}}
    bars: Spec = {"x": {**x, "field": "left"}, "x2": {"field": "right"}, "y": y}
    label = {"type": "text", "fontSize": 11, "color": INK}
    mean: Spec = {
        "data": {"values": [{"x": spread.mean}]},
        "mark": {"type": "rule", "color": INK, "opacity": 0.6, "strokeDash": [2, 2]},
        "encoding": {"x": {**x, "field": "x"}},
    }
    layers: list[Spec] = [
        {"mark": {"type": "bar", "height": 9, "color": MODEL, "opacity": 0.75, "yOffset": 0}, "encoding": bars},
        mean,
        {
            "mark": {**label, "align": "left", "dy": -15, "limit": ROOM},
            "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "name"}},
        },
    ]
    # The words of a bar's ends stand below it at the sides, where they have room on a telephone too.
    for side, place in (("left", 0), ("right", WIDTH)):
        encoding = {"x": {"value": place}, "y": y, "text": {"field": f"{side}_text"}}
        layers.append({"mark": {**label, "align": side, "dy": 14, "limit": WIDTH / 2}, "encoding": encoding})
    return frame_chart({"width": WIDTH, "height": {"step": 58}, "data": {"values": rows}, "layer": layers})


def _driver_row(row: int, driver: Driver, claim: ClaimFinding, names: Mapping[str, str]) -> Spec:
    """A bar's left end is the smaller mean, whichever end of the input gives it."""
    ends = [(driver.low, driver.low.label or "low"), (driver.high, driver.high.label or "high")]
    (left, left_name), (right, right_name) = sorted(ends, key=lambda end: (end[0].mean, end[1]))
    return {
        "row": row,
        "name": cut(plain(names.get(driver.input, driver.input)), LABEL),
        "left": left.mean,
        "right": right.mean,
        "left_text": f"{plain(left_name)} {write_mean(left, claim)}",
        "right_text": f"{write_mean(right, claim)} {plain(right_name)}",
    }


def _padded(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    room = 0.05 * (high - low) or 1.0
    return [low - room, high + room]
