"""Plain text to blocks: blank lines part paragraphs, and lines that stand for themselves do."""

from __future__ import annotations

import re

from detente.scenario.essays.essay import Block

#: a line longer than this was not wrapped by anybody: each is a paragraph of its own
_WIDEST_WRAP = 140
#: nobody wraps lines at fewer characters
_SHORTEST_WRAP = 45
_ENDED = re.compile(r"[.!?:;,][\"'\u201d\u2019)\]]*$")
BULLET = re.compile(r"[-*\u2022\u25aa\u2013]\s+(?=\S)")
_OWN_NUMBER = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")
_LONGEST_HEADING = 14
_CUT = re.compile(r"([^\W\d_]{1,40})[-\u00ad\u2010]$")
#: first parts of words that are written with a hyphen
_PREFIXES = (
    *("all", "anti", "co", "cross", "ex", "far", "half", "high", "ill", "inter", "long", "low", "mid", "multi", "non"),
    *("one", "post", "pre", "pro", "quasi", "self", "semi", "short", "so", "two", "three", "well"),
)


def read_blocks(text: str) -> list[Block]:
    """Paragraphs, items and headings of plain text."""
    blocks: list[Block] = []
    for chunk in re.split(
        r"\n[ \t]*(?:\n[ \t]*)+", text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    ):
        blocks += [_block(part) for part in part_lines(chunk.strip("\n").split("\n"))]
    return blocks


def join_lines(lines: list[str]) -> str:
    """Wrapped lines as one; a word cut by a hyphen at the end of its line is mended.

    The hyphen stays where it belongs to the word as far as can be told: before a capital or a digit, after one,
    and in a word that another line of the same text writes with it.
    """
    written = set(re.findall(r"[^\W\d_]+-[^\W\d_]+", " ".join(lines)))
    pieces: list[str] = []
    for line in (line.strip() for line in lines):
        cut = _CUT.search(pieces[-1]) if pieces else None
        rest = re.match(r"[^\W\d_]+", line)
        if cut is None or rest is None:
            pieces += [" ", line] if pieces else [line]
            continue
        kept = rest[0][0].isupper() or cut[1].isupper() or cut[1].casefold() in _PREFIXES
        if not kept and f"{cut[1]}-{rest[0]}" not in written:
            pieces[-1] = pieces[-1][:-1]
        pieces.append(line)
    return "".join(pieces)


def part_lines(lines: list[str]) -> list[list[str]]:
    """Lines without blank lines between them, by the paragraph they belong to."""
    parts: list[list[str]] = []
    alone = True
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        marked = BULLET.match(line.lstrip()) or _OWN_NUMBER.match(line.lstrip())
        wide = len(line) > _WIDEST_WRAP
        loose = _is_loose(line, following) and not (parts and not alone and not _ENDED.search(parts[-1][-1]))
        if alone or marked or wide or loose or re.match(r" {2,}|\t", line):
            parts.append([line])
        else:
            parts[-1].append(line)
        alone = wide or loose
    return parts


def _is_loose(line: str, following: str) -> bool:
    """Whether a line stands for itself, as a heading or a button does: short, without a stop, and not going on."""
    return len(line) <= _SHORTEST_WRAP and not _ENDED.search(line) and not following.lstrip()[:1].islower()


def _block(lines: list[str]) -> Block:
    text = join_lines(lines)
    if found := re.match(r"#{1,6}\s+", text):
        return Block("heading", text[found.end() :])
    if found := BULLET.match(text):
        return Block("item", text[found.end() :])
    if found := _OWN_NUMBER.match(text):
        return Block("item", text[found.end() :], int(found[1]))
    short = len(text.split()) <= _LONGEST_HEADING
    return Block("heading" if short and not _ENDED.search(text) else "paragraph", text)
