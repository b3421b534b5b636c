"""What stands around an essay on a page: menus, buttons, lists of other articles, notices, captions, author boxes.

A block is judged by its words and its place; whatever is left out is told with what it was taken for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.scenario.essays.essay import Block, LeftOut

_I = re.IGNORECASE
_PROSE = re.compile(r"[.!?\u2026][\"'\u201d\u2019)\]]*$")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE = rf"(?:\w+day,? )?(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}}|\d{{4}}-\d\d-\d\d)"
_TRADE = (
    r"(?:columnist|journalist|correspondent|reporter|editor|(?:senior |research |visiting |adjunct |distinguished )*fellow|"
    r"(?:\w+ )?professor|lecturer|researcher|analyst|scholar|author|writer|historian|contributor|director|graduate|student)"
)
_PERSON = r"(?:Dr\.? |Prof\.? |Professor )?(?:[A-Z][\w'\u2019.-]+ ){1,4}"

#: what a whole block may be, whatever surrounds it
_WHOLE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("advertisement", re.compile(r"\W*(?:advertis(?:e)?ments?|sponsored(?: content)?|promoted|continue reading below.*|story continues.*)\W*", _I)),
    ("share button", re.compile(
        r"(?:(?:share|tweet|pin|e-?mail|print|save|copy link|link copied|whatsapp|facebook|twitter|x|linkedin|reddit|telegram|"
        r"bluesky|threads|gift(?: this article)?|bookmark|like|comments?|on|via|by|this|article|story|page|post|to|and|with|a|friend|"
        r"your|friends|[|/,\u00b7\u2022])\s*){1,9}", _I)),
    ("follow button", re.compile(r"(?:follow|find|join) (?:us|me|him|her|them|the \w+|@\w+)\b.{0,60}", _I)),
    ("menu", re.compile(
        r"(?:skip to (?:main )?(?:content|navigation)|(?:toggle )?(?:main )?(?:menu|navigation|search)|home|sign (?:in|up|out)|log ?(?:in|out)|"
        r"register|subscribe(?: now| today)?|my account|edition|opinions?|world|politics|business|sports?|culture|about(?: us)?|"
        r"contact(?: us)?|back to (?:top|home)|close|next(?: article| page)?|previous(?: article| page)?|load more|show more|view all|see all|donate)", _I)),
    ("player", re.compile(r"(?:listen|watch|play|pause|hear)(?: to)?(?: this)?(?: article| story| now| live)?(?: \(?\d+:?\d* ?min(?:utes?)?\)?)?", _I)),
    ("reading time", re.compile(r"(?:\w+ )?(?:\d+|one|two|three|five|ten)[- ]min(?:ute)?s?\.?(?: read)?(?: time)?|reading time:? .{1,20}|\d+ words", _I)),
    ("by-line", re.compile(rf"by (?-i:{_PERSON.replace(' )', ',? )')})?(?-i:[A-Z][\w'\u2019-]+)(?:,? and (?-i:[A-Z]).{{1,40}})?(?:(?:,| \||\u00b7) ?.{{1,60}})?", _I)),
    ("date line", re.compile(rf"(?:(?:first |last )?(?:published|updated|posted|modified)(?: on| at)?:? ?)?{_DATE}.{{0,40}}", _I)),
    ("comments", re.compile(r"(?:\d[\d,]* |no |leave a |post a |add a |view |show |all )?(?:comments?|replies|reply)(?: \(\d+\)| closed)?(?: below)?", _I)),
    ("newsletter", re.compile(
        r"(?:sign up|subscribe|register)\b.{0,120}|.{0,60}\b(?:our|free|daily|weekly) newsletters?\b.{0,60}|get .{0,40} (?:in|to) your inbox.{0,30}", _I)),
    ("pointer to another article", re.compile(
        r"\W*(?:read (?:more|also|next)|see also|also read|more (?:on|from|about) \S+.{0,40}|related(?: (?:article|story|content))?|in (?:this|other) (?:section|news)|"
        r"(?:recommended|further) reading)\b ?(?::.{1,140}|\u203a.{0,100})?", _I)),
    ("notice", re.compile(
        r".{0,80}(?:\u00a9|\(c\) ?\d{4}|copyright \d{4}|all rights reserved|terms (?:of (?:use|service)|and conditions)|privacy (?:policy|notice)).{0,160}", _I)),
    ("cookie notice", re.compile(r".{0,200}\bcookies?\b.{0,200}\b(?:accept|consent|experience|agree|settings|preferences|site|website|browser)\b.{0,200}|.{0,60}(?:accept|reject|manage) (?:all )?cookies.{0,60}", _I)),
    ("caption", re.compile(
        r"(?:(?:photo(?:graph)?|image|picture|illustration|graphic|map|credit|caption|figure \d+|fig\. ?\d+|table \d+|chart \d*|source)s?(?: by| credit)?:? .{0,250})"
        r"|.{0,300}(?:\b(?:photo(?:graph)?|image|credit|illustration)s?(?::| by) .{1,60}|(?:Getty Images|/ ?(?:AP|AFP|Reuters|EPA|TNS)\b).{0,30})", _I)),
    ("address", re.compile(r"(?:e-?mail: ?|contact: ?)?(?:\S+@\S+\.\w+|https?://\S+|www\.\S+)", _I)),
    ("views disclaimer", re.compile(r".{0,60}\b(?:views|opinions) (?:expressed|presented|here)\b.{0,200}", _I)),
    ("page number", re.compile(r"(?:page )?\W{0,2}\d{1,4}\W{0,2}(?:(?:of|/) ?\d{1,4})?", _I)),
)  # fmt: skip

#: heads of lists of other articles: what follows is left out up to the next sentence
_LIST_HEAD = re.compile(
    r"(?:the )?(?:most (?:read|popular|commented|viewed|shared|e-?mailed|recent)|trending(?: now)?|latest(?: news| stories| articles)?|"
    r"popular(?: now)?|related (?:articles|stories|content|topics|posts)|related|recommended(?: for you)?|editors?['\u2019]?s? picks?|"
    r"more (?:stories|articles|news|headlines|opinion|from .{1,40})|you (?:may|might) also like|also (?:in|on) .{1,40}|in case you missed it|"
    r"top (?:stories|news)|what to read next|read next|don['\u2019]t miss|topics|tags)(?: in .{1,30})?(?: this week| today)?:?",
    _I,
)
_AUTHOR = re.compile(
    rf"(?:about the authors?:? ?)?(?:the (?:author|writer)|{_PERSON})"
    rf"(?:is|are|was|serves as|works as|teaches|writes|reports|covers)\b.{{0,60}}?(?:\b{_TRADE}\b|\b(?:about|on|for|from|at)\b).{{0,300}}"
)
_AUTHOR_TRADE = re.compile(rf"\b{_TRADE}s?\b|\bwrites (?:about|on|for|from)\b|\breports (?:on|for|from)\b")
_SEPARATORS = re.compile(r"\s(?:[|>\u203a\u00bb\u00b7\u2022/])\s")
#: how near to either end of the essay a box about its author stands, in blocks
_NEAR_END = 6


def strip_furniture(blocks: Sequence[Block]) -> tuple[list[Block], list[LeftOut]]:
    """The blocks of the essay, and what was left out."""
    kept: list[Block] = []
    left_out: list[LeftOut] = []
    listing = False
    last_prose = max((place for place, block in enumerate(blocks) if _is_prose(block)), default=0)
    for place, block in enumerate(blocks):
        if _LIST_HEAD.fullmatch(block.text):
            listing = True
        elif listing and _is_prose(block):
            listing = False
        near = place < _NEAR_END or place >= last_prose - _NEAR_END
        what = "list of other articles" if listing else name_furniture(block, near=near)
        if what:
            left_out.append(LeftOut(what, block.text))
        else:
            kept.append(block)
    return kept, left_out


def name_furniture(block: Block, *, near: bool) -> str:
    """What a block is taken for if it is no part of the essay, else empty; ``near`` an end of it."""
    text = block.text.strip()
    for what, pattern in _WHOLE:
        if len(text) < 500 and pattern.fullmatch(text):
            return "" if what in _SPARING and _is_prose(block) and len(text.split()) > _SPARING[what] else what
    if len(_SEPARATORS.findall(text)) >= 2 and not _PROSE.search(text):
        return "menu"
    if near and _AUTHOR.fullmatch(text) and _AUTHOR_TRADE.search(text):
        return "author box"
    return ""


#: kinds whose pattern a whole sentence could meet by chance, and the words from which on it is taken for a sentence
_SPARING = {"by-line": 7, "date line": 8, "pointer to another article": 14, "newsletter": 24, "caption": 60}


def _is_prose(block: Block) -> bool:
    return bool(_PROSE.search(block.text)) and len(block.text.split()) >= 5 and block.kind != "heading"
