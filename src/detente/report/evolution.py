"""Where the states of an evolution stand in its drawing: columns by moves, slots so that few lines cross."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from detente.report.text import LONGEST_NAME, plain
from detente.scenario.slips import enumerate_words
from detente.solvers.paths import Coalition, Paths
from detente.solvers.reach import compare_levels

Row = dict[str, Any]

#: levers named beside a state
NAMED = 3


def lay_out(paths: Paths) -> tuple[list[Row], list[Row]]:
    """Rows for :func:`detente.report.charts.plot_evolution`: the states, then the moves.

    A state has its place, its number among the ways (empty for one passed through), and what changed on the way in.
    A joint move leads from the start straight to its end, in the first column below all that improvements reach.
    """
    names = [plain(player.name, LONGEST_NAME) for player in paths.game.actors]
    numbers = {way.cell: str(k) for k, way in enumerate(paths.ways, start=1)}
    columns = dict(zip(paths.evolution.cells, paths.evolution.columns, strict=True))
    joint = {way.cell: way.coalitions[0] for way in paths.ways if way.coalitions}
    sources: dict[int, list[int]] = {cell: [paths.start] for cell in joint}
    for move in paths.evolution.moves:
        sources.setdefault(move.cell, []).append(move.source)
    slots = _find_slots(columns, sources)
    lowest = max(slots.values())
    slots |= {cell: lowest + place for place, cell in enumerate(joint, start=1)}
    columns |= dict.fromkeys(joint, 1)
    states = [
        {
            "x": column,
            "y": -slots[cell],
            "number": numbers.get(cell, ""),
            "label": _label(paths, sources.get(cell, [cell])[0], cell),
        }
        for cell, column in columns.items()
    ]

    def join(source: int, cell: int, mover: str, together: Coalition | None = None) -> Row:
        ends = {"x": columns[source], "y": -slots[source], "x2": columns[cell], "y2": -slots[cell]}
        return {**ends, "mover": mover, "joint": together is not None}

    moves = [join(move.source, move.cell, names[move.actor]) for move in paths.evolution.moves]
    moves += [
        join(paths.start, cell, f"together: {enumerate_words([names[k] for k in item.members])}", item)
        for cell, item in joint.items()
    ]
    return states, moves


def _find_slots(columns: dict[int, int], sources: dict[int, list[int]]) -> dict[int, float]:
    """Per state its height, column by column, each near the middle of the states that lead to it."""
    slots: dict[int, float] = {}
    for column in sorted(set(columns.values())):
        inside = [cell for cell, at in columns.items() if at == column]
        inside.sort(key=lambda cell: (_middle([slots.get(source, 0.0) for source in sources.get(cell, [])]), cell))
        for place, cell in enumerate(inside):
            slots[cell] = place - (len(inside) - 1) / 2
    return slots


def _middle(heights: Sequence[float]) -> float:
    return sum(heights) / len(heights) if heights else 0.0


def _label(paths: Paths, source: int, cell: int) -> str:
    """The levels that a state's first source has otherwise; the start has none."""
    changed = [
        f"{lever}: {plain(new, LONGEST_NAME)}" for lever, (_, new) in compare_levels(paths.game, source, cell).items()
    ]
    more = [f"and {len(changed) - NAMED} more"] if len(changed) > NAMED else []
    return "\n".join([*changed[:NAMED], *more]) or "start"
