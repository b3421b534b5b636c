"""PRIM, the patient rule induction method: a box of the inputs in which cases of interest lie close together.

Bump hunting (Friedman & Fisher 1999) as scenario discovery uses it (Bryant & Lempert 2010):

1. *Peel*: of all ways to cut a twentieth of the box's cases off one side of a number, or one reading off a choice, take
   the one that raises the share of cases of interest most for each case cut off (the lenient criterion, which treats
   numbers and readings alike: Kwakkel & Jaxa-Rozen 2016); fewer restricted inputs, then the input's name, decide ties.
   Go on while that share rises and enough cases are left. The boxes passed on the way are the trajectory.
2. *Paste*: give back a twentieth, or a single case, where that raises the share most for each case, while it does.
3. The *quasi-p value* of a restriction is the binomial chance of the box holding so many cases of interest if the share
   inside were that of the box without this restriction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.findings.flips import shortest_between

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: share of a box's cases that one peel or paste moves
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Table:
    """Cases (n, p): numbers, readings as their index; NaN where an input does not count, which no bound admits."""

    values: Floats
    #: bool (n,): the cases of interest
    hits: Bools
    #: per input its name, and whether it is a choice of reading
    names: tuple[str, ...]
    choices: tuple[bool, ...]

    def select(self, rows: Bools) -> Table:
        """Some of the cases."""
        return replace(self, values=self.values[rows], hits=self.hits[rows])


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box: per restricted number (low, high), half-open; per restricted choice the readings left out."""

    #: by place, sorted
    spans: tuple[tuple[int, float, float], ...] = ()
    #: (place, reading), sorted
    without: tuple[tuple[int, float], ...] = ()

    @property
    def places(self) -> tuple[int, ...]:
        """The restricted inputs."""
        return tuple(sorted({place for place, *_ in self.spans} | {place for place, _ in self.without}))

    def inside(self, values: Floats) -> Bools:
        """Which cases lie inside, shape (n,)."""
        answer = np.ones(len(values), dtype=np.bool_)
        for place, low, high in self.spans:
            answer &= (values[:, place] >= low) & (values[:, place] < high)
        for place, reading in self.without:
            answer &= values[:, place] != reading
        return answer

    def span(self, place: int) -> tuple[float, float]:
        """The bounds of a number, infinite where it is open."""
        return next(((low, high) for k, low, high in self.spans if k == place), (-np.inf, np.inf))

    def bound(self, place: int, low: float, high: float) -> Bounds:
        """The same with other bounds of a number."""
        others = [span for span in self.spans if span[0] != place]
        new = [(place, low, high)] if np.isfinite(low) or np.isfinite(high) else []
        return replace(self, spans=tuple(sorted(others + new)))

    def exclude(self, place: int, reading: float) -> Bounds:
        """The same without one more reading."""
        return replace(self, without=tuple(sorted({*self.without, (place, reading)})))

    def include(self, place: int, reading: float) -> Bounds:
        """The same with a reading given back."""
        return replace(self, without=tuple(pair for pair in self.without if pair != (place, reading)))

    def free(self, place: int) -> Bounds:
        """The same with one input unrestricted."""
        return Bounds(
            tuple(span for span in self.spans if span[0] != place),
            tuple(pair for pair in self.without if pair[0] != place),
        )


def peel(table: Table, least: float) -> list[Bounds]:
    """The boxes on the way down, the open one first; none holds less than the share ``least`` of all cases."""
    box = Bounds()
    boxes = [box]
    rows = np.ones(len(table.hits), dtype=np.bool_)
    while True:
        best: tuple[float, int, str, Bounds, Bools] | None = None
        size, share = int(rows.sum()), float(table.hits[rows].mean())
        for name, candidate, kept in _propose_peels(table, box, rows):
            left = int(kept.sum())
            if not left or left == size:
                continue
            gain = round((float(table.hits[kept].mean()) - share) / (size - left) * size, 9)
            if best is None or (-gain, len(candidate.places), name) < best[:3]:
                best = (-gain, len(candidate.places), name, candidate, kept)
        if best is None or -best[0] <= 0 or best[4].mean() < least:
            return boxes
        box, rows = best[3], best[4]
        boxes.append(box)


def _propose_peels(table: Table, box: Bounds, rows: Bools) -> Iterator[tuple[str, Bounds, Bools]]:
    for place, name in enumerate(table.names):
        column = table.values[:, place]
        there = column[rows]
        there = np.sort(there[~np.isnan(there)])
        if table.choices[place]:
            for reading in np.unique(there):
                candidate = box.exclude(place, float(reading))
                yield f"{name} {reading:g}", candidate, rows & (column != reading)
            continue
        if not len(there) or there[0] == there[-1]:
            continue
        low, high = box.span(place)
        # At least one case goes, and with it all that are its equals.
        count = int(ALPHA * (len(there) - 1))
        first = int(np.searchsorted(there, there[count], side="right"))
        cut = shortest_between(float(there[first - 1]), float(there[first]))
        yield f"{name} low", box.bound(place, cut, high), rows & (column >= cut)
        last = int(np.searchsorted(there, there[-1 - count], side="left"))
        if last:
            cut = shortest_between(float(there[last - 1]), float(there[last]))
            yield f"{name} high", box.bound(place, low, cut), rows & (column < cut)


def paste(table: Table, box: Bounds) -> Bounds:
    """Give back what only made it smaller, a twentieth of the box or a single case at a time."""
    while True:
        rows = box.inside(table.values)
        size, share = int(rows.sum()), float(table.hits[rows].mean())
        best: tuple[float, str, Bounds] | None = None
        for name, candidate in _propose_pastes(table, box, (1, int(ALPHA * size) + 1)):
            wider = candidate.inside(table.values)
            gain = round((float(table.hits[wider].mean()) - share) / max(1, int(wider.sum()) - size) * size, 9)
            if gain > 0 and (best is None or (-gain, name) < best[:2]):
                best = (-gain, name, candidate)
        if best is None:
            return box
        box = best[2]


def _propose_pastes(table: Table, box: Bounds, counts: Sequence[int]) -> Iterator[tuple[str, Bounds]]:
    for place, reading in box.without:
        yield f"{table.names[place]} {reading:g}", box.include(place, reading)
    for place, low, high in box.spans:
        column = table.values[box.free(place).inside(table.values), place]
        below, above = np.sort(column[column < low]), np.sort(column[column >= high])
        for count in counts:
            if len(below):
                start = max(0, len(below) - count)
                first = int(np.searchsorted(below, below[start], side="left"))
                cut = shortest_between(float(below[first - 1]), float(below[first])) if first else -np.inf
                yield f"{table.names[place]} low {count}", box.bound(place, cut, high)
            if len(above):
                last = int(np.searchsorted(above, above[min(count, len(above)) - 1], side="right"))
                cut = shortest_between(float(above[last - 1]), float(above[last])) if last < len(above) else np.inf
                yield f"{table.names[place]} high {count}", box.bound(place, low, cut)


def find_quasi_p(table: Table, box: Bounds, place: int) -> float:
    """Chance of the box's cases of interest if the restriction on one input did nothing."""
    inside, without = box.inside(table.values), box.free(place).inside(table.values)
    return find_tail(int(table.hits[inside].sum()), int(inside.sum()), float(table.hits[without].mean()))


def find_tail(hits: int, cases: int, share: float) -> float:
    """Chance of at least so many hits among the cases when each is one with this chance (binomial)."""
    from scipy.special import bdtrc

    return 1.0 if hits == 0 else float(bdtrc(hits - 1, cases, share)) if share < 1 else 1.0


def measure(table: Table, box: Bounds) -> tuple[float, float, float]:
    """Coverage, density and mass of a box that is not empty, over cases of which some are of interest."""
    inside = box.inside(table.values)
    hits = int(table.hits[inside].sum())
    return hits / int(table.hits.sum()), hits / int(inside.sum()), float(inside.mean())


def prune(table: Table, box: Bounds, level: float) -> Bounds:
    """Free the inputs whose restriction may be chance, the weakest first."""
    while box.places:
        found = sorted((find_quasi_p(table, box, place), table.names[place], place) for place in box.places)
        if found[-1][0] <= level:
            break
        box = box.free(found[-1][2])
    return box
