"""How far each input moves the claims that matter most."""

from __future__ import annotations

from typing import Any

from detente.findings.influences import Choice, rank_inputs
from detente.report import influences
from detente.report.charts import plot_tornado
from detente.report.sections.material import Figure, Material


def build_tornado(material: Material) -> dict[str, Any] | None:
    """How far each input moves the claims that matter most."""
    chosen = Choice(frozenset(material.findings.headlines), resamples=0)
    found = rank_inputs(material.findings, material.scenario, material.game, material.ensemble, chosen)
    cards = []
    for item in found.claims:
        clear = [one for one in item.influences if one.clear]
        if clear:
            told = "; ".join(
                f"{one.name} from {influences.write_side(one.low, item)} to {influences.write_side(one.high, item)}"
                for one in clear
            )
            sentences = [influences.state_interaction(one, item, material.names) for one in item.interactions]
            figure = Figure(f"tornado-{item.claim}", plot_tornado(item, material.names), f"{told}.")
            cards.append({"claim": item, "figure": figure, "sentences": sentences})
    return (
        {"cards": cards, "alike": any(one.alike for item in found.claims for one in item.influences)} if cards else None
    )
