"""``load(dump(s)) == s``, for scenarios made up piece by piece."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.scenario.bargains import name_regions
from detente.scenario.model import (
    Belief,
    Claim,
    Evidence,
    Outcome,
    Phase,
    Preferences,
    Question,
    Region,
    Rule,
    Source,
    Stake,
    Thresholds,
    Want,
    Word,
)
from detente.scenario.quantities import Quantity
from detente.scenario.reader import dump, loads, parse_condition, parse_query
from detente.scenario.writer import quote, write_scenario
from scenario.spoken import conditions

prose = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]), max_size=40).map(lambda s: " ".join(s.split()))
ids = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
days = st.integers(0, 700).map(lambda n: date(2024, 11, 7) + timedelta(days=n))
ends = st.tuples(st.floats(0.001, 1e5), st.floats(0.001, 1e5)).filter(lambda p: p[0] != p[1]).map(sorted)


@st.composite
def weights(draw):
    low, high = draw(ends)
    law, parameters = draw(
        st.sampled_from(
            [
                ("fixed", (low,)),
                ("fixed", (-low,)),
                ("lognormal", (low, high)),
                ("lognormal", (-high, -low)),
                ("normal", (-low, high)),
                ("uniform", (low, high)),
                ("triangular", (low, low, high)),
                ("pert", (-low, 0.0, high)),
                ("beta", (low, high, -high, low)),
            ]
        )
    )
    return Quantity(law, parameters, -1e6, 1e6, draw(st.none() | st.sampled_from(["tie", "knot"])))


@st.composite
def questions(draw):
    """An issue with ends, points and regions of its own, or with the regions that its points give it."""
    low, high = draw(st.tuples(st.integers(-1000, 999), st.integers(1, 2000)))
    high = low + high
    places = sorted(draw(st.sets(st.integers(0, 8), max_size=4)))
    points = tuple((low + (high - low) * k / 8, f"point {k}") for k in places)
    own = (Region(draw(ids), low, low + (high - low) / 4), Region("yes, \U0001f642", (low + high) / 2, float(high)))
    regions = draw(st.sampled_from([name_regions(points, float(low), float(high)), own, own[1:]]))
    middle = Quantity("uniform", (float(low), float(high)), low, high)
    share, power = Quantity("fixed", (0.5,), 0, 1), Quantity("lognormal", (1.0, 2.0), 1e-6, 1e6, "tie")
    stakes = (
        Stake("dprk", middle, share, power),
        Stake("us", Quantity("fixed", (float(high),), low, high), share, power),
    )
    return Question(
        "border", points, stakes, draw(ids), float(low), float(high), regions, "", draw(st.none() | st.just(middle))
    )


@st.composite
def changes(draw, scenario):
    """The scenario with many of its parts replaced by made-up ones."""

    def condition():
        return parse_condition(scenario, draw(conditions).text)

    wants = tuple(
        Want(f"w{number}-{draw(ids)}", condition(), draw(weights()), draw(prose), named=True)
        for number in range(draw(st.integers(1, 3)))
    )
    us = scenario.actors[0]
    believed = Preferences("wants", wants=(Want("w1", condition(), draw(weights()), draw(prose), named=True),))
    belief = draw(
        st.sampled_from(
            [
                Belief("dprk", believed, "", ("dprk.tests",), "a hunch"),
                Belief("dprk", None, "", ("dprk.reply", "dprk.noise")),
            ]
        )
    )
    limits = [Quantity("fixed", (value,), 0.0, 1e6) for value in sorted(draw(ends))]
    thresholds = draw(st.sampled_from([None, Thresholds(limits[0], None), Thresholds(*limits)]))
    reading = replace(us.readings[0], preferences=replace(us.readings[0].preferences, wants=wants))
    source = Source("press", draw(prose) or "x", draw(prose) or "x", draw(prose))
    query = parse_query(scenario, f"P({draw(conditions).text} on {draw(days)} | from us.drills = scaled)")
    question = draw(questions())
    value = draw(st.sampled_from(["yes", "no", "void", "unresolved", "unscorable"]))
    mechanism = draw(st.sampled_from([None, "right", "wrong"]))
    outcome = Outcome(value, draw(days), draw(st.sampled_from([None, "press"])), mechanism, draw(prose))
    quoted, around = draw(prose), (draw(prose), draw(prose))
    claim = Claim(
        id="c-1",
        text=draw(prose) or "x",
        query=query,
        quote=quoted,
        prefix=around[0] if quoted else "",
        suffix=around[1] if quoted else "",
        says=draw(prose) or None,
        as_of=draw(days),
        outcome=outcome,
        because=draw(prose),
    )
    evidence = Evidence(draw(days), condition(), draw(st.booleans()), draw(st.booleans()), "press")
    rule = Rule(parse_condition(scenario, "us.engagement = summit and dprk.tests = nuclear"), draw(prose))
    first, turn = sorted(draw(st.lists(days, min_size=2, max_size=2, unique=True)))
    changes = (
        ("dprk.dealmaker.want1", draw(weights())),
        ("dprk.tempo", Quantity("uniform", (0.5, 2.0), 1e-6, 60)),
        ("chance.seoul.1", Quantity("fixed", (0.0,), 0, 1000)),
    )
    phases = (
        Phase(f"p1-{draw(ids)}", first, turn, draw(st.booleans()), (("us.drills", (0, 1)), ("dprk.tests", (1,)))),
        Phase("p2", turn, None, True, (), changes, draw(prose)),
    )
    return replace(
        scenario,
        phases=draw(st.sampled_from([(), phases[:1], phases])),
        title=draw(prose) or "x",
        actors=(
            replace(us, name=draw(ids), readings=(reading,), beliefs=(belief,), thresholds=thresholds),
            *scenario.actors[1:],
        ),
        rules=(rule,),
        claims=(claim, Claim("c-2", "text", None, "no event")),
        issues=(question, replace(question, id="toll", label="", package="map")),
        evidence=(evidence,),
        sources=(source,),
        question=draw(prose),
        cautions=tuple(draw(st.lists(prose.filter(bool), max_size=2))),
        scale="custom",
        words=(Word("likely", 0.55, 0.8),),
        payoff_words=(*scenario.payoff_words, Word("huge", *draw(ends))),
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_made_up_scenario_reads_back_the_same(scenario, data):
    made_up = data.draw(changes(scenario))
    assert loads(dump(made_up))[0] == made_up


def test_text_that_still_says_it_is_kept_with_its_comments(text):
    commented = "# first\n" + text.replace("weight: strong", "weight:   strong")
    assert dump(loads(commented)[0]) == commented


def test_changed_scenario_is_written_anew(scenario):
    changed = replace(scenario, title="Another")
    assert dump(changed) == write_scenario(changed) != changed.source_text
    assert loads(dump(changed))[0] == changed


def test_stale_text_of_a_part_is_not_kept(scenario):
    us = scenario.actors[0]
    want = us.readings[0].preferences.wants[0]
    stale = replace(
        want,
        condition=replace(want.condition, node=parse_condition(scenario, "seoul = yoon").node),
        weight=replace(want.weight, parameters=(7.0, 9.0)),
    )
    preferences = replace(us.readings[0].preferences, wants=(stale,))
    changed = replace(
        scenario,
        actors=(replace(us, readings=(replace(us.readings[0], preferences=preferences),)), *scenario.actors[1:]),
    )
    assert loads(dump(changed))[0] == changed


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60))
def test_quoted_text_reads_back(text):
    from ruamel.yaml import YAML

    assert YAML(typ="safe", pure=True).load(f"x: {quote(text)}\n") == {"x": text}


@pytest.mark.parametrize("scale", ["kent", "phia", "ipcc"])
def test_named_scale_reads_back(text, scale):
    scenario = loads(text + f"scale: {scale}\n")[0]
    assert loads(write_scenario(scenario))[0] == scenario
