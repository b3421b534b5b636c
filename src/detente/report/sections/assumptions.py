"""What is assumed: how actors decide, what they can do, what chance does, what is ruled out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from detente.report.charts import Interval, plot_intervals
from detente.report.grounds import Library
from detente.report.phrases import Phrasebook
from detente.report.sections.material import Figure, Material
from detente.report.text import LONGEST_NAME, plain, write_count, write_quantity
from detente.scenario.formulas import write_closed
from detente.scenario.quantities import Quantity

#: fields of behaviour with their heads
FIELDS = (
    ("tempo", "Tempo (decisions a month)"),
    ("foresight", "Foresight (months)"),
    ("noise", "Noise (payoff units)"),
    ("habit", "Habit (payoff units)"),
)


def build_assumptions(material: Material) -> dict[str, Any] | None:
    """Behaviour and rates as intervals, everything as written behind them, with what is a default of ours.

    None where nobody and nothing moves: positions stand with the terms.
    """
    if not material.game.axes:
        return None
    scenario, phrases, library = material.scenario, Phrasebook(material.scenario), Library(material.scenario)
    owners = {lever.id: actor.name for actor in scenario.actors for lever in actor.levers}
    return {
        "fields": [_draw_field(field, head, material) for field, head in FIELDS],
        "defaults": _tell_defaults(material),
        "marked": _mark,
        "owners": owners | {chance.lever.id: "chance" for chance in scenario.chance},
        "chance": _list_rates(material, phrases, library),
        "rates": _draw_rates(material),
        "rules": [
            (phrases.condition(rule.forbid), rule.forbid.text, library.read(rule.because)) for rule in scenario.rules
        ],
        "conditions": [(name, phrases.condition(condition)) for name, condition in scenario.conditions],
        "closures": _list_closures(material),
        "one_way": {
            lever.id for actor in scenario.actors for lever in actor.levers if not all(all(r) for r in lever.legal)
        },
    }


def _list_closures(material: Material) -> dict[str, list[str]]:
    known = {lever.id: lever for lever in material.scenario.levers}
    return {
        phase.id: [write_closed(known[lever], levels) for lever, levels in phase.closed]
        for phase in material.scenario.phases
    }


def _mark(quantity: Quantity) -> str:
    """An uncertain number as written, marked when the file leaves it out."""
    return write_quantity(quantity) + ("" if quantity.given else " (default)")


def _measure(name: str, quantity: Quantity) -> Interval:
    low, middle, high = (float(quantity.quantile(share)) for share in (0.05, 0.5, 0.95))
    return Interval(plain(name, LONGEST_NAME), low, middle, high)


def _draw_field(field: str, head: str, material: Material) -> dict[str, Any]:
    rows = [_measure(actor.name, getattr(actor.behaviour, field)) for actor in material.scenario.actors]
    alt = "; ".join(f"{actor.name} {_mark(getattr(actor.behaviour, field))}" for actor in material.scenario.actors)
    return {"head": head, "figure": Figure(f"behaviour-{field}", _draw_from_zero(rows), plain(f"{head}: {alt}."))}


def _draw_from_zero(rows: Sequence[Interval]) -> dict[str, Any]:
    top = max(row.high for row in rows)
    return plot_intervals(rows, (0.0, 1.05 * top if top > 0 else 1.0))


def _tell_defaults(material: Material) -> str:
    """Which fields of behaviour the file leaves to us, in one sentence; empty when it gives them all."""
    missing = []
    for field, _ in FIELDS:
        ours = [a.name for a in material.scenario.actors if not getattr(a.behaviour, field).given]
        if len(ours) == len(material.scenario.actors):
            missing.append(f"{field} of every actor")
        elif ours:
            missing.append(f"{field} of {', '.join(plain(name, LONGEST_NAME) for name in ours)}")
    if not missing:
        return "The file gives every number here; none is a default of ours."
    return f"The file leaves these out, and defaults of ours stand in: {'; '.join(missing)}."


def _list_rates(material: Material, phrases: Phrasebook, library: Library) -> list[tuple[str, str, str, str, Any]]:
    """Rows of a table: lever, move, rate, while, and why."""
    return [
        (
            material.levers[chance.lever.id],
            f"{chance.lever.levels[move.source]} to {chance.lever.levels[move.target]}",
            write_quantity(move.rate),
            phrases.condition(move.when) if move.when is not None else "always",
            library.read(chance.because),
        )
        for chance in material.scenario.chance
        for move in chance.moves
    ]


def _draw_rates(material: Material) -> Figure | None:
    rows = [
        _measure(
            f"{chance.lever.name}: {chance.lever.levels[move.source]} to {chance.lever.levels[move.target]}", move.rate
        )
        for chance in material.scenario.chance
        for move in chance.moves
    ]
    if not rows:
        return None
    alt = f"Hazard per month of {write_count(len(rows), 'chance move')}; the table has them in figures."
    return Figure("rates", _draw_from_zero(rows), alt)
