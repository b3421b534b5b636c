"""Text of conditions and queries to syntax trees, by ``grammar.lark``; every refusal says what was expected where."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Literal

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from detente.scenario.slips import Slip, Slipped, enumerate_words

Start = Literal["condition", "query", "setting", "inputs"]
Syntax = Tree[Token]

LONGEST = 10_000
DEEPEST = 40

#: words of the language, which no name may be
RESERVED = frozenset(
    [
        "after",
        "and",
        "believed",
        "by",
        "every",
        "enters",
        "for",
        "from",
        "given",
        "in",
        "not",
        "of",
        "on",
        "or",
        "suppose",
        "with",
        "within",
        "P",
        "E",
        "stable",
        "value",
        "reachable",
        "divergence",
        "opposed",
        "terms",
    ]
)

_PLAIN_WORDS = {
    "NAME": "a name",
    "INPUT": "the id of an input",
    "LEVEL": "a level",
    "QUOTED": "a level",
    "QUANTITY": "a number",
    "COMPARISON": "'='",
    "CONCEPT": "a stability concept such as SMR",
    "MODEL": "a model such as nash",
    "DATE": "a date such as 2025-07-20",
    "UNIT": "days, weeks, months or years",
    "INTEGER": "a count",
    "NUMBER": "a number",
    "LPAR": "'('",
    "RPAR": "')'",
    "VBAR": "'|'",
    "SEMICOLON": "';'",
    "COMMA": "','",
    "COLON": "':'",
    "EQUAL": "'='",
    "CASE": "the name of a case",
    "$END": "the end",
    **{
        word: f"'{word.strip('_').lower()}'"
        for word in ["_OR", "_AND", "_NOT", "_IN", "_OF", "_ON", "_BY", "_FOR", "_WITHIN"]
    },
}
#: what may start a query
_QUERIES = {"_P", "_E", "_STABLE", "_VALUE", "_REACHABLE", "_DIVERGENCE", "_OPPOSED", "_TERMS"}
_TIMES = {"_ON", "_BY", "_WITHIN"}


@cache
def _grammar() -> Lark:
    text = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    starts = ["condition", "query", "setting", "inputs"]
    return Lark(text, parser="lalr", lexer="contextual", start=starts, propagate_positions=True)


def parse(text: str, start: Start) -> Syntax:
    """Parse a text. Raises Slipped with the place, what was expected and a cure."""
    _check_bounds(text)
    try:
        return _grammar().parse(text, start=start)
    except UnexpectedInput as error:
        raise Slipped(_explain(error, text, start)) from None


def _check_bounds(text: str) -> None:
    if not text.strip():
        raise Slipped(Slip(0, "The text is empty."))
    if len(text) > LONGEST:
        raise Slipped(
            Slip(0, f"The text has {len(text):,} characters; at most {LONGEST:,} are read.", "Name its parts.")
        )
    depth = 0
    for found in re.finditer(r"\(|\)|\bnot\b(?=\s+not\b)", text):
        depth += -1 if found[0] == ")" else 1
        if depth > DEEPEST:
            raise Slipped(Slip(found.start(), f"Brackets are nested more than {DEEPEST} deep.", "Name the parts."))


def _explain(error: UnexpectedInput, text: str, start: Start) -> Slip:
    if isinstance(error, UnexpectedToken):
        offset = len(text.rstrip()) if error.token.type == "$END" else (error.token.start_pos or 0)
        expected = set(error.expected)
    elif isinstance(error, UnexpectedCharacters):
        offset, expected = error.pos_in_stream or 0, set(error.allowed)
    else:
        offset, expected = len(text), set()
    rest = text[offset:]
    here = f"at '{_first_word(rest)}'" if rest else "at the end"
    if (hint := _hint(rest, text[:offset], expected)) is not None:
        return Slip(offset, hint[0].format(here=here), hint[1])
    return Slip(offset, f"The {_KINDS[start]} breaks off {here}.", _expectation(expected))


_KINDS = {"condition": "condition", "query": "query", "setting": "list of levels", "inputs": "list of inputs"}


def _hint(rest: str, before: str, expected: set[str]) -> tuple[str, str] | None:
    """Message and cure for the mistakes people make most."""
    word = _first_word(rest)
    mistakes: list[tuple[bool, str, str]] = [
        (before.endswith("=") and rest.startswith("="), "Equality is one sign here, not '=='.", "Write '='."),
        (word[:1] in _SIGNS, f"'{word[:1]}' is not a sign of the language.", f"Write '{_SIGNS.get(word[:1])}'."),
        (word[:1] == "&", "'&' is not a word of the language.", "Write 'and'."),
        (
            word.lower() in ("and", "or", "not") and not word.islower(),
            f"'{word}' is not a word of the language.",
            f"Write '{word.lower()}'.",
        ),
        (
            expected >= _TIMES and word[:1] in ("", ")", "|", "g"),
            "The probability names no time.",
            "Add 'on DATE', 'by DATE' or 'within 6 months'.",
        ),
        (
            "terms" in before and "VBAR" in expected and word in ("on", "by", "within", "given"),
            f"Terms have no date: '{word}' does not belong here.",
            "Leave it out.",
        ),
        ("DATE" in expected, "A date is missing {here}.", "Write it as 2025-07-20."),
        (expected >= _QUERIES, "No question starts {here}.", f"A query is made of {_QUESTIONS}."),
        (
            rest.startswith(",") and "LEVEL" in expected,
            "Levels in brackets are not parted by commas.",
            "Write 'in (offer summit)'.",
        ),
        (word[:1] == "," and "_AND" in expected, "A comma does not join conditions.", "Write 'and' or 'or'."),
        (
            "_AND" in expected and len(expected) > 4 and re.match(r"[\w(]", rest) is not None,
            "Nothing joins the parts {here}.",
            "Write 'and' or 'or' between conditions.",
        ),
        (not rest and "RPAR" in expected, "A bracket is not closed {here}.", "Add ')'."),
    ]
    return next(((message, cure) for seen, message, cure in mistakes if seen), None)


#: signs that word processors make of ours
_SIGNS = {"≥": ">=", "≤": "<=", "≠": "!=", "–": "-", "−": "-"}
_QUESTIONS = (
    "P(c by DATE), E(x), stable(c), value(a), reachable(c for a), divergence(a b), opposed(a b on lever), terms(issue)"
)


def _expectation(expected: Collection[str]) -> str:
    words = list(dict.fromkeys(_PLAIN_WORDS[name] for name in sorted(expected) if name in _PLAIN_WORDS))
    return f"Expected {enumerate_words(words, 'or')}." if 0 < len(words) <= 8 else ""


def _first_word(rest: str) -> str:
    found = re.match(r"[\w.-]+|\S{1,3}", rest)
    return found[0][:40] if found else rest[:10].strip()


def trees_of(tree: Syntax) -> list[Syntax]:
    """The subtrees right below a tree."""
    return [child for child in tree.children if isinstance(child, Tree)]


def child_of(tree: Syntax, index: int) -> Syntax:
    """The part at a place, which is a tree."""
    child = tree.children[index]
    assert isinstance(child, Tree)
    return child


def leaf_of(tree: Syntax, index: int) -> Token:
    """The part at a place, which is a token."""
    child = tree.children[index]
    assert isinstance(child, Token)
    return child
