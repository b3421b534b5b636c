"""Ways there: from the status quo to the equilibria."""

from __future__ import annotations

from typing import Any

from detente.game.pricing import price_centrally
from detente.report import evolution, groups, moves, ways
from detente.report.charts import plot_evolution
from detente.report.sections.material import Figure, Material
from detente.solvers.paths import find_paths

#: ways told in full of each kind; the rest are counted
MOST = 3
#: the concept whose equilibria are sought
CONCEPT = "seq"


def build_ways(material: Material) -> dict[str, Any] | None:
    """How the status quo becomes an equilibrium, at central values; None where there is none, or nobody can move."""
    game, scenario = material.game, material.scenario
    if not game.axes:
        return None
    paths = find_paths(game, price_centrally(game), game.status_quo, concept=CONCEPT, most=MOST)
    if not paths.counts:
        return None
    counts = " ".join(ways.state_counts(paths, scenario))
    drawing = evolution.lay_out(paths)
    shown = plot_evolution(drawing.states, drawing.moves, drawing.heading)
    regions = paths.evolution.regions
    grouped, rows = None, []
    if regions is not None:
        actors = moves.list_names(game)
        whole = evolution.lay_out_regions(regions, actors)
        order = sorted(range(len(whole.states)), key=lambda place: int(whole.states[place]["y"]))
        names = dict(zip((player.id for player in game.actors), actors, strict=True)) | dict(material.levers)
        rows = groups.list_regions(regions, order, actors, names)
        told = ways.state_regions(regions)
        grouped = Figure("regions", plot_evolution(whole.states, whole.moves, whole.heading), told)
    return {
        "counts": counts,
        "chart": Figure("evolution", shown, f"Evolution from the status quo. {counts}") if drawing.moves else None,
        "grouped": grouped,
        "rows": rows,
        "heads": groups.HEADS,
        "ways": ways.list_ways(paths, scenario),
        "rest": ways.state_rest(paths),
    }
