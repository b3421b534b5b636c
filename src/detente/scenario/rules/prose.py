"""Checks on the words of claims: their estimative word, their quote, their outcome's date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detente.errors import Issue
from detente.scenario.rules.sheet import Sheet
from detente.scenario.slips import suggest
from detente.scenario.words import find_off_scale, find_word

_TYPOGRAPHY = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00ad": None})


def warn_off_scale_words(sheet: Sheet) -> Iterator[Issue]:
    """Claims with a query whose word has no number on the scale."""
    for claim in sheet.scenario.claims:
        if claim.says is None or claim.query is None or find_word(claim.says, sheet.scenario.words) is not None:
            continue
        word = find_off_scale(claim.says)
        if word is not None:
            message = f"'{word}' has no number on the scale {sheet.scenario.scale}."
            yield sheet.warning(claim, message, "Its verdict will be excluded, open or understated.", name="says")
        else:
            known = [word.word for word in sheet.scenario.words]
            near = suggest(claim.says, known)
            message = f"No word of the scale {sheet.scenario.scale} is in '{claim.says[:60]}'."
            options = near if near.startswith("Did") else f"The scale has {', '.join(known)}."
            cure = f"Its verdict will be excluded, open or understated. {options}"
            yield sheet.warning(claim, message, cure, name="says")


def warn_early_outcomes(sheet: Sheet) -> Iterator[Issue]:
    """Outcomes dated before the claim was made."""
    for claim in sheet.scenario.claims:
        made = claim.as_of or sheet.scenario.as_of
        if claim.outcome is not None and claim.outcome.on is not None and claim.outcome.on < made:
            message = f"The outcome of {claim.id} on {claim.outcome.on} is before the claim of {made}."
            yield sheet.warning(claim.outcome, message, "Check the dates.")


def warn_lost_quotes(sheet: Sheet) -> Iterator[Issue]:
    """Quotes that the brief does not have."""
    brief = normalise(sheet.scenario.brief)
    for claim in sheet.scenario.claims:
        if claim.quote and not brief:
            yield sheet.warning(claim, "There is no brief to find it in.", "Name one under 'brief:'.", name="quote")
        elif claim.quote and normalise(claim.quote) not in brief:
            cure = "Copy the words from the brief."
            yield sheet.warning(claim, f"The brief does not say '{claim.quote[:80]}'.", cure, name="quote")


def normalise(text: str) -> str:
    """Text with single spaces, straight quotes and no soft hyphens, so that wrapping hides no quote."""
    return re.sub(r"\s+", " ", text.translate(_TYPOGRAPHY)).strip()
