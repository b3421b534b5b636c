"""Rows about the groups of states that improvements reach: what a drawing of them has no room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detente.report.text import LONGEST_NAME, plain
from detente.solvers.regions import Region, Regions

#: heads of :func:`list_regions`
HEADS = ("moves", "states", "equilibria", "moved", "all have", "states entered, by whom and from which group")


def list_regions(
    regions: Regions, order: Sequence[int], actors: Sequence[str], names: Mapping[str, str]
) -> list[tuple[str, ...]]:
    """A row per group under ``HEADS``, numbered from 1 in the given order of the groups.

    ``actors`` are names in the game's order, ``names`` those of actors and levers by id.
    """
    number = {place: k for k, place in enumerate(order, start=1)}
    return [
        (*_describe(regions.regions[place], names), _list_entries(regions, place, number, actors)) for place in order
    ]


def _describe(region: Region, names: Mapping[str, str]) -> tuple[str, ...]:
    moved = ", ".join(names.get(name, name) for name in region.moved)
    shared = "; ".join(f"{names.get(lever, lever)}: {plain(to, LONGEST_NAME)}" for lever, to in region.shared.items())
    return f"{region.column}", f"{region.states:,}", f"{region.sought:,}", moved or "-", shared or "-"


def _list_entries(regions: Regions, target: int, number: Mapping[int, int], actors: Sequence[str]) -> str:
    """``7 by United States from 1; 3 by South Korea from 2``."""
    found = sorted((item for item in regions.passages if item.target == target), key=lambda item: -item.states)
    return "; ".join(f"{item.states:,} by {actors[item.actor]} from {number[item.source]}" for item in found) or "-"
