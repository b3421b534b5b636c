"""The parts of a run folder by name: which draws are there, which are missing, which are there twice.

``part-00000016-00000032.parquet`` holds draws 16 to 31.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from detente.errors import RunError

#: of every part, for a shell or an SQL query
PATTERN = "part-*.parquet"
_NAME = re.compile(r"part-(\d{8,})-(\d{8,})\.parquet")
#: phrases of a long list that are printed
SHOWN = 6


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A file of draws ``start`` to ``stop - 1``."""

    start: int
    stop: int
    path: Path


def name_part(start: int, stop: int) -> str:
    """The name of the part that holds draws ``start`` to ``stop - 1``."""
    return f"part-{start:08d}-{stop:08d}.parquet"


def list_parts(folder: Path, draws: int) -> list[Part]:
    """Parts that hold any of the first ``draws`` draws, ascending. Raises RunError when two hold the same draws."""
    parts = []
    for path in folder.glob(PATTERN):
        match = _NAME.fullmatch(path.name)
        if match and int(match[1]) < min(int(match[2]), draws):
            parts.append(Part(int(match[1]), int(match[2]), path))
    parts.sort()
    for one, other in pairwise(parts):
        if other.start < one.stop:
            raise RunError(f"{folder}: {one.path.name} and {other.path.name} hold the same draws. Delete one of them.")
    return parts


def find_gaps(held: Sequence[tuple[int, int]], draws: int) -> list[tuple[int, int]]:
    """What of 0 to ``draws - 1`` is in none of the ascending ranges (start, stop), as ranges."""
    gaps, reached = [], 0
    for start, stop in held:
        if reached < min(start, draws):
            gaps.append((reached, min(start, draws)))
        reached = max(reached, stop)
    return [*gaps, (reached, draws)] if reached < draws else gaps


def refuse_gaps(folder: Path, parts: Sequence[Part], draws: int) -> None:
    """Raises RunError when any of the first ``draws`` draws is in no part, naming the parts that would hold them."""
    gaps = find_gaps([(part.start, part.stop) for part in parts], draws)
    if gaps:
        missing = sum(stop - start for start, stop in gaps)
        raise RunError(
            f"{folder}: {missing} of {draws} draws are missing ({enumerate_some([name_part(*gap) for gap in gaps])}). "
            "Run the same command again: it computes what is missing and keeps the rest."
        )


def enumerate_some(phrases: Sequence[str]) -> str:
    """The first ``SHOWN`` phrases and how many more there are."""
    more = len(phrases) - SHOWN
    return "; ".join(phrases[:SHOWN]) + (f"; and {more} more" if more > 0 else "")
