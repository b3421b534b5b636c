"""What could be done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.findings.advice import Advice, Judgement
from detente.report import counsel
from detente.report.charts import plot_gains, plot_regret, plot_tradeoff
from detente.report.charts.regret import MOST
from detente.report.sections.material import Figure, Material
from detente.scenario.model import Scenario


def build_policies(material: Material) -> dict[str, Any] | None:
    """What every advised actor could do; None for a case without policies."""
    if not material.findings.advice:
        return None
    scenario = material.scenario
    return {
        "cards": [
            {
                "who": counsel.call_actors(advice.actors, scenario),
                "advice": counsel.state_advice(advice, scenario),
                "figures": list(_draw(advice, scenario)),
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


def _draw(advice: Advice, scenario: Scenario) -> Iterator[dict[str, Any]]:
    """What is gained, by the first two measures that anything makes a difference to, and then regret by every judge."""
    who = "-".join(advice.actors)
    felt = [item for item in advice.judgements if item.favourite is not None]
    measures = [item for item in felt if item.kind == "measure"]
    if len(measures) > 1:
        across, up = measures[:2]
        yield {
            "title": f"{across.judge} against {up.judge}",
            "chart": Figure(
                f"tradeoff-{who}",
                plot_tradeoff(advice, across, up),
                f"Gains by two measures. {counsel.state_favourite(across, scenario)} "
                f"{counsel.state_favourite(up, scenario)}",
            ),
            "note": f"Gains beyond nothing held: mean, and 5 to 95 % of draws as a cross. Filled: undominated over all "
            f"measures. {counsel.state_left_out(across, MOST)}",
        }
    elif felt:
        (first, *_) = measures or felt
        yield {
            "title": f"What is gained by {counsel.call_judge(first, scenario)}",
            "chart": Figure(f"gains-{who}", plot_gains(first), counsel.state_favourite(first, scenario)),
            "note": f"Gain beyond nothing held: mean, and 5 to 95 % of draws. {_count_left(first, 1)}",
        }
    for item in felt:
        yield {
            "title": f"Regret by {counsel.call_judge(item, scenario)}",
            "chart": Figure(
                f"regret-{who}-{item.judge}",
                plot_regret(item),
                f"Regret of each alternative, least first. {counsel.state_favourite(item, scenario)}",
            ),
            "note": f"How far each stays below the best of the draw: mean, 5 to 95 %, and the worst draw as a tick. "
            f"{counsel.state_left_out(item, MOST)}",
        }


def _count_left(judgement: Judgement, apart: int) -> str:
    """What a chart leaves out that does not draw so many of the alternatives anyway."""
    return counsel.state_left_out(judgement, MOST + apart)
