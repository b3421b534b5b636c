"""export: what Storm reads is what the forecast says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import stormpy  # noqa: TID251 - an oracle of the tests

from cli.conftest import Tell
from detente.scenario.model import months_between


def test_storm_reads_the_chain_and_agrees_with_the_forecast(tell: Tell, small: Path) -> None:
    said = tell(f"export {small.name} --format drn")
    assert (said.code, said.err) == (0, "")
    assert said.out == "Wrote small.drn: 4 states, 8 transitions, rates per month\n"
    query = "P(north.noise = off by 2025-06-01)"
    (line,) = tell(f"forecast {small.name} --query '{query}' --json").document["queries"]
    model = stormpy.build_model_from_drn("small.drn")
    months = months_between(date(2024, 11, 7), date(2025, 6, 1))
    (formula,) = stormpy.parse_properties(f'P=? [F<={months} "north_noise_off"]')
    checked = stormpy.model_checking(model, formula)
    assert checked.get_value(model.initial_states[0]) == pytest.approx(line["value"], abs=1e-6)


def test_export_as_json_and_elsewhere(tell: Tell, small: Path) -> None:
    document = tell(f"export {small.name} --format drn --out here.txt --json").document
    assert document == {"file": "here.txt", "format": "drn", "states": 4, "transitions": 8}
    assert Path("here.txt").read_text().startswith("// Written by Detente ")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("small.yaml", 2, 'Command "export" parameter --format requires an argument.'),
        ("small.yaml --format nfg", 2, 'Invalid value "nfg" for --format. Choose from: "drn".'),
        ("korea-2024 --format drn", 2, "The game has "),
        ("small.yaml --format drn --out none/x.drn", 1, "none/x.drn: cannot be written: No such file or directory."),
    ],
)
def test_what_export_refuses(tell: Tell, small: Path, words: str, code: int, sentence: str) -> None:
    assert small.exists()
    said = tell(f"export {words}")
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith(sentence)
