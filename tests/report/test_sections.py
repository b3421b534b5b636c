"""What each section holds is the findings' own: nothing twice, nothing left out, nothing unmarked."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from detente import api
from detente.findings.assessment import assess
from detente.findings.findings import Findings
from detente.report import charts, learning, scoreboard, settling
from detente.report.charts import Interval, Shift, Trace
from detente.report.inputs import name_inputs
from detente.report.sections.actors import SHOWN, build_actors
from detente.report.sections.assumptions import build_assumptions
from detente.report.sections.claims import GROUPS, build_claims
from detente.report.sections.drivers import build_drivers
from detente.report.sections.evidence import build_evidence
from detente.report.sections.forecasts import FLAT, build_forecasts
from detente.report.sections.material import Material
from detente.report.sections.record import build_record
from detente.report.sections.settling import build_settling
from detente.report.text import MEANINGS
from detente.scenario.model import Scenario
from detente.scenario.reader import loads
from findings.mock_korea import between, ensemble, game, scenario
from findings.test_interventions import SMALL


@cache
def found() -> Findings:
    return assess(scenario(), game(), ensemble())


def material(case: Scenario | None = None, findings: Findings | None = None) -> Material:
    case = case or scenario()
    return Material(findings or found(), case, game(), ensemble(), name_inputs(case), settling.label_levers(case))


def test_every_claim_stands_in_one_group_by_its_verdict() -> None:
    data = build_claims(material())
    assert data is not None
    rows = [row for group in data["groups"] for row in group["rows"]] + data["unscorable"]
    assert Counter(row["claim"].id for row in rows) == Counter(claim.id for claim in found().claims)
    assert all(row["claim"].verdict == group["verdict"] for group in data["groups"] for row in group["rows"])
    assert all(found().claims[row["place"]] is row["claim"] for row in rows)
    assert {*GROUPS, "unscorable"} == set(MEANINGS)
    order = [GROUPS.index(group["verdict"]) for group in data["groups"]]
    assert order == sorted(order)


def test_behind_a_claim_stands_all_that_is_known_of_it() -> None:
    data = build_claims(material())
    assert data is not None
    facts = {row["claim"].id: {f[0]: f[1:] for f in row["facts"]} for g in data["groups"] for row in g["rows"]}
    early = facts["early-offer"]
    assert early["Asked"][1].startswith("P(us.offer >= talks by 2025-07-20")
    assert "the probability that at some moment up to " in early["Asked"][0][0]
    assert early["Came out"][0] == [
        "yes, 23 January 2025. Mechanism: right. The offer was made on television. Source: A newspaper (2025-01-23)."
    ]
    for claim in found().claims:
        told = facts.get(claim.id, {})
        assert bool(claim.drivers) == ("What drives it" in told)
        assert (claim.counterexample is not None) == ("Against it" in told)
        assert all(sentence for sentences, _ in told.values() for sentence in sentences)
    assert "of the draws lie below the range" in facts["talks"]["Result"][0][1]
    fits = {name: label for label, ids in data["words"] for _, name in ids}
    assert fits["talks"] == "too sure: the word is more extreme than the model"


def test_events_stand_by_the_year_of_their_date_and_flat_ones_apart() -> None:
    data = build_forecasts(material())
    assert data is not None
    shown = [row["claim"].id for group in data["groups"] for row in group["rows"]]
    flat = [row["claim"].id for row in data["flat"]]
    for claim in found().claims:
        if claim.fan is None:
            continue
        moves = float(np.ptp(claim.fan.mean)) >= FLAT
        assert (claim.id in shown, claim.id in flat) == (moves, not moves)
    for group in data["groups"]:
        days = [row["told"].split(":")[0] for row in group["rows"]]
        assert all(day.endswith(str(group["year"])) for day in days)
        ends = {row["claim"].text: row["claim"].fan.mean[-1] for row in group["rows"]}
        assert group["lead"].startswith(f"Likeliest: “{max(ends, key=lambda text: ends[text])}”")
    assert "freeze" in flat


def test_inputs_that_drive_several_claims_are_marked_where_they_do() -> None:
    data = build_drivers(material())
    assert data is not None
    common = data["common"]
    driven = {claim.id: {d.input for d in claim.drivers} for claim in found().claims}
    count = Counter(name for names in driven.values() for name in names)
    assert {name for name, times in count.items() if times > 1} == {"dprk.reading"}
    ((name, times, marks),) = common["rows"]
    assert name == "The reading of North Korea"
    assert times == count["dprk.reading"]
    for (_, claim), (sign, word) in zip(common["claims"], marks, strict=True):
        assert (sign, word) == (("◆", "decides") if "dprk.reading" in driven[claim.id] else ("", ""))
    told = {claim.id for _, claim, sentence in data["flips"] if sentence}
    assert told == {claim.id for claim in found().claims if claim.flip is not None}
    silent = {name.strip(" .") for sentence in data["silences"] for name in sentence.split(": ")[1].split(",")}
    reasons = {"every draw agrees", "few draws disagree", "nothing stands out", "too few draws"}
    assert silent == {claim.id for claim in found().claims if claim.no_flip in reasons}


@pytest.mark.parametrize(("direction", "sign"), [(1, "▲"), (-1, "▼"), (0, "◆")])
def test_a_mark_says_what_a_higher_value_does(direction: int, sign: str) -> None:
    driver = replace(found().claim("talks").drivers[0], direction=direction)
    claims = tuple(replace(claim, drivers=(driver,) * bool(claim.drivers)) for claim in found().claims)
    data = build_drivers(material(findings=replace(found(), claims=claims)))
    assert data is not None
    ((_, _, marks),) = data["common"]["rows"]
    assert {mark for mark, _ in marks} == {sign}


def test_weights_of_all_actors_stand_on_one_axis_the_heaviest_first() -> None:
    data = build_actors(material())
    rows = [row for _, cards in data["runs"] for card in cards for row in card["readings"]]
    specs = [row["figure"].spec for row in rows if row["figure"]]
    domains = {tuple(layer["encoding"]["x"]["scale"]["domain"]) for spec in specs for layer in spec["layer"][1:3]}
    assert len(domains) == 1
    ((low, high),) = domains
    for row in rows:
        drawn = row["figure"].spec["data"]["values"]
        wants = row["reading"].preferences.wants
        sizes = [abs(value["median"]) for value in drawn]
        assert sizes == sorted(sizes, reverse=True)
        assert len(drawn) + row["left"] == len(wants) == len(row["statements"])
        assert all(low <= value["low"] <= value["median"] <= value["high"] <= high for value in drawn)
    assert sum(len(cards) for _, cards in data["runs"]) == len(scenario().actors)


def test_what_is_not_drawn_of_many_wants_is_counted() -> None:
    case = scenario()
    us = case.actors[0]
    reading = us.readings[0]
    wants = tuple(
        replace(reading.preferences.wants[0], id=f"w{k}", weight=between(0.1 + k / 10, 1 + k / 10)) for k in range(11)
    )
    against = replace(wants[0], id="against", weight=between(-8, -4))
    wants = (*wants, against)
    many = replace(reading, preferences=replace(reading.preferences, wants=wants))
    data = build_actors(material(replace(case, actors=(replace(us, readings=(many,)), *case.actors[1:]))))
    row = data["runs"][0][1][0]["readings"][0]
    assert (len(row["figure"].spec["data"]["values"]), row["left"]) == (SHOWN, 12 - SHOWN)
    assert len(row["statements"]) == 12
    assert row["figure"].spec["data"]["values"][0]["median"] == pytest.approx(against.weight.median)


def test_odds_are_told_with_what_the_evidence_makes_of_them() -> None:
    data = build_actors(material())
    rows = [row for _, cards in data["runs"] for card in cards for row in card["readings"]]
    odds = {row["reading"].id: row["odds"] for row in rows}
    assert odds[""] == ""
    assert odds["dealmaker"].startswith("odds 60: ")
    assert odds["dealmaker"].endswith("once the evidence counts")


def test_defaults_are_told_from_what_the_file_gives() -> None:
    case, _ = loads(SMALL.replace("QUIET", "1 to 3"))
    run = api.run(case, draws=4, workers=1)
    names = name_inputs(case)
    data = build_assumptions(
        Material(api.assess(case, run), case, api.compile(case), run, names, settling.label_levers(case))
    )
    assert data["defaults"] == (
        "The file leaves these out, and defaults of ours stand in: tempo of every actor; foresight of every actor; "
        "noise of every actor; habit of every actor."
    )
    assert data["marked"](case.actors[0].behaviour.noise).endswith("(default)")
    given, _ = loads(
        SMALL.replace("QUIET", "1 to 3").replace("  south:\n", "    behaviour: {tempo: monthly}\n  south:\n", 1)
    )
    part = build_assumptions(
        Material(api.assess(case, run), given, api.compile(given), run, names, settling.label_levers(given))
    )
    assert f"tempo of {given.actors[1].name};" in part["defaults"]
    assert build_assumptions(material())["defaults"] == "The file gives every number here; none is a default of ours."


def test_readings_are_followed_from_the_start_over_every_observation() -> None:
    update = found().evidence
    assert update is not None
    data = build_evidence(material())
    assert data is not None
    (drawn,) = data["paths"]
    assert drawn["who"] == "North Korea"
    paths = dict(learning.trace_readings(update, "dprk"))
    for share in update.readings:
        path = paths[share.reading]
        assert len(path) == len(update.steps) + 1
        assert path[0] == pytest.approx(share.prior)
        assert path[-1] == pytest.approx(share.posterior)
    assert [step["did"] for step in data["steps"]][1] == "little"
    assert "North Korea as " in data["steps"][0]["did"]
    assert data["steps"][1]["words"].startswith("never by then: “What Washington offers” is freeze")


def test_the_record_opens_with_how_it_did() -> None:
    data = build_record(material())
    assert data is not None
    record = found().record
    assert len(data["summary"]) == len(scoreboard.list_scores(record))
    for (_, score), sentence in zip(scoreboard.list_scores(record), data["summary"], strict=True):
        model = score.of("model")
        assert model is not None
        assert f"the model's Brier score is {scoreboard.write_score(model.brier, model.brier_error)} (0" in sentence
        assert sentence.startswith(f"Over {score.claims} ")
    assert [claim.id for _, claim in data["told"]] == [c.id for c in found().claims if c.outcome is not None]


def test_states_are_named_by_what_differs_from_today_and_from_each_other() -> None:
    data = build_settling(material())
    assert data is not None
    shared, names = settling.name_states([state.levels for state in found().states], scenario())
    now = {lever.id: lever.levels[lever.now] for lever in scenario().levers}
    short = {lever.id: lever.name for lever in scenario().levers}
    for state, name in zip(found().states, names, strict=True):
        changes = {f"{short[k]}: {level}" for k, level in state.levels.items() if level != now[k]}
        told = set(name.split(", ")) | (set(shared.split(", ")) if shared else set())
        assert told - {"nothing besides"} == changes if changes else name == "the status quo"
    spoken = data["matrix"].spec["layer"][-1]["data"]["values"]
    assert [" ".join(row["name"]).strip() for row in spoken] == [
        f"S{k}. {name}" for k, name in enumerate(names, start=1)
    ]
    assert data["reasons"][0]["title"].startswith("Today")
    assert data["lead"][0].isupper()
    assert f"({data['leading_name']})" in data["lead"]


def test_what_all_states_but_todays_change_is_said_once() -> None:
    now = {lever.id: lever.levels[lever.now] for lever in scenario().levers}
    offered = {**now, "us.offer": "talks"}
    states = [offered, {**offered, "rok.psyops": "off"}, now]
    names = ["nothing besides", "psyops: off", "the status quo"]
    assert settling.name_states(states, scenario()) == ("offer: talks", names)
    assert settling.name_states([offered, now], scenario()) == ("", ["offer: talks", "the status quo"])


def test_levers_of_one_name_are_told_with_their_actors() -> None:
    case = scenario()
    us, dprk, rok = case.actors
    twin = replace(dprk, levers=(replace(dprk.levers[0], id="dprk.offer", name="offer"),))
    states = [{"us.offer": "talks", "dprk.offer": "refuse"}, {"us.offer": "none", "dprk.offer": "accept"}]
    assert settling.name_states(states, replace(case, actors=(us, twin, rok))) == (
        "",
        ["us.offer: talks", "dprk.offer: accept"],
    )


def test_intervals_are_drawn_from_the_fifth_to_the_ninety_fifth_percentile() -> None:
    rows = [Interval("x" * 80, -2.0, 0.5, 1.0), Interval("sure", 1.0, 1.0, 1.0)]
    spec = charts.plot_intervals(rows, (-3.0, 3.0))
    assert [(r["low"], r["median"], r["high"]) for r in spec["data"]["values"]] == [(-2.0, 0.5, 1.0), (1.0, 1.0, 1.0)]
    assert spec["data"]["values"][0]["name"].endswith("…")
    assert spec["layer"][0]["data"]["values"] == [{"x": 0}]
    assert len(charts.plot_intervals(rows, (0.0, 3.0))["layer"]) == 3
    svg = charts.render_svg(spec)
    assert "sure" in svg
    assert svg == charts.render_svg(spec)


def test_before_is_hollow_and_after_is_filled() -> None:
    spec = charts.plot_shifts([Shift("c1: talks", 0.2, 0.7)])
    points = {layer["encoding"]["x"]["field"]: layer["mark"]["filled"] for layer in spec["layer"][1:3]}
    assert points == {"before": False, "after": True}
    assert spec["data"]["values"] == [{"row": 0, "name": "c1: talks", "before": 0.2, "after": 0.7}]
    assert "c1: talks" in charts.render_svg(spec)


def test_names_at_the_end_of_paths_keep_apart() -> None:
    paths = [Trace("a", (0.5, 0.02)), Trace("b", (0.3, 0.0)), Trace("c", (0.2, 0.98))]
    spec = charts.plot_paths(paths, ["·", "0"])
    ends = {
        layer["data"]["values"][0]["text"]: layer["data"]["values"][0]["share"]
        for layer in spec["layer"]
        if layer["mark"]["type"] == "text"
    }
    assert ends["b"] < ends["a"] < ends["c"] <= 1
    assert ends["a"] - ends["b"] >= 0.09 - 1e-9
    lines = [layer["data"]["values"] for layer in spec["layer"] if layer["mark"]["type"] == "line"]
    assert [[row["share"] for row in rows] for rows in lines] == [list(path.shares) for path in paths]
