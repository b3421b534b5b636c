"""Verification: what is stored is what comes out again, and whatever is not is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.ensemble import manifest as manifests
from detente.ensemble.job import Answer
from detente.ensemble.runner import Plan, run
from detente.ensemble.verification import Sample, verify
from detente.errors import RunError
from ensemble.child import PLAN
from ensemble.jobs import Waves

ALL = Sample(None, 0)


class Slipping(Waves):
    """Says what Waves says, but for what ``slip`` does to some draws; nothing else tells the two apart."""

    def __init__(self, slip: Callable[[dict[str, Answer]], object]) -> None:
        super().__init__()
        object.__setattr__(self, "slip", slip)

    def evaluate(self, u: np.ndarray) -> dict[str, Answer]:
        answers = super().evaluate(u)
        if u[0] < 0.2:
            self.slip(answers)  # type: ignore[attr-defined]
        return answers


def slips(slip: Callable[[dict[str, Answer]], object]) -> Slipping:
    return Slipping(slip)


def nudge(answers: dict[str, Answer]) -> None:
    answers["input/us.tempo"] = float(np.nextafter(answers["input/us.tempo"], np.inf))  # type: ignore[arg-type]


def shift(answers: dict[str, Answer]) -> None:
    answers["curve/c09"] = answers["curve/c09"] + np.array([0, 0, 3e-9, 0, 0])


def add_a_cell(answers: dict[str, Answer]) -> None:
    answers["stable/seq"] = np.append(np.asarray(answers["stable/seq"]), 99)


def void(answers: dict[str, Answer]) -> None:
    answers["coin/c09"] = 0.5 if np.isnan(answers["coin/c09"]) else np.nan  # type: ignore[arg-type]


def flip_zero(answers: dict[str, Answer]) -> None:
    answers["curve/c09"] = np.where(answers["curve/c09"] == 0, 0.0, answers["curve/c09"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run(Waves(), PLAN, folder=tmp_path)
    return tmp_path


@pytest.fixture
def another_processor(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(manifests, "name_processor", lambda: "A new one")
    return manifests.name_processor()


def drawn_slipping() -> list[int]:
    from detente.ensemble.design import draw_rows

    return np.flatnonzero(draw_rows(3, 0, 24, 3)[:, 0] < 0.2).tolist()


def test_a_sound_run_comes_out_again_bit_for_bit(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    found = verify(Waves(), folder, ALL, progress=lambda *at: told.append(at))
    assert (found.checked, found.draws, found.differences, found.largest) == (24, 24, (), 0)
    assert repr(found) == "<Verification of 24 of 24 draws, bit for bit: 0 differences>"
    assert str(found).splitlines() == [
        "Computed anew: 24 of 24 draws (all of them).",
        "Compared bit for bit.",
        "Everything is the same.",
    ]
    assert told[-1] == (24, 24)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["same"] is True


@pytest.mark.parametrize(
    ("slip", "name", "elsewhere_too"),
    [
        (nudge, "input/us.tempo", False),
        (flip_zero, "curve/c09", False),
        (shift, "curve/c09", True),
        (add_a_cell, "stable/seq", True),
        (void, "coin/c09", True),
    ],
)
def test_every_difference_is_named(
    folder: Path, slip: Callable[[dict[str, Answer]], object], name: str, elsewhere_too: bool
) -> None:
    found = verify(slips(slip), folder, ALL)
    assert [(one.draw, one.field) for one in found.differences] == [(draw, name) for draw in drawn_slipping()]
    assert found.comparison == "bit for bit"
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"processors": ["An old one"]}))
    found = verify(slips(slip), folder, ALL)
    assert found.comparison == "to 1e-09"
    assert found.elsewhere == (f"processor was An old one, now {manifests.name_processor()}",)
    assert bool(found.differences) == elsewhere_too


def test_a_difference_shows_both_sides(folder: Path) -> None:
    first = drawn_slipping()[0]
    (line, *_) = map(str, verify(slips(nudge), folder, ALL).differences)
    stored = float(run(Waves(), PLAN).numbers["input/us.tempo"][first])
    assert line == f"draw {first}, input/us.tempo: stored {stored!r}, computed {np.nextafter(stored, 9)!s}"
    (line, *_) = map(str, verify(slips(add_a_cell), folder, ALL).differences)
    cells = len(run(Waves(), PLAN).cells["stable/seq"][first])
    assert line == f"draw {first}, stable/seq: stored {cells} cells, computed {cells + 1} cells, 99 among them"


def test_other_versions_and_processors_are_compared_to_a_tolerance(
    folder: Path, monkeypatch: pytest.MonkeyPatch, another_processor: str
) -> None:
    versions = manifests.installed_versions() | {"numba": "9.9"}
    monkeypatch.setattr(manifests, "installed_versions", lambda: versions)
    found = verify(slips(nudge), folder, ALL)
    assert found.differences == ()
    assert 0 < found.largest < 1e-15
    said = str(found)
    assert "Compared to 1e-09, for this is not where it was made: version numba was " in said
    assert f", now {another_processor}." in said
    assert said.splitlines()[-1].startswith("Everything is the same. The largest distance of two numbers is ")


def test_a_run_made_on_two_processors_is_never_compared_bit_for_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(Waves(), replace(PLAN, draws=9), folder=tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(manifests, "name_processor", lambda: "A new one")
        run(Waves(), PLAN, folder=tmp_path)
    found = verify(Waves(), tmp_path, ALL)
    assert found.elsewhere == (f"processor was A new one, now {manifests.name_processor()}",)
    assert (found.differences, found.largest) == ((), 0)


@pytest.mark.parametrize(
    ("job", "change"),
    [
        (Waves(digest="e" * 64), "the scenario changed (digest dddddddddddd, now eeeeeeeeeeee)"),
        (Waves(method={"months": [0]}), "method engine.step is gone; method months was [0, 6, 12], now [0]"),
    ],
)
def test_another_run_cannot_be_verified(folder: Path, job: Waves, change: str) -> None:
    with pytest.raises(RunError) as caught:
        verify(job, folder, ALL)
    assert str(caught.value) == (
        f"{folder}: this run cannot be computed anew, for what is here is another one: {change}."
    )


def test_a_damaged_or_missing_part_is_named_first(folder: Path) -> None:
    path = folder / "part-00000006-00000009.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(RunError, match=rf"^{path}: this part is damaged: "):
        verify(Waves(), folder, Sample(1, 0))
    path.unlink()
    with pytest.raises(RunError, match="3 of 24 draws are missing"):
        verify(Waves(), folder, Sample(1, 0))


@given(st.integers(1, 60), st.integers(1, 80), st.integers(0, 5))
def test_a_sample_is_drawn_without_repetition_and_the_same_every_time(draws: int, size: int, seed: int) -> None:
    ranges = Sample(size, seed).choose(draws)
    chosen = [k for start, stop in ranges for k in range(start, stop)]
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(size, draws)
    assert set(chosen) <= set(range(draws))
    assert ranges == Sample(size, seed).choose(draws)


def test_only_the_sample_is_computed(folder: Path) -> None:
    counted: list[float] = []
    found = verify(Waves(before=lambda u: counted.append(u[0])), folder, Sample(5, 1), workers=2)
    assert (found.checked, len(counted)) == (5, 5)
    assert found.made_by["sample"] == "sample of seed 1"
    assert Sample(5, 1).choose(24) != Sample(5, 2).choose(24)


def test_other_seeds_see_other_draws(tmp_path: Path) -> None:
    run(Waves(), Plan(0, 200, block=50), folder=tmp_path)
    assert {len(verify(slips(nudge), tmp_path, Sample(20, seed)).differences) for seed in range(6)} != {0}
