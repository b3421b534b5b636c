"""Scales of estimative words: what 'likely' is taken to mean, and which words have no number.

Sources: ICD 203 (Office of the Director of National Intelligence, 2015), Kent 1964 ("Words of estimative
probability"), the PHIA yardstick (UK Professional Head of Intelligence Assessment), IPCC AR5 guidance note (2010).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from detente.scenario.model import Word

_Rows = tuple[tuple[str, float, float], ...]

_ICD203: _Rows = (
    ("almost no chance|remote", 0.01, 0.05),
    ("very unlikely|highly improbable", 0.05, 0.20),
    ("unlikely|improbable|improbably", 0.20, 0.45),
    ("roughly even chance|roughly even odds|roughly even", 0.45, 0.55),
    ("likely|probable|probably", 0.55, 0.80),
    ("very likely|highly probable", 0.80, 0.95),
    ("almost certain|almost certainly|nearly certain|nearly certainly", 0.95, 0.99),
)
_KENT: _Rows = (
    ("almost certainly not", 0.02, 0.12),
    ("probably not", 0.20, 0.40),
    ("chances about even", 0.40, 0.60),
    ("probable|probably", 0.63, 0.87),
    ("almost certain|almost certainly", 0.87, 0.99),
)
_PHIA: _Rows = (
    ("remote chance", 0.0, 0.05),
    ("highly unlikely", 0.10, 0.20),
    ("unlikely", 0.25, 0.35),
    ("realistic possibility", 0.40, 0.50),
    ("likely|probable|probably", 0.55, 0.75),
    ("highly likely", 0.80, 0.90),
    ("almost certain|almost certainly", 0.95, 1.0),
)
_IPCC: _Rows = (
    ("exceptionally unlikely", 0.0, 0.01),
    ("extremely unlikely", 0.0, 0.05),
    ("very unlikely", 0.0, 0.10),
    ("unlikely", 0.0, 0.33),
    ("about as likely as not", 0.33, 0.66),
    ("more likely than not", 0.50, 1.0),
    ("likely", 0.66, 1.0),
    ("very likely", 0.90, 1.0),
    ("extremely likely", 0.95, 1.0),
    ("virtually certain", 0.99, 1.0),
)


def _spread(rows: _Rows) -> tuple[Word, ...]:
    return tuple(Word(word, low, high) for words, low, high in rows for word in words.split("|"))


#: the scales by name, each from the least to the most likely
SCALES: Mapping[str, tuple[Word, ...]] = MappingProxyType(
    {"icd203": _spread(_ICD203), "kent": _spread(_KENT), "phia": _spread(_PHIA), "ipcc": _spread(_IPCC)}
)

#: words that say something may be so and give no number
OFF_SCALE = (
    "may", "might", "could", "possible", "possibly", "potential", "potentially", "perhaps", "conceivable",
    "conceivably", "plausible", "plausibly", "maybe",
)  # fmt: skip


def find_word(says: str, words: Sequence[Word]) -> Word | None:
    """The longest word of the scale inside ``says``, so that 'will likely' reads as likely; None when there is none.

    A word after 'not' is not read: 'not likely' has no number unless the scale lists it.
    """
    text = " ".join(says.casefold().split())
    for word in sorted(words, key=lambda item: -len(item.word)):
        found = re.search(rf"(?<![\w-]){re.escape(word.word.casefold())}(?![\w-])", text)
        if found:
            return None if re.search(r"\bnot\s+$", text[: found.start()]) else word
    return None


def find_off_scale(says: str) -> str | None:
    """The word in ``says`` that says something may be so without a number, or None."""
    # The month of May is no word of doubt.
    text = re.sub(r"(?<=\w )May\b(?! (?:be|not|have)\b)", "", says).casefold()
    return next((word for word in OFF_SCALE if re.search(rf"\b{word}\b", text)), None)


def verdict_band(word: Word, words: Sequence[Word]) -> tuple[float, float]:
    """Half-open band ``[low, high)`` used for verdicts: the scale's lowest starts at 0, its highest ends at 1."""
    low = 0.0 if word.low == min(item.low for item in words) else word.low
    high = 1.0 if word.high == max(item.high for item in words) else word.high
    return low, high


def in_band(probability: float, word: Word, words: Sequence[Word]) -> bool:
    """Whether a probability lies in a word's verdict band; a band that ends at 1 includes it."""
    low, high = verdict_band(word, words)
    return low <= probability < high or (high == 1.0 and probability >= low)


def write_range(word: Word) -> str:
    """``55-80 %``, as printed beside the word."""
    low, high = (f"{100 * end:.0f}" for end in (word.low, word.high))
    return f"{low}-{high} %"
