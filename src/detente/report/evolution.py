"""Where the states of an evolution stand in its drawing: columns by moves, a row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from detente.report.charts import Spec, plot_evolution, stack_charts
from detente.report.moves import list_names
from detente.report.text import LONGEST_NAME, plain
from detente.scenario.slips import enumerate_words
from detente.solvers.paths import Coalition, Paths
from detente.solvers.reach import compare_levels
from detente.solvers.regions import Region, Regions

Row = dict[str, Any]

#: levers named beside a state, and actors or levers beside a group
NAMED, SIGNED = 2, 4


@dataclass(frozen=True, slots=True)
class Drawing:
    """Rows for :func:`detente.report.charts.plot_evolution`: states or groups, and the moves between them."""

    #: ``x`` the column, ``y`` the row (from 0 down), ``number`` among the ways, ``lines`` of words, ``size``
    states: tuple[Row, ...]
    #: ``x, y, x2, y2``, ``mover``, ``joint``, ``count``
    moves: tuple[Row, ...]
    #: what stands above the words
    heading: str


def draw(paths: Paths) -> Spec:
    """The evolution as one picture: the states, and below them, where those are not all, all of them in groups."""
    drawings = [lay_out(paths)]
    if paths.evolution.regions is not None:
        drawings.append(lay_out_regions(paths.evolution.regions, list_names(paths.game)))
    return stack_charts([plot_evolution(item.states, item.moves, item.heading) for item in drawings])


def lay_out(paths: Paths) -> Drawing:
    """The states of an evolution and the moves between them.

    A state has its number among the ways (empty for one passed through), and what changed on the way in. A joint move
    leads from the start straight to its end, in the first column below all that improvements reach.
    """
    names = list_names(paths.game)
    numbers = {way.cell: str(k) for k, way in enumerate(paths.ways, start=1)}
    columns = dict(zip(paths.evolution.cells, paths.evolution.columns, strict=True))
    joint = {way.cell: way.coalitions[0] for way in paths.ways if way.coalitions}
    sources: dict[int, list[int]] = {cell: [paths.start] for cell in joint}
    for move in paths.evolution.moves:
        sources.setdefault(move.cell, []).append(move.source)
    rows = _find_rows(columns, sources)
    rows |= {cell: len(rows) + place for place, cell in enumerate(joint)}
    columns |= dict.fromkeys(joint, 1)
    states = [
        {
            "x": column,
            "y": rows[cell],
            "number": numbers.get(cell, ""),
            "lines": _label(paths, sources.get(cell, [cell])[0], cell),
            "size": 1,
        }
        for cell, column in columns.items()
    ]

    def join(source: int, cell: int, mover: str, together: Coalition | None = None) -> Row:
        ends = {"x": columns[source], "y": rows[source], "x2": columns[cell], "y2": rows[cell]}
        return {**ends, "mover": mover, "joint": together is not None, "count": 1}

    moves = [join(move.source, move.cell, names[move.actor]) for move in paths.evolution.moves]
    moves += [
        join(paths.start, cell, f"together: {enumerate_words([names[k] for k in item.members])}", item)
        for cell, item in joint.items()
    ]
    return Drawing(tuple(states), tuple(moves), "moves from the start")


def lay_out_regions(regions: Regions, actors: Sequence[str]) -> Drawing:
    """The groups of all that improvements reach, each with its equilibria counted; ``actors`` are names, in order."""
    sources: dict[int, list[int]] = {}
    for passage in regions.passages:
        sources.setdefault(passage.target, []).append(passage.source)
    columns = {place: region.column for place, region in enumerate(regions.regions)}
    rows = _find_rows(columns, sources)
    states = [
        {
            "x": region.column,
            "y": rows[place],
            "number": str(region.sought) if region.sought else "",
            "lines": _describe_region(region),
            "size": region.states,
        }
        for place, region in enumerate(regions.regions)
    ]
    moves = [
        {
            "x": columns[passage.source],
            "y": rows[passage.source],
            "x2": columns[passage.target],
            "y2": rows[passage.target],
            "mover": actors[passage.actor],
            "joint": False,
            "count": passage.states,
        }
        for passage in regions.passages
    ]
    told = {"levers": "states: what has moved", "actors": "states: who has moved", "moves": "states"}
    return Drawing(tuple(states), tuple(moves), told[regions.by])


def _find_rows(columns: dict[int, int], sources: dict[int, list[int]]) -> dict[int, int]:
    """Per state its row, column by column, each column ordered by the middle of the states that lead there."""
    rows: dict[int, int] = {}
    for column in sorted(set(columns.values())):
        inside = [cell for cell, at in columns.items() if at == column]
        inside.sort(key=lambda cell: (_middle([rows.get(source, 0) for source in sources.get(cell, [])]), cell))
        rows |= {cell: len(rows) + place for place, cell in enumerate(inside)}
    return rows


def _middle(rows: Sequence[int]) -> float:
    return sum(rows) / len(rows) if rows else 0.0


def _label(paths: Paths, source: int, cell: int) -> list[str]:
    """The levels that a state's first source has otherwise; the start has none."""
    changed = [
        f"{lever}: {plain(new, LONGEST_NAME)}" for lever, (_, new) in compare_levels(paths.game, source, cell).items()
    ]
    more = [f"and {len(changed) - NAMED + 1} more"] if len(changed) > NAMED else []
    return [*changed[: NAMED - len(more)], *more] or ["start"]


def _describe_region(region: Region) -> list[str]:
    """How many states, who has moved or what has changed, and what all of them share."""
    if not region.column:
        return ["start"]
    more = f" +{len(region.moved) - SIGNED}" if len(region.moved) > SIGNED else ""
    moved = f": {', '.join(region.moved[:SIGNED])}{more}" if region.moved else ""
    shared = [f"{lever}: {plain(level, LONGEST_NAME)}" for lever, level in region.shared.items()]
    rest = f" +{len(shared) - 1}" if len(shared) > 1 else ""
    return [f"{region.states:,}{moved}", *(f"{one}{rest}" for one in shared[:1])]
