"""runs, verify, export of a run: what runs leave behind, listed, held to account, handed on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import SMALL, Tell
from detente import api


@pytest.fixture
def run(tell: Tell, small: Path) -> Path:
    """A run of the small case in ``runs/one``."""
    assert tell(f"run {small.name} --draws 20 --workers 1 --out runs/one").code == 0
    return Path("runs/one")


def test_runs_are_listed(tell: Tell, run: Path, small: Path) -> None:
    tell(f"run {small.name} --until 0.2 --seed 3 --out runs/two")
    (run / "case/scenario.yaml").write_text(SMALL.replace("1 to 3", "1 to 4"))
    said = tell("runs")
    assert (said.code, said.err) == (0, "")
    head, one, two = (" ".join(line.split()) for line in said.out.splitlines())
    assert head == "run state draws seed size changed case title"
    assert one.startswith("one finished 20 of 20 0 ")
    assert one.endswith(" changed Who falls silent")
    assert two.startswith("two finished 16 of 16 (until 0.2) 3 ")
    assert two.endswith(" same Who falls silent")
    first, second = tell("runs runs --json").document["runs"]
    assert (first["folder"], first["case"], first["held"], first["until"]) == ("runs/one", "changed", 20, None)
    assert (second["digest"], second["seed"], second["until"]) == (api.load(small.name).digest, 3, 0.2)


def test_a_damaged_run_is_named_beside_the_others(tell: Tell, run: Path, small: Path) -> None:
    tell(f"run {small.name} --draws 8 --out runs/two")
    part = run / "part-00000000-00000004.parquet"
    part.write_bytes(b"nothing of the kind")
    (Path("runs/three")).mkdir()
    (Path("runs/three/manifest.json")).write_text("{")
    said = tell("runs")
    assert said.code == 0
    states = {words[0]: words[1] for words in (line.split() for line in said.out.splitlines()[1:])}
    assert states == {"one": "damaged", "three": "damaged", "two": "finished"}
    first, second = said.err.splitlines()
    assert first.startswith(f"{part}: this part is damaged: ")
    assert second.startswith("runs/three/manifest.json: the manifest is damaged (")


def test_no_runs(tell: Tell, small: Path) -> None:
    assert small.exists()
    assert tell("runs") == (0, "", "There are no runs in runs.\n")
    assert tell("runs --json").document == {"runs": []}
    assert tell("runs none") == (1, "", "none: cannot be read: No such file or directory.\n")


def test_verify_a_sample_and_all(tell: Tell, run: Path) -> None:
    said = tell(f"verify {run} --draws 3 --seed 5")
    assert said.code == 0
    assert said.out.splitlines() == [
        "Computed anew: 3 of 20 draws (sample of seed 5).",
        "Compared bit for bit.",
        "Everything is the same.",
    ]
    document = tell(f"verify {run} --all --json").document
    assert (document["checked"], document["same"], document["comparison"]) == (20, True, "bit for bit")


def test_what_does_not_come_out_again_fails(tell: Tell, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from detente.ensemble.study import Study

    answer = Study.evaluate

    def slip(study: Study, u: object) -> dict[str, object]:
        found = answer(study, u)  # type: ignore[arg-type]
        return dict(found) | {"claim/silence": found["claim/silence"] * (1 + 1e-15)}  # type: ignore[operator]

    monkeypatch.setattr(Study, "evaluate", slip)
    said = tell(f"verify {run} --draws 2")
    assert said.code == 1
    differences = said.out.splitlines()[2:]
    assert differences
    assert all(", claim/silence: stored 0." in line for line in differences)
    assert said.err.splitlines()[-1].startswith(f"{run}: {len(differences)} of 2 draws are not what is stored. ")
    said = tell(f"verify {run} --draws 2 --json")
    assert said.code == 1
    assert json.loads(said.out)["same"] is False


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("verify none", "none: this is no run, it has no manifest.json."),
        ("verify runs/one --draws 0", 'Invalid value "0" for --draws. Must be >= 1.'),
    ],
)
def test_what_cannot_be_verified(tell: Tell, run: Path, words: str, sentence: str) -> None:
    assert run.exists()
    said = tell(words)
    assert said.code in (1, 2)
    assert said.err.startswith(sentence)


def test_a_changed_case_cannot_be_verified(tell: Tell, run: Path) -> None:
    (run / "case/scenario.yaml").write_text(SMALL.replace("1 to 3", "1 to 4"))
    said = tell(f"verify {run}")
    assert (said.code, said.out) == (1, "")
    assert "this run cannot be computed anew, for what is here is another one: the scenario changed (" in said.err


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_a_run_goes_out_as_one_file(tell: Tell, run: Path, form: str) -> None:
    said = tell(f"export {run} --format {form}")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Wrote one.{form}: 20 draws, ")
    document = tell(f"export {run} --format {form} --out here --json").document
    assert (document["file"], document["format"], document["draws"]) == ("here", form, 20)
    assert Path("here").stat().st_size > 1000
    assert not list(Path().glob(".*.tmp"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            "runs/one --format nfg",
            "--format  'nfg' is for cases, and runs/one is a run. Choose csv, parquet, xlsx, or name the case.",
        ),
        (
            "elmira --format csv",
            "--format  'csv' is for runs, and elmira is none. Name the folder that 'detente run elmira' made.",
        ),
    ],
)
def test_a_format_of_the_other_kind(tell: Tell, run: Path, words: str, sentence: str) -> None:
    assert run.exists()
    assert tell(f"export {words}") == (2, "", f"{sentence}\n")
