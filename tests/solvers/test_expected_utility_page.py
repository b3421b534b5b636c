"""docs/expected-utility.md: its tables are what the model gives, and it names what there is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from detente import api
from detente.ensemble.bargains import draw_tables
from detente.solvers.bargaining.expected_utility import PRESETS, SWITCHES
from detente.solvers.bargaining.models import settle
from detente.solvers.bargaining.stakes import Stakes

PAGE = (Path(__file__).parents[2] / "docs/expected-utility.md").read_text(encoding="utf-8")


def read_rows(*first: str) -> list[list[str]]:
    """The cells of those rows of the page's tables that begin with one of these, without marks."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| `")
    ]
    return [[cell.replace("`", "") for cell in row] for row in rows if row[0].strip("`") in first]


@cache
def lay_cars() -> Stakes:
    (table,) = draw_tables(api.compile(api.load("eu-cars-1984")), 0, 0)
    return table.central


def settle_cars(**switches: str) -> tuple[list[str], bool]:
    """The forecasts of the bundled case, the last one as often as it takes to have eleven; whether it came to rest."""
    found = settle("expected-utility", lay_cars(), switches, track=True)
    assert found.points is not None
    points = found.points[0, :, 0]
    return [f"{x:.2f}" for x in (*points, *[points[-1]] * (11 - len(points)))], bool(found.settled[0])


def test_the_page_s_tables_of_the_car_case() -> None:
    shown = [row for row in read_rows(*PRESETS) if len(row) > 3]
    assert [row[:2] for row in shown] == [[preset, kind] for preset in PRESETS for kind in ("median", "mean")]
    for preset, kind, *points, rests in shown:
        found, rested = settle_cars(preset=preset, forecast=kind)
        assert points == found
        assert rests == ("yes" if rested else "no")
    others = [f"{switch.name}={v}" for switch in SWITCHES[1:-2] for v in switch.values if v != switch.default]
    single = read_rows(*others)
    assert [row[0] for row in single] == others
    for changed, *points in single:
        name, value = changed.split("=")
        assert points == settle_cars(**{name: value})[0][1:]


def test_the_page_names_every_switch_and_preset() -> None:
    rows = [row for row in read_rows(*(switch.name for switch in SWITCHES)) if len(row) == 3]
    assert [row[0] for row in rows] == [switch.name for switch in SWITCHES[1:]]
    for row, switch in zip(rows, SWITCHES[1:], strict=True):
        values = row[1].split(", ")
        assert values == list(switch.values or (switch.default,))
        assert values[0] == switch.default
    presets = [row for row in read_rows(*PRESETS) if len(row) == 3]
    for name, _, sets in presets:
        told = {} if sets == "nothing" else dict(part.split("=") for part in sets.split(", "))
        assert told == PRESETS[name]
