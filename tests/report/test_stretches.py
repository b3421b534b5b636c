"""A brief cut where quotes start and end."""

from __future__ import annotations

from detente.report.stretches import MOST_NESTED, Stretch, cut_stretches
from detente.scenario.manuscript import Run


def test_each_of_many_quotes_ends_where_it_ends() -> None:
    # Those that start first end first, so that the innermost stay the same while others end.
    words = "abcdefghijklmnopqrstuvwxyz"
    quotes = {number: (number, 2 * MOST_NESTED + number) for number in range(2 * MOST_NESTED)}
    items = [item for item in cut_stretches([Run(words, 0, len(words))], quotes, {}) if isinstance(item, Stretch)]
    place, ended = 0, {}
    for item in items:
        place += len(item.text)
        ended |= dict.fromkeys(item.ends, place)
        assert len(item.quotes) <= MOST_NESTED
    assert "".join(item.text for item in items) == words
    assert ended == {number: end for number, (_, end) in quotes.items()}
