"""Queries about bargaining: exact by hand where a model is a formula, one law of probability, draws alike and alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import QueryError
from detente.game.compiler import compile_game
from detente.game.pricing import draw_inputs
from detente.scenario.queries import Setting, measurements_of, rebase
from detente.scenario.reader import dump, loads, parse_query
from detente.scenario.terms import MODEL_IDS
from detente.solvers.bargaining.models import MODELS, settle
from detente.solvers.bargaining.outcomes import reckon_terms
from detente.solvers.bargaining.prediction import predict
from detente.solvers.bargaining.stakes import take_stakes
from detente.solvers.forecast import answer, answer_by_coin_toss
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid

TEXT = """\
detente: 1
title: A deal and a toll
as_of: 2025-01-01
horizon: 12 months
actors:
  north:
    levers: {line: [soft, firm]}
    wants: [{id: firm, want: line = firm, weight: 0.5 to 2}]
  south: {name: The South}
  coast: {name: The Coast}
issues:
  deal:
    scale: {0: no, 40: half, 100: "all of it"}
    stakes:
      north: {position: 10 to 40, salience: 0.3 to 0.7, capability: 2}
      south: {position: 80, salience: 0.5, capability: 1 to 3}
      coast: {position: 50, salience: 20%, capability: 1}
  toll:
    ends: [-2, 8]
    package: map
    stakes:
      north: {position: -2, salience: 0.4, capability: 1}
      south: {position: 6, salience: 0.6, capability: 1}
  fare:
    package: map
    stakes:
      north: {position: 90, salience: 0.6, capability: 1}
      south: {position: 20, salience: 0.3, capability: 1}
"""
SCENARIO = loads(TEXT)[0]
GAME = compile_game(SCENARIO)


def ask(text, u=None, scenario=SCENARIO, game=GAME):
    query = parse_query(scenario, text)
    return answer(lay_plan(game, [query], Grid(np.zeros(0))), u).of(query)


def rows(count):
    return np.random.default_rng(5).uniform(0.02, 0.98, (count, GAME.columns))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("terms(toll, compromise)", (0.4 * -2 + 0.6 * 6) / 1.0),
        ("terms(toll, median)", 6.0),
        ("terms(toll, compromise | with toll.south.position = 8 and toll.north.salience = 0.6)", 3.0),
        ("terms(toll, median) - terms(toll, compromise)", 6 - 2.8),
        ("terms(toll, median) > terms(toll, compromise) by 3", 1.0),
        ("terms(toll, median) > terms(toll, compromise) by 3.3", 0.0),
        ("terms(toll, compromise) >= 2.8", 1.0),
        ('P(terms(deal) in (no half "all of it"))', 1.0),
    ],
)
def test_answers_by_hand(text, value):
    assert ask(text) == pytest.approx(value, abs=1e-9)


def test_a_region_is_called_by_its_words():
    parts = [ask(f"P(terms(deal) in {name})") for name in ("no", "half", '"all of it"')]
    assert sum(parts) == pytest.approx(1)
    assert ask('P(terms(deal) in (no "all of it"))') == pytest.approx(parts[0] + parts[2])
    # Regions of named points meet half-way: at 20 and at 70.
    assert parts[0] == pytest.approx(ask("P(terms(deal) < 20)"))
    assert parts[2] == pytest.approx(ask("P(terms(deal) >= 70)"))


@given(bound=st.floats(0.01, 99.99).map(lambda x: round(x, 2)), seed=st.integers(0, 50))
def test_one_side_and_the_other_are_certain(bound, seed):
    u = np.random.default_rng(seed).uniform(0.02, 0.98, GAME.columns)
    at_least, below = ask(f"P(terms(deal) >= {bound})", u), ask(f"P(terms(deal) < {bound})", u)
    above, at_most = ask(f"P(terms(deal) > {bound})", u), ask(f"P(terms(deal) <= {bound})", u)
    assert at_least + below == pytest.approx(1)
    assert above + at_most == pytest.approx(1)
    assert at_least >= above - 1e-12


def test_a_point_mass_stands_on_its_own_side_of_a_bound():
    """The position of the coast is certain, so that some mass lies on it."""
    assert ask("P(terms(deal) >= 50)") > ask("P(terms(deal) > 50)") + 0.01
    assert ask("P(terms(deal) <= 50)") > ask("P(terms(deal) < 50)") + 0.01


def test_a_draw_alone_is_a_draw_among_many():
    drawn = rows(7)
    inputs = np.array([draw_inputs(GAME, u) for u in drawn])
    stakes = take_stakes(GAME, ("deal",), inputs)
    together = predict(stakes).find_quantiles(np.array([0.5]))[:, 0]
    assert [ask("terms(deal)", u) for u in drawn] == pytest.approx(list(together), abs=1e-7)
    for model in ("compromise", "median", "nash", "kalai-smorodinsky", "condorcet", "expected-utility"):
        outcomes = settle(model, stakes).outcomes[:, 0]
        assert [ask(f"terms(deal, {model})", u) for u in drawn] == pytest.approx(list(outcomes), abs=1e-7), model


def test_a_model_of_packages_gets_the_whole_package():
    both = take_stakes(GAME, ("toll", "fare"), draw_inputs(GAME, None))
    assert ask("terms(fare, exchange)") == pytest.approx(settle("exchange", both).outcomes[0, 1])
    alone = take_stakes(GAME, ("fare",), draw_inputs(GAME, None))
    assert ask("terms(fare, exchange)") != pytest.approx(settle("exchange", alone).outcomes[0, 0])
    assert ask("terms(fare, compromise)") == pytest.approx(settle("compromise", alone).outcomes[0, 0])


def test_every_model_of_the_registry_can_be_asked():
    assert tuple(MODELS) == MODEL_IDS
    for model in MODELS:
        assert -2 <= ask(f"terms(toll, {model})") <= 8, model


def test_a_model_that_cannot_take_the_stakes_says_so_before_anything_is_drawn():
    unequal = loads(
        TEXT.replace("position: 90, salience: 0.6, capability: 1", "position: 90, salience: 0.6, capability: 5")
    )[0]
    query = parse_query(unequal, "terms(toll, smp)")
    with pytest.raises(QueryError, match="north"):
        lay_plan(compile_game(unequal), [query], Grid(np.zeros(0)))


def test_the_coin_toss_says_nothing_of_bargaining():
    queries = [parse_query(SCENARIO, text) for text in ("terms(deal)", "P(terms(deal) in half)", "terms(deal) > 3")]
    tossed = answer_by_coin_toss(lay_plan(GAME, queries, Grid(np.zeros(0))), None)
    assert np.isnan([tossed.of(query) for query in queries]).all()


def test_starts_and_suppositions_do_not_bear_on_it():
    query = parse_query(SCENARIO, "terms(deal | with deal.south.position = 60)")
    more = parse_query(SCENARIO, "terms(deal | with deal.north.position = 5)").expression.setting.inputs
    (item,) = measurements_of(
        rebase(query.expression, (("north.line", 1),), more, Setting(suppose=(("north.line", 1),)))
    )
    assert (item.setting.suppose, item.setting.start) == ((), ())
    assert [name for name, _ in item.setting.inputs] == ["deal.north.position", "deal.south.position"]


def test_a_case_of_bargaining_alone_is_asked_like_any_other():
    alone = loads(
        TEXT.replace(
            "    levers: {line: [soft, firm]}\n    wants: [{id: firm, want: line = firm, weight: 0.5 to 2}]\n",
            "    name: The North\n",
        )
    )[0]
    game = compile_game(alone)
    assert game.cells == 1
    assert ask("terms(toll, compromise)", None, alone, game) == pytest.approx(2.8)
    assert ask("terms(deal)", None, alone, game) == pytest.approx(ask("terms(deal)"))


@pytest.mark.parametrize(
    "text",
    [
        "terms(deal)",
        "terms(toll, smp-corrected | with toll.north.salience = 0.5)",
        'P(terms(deal) in (no "all of it"))',
        "P(terms(toll) < -1.5)",
        "P(terms(deal) in half | with deal.south.position = 60)",
        "terms(deal) - terms(deal, nash) > 3 and P(terms(deal) >= 50) > 20%",
    ],
)
def test_written_anew_it_is_the_same(text):
    query = parse_query(SCENARIO, text)
    claim = f"claims: [{{id: c, text: C, about: '{text}'}}]\n"
    scenario = loads(TEXT + claim)[0]
    anew = replace(scenario, title="Another", claims=(replace(scenario.claims[0], query=replace(query, text="")),))
    assert loads(dump(anew))[0] == anew
    assert loads(dump(anew))[0].claims[0].query == query


def test_one_walk_of_terms_serves_several_items():
    items = [
        parse_query(SCENARIO, text).expression for text in ("terms(deal)", "terms(deal, nash)", "P(terms(deal) > 5)")
    ]
    found = reckon_terms(GAME, draw_inputs(GAME, None), items)
    assert list(found) == items
