"""What is assumed."""

from __future__ import annotations

from typing import Any

from detente.report.sections.material import Material
from detente.scenario.formulas import write_closed


def build_assumptions(material: Material) -> dict[str, Any]:
    """How actors decide, what they can do, what chance does, what is ruled out."""
    scenario = material.scenario
    known = {lever.id: lever for lever in scenario.levers}
    owners = {lever.id: actor.name for actor in scenario.actors for lever in actor.levers}
    return {
        "owners": owners | {chance.lever.id: "chance" for chance in scenario.chance},
        "closures": {
            phase.id: [write_closed(known[lever], levels) for lever, levels in phase.closed]
            for phase in scenario.phases
        },
        "one_way": {
            lever.id for actor in scenario.actors for lever in actor.levers if not all(all(r) for r in lever.legal)
        },
    }
