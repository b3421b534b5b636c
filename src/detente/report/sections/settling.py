"""Where it settles, for whom, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from detente.findings.settlements import Settlement, StableState
from detente.game.pricing import price_centrally
from detente.report import settling
from detente.report.charts import plot_stability
from detente.report.reasons import LEADING, state_verdict
from detente.report.sections.material import Figure, Material
from detente.report.stays import tell_standings
from detente.solvers.explanation import explain_state


def build_settling(material: Material) -> dict[str, Any] | None:
    """Where the conflict settles, what the states have in common, under each concept and for whom, and why."""
    findings = material.findings
    if not findings.settlements:
        return None
    chance = [f"{material.levers[c.lever.id]}: {c.lever.levels[c.lever.now]}" for c in material.scenario.chance]
    shared, names = settling.name_states([state.levels for state in findings.states], material.scenario)
    leading = _pick_leading(findings.settlements)
    return {
        "chance": "; ".join(chance),
        "leading": leading,
        "lead": settling.state_leading(leading, material.scenario),
        "leading_name": settling.CONCEPTS[leading.concept],
        "families": settling.list_families(leading.families, material.scenario) if leading.families else [],
        "reasons": _explain(material, leading),
        "shared": shared,
        "matrix": Figure(
            "stability",
            plot_stability(findings.states, findings.settlements, names),
            "Matrix of states by stability concept; the table after it has its figures in words.",
        ),
    }


def _pick_leading(settlements: Sequence[Settlement]) -> Settlement:
    """The settlement told in full where one must do."""
    asked = {settlement.concept: settlement for settlement in settlements}
    return next((asked[concept] for concept in LEADING if concept in asked), settlements[0])


def _explain(material: Material, leading: Settlement) -> list[dict[str, Any]]:
    """Why today's state, the state most often Nash and the most common one of the leading concept are left or kept."""
    game, states = material.game, material.findings.states
    asked = {game.status_quo: "Today"}
    for title, state in _pick_states(states, leading.concept):
        asked.setdefault(state.cell, title)
    prices = price_centrally(game)
    told = []
    for cell, title in asked.items():
        explanation = explain_state(game, prices, cell, concepts=(leading.concept,))
        place = next((k for k, state in enumerate(states, start=1) if state.cell == cell), None)
        told.append(
            {
                "title": f"{title} (S{place})" if place else title,
                "verdict": state_verdict(explanation),
                "sentences": tell_standings(explanation, leading.concept, material.scenario),
            }
        )
    return told


def _pick_states(states: Sequence[StableState], concept: str) -> list[tuple[str, StableState]]:
    best = max(states, key=lambda state: state.shares[concept])
    narrow = next(iter(states[0].shares))
    found = [(f"Most often stable under {settling.CONCEPTS[concept]}", best)]
    if states[0].shares[narrow] > 0:
        found.append((f"Most often stable under {settling.CONCEPTS[narrow]}", states[0]))
    return found
