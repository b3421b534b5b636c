"""Sentences about how far each input moves a claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from detente.findings.figures import write_figure
from detente.findings.findings import Side
from detente.findings.sensitivity import Influence, Interaction, Sensitivity
from detente.report.text import LONGEST_NAME, plain

if TYPE_CHECKING:
    pass

#: inputs named in a sentence
NAMED = 3


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
    low, high = (write_side(side, sensitivity) for side in pair)
    if pair[0].label:
        low, high = (
            f"{text} as {plain(side.label, LONGEST_NAME)}" for text, side in zip((low, high), pair, strict=True)
        )
        return f"{low} and {high}"
    return f"from {low} to {high}"


def write_side(side: Side, sensitivity: Sensitivity) -> str:
    """A mean on one side of an input, with its error, in the claim's units."""
    return write_figure(side.mean, side.error, "number" if sensitivity.unit == "number" else "share")
