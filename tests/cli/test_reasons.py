"""explain and paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Tell
from detente import api


def test_explain_leads_with_the_verdicts(tell: Tell) -> None:
    said = tell("explain elmira")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[:2] == ["Groundwater contamination at Elmira", "State: the status quo"]
    assert lines[2].startswith("All inputs at their medians; case ")
    assert lines[4] == "An equilibrium under SMR and GMR, not under Nash, SSEQ or SEQ."
    assert lines[8].split("  ")[0] == "Local government"
    assert "      Uniroyal, Answer to the control order: delay → abandon (-0.25)" in lines
    assert all(len(line) <= 100 for line in lines)


def test_explain_as_json_is_the_result(tell: Tell) -> None:
    scenario = api.load("cuba-1962")
    assert tell("explain cuba-1962 --json").result == api.explain(scenario).to_dict()
    asked = api.explain(scenario, "s2", concepts=["seq"], actors=["us"]).to_dict()
    assert tell("explain cuba-1962 s2 --concept seq --actor us --json").result == asked
    assert asked["state"]["us.blockade"] == "yes"


def test_paths_as_text_and_json(tell: Tell) -> None:
    said = tell("paths cuba-1962")
    assert (said.code, said.err) == (0, "")
    assert "      └─ United States, Naval blockade of Cuba: yes → no (+0.182) [2]" in said.out.splitlines()
    scenario = api.load("cuba-1962")
    assert tell("paths cuba-1962 --json").result == api.find_paths(scenario).to_dict()
    asked = api.find_paths(scenario, concept="gmr", start="s4", most=1).to_dict()
    assert tell("paths cuba-1962 --concept GMR --from s4 --most 1 --json").result == asked
    assert tell("paths cuba-1962 --to s4 --json").result == api.find_paths(scenario, to="s4").to_dict()


def test_the_drawing_is_a_file(tell: Tell) -> None:
    said = tell("paths cuba-1962 --svg here.svg")
    assert (said.code, said.err) == (0, "Wrote here.svg\n")
    drawing = Path("here.svg").read_text(encoding="utf-8")
    assert drawing.startswith("<svg ")
    assert "currentColor" not in drawing  # it stands on paper of its own
    said = tell("paths cuba-1962 --svg none/here.svg")
    assert (said.code, said.out, said.err) == (1, "", "none/here.svg: cannot be written: No such file or directory.\n")


def test_influence_as_text_json_and_drawing(tell: Tell) -> None:
    scenario = api.load("cuba-1962")
    found = api.map_influence(scenario)
    said = tell("influence cuba-1962 --svg map.svg")
    assert (said.code, said.err) == (0, "Wrote map.svg\n")
    assert said.out == f"{scenario.title}\n\n{found}\n"
    drawing = Path("map.svg").read_text(encoding="utf-8")
    assert all(word in drawing for word in ("United States", "Soviet", "Union", "solid: helps"))
    assert tell("influence cuba-1962 --json").result == found.to_dict()
    said = tell("influence cuba-1962 --svg none/map.svg")
    assert (said.code, said.out, said.err) == (1, "", "none/map.svg: cannot be written: No such file or directory.\n")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("explain elmira s88", "state:1:1  No condition 's88' names a state. Did you mean 's8'?\n"),
        ("explain elmira s8 --actor locl", "actor  No actor 'locl'. Did you mean 'local'?\n"),
        ("explain elmira s8 --concept sek", 'Invalid value "sek" for --concept. Choose from: '),
        (
            "explain elmira s9",
            "state:1:1  4 states satisfy 's9'. Choose one by its levels: 'uniroyal.answer = abandon'; ",
        ),
        ("paths elmira --to s88", "state:1:1  No condition 's88' names a state. Did you mean 's8'?\n"),
        ("paths elmira --from moe.order=modifed", "state:1:11  No level 'modifed' for moe.order. Did you mean"),
        ("paths elmira --most 0", 'Invalid value "0" for --most. Must be >= 1.'),
    ],
)
def test_what_is_refused(tell: Tell, line: str, sentence: str) -> None:
    said = tell(line)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(sentence)
