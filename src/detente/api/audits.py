"""What a claim's verdict rests on: the echo of a single want, and the placebo of random preferences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from detente.api.cases import compile

if TYPE_CHECKING:
    from detente.ensemble.ensemble import Ensemble
    from detente.findings.echoes import Echo
    from detente.findings.findings import ClaimFinding
    from detente.findings.placebos import Placebo
    from detente.scenario.model import Claim, Scenario

#: draws of a run in which a want is dropped, unless told otherwise
ECHO_DRAWS = 16


def find_echoes(
    scenario: Scenario,
    ensemble: Ensemble,
    *,
    draws: int = ECHO_DRAWS,
    claims: Sequence[Claim] = (),
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Echo, ...]:
    """Each claim (or each of those given) without the single want that says it directly, in a run's first draws."""
    from detente.findings import echoes

    return echoes.find_echoes(scenario, compile(scenario), ensemble, draws, claims=claims, progress=progress)


def run_placebos(
    scenario: Scenario,
    findings: Sequence[ClaimFinding],
    preferences: int,
    *,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Placebo, ...]:
    """How often so many random preferences over the same levers give claims the verdicts found."""
    from detente.findings import placebos

    return placebos.run_placebos(scenario, compile(scenario), findings, preferences, seed=seed, progress=progress)
