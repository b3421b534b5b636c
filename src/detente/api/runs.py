"""The main job: draws, findings, the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from detente.api.cases import compile
from detente.api.forecasts import SEED

if TYPE_CHECKING:
    from detente.ensemble.ensemble import Ensemble
    from detente.findings.findings import Findings
    from detente.scenario.model import Scenario

#: draws of a run unless told otherwise
DRAWS = 64
#: the most draws of a run that is to end by itself, unless told otherwise
MOST_DRAWS = 4096


@dataclass(frozen=True)
class Until:
    """How long a run goes on by itself.

    It ends at the first power of two of draws, from 16, at which the standard error of every claim is below ``error``,
    in the claim's own unit (0.01 is one point of a probability), or with ``most`` draws.
    """

    error: float
    most: int = MOST_DRAWS


def run(
    scenario: Scenario,
    *,
    draws: int | Until = DRAWS,
    seed: int = SEED,
    folder: Path | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Ensemble:
    """Ask every claim of every draw: so many draws, or :class:`Until` they are enough.

    With a folder the run is kept there and resumes after an interruption.
    """
    from detente.ensemble.runner import Plan
    from detente.ensemble.runner import run as run_job
    from detente.ensemble.study import lay_study

    study = lay_study(scenario, compile(scenario))
    goal = study.aim(draws.error) if isinstance(draws, Until) else None
    most = draws.most if isinstance(draws, Until) else draws
    plan = Plan(seed=seed, draws=most, workers=workers, goal=goal)
    return run_job(study, plan, folder=folder, progress=progress)


def assess(scenario: Scenario, ensemble: Ensemble) -> Findings:
    """Judge every claim against the ensemble."""
    from detente.findings.assessment import assess as judge

    return judge(scenario, compile(scenario), ensemble)


def render(scenario: Scenario, ensemble: Ensemble, findings: Findings) -> str:
    """The report: one self-contained HTML page."""
    from detente.report.page import render as render_page

    return render_page(findings, scenario, compile(scenario), ensemble)
