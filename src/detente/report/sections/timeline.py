"""Who moves when."""

from __future__ import annotations

from typing import Any

from detente.report import tracks
from detente.report.charts import plot_timeline
from detente.report.charts.timeline import read_marks
from detente.report.sections.material import Figure, Material
from detente.solvers.departures import Standpoint
from detente.solvers.timeline import lay_timeline


def build_timeline(material: Material) -> dict[str, Any] | None:
    """Every lever over time, at central values; None for a case without levers."""
    game, scenario = material.game, material.scenario
    if not game.axes:
        return None
    found = lay_timeline(Standpoint(game, game.status_quo, scenario.as_of), game.horizon)
    marks, first = read_marks(scenario), tracks.state_first(found, material.levers)
    return {
        "first": first,
        "chart": Figure("timeline", plot_timeline(found, marks), f"Timeline of the levers. {first}"),
        "marks": tracks.list_marks(found, marks.starts, dict(marks.phases), len(marks.observed)),
        "rows": tracks.list_tracks(found, material.levers),
        "heads": tracks.HEADS,
        "method": found.made_by["method"],
    }
