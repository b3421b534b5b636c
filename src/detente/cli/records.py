"""Commands about how forecasts come out: record, seal."""

from __future__ import annotations

from detente.cli import screen
from detente.cli.options import Json, RunOrCase
from detente.cli.runs import find_findings


def record(run_or_case: RunOrCase, /, *, as_json: Json = False) -> None:
    """Show how the claims came out, and score their words and the model's probabilities against it.

    Example: detente record korea-2024
    """
    scenario, findings = find_findings(run_or_case)
    found = findings.record
    if as_json:
        from detente.findings.findings import plain_data

        keys = ("title", "as_of", "horizon", "digest", "seed", "draws")
        screen.show_json({key: plain_data(getattr(findings, key)) for key in keys} | {"record": plain_data(found)})
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
