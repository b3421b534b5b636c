"""The brief's own text as lines of a Word file, each quote marked where it stands.

A quote is set in the style of its verdict, the range of its word is set in behind the word, and the verdict's mark and
a footnote end it. Where quotes overlap, the style is that of the one that starts last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from detente.findings.findings import ClaimFinding, Verdict
from detente.report.text import MARKS, plain, write_word
from detente.report.word.blocks import Block, Inline, Line, Note, Sheet, Span
from detente.report.word.styles import CODE, OTHER, QUOTES, RANGE, RULE
from detente.scenario.manuscript import Edge, Piece, Run

#: levels of lists that Word has styles for
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """A quote's place in the brief's own text, with what is said about it."""

    start: int
    end: int
    claim: ClaimFinding
    note: Note

    @property
    def style(self) -> str:
        """The character style of its verdict."""
        return QUOTES.get(self.claim.verdict, OTHER)

    @property
    def insertion(self) -> str:
        """The range of the claim's word: right behind the word, where the quote has it, in numbers alone."""
        return "" if self.claim.says is None else f" [{write_word(self.claim)}]"


def find_word(mark: Mark, brief: str) -> tuple[int, str] | None:
    """Where in the brief a mark's range goes, and what is inserted there; None when its claim has no word."""
    claim = mark.claim
    if claim.says is None:
        return None
    for word in dict.fromkeys((claim.says, claim.band.word if claim.band else "")):
        quoted = brief[mark.start : mark.end]
        found = re.search(rf"\b{re.escape(word)}\b", quoted, re.IGNORECASE) if word else None
        if found:
            low_high = (
                "no number" if claim.band is None else f"{100 * claim.band.low:.0f}-{100 * claim.band.high:.0f} %"
            )
            return mark.start + found.end(), f" [{low_high}]"
    return mark.end, mark.insertion


def mark_brief(pieces: Sequence[Piece], marks: Sequence[Mark], brief: str) -> tuple[Block, ...]:
    """The brief in order; a heading of level 1 becomes one of level 2, for the file has headings of its own."""
    runs = [piece for piece in pieces if isinstance(piece, Run)]
    placed = [_clip(mark, runs) for mark in marks]
    walk = _Walk(sorted(placed, key=lambda mark: (mark.start, mark.end)), brief)
    for piece in pieces:
        walk.take(piece)
    return tuple(walk.finish())


def _clip(mark: Mark, runs: Sequence[Run]) -> Mark:
    """A mark that ends with the last words in it, and not in what Markdown has behind them."""
    last = max((run.end for run in runs if run.start < mark.end), default=mark.end)
    return replace(mark, end=min(mark.end, last))


@dataclass(slots=True)
class _Walk:
    """One pass over the pieces of a brief."""

    marks: list[Mark]
    brief: str
    blocks: list[Block] = field(default_factory=list)
    line: list[Inline] = field(default_factory=list)
    #: elements that are open
    open: list[Edge] = field(default_factory=list)
    #: of every numbered list seen its place; and whether the item's first paragraph is still to come
    lists: int = 0
    fresh: bool = False
    rows: list[tuple[tuple[Inline, ...], ...]] = field(default_factory=list)
    cells: list[tuple[Inline, ...]] = field(default_factory=list)
    done: set[int] = field(default_factory=set)
    inserts: dict[int, list[str]] = field(default_factory=dict)
    held: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for mark in self.marks:
            place = find_word(mark, self.brief)
            if place is not None:
                self.inserts.setdefault(place[0], []).append(place[1])

    def take(self, piece: Piece) -> None:
        """Go on by one piece."""
        if isinstance(piece, Run):
            self.line += self._cut(piece)
        elif piece.opens:
            self._open(piece)
        else:
            self._close(piece)

    def finish(self) -> list[Block]:
        """What is left, and all blocks."""
        self.line += self._end_quotes(len(self.brief))
        self._flush()
        return self.blocks

    def _open(self, edge: Edge) -> None:
        if edge.element == "numbered list":
            self.lists += 1
            self.held.append(self.lists)
        elif edge.element == "item":
            self.fresh = True
        elif edge.element == "table":
            self.rows = []
        elif edge.element == "row":
            self.cells = []
        self.open.append(edge)

    def _close(self, edge: Edge) -> None:
        if edge.element in ("paragraph", "heading", "code block", "item"):
            self._flush()
        elif edge.element in ("cell", "head cell"):
            self.cells.append(tuple(self.line))
            self.line = []
        elif edge.element == "row":
            self.rows.append(tuple(self.cells))
        elif edge.element == "table" and self.rows:
            self.blocks.append(Sheet(self.rows[0], tuple(self.rows[1:])))
        elif edge.element == "rule":
            self.blocks.append(Line(RULE, ()))
        elif edge.element == "numbered list":
            self.held.pop()
        while self.open and self.open.pop().element != edge.element:
            pass

    def _flush(self) -> None:
        if self.line:
            style, numbered = self._style()
            self.blocks.append(Line(style, tuple(self.line), numbered))
            self.line = []

    def _style(self) -> tuple[str, tuple[int, int] | None]:
        """The style of the paragraph that ends, and its numbered list."""
        kinds = [edge.element for edge in self.open]
        if "heading" in kinds:
            return f"Heading {min(self.open[kinds.index('heading')].number + 1, 9)}", None
        if "code block" in kinds:
            return CODE, None
        lists = [edge for edge in self.open if edge.element in ("list", "numbered list")]
        if lists:
            level = min(len(lists), _DEEPEST)
            suffix = f" {level}" if level > 1 else ""
            if not self.fresh:
                return f"List Continue{suffix}", None
            self.fresh = False
            if lists[-1].element == "list":
                return f"List Bullet{suffix}", None
            return f"List Number{suffix}", (self.held[-1], lists[-1].number)
        return ("Quote" if "quotation" in kinds else "Normal"), None

    def _cut(self, run: Run) -> Iterator[Inline]:
        """A run in parts, cut where a quote starts or ends or a range goes in."""
        cuts = {mark.start for mark in self.marks} | {mark.end for mark in self.marks} | self.inserts.keys()
        yield from self._end_quotes(run.start)
        exact = len(run.text) == run.end - run.start
        inside = sorted(cut for cut in cuts if run.start < cut < run.end) if exact else []
        for start, end in zip([run.start, *inside], [*inside, run.end], strict=True):
            text = run.text[start - run.start : end - run.start] if exact else run.text
            yield self._dress(text, self._style_at(start, end))
            yield from self._end_quotes(end)

    def _style_at(self, start: int, end: int) -> str:
        covering = [mark for mark in self.marks if mark.start < end and mark.end > start]
        return covering[-1].style if covering else ""

    def _dress(self, text: str, style: str) -> Span:
        kinds = {edge.element for edge in self.open}
        return Span(plain(text, len(text)), style, "strong" in kinds, bool(kinds & {"emphasis", "code"}))

    def _end_quotes(self, reached: int) -> Iterator[Inline]:
        """Ranges and marks that are due once the text has been written so far."""
        for place in sorted(place for place in self.inserts if place <= reached):
            yield from (Span(text, RANGE) for text in self.inserts.pop(place))
        for number, mark in enumerate(self.marks):
            if mark.end <= reached and number not in self.done:
                self.done.add(number)
                yield Span(f"\N{NO-BREAK SPACE}{MARKS[mark.claim.verdict]}", mark.style)
                yield mark.note


def tell_marks(used: Sequence[ClaimFinding], meanings: Mapping[Verdict, str]) -> tuple[Block, ...]:
    """A legend of the marks that stand in the text."""
    verdicts = dict.fromkeys(claim.verdict for claim in used)
    return tuple(
        Line(
            "List Bullet",
            (Span(f"{MARKS[verdict]} {verdict}", QUOTES.get(verdict, OTHER)), Span(f": {meanings[verdict]}.")),
        )
        for verdict in verdicts
    )
