"""run, claims, drivers: one run, resumed, read again from its folder."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import SMALL, Tell
from detente import api

#: what ``run --json`` holds beside the findings
MORE = {
    "addition",
    "brief",
    "case",
    "cautions",
    "coverage",
    "figures",
    "folder",
    "method",
    "news",
    "opening",
    "question",
    "report",
    "scenario",
    "sections",
    "size",
    "stable",
    "words",
}


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
    ensemble = api.run(scenario, draws=6, seed=7)
    findings = api.assess(scenario, ensemble)
    assert {key: document[key] for key in findings.to_dict()} == findings.to_dict()
    assert document == api.gather(scenario, ensemble, findings)
    assert document == json.loads((out / "findings.json").read_text(encoding="utf-8"))


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
        assert document == {key: whole[key] for key in document}
        assert whole.keys() - document.keys() == MORE
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


def test_claims_of_a_case_say_which_run_they_are_from(tell: Tell, small: Path) -> None:
    tell(f"run {small.name} --draws 1")
    folder = folder_of(small)
    said = tell(f"claims {small.name}")
    assert said.err == f"From the run in {folder}: 1 draw, seed 0.\n"
    assert not re.search("robust,|, robust|sensitive", said.out)
    assert "One draw says nothing about how robust this is." in said.out
    assert tell(f"claims {folder}").err == ""


def test_a_run_goes_on_until_its_claims_are_known(tell: Tell, small: Path) -> None:
    said = tell(f"run {small.name} --until 0.06 --workers 1")
    assert "draws until every standard error is below 0.06 (at most 4,096), seed 0" in said.err
    told = re.search(
        r"(\d+) draws decided: every claim's standard error is below 0\.06; (\w+) was last", " ".join(said.out.split())
    )
    assert told
    draws = int(told[1])
    assert draws in (16, 32, 64, 128)
    document = tell(f"claims {folder_of(small)} --json").document
    errors = {claim["id"]: claim["spread"]["error"] for claim in document["claims"] if claim["spread"]}
    assert max(errors, key=errors.__getitem__) == told[2] == document["precision"]["claim"]
    assert (document["draws"], document["precision"]["until"], document["precision"]["reached"]) == (draws, 0.06, True)
    assert document["precision"]["error"] == errors[told[2]] < 0.06
    page = (folder_of(small) / "report.html").read_text(encoding="utf-8")
    assert f"{draws} draws decided" in page
    again = tell(f"run {small.name} --until 0.06 --workers 2")
    assert (again.out, again.err.count("draws: ")) == (said.out, len([k for k in (16, 32, 64, 128) if k <= draws]))
    plain = tell(f"run {small.name} --draws {draws} --json").document
    assert plain["claims"] == document["claims"]


def test_draws_that_are_not_enough_say_so(tell: Tell, small: Path) -> None:
    said = tell(f"run {small.name} --until 0.001 --draws 20")
    assert re.search(
        r"20 draws were not enough to bring every claim's standard error below 0\.001: \w+ is at 0\.\d+\.",
        " ".join(said.out.split()),
    )
    document = tell(f"run {small.name} --until 0.001 --draws 20 --json").document
    assert document["precision"]["reached"] is False


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("--until 0", 'Invalid value "0.0" for --until. Must be > 0.'), ("--until x", "Invalid value")],
)
def test_a_goal_that_is_none(tell: Tell, small: Path, words: str, sentence: str) -> None:
    said = tell(f"run {small.name} {words}")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(sentence)
    assert not Path("runs").exists()


def test_every_mean_and_share_in_json_has_its_error(tell: Tell, small: Path) -> None:
    document = tell(f"run {small.name} --draws 40 --json").document
    seen = list(walk({key: value for key, value in document.items() if key not in ("figures", "scenario")}))
    assert {place for place, _ in seen} >= {"spread", "gap", "shares", "baseline", "drivers", "settlements", "states"}
    for place, node in seen:
        for key in ("mean", "agreement", "below", "inside", "above", "none", "status_quo", "top_share", "mean_count"):
            if isinstance(node.get(key), float):
                beside = "error" if key == "mean" else f"{key}_error"
                assert isinstance(node[beside], float), (place, key)
    for state in document["states"]:
        assert state["errors"].keys() == state["shares"].keys()
    for settlement in document["settlements"]:
        assert settlement["leaning_errors"].keys() == settlement["leaning"].keys()


def walk(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a JSON document, by the key it stands under."""
    if isinstance(node, dict):
        yield place, node
        for key, value in node.items():
            yield from walk(value, key)
    elif isinstance(node, list):
        for item in node:
            yield from walk(item, place)


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
    assert " ".join(text.split()).count(" its lowest third ") == len(moving)


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
