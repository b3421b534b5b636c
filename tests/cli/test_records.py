"""record and seal: what came out, and what was said before it did."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import SMALL, Tell

PART = "part-00000000-00000004.parquet"


@pytest.fixture
def run(tell: Tell, small: Path) -> Path:
    """A run of the small case, with outcomes, in ``runs/one``."""
    text = SMALL[: SMALL.index("  - id: someday")]
    outcome = "    outcome: {value: 'yes', on: 2025-05-01, mechanism: right}\n"
    small.write_text(text.replace("  - id: sooner", f"{outcome}  - id: sooner"), encoding="utf-8")
    assert tell(f"run {small.name} --draws 20 --workers 1 --out runs/one").code == 0
    return Path("runs/one")


def test_the_record_in_words_and_as_json(tell: Tell, run: Path) -> None:
    said = tell(f"record {run}")
    assert (said.code, said.err) == (0, "")
    assert "1 of 3 claims carry a scorable word" in said.out
    assert "mechanism was 1 right" in said.out
    assert all(len(line) <= 100 for line in said.out.splitlines())
    record = tell(f"record {run} --json").document["record"]
    (one,) = record["scored"]
    assert (one["claim"], one["outcome"], one["due"], one["low"]) == ("silence", "yes", "2025-06-01", 0.55)
    assert one["brier"] == pytest.approx((1 - one["model"]) ** 2)
    word, model = record["score_worded"]["forecasters"][:2]
    assert (word["name"], word["brier"]) == ("word", pytest.approx(0.325**2))
    assert (model["brier"], model["brier_error"]) == (pytest.approx(one["brier"]), None)


def test_a_sealed_run_verifies_and_is_never_sealed_again(tell: Tell, run: Path) -> None:
    made = tell(f"seal {run} --on 2025-01-02 --json").document
    assert made == json.loads((run / "seal.json").read_text())
    statement = {key: value for key, value in made.items() if key != "sha256"}
    canonical = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert made["sha256"] == hashlib.sha256(canonical.encode()).hexdigest()
    findings = {claim["id"]: claim for claim in tell(f"claims {run} --json").document["claims"]}
    for claim in made["claims"]:
        spread = findings[claim["id"]]["spread"]
        assert claim["forecast"] == {key: spread[key] for key in ("mean", "error", "p5", "p95")}
    said = tell(f"verify {run} --all")
    assert said.code == 0
    assert f"nothing has changed since: sha256:{made['sha256']}" in said.out
    assert tell(f"verify {run} --json").document["seal"]["broken"] == []
    again = tell(f"seal {run}")
    assert (again.code, again.out) == (1, "")
    assert "sealed on 2025-01-02" in again.err


def test_a_seal_prints_the_line_to_publish(tell: Tell, run: Path) -> None:
    said = tell(f"seal {run} --on 2025-01-02")
    digest = json.loads((run / "seal.json").read_text())["sha256"]
    assert f"detente-seal 2025-01-02 sha256:{digest}" in said.out.splitlines()


def _edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def _touch_part(folder: Path) -> None:
    with (folder / PART).open("ab") as file:
        file.write(b" ")


TOUCHED: dict[str, tuple[Callable[[Path], None], str]] = {
    "part": (_touch_part, f"{PART} was changed"),
    "no part": (lambda folder: (folder / PART).unlink(), f"{PART} is gone"),
    "case": (_edit("case/scenario.yaml", "1 to 3", "1 to 4"), "the case was changed"),
    "comment": (_edit("case/scenario.yaml", "detente: 1", "# later\ndetente: 1"), "the case was changed"),
    "brief": (_edit("case/brief.md", "likely", "maybe"), "the case was changed"),
    "draws": (_edit("manifest.json", '"draws": 20', '"draws": 16'), "draws was 20, now 16"),
    "method": (_edit("manifest.json", "stable/gmr", "stable/GMR"), "manifest.json was changed"),
    "figure": (_edit("seal.json", '"says": "likely"', '"says": "unlikely"'), "seal.json itself was changed"),
}


@pytest.mark.parametrize("what", TOUCHED)
def test_whatever_is_touched_after_sealing_is_named(tell: Tell, run: Path, what: str) -> None:
    touch, named = TOUCHED[what]
    assert tell(f"seal {run} --on 2025-01-02").code == 0
    touch(run)
    said = tell(f"verify {run} --draws 1")
    assert said.code == 1
    assert named in said.err


def test_a_forged_figure_does_not_come_out_again(tell: Tell, run: Path) -> None:
    tell(f"seal {run} --on 2025-01-02")
    path = run / "seal.json"
    document = json.loads(path.read_text())
    del document["sha256"]
    document["claims"][0]["forecast"]["mean"] += 1e-6
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    path.write_text(json.dumps({**document, "sha256": hashlib.sha256(canonical.encode()).hexdigest()}))
    said = tell(f"verify {run} --draws 1")
    assert said.code == 1
    assert "the forecast of silence does not come out again" in said.err


def test_a_sealed_run_takes_no_more_draws(tell: Tell, run: Path) -> None:
    assert tell(f"seal {run} --on 2025-01-02").code == 0
    before = {path.name: path.read_bytes() for path in run.glob("*.parquet")}
    for wish in ("--draws 32", "--draws 8", "--until 0.5"):
        said = tell(f"run small.yaml {wish} --out {run}")
        assert said.code == 1
        assert "sealed on 2025-01-02 with 20 draws" in said.err
    assert tell(f"run small.yaml --draws 20 --out {run}").code == 0
    assert {path.name: path.read_bytes() for path in run.glob("*.parquet")} == before
    assert tell(f"verify {run} --draws 1").code == 0


def test_what_cannot_be_sealed(tell: Tell, run: Path) -> None:
    assert tell(f"seal {run} --on 9999-12-31").code == 2
    assert tell(f"seal {run} --on tomorrow").code == 2
    assert tell("seal nowhere").code == 1
    (run / PART).unlink()
    said = tell(f"seal {run}")
    assert said.code == 1
    assert "missing" in said.err
    assert not (run / "seal.json").exists()
    (run / "seal.json").write_text("{")
    assert "the seal is damaged" in tell(f"verify {run}").err
