"""The influence map: actors on a circle, and what each holds of the others' payoffs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import atan2, cos, degrees, hypot, pi, sin
from textwrap import wrap
from typing import Any

from detente.findings.figures import write_share
from detente.report.charts.frame import COIN, INK, MODEL, PAPER, Spec, frame_chart
from detente.report.text import LONGEST_NAME, plain
from detente.solvers.influence import THIN, InfluenceMap, Tie

#: of the picture, in pixels: narrow enough for a telephone
WIDTH, HEIGHT = 320, 310
#: where the actors stand: middle of the picture, and half the axes of an ellipse that leaves room for names beside it
MIDDLE, ACROSS, DOWN = (160.0, 148.0), 84.0, 100.0
#: lines of a name, and pixels of a letter in it
LINES, LETTER = 3, 6.4
#: how far a curve bends from the straight line, as a share of its length, so that the two of a pair keep apart
BEND = 0.14
#: pixels between a curve's end and the middle of an actor, and points of a curve
GAP, POINTS = 11, 9
#: what moves do to others: colour and dashes, so that colour is never alone
LOOKS = {"helps": (MODEL, [1, 0]), "hurts": (COIN, [5, 3]), "neither": (INK, [1, 3]), "-": (INK, [1, 3])}

Point = tuple[float, float]


def plot_influence(found: InfluenceMap, names: Sequence[str]) -> Spec:
    """Who can change whose payoff: curves bend clockwise from the mover, as wide as the share they stand for.

    Solid blue: the mover's best moves help the other; dashed orange: they hurt it; dotted: neither. Shares under
    ``THIN`` are left out. ``names`` are the actors', in the game's order.
    """
    spots = _place_actors(len(names))
    ties = found.list_ties(THIN)
    curves = [(tie, _bend(spots[tie.mover], spots[tie.other])) for tie in ties]
    layers = [_draw_curves(direction, curves) for direction in LOOKS]
    layers += [_draw_heads(curves), _draw_actors(spots)]
    layers += _write_shares(curves, spots)
    layers += [_write_name(name, spot) for name, spot in zip(names, spots, strict=True)]
    layers.append(_write_key(curves))
    return frame_chart({"width": WIDTH, "height": HEIGHT, "layer": [layer for layer in layers if layer]})


def _place_actors(count: int) -> list[Point]:
    """Places around the middle, the first at the top, clockwise; pixels from the upper left corner."""
    turns = [2 * pi * k / max(count, 1) for k in range(count)]
    return [(MIDDLE[0] + ACROSS * sin(turn), MIDDLE[1] - DOWN * cos(turn)) for turn in turns]


def _bend(source: Point, target: Point) -> list[Point]:
    """Points of a curve from one actor to another, ending short of both."""
    (x0, y0), (x1, y1) = source, target
    length = hypot(x1 - x0, y1 - y0)
    # A quadratic curve whose middle lies to the left of the way, seen by who goes it.
    cx, cy = (x0 + x1) / 2 + 2 * BEND * (y1 - y0), (y0 + y1) / 2 - 2 * BEND * (x1 - x0)
    cut = GAP / length
    steps = [cut + (1 - 2 * cut) * k / (POINTS - 1) for k in range(POINTS)]
    return [
        (
            (1 - t) ** 2 * x0 + 2 * t * (1 - t) * cx + t * t * x1,
            (1 - t) ** 2 * y0 + 2 * t * (1 - t) * cy + t * t * y1,
        )
        for t in steps
    ]


def _axes(x: str = "x", y: str = "y") -> Spec:
    """Pixels as they are."""
    return {
        "x": {"field": x, "type": "quantitative", "axis": None, "scale": {"domain": [0, WIDTH]}},
        "y": {"field": y, "type": "quantitative", "axis": None, "scale": {"domain": [HEIGHT, 0]}},
    }


def _draw_curves(direction: str, curves: Sequence[tuple[Tie, list[Point]]]) -> Spec:
    color, dash = LOOKS[direction]
    rows = [
        {"tie": k, "x": round(x, 1), "y": round(y, 1), "order": place, "width": _widen(tie.share)}
        for k, (tie, points) in enumerate(curves)
        if tie.direction == direction
        for place, (x, y) in enumerate(points)
    ]
    if not rows:
        return {}
    mark: Spec = {"type": "line", "color": color, "strokeDash": dash, "opacity": 0.85, "interpolate": "cardinal"}
    width = {"field": "width", "type": "quantitative", "scale": None}
    detail = {"field": "tie", "type": "nominal"}
    order = {"field": "order", "type": "quantitative"}
    encoding = {**_axes(), "strokeWidth": width, "detail": detail, "order": order}
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def _colour() -> Spec:
    """Heads and figures in the colours of their curves."""
    scale = {"domain": list(LOOKS), "range": [color for color, _ in LOOKS.values()]}
    return {"field": "direction", "type": "nominal", "scale": scale, "legend": None}


def _widen(share: float) -> float:
    """The width of a curve in pixels."""
    return round(1 + 7 * share, 2)


def _draw_heads(curves: Sequence[tuple[Tie, list[Point]]]) -> Spec:
    """Arrow heads at the ends of the curves."""
    rows = []
    for tie, points in curves:
        (x0, y0), (x1, y1) = points[-2:]
        turn = degrees(atan2(y1 - y0, x1 - x0)) + 90
        rows.append({"x": round(x1, 1), "y": round(y1, 1), "turn": round(turn, 1), "direction": tie.direction})
    if not rows:
        return {}
    return {
        "data": {"values": rows},
        "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 60, "opacity": 1},
        "encoding": {
            **_axes(),
            "angle": {"field": "turn", "type": "quantitative", "scale": None},
            "color": _colour(),
        },
    }


def _draw_actors(spots: Sequence[Point]) -> Spec:
    rows = [{"x": round(x, 1), "y": round(y, 1)} for x, y in spots]
    mark = {"type": "circle", "size": 130, "color": INK, "opacity": 1}
    return {"data": {"values": rows}, "mark": mark, "encoding": _axes()}


def _write_name(name: str, spot: Point) -> Spec:
    """An actor's name on the outside, at the side on which it stands."""
    across, down = (spot[0] - MIDDLE[0]) / ACROSS, (spot[1] - MIDDLE[1]) / DOWN
    side = "center" if abs(across) < 0.3 else "left" if across > 0 else "right"
    room = 130 if side == "center" else min(spot[0], WIDTH - spot[0]) - GAP
    line = int(room / LETTER)
    lines = wrap(plain(name, LONGEST_NAME), line) or [""]
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], f"{lines[LINES - 1][: line - 1]}…"]
    height = 13 * len(lines)
    top = spot[1] - height / 2 + down * (height / 2 + 12 if side == "center" else 8)
    mark: Spec = {"type": "text", "align": side, "baseline": "top", "fontSize": 11, "fontWeight": 600}
    mark |= {"color": INK, "dx": {"center": 0, "left": GAP, "right": -GAP}[side]}
    rows = [{"x": round(spot[0], 1), "y": round(top + 13 * k, 1), "text": line} for k, line in enumerate(lines)]
    encoding: Spec = {**_axes(), "text": {"field": "text"}}
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def _write_shares(curves: Sequence[tuple[Tie, list[Point]]], spots: Sequence[Point]) -> Iterator[Spec]:
    """Shares on the widest curves, each where it covers no other figure and no actor; left out where it has no room."""
    taken: list[Point] = list(spots)
    rows: list[dict[str, Any]] = []
    for tie, points in curves[:8]:
        for place in (POINTS // 2, POINTS // 2 + 1, POINTS // 2 - 1, POINTS // 2 + 2, POINTS // 2 - 2):
            x, y = points[place]
            if all(abs(x - other) > 32 or abs(y - height) > 15 for other, height in taken):
                taken.append((x, y))
                row = {"x": round(x, 1), "y": round(y, 1), "text": write_share(tie.share)}
                rows.append({**row, "direction": tie.direction})
                break
    mark: Spec = {"type": "text", "fontSize": 11, "fontWeight": 700}
    encoding: Spec = {**_axes(), "text": {"field": "text"}}
    if rows:
        # A halo of paper keeps the figures legible on the curves.
        halo: Spec = {**mark, "color": PAPER, "stroke": PAPER, "strokeWidth": 4}
        yield {"data": {"values": rows}, "mark": halo, "encoding": encoding}
        yield {"data": {"values": rows}, "mark": mark, "encoding": {**encoding, "color": _colour()}}


def _write_key(curves: Sequence[tuple[Tie, list[Point]]]) -> Spec:
    """What the lines mean, under the picture."""
    met = {tie.direction for tie, _ in curves}
    words = [("helps", "solid: helps"), ("hurts", "dashed: hurts"), ("neither", "dotted: neither")]
    told = " · ".join(text for direction, text in words if direction in met or (direction == "neither" and "-" in met))
    row = {"x": WIDTH / 2, "y": HEIGHT - 4, "text": told}
    mark = {"type": "text", "fontSize": 11, "color": INK, "baseline": "bottom"}
    return {"data": {"values": [row]}, "mark": mark, "encoding": {**_axes(), "text": {"field": "text"}}}
