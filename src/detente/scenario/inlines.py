"""Markdown inside a paragraph, by markdown-it; each token's ``meta["at"]`` is its place in the paragraph's text."""

from __future__ import annotations

from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType


class _PlacedState(StateInline):
    """Notes where each token starts, and where the text started that waits to become one."""

    began = 0
    #: marks of emphasis pushed at one place, which stand one after the other
    marks = 0

    def append_pending(self, text: str) -> None:
        if not self.pending:
            self.began = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:
        token = super().pushPending()
        token.meta["at"] = self.began
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        before = self.tokens[-2] if len(self.tokens) > 1 else None
        again = before is not None and before.type == ttype == "text" and before.meta.get("from") == self.pos
        self.marks = self.marks + 1 if again else 0
        token.meta |= {"at": self.pos + self.marks, "from": self.pos}
        return token


class PlacedInline(ParserInline):
    """The inline parser over a state that notes places."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """As its parent does."""
        state = _PlacedState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens
