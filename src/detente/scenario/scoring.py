"""What is scored: claims with their words and outcomes, evidence, and the scale of estimative words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal, cast

from detente.scenario.causes import build_cause, build_requirement, compare
from detente.scenario.document import Text
from detente.scenario.interpreter import resolve_query
from detente.scenario.model import Claim, Evidence, Outcome, Scenario, Source, Word
from detente.scenario.names import Names
from detente.scenario.preferences import Desk, as_text
from detente.scenario.queries import Query
from detente.scenario.schema import RawClaim, RawEvidence, RawOutcome, RawScale
from detente.scenario.slips import suggest
from detente.scenario.words import SCALES

#: observations ``by`` a date, and among them those of something seen
MOST_BY, MOST_SEEN_BY = 12, 3

_BAND = re.compile(r"(\d+(?:\.\d+)?)\s*%?\s*(?:-|to)\s*(\d+(?:\.\d+)?)\s*%?")


def build_scale(desk: Desk, raw: RawScale | None) -> tuple[str, tuple[Word, ...]]:
    """Name and words of the scale; ICD 203 where the file names none."""
    if raw is None:
        return "icd203", SCALES["icd203"]
    if raw.custom is None:
        return str(raw.name), SCALES[str(raw.name)]
    words: list[Word] = []
    for word, band in raw.custom.items():
        text = as_text(band)
        found = _BAND.fullmatch(text.strip())
        low, high = (float(found[1]) / 100, float(found[2]) / 100) if found else (0.0, 0.0)
        if found is None or not 0 <= low < high <= 1:
            desk.notes.error(text, f"'{text[:40]}' is not a band of probability.", "Write, for example, 55-80.")
            continue
        words.append(Word(" ".join(word.casefold().split()), low, high))
    return "custom", tuple(sorted(words, key=lambda word: (word.low, word.high)))


def build_claims(desk: Desk, raw: Sequence[RawClaim], names: Names, scenario: Scenario) -> tuple[Claim, ...]:
    """The claims in the order of the file."""
    claims: list[Claim] = []
    seen: dict[str, Text] = {}
    for item in raw:
        key = as_text(item.id)
        if key in seen:
            desk.notes.error(key, f"The id '{key}' is here twice.", f"See line {seen[key].line}.")
        seen.setdefault(str(key), key)
        query = _read_about(desk, item, names)
        cause = build_cause(desk, item, query, names, scenario)
        requires = build_requirement(desk, item, query, names, scenario)
        compared = compare(cause or requires, scenario)
        claim = desk.mark(
            Claim(
                id=str(key),
                text=_line(item.text),
                query=compared or query,
                unscorable=_line(item.unscorable),
                quote=_line(item.quote.exact) if item.quote is not None else "",
                prefix=_line(item.quote.prefix) if item.quote is not None else "",
                suffix=_line(item.quote.suffix) if item.quote is not None else "",
                says=_line(item.says) if item.says is not None else None,
                as_of=date.fromisoformat(item.as_of) if item.as_of else None,
                outcome=_build_outcome(desk, item.outcome, scenario.sources) if item.outcome is not None else None,
                because=_line(item.because),
                cause=cause,
                requires=requires,
            ),
            key,
        )
        if item.says is not None:
            desk.mark(claim, item.says, "says")
        if item.quote is not None:
            desk.mark(claim, item.quote.exact, "quote")
        if claim.query is not None and item.about is not None:
            desk.mark(claim.query, item.about)
        if claim.outcome is not None and item.outcome is not None:
            desk.mark(claim.outcome, item.outcome.on or item.outcome.value)
        claims.append(claim)
    return tuple(claims)


def _read_about(desk: Desk, raw: RawClaim, names: Names) -> Query | None:
    """The query as written; None where there is none or it cannot be read."""
    if raw.about is None:
        return None
    text = as_text(raw.about)
    if raw.unscorable is not None:
        desk.notes.error(as_text(raw.unscorable), "The claim has a query as well.", "Keep one of the two.")
    return desk.notes.attempt(text, lambda: resolve_query(text, names))


def build_evidence(
    desk: Desk, raw: Sequence[RawEvidence], names: Names, sources: Sequence[Source]
) -> tuple[Evidence, ...]:
    """What was observed, in the order of the file."""
    found: list[Evidence] = []
    for item in raw:
        text = as_text(item.on or item.by or "")
        day = date.fromisoformat(text)
        if not names.as_of <= day <= names.horizon:
            cure = f"It runs from {names.as_of} to {names.horizon}."
            desk.notes.error(text, f"{day} lies outside the model's time.", cure)
        _check_source(desk, item.source, sources)
        condition = desk.condition(item.seen or item.not_seen or "", names)
        if condition is not None:
            source = str(item.source) if item.source is not None else None
            found.append(Evidence(day, condition, item.by is not None, item.not_seen is not None, source))
            _limit(desk, text, [piece for piece in found if piece.by])
    return tuple(found)


def _limit(desk: Desk, text: Text, by: Sequence[Evidence]) -> None:
    """Complain about the observation that is one too many."""
    if len(by) == MOST_BY + 1:
        wrong = f"More than {MOST_BY} observations 'by' a date: each is followed beside all others."
        desk.notes.error(text, wrong, "Join those of one date with 'or', or give days with 'on'.")
    if sum(not piece.negated for piece in by) == MOST_SEEN_BY + 1 and not by[-1].negated:
        wrong = f"More than {MOST_SEEN_BY} observations 'seen ... by' a date: each doubles the work."
        desk.notes.error(text, wrong, "Give the day on which it was seen, with 'on'.")


def _build_outcome(desk: Desk, raw: RawOutcome, sources: Sequence[Source]) -> Outcome:
    _check_source(desk, raw.source, sources)
    return Outcome(
        value=cast("Literal['yes', 'no', 'void', 'unresolved', 'unscorable']", str(raw.value)),
        on=date.fromisoformat(raw.on) if raw.on else None,
        source=str(raw.source) if raw.source is not None else None,
        mechanism=cast("Literal['right', 'wrong'] | None", str(raw.mechanism) if raw.mechanism else None),
        note=_line(raw.note),
    )


def _check_source(desk: Desk, source: str | None, sources: Sequence[Source]) -> None:
    known = [item.id for item in sources]
    if source is not None and source not in known:
        desk.notes.error(as_text(source), f"No source '{source}'.", suggest(source, known))


def _line(text: str | None) -> str:
    """Prose on one line, however it was wrapped in the file."""
    return " ".join(text.split()) if text is not None else ""
