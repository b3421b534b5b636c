"""The sentences of an essay, each with the number of its paragraph and its own number in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.scenario.essays.essay import Block, Essay

#: characters that are searched for sentences at a time
_LONGEST_PIECE = 5_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a paragraph, both counted from 1."""

    paragraph: int
    number: int
    text: str

    @property
    def place(self) -> str:
        """As people say it."""
        return f"paragraph {self.paragraph}, sentence {self.number}"


def list_sentences(essay: Essay) -> tuple[Sentence, ...]:
    """Sentences of the paragraphs and items, not of headings.

    Paragraphs have the essay's own numbers where most of them carry one, counting up; what stands before the first
    of these is paragraph 0, and what stands between two belongs to the one before. Else they are counted.
    """
    found: list[Sentence] = []
    place = 0
    for paragraph, block in _number([block for block in essay.blocks if block.kind != "heading"]):
        if not found or found[-1].paragraph != paragraph:
            place = 0
        for text in split_sentences(block.text):
            place += 1
            found.append(Sentence(paragraph, place, text))
    return tuple(found)


def split_sentences(text: str) -> list[str]:
    """Sentences of prose on one line."""
    import sentencex

    sentences: list[str] = []
    parts = (part.strip() for piece in _cut(text) for part in sentencex.segment("en", piece))
    for part in parts:
        # A quotation's own stop is no end when the sentence goes on in lower case.
        if sentences and part[:1].islower():
            sentences[-1] += f" {part}"
        elif part:
            sentences.append(part)
    return sentences


def _cut(text: str) -> Iterator[str]:
    """A long text in pieces, between sentences where it can be: what finds sentences slows with the square of one."""
    while len(text) > _LONGEST_PIECE:
        stop = text.rfind(". ", 0, _LONGEST_PIECE) + 1 or text.rfind(" ", 0, _LONGEST_PIECE) + 1 or _LONGEST_PIECE
        yield text[:stop]
        text = text[stop:]
    yield text


def _number(blocks: list[Block]) -> Iterator[tuple[int, Block]]:
    own = [block.number for block in blocks if block.number is not None]
    if 2 * len(own) <= len(blocks) or own != sorted(set(own)):
        yield from enumerate(blocks, start=1)
        return
    number = 0
    for block in blocks:
        number = block.number if block.number is not None else number
        yield number, block
