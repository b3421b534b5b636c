"""The main job: draws, findings, the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from detente.api.cases import compile, load, name_case
from detente.api.forecasts import SEED
from detente.errors import RunError

if TYPE_CHECKING:
    from detente.ensemble.ensemble import Ensemble
    from detente.ensemble.job import Job
    from detente.ensemble.listing import Entry
    from detente.ensemble.runner import Plan
    from detente.ensemble.verification import Verification
    from detente.findings.findings import Findings
    from detente.scenario.model import Scenario

#: draws of a run unless told otherwise
DRAWS = 64
#: the most draws of a run that is to end by itself, unless told otherwise
MOST_DRAWS = 4096
#: draws of a run that are computed anew to verify it, unless told otherwise
SAMPLE = 16


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
    workers: int | str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Ensemble:
    """Ask every claim of every draw: so many draws, or :class:`Until` they are enough.

    With a folder the run is kept there and resumes after an interruption. ``workers`` is how many threads of this
    machine compute (one per processor unless told otherwise), or the address of a Dask scheduler whose workers do, such
    as ``"tcp://10.0.0.1:8786"``.
    """
    from detente.ensemble.runner import Plan
    from detente.ensemble.study import lay_study

    study = lay_study(scenario, compile(scenario))
    goal = study.aim(draws.error) if isinstance(draws, Until) else None
    plan = Plan(seed, draws.most if isinstance(draws, Until) else draws, goal=goal)
    return put(study, plan, scenario, folder=folder, workers=workers, progress=progress)


def put(
    job: Job,
    plan: Plan,
    scenario: Scenario,
    *,
    folder: Path | None,
    workers: int | str | None,
    progress: Callable[[int, int], None] | None,
) -> Ensemble:
    """Put a job of the scenario to the draws of a plan, on threads of this machine or on the workers of a scheduler."""
    from detente.ensemble.runner import run as run_job

    if folder is not None:
        _refuse_sealed(folder, plan)
        progress = _keep_case(scenario, folder, progress)
    if isinstance(workers, str):
        from detente.ensemble.cluster import connect

        with connect(workers) as cluster:
            return run_job(job, plan, folder=folder, executor=cluster, progress=progress)
    return run_job(job, replace(plan, workers=workers), folder=folder, progress=progress)


def _refuse_sealed(folder: Path, plan: Plan) -> None:
    """Raises RunError when a run would change what a seal stands for; the very same run changes nothing."""
    from detente.findings.seal import read_seal

    sealed = read_seal(folder)
    if sealed is not None and (plan.goal is not None or plan.draws != sealed.statement["draws"]):
        raise RunError(
            f"{folder}: this run was sealed on {sealed.on} with {sealed.statement['draws']} draws and stays as it is. "
            "Use another folder: --out DIR."
        )


def _keep_case(
    scenario: Scenario, folder: Path, progress: Callable[[int, int], None] | None
) -> Callable[[int, int], None]:
    """Progress that puts the case beside the draws once the folder is ours, which is when it is first told."""
    from detente.ensemble.listing import CASE_COPY
    from detente.scenario.copies import copy_scenario

    kept = False

    def advance(done: int, draws: int) -> None:
        nonlocal kept
        if not kept:
            try:
                copy_scenario(scenario, folder / CASE_COPY)
            except OSError as error:
                raise RunError(f"{folder / CASE_COPY}: the case cannot be kept: {error.strerror}.") from None
            kept = True
        if progress is not None:
            progress(done, draws)

    return advance


def read_run(folder: Path) -> tuple[Scenario, Ensemble]:
    """The scenario and the draws of a finished run, every part verified.

    Raises RunError when a part is missing or damaged, the scenario is not the one that was run, or the run is one for
    variance-based indices.
    """
    from detente.ensemble.manifest import read_manifest

    if "groups" in read_manifest(folder).method:
        raise RunError(f"{folder}: this run is for variance-based indices. See them with: detente drivers {folder}")
    return read_any(folder)


def read_any(folder: Path) -> tuple[Scenario, Ensemble]:
    """The same for a run of either kind."""
    from detente.ensemble.store import load_run

    scenario, ensemble = read_case(folder), load_run(folder)
    if scenario.digest != ensemble.digest:
        from detente.ensemble.listing import CASE_COPY

        raise RunError(f"{folder / CASE_COPY}: this is not the case that was run. Put back the files as they were.")
    return scenario, ensemble


def read_case(folder: Path) -> Scenario:
    """The scenario beside the draws of a run. Raises RunError when there is none, ScenarioError like ``load``."""
    from detente.ensemble.listing import CASE_COPY
    from detente.ensemble.manifest import read_manifest

    read_manifest(folder)
    if not (folder / CASE_COPY).is_dir():
        raise RunError(f"{folder}: the case is not beside the draws. Run the same command again to put it there.")
    return load(folder / CASE_COPY)


def verify(
    folder: Path,
    *,
    draws: int | None = SAMPLE,
    seed: int = SEED,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Compute a sample of a run's draws anew, chosen by ``seed``, or with ``draws=None`` all, and compare.

    Bit for bit on the processor and with the versions that made them, elsewhere to 1e-9. Raises RunError when a part
    is damaged or missing or the case is not the one that was run.
    """
    from detente.ensemble.manifest import read_manifest
    from detente.ensemble.saltelli import lay_swaps
    from detente.ensemble.study import lay_study
    from detente.ensemble.verification import Sample
    from detente.ensemble.verification import verify as verify_draws

    scenario, method = read_case(folder), read_manifest(folder).method
    game = compile(scenario)
    job: Job = lay_study(scenario, game)
    if "groups" in method:
        job = lay_swaps(scenario, game, method["by"], set(method["questions"]))
    return verify_draws(job, folder, Sample(draws, seed), workers=workers, progress=progress)


def list_runs(folder: Path) -> tuple[Entry, ...]:
    """Every run in a folder, damaged ones among them. Raises RunError when the folder cannot be read."""
    from detente.ensemble.listing import list_runs as look

    return look(folder)


def assess(scenario: Scenario, ensemble: Ensemble) -> Findings:
    """Judge every claim against the ensemble."""
    from detente.findings.assessment import assess as judge

    return judge(scenario, compile(scenario), ensemble)


def gather(scenario: Scenario, ensemble: Ensemble, findings: Findings) -> dict[str, object]:
    """Everything the report shows, as one JSON document."""
    from detente.report.dossier import gather as gather_all
    from detente.report.page import gather_material

    return gather_all(gather_material(findings, scenario, compile(scenario), ensemble), name_case(scenario))


def keep_findings(folder: Path, document: Mapping[str, object]) -> Path:
    """Put such a document into the run's folder as ``findings.json``, in one step."""
    from detente.ensemble.predecessors import keep_findings as keep

    return keep(folder, document)


def render(scenario: Scenario, ensemble: Ensemble, findings: Findings) -> str:
    """The report: one self-contained HTML page."""
    from detente.report.page import render as render_page

    return render_page(findings, scenario, compile(scenario), ensemble)
