"""What issues come to: the pooled forecast against its definition, models over draws, a run against a question."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente import api
from detente.ensemble.bargains import draw_tables
from detente.errors import QueryError
from detente.findings.bargains import Bargaining, find_over, write_length
from detente.findings.terms import MOST, STRETCHES, Asked, find_terms, look_out
from detente.scenario.model import Question, Region, Scenario
from detente.solvers.bargaining.models import MODELS, settle
from detente.solvers.bargaining.prediction import predict
from solvers.test_closed_forms import make_stakes, rows
from solvers.test_fragility import cars

CASE = """
detente: 1
title: A price and its terms
as_of: 2025-01-01
horizon: 12 months
actors:
  north: {name: The North}
  south: {name: The South}
  east: {name: The East}
issues:
  price:
    label: The price
    package: sale
    scale: {0: nothing, 100: everything}
    reference: 20
    stakes:
      north: {position: 60 to 90, salience: 0.8, capability: 1}
      south: {position: 20, salience: 0.4 to 0.6, capability: 2}
      east: {position: 50, salience: 0.1, capability: 0.5 to 1.5}
  term:
    package: sale
    ends: [1, 30]
    scale: {1: a year, 30: a generation}
    regions: {short: [1, 10], long: [10, 30]}
    stakes:
      north: {position: 25, salience: 0.3, capability: 1}
      south: {position: 2 to 8, salience: 0.9, capability: 2}
  flag:
    scale: {0: theirs, 50: none, 100: ours}
    stakes:
      north: {position: 100, salience: 0.5, capability: 1}
      south: {position: 0, salience: 0.5, capability: 1}
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("terms") / "price.yaml"
    path.write_text(CASE, encoding="utf-8")
    return api.load(path)


@pytest.fixture(scope="module")
def found(case: Scenario) -> Bargaining:
    return api.bargain(case, draws=32, seed=4)


def question(regions: Sequence[tuple[float, float]] = ()) -> Question:
    named = tuple(Region(f"r{k}", low, high) for k, (low, high) in enumerate(regions))
    return Question("x", ((0.0, "low"), (100.0, "high")), (), regions=named)


@given(st.lists(rows, min_size=1, max_size=4), st.lists(st.integers(1, 99), max_size=4, unique=True))
@settings(max_examples=30)
def test_all_draws_together_are_the_mean_of_their_chances(
    tables: list[list[tuple[float, float, float]]], cuts: list[int]
) -> None:
    size = max(map(len, tables))
    full = [[*table, *[(0.0, 0.0, 1.0)] * (size - len(table))] for table in tables]
    stakes = make_stakes(full[0])
    parts = [make_stakes(table) for table in full]
    stacked = replace(
        stakes,
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in ("positions", "saliences", "capabilities", "reference")
        },
    )
    edges = [0.0, *sorted(map(float, cuts)), 100.0]
    outlook = look_out(predict(stacked), question(list(pairwise(edges))))
    singles = [predict(part) for part in parts]
    assert outlook.mean == pytest.approx(np.mean([single.find_mean()[0] for single in singles]))
    for region in outlook.regions:
        chance = np.mean([single.find_share(region.low, region.high)[0] for single in singles])
        assert region.chance == pytest.approx(chance)
    assert sum(region.chance for region in outlook.regions) == pytest.approx(1)
    assert sum(outlook.chances) == pytest.approx(1)
    assert len(outlook.chances) == STRETCHES == len(outlook.edges) - 1

    def below(x: float) -> float:
        return float(np.mean([single.find_chance_at_most(x)[0] for single in singles]))

    ends = (outlook.wide[0], outlook.half[0], outlook.median, outlook.half[1], outlook.wide[1])
    for share, at in zip((0.1, 0.25, 0.5, 0.75, 0.9), ends, strict=True):
        assert below(at) >= share - 1e-7
        if at > 0:
            assert below(at - 1e-5) <= share + 1e-7
    assert list(ends) == sorted(ends)


def test_one_draw_has_no_error_and_many_have() -> None:
    outlook = look_out(predict(cars()), Question("x", (), (), low=4.0, high=10.0))
    assert np.isnan(outlook.mean_error)
    assert np.isnan(outlook.median_error)


def test_the_error_of_the_median_is_its_spread_over_seeds(case: Scenario) -> None:
    stakes = draw_tables(api.compile(case), 400, 7)[0].drawn
    assert stakes is not None
    medians, errors = [], []
    for seed in range(24):
        # Sobol rows do better than independent ones, so that draws are mixed by hand here.
        rng = np.random.default_rng(seed)
        outlook = look_out(predict(stakes.of("price").at(rng.integers(0, 400, 60))), question())
        medians.append(outlook.median)
        errors.append(outlook.median_error)
    assert np.mean(errors) == pytest.approx(np.std(medians, ddof=1), rel=0.5)


def test_every_model_is_run_on_the_table_of_every_issue(case: Scenario, found: Bargaining) -> None:
    assert [issue.id for issue in found.issues] == ["price", "term", "flag"]
    sale, flag = draw_tables(api.compile(case), 32, 4)
    assert sale.central.issues == ("price", "term")
    assert flag.drawn is None
    for issue, table in ((found.issue("price"), sale), (found.issue("term"), sale), (found.issue("flag"), flag)):
        assert [model.model for model in issue.models] == list(MODELS)
        for model in issue.models:
            if MODELS[model.model].several and len(table.central.issues) > 1:
                whole = table.central if MODELS[model.model].absent else table.central.together()
                together = settle(model.model, whole)
                assert model.point == together.outcomes[0, table.central.issues.index(issue.id)]
                continue
            assert model.point == settle(model.model, table.central.of(issue.id)).outcomes[0, 0]
            if table.drawn is None:
                assert model.over is None
                assert np.isnan(model.rest)
                continue
            values = settle(model.model, table.drawn.of(issue.id)).outcomes[:, 0]
            assert model.over is not None
            assert (model.over.mean, model.over.median) == pytest.approx((values.mean(), np.median(values)))
    assert found.issue("flag").pooled is None
    assert found.issue("price").reference == 20
    assert np.isnan(found.issue("term").reference)


def test_places_are_central_and_say_what_is_uncertain(found: Bargaining) -> None:
    north, south, east = found.issue("price").places
    assert (north.name, south.position, east.salience) == ("The North", 20.0, 0.1)
    assert north.positions is not None
    assert 60 < north.positions.p5 < north.positions.median < north.positions.p95 < 90
    assert (north.saliences, south.positions) == (None, None)
    assert east.capabilities is not None
    assert sum(place.share for place in (north, south, east)) == pytest.approx(1)


def test_a_track_leads_from_the_table_to_the_point(found: Bargaining) -> None:
    for issue in found.issues:
        for model in issue.models:
            assert (model.track is not None) == (model.dynamic and not model.reason)
            if model.track is None:
                continue
            assert len(model.track.points) == model.rounds + 1 == len(model.track.positions)
            assert model.track.points[-1] == pytest.approx(model.point)
            places = {place.actor: place.position for place in issue.places}
            assert model.track.positions[0] == pytest.approx([places[actor] for actor in model.track.actors])


def test_a_run_says_what_a_question_says(case: Scenario, found: Bargaining, tmp_path: Path) -> None:
    """The same draws, so the same figures; the run also tells of fragility and persuasion."""
    ensemble = api.run(case, draws=32, seed=4, folder=tmp_path / "run", workers=1)
    terms = api.assess(case, ensemble).terms
    assert terms is not None
    assert terms.to_dict()["issues"] == found.to_dict()["issues"]
    assert (terms.draws, terms.dynamic_draws, terms.seed) == (32, 32, 4)
    assert MOST > 32
    assert {(item.issue, item.actor) for item in terms.persuasion} == {
        ("price", "north"), ("price", "south"), ("price", "east"), ("term", "north"), ("term", "south"),
        ("flag", "north"), ("flag", "south"),
    }  # fmt: skip
    assert {item.issue for item in terms.fragility} == {"price", "term", "flag"}


def test_some_issues_and_models(case: Scenario) -> None:
    found = api.bargain(case, ["flag"], ["median", "nash"], draws=4, switches={"nash": {"disagreement": "zero"}})
    assert [issue.id for issue in found.issues] == ["flag"]
    assert [model.model for model in found.issues[0].models] == ["median", "nash"]
    assert found.issues[0].model("nash").switches == {"disagreement": "zero"}
    assert found.draws == 0
    with pytest.raises(KeyError):
        found.issues[0].model("compromise")
    with pytest.raises(KeyError):
        found.issue("price")


def test_what_has_no_answer_says_why_unless_it_was_named(case: Scenario) -> None:
    switches = {"nash": {"disagreement": "reference"}}
    found = api.bargain(case, draws=4, switches=switches)
    assert found.issue("price").model("nash").reason == ""
    void = found.issue("flag").model("nash")
    assert np.isnan(void.point)
    assert void.reason == "It needs what holds if nothing is agreed: give the issue a 'reference'."
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["issues"][2]["models"][3]["point"] is None


def test_every_name_that_is_none_is_refused_at_once(case: Scenario) -> None:
    with pytest.raises(QueryError) as caught:
        api.bargain(case, ["prize"], ["medium"], switches={"nash": {"x": "1"}, "nobody": {}})
    assert [issue.message for issue in caught.value.issues] == [
        "No issue 'prize'.", "No model 'medium'.", "No model 'nobody'.", "No switch 'x'.",
    ]  # fmt: skip
    assert caught.value.issues[0].cure == "Did you mean 'price'?"
    with pytest.raises(QueryError, match="The case has nothing to bargain over"):
        api.bargain(api.load("chicken"))
    with pytest.raises(QueryError, match="'est' has no stake in price or term or flag"):
        api.find_persuasion(case, "est")


def test_persuasion_is_asked_where_the_actor_has_a_stake(case: Scenario) -> None:
    assert [item.issue for item in api.find_persuasion(case, "east", draws=4)] == ["price"]
    assert [item.issue for item in api.find_persuasion(case, "north", ["term", "flag"], draws=4)] == ["term", "flag"]


def test_switches_from_text() -> None:
    assert api.parse_switches(["nash.disagreement = reference", "exchange.rounds=3"]) == {
        "nash": {"disagreement": "reference"}, "exchange": {"rounds": "3"},
    }  # fmt: skip
    with pytest.raises(QueryError) as caught:
        api.parse_switches(["nash", "nash.disagreement", ".x=1"])
    assert len(caught.value.issues) == 3


def test_numbers_over_draws() -> None:
    over = find_over([1.0, 2.0, 3.0])
    assert over is not None
    assert (over.mean, over.median) == (2.0, 2.0)
    assert find_over([1.0, np.nan]) is None
    assert find_over([]) is None
    assert [write_length(x) for x in (float("nan"), 7.3899, 0.12345, 1234.5, -2.0)] == [
        "-",
        "7.39",
        "0.123",
        "1,234",
        "-2",
    ]


def test_a_model_is_passed_over_only_when_lenient(case: Scenario) -> None:
    tables = draw_tables(api.compile(case), 2, 0)
    asked = Asked(("compromise",), {"compromise": {"x": "1"}}, lenient=False)
    with pytest.raises(QueryError, match="No switch 'x'"):
        find_terms(case, tables, asked)
