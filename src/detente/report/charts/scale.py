"""An issue's scale: where the forecast puts the outcome, what its stretches are called, and who stands where."""

from __future__ import annotations

from collections.abc import Sequence

from detente.findings.bargains import IssueTerms, Outlook, write_length
from detente.findings.figures import cut, write_share
from detente.report.charts.frame import COIN, INK, MODEL, Spec, frame_chart
from detente.report.charts.matrix import entitle
from detente.report.text import plain

#: width of the axis in points, and characters of a name above a line
WIDTH, LABEL = 290, 46
#: height of the forecast, and points from row to row below it
HEIGHT, STEP = 110, 27
#: actors drawn; the rest are in the table
DRAWN = 30
#: characters in a line of the note above: of a telephone
NARROW = 56


def plot_scale(issue: IssueTerms) -> Spec:
    """Three panels on one scale: the forecast's chances with its intervals, the regions, the positions.

    Chances are of equal stretches of the scale. A thick line holds half of all chance, a thin one four fifths, a dot is
    the median. A position's dot is as large as the actor's share of all weight; its line is the 5th to 95th percentile
    where it is uncertain.
    """
    panels = [_plot_outlook(issue)]
    if issue.outlook.regions:
        panels.append(_plot_regions(issue))
    panels.append(_plot_places(issue))
    points = ", ".join(f"{write_length(at)} {name}" for at, name in issue.scale)
    body: Spec = {"vconcat": panels, "spacing": 14}
    title: Spec = {"title": entitle(cut(f"Scale: {points}", 160), NARROW)} if points else {}
    return frame_chart({**title, **body})


def _lay_axis(issue: IssueTerms, labels: bool = True) -> Spec:
    axis: Spec = {"title": None, "tickCount": 6, "format": ".6~g", "labels": labels}
    return {"type": "quantitative", "scale": {"domain": [issue.low, issue.high], "nice": False}, "axis": axis}


def _entitle(text: str) -> Spec:
    return {"text": text, "color": INK, "fontSize": 12, "anchor": "start", "frame": "group"}


def _plot_outlook(issue: IssueTerms) -> Spec:
    outlook = issue.outlook
    x = _lay_axis(issue)
    rows = [
        {"from": low, "to": high, "chance": chance}
        for low, high, chance in zip(outlook.edges, outlook.edges[1:], outlook.chances, strict=False)
    ]
    width = write_length(outlook.edges[1] - outlook.edges[0])
    y: Spec = {"field": "chance", "type": "quantitative", "scale": {"domainMin": 0}}
    y |= {"axis": {"format": ".0%", "tickCount": 3, "title": None}}
    bars: Spec = {
        "height": HEIGHT,
        "width": WIDTH,
        "data": {"values": rows},
        "mark": {"type": "bar", "color": MODEL, "opacity": 0.65, "binSpacing": 1},
        "encoding": {"x": {**x, "field": "from", "bin": {"binned": True}}, "x2": {"field": "to"}, "y": y},
    }
    return {
        "title": _entitle(f"Forecast: chance of each {width} of the scale"),
        "vconcat": [bars, _plot_intervals(issue, outlook)],
        "spacing": 4,
    }


def _plot_intervals(issue: IssueTerms, outlook: Outlook) -> Spec:
    """The intervals and the median below the bars."""
    x = _lay_axis(issue, labels=False)
    x["axis"] = None
    y: Spec = {"value": 6}

    def rule(ends: tuple[float, float], width: float, opacity: float) -> Spec:
        data = {"values": [{"from": ends[0], "to": ends[1]}]}
        mark = {"type": "rule", "color": MODEL, "strokeWidth": width, "opacity": opacity}
        return {"data": data, "mark": mark, "encoding": {"x": {**x, "field": "from"}, "x2": {"field": "to"}, "y": y}}

    middle = {"values": [{"at": outlook.median}]}
    dot = {"type": "point", "filled": True, "color": MODEL, "size": 60, "opacity": 1}
    layers = [
        rule(outlook.wide, 2, 0.9),
        rule(outlook.half, 7, 0.6),
        {"data": middle, "mark": dot, "encoding": {"x": {**x, "field": "at"}, "y": y}},
    ]
    return {"width": WIDTH, "height": 12, "layer": layers}


def _plot_regions(issue: IssueTerms) -> Spec:
    rows = [
        {
            "row": k,
            "low": region.low,
            "high": region.high,
            "text": f"{cut(plain(region.label), LABEL)}: {write_share(region.chance)}",
        }
        for k, region in enumerate(issue.outlook.regions)
    ]
    x, y = _lay_axis(issue), {"field": "row", "type": "ordinal", "axis": None}
    bar = {"type": "bar", "color": INK, "opacity": 0.3, "height": 6, "yOffset": 6}
    layers: list[Spec] = [
        {"mark": bar, "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}},
        _name_rows(y),
    ]
    return _lay_rows("Stretches of the scale", rows, layers)


def _plot_places(issue: IssueTerms) -> Spec:
    order = sorted(issue.places, key=lambda place: place.position)
    kept = sorted(issue.places, key=lambda place: -place.share)[:DRAWN]
    rows = [
        {
            "row": k,
            "at": place.position,
            "share": place.share,
            "text": f"{cut(plain(place.name), LABEL)}: {write_share(place.share)} of the weight",
        }
        | ({} if place.positions is None else {"low": place.positions.p5, "high": place.positions.p95})
        for k, place in enumerate(place for place in order if place in kept)
    ]
    x, y = _lay_axis(issue), {"field": "row", "type": "ordinal", "axis": None}
    spread = {"values": [row for row in rows if "low" in row]}
    line = {"type": "rule", "color": COIN, "strokeWidth": 4, "opacity": 0.45, "yOffset": 6}
    dot = {"type": "point", "filled": True, "color": COIN, "opacity": 1, "yOffset": 6}
    size: Spec = {"field": "share", "type": "quantitative", "legend": None}
    size |= {"scale": {"domain": [0, 1], "range": [20, 420]}}
    layers: list[Spec] = [
        {"mark": dot, "encoding": {"x": {**x, "field": "at"}, "y": y, "size": size}},
        _name_rows(y),
    ]
    if spread["values"]:
        along = {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}
        layers.insert(0, {"data": spread, "mark": line, "encoding": along})
    return _lay_rows("Who stands where", rows, layers)


def _name_rows(y: Spec) -> Spec:
    mark = {"type": "text", "align": "left", "dy": -6, "fontSize": 11, "color": INK, "limit": WIDTH}
    return {"mark": mark, "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "text"}}}


def _lay_rows(title: str, rows: Sequence[Spec], layers: Sequence[Spec]) -> Spec:
    sizes: Spec = {"width": WIDTH, "height": {"step": STEP}}
    return {"title": _entitle(title), **sizes, "data": {"values": list(rows)}, "layer": list(layers)}
