"""Disks that are full or may not be written: a clear error, and what is there stays."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from detente.ensemble.runner import Plan, run
from detente.ensemble.store import load_run
from ensemble.child import PLAN
from ensemble.jobs import Waves, Wide, bits, part_names
from ensemble.processes import finish, refusal, start


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody without rights")
def test_a_read_only_folder_as_somebody_else() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(Waves(), replace(PLAN, draws=6), folder=folder)
        (folder / ".lock").unlink()
        folder.chmod(0o555)
        assert finish(start(folder, "nobody")) == f"{folder}: nothing can be written here: Permission denied.\n"
        folder.chmod(0o755)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    folder = tmp_path
    run(Waves(), PLAN, folder=folder)
    (folder / ".lock").unlink()
    folder.chmod(0o555)
    assert refusal(folder) == f"{folder}: nothing can be written here: Permission denied."
    folder.chmod(0o755)


def test_a_full_disk_keeps_what_is_there(tmp_path: Path) -> None:
    """The size allowed of a file stands for the room left on a disk: writing fails half-way through a part."""
    first = Plan(seed=3, draws=2, block=2)
    run(Wide(), first, folder=tmp_path)
    _, hard = before = resource.getrlimit(resource.RLIMIT_FSIZE)
    room = (tmp_path / "part-00000000-00000002.parquet").stat().st_size * 3 // 4
    assert room > (tmp_path / "manifest.json").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        sentence = refusal(tmp_path, Wide(), replace(first, draws=4))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert sentence.startswith(f"{tmp_path}/part-00000002-00000004.parquet: cannot be written: ")
    assert "File too large" in sentence
    assert sentence.endswith("make room or give access, and run the same command again.")
    assert part_names(tmp_path) == ["part-00000000-00000002.parquet"]
    assert not list(tmp_path.glob(".*.tmp"))
    ensemble = run(Wide(), replace(first, draws=4), folder=tmp_path)
    assert bits(ensemble) == bits(run(Wide(), replace(first, draws=4)))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for 96 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        not shutil.which("mount")
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(disk)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("only somebody who may mount can have a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def _fill(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(descriptor, b"x" * 512)
    except OSError as problem:
        assert problem.errno == errno.ENOSPC  # noqa: PT017
    finally:
        os.close(descriptor)


def test_a_disk_that_fills_up_keeps_what_is_there_and_the_run_goes_on_when_it_has_room(small_disk: Path) -> None:
    folder, plan = small_disk / "run", Plan(seed=3, draws=60, workers=1, block=3)
    sentence = refusal(folder, Wide(), plan)
    kept = part_names(folder)
    assert 1 < len(kept) < 20
    assert sentence.startswith(
        f"{folder}/part-{3 * len(kept):08d}-{3 * len(kept) + 3:08d}.parquet: cannot be written: "
    )
    assert sentence.endswith("make room or give access, and run the same command again.")
    assert not list(folder.glob(".*.tmp"))
    (folder / ".lock").unlink()
    _fill(small_disk / "rest")  # not a byte is free any more, not even for the name of who holds the lock
    again = refusal(folder, Wide(), plan)
    assert again.startswith(f"{folder}/manifest.json: cannot be written: ")
    assert part_names(folder) == kept
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    assert bits(run(Wide(), plan, folder=folder)) == bits(run(Wide(), plan)) == bits(load_run(folder))
