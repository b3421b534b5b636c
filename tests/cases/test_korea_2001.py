"""The earlier split: its size, its anchors, no fact from after its day in any input, and what korea-2024 asks of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.test_korea import pointers, reasons, wants
from detente import api
from detente.game.compiler import compile_game
from detente.scenario.conditions import levers_of
from detente.scenario.model import Scenario
from detente.scenario.neighbours import list_neighbours
from detente.scenario.reader import load, load_checked

FOLDER = Path(__file__).parents[2] / "src" / "detente" / "cases" / "korea-2001"
LAST_DAY = "2001-03-08"
#: what only somebody writing later would name
LATER = ("2002", "axis of evil", "September 11", "Kelly", "Roh", "uranium", "Six-Party")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(FOLDER)


def test_a_small_case_of_the_same_kind(scenario: Scenario) -> None:
    assert [actor.id for actor in scenario.actors] == ["us", "dprk", "rok", "prc", "jpn"]
    assert 8 <= sum(lever.actor is not None for lever in scenario.levers) <= 10
    assert compile_game(scenario).cells <= 5_000
    assert "no evidence of skill" in " ".join(scenario.cautions)
    mentioned = {lever for want in wants(scenario) for lever in levers_of(want.condition.node)}
    assert mentioned == {lever.id for lever in scenario.levers}


def test_the_only_warnings_are_the_words_that_have_no_number() -> None:
    _, warnings = load_checked(FOLDER)
    assert warnings
    assert all("has no number on the scale" in str(issue) for issue in warnings)


def test_every_input_rests_on_a_source_of_its_day_and_no_outcome_does(scenario: Scenario) -> None:
    dates = {source.id: source.date for source in scenario.sources}
    used = set()
    for where, because in reasons(scenario):
        named = pointers(because)
        assert named, where
        for source in named:
            assert dates[source] <= LAST_DAY, (where, source)
        used.update(named)
    outcomes = {claim.outcome.source for claim in scenario.claims if claim.outcome and claim.outcome.source}
    assert all(dates[source] > LAST_DAY for source in outcomes)
    assert used | outcomes == set(dates)
    for claim in scenario.claims:
        if claim.outcome is not None and claim.outcome.on is not None:
            assert claim.outcome.on > scenario.as_of


def test_no_later_word_in_what_sets_an_input(scenario: Scenario) -> None:
    inputs = scenario.source_text.partition("\nclaims:")[0] + scenario.brief
    assert [word for word in LATER if word in inputs.replace("2001-2003", "")] == []


def test_claims_follow_the_brief(scenario: Scenario) -> None:
    brief = " ".join(scenario.brief.split())
    for claim in scenario.claims:
        assert brief.count(claim.quote) == 1, claim.id
        assert (claim.query is None) == bool(claim.unscorable), claim.id
        assert claim.outcome is not None, claim.id
    assert {claim.outcome.value for claim in scenario.claims if claim.outcome} >= {"yes", "no", "unscorable"}


def test_the_flagship_case_asks_about_it() -> None:
    flagship = load("korea-2024")
    assert list(list_neighbours(flagship)) == ["korea-2001"]
    asked = {claim.id: str(claim.query) for claim in flagship.claims if "in korea-2001" in str(claim.query)}
    assert set(asked) == {"c28", "c29"}
    found = api.forecast(flagship, list(asked.values()), draws=32)
    split, worse = found.lines
    assert split.value is not None
    assert worse.value is not None
    assert split.value > 2 / 3
    assert 0.1 < worse.value < 0.9
