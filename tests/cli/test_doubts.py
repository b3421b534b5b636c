"""The claims command with a doubt: echo and placebo, in text and as JSON."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Tell

CAUSAL = """\
  - id: helped
    text: Leaflets down, the North is likelier to fall silent
    about: P(north.noise = off on 2025-06-01)
    cause: {on: south.leaflets = off, effect: raises}
  - id: needed
    text: Peace needs both
    about: P(north.noise = off and south.leaflets = off by 2025-06-01)
    requires: south.leaflets = off
"""


def test_claims_tell_what_is_forced_and_what_speaks_against_them(tell: Tell, small: Path) -> None:
    small.write_text(small.read_text(encoding="utf-8") + CAUSAL, encoding="utf-8")
    said = tell(f"claims {small.name}")
    assert said.code == 0, said.err
    assert "with south.leaflets = off" in said.out
    assert "≡ needed: assumed" in said.out
    assert "Assumed, not derived: no state that the rules allow has the one without the other." in " ".join(
        said.out.split()
    )
    assert "The most plausible draw that says otherwise, number " in said.out
    assert all(len(line) <= 100 for line in said.out.splitlines())
    document = tell(f"claims {small.name} --json").document
    assert set(document["wording"]) >= {"supported", "too_sure", "too_shy", "wrong_side"}
    helped = next(claim for claim in document["claims"] if claim["id"] == "helped")
    assert helped["intervention"]["kind"] == "raises"
    assert "echoes" not in document


def test_echo_and_placebo_on_demand(tell: Tell, small: Path) -> None:
    tell(f"run {small.name} --draws 16 --out home")
    said = tell("claims home --claim silence --echo --draws 4 --placebo 3")
    assert said.code == 0, said.err
    text = " ".join(said.out.split())
    assert "Echo: without The North's want “noise = off” it is" in text
    assert "in the first 4 draws" in text
    assert "of 3 random preferences give the verdict" in text
    document = tell("claims home --claim silence --echo --draws 4 --placebo 3 --json").document
    (echo,) = document["echoes"]
    assert (echo["claim"], echo["draws"], echo["statement"]["inputs"]) == ("silence", 4, ["north.pride"])
    (placebo,) = document["placebos"]
    assert (placebo["claim"], placebo["preferences"]) == ("silence", 3)


def test_a_claim_that_no_want_says_is_told_so(tell: Tell, small: Path) -> None:
    apart = "  - id: apart\n    text: The two want different things\n    about: divergence(north south) > 0.1\n"
    small.write_text(small.read_text(encoding="utf-8") + apart, encoding="utf-8")
    tell(f"run {small.name} --draws 8 --out home")
    text = " ".join(tell("claims home --claim apart --echo").out.split())
    assert "Echo: no single want says it directly." in text


def test_draws_are_of_the_echo_test(tell: Tell, small: Path) -> None:
    said = tell(f"claims {small.name} --draws 4")
    assert said.code == 2
    assert "--draws is for the echo test. Add --echo, or leave it out." in said.err
