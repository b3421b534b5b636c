"""The stability matrix: states by concept."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from detente.findings.figures import write_figure
from detente.findings.settlements import Settlement, StableState
from detente.report.charts.frame import INK, MODEL, Spec, frame_chart
from detente.report.settling import CONCEPTS

#: width of a column, characters in a line of a state's name, and how many of these
COLUMN, LINE, LINES = 65, 55, 2


def plot_stability(states: Sequence[StableState], settlements: Sequence[Settlement], names: Sequence[str] = ()) -> Spec:
    """A matrix of states by stability concept: the share of draws in which each is an equilibrium.

    The states are S1, S2, ...; ``names`` say above each row what it is.
    """
    folded = [wrap(f"S{k}. {name}", LINE, max_lines=LINES, placeholder=" …") for k, name in enumerate(names, start=1)]
    most = max((len(lines) for lines in folded), default=0)
    folded = [[""] * (most - len(lines)) + lines for lines in folded]
    room = 14 * most
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
    x: Spec = {"field": "concept", "type": "nominal", "sort": concepts}
    x |= {"axis": {**bare, "orient": "top", "labelAngle": 0}}
    y: Spec = {"field": "state", "type": "nominal", "sort": None, "axis": None if names else bare}
    shade = {
        "field": "share",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "range": [0.04, 0.45]},
        "legend": None,
    }
    square: Spec = {"mark": {"type": "rect", "color": MODEL, "height": 22, "yOffset": room / 2}}
    square["encoding"] = {"x": x, "y": y, "opacity": shade}
    figure: Spec = {
        "mark": {"type": "text", "fontSize": 11, "color": INK, "dy": room / 2},
        "encoding": {"x": x, "y": y, "text": {"field": "text"}},
    }
    layers = [square, figure]
    if names:
        told = [{"state": f"S{k}", "name": lines} for k, lines in enumerate(folded, start=1)]
        mark = {"type": "text", "align": "left", "baseline": "top", "fontSize": 11, "lineHeight": 14, "color": INK}
        place: Spec = {"x": {"value": 0}, "y": y, "text": {"field": "name"}}
        layers.append({"data": {"values": told}, "mark": {**mark, "dy": -room / 2 - 10}, "encoding": place})
    step = {"step": 26 + room + 4 * bool(room)}
    return frame_chart({"width": {"step": COLUMN}, "height": step, "data": {"values": rows}, "layer": layers})
