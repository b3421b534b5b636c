"""docs/forecast.md: its example is run as it stands, and its constants are the code's own."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from detente.game.calendar import GROWTH, SHARE, WIDEST
from detente.game.size import ROW_BYTES, SLICE_BYTES, SOLVED_BYTES, SOLVING_BYTES
from detente.solvers import branching, card, conduct, jumps
from detente.solvers.occupation import SHOWN

PAGE = (Path(__file__).parents[2] / "docs/forecast.md").read_text(encoding="utf-8")


def test_the_example_prints_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "docs/forecast.md", "exec"), {})
    assert capsys.readouterr().out == shown


def test_the_constants_are_the_code_s_own() -> None:
    flat = " ".join(PAGE.split())
    assert f"by more than {conduct.TOLERANCE:g} by that estimate" in flat
    assert f"no step is longer than {conduct.REACH:g} over the sum of all rates" in flat
    assert f"below a {1 / conduct.FLOOR:.0f}th of that" in flat
    assert f"cut off below $10^{{{round(np.log10(branching.TAIL))}}}$" in flat
    assert f"has looked into {branching.MOST_SEARCHED:,} beginnings stops" in flat
    assert f"the {SHOWN} with most".replace("10", "ten") in flat
    assert f"Alternatives below {card.LEAST:.0%}".replace("%", " %") in flat
    assert f"at most $10^{{{round(np.log10(jumps.TAIL))}}}$ of the weight is left out" in flat
    assert f"about {SOLVING_BYTES} bytes per state and actor while behaviour is solved" in flat
    assert f"then {SOLVED_BYTES} bytes per state and actor and {ROW_BYTES} per state and column" in flat
    assert f"Phases add {SLICE_BYTES} bytes per state and actor for every slice" in flat
    assert WIDEST == 0.5
    assert "slices of at most half a month" in flat
    assert f"the last slice is at most {SHARE:g} of the shortest foresight" in flat
    assert f"each before it at most {1 + GROWTH:g} times as long" in flat
