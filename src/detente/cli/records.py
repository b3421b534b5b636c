"""Commands about how forecasts come out: record, seal."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from detente import api
from detente.cli import screen
from detente.cli.options import Json, RunOrCase
from detente.cli.runs import find_findings
from detente.errors import Issue, QueryError


def record(run_or_case: RunOrCase, /, *, as_json: Json = False) -> None:
    """Show how the claims came out, and score their words and the model's probabilities against it.

    Example: detente record korea-2024
    """
    scenario, _, findings = find_findings(run_or_case)
    found = findings.record
    if as_json:
        from detente.findings.findings import plain_data

        keys = ("title", "as_of", "horizon", "digest", "seed", "draws")
        document = {key: plain_data(getattr(findings, key)) for key in keys}
        screen.show_case_json(scenario, document | {"record": plain_data(found), "cautions": list(scenario.cautions)})
        return
    from detente.report import scoreboard
    from detente.report.text import state_coverage

    told = (state_coverage(findings), scoreboard.state_outcomes(found), scoreboard.state_hits(found))
    screen.show(scenario.title, *(line for text in told if text for line in screen.fold(text)), "")
    for label, score in scoreboard.list_scores(found):
        screen.show(f"{label[0].upper()}{label[1:]}: {score.claims} came out, {score.yes} yes")
        screen.show_table(*scoreboard.tabulate_score(score))
        screen.show("")
    tables = [scoreboard.tabulate_scored(found), scoreboard.tabulate_intervals(found)]
    tables.append(scoreboard.tabulate_scales(found))
    if found.calibration is not None:
        tables.append(scoreboard.tabulate_calibration(found.calibration))
    for heads, rows in tables if found.scored else []:
        if rows:
            screen.show_table(heads, rows)
            screen.show("")
    notes = (scoreboard.state_calibration(found), *scoreboard.state_method(found), *scenario.cautions)
    screen.show(*(line for text in notes for line in screen.fold(text)))


def seal(
    run: Annotated[Path, Parameter(help="A run's folder.")],
    /,
    *,
    on: Annotated[
        str, Parameter(help="The day of the seal, not one to come [default: today, UTC].", show_default=False)
    ] = "",
    as_json: Json = False,
) -> None:
    """Seal a run's forecasts: a dated statement with one hash over the case, the draws and every figure.

    Example: detente seal runs/korea
    """
    made = api.seal(run, on=_read_day(on))
    if as_json:
        screen.show_json(made.to_dict())
        return
    told = made.statement
    screen.show(
        f"{told['title']}, {told['draws']} draws, seed {told['seed']}, scenario {told['scenario'][:12]}",
        *str(made).splitlines(),
        "",
        made.line,
        "",
        *screen.fold(
            "Publish the line where somebody else keeps its date. Whoever has the folder checks it with: "
            f"detente verify {run}"
        ),
    )


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        issue = Issue("--on", 0, 0, "", f"'{text[:40]}' is no day.", "Write a date such as 2025-07-20.")
        raise QueryError([issue]) from None
