"""import: a conflict of GMCR+ becomes a folder that loads, never over another one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Tell
from conflicts import list_published

PUBLISHED = list_published()


@pytest.fixture(autouse=True)
def save_conflict(tmp_path: Path) -> None:
    (tmp_path / "syria.gmcr").write_text(json.dumps(PUBLISHED["syria-iraq-1975"].document), encoding="utf-8")


def test_a_conflict_becomes_a_case(tell: Tell) -> None:
    said = tell("import syria.gmcr --as-of 1975-05-01")
    assert said.code == 0
    assert said.out == "Wrote syria/scenario.yaml\nNext: edit it, then detente check syria\n"
    assert said.err.splitlines() == [
        "The file has no dates: the model starts on 1975-05-01 and ends after 12 months.",
        "The file has no status quo: the feasible state without any option stands for it.",
    ]
    assert [path.name for path in Path("syria").iterdir()] == ["scenario.yaml"]
    found = tell("stability syria --concept nash --json").document
    taken = {"syria.release_water": "no", "syria.escalate": "yes", "iraq.attack": "yes"}
    assert found["concepts"]["nash"]["equilibria"] == [taken]
    assert tell("check syria").out.endswith("No mistakes, 0 warnings.\n")


def test_a_conflict_goes_out_and_comes_in_again(tell: Tell) -> None:
    assert tell("export cuba-1962 --format gmcr --json").code == 0
    document = tell("import cuba-1962.gmcr --as-of 1962-10-16 --out new/cuba.yaml --json").document
    assert document["file"] == "new/cuba.yaml"
    assert document["source"] == "cuba-1962.gmcr"
    assert document["remarks"] == ["The file has no dates: the model starts on 1962-10-16 and ends after 12 months."]
    ours, theirs = (tell(f"stability {case} --json").document["concepts"] for case in ("cuba-1962", "new/cuba.yaml"))
    assert {key: len(value["equilibria"]) for key, value in ours.items()} == {
        key: len(value["equilibria"]) for key, value in theirs.items()
    }


def test_today_is_the_day_unless_another_is_named(tell: Tell) -> None:
    assert tell("import syria.gmcr").code == 0
    assert "\nas_of: 2" in Path("syria/scenario.yaml").read_text(encoding="utf-8")


def test_nothing_is_written_over(tell: Tell) -> None:
    Path("syria").mkdir()
    Path("syria/scenario.yaml").write_text("mine", encoding="utf-8")
    said = tell("import syria.gmcr")
    assert (said.code, said.out) == (2, "")
    assert said.err == "syria/scenario.yaml  This file exists already. Name another with --out.\n"
    assert tell("import syria.gmcr --out syria.gmcr").code == 2
    assert Path("syria/scenario.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("import", 2, 'Command "import" parameter FILE requires an argument.'),
        ("import none.gmcr", 2, "none.gmcr  The file cannot be read: No such file or directory.\n"),
        ("import 'a\0.gmcr'", 2, "a\ufffd.gmcr  The file cannot be read: the name is none.\n"),
        ("import cut.gmcr", 2, "cut.gmcr:1:83  The file breaks off here. Copy it again.\n"),
        ("import syria.gmcr --as-of soon", 2, 'Invalid value for --as-of: unable to convert "soon" into date.'),
        ("import syria.gmcr --out syria.gmcr/x.yaml", 1, "syria.gmcr/x.yaml: cannot be written: "),
    ],
)
def test_what_import_refuses(tell: Tell, words: str, code: int, sentence: str) -> None:
    Path("cut.gmcr").write_text(Path("syria.gmcr").read_text(encoding="utf-8")[:99], encoding="utf-8")
    said = tell(words)
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith(sentence)
    assert sorted(path.name for path in Path().iterdir()) == ["cut.gmcr", "syria.gmcr"]
