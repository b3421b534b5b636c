"""The drivers command: tables, JSON, swapped draws, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Tell


def narrow(text: str) -> bool:
    return all(len(line) <= 100 for line in text.splitlines())


def test_drivers_of_one_claim_come_with_a_table(tell: Tell, small: Path) -> None:
    tell(f"run {small} --draws 64 --workers 1")
    said = tell(f"drivers {small} --claim silence")
    assert said.code == 0, said.err
    assert said.out.startswith("silence: ")
    assert "input                                    low          high PAWN chance effect (90 %)    rank" in said.out
    assert "sooner" not in said.out
    assert narrow(said.out)
    every = tell(f"drivers {small}")
    assert "Largest effect by PAWN" in every.out
    assert "sooner: " in every.out
    assert narrow(every.out)


def test_drivers_in_json_hold_the_whole_analysis(tell: Tell, small: Path) -> None:
    tell(f"run {small} --draws 64 --workers 1")
    document = tell(f"drivers {small} --claim silence --json").document
    assert document["draws"] == 64
    assert "Pianosi" in document["method"]["index"]
    (claim,) = document["claims"]
    assert claim["id"] == claim["sensitivity"]["claim"] == "silence"
    first = claim["sensitivity"]["influences"][0]
    assert first["rank"] == 1
    assert first["effect_low"] < first["effect"] < first["effect_high"]
    assert {"verdict", "drivers", "flip", "no_flip"} <= claim.keys()


def test_swaps_are_drawn_told_and_read_again(tell: Tell, small: Path) -> None:
    said = tell(f"drivers {small} --sobol 16 --by actor --claim silence --out swaps --workers 1")
    assert said.code == 0, said.err
    assert "16 rows, seed 0, each solved 4 times (2 groups): 64 draws, kept in swaps" in said.err
    assert "Shares of the variance over 16 rows, seed 0; inputs by actor" in said.out
    assert "settled" not in said.out
    assert narrow(said.out)
    again = tell("drivers swaps")
    assert again.out == said.out
    document = tell("drivers swaps --json").document
    assert [index["group"] for index in document["claims"][0]["indices"]] in (["north", "south"], ["south", "north"])
    assert tell("verify swaps --draws 2").code == 0
    assert tell("runs .").out.count("swaps") == 1


def test_the_folder_of_swaps_says_what_it_is_about(tell: Tell, small: Path) -> None:
    said = tell(f"drivers {small} --sobol 2 --claim silence --workers 1")
    assert "-sobol-input-silence" in said.err
    assert "-sobol-input\n" in tell(f"drivers {small} --sobol 2 --workers 1").err


@pytest.mark.parametrize("option", ["--by actor", "--seed 3", "--out there"])
def test_options_of_swaps_alone_are_refused(tell: Tell, small: Path, option: str) -> None:
    said = tell(f"drivers {small} {option}")
    assert said.code == 2
    assert "Say how many with --sobol." in said.err
    assert option.split(maxsplit=1)[0] in said.err


@pytest.mark.parametrize("command", ["drivers {} --claim silense", "drivers {} --sobol 4 --claim silense"])
def test_an_unknown_claim_is_named_with_its_cure(tell: Tell, small: Path, command: str) -> None:
    said = tell(command.format(small))
    assert said.code == 2
    assert "There is no claim 'silense'. Did you mean 'silence'?" in said.err


def test_a_run_of_swaps_is_no_run_of_claims(tell: Tell, small: Path) -> None:
    tell(f"drivers {small} --sobol 2 --claim silence --out swaps --workers 1")
    said = tell("claims swaps")
    assert said.code == 1
    assert "See them with: detente drivers swaps" in said.err


def test_a_row_alone_has_no_variance(tell: Tell, small: Path) -> None:
    assert tell(f"drivers {small} --sobol 1").code == 2
