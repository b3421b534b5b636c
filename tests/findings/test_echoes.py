"""Laws of the echo test and of the placebo, against the same questions asked in other ways."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente import api
from detente.ensemble.design import draw_rows
from detente.findings.echoes import find_statements
from detente.findings.placebos import Deal, apply, deal_preferences, run_placebos, scramble
from detente.game.compiler import compile_game
from detente.game.cuts import hold
from detente.game.pricing import draw_inputs, price
from detente.scenario.reader import loads, parse_query
from detente.solvers.forecast import answer
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid
from findings.test_interventions import SMALL
from scenario.spoken import LEVERS, Spoken, conditions, states

CASE = SMALL.replace("QUIET", "1 to 3").replace(
    "claims:\n",
    """claims:
  - id: silence
    text: The North falls silent
    says: likely
    about: P(north.noise = off by 2025-06-01)
  - id: answered
    text: Leaflets down, the North stays silent
    about: P(north.noise = off on 2025-06-01 | suppose south.leaflets = off) > 60%
""",
)


def statements(text: str, name: str) -> list[tuple[str, str]]:
    case, _ = loads(text)
    claim = next(claim for claim in case.claims if claim.id == name)
    return [(s.actor, s.want) for s in find_statements(claim, case, compile_game(case))]


# Which want says a claim ---------------------------------------------------------------------------------------------


def test_a_want_of_the_owner_on_its_own_lever_says_it() -> None:
    assert statements(CASE, "silence") == [("north", "noise = off")]


def test_under_a_supposition_what_hangs_on_the_held_lever_says_it_too() -> None:
    assert statements(CASE, "answered") == [("north", "south.leaflets = off and noise = off"), ("north", "noise = off")]


ACTORS = """\
detente: 1
title: Two sides
as_of: 2024-11-07
horizon: 2026-11-30
actors:
  us:
    levers:
      engagement: [none, offer, summit]
      drills: [full, scaled]
    wants: [{want: "FIRST", weight: 1}]
  dprk:
    levers:
      reply: [refuse, working, summit]
      noise: [on, off]
      tests: [resting, icbm, nuclear]
    wants: [{want: "SECOND", weight: -1}]
chance:
  seoul: {levels: [yoon, successor]}
conditions:
  talks: us.engagement >= offer and dprk.reply >= working
rules:
  - forbid: dprk.tests = icbm and dprk.reply = summit
claims:
  - {id: a, text: A, about: "P(EVENT on 2025-11-07)"}
"""


def mentioned(spoken: Spoken) -> set[str]:
    text = spoken.text.replace("talks", "us.engagement dprk.reply")
    return {lever for lever in LEVERS if lever in text}


@given(conditions, conditions, conditions)
@settings(max_examples=80)
def test_what_says_a_claim_is_found_state_by_state(event, first, second) -> None:
    """Against the definition over every state that the rule allows."""
    allowed = [state for state in states() if not (state["dprk.tests"] == 1 and state["dprk.reply"] == 2)]
    expected = []
    for actor, want in (("us", first), ("dprk", second)):
        pairs = [(want.holds(state), event.holds(state)) for state in allowed]
        true = [wanted for wanted, _ in pairs]
        says = all(a != b for a, b in pairs) or not any(a and not b for a, b in pairs)
        owns = any(lever.startswith(f"{actor}.") for lever in mentioned(event))
        if owns and mentioned(want) <= mentioned(event) and says and any(true) and not all(true):
            expected.append((actor, want.text))
    text = ACTORS.replace("FIRST", first.text).replace("SECOND", second.text).replace("EVENT", event.text)
    assert statements(text, "a") == expected


READINGS = CASE.replace(
    """    wants:
      - {id: quiet, want: south.leaflets = off and noise = off, weight: 1 to 3}
      - {id: pride, want: noise = off, weight: -0.5 to -0.25}
""",
    """    readings:
      proud: {odds: 50, wants: [{id: pride, want: noise = off, weight: -3 to -2}]}
      tired: {odds: 50, wants: [{id: rest, want: "noise = off", weight: 1 to 2}, {want: south.idle = a, weight: 1}]}
""",
)


def test_the_same_want_in_two_readings_is_one() -> None:
    case, _ = loads(READINGS)
    (found,) = find_statements(case.claims[0], case, compile_game(case))
    assert found.inputs == ("north.proud.pride", "north.tired.rest")


# What is left without it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [CASE, READINGS])
def test_an_echo_is_the_query_with_the_weight_at_nothing(text: str) -> None:
    case, _ = loads(text)
    run = api.run(case, draws=8, workers=1)
    echo = next(echo for echo in api.find_echoes(case, run, draws=4) if echo.claim == "silence")
    (query,) = api.parse_queries(
        case, ["P(north.noise = off by 2025-06-01)"], "", [f"{name} = 0" for name in echo.statement.inputs]
    )
    plan = lay_plan(compile_game(case), [query], Grid(np.zeros(0)))
    rows = draw_rows(0, 0, 4, compile_game(case).columns)
    values = [answer(plan, u).of(query) for u in rows]
    assert echo.draws == 4
    assert echo.without.mean == pytest.approx(np.mean(values))
    assert echo.was.mean == pytest.approx(run.numbers["claim/silence"][:4].mean())
    assert echo.change == pytest.approx(np.mean(values - run.numbers["claim/silence"][:4]))


def test_a_verdict_that_rests_on_one_want_is_an_echo() -> None:
    """Of an actor that wants nothing else, everything does; the want that is not touched changes nothing."""
    text = CASE.replace("weight: 1 to 3", "weight: 0.01 to 0.02").replace("weight: -0.5 to -0.25", "weight: 4 to 5")
    case, _ = loads(text)
    run = api.run(case, draws=8, workers=1)
    echo = next(echo for echo in api.find_echoes(case, run) if echo.claim == "silence")
    assert (echo.draws, echo.verdict_was, echo.assumed) == (8, "higher", True)
    weak, _ = loads(text.replace("weight: 4 to 5", "weight: 0.0001 to 0.0002"))
    other = next(echo for echo in api.find_echoes(weak, api.run(weak, draws=8, workers=1)) if echo.claim == "silence")
    assert not other.assumed
    assert other.change == pytest.approx(0, abs=1e-3)


def test_a_cause_is_compared_by_its_own_verdict() -> None:
    case, _ = loads(CASE)
    run = api.run(case, draws=8, workers=1)
    echoes = {(echo.claim, echo.statement.want): echo for echo in api.find_echoes(case, run)}
    helps = echoes["helps", "south.leaflets = off and noise = off"]
    assert (helps.verdict_was, helps.verdict, helps.assumed) == ("holds", "fails", True)
    assert helps.change == pytest.approx(-(run.numbers["term/helps/0"] - run.numbers["term/helps/1"]).mean(), abs=0.02)
    assert {echo.claim for echo in api.find_echoes(case, run, claims=case.claims[:1])} == {"silence"}


# Placebo -------------------------------------------------------------------------------------------------------------

RANKED = CASE.replace(
    """    wants:
      - {id: calm, want: north.noise = off, weight: 0.7 to 1.4}
      - {id: base, want: leaflets = off, weight: -0.5 to 0.5}
      - {id: whim, want: idle = b, weight: -0.5 to 0.5}
""",
    "    ranking: [peace, north.noise = off, [leaflets = off, idle = b]]\n",
)

#: a policy with rules by date, and a belief that a claim asks for
TURNED = CASE.replace(
    "claims:\n",
    """policies:
  tit:
    actor: south
    hold: leaflets = off
    then: [{if: north.noise = on, on: 2025-03-01, hold: leaflets = on}]
claims:
  - id: answer
    text: Answered in kind, the North falls silent
    about: P(north.noise = off on 2025-06-01 | suppose tit)
  - id: seen
    text: The South believes that the North falls silent
    about: P(north.noise = off on 2025-06-01 | believed by south)
""",
).replace(
    "weight: -0.5 to 0.5}\nconditions",
    "weight: -0.5 to 0.5}\n    believes: {north: {wants: [{want: noise = off, weight: 1}]}}\nconditions",
)


@given(st.integers(0, 10**6), st.sampled_from([CASE, READINGS, RANKED]))
@settings(max_examples=12)
def test_dealing_and_holding_may_change_places(seed: int, text: str) -> None:
    """The scenes of a plan have levers held; dealt anew they must be scenes of the game dealt anew."""
    case, _ = loads(text)
    game = compile_game(case)
    deals = deal_preferences(game, case, np.random.default_rng(seed))
    inputs = draw_inputs(game, None)
    first = price(hold(apply(game, deals), {"south.leaflets": 1}), inputs)
    second = price(apply(hold(game, {"south.leaflets": 1}), deals), inputs)
    assert (first.payoffs == second.payoffs).all()


@given(st.integers(0, 10**6), st.sampled_from([CASE, READINGS, RANKED, TURNED]))
@settings(max_examples=16)
def test_a_plan_dealt_anew_is_the_plan_of_the_game_dealt_anew(seed: int, text: str) -> None:
    case, _ = loads(text)
    game = compile_game(case)
    queries = [claim.query for claim in case.claims if claim.query is not None]
    plan = lay_plan(game, queries, Grid(np.zeros(0)))
    dealt = apply(game, deal_preferences(game, case, np.random.default_rng(seed)))
    (u,) = draw_rows(0, 3, 4, game.columns)
    slow = answer(lay_plan(dealt, queries, Grid(np.zeros(0))), u).values
    fast = answer(scramble(plan, case, np.random.default_rng(seed)), u).values
    assert fast == slow
    assert fast != answer(plan, u).values


def test_a_deal_is_the_file_with_its_weights_dealt() -> None:
    fixed = CASE.replace("weight: 1 to 3", "weight: 2").replace("weight: -0.5 to -0.25", "weight: -0.4")
    dealt = fixed.replace("weight: 2}", "weight: 0.4}").replace("weight: -0.4}", "weight: 2}")
    case, other = loads(fixed)[0], loads(dealt)[0]
    game = compile_game(case)
    none = [
        [Deal(np.arange(len(r.terms)), np.ones(len(r.terms)), np.zeros(0), np.zeros(0)) for r in p.readings]
        for p in game.actors
    ]
    assert (
        price(apply(game, none), draw_inputs(game, None)).payoffs == price(game, draw_inputs(game, None)).payoffs
    ).all()
    turned = [[replace(none[0][0], order=np.array([1, 0]), signs=np.array([-1.0, 1.0]))], none[1]]
    swapped = compile_game(other)
    assert (
        price(apply(game, turned), draw_inputs(game, None)).payoffs
        == price(swapped, draw_inputs(swapped, None)).payoffs
    ).all()


def test_places_of_a_ranking_are_dealt_and_none_is_lost() -> None:
    case, _ = loads(RANKED)
    game = compile_game(case)
    before = price(game, draw_inputs(game, None)).payoffs[:, 1]
    seen = set()
    for seed in range(20):
        dealt = apply(game, deal_preferences(game, case, np.random.default_rng(seed)))
        after = price(dealt, draw_inputs(game, None)).payoffs[:, 1]
        assert sorted(set(after)) == pytest.approx(sorted(set(before)))
        assert all(len(set(after[before == worth])) == 1 for worth in before)
        seen.add(tuple(after))
    assert len(seen) > 5


def test_shares_are_counts_of_single_draws() -> None:
    """Against one preference after the other, asked by itself; a part of the claims gives the same."""
    case, _ = loads(CASE)
    game, run = compile_game(case), api.run(case, draws=16, workers=1)
    findings = api.assess(case, run)
    told = {item.claim: item for item in run_placebos(case, game, findings.claims, 12, seed=0)}
    query = parse_query(case, "P(north.noise = off by 2025-06-01)")
    hits = 0
    for k in range(12):
        dealt = apply(game, deal_preferences(game, case, np.random.default_rng([0, k])))
        (u,) = draw_rows(0, k, k + 1, game.columns)
        value = answer(lay_plan(dealt, [query], Grid(np.zeros(0))), u).of(query)
        hits += ("lower" if value < 0.55 else "higher" if value >= 0.8 else "supported") == findings.claim(
            "silence"
        ).verdict
    assert told["silence"].share == hits / 12
    assert told["silence"].preferences == 12
    assert "saves" not in told, "what is assumed hangs on nobody's preferences"
    (alone,) = run_placebos(case, game, [findings.claim("silence")], 12, seed=0)
    assert alone == told["silence"]
    assert run_placebos(case, game, [findings.claim("saves")], 3, seed=0) == ()


def test_preferences_that_do_not_matter_agree_as_the_draws_do() -> None:
    """Where all weights are 0 a random preference changes nothing, so preference k is draw k."""
    text = CASE
    for weight in ("1 to 3", "-0.5 to -0.25", "0.7 to 1.4", "-0.5 to 0.5"):
        text = text.replace(f"weight: {weight}}}", "weight: 0}")
    case, _ = loads(text)
    findings = api.assess(case, api.run(case, draws=6, workers=1))
    told = {item.claim: item.share for item in api.run_placebos(case, findings.claims, 6)}
    assert {"silence", "helps", "needs"} <= told.keys()
    assert told == pytest.approx({name: findings.claim(name).agreement for name in told})
