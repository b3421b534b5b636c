"""Issues of a file: ends, regions, packages, reference points; what is wrong with one is told with its cure."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import ScenarioError
from detente.game.compiler import compile_game
from detente.scenario.bargains import name_regions
from detente.scenario.reader import dump, loads, parse_input

HEAD = """\
detente: 1
title: A standard
as_of: 2025-01-01
horizon: 24 months
actors:
  north: {name: The North}
  south: {name: The South}
"""
ISSUE = """\
issues:
  delay:
    ends: [4, 10]
    scale: {4: early, 10: late}
    regions: {first: [4, 6], "the rest": [7, 10]}
    package: cars
    reference: 9 to 10
    stakes:
      north: {position: 4 to 5, salience: 0.8, capability: 3}
      south: {position: 10, salience: 0.5, capability: 2}
  price:
    package: cars
    stakes:
      north: {position: 100, salience: 1, capability: 3}
"""


def told_by(text):
    with pytest.raises(ScenarioError) as caught:
        loads(HEAD + text)
    return [str(issue).partition("  ")[2] for issue in caught.value.issues]


def test_every_key_is_read_and_nobody_needs_levers():
    scenario, warnings = loads(HEAD + ISSUE)
    assert warnings == ()
    delay, price = scenario.issues
    assert (delay.low, delay.high, delay.package) == (4.0, 10.0, "cars")
    assert [(region.name, region.low, region.high) for region in delay.regions] == [
        ("first", 4, 6),
        ("the rest", 7, 10),
    ]
    assert delay.reference is not None
    assert (delay.reference.low, delay.reference.high) == (4, 10)
    assert (price.low, price.high, price.regions, price.reference) == (0, 100, (), None)
    game = compile_game(scenario)
    assert (game.cells, game.axes) == (1, ())
    assert [item.id for item in game.inputs if item.column >= 0] == ["delay.north.position", "delay.reference"]
    assert loads(dump(scenario))[0] == scenario


def test_who_has_something_to_decide_or_a_payoff_keeps_its_own_behaviour():
    want = HEAD.replace("{name: The North}", "{wants: [{want: south.line = firm, weight: 1}]}")
    want = want.replace("{name: The South}", "{levers: {line: [soft, firm]}, wants: [{want: line = firm, weight: 1}]}")
    game = compile_game(loads(want + ISSUE)[0])
    uncertain = {item.id for item in game.inputs if item.column >= 0}
    assert {"north.foresight", "south.tempo"} <= uncertain


def test_levers_still_need_preferences():
    bare = HEAD.replace("{name: The South}", "{levers: {line: [soft, firm]}}")
    with pytest.raises(ScenarioError, match="south has no preferences"):
        loads(bare + ISSUE)


def test_regions_around_named_points_meet_half_way_and_reach_the_ends():
    assert name_regions(((20.0, "a"), (60.0, 'say "b"')), 0, 100) == name_regions(
        ((20.0, "a"), (60.0, "say 'b'")), 0, 100
    )
    found = name_regions(((20.0, "a"), (60.0, "b"), (80.0, "c")), 0, 100)
    assert [(region.low, region.high) for region in found] == [(0, 40), (40, 70), (70, 100)]
    assert name_regions((), 0, 100) == ()


@given(st.sets(st.integers(0, 100), min_size=1, max_size=9))
def test_such_regions_tile_the_scale(places):
    found = name_regions(tuple((float(place), str(place)) for place in sorted(places)), 0, 100)
    assert (found[0].low, found[-1].high) == (0, 100)
    assert all(before.high == after.low for before, after in pairwise(found))
    assert all(region.low <= float(region.name) <= region.high for region in found)


CASES = {
    "falling ends": ("[4, 10]", "[10, 4]", "the scale ends at 4 and begins at 10. Let its ends rise."),
    "equal ends": ("[4, 10]", "[4, 4]", "the scale ends at 4 and begins at 4. Let its ends rise."),
    "no number": ("[4, 10]", "[4, ten]", "'ten' is no end of a scale. Write a number from -1000000 to 1000000."),
    "infinite": ("[4, 10]", "[4, 1e999]", "'1e999' is no end of a scale. Write a number from -1000000 to 1000000."),
    "not a number": ("[4, 10]", "[.nan, 10]", "'.nan' is no end of a scale. Write a number from -1000000 to 1000000."),
    "one end": ("[4, 10]", "[4]", "the list has fewer than 2 items. Add what is missing."),
    "three ends": ("[4, 10]", "[4, 5, 10]", "the list has more than 2 items. Say it with fewer."),
    "point off": ("{4: early, 10", "{3: early, 10", "'3' is not a point of the scale. Write a number from 4 to 10."),
    "region off": (
        "[7, 10]}",
        "[7, 11]}",
        "'7 to 11' is no stretch of the scale. Write two numbers that rise, from 4 to 10.",
    ),
    "region falls": (
        "[7, 10]}",
        "[7, 7]}",
        "'7 to 7' is no stretch of the scale. Write two numbers that rise, from 4 to 10.",
    ),
    "overlap": (
        "[7, 10]}",
        "[5.5, 10]}",
        "the regions 'first' and 'the rest' overlap between 5.5 and 6. A region ends where the next begins.",
    ),
    "position off": (
        "position: 4 to 5",
        "position: 3 to 5",
        "'3 to 5' is out of bounds. The position must lie between 4 and 10.",
    ),
    "reference off": ("9 to 10", "9 to 11", "'9 to 11' is out of bounds. The reference must lie between 4 and 10."),
    "capability": (
        "capability: 2",
        "capability: 0",
        "'0' is out of bounds. The capability must lie above 0 and at most 1000000.",
    ),
    "nobody cares": (
        "salience: 1, ",
        "salience: 0, ",
        "nobody cares about price: every salience is 0. Give one above 0.",
    ),
    "an actor's name": ("  price:", "  north:", "'north' is an issue here and an actor on line 6. Rename one."),
    "a word of the language": (
        "  price:",
        "  terms:",
        "'terms' is a word of the language and cannot be a name. Choose another.",
    ),
    "inputs of phases": ("  price:", "  phases:", "'phases' is no name for an issue: inputs of phases start with it."),
    "quotes in a region": (
        '"the rest"',
        "'the \"rest\"'",
        "'the \"rest\"' cannot be a level. Use a word without double quotes.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_told_once_with_its_cure(name):
    old, new, message = CASES[name]
    assert ISSUE.count(old) == 1
    (told,) = told_by(ISSUE.replace(old, new))
    assert told.partition(": ")[2] == message


def test_nobody_with_a_stake():
    assert told_by("issues: {delay: {stakes: {}}}\n") == [
        "issues: nobody has a stake in delay. Give an actor a position below 'stakes:'."
    ]


def test_points_of_one_name_need_regions():
    twins = "issues: {deal: {scale: {0: no, 100: no}, %sstakes: {north: {position: 3, salience: 1, capability: 1}}}}\n"
    assert "Two points of the scale are 'no'." in told_by(twins % "")[0].replace("two points", "Two points")
    assert loads(HEAD + twins % "regions: {left: [0, 50]}, ")[0].issues[0].regions[0].name == "left"


def test_whoever_has_neither_levers_nor_a_stake_is_remarked():
    warnings = loads(HEAD + "  west: {name: The West}\n" + ISSUE)[1]
    assert [warning.message for warning in warnings] == ["west has no levers and decides nothing."]


def test_a_phase_sets_no_stake():
    text = HEAD + "phases: [{id: later, from: 2025-06-01, set: {delay.south.position: 5}}]\n" + ISSUE
    with pytest.raises(ScenarioError, match=r"'delay\.south\.position' holds for the whole of a forecast"):
        loads(text)


def test_inputs_take_what_the_scale_takes():
    scenario = loads(HEAD + ISSUE)[0]
    assert parse_input(scenario, "delay.south.position=7 to 9")[0] == "delay.south.position"
    with pytest.raises(Exception, match="must lie between 4 and 10"):
        parse_input(scenario, "delay.south.position=70")
