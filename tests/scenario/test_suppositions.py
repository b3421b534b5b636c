"""The supposition nearest to an observed event."""

from __future__ import annotations

import pytest

from detente.scenario.reader import loads, parse_query
from detente.scenario.suppositions import suppose_instead

TEXT = """\
detente: 1
title: Suppositions
as_of: 2025-01-01
horizon: 12 months
actors:
  a:
    levers: {x: [low, mid, high], y: [off, on]}
    wants: [{want: x = high, weight: 1}]
  b:
    levers: {z: [in, out]}
    wants: [{want: z = out, weight: 1}]
conditions:
  all: a.x = high and a.y = on
  either: a.x = high or a.y = on
rules:
  - forbid: a.x = mid and b.z = out
"""

ASKED = "P(b.z = out by 2025-06-01 given {})"


@pytest.mark.parametrize(
    ("given", "supposed"),
    [
        ("a.x = high by 2025-03-01", "P(b.z = out by 2025-06-01 | suppose a.x = high)"),
        ("enters a.x = high by 2025-09-01", "P(b.z = out by 2025-06-01 | suppose a.x = high)"),
        ("all by 2025-03-01", "P(b.z = out by 2025-06-01 | suppose a.x = high and a.y = on)"),
        ("a.x >= high by 2025-03-01", "P(b.z = out by 2025-06-01 | suppose a.x = high)"),
        (
            "a.x = high by 2025-03-01 | suppose a.y = on | from b.z = out",
            "P(b.z = out by 2025-06-01 | suppose a.x = high and a.y = on | from b.z = out)",
        ),
        ("either by 2025-03-01", None),
        ("a.x >= mid by 2025-03-01", None),
        ("a.x = high by 2025-03-01 | suppose a.x = low", None),
        ("a.x = high and a.x = low by 2025-03-01", None),
        ("a.x = mid by 2025-03-01 | from b.z = out", None),
    ],
)
def test_levels_of_levers_can_be_imposed(given: str, supposed: str | None) -> None:
    scenario = loads(TEXT)[0]
    found = suppose_instead(parse_query(scenario, ASKED.format(given)), scenario)
    assert (None if found is None else str(found)) == supposed
    if supposed is not None and found is not None:
        assert parse_query(scenario, supposed).expression == found.expression


@pytest.mark.parametrize("text", ["P(b.z = out by 2025-06-01)", "E(a)", "P(b.z = out by 2025-06-01) > 0.5"])
def test_what_is_not_given_is_not_supposed(text: str) -> None:
    scenario = loads(TEXT)[0]
    assert suppose_instead(parse_query(scenario, text), scenario) is None
