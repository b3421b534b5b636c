"""Sentences, chart and section about how far each input moves a claim."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from detente.findings.figures import write_figure
from detente.findings.findings import Side
from detente.findings.influences import Choice, rank_inputs
from detente.findings.sensitivity import Influence, Interaction, Sensitivity
from detente.report.charts import INK, MODEL, Spec, frame_chart, render_svg
from detente.report.text import LONGEST_NAME, plain

if TYPE_CHECKING:
    from detente.report.sections import Material

#: inputs named in a sentence
NAMED = 3
#: longest name above a bar, in characters, and the width of a chart
LABEL, WIDTH = 70, 380


def state_strongest(sensitivity: Sensitivity) -> str:
    """The inputs with the largest effect, in one sentence, with the places they take."""
    clear = [item for item in sensitivity.influences if item.clear][:NAMED]
    if not clear:
        return sensitivity.silence
    told = [f"{item.input} {item.effect:.2f} ({_write_places(item)})" for item in clear]
    return f"Largest effect by PAWN (0 nothing, 1 decides alone; rank in 90 % of resamples): {', '.join(told)}."


def _write_places(item: Influence) -> str:
    return str(item.rank_low) if item.rank_low == item.rank_high else f"{item.rank_low} to {item.rank_high}"


def state_interaction(item: Interaction, sensitivity: Sensitivity, names: Mapping[str, str]) -> str:
    """What one input does where another is low and where it is high, in one sentence."""
    name, on = (names.get(key, key) for key in (item.input, item.on))
    low, high = (_write_pair(pair, sensitivity) for pair in (item.where_low, item.where_high))
    if item.low_label:
        where = [f"where it is {plain(label, LONGEST_NAME)}" for label in (item.low_label, item.high_label)]
    else:
        where = [f"in the lower half of that (up to {item.median:.2g})", "in the upper"]
    return (
        f"What {name} does depends on {on}: {low} {where[0]}, {high} {where[1]} "
        f"({100 * item.strength:.0f} % of the variance)."
    )


def _write_pair(pair: tuple[Side, Side], sensitivity: Sensitivity) -> str:
    low, high = (_write_side(side, sensitivity) for side in pair)
    if pair[0].label:
        low, high = (
            f"{text} as {plain(side.label, LONGEST_NAME)}" for text, side in zip((low, high), pair, strict=True)
        )
        return f"{low} and {high}"
    return f"from {low} to {high}"


def _write_side(side: Side, sensitivity: Sensitivity) -> str:
    return write_figure(side.mean, side.error, "number" if sensitivity.unit == "number" else "share")


def plot_tornado(sensitivity: Sensitivity, names: Mapping[str, str]) -> Spec:
    """A claim's mean, with its standard error, at the low (hollow) and the high end (filled) of what stands out.

    There must be one that does.
    """
    rows = [
        {
            "row": k,
            "name": plain(names.get(item.input, item.input), LABEL),
            **{
                f"{end}{mark}": side.mean + sign * (0.0 if isnan(side.error) else side.error)
                for end, side in (("low", item.low), ("high", item.high))
                for mark, sign in (("", 0), ("_from", -1), ("_to", 1))
            },
        }
        for k, item in enumerate(one for one in sensitivity.influences if one.clear)
    ]
    form = "~g" if sensitivity.unit == "number" else ".0%"
    x: Spec = {"type": "quantitative", "scale": {"zero": False, "padding": 8}, "title": None}
    x |= {"axis": {"format": form, "tickCount": 5, "title": None}}
    y: Spec = {"field": "row", "type": "ordinal", "axis": None}
    mean = {"data": {"values": [{"x": sensitivity.mean}]}}
    layers: list[Spec] = [
        {
            **mean,
            "mark": {"type": "rule", "color": INK, "opacity": 0.6, "strokeDash": [2, 2]},
            "encoding": {"x": {**x, "field": "x"}},
        },
        {
            "mark": {"type": "bar", "height": 5, "color": MODEL, "opacity": 0.5},
            "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y},
        },
    ]
    for end, filled in (("low", False), ("high", True)):
        point = {"type": "point", "filled": filled, "color": MODEL, "size": 55, "opacity": 1, "strokeWidth": 1.5}
        error = {"x": {**x, "field": f"{end}_from"}, "x2": {"field": f"{end}_to"}, "y": y}
        layers.append({"mark": {"type": "rule", "color": INK, "opacity": 0.7}, "encoding": error})
        layers.append({"mark": point, "encoding": {"x": {**x, "field": end}, "y": y}})
    name = {"type": "text", "align": "left", "dy": -12, "fontSize": 11, "color": INK, "limit": WIDTH}
    layers.append({"mark": name, "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "name"}}})
    return frame_chart({"width": WIDTH, "height": {"step": 36}, "data": {"values": rows}, "layer": layers})


def build_tornado(material: Material) -> dict[str, Any] | None:
    """How far each input moves the claims that matter most."""
    chosen = Choice(frozenset(material.findings.headlines), resamples=0)
    found = rank_inputs(material.findings, material.scenario, material.game, material.ensemble, chosen)
    cards = []
    for item in found.claims:
        clear = [one for one in item.influences if one.clear]
        if clear:
            told = "; ".join(
                f"{one.name} from {_write_side(one.low, item)} to {_write_side(one.high, item)}" for one in clear
            )
            sentences = [state_interaction(one, item, material.names) for one in item.interactions]
            svg = Markup(render_svg(plot_tornado(item, material.names)))
            cards.append({"claim": item, "svg": svg, "alt": f"{told}.", "sentences": sentences})
    return (
        {"cards": cards, "alike": any(one.alike for item in found.claims for one in item.influences)} if cards else None
    )
