"""The backtest command: tables, JSON, every refusal with exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Tell
from decisions import write_decisions
from detente.findings import refit
from detente.solvers.bargaining.models import MODELS


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return write_decisions(tmp_path / "made.tsv")


def test_it_tells_of_every_model(tell: Tell, made: Path) -> None:
    said = tell("backtest deu --data made.tsv --resamples 100")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "made.tsv: 12 issues of 6 dossiers; seed 0, 100 samples"
    for name in (*MODELS, "positions", "climatology"):
        assert sum(line.startswith(f"{name} ") for line in lines) == 2, name
    assert all(len(line) <= 100 for line in lines)
    assert "Intervals of differences that hold 0 show no difference." in said.out
    assert "models: 1 of" in said.err


def test_chosen_models_and_figures_as_data(tell: Tell, made: Path) -> None:
    said = tell("backtest deu --data made.tsv --model nash --model compromise --seed 7 --resamples 100 --json")
    found = said.document
    ids = [(one["id"], one["kind"]) for one in found["scores"]]
    assert ids[:2] == [("nash", "model"), ("compromise", "model")]
    assert {kind for _, kind in ids[2:]} == {"yardstick"}
    assert (found["seed"], found["resamples"], found["issues"], found["refits"]) == (7, 100, 12, [])
    compromise = found["scores"][1]
    assert compromise["mae"] == compromise["crps"]
    assert compromise["half"] is None
    assert compromise["mae"]["low"] <= compromise["mae"]["value"] <= compromise["mae"]["high"]


def test_constants_fitted_anew(tell: Tell, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        "Constants are fitted to 10 dossiers or more, and there are 6."
        in tell("backtest deu --data made.tsv --refit").err
    )
    monkeypatch.setattr(refit, "SHUFFLES", 1)
    monkeypatch.setattr(refit, "PARTS", 2)
    monkeypatch.setattr(refit, "STEPS", 10)
    write_decisions(made, dossiers=10)
    said = tell("backtest deu --data made.tsv --model predictive --resamples 100 --refit")
    assert said.code == 0
    assert "smooth, spread, camp; coverage held" in said.out
    assert "out-of-fold" in said.out
    assert "the constants vary by smooth ±" in " ".join(said.out.split())


def test_bad_input(tell: Tell, made: Path) -> None:
    said = tell("backtest deu --data none.csv")
    assert (said.code, said.out) == (2, "")
    assert "none.csv  The file cannot be read: No such file or directory." in said.err
    said = tell("backtest deu --data made.tsv --model nahs --model predictve")
    assert (said.code, said.out) == (2, "")
    assert [line.split("  ")[1] for line in said.err.splitlines()] == [
        "No model 'nahs'. Did you mean 'nash'?",
        "No model 'predictve'. Did you mean 'predictive'?",
    ]
    assert tell("backtest deu").code == 2
    assert tell("backtest dew --data made.tsv").code == 2
    assert tell("backtest deu --data made.tsv --resamples 1").code == 2
    made.write_text(made.read_text().replace("\t50\t", "\t500\t", 1))
    said = tell("backtest deu --data made.tsv")
    assert said.code == 2
    assert "'500' cannot be. It lies between 0 and 100" in said.err
