"""Reading an essay's file: .txt, .md, .docx or .pdf, untrusted, within stated bounds.

Whatever is wrong with the file is told as an Issue with a cure; nothing of a file that is refused is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from detente.errors import Issue, ScenarioError
from detente.scenario.document import clean
from detente.scenario.essays import docx, markdown, pdf, plain
from detente.scenario.essays.essay import LONGEST_ESSAY, Block, Essay, LeftOut
from detente.scenario.essays.furniture import strip_furniture
from detente.scenario.essays.unreadable import Unreadable

#: bytes of a file that are read
LARGEST_ESSAY_FILE = 20 << 20

Pieces = tuple[list[Block], list[LeftOut]]


def _decode(content: bytes) -> str:
    """Text in UTF-8, or in UTF-16 where the file says so by its mark."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"The brief is not UTF-8 text (line {line}).", "Save it as plain text in UTF-8.") from None
    if len(text) > LONGEST_ESSAY:
        raise Unreadable(f"The brief has more than {LONGEST_ESSAY:,} characters.", "Cut it to the assessment.")
    if "\0" in text:
        raise Unreadable("The brief is not text.", "Save it as plain text in UTF-8.")
    return text


_READERS: Mapping[str, Callable[[bytes], Pieces]] = MappingProxyType(
    {
        ".txt": lambda content: (plain.read_blocks(_decode(content)), []),
        ".md": lambda content: markdown.read_blocks(_decode(content)),
        ".docx": docx.read_blocks,
        ".pdf": pdf.read_blocks,
    }
)
SUFFIXES = tuple(_READERS)


def read_essay(path: Path) -> Essay:
    """The essay in a file, without page furniture. Raises ScenarioError."""
    try:
        read = _READERS.get(path.suffix.lower())
        if read is None:
            raise Unreadable(f"A brief is a file of one of the kinds {', '.join(SUFFIXES)}.", "Save the essay as one.")
        with path.open("rb") as file:
            content = file.read(LARGEST_ESSAY_FILE + 1)
        if len(content) > LARGEST_ESSAY_FILE:
            raise Unreadable(f"The brief has more than {LARGEST_ESSAY_FILE:,} bytes.", "Cut it, or save it as text.")
        blocks, left_out = read(content)
        return _assemble(blocks, left_out)
    except Unreadable as error:
        raise ScenarioError([Issue(str(path), 0, 0, "", error.message, error.cure)]) from None
    except OSError as error:
        raise ScenarioError([Issue(str(path), 0, 0, "", f"The brief cannot be read: {error.strerror}.")]) from None


def _assemble(blocks: list[Block], left_out: list[LeftOut]) -> Essay:
    tidied = [Block(block.kind, " ".join(clean(block.text).split()), block.number) for block in blocks]
    if sum(len(block.text) for block in tidied) > LONGEST_ESSAY:
        raise Unreadable(f"The brief has more than {LONGEST_ESSAY:,} characters.", "Cut it to the assessment.")
    kept, furniture = strip_furniture([block for block in tidied if block.text])
    if not any(block.kind != "heading" for block in kept):
        raise Unreadable("The brief has no sentences.", "A scan has pictures only: save the text itself.")
    told = [LeftOut(piece.what, " ".join(clean(piece.text).split())) for piece in (*left_out, *furniture)]
    return Essay(tuple(kept), tuple(told))
