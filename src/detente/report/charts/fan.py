"""The fan: a probability over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from detente.findings.figures import write_figure
from detente.findings.findings import ClaimFinding, Fan
from detente.report.charts.frame import COIN, INK, MODEL, Spec, frame_chart, stamp_day
from detente.report.text import date_at, plain

#: least distance between two labels at the end of a line, as a share of the axis
APART = 0.1
#: of the plot, in pixels: with the words at its sides narrow enough for a telephone
WIDTH = 190


def plot_fan(claim: ClaimFinding, as_of: date) -> Spec:
    """A probability over time: bands over draws (5-95 and 25-75 %), mean, coin toss, and the word's range behind.

    The claim must have a fan.
    """
    fan = claim.fan
    assert fan is not None
    days = [stamp_day(date_at(as_of, float(t))) for t in fan.months]
    rows = [
        {"day": day, "mean": m, "p5": p5, "p25": p25, "p75": p75, "p95": p95}
        for day, m, p5, p25, p75, p95 in zip(days, *_columns(fan), strict=True)
    ]
    x = {
        "field": "day",
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": {
            "format": "%b %Y",
            "tickCount": 3,
            "title": None,
            "grid": False,
            "labelFlush": True,
            "labelSeparation": 16,
        },
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
    return frame_chart({"width": WIDTH, "height": 150, "padding": room, "data": {"values": rows}, "layer": layers})


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
        "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11, "color": INK, "opacity": 0.8},
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
    if outcome is None or outcome.on is None or not days[0] <= stamp_day(outcome.on) <= days[-1]:
        return []
    x = {"field": "day", "type": "temporal", "scale": {"type": "utc"}}
    data = {"values": [{"day": stamp_day(outcome.on), "text": f"came out: {outcome.value}"}]}
    line: Spec = {"data": data, "mark": {"type": "rule", "color": INK, "strokeDash": [2, 2]}, "encoding": {"x": x}}
    late = outcome.on > date.fromisoformat(days[len(days) // 2][:10])
    side: Spec = {"align": "right", "dx": -3} if late else {"align": "left", "dx": 3}
    word: Spec = {
        "data": data,
        "mark": {"type": "text", "baseline": "top", "fontSize": 11, "color": INK, **side},
        "encoding": {"x": x, "y": {"value": 1}, "text": {"field": "text"}},
    }
    return [line, word]
