from __future__ import annotations

from pathlib import Path

import pytest

from detente.errors import ScenarioError
from detente.scenario.reader import load_checked, loads
from detente.scenario.rules.space import Space, Undecided


def claim(about, rest=""):
    return f"claims:\n  - id: one\n    text: A claim\n    about: {about}\n{rest}"


DOUBTFUL = sorted((Path(__file__).parent / "doubtful").glob("*.yaml"))


@pytest.mark.parametrize("file", DOUBTFUL, ids=lambda file: file.stem)
def test_doubt_has_its_exact_warning(file):
    warnings = "".join(f"{issue}\n" for issue in load_checked(file)[1])
    assert warnings.replace(f"{file.parent}/", "") == file.with_suffix(".txt").read_text(encoding="utf-8")


def test_quotes_are_found_however_they_wrap(text, tmp_path):
    (tmp_path / "brief.md").write_text("It \u201cmoves early\ntowards\u201d a summit.", encoding="utf-8")
    found = claim("P(talks by 2025-07-20)", "    quote: 'It \"moves early towards\" a'\n")
    (tmp_path / "scenario.yaml").write_text(text + found + "brief: brief.md\n", encoding="utf-8")
    assert load_checked(tmp_path)[1] == ()
    (tmp_path / "brief.md").write_text("Nothing moves.", encoding="utf-8")
    (warning,) = load_checked(tmp_path)[1]
    assert warning.message == "the brief does not say 'It \"moves early towards\" a'."


def test_then_that_gives_way_is_accepted(text):
    rules = "  - forbid: seoul = successor and us.engagement = summit\n  - forbid: dprk.tests"
    changed = text.replace("  - forbid: dprk.tests", rules)
    with pytest.raises(ScenarioError, match="can lead into a state that rule 1 forbids"):
        loads(changed)
    loads(changed.replace("when: us.drills = full}", "then: us.engagement = none}"))
    loads(changed.replace("when: us.drills = full}", "when: us.engagement != summit}"))


def test_search_gives_up_instead_of_hanging(text):
    levers = "".join(f"      x{k}: [a, b]\n" for k in range(20))
    ups = "; ".join(f"x{k} = a" for k in range(20))
    downs = "; ".join(f"x{k} = b" for k in range(20))
    want = f'      - {{want: "11 of ({ups}) and 10 of ({downs})", weight: 1}}\n'
    changed = text.replace("      drills: {", levers + "      drills: {").replace(
        "    behaviour: {tempo", want + "    behaviour: {tempo"
    )
    scenario, warnings = loads(changed)
    assert warnings == ()
    with pytest.raises(Undecided):
        Space(scenario).find(scenario.actors[0].readings[0].preferences.wants[2].condition.node)


def test_errors_of_sense_are_told_with_errors_of_meaning(text):
    changed = text.replace("forbid: dprk.tests = icbm and dprk.reply = summit", "forbid: us.engagement = none")
    with pytest.raises(ScenarioError) as caught:
        loads(changed.replace("weight: strong", "weight: storng"))
    assert [issue.path for issue in caught.value.issues] == ["actors.us.wants[1].weight", "rules[1].forbid"]
