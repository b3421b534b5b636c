"""A table of marks, shaded: states by concept, actors by concept, claims by input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from detente.findings.figures import cut
from detente.report.charts.frame import INK, MODEL, Spec, frame_chart
from detente.report.text import plain

#: characters in a line of a row's label, and lines at most
LABEL, LINES = 48, 3
#: characters in a line of a column's head
HEAD = 14
#: several lines are set from the first one on; these put their last, or their middle, there
_ABOVE = "-13 * (length(split(datum.text, '\\n')) - 1)"
_MIDDLE = "-6.5 * (length(split(datum.text, '\\n')) - 1)"


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands at one place, and how dark: 0 to 1."""

    text: str
    shade: float


def plot_matrix(rows: Sequence[tuple[str, Sequence[Mark]]], heads: Sequence[str], note: str = "") -> Spec:
    """Labelled rows of marks under heads; ``note`` above them says what the marks mean. There must be a row."""
    labels = [fold_label(label) for label, _ in rows]
    cells = [
        {"row": row, "column": column, "text": cut(plain(mark.text), LABEL), "shade": mark.shade}
        for row, (_, marks) in enumerate(rows)
        for column, mark in enumerate(marks)
    ]
    tops = [{"column": column, "text": fold_head(head)} for column, head in enumerate(heads)]
    lefts = [{"row": row, "text": label} for row, label in enumerate(labels)]
    words_wide = max(len(line) for item in [*tops, *cells] for line in str(item["text"]).split("\n"))
    wide = max(48, 7 * words_wide + 12)
    step = 15 * max(label.count("\n") + 1 for label in labels) + 10
    x: Spec = {"field": "column", "type": "ordinal", "axis": None, "scale": {"padding": 0.06}}
    y: Spec = {"field": "row", "type": "ordinal", "axis": None, "scale": {"padding": 0.06}}
    shade = {
        "field": "shade",
        "type": "quantitative",
        "legend": None,
        "scale": {"domain": [0, 1], "range": [0.03, 0.6]},
    }
    words: Spec = {"type": "text", "fontSize": 11, "color": INK}
    place: Spec = {"x": x, "y": y}
    text: Spec = {"text": {"field": "text"}}
    layers: list[Spec] = [
        {"mark": {"type": "rect", "color": MODEL}, "encoding": {**place, "opacity": shade}},
        {"mark": words, "encoding": {**place, **text}},
        {
            "data": {"values": tops},
            "mark": {**words, "baseline": "bottom", "fontWeight": 600, "lineBreak": "\n", "dy": {"expr": _ABOVE}},
            "encoding": {"x": x, "y": {"value": -6}, **text},
        },
        {
            "data": {"values": lefts},
            "mark": {**words, "align": "right", "lineBreak": "\n", "dy": {"expr": _MIDDLE}},
            "encoding": {"x": {"value": -8}, "y": y, **text},
        },
    ]
    title: Spec = {"title": entitle(note)} if note else {}
    sizes: Spec = {"width": {"step": wide}, "height": {"step": step}}
    return frame_chart({**title, **sizes, "data": {"values": cells}, "layer": layers})


def add_title(spec: Spec, title: str, note: str = "") -> Spec:
    """The chart with a title, for a picture that stands alone; below it the note, or the chart's own."""
    own = spec.get("title")
    head: Spec = {"text": wrap(plain(title), 60), "color": INK, "fontSize": 13, "fontWeight": 600}
    head |= {"anchor": "start", "frame": "bounds", "offset": 12}
    below = wrap(plain(note), 76) if note else own["text"] if isinstance(own, dict) else ""
    if below:
        head |= {"subtitle": below, "subtitleColor": INK, "subtitleFontSize": 11, "subtitlePadding": 6}
    return {**spec, "title": head}


def fold_label(label: str) -> str:
    """A label in a few short lines; what does not fit is cut and shown to be."""
    lines = wrap(plain(label), LABEL) or [""]
    return "\n".join(lines if len(lines) <= LINES else [*lines[: LINES - 1], f"{lines[LINES - 1][: LABEL - 2]} …"])


def fold_head(head: str) -> str:
    """A head in lines short enough for a narrow column; ids break behind their dots."""
    lines = wrap(cut(plain(head), LABEL).replace(".", ". "), HEAD)
    return "\n".join(line.replace(". ", ".") for line in lines)


def entitle(note: str, columns: int = 84) -> Spec:
    """Lines above a chart that say how to read it, of so many characters."""
    look: Spec = {"color": INK, "fontSize": 11, "fontWeight": "normal", "anchor": "start", "frame": "bounds"}
    return {"text": wrap(plain(note), columns), "offset": 14, **look}
