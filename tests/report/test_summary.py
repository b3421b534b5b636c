"""The terminal summary: golden for the small case, plain when piped, in colour on a terminal, deaf to control marks."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from detente.findings.assessment import assess
from detente.report.summary import summarise
from detente.report.text import write_model
from detente.scenario.model import Scenario
from detente.scenario.queries import Expectation, Query
from findings.mock_korea import ensemble, game, scenario

GOLDEN = Path(__file__).parent / "summary.txt"


def show(case: Scenario, *, terminal: bool = False, width: int = 100) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, color_system="standard" if terminal else None)
    console.print(summarise(assess(case, game(), ensemble()), case))
    return out.getvalue()


def test_golden() -> None:
    shown = "\n".join(line.rstrip() for line in show(scenario()).splitlines()) + "\n"
    assert shown == GOLDEN.read_text(encoding="utf-8")


def test_one_screen_of_a_hundred_columns() -> None:
    case = scenario()
    many = replace(case, claims=tuple(replace(c, id=f"{c.id}-{k}") for k in range(3) for c in case.claims if c.query))
    run = ensemble()
    numbers = {f"{name}-{k}": column for name, column in run.numbers.items() for k in range(3)}
    findings = assess(many, game(), replace(run, numbers=run.numbers | numbers))
    out = io.StringIO()
    Console(file=out, width=100).print(summarise(findings, many))
    lines = out.getvalue().splitlines()
    assert len([c for c in many.claims if c.query]) == 27
    assert len(lines) <= 55
    assert max(len(line) for line in lines) <= 100


def test_colour_only_on_a_terminal() -> None:
    assert "\x1b" not in show(scenario())
    assert "\x1b[" in show(scenario(), terminal=True)


@pytest.mark.parametrize("mark", ["\x1b[31m", "\x9b31m", "\u202e", "\x07"])
def test_control_marks_do_not_reach_the_terminal(mark: str) -> None:
    case = scenario()
    claims = tuple(replace(c, text=f"a{mark}b", says=c.says and f"{c.says}{mark}") for c in case.claims)
    shown = show(replace(case, title=f"a{mark}b", cautions=(f"a{mark}b",), claims=claims))
    assert mark[0] not in shown
    assert "a\ufffd" in shown


def test_a_narrow_terminal_loses_no_line_to_an_error() -> None:
    assert "What Washington offers" in show(scenario(), width=60)


def test_a_case_without_claims_has_no_table() -> None:
    shown = show(replace(scenario(), claims=()))
    assert "The case makes no claims." in shown
    assert "word (range)" not in shown


def test_a_long_figure_wraps_uncut() -> None:
    case = scenario()
    (bare,) = (claim for claim in case.claims if claim.id == "bare")
    average = Expectation("us", "actor", None)
    case = replace(case, claims=(replace(bare, query=Query(average, "E(us)")),))
    findings = assess(case, game(), ensemble())
    out = io.StringIO()
    Console(file=out, width=100).print(summarise(findings, case))
    written = write_model(findings.claim("bare"))
    assert len(written) > 20
    assert all(part in out.getvalue() for part in written.split())
