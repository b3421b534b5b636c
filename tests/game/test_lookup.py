"""States and actors from the words that name them, and what is said when they name none."""

from __future__ import annotations

import pytest

from detente import api
from detente.errors import QueryError
from detente.game.game import cell_at, levels_at, mask
from detente.game.lookup import find_actors, find_state, write_state


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("", {}),
        ("  Status  quo ", {}),
        ("the status quo", {}),
        ("s8", {"moe.order": 1, "uniroyal.answer": 1, "local.insist": 1}),
        ("moe.order = modified and local.insist=yes", {"moe.order": 1, "local.insist": 1}),
    ],
)
def test_a_state_is_found(text: str, levels: dict[str, int]) -> None:
    scenario = api.load("elmira")
    game = api.compile(scenario)
    assert find_state(scenario, game, text) == cell_at(game, levels)


def test_a_policy_stands_for_its_levels() -> None:
    scenario = api.load("korea-2024")
    game = api.compile(scenario)
    policy = scenario.policies[0]
    assert find_state(scenario, game, policy.id) == cell_at(game, dict(policy.hold))


def test_a_condition_means_its_state_in_the_present_slice_of_chance(tmp_path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "detente: 1\ntitle: T\nas_of: 2024-01-01\nhorizon: 1 month\n"
        "actors:\n  a:\n    levers: {x: [l, m, n o]}\n    wants: [{want: x = m, weight: 1}]\n"
        "chance: {sky: {levels: [dry, wet], rates: [{from: dry, to: wet, rate: 0.1}]}}\n"
        "conditions:\n  top: a.x = m\n  rain: a.x = m and sky = wet\n  odd: 'a.x in (m \"n o\")'\n"
        "  never: a.x = m and sky = dry\n"
        "rules: [{forbid: a.x = m and sky = dry}]\n"
    )
    scenario = api.load(path)
    game = api.compile(scenario)
    wet = cell_at(game, {"a.x": 1, "sky": 1})
    assert find_state(scenario, game, "top") == wet  # forbidden in the present slice
    assert find_state(scenario, game, "rain") == wet
    assert find_state(scenario, game, "odd") == cell_at(game, {"a.x": 2})
    assert write_state(game, cell_at(game, {"a.x": 2, "sky": 1})) == 'a.x = "n o" and sky = wet'
    with pytest.raises(QueryError, match="No state that the rules allow satisfies 'never'"):
        find_state(scenario, game, "never")


def test_states_offered_can_be_given() -> None:
    scenario = api.load("elmira")
    game = api.compile(scenario)
    with pytest.raises(QueryError) as caught:
        find_state(scenario, game, "s9")
    (issue,) = caught.value.issues
    assert issue.message == "4 states satisfy 's9'."
    offered = issue.cure.removeprefix("Choose one by its levels: ").removesuffix(".").split("; ")
    cells = {find_state(scenario, game, words.strip("'")) for words in offered}
    assert len(cells) == 4
    abandoned = mask(game, dict(scenario.conditions)["s9"])
    assert all(abandoned[cell] for cell in cells)
    assert all(levels_at(game, cell)["uniroyal.answer"] == "abandon" for cell in cells)


@pytest.mark.parametrize(
    ("case", "text", "sentence"),
    [
        ("elmira", "s88", "state:1:1  No condition 's88' names a state. Did you mean 's8'?"),
        ("elmira", "moe.order = modifed", "state:1:13  No level 'modifed' for moe.order. Did you mean 'modified'?"),
        ("elmira", "moe.ordr = x", "state:1:1  No lever 'ordr' for moe. Did you mean 'order'?"),
        (
            "korea-2024",
            "dprk.reply = accept and dprk.tests = testing",
            "state:1:1  The state asked about is forbidden by the rule 'dprk.reply = accept and dprk.tests = testing'. "
            "Set the other levers of the rule too.",
        ),
        ("korea-2024", "bogus", "state:1:1  No condition 'bogus' names a state. Name levers, as in"),
        (
            "korea-2024",
            "freeze_deal",
            "state:1:1  512 states satisfy 'freeze_deal'. Choose one by its levels: 'us.offer",
        ),
    ],
)
def test_what_names_no_state(case: str, text: str, sentence: str) -> None:
    scenario = api.load(case)
    with pytest.raises(QueryError) as caught:
        find_state(scenario, api.compile(scenario), text)
    assert str(caught.value).startswith(sentence)


def test_actors() -> None:
    game = api.compile(api.load("elmira"))
    assert find_actors(game, ["local", "moe"]) == (2, 0)
    with pytest.raises(QueryError) as caught:
        find_actors(game, ["locl", "moe", "epa"])
    assert [issue.message for issue in caught.value.issues] == ["No actor 'locl'.", "No actor 'epa'."]
    assert caught.value.issues[0].cure == "Did you mean 'local'?"
