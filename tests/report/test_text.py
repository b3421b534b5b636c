"""Sentences: every word beside its range, nothing rounded into certainty, nothing from outside let through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.findings.assessment import assess
from detente.findings.findings import ClaimFinding, Findings, Spread
from detente.report import settling, text
from detente.report.inputs import name_inputs
from detente.scenario.quantities import Quantity
from findings.mock_korea import between, ensemble, exactly, game, scenario

NAMES = name_inputs(scenario())


@pytest.fixture(scope="module")
def findings() -> Findings:
    return assess(scenario(), game(), ensemble())


@pytest.mark.parametrize(
    ("share", "written"),
    [(0, "0 %"), (1e-9, "<1 %"), (0.004, "<1 %"), (0.005, "<1 %"), (0.63, "63 %"), (0.996, ">99 %"), (1, "100 %")],
)
def test_shares(share: float, written: str) -> None:
    assert text.write_share(share) == written


@given(st.floats(0, 1))
def test_only_certainty_is_written_as_certainty(share: float) -> None:
    written = text.write_share(share)
    assert (written == "100 %") == (share == 1)
    assert (written == "0 %") == (share == 0)


@pytest.mark.parametrize(
    ("ends", "written"),
    [((0.71, 0.84), "71-84 %"), ((0.97, 0.97), "97 %"), ((0.001, 0.5), "<1 % to 50 %"), ((0.2, 1.0), "20-100 %")],
)
def test_intervals(ends: tuple[float, float], written: str) -> None:
    assert text.write_interval(Spread(0.5, *ends, 0.01), "probability") == written


def test_a_word_never_stands_without_its_range(findings: Findings) -> None:
    for claim in findings.claims:
        if claim.band is None:
            continue
        ranged = f"{claim.says} ({100 * claim.band.low:.0f}-{100 * claim.band.high:.0f} %)"
        assert text.write_word(claim) == ranged
        for sentence in (text.state_result(claim), text.state_flip(claim, NAMES), text.describe_band(claim)):
            assert sentence.count(str(claim.says)) == sentence.count(ranged)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "early-offer",
            "The word: likely (55-80 %). The model: 78 % ±0.3 (5-95 % of draws: 70-84 %), inside that range.",
        ),
        ("talks", "The word: unlikely (20-45 %). The model: 46 % ±2.0 (5-95 % of draws: 11-71 %), above that range."),
        ("freeze", "The word: might (no number). The model: 2 % ±<0.1 (5-95 % of draws: 2 %)."),
        ("bare", "The model gives 46 % ±2.0 (5-95 % of draws: 11-71 %)."),
        ("offered-talks", "True in 59 % ±3.5 of the draws, by 3 ±0.4 points on average (5-95 %: -5 to 9)."),
        ("never", "What the query conditions on never happens in any draw."),
        ("precedent", "An evaluation that no event can check."),
    ],
)
def test_results(findings: Findings, name: str, sentence: str) -> None:
    assert text.state_result(findings.claim(name)) == sentence


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("early-offer", "Sensitive: 64 % ±3.4 of the draws give the same verdict."),
        ("quiet", "Robust: 100 % ±0.2 of the draws give the same verdict."),
        ("even", "Sensitive: the draws are divided."),
        ("bare", ""),
    ],
)
def test_confidence(findings: Findings, name: str, sentence: str) -> None:
    assert text.state_confidence(findings.claim(name)) == sentence


def test_a_mean_between_rival_answers_is_called_so() -> None:
    claim = assess(scenario(), game(), ensemble(64)).claim("talks")
    assert claim.verdict == "supported"
    assert text.state_confidence(claim) == (
        "Sensitive: no draw lies in the range; the mean falls there between rival answers."
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("quiet", "Not from the argument: with all preferences switched off it is 96 % ±0."),
        ("early-offer", "With all preferences switched off it is 50 % ±0."),
        ("offered-talks", "With all preferences switched off it is 0 % ±0.2 of draws."),
        ("never", ""),
    ],
)
def test_coin_tosses(findings: Findings, name: str, sentence: str) -> None:
    assert text.state_coin_toss(findings.claim(name)) == sentence


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "talks",
            "Overturned when the reading of North Korea is stonewaller: 12 % ±0.1, lower; otherwise 69 % ±0.1, higher.",
        ),
        (
            "even",
            "Decided when the reading of North Korea is stonewaller: true in 0 % ±1.1 of such draws, fails; "
            "otherwise true in 100 % ±0.9, holds.",
        ),
        ("quiet", "Nothing within the stated ranges overturns it."),
        ("bare", ""),
    ],
)
def test_flips(findings: Findings, name: str, sentence: str) -> None:
    assert text.state_flip(findings.claim(name), NAMES) == sentence


def test_a_flip_on_a_number_names_the_input_in_words_and_by_id(findings: Findings) -> None:
    sentence = text.state_flip(findings.claim("early-offer"), NAMES)
    assert sentence.startswith("Overturned when the weight on “reply = accept” for United States is at least 2.")
    assert "(us.deal >= 2." in sentence


def test_drivers(findings: Findings) -> None:
    (reading,) = findings.claim("talks").drivers
    assert text.state_driver(reading, findings.claim("talks"), NAMES) == (
        "The reading of North Korea: 12 % ±0.1 as stonewaller, 69 % ±0.1 as dealmaker."
    )
    (weight,) = findings.claim("early-offer").drivers
    sentence = text.state_driver(weight, findings.claim("early-offer"), NAMES)
    assert sentence.startswith(
        "The weight on “reply = accept” for United States: a higher value raises the figure, from 73 %"
    )


def test_a_driver_of_a_comparison_says_by_how_much(findings: Findings) -> None:
    claim = findings.claim("offered-talks")
    (reading,) = claim.drivers
    assert text.state_driver(reading, claim, NAMES) == (
        "The reading of North Korea: a margin of -4 ±0.1 points as stonewaller, 8 ±0.1 points as dealmaker."
    )


def test_a_driver_names_what_it_cannot_be_told_from(findings: Findings) -> None:
    (reading,) = findings.claim("talks").drivers
    two = replace(reading, twins=("us.tempo", "us.noise"))
    assert text.state_driver(two, findings.claim("talks"), NAMES).endswith(
        "These draws cannot tell it from how often United States decides or how erratic United States is."
    )
    four = replace(reading, twins=("us.tempo", "us.noise", "us.habit", "us.face"))
    assert text.state_driver(four, findings.claim("talks"), NAMES).endswith("how erratic United States is and 2 more.")


def test_every_uncertain_input_has_words() -> None:
    assert {item.id for item in game().inputs if item.column >= 0} <= NAMES.keys()


def test_settlements(findings: Findings) -> None:
    nash, gmr = (settling.state_settlement(item, scenario()) for item in findings.settlements)
    assert nash == (
        "Nash: one state is stable for everybody in 59 % ±3.5 of the draws (What Washington offers: talks; "
        "dprk.reply: accept; rok.psyops: off). The status quo is stable in 0 % ±0.2. "
        "41 % ±3.5 of the draws have no equilibrium."
    )
    assert gmr == (
        "GMR: 2 states are each stable in 100 % ±0.2 of the draws or nearly; none changes "
        "What Washington offers (none), dprk.reply (refuse). The status quo is stable in 100 % ±0.2."
    )


def test_a_concept_without_equilibria(findings: Findings) -> None:
    empty = replace(findings.settlements[0], top_count=0)
    assert settling.state_settlement(empty, scenario()) == "Nash: no draw has an equilibrium."


def test_coverage(findings: Findings) -> None:
    assert text.state_coverage(findings) == (
        "4 of 10 claims carry a scorable word; 9 of 10 have a query, 1 of them without an answer. "
        "2 of those 4 are supported."
    )
    answered = tuple(claim for claim in findings.claims if claim.verdict != "unanswered")
    record = replace(findings.record, claims=9, queried=8)
    assert "8 of 9 have a query that the model can be asked." in text.state_coverage(
        replace(findings, claims=answered, record=record)
    )
    nothing = replace(findings, claims=(), record=replace(findings.record, claims=0, queried=0, worded=0))
    assert text.state_coverage(nothing) == "The case makes no claims."


@pytest.mark.parametrize(
    ("quantity", "written"),
    [
        (exactly(3), "3"),
        (between(0.5, 2), "0.5 to 2"),
        (Quantity("lognormal", (1.5, 3), text="strong"), "strong (1.5 to 3)"),
        (
            Quantity("lognormal", (0.006, 0.022), text="0.6% to 2.2% per month"),
            "0.6% to 2.2% per month (0.006 to 0.022)",
        ),
        (Quantity("normal", (0.0, 0.5), text="0 to 0.5"), "0 to 0.5"),
        (Quantity("normal", (0.0, 0.5), text="small"), "small (0 to 0.5)"),
        (Quantity("fixed", (1.0,), text="moderate"), "moderate (1)"),
        (between(1, 2, shared="mood"), "1 to 2, moves with mood"),
    ],
)
def test_quantities(quantity: Quantity, written: str) -> None:
    assert text.write_quantity(quantity) == written


@given(st.text())
def test_nothing_that_acts_on_a_terminal_or_turns_a_line_gets_through(words: str) -> None:
    shown = text.plain(words)
    assert not any(c in shown for c in "\x1b\x00\x07\u202e\u2066\u200f\ufeff\x9b")
    assert text.plain(shown) == shown
    shown.encode("utf-8")


def test_control_marks_are_seen_and_floods_are_counted() -> None:
    assert text.plain("a\x1b[31mb\u202ec") == "a\ufffd[31mb\ufffdc"
    assert text.plain("naïve — 한국 €") == "naïve — 한국 €"
    assert text.plain("x" * 3000) == "x" * 2000 + "… [1,000 more characters]"


def test_dates() -> None:
    assert text.write_date(date(2025, 7, 1)) == "1 July 2025"
    assert text.date_at(date(2024, 11, 7), 12 * 30.4375 / 30.4375) == date(2025, 11, 7)


def test_every_verdict_has_a_mark_and_a_meaning(findings: Findings) -> None:
    verdicts = {claim.verdict for claim in findings.claims} | {"excluded", "understated", "lower", "holds", "fails"}
    assert verdicts <= text.MARKS.keys() == text.MEANINGS.keys()


def test_a_number_in_its_own_units(findings: Findings) -> None:
    claim: ClaimFinding = replace(
        findings.claim("bare"), kind="number", spread=Spread(1.2345, -0.5, 3.25, 0.1), says=None, baseline=None
    )
    assert text.write_model(claim) == "1.23 ±0.1 (-0.5 to 3.25)"
    assert text.state_result(claim) == "The model gives 1.23 ±0.1 (5-95 % of draws: -0.5 to 3.25)."
