"""What a report may open with besides claims: what could be done, what the evidence says, where it settles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from detente.ensemble.alternatives import NONE
from detente.findings.advice import Advice, Judgement
from detente.findings.bargains import Bargaining
from detente.findings.figures import write_figure
from detente.findings.findings import Findings
from detente.findings.posteriors import Update
from detente.findings.settlements import Settlement
from detente.report import counsel, learning, persuading, settling, terms, text
from detente.report.text import plain
from detente.scenario.model import Scenario

#: a kind of finding; all but the first are also the anchor of a section
Kind = Literal["claim", "policies", "evidence", "settling", "terms"]
#: what kinds of finding besides claims are called
KINDS: Mapping[str, str] = {
    "policies": "What could be done",
    "evidence": "What the evidence says",
    "settling": "Where it settles",
    "terms": "On what terms",
}
#: longest claim or policy quoted in a sentence
LONGEST_QUOTE = 300


class Lead(NamedTuple):
    """One finding that is not about a claim, in whole sentences; empty where there is nothing to say."""

    kind: Kind
    sentence: str
    sure: str
    flip: str


def list_leads(findings: Findings, scenario: Scenario, names: Mapping[str, str]) -> Iterator[Lead]:
    """One finding of each kind besides claims that has something to tell."""
    for advice in findings.advice[:1]:
        judgement = _choose_judgement(advice)
        if judgement is not None:
            yield _tell_advice(advice, judgement, scenario, names)
    if findings.evidence is not None and findings.evidence.state in ("enough", "impossible"):
        yield _tell_evidence(findings.evidence, scenario)
    elif findings.settlements:
        yield _tell_settling(findings.settlements, scenario)
    if findings.terms is not None and _ask_for_terms(findings):
        yield _tell_terms(findings.terms, scenario)


def _ask_for_terms(findings: Findings) -> bool:
    """Whether a claim is about terms, or there is nothing but terms."""
    return not findings.settlements or any("terms(" in claim.about for claim in findings.claims)


def _tell_terms(found: Bargaining, scenario: Scenario) -> Lead:
    """The forecast of the first issue, how far models are apart on it, and what moves it most."""
    issue = found.issues[0]
    outlook = terms.state_outlook(issue.outlook)
    sentence = f"On the terms ({terms.call_issue(issue)}), {outlook[:1].lower()}{outlook[1:]}"
    sure = " ".join((terms.state_regions(issue.outlook), *terms.state_models(issue)[:1], terms.CAUTION)).strip()
    return Lead("terms", sentence, sure, persuading.state_strongest(found, issue.id, learning.name_actors(scenario)))


def _choose_judgement(advice: Advice) -> Judgement | None:
    """The measure whose favourite is surest, or what the actor itself wants where no measure has a favourite."""
    told = [item for item in advice.judgements if item.favourite is not None]
    measures = [item for item in told if item.kind == "measure"]
    return max(measures or told, key=lambda item: item.standings[0].unbeaten, default=None)


def _tell_advice(advice: Advice, judgement: Judgement, scenario: Scenario, names: Mapping[str, str]) -> Lead:
    who, first = counsel.call_actors(advice.actors, scenario), judgement.standings[0]
    share = write_figure(first.unbeaten, first.unbeaten_error)
    judge = counsel.call_judge(judgement, scenario)
    # The id of a measure is read as words.
    by = f"by {judge.replace('_', ' ') if judgement.kind == 'measure' else judge}"
    if first.name == NONE:
        sentence = f"Nothing that {who} could do is better {by} than doing nothing: unbeaten in {share} of the draws."
    else:
        gain = counsel.write_gain(first.gain.mean, first.gain.error)
        sentence = (
            f"Of what {who} could do, {_name_choice(advice, first.name)} does best {by}: {gain} over doing nothing, "
            f"unbeaten in {share} of the draws."
        )
    return Lead("policies", sentence, _tell_robustness(advice, judgement, scenario), _tell_upset(judgement, names))


def _name_choice(advice: Advice, name: str) -> str:
    if name == NONE:
        return "doing nothing"
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
                f"By {counsel.call_judge(item, scenario)}, {_name_choice(advice, item.favourite)} does best instead, "
                f"unbeaten in {share} of the draws."
            )
    return " ".join(told)


def _tell_upset(judgement: Judgement, names: Mapping[str, str]) -> str:
    if judgement.upset is None:
        return counsel.state_upset(judgement, names)
    rule = " and ".join(counsel.write_restriction(part, names) for part in judgement.upset.box.restrictions)
    other = "doing nothing" if judgement.upset.instead == NONE else counsel.call(judgement.upset.instead)
    return f"It loses more often, mostly to {other}, when {rule}."


def _tell_evidence(update: Update, scenario: Scenario) -> Lead:
    """What was observed since: the reading that it moves most, or that the model cannot have produced it."""
    actors = learning.name_actors(scenario)
    # Of two readings one moves as far as the other; told is the one that gains.
    moves = {share: round(share.posterior - share.prior, 9) for share in update.readings}
    moved = max(moves, key=lambda share: (abs(moves[share]), moves[share]), default=None)
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
    return Lead("evidence", sentence, sure, "")


def _tell_settling(settlements: Sequence[Settlement], scenario: Scenario) -> Lead:
    """How firmly things stand as they are, by the narrowest and the widest concept, and what is stable more often."""
    first, last = settlements[0], settlements[-1]
    sentence = f"The status quo is stable for every actor in {_write_status_quo(first)}"
    if last is not first:
        sentence += f", and in {_write_status_quo(last)}"
    flip = "No rule is looked for that would overturn this; what would make a state stable is another question."
    return Lead("settling", f"{sentence}.", _tell_most_stable(first, scenario), flip)


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
    return f"{share} of the draws {settling.SIGHTS[settlement.concept]} ({settling.CONCEPTS[settlement.concept]})"


def quote(words: str) -> str:
    """A text of the scenario inside a sentence: in quotation marks, with a capital and without its full stop."""
    told = plain(" ".join(words.translate(_INNER).split()), LONGEST_QUOTE).rstrip(". ")
    return f"“{told[:1].upper()}{told[1:]}”"


#: quotation marks inside others
_INNER = str.maketrans("“”", "‘’")
