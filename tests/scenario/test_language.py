from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import QueryError
from detente.scenario.conditions import All, Any, AtLeast, Condition, In, Not, levers_of, truth
from detente.scenario.formulas import write_condition
from detente.scenario.model import months_between
from detente.scenario.quantities import Quantity
from detente.scenario.queries import (
    Comparison,
    Connective,
    Divergence,
    Event,
    Expectation,
    InCase,
    Number,
    Opposed,
    Probability,
    Reachable,
    Setting,
    Stable,
    Sum,
    Value,
    measurements_of,
)
from detente.scenario.questions import write_query
from detente.scenario.reader import load, loads, parse_condition, parse_input, parse_levels, parse_query
from detente.scenario.rules.space import Space
from detente.scenario.rules.states import holds
from scenario.spoken import conditions, states

OFFER = Condition(In("us.engagement", (1, 2)))
TALKS = Condition(All((In("us.engagement", (1, 2)), In("dprk.reply", (1, 2)))))


def abroad(text):
    other = load("korea-2001")
    return InCase("korea-2001", text, parse_query(other, text).expression, other)


def months(day):
    return months_between(date(2024, 11, 7), date.fromisoformat(day))


@given(conditions)
def test_condition_means_what_it_says(scenario, spoken):
    node = parse_condition(scenario, spoken.text).node
    table = list(states())
    levels = {lever: np.array([state[lever] for state in table]) for lever in table[0]}
    said = [spoken.holds(state) for state in table]
    assert np.broadcast_to(truth(node, levels), len(table)).tolist() == said
    assert [holds(node, state) for state in table] == said


@given(conditions)
def test_search_finds_a_state_where_there_is_one(scenario, spoken):
    node = parse_condition(scenario, spoken.text).node
    feasible = [s for s in states() if not (s["dprk.tests"] == 1 and s["dprk.reply"] == 2)]
    found = Space(scenario).find(node)
    if found is None:
        assert not any(spoken.holds(state) for state in feasible)
    else:
        assert found in feasible
        assert spoken.holds(found)


@given(conditions)
def test_condition_written_out_reads_back_the_same(scenario, spoken):
    levers = {lever.id: lever for lever in scenario.levers}
    node = parse_condition(scenario, spoken.text).node
    assert parse_condition(scenario, write_condition(node, levers)).node == node


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("seoul = yoon", In("seoul", (0,))),
        ("us.engagement != offer", In("us.engagement", (0, 2))),
        ("us.engagement<offer", In("us.engagement", (0,))),
        ('dprk.reply = "working"', In("dprk.reply", (1,))),
        ("dprk.noise in (on off)", In("dprk.noise", (0, 1))),
        ("not dprk.noise = on", In("dprk.noise", (1,))),
        ("not not talks", TALKS.node),
        (
            "talks and (us.drills = full and dprk.noise = on)",
            All((*TALKS.node.items, In("us.drills", (0,)), In("dprk.noise", (0,)))),
        ),
        (
            "seoul = yoon or seoul = successor and dprk.noise = on",
            Any((In("seoul", (0,)), All((In("seoul", (1,)), In("dprk.noise", (0,)))))),
        ),
        (
            "2 of (talks; seoul = yoon; dprk.noise = on)",
            AtLeast(2, (TALKS.node, In("seoul", (0,)), In("dprk.noise", (0,)))),
        ),
        ("not (talks)", Not(TALKS.node)),
    ],
)
def test_condition(scenario, text, node):
    assert parse_condition(scenario, text).node == node


def test_levers_of_a_condition_are_told_once_in_order():
    assert levers_of(Any((In("b", (0,)), Not(All((In("a", (0,)), In("b", (1,)))))))) == ("b", "a")


D = "2025-07-20"
QUERIES = [
    (f"P(us.engagement >= offer by {D})", Probability(OFFER, "by", months(D))),
    (f"P(dprk.noise = on on {D})", Probability(Condition(In("dprk.noise", (0,))), "on", months(D))),
    ("P(talks within 6 months)", Probability(TALKS, "by", 6.0)),
    ("P(talks within 1 year)", Probability(TALKS, "by", 12.0)),
    (f"P(enters talks by {D})", Probability(TALKS, "enters", months(D))),
    (
        "P(talks within 12 months after us.engagement >= offer)",
        Probability(TALKS, "by", 12.0, after=Event(OFFER, math.inf)),
    ),
    (
        f"P(talks by 2026-01-01 given enters us.engagement >= offer by {D})",
        Probability(TALKS, "by", months("2026-01-01"), given=Event(OFFER, months(D), enters=True)),
    ),
    (
        f"P(talks by {D} | suppose us.engagement = offer and dprk.reply = working)",
        Probability(TALKS, "by", months(D), Setting(suppose=(("dprk.reply", 1), ("us.engagement", 1)))),
    ),
    (f"P(talks by {D} | suppose quiet)", Probability(TALKS, "by", months(D), Setting(suppose=(("us.drills", 1),)))),
    (
        f"P(talks by {D} | suppose quiet and seoul = successor from dprk.noise = off with us.deal = 0)",
        Probability(
            TALKS,
            "by",
            months(D),
            Setting(
                suppose=(("seoul", 1), ("us.drills", 1)),
                start=(("dprk.noise", 1),),
                inputs=(("us.deal", Quantity("fixed", (0.0,), -1e6, 1e6)),),
            ),
        ),
    ),
    (
        "value(dprk | with dprk.reading = stonewaller)",
        Value("dprk", Setting(inputs=(("dprk.reading", Quantity("fixed", (1.0,))),))),
    ),
    ("E(safety)", Expectation("safety", "measure", None)),
    (f"E(us on {D})", Expectation("us", "actor", months(D))),
    ("stable(talks)", Stable(TALKS, False, "seq")),
    ("stable(every talks, SMR)", Stable(TALKS, True, "smr")),
    ("stable(talks, SIM)", Stable(TALKS, False, "sim")),
    ("stable(talks, Nash)", Stable(TALKS, False, "nash")),
    ("reachable(talks for dprk)", Reachable(TALKS, "dprk")),
    ("divergence(us dprk)", Divergence(("us", "dprk"))),
    ("opposed(us dprk on us.drills)", Opposed(("us", "dprk"), "us.drills")),
    (
        "E(safety | suppose quiet) > E(safety) by 5 points",
        Comparison(
            ">",
            Expectation("safety", "measure", None, Setting(suppose=(("us.drills", 1),))),
            Expectation("safety", "measure", None),
            0.05,
        ),
    ),
    (
        "E(us) - E(dprk) <= 0.5",
        Comparison(
            "<=", Sum(((1, Expectation("us", "actor", None)), (-1, Expectation("dprk", "actor", None)))), Number(0.5)
        ),
    ),
    ("- E(us) + 20%", Sum(((-1, Expectation("us", "actor", None)), (1, Number(0.2))))),
    (
        "E(us) > 1 and (E(us) < 2 or stable(talks))",
        Connective(
            "and",
            (
                Comparison(">", Expectation("us", "actor", None), Number(1.0)),
                Connective(
                    "or", (Comparison("<", Expectation("us", "actor", None), Number(2.0)), Stable(TALKS, False, "seq"))
                ),
            ),
        ),
    ),
    (
        "divergence(us dprk) > in korea-2001: divergence(us rok)",
        Comparison(">", Divergence(("us", "dprk")), abroad("divergence(us rok)")),
    ),
    ("in korea-2001: (E(us) > E(rok))", abroad("E(us) > E(rok)")),
]


@pytest.mark.parametrize(("text", "expression"), QUERIES, ids=[text for text, _ in QUERIES])
def test_query(scenario, text, expression):
    query = parse_query(scenario, text)
    assert query.expression == expression
    assert str(query) == text


@pytest.mark.parametrize("expression", [expression for _, expression in QUERIES])
def test_query_written_out_reads_back_the_same(scenario, expression):
    assert parse_query(scenario, write_query(expression, scenario)).expression == expression


def test_query_knows_whether_it_is_answered_by_yes_or_no(scenario):
    assert parse_query(scenario, "E(us) > 1").boolean
    assert parse_query(scenario, "stable(talks)").boolean
    assert not parse_query(scenario, "E(us) - 1").boolean


def test_measurements_are_told_once(scenario):
    query = parse_query(scenario, "E(us) > E(dprk) and E(us) > 2")
    assert measurements_of(query.expression) == (Expectation("us", "actor", None), Expectation("dprk", "actor", None))


def test_level_may_be_a_word_of_the_language(text):
    odd, _ = loads(text.replace("noise: [on, off]", "noise: [by, on, and, 'a b']").replace("noise = on", "noise = by"))
    assert parse_condition(odd, "dprk.noise in (by on and) or dprk.noise = and and talks").node == Any(
        (In("dprk.noise", (0, 1, 2)), All((In("dprk.noise", (2,)), *TALKS.node.items)))
    )
    assert parse_query(odd, f"P(dprk.noise = on on {D})").expression == Probability(
        Condition(In("dprk.noise", (1,))), "on", months(D)
    )
    assert parse_condition(odd, "dprk.noise = 'a b'").node == In("dprk.noise", (3,))


def test_levels_of_a_state(scenario):
    assert parse_levels(scenario, "us.engagement = offer and quiet") == (("us.drills", 1), ("us.engagement", 1))


def test_forbidden_state_is_refused_with_its_rule(scenario):
    with pytest.raises(QueryError) as caught:
        parse_levels(scenario, "dprk.tests = icbm and dprk.reply = summit")
    assert str(caught.value) == (
        "state:1:1  The state asked about is forbidden by the rule 'dprk.tests = icbm and dprk.reply = summit'. "
        "Set the other levers of the rule too."
    )


def test_input(scenario):
    assert parse_input(scenario, "us.deal=0") == ("us.deal", Quantity("fixed", (0.0,), -1e6, 1e6))
    assert parse_input(scenario, "dprk.reading = stonewaller") == ("dprk.reading", Quantity("fixed", (1.0,)))
    name, rate = parse_input(scenario, "chance.seoul.1=5% per month")
    assert name == "chance.seoul.1"
    assert rate.parameters == pytest.approx((-math.log(0.95),))
    assert parse_input(scenario, "safety.want1 = 2 to 3")[1].law == "lognormal"
    assert parse_input(scenario, "dprk.dealmaker.want1 = -moderate")[1].parameters == (-1.4, -0.7)


MISTAKES = [
    (
        parse_query,
        "P(us.engagement = sumit on 2025-07-20)",
        "query:1:19  No level 'sumit' for us.engagement. Did you mean 'summit'?",
    ),
    (
        parse_query,
        "P(talks by 2027-01-01)",
        "query:1:12  2027-01-01 is after the horizon. The horizon is 2026-11-30.",
    ),
    (
        parse_query,
        "P(talks by 2025-01-01 | suppose dprk.tests = icbm and dprk.reply = summit)",
        "query:1:1  The state asked about is forbidden by the rule 'dprk.tests = icbm and dprk.reply = summit'. "
        "Set the other levers of the rule too.",
    ),
    (parse_condition, "engagement = offer", "condition:1:1  No lever 'engagement' here. Write 'us.engagement'."),
    (parse_input, "us.del=0", "input:1:1  No input 'us.del'. Did you mean 'us.deal'?"),
    (
        parse_input,
        "us.deal=0 and us.tempo=1",
        "input:1:1  'us.deal=0 and us.tempo=1' sets more than one input. Set them one by one.",
    ),
    (
        parse_levels,
        "talks",
        "state:1:1  The list takes levels of levers, not an outcome. "
        "Name the levers, as in 'us.engagement = offer', or use 'given'.",
    ),
]


@pytest.mark.parametrize(("read", "text", "told"), MISTAKES)
def test_mistakes_from_outside_the_file(scenario, read, text, told):
    with pytest.raises(QueryError) as caught:
        read(scenario, text)
    assert str(caught.value) == told


def issues_of(read, scenario, text):
    try:
        read(scenario, text)
    except QueryError as error:
        return error.issues
    return None


pieces = st.sampled_from(
    [
        "P",
        "E",
        "stable",
        "value",
        "reachable",
        "divergence",
        "opposed",
        "(",
        ")",
        "|",
        ";",
        ",",
        "=",
        "!=",
        "<",
        ">=",
        "+",
        "-",
        "and",
        "or",
        "not",
        "in",
        "of",
        "on",
        "by",
        "for",
        "within",
        "after",
        "given",
        "suppose",
        "from",
        "with",
        "enters",
        "every",
        "us",
        "dprk",
        "us.engagement",
        "talks",
        "quiet",
        "offer",
        "summit",
        "2",
        "6",
        "months",
        "2025-07-20",
        "5",
        "%",
        "points",
        "in",
        "korea-2001:",
        "safety",
        "SMR",
        '"',
        "'",
        "us.deal",
        "=",
        "0",
        ":",
        ".",
        "é",
        "\n",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(pieces, max_size=25).map(" ".join)))
def test_any_text_is_read_or_refused(scenario, text):
    for read in (parse_query, parse_condition, parse_levels, parse_input):
        issues = issues_of(read, scenario, text)
        assert issues is None or (issues and all(issue.message.endswith((".", "?")) for issue in issues))
