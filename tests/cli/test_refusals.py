"""Bad input: exit code 2, one line per mistake on standard error, nothing on standard output, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import SMALL, Tell


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("rum korea-2024", 'Unknown command "rum". Did you mean "run"?'),
        ("run korea-2024 --draw 3", "Unknown option: --draw. Did you mean --draws?"),
        ("run korea-2024 --draws many", 'Invalid value for --draws: unable to convert "many" into int.'),
        ("run korea-2024 --draws 0", 'Invalid value "0" for --draws. Must be >= 1.'),
        ("run korea-2024 --seed -1", 'Invalid value "-1" for --seed. Must be >= 0.'),
        ("run korea-2024 --workers 0", 'Invalid value "0" for --workers. Must be >= 1.'),
        ("run korea-2024 --draws 3 --draws 4", "Parameter --draws specified multiple times."),
        ("run korea-2024 twice over", "There is no place for 'twice over'."),
        ("run", 'Command "run" parameter CASE requires an argument.'),
        ("check korea-2024 --memory 0", 'Invalid value "0.0" for --memory. Must be > 0.'),
        ("stability chicken --concept nahs", 'Invalid value "nahs" for --concept. Choose from: "nash"'),
        ("new x --as-of tomorrow", 'Invalid value for --as-of: unable to convert "tomorrow" into date.'),
    ],
)
def test_slips_on_the_command_line(tell: Tell, line: str, sentence: str) -> None:
    said = tell(line)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(sentence)
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("command", ["run", "check", "stability", "explain", "paths", "forecast", "claims", "drivers"])
def test_a_case_that_is_none(tell: Tell, command: str) -> None:
    said = tell(f"{command} korea-2042")
    assert (said.code, said.out) == (2, "")
    assert said.err == "korea-2042  There is no such file, folder or bundled case. Did you mean 'korea-2024'?\n"
    assert not list(Path().iterdir())


@pytest.mark.parametrize("command", ["run", "check", "stability", "explain", "paths", "forecast", "claims", "drivers"])
def test_a_broken_case_tells_every_mistake(tell: Tell, small: Path, command: str) -> None:
    small.write_text(SMALL.replace("noise = off and", "nois = off and").replace("weight: moderate", "weight: moderat"))
    said = tell(f"{command} {small.name}")
    assert (said.code, said.out) == (2, "")
    lines = said.err.splitlines()
    assert len(lines) >= 2
    assert all(line.startswith("small.yaml:") for line in lines)


def test_what_would_act_on_a_terminal_is_taken_out(tell: Tell, small: Path) -> None:
    small.write_text(SMALL.replace("title: Who", 'title: "\\e[31m[bold]Who"'))
    said = tell(f"check {small.name}")
    assert "\x1b" not in said.out + said.err
    if said.code == 0:
        assert "[bold]Who falls silent" in said.out
    said = tell("check '\x1b]0;owned\x07'")
    assert said.code == 2
    assert "\x1b" not in said.err
