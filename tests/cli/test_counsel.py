"""policies: what is told and how, what is refused, and that draws in memory are the run's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Tell

ADVISED = """\
detente: 1
title: A border
as_of: 2024-11-07
horizon: 12 months
actors:
  north:
    name: The North
    levers:
      noise: [on, off]
    wants:
      - {id: quiet, want: south.leaflets = off and noise = off, weight: 1 to 3}
      - {id: pride, want: noise = off, weight: -slight}
  south:
    name: The South
    levers:
      leaflets: [on, off]
      budget: [lean, wide]
    wants:
      - {id: calm, want: north.noise = off, weight: moderate}
      - {id: base, want: leaflets = off, weight: -0.5 to 0.5}
measures:
  safety:
    - {want: north.noise = off, weight: 1}
  money:
    - {want: south.budget = wide, weight: -1}
policies:
  hush:
    actor: south
    text: No more leaflets
    hold: leaflets = off
  answer:
    actor: south
    hold: leaflets = off
    then:
      - {if: north.noise = on, on: 2025-06-01, hold: leaflets = on}
"""


@pytest.fixture
def border(tmp_path: Path) -> str:
    path = tmp_path / "border.yaml"
    path.write_text(ADVISED, encoding="utf-8")
    return str(path)


def test_what_is_told(tell: Tell, border: str) -> None:
    assert tell(f"run {border} --draws 24 --out kept").code == 0
    said = tell("policies kept")
    assert said.code == 0
    assert all(len(line) <= 100 for line in said.out.splitlines())
    assert said.out.startswith("What The South could do\n")
    assert "By safety: hush, unbeaten in " in said.out
    assert "Robust: hush." in said.out
    assert "answer" in said.out
    assert "24 draws." in said.out


def test_the_summary_and_the_report_tell_it_too(tell: Tell, border: str, tmp_path: Path) -> None:
    said = tell(f"run {border} --draws 16 --out kept")
    assert "(hush) does best by safety: " in " ".join(said.out.split())
    page = (tmp_path / "kept" / "report.html").read_text(encoding="utf-8")
    assert "What The South could do" in page
    assert "No more leaflets" in page


def test_json_holds_the_same(tell: Tell, border: str) -> None:
    tell(f"run {border} --draws 24 --out kept")
    document = tell("policies kept --json").document
    (advice,) = document["advice"]
    assert advice["robust"] == ["hush"]
    assert {choice["name"] for choice in advice["choices"]} == {"-", "hush", "answer", "south.budget = wide"}
    safety = next(item for item in advice["judgements"] if item["judge"] == "safety")
    assert sum(standing["best"] for standing in safety["standings"]) == pytest.approx(1)
    assert tell("claims kept --json").document["advice"] == document["advice"]


def test_combinations_are_paired_with_the_run(tell: Tell, border: str) -> None:
    tell(f"run {border} --draws 4 --seed 3 --out kept")
    run = tell("policies kept --json").document["advice"][0]
    both = tell("policies kept --combinations --draws 4 --json").document
    assert (both["seed"], both["draws"], both["left_out"]) == (3, 4, 0)
    (advice,) = both["advice"]
    names = {choice["name"] for choice in advice["choices"]}
    assert names == {"-", "hush", "south.budget = wide", "hush and south.budget = wide"}

    def gain(found: dict, name: str) -> float:
        safety = next(item for item in found["judgements"] if item["judge"] == "safety")
        return next(item["gain"]["mean"] for item in safety["standings"] if item["name"] == name)

    assert gain(advice, "hush") == gain(run, "hush")
    said = tell("policies kept --combinations --draws 2 --most 1")
    assert "Those of the fewest levers were looked at; 2 more were not (--most)." in said.out


def test_deals_of_a_coalition(tell: Tell, border: str) -> None:
    said = tell(f"policies {border} --coalition north,south --draws 3")
    assert said.code == 0
    assert "that nobody of The North and The South can hold alone" in said.out
    assert "hush and north.noise = off" in said.out
    assert all(len(line) <= 100 for line in said.out.splitlines())
    document = tell(f"policies {border} --coalition north,south --draws 3 --json").document
    assert document["left_out"] == 0
    assert len(document["deals"]) == 7
    assert {deal["alone"] for deal in document["deals"]} == {"north", "south", ""}


def test_a_wide_margin_makes_all_alike(tell: Tell, border: str) -> None:
    tell(f"run {border} --draws 4 --out kept")
    assert "By safety: none of them makes a difference in any draw." in tell("policies kept --margin 5").out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("policies {} --actor north", "No policy advises 'north'."),
        ("policies {} --coalition south", "'south' is no coalition."),
        ("policies {} --coalition south,west", "There is no actor 'west'."),
        ("policies {} --coalition north,south --combinations", "A coalition is judged alone."),
        ("policies {} --draws 3", "The draws of a run are all used."),
        ("policies {} --margin -1", "Must be >= 0"),
    ],
)
def test_refusals(tell: Tell, border: str, line: str, message: str) -> None:
    said = tell(line.format(border))
    assert said.code == 2
    assert message in said.err


def test_a_case_without_policies(tell: Tell, small: Path) -> None:
    said = tell(f"policies {small}")
    assert said.code == 2
    assert "The case has no policies." in said.err


def test_first_moves_take_no_rules_by_date(tell: Tell, border: str) -> None:
    said = tell(f'forecast {border} --sequences --query "P(north.noise = off by 2025-09-01 | suppose answer)"')
    assert said.code == 2
    assert "supposes a policy with rules by date" in said.err


def test_evidence_weighs_the_draws(tell: Tell, border: str, tmp_path: Path) -> None:
    told = tell(f"policies {border} --posterior")
    assert (told.code, "The case has no evidence to weigh draws by." in told.err) == (2, True)
    seen = tmp_path / "seen.yaml"
    seen.write_text(f"{ADVISED}evidence:\n  - {{by: 2025-03-01, seen: north.noise = off}}\n", encoding="utf-8")
    tell(f"run {seen} --draws 24 --out kept")
    plain, weighed = (tell(f"policies kept --json{flag}").document["advice"][0] for flag in ("", " --posterior"))
    assert plain["effective"] is None
    assert 1 < weighed["effective"] < 24
    gains = [advice["judgements"][0]["standings"][0]["gain"]["mean"] for advice in (plain, weighed)]
    assert gains[0] != gains[1]
    assert "in effect)" in tell("policies kept --posterior").out
    assert tell("policies kept --posterior --combinations").code == 2


def test_check_counts_what_alternatives_cost(tell: Tell, border: str, tmp_path: Path) -> None:
    def count(text: str) -> int:
        path = tmp_path / "counted.yaml"
        path.write_text(text, encoding="utf-8")
        return tell(f"check {path} --json").document["size"]["suppositions"]

    alone = ADVISED[: ADVISED.index("policies:")]
    assert count(alone) == 0
    assert count(ADVISED) == 4  # nothing held, two policies, one more single lever
