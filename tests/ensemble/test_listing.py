"""The list of runs: how far each got, and what is wrong with it, whatever is wrong."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from detente import api
from detente.ensemble.listing import list_runs
from detente.ensemble.runner import Plan, run
from detente.errors import RunError
from ensemble.child import PLAN
from ensemble.jobs import Waves
from ensemble.processes import start


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Four runs of a toy, and things that are no runs."""
    for name in ("b", "a", "cut", "gap"):
        run(Waves(), PLAN, folder=tmp_path / name)
    (tmp_path / "notes").mkdir()
    (tmp_path / "manifest.txt").write_text("a letter")
    return tmp_path


def test_runs_are_told_by_name_and_nothing_else_is_a_run(runs: Path) -> None:
    entries = list_runs(runs)
    assert [entry.folder.name for entry in entries] == ["a", "b", "cut", "gap"]
    first = entries[0]
    assert (first.state, first.problem, first.digest, first.seed) == ("finished", "", "d" * 64, 3)
    assert (first.held, first.draws, first.until, first.case) == (24, 24, None, "missing")
    assert first.size == sum(path.stat().st_size for path in (runs / "a").iterdir())
    assert list_runs(runs / "a") == (first,)
    assert json.loads(json.dumps(first.to_dict()))["folder"] == str(runs / "a")


def test_the_date_is_that_of_the_newest_part(runs: Path) -> None:
    for path in (runs / "a").iterdir():
        os.utime(path, (1e9, 1e9))
    os.utime(runs / "a/part-00000003-00000006.parquet", (1.1e9, 1.1e9))
    assert list_runs(runs)[0].changed == datetime.fromtimestamp(1.1e9)


def test_missing_draws_are_counted_and_damage_is_named_without_an_end_to_the_list(runs: Path) -> None:
    (runs / "gap/part-00000003-00000006.parquet").unlink()
    part = runs / "cut/part-00000003-00000006.parquet"
    part.write_bytes(part.read_bytes()[:-5])
    (runs / "b/manifest.json").unlink()
    a, b, cut, gap = list_runs(runs)
    assert a.state == "finished"
    assert (b.state, b.draws, b.problem) == ("damaged", None, f"{runs / 'b'}: this is no run, it has no manifest.json.")
    assert (cut.state, cut.held) == ("damaged", 24)
    assert cut.problem.startswith(f"{part}: this part is damaged: ")
    assert cut.problem.endswith("the others are kept.")
    assert (gap.state, gap.held, gap.draws, gap.problem) == ("unfinished", 21, 24, "")


def test_a_part_of_another_run_is_damage(runs: Path) -> None:
    run(Waves(), replace(PLAN, seed=4), folder=runs / "other")
    shutil.copy(runs / "other/part-00000003-00000006.parquet", runs / "a")
    entry = list_runs(runs)[0]
    assert entry.state == "damaged"
    assert "this part is damaged: it was not written by this run." in entry.problem


def test_parts_of_the_same_draws_are_damage(runs: Path) -> None:
    shutil.copy(runs / "a/part-00000003-00000006.parquet", runs / "a/part-00000004-00000006.parquet")
    assert "hold the same draws" in list_runs(runs)[0].problem


def test_a_run_under_way_is_running(tmp_path: Path) -> None:
    child = start(tmp_path / "run", "hold")
    assert child.stdout
    assert child.stdout.readline() == "holding\n"
    (entry,) = list_runs(tmp_path)
    assert (entry.state, entry.held, entry.draws) == ("running", 0, 24)
    child.kill()
    child.communicate(timeout=120)
    assert list_runs(tmp_path)[0].state == "unfinished"


def test_the_case_beside_the_draws(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    api.run(api.load("chicken"), draws=4, folder=folder)
    (entry,) = list_runs(tmp_path)
    assert (entry.case, entry.title) == ("same", api.load("chicken").title)
    path = folder / "case/scenario.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("title: ", "title: The other "), encoding="utf-8")
    (entry,) = list_runs(tmp_path)
    assert (entry.case, entry.state) == ("changed", "finished")
    path.write_text("actors: [", encoding="utf-8")
    assert list_runs(tmp_path)[0].case == "unreadable"
    shutil.rmtree(folder / "case")
    assert list_runs(tmp_path)[0].case == "missing"


def test_nothing_there(tmp_path: Path) -> None:
    assert list_runs(tmp_path) == ()
    with pytest.raises(RunError) as caught:
        list_runs(tmp_path / "none")
    assert str(caught.value) == f"{tmp_path / 'none'}: cannot be read: No such file or directory."


def test_a_goal_is_told(tmp_path: Path) -> None:
    from detente.ensemble.goal import Goal

    run(Waves(), Plan(0, 40, goal=Goal(9.0, {"claim/c09": False})), folder=tmp_path / "run")
    (entry,) = list_runs(tmp_path)
    assert (entry.until, entry.draws, entry.held) == (9.0, 16, 16)
