"""Who wants what."""

from __future__ import annotations

from typing import Any

from detente.report.sections.material import Material
from detente.scenario.model import Preferences


def build_actors(material: Material) -> dict[str, Any]:
    """Who wants what, and why it is thought so."""
    called = {actor.id: actor.name for actor in material.scenario.actors}
    return {"ranking_lines": _ranking_lines, "called": called}


def _ranking_lines(preferences: Preferences) -> list[str]:
    if preferences.kind == "priorities":
        return [condition.text for condition in preferences.priorities]
    return [" · ".join(condition.text for condition in line) for line in preferences.ranking]
