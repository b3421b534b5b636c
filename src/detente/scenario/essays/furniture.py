"""What stands around an essay on a page: menus, buttons, lists of other articles, notices, captions, author boxes.

A block is judged by its words and its place; whatever is left out is told with what it was taken for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.scenario.essays.essay import Block, LeftOut
from detente.scenario.essays.triggers import find_triggers

_I = re.IGNORECASE
_PROSE = re.compile(r"[.!?…][\"'”’)\]]*$")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_PARTS = {
    "<share>": r"(?:share|tweet|pin|e-?mail|print|save|copy link|link copied|whatsapp|facebook|twitter|x|linkedin"
    r"|reddit|telegram|bluesky|threads|gift|bookmark|like|comments?|on|via|by|this|article|story|page|post|to|and|with|an?"
    r"|friend|your|friends|[|/,·•])",
    "<date>": rf"(?:\w+day,? )?(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}}"
    r"|\d{4}-\d\d-\d\d)",
    "<minutes>": r"\(?\d+:?\d* ?min(?:utes?)?\)?",
    "<terms>": r"(?:terms (?:of (?:use|service)|and conditions)|privacy (?:policy|notice))",
    "<consent>": r"(?:accept|consent|experience|agree|settings|preferences|site|website|browser)",
    "<name>": r"(?-i:[A-Z])[\w.'’-]+",
    "<title>": r"Dr\.? |Prof\.? |Professor ",
}


def _compile_kinds(table: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    kinds: list[tuple[str, re.Pattern[str]]] = []
    for line in table.strip().splitlines():
        what, _, pattern = line.partition(": ")
        for part, meaning in _PARTS.items():
            pattern = pattern.replace(part, meaning)
        kinds.append((what, re.compile(pattern, _I)))
    return tuple(kinds)


#: what a whole block may be, whatever surrounds it
_WHOLE = _compile_kinds(
    r"""
advertisement: \W*(?:advertis(?:e)?ments?|sponsored(?: content)?|promoted|continue reading below)\W*
share button: (?:<share>\s*){1,9}
follow button: (?:follow|find|join) (?:us|me|him|her|them|@\w+) (?:on|at)\b.{0,60}
menu: skip to (?:main )?(?:content|navigation)|(?:toggle )?(?:main )?(?:menu|navigation|search)|home|back to top
menu: sign (?:in|up|out)|log ?(?:in|out)|register|subscribe(?: now| today)?|my account|edition|donate|close
menu: opinions?|world|politics|business|sports?|culture|about(?: us)?|contact(?: us)?
menu: next(?: article| page)?|previous(?: article| page)?|load more|(?:show|view|see) (?:more|all)
player: (?:listen|watch|play|pause|hear)(?: to)?(?: this)?(?: article| story| now| live)?(?: <minutes>)?
reading time: (?:\w+ )?(?:\d+|one|two|three|five|ten)[- ]min(?:ute)?s?\.?(?: read)?(?: time)?
reading time: reading time:? .{1,20}|\d+ words
by-line: by (?:<title>)?(?:<name> ){0,4}<name>(?:,? and (?:<name> ?){1,4})?(?:(?:,| \|| ·) ?.{1,60})?
date line: (?:(?:first |last )?(?:published|updated|posted|modified)(?: on| at)?:? ?)?<date>.{0,40}
comments: (?:\d[\d,]* |no |leave a |post a |add a |view |show |all )?(?:comments?|replies|reply)(?: \(\d+\)| closed)?
newsletter: (?:sign up|subscribe|register)\b.{0,120}|.{0,60}\b(?:our|free|daily|weekly) newsletters?\b.{0,60}
newsletter: get .{0,40} (?:in|to) your inbox.{0,30}
pointer to another article: \W*(?:read (?:more|also|next)|see also|also read|further reading)\b ?(?:[:›].{1,140})?
pointer to another article: \W*(?:more (?:on|from|about) \S+.{0,40}|related(?: (?:article|story))?) ?(?:[:›].{1,140})?
notice: .{0,80}(?:©|\(c\) ?\d{4}|copyright \d{4}|all rights reserved).{0,160}
notice: .{0,80}\b(?:our|you|your)\b.{0,80}<terms>.{0,160}
legal notice: .{0,80}<terms>.{0,160}
cookie notice: .{0,200}\bcookies?\b.{0,200}\b<consent>\b.{0,200}
cookie notice: .{0,60}(?:accept|reject|manage) (?:all )?cookies.{0,60}
caption: (?:photo(?:graph)?|image|picture|illustration|graphic|map|credit|caption)s?(?: by| credit)?: .{0,250}
caption: (?:figure|fig\.|table|chart|map) ?\d+[.:]? .{0,250}|source: .{0,250}
caption: .{0,300}\b(?:photo(?:graph)?|image|credit|illustration)s?(?:: | by <name>).{0,60}
caption: .{0,300}(?:Getty Images|/ ?(?:AP|AFP|Reuters|EPA|TNS)\b).{0,30}
address: (?:e-?mail: ?|contact: ?)?(?:\S+@\S+\.\w+|https?://\S+|www\.\S+)
views disclaimer: .{0,60}\b(?:views|opinions) (?:expressed|presented|here)\b.{0,120}\b(?:own|author|reflect).{0,120}
page number: (?:page )?\W{0,2}\d{1,4}\W{0,2}(?:(?:of|/) ?\d{1,4})?
"""
)

#: heads of lists of other articles: what follows is left out up to the next sentence
_LIST_HEADS = re.compile(
    r"(?:the )?(?:most (?:read|popular|commented|viewed|shared|e-?mailed|recent)|trending(?: now)?|popular(?: now)?"
    r"|latest(?: news| stories| articles)?|related(?: (?:articles|stories|content|topics|posts))?|recommended for you"
    r"|editors?['’]?s? picks?|more (?:stories|articles|news|headlines|opinion|from .{1,40})|you (?:may|might) also like"
    r"|also (?:in|on) .{1,40}|in case you missed it|top (?:stories|news)|what to read next|read next|don['’]t miss"
    r"|topics|tags)(?: in .{1,30})?(?: this week| today)?:?",
    _I,
)
_TRADE = (
    r"(?:columnist|journalist|correspondent|reporter|editor|fellow|professor|lecturer|researcher|analyst|scholar|author"
    r"|writer|historian|contributor|director|graduate|student)"
)
_AUTHOR = re.compile(
    r"(?:about the authors?:? ?)?(?:the (?:author|writer)|(?:Dr\.? |Prof\.? |Professor )?(?:[A-Z][\w'’.-]+ ){2,4})"
    rf"(?:(?:is|are|was|serves as|works as)\b.{{0,60}}?\b{_TRADE}s?\b|(?:teaches|writes|reports|covers)\b).{{0,300}}"
)
_SEPARATORS = re.compile(r"\s(?:[|>\u203a\u00bb\u00b7\u2022/])\s")
#: how near to either end of the essay a box about its author stands, in blocks
_NEAR_END = 4
#: characters from which on a block is no furniture
_LONGEST = 500


def strip_furniture(blocks: Sequence[Block]) -> tuple[list[Block], list[LeftOut]]:
    """The blocks of the essay, and what was left out."""
    kept: list[Block] = []
    left_out: list[LeftOut] = []
    listing = False
    last_prose = max((place for place, block in enumerate(blocks) if _is_prose(block)), default=0)
    for place, block in enumerate(blocks):
        if _is_prose(block):
            listing = False
        elif _LIST_HEADS.fullmatch(block.text):
            listing = True
        near = place < _NEAR_END or place >= last_prose - _NEAR_END
        what = name_furniture(block, near=near) or ("list of other articles" if listing else "")
        if what:
            left_out.append(LeftOut(what, block.text))
        else:
            kept.append(block)
    return kept, left_out


def name_furniture(block: Block, *, near: bool) -> str:
    """What a block is taken for if it is no part of the essay, else empty; ``near`` an end of it."""
    text = block.text.strip()
    for what, pattern in _WHOLE:
        if len(text) < _LONGEST and pattern.fullmatch(text):
            return "" if what in _SPARING and _is_prose(block) and len(text.split()) > _SPARING[what] else what
    if len(_SEPARATORS.findall(text)) >= 2 and not _PROSE.search(text):
        return "menu"
    if near and len(text) < _LONGEST and _AUTHOR.fullmatch(text) and not any(find_triggers(text)):
        return "author box"
    return ""


#: kinds whose pattern a sentence could meet by chance: a sentence of more words is kept
_SPARING = {
    "by-line": 4,
    "date line": 4,
    "pointer to another article": 4,
    "legal notice": 4,
    "newsletter": 24,
    "caption": 60,
}


def _is_prose(block: Block) -> bool:
    return bool(_PROSE.search(block.text)) and len(block.text.split()) >= 5 and block.kind != "heading"
