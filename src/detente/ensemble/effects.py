"""What claims with a cause or a requirement are about, with nothing forced: beside what forcing makes of it."""

from __future__ import annotations

from detente.scenario.model import Scenario
from detente.scenario.queries import Query


def ask_effects(scenario: Scenario) -> dict[str, Query]:
    """By field, ``effect/CLAIM``: the claim's number as its ``about`` asks for it."""
    told = ((claim.id, claim.cause or claim.requires) for claim in scenario.claims)
    return {f"effect/{name}": test.effect for name, test in told if test is not None}
