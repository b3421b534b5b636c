"""run, claims, drivers: one run, resumed, read again from its folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cli.conftest import SMALL, Tell
from detente import api


def folder_of(small: Path) -> Path:
    return Path("runs") / f"small-{api.load(small.name).digest[:8]}"


def test_run_writes_a_report_and_says_where(tell: Tell, small: Path) -> None:
    said = tell(f"run {small.name} --draws 6 --workers 1")
    folder = folder_of(small)
    assert said.code == 0
    assert said.out.endswith(f"\nReport: {folder}/report.html\n")
    assert "Who falls silent" in said.out
    assert max(map(len, said.out.splitlines())) <= 130
    assert said.err.startswith(f"Who falls silent: 6 draws, seed 0, 1 worker, kept in {folder}\ndraws: 0 of 6 (")
    assert "draws: 6 of 6 (" in said.err
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert {path.name for path in folder.iterdir()} >= {"manifest.json", "case", "report.html"}


def test_run_as_json_is_the_findings(tell: Tell, small: Path, tmp_path: Path) -> None:
    out = tmp_path / "elsewhere"
    document = tell(f"run {small.name} --draws 6 --seed 7 --out {out} --json").document
    assert document.pop("folder") == str(out)
    assert document.pop("report") == str(out / "report.html")
    scenario = api.load(small.name)
    findings = api.assess(scenario, api.run(scenario, draws=6, seed=7))
    assert document == findings.to_dict()


def test_more_draws_extend_a_run(tell: Tell, small: Path) -> None:
    tell(f"run {small.name} --draws 5")
    said = tell(f"run {small.name} --draws 9")
    assert "draws: 5 of 9 (" in said.err
    other = tell(f"run {small.name} --draws 9 --seed 1")
    assert f"kept in {folder_of(small)}-seed1\n" in other.err


def test_a_changed_case_gets_another_folder_and_is_refused_in_the_old(tell: Tell, small: Path) -> None:
    tell(f"run {small.name} --draws 4")
    old = folder_of(small)
    small.write_text(SMALL.replace("1 to 3", "1 to 4"))
    said = tell(f"run {small.name} --draws 4 --out {old}")
    assert (said.code, said.out) == (1, "")
    assert f"{old}: the run in this folder is another one: the scenario changed (digest " in said.err
    assert tell(f"run {small.name} --draws 4").code == 0
    assert folder_of(small) != old


def test_claims_of_a_run_of_a_case_and_of_some(tell: Tell, small: Path) -> None:
    whole = tell(f"run {small.name} --draws 6 --json").document
    folder = folder_of(small)
    for source in (folder, small.name):
        document = tell(f"claims {source} --json").document
        assert document == {key: value for key, value in whole.items() if key not in ("folder", "report")}
    (only,) = tell(f"claims {folder} --claim sooner --json").document["claims"]
    assert only == whole["claims"][1]
    lines = tell(f"claims {folder}").out.splitlines()
    assert lines[0].split(": ")[0].endswith("silence")
    assert lines[1] == "  “The North falls silent”"
    assert "The word: likely (55-80 %). The model: " in lines[2]


def test_claims_of_a_run_stand_without_the_case_they_came_from(tell: Tell, small: Path) -> None:
    tell(f"run {small.name} --draws 4")
    folder = folder_of(small)
    small.unlink()
    assert (folder / "case/brief.md").is_file()
    assert tell(f"claims {folder}").code == 0
    (folder / "case/scenario.yaml").write_text(SMALL.replace("1 to 3", "1 to 4"))
    said = tell(f"claims {folder}")
    assert (said.code, said.out) == (1, "")
    assert said.err == (f"{folder}/case: this is not the case that was run. Put back the files as they were.\n")
    shutil.rmtree(folder / "case")
    said = tell(f"claims {folder}")
    assert said.err == f"{folder}: the case is not beside the draws. Run the same command again to put it there.\n"


def test_claims_of_a_case_run_it_first(tell: Tell, small: Path) -> None:
    said = tell(f"claims {small.name} --claim settled")
    assert said.code == 0
    assert f"{api.DRAWS} draws, seed {api.SEED}" in said.err
    assert len([line for line in said.out.splitlines() if line.startswith("  “")]) == 1


def test_a_run_with_a_part_missing_is_named(tell: Tell, small: Path) -> None:
    tell(f"run {small.name} --draws 4 --workers 1")
    folder = folder_of(small)
    (folder / "part-00000000-00000004.parquet").unlink()
    said = tell(f"claims {folder}")
    assert (said.code, said.out) == (1, "")
    assert "4 of 4 draws are missing (part-00000000-00000004.parquet)" in said.err


def test_drivers(tell: Tell, small: Path) -> None:
    document = tell(f"run {small.name} --draws 40 --json").document
    told = tell(f"drivers {small.name} --json").document
    assert [claim["drivers"] for claim in told["claims"]] == [claim["drivers"] for claim in document["claims"]]
    assert told["draws"] == 40
    text = tell(f"drivers {small.name} --claim silence").out
    assert text.startswith("silence: ")
    moving = [driver["input"] for driver in document["claims"][0]["drivers"]]
    assert moving, "nothing moves the claim, so the test shows nothing"
    assert text.count(" its lowest third ") == len(moving)


def test_an_unknown_claim_is_refused_before_anything_runs(tell: Tell, small: Path) -> None:
    said = tell(f"claims {small.name} --claim silenc --claim xyz")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines() == [
        "--claim  There is no claim 'silenc'. Did you mean 'silence'?",
        "--claim  There is no claim 'xyz'. There is silence, sooner, settled and someday.",
    ]
    assert not Path("runs").exists()


@pytest.mark.parametrize("name", ["report.html", "case"])
def test_what_cannot_be_written_beside_the_draws(tell: Tell, small: Path, name: str) -> None:
    out = Path("out")
    if name == "case":
        out.mkdir()
        (out / "case").write_text("a file")
    else:
        (out / "report.html").mkdir(parents=True)
    said = tell(f"run {small.name} --draws 4 --out out")
    assert said.code == 1
    assert said.err.splitlines()[-1].startswith(f"out{os.sep}{name}: ")
