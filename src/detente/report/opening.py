"""What a report opens with: the few findings that matter most, each a paragraph that can be quoted with its footnote.

The claims that matter most are the findings' own (:func:`detente.findings.claims.choose_headlines`). At most three of
them open a report: the first two lead, then come one finding of each other kind that has something to tell (what could
be done; what the evidence says, or else where it settles), then the third claim; where other kinds have nothing to
tell, further claims take their places. Evidence that leaves too few draws opens nothing, and evidence that the model
cannot have produced comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.findings.figures import write_figure, write_interval
from detente.findings.findings import ClaimFinding, Findings, Verdict, plain_data
from detente.report import text
from detente.report.inputs import name_inputs
from detente.report.leads import LONGEST_QUOTE, Kind, list_leads, quote
from detente.report.text import LONGEST_NAME, plain
from detente.scenario.model import Scenario

#: findings a report opens with, and how many claims among them when other kinds have something to tell
MOST, CLAIMS = 5, 3
#: what a reader may want next, by the section that has it
WAYS: Mapping[str, str] = {
    "brief": "Read the brief with the model beside it",
    "claims": "Check the claims one by one",
    "terms": "See on what terms",
    "policies": "Choose what to do",
    "forecasts": "See what happens when",
    "drivers": "See what it hangs on",
    "assumptions": "Question what is assumed",
    "method": "Make it again",
}


@dataclass(frozen=True, slots=True)
class Headline:
    """One finding as a paragraph: every part is whole sentences, or empty where there is nothing to say."""

    kind: Kind
    #: of the claim; otherwise the kind
    id: str
    #: the finding itself, which can be quoted alone
    sentence: str
    #: how sure it is
    sure: str
    #: the one assumption that flips it, or why none is named
    flip: str
    #: what it has beyond the coin toss
    coin: str
    #: the anchor of the page that tells more
    anchor: str
    #: query, draws, seed, digest, version and date
    footnote: str

    @property
    def paragraph(self) -> str:
        """The finding with everything that has to stand beside it."""
        return " ".join(part for part in (self.sentence, self.sure, self.flip, self.coin) if part)

    def __str__(self) -> str:
        return f"{self.paragraph}\n\n{self.footnote}"

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer


def list_headlines(findings: Findings, scenario: Scenario) -> tuple[Headline, ...]:
    """The findings that matter most, in order; at most five."""
    names = name_inputs(scenario)
    claims = [tell_claim(findings.claim(name), findings, names) for name in findings.headlines]
    note = write_footnote(findings)
    others = [
        Headline(lead.kind, lead.kind, lead.sentence, lead.sure, lead.flip, "", lead.kind, note)
        for lead in list_leads(findings, scenario, names)
    ]
    broken = findings.evidence is not None and findings.evidence.state == "impossible"
    lead = [other for other in others if broken and other.kind == "evidence"]
    rest = [other for other in others if other not in lead]
    kept = max(CLAIMS, MOST - len(others))
    return (*lead, *claims[:2], *rest, *claims[2:kept])[:MOST]


def state_question(scenario: Scenario) -> str:
    """What the report answers: the file's own question, or what its dates ask."""
    if scenario.question:
        return plain(scenario.question)
    start, end = (text.write_date(day) for day in (scenario.as_of, scenario.horizon))
    return f"What is to be expected from {start} to {end}?"


def list_ways(sections: Sequence[str]) -> list[tuple[str, str]]:
    """Where to go from the first screen: anchors of sections the page has, each with what it is for."""
    return [(section, purpose) for section, purpose in WAYS.items() if section in sections]


def tell_claim(claim: ClaimFinding, findings: Findings, names: Mapping[str, str]) -> Headline:
    """What the model says of a claim, as a paragraph; ``names`` has words for input ids."""
    place = [other.id for other in findings.claims].index(claim.id)
    return Headline(
        kind="claim",
        id=claim.id,
        sentence=_tell_verdict(claim),
        sure=_tell_confidence(claim),
        flip=_tell_flip(claim, names),
        coin=text.state_coin_toss(claim),
        anchor=f"claim-{place}",
        footnote=write_footnote(findings, claim.about),
    )


def write_footnote(findings: Findings, query: str = "") -> str:
    """What a quoted finding must not be parted from: how it was asked and made, and what P is."""
    asked = f"Asked as {plain(query, LONGEST_QUOTE)}. " if query else ""
    version = findings.made_by.get("detente", "")
    return (
        f"{asked}Case “{plain(findings.title, LONGEST_NAME)}” as of {text.write_date(findings.as_of)}; "
        f"{text.write_count(findings.draws, 'draw')}, seed {findings.seed}, scenario {findings.digest[:12]}, "
        f"Détente {plain(str(version), LONGEST_NAME)}. ± is one standard error. {text.BRIEF_CAUTION}"
    )


def state_addition(findings: Findings) -> str:
    """What the model adds over the coin toss, over all claims, in one sentence; empty where there is no coin toss."""
    judged = [claim for claim in findings.claims if claim.from_argument is not None and claim.verdict != "no word"]
    alike = sum(claim.from_argument is False for claim in judged)
    if not judged:
        return ""
    told = f"A coin toss (all preferences switched off) can be held against {text.write_count(len(judged), 'verdict')}"
    if not alike:
        return f"{told} and earns none of them."
    return (
        f"{told} and earns {alike} of them too, within 5 points: "
        f"{'that one is' if alike == 1 else 'those are'} not from the argument."
    )


#: what a claim is called, by verdict: on a probability with its word, and on what is true or false in a draw
_PROBABILITIES: Mapping[Verdict, str] = {
    "supported": "{claim} is about as likely as the brief says: {figure}, within the range of its {word}",
    "higher": "{claim} is likelier than the brief says: {figure}, above the range of its {word}",
    "lower": "{claim} is less likely than the brief says: {figure}, below the range of its {word}",
    "excluded": "{claim} is all but excluded, where the brief has {word}: {figure}",
    "understated": "{claim} is likelier than the brief's {word} lets one think: {figure}",
    "open": "{claim} is left open by the model, as by the brief's {word}: {figure}",
}
_COMPARISONS: Mapping[Verdict, str] = {
    "holds": "{claim} holds in the model: {figure}",
    "fails": "{claim} does not hold in the model: {figure}",
    "contested": "{claim} is contested in the model: {figure}",
}
#: what is said where no figure is held against anything
_SILENT: Mapping[Verdict, str] = {
    "assumed": "{claim} is assumed, not derived: it follows from how the model was written, not from what anybody does",
    "void": "{claim} cannot be judged: what it depends on never happens in the model, or next to never",
    "unanswered": "{claim} has no answer in this run",
    "unscorable": "{claim} is not held against the model: no query stands for it",
}


def _tell_verdict(claim: ClaimFinding) -> str:
    """The claim and what the model makes of it, in one sentence around the claim's own words."""
    spread, quoted = claim.spread, quote(claim.text or claim.id)
    if spread is None or claim.verdict in _SILENT:
        return f"{_SILENT[claim.verdict].format(claim=quoted)}."
    if claim.kind == "comparison":
        figure = text.state_result(claim).removesuffix(".")
        return f"{_COMPARISONS[claim.verdict].format(claim=quoted, figure=figure[:1].lower() + figure[1:])}."
    figure = write_figure(spread.mean, spread.error, claim.kind)
    figure += f" ({write_interval(spread, claim.kind)} over draws)"
    if claim.condition is not None:
        figure += " once what it depends on has happened"
    template = _PROBABILITIES.get(claim.verdict)
    if template is not None:
        return f"{template.format(claim=quoted, figure=figure, word=_quote_word(claim))}."
    if claim.kind == "number":
        return f"{quoted} comes to {figure} in the model, in units of its own."
    return f"{quoted} comes to {figure} in the model; the brief has no word with a number for it."


def _quote_word(claim: ClaimFinding) -> str:
    """``“will likely” (55-80 %)``."""
    said = plain(claim.says or "", LONGEST_NAME)
    return f"“{said}”{text.write_word(claim).removeprefix(said)}"


def _tell_confidence(claim: ClaimFinding) -> str:
    """How sure a verdict is within the stated ranges, for a reader who has not met the words."""
    told = text.state_confidence(claim)
    if not told:
        return ""
    if claim.robust is True:
        return f"{told} It hardly hangs on which values in our ranges are true."
    if claim.robust is False:
        return f"{told} It hangs on which values in our ranges are true."
    return told


def _tell_flip(claim: ClaimFinding, names: Mapping[str, str]) -> str:
    """The one assumption that flips a verdict; where none is named why, and what moves the figure most."""
    told = text.state_flip(claim, names)
    if not told or claim.flip is not None or claim.no_flip != "nothing stands out" or not claim.drivers:
        return told
    first = claim.drivers[0].input
    return f"{told.removesuffix('.')}; what moves it most is {names.get(first, first)}."
