"""Policies with rules by date: read, written back, supposed in queries, refused where they cannot be followed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from detente.errors import NotYetAnalysed, QueryError
from detente.game.compiler import compile_game
from detente.scenario.conditions import In
from detente.scenario.model import months_between
from detente.scenario.queries import Query, measurements_of
from detente.scenario.questions import write_query
from detente.scenario.reader import dump, loads, parse_levels, parse_query
from detente.solvers.forecast import answer
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid
from scenario.test_docs import COMPLETE

TEXT = next(text for text in COMPLETE if "tit_for_tat" in text)


@pytest.fixture(scope="module")
def loud():
    return loads(TEXT)[0]


def test_rules_are_read_in_order_of_time(loud):
    policy = next(policy for policy in loud.policies if policy.id == "tit_for_tat")
    first, second = policy.then
    assert (first.condition.node, first.on, first.by) == (In("north.noise", (0,)), date(2025, 6, 1), False)
    assert first.time == months_between(loud.as_of, date(2025, 6, 1))
    assert first.hold == (("south.loudspeakers", 0),)
    assert (second.on, second.by) == (date(2025, 11, 7), True)
    turned = TEXT.replace("on: 2025-06-01", "on: 2026-06-01")
    times = [turn.on.year for turn in loads(turned)[0].policies[1].then]
    assert times == [2025, 2026]


def test_what_is_written_back_is_the_same(loud):
    again, warnings = loads(dump(loud))
    assert again == loud
    assert warnings == ()
    bare = replace(loud, source_text="")
    assert loads(dump(bare))[0] == loud


def test_suppositions_carry_the_rules_and_are_told_by_name(loud):
    policy = loud.policies[1]
    query = parse_query(loud, "E(quiet on 2025-12-01 | suppose tit_for_tat and north.noise = off)")
    (item,) = measurements_of(query.expression)
    assert item.setting.turns == policy.then
    assert item.setting.suppose == (("north.noise", 1), ("south.loudspeakers", 1))
    written = write_query(query.expression, loud)
    assert written == "E(quiet on 2025-12-01 | suppose tit_for_tat and north.noise = off)"
    assert parse_query(loud, written).expression == query.expression
    started = parse_query(loud, "P(north.noise = off by 2025-12-01 | suppose tit_for_tat | from north.noise = off)")
    assert parse_query(loud, write_query(started.expression, loud)).expression == started.expression


def test_another_start_and_other_inputs_keep_the_rules(loud):
    from detente.scenario.queries import rebase

    query = parse_query(loud, "E(quiet | suppose tit_for_tat)")
    moved = rebase(query.expression, (("north.noise", 1),), ())
    (item,) = measurements_of(moved)
    assert item.setting.turns == loud.policies[1].then


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("given", "P(north.noise = off by 2025-12-01 given north.noise = off by 2025-03-01 | suppose tit_for_tat)"),
        ("after", "P(north.noise = off within 3 months after south.talks = offered | suppose tit_for_tat)"),
        ("stable", "stable(north.noise = off | suppose tit_for_tat)"),
        ("value", "value(north | suppose tit_for_tat) > 0"),
        ("reachable", "reachable(south.talks = offered for south | suppose tit_for_tat)"),
        ("divergence", "E(quiet) > 0 and divergence(north south | suppose tit_for_tat) > 1"),
    ],
)
def test_what_cannot_be_asked_is_named(loud, word, text):
    with pytest.raises(QueryError, match=f"'{word}' cannot be asked under a policy with rules by date"):
        parse_query(loud, text)


def test_dates_of_events_are_refused(loud):
    query = parse_query(loud, "P(north.noise = off by 2025-12-01 | suppose tit_for_tat)")
    with pytest.raises(NotYetAnalysed, match="dates no events under a policy with 'then'"):
        lay_plan(compile_game(loud), [query], Grid(np.zeros(0), whole=True))


def test_levels_elsewhere_are_no_place_for_rules(loud):
    with pytest.raises(QueryError, match="has rules by date"):
        parse_levels(loud, "tit_for_tat")


def test_where_a_supposition_bars_the_way_the_rule_does_nothing():
    ruled = TEXT.replace("measures:", "rules:\n  - forbid: talks = offered and weather = storm\nmeasures:").replace(
        "measures:", "measures:", 1
    )
    ruled = ruled.replace("talks = offered and weather", "south.talks = offered and weather")
    ruled = ruled.replace("rules:\n", "chance:\n  weather:\n    levels: [calm, storm]\n    rates: []\nrules:\n")
    ruled = ruled.replace("if: north.noise = off, by: 12 months", "if: weather = calm, on: 12 months")
    case = loads(ruled)[0]
    game = compile_game(case)

    def chance(supposed):
        query = parse_query(case, f"P(south.talks = offered on 2026-06-01 | suppose {supposed})")
        return answer(lay_plan(game, [query], Grid(np.zeros(0))), None).of(query)

    assert chance("tit_for_tat and weather = calm") == pytest.approx(1)
    assert chance("tit_for_tat and weather = storm") == pytest.approx(0)


def test_a_plan_asks_the_policy_as_it_stands(loud):
    from detente.ensemble.alternatives import ask, list_alternatives

    listed = {item.name: item for item in list_alternatives(loud, "south")}
    assert list(listed) == ["-", "suspend", "tit_for_tat", "south.talks = offered"]
    texts = [str(query) for query in ask(loud, listed["tit_for_tat"]).values()]
    assert texts[0] == "E(quiet | suppose tit_for_tat)"
    assert all(isinstance(parse_query(loud, text), Query) for text in texts)
