"""Text folded so that neither wrapping nor typography hides a quote, each character with its place in the original."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from detente.scenario.manuscript import INSIDE_LINES, Edge, Piece

#: one character for one, so that places stay
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
        **dict.fromkeys("\u2010\u2011", "-"),
    }
)
#: soft hyphens, what has no width, and the marks of footnotes
_UNREAD = re.compile(r"[\u00ad\u200b\u2060\ufeff]+|\[\^[^\]\s]{1,40}\]")
_SPACES = re.compile(r"\s+")

Places = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """Single spaces, straight quotes, and nothing that is not read."""

    text: str
    #: start and end in the original of each character
    places: Places

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]``, which is not empty, stands in the original."""
        return self.places[start][0], self.places[end - 1][1]


def normalise(text: str) -> str:
    """The folded text alone."""
    text = _UNREAD.sub("", text.translate(_TYPOGRAPHY))
    return _SPACES.sub(" ", text).strip()


def fold(text: str) -> Folded:
    """A text folded character by character."""
    return _fold(text, [(place, place + 1) for place in range(len(text))])


def fold_pieces(pieces: Sequence[Piece]) -> Folded:
    """A brief as it reads, folded; a space parts its blocks."""
    words: list[str] = []
    places: list[tuple[int, int]] = []
    for piece in pieces:
        if isinstance(piece, Edge):
            if piece.element not in INSIDE_LINES:
                words.append(" ")
                places.append((places[-1][1],) * 2 if places else (0, 0))
        else:
            words.append(piece.text)
            places += map(piece.place, range(len(piece.text)))
    return _fold("".join(words), places)


def _fold(text: str, places: Places) -> Folded:
    text, places = _replace(text.translate(_TYPOGRAPHY), places, _UNREAD, "")
    text, places = _replace(text, places, _SPACES, " ")
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    return Folded(text[first:last], places[first:last])


def _replace(text: str, places: Places, pattern: re.Pattern[str], by: str) -> tuple[str, Places]:
    """The text with each match made ``by``, of at most one character, which takes the place of all it stands for."""
    words: list[str] = []
    kept: list[tuple[int, int]] = []
    done = 0
    for found in pattern.finditer(text):
        words += (text[done : found.start()], by)
        kept += places[done : found.start()]
        if by:
            kept.append((places[found.start()][0], places[found.end() - 1][1]))
        done = found.end()
    return "".join((*words, text[done:])), [*kept, *places[done:]]
