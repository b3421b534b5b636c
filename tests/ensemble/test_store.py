"""The run folder: no run is ever lost, mixed with another, or read wrongly."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detente.ensemble import manifest as manifests
from detente.ensemble.job import Field
from detente.ensemble.parts import find_gaps
from detente.ensemble.runner import Plan, run
from detente.ensemble.store import load_run
from detente.errors import RunError
from ensemble.child import PLAN
from ensemble.jobs import FIELDS, Waves, bits
from ensemble.processes import refusal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A finished run."""
    run(Waves(), PLAN, folder=tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("job", "plan", "difference"),
    [
        (Waves(digest="e" * 64), PLAN, "the scenario changed (digest dddddddddddd, now eeeeeeeeeeee)"),
        (
            Waves(digest="e" * 64, columns=2, fields=FIELDS[:-1]),
            replace(PLAN, seed=4),
            "the scenario changed (digest dddddddddddd, now eeeeeeeeeeee)",
        ),
        (Waves(), replace(PLAN, seed=4), "seed 3, now 4"),
        (Waves(columns=2), PLAN, "3 uncertain inputs, now 2"),
        (Waves(method={"engine": {"step": 0.5}, "months": [0, 6, 12]}), PLAN, "method engine.step was 0.25, now 0.5"),
        (
            Waves(method={"engine": {"step": 0.25}, "months": [0, 6]}),
            PLAN,
            "method months was [0, 6, 12], now [0, 6]",
        ),
        (
            Waves(method={"months": [0, 6, 12], "set": {"us.deal": 0}}),
            PLAN,
            "method engine.step is gone; method set.us.deal is new",
        ),
        (Waves(fields=FIELDS[:-1]), PLAN, "field stable/seq is gone"),
        (
            Waves(fields=(Field("claim/c09", "number", void=True), Field("curve/c09", "curve", length=5))),
            PLAN,
            "field claim/c09 was number, now number or void; field coin/c09 is gone; "
            'field curve/c10 "it\'s" is gone; field input/us.tempo is gone; field stable/seq is gone',
        ),
        (
            Waves(fields=(*FIELDS[:3], Field("curve/c09", "curve", length=6), *FIELDS[4:])),
            PLAN,
            "field curve/c09 was curve of 5, now curve of 6",
        ),
    ],
)
def test_another_run_is_refused_with_the_difference(folder: Path, job: Waves, plan: Plan, difference: str) -> None:
    assert refusal(folder, job, plan) == (
        f"{folder}: the run in this folder is another one: {difference}. "
        "Use another folder, or go back to what made it."
    )


def test_another_version_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = manifests.installed_versions() | {"numpy": "2.9.9"}
    monkeypatch.setattr(manifests, "installed_versions", lambda: versions)
    assert f"version numpy was {np.__version__}, now 2.9.9." in refusal(folder)


def test_many_differences_are_counted(folder: Path) -> None:
    job = Waves(method={str(i): i for i in range(20)})
    assert refusal(folder, job).count(";") == 6
    assert "; and 16 more." in refusal(folder, job)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def swap(path: Path) -> None:
    shutil.copy(path.with_name("part-00000000-00000003.parquet"), path)


def adopt(path: Path) -> None:
    """A sound part of the same draws of another seed."""
    with tempfile.TemporaryDirectory() as other:
        run(Waves(), replace(PLAN, seed=9), folder=Path(other))
        shutil.copy(Path(other, path.name), path)


def replace_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (cut, "damaged: "),
        (empty, "damaged: "),
        (swap, "damaged: it does not hold the draws of its name."),
        (adopt, "damaged: it was not written by this run."),
        (replace_by_a_folder, "cannot be read: Is a directory."),
    ],
)
def test_a_damaged_part_is_named_and_not_used(folder: Path, damage: object, reason: str) -> None:
    path = folder / "part-00000006-00000009.parquet"
    damage(path)  # type: ignore[operator]
    for action in (lambda: load_run(folder), lambda: run(Waves(), PLAN, folder=folder)):
        with pytest.raises(RunError) as caught:
            action()
        assert str(caught.value).startswith(f"{path}: ")
        assert reason in str(caught.value)
        assert str(caught.value).endswith("the others are kept.") == ("damaged" in reason)


def test_a_single_bit_is_noticed(folder: Path) -> None:
    """Or says nothing: Parquet has a few bits, such as the name of the program that wrote it, that do not matter."""
    path = folder / "part-00000006-00000009.parquet"
    sound = path.read_bytes()
    expected = bits(load_run(folder))
    noticed = 0
    for byte in range(0, len(sound), 97):
        data = bytearray(sound)
        data[byte] ^= 4
        path.write_bytes(data)
        try:
            assert bits(load_run(folder)) == expected
        except RunError as problem:
            noticed += 1
            assert f"{path}: this part is damaged: " in str(problem)  # noqa: PT017
    assert noticed > len(sound) // 97 // 2


def test_a_deleted_part_is_named_and_recomputed(folder: Path) -> None:
    for name in ("part-00000000-00000003.parquet", "part-00000009-00000012.parquet"):
        (folder / name).unlink()
    with pytest.raises(RunError) as caught:
        load_run(folder)
    assert str(caught.value) == (
        f"{folder}: 6 of 24 draws are missing (part-00000000-00000003.parquet; part-00000009-00000012.parquet). "
        "Run the same command again: it computes what is missing and keeps the rest."
    )
    assert bits(run(Waves(), PLAN, folder=folder)) == bits(run(Waves(), PLAN))


def test_two_parts_of_the_same_draws_are_refused(folder: Path) -> None:
    shutil.copy(folder / "part-00000003-00000006.parquet", folder / "part-00000004-00000005.parquet")
    sentence = (
        f"{folder}: part-00000003-00000006.parquet and part-00000004-00000005.parquet hold the same draws. "
        "Delete one of them."
    )
    assert refusal(folder) == sentence


def _edit(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"seed": "3"}, "(TypeError: seed is not int)"),
        ({"colour": 1}, "(TypeError: "),
        ({"fields": [{"name": "x", "kind": "picture"}]}, "(TypeError: no field 'x' of kind 'picture')"),
        ({"fields": 3}, "(TypeError: "),
        ({"format": 9}, "a run of format 9, and this version of Détente reads format 1."),
    ],
)
def test_a_manifest_that_cannot_be_understood(folder: Path, changes: dict[str, object], reason: str) -> None:
    _edit(folder, **changes)
    with pytest.raises(RunError) as caught:
        load_run(folder)
    assert str(caught.value).startswith(f"{folder}/manifest.json: ")
    assert reason in str(caught.value)
    assert refusal(folder) == str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_a_manifest_that_is_no_manifest(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(RunError, match=r"/manifest\.json: "):
        load_run(folder)


def test_parts_without_a_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    sentence = f"{folder}: there are parts but no manifest.json. Restore it, or use another folder."
    assert refusal(folder) == sentence
    with pytest.raises(RunError, match=r"this is no run, it has no manifest\.json\.$"):
        load_run(folder)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "run"
    path.write_text("a letter")
    assert refusal(path) == f"{path}: the run folder cannot be made: File exists."
    assert refusal(path / "deeper") == f"{path}/deeper: the run folder cannot be made: Not a directory."
    with pytest.raises(RunError, match="this is no run"):
        load_run(path)
    assert path.read_text() == "a letter"


def test_folders_of_any_name(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s a [1]* run? "ü"' / "s3:"
    assert bits(run(Waves(), PLAN, folder=folder)) == bits(run(Waves(), PLAN)) == bits(load_run(folder))


def test_a_folder_given_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run(Waves(), PLAN, folder=Path("run"))
    assert load_run(Path("run")).draws == 24


def test_no_fields_but_inputs_and_no_columns(tmp_path: Path) -> None:
    job = Waves(columns=0, fields=FIELDS[:1])
    ensemble = run(job, Plan(seed=0, draws=5), folder=tmp_path)
    assert ensemble.numbers["input/us.tempo"].tolist() == [0.25] * 5
    assert bits(load_run(tmp_path)) == bits(ensemble)


@pytest.mark.parametrize(
    ("held", "draws", "gaps"),
    [
        ([], 5, [(0, 5)]),
        ([(0, 5)], 5, []),
        ([(2, 4)], 5, [(0, 2), (4, 5)]),
        ([(0, 2), (4, 9)], 5, [(2, 4)]),
        ([(0, 1), (7, 9)], 5, [(1, 5)]),
    ],
)
def test_gaps(held: list[tuple[int, int]], draws: int, gaps: list[tuple[int, int]]) -> None:
    assert find_gaps(held, draws) == gaps
