"""The evolution graph: states, or groups of them, in columns by improvements from the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from detente.report.charts.frame import INK, MODEL, MOVERS, PAPER, Spec, frame_chart

#: of the picture, in pixels: narrow enough for a telephone; of a row; at most of a column, and of all columns together
WIDTH, ROW, COLUMN, COLUMNS = 318, 31, 30, 136
#: pixels above the first row, and from the last column to the words
TOP, BESIDE = 34, 20
#: pixels of a letter of the words
LETTER = 6.3
#: states that lie on the way only
PASSED = "#7f7f7f"

Row = Mapping[str, Any]


def plot_evolution(states: Sequence[Row], moves: Sequence[Row], heading: str) -> Spec:
    """States in columns by the fewest improvements that lead there, a row each, joined by moves in movers' colours.

    Rows and heading as :func:`detente.report.evolution.lay_out` makes them; joint moves are dashed, groups larger the
    more states they hold. A line leaves its state to the right, goes down between two columns and enters the next state
    from the left, so that no line passes through another state.
    """
    last = max(row["x"] for row in states)
    step = min(COLUMN, COLUMNS / max(last, 1))
    height = TOP + ROW * len(states)
    axes = _lay_axes(height)
    words = 12 + step * last + BESIDE
    movers = list(dict.fromkeys(row["mover"] for row in moves))
    largest = max(row["size"] for row in states)
    spots = [{"x": 12 + step * row["x"], "y": TOP + ROW * row["y"], "words": words - 6} for row in states]
    layers = [
        _draw_guides(spots, largest, axes),
        *_draw_moves(moves, movers, step, axes),
        *_draw_states(states, spots, largest, axes),
        *_write_words(states, spots, words, axes),
        _write_columns(last, step, (words, heading), axes),
    ]
    return frame_chart({"width": WIDTH, "height": height, "layer": [layer for layer in layers if layer]})


def _lay_axes(height: float) -> Spec:
    """Pixels from the upper left corner, as they are."""
    return {
        "x": {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, WIDTH]}},
        "y": {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [height, 0]}},
    }


def _draw_guides(spots: Sequence[Row], largest: int, axes: Spec) -> Spec:
    """A dotted line from every state to its words."""
    mark = {"type": "rule", "color": INK, "opacity": 0.25, "strokeDash": [1, 3]}
    return {"data": {"values": list(spots)}, "mark": mark, "encoding": {**axes, "x2": {"field": "words"}}}


def _draw_moves(moves: Sequence[Row], movers: Sequence[str], step: float, axes: Spec) -> list[Spec]:
    """Every move as a line of four points; each mover of each state has a lane of its own between two columns."""
    sources: dict[int, list[tuple[int, str]]] = {}
    for move in moves:
        lanes = sources.setdefault(move["x"], [])
        if (move["y"], move["mover"]) not in lanes:
            lanes.append((move["y"], move["mover"]))
    most = max([move["count"] for move in moves], default=1)
    rows: dict[bool, list[Row]] = {False: [], True: []}
    for number, move in enumerate(moves):
        lanes = sources[move["x"]]
        share = (lanes.index((move["y"], move["mover"])) + 1) / (len(lanes) + 1)
        start, end = 12 + step * move["x"], 12 + step * move["x2"]
        lane = start + step * (0.25 + 0.5 * share)
        top, bottom = TOP + ROW * move["y"], TOP + ROW * move["y2"]
        shift = 3 * (movers.index(move["mover"]) - (len(movers) - 1) / 2) / max(len(movers) - 1, 1)
        points = [(start, top), (lane, top), (lane, bottom + shift), (end, bottom + shift)]
        look = {"move": number, "mover": move["mover"], "count": move["count"]}
        look["width"] = round(1.2 + 2.8 * sqrt(move["count"] / most), 2) if most > 1 else 1.8
        rows[move["joint"]] += [
            {**look, "place": k, "x": round(x, 1), "y": round(y, 1)} for k, (x, y) in enumerate(points)
        ]
    return [_draw_lines(part, movers, joint, axes) for joint, part in rows.items() if part]


def _draw_lines(rows: Sequence[Row], movers: Sequence[str], joint: bool, axes: Spec) -> Spec:
    mark: Spec = {"type": "line", "opacity": 0.9, "strokeJoin": "round"}
    if joint:
        mark["strokeDash"] = [4, 3]
    return {
        "data": {"values": list(rows)},
        "mark": mark,
        "encoding": {
            **axes,
            "color": _colour_movers(movers),
            "strokeWidth": {"field": "width", "type": "quantitative", "scale": None},
            "detail": {"field": "move", "type": "nominal"},
            "order": {"field": "place", "type": "quantitative"},
        },
    }


def _draw_states(states: Sequence[Row], spots: Sequence[Row], largest: int, axes: Spec) -> list[Spec]:
    """Circles, blue with a number where an equilibrium is; the larger the more states there are."""
    rows = [
        {
            "x": spot["x"],
            "y": spot["y"],
            "area": 190 if largest == 1 else round(110 + 150 * sqrt(row["size"] / largest)),
            "number": row["number"],
        }
        for row, spot in zip(states, spots, strict=True)
    ]
    area = {"field": "area", "type": "quantitative", "scale": None}
    fill = {"condition": {"test": "datum.number", "value": MODEL}, "value": PASSED}
    circle = {"type": "circle", "opacity": 1, "stroke": PAPER, "strokeWidth": 1.5}
    encoding = {**axes, "size": area, "fill": fill}
    number = {"type": "text", "color": PAPER, "fontSize": 11, "fontWeight": 700}
    return [
        {"data": {"values": rows}, "mark": circle, "encoding": encoding},
        {"data": {"values": rows}, "mark": number, "encoding": {**axes, "text": {"field": "number"}}},
    ]


def _write_words(states: Sequence[Row], spots: Sequence[Row], words: float, axes: Spec) -> list[Spec]:
    """What stands beside each state, on up to two lines that begin in one place."""
    rows: list[list[Row]] = [[], []]
    letters = int((WIDTH - words) / LETTER)
    for row, spot in zip(states, spots, strict=True):
        lines = row["lines"][:2]
        for k, line in enumerate(lines):
            shift = 13 * (k - (len(lines) - 1) / 2)
            text = line if len(line) <= letters else f"{line[: letters - 1]}…"
            rows[k].append({"x": round(words, 1), "y": spot["y"] + shift, "text": text})
    layers = []
    for part, opacity in zip(rows, (1, 0.8), strict=True):
        mark = {"type": "text", "align": "left", "fontSize": 11, "color": INK}
        encoding = {**axes, "text": {"field": "text"}}
        layers.append({"data": {"values": part}, "mark": {**mark, "opacity": opacity}, "encoding": encoding})
    return layers


def _write_columns(last: int, step: float, told: tuple[float, str], axes: Spec) -> Spec:
    """The number of improvements above each column, and a heading above the words that begin so far to the right."""
    words, heading = told
    rows: list[Row] = [{"x": 12 + step * k, "y": 8, "text": str(k)} for k in range(last + 1)]
    rows.append({"x": words, "y": 8, "text": heading})
    align = {"expr": f"datum.x > {words - 1:.1f} ? 'left' : 'center'"}
    mark = {"type": "text", "align": align, "fontSize": 11, "color": INK, "opacity": 0.75}
    return {"data": {"values": rows}, "mark": mark, "encoding": {**axes, "text": {"field": "text"}}}


def _colour_movers(movers: Sequence[str]) -> Spec:
    legend: Spec = {"orient": "top", "title": None, "labelColor": INK, "labelFontSize": 11, "labelLimit": 270}
    legend["columns"] = 2 if max(map(len, movers), default=0) <= 20 else 1
    return {
        "field": "mover",
        "type": "nominal",
        "scale": {"domain": list(movers), "range": [MOVERS[k % len(MOVERS)] for k in range(len(movers))]},
        "legend": {**legend, "symbolType": "stroke", "symbolStrokeWidth": 3},
    }
