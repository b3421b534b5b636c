"""Causes and requirements: what they ask, what is refused, and that they are written back."""

from __future__ import annotations

import jsonschema
import pytest
from hypothesis import given

from detente.errors import ScenarioError
from detente.scenario.catalogue import names_of
from detente.scenario.causes import list_ways
from detente.scenario.conditions import levers_of
from detente.scenario.names import resolve_condition
from detente.scenario.reader import loads
from detente.scenario.schema import schema
from detente.scenario.writer import write_scenario
from scenario.conftest import TEXT
from scenario.spoken import conditions, states

CLAIM = "claims:\n  - id: a\n    text: A claim\n"
EVENT = "P(talks by 2025-07-20)"


def read(*lines: str):
    return loads(TEXT + CLAIM + "".join(f"    {line}\n" for line in lines))[0].claims[0]


def complaints(*lines: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(*lines)
    return [f"{issue.message} {issue.cure}" for issue in caught.value.issues]


def test_a_cause_compares_on_with_the_status_quo():
    claim = read(f"about: {EVENT}", "cause: {on: us.engagement = offer, effect: raises}")
    assert str(claim.query) == (
        "P(us.engagement in (offer summit) and dprk.reply in (working summit) by 2025-07-20 "
        "| suppose us.engagement = offer) > P(us.engagement in (offer summit) and "
        "dprk.reply in (working summit) by 2025-07-20 | suppose us.engagement = none)"
    )
    assert str(claim.cause.effect) == EVENT
    assert claim.cause.by == 0.05


def test_the_own_supposition_stays_and_lowers_turns_the_comparison():
    claim = read(
        "about: E(safety | suppose us.drills = scaled)",
        "cause: {on: dprk.noise = on, off: dprk.noise = off, effect: lowers, by: 0.2}",
    )
    assert str(claim.query) == (
        "E(safety | suppose dprk.noise = on and us.drills = scaled) < "
        "E(safety | suppose dprk.noise = off and us.drills = scaled)"
    )
    assert claim.cause.by == 0.2


@pytest.mark.parametrize(
    ("told", "by"),
    [("", 0.05), (", by: 5 points", 0.05), (", by: 12%", 0.12), (", by: 0.3", 0.3), (", by: 1 point", 0.01)],
)
def test_points_are_hundredths(told, by):
    claim = read(f"about: {EVENT}", f"cause: {{on: us.drills = scaled, effect: moves{told}}}")
    assert claim.cause.by == pytest.approx(by)


def test_a_divergence_has_a_least_size_of_its_own():
    assert read("about: divergence(us dprk)", "cause: {on: seoul = successor, effect: moves}").cause.by == 0.1


def test_a_requirement_is_taken_away_in_every_way():
    claim = read(f"about: {EVENT}", "requires: dprk.reply = working")
    event = "P(us.engagement in (offer summit) and dprk.reply in (working summit) by 2025-07-20 | suppose dprk.reply ="
    assert str(claim.query) == f"({event} refuse) < 0.05) and ({event} summit) < 0.05)"
    assert claim.requires.below == 0.05


def test_one_way_to_take_it_away_is_one_comparison():
    claim = read(f"about: {EVENT}", "requires: {condition: us.drills = full, below: 10%}")
    assert str(claim.query).endswith("by 2025-07-20 | suppose us.drills = scaled) < 0.1")


@given(conditions)
def test_ways_are_the_places_where_it_is_false(spoken):
    """Against an enumeration of states; the rule ties two levers of different actors."""
    scenario, _ = loads(TEXT)
    condition = resolve_condition(spoken.text, names_of(scenario))
    named = sorted(levers_of(condition.node))

    def forbidden(state):
        tied = {"dprk.tests", "dprk.reply"} <= set(named)
        return tied and state["dprk.tests"] == 1 and state["dprk.reply"] == 2

    expected = {
        tuple((lever, state[lever]) for lever in named)
        for state in states()
        if not spoken.holds(state) and not forbidden(state)
    }
    ways = list_ways(condition, {lever.id: lever for lever in scenario.levers}, scenario.rules)
    assert len(ways) == len(set(ways))
    assert set(ways) == expected


@pytest.mark.parametrize(
    "lines",
    [
        (f"about: {EVENT}", "cause: {on: us.engagement = offer and seoul = successor, effect: raises, by: 7 points}"),
        ("about: E(us)", "cause: {on: us.drills = scaled, off: us.drills = full, effect: lowers, by: 0.25}"),
        ("about: value(us)", "cause: {on: quiet, effect: moves, by: 0.001}"),
        (f"about: {EVENT}", "requires: {condition: dprk.reply >= working, below: 0.5%}"),
        (f"about: {EVENT}", "requires: talks"),
    ],
)
def test_what_is_written_reads_back_the_same(lines):
    scenario, _ = loads(TEXT + CLAIM + "".join(f"    {line}\n" for line in lines))
    assert loads(write_scenario(scenario))[0] == scenario
    assert scenario.claims[0].cause is not None or scenario.claims[0].requires is not None


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            (f"about: {EVENT}", "cause: {on: talks, effect: raises}"),
            "The list takes levels of levers, not an outcome. "
            "Name the levers, as in 'us.engagement = offer', or use 'given'.",
        ),
        (
            (f"about: {EVENT}", "cause: {on: us.drills = full, effect: raises}"),
            "'on' is the status quo, as 'off' is when left out. Name another level in one of them.",
        ),
        (
            (f"about: {EVENT}", "cause: {on: us.drills = scaled, off: us.drills = scaled, effect: raises}"),
            "'on' and 'off' are the same. Name another level in one of them.",
        ),
        (
            (f"about: {EVENT}", "cause: {on: us.drills = scaled, off: seoul = yoon, effect: raises}"),
            "'off' sets seoul, which 'on' does not. Name the same levers in both.",
        ),
        (
            (
                "about: P(talks by 2025-07-20 | suppose us.drills = full)",
                "cause: {on: us.drills = scaled, effect: raises}",
            ),
            "The query supposes us.drills already, which the cause is to set. Leave the levers out of 'suppose'.",
        ),
        (
            ("about: E(safety)", "cause: {on: us.drills = scaled, effect: raises}"),
            "The effect is in units of its own, in which no size counts as an effect of itself. "
            "Say how large it must be: 'by: 0.1'.",
        ),
        (
            (f"about: {EVENT}", "cause: {on: us.drills = scaled, effect: raises, by: 200 points}"),
            "'200 points' is not an amount, above 0 and below 1. Write, for example, '5 points'.",
        ),
        (
            ("about: stable(talks)", "cause: {on: us.drills = scaled, effect: raises}"),
            "A cause acts on a number. Ask for one number, such as 'P(c by 2025-07-20)' or 'E(measure)'.",
        ),
        (
            ("cause: {on: us.drills = scaled, effect: raises}",),
            "The claim does not say what the cause acts on. Fill in 'about' with a number.",
        ),
        (
            ("about: E(safety)", "requires: us.drills = full"),
            "What requires something is an event. Ask for one probability, such as 'P(c by 2025-07-20)'.",
        ),
        (
            (f"about: {EVENT}", "requires: us.drills in (full scaled)"),
            "'us.drills in (full scaled)' is always true, so it cannot be taken away. Check the levels.",
        ),
        (
            (f"about: {EVENT}", "requires: us.drills = full and dprk.reply = summit and dprk.tests = resting"),
            "It can be taken away in more than 12 ways, each of which is a forecast of its own. Name fewer levers.",
        ),
        (
            (f"about: {EVENT}", "cause: {on: dprk.tests = icbm and dprk.reply = summit, effect: raises}"),
            "The query's start is forbidden by the rule 'dprk.tests = icbm and dprk.reply = summit': "
            "dprk.reply = summit and dprk.tests = icbm. Set the other levers of the rule too.",
        ),
    ],
)
def test_refusals(lines, told):
    assert complaints(*lines) == [told[0].lower() + told[1:]]


def test_several_mistakes_are_told_at_once():
    told = complaints(
        "about: P(talks by 2025-07-20 | suppose us.drills = full)",
        "cause: {on: us.drills = scaled, off: us.drills = scaled, effect: raises, by: nothing}",
    )
    assert len(told) == 3


def test_the_schema_knows_both():
    claim = {"id": "a", "text": "A", "about": EVENT}
    base = {"detente": 1, "title": "T", "as_of": "2025-01-01", "horizon": "12 months", "actors": {}}

    def valid(**more: object) -> bool:
        return jsonschema.Draft7Validator(schema()).is_valid({**base, "claims": [{**claim, **more}]})

    assert valid(cause={"on": "a.x = y", "effect": "raises", "by": "5 points"})
    assert valid(requires="a.x = y")
    assert valid(requires={"condition": "a.x = y", "below": "5%"})
    assert not valid(cause={"on": "a.x = y", "effect": "up"})
    assert not valid(cause={"effect": "raises"})


def test_what_a_rule_forbids_by_itself_is_no_way_to_take_it_away():
    claim = read(f"about: {EVENT}", "requires: dprk.reply != summit")
    assert str(claim.query).endswith("suppose dprk.reply = summit) < 0.05")
    tied = read(f"about: {EVENT}", "requires: dprk.tests = resting or dprk.reply != summit")
    assert str(tied.query).endswith("suppose dprk.reply = summit and dprk.tests = nuclear) < 0.05")
