"""compare: two runs, a run and a case, one case under suppositions."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import SMALL, Tell
from detente import api


@pytest.fixture
def runs(tell: Tell, small: Path) -> tuple[Path, Path]:
    """A run of the small case, and one with another weight."""
    changed = small.with_name("changed.yaml")
    changed.write_text(SMALL.replace("weight: 1 to 3", "weight: 2 to 5"), encoding="utf-8")
    for path, out in ((small, "runs/one"), (changed, "runs/two")):
        assert tell(f"run {path.name} --draws 16 --workers 1 --out {out}").code == 0
    return Path("runs/one"), Path("runs/two")


def test_two_runs(tell: Tell, runs: tuple[Path, Path]) -> None:
    said = tell(f"compare {runs[0]} {runs[1]}")
    assert (said.code, said.err) == (0, "")
    assert "Paired: 16 draws of seed 0 on both sides" in said.out
    assert "input north.quiet: 1.0 to 3.0 -> 2.0 to 5.0" in said.out
    assert all(len(line) <= 100 for line in said.out.splitlines())
    found = tell(f"compare {runs[0]} {runs[1]} --json").document
    expected = api.compare(*((str(path), *api.read_run(path)) for path in runs))
    assert found == expected.to_dict()
    (silence,) = tell(f"compare {runs[0]} {runs[1]} --claim silence --json").document["contrasts"]
    assert silence["claim"] == "silence"
    assert silence["difference"] == silence["after"]["mean"] - silence["before"]["mean"] > 0


def test_a_run_and_itself(tell: Tell, runs: tuple[Path, Path]) -> None:
    assert tell(f"compare {runs[0]} {runs[0]}").out.endswith("Nothing differs.\n")


def test_a_case_under_suppositions(tell: Tell, small: Path) -> None:
    said = tell(f"compare {small.name} --suppose 'south.leaflets = off' --draws 8 --seed 3 --json")
    expected = api.compare_suppositions(api.load(small.name), ["south.leaflets = off"], draws=8, seed=3)
    assert said.document == expected.to_dict()
    text = tell(f"compare {small.name} --suppose 'south.leaflets = off' --draws 8 --claim silence").out
    assert "before: nothing supposed" in text
    assert "sooner" not in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("small.yaml", "There must be two things to compare."),
        ("small.yaml small.yaml --suppose 'south.leaflets = off'", "There must be two things to compare."),
        ("small.yaml --suppose 'south.leaflets = of' --suppose 'x = y'", "No level 'of' for south.leaflets."),
        ("small.yaml --suppose 'south.leaflets = off' --claim nothing", "There is no claim 'nothing'."),
        ("small.yaml nowhere", "There is no such file, folder or bundled case."),
    ],
)
def test_what_cannot_be_compared(tell: Tell, small: Path, words: str, told: str) -> None:
    assert small.exists()
    said = tell(f"compare {words}")
    assert (said.code, said.out) == (2, "")
    assert told in said.err
