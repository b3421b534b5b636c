"""What drives the claims, and what overturns them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from detente.findings.drivers import FEWEST
from detente.findings.findings import ClaimFinding, Driver
from detente.findings.influences import Choice, rank_inputs
from detente.report import influences, text
from detente.report.charts import plot_drivers, plot_tornado
from detente.report.sections.material import Figure, Material

#: inputs in the table of what several claims share
COMMON = 8
#: a driver's mark: what a higher value does, or that the choice of a reading does it
_SIGNS = {1: ("▲", "raises"), -1: ("▼", "lowers"), 0: ("◆", "decides")}
#: why verdicts have no flip rule, with what the claims are counted as
_SILENCES = {
    "every draw agrees": "nothing within the stated ranges overturns {}",
    "few draws disagree": "next to nothing within the stated ranges overturns {}",
    "nothing stands out": "no single input stands out as overturning {}",
    "too few draws": "there are too few draws to name what overturns {}",
}


def build_drivers(material: Material) -> dict[str, Any] | None:
    """What several claims share, the rules that overturn verdicts, how far inputs move the claims that matter most."""
    claims = [(place, claim) for place, claim in enumerate(material.findings.claims) if claim.spread is not None]
    if not claims:
        return None
    cards = [_lay_card(place, claim, material) for place, claim in claims if claim.drivers]
    tornadoes, alike = _draw_tornadoes(material)
    return {
        "common": _tabulate_common(claims, material),
        "flips": _list_flips(claims, material),
        "silences": _count_silences([claim for _, claim in claims]),
        "tornadoes": tornadoes,
        "alike": alike,
        "cards": cards,
        "quiet": len(claims) - len(cards),
        "few": material.findings.draws < FEWEST,
    }


def _list_flips(claims: Sequence[tuple[int, ClaimFinding]], material: Material) -> list[tuple[int, ClaimFinding, str]]:
    """The rules that overturn verdicts: of the claims that matter most, then of the others in their order."""
    leading = material.findings.headlines
    ranked = sorted(claims, key=lambda item: leading.index(item[1].id) if item[1].id in leading else len(leading))
    return [(place, claim, text.state_flip(claim, material.names)) for place, claim in ranked if claim.flip]


def _tabulate_common(claims: Sequence[tuple[int, ClaimFinding]], material: Material) -> dict[str, Any] | None:
    """Inputs that drive two claims or more, against the claims they drive; None when no input does."""
    count = Counter(driver.input for _, claim in claims for driver in claim.drivers)
    inputs = [name for name, times in count.most_common(COMMON) if times > 1]
    driven = [(place, claim) for place, claim in claims if any(driver.input in inputs for driver in claim.drivers)]
    if not inputs:
        return None
    return {
        "claims": driven,
        "rows": [
            (text.capitalise(material.names.get(name, name)), count[name], [_mark(claim, name) for _, claim in driven])
            for name in inputs
        ],
        "more": sum(times > 1 for times in count.values()) - len(inputs),
    }


def _mark(claim: ClaimFinding, name: str) -> tuple[str, str]:
    """What an input does to a claim: a sign and a word; empty when it is no driver of it."""
    found: Driver | None = next((driver for driver in claim.drivers if driver.input == name), None)
    return ("", "") if found is None else _SIGNS[found.direction]


def _count_silences(claims: Sequence[ClaimFinding]) -> list[str]:
    """Sentences on the verdicts without a rule, by why they have none."""
    told = []
    for reason, sentence in _SILENCES.items():
        ids = [claim.id for claim in claims if claim.flip is None and claim.no_flip == reason]
        if ids:
            named = ", ".join(text.plain(name, text.LONGEST_NAME) for name in ids)
            told.append(f"{text.capitalise(sentence.format(text.write_count(len(ids), 'verdict')))}: {named}.")
    return told


def _draw_tornadoes(material: Material) -> tuple[list[dict[str, Any]], bool]:
    """A tornado for each claim that matters most and has an input above chance, and whether inputs resemble others."""
    chosen = Choice(frozenset(material.findings.headlines), resamples=0)
    found = rank_inputs(material.findings, material.scenario, material.game, material.ensemble, chosen)
    places = {claim.id: place for place, claim in enumerate(material.findings.claims)}
    cards = []
    for item in found.claims:
        clear = [one for one in item.influences if one.clear]
        if clear:
            told = "; ".join(
                f"{one.name} from {influences.write_side(one.low, item)} to {influences.write_side(one.high, item)}"
                for one in clear
            )
            sentences = [influences.state_interaction(one, item, material.names) for one in item.interactions]
            figure = Figure(f"tornado-{item.claim}", plot_tornado(item, material.names), f"{told}.")
            cards.append({"place": places[item.claim], "claim": item, "figure": figure, "sentences": sentences})
    return cards, any(one.alike for item in found.claims for one in item.influences)


def _lay_card(place: int, claim: ClaimFinding, material: Material) -> dict[str, Any]:
    told = [text.state_driver(driver, claim, material.names) for driver in claim.drivers]
    figure = Figure(f"drivers-{claim.id}", plot_drivers(claim, material.names), " ".join(told))
    return {"place": place, "claim": claim, "figure": figure, "sentences": told}
