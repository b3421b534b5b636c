"""Words for what actors want: conditions, weights and the reasons given for them."""

from __future__ import annotations

from dataclasses import dataclass

from detente.report.grounds import Library
from detente.report.phrases import Phrasebook
from detente.report.text import LONGEST_NAME, plain, write_quantity
from detente.scenario.model import Preferences, Scenario, Want


@dataclass(frozen=True, slots=True)
class Statement:
    """One want, as a row of a table."""

    #: as the file writes it, and in words
    code: str
    words: str
    weight: str
    reason: str
    sources: tuple[str, ...]


def list_statements(preferences: Preferences, phrases: Phrasebook, library: Library) -> list[Statement]:
    """The wants, the heaviest first."""
    rows = []
    for want in sort_wants(preferences):
        ground = library.read(want.because)
        code = plain(want.condition.text, LONGEST_NAME)
        words = phrases.condition(want.condition)
        rows.append(Statement(code, words, write_quantity(want.weight), ground.text, ground.sources))
    return rows


def sort_wants(preferences: Preferences) -> list[Want]:
    """By the size of the median weight, the largest first."""
    return sorted(preferences.wants, key=lambda want: -abs(want.weight.median))


def span_weights(scenario: Scenario) -> tuple[float, float]:
    """From the lowest 5th to the highest 95th percentile of all actors' weights, and zero, with a little room."""
    ends = [0.0]
    for actor in scenario.actors:
        for reading in actor.readings:
            for want in reading.preferences.wants:
                ends += [float(want.weight.quantile(share)) for share in (0.05, 0.95)]
    low, high = min(ends), max(ends)
    room = 0.03 * (high - low) or 1.0
    return low - room, high + room
