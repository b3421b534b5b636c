"""Plain sentences from findings: templates over data, nothing decided here.

Wherever an estimative word is printed its range stands beside it. Names and texts of a scenario come from outside, so
:func:`plain` takes out what would act on a terminal or turn a line around, and cuts what would flood a page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, timedelta

from detente.ensemble.precision import METHOD
from detente.findings.figures import write_error, write_figure, write_interval, write_share
from detente.findings.findings import ClaimFinding, Driver, Findings, Flip, Side, Verdict
from detente.findings.yardsticks import HOLDS
from detente.scenario.model import DAYS_PER_MONTH
from detente.scenario.quantities import Quantity

#: longest text of a scenario shown whole
LONGEST = 2_000
#: longest name shown inside a sentence
LONGEST_NAME = 120

#: a mark beside each verdict, so that colour is never alone
MARKS: Mapping[Verdict, str] = {
    "supported": "✓",
    "higher": "▲",
    "lower": "▼",
    "holds": "✓",
    "fails": "✗",
    "contested": "◆",
    "assumed": "≡",
    "excluded": "✗",
    "understated": "▲",
    "open": "○",
    "no word": "–",
    "void": "∅",
    "unscorable": "·",
    "unanswered": "?",
}

#: what each verdict says, for legends
MEANINGS: Mapping[Verdict, str] = {
    "supported": "the model's mean lies in the word's range",
    "higher": "the model puts it above the word's range",
    "lower": "the model puts it below the word's range",
    "holds": "a comparison true in at least two thirds of the draws",
    "contested": "a comparison true in one third to two thirds of the draws",
    "fails": "a comparison true in less than a third of the draws",
    "assumed": "true by definition: it follows from how the model was written, not from what anybody does",
    "excluded": "called possible, but under 5 % in at least 80 % of the draws",
    "understated": "called possible, but over 55 % on average",
    "open": "called possible, and the model leaves it open",
    "no word": "the assessment gives no word that has a number; the model's figure stands alone",
    "void": "what it conditions on never happens in the model",
    "unanswered": "this version has no analysis for its query",
    "unscorable": "no query can stand for it",
}

CAUTION = (
    "P is the model's probability, averaged over the stated ranges of its inputs. It has not been calibrated on past "
    "crises, and the interval shows how far the answer moves with those inputs, not how far it may be from the truth."
)
BRIEF_CAUTION = "P is the model's, averaged over the stated ranges of its inputs; it is not calibrated on past crises."
NOISE = (
    "Weights are identified only relative to noise: multiplying an actor's weights, habit and noise by one number "
    "changes nothing, so no noise or weight means anything read alone."
)
ERROR = (
    f"± is one standard error, in points of a percentage, {METHOD}; of a share of draws half of Wilson's interval. "
    "Inside a draw forecasts have no sampling error."
)

#: a range written in numbers, which by definition is the 5th to 95th percentile
_RANGE = re.compile(r"[-+0-9.e]+ to [-+0-9.e]+")

_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def plain(text: str, longest: int = LONGEST) -> str:
    """A text from outside, safe to show: control and direction marks become a box, excess is cut and counted."""
    text = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)
    if len(text) <= longest:
        return text
    return f"{text[:longest]}… [{len(text) - longest:,} more characters]"


def write_date(day: date) -> str:
    """``7 November 2024``."""
    return f"{day.day} {day:%B %Y}"


def date_at(as_of: date, months: float) -> date:
    """The day that lies so many months after the start."""
    return as_of + timedelta(days=round(months * DAYS_PER_MONTH))


def write_word(claim: ClaimFinding) -> str:
    """The word as written with its range: ``will likely (55-80 %)``, ``might (no number)``; ``no word`` without one."""
    if claim.says is None:
        return "no word"
    said = plain(claim.says, LONGEST_NAME)
    if claim.band is None:
        return f"{said} (no number)"
    return f"{said} ({100 * claim.band.low:.0f}-{100 * claim.band.high:.0f} %)"


def write_model(claim: ClaimFinding) -> str:
    """The model's figure, error and interval: ``78 % ±0.5 (70-84 %)``; a comparison's share of draws; ``-`` without."""
    if claim.spread is None:
        return "-"
    figure = write_figure(claim.spread.mean, claim.spread.error, claim.kind)
    return (
        f"in {figure} of draws"
        if claim.kind == "comparison"
        else f"{figure} ({write_interval(claim.spread, claim.kind)})"
    )


def write_baseline(claim: ClaimFinding) -> str:
    """The coin toss with its error: ``50 % ±0.1``; ``-`` without one."""
    if claim.baseline is None:
        return "-"
    return write_figure(claim.baseline.mean, claim.baseline.error, claim.kind)


def write_verdict(claim: ClaimFinding) -> str:
    """``supported, robust``."""
    if claim.robust is None:
        return claim.verdict
    return f"{claim.verdict}, {'robust' if claim.robust else 'sensitive'}"


def write_outcome(claim: ClaimFinding) -> str:
    """``yes, 23 January 2025``; ``-`` when no outcome is recorded."""
    if claim.outcome is None:
        return "-"
    return claim.outcome.value + (f", {write_date(claim.outcome.on)}" if claim.outcome.on else "")


def state_result(claim: ClaimFinding) -> str:
    """What was said and what the model gives, in one sentence."""
    spread = claim.spread
    if spread is None:
        return plain(claim.reason)
    if claim.verdict == "assumed":  # the figure is what was put in
        return ""
    if claim.kind == "comparison":
        by = ""
        if claim.gap is not None:
            low, high = (write_gap(value, claim).removesuffix(" points") for value in (claim.gap.p5, claim.gap.p95))
            by = f", by {write_gap(claim.gap.mean, claim, claim.gap.error)} on average (5-95 %: {low} to {high})"
        verb = "True" if claim.intervention is None else _VERBS[claim.intervention.kind]
        return f"{verb} in {write_figure(spread.mean, spread.error)} of the draws{by}."
    figure = write_figure(spread.mean, spread.error, claim.kind)
    interval = f"5-95 % of draws: {write_interval(spread, claim.kind)}"
    condition = ""
    if claim.condition is not None:
        chance = write_share(claim.condition)
        condition = f" What it conditions on has a probability of {chance}; draws that make it likelier count for more."
    if claim.says is None:
        return f"The model gives {figure} ({interval}).{condition}"
    where = {"higher": ", above that range", "lower": ", below that range", "supported": ", inside that range"}
    return f"The word: {write_word(claim)}. The model: {figure} ({interval}){where.get(claim.verdict, '')}.{condition}"


#: how a comparison that a cause or a requirement makes is told
_VERBS = {
    "raises": "Higher with it",
    "lowers": "Lower with it",
    "moves": "Moved the same way",
    "requires": "Below its bound without it",
}


def write_gap(value: float, claim: ClaimFinding, error: float = math.nan) -> str:
    """By how much a comparison is met: ``3 ±0.4 points`` between probabilities, or a number in their own units."""
    figure, unit = (f"{100 * value:.0f}", " points") if claim.gap_in_points else (f"{value:.2g}", "")
    return f"{figure} {write_error(error, 'share' if claim.gap_in_points else 'number')}".rstrip() + unit


def write_mean(side: Side, claim: ClaimFinding) -> str:
    """A mean on one side of a driver, with its error: of the claim, or of the gap of a comparison."""
    if claim.gap is None:
        return write_figure(side.mean, side.error, claim.kind)
    return write_gap(side.mean, claim, side.error)


def state_confidence(claim: ClaimFinding) -> str:
    """How many draws agree, in one sentence; empty without a verdict by draws."""
    if claim.agreement is None:
        return ""
    if claim.verdict == "contested":
        return "Sensitive: the draws are divided."
    if claim.robust is None:
        return "One draw says nothing about how robust this is."
    share = write_figure(claim.agreement, claim.agreement_error or math.nan)
    shares = claim.shares
    if claim.verdict == "supported" and shares is not None and shares.inside < min(shares.below, shares.above):
        few = f"only {share} of the draws lie" if claim.agreement else "no draw lies"
        return f"Sensitive: {few} in the range; the mean falls there between rival answers."
    return f"{'Robust' if claim.robust else 'Sensitive'}: {share} of the draws give the same verdict."


def state_coin_toss(claim: ClaimFinding) -> str:
    """What is left without anybody's preferences, in one sentence; empty without a baseline."""
    if claim.baseline is None or claim.verdict == "assumed":
        return ""
    figure = write_baseline(claim)
    figure = f"{figure} of draws" if claim.kind == "comparison" else figure
    if claim.from_argument is False:
        return f"Not from the argument: with all preferences switched off it is {figure}."
    same = claim.kind != "number" and claim.verdict == claim.baseline.verdict != "no word"
    return f"With all preferences switched off it is {figure}{', which earns the same verdict' if same else ''}."


def state_driver(driver: Driver, claim: ClaimFinding, names: Mapping[str, str]) -> str:
    """What an input does to a claim, in one sentence."""
    low, high = (write_mean(side, claim) for side in (driver.low, driver.high))
    name = capitalise(names.get(driver.input, driver.input))
    what = "figure" if claim.gap is None else "margin"
    if driver.kind == "reading":
        of = "" if claim.gap is None else "a margin of "
        return f"{name}: {of}{low} as {driver.low.label}, {high} as {driver.high.label}.{_write_twins(driver, names)}"
    verb = "raises" if driver.direction > 0 else "lowers"
    return (
        f"{name}: a higher value {verb} the {what}, from {low} in its lowest third (up to {driver.low.bound:.2g}) "
        f"to {high} in its highest (from {driver.high.bound:.2g}).{_write_twins(driver, names)}"
    )


def _write_twins(driver: Driver, names: Mapping[str, str]) -> str:
    """What a driver cannot be told from, at most two by name."""
    if not driver.twins:
        return ""
    listed = [names.get(name, name) for name in driver.twins[:2]]
    more = f" and {len(driver.twins) - 2} more" if len(driver.twins) > 2 else ""
    return f" These draws cannot tell it from {' or '.join(listed)}{more}."


def state_flip(claim: ClaimFinding, names: Mapping[str, str]) -> str:
    """What overturns a verdict, in one sentence, or why nothing is named; empty without a verdict."""
    flip = claim.flip
    if flip is None:
        return {
            "every draw agrees": "Nothing within the stated ranges overturns it.",
            "few draws disagree": "Next to nothing within the stated ranges overturns it.",
            "nothing stands out": "No single input stands out as overturning it.",
            "too few draws": "Too few draws to name what overturns it.",
        }.get(claim.no_flip or "", "")
    there, other = (write_figure(region.mean, region.error, claim.kind) for region in (flip.where, flip.elsewhere))
    if claim.kind == "comparison":
        there, other = f"true in {there} of such draws", f"true in {other}"
    verb = "Decided" if claim.verdict == "contested" else "Overturned"
    return (
        f"{verb} when {write_rule(flip, names)}: {there}, {flip.where.verdict}; "
        f"otherwise {other}, {flip.elsewhere.verdict}."
    )


def write_rule(flip: Flip, names: Mapping[str, str]) -> str:
    """A flip rule's condition in words, with its ids: ``how far ahead Seoul looks is below 4 (rok.foresight < 4)``."""
    name = names.get(flip.input, flip.input)
    if flip.reading:
        return f"{name} {flip.relation} {flip.reading}"
    return f"{name} is {'below' if flip.relation == '<' else 'at least'} {flip.cut:g} ({flip})"


def state_coverage(findings: Findings) -> str:
    """How much of the assessment can be judged, in two sentences."""
    record = findings.record
    supported = sum(claim.verdict == "supported" for claim in findings.claims)
    held = (
        f" {supported} of those {record.worded} {'is' if supported == 1 else 'are'} supported." if record.worded else ""
    )
    if not record.claims:
        return "The case makes no claims."
    unanswered = sum(claim.verdict == "unanswered" for claim in findings.claims)
    asked = f", {unanswered} of them without an answer" if unanswered else " that the model can be asked"
    return (
        f"{record.worded} of {record.claims} claims carry a scorable word; "
        f"{record.queried} of {record.claims} have a query{asked}.{held}"
    )


def state_precision(findings: Findings) -> str:
    """Whether the draws were enough, in one sentence; empty when no claim has a figure."""
    precision = findings.precision
    draws = write_count(findings.draws, "draw")
    if not precision.claim:
        return "One draw has no standard error." if any(claim.spread for claim in findings.claims) else ""
    claim = findings.claim(precision.claim)
    error = f"{precision.error:.2g}"
    if precision.until is None:
        unit = error if claim.kind == "number" else f"{100 * precision.error:.2g} points"
        return f"The largest of a claim's figure is {unit} ({claim.id})."
    if precision.reached:
        return (
            f"{draws} decided: every claim's standard error is below {precision.until:g}; "
            f"{claim.id} was last ({error})."
        )
    return (
        f"{draws} were not enough to bring every claim's standard error below {precision.until:g}: "
        f"{claim.id} is at {error}."
    )


def write_count(number: int, noun: str) -> str:
    """``1 claim``, ``36 claims``."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def describe_band(claim: ClaimFinding) -> str:
    """The yardstick of a claim in words, for alternative texts of charts."""
    if claim.kind == "comparison":
        return f"holds from {write_share(HOLDS)} of the draws"
    return f"the word's range is {write_word(claim)}" if claim.band else "no range to compare with"


def write_quantity(quantity: Quantity) -> str:
    """An uncertain number as written, with its 5th to 95th percentile where the text does not say it."""
    text = plain(quantity.text, LONGEST_NAME)
    if quantity.certain:
        value = f"{quantity.parameters[0]:.3g}"
        return text if text in ("", value) or text[0].isdigit() else f"{text} ({value})"
    # A bound of exactly zero comes back from the quantile with rounding noise.
    low, high = (round(float(quantity.quantile(share)), 9) + 0.0 for share in (0.05, 0.95))
    ends = f"{low:.2g} to {high:.2g}"
    shared = f", moves with {plain(quantity.shared, LONGEST_NAME)}" if quantity.shared else ""
    said = _RANGE.fullmatch(text)
    return (text if said else f"{text} ({ends})" if text else ends) + shared


def capitalise(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]
