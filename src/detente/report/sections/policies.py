"""What could be done."""

from __future__ import annotations

from typing import Any

from detente.report import counsel
from detente.report.sections.material import Material


def build_policies(material: Material) -> dict[str, Any] | None:
    """What every advised actor could do; None for a case without policies."""
    if not material.findings.advice:
        return None
    scenario = material.scenario
    return {
        "cards": [
            {
                "who": counsel.call_actors(advice.actors, scenario),
                "margin": counsel.state_margin(advice),
                "robust": counsel.state_robust(advice),
                "front": counsel.state_front(advice),
                "judged": [
                    {
                        "favourite": counsel.state_favourite(item, scenario),
                        "upset": counsel.state_upset(item, material.names),
                        "rows": counsel.list_standings(item) if item.favourite is not None else [],
                    }
                    for item in advice.judgements
                ],
                "effects": list(counsel.state_effects(advice, scenario)),
                "barred": list(counsel.state_barred(advice)),
                "texts": [(counsel.call(item.name), item.text) for item in advice.choices if item.text],
            }
            for advice in material.findings.advice
        ],
        "heads": counsel.HEADS,
    }
