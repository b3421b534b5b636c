"""export: what Storm reads is what the forecast says; other formats are written, and what they leave out is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import stormpy  # noqa: TID251 - an oracle of the tests

from cli.conftest import Tell
from detente.scenario.model import months_between


def test_storm_reads_the_chain_and_agrees_with_the_forecast(tell: Tell, small: Path) -> None:
    said = tell(f"export {small.name} --format drn")
    assert (said.code, said.err) == (0, "Rates are per month.\n")
    assert said.out == "Wrote small.drn: 4 states, 8 transitions\n"
    query = "P(north.noise = off by 2025-06-01)"
    (line,) = tell(f"forecast {small.name} --query '{query}' --json").document["queries"]
    model = stormpy.build_model_from_drn("small.drn")
    months = months_between(date(2024, 11, 7), date(2025, 6, 1))
    (formula,) = stormpy.parse_properties(f'P=? [F<={months} "north_noise_off"]')
    checked = stormpy.model_checking(model, formula)
    assert checked.get_value(model.initial_states[0]) == pytest.approx(line["value"], abs=1e-6)


def test_export_as_json_and_elsewhere(tell: Tell, small: Path) -> None:
    document = tell(f"export {small.name} --format drn --out here.txt --json").document
    assert document == {
        "file": "here.txt",
        "format": "drn",
        "states": 4,
        "transitions": 8,
        "remarks": ["Rates are per month."],
    }
    assert Path("here.txt").read_text().startswith("// Written by Detente ")


@pytest.mark.parametrize(
    ("format_", "told"),
    [
        ("gmcr", "2 actors, 2 options, 4 states"),
        ("graphml", "4 states, 8 moves"),
        ("nfg", "2 players, 4 profiles, 0 infeasible profiles"),
    ],
)
def test_what_a_file_leaves_out_is_told(tell: Tell, small: Path, format_: str, told: str) -> None:
    said = tell(f"export {small.name} --format {format_}")
    assert (said.code, said.out) == (0, f"Wrote small.{format_}: {told}\n")
    assert said.err.endswith("Dates, behaviour, the ranges of inputs and 4 claims are not in the file.\n")
    document = tell(f"export {small.name} --format {format_} --json").document
    assert document["remarks"] == said.err.splitlines()
    assert not list(Path().glob(".*"))


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tell: Tell, small: Path) -> None:
    Path("taken.nfg").mkdir()
    said = tell(f"export {small.name} --format nfg --out taken.nfg")
    assert (said.code, said.out) == (1, "")
    assert said.err == "taken.nfg: cannot be written: Is a directory.\n"
    assert not list(Path().glob(".*"))


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("small.yaml", 2, 'Command "export" parameter --format requires an argument.'),
        ("small.yaml --format xls", 2, 'Invalid value "xls" for --format. Choose from: "drn", "gmcr", "graphml", '),
        ("elmira --format nfg", 2, "elmira  moe.order: A .nfg file cannot hold a one-way lever: "),
        ("korea-2024 --format gmcr", 2, "10,240 feasible states and 15 options are too many for a .gmcr file: "),
        ("korea-2024 --format graphml", 2, "The graph has 30,720 states and up to "),
        ("small.yaml --format nfg --out 'a\0b'", 1, "a\ufffdb: cannot be written: the name is none."),
        ("korea-2024 --format drn", 2, "The game has "),
        ("small.yaml --format drn --out none/x.drn", 1, "none/x.drn: cannot be written: No such file or directory."),
    ],
)
def test_what_export_refuses(tell: Tell, small: Path, words: str, code: int, sentence: str) -> None:
    assert small.exists()
    said = tell(f"export {words}")
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith(sentence)
