"""The brief's own text as lines of a Word file, each quote marked where it stands.

A quote is set in the style of its verdict, the range of its word is set in behind the word, and the verdict's mark and
a footnote end it. Where quotes overlap, the style is that of the innermost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from detente.findings.findings import ClaimFinding, Verdict
from detente.report.stretches import Item, Stretch
from detente.report.text import MARKS, plain
from detente.report.word.blocks import Block, Inline, Line, Note, Sheet, Span
from detente.report.word.styles import CODE, OTHER, QUOTES, RANGE, RULE
from detente.scenario.manuscript import Edge

#: levels of lists that Word has styles for
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """What is set behind a claim's quote, and how the quote looks."""

    claim: ClaimFinding
    note: Note

    @property
    def style(self) -> str:
        """The character style of its verdict."""
        return QUOTES.get(self.claim.verdict, OTHER)


def mark_brief(items: Sequence[Item], marks: Mapping[int, Mark]) -> tuple[Block, ...]:
    """The brief in order, its quotes by the numbers of their marks.

    A heading of level 1 becomes one of level 2, for the file has headings of its own.
    """
    walk = _Walk(marks)
    for item in items:
        walk.take(item)
    return tuple(walk.blocks)


@dataclass(slots=True)
class _Walk:
    """One pass over a brief."""

    marks: Mapping[int, Mark]
    blocks: list[Block] = field(default_factory=list)
    line: list[Inline] = field(default_factory=list)
    #: elements that are open
    open: list[Edge] = field(default_factory=list)
    #: numbered lists seen, and those that are open; whether the open item's first paragraph is still to come
    lists: int = 0
    held: list[int] = field(default_factory=list)
    fresh: bool = False
    rows: list[tuple[tuple[Inline, ...], ...]] = field(default_factory=list)
    cells: list[tuple[Inline, ...]] = field(default_factory=list)

    def take(self, item: Item) -> None:
        """Go on by one edge or stretch."""
        if isinstance(item, Stretch):
            self.line += self._dress(item)
        elif item.opens:
            self._open(item)
        else:
            self._close(item)

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

    def _dress(self, stretch: Stretch) -> Iterator[Inline]:
        """The words in their style, with what is set in behind them."""
        kinds = {edge.element for edge in self.open}
        style = self.marks[stretch.quotes[-1]].style if stretch.quotes else ""
        words = plain(stretch.text, len(stretch.text))
        yield Span(words, style, "strong" in kinds, bool(kinds & {"emphasis", "code"}))
        if stretch.bracket:
            yield Span(f" {stretch.bracket}", RANGE)
        for number in stretch.ends:
            mark = self.marks[number]
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
