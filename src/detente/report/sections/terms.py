"""On what terms: where the issues settle, by the forecast and by every model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.findings.bargains import Bargaining, IssueTerms
from detente.report import persuading, terms
from detente.report.charts import plot_fragility, plot_models, plot_rounds, plot_scale
from detente.report.learning import name_actors
from detente.report.sections.material import Figure, Material

#: ways of moving somebody told in the page for each actor
TOLD = 3


def build_terms(material: Material) -> dict[str, Any] | None:
    """Every issue: the forecast, the models, noise, whom to persuade; None in a case without issues."""
    found = material.findings.terms
    if found is None or not found.issues:
        return None
    names = name_actors(material.scenario)
    return {
        "values": terms.write_values(found),
        "issues": [_lay_issue(issue, found, names) for issue in found.issues],
        "place_heads": terms.PLACES,
        "model_heads": terms.MODELS,
        "noise_heads": persuading.NOISE,
        "approach_heads": ("persuader", *persuading.APPROACHES),
        "caution": terms.CAUTION,
    }


def _lay_issue(issue: IssueTerms, found: Bargaining, names: dict[str, str]) -> dict[str, Any]:
    outlook = terms.state_outlook(issue.outlook)
    regions = terms.state_regions(issue.outlook)
    answers = " ".join(terms.state_models(issue))
    ends = (issue.low, issue.high)
    noisy = [item for item in found.fragility if item.issue == issue.id]
    warned = persuading.state_fragility(noisy)
    asked = any(not model.reason for model in issue.models)
    few = found.dynamic_draws if found.dynamic_draws < found.draws else 0
    return {
        "id": issue.id,
        "title": terms.call_issue(issue),
        "scale": terms.state_scale(issue),
        "outlook": outlook,
        "regions": regions,
        "answers": answers,
        "few": few,
        "chart": Figure(f"terms-{issue.id}", plot_scale(issue), f"{outlook} {regions} {terms.state_places(issue)}"),
        "compared": Figure(f"models-{issue.id}", plot_models(issue), answers) if asked else None,
        "places": terms.list_places(issue),
        "models": [(*row, model.source) for row, model in zip(terms.list_models(issue), issue.models, strict=True)],
        "rounds": list(_draw_rounds(issue, names)),
        "noise": persuading.list_noise(noisy),
        "tables": noisy[0].wobbles[0].tables if noisy else 0,
        "warned": warned,
        "noisy": Figure(f"noise-{issue.id}", plot_fragility(noisy, ends), " ".join(warned) or terms.CALM)
        if noisy
        else None,
        "persuaders": [
            (names.get(item.actor, item.actor), *row)
            for item in found.persuasion
            if item.issue == issue.id
            for row in persuading.list_approaches(item, names, TOLD)
        ],
    }


def _draw_rounds(issue: IssueTerms, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    for model in issue.models:
        if model.track is not None and len(model.track.points) > 1 and not model.reason:
            chart = plot_rounds(model.track, names, (issue.low, issue.high))
            yield {
                "title": model.name,
                "chart": Figure(f"rounds-{issue.id}-{model.model}", chart, terms.state_rounds(model)),
                "told": terms.state_rounds(model),
            }
