"""The terminal summary: golden for the small case, plain when piped, in colour on a terminal, deaf to control marks."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from detente.findings.assessment import assess
from detente.findings.figures import write_figure
from detente.findings.findings import Findings
from detente.report import text
from detente.report.opening import list_headlines
from detente.report.signs import spell
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


def write(findings: Findings, case: Scenario, width: int, encoding: str = "utf-8") -> list[str]:
    """The lines as a console of that width and encoding shows them."""
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    Console(file=out, width=width, color_system=None).print(summarise(findings, case))
    out.flush()
    return [line.rstrip() for line in raw.getvalue().decode(encoding).splitlines()]


def test_golden() -> None:
    shown = "\n".join(line.rstrip() for line in show(scenario()).splitlines()) + "\n"
    assert shown == GOLDEN.read_text(encoding="utf-8")


@cache
def find_many() -> tuple[Findings, Scenario]:
    """27 claims with a query."""
    case = scenario()
    many = replace(case, claims=tuple(replace(c, id=f"{c.id}-{k}") for k in range(3) for c in case.claims if c.query))
    run = ensemble()
    numbers = {f"{name}-{k}": column for name, column in run.numbers.items() for k in range(3)}
    return assess(many, game(), replace(run, numbers=run.numbers | numbers)), many


def test_one_screen_of_a_hundred_columns() -> None:
    findings, many = find_many()
    lines = write(findings, many, 100)
    assert len([c for c in many.claims if c.query]) == 27
    assert len(lines) <= 48
    assert max(len(line) for line in lines) <= 100


def test_it_opens_with_the_findings_of_the_page() -> None:
    """In the same words and order: the first three where claims are many, all of them where there is room."""
    for findings, case in (find_many(), (assess(scenario(), game(), ensemble()), scenario())):
        shown = " ".join(" ".join(line.split()) for line in write(findings, case, 100))
        sentences = [headline.sentence for headline in list_headlines(findings, case)]
        if len(findings.claims) > 20:
            sentences = sentences[:3]
        places = [shown.find(sentence) for sentence in sentences]
        assert len(places) >= 3
        assert min(places) >= 0
        assert places == sorted(places)


@pytest.mark.parametrize("width", [30, 40, 60, 80, 100, 140])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_no_width_and_no_encoding_cuts_a_number(width: int, encoding: str) -> None:
    """Whatever the screen: a word with its range, a figure with its error and interval, a verdict, each whole."""
    findings, many = find_many()
    lines = write(findings, many, width, encoding)
    longest = max(len(word) for line in lines for word in line.split())
    assert max(len(line) for line in lines) <= max(min(width, 100), longest + 20)
    shown = " ".join(" ".join(line.split()) for line in lines)
    shown.encode(encoding)
    asked = [claim for claim in findings.claims if claim.verdict != "unscorable"]
    parts = [text.write_verdict(claim) for claim in asked]
    parts += [text.write_word(claim) for claim in asked if claim.says]
    parts += [text.write_model(claim) for claim in asked if claim.spread and claim.kind != "comparison"]
    parts += [write_figure(claim.spread.mean, claim.spread.error) for claim in asked if claim.spread]
    for part in parts:
        assert spell(part, encoding) in shown, part


def test_no_line_ends_inside_a_figure() -> None:
    findings, many = find_many()
    for width in range(30, 101):
        for line, after in pairwise(write(findings, many, width)):
            assert not (line.rstrip()[-1:].isdigit() and after.lstrip().startswith("%")), (width, line)
            assert not after.lstrip().startswith("±") or after.lstrip().startswith("± is"), (width, line)


def test_text_of_any_script_stays_in_its_column() -> None:
    """Wide letters count two columns."""
    case = scenario()
    wide = replace(case, claims=tuple(replace(claim, text="서울이 확성기를 끈다 " * 9) for claim in case.claims))
    findings = assess(wide, game(), ensemble())
    lines = write(findings, wide, 100)
    (head,) = (line for line in lines if "word (range)" in line)
    for claim in findings.claims:
        if claim.band is not None:
            (line,) = (line for line in lines if line[2:].startswith(f"{claim.id} "))
            assert cell_len(line[: line.index(text.write_word(claim))]) == head.index("word (range)")


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
