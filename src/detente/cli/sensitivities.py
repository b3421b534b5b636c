"""The command that tells what moves the claims: drivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from detente import api
from detente.cli import screen
from detente.cli.options import MANIFEST, Claims, Json, Machine, Out, RunOrCase, Seed
from detente.cli.runs import default_folder, find_findings, refuse_unknown
from detente.errors import Issue, QueryError

if TYPE_CHECKING:
    from detente.findings.findings import ClaimFinding, Findings
    from detente.findings.sensitivity import Sensitivities, Sensitivity
    from detente.findings.sobol import SobolFindings
    from detente.scenario.model import Scenario

SobolRows = Annotated[
    int | None,
    Parameter(
        name="--sobol",
        help="Take the variance of each claim apart with so many rows of swapped draws.",
        validator=Number(gte=2, lte=2**30),
    ),
]
SwapBy = Annotated[
    Literal["input", "actor"] | None,
    Parameter(name="--by", help="With --sobol, what is swapped [default: input up to 30].", show_default=False),
]


@Parameter(name="*")
@dataclass(frozen=True)
class Swapping:
    """Variance-based indices."""

    sobol: SobolRows = None
    by: SwapBy = None
    seed: Seed = api.SEED


def drivers(
    run_or_case: RunOrCase,
    /,
    *,
    claim: Claims = None,
    swapping: Swapping | None = None,
    out: Out = None,
    machine: Machine | None = None,
    as_json: Json = False,
) -> None:
    """Show which inputs move each claim more than chance would, and the rule that overturns its verdict.

    With --claim every input that stands out has a line of its own. With --sobol the case is drawn anew.

    Example: detente drivers korea-2024 --claim c09
    """
    swapping = swapping or Swapping()
    if swapping.sobol is not None or _holds_swaps(Path(run_or_case)):
        found = _take_apart(run_or_case, swapping, out, machine or Machine(), claim)
        if as_json:
            screen.show_json(found.to_dict())
        else:
            _tell_shares(found)
        return
    _refuse_alone(swapping, out)
    scenario, ensemble, findings = find_findings(run_or_case, claim)
    ranked = api.rank_inputs(scenario, ensemble, findings, claims=claim)
    if as_json:
        screen.show_case_json(scenario, _write_document(findings, ranked))
        return
    from detente.report.inputs import name_inputs

    names = name_inputs(scenario)
    for finding in findings.claims:
        sensitivity = ranked.claim(finding.id)
        if sensitivity is not None:
            screen.show(*_tell(finding, sensitivity, names, full=bool(claim)), "")


def _refuse_alone(swapping: Swapping, out: Path | None) -> None:
    """Raises QueryError for options that say nothing without --sobol."""
    given = [("--by", swapping.by is not None), ("--seed", swapping.seed != api.SEED), ("--out", out is not None)]
    wrong = "It is about the rows of swapped draws, and none are asked for."
    issues = [Issue(name, 0, 0, "", wrong, "Say how many with --sobol.") for name, there in given if there]
    if issues:
        raise QueryError(issues)


def _tell(finding: ClaimFinding, sensitivity: Sensitivity, names: Mapping[str, str], *, full: bool) -> list[str]:
    from detente.report import text
    from detente.report.influences import state_interaction, state_strongest

    sentences = [text.state_driver(driver, finding, names) for driver in finding.drivers]
    sentences = sentences or ["No single input moves it more than chance would."]
    sentences += [state_interaction(item, sensitivity, names) for item in sensitivity.interactions]
    sentences += [flip] if (flip := text.state_flip(finding, names)) else []
    lines = [f"{finding.id}: {text.write_verdict(finding)}"]
    lines += [line for sentence in sentences for line in screen.fold(sentence)]
    if not full:
        return [*lines, *screen.fold(state_strongest(sensitivity))]
    return [*lines, "", *str(sensitivity).splitlines()]


def _write_document(findings: Findings, ranked: Sensitivities) -> dict[str, object]:
    from detente.findings.findings import plain_data

    keys = ("id", "verdict", "drivers", "flip", "no_flip")
    told = []
    for finding in findings.claims:
        sensitivity = ranked.claim(finding.id)
        row = {key: plain_data(getattr(finding, key)) for key in keys}
        told.append(row | {"sensitivity": None if sensitivity is None else plain_data(sensitivity)})
    whole = ranked.to_dict()
    return {key: whole[key] for key in ("digest", "seed", "draws", "method")} | {"claims": told}


def _holds_swaps(folder: Path) -> bool:
    if not (folder / MANIFEST).is_file():
        return False
    from detente.ensemble.manifest import read_manifest

    return "groups" in read_manifest(folder).method


def _take_apart(
    run_or_case: str, swapping: Swapping, out: Path | None, machine: Machine, wanted: list[str] | None
) -> SobolFindings:
    """The indices from a folder of swaps, or of a case whose swaps are drawn."""
    if swapping.sobol is None:
        scenario, found = api.read_swaps(Path(run_or_case))
        refuse_unknown(wanted or [], [claim.id for claim in scenario.claims])
    else:
        folder = Path(run_or_case)
        scenario = api.read_case(folder) if (folder / MANIFEST).is_file() else api.load(run_or_case)
        refuse_unknown(wanted or [], [claim.id for claim in scenario.claims])
        asked = tuple(dict.fromkeys(wanted)) if wanted else None
        found = _draw(scenario, api.Rows(swapping.sobol, swapping.by, swapping.seed, asked), out, machine)
    return replace(found, claims=tuple(item for item in found.claims if not wanted or item.claim in wanted))


def _draw(scenario: Scenario, rows: api.Rows, out: Path | None, machine: Machine) -> SobolFindings:
    from detente.report.text import write_count

    api.measure(scenario, memory=machine.bytes, workers=machine.threads)
    swaps = api.lay_swaps(scenario, rows.by, rows.claims)
    plain = default_folder(scenario, rows.seed)
    about = "-".join(["sobol", str(swaps.method["by"]), *sorted(rows.claims or ())])
    folder = out or plain.with_name(f"{plain.name}-{about}")
    screen.note(
        f"{scenario.title}: {write_count(rows.number, 'row')}, seed {rows.seed}, each solved {swaps.solved} times "
        f"({write_count(len(swaps.groups), 'group')}): {rows.number * swaps.solved:,} draws, kept in {folder}"
    )
    workers = machine.threads if machine.cluster is None else machine.cluster
    try:
        with screen.follow("rows") as progress:
            return api.decompose(scenario, rows, folder=folder, workers=workers, progress=progress)
    except KeyboardInterrupt:
        screen.note(f"What is done is kept in {folder}; the same command goes on from there.")
        raise


def _tell_shares(found: SobolFindings) -> None:
    screen.show(f"Shares of the variance over {found.rows:,} rows, seed {found.seed}; inputs by {found.by}", "")
    for item in found.claims:
        screen.show(f"{item.claim}: {item.text}", *str(item).splitlines(), "")
