"""The main job: draws, findings, the report."""

from __future__ import annotations

from collections.abc import Callable
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


def run(
    scenario: Scenario,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    folder: Path | None = None,
    workers: int | str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Ensemble:
    """Ask every claim of every draw. With a folder the run is kept there and resumes after an interruption.

    ``workers`` is how many threads of this machine compute (one per processor unless told otherwise), or the address
    of a Dask scheduler whose workers do, such as ``"tcp://10.0.0.1:8786"``.
    """
    from detente.ensemble.runner import Plan
    from detente.ensemble.runner import run as run_job
    from detente.ensemble.study import lay_study

    study = lay_study(scenario, compile(scenario))
    if isinstance(workers, str):
        from detente.ensemble.cluster import connect

        with connect(workers) as cluster:
            return run_job(study, Plan(seed, draws), folder=folder, executor=cluster, progress=progress)
    return run_job(study, Plan(seed, draws, workers), folder=folder, progress=progress)


def assess(scenario: Scenario, ensemble: Ensemble) -> Findings:
    """Judge every claim against the ensemble."""
    from detente.findings.assessment import assess as judge

    return judge(scenario, compile(scenario), ensemble)


def render(scenario: Scenario, ensemble: Ensemble, findings: Findings) -> str:
    """The report: one self-contained HTML page."""
    from detente.report.page import render as render_page

    return render_page(findings, scenario, compile(scenario), ensemble)
