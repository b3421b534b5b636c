"""Plain sentences on what was forced, on the draw that speaks against a claim, and on the words of a brief."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from detente.findings.echoes import Echo
from detente.findings.figures import write_figure, write_number, write_share
from detente.findings.findings import ClaimFinding
from detente.findings.placebos import Placebo
from detente.findings.trials import CounterExample, Departure, Intervention
from detente.findings.wording import Wording
from detente.report.text import LONGEST_NAME, plain, write_gap
from detente.scenario.model import Scenario
from detente.scenario.slips import enumerate_words


def state_intervention(claim: ClaimFinding) -> str:
    """What forcing a cause or taking a requirement away gives; empty for other claims."""
    found = claim.intervention
    if found is None:
        return ""
    kind = "share" if found.in_points else "number"
    free, without = (write_figure(spread.mean, spread.error, kind) for spread in (found.free, found.without))
    on, off = plain(found.on, LONGEST_NAME), plain(found.off, LONGEST_NAME)
    if found.forced is None:
        told = f"Without {on} it is {without} at most, under {off}; with nothing held {free}."
        return f"{told}{_state_assumption(found)}"
    forced = write_figure(found.forced.mean, found.forced.error, kind)
    told = f"Forced: {forced} with {on}, {without} with {off}; with nothing forced {free}."
    return f"{told}{_state_failure(found)}{_state_assumption(found)}"


def _state_failure(found: Intervention) -> str:
    """Which of the two tests of a cause fails."""
    failures = []
    if found.direction is False:
        failures.append("two thirds of the draws must move that way")
    if found.size is False:
        least = f"{100 * found.by:g} points" if found.in_points else f"{found.by:g}"
        failures.append(f"the mean must move by {least}")
    return f" Not met: {enumerate_words(failures)}." if failures else ""


def _state_assumption(found: Intervention) -> str:
    if found.assumed == "measure":
        return f" Assumed, not derived: the measure itself counts {plain(found.on, LONGEST_NAME)}; little else is left."
    if found.assumed == "definition":
        if found.forced is None:
            return " Assumed, not derived: no state that the rules allow has the one without the other."
        return " Assumed, not derived: what is forced settles the event by its definition."
    return ""


def state_counterexample(claim: ClaimFinding, names: Mapping[str, str]) -> str:
    """The most plausible draw with another verdict, in words; empty where there is none."""
    found = claim.counterexample
    if found is None:
        return ""
    readings = [f"{names.get(name, name)} is {plain(label, LONGEST_NAME)}" for name, label in found.readings.items()]
    place = f"{found.place} of {found.among} by plausibility"
    told = f"The most plausible draw that says otherwise, number {found.draw} ({place})"
    with_readings = f": {enumerate_words(readings)}" if readings else ""
    lists = (("Its drivers there", found.drivers), ("Farthest from their middle", found.departures))
    more = "".join(f" {head}: {_list_inputs(items, names)}." for head, items in lists if items)
    return f"{told}, gives {_write_value(claim, found)}{with_readings}.{more}"


def _list_inputs(items: Sequence[Departure], names: Mapping[str, str]) -> str:
    return "; ".join(f"{names.get(x.input, x.input)} {x.value:.2g} ({_write_rank(x.rank)})" for x in items)


def _write_value(claim: ClaimFinding, found: CounterExample) -> str:
    if claim.kind != "comparison":
        return write_number(found.value, claim.kind)
    answer = "yes" if found.verdict == "holds" else "no"
    return answer if claim.gap is None else f"{answer}, by {write_gap(found.value, claim, math.nan)}"


def _write_rank(rank: float) -> str:
    side, share = ("above", rank) if rank >= 0.5 else ("below", 1 - rank)
    return f"{side} {write_share(share)} of the draws"


def state_echo(echo: Echo, claim: ClaimFinding, scenario: Scenario) -> str:
    """A claim without the want that says it, in one or two sentences."""
    owner = next(plain(actor.name, LONGEST_NAME) for actor in scenario.actors if actor.id == echo.statement.actor)
    was, without = (write_figure(spread.mean, spread.error, claim.kind) for spread in (echo.was, echo.without))
    unit = " of draws" if claim.kind == "comparison" else ""
    want = plain(echo.statement.want, LONGEST_NAME)
    told = f"Echo: without {owner}'s want “{want}” it is {without}{unit} (was {was}) in the first {echo.draws} draws"
    if echo.assumed:
        return f"{told}, {echo.verdict} and no longer {echo.verdict_was}: assumed, for the verdict rests on it."
    return f"{told}." if echo.verdict_was == "no word" else f"{told}; the verdict does not rest on it."


def state_placebo(placebo: Placebo | None) -> str:
    """How often random preferences do as well, in one sentence."""
    if placebo is None:
        return "Placebo: a single draw has no such verdict, so random preferences are not held against it."
    share = write_figure(placebo.share, placebo.share_error)
    return f"Placebo: {share} of {placebo.preferences:,} random preferences give the verdict {placebo.verdict} too."


def state_wording(wording: Wording) -> str:
    """How sure the brief's words are, in one line; empty when none was held against a probability."""
    parts = (
        (wording.supported, "supported"),
        (wording.too_sure, "too sure"),
        (wording.too_shy, "too shy"),
        (wording.wrong_side, "on the wrong side"),
    )
    off = ((wording.excluded, "excluded"), (wording.open, "open"), (wording.understated, "understated"))
    told = [f"{len(ids)} {label}" for ids, label in parts if ids]
    bare = [f"{len(ids)} {label}" for ids, label in off if ids]
    without = f"without a number: {', '.join(bare)}" if bare else ""
    return f"Words: {'; '.join(part for part in (', '.join(told), without) if part)}." if told or bare else ""
