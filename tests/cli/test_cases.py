"""new, check, schema, cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
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


def test_new_makes_a_case_that_checks(tell: Tell) -> None:
    said = tell("new strait-2026 --as-of 2026-03-01")
    assert said.out == "Wrote strait-2026/scenario.yaml\nNext: edit it, then detente check strait-2026\n"
    assert tell("check strait-2026").code == 0
    assert "as_of: 2026-03-01" in Path("strait-2026/scenario.yaml").read_text()


def test_new_drafts_claims_from_a_brief(tell: Tell) -> None:
    Path("essay.txt").write_text("\ufeffThe ferry will likely stop. It rains.\r\nPorts may close.\n", encoding="utf-8")
    assert tell("new a/strait --brief essay.txt --json").document == {
        "files": ["a/strait/scenario.yaml", "a/strait/brief.txt"]
    }
    text = Path("a/strait/scenario.yaml").read_text()
    assert "The ferry will likely stop." in text
    assert "brief.txt" in text
    assert tell("check a/strait").code == 0


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("new taken", "taken/scenario.yaml  This file exists already. Choose another name, or delete it."),
        ("new b --brief none.md", "none.md  The brief cannot be read: No such file or directory."),
        ("new b --brief essay.docx", "essay.docx  A brief is a text file, .txt or .md. Save the essay as plain text."),
        ("new b --brief latin.txt", "latin.txt  The brief is not UTF-8 text. Save it as UTF-8."),
        ("new b --brief long.md", "long.md  The brief has more than 2,097,152 bytes. Cut it."),
        ("new latin.txt/deeper", "latin.txt/deeper  This cannot be written: Not a directory."),
        ("new latin.txt", "latin.txt  This cannot be written: File exists."),
    ],
)
def test_what_new_refuses(tell: Tell, line: str, sentence: str) -> None:
    Path("taken").mkdir()
    Path("taken/scenario.yaml").write_text("mine")
    Path("latin.txt").write_bytes(b"caf\xe9")
    Path("long.md").write_bytes(b"a" * (2 << 20) + b"a")
    said = tell(line)
    assert (said.code, said.out, said.err) == (2, "", sentence + "\n")
    assert not Path("b").exists()
    assert Path("taken/scenario.yaml").read_text() == "mine"
