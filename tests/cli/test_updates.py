"""``update`` on the command line: what it prints, JSON, refusals, the continuation."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Tell

RIVALS = """\
    readings:
      dove: {odds: 1, wants: [{id: calm, want: noise = off, weight: 1 to 3}]}
      hawk: {odds: 1, wants: [{id: din, want: noise = on, weight: 1 to 3}]}
"""
EVIDENCE = """\
evidence:
  - {on: 2025-02-01, seen: north.noise = off}
  - {by: 2025-08-01, not_seen: south.leaflets = off}
"""


def add_evidence(small: Path) -> None:
    text = small.read_text("utf-8")
    wants = text[text.index("    wants:\n      - {id: quiet") : text.index("  south:\n")]
    small.write_text(text.replace(wants, RIVALS) + EVIDENCE, "utf-8")


def test_update_tells_observations_readings_matrix_and_claims(tell: Tell, small: Path) -> None:
    add_evidence(small)
    assert tell("run small.yaml --draws 32").code == 0
    said = tell("update small.yaml")
    assert said.code == 0
    assert all(len(line) <= 100 for line in said.out.splitlines())
    for part in (
        "north.noise = off",
        "not by then: south.leaflets = off",
        "The North as dove",
        "Evidence against the readings of The North",
        "posterior",
        "draws count in effect",
    ):
        assert part in said.out
    told = tell("update small.yaml --json").document
    assert [step["place"] for step in told["steps"]] == [0, 1]
    assert told["state"] in ("enough", "too few")
    assert sum(share["posterior"] for share in told["readings"]) == pytest.approx(1)
    prior = tell("claims small.yaml --json").document
    assert [claim["id"] for claim in told["claims"]] == [claim["id"] for claim in prior["claims"]]
    assert "Given the evidence" in tell("claims small.yaml").out


def test_a_date_cuts_and_a_continuation_goes_on(tell: Tell, small: Path) -> None:
    add_evidence(small)
    assert tell("run small.yaml --draws 32").code == 0
    said = tell("update small.yaml --on 2025-03-01 --continue 16 --seed 4")
    assert said.code == 0
    assert "1 later observation of the case is left out" in said.out
    assert "Continued with 16 particles" in said.out
    assert "Exponent 1:" in said.err
    told = tell("update small.yaml --on 2025-03-01 --continue 16 --seed 4 --json").document["tempered"]
    assert (told["particles"], told["seed"], told["levels"][-1]) == (16, 4, 1)
    early = tell("update small.yaml --on 2024-12-01")
    assert "the posterior is the prior" in early.out
    refused = tell("update small.yaml --on 2024-12-01 --continue 16")
    assert refused.code == 1
    assert "nothing to go on with" in refused.err


def test_update_refuses_what_it_cannot_read(tell: Tell, small: Path) -> None:
    add_evidence(small)
    assert tell("run small.yaml --draws 2").code == 0
    for line, wrong in {
        "update small.yaml --on soon": "'soon' is not a day",
        "update small.yaml --actor nort": "There is no actor 'nort'. Did you mean 'north'?",
        "update small.yaml --actor south": "'south' has one reading only. With several: north.",
        "update small.yaml --continue 2": "--continue",
    }.items():
        said = tell(line)
        assert said.code == 2, line
        assert wrong in said.err


def test_a_case_without_evidence_says_so(tell: Tell, small: Path) -> None:
    assert tell("run small.yaml --draws 2").code == 0
    assert "No evidence counts, so the posterior is the prior." in tell("update small.yaml").out
