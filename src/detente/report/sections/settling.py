"""Where it settles, and for whom."""

from __future__ import annotations

from typing import Any

from detente.report.charts import plot_stability
from detente.report.sections.material import Figure, Material


def build_settling(material: Material) -> dict[str, Any] | None:
    """Where the conflict settles, under each concept and for whom."""
    findings = material.findings
    if not findings.settlements:
        return None
    chance = [f"{material.levers[c.lever.id]}: {c.lever.levels[c.lever.now]}" for c in material.scenario.chance]
    return {
        "settlements": findings.settlements,
        "states": findings.states,
        "matrix": Figure(
            "stability",
            plot_stability(findings.states, findings.settlements),
            "Matrix of states by stability concept; the list above says what it shows.",
        ),
        "chance": "; ".join(chance),
    }
