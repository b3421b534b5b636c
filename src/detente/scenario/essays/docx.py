"""Word files to blocks, by mammoth; page headers, footers and text boxes are not part of the text it reads."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from html.parser import HTMLParser

from detente.scenario.essays.essay import Block, LeftOut
from detente.scenario.essays.unreadable import Unreadable

#: bytes of a Word file once unpacked, and of its text alone; a table of contents may claim less than is there, but
#: zipfile reads no further than it claims
LARGEST_UNPACKED, LARGEST_XML = 200 << 20, 10 << 20
MOST_PARTS = 5_000
_TEXT = (".xml", ".rels")
_DAMAGED = "The brief cannot be read as a Word file: it is damaged, locked by a password, or of another kind."
_SAVE = "Open it in a word processor and save it as .docx or as text."


def read_blocks(content: bytes) -> tuple[list[Block], list[LeftOut]]:
    """Headings, paragraphs and items. Raises Unreadable."""
    _check_size(content)
    import mammoth

    try:
        # The pictures are not looked at.
        images = mammoth.images.img_element(lambda image: {"src": ""})
        html = mammoth.convert_to_html(io.BytesIO(content), convert_image=images, external_file_access=False).value
    except Exception:
        # A hostile file fails mammoth in ways without number.
        raise Unreadable(_DAMAGED, _SAVE) from None
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.blocks, reader.left_out


def _check_size(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            text = sum(part.file_size for part in parts if part.filename.endswith(_TEXT))
            if text <= LARGEST_XML and any(
                b"<!DOCTYPE" in archive.read(part) for part in parts if part.filename.endswith(_TEXT)
            ):
                # No word processor writes one, and entities can be made to grow without end.
                raise Unreadable(_DAMAGED, _SAVE)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError):
        raise Unreadable(_DAMAGED, _SAVE) from None
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST_UNPACKED or text > LARGEST_XML or len(parts) > MOST_PARTS:
        message = f"The brief unpacks to {unpacked:,} bytes in {len(parts):,} parts, {text:,} of them text."
        cure = (
            f"At most {LARGEST_UNPACKED:,} and {LARGEST_XML:,} bytes in {MOST_PARTS:,} parts are read: save it as text."
        )
        raise Unreadable(message, cure)


class _Reader(HTMLParser):
    """The few elements that mammoth writes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.left_out: list[LeftOut] = []
        self.words: list[str] = []
        self.numbers: list[int | None] = []
        self.tables = 0
        self.note = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS or tag in ("ul", "ol"):
            self._end("paragraph")
        if tag in ("ul", "ol"):
            self.numbers.append(0 if tag == "ol" else None)
        elif tag == "table":
            self.tables += 1
        elif tag == "li":
            self.note = any(name == "id" and re.match(r"(foot|end)note", value or "") for name, value in attrs)
            if self.numbers and self.numbers[-1] is not None:
                self.numbers[-1] += 1
        elif tag == "br":
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end(tag)
        elif tag in ("ul", "ol"):
            self._end("li")
            if self.numbers:
                self.numbers.pop()
        elif tag == "table":
            self.tables -= 1

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def _end(self, tag: str) -> None:
        text = " ".join("".join(self.words).split())
        self.words.clear()
        if not text:
            return
        if self.tables > 0:
            self.left_out.append(LeftOut("table", text))
        elif self.note:
            self.left_out.append(LeftOut("note", text))
        elif tag.startswith("h") and tag != "hr":
            self.blocks.append(Block("heading", text))
        elif self.numbers:
            self.blocks.append(Block("item", text, self.numbers[-1] if len(self.numbers) == 1 else None))
        else:
            self.blocks.append(Block("paragraph", text))


_BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr", "table"})
