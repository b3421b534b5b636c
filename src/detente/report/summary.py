"""The findings on one terminal screen of 100 columns: what stands out, every claim, where it settles, the caution.

Nothing that carries a number is ever cut: of a claim only its text is, to what its figures leave of the line. Where
they leave too little, they stand below it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.findings.developments import Developments
from detente.findings.figures import write_figure
from detente.findings.findings import ClaimFinding, Findings, Verdict
from detente.report import settling, text, verdicts
from detente.report.counsel import summarise_advice
from detente.report.learning import summarise_evidence
from detente.report.news import state_developments
from detente.report.opening import Headline, list_headlines, state_question
from detente.report.sheet import Line, Row, Sheet
from detente.report.terms import summarise_terms
from detente.scenario.model import Scenario

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions
    from rich.text import Text

#: columns it is laid out for; of a wider terminal no more are used
WIDTH = 100
#: with more claims than this only the first few findings leave room for them
MANY, FEW = 15, 3
#: lines that a finding with what flips it may take, and that what changed since an earlier run may take
LINES = 3
#: of what changed, how much is told one by one: the most that fits
NEWS = (3, 2, 1, 0)
#: heads of the two tables of claims
FIGURES = ("word (range)", "model ±error (5-95 %)", "verdict")
SHARES = ("true in", "verdict")

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


@dataclass(frozen=True)
class Summary:
    """The findings for a terminal: rich draws it in colour, or as plain text, as wide as the console is."""

    findings: Findings
    scenario: Scenario

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        from rich.text import Text

        for line in self.lay_out(min(options.max_width, WIDTH), console.encoding):
            drawn = Text(no_wrap=True, overflow="ignore")
            for words, style in line:
                drawn.append(words, style)
            drawn.rstrip()
            yield drawn

    def lay_out(self, width: int, encoding: str = "utf-8") -> list[Line]:
        """Its lines, none wider than ``width`` unless a single word or figure is, in signs that ``encoding`` has."""
        sheet = Sheet(width, encoding)
        findings, scenario = self.findings, self.scenario
        sheet.tell(findings.title, "bold")
        if scenario.question:
            sheet.tell(state_question(scenario))
        sheet.tell(_write_facts(findings), "dim")
        if findings.developments is not None:
            _tell_news(sheet, findings.developments)
        sheet.leave()
        asked = [claim for claim in findings.claims if claim.verdict != "unscorable"]
        headlines = list_headlines(findings, scenario)[: FEW if len(asked) > MANY else None]
        for headline in headlines:
            _lead(sheet, headline, findings)
        sheet.leave()
        sheet.list_rows(FIGURES, [_measure(claim) for claim in asked if claim.kind != "comparison"])
        sheet.list_rows(SHARES, [_count(claim) for claim in asked if claim.kind == "comparison"], beside=2)
        sheet.tell(" ".join(_list_notes(findings, scenario, asked)), "dim")
        if len(asked) <= MANY:
            sheet.leave()
        told: set[str] = {headline.kind for headline in headlines}
        for sentence in _list_rest(findings, scenario, told):
            sheet.tell(sentence)
        sheet.tell(" ".join((*scenario.cautions, text.BRIEF_CAUTION)), "italic")
        return sheet.lines


def summarise(findings: Findings, scenario: Scenario) -> Summary:
    """The findings for a terminal."""
    return Summary(findings, scenario)


def _write_facts(findings: Findings) -> str:
    record = findings.record
    asked = (
        f"{record.queried} of {text.write_count(record.claims, 'claim')} asked, {record.worded} with a scorable word"
    )
    parts = (
        f"{findings.as_of.isoformat()} to {findings.horizon.isoformat()}",
        text.write_count(findings.draws, "draw"),
        f"seed {findings.seed}",
        asked if record.claims else "The case makes no claims.",
    )
    return " · ".join(parts)


def _tell_news(sheet: Sheet, found: Developments) -> None:
    """What changed since an earlier run, with as much by name as fits."""
    for most in NEWS:
        lines = sheet.fold(" ".join(state_developments(found, most)))
        if len(lines) <= LINES:
            break
    sheet.lines += [[(line, "")] for line in lines]


def _lead(sheet: Sheet, headline: Headline, findings: Findings) -> None:
    """A finding behind its mark: the sentence, and what flips it where both are short."""
    verdict = findings.claim(headline.id).verdict if headline.kind == "claim" else None
    mark = sheet.write("•" if verdict is None else text.MARKS[verdict])
    lines = sheet.fold(f"{headline.sentence} {headline.flip}", f"{mark} ", "  ")
    if len(lines) > LINES:
        lines = sheet.fold(headline.sentence, f"{mark} ", "  ")
    style = "" if verdict is None else _STYLES.get(verdict, "")
    sheet.lines.append([(mark, f"bold {style}"), (lines[0][len(mark) :], "")])
    sheet.lines += [[(line, "")] for line in lines[1:]]


def _measure(claim: ClaimFinding) -> Row:
    """A claim with a word or a figure, under ``FIGURES``."""
    return _lay(claim, text.write_word(claim), text.write_model(claim))


def _count(claim: ClaimFinding) -> Row:
    """A claim that is true or false in a draw, under ``SHARES``."""
    return _lay(claim, "-" if claim.spread is None else write_figure(claim.spread.mean, claim.spread.error))


def _lay(claim: ClaimFinding, *cells: str) -> Row:
    alike = " =" if claim.from_argument is False else ""
    name = f"{text.MARKS[claim.verdict]} {claim.id} {claim.text}"
    return Row(name, (*cells, f"{text.write_verdict(claim)}{alike}"), _STYLES.get(claim.verdict, ""))


def _list_notes(findings: Findings, scenario: Scenario, asked: Sequence[ClaimFinding]) -> Iterator[str]:
    """How to read the claims, and which are not among them."""
    if any(claim.from_argument is False for claim in asked):
        yield "= a coin toss (no preferences) earns it too."
    precision = text.state_precision(findings)
    if precision:
        yield f"± is one standard error. {precision}"
    words = verdicts.state_wording(findings.wording)
    if words:
        yield words
    waiting = sum(claim.query is None and not claim.unscorable for claim in scenario.claims)
    left = len(findings.claims) - len(asked) - waiting
    if waiting:
        yield f"{waiting} more not asked yet: their 'about:' is empty."
    if left:
        yield f"{left} more have no query: the report says why."


def _list_rest(findings: Findings, scenario: Scenario, told: Collection[str]) -> Iterator[str]:
    """Where it settles, what could be done, what the evidence says: a line each, unless a finding above says it."""
    if "settling" not in told:
        yield from settling.summarise_settling(findings, scenario)
    if findings.terms is not None and "terms" not in told:
        yield from summarise_terms(findings.terms)
    yield from (summarise_advice(advice, scenario) for advice in findings.advice["policies" in told :])
    if findings.evidence is not None and findings.evidence.state != "no evidence" and "evidence" not in told:
        yield summarise_evidence(findings.evidence, scenario)
