"""The findings on one terminal screen of 100 columns: what stands out, every claim, where it settles, the caution."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING

from detente.findings.findings import ClaimFinding, Findings, Verdict
from detente.report import settling, text, verdicts
from detente.report.counsel import summarise_advice
from detente.report.inputs import name_inputs
from detente.report.learning import summarise_evidence
from detente.scenario.model import Scenario

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

#: columns it is laid out for
WIDTH = 100
#: claims in the table above which fewer headlines leave room for them
MANY = 15

_STYLES: Mapping[Verdict, str] = {
    "supported": "green",
    "holds": "green",
    "higher": "yellow",
    "lower": "yellow",
    "understated": "yellow",
    "fails": "red",
    "excluded": "red",
    "contested": "magenta",
    "assumed": "cyan",
}


def summarise(findings: Findings, scenario: Scenario) -> Group:
    """A rich renderable: in colour on a terminal, plain text when piped or printed to a console without colour."""
    from rich.console import Group

    asked = [claim for claim in findings.claims if claim.verdict != "unscorable"]
    parts: list[RenderableType] = [*_head(findings), _space()]
    parts += [_headline(findings.claim(name), scenario) for name in findings.headlines[: 3 if len(asked) > MANY else 5]]
    if asked:
        parts += [_space(), _claims_table(asked)]
    waiting = sum(claim.query is None and not claim.unscorable for claim in scenario.claims)
    left = len(findings.claims) - len(asked) - waiting
    if waiting:
        parts.append(_line(f"{waiting} more not asked yet: their 'about:' is empty.", "dim"))
    if left:
        parts.append(_line(f"No query can stand for {left} more; the report lists each with its reason.", "dim"))
    words = verdicts.state_wording(findings.wording)
    if words:
        parts.append(_line(words, "dim"))
    if any(claim.from_argument is False for claim in asked):
        parts.append(_line("= marks a verdict that the coin toss (no preferences) earns too, within 5 points.", "dim"))
    precision = text.state_precision(findings)
    if precision:
        parts.append(_line(f"± is one standard error. {precision}", "dim"))
    parts += [_space(), *(_line(sentence) for sentence in settling.state_stable(findings, scenario))]
    parts += [_line(summarise_advice(advice, scenario)) for advice in findings.advice]
    if findings.evidence is not None and findings.evidence.state != "no evidence":
        parts.append(_line(summarise_evidence(findings.evidence, scenario)))
    parts.append(_space())
    parts += [_line(caution, "italic") for caution in (*scenario.cautions, text.BRIEF_CAUTION)]
    return Group(*parts)


def _line(words: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(text.plain(words), style=style)


def _space() -> Text:
    return _line("")


def _head(findings: Findings) -> list[RenderableType]:
    span = f"{findings.as_of.isoformat()} to {findings.horizon.isoformat()}"
    facts = (
        f"{span} · {text.write_count(findings.draws, 'draw')} · seed {findings.seed} · {text.state_coverage(findings)}"
    )
    return [_line(findings.title, "bold"), _line(facts, "dim")]


def _headline(claim: ClaimFinding, scenario: Scenario) -> Text:
    names = name_inputs(scenario)
    line = _line("")
    line.append(
        f"{text.MARKS[claim.verdict]} {text.write_verdict(claim)}", style=f"bold {_STYLES.get(claim.verdict, '')}"
    )
    line.append(f"  {text.plain(claim.text, text.LONGEST_NAME)}\n", style="bold")
    said = f"{text.write_word(claim)}; the model " if claim.says else "The model "
    model = "True " if claim.kind == "comparison" else said
    body = text.plain(f"{model}{text.write_model(claim)}. {text.state_flip(claim, names)}")
    line.append(fill(body, WIDTH, initial_indent="  ", subsequent_indent="  "))
    return line


def _claims_table(claims: list[ClaimFinding]) -> Table:
    from rich.table import Table

    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("claim", width=15, no_wrap=True)
    # A word that is cut would stand without its range, a figure without its interval.
    table.add_column("word (range)", width=24)
    table.add_column("model ±error (5-95 %)", width=22)
    table.add_column("verdict", width=24, no_wrap=True)
    table.add_column("coin toss", width=11, no_wrap=True, justify="right")
    for claim in claims:
        mark = _line(f"{text.MARKS[claim.verdict]} {text.write_verdict(claim)}", _STYLES.get(claim.verdict, ""))
        coin = "" if claim.baseline is None else text.write_baseline(claim)
        if claim.from_argument is False:
            coin = f"= {coin}"
        cells = (text.write_word(claim), text.write_model(claim), coin)
        word, model, coin = (text.plain(cell, text.LONGEST_NAME) for cell in cells)
        table.add_row(_line(f"{claim.id} {claim.text}"), _line(word), _line(model), mark, _line(coin))
    return table
