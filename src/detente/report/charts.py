"""Charts: one function per kind, each returning a Vega-Lite specification as a plain dict.

Ink is ``currentColor``, so a chart in a page follows its light or dark theme; blue is the model, orange the coin toss,
grey the assessment's own words. The pair is told apart under every common colour blindness, and every line is labelled
where it ends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from xml.etree import ElementTree

from detente.findings.figures import write_figure
from detente.findings.findings import ClaimFinding, Driver, Fan
from detente.findings.settlements import Settlement, StableState
from detente.findings.yardsticks import FAILS, HOLDS
from detente.report.settling import CONCEPTS
from detente.report.text import date_at, plain, write_mean

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
MODEL, COIN, INK = "#2a78b8", "#b8601f", "currentColor"
#: one per mover, told apart under every common colour blindness (after Okabe & Ito 2008)
MOVERS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f")
FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"
#: least distance between two labels at the end of a line, as a share of the axis
APART = 0.1
_SVG = "http://www.w3.org/2000/svg"


def plot_fan(claim: ClaimFinding, as_of: date) -> Spec:
    """A probability over time: bands over draws (5-95 and 25-75 %), mean, coin toss, and the word's range behind.

    The claim must have a fan.
    """
    fan = claim.fan
    assert fan is not None
    days = [_stamp(date_at(as_of, float(t))) for t in fan.months]
    rows = [
        {"day": day, "mean": m, "p5": p5, "p25": p25, "p75": p75, "p95": p95}
        for day, m, p5, p25, p75, p95 in zip(days, *_columns(fan), strict=True)
    ]
    x = {
        "field": "day",
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": {"format": "%b %Y", "tickCount": 4, "title": None, "grid": False, "labelFlush": True},
    }
    y = {
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "axis": {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "title": None},
    }
    layers: list[Spec] = []
    if claim.band is not None:
        layers += _word_band(claim, days)
    layers += [
        {"mark": {"type": "area", "color": MODEL, "opacity": 0.18}, "encoding": _between(x, y, "p5", "p95")},
        {"mark": {"type": "area", "color": MODEL, "opacity": 0.3}, "encoding": _between(x, y, "p25", "p75")},
        {"mark": {"type": "line", "color": MODEL, "strokeWidth": 2}, "encoding": {"x": x, "y": {**y, "field": "mean"}}},
    ]
    ends = [{"value": rows[-1]["mean"], "text": write_figure(rows[-1]["mean"], float(fan.error[-1])), "color": MODEL}]
    if fan.coin is not None and fan.coin_error is not None:
        coin = [{"day": day, "coin": float(value)} for day, value in zip(days, fan.coin, strict=True)]
        dashed = {"type": "line", "color": COIN, "strokeWidth": 1.5, "strokeDash": [4, 3]}
        coin_end = write_figure(float(fan.coin[-1]), float(fan.coin_error[-1]))
        layers.append({"data": {"values": coin}, "mark": dashed, "encoding": {"x": x, "y": {**y, "field": "coin"}}})
        ends.append({"value": coin[-1]["coin"], "text": f"coin {coin_end}", "color": COIN})
    layers += [_end_label(end, days[-1]) for end in _push_apart(ends)]
    layers += _outcome_rule(claim, days)
    room = {"left": 2, "right": 20, "top": 4, "bottom": 2}
    return frame_chart({"width": 260, "height": 150, "padding": room, "data": {"values": rows}, "layer": layers})


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


def plot_drivers(claim: ClaimFinding, names: Mapping[str, str]) -> Spec:
    """A tornado in the claim's own units: its mean at the low and the high end of each driver.

    The claim must have drivers and a spread.
    """
    assert claim.spread is not None
    rows = [_driver_row(k, driver, claim, names) for k, driver in enumerate(claim.drivers)]
    spread = claim.gap or claim.spread
    ends = [row[end] for row in rows for end in ("left", "right")]
    domain = [0.0, 1.0] if claim.gap is None and claim.kind != "number" else _padded([spread.mean, *ends])
    # Room on either side for the labels at the ends of a bar.
    x = {"type": "quantitative", "scale": {"domain": domain, "range": [130, 250]}, "axis": None}
    y = {"field": "row", "type": "nominal", "sort": None, "axis": None, "scale": {"padding": 0.1}}
    bars: Spec = {"x": {**x, "field": "left"}, "x2": {"field": "right"}, "y": y}
    label = {"type": "text", "fontSize": 11, "color": INK}
    mean: Spec = {
        "data": {"values": [{"x": spread.mean}]},
        "mark": {"type": "rule", "color": INK, "opacity": 0.6, "strokeDash": [2, 2]},
        "encoding": {"x": {**x, "field": "x"}},
    }
    layers: list[Spec] = [
        {"mark": {"type": "bar", "height": 9, "color": MODEL, "opacity": 0.75, "yOffset": 5}, "encoding": bars},
        mean,
        {
            "mark": {**label, "align": "left", "dy": -13, "limit": 300},
            "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "name"}},
        },
    ]
    for side, align, dx in (("left", "right", -4), ("right", "left", 4)):
        encoding = {"x": {**x, "field": side}, "y": y, "text": {"field": f"{side}_text"}}
        layers.append({"mark": {**label, "align": align, "dx": dx, "dy": 5, "limit": 125}, "encoding": encoding})
    return frame_chart({"width": 380, "height": {"step": 44}, "data": {"values": rows}, "layer": layers})


def _driver_row(row: int, driver: Driver, claim: ClaimFinding, names: Mapping[str, str]) -> Spec:
    """A bar's left end is the smaller mean, whichever end of the input gives it."""
    ends = [(driver.low, driver.low.label or "low"), (driver.high, driver.high.label or "high")]
    (left, left_name), (right, right_name) = sorted(ends, key=lambda end: (end[0].mean, end[1]))
    return {
        "row": row,
        "name": plain(names.get(driver.input, driver.input)),
        "left": left.mean,
        "right": right.mean,
        "left_text": f"{plain(left_name)} {write_mean(left, claim)}",
        "right_text": f"{write_mean(right, claim)} {plain(right_name)}",
    }


def plot_stability(states: Sequence[StableState], settlements: Sequence[Settlement]) -> Spec:
    """A matrix of states by stability concept: the share of draws in which each is an equilibrium."""
    rows = [
        {
            "state": f"S{k}",
            "concept": CONCEPTS.get(name, name),
            "share": share,
            "text": write_figure(share, state.errors[name]),
        }
        for k, state in enumerate(states, start=1)
        for name, share in state.shares.items()
    ]
    concepts = [CONCEPTS.get(item.concept, item.concept) for item in settlements]
    bare = {"title": None, "ticks": False, "domain": False}
    top = {**bare, "orient": "top", "labelAngle": 0}
    x: Spec = {"field": "concept", "type": "nominal", "sort": concepts, "axis": top}
    y: Spec = {"field": "state", "type": "nominal", "sort": None, "axis": bare}
    shade = {
        "field": "share",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "range": [0.04, 0.7]},
        "legend": None,
    }
    square: Spec = {"mark": {"type": "rect", "color": MODEL}, "encoding": {"x": x, "y": y, "opacity": shade}}
    figure: Spec = {
        "mark": {"type": "text", "fontSize": 11, "color": INK},
        "encoding": {"x": x, "y": y, "text": {"field": "text"}},
    }
    return frame_chart(
        {"width": {"step": 68}, "height": {"step": 24}, "data": {"values": rows}, "layer": [square, figure]}
    )


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
        {"mark": {**label, "stroke": "#ffffff", "strokeWidth": 3, "color": "#ffffff"}, "encoding": words},
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


def render_svg(spec: Spec) -> str:
    """A specification as an SVG element to stand in a page: no outside reference, the same bytes every time."""
    import vl_convert

    text = vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(text)
    # The text beside a chart says what it shows; a reader's ear needs no list of marks.
    for element in root.iter():
        for name in [name for name in element.attrib if name == "role" or name.startswith("aria-")]:
            del element.attrib[name]
    root.attrib.pop("version", None)
    return ElementTree.tostring(root, encoding="unicode")


def frame_chart(parts: Spec) -> Spec:
    """A whole specification, in the house's look."""
    axis = {
        "labelColor": INK, "titleColor": INK, "tickColor": INK, "domainColor": INK, "gridColor": INK,
        "gridOpacity": 0.12, "domainOpacity": 0.5, "tickOpacity": 0.5, "labelFontSize": 11, "labelPadding": 4,
    }  # fmt: skip
    config = {"font": FONT, "axis": axis, "view": {"stroke": None}}
    return {"$schema": SCHEMA, "background": None, "padding": 2, "config": config, **parts}


def _mark(kind: str, rows: list[dict[str, float]], x: Spec, look: Spec) -> Spec:
    """A layer of constants along one horizontal axis, on the middle of the chart."""
    encoding: Spec = {"x": {**x, "field": "x"}}
    if "x2" in rows[0]:
        encoding["x2"] = {"field": "x2"}
    encoding["y"] = {"value": 1 if kind == "rect" else 10}
    if kind == "rect":
        encoding["y2"] = {"value": 19}
    return {"data": {"values": rows}, "mark": {"type": kind, **look}, "encoding": encoding}


def _columns(fan: Fan) -> tuple[list[float], ...]:
    return tuple([float(v) for v in column] for column in (fan.mean, fan.p5, fan.p25, fan.p75, fan.p95))


def _between(x: Spec, y: Spec, low: str, high: str) -> Spec:
    return {"x": x, "y": {**y, "field": low}, "y2": {"field": high}}


def _word_band(claim: ClaimFinding, days: Sequence[str]) -> list[Spec]:
    """The word's range as a grey band, named where the curve starts: a probability by a date is low there."""
    assert claim.band is not None
    row = {"low": claim.band.floor, "high": claim.band.ceiling, "start": days[0], "end": days[-1]}
    text = f"{plain(claim.band.word, 40)} ({100 * claim.band.low:.0f}-{100 * claim.band.high:.0f} %)"
    x = {"type": "temporal", "scale": {"type": "utc"}}
    y = {"field": "low", "type": "quantitative"}
    band: Spec = {
        "data": {"values": [row]},
        "mark": {"type": "rect", "color": INK, "opacity": 0.1},
        "encoding": {"x": {**x, "field": "start"}, "x2": {"field": "end"}, "y": y, "y2": {"field": "high"}},
    }
    label: Spec = {
        "data": {"values": [{**row, "middle": (claim.band.floor + claim.band.ceiling) / 2, "text": text}]},
        "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 10, "color": INK, "opacity": 0.8},
        "encoding": {
            "x": {**x, "field": "start"},
            "y": {"field": "middle", "type": "quantitative"},
            "text": {"field": "text"},
        },
    }
    return [band, label]


def _push_apart(ends: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Labels moved so far apart, inside the axis, that two lines of text do not meet."""
    ends = sorted(ends, key=lambda end: end["value"])
    if len(ends) == 2 and ends[1]["value"] - ends[0]["value"] < APART:
        middle = min(max((ends[0]["value"] + ends[1]["value"]) / 2, APART / 2), 1 - APART / 2)
        return [{**ends[0], "value": middle - APART / 2}, {**ends[1], "value": middle + APART / 2}]
    return ends


def _end_label(end: Mapping[str, Any], day: str) -> Spec:
    return {
        "data": {"values": [{"day": day, "value": end["value"], "text": end["text"]}]},
        "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 11, "fontWeight": 600, "color": end["color"]},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "scale": {"type": "utc"}},
            "y": {"field": "value", "type": "quantitative"},
            "text": {"field": "text"},
        },
    }


def _outcome_rule(claim: ClaimFinding, days: Sequence[str]) -> list[Spec]:
    """A line on the day a claim came out, when it did inside the curve."""
    outcome = claim.outcome
    if outcome is None or outcome.on is None or not days[0] <= _stamp(outcome.on) <= days[-1]:
        return []
    x = {"field": "day", "type": "temporal", "scale": {"type": "utc"}}
    data = {"values": [{"day": _stamp(outcome.on), "text": f"came out: {outcome.value}"}]}
    line: Spec = {"data": data, "mark": {"type": "rule", "color": INK, "strokeDash": [2, 2]}, "encoding": {"x": x}}
    late = outcome.on > date.fromisoformat(days[len(days) // 2][:10])
    side: Spec = {"align": "right", "dx": -3} if late else {"align": "left", "dx": 3}
    word: Spec = {
        "data": data,
        "mark": {"type": "text", "baseline": "top", "fontSize": 10, "color": INK, **side},
        "encoding": {"x": x, "y": {"value": 1}, "text": {"field": "text"}},
    }
    return [line, word]


def _padded(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    room = 0.05 * (high - low) or 1.0
    return [low - room, high + room]


def _stamp(day: date) -> str:
    """Midnight in universal time, so that no time zone moves a date."""
    return f"{day.isoformat()}T00:00:00Z"
