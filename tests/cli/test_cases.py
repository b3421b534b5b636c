"""new, check, schema, cases."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft7Validator

from cli.conftest import SMALL, Tell
from detente import api


def test_cases_are_listed(tell: Tell) -> None:
    said = tell("cases")
    assert said.code == 0
    assert said.out.splitlines()[0].split() == ["case", "title"]
    assert "korea-2024" in said.out
    names = [case["name"] for case in tell("cases --json").document["cases"]]
    assert [line.split()[0] for line in said.out.splitlines()[1:]] == names


def test_the_schema_is_one_and_fits_the_small_case(tell: Tell) -> None:
    document = tell("schema").document
    Draft7Validator.check_schema(document)
    assert tell("schema --json").document == document
    from ruamel.yaml import YAML

    Draft7Validator(document).validate(json.loads(json.dumps(YAML(typ="safe").load(SMALL), default=str)))


def test_check_tells_size_and_time(tell: Tell, small: Path) -> None:
    said = tell(f"check {small.name}")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == "Who falls silent, 2024-11-07 to 2025-11-08"
    assert lines[1] == "2 actors, 2 levers (0 of them chance): 4 states, 4 feasible"
    assert lines[2] == "4 claims, 4 with a query"
    assert lines[3] == "memory: 1 MiB for stability, 1 MiB for forecasts, per worker (2 GiB allowed)"
    assert lines[4].startswith("time: 2 suppositions, an estimated ")
    assert lines[5] == "No mistakes, 0 warnings."


PHASES = """
phases:
  - {id: truce, from: 2025-01-01, until: 2025-03-01, closed: LEVER}
  - {id: coup, from: 2025-06-01, anticipated: no, closed: LEVER}
"""


def test_check_tells_phases(tell: Tell, small: Path) -> None:
    lever = next(lever.id for lever in api.load(small).levers)
    small.write_text(SMALL + PHASES.replace("LEVER", lever))
    said = tell(f"check {small.name}")
    assert (said.code, said.err) == (0, "")
    size = tell(f"check {small.name} --json").document["size"]
    assert size["phases"] == 2
    assert size["slices"] > 5
    assert said.out.splitlines()[3] == (
        f"2 phases: truce from 2025-01-01, coup from 2025-06-01 (a surprise); {size['slices']} slices of time to solve"
    )


def test_check_as_json(tell: Tell, small: Path) -> None:
    document = tell(f"check {small.name} --json").document
    assert document["case"] == small.name
    assert document["size"]["cells"] == 4
    assert document["run"]["draws"] == api.DRAWS


def test_warnings_come_with_their_place(tell: Tell, small: Path) -> None:
    small.write_text(SMALL.replace("fall silent\n", "be loud\n", 1))
    said = tell(f"check {small.name}")
    assert said.code == 0
    assert said.out.startswith("small.yaml:24:12  warning: claims[1].quote: ")
    assert said.out.endswith("No mistakes, 1 warning.\n")
    (warning,) = tell(f"check {small.name} --json").document["warnings"]
    assert (warning["line"], warning["column"], warning["path"]) == (24, 12, "claims[1].quote")


def test_a_game_too_large_names_the_lever_to_cut(tell: Tell) -> None:
    said = tell("check korea-2024 --memory 0.001")
    assert (said.code, said.out) == (2, "")
    assert "MiB, more than the 1 MiB allowed. Cut a lever or a level (" in said.err


def test_a_run_too_large_for_its_workers_is_refused_before_it_starts(tell: Tell) -> None:
    said = tell("run korea-2024 --memory 0.05 --workers 4 --out big")
    assert (said.code, said.out) == (2, "")
    assert "MiB, more than the 13 MiB allowed." in said.err
    assert not Path("big").exists()
