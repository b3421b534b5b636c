"""Where labels of points stand, so that none covers another, a point, or leaves the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

#: pixels of a letter and of a line of 11-pixel text, a little more than they take
LETTER, LINE = 6.6, 15.0
#: pixels a label keeps from a point
APART = 8.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in pixels from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two rectangles have area in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def measure(self, x: float, y: float) -> float:
        """How far a point is from its nearest edge; 0 inside."""
        return hypot(max(self.left - x, 0.0, x - self.right), max(self.top - y, 0.0, y - self.bottom))

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def place_labels(
    points: Sequence[tuple[float, float]], texts: Sequence[str], size: tuple[float, float], bars: Sequence[Box] = ()
) -> list[Box]:
    """A box for the label of every point inside a picture of ``size`` (width, height), as near to its point as can be.

    Boxes cover no other box and no point; bars (whiskers) only where there is little room. A text must be narrower than
    the picture. Where a picture is so full that nothing is left, a box covers as little as can be.
    """
    taken: list[Box] = []
    dots = [Box(x - APART, y - APART, x + APART, y + APART) for x, y in points]
    for (x, y), text in zip(points, texts, strict=True):
        wide = LETTER * max(len(text), 1)
        best: tuple[float, Box] | None = None
        for box in _list_candidates(x, y, wide, size):
            covered = sum(box.meets(other) for other in taken) + sum(box.meets(dot) for dot in dots)
            cost = 1e4 * covered + 25 * sum(box.meets(bar) for bar in bars) + box.measure(x, y)
            if best is None or cost < best[0]:
                best = cost, box
        assert best is not None, "the picture has room for at least one label"
        taken.append(best[1])
    return taken


def _list_candidates(x: float, y: float, wide: float, size: tuple[float, float]) -> Iterator[Box]:
    """Boxes beside and around a point, and then all over the picture; only those inside it."""
    width, height = size
    spots = [(x + APART, y - LINE / 2), (x - APART - wide, y - LINE / 2)]
    for ring in (4.0, 16.0, 30.0, 46.0):
        for turn in range(16):
            across, down = cos(2 * pi * turn / 16), sin(2 * pi * turn / 16)
            middle = x + across * (ring + APART + wide / 2), y + down * (ring + APART + LINE / 2)
            spots.append((middle[0] - wide / 2, middle[1] - LINE / 2))
    rows, columns = int(height // LINE), 12
    spots += [((width - wide) * k / columns, LINE * row) for row in range(rows) for k in range(columns + 1)]
    for left, top in spots:
        if left >= 0 and top >= 0 and left + wide <= width and top + LINE <= height:
            yield Box(left, top, left + wide, top + LINE)
