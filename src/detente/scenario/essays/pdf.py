"""PDF files to blocks, by pypdf: lines with their places become paragraphs, running heads and notes are left out."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from detente.scenario.essays.essay import LONGEST_ESSAY, Block, LeftOut
from detente.scenario.essays.plain import BULLET, join_lines
from detente.scenario.essays.unreadable import Unreadable

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MOST_PAGES = 200
#: what pypdf unpacks and follows at most, in bytes and in numbers
_BOUNDS: dict[str, Any] = {
    "zlib_maximum_output_length": 16 << 20,
    "lzw_maximum_output_length": 16 << 20,
    "run_length_maximum_output_length": 16 << 20,
    "array_based_stream_maximum_output_length": 16 << 20,
    "stream_parsing_work_maximum_count": 1_000_000,
    "xform_maximum_invocations_per_extraction": 500,
}
#: drawing operations of a page, its forms within forms included
MOST_OPERATIONS = 500_000
#: lines at either end of a page that may be a running head
_EDGE = 4
_STOP = re.compile(r"[.!?:][\"'\u201d\u2019)\]\d]*$")
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.)?\s*[-–|]?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*[-–|]?(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE
)


@dataclass(slots=True)
class Line:
    """A line of a page: where it starts, from the lower left corner in points, and the size of its letters."""

    page: int
    x: float
    y: float
    size: float
    text: str


def read_blocks(content: bytes) -> tuple[list[Block], list[LeftOut]]:
    """Headings and paragraphs. Raises Unreadable."""
    lines = [line for line in _read_lines(content) if line.text.strip()]
    if not lines:
        raise Unreadable("The brief has no text: it may be a scan.", "Run it through character recognition first.")
    running = _find_running(lines)
    left_out = [LeftOut("running head or foot", lines[place].text) for place in sorted(running)]
    lines = [line for place, line in enumerate(lines) if place not in running]
    if not lines:
        raise Unreadable("The brief has no text but running heads.", "Save it as text.")
    body = _body_size(lines)
    kept = [line for line in lines if line.size >= 0.87 * body]
    small = [line for line in lines if line.size < 0.87 * body]
    left_out += [LeftOut("small print", join_lines([item.text for item in part])) for part in _part(small)]
    blocks: list[Block] = []
    for part in _part(kept):
        text = join_lines([line.text for line in part])
        bullet = BULLET.match(text)
        if bullet is not None:
            blocks.append(Block("item", text[bullet.end() :]))
        else:
            heading = part[0].size > 1.08 * body or (len(text.split()) <= 12 and not _STOP.search(text))
            blocks.append(Block("heading" if heading else "paragraph", text))
    return blocks, left_out


def _read_lines(content: bytes) -> list[Line]:
    import pypdf

    # Its remarks on faults it mends are nothing an analyst can act on.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    lines: list[Line] = []
    length = number = 0
    try:
        with pypdf.apply_configuration(**_BOUNDS):
            reader = pypdf.PdfReader(io.BytesIO(content))
            _check(reader)
            for number, page in enumerate(reader.pages, start=1):
                lines += _read_page(page, number)
                length = sum(len(line.text) for line in lines)
                if length > LONGEST_ESSAY:
                    message = f"The brief has more than {LONGEST_ESSAY:,} characters."
                    raise Unreadable(message, "Cut it to the assessment.")
    except Unreadable:
        raise
    except Exception:
        # A hostile file fails pypdf in ways without number.
        place = f"on page {number} " if number else ""
        cure = "Open it in a reader and print it to a new PDF, or save it as text."
        raise Unreadable(f"The brief cannot be read as a PDF file: it is damaged {place}or too large.", cure) from None
    return lines


def _check(reader: PdfReader) -> None:
    # A password that only forbids printing opens with an empty one.
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("The brief is locked by a password.", "Save it without one.")
    if len(reader.pages) > MOST_PAGES:
        raise Unreadable(f"The brief has {len(reader.pages):,} pages.", f"At most {MOST_PAGES} are read: cut it.")


def _read_page(page: PageObject, number: int) -> list[Line]:
    lines: list[Line] = []
    fresh = True
    operations = 0

    def take(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        nonlocal fresh
        # The code that the usual encoding has a bullet for is no character elsewhere.
        for place, piece in enumerate(text.replace("\x7f", "\u2022").split("\n")):
            fresh = fresh or place > 0
            if not piece.strip() and fresh:
                continue
            if fresh:
                x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                lines.append(Line(number, x, y, size * abs(tm[3] or tm[1]) * abs(cm[3] or cm[1]), piece))
                fresh = False
            else:
                lines[-1].text += piece

    def count(operator: Any, operands: Any, cm: Any, tm: Any) -> None:
        nonlocal operations
        operations += 1
        if operations > MOST_OPERATIONS:
            # pypdf goes on after what fails inside a form, so that the page is judged below.
            raise ValueError

    page.extract_text(visitor_text=take, visitor_operand_before=count)
    if operations > MOST_OPERATIONS:
        raise Unreadable(f"Page {number} of the brief is drawn in too many steps.", "Save it as text.")
    return lines


def _find_running(lines: Sequence[Line]) -> set[int]:
    """Places of lines at the edges of pages that come back on others at their height, or are page numbers."""
    found: Counter[tuple[str, int]] = Counter()
    edges: dict[int, tuple[str, int]] = {}
    pages = [list(group) for _, group in groupby(enumerate(lines), key=lambda pair: pair[1].page)]
    for page in pages:
        heights = sorted({line.y for _, line in page})
        outer = {*heights[:_EDGE], *heights[-_EDGE:]}
        for place, line in page:
            if line.y in outer:
                edges[place] = re.sub(r"\d+", "#", line.text.strip().casefold()), round(line.y)
        found.update({edges[place] for place, _ in page if place in edges})
    return {
        place for place, edge in edges.items() if found[edge] > 1 or _PAGE_NUMBER.fullmatch(lines[place].text.strip())
    }


def _body_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0]


def _part(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines by the paragraph they belong to."""
    steps = [a.y - b.y for a, b in pairwise(lines) if a.page == b.page]
    steps = [step for step in steps if 0 < step < 60]
    # On a page of points most steps lead from one to the next: the close ones are those between lines.
    leading = sorted(steps)[len(steps) // 10] if steps else 0.0
    full = median(len(line.text) for line in lines) if lines else 0
    parts: list[list[Line]] = []
    for place, line in enumerate(lines):
        if place and _goes_on(lines[place - 1], line, leading, full):
            parts[-1].append(line)
        else:
            parts.append([line])
    return parts


def _goes_on(before: Line, line: Line, leading: float, full: float) -> bool:
    """Whether a line belongs to the paragraph of the one before: same letters, no gap, no indent, no early end."""
    if abs(line.size - before.size) > 0.08 * before.size or BULLET.match(line.text.lstrip()):
        return False
    ended = bool(_STOP.search(before.text.rstrip()))
    step = before.y - line.y
    if line.page != before.page or step < 0:
        # A new page or column: a paragraph goes on unless it looks ended.
        return not ended or len(before.text) > 0.9 * full
    if step > 1.25 * leading:
        return False
    return not (line.x > before.x + 0.5 * line.size and ended) and not (ended and len(before.text) < 0.6 * full)
