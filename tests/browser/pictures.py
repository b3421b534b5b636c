"""A page as a picture in letters: how dark it is, block by block, section by section.

Pictures of a page differ from machine to machine with its typefaces, so no pixel is compared. What is: which sections
there are, in which order, where each stands and how wide, about how high, and about how dark its parts are.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import Page

#: pixels of a block's sides
BLOCK = 32
#: letters from paper to ink; the scale is that of the square root, as most blocks of a text are pale
LETTERS = " .:-=+*#%@"
#: how far a picture may be off: pixels of place and width, share of the height, steps of nine in a band of blocks
PLACE, HEIGHT, DARKNESS = 24, 0.3, 1.5
#: most rows and columns compared; finer than that differs with the typeface
ROWS, COLUMNS = 6, 6

#: the parts of a page, each with a name and its box in CSS pixels
PARTS = """() => [...document.querySelectorAll('header, nav, main > section, main > aside, footer')]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 1)
  .filter(e => !e.parentElement.closest('header, nav, section'))
  .map(e => {
    const box = e.getBoundingClientRect();
    const name = e.getAttribute('aria-labelledby') || e.id || e.tagName.toLowerCase();
    return [name, box.left, box.top + scrollY, box.width, box.height].map(x => x.toFixed ? Math.round(x) : x);
  })"""


@dataclass(frozen=True)
class Part:
    """A section of a page: where it stands and how wide and high it is, in CSS pixels, and a row of letters a block."""

    name: str
    left: int
    width: int
    height: int
    rows: tuple[str, ...]

    def write(self) -> str:
        return "\n".join([f"# {self.name} {self.left} {self.width} {self.height}", *(f"|{row}|" for row in self.rows)])


def take(page: Page) -> tuple[tuple[Part, ...], bytes]:
    """The parts of a page as it stands, and its picture for whoever wants to look."""
    boxes = page.evaluate(PARTS)
    picture = page.screenshot(full_page=True)
    whole = Image.open(io.BytesIO(picture)).convert("L")
    scale = whole.width / page.evaluate("document.documentElement.clientWidth")
    parts = []
    for name, left, top, width, height in boxes:
        shot = whole.crop(tuple(round(scale * edge) for edge in (left, top, left + width, top + height)))
        paper = max(range(256), key=shot.histogram().__getitem__)
        size = max(1, round(width / BLOCK)), max(1, round(height / BLOCK))
        ink = shot.point([abs(value - paper) for value in range(256)]).resize(size, Image.Resampling.BOX)
        cells = [LETTERS[round(9 * (value / 255) ** 0.5)] for value in ink.tobytes()]
        rows = tuple("".join(cells[k : k + size[0]]) for k in range(0, len(cells), size[0]))
        parts.append(Part(name, left, width, height, rows))
    return tuple(parts), picture


def read(text: str) -> tuple[Part, ...]:
    """Parts as :meth:`Part.write` wrote them."""
    parts = []
    for block in text.split("# ")[1:]:
        head, *rows = block.rstrip("\n").split("\n")
        name, *numbers = head.split(" ")
        left, width, height = map(int, numbers)
        parts.append(Part(name, left, width, height, tuple(row[1:-1] for row in rows)))
    return tuple(parts)


def compare(seen: Sequence[Part], known: Sequence[Part]) -> list[str]:
    """What is different, in words; empty when nothing is."""
    names, before = [part.name for part in seen], [part.name for part in known]
    if names != before:
        return [f"the parts are {', '.join(names)}; they were {', '.join(before)}"]
    told = []
    for part, old in zip(seen, known, strict=True):
        if abs(part.left - old.left) > PLACE or abs(part.width - old.width) > PLACE:
            told.append(f"{part.name}: from {part.left} {part.width} wide; was from {old.left} {old.width} wide")
        if abs(part.height - old.height) > max(HEIGHT * old.height, 2 * BLOCK):
            told.append(f"{part.name}: {part.height} high; was {old.height}")
        for what, one, other in (
            ("row", _shrink(part.rows, ROWS), _shrink(old.rows, ROWS)),
            ("column", _shrink(_turn(part.rows), COLUMNS), _shrink(_turn(old.rows), COLUMNS)),
        ):
            told += [
                f"{part.name}: {what} {k + 1} of {len(one)} has darkness {a:.1f}; had {b:.1f} of 9"
                for k, (a, b) in enumerate(zip(one, other, strict=False))
                if abs(a - b) > DARKNESS
            ]
    return told


def _turn(rows: Sequence[str]) -> tuple[str, ...]:
    return tuple("".join(column) for column in zip(*rows, strict=True))


def _shrink(rows: Sequence[str], most: int) -> list[float]:
    """Mean darkness, 0 to 9, of at most so many bands of equal height."""
    bands = min(most, len(rows))
    means = []
    for k in range(bands):
        cells = "".join(rows[len(rows) * k // bands : len(rows) * (k + 1) // bands])
        means.append(sum(LETTERS.index(cell) for cell in cells) / max(1, len(cells)))
    return means
