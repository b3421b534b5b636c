"""What people call the parts of a case, beside any data that names them by id."""

from __future__ import annotations

from detente.report.inputs import name_inputs
from detente.report.learning import name_actors
from detente.report.settling import label_levers
from detente.scenario.model import Scenario


def caption(scenario: Scenario) -> dict[str, object]:
    """The title, and words for the ids of actors, levers and inputs: what every command's text is made with."""
    called = {"actors": name_actors(scenario), "levers": label_levers(scenario), "inputs": name_inputs(scenario)}
    return {"title": scenario.title, "called": called}
