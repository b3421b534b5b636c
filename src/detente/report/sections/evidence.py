"""What has been seen since, and what it says."""

from __future__ import annotations

from typing import Any

from detente.report import learning
from detente.report.sections.material import Material


def build_evidence(material: Material) -> dict[str, Any] | None:
    """The report's section; None for a case without evidence."""
    update = material.findings.evidence
    if update is None:
        return None
    actors = learning.name_actors(material.scenario)
    rivals = list(dict.fromkeys(share.actor for share in update.readings))
    return {
        "notes": learning.state_evidence(update),
        "steps": learning.list_steps(update),
        "readings": learning.list_readings(update.readings, actors, update.threshold),
        "effects": learning.list_effects(update, actors),
        "matrices": [(actors[actor], *learning.list_matrix(update, actor)) for actor in rivals],
        "matrix_note": learning.MATRIX,
        "learned": [learning.tell_learned(item, material.names) for item in update.inputs],
        "claims": learning.list_claims(material.findings.claims),
        "within": learning.WITHIN,
    }
