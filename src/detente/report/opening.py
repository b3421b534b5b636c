"""What a report opens with: the few findings that matter most, each a paragraph that can be quoted with its footnote.

The claims that matter most are the findings' own (:func:`detente.findings.claims.choose_headlines`). At most three of
them open a report: the first two lead, then come one finding of each other kind that has something to tell (what could
be done; what the evidence says, or else where it settles), then the third claim; where other kinds have nothing to
tell, further claims take their places. Evidence that leaves too few draws opens nothing, and evidence that the model
cannot have produced comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from detente.ensemble.alternatives import NONE
from detente.findings.advice import Advice, Judgement
from detente.findings.figures import write_figure, write_interval
from detente.findings.findings import ClaimFinding, Findings, Verdict, plain_data
from detente.findings.posteriors import Update
from detente.findings.settlements import Settlement
from detente.report import counsel, learning, settling, text
from detente.report.inputs import name_inputs
from detente.report.text import LONGEST_NAME, plain
from detente.scenario.model import Scenario

#: findings a report opens with, and how many claims among them when other kinds have something to tell
MOST, CLAIMS = 5, 3
#: longest claim or policy quoted in a sentence
LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Headline:
    """One finding as a paragraph: every part is whole sentences, or empty where there is nothing to say."""

    kind: Literal["claim", "policies", "evidence", "settling"]
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
    others = list(_tell_others(findings, scenario, names))
    broken = findings.evidence is not None and findings.evidence.state == "impossible"
    lead = [other for other in others if broken and other.kind == "evidence"]
    rest = [other for other in others if other not in lead]
    kept = max(CLAIMS, MOST - len(others))
    return (*lead, *claims[:2], *rest, *claims[2:kept])[:MOST]


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
    held = text.write_count(len(judged), "verdict")
    if not alike:
        return f"{held} can be held against a coin toss (nobody prefers anything): it earns none of them."
    return (
        f"{held} can be held against a coin toss (nobody prefers anything): it earns {alike} too, within 5 points, so "
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


def quote(words: str) -> str:
    """A text of the scenario inside a sentence: in quotation marks, with a capital and without its full stop."""
    told = plain(" ".join(words.split()), LONGEST_QUOTE).rstrip(".")
    return f"“{told[:1].upper()}{told[1:]}”"


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


def _tell_others(findings: Findings, scenario: Scenario, names: Mapping[str, str]) -> Iterator[Headline]:
    """One finding of each kind besides claims that has something to tell."""
    for advice in findings.advice[:1]:
        judgement = _choose_judgement(advice)
        if judgement is not None:
            yield _tell_advice(advice, judgement, findings, scenario, names)
    if findings.evidence is not None and findings.evidence.state in ("enough", "impossible"):
        yield _tell_evidence(findings.evidence, findings, scenario)
    elif findings.settlements:
        yield _tell_settling(findings, scenario)


def _choose_judgement(advice: Advice) -> Judgement | None:
    """The measure whose favourite is surest, or what the actor itself wants where no measure has a favourite."""
    told = [item for item in advice.judgements if item.favourite is not None]
    measures = [item for item in told if item.kind == "measure"]
    return max(measures or told, key=lambda item: item.standings[0].unbeaten, default=None)


def _tell_advice(
    advice: Advice, judgement: Judgement, findings: Findings, scenario: Scenario, names: Mapping[str, str]
) -> Headline:
    who, first = counsel.call_actors(advice.actors, scenario), judgement.standings[0]
    share = write_figure(first.unbeaten, first.unbeaten_error)
    by = f"by {counsel.call_judge(judgement, scenario)}"
    if first.name == NONE:
        sentence = f"Nothing that {who} could do is better {by} than holding nothing: unbeaten in {share} of the draws."
    else:
        gain = counsel.write_gain(first.gain.mean, first.gain.error)
        sentence = (
            f"Of what {who} could do, {_name_choice(advice, first.name)} does best {by}: {gain} over doing nothing, "
            f"unbeaten in {share} of the draws."
        )
    return Headline(
        kind="policies",
        id="policies",
        sentence=sentence,
        sure=_tell_robustness(advice, judgement, scenario),
        flip=_tell_upset(judgement, names),
        coin="",
        anchor="policies",
        footnote=write_footnote(findings),
    )


def _name_choice(advice: Advice, name: str) -> str:
    words = next((choice.text for choice in advice.choices if choice.name == name), "")
    return f"{quote(words)} ({counsel.call(name)})" if words else counsel.call(name)


def _tell_robustness(advice: Advice, judgement: Judgement, scenario: Scenario) -> str:
    """Whether the favourite is robust over the measures, and what those who would have to do it want."""
    told = []
    if judgement.kind == "measure" and judgement.favourite != NONE:
        robust = judgement.favourite in advice.robust
        told.append(
            "Robust: by no measure is it worse than doing nothing in more than one draw of five."
            if robust
            else "Not robust: by some measure it is worse than doing nothing too often, or another is better by all."
        )
    for item in advice.judgements:
        if item.kind == "actor" and item.favourite is not None and item.favourite != judgement.favourite:
            share = write_figure(item.standings[0].unbeaten, item.standings[0].unbeaten_error)
            told.append(
                f"By {counsel.call_judge(item, scenario)} it is {_name_choice(advice, item.favourite)} instead, "
                f"unbeaten in {share} of the draws."
            )
    return " ".join(told)


def _tell_upset(judgement: Judgement, names: Mapping[str, str]) -> str:
    if judgement.upset is None:
        return counsel.state_upset(judgement, names)
    rule = " and ".join(counsel.write_restriction(part, names) for part in judgement.upset.box.restrictions)
    return f"It loses more often, mostly to {counsel.call(judgement.upset.instead)}, when {rule}."


def _tell_evidence(update: Update, findings: Findings, scenario: Scenario) -> Headline:
    """What was observed since: the reading that it moves most, or that the model cannot have produced it."""
    actors = learning.name_actors(scenario)
    moved = max(update.readings, key=lambda share: abs(share.posterior - share.prior), default=None)
    sure = "" if update.state == "impossible" else " ".join(learning.state_evidence(update))
    if update.state == "impossible":
        sentence = (
            "The model as stated cannot have produced what was observed since: look at its rules and levers first."
        )
    elif moved is None:
        sentence = f"What was observed since is held against every draw: {update.effective:.1f} of them still count."
    else:
        before, after = (
            write_figure(*pair) for pair in ((moved.prior, moved.prior_error), (moved.posterior, moved.posterior_error))
        )
        verb = "speaks for" if moved.posterior > moved.prior else "speaks against"
        sentence = (
            f"What was observed since {verb} {learning.write_reading(moved, actors)}: its probability goes from "
            f"{before} to {after}."
        )
    return Headline("evidence", "evidence", sentence, sure, "", "", "evidence", write_footnote(findings))


def _tell_settling(findings: Findings, scenario: Scenario) -> Headline:
    """How firmly things stand as they are, by the narrowest and the widest concept, and what is stable more often."""
    first, last = findings.settlements[0], findings.settlements[-1]
    sentence = f"The status quo is stable for every actor in {_write_status_quo(first)}"
    if last is not first:
        sentence += f", and in {_write_status_quo(last)}"
    return Headline(
        kind="settling",
        id="settling",
        sentence=f"{sentence}.",
        sure=_tell_most_stable(first, scenario),
        flip="No rule is looked for that would overturn this; what would make a state stable is another question.",
        coin="",
        anchor="settling",
        footnote=write_footnote(findings),
    )


def _tell_most_stable(settlement: Settlement, scenario: Scenario) -> str:
    concept = settling.CONCEPTS[settlement.concept]
    if not settlement.top_count:
        return f"No draw has a state that is stable for everybody ({concept})."
    share = write_figure(settlement.top_share, settlement.top_share_error)
    if settlement.top_count > 1:
        states = f"{settlement.top_count:,} states are each stable in {share} of the draws or nearly"
        return f"Most often stable ({concept}): {states}."
    now = {lever.id: lever.levels[lever.now] for lever in scenario.levers}
    moved = sum(level != now[lever] for lever, level in settlement.fixed.items())
    where = f"a state that differs from today in {text.write_count(moved, 'lever')}" if moved else settling.TODAY
    return f"Most often stable ({concept}): {where}, in {share} of the draws."


def _write_status_quo(settlement: Settlement) -> str:
    share = write_figure(settlement.status_quo, settlement.status_quo_error)
    return f"{share} of the draws {_CONCEPTS[settlement.concept]} ({settling.CONCEPTS[settlement.concept]})"


_CONCEPTS: Mapping[str, str] = {
    "nash": "when nobody looks past a single move",
    "sseq": "when everybody reckons with replies in the others' own interest, and with an answer to them",
    "seq": "when everybody reckons with replies in the others' own interest",
    "smr": "when any reply deters that no answer makes good",
    "gmr": "when any reply deters that could hurt",
}
