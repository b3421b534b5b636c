"""Laws of verdicts, and every kind of claim in a small case with known answers."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detente.findings.assessment import assess
from detente.findings.findings import Findings
from detente.findings.yardsticks import Yardstick, band_of
from detente.report.text import state_result, write_share
from detente.scenario.words import SCALES, find_word
from findings.mock_korea import ensemble, game, reordered, scenario

ICD = SCALES["icd203"]
SHARES = arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1))


def yardstick(says: str, scale: str = "icd203") -> Yardstick:
    word = find_word(says, SCALES[scale])
    assert word is not None
    return Yardstick("band", band_of(word, SCALES[scale]))


@pytest.fixture(scope="module")
def findings() -> Findings:
    return assess(scenario(), game(), ensemble())


# Laws ---------------------------------------------------------------------------------------------------------------


def test_a_sure_event_is_supported_by_almost_certain() -> None:
    assert yardstick("almost certain").verdict(np.ones(10)) == "supported"
    assert yardstick("almost certain").agreement(np.ones(10), "supported") == 1
    assert yardstick("very likely").verdict(np.ones(10)) == "higher"
    assert yardstick("remote").verdict(np.zeros(10)) == "supported"
    assert yardstick("unlikely").verdict(np.zeros(10)) == "lower"


@pytest.mark.parametrize(
    ("says", "value", "verdict"),
    [
        ("likely", 0.55, "supported"),
        ("likely", np.nextafter(0.55, 0), "lower"),
        ("likely", np.nextafter(0.80, 0), "supported"),
        ("likely", 0.80, "higher"),
        ("almost certain", 0.95, "supported"),
        ("almost certain", np.nextafter(0.95, 0), "lower"),
        ("almost no chance", np.nextafter(0.05, 0), "supported"),
        ("almost no chance", 0.05, "higher"),
    ],
)
def test_bands_are_half_open(says: str, value: float, verdict: str) -> None:
    assert yardstick(says).verdict(np.array([value])) == verdict


@given(SHARES, st.sampled_from(ICD))
def test_one_word_per_probability_and_shares_add_up(values: np.ndarray, word: object) -> None:
    rows = {(w.low, w.high): w.word for w in ICD}.values()
    held = [w for w in rows if yardstick(w).verdict(values[:1]) == "supported"]
    assert len(held) == 1
    shares = Yardstick("band", band_of(word, ICD)).shares(values)  # type: ignore[arg-type]
    assert shares is not None
    assert shares.below + shares.inside + shares.above == pytest.approx(1)


@given(SHARES, st.sampled_from([w.word for w in ICD]))
def test_a_higher_probability_never_earns_a_lower_verdict(values: np.ndarray, says: str) -> None:
    order = {"lower": 0, "supported": 1, "higher": 2}
    raised = np.minimum(values + 0.1, 1)
    assert order[yardstick(says).verdict(raised)] >= order[yardstick(says).verdict(values)]


@given(SHARES, st.sampled_from(["likely", "unlikely", "almost certain", "remote"]))
def test_the_order_of_draws_is_no_matter(values: np.ndarray, says: str) -> None:
    one, other = yardstick(says), values[::-1]
    verdict = one.verdict(values)
    assert one.shares(values) == one.shares(other)
    assert one.agreement(values, verdict) == one.agreement(other, verdict)


@pytest.mark.parametrize(
    ("true", "verdict"),
    [(66, "contested"), (67, "holds"), (100, "holds"), (34, "contested"), (33, "fails"), (0, "fails")],
)
def test_a_comparison_needs_two_thirds(true: int, verdict: str) -> None:
    values = np.r_[np.ones(true), np.zeros(100 - true)]
    assert Yardstick("comparison").verdict(values) == verdict
    agreement = {"holds": true / 100, "fails": 1 - true / 100, "contested": 0}[verdict]
    assert Yardstick("comparison").agreement(values, verdict) == pytest.approx(agreement)  # type: ignore[arg-type]


def test_exactly_two_thirds_hold_and_exactly_one_third_is_contested() -> None:
    assert Yardstick("comparison").verdict(np.r_[np.ones(2), 0]) == "holds"
    assert Yardstick("comparison").verdict(np.r_[1, np.zeros(2)]) == "contested"


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        (np.r_[np.full(80, 0.04), np.full(20, 0.9)], "excluded"),
        (np.r_[np.full(79, 0.04), np.full(21, 0.9)], "open"),
        (np.full(10, 0.05), "open"),
        (np.full(10, 0.55), "open"),
        (np.full(10, 0.56), "understated"),
    ],
)
def test_words_off_the_scale(values: np.ndarray, verdict: str) -> None:
    assert Yardstick("off scale").verdict(values) == verdict


@given(SHARES, st.sampled_from(["likely", "unlikely", "might"]), st.data())
def test_whole_weights_are_repeated_draws(values: np.ndarray, says: str, data: st.DataObject) -> None:
    counts = data.draw(arrays(np.int64, len(values), elements=st.integers(1, 3)))
    held = Yardstick("off scale") if says == "might" else yardstick(says)
    many, weights = np.repeat(values, counts), counts.astype(float)
    verdict = held.verdict(many)
    if says == "might" or min(abs(many.mean() - edge) for edge in (0.2, 0.45, 0.55, 0.8)) > 1e-9:
        assert held.verdict(values, weights) == verdict
    assert held.agreement(values, verdict, weights) == pytest.approx(held.agreement(many, verdict))
    shares, whole = held.shares(values, weights), held.shares(many)
    if shares is not None and whole is not None:
        assert (shares.below, shares.inside, shares.above) == pytest.approx((whole.below, whole.inside, whole.above))


# The small case ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "verdict", "robust"),
    [
        ("early-offer", "supported", False),
        ("talks", "higher", False),
        ("quiet", "supported", True),
        ("freeze", "excluded", True),
        ("offered-talks", "contested", False),
        ("even", "contested", False),
        ("bare", "no word", None),
        ("never", "void", None),
        ("later", "unanswered", None),
        ("precedent", "unscorable", None),
    ],
)
def test_verdicts_of_the_small_case(findings: Findings, name: str, verdict: str, robust: bool | None) -> None:
    assert (findings.claim(name).verdict, findings.claim(name).robust) == (verdict, robust)


def test_numbers_are_those_of_the_draws(findings: Findings) -> None:
    values = ensemble().numbers["claim/early-offer"]
    claim = findings.claim("early-offer")
    assert claim.spread is not None
    assert claim.shares is not None
    assert claim.spread.mean == pytest.approx(values.mean())
    assert (claim.spread.p5, claim.spread.p95) == pytest.approx(tuple(np.quantile(values, [0.05, 0.95])))
    assert claim.spread.error == pytest.approx(values.std(ddof=1) / np.sqrt(200))
    assert claim.shares.above == pytest.approx((values >= 0.8).mean())
    assert claim.agreement == claim.shares.inside


def test_a_comparison_says_by_how_much(findings: Findings) -> None:
    numbers = ensemble().numbers
    claim = findings.claim("offered-talks")
    gap = numbers["term/offered-talks/0"] - numbers["term/offered-talks/1"]
    assert claim.gap is not None
    assert claim.gap.mean == pytest.approx(gap.mean())
    even = findings.claim("even").gap
    assert even is not None
    assert even.mean == pytest.approx((numbers["term/even/0"] - 0.5).mean())


def test_what_the_coin_toss_earns_too_is_not_from_the_argument(findings: Findings) -> None:
    quiet, early, talks = (findings.claim(name) for name in ("quiet", "early-offer", "talks"))
    assert quiet.baseline is not None
    assert (quiet.baseline.verdict, quiet.from_argument) == ("supported", False)
    assert early.from_argument is True
    assert talks.baseline is not None
    assert (talks.baseline.verdict, talks.from_argument) == ("supported", True)


def test_silence_has_its_reason(findings: Findings) -> None:
    assert findings.claim("never").reason == "What the query conditions on never happens in any draw."
    assert findings.claim("later").reason == "The run has no answer to it."
    assert findings.claim("precedent").reason == "An evaluation that no event can check."
    assert findings.claim("never").void == 1


def test_a_word_keeps_its_range_where_nothing_is_held_against_it(findings: Findings) -> None:
    band = findings.claim("never").band
    assert band is not None
    assert (band.low, band.high) == (0.55, 0.8)
    assert findings.claim("freeze").band is None


def test_the_key_uncertainty_is_named(findings: Findings) -> None:
    claim = findings.claim("talks")
    assert [d.input for d in claim.drivers] == ["dprk.reading"]
    assert claim.flip is not None
    assert str(claim.flip) == "dprk.reading is stonewaller"
    assert claim.flip.where.verdict == "lower"


def test_draws_without_an_answer_are_set_aside_and_counted() -> None:
    run = ensemble()
    values = run.numbers["claim/talks"].copy()
    values[:50] = np.nan
    findings = assess(scenario(), game(), replace(run, numbers={**run.numbers, "claim/talks": values}))
    claim = findings.claim("talks")
    assert claim.void == 0.25
    assert claim.spread is not None
    assert claim.spread.mean == pytest.approx(values[50:].mean())
    assert [d.input for d in claim.drivers] == ["dprk.reading"]


def test_curves_stop_where_the_claim_does(findings: Findings) -> None:
    fan = findings.claim("early-offer").fan
    assert fan is not None
    spread = findings.claim("early-offer").spread
    assert spread is not None
    assert (fan.months[-2], fan.months[-1]) == (8, 8.4)
    assert (fan.mean[-1], fan.p5[-1]) == pytest.approx((spread.mean, spread.p5))
    assert (fan.p5 <= fan.p25).all()
    assert (fan.p25 <= fan.p75).all()
    assert fan.mean[0] == 0
    assert fan.coin is not None
    assert findings.claim("offered-talks").fan is None


def test_record(findings: Findings) -> None:
    record = findings.record
    numbers = ensemble().numbers
    early, talks = (float(numbers[f"claim/{name}"].mean()) for name in ("early-offer", "talks"))
    assert (record.claims, record.queried, record.worded) == (10, 9, 4)
    assert record.outcomes == {"no": 1, "yes": 1}
    assert record.score_worded is not None
    word, model, coin, base, half = (one.brier for one in record.score_worded.forecasters)
    assert word == pytest.approx(((1 - 0.675) ** 2 + 0.325**2) / 2)
    assert model == pytest.approx(((1 - early) ** 2 + talks**2) / 2)
    assert coin == pytest.approx((0.5**2 + 0.4**2) / 2)
    assert base == half == 0.25


def test_where_it_settles(findings: Findings) -> None:
    nash, gmr = findings.settlements
    dealmaker = (ensemble().numbers["input/dprk.reading"] == 0).mean()
    assert (nash.concept, nash.distinct, nash.top_share) == ("nash", 1, pytest.approx(dealmaker))
    assert nash.none == pytest.approx(1 - dealmaker)
    assert nash.fixed == {"us.offer": "talks", "dprk.reply": "accept", "rok.psyops": "off"}
    assert (gmr.status_quo, gmr.top_count) == (1, 2)
    assert gmr.free == {"rok.psyops": ("on", "off")}
    assert gmr.leaning["us.offer"]["none"] == pytest.approx(dealmaker * 2 / 3 + (1 - dealmaker))
    assert findings.states[0].shares == {"nash": pytest.approx(dealmaker), "gmr": pytest.approx(dealmaker)}
    assert findings.states[0].standing["rok"] == 1


def test_headlines_are_few_and_lead_with_what_contradicts(findings: Findings) -> None:
    assert 3 <= len(findings.headlines) <= 5
    assert findings.headlines[:2] == ("talks", "freeze")
    assert "precedent" not in findings.headlines


def test_the_order_of_draws_changes_nothing(findings: Findings) -> None:
    order = np.random.default_rng(3).permutation(200)
    again = assess(scenario(), game(), reordered(ensemble(), order)).to_dict()
    told = [claim["counterexample"] for claim in again["claims"] if claim["counterexample"]]
    assert told
    for item in told:  # the draw is the same, at another place
        item["draw"] = int(order[item["draw"]])
    assert _rounded(again) == _rounded(findings.to_dict())


def test_the_order_of_inputs_changes_nothing(findings: Findings) -> None:
    run = ensemble()
    turned = replace(run, numbers=dict(reversed(run.numbers.items())))
    assert _rounded(assess(scenario(), game(), turned).to_dict()) == _rounded(findings.to_dict())


def test_the_seed_of_the_run_is_the_only_chance(findings: Findings) -> None:
    assert assess(scenario(), game(), ensemble()).to_dict() == findings.to_dict()


def test_forms(findings: Findings) -> None:
    assert repr(findings) == "<Findings 'Korea in miniature': 10 claims, 9 with a query, 2 robust, 200 draws, seed 7>"
    assert all(len(line) <= 100 for line in str(findings).splitlines())
    assert "likely (55-80 %)" in str(findings)
    assert json.loads(json.dumps(findings.to_dict(), allow_nan=False))["as_of"] == "2024-11-07"
    with pytest.raises(KeyError):
        findings.claim("nobody")


def _rounded(value: object) -> object:
    """Sums in another order differ in the last bits only."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return round(value, 10) if isinstance(value, float) else value


def test_draws_count_by_the_probability_of_what_is_observed() -> None:
    """The claim's high draws are the ones in which the observation is likely."""
    run = ensemble()
    values = run.numbers["claim/early-offer"]
    chance = np.where(values >= 0.8, 0.9, 1e-6)
    chances = {"given/early-offer": chance, "given-coin/early-offer": np.full(len(chance), 0.5)}
    weighed = assess(scenario(), game(), replace(run, numbers=dict(run.numbers) | chances)).claim("early-offer")
    plain = assess(scenario(), game(), run).claim("early-offer")
    assert weighed.spread is not None
    assert plain.spread is not None
    assert weighed.spread.mean == pytest.approx(np.average(values, weights=chance))
    assert plain.spread.p5 < 0.79 < weighed.spread.p5
    assert (plain.verdict, weighed.verdict) == ("supported", "higher")
    assert weighed.condition == pytest.approx(chance.mean())
    assert weighed.agreement == pytest.approx(np.average(values >= 0.8, weights=chance))
    assert weighed.fan is not None
    assert weighed.fan.mean[-1] == pytest.approx(weighed.spread.mean)
    (driver,) = weighed.drivers
    high = run.numbers[f"input/{driver.input}"] >= driver.high.bound
    assert driver.high.mean == pytest.approx(np.average(values[high], weights=chance[high]))
    told = f"What it conditions on has a probability of {write_share(chance.mean())}"
    assert told in state_result(weighed)
    assert "conditions on" not in state_result(plain)


def test_a_condition_below_the_floor_says_how_likely_it_was() -> None:
    run = ensemble()
    chances = {"given/never": np.linspace(0, 3e-12, 200), "given-coin/never": np.zeros(200)}
    claim = assess(scenario(), game(), replace(run, numbers=dict(run.numbers) | chances)).claim("never")
    assert claim.verdict == "void"
    assert claim.reason == "What the query conditions on hardly ever happens: at most 3e-12 in any draw."
