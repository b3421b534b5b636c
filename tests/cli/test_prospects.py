"""forecast --next, --roll, --sequences, --times, --timeline, --on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.conftest import Tell
from detente import api

#: an actor who comes late, and nature
LATE = """\
detente: 1
title: Late
as_of: 2025-01-01
horizon: 12 months
actors:
  a:
    name: Ann
    levers: {x: [no, yes]}
    wants: [{id: gain, want: x = yes, weight: 1 to 2}]
    behaviour: {tempo: 1, foresight: 3, noise: 0.5, habit: 0.2}
  b:
    starts: 2025-03-01
    levers: {y: [low, high]}
    wants: [{want: y = high and a.x = yes, weight: 2}]
    behaviour: {tempo: 2, foresight: 3, noise: 0.5, habit: 0.2}
chance:
  w:
    levels: [dry, wet]
    rates: [{from: dry, to: wet, rate: 0.1, when: b.y = low}]
conditions:
  both: a.x = yes and b.y = high
rules:
  - forbid: a.x = no and w = wet and b.y = high
"""


@pytest.fixture(name="late")
def write_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "late.yaml").write_text(LATE, encoding="utf-8")
    return "late.yaml"


def test_a_card(tell: Tell, late: str) -> None:
    said = tell(f"forecast {late} --next '2 months'")
    card = api.lay_card(api.load(late), api.View(until="2 months"))
    assert (said.code, said.err) == (0, "")
    assert said.out == f"Late\n\n{card}\n"
    assert "Ann (a)\n" in said.out
    assert "b, from 2025-03-01\n" in said.out
    assert tell(f"forecast {late} --next '2 months' --json").result == {"card": card.to_dict()}
    assert card.to_dict()["roll"] is None


def test_a_roll_can_be_repeated_and_is_told_whole(tell: Tell, late: str) -> None:
    said = [tell(f"forecast {late} --next '2 months' --roll 5").out for _ in range(2)]
    assert said[0] == said[1]
    roll = tell(f"forecast {late} --roll 5 --json").document["card"]["roll"]
    assert (roll["seed"], roll["interval"][0] <= roll["number"] < roll["interval"][1]) == (5, True)
    numbers = {tell(f"forecast {late} --roll {seed} --json").document["card"]["roll"]["number"] for seed in range(4)}
    assert len(numbers) == 4


def test_a_card_of_another_state_day_and_input(tell: Tell, late: str) -> None:
    line = f"forecast {late} --next 2025-05-01 --on 2025-04-01 --from 'a.x = yes' --set 'a.gain = 5' --json"
    card = tell(line).document["card"]
    assert (card["from"], card["to"], card["state"]["a.x"]) == ("2025-04-01", "2025-05-01", "yes")
    # on that day the second actor has started
    assert [odds["starts"] for odds in card["odds"]] == [None, None, None]
    plain = tell(f"forecast {late} --next '1 month' --from 'a.x = yes' --json").document["card"]
    assert [odds["starts"] for odds in plain["odds"]] == [None, "2025-03-01", None]
    assert plain["odds"][1]["stays"]["probability"] == 1.0
    assert card["odds"][0]["stays"]["probability"] > plain["odds"][0]["stays"]["probability"]
    assert tell(f"forecast {late} --next '1 month' --from both --json").document["card"]["state"]["b.y"] == "high"


def test_a_card_over_draws(tell: Tell, late: str) -> None:
    said = tell(f"forecast {late} --next '2 months' --draws 6 --seed 3 --json")
    card = api.lay_card(api.load(late), api.View(until="2 months"), draws=6, seed=3)
    assert said.document["card"] == card.to_dict()
    assert said.err.startswith("6 draws, seed 3\ndraws: 1 of 6 (")
    assert card.odds[0].stays.error is not None
    assert card.odds[0].stays.error > 0
    assert "6 draws. State: status quo" in str(card)


@pytest.mark.parametrize("query", ["P(both by 2025-07-01)", "P(w = dry on 2025-07-01)"])
def test_sequences_and_what_decides(tell: Tell, late: str, query: str) -> None:
    said = tell(f"forecast {late} --sequences 3 --query '{query}'")
    found = api.find_sequences(api.load(late), most=3, query=query)
    assert said.out == f"Late\n\n{found}\n"
    assert len(found.told) == 3
    # until the query's date
    assert "2025-01-01 to 2025-07-01, central values." in said.out
    document = tell(f"forecast {late} --sequences 3 --query '{query}' --json").document["sequences"]
    scenario = api.load(late)
    assert document["query"]["now"] == api.forecast(scenario, [query]).lines[0].value
    for after in document["query"]["after"]:
        start = " and ".join(f"{lever} = {new}" for lever, (_, new) in after["changes"].items())
        assert after["value"] == pytest.approx(api.forecast(scenario, [query], start=start).lines[0].value, abs=1e-12)
    weights = {
        str(after["changes"]): move["probability"] * abs(after["value"] - document["query"]["now"])
        for after in document["query"]["after"]
        for move in document["first"]["moves"]
        if move["changes"] == after["changes"]
    }
    assert str(document["query"]["decides"]["changes"]) == max(weights, key=lambda key: weights[key])
    assert len(tell(f"forecast {late} --sequences --json").document["sequences"]["sequences"]) == api.SEQUENCES
    assert len(tell(f"forecast {late} --sequences 1 --json").document["sequences"]["sequences"]) == 1


def test_a_supposition_holds_for_the_sequences_too(late: str) -> None:
    scenario = api.load(late)
    found = api.find_sequences(scenario, query="P(b.y = high by 2025-07-01 | suppose a.x = yes)")
    assert found.hinge is not None
    assert all("a.x" not in axis.id or len(axis.levels) == 1 for axis in found.game.axes)
    text = " ".join(str(found).split())
    assert "State: status quo" in text
    plain = api.forecast(scenario, ["P(b.y = high by 2025-07-01 | suppose a.x = yes)"]).lines[0].value
    assert found.hinge.now == plain
    own = api.find_sequences(scenario, query="P(b.y = high by 2025-07-01 | from a.x = yes | with a.gain = 0)")
    assert own.game.axes[0].levels[int(own.start // own.game.line(0)[2])] == "yes"


def test_a_later_day_moves_the_query_s_clock(late: str) -> None:
    scenario = api.load(late)
    found = api.find_sequences(scenario, api.View(day="2025-04-01"), query="P(a.x = yes by 2025-07-01)")
    assert found.until == pytest.approx(91 / 30.4375)
    assert found.hinge is not None
    # with the second actor there from the start, the same span from the first day is the same question
    there = LATE.replace("    starts: 2025-03-01\n", "")
    Path("there.yaml").write_text(there, encoding="utf-8")
    same = api.forecast(api.load("there.yaml"), ["P(a.x = yes by 2025-04-02)"]).lines[0].value
    assert found.hinge.now == pytest.approx(same, abs=1e-9)


def test_time_in_each_state(tell: Tell, late: str) -> None:
    said = tell(f"forecast {late} --times")
    found = api.measure_occupation(api.load(late))
    assert said.out == f"Late\n\n{found}\n"
    assert set(found.conditions) == {"both"}
    document = tell(f"forecast {late} --times --sequences --json").result
    assert list(document) == ["sequences", "times"]
    assert document["times"]["conditions"]["both"] == pytest.approx(found.conditions["both"])


def test_levers_over_time(tell: Tell, late: str) -> None:
    said = tell(f"forecast {late} --timeline --next '6 months' --svg line.svg")
    view = api.View(until="6 months")
    found = api.lay_timeline(api.load(late), view)
    assert (said.code, said.err) == (0, "Wrote line.svg\n")
    assert said.out == f"Late\n\n{found}\n"
    assert "b, decides from 1 March 2025" in Path("line.svg").read_text(encoding="utf-8")
    assert tell(f"forecast {late} --timeline --next '6 months' --json").result == {"timeline": found.to_dict()}
    # an actor that starts in March has moved nothing before
    track = next(track for track in found.tracks if track.lever == "b.y")
    assert track.away[:2].tolist() == [0.0, 0.0]
    assert track.away[2] > 0
    # and seen from another state on a later day both are there
    moved = tell(f"forecast {late} --timeline --from 'a.x = yes' --on 2025-03-01 --json").document["timeline"]
    assert (moved["from"], moved["state"]["a.x"], moved["levers"][0]["start"]) == ("2025-03-01", "yes", "yes")


def test_a_timeline_knows_phases_from_the_first_day_only(tell: Tell, late: str) -> None:
    phases = LATE + "phases:\n  - {id: ban, from: 2025-04-01, closed: [a.x = yes]}\n"
    Path("phases.yaml").write_text(phases, encoding="utf-8")
    plain, banned = (tell(f"forecast {name} --timeline --json").document["timeline"] for name in (late, "phases.yaml"))
    assert banned["levers"][0]["away"][-1] < plain["levers"][0]["away"][-1]
    said = tell("forecast phases.yaml --timeline --on 2025-02-01")
    assert said.code == 2
    assert "this version has no timeline from a later day" in said.err


@pytest.mark.parametrize(
    ("words", "errors"),
    [
        (
            "--next '9 parsecs' --on 2030-01-01 --from 'x = 2' --set 'q = 1'",
            [
                "day:1:1  2030-01-01 is outside the model's time. Choose a day from 2025-01-01 to before 2026-01-02.",
                "input:1:1  No input 'q'.",
                "span:1:1  '9 parsecs' is neither a date nor a span. Write 2026-11-30 or '24 months'.",
                "state:1:1  No lever 'x' here. Write 'a.x'.",
            ],
        ),
        ("--on soon", ["day:1:1  'soon' is no day. Write a date such as 2025-07-20."]),
        (
            "--next '3 years'",
            ["span:1:1  '3 years' from 2025-01-01 reaches past the horizon. The horizon is 2026-01-02."],
        ),
        ("--next 2025-01-01", ["span:1:1  '2025-01-01' ends no later than 2025-01-01. Choose a later end."]),
        (
            "--next '1 month' --query 'P(both by 2025-07-01)' --sequences 0 --draws 2",
            [
                "--draws  Sequences, times and the timeline are at central values. Leave out --draws.",
                "--sequences  0 sequences cannot be told. Ask for 1 to 1000.",
            ],
        ),
        (
            "--times --query 'P(both by 2025-07-01)'",
            ["--query  A card, times and the timeline answer no query. Add --sequences, or ask alone."],
        ),
        (
            "--sequences --query 'P(both by 2025-07-01)' --query 'P(both on 2025-07-01)'",
            ["--query  First moves are weighed by one query. Give --query once."],
        ),
        (
            "--sequences --query 'P(both by 2025-07-01) > 0.5'",
            [
                "query:1:1  'P(both by 2025-07-01) > 0.5' is no single probability. "
                "Ask one, such as 'P(c by 2025-07-20)'."
            ],
        ),
        (
            "--sequences --query 'P(both by 2025-03-01)' --on 2025-03-02",
            ["query:1:1  The query's date is before 2025-03-02. Ask about a later date."],
        ),
        (
            "--sequences --query 'P(both by 2025-03-01)' --on 2025-03-01",
            [
                "query:1:1  'P(both by 2025-03-01)' is asked on its own date, 2025-03-01. Say until when with --next.",
            ],
        ),
        (
            "--sequences --from 'w = wet' --query 'P(both by 2025-03-01 | from b.y = high)'",
            ["state:1:1  The state looked from is forbidden by a rule. Set the other levers of the rule too."],
        ),
    ],
)
def test_what_is_refused(tell: Tell, late: str, words: str, errors: list[str]) -> None:
    said = tell(f"forecast {late} {words}")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines() == errors


@pytest.mark.parametrize("case", ["korea-2024", "north-korea-2017", "elmira"])
def test_cards_of_bundled_cases_print_on_a_page(tell: Tell, case: str) -> None:
    lines = tell(f"forecast {case} --next '2 months' --roll 1").out.splitlines()
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 100
    assert any(" -> " in line for line in lines)


def test_the_commands_print_what_the_page_shows(tell: Tell) -> None:
    page = (Path(__file__).parents[2] / "docs/forecast.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n\$ detente (.*?)\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 3
    for line, shown in blocks:
        assert tell(line).out == shown
