"""What is wrong inside one piece of text, before it is known where in the file the text stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

#: options looked through for a suggestion
MOST_OPTIONS = 500


@dataclass(frozen=True, slots=True)
class Slip:
    """One mistake at a character of a text."""

    #: 0-based position in the text
    offset: int
    message: str
    cure: str = ""


class Slipped(Exception):
    """A text could not be read; ``slips`` has all that was found in it."""

    def __init__(self, *slips: Slip) -> None:
        self.slips = slips
        super().__init__("; ".join(slip.message for slip in slips))


def suggest(word: str, options: Iterable[str]) -> str:
    """``Did you mean 'x'?``, or the options when few, or nothing."""
    known = list(dict.fromkeys(islice((str(option) for option in options), MOST_OPTIONS)))
    folded = {option.casefold(): option for option in reversed(known)}
    close = get_close_matches(word.casefold()[:80], folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{folded[close[0]]}'?"
    if 0 < len(known) <= 8:
        return f"There is {enumerate_words(known)}."
    return ""


def enumerate_words(words: Iterable[str], joiner: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joiner} {items[-1]}"
