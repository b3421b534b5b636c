"""A model of bargaining round by round: everybody's position, and the model's point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detente.findings.bargains import Track, write_length
from detente.findings.figures import cut
from detente.report.charts.frame import INK, MODEL, Spec, frame_chart
from detente.report.text import plain

#: of the plot, in points; a line of text beside it
WIDTH, LINE = 190, 13
#: least height of the plot
HEIGHT = 150
#: characters of a name at the end of a line
LABEL = 20
#: actors named; of more, those named are spread over the positions
NAMED = 24


def plot_rounds(track: Track, names: Mapping[str, str], ends: tuple[float, float]) -> Spec:
    """A thin line per actor, named where it ends, and a thick one for the model's point; ``ends`` are the scale's."""
    labels = [(name_end(actor, names), track.positions[-1][k]) for k, actor in enumerate(track.actors)]
    named = _thin_out(_gather(labels))
    height = max(HEIGHT, LINE * (len(named) + 1))
    last = len(track.points) - 1
    x: Spec = {"field": "round", "type": "quantitative", "scale": {"domain": [0, max(last, 1)], "nice": False}}
    x |= {"axis": {"title": "round", "tickMinStep": 1, "tickCount": 5, "format": "d", "grid": False}}
    y: Spec = {"field": "at", "type": "quantitative", "scale": {"domain": list(ends), "nice": False}}
    y |= {"axis": {"title": None, "tickCount": 6, "format": ".6~g"}}
    rows = [
        {"round": k, "at": at, "actor": place}
        for k, positions in enumerate(track.positions)
        for place, at in enumerate(positions)
    ]
    points = [{"round": k, "at": at} for k, at in enumerate(track.points)]
    thin = {"type": "line", "color": INK, "strokeWidth": 1, "opacity": 0.55}
    thick = {"type": "line", "color": MODEL, "strokeWidth": 3, "point": {"size": 28, "filled": True, "color": MODEL}}
    layers: list[Spec] = [
        {
            "data": {"values": rows},
            "mark": thin,
            "encoding": {"x": x, "y": y, "detail": {"field": "actor", "type": "nominal"}},
        },
        {"data": {"values": points}, "mark": thick, "encoding": {"x": x, "y": y}},
    ]
    point = f"the model: {write_length(track.points[-1])}"
    spots = _push_apart([(point, track.points[-1], True), *((text, at, False) for text, at in named)], ends, height)
    layers += [_lay_word(text, top, bold) for text, top, bold in spots]
    room = {"left": 2, "right": 14, "top": 6, "bottom": 2}
    return frame_chart({"width": WIDTH, "height": height, "padding": room, "layer": layers})


def name_end(actor: str, names: Mapping[str, str]) -> str:
    """An actor's name, short enough to stand beside the plot."""
    return cut(plain(names.get(actor, actor)), LABEL)


def _gather(labels: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """One label for all who end at the same place."""
    places: dict[float, list[str]] = {}
    for text, at in labels:
        places.setdefault(round(at, 6), []).append(text)
    return [
        (texts[0] if len(texts) == 1 else f"{texts[0]} and {len(texts) - 1} more", at) for at, texts in places.items()
    ]


def _thin_out(labels: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """At most ``NAMED`` labels, evenly over the order of positions."""
    order = sorted(labels, key=lambda label: label[1])
    if len(order) <= NAMED:
        return order
    return [order[round(k * (len(order) - 1) / (NAMED - 1))] for k in range(NAMED)]


def _push_apart(
    labels: Sequence[tuple[str, float, bool]], ends: tuple[float, float], height: int
) -> list[tuple[str, float, bool]]:
    """Labels with their distance from the top, a line at least between two, inside the plot."""
    order = sorted(labels, key=lambda label: -label[1])
    spots: list[tuple[str, float, bool]] = []
    above = -float(LINE)
    for rank, (text, at, bold) in enumerate(order):
        own = height * (ends[1] - at) / (ends[1] - ends[0])
        room = height - LINE * (len(order) - 1 - rank)
        above = max(min(own, room), above + LINE)
        spots.append((text, above, bold))
    return spots


def _lay_word(text: str, top: float, bold: bool) -> Spec:
    look: Spec = {"fontWeight": 600, "color": MODEL} if bold else {"color": INK}
    return {
        "data": {"values": [{"text": text}]},
        "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 11, **look},
        "encoding": {"x": {"value": WIDTH}, "y": {"value": top}, "text": {"field": "text"}},
    }
