"""Checks on the words of claims: their estimative word, their quote, their outcome's date."""

from __future__ import annotations

from collections.abc import Iterator

from detente.errors import Issue
from detente.scenario.anchors import MOST_PLACES, Anchor, find_anchors
from detente.scenario.model import Claim
from detente.scenario.rules.sheet import Sheet
from detente.scenario.slips import suggest
from detente.scenario.words import find_off_scale, find_word

#: characters of a passage that a warning shows
_SHOWN = 100


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
    """Quotes that the brief does not have, or has in several places."""
    for claim, anchor in zip(sheet.scenario.claims, find_anchors(sheet.scenario), strict=True):
        said = _cut(claim.quote)
        if anchor.state == "lost" and not sheet.scenario.brief.strip():
            yield sheet.warning(claim, "There is no brief to find it in.", "Name one under 'brief:'.", name="quote")
        elif anchor.state == "lost":
            cure = f"Did you mean '{_cut(anchor.nearest)}'?" if anchor.nearest else "Copy the words from the brief."
            yield sheet.warning(claim, f"The brief does not say '{said}'.", cure, name="quote")
        elif anchor.state == "ambiguous":
            message = f"The brief says '{said}' {_count(anchor)} times; the first is taken{_where(sheet, anchor)}."
            yield sheet.warning(claim, message, _tell_context(claim, anchor), name="quote")
        elif anchor.state == "displaced":
            message = f"The brief does not say '{said}' beside the words given as prefix or suffix"
            cure = f"The place most like it is taken{_where(sheet, anchor)}; copy the words from the brief."
            yield sheet.warning(claim, f"{message}.", cure, name="quote")


def _count(anchor: Anchor) -> str:
    return f"{anchor.places}{' or more' if anchor.places >= MOST_PLACES else ''}"


def _where(sheet: Sheet, anchor: Anchor) -> str:
    assert anchor.span is not None
    return f", on line {sheet.scenario.brief.count(chr(10), 0, anchor.span[0]) + 1} of the brief"


def _tell_context(claim: Claim, anchor: Anchor) -> str:
    """What to write so that one place is meant."""
    if not anchor.prefix and not anchor.suffix:
        return "Quote more of the sentence."
    around = (("prefix", anchor.prefix), ("suffix", anchor.suffix))
    told = "".join(f", {name}: '{words}'" for name, words in around if words)
    return f"If that one is meant, write quote: {{exact: ...{told}}}; else the words beside the other."


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
