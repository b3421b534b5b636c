from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from detente.errors import ScenarioError
from detente.game.compiler import compile_game
from detente.scenario.catalogue import inputs_of
from detente.scenario.conditions import All, Condition, In
from detente.scenario.quantities import Quantity
from detente.scenario.queries import measurements_of
from detente.scenario.reader import dump, list_cases, load, load_checked, loads, parse_query


def test_levers_stand_in_axis_order(scenario):
    assert [lever.id for lever in scenario.levers] == [
        "us.engagement",
        "us.drills",
        "dprk.reply",
        "dprk.noise",
        "dprk.tests",
        "seoul",
    ]


def test_want_inside_an_actor_reads_its_own_lever(scenario):
    want = scenario.actors[0].readings[0].preferences.wants[0]
    assert (want.id, want.named, want.because) == ("deal", True, "essay P8")
    assert want.condition.node == All((In("us.engagement", (1, 2)), In("dprk.reply", (1, 2)), In("us.drills", (0,))))
    assert str(want.condition) == "talks and drills = full"


def test_want_without_id_is_numbered(scenario):
    want = scenario.actors[0].readings[0].preferences.wants[1]
    assert (want.id, want.named) == ("want2", False)


def test_behaviour_comes_from_the_actor_then_the_file_then_the_defaults(text):
    scenario, _ = loads(text + "behaviour: {tempo: yearly, noise: 0.5}\n")
    us, dprk = (actor.behaviour for actor in scenario.actors)
    assert us.tempo.text == "monthly"
    assert dprk.tempo.text == "yearly"
    assert us.noise == Quantity("fixed", (0.5,), 0.01, 1000)
    assert us.foresight.parameters == (3.0, 12.0)


def test_one_way_levels(text):
    scenario, _ = loads(text)
    tests = scenario.levers[4]
    assert tests.legal == ((True, True, True), (True, True, True), (False, False, True))
    forward, _ = loads(text.replace("one_way: [nuclear]", "one_way: true"))
    assert forward.levers[4].legal == ((True, True, True), (False, True, True), (False, False, True))
    free, _ = loads(text.replace("one_way: [nuclear]", "one_way: false"))
    assert all(all(row) for row in free.levers[4].legal)


def test_level_is_its_source_text(text):
    odd = text.replace("noise: [on, off]", "noise: [on, no, 010, 1e3, 0x1F, '2024-01-01', \"true\", ~x]")
    scenario, _ = loads(odd)
    assert scenario.levers[3].levels == ("on", "no", "010", "1e3", "0x1F", "2024-01-01", "true", "~x")


def test_readings(scenario):
    readings = scenario.actors[1].readings
    assert [reading.id for reading in readings] == ["dealmaker", "stonewaller"]
    assert [reading.odds.parameters for reading in readings] == [(60.0,), (40.0,)]
    assert scenario.actors[0].readings[0].id == ""


def test_ranking_ties_and_stakes(text):
    start, end = text.index("    readings:"), text.index("chance:")
    ranked = (
        text[:start] + "    ranking:\n      - talks\n      - [tests = icbm, noise = on]\n    stakes: 2\n" + text[end:]
    )
    preferences = loads(ranked)[0].actors[1].readings[0].preferences
    assert preferences.kind == "ranking"
    assert [len(line) for line in preferences.ranking] == [1, 2]
    assert preferences.stakes is not None
    assert preferences.stakes.parameters == (2.0,)
    listed = text[:start] + "    priorities: [talks, not noise = on]\n" + text[end:]
    preferences = loads(listed)[0].actors[1].readings[0].preferences
    assert [str(condition) for condition in preferences.priorities] == ["talks", "not noise = on"]
    assert preferences.stakes is not None
    assert preferences.stakes.parameters == (1.0, 4.0)


def test_chance_moves_are_named_and_turned_into_hazards(scenario):
    (move,) = scenario.chance[0].moves
    assert (move.id, move.source, move.target) == ("chance.seoul.1", 0, 1)
    assert move.rate.parameters == pytest.approx((0.01005034, 0.04082199))
    assert move.when == Condition(In("us.drills", (0,)))


def test_then_lets_levers_give_way(text):
    changed = text.replace("when: us.drills = full}", "then: us.engagement = none and dprk.reply = refuse, id: vote}")
    (move,) = loads(changed)[0].chance[0].moves
    assert move.id == "chance.seoul.vote"
    assert move.then == (("dprk.reply", 0), ("us.engagement", 0))


def test_horizon_as_a_span_has_room_for_the_span(text):
    scenario, _ = loads(text.replace("horizon: 2026-11-30", "horizon: 24 months"))
    assert scenario.horizon == date(2026, 11, 8)
    assert scenario.months >= 24


def test_claims_evidence_issues(text):
    rest = """\
claims:
  - id: early
    text: Washington moves
      early
    says: will likely
    about: P(us.engagement >= offer by 2025-07-20)
    as_of: 2024-11-14
    outcome: {value: "yes", on: 2025-01-23, source: press, mechanism: right, note: said on television}
  - {id: mood, text: The mood is tense, unscorable: no event stands for a mood}
evidence:
  - {on: 2025-06-12, seen: us.drills = scaled, source: press}
  - {by: 2025-09-12, not_seen: talks}
issues:
  deal:
    label: Terms of a deal
    scale: {0: disarmament, 100: recognition, 50: freeze}
    stakes: {us: {position: 10 to 40, salience: 40% to 70%, capability: 1}}
sources:
  press: {title: A paper, date: 2025-01-23, url: https://example.org}
question: >-
  Will they
  talk?
caution: built after the fact
"""
    scenario, warnings = loads(text + rest)
    assert warnings == ()
    early, mood = scenario.claims
    assert early.text == "Washington moves early"
    assert early.outcome is not None
    assert (early.outcome.value, early.outcome.mechanism) == ("yes", "right")
    assert mood.query is None
    first, second = scenario.evidence
    assert (first.by, first.negated, second.by, second.negated) == (False, False, True, True)
    (deal,) = scenario.issues
    assert deal.scale == ((0.0, "disarmament"), (50.0, "freeze"), (100.0, "recognition"))
    assert deal.stakes[0].salience.law == "logitnormal"
    assert scenario.question == "Will they talk?"
    assert scenario.cautions == ("built after the fact",)


def test_digest_follows_the_text(text):
    assert loads(text)[0].digest == loads(text)[0].digest
    assert loads(text)[0].digest != loads(text + "# a comment\n")[0].digest


def test_equal_scenarios_need_not_be_spelt_alike(text):
    other = text.replace("us.engagement >= offer and", "us.engagement in (summit offer) and")
    assert loads(other)[0] == loads(text)[0]


def test_folder_file_and_case_are_read(tmp_path, text):
    (tmp_path / "scenario.yaml").write_text(text)
    assert load(tmp_path) == load(tmp_path / "scenario.yaml") == loads(text)[0]
    assert load(str(tmp_path)).path == str(tmp_path / "scenario.yaml")


def test_brief_is_read_beside_the_file(tmp_path, text):
    (tmp_path / "scenario.yaml").write_text(text + "brief: words/brief.md\n")
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "brief.md").write_text("Something is likely.", encoding="utf-8")
    scenario, warnings = load_checked(tmp_path)
    assert (scenario.brief, scenario.brief_path, warnings) == ("Something is likely.", "words/brief.md", ())


def test_byte_order_mark_and_windows_lines_are_read(tmp_path, text):
    file = tmp_path / "scenario.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load(file) == loads(text)[0]


def test_every_bundled_case_loads_and_writes_back():
    cases = list_cases()
    assert cases
    for case in cases:
        scenario = load(case.name)
        assert scenario.title == case.title
        assert dump(scenario) == scenario.source_text


def test_warnings_are_answered_and_errors_carry_them_not(text):
    _, warnings = loads(text.replace(" or noise = on", ""))
    assert [str(issue) for issue in warnings] == [
        "scenario.yaml:19:7  warning: actors.dprk.levers: no want, rule, chance move or query mentions dprk.noise. "
        "Say who cares about it, or leave it out."
    ]
    with pytest.raises(ScenarioError) as caught:
        loads(text.replace(" or noise = on", "").replace("strong,", "storng,"))
    assert [issue.severity for issue in caught.value.issues] == ["error"]


def test_reading_loads_no_heavy_library():
    code = (
        "import sys, detente.scenario.reader as r; r.load('korea-2024');"
        "print([m for m in ('numba', 'duckdb', 'vl_convert', 'scipy.stats', 'scipy.optimize') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PHASES = """
phases:
  - {id: vote, from: 6 months, closed: [dprk.tests = icbm, dprk.tests = nuclear, us.drills]}
  - {id: handover, from: 2024-10-01, until: 2025-01-20, anticipated: no, set: {us.deal: vital, us.tempo: weekly}}
"""


def test_phases_are_read_in_order_of_time(text):
    handover, vote = loads(text + PHASES)[0].phases
    assert (handover.id, handover.since, handover.until) == ("handover", date(2024, 10, 1), date(2025, 1, 20))
    assert (handover.anticipated, vote.anticipated) == (False, True)
    assert [(name, number.text) for name, number in handover.changes] == [("us.deal", "vital"), ("us.tempo", "weekly")]
    assert (vote.since, vote.until) == (date(2025, 5, 9), None)
    assert vote.closed == (("dprk.tests", (1, 2)), ("us.drills", (0, 1))), "levels of one lever are put together"


def test_inputs_of_phases_have_names(text):
    scenario = loads(text + PHASES)[0]
    query = parse_query(scenario, "P(talks by 2025-07-20 | with phases.handover.us.deal = slight)")
    assert [name for name, _ in measurements_of(query.expression)[0].setting.inputs] == ["phases.handover.us.deal"]
    assert {item.id for item in compile_game(scenario).inputs} == set(inputs_of(scenario))


def test_idle_phases_are_warned_of(text):
    idle = """
phases:
  - {id: calm, from: 2025-01-20}
  - {id: far, from: 2040-01-01, anticipated: no, closed: us.drills}
"""
    assert [issue.message for issue in loads(text + idle)[1]] == [
        "the phase calm changes nothing.",
        "far begins on 2040-01-01, after the horizon 2026-11-30.",
    ]


def test_a_bracket_that_closes_nowhere_cuts_no_value_but_a_query(text):
    claims = """
claims:
  - {id: quoted, text: "who knows :(", about: }
  - {id: plain, text: who knows :(, outcome: {value: "no"}, unscorable: so it goes}
"""
    quoted, plain = loads(text + claims)[0].claims
    assert quoted.text == plain.text == "who knows :("
    assert plain.outcome is not None
