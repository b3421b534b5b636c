"""Who holds whose fortunes."""

from __future__ import annotations

from typing import Any

from detente.game.pricing import price_centrally
from detente.report import moves, ties
from detente.report.charts import plot_influence
from detente.report.sections.material import Figure, Material
from detente.solvers.influence import map_influence


def build_influence(material: Material) -> dict[str, Any] | None:
    """The influence map of the actors; None where nobody can change anything for another."""
    found = map_influence(material.game, price_centrally(material.game))
    if not found.list_ties():
        return None
    names = moves.list_names(found.game)
    told = ties.state_ties(found, names)
    chart = Figure("influence", plot_influence(found, names), f"Influence map of the actors. {' '.join(told)}")
    return {
        "map": chart,
        "told": told,
        "thin": ties.state_thin(found),
        "rows": ties.list_rows(found, names),
        "heads": names,
        "states": found.states,
        "slice": found.made_by["slice"],
    }
