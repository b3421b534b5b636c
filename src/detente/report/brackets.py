"""Where the range of a claim's word goes in the brief: behind the word, in the quote or else in its sentence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from detente.findings.findings import ClaimFinding
from detente.scenario.folding import Folded, fold_pieces, normalise
from detente.scenario.manuscript import INSIDE_LINES, Edge, Piece
from detente.scenario.words import find_off_scale

#: characters on either side of a quote in which its sentence may start and end
_LONGEST_SENTENCE = 1_000
_STOP = re.compile(r"[.!?][\"')\]]*\s")


def place_brackets(
    pieces: Sequence[Piece], quotes: Mapping[int, tuple[int, int]], claims: Sequence[ClaimFinding]
) -> dict[int, str]:
    """By the end of a word in the brief what follows it: ``[55-80 %]``, or ``[no number]``.

    ``quotes`` are places of claims with start and end in the brief. Where several claims share a word it has one
    range; of words that end together the longest decides.
    """
    folded, blocks = fold_pieces(pieces), _find_blocks(pieces)
    starts = [start for start, _ in folded.places]
    told: dict[int, tuple[int, str]] = {}
    for place, (start, end) in quotes.items():
        claim = claims[place]
        if claim.says is None:
            continue
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        found = next(_find_word(folded.text, claim, _list_sites(folded, first, last, blocks)), None)
        if found is not None:
            behind = folded.span(*found)[1]
            size = found[1] - found[0]
            told[behind] = max(told.get(behind, (0, "")), (size, write_bracket(claim)))
    return {place: text for place, (_, text) in told.items()}


def write_bracket(claim: ClaimFinding) -> str:
    """The range of a claim's word in brackets."""
    if claim.band is None:
        return "[no number]"
    return f"[{100 * claim.band.low:.0f}-{100 * claim.band.high:.0f} %]"


def _find_blocks(pieces: Sequence[Piece]) -> list[int]:
    """Where blocks of text start and end in the brief, in order."""
    ends: list[int] = []
    place = 0
    for piece in pieces:
        if isinstance(piece, Edge):
            if piece.element not in INSIDE_LINES:
                ends.append(place)
        else:
            place = piece.end
    return ends


def _list_sites(folded: Folded, first: int, last: int, blocks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The quote, and the sentence around it, which ends with its paragraph."""
    yield first, last
    low, high = max(first - _LONGEST_SENTENCE, 0), last + _LONGEST_SENTENCE
    stops = [found.end() for found in _STOP.finditer(folded.text, low, first)]
    ahead = _STOP.search(folded.text, max(last - 1, 0), high)
    start, end = stops[-1] if stops else low, ahead.start() if ahead else min(high, len(folded.text))
    if first < len(folded.places) and last > first:
        # No word of another paragraph: its places lie on the other side of an edge.
        before = bisect_left(blocks, folded.places[first][0] + 1)
        after = bisect_left(blocks, folded.places[last - 1][1])
        floor = blocks[before - 1] if before else 0
        ceiling = blocks[after] if after < len(blocks) else folded.places[-1][1]
        while start < first and folded.places[start][0] < floor:
            start += 1
        while end > last and folded.places[end - 1][1] > ceiling:
            end -= 1
    yield start, end


def _find_word(text: str, claim: ClaimFinding, sites: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    said = claim.says or ""
    words = [said, claim.band.word if claim.band is not None else find_off_scale(said) or ""]
    patterns = [rf"(?<![\w-]){re.escape(folded)}(?![\w-])" for folded in map(normalise, words) if folded]
    for start, end in sites:
        for pattern in patterns:
            for found in re.compile(pattern, re.IGNORECASE).finditer(text, start, end):
                yield found.span()
