"""The passage of a text that is most like some words: what a quote that was lost may have been."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

#: words of a quote that are looked at, places of one word, and passages that are compared
_LONGEST, _MOST_PLACES, _MOST_COMPARED = 60, 200, 8
#: how like the words a passage must be: twice the words in common by the words of both
_LIKE = 0.5


class Passages:
    """A text whose passages can be looked up by their words."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans: list[tuple[int, int]] = []
        #: by word the numbers of the words that are it
        self.places: dict[str, list[int]] = {}

    def find(self, words: str) -> str:
        """The passage most like the words, as it stands in the text; empty when none is much like them."""
        if not self.spans:
            self._index()
        said = [found[0].casefold() for found in re.finditer(r"\w+", words[: 100 * _LONGEST])][:_LONGEST]
        # Words in common vote for the passage in which they would have the place they have in the quote.
        votes: Counter[int] = Counter()
        for number, word in enumerate(said):
            places = self.places.get(word, ())
            if len(places) <= _MOST_PLACES:
                votes.update(place - number for place in places)
        best, ends = _LIKE, (0, 0)
        for start, _ in votes.most_common(_MOST_COMPARED):
            like, *span = self._compare(said, start)
            if like > best:
                best, ends = like, (span[0], span[1])
        return self.text[self.spans[ends[0]][0] : self.spans[ends[1] - 1][1]] if ends[1] else ""

    def _index(self) -> None:
        for number, found in enumerate(re.finditer(r"\w+", self.text)):
            self.spans.append(found.span())
            self.places.setdefault(found[0].casefold(), []).append(number)

    def _compare(self, said: list[str], start: int) -> tuple[float, int, int]:
        """How like the words the passage around a place is, and the numbers of its first word and past its last."""
        margin = max(3, len(said) // 4)
        first, last = max(start - margin, 0), min(start + len(said) + margin, len(self.spans))
        found = [self.text[a:b].casefold() for a, b in self.spans[first:last]]
        blocks = SequenceMatcher(None, said, found, autojunk=False).get_matching_blocks()[:-1]
        if not blocks:
            return 0.0, 0, 0
        one, other = first + blocks[0].b, first + blocks[-1].b + blocks[-1].size
        return 2 * sum(block.size for block in blocks) / (len(said) + other - one), one, other
