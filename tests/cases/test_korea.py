"""The flagship case: its size, its claims, its anchors in the brief, and no fact from after its day in any input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from detente.game.compiler import compile_game
from detente.scenario.conditions import levers_of
from detente.scenario.model import Claim, Scenario, Want
from detente.scenario.queries import Levels, measurements_of
from detente.scenario.reader import load, load_checked

FOLDER = Path(__file__).parents[2] / "src" / "detente" / "cases" / "korea-2024"

#: the last day whose facts may set an input
LAST_DAY = "2024-11-14"

#: claims that speak of more than a fact of record and are still open
OPEN = {"c19", "c20", "c32", "c33", "c34", "t1"}

#: years, names and phrases that only somebody writing after the last day would use
LATER = (
    *("2025", "2026", "2027", "Lee", "Takaichi", "Anchorage", "Supreme Court", "martial law", "impeached"),
    *("revealed", "white paper", "fact sheet", "pacemaker", "Security Strategy"),
)

WORDS = {
    "c09": "likely",
    "c14": "could",
    "c15": "may",
    "c17": "likely",
    "c18": "will likely",
    "c19": "might",
    "c20": "could",
    "c21": "may",
    "c26": "could",
    "c30": "improbable",
    "c31": "could",
    "c32": "may",
    "c33": "potentially",
    "c34": "could",
}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(FOLDER)


def wants(scenario: Scenario) -> Iterator[Want]:
    for actor in scenario.actors:
        for reading in actor.readings:
            yield from reading.preferences.wants


def reasons(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Every input that must give its reason, and the reason."""
    for actor in scenario.actors:
        for reading in actor.readings:
            if len(actor.readings) > 1:
                yield f"{actor.id}.{reading.id}", reading.because
            for want in reading.preferences.wants:
                yield f"{actor.id}.{reading.id}.{want.id}", want.because
    for chance in scenario.chance:
        yield chance.lever.id, chance.because
    for rule in scenario.rules:
        yield str(rule.forbid), rule.because
    yield from stakes(scenario)


def stakes(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Every stake, and the comment above it, in which its reason stands."""
    if not scenario.issues:
        return
    block = re.search(r"^issues:\n(.*?)^sources:", scenario.source_text, re.DOTALL | re.MULTILINE)
    assert block is not None
    above: list[str] = []
    for line in block[1].splitlines():
        if line.strip().startswith("#"):
            above.append(line.strip().removeprefix("# "))
            continue
        if "position:" in line:
            yield f"deal.{line.split(':')[0].strip()}", " ".join(above)
        above = []


def pointers(because: str) -> list[str]:
    """What a reason points to: the entries of the brackets it ends with."""
    found = re.search(r"\(([^()]+)\)$", because)
    return [entry.strip() for entry in found[1].split(";")] if found else []


def latest(written: str) -> str:
    """The first day of a date that may name only a month or a year."""
    return (written + "-01-01")[:10] if len(written) == 4 else (written + "-01")[:10]


# --- shape ----------------------------------------------------------------------------------------------------------


def test_six_actors_two_chance_levers_and_the_size_asked_for(scenario: Scenario) -> None:
    assert [actor.id for actor in scenario.actors] == ["us", "dprk", "rok", "prc", "russia", "jpn"]
    assert [chance.lever.id for chance in scenario.chance] == ["rok_government", "ukraine_war"]
    assert 12 <= len(scenario.levers) <= 16
    game = compile_game(scenario)
    assert 20_000 <= int(game.feasible.sum()) <= 40_000
    assert game.cells <= 66_000
    assert game.feasible[game.status_quo]


def test_dates(scenario: Scenario) -> None:
    assert scenario.as_of == date(2024, 11, 7)
    assert scenario.horizon >= date(2026, 11, 23)
    starts = {actor.id: actor.starts for actor in scenario.actors}
    assert starts.pop("us") == date(2025, 1, 20)
    assert set(starts.values()) == {None}


def test_pyongyang_and_washington_have_rival_readings(scenario: Scenario) -> None:
    readings = {actor.id: len(actor.readings) for actor in scenario.actors}
    assert readings["us"] >= 2
    assert readings["dprk"] >= 2


def test_tests_and_launches_start_at_rest(scenario: Scenario) -> None:
    tests = next(lever for lever in scenario.levers if lever.id == "dprk.tests")
    assert tests.levels[tests.now] == "resting"


def test_every_lever_is_wanted_or_unwanted_by_somebody_else_than_chance(scenario: Scenario) -> None:
    mentioned = {lever for want in wants(scenario) for lever in levers_of(want.condition.node)}
    assert mentioned == {lever.id for lever in scenario.levers}


def test_the_only_warnings_are_the_words_that_have_no_number() -> None:
    """May, might, could and potentially are the essay's own: the report says that they carry no number."""
    _, warnings = load_checked(FOLDER)
    hedges = {name for name, word in WORDS.items() if word in ("may", "might", "could", "potentially")}
    assert len(warnings) == len(hedges)
    assert all("has no number on the scale" in str(issue) for issue in warnings)


# --- mechanisms -----------------------------------------------------------------------------------------------------

MECHANISMS = {
    "offer and reply": {"us.offer", "dprk.reply"},
    "recognition and China's line": {"us.offer", "prc.line"},
    "the Russia tie as the alternative to a deal": {"us.offer", "dprk.reply", "russia.backing"},
    "exercises and talks": {"us.offer", "dprk.reply", "us.drills"},
    "exercises and the government in Seoul": {"us.drills", "rok_government"},
    "tariffs and the budget": {"us.tariff", "rok.fiscal"},
    "the budget and the government in Seoul": {"rok.fiscal", "rok_government"},
    "the war and Moscow's tie": {"russia.backing", "ukraine_war"},
    "Seoul's line on the war and Moscow's tie": {"russia.backing", "rok.ukraine"},
    "loudspeakers and balloons": {"dprk.south", "rok.psyops"},
    "loudspeakers, balloons and the government in Seoul": {"dprk.south", "rok.psyops", "rok_government"},
    "Japan behind Washington": {"us.offer", "jpn.outreach"},
    "Japan and Pyongyang's reply": {"dprk.reply", "jpn.outreach"},
    "Japan and Seoul's hard line": {"jpn.outreach", "rok_government"},
}


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_each_mechanism_of_the_essay_is_carried_by_a_want(scenario: Scenario, mechanism: str) -> None:
    joined = [set(levers_of(want.condition.node)) for want in wants(scenario)]
    assert any(MECHANISMS[mechanism] <= levers for levers in joined)


def test_what_seoul_wants_switches_with_its_government(scenario: Scenario) -> None:
    rok = next(actor for actor in scenario.actors if actor.id == "rok")
    conditions = [str(want.condition) for want in rok.readings[0].preferences.wants]
    assert sum("rok_government = yoon" in text for text in conditions) >= 5
    assert sum("rok_government = successor" in text for text in conditions) >= 5


def test_joint_outcomes_are_conditions_not_rules(scenario: Scenario) -> None:
    named = {name for name, _ in scenario.conditions}
    assert {"talks", "freeze_deal", "border_quiet"} <= named
    for rule in scenario.rules:
        owners = {lever.split(".")[0] for lever in levers_of(rule.forbid.node) if "." in lever}
        assert len(owners) == 1


# --- claims ---------------------------------------------------------------------------------------------------------


def test_every_claim_and_recommendation_is_there_once(scenario: Scenario) -> None:
    expected = {f"c{k:02d}" for k in range(1, 37)} | {"r1", "r2", "r3"} | {"t1"}
    ids = [claim.id for claim in scenario.claims]
    assert len(ids) == len(set(ids))
    assert set(ids) == expected


def test_every_claim_is_asked_or_says_why_not(scenario: Scenario) -> None:
    for claim in scenario.claims:
        assert (claim.query is None) == bool(claim.unscorable), claim.id
        assert re.fullmatch(r"essay P(1[0-4]|[1-9])", claim.because), claim.id
        assert claim.text
        assert claim.outcome is not None, claim.id


def test_claims_follow_the_brief(scenario: Scenario) -> None:
    """Quotes stand in the brief word for word, in the order of the claims, each in the paragraph the claim names."""
    brief = " ".join((FOLDER / "brief.md").read_text(encoding="utf-8").split())
    paragraphs = dict(enumerate(re.split(r" (?=\d{1,2}\. [A-Z])", brief)))
    place = 0
    for claim in scenario.claims:
        assert claim.quote, claim.id
        assert brief.count(claim.quote) == 1, claim.id
        assert claim.quote in paragraphs[int(claim.because.removeprefix("essay P"))], claim.id
        assert brief.index(claim.quote) >= place, claim.id
        place = brief.index(claim.quote)


def test_the_words_of_the_essay_are_kept(scenario: Scenario) -> None:
    assert {claim.id: claim.says for claim in scenario.claims if claim.says} == WORDS
    for claim in scenario.claims:
        if claim.says:
            sentence = next(s for s in sentences() if claim.quote in s)
            assert claim.says in sentence, claim.id


def sentences() -> list[str]:
    brief = " ".join((FOLDER / "brief.md").read_text(encoding="utf-8").split())
    return re.split(r"(?<=[.*]) (?=[A-Z\d*])", brief)


def test_recommendations_are_comparisons_of_measures_under_a_policy(scenario: Scenario) -> None:
    policies = {policy.hold: policy for policy in scenario.policies}
    held: set[Levels] = set()
    for claim in scenario.claims:
        if claim.id.startswith("r"):
            assert claim.query is not None
            assert claim.query.boolean
            forced = {item.setting.suppose for item in measurements_of(claim.query.expression)} - {()}
            assert forced <= set(policies), claim.id
            held |= forced
    assert held == set(policies)


def test_suppositions_are_few(scenario: Scenario) -> None:
    queries = [claim.query for claim in scenario.claims if claim.query is not None]
    settings = {item.setting for query in queries for item in measurements_of(query.expression)}
    assert len({setting.suppose for setting in settings}) <= 14


def test_who_would_have_which_terms(scenario: Scenario) -> None:
    (deal,) = scenario.issues
    assert deal.id == "deal"
    assert [region.name for region in deal.regions] == ["disarmament", "freeze", "recognition"]
    assert {stake.actor for stake in deal.stakes} == {actor.id for actor in scenario.actors}
    assert len(list(stakes(scenario))) == len(deal.stakes)
    middle = {stake.actor: stake.position.median for stake in deal.stakes}
    assert max(middle["rok"], middle["jpn"]) < middle["us"] < middle["prc"] < middle["russia"] < middle["dprk"]
    assert not any(getattr(stake, name).certain for stake in deal.stakes for name in ("position", "salience"))


# --- hindsight ------------------------------------------------------------------------------------------------------


def test_every_input_gives_a_reason_that_points_somewhere_known_by_the_last_day(scenario: Scenario) -> None:
    dates = {source.id: source.date for source in scenario.sources}
    for place, because in reasons(scenario):
        assert pointers(because), f"{place}: {because!r} points nowhere"
        for pointer in pointers(because):
            name = pointer.split(" ")[0]
            assert name in dates, f"{place} points to {pointer!r}"
            assert latest(dates[name]) <= LAST_DAY, f"{place} points to {pointer!r} of {dates[name]}"
            if name == "essay":
                assert re.fullmatch(r"essay P(1[0-4]|[1-9])", pointer), place


def outcome_sources(claim: Claim) -> list[str]:
    return [claim.outcome.source] if claim.outcome is not None and claim.outcome.source is not None else []


def test_outcomes_come_from_later_sources(scenario: Scenario) -> None:
    dates = {source.id: source.date for source in scenario.sources}
    for claim in scenario.claims:
        as_of = (claim.as_of or scenario.as_of).isoformat()
        for name in outcome_sources(claim):
            assert latest(dates[name]) > as_of, claim.id
        assert claim.outcome is not None
        if claim.outcome.on is not None:
            assert claim.outcome.on.isoformat() > as_of, claim.id
        if claim.outcome.value in ("yes", "no", "void", "unresolved"):
            assert outcome_sources(claim), claim.id
    for item in scenario.evidence:
        assert item.on > scenario.as_of
        assert item.source is not None
        assert latest(dates[item.source]) > LAST_DAY


def test_no_source_serves_both_sides_and_none_is_idle(scenario: Scenario) -> None:
    inputs = {pointer.split(" ")[0] for _, because in reasons(scenario) for pointer in pointers(because)}
    later = {name for claim in scenario.claims for name in outcome_sources(claim)}
    later |= {item.source for item in scenario.evidence if item.source is not None}
    assert not inputs & later
    assert inputs | later == {source.id for source in scenario.sources}


def test_open_questions_stay_open(scenario: Scenario) -> None:
    outcomes = {claim.id: claim.outcome for claim in scenario.claims if claim.outcome is not None}
    assert {name for name, outcome in outcomes.items() if outcome.value == "unresolved"} == OPEN
    assert outcomes["c30"].value == "void"
    assert outcomes["c21"].mechanism == "wrong"
    assert [outcomes[name].value for name in ("c09", "c17", "c18")] == ["yes"] * 3


def texts(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*path, str(key)), str(key)
            yield from texts(value, (*path, str(key)))
    elif isinstance(node, list):
        for item in node:
            yield from texts(item, path)
    else:
        yield path, str(node)


def test_no_later_fact_is_named_in_an_input() -> None:
    """Outside outcomes, evidence and their sources, the caution, the start of the term and the dates asked about."""
    data = YAML(typ="safe").load((FOLDER / "scenario.yaml").read_text(encoding="utf-8"))
    asked = {"outcome", "about", "evidence", "sources", "horizon", "starts", "caution"}
    seen = 0
    for path, text in texts(data):
        if asked & set(path):
            continue
        seen += 1
        for word in LATER:
            assert not re.search(rf"\b{re.escape(word)}\b", text), f"{'.'.join(path)}: {text}"
    assert seen > 500


def test_the_brief_knows_nothing_later() -> None:
    brief = (FOLDER / "brief.md").read_text(encoding="utf-8")
    assert not re.findall(r"\b202[5-9]\b", brief)


def test_the_case_says_that_it_was_built_with_hindsight(scenario: Scenario) -> None:
    assert "after its outcomes were known" in " ".join(scenario.cautions)
    assert "no evidence of skill" in " ".join(scenario.cautions)
