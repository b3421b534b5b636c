"""Ways in words, as a tree and as a drawing: what they say is the search's own data."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from detente import api
from detente.report import charts, evolution, groups, moves, ways
from detente.solvers.paths import KINDS

CASES = ["chicken", "cuba-1962", "elmira", "korea-2024", "north-korea-2017", "prisoners-dilemma", "syria-iraq-1975"]


def tell(case: str, **asked: Any) -> str:
    scenario = api.load(case)
    found = api.find_paths(scenario, **asked)
    return "\n".join(
        [*ways.state_counts(found, scenario), *ways.draw_tree(found, scenario), *ways.state_ways(found, scenario)]
    )


def test_the_missiles_leave_cuba() -> None:
    assert (
        tell("cuba-1962")
        == """\
From the status quo to 2 equilibria under SEQ: 2 are reached by improvements.

Improvements, each gaining its mover what stands behind it:
the status quo
└─ United States, Naval blockade of Cuba: no → yes (+0.545)
   └─ Soviet Union, The missiles on Cuba: keep → withdraw (+0.182) [1]
      └─ United States, Naval blockade of Cuba: yes → no (+0.182) [2]

 1. Naval blockade of Cuba: yes; The missiles on Cuba: withdraw
    2 improvements; United States must move first. Worse off at the end: Soviet Union (-0.364).

 2. The missiles on Cuba: withdraw
    3 improvements; United States must move first. Worse off at the end: Soviet Union (-0.182).
    Fewest moves of any kind, 1:
      Soviet Union, The missiles on Cuba: keep → withdraw (-0.182)"""
    )


def test_peace_by_a_joint_move() -> None:
    assert (
        tell("prisoners-dilemma", start="war", to="peace")
        == """\
From row.act: defect; column.act: defect to the status quo.

 1. the status quo
    Only by a joint move of Row and Column:
      Column, column.act: defect → cooperate (-0.667)
      then Row, row.act: defect → cooperate (-0.667)
    Better for both, reachable by neither alone: Row (+0.667) and Column (+0.667) gain by the end."""
    )


def test_what_only_losses_or_nothing_leads_to() -> None:
    assert tell("elmira", to="s8").splitlines()[5:] == [
        "    By legal moves only, 3 at least:",
        "      Local government, Insists on the original order: no → yes (+0.25)",
        "      then Uniroyal, Answer to the control order: delay → accept (-0.75)",
        "      then Ontario Ministry of the Environment, The control order: stands → modified (-0.75)",
        "    Uniroyal and Ontario Ministry of the Environment would have to move without gaining by the move.",
        "    Worse off at the end: Uniroyal (-0.5) and Local government (-0.25).",
    ]
    assert " ".join(tell("elmira", start="s4", to="s1").split()).endswith(
        "Cannot be reached: nobody can turn “The control order” from modified to stands and nobody can turn "
        "“Answer to the control order” from accept to delay."
    )
    assert "only chance can turn" in tell("korea-2024", to="rok_government = successor")


def test_where_one_starts_and_what_is_left_out() -> None:
    said = tell("korea-2024", most=1)
    assert said.splitlines()[0].startswith(
        "From the status quo to 775 equilibria under SEQ: 1 is the start itself; 21 are"
    )
    assert " 1. the status quo\n    Nothing needs to move." in said
    assert said.splitlines()[-2].startswith("And 771 more: 20 are reached by improvements; 4 only by a joint move")
    assert tell("cuba-1962", concept="nash").startswith("From the status quo: there is no equilibrium under Nash")


def test_others_may_begin_elsewhere() -> None:
    said = tell("korea-2024", to="us.drills = scaled and us.tariff = broad")
    assert "1 improvement, United States moving first; North Korea may move first on another path." in said


@pytest.mark.parametrize("case", CASES)
def test_everything_fits_and_every_way_is_told(case: str) -> None:
    lines = tell(case).splitlines()
    assert all(len(line) <= moves.WIDTH for line in lines)
    found = api.find_paths(api.load(case))
    for number, way in enumerate(found.ways, start=1):
        assert sum(line.startswith(f"{number:>2}. ") for line in lines) == 1
        tree = "\n".join(lines).split("\n\n")[1]
        assert (f"[{number}]" in tree) == (way.kind in KINDS[:2]) or not found.evolution.moves


@pytest.mark.parametrize("case", CASES)
def test_the_drawing_has_every_state_and_move(case: str) -> None:
    scenario = api.load(case)
    found = api.find_paths(scenario)
    drawing = evolution.lay_out(found)
    states, arrows = drawing.states, drawing.moves
    joint = [way for way in found.ways if way.kind == "joint"]
    assert len(states) == len(found.evolution.cells) + len(joint)
    assert sorted(row["y"] for row in states) == list(range(len(states)))
    assert [row["x"] for row in states[: len(found.evolution.cells)]] == list(found.evolution.columns)
    assert len(arrows) == len(found.evolution.moves) + len(joint)
    assert all(row["x2"] == row["x"] + 1 for row in arrows)
    numbers = {row["number"] for row in states} - {""}
    assert numbers == {
        str(k) for k, way in enumerate(found.ways, start=1) if way.kind in ("here", "improvements", "joint")
    }
    spec = charts.plot_evolution(states, arrows, drawing.heading)
    svg = charts.render_svg(spec)
    words = [element.text for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert numbers <= set(words)
    assert {row["mover"] for row in arrows} <= set(words)
    assert {line for row in states for line in row["lines"]} <= set(words)
    assert svg == charts.render_svg(spec)


def list_lines(spec: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """The lines of a drawing of an evolution, each as its points."""
    rows = [row for layer in spec["layer"] if layer["mark"]["type"] == "line" for row in layer["data"]["values"]]
    lines: dict[int, list[tuple[float, float]]] = {}
    for row in rows:
        lines.setdefault(row["move"], []).append((row["x"], row["y"]))
    return [lines[k] for k in sorted(lines)]


@pytest.mark.parametrize("case", CASES)
def test_no_line_passes_through_another_state(case: str) -> None:
    scenario = api.load(case)
    found = api.find_paths(scenario)
    drawings = [evolution.lay_out(found)]
    if found.evolution.regions is not None:
        drawings.append(evolution.lay_out_regions(found.evolution.regions, [p.id for p in found.game.actors]))
    for drawing in drawings:
        spec = charts.plot_evolution(drawing.states, drawing.moves, drawing.heading)
        (circles,) = [layer for layer in spec["layer"] if layer["mark"]["type"] == "circle"]
        spots = [(row["x"], row["y"]) for row in circles["data"]["values"]]
        lines = list_lines(spec)
        assert len(lines) == len(drawing.moves)
        for move, ((x1, y1), (lane, _), (_, y2), (x2, _)) in zip(drawing.moves, lines, strict=True):
            places = [k for k, row in enumerate(drawing.states) if (row["x"], row["y"]) == (move["x"], move["y"])]
            assert spots[places[0]] == pytest.approx((x1, y1), abs=0.1)
            assert x1 < lane < x2
            assert all(abs(x - lane) > 3 or not min(y1, y2) - 4 < y < max(y1, y2) + 4 for x, y in spots)


def test_korea_is_drawn_in_groups_that_hold_every_state() -> None:
    found = api.find_paths(api.load("korea-2024"))
    regions = found.evolution.regions
    assert regions is not None
    drawing = evolution.lay_out_regions(regions, [player.name for player in found.game.actors])
    assert sum(row["size"] for row in drawing.states) == regions.states == 139
    assert sum(int(row["number"] or 0) for row in drawing.states) == regions.sought == 22
    assert drawing.states[0]["lines"] == ["start"]
    assert {"7: us", "23: us, dprk"} <= {row["lines"][0] for row in drawing.states}
    assert max(move["count"] for move in drawing.moves) == max(passage.states for passage in regions.passages)
    rows = groups.list_regions(regions, range(len(regions.regions)), [p.name for p in found.game.actors], {})
    assert rows[0] == ("0", "1", "1", "-", "-", "-")
    assert rows[1] == ("1", "7", "3", "us", "-", "7 by United States from 1")
    assert sum(row[5].count(" by ") for row in rows) == len(regions.passages)
    said = ways.state_regions(regions)
    assert said.startswith(
        "Improvements reach 139 states, 22 equilibria among them, in 25 groups by the number of moves"
    )
    svg = charts.render_svg(evolution.draw(found))
    assert "states: who has moved" in svg
    assert "moves from the start" in svg
