"""What a text on methods is made of: chapters of paragraphs, displayed formulas and tables, with citations by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.report.methods.mathematics import Formula


@dataclass(frozen=True, slots=True)
class Cite:
    """A reference to the literature, by its key in :data:`detente.report.methods.literature.WORKS`."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Text as a file or a command has it."""

    text: str


Part = str | Formula | Cite | Code


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences with formulas and citations among them."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Display:
    """A formula on a line of its own."""

    formula: Formula


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first cell of a row names it."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Part, ...], ...]
    #: shown on demand
    folded: bool = False
    #: what the table spells out
    formula: Formula | None = None


Block = Paragraph | Display | Grid


@dataclass(frozen=True, slots=True)
class Chapter:
    """One step of how the numbers are made."""

    id: str
    title: str
    blocks: tuple[Block, ...]


def say(template: str, *parts: Part) -> Paragraph:
    """A paragraph from a text with ``{}`` where its formulas, citations and codes go, in order."""
    pieces = template.split("{}")
    assert len(pieces) == len(parts) + 1, template
    woven: list[Part] = [pieces[0]]
    for part, text in zip(parts, pieces[1:], strict=True):
        woven += [part, text]
    return Paragraph(tuple(part for part in woven if part != ""))


def cite(*keys: str) -> Cite:
    """A citation of one work or several."""
    return Cite(keys)


def parts_of_block(block: Block) -> Iterator[Part]:
    """Everything a block is made of, in order of reading."""
    if isinstance(block, Paragraph):
        yield from block.parts
    elif isinstance(block, Display):
        yield block.formula
    else:
        if block.formula is not None:
            yield block.formula
        for row in block.rows:
            yield from row


def list_cited(chapters: tuple[Chapter, ...]) -> tuple[str, ...]:
    """The keys of all works cited, each once, in order of first mention."""
    found: dict[str, None] = {}
    for chapter in chapters:
        for block in chapter.blocks:
            for part in parts_of_block(block):
                if isinstance(part, Cite):
                    found |= dict.fromkeys(part.keys)
    return tuple(found)
