"""What has been seen since, and what it says."""

from __future__ import annotations

from math import isnan
from typing import Any

from detente.findings.figures import write_figure
from detente.findings.posteriors import Step, Update
from detente.report import learning
from detente.report.charts import Shift, Trace, plot_paths, plot_shifts
from detente.report.grounds import Library
from detente.report.phrases import Phrasebook
from detente.report.sections.material import Figure, Material
from detente.report.text import write_date

#: claims drawn before and after, those that move most
SHOWN = 10


def build_evidence(material: Material) -> dict[str, Any] | None:
    """How much is left of the draws, what each observation did, readings and claims before and after."""
    update = material.findings.evidence
    if update is None:
        return None
    actors = learning.name_actors(material.scenario)
    rivals = list(dict.fromkeys(share.actor for share in update.readings))
    return {
        "notes": learning.state_evidence(update),
        "paths": _draw_paths(update, actors),
        "steps": _list_steps(material, update, actors),
        "effects": learning.list_effects(update, actors),
        "readings": learning.list_readings(update.readings, actors, update.threshold),
        "matrices": [(actors[actor], *learning.list_matrix(update, actor)) for actor in rivals if update.steps],
        "matrix_note": learning.MATRIX,
        "learned": [learning.tell_learned(item, material.names) for item in update.inputs],
        "shifts": _draw_shifts(material),
        "claims": learning.list_claims(material.findings.claims),
        "within": learning.WITHIN,
    }


def _draw_paths(update: Update, actors: dict[str, str]) -> list[dict[str, Any]]:
    """For every actor with rival readings how their probabilities went, observation by observation."""
    labels = ["·", *(str(step.place) for step in update.steps)]
    drawn = []
    for actor in dict.fromkeys(share.actor for share in update.readings):
        paths = [Trace(name, shares) for name, shares in learning.trace_readings(update, actor)]
        whole = all(len(path.shares) == len(labels) and not any(map(isnan, path.shares)) for path in paths)
        if len(labels) < 2 or not whole:
            continue
        told = "; ".join(
            f"{actors[actor]} as {path.name} from {100 * path.shares[0]:.0f} % to {100 * path.shares[-1]:.0f} %"
            for path in paths
        )
        drawn.append({"who": actors[actor], "figure": Figure(f"paths-{actor}", plot_paths(paths, labels), f"{told}.")})
    return drawn


def _list_steps(material: Material, update: Update, actors: dict[str, str]) -> list[dict[str, str]]:
    phrases, library = Phrasebook(material.scenario), Library(material.scenario)
    return [_lay_step(step, phrases, library, actors) for step in update.steps]


def _lay_step(step: Step, phrases: Phrasebook, library: Library, actors: dict[str, str]) -> dict[str, str]:
    item = step.item
    words = phrases.condition(item.seen)
    lead = ("never by then: " if item.negated else "by then: ") if item.by else ("not: " if item.negated else "")
    return {
        "place": str(step.place),
        "day": write_date(item.on),
        "words": f"{lead}{words}",
        "chance": write_figure(step.likelihood, step.error),
        "left": f"{step.effective:.1f}",
        "did": learning.tell_step(step, actors),
        "source": library.titles.get(item.source, item.source) if item.source else "",
    }


def _draw_shifts(material: Material) -> Figure | None:
    """The probabilities that the evidence moves most, before and after."""
    moved = [
        (claim.id, claim.text, claim.spread.mean, claim.posterior.mean)
        for claim in material.findings.claims
        if claim.kind == "probability" and claim.spread is not None and claim.posterior is not None
    ]
    moved.sort(key=lambda item: -abs(item[3] - item[2]))
    rows = [Shift(f"{id_}: {text}", before, after) for id_, text, before, after in moved[:SHOWN]]
    if not rows:
        return None
    told = "; ".join(f"{id_} {100 * before:.0f} % to {100 * after:.0f} %" for id_, _, before, after in moved[:SHOWN])
    return Figure("shifts", plot_shifts(rows), f"Claims before and after the evidence: {told}.")
