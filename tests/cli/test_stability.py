"""stability: every concept from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Tell
from detente import api

#: two who misread each other and care to different degrees
WARY = """
detente: 1
title: Wary
as_of: 2025-01-01
horizon: 12 months
actors:
  north:
    levers: {arms: [kept, given]}
    wants: [{want: arms = given and south.force = none, weight: 2}, {want: south.force = strike, weight: -5}]
    thresholds: {indifference: 0.5, strong: 3}
    believes: {south: {wants: [{want: force = strike and north.arms = given, weight: 3}]}}
  south:
    levers: {force: [none, strike]}
    wants: [{want: force = none, weight: 1}]
"""


def test_stability_as_a_table(tell: Tell) -> None:
    said = tell("stability prisoners-dilemma --concept NASH --concept gmr")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[0].split() == ["Nash", "GMR", "state"]


def test_stability_as_json_is_the_result(tell: Tell) -> None:
    game = api.compile(api.load("chicken"))
    assert tell("stability chicken --json").result == api.find_equilibria(game).to_dict()
    per_actor = api.find_equilibria(game, ["seq"]).to_dict(per_actor=True)
    assert tell("stability chicken --concept seq --per-actor --json").result == per_actor


def test_stability_per_actor(tell: Tell) -> None:
    said = tell("stability chicken --concept nash --per-actor")
    rows = [line.split(maxsplit=3) for line in said.out.splitlines() if line.startswith("Nash     ")]
    assert [row[1:] for row in rows] == [
        ["row", "2", "column.act = hold; row.act = hold"],
        ["column", "2", "column.act = hold; row.act = hold"],
    ]


@pytest.mark.parametrize(
    ("options", "key", "verb", "keywords"),
    [
        ("--coalitions", "coalitions", api.find_coalition_equilibria, {}),
        ("--concept cnash", "coalitions", api.find_coalition_equilibria, {"concepts": ["cnash"]}),
        (
            "--coalition row,column --pareto",
            "coalitions",
            api.find_coalition_equilibria,
            {"coalitions": [["row", "column"]], "pareto": True},
        ),
        ("--moves 3", "horizons", api.find_horizon_equilibria, {"moves": 3}),
        ("--concept stackelberg", "horizons", api.find_horizon_equilibria, {"concepts": ["stackelberg"]}),
    ],
)
def test_each_lens_is_a_verb(tell: Tell, options: str, key: str, verb, keywords) -> None:
    found = verb(api.compile(api.load("chicken")), **keywords)
    assert tell(f"stability chicken {options} --json").result == {key: found.to_dict()}
    assert tell(f"stability chicken {options} --json --per-actor").result == {key: found.to_dict(per_actor=True)}
    assert tell(f"stability chicken {options}").out == f"{found}\n"


def test_plain_concepts_stand_beside_others(tell: Tell) -> None:
    document = tell("stability chicken --concept seq --concept cseq --json").result
    assert set(document) == {"concepts", "made_by", "coalitions"}
    assert set(document["concepts"]) == {"seq"}
    assert set(document["coalitions"]["concepts"]) == {"cseq"}


def test_strength_and_beliefs(tell: Tell, tmp_path: Path) -> None:
    file = tmp_path / "wary.yaml"
    file.write_text(WARY, encoding="utf-8")
    game = api.compile(api.load(file))
    strong, seen = api.find_strong_equilibria(game, ["seq"]), api.find_hypergame_equilibria(game, ["seq"])
    document = tell(f"stability {file} --strength --beliefs --concept seq --json").result
    assert document == {"strengths": strong.to_dict(), "hypergame": seen.to_dict()}
    assert document["strengths"]["thresholds"]["north"] == {"indifference": 0.5, "strong": 3.0}
    assert document["strengths"]["thresholds"]["south"] == {"indifference": 0.0, "strong": None}
    said = tell(f"stability {file} --strength --beliefs --concept seq --per-actor")
    assert f"{strong}\n" in said.out
    assert f"{seen}\n" in said.out
    assert said.code == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--coalition row,colum", "actor  No actor 'colum'. Did you mean 'column'?"),
        (
            "--strength --concept sim",
            "strength  No actor of the case has thresholds. "
            "Add 'thresholds: {indifference: 0.25, strong: 1.5}' to an actor.\n"
            "strength  Simultaneous sanctions have no strength. Leave out SIM.",
        ),
        (
            "--beliefs",
            "beliefs  No actor of the case has beliefs of its own. "
            "Add 'believes:' to an actor, with what it takes another to want.",
        ),
    ],
)
def test_what_a_case_cannot_answer_is_told(tell: Tell, options: str, told: str) -> None:
    said = tell(f"stability chicken {options}")
    assert (said.code, said.out, said.err) == (2, "", f"{told}\n")


def test_looking_ahead_takes_two(tell: Tell) -> None:
    said = tell("stability elmira --concept nonmyopic")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "concept  Looking so many moves ahead is defined for two actors; here moe, uniroyal, local can move. "
        "Use a concept of replies: seq, sseq, smr or gmr.\n"
    )


def test_an_unknown_concept_names_all(tell: Tell) -> None:
    said = tell("stability chicken --concept core")
    assert said.code == 2
    assert '"sim", "cnash", "cgmr", "csmr", "cseq", "limited", "nonmyopic", "stackelberg"' in said.err
