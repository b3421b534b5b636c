"""The stability matrix: states by concept."""

from __future__ import annotations

from collections.abc import Sequence

from detente.findings.figures import write_figure
from detente.findings.settlements import Settlement, StableState
from detente.report.charts.frame import INK, MODEL, Spec, frame_chart
from detente.report.settling import CONCEPTS


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
