"""Queries in another case: which case is meant, what is refused, and what the answers are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente import api
from detente.ensemble.design import draw_rows
from detente.errors import QueryError, ScenarioError
from detente.findings.findings import plain_data
from detente.scenario.copies import copy_scenario
from detente.scenario.neighbours import list_neighbours
from detente.scenario.reader import dump, load, loads, parse_query
from detente.solvers.forecast import answer, answer_by_coin_toss
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid

CASE = """\
detente: 1
title: Here
as_of: 2025-01-01
horizon: 12 months
actors:
  a: {levers: {x: [low, high]}, wants: [{id: up, want: x = high, weight: 0.5 to 1}]}
  b: {levers: {y: [low, high]}, wants: [{id: with, want: y = high and a.x = high, weight: 0.2 to 2}]}
rules: [{forbid: a.x = low and b.y = high}]
claims:
  - {id: own, text: It rises, says: likely, about: P(a.x = high by 2025-06-01)}
"""
THERE = CASE.replace("0.2 to 2", "-1 to 3").replace("title: Here", "title: There")
ASKS = '  - {{id: {0}, text: More than there, about: "{1}"}}\n'
MORE = "P(b.y = high by 2025-06-01) > in there: P(b.y = high by 2025-06-01)"
MONTHS = Grid(np.arange(0.0, 12.0))


def put(folder: Path, text: str, name: str = "here.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def here(tmp_path: Path) -> Path:
    put(tmp_path, THERE, "there.yaml")
    return put(tmp_path, CASE + ASKS.format("more", MORE))


def refusal(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    (issue,) = caught.value.issues
    return str(issue).casefold()


# Which case ---------------------------------------------------------------------------------------------------------


def test_a_file_beside_a_folder_beside_or_a_bundled_case(here: Path) -> None:
    assert list_neighbours(load(here))["there"].title == "There"
    (here.parent / "there.yaml").unlink()
    put(here.parent, THERE.replace("There", "A folder"), "there/scenario.yaml")
    assert list_neighbours(load(here))["there"].title == "A folder"
    bundled = "in chicken: P(crash by 1959-06-01)"
    assert list_neighbours(loads(CASE + ASKS.format("crash", bundled))[0])["chicken"].title == "Chicken"


def test_what_is_beside_comes_before_what_is_bundled(here: Path) -> None:
    put(here.parent, THERE, "chicken.yaml")
    put(here.parent, CASE + ASKS.format("more", MORE.replace("there", "chicken")))
    assert list_neighbours(load(here))["chicken"].title == "There"


def test_the_digest_covers_the_other_case(here: Path) -> None:
    before = load(here).digest
    put(here.parent, THERE + "# a remark\n", "there.yaml")
    assert load(here).digest != before
    alone = put(here.parent, CASE, "alone.yaml")
    digest = load(alone).digest
    put(here.parent, THERE, "there.yaml")
    assert load(alone).digest == digest


def test_a_copy_stands_alone(here: Path, tmp_path: Path) -> None:
    scenario = load(here)
    copy_scenario(scenario, tmp_path / "elsewhere" / "copy")
    copied = load(tmp_path / "elsewhere" / "copy")
    assert (copied.digest, copied) == (scenario.digest, scenario)
    assert dump(scenario) == here.read_text()


# What is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (MORE.replace("there", "nowhere"), "the case 'nowhere' cannot be asked about: there is neither a file"),
        (MORE.replace("in there: P(b.y", "in there: P(b.z"), "no lever 'z' for b."),
        ("in there: P(a.x = high by 2027-01-01)", "2027-01-01"),
        ("in there: P(a.x = high by 2025-06-01 | suppose b.y = high)", "forbidden in 'there' by the rule"),
        ("in here: P(a.x = high by 2025-06-01)", "a case asked about from another asks about no third."),
    ],
)
def test_what_is_wrong_with_a_question_is_told_at_its_place(here: Path, query: str, told: str) -> None:
    put(here.parent, CASE + ASKS.format("more", query))
    said = refusal(here)
    assert told in said
    line = next(text for text in here.read_text().splitlines() if "more," in text)
    assert said.startswith(
        f"{here}:11:{line.rindex(query[query.index('in ') :].partition(': ')[2]) + 1 + said_at(told)}"
    )


def said_at(told: str) -> int:
    """How far inside the other case's query the mistake stands."""
    return {"no lever 'z' for b.": len("P("), "2027-01-01": len("P(a.x = high by ")}.get(told, 0)


def test_one_case_deep(here: Path) -> None:
    put(here.parent, CASE + ASKS.format("deep", "in chicken: P(crash by 1959-06-01)"), "there.yaml")
    assert "asks about no third" in refusal(here)


def test_a_broken_case_is_named_with_its_mistake(here: Path) -> None:
    put(here.parent, THERE.replace("horizon: 12 months\n", ""), "there.yaml")
    assert "the case 'there' cannot be asked about: " in refusal(here)


def test_no_way_out_of_the_folder(here: Path, tmp_path: Path) -> None:
    outside = put(tmp_path / "outside", THERE, "there.yaml")
    inside = put(tmp_path / "inside", here.read_text())
    (inside.parent / "there.yaml").symlink_to(outside)
    assert "leads out of the scenario's folder" in refusal(inside)


def test_a_limit_on_cases(here: Path) -> None:
    for k in range(9):
        put(here.parent, THERE, f"c{k}.yaml")
    asked = "".join(ASKS.format(f"q{k}", f"in c{k}: P(a.x = high by 2025-06-01)") for k in range(9))
    put(here.parent, CASE + asked)
    assert "more than 8 other cases" in refusal(here)


def test_a_query_from_outside_may_ask_what_the_claims_ask_or_a_bundled_case(here: Path) -> None:
    scenario = load(here)
    assert str(parse_query(scenario, MORE)) == MORE
    parse_query(scenario, "in chicken: stable(crash)")
    with pytest.raises(QueryError, match="neither a file nor a bundled case"):
        parse_query(scenario, "in nowhere: stable(crash)")


# Answers ------------------------------------------------------------------------------------------------------------

QUESTIONS = (
    "P(b.y = high by 2025-06-01)",
    "E(b)",
    "divergence(a b)",
    "stable(a.x = high)",
    "P(a.x = high on 2025-06-01 | suppose b.y = low)",
)


CUBA = "P(us.blockade = yes by 1962-11-20)"


@settings(max_examples=20)
@given(st.integers(0, 2**20), st.sampled_from(QUESTIONS), st.sampled_from(QUESTIONS))
def test_the_answer_is_the_other_cases_own(row: int, asked: str, other: str) -> None:
    scenario = loads(CASE)[0]
    queries = [
        parse_query(scenario, asked),
        parse_query(scenario, f"in cuba-1962: {CUBA}"),
        parse_query(scenario, other),
    ]
    plan = lay_plan(api.compile(scenario), queries, MONTHS)
    cuba = load("cuba-1962")
    game = api.compile(cuba)
    alone = lay_plan(game, [parse_query(cuba, CUBA)], MONTHS)
    assert plan.abroad == game.columns > 0
    u = draw_rows(3, row, row + 1, plan.game.columns, plan.abroad)[0]
    own = lay_plan(plan.game, [queries[0], queries[2]], MONTHS)
    for solve in (answer, answer_by_coin_toss):
        found, truth = solve(plan, u), solve(alone, u[plan.game.columns :])
        assert found.of(queries[1]) == truth.of(alone.queries[0])
        here = solve(own, u[: plan.game.columns])
        for query in (queries[0], queries[2]):
            assert np.array_equal(found.of(query), here.of(query), equal_nan=True)
    assert answer(plan, None).of(queries[1]) == answer(alone, None).of(alone.queries[0])


@given(st.integers(0, 2**32), st.integers(0, 500), st.integers(1, 9), st.integers(1, 5), st.integers(1, 5))
def test_columns_for_other_cases_change_none_of_ones_own(
    seed: int, start: int, columns: int, abroad: int, more: int
) -> None:
    rows = draw_rows(seed, start, start + 8, columns, abroad)
    assert np.array_equal(rows[:, :columns], draw_rows(seed, start, start + 8, columns))
    assert rows.shape == (8, columns + abroad)
    assert np.array_equal(rows[3:5], draw_rows(seed, start + 3, start + 5, columns, abroad))
    assert np.array_equal(rows[:, :columns], draw_rows(seed, start, start + 8, columns, abroad + more)[:, :columns])


def test_rows_with_columns_for_other_cases_fill_every_square_evenly() -> None:
    """As in one scrambled Sobol design of that many dimensions: even by itself, and no column moves with another."""
    rows = draw_rows(5, 0, 1024, 20, 20)
    apart = np.abs(np.corrcoef(rows.T) - np.eye(40))
    assert apart.max() < 0.15
    for column in rows.T:
        assert np.array_equal(np.sort((column * 1024).astype(int)), np.arange(1024))


def test_a_run_asks_draw_by_draw_and_leaves_its_own_draws_as_they_were(here: Path) -> None:
    scenario = load(here)
    with_other = api.run(scenario, draws=16, workers=1)
    alone = api.run(loads(CASE)[0], draws=16, workers=1)
    for name, values in alone.numbers.items():
        assert np.array_equal(values, with_other.numbers[name], equal_nan=True), name
    numbers = with_other.numbers
    assert {"input/there:a.up", "input/there:b.with"} <= set(numbers)
    above = numbers["term/more/0"] > numbers["term/more/1"]
    assert np.array_equal(numbers["claim/more"], above.astype(float))
    assert not np.array_equal(numbers["input/there:b.with"], numbers["input/b.with"])


def test_what_moves_the_other_case_is_found_as_a_driver(here: Path) -> None:
    scenario = load(here)
    findings = api.assess(scenario, api.run(scenario, draws=64, workers=1))
    found = findings.claim("more")
    assert found.gap is not None
    assert found.gap_in_points is False
    assert "there:b.with" in [driver.input for driver in found.drivers]


def test_what_moves_a_claim_that_asks_at_home_is_found_as_if_there_were_no_other_case(here: Path) -> None:
    asking, alone = load(here), loads(CASE)[0]
    found, truth = (api.assess(case, api.run(case, draws=64, workers=1)).claim("own") for case in (asking, alone))
    assert truth.drivers
    assert plain_data(found) == plain_data(truth)
