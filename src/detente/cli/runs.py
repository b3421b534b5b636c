"""Commands about runs: run, claims."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from detente import api
from detente.cli import screen
from detente.cli.doubts import Doubt, look_into
from detente.cli.files import write_file
from detente.cli.options import MANIFEST, Case, Claims, Drawing, Json, Machine, Out, RunOrCase, Since
from detente.errors import Issue, QueryError

if TYPE_CHECKING:
    from detente.ensemble.ensemble import Ensemble
    from detente.findings.findings import ClaimFinding, Findings
    from detente.scenario.model import Scenario

#: inside a run's folder
REPORT = "report.html"
#: what ``--since`` says when nothing is to be compared
NO_RUN = "none"


def run(
    case: Case,
    /,
    *,
    drawing: Drawing | None = None,
    out: Out = None,
    machine: Machine | None = None,
    since: Since = None,
    as_json: Json = False,
) -> None:
    """Test every claim of a case: draw the uncertain inputs, judge the claims, write the report.

    The same command goes on where it was stopped, and more draws extend a run.

    Example: detente run korea-2024 --draws 256
    """
    scenario = api.load(case)
    drawing = drawing or Drawing()
    folder = out or default_folder(scenario, drawing.seed)
    earlier = _read_since(since, folder)
    ensemble = _draw(scenario, folder, drawing, machine or Machine())
    findings = api.assess(scenario, ensemble)
    if since != NO_RUN:
        findings = replace(findings, developments=api.find_developments(scenario, ensemble, folder, earlier))
    report = folder / REPORT
    write_file(report, api.render(scenario, ensemble, findings))
    document = api.gather(scenario, ensemble, findings)
    api.keep_findings(folder, document)
    if as_json:
        screen.show_json(document | {"folder": str(folder), "report": str(report)})
        return
    from detente.report.summary import summarise

    screen.show(summarise(findings, scenario), f"Report: {report}")


def _read_since(since: str | None, folder: Path) -> Path | None:
    """The run that ``--since`` names, found readable before anything is drawn. Raises QueryError and RunError."""
    if since is None or since == NO_RUN:
        return None
    earlier = Path(since)
    if earlier.absolute() == folder.absolute():
        raise QueryError([Issue("--since", 0, 0, "", f"{since} is this very run.", "Name another, or leave it out.")])
    if not (earlier / MANIFEST).is_file():
        raise QueryError([Issue("--since", 0, 0, "", f"{since} is no run.", f"Name a run's folder, or '{NO_RUN}'.")])
    api.read_run(earlier)
    return earlier


def claims(
    run_or_case: RunOrCase, /, *, claim: Claims = None, doubt: Doubt | None = None, as_json: Json = False
) -> None:
    """Show the findings claim by claim: word and model, how sure, what drives it, what speaks against it.

    Example: detente claims korea-2024 --claim c09
    """
    scenario, ensemble, findings = find_findings(run_or_case, claim)
    doubts = look_into(doubt or Doubt(), scenario, ensemble, findings)
    if as_json:
        screen.show_case_json(scenario, findings.to_dict() | doubts.to_dict())
        return
    from detente.report.inputs import name_inputs

    names = name_inputs(scenario)
    for finding in findings.claims:
        more = [line for sentence in doubts.tell(finding, scenario) for line in screen.fold(sentence)]
        screen.show(*_tell(finding, names), *more, "")


def default_folder(scenario: Scenario, seed: int) -> Path:
    """``runs/korea-2024-3f2a90cd``: a changed scenario gets a folder of its own."""
    return Path("runs") / f"{api.name_case(scenario)}-{scenario.digest[:8]}{f'-seed{seed}' if seed else ''}"


def _draw(scenario: Scenario, folder: Path, drawing: Drawing, machine: Machine) -> Ensemble:
    """The ensemble, with its progress told and the case kept beside it."""
    from detente.report.text import write_count

    threads = machine.threads
    api.measure(scenario, memory=machine.bytes, workers=threads)
    workers = threads if machine.cluster is None else machine.cluster
    crew = write_count(workers, "worker") if isinstance(workers, int) else f"the cluster at {workers}"
    draws, seed = drawing.wanted, drawing.seed
    many = write_count(draws, "draw") if isinstance(draws, int) else _write_until(draws)
    plan = f"{many}, seed {seed}, {crew}"
    screen.note(f"{scenario.title}: {plan}, kept in {folder}")
    try:
        with screen.follow("draws") as progress:
            ensemble = api.run(scenario, draws=draws, seed=seed, folder=folder, workers=workers, progress=progress)
    except KeyboardInterrupt:
        screen.note(f"What is done is kept in {folder}; the same command goes on from there.")
        raise
    return ensemble


def _write_until(until: api.Until) -> str:
    return f"draws until every standard error is below {until.error:g} (at most {until.most:,})"


def find_findings(run_or_case: str, wanted: list[str] | None = None) -> tuple[Scenario, Ensemble, Findings]:
    """The findings, on the claims wanted if any are: of a finished run, or of a case's run with the defaults."""
    scenario = read_scenario(run_or_case)
    refuse_unknown(wanted or [], [claim.id for claim in scenario.claims])
    scenario, ensemble = find_draws(run_or_case, scenario)
    findings = api.assess(scenario, ensemble)
    chosen = tuple(findings.claim(name) for name in wanted) if wanted else findings.claims
    return scenario, ensemble, replace(findings, claims=chosen)


def read_scenario(run_or_case: str) -> Scenario:
    """The case of a run, or a case."""
    folder = Path(run_or_case)
    return api.read_case(folder) if (folder / MANIFEST).is_file() else api.load(run_or_case)


def find_draws(run_or_case: str, scenario: Scenario) -> tuple[Scenario, Ensemble]:
    """The draws of a finished run, or of the run of a case with the defaults, which is made when there is none."""
    folder = Path(run_or_case)
    given = (folder / MANIFEST).is_file()
    folder = folder if given else default_folder(scenario, api.SEED)
    if not (folder / MANIFEST).is_file():
        return scenario, _draw(scenario, folder, Drawing(), Machine())
    scenario, ensemble = api.read_run(folder)
    if not given:  # it may be any earlier run of the case, however short
        from detente.report.text import write_count

        screen.note(f"From the run in {folder}: {write_count(ensemble.draws, 'draw')}, seed {ensemble.seed}.")
    return scenario, ensemble


def refuse_unknown(wanted: list[str], known: list[str]) -> None:
    """Raises QueryError for every claim wanted that is not known."""
    from detente.scenario.slips import suggest

    issues = [
        Issue("--claim", 0, 0, "", f"There is no claim '{name}'.", suggest(name, known))
        for name in wanted
        if name not in known
    ]
    if issues:
        raise QueryError(issues)


def _tell(finding: ClaimFinding, names: dict[str, str]) -> list[str]:
    """A claim in a few lines, for people."""
    from detente.report import text, verdicts
    from detente.report.learning import state_posterior

    sentences = [
        verdicts.state_intervention(finding),
        text.state_result(finding),
        text.state_confidence(finding),
        text.state_coin_toss(finding),
        *(text.state_driver(driver, finding, names) for driver in finding.drivers),
        text.state_flip(finding, names),
        state_posterior(finding),
        verdicts.state_counterexample(finding, names),
        f"Outcome: {text.write_outcome(finding)}." if finding.outcome else "",
    ]
    return [
        f"{text.MARKS[finding.verdict]} {finding.id}: {text.write_verdict(finding)}",
        *screen.fold(f"“{finding.text}”"),
        *(line for sentence in sentences if sentence for line in screen.fold(sentence)),
    ]
