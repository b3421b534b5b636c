"""The command that says on what terms: its text, its options, its refusals."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cli.conftest import SMALL, Said, Tell
from detente.solvers.bargaining.models import MODELS

ISSUES = """\
issues:
  price:
    label: The price
    package: sale
    scale: {0: nothing, 50: half, 100: everything}
    stakes:
      north: {position: 60 to 90, salience: 0.8, capability: 1}
      south: {position: 20, salience: 0.5, capability: 2}
  term:
    package: sale
    ends: [1, 30]
    scale: {1: a year, 30: a generation}
    stakes:
      north: {position: 25, salience: 0.2, capability: 1}
      south: {position: 5, salience: 0.5, capability: 2}
"""


@pytest.fixture
def case(small: Path) -> Path:
    small.write_text(SMALL + ISSUES, encoding="utf-8")
    return small


def check_text(said: Said) -> str:
    assert said.code == 0, said.err
    assert [line for line in said.out.splitlines() if len(line) > 100] == []
    assert "nan" not in said.out.lower()
    return said.out


def test_sentences_come_first_then_the_tables(tell: Tell, case: Path) -> None:
    out = check_text(tell("bargain small.yaml --draws 8"))
    assert out.startswith("Who falls silent, at central values and over 8 draws, seed 0\n\nprice: The price\n")
    order = ["A scale from 0 to 100", "The forecast has its median at", "By region: nothing", "models put it from"]
    order += ["actor      position", "point", "Compromise model (compromise)", "term: term"]
    places = [out.index(text) for text in order]
    assert places == sorted(places)
    for model in MODELS.values():
        assert f"({model.id})" in out
    assert "Whom" not in out
    assert "noise" not in out
    assert "The North  75" in out or "The North  7" in out


def test_an_issue_and_a_model_alone(tell: Tell, case: Path) -> None:
    out = check_text(tell("bargain small.yaml --issue term --model median --model nash --draws 2"))
    assert "price" not in out
    assert "Both models put it at 5." in out
    assert "(compromise)" not in out
    assert "at central values (nothing in it is uncertain)" not in out  # the package's other issue is uncertain


def test_persuasion_noise_and_rounds_are_told_when_asked(tell: Tell, case: Path) -> None:
    out = check_text(tell("bargain small.yaml --persuade south --fragility 5 --rounds --draws 4"))
    assert "Whom The South should persuade on price" in out
    assert "Whom The South should persuade on term" in out
    assert "South stands at 20; the forecast's mean is" in out
    assert "Under noise on every input: 5 noisy tables, seed 0, from central values" in out
    assert "Equal-gain exchange model (exchange), round by round" in out
    ranked = check_text(tell("bargain small.yaml --persuade south --model median --draws 4"))
    assert "the point of the weighted median is" in ranked
    wide = check_text(tell("bargain small.yaml --persuade south --step 0.5 --issue price --draws 4"))
    assert "The North moves, from " in wide


def test_votes_that_are_traded_are_told(tell: Tell, case: Path) -> None:
    out = check_text(tell("bargain small.yaml --exchanges --draws 4"))
    assert "One exchange is struck." in out
    # The South cares relatively less about the price: it votes as the North wants there, and is paid on the term.
    assert re.search(r"1\. The South on price, 20 to [\d.]+, for The North on term, 25 to 5: each gains", out)
    (told,) = json.loads(tell("bargain small.yaml --exchanges --draws 4 --json").out)["exchanges"]
    assert told["effects"]["south"] == pytest.approx(told["gain"])
    assert told["effects"]["north"] == pytest.approx(told["gain"])
    alone = check_text(tell("bargain eu-cars-1984 --exchanges"))
    assert "There is nothing to trade: it takes two issues" in alone


def test_a_switch_changes_a_model(tell: Tell, case: Path) -> None:
    first, second = (
        tell(f"bargain small.yaml --model expected-utility --json --draws 2 --switch expected-utility.rounds={rounds}")
        for rounds in (1, 3)
    )
    rounds = [said.document["issues"][0]["models"][0]["switches"]["rounds"] for said in (first, second)]
    assert rounds == ["1", "3"]


def test_the_same_seed_says_the_same_and_another_other(tell: Tell, case: Path) -> None:
    line = "bargain small.yaml --draws 4 --json --fragility 5 --persuade north --seed"
    one, two, other = (tell(f"{line} {seed}").result for seed in (1, 1, 2))
    assert one == two
    assert one["fragility"] != other["fragility"]
    assert one["issues"][0]["pooled"] != other["issues"][0]["pooled"]
    assert one["issues"][0]["central"] == other["issues"][0]["central"]


def test_the_chart_has_all_that_was_asked(tell: Tell, case: Path, tmp_path: Path) -> None:
    said = tell("bargain small.yaml --draws 4 --rounds --fragility 5 --persuade south --svg terms.svg")
    assert said.code == 0, said.err
    assert "Wrote terms.svg" in said.err
    drawing = (tmp_path / "terms.svg").read_text(encoding="utf-8")
    for text in ("Who stands where", "Compromise model", "10 % noise on every input", "the model: ", "nearer it comes"):
        assert text in drawing


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("--issue prize", "issue  No issue 'prize'. Did you mean 'price'?"),
        ("--model medium", "model  No model 'medium'. Did you mean 'median'?"),
        (
            "--switch nash",
            "--switch  'nash' sets nothing. Write MODEL.NAME=VALUE, such as nash.disagreement=reference.",
        ),
        ("--switch nash.x=1", "switch  nash: No switch 'x'. It has disagreement."),
        ("--persuade souht", "actor  'souht' has no stake in price or term. Did you mean 'south'?"),
        ("--fragility 1", "--fragility  1 noisy tables show no spread. Ask for 2 to 100,000."),
        ("--model nash --switch nash.disagreement=reference", ""),
    ],
)
def test_what_is_no_input_is_refused_with_the_cure(tell: Tell, case: Path, line: str, complaint: str) -> None:
    said = tell(f"bargain small.yaml --draws 2 {line}")
    assert said.code == (2 if complaint else 0)
    if complaint:
        assert said.err.strip() == complaint
        assert said.out == ""
    else:
        assert "has no answer" in said.out


def test_a_case_without_issues_is_refused(tell: Tell, small: Path) -> None:
    said = tell("bargain small.yaml")
    assert (said.code, said.out) == (2, "")
    assert "The case has nothing to bargain over. Add 'issues:' to the file, with who stands where." in said.err
