"""Where the brief says what each claim quotes: quotes are found by their words, as W3C's text quote selectors are.

A quote is exact words, with words before it (prefix) and after it (suffix) where the same words stand more than once.
It is looked for in the brief as it reads, without the marks of Markdown, and then in the brief as it is written, so
that words copied from either are found. Source: Web Annotation Data Model, W3C 2017, section 4.2.4.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from detente.scenario.folding import Folded, fold, fold_pieces, normalise
from detente.scenario.manuscript import Piece, read_manuscript
from detente.scenario.model import Claim, Scenario
from detente.scenario.passages import Passages

#: places of one quote that are counted
MOST_PLACES = 200
#: lost quotes for which a passage like them is looked for
MOST_NEAREST = 100
#: words of context that are tried before a quote is left as it is, and characters they stand in
_LONGEST_CONTEXT, _LONGEST_WORDS = 12, 240
#: places that are compared with a context that stands nowhere, and characters of it
_MOST_COMPARED, _LONGEST_COMPARED = 50, 100

#: found: in one place. ambiguous: in several, of which the first is taken. displaced: not beside the words said to be
#: before or after it; the place most like is taken. lost: nowhere. unquoted: the claim has no quote.
State = Literal["found", "ambiguous", "displaced", "lost", "unquoted"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the brief says what one claim quotes."""

    #: id of the claim
    claim: str
    state: State
    #: start and end in the brief's own text; None when lost or unquoted
    span: tuple[int, int] | None = None
    #: how many places have these words (with their context, where that is anywhere); at most MOST_PLACES are counted
    places: int = 0
    #: of a lost quote the passage of the brief most like it; empty when none is
    nearest: str = ""
    #: of an ambiguous quote words before and after the place taken that no other place has; empty when none part them
    prefix: str = ""
    suffix: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def find_anchors(scenario: Scenario) -> tuple[Anchor, ...]:
    """One anchor per claim, in the claims' order."""
    if not any(claim.quote for claim in scenario.claims):
        return tuple(Anchor(claim.id, "unquoted") for claim in scenario.claims)
    finder = _Finder(scenario.brief, read_manuscript(scenario.brief, scenario.brief_path))
    return tuple(finder.place(claim) for claim in scenario.claims)


class _Finder:
    """A brief, folded as it reads, and as it is written once a quote is not found so."""

    def __init__(self, brief: str, pieces: Sequence[Piece]) -> None:
        self.brief = brief
        self.texts = [fold_pieces(pieces)]
        self.passages = Passages(self.texts[0].text)
        self.lost = 0
        self.known: dict[str, tuple[Folded, list[int]]] = {}

    def place(self, claim: Claim) -> Anchor:
        """Where the brief has a claim's quote."""
        if not claim.quote:
            return Anchor(claim.id, "unquoted")
        exact = normalise(claim.quote)
        if exact not in self.known:
            self.known[exact] = self._search(exact)
        folded, places = self.known[exact]
        if places:
            return _choose(claim, folded, exact, places)
        self.lost += 1
        return Anchor(claim.id, "lost", nearest=self.passages.find(exact) if self.lost <= MOST_NEAREST else "")

    def _search(self, exact: str) -> tuple[Folded, list[int]]:
        places = list_places(self.texts[0].text, exact) if exact else []
        if places or not exact:
            return self.texts[0], places
        if len(self.texts) == 1:
            self.texts.append(fold(self.brief))
        return self.texts[1], list_places(self.texts[1].text, exact)


def list_places(text: str, words: str) -> list[int]:
    """Where the words start, overlapping ones too; at most MOST_PLACES."""
    places: list[int] = []
    place = text.find(words)
    while place >= 0 and len(places) < MOST_PLACES:
        places.append(place)
        place = text.find(words, place + 1)
    return places


def _choose(claim: Claim, folded: Folded, exact: str, places: Sequence[int]) -> Anchor:
    prefix, suffix = normalise(claim.prefix), normalise(claim.suffix)
    fitting = [place for place in places if _fits(folded.text, place, exact, prefix, suffix)]
    if not fitting:
        best = max(places[:_MOST_COMPARED], key=lambda place: _likeness(folded.text, place, exact, prefix, suffix))
        return Anchor(claim.id, "displaced", folded.span(best, best + len(exact)), len(places))
    # A word inside a longer one counts only where it stands nowhere by itself.
    whole = [place for place in fitting if _stands_alone(folded.text, place, place + len(exact))] or fitting
    span = folded.span(whole[0], whole[0] + len(exact))
    if len(whole) == 1:
        return Anchor(claim.id, "found", span, 1)
    before, after = find_context(folded.text, whole[0], whole[0] + len(exact)) or ("", "")
    return Anchor(claim.id, "ambiguous", span, len(whole), prefix=before, suffix=after)


def _fits(text: str, place: int, exact: str, prefix: str, suffix: str) -> bool:
    end = place + len(exact)
    before = text[max(place - len(prefix) - 1, 0) : place].rstrip()
    return before.endswith(prefix) and text[end : end + len(suffix) + 1].lstrip().startswith(suffix)


def _likeness(text: str, place: int, exact: str, prefix: str, suffix: str) -> float:
    """How like the words around a place are to a context."""
    prefix, suffix = prefix[-_LONGEST_COMPARED:], suffix[:_LONGEST_COMPARED]
    end = place + len(exact)
    before = text[max(place - len(prefix) - 1, 0) : place].rstrip()
    after = text[end : end + len(suffix) + 1].lstrip()
    pairs = ((prefix, before), (suffix, after))
    return sum(SequenceMatcher(None, said, found, autojunk=False).ratio() for said, found in pairs if said)


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    return not (before.isalnum() and text[start].isalnum()) and not (after.isalnum() and text[end - 1].isalnum())


def find_context(text: str, start: int, end: int) -> tuple[str, str] | None:
    """The fewest words before ``text[start:end]``, or after it, or both, that no other place of it has beside it.

    Both are empty where it has one place only; None when a dozen words do not part its places. The text is folded.
    """
    starts = [found.start() for found in re.finditer(r"\S+", text[max(start - _LONGEST_WORDS, 0) : start])]
    starts = [place + max(start - _LONGEST_WORDS, 0) for place in starts[::-1]]
    ends = [end + found.end() for found in re.finditer(r"\S+", text[end : end + _LONGEST_WORDS])]
    for count in range(_LONGEST_CONTEXT + 1):
        first = starts[min(count, len(starts)) - 1] if starts and count else start
        last = ends[min(count, len(ends)) - 1] if ends and count else end
        for one, other in ((first, end), (start, last), (first, last)):
            if text.find(text[one:other], text.find(text[one:other]) + 1) < 0:
                return text[one:start].strip(), text[end:other].strip()
    return None
