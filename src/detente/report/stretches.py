"""A brief cut where quotes start and end, so that each stretch of its words lies in the same quotes throughout."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from detente.scenario.manuscript import Edge, Piece, Run

#: quotes around a stretch that are marked on it, the innermost ones; each still ends in its number
MOST_NESTED = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of the brief that lie in the same quotes."""

    text: str
    #: numbers of the quotes, the one that starts first before the others, a longer before a shorter
    quotes: tuple[int, ...]
    #: what is set in behind it that is not the brief's
    bracket: str = ""
    #: numbers of the quotes that end with it
    ends: tuple[int, ...] = ()


Item = Edge | Stretch


def cut_stretches(
    pieces: Sequence[Piece], quotes: Mapping[int, tuple[int, int]], brackets: Mapping[int, str]
) -> list[Item]:
    """The brief's edges and stretches in order.

    ``quotes`` are numbers with start and end in the brief, ``brackets`` what is set in, by the end of the word it
    follows. A quote none of whose words is shown ends nowhere.
    """
    items: list[Item] = []
    last: dict[int, int] = {}
    cover = _Cover(quotes)
    around: tuple[int, ...] = ()
    cuts = sorted({place for span in quotes.values() for place in span} | brackets.keys())
    behind = sorted(brackets)
    for piece in pieces:
        if isinstance(piece, Edge):
            items.append(piece)
            continue
        for part in _cut(piece, cuts):
            covering, earlier = cover.at(part.start, part.end), around
            around = tuple(cover.active)
            set_in = behind[bisect_right(behind, part.start) : bisect_right(behind, part.end)]
            item = Stretch(part.text, covering, "".join(brackets[place] for place in set_in))
            before = items[-1] if items else None
            if isinstance(before, Stretch) and around == earlier and not before.bracket:
                items[-1] = replace(item, text=before.text + item.text)
            else:
                items.append(item)
            last |= dict.fromkeys(cover.active, len(items) - 1)
    ends: dict[int, list[int]] = {}
    for number, place in last.items():
        ends.setdefault(place, []).append(number)
    for place, numbers in ends.items():
        marked = items[place]
        assert isinstance(marked, Stretch)
        items[place] = replace(marked, ends=tuple(sorted(numbers)))
    return items


def _cut(run: Run, cuts: Sequence[int]) -> Iterator[Run]:
    """A run in parts; one whose characters have no places of their own stays whole."""
    start = run.start
    if len(run.text) == run.end - run.start:
        for cut in cuts[bisect_right(cuts, start) : bisect_right(cuts, run.end - 1)]:
            yield Run(run.text[start - run.start : cut - run.start], start, cut)
            start = cut
    yield Run(run.text[start - run.start :], start, run.end)


class _Cover:
    """The quotes around a place that only moves on."""

    def __init__(self, quotes: Mapping[int, tuple[int, int]]) -> None:
        self.waiting = sorted(
            ((start, -end, number) for number, (start, end) in quotes.items() if start < end), reverse=True
        )
        #: by number start and end
        self.active: dict[int, tuple[int, int]] = {}

    def at(self, start: int, end: int) -> tuple[int, ...]:
        """Numbers of the quotes that have words between two places."""
        while self.waiting and self.waiting[-1][0] < end:
            first, last, number = self.waiting.pop()
            self.active[number] = (first, -last)
        self.active = {number: span for number, span in self.active.items() if span[1] > start}
        return tuple(self.active)[-MOST_NESTED:]
