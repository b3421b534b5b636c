"""An essay: its headings and paragraphs in order, and whatever stood around them and was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

#: characters of an essay's text, about 80,000 words; its draft must stay within what a scenario file may hold
LONGEST_ESSAY = 500_000

BlockKind = Literal["heading", "paragraph", "item"]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or an item of a list, on one line."""

    kind: BlockKind
    text: str
    #: the number the essay itself gives it, as in a numbered brief
    number: int | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A piece of the file that is no part of the essay."""

    #: what it was taken for, in a few words
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Essay:
    """The text of an essay, and what was left out of its file."""

    blocks: tuple[Block, ...]
    left_out: tuple[LeftOut, ...] = ()

    def __repr__(self) -> str:
        return f"<Essay of {len(self.blocks)} blocks, {len(self.left_out)} left out>"

    @property
    def title(self) -> str:
        """Its first heading, when it starts with one; else empty."""
        first = self.blocks[0] if self.blocks else None
        return first.text if first is not None and first.kind == "heading" else ""

    @property
    def text(self) -> str:
        """The essay as Markdown, a blank line between blocks."""
        return "".join(f"{_MARKS[block.kind].format(block.number)}{block.text}\n\n" for block in _numbered(self.blocks))

    def count_left_out(self) -> dict[str, int]:
        """How many pieces were left out, by what they were taken for, the most first."""
        return dict(Counter(piece.what for piece in self.left_out).most_common())

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "paragraphs": sum(block.kind != "heading" for block in self.blocks),
            "left_out": [{"what": piece.what, "text": piece.text} for piece in self.left_out],
        }


_MARKS = {"heading": "# ", "paragraph": "", "item": "- ", "numbered": "{}. "}


def _numbered(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block if block.number is None else replace(block, kind="numbered")  # type: ignore[arg-type]
