"""Runs that are killed, stopped or in each other's way: nothing finished is ever lost."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from detente.ensemble.runner import run
from detente.ensemble.store import load_run
from ensemble.child import LONG, PLAN
from ensemble.jobs import Waves, Wide, bits, part_names
from ensemble.processes import finish, refusal, start


@pytest.mark.parametrize(
    ("moment", "parts", "leftovers"),
    [("draw", None, None), ("manifest", 0, 1), ("write", 2, 1), ("publish", 2, 1), ("named", 3, 0)],
)
def test_a_killed_run_resumes_bit_for_bit(
    tmp_path: Path, moment: str, parts: int | None, leftovers: int | None
) -> None:
    child = start(tmp_path, moment)
    finish(child)
    assert child.returncode == -signal.SIGKILL
    kept = part_names(tmp_path)
    assert len(kept) < 8
    if parts is not None:
        assert (len(kept), len(list(tmp_path.glob(".*.tmp")))) == (parts, leftovers)
    before = {name: (tmp_path / name).read_bytes() for name in kept}
    resumed = run(Waves(), replace(PLAN, block=2), folder=tmp_path)
    assert bits(resumed) == bits(run(Waves(), PLAN)) == bits(load_run(tmp_path))
    assert {name: (tmp_path / name).read_bytes() for name in kept} == before
    assert not list(tmp_path.glob(".*.tmp"))


def test_kills_in_the_middle_of_writing_cost_at_most_what_is_under_way(tmp_path: Path) -> None:
    """Killed again and again at the sight of a part being written, by somebody outside, a run still ends."""
    kept: dict[str, bytes] = {}
    for sight in range(1, 7):
        child = start(tmp_path, "work")
        seen: set[str] = set()
        while child.poll() is None and len(seen) < sight:
            seen |= {path.name for path in tmp_path.glob(".part-*.tmp")}
        child.kill()
        finish(child)
        now = {name: (tmp_path / name).read_bytes() for name in part_names(tmp_path)}
        assert now.items() >= kept.items()
        kept = now
    assert kept
    ensemble = run(Wide(), LONG, folder=tmp_path)
    assert bits(ensemble) == bits(run(Wide(), LONG)) == bits(load_run(tmp_path))
    assert {name: (tmp_path / name).read_bytes() for name in kept} == kept


def test_ctrl_c_waits_for_nobody_and_keeps_the_blocks(tmp_path: Path) -> None:
    assert finish(start(tmp_path, "keyboard")) == "interrupted\n"
    assert part_names(tmp_path) == ["part-00000000-00000003.parquet", "part-00000003-00000006.parquet"]
    assert bits(run(Waves(), PLAN, folder=tmp_path)) == bits(run(Waves(), PLAN))


def test_the_second_run_into_a_folder_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    child = start(tmp_path, "hold")
    assert child.stdout
    assert child.stdout.readline() == "holding\n"
    assert refusal(tmp_path).startswith(f"{tmp_path}: another run is writing here (process {child.pid} on ")
    child.kill()
    child.communicate(timeout=120)
    assert bits(run(Waves(), PLAN, folder=tmp_path)) == bits(run(Waves(), PLAN))


def test_a_run_inside_a_run_is_refused(tmp_path: Path) -> None:
    inner: list[str] = []

    def again(done: int, draws: int) -> None:
        if done == 0:
            inner.append(refusal(tmp_path))

    run(Waves(), PLAN, folder=tmp_path, progress=again)
    assert inner == [
        f"{tmp_path}: another run is writing here (process {os.getpid()} on {os.uname().nodename}). "
        "Wait for it, stop it, or use another folder."
    ]
    run(Waves(), PLAN, folder=tmp_path)
