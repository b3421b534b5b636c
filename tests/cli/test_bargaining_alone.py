"""Commands about levers on a case in which nobody has any: each goes through, and says where it has nothing to tell."""

from __future__ import annotations

import pytest

from cli.conftest import Tell

LINES = {
    "check": "10 actors, nobody has levers: one state\n",
    "stability": "Nobody has levers: there is no other state.\n",
    "stability --coalitions": "Nobody has levers: there is no other state.\n",
    "paths": "Nothing needs to move.\n",
    "explain": "cannot move\n",
    "influence": "Over 1 states alike",
    "inverse --state 'status quo'": "an equilibrium as it is\n",
    "forecast --central --query 'terms(delay, compromise)'": "7.390 ",
    "forecast --times": "100.0 %   48.00  status quo\n",
    "forecast --timeline": "",
    "export --format drn": "1 state, 0 transitions\n",
    "export --format graphml": "1 state, 0 moves\n",
}


@pytest.mark.parametrize("line", LINES)
def test_it_goes_through(tell: Tell, line: str) -> None:
    command, _, options = line.partition(" ")
    said = tell(f"{command} eu-cars-1984 {options}")
    assert said.code == 0, said.err
    assert LINES[line] in said.out


def test_issues_are_counted(tell: Tell) -> None:
    said = tell("check eu-cars-1984")
    assert "1 issue to bargain over: delay (10 stakes)\n" in said.out
    assert tell("check eu-cars-1984 --json").document["issues"] == 1
