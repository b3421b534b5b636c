"""Sentences about policies: over planted findings, word for word."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from detente.ensemble.alternatives import Alternative, Judge, Ledger
from detente.findings.advice import Advice, Restriction
from detente.findings.assessment import assess
from detente.findings.policies import Weighing, advise
from detente.report import counsel
from detente.report.inputs import name_inputs
from findings.mock_korea import ensemble, game, scenario


@pytest.fixture(scope="module")
def advice() -> Advice:
    return assess(scenario(), game(), ensemble()).advice[0]


def test_the_favourite_and_where_it_loses(advice: Advice) -> None:
    calm, cost = advice.judgement("calm"), advice.judgement("cost")
    assert calm.upset is not None
    assert counsel.state_favourite(calm, scenario()) == (
        "By calm: silence, unbeaten in 59 % ±3.5 of draws (open, best at worst is nothing held)."
    )
    assert counsel.state_upset(calm, name_inputs(scenario())) == (
        "It loses more often, mostly to nothing held, when the reading of North Korea is stonewaller: in 100 % of such "
        f"draws, {100 * calm.upset.base:.0f} % of all; 100 % of its losses are there ({calm.upset.box.draws} draws of "
        "the half that did not find this)."
    )
    assert counsel.state_favourite(cost, scenario()) == "By cost: none of them makes a difference in any draw."
    assert counsel.state_upset(cost, {}) == ""


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.5, inf, "how far x looks is at least 0.5 (x.foresight)"),
        (-inf, 0.5, "how far x looks is below 0.5 (x.foresight)"),
        (0.25, 0.5, "how far x looks is from 0.25 to 0.5 (x.foresight)"),
    ],
)
def test_a_restriction_in_words(low: float, high: float, told: str) -> None:
    part = Restriction("x.foresight", (), low, high, (), 0.01)
    assert counsel.write_restriction(part, {"x.foresight": "how far x looks"}) == told


def test_who_gains_and_how_differences_count(advice: Advice) -> None:
    (told,) = counsel.state_effects(advice, scenario())
    assert told.startswith("silence: North Korea +0.09")
    assert "United States" not in told
    assert counsel.state_margin(advice).startswith("200 draws. Each is held from the start;")


def test_nothing_is_robust_without_measures() -> None:
    alternatives = (Alternative("-", ()), Alternative("silence", ()))
    ledger = Ledger(("rok",), alternatives, (), (Judge("rok", "actor"),), np.array([[[0.0, 0.0], [1.0, 1.0]]]))
    found = advise(ledger, scenario(), None, Weighing())
    assert counsel.state_robust(found) == "The case has no measures, so that nothing is called robust."
    assert counsel.state_front(found) == ""
    assert counsel.state_favourite(found.judgements[0], scenario()).startswith(
        "By what South Korea itself wants: silence, unbeaten in 100 %"
    )


def test_a_name_from_outside_does_not_act_on_a_terminal(advice: Advice) -> None:
    assert "\x1b" not in counsel.call("a\x1b[31mb")
