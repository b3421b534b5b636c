"""Laws of causes, requirements, counter-examples and words, and what they are worth on a small conflict."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from detente import api
from detente.findings.counterexamples import Plausibility, find_counterexample, find_plausibility
from detente.findings.findings import Findings
from detente.findings.interventions import count_directly, needs_by_definition
from detente.findings.wording import fit_word
from detente.findings.yardsticks import Yardstick, band_of
from detente.game.compiler import compile_game
from detente.report.verdicts import state_counterexample, state_intervention, state_wording
from detente.scenario.catalogue import names_of
from detente.scenario.model import Requirement
from detente.scenario.names import resolve_condition
from detente.scenario.queries import Probability, Query
from detente.scenario.reader import loads
from detente.scenario.words import SCALES, find_word
from findings.mock_korea import ensemble, game, scenario
from scenario.conftest import TEXT
from scenario.spoken import conditions, states

GAPS = arrays(np.float64, st.integers(1, 40), elements=st.floats(-1, 1))

SMALL = """\
detente: 1
title: Who falls silent
as_of: 2024-11-07
horizon: 12 months
actors:
  north:
    levers:
      noise: [on, off]
    wants:
      - {id: quiet, want: south.leaflets = off and noise = off, weight: QUIET}
      - {id: pride, want: noise = off, weight: -0.5 to -0.25}
  south:
    levers:
      leaflets: [on, off]
      idle: [a, b, c]
    wants:
      - {id: calm, want: north.noise = off, weight: 0.7 to 1.4}
      - {id: base, want: leaflets = off, weight: -0.5 to 0.5}
      - {id: whim, want: idle = b, weight: -0.5 to 0.5}
conditions:
  peace: north.noise = off and south.leaflets = off
measures:
  calm: [{want: north.noise = off, weight: 1}]
  thrift: [{want: south.leaflets = off, weight: 0.5 to 1}, {want: peace, weight: 0.01}]
claims:
  - id: helps
    text: Leaflets down, the North falls silent
    about: P(north.noise = off on 2025-06-01)
    cause: {on: south.leaflets = off, effect: raises}
  - id: hurts
    text: Leaflets down, the North grows louder
    about: P(north.noise = off on 2025-06-01)
    cause: {on: south.leaflets = off, effect: lowers}
  - id: matters
    text: Leaflets matter to calm
    about: E(calm)
    cause: {on: south.leaflets = on, off: south.leaflets = off, effect: moves, by: 0.1}
  - id: vast
    text: Leaflets down, calm is all but complete
    about: E(calm)
    cause: {on: south.leaflets = off, effect: raises, by: 5}
  - id: idle
    text: What is idle helps
    about: P(north.noise = off on 2025-06-01)
    cause: {on: south.idle = c, effect: raises, by: 0.001}
  - id: idle-moves
    text: What is idle matters
    about: E(calm)
    cause: {on: south.idle = c, effect: moves, by: 0.001}
  - id: saves
    text: Leaflets down saves money
    about: E(thrift)
    cause: {on: south.leaflets = off, effect: raises, by: 0.1}
  - id: needs
    text: Silence needs the leaflets down
    about: P(north.noise = off on 2025-06-01)
    requires: {condition: south.leaflets = off, below: 30%}
  - id: peace-needs
    text: Peace needs the leaflets down
    about: P(peace by 2025-06-01)
    requires: south.leaflets = off
  - id: likely
    text: The North likely falls silent
    says: likely
    about: P(north.noise = off by 2025-06-01)
"""


def look(quiet: str = "1 to 3", draws: int = 16, text: str = SMALL) -> Findings:
    case, _ = loads(text.replace("QUIET", quiet))
    return api.assess(case, api.run(case, draws=draws, workers=1))


@pytest.fixture(scope="module")
def small() -> Findings:
    return look()


# Causes --------------------------------------------------------------------------------------------------------------


@given(GAPS, st.floats(0.001, 0.5))
def test_a_cause_needs_its_direction_and_its_size(gaps: np.ndarray, by: float) -> None:
    """Against the definition, one draw at a time."""
    right = sum(1 for gap in gaps if gap > 0)
    large = float(np.mean(gaps)) >= by
    verdict = "holds" if 3 * right >= 2 * len(gaps) and large else "fails"
    if len(gaps) <= 3 * right < 2 * len(gaps):
        verdict = "contested"
    held = Yardstick("effect", by=by)
    assert held.verdict(gaps) == verdict
    assert held.agreement(gaps, "holds") == pytest.approx(sum(gap >= by for gap in gaps) / len(gaps))
    assert held.verdict(gaps[::-1]) == verdict


@given(GAPS, st.floats(0.001, 0.5))
def test_what_moves_less_than_asked_is_never_held(gaps: np.ndarray, by: float) -> None:
    assert Yardstick("effect", by=by).verdict(gaps * by * 0.99) != "holds"


def test_verdicts_of_the_small_case(small: Findings) -> None:
    told = {claim.id: claim.verdict for claim in small.claims if claim.intervention is not None}
    assert told == {
        "helps": "holds",
        "hurts": "fails",
        "matters": "holds",
        "vast": "fails",
        "idle": "fails",
        "idle-moves": "fails",
        "saves": "assumed",
        "needs": "holds",
        "peace-needs": "assumed",
    }


@pytest.mark.parametrize("quiet", ["-3 to -1", "-0.5 to 0.5", "4 to 8"])
def test_a_cause_that_does_nothing_is_never_supported(quiet: str) -> None:
    found = look(quiet, draws=4)
    assert {found.claim(name).verdict for name in ("idle", "idle-moves")} <= {"fails", "contested"}


def test_the_figures_are_those_of_the_forced_queries(small: Findings) -> None:
    case, _ = loads(SMALL.replace("QUIET", "1 to 3"))
    event = "P(north.noise = off on 2025-06-01{})"
    forced = [event.format(f" | suppose south.leaflets = {level}") for level in ("off", "on")]
    lines = api.forecast(case, [event.format(""), *forced], draws=16).lines
    found = small.claim("helps").intervention
    assert found is not None
    assert found.forced is not None
    assert (found.free.mean, found.forced.mean, found.without.mean) == pytest.approx([line.value for line in lines])
    gap = small.claim("helps").gap
    assert gap is not None
    assert gap.mean == pytest.approx(lines[1].value - lines[2].value)
    (moved,) = (claim.gap for claim in small.claims if claim.id == "matters")
    assert moved is not None
    assert moved.mean > 0, "moves is told in the direction in which it moves"


def test_which_test_fails_is_told(small: Findings) -> None:
    assert state_intervention(small.claim("hurts")).endswith(
        "Not met: two thirds of the draws must move that way and the mean must move by 5 points."
    )
    assert state_intervention(small.claim("vast")).endswith("Not met: the mean must move by 5.")
    assert "Not met" not in state_intervention(small.claim("helps"))
    assert "the measure itself counts south.leaflets = off" in state_intervention(small.claim("saves"))


def test_the_coin_toss_is_forced_too(small: Findings) -> None:
    """Without preferences the leaflets move nobody, so the effect is the argument's own."""
    helps = small.claim("helps")
    assert helps.baseline is not None
    assert (helps.baseline.verdict, helps.from_argument) == ("fails", True)


def test_relabelling_changes_nothing(small: Findings) -> None:
    text = (
        SMALL.replace("north", "zz")
        .replace("south", "aa")
        .replace("leaflets", "paper")
        .replace("idle: [a, b, c]", "idle: [x, y, z]")
    )
    text = text.replace("idle = c", "idle = z").replace("idle = b", "idle = y")
    other = look(text=text)
    for one, two in zip(small.claims, other.claims, strict=True):
        assert (one.verdict, one.agreement) == (two.verdict, two.agreement)
        assert (one.counterexample and one.counterexample.draw) == (two.counterexample and two.counterexample.draw)
        if one.gap is not None and two.gap is not None:
            assert one.gap.mean == pytest.approx(two.gap.mean, abs=1e-9)


# What is assumed -----------------------------------------------------------------------------------------------------


@given(conditions, conditions)
@settings(max_examples=60)
def test_needed_by_definition_is_what_no_state_contradicts(event, needed) -> None:
    """Against an enumeration of the states that the rule allows."""
    case, _ = loads(TEXT)
    names = names_of(case)
    first, second = (resolve_condition(spoken.text, names) for spoken in (event, needed))
    told = Requirement(Query(Probability(first, "by", 3.0)), second, 0.05)
    allowed = [state for state in states() if not (state["dprk.tests"] == 1 and state["dprk.reply"] == 2)]
    expected = not any(event.holds(state) and not needed.holds(state) for state in allowed)
    assert needs_by_definition(told, compile_game(case)) == expected


@pytest.mark.parametrize(
    ("event", "needed", "by_rule"),
    [
        ("dprk.reply = summit and dprk.tests != nuclear", "dprk.tests = resting", True),
        ("dprk.reply = summit", "dprk.tests = resting", False),
    ],
)
def test_a_rule_makes_a_requirement_assumed(event: str, needed: str, by_rule: bool) -> None:
    case, _ = loads(TEXT)
    first, second = (resolve_condition(text, names_of(case)) for text in (event, needed))
    told = Requirement(Query(Probability(first, "by", 3.0)), second, 0.05)
    assert needs_by_definition(told, compile_game(case)) is by_rule


def test_a_requirement_that_others_may_miss_is_derived(small: Findings) -> None:
    needs, by_rule = small.claim("needs").intervention, small.claim("peace-needs").intervention
    assert needs is not None
    assert by_rule is not None
    assert (needs.assumed, by_rule.assumed) == ("", "definition")
    assert by_rule.without.mean == 0
    assert (needs.off, by_rule.off) == ("south.leaflets = on", "south.leaflets = on")


def test_what_a_measure_counts_itself_is_set_apart() -> None:
    case, _ = loads(SMALL.replace("QUIET", "1 to 3"))
    run = api.run(case, draws=8, workers=1)
    claim = next(claim for claim in case.claims if claim.id == "saves")
    assert claim.cause is not None
    own = count_directly(claim.cause, claim.cause.effect.expression, compile_game(case), run)
    assert own == pytest.approx(run.numbers["input/thrift.want1"])
    margin = run.numbers["term/saves/0"] - run.numbers["term/saves/1"]
    assert (np.abs(margin - own) <= 0.01 + 1e-12).all(), "only the second statement, of weight 0.01, is left"


# Counter-examples ----------------------------------------------------------------------------------------------------


def plausibility_of(logs: np.ndarray) -> Plausibility:
    return Plausibility(logs, np.zeros((len(logs), 0)), (), {}, {}, {})


HELD = [
    Yardstick("comparison"),
    Yardstick("effect", by=0.1),
    Yardstick("off scale"),
    *(Yardstick("band", band_of(word, SCALES["icd203"])) for word in SCALES["icd203"][:6]),
]


@given(st.data(), st.sampled_from(HELD), st.integers(1, 30), st.booleans())
def test_a_counterexample_fails_and_none_that_fails_is_more_plausible(data, held, n, weighted) -> None:
    values = data.draw(arrays(np.float64, n, elements=st.floats(0, 1)))
    if held.kind == "comparison":
        values = np.round(values)
    logs = -data.draw(arrays(np.float64, n, elements=st.integers(0, 50).map(float)))
    weights = data.draw(arrays(np.float64, n, elements=st.sampled_from([0.0, 0.1, 1.0]))) if weighted else None
    if weights is not None and not weights.any():
        return
    verdict = held.verdict(values, weights)
    found = find_counterexample(values, held, verdict, plausibility_of(logs), (), weights)

    def own(k: int) -> str:
        return held.verdict(values[[k]])

    asked = "holds" if verdict == "contested" else verdict
    kept = [k for k in range(n) if weights is None or weights[k] > 0]
    differ = [k for k in kept if own(k) != asked]
    worth = logs if weights is None else logs + np.log(np.maximum(weights, 1e-300))
    assert (found is None) == (not differ)
    if found is not None:
        assert found.draw in differ
        assert found.verdict == own(found.draw) != asked
        assert worth[found.draw] == pytest.approx(max(worth[k] for k in differ))
        assert found.among == len(kept)
        assert found.place == 1 + sum(worth[k] > worth[found.draw] + 1e-6 for k in kept)


def test_plausibility_is_the_density_of_the_inputs() -> None:
    """Against the definition, input by input, on the small Korea of these tests."""
    run, n = ensemble(), 200
    found = find_plausibility(game(), run)
    expected = np.zeros(n)
    for item in game().inputs:
        column = run.numbers.get(f"input/{item.id}")
        if column is not None and not item.odds:
            ranks = np.array([(column < x).sum() + ((column == x).sum() + 1) / 2 for x in column])
            expected -= norm.ppf((ranks - 0.5) / n) ** 2 / 2
    readings = run.numbers["input/dprk.reading"]
    expected += np.where(readings == 0, 0.0, np.log(40 / 60))
    assert found.logs == pytest.approx(expected)


def test_the_counterexample_of_the_small_korea_is_told_with_its_readings() -> None:
    findings = api.assess(scenario(), ensemble())
    claim = findings.claim("talks")
    found = claim.counterexample
    assert found is not None
    assert found.value == ensemble().numbers["claim/talks"][found.draw]
    chosen = ensemble().numbers["input/dprk.reading"][found.draw]
    assert found.readings == {"dprk.reading": ("dealmaker", "stonewaller")[int(chosen)]}
    told = state_counterexample(claim, {"dprk.reading": "the reading of North Korea"})
    assert f"number {found.draw} ({found.place} of {found.among} by plausibility)" in told
    assert f"the reading of North Korea is {found.readings['dprk.reading']}" in told
    assert findings.claim("bare").counterexample is None


def test_inputs_of_another_reading_are_not_told() -> None:
    findings = api.assess(scenario(), ensemble())
    for claim in findings.claims:
        found = claim.counterexample
        if found is not None:
            other = {"dealmaker": "stonewaller", "stonewaller": "dealmaker"}[found.readings["dprk.reading"]]
            told = [item.input for item in (*found.drivers, *found.departures)]
            assert not any(name.startswith(f"dprk.{other}.") for name in told)


# Words ---------------------------------------------------------------------------------------------------------------


@given(st.floats(0, 1), st.sampled_from(["icd203", "kent", "phia", "ipcc"]), st.data())
def test_a_word_fits_or_misses_in_one_way(mean: float, scale: str, data) -> None:
    """Against the definition by distance from one half."""
    word = find_word(data.draw(st.sampled_from([w.word for w in SCALES[scale]])), SCALES[scale])
    assert word is not None
    band = band_of(word, SCALES[scale])
    fit = fit_word(band, mean)
    inside = Yardstick("band", band).verdict(np.array([mean])) == "supported"
    assert (fit == "supported") == inside
    middle = (band.floor + band.ceiling) / 2
    if not inside:
        same = (mean - 0.5) * (middle - 0.5) >= 0
        further = abs(mean - 0.5) > abs(middle - 0.5)
        straddles = band.floor < 0.5 < band.ceiling
        expected = "too shy" if straddles else "wrong side" if not same else "too shy" if further else "too sure"
        assert fit == expected


@pytest.mark.parametrize(
    ("says", "mean", "fit"),
    [
        ("almost certain", 0.7, "too sure"),
        ("almost certain", 0.4, "wrong side"),
        ("likely", 0.9, "too shy"),
        ("unlikely", 0.48, "too sure"),
        ("unlikely", 0.6, "wrong side"),
        ("unlikely", 0.1, "too shy"),
        ("roughly even", 0.9, "too shy"),
        ("almost certain", 1.0, "supported"),
    ],
)
def test_words_by_example(says: str, mean: float, fit: str) -> None:
    word = find_word(says, SCALES["icd203"])
    assert word is not None
    assert fit_word(band_of(word, SCALES["icd203"]), mean) == fit


def test_words_of_the_small_korea_are_counted() -> None:
    wording = api.assess(scenario(), ensemble()).wording
    assert wording.supported == ("early-offer", "quiet")
    assert wording.too_sure == ("talks",)
    assert wording.excluded == ("freeze",)
    assert wording.unheld == ("never",)
    assert (wording.worded, wording.off_scale) == (3, 1)
    assert state_wording(wording) == "Words: 2 supported, 1 too sure; without a number: 1 excluded."
    assert state_wording(replace(wording, supported=(), too_sure=(), excluded=())) == ""
