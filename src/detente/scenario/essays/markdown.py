"""Markdown to blocks, by markdown-it: emphasis, links and pictures become their words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from detente.scenario.essays.essay import Block, BlockKind, LeftOut
from detente.scenario.essays.plain import join_lines, part_lines

if TYPE_CHECKING:
    from markdown_it.token import Token

#: deepest nesting of lists and quotations that is read
_DEEPEST = 20


def read_blocks(text: str) -> tuple[list[Block], list[LeftOut]]:
    """Headings, paragraphs and items; code, raw HTML, tables and the captions of pictures are left out and told."""
    from markdown_it import MarkdownIt

    front = re.match(r"\ufeff?---\n.*?\n---\n", text, re.DOTALL)
    tokens = (
        MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").parse(text[front.end() :] if front else text)
    )
    reader = _Reader()
    if front:
        reader.left_out.append(LeftOut("front matter", front[0]))
    for token in tokens:
        reader.take(token)
    return reader.blocks, reader.left_out


class _Reader:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.left_out: list[LeftOut] = []
        self.kind: BlockKind = "paragraph"
        self.number: int | None = None
        #: lists that are open, each with whether it is numbered
        self.lists: list[bool] = []
        self.table = False

    def take(self, token: Token) -> None:
        """Read one token of the stream."""
        if token.type in ("code_block", "fence", "html_block"):
            self.left_out.append(LeftOut("code" if token.type != "html_block" else "HTML", token.content))
        elif token.type == "heading_open":
            self.kind = "heading"
        elif token.type == "heading_close":
            self.kind = "item" if self.lists else "paragraph"
        elif token.type in ("table_open", "table_close"):
            self.table = token.type == "table_open"
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            self.lists.append(token.type == "ordered_list_open")
            self.kind = "item"
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self.lists.pop()
            self.kind = "item" if self.lists else "paragraph"
        elif token.type == "list_item_open":
            self.number = int(token.info) if self.lists == [True] and token.info.isdigit() else None
        elif token.type == "inline":
            self._take_inline(token)

    def _take_inline(self, token: Token) -> None:
        if self.table:
            if token.content.strip():
                self.left_out.append(LeftOut("table", token.content))
            return
        pictures = [child for child in token.children or () if child.type == "image"]
        self.left_out += [LeftOut("picture", child.content) for child in pictures if child.content.strip()]
        number, self.number = self.number, None
        lines = [line for line in _write(token.children or ()).split("\n") if line.strip()]
        # Buttons and headings of a copied page often cling to the lines of a paragraph.
        for part in part_lines(lines):
            self.blocks.append(Block(self.kind, join_lines(part), number))
            number = None


def _write(children: Sequence[Token]) -> str:
    words: list[str] = []
    for child in children:
        if child.type in ("text", "code_inline"):
            words.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            words.append("\n")
    return "".join(words)
