"""Claims about terms in a run: their verdicts, the one position that decides, and nothing else that could."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente import api
from detente.ensemble.ensemble import Ensemble
from detente.findings.factors import gather_factors
from detente.findings.findings import ClaimFinding, Findings
from detente.scenario.reader import loads

TEXT = """\
detente: 1
title: A deal nobody needs levers for
as_of: 2025-01-01
horizon: 12 months
actors:
  north:
    levers: {line: [soft, firm]}
    wants: [{id: firm, want: line = firm, weight: -1 to 2}]
  south: {name: The South}
  coast: {name: The Coast}
issues:
  deal:
    label: The deal
    regions: {low: [0, 50], high: [50, 100]}
    stakes:
      north: {position: 20, salience: 0.5, capability: 0.9 to 1.1}
      south: {position: uniform 0 100, salience: 0.9, capability: 4}
      coast: {position: 49 to 51, salience: 0.2, capability: 1}
claims:
  - {id: half, text: It ends in the upper half, says: likely, about: P(terms(deal) in high)}
  - {id: point, text: It ends above the middle, about: terms(deal) > 50}
  - {id: formula, text: By the compromise too, about: "terms(deal, compromise) > 50"}
  - {id: number, text: Where it ends, about: terms(deal)}
  - {id: sure, text: It lies somewhere, says: almost certain, about: P(terms(deal) in (low high))}
  - {id: mixed, text: Both, about: terms(deal) > 50 and P(north.line = firm by 2025-12-31) > 50%}
  - {id: line, text: The North stands firm, says: likely, about: P(north.line = firm by 2025-12-31)}
"""


SCENARIO = loads(TEXT)[0]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Ensemble:
    return api.run(SCENARIO, draws=128, seed=3, folder=tmp_path_factory.mktemp("run") / "deal", workers=1)


@pytest.fixture(scope="module")
def found(drawn: Ensemble) -> Findings:
    return api.assess(SCENARIO, drawn)


def claim(found: Findings, name: str) -> ClaimFinding:
    return next(item for item in found.claims if item.id == name)


@pytest.mark.parametrize("name", ["half", "point", "formula", "number"])
def test_the_one_position_that_decides_is_found(found: Findings, name: str) -> None:
    drivers = claim(found, name).drivers
    assert [driver.input for driver in drivers][:1] == ["deal.south.position"]
    assert all(driver.input.startswith("deal.") for driver in drivers)


def test_it_overturns_the_verdict(found: Findings) -> None:
    flip = claim(found, "point").flip
    assert flip is not None
    assert "deal.south.position" in str(flip)


def test_what_is_not_about_terms_is_not_moved_by_stakes(found: Findings) -> None:
    moved = claim(found, "line")
    assert moved.spread is not None
    assert moved.drivers[0].input == "north.firm"
    assert all(driver.input.startswith("north.") for driver in moved.drivers)


def test_each_claim_is_given_the_inputs_that_can_move_it(drawn: Ensemble) -> None:
    gathered = gather_factors(SCENARIO, api.compile(SCENARIO), drawn)
    inputs = {item.id: {factor.id for factor in gathered.of(item).factors} for item in SCENARIO.claims}
    stakes = {"deal.north.capability", "deal.south.position", "deal.coast.position"}
    others = {"north.firm", "north.tempo", "north.foresight", "north.noise", "north.habit"}
    assert inputs["half"] == inputs["number"] == stakes
    assert inputs["line"] == others
    assert inputs["mixed"] == stakes | others


def test_words_are_held_against_the_chance_of_a_region(found: Findings) -> None:
    half, sure = claim(found, "half"), claim(found, "sure")
    assert (half.kind, sure.kind) == ("probability", "probability")
    assert sure.verdict == "supported"
    assert sure.spread is not None
    assert sure.spread.mean == pytest.approx(1)
    assert half.verdict in ("supported", "higher", "lower")


def test_a_comparison_has_its_margin_in_units_of_the_scale(found: Findings) -> None:
    point = claim(found, "point")
    assert point.kind == "comparison"
    assert point.gap is not None
    assert not point.gap_in_points
    assert abs(point.gap.mean) > 0.05


def test_the_coin_toss_has_no_answer(found: Findings) -> None:
    assert [claim(found, name).baseline for name in ("half", "point", "number")] == [None] * 3
    assert claim(found, "line").baseline is not None


def test_a_run_of_bargaining_alone_goes_through(tmp_path: Path) -> None:
    scenario = api.load("eu-cars-1984")
    ensemble = api.run(scenario, draws=8, folder=tmp_path / "cars", workers=1)
    found = api.assess(scenario, ensemble)
    assert {item.verdict for item in found.claims} <= {"supported", "higher", "lower", "holds", "fails", "contested"}
