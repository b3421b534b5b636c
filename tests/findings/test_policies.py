"""What the findings say about policies: on a planted ensemble, and on small real cases against queries asked alone."""

from __future__ import annotations

import json

import numpy as np
import pytest

from detente.ensemble.alternatives import NONE, list_alternatives, list_holdings, read_ledgers
from detente.ensemble.inquiry import Inquiry
from detente.ensemble.runner import Plan, run
from detente.ensemble.sampling import sample_ledger
from detente.ensemble.study import lay_study
from detente.findings.assessment import assess
from detente.findings.deals import weigh_deals
from detente.findings.findings import plain_data
from detente.findings.policies import Weighing, advise
from detente.game.compiler import compile_game
from detente.scenario.reader import loads, parse_query
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid
from findings.mock_korea import ensemble, game, reordered, scenario

BORDER = """\
detente: 1
title: A border
as_of: 2024-11-07
horizon: 12 months
actors:
  north:
    levers:
      noise: [on, off]
      tests: [rest, test]
    wants:
      - {id: quiet, want: south.leaflets = off and noise = off, weight: 1 to 3}
      - {id: pride, want: noise = off, weight: -slight}
      - {id: arms, want: tests = test, weight: -0.5 to 1}
  south:
    levers:
      leaflets: [on, off]
      budget: {levels: [lean, "a/b c", war], one_way: true, now: a/b c}
    wants:
      - {id: calm, want: north.noise = off, weight: moderate}
      - {id: base, want: leaflets = off, weight: -0.5 to 0.5}
rules:
  - forbid: north.tests = rest and south.budget = war
measures:
  safety:
    - {want: north.noise = off, weight: 1}
    - {want: north.tests = test, weight: -1}
  money:
    - {want: south.budget = war, weight: -1}
policies:
  hush:
    actor: south
    hold: leaflets = off
"""


def border():
    case, _ = loads(BORDER)
    return case, compile_game(case)


def test_alternatives_are_listed_once_with_what_bars_them() -> None:
    case, _ = border()
    listed = {item.name: item.barred for item in list_alternatives(case, "south")}
    assert listed == {
        NONE: "",
        "hush": "",
        "south.budget = lean": "south.budget cannot go from a/b c to lean",
        "south.budget = war": "a rule forbids north.tests = rest and south.budget = war",
    }


def test_holdings_are_every_way_to_leave_today() -> None:
    case, _ = border()
    found, left_out = list_holdings(case, ("north", "south"), 1000)
    assert left_out == 0
    assert len({item.hold for item in found}) == len(found) == 2 * 2 * 2 * 3
    first, more = list_holdings(case, ("north", "south"), 5)
    assert first == found[:6]
    assert more == 24 - 6
    assert [item.name for item in found[:3]] == [NONE, "north.noise = off", "north.tests = test"]
    assert "hush" in {item.name for item in found}


def test_a_run_holds_what_queries_say_draw_by_draw() -> None:
    case, compiled = border()
    draws = run(lay_study(case, compiled), Plan(0, 3, 1))
    (ledger,) = read_ledgers(case, draws)
    assert ledger.worth.shape == (4, 2, 3)
    texts = [f"E({of}{held})" for of in ("safety", "money", "north", "south") for held in ("", " | suppose hush")]
    queries = [parse_query(case, text) for text in texts]
    sampled = Inquiry(tuple(queries), case.as_of, 3, 0).sample(lay_plan(compiled, queries, Grid(np.zeros(0))))
    slow = np.array([[answers.of(query) for query in queries] for answers, _ in sampled])
    assert pytest.approx(slow, abs=1e-12) == ledger.worth.reshape(8, 3).T


def test_draws_in_memory_are_the_runs_own() -> None:
    case, compiled = border()
    (stored,) = read_ledgers(case, run(lay_study(case, compiled), Plan(0, 4, 1)))
    alternatives = list_alternatives(case, "south")
    sampled = sample_ledger(case, compiled, ("south",), alternatives, Inquiry((), case.as_of, 4, 0))
    assert (sampled.worth == stored.worth).all()
    assert [item.name for item in sampled.barred] == [item.name for item in stored.barred]


def test_deals_are_what_their_members_gain() -> None:
    case, compiled = border()
    holdings, left_out = list_holdings(case, ("north", "south"), 30)
    ledger = sample_ledger(case, compiled, ("north", "south"), holdings, Inquiry((), case.as_of, 4, 0))
    deals = weigh_deals(ledger, case, left_out, Weighing(margin=0.0))
    plan_of = {item.name: item for item in holdings}
    compared = lay_plan(compiled, (), Grid(np.zeros(0)))
    assert not compared.scenes
    for deal in deals.deals:
        assert plan_of[deal.name].barred == ""
        owners = {lever.split(".")[0] for lever in deal.hold}
        assert deal.alone == (owners.pop() if len(owners) == 1 else "")
        gains = []
        for actor in ("north", "south"):
            held = " and ".join(f'{lever} = "{level}"' for lever, level in deal.hold.items())
            queries = [parse_query(case, f"E({actor} | suppose {held})"), parse_query(case, f"E({actor})")]
            pairs = Inquiry(tuple(queries), case.as_of, 4, 0).sample(lay_plan(compiled, queries, Grid(np.zeros(0))))
            gains.append([model.of(queries[0]) - model.of(queries[1]) for model, _ in pairs])
        slow = np.array(gains)
        assert [effect.gain.mean for effect in deal.gains] == pytest.approx(slow.mean(axis=1).tolist(), abs=1e-6)
        assert deal.everyone == pytest.approx((slow > 1e-7).all(axis=0).mean())
        assert deal.preferred == (slow.mean(axis=1) > 1e-7).all()
    assert any(deal.preferred for deal in deals.deals)
    json.dumps(deals.to_dict(), allow_nan=False)


def test_a_planted_loss_is_found_and_nothing_hangs_on_the_order_of_draws() -> None:
    found = assess(scenario(), game(), ensemble())
    (advice,) = found.advice
    calm = advice.judgement("calm")
    assert (calm.favourite, calm.settled) == ("silence", False)
    assert calm.upset is not None
    (part,) = calm.upset.box.restrictions
    assert (part.input, part.readings) == ("dprk.reading", ("stonewaller",))
    assert (calm.upset.box.density, calm.upset.box.coverage, calm.upset.instead) == (1, 1, NONE)
    assert advice.judgement("cost").favourite is None
    assert advice.robust == ()  # it loses in two draws of five
    effects = {effect.actor: effect for effect in advice.effects}
    assert (effects["us"].gains, effects["us"].loses) == (0, 0)
    assert effects["dprk"].gains == pytest.approx(1 - effects["dprk"].loses)
    order = np.random.default_rng(5).permutation(200)
    (again,) = assess(scenario(), game(), reordered(ensemble(), order)).advice
    assert json.dumps(_round(plain_data(again))) == json.dumps(_round(plain_data(advice)))
    json.dumps(found.to_dict(), allow_nan=False)


def _round(data):
    if isinstance(data, float):
        return round(data, 9)
    if isinstance(data, dict):
        return {key: _round(item) for key, item in data.items()}
    return [_round(item) for item in data] if isinstance(data, list) else data


def test_weights_decide_who_is_favoured() -> None:
    (ledger,) = read_ledgers(scenario(), ensemble())
    stonewaller = ensemble().numbers["input/dprk.reading"] == 1
    advice = advise(ledger, scenario(), None, Weighing(weights=np.where(stonewaller, 1.0, 1e-6)))
    assert advice.judgement("calm").favourite == NONE
    assert advice.judgement("calm").standings[0].unbeaten == pytest.approx(1, abs=1e-4)


def test_a_run_without_worths_has_no_advice() -> None:
    bare = {name: column for name, column in ensemble().numbers.items() if not name.startswith("policy/")}
    from dataclasses import replace

    assert assess(scenario(), game(), replace(ensemble(), numbers=bare)).advice == ()


def test_results_print_as_tables_of_a_hundred_columns() -> None:
    (advice,) = assess(scenario(), game(), ensemble()).advice
    assert repr(advice) == "<Advice for rok: 2 alternatives, robust: none>"
    assert len(str(advice).splitlines()) == 2 + sum(len(item.standings) for item in advice.judgements)
    case, compiled = border()
    holdings, left_out = list_holdings(case, ("north", "south"), 8)
    ledger = sample_ledger(case, compiled, ("north", "south"), holdings, Inquiry((), case.as_of, 2, 0))
    deals = weigh_deals(ledger, case, left_out)
    assert len(str(deals).splitlines()) == 2 + len(deals.deals)
    assert all(len(line) <= 100 for text in (str(advice), str(deals)) for line in text.splitlines())
    assert advice.to_dict()["robust"] == []
