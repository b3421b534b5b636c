"""Sentences and rows about when levers move."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from detente.findings.figures import write_share
from detente.report.text import LONGEST_NAME, date_at, plain, write_count, write_date
from detente.scenario.slips import enumerate_words
from detente.solvers.timeline import Timeline, Track

#: heads of :func:`list_tracks`
HEADS = ("moved away by the end", "first left by half of all futures", "in a tenth", "in nine tenths", "at the end")
#: levers named in a sentence
NAMED = 3


def list_tracks(found: Timeline, levers: Mapping[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """A row per lever, under ``HEADS``."""
    return [(levers.get(track.lever, track.lever), _write_row(track, found)) for track in found.tracks]


def _write_row(track: Track, found: Timeline) -> tuple[str, ...]:
    left = track.left
    dates = [write_when(found, months) for months in (left.median, left.early, left.late)]
    levels = sorted(track.levels.items(), key=lambda item: -item[1])
    told = [f"{plain(level, LONGEST_NAME)} {write_share(share)}" for level, share in levels]
    return (write_share(float(track.away[-1])), *dates, ", ".join(told))


def write_when(found: Timeline, months: float | None) -> str:
    """A date, or that it is after the end."""
    if months is not None:
        return write_date(date_at(found.day, months))
    return f"after {write_date(date_at(found.day, found.until))}"


def state_first(found: Timeline, levers: Mapping[str, str]) -> str:
    """The levers that are first left, and how many have not been in half of all futures, in a sentence or two."""
    moved = sorted((track for track in found.tracks if track.left.median is not None), key=_date)
    still = len(found.tracks) - len(moved)
    end = write_date(date_at(found.day, found.until))
    if not moved:
        return f"In more than half of all futures each of {write_count(still, 'lever')} is never moved by {end}."
    told = [
        f"“{levers.get(track.lever, track.lever)}” by {write_date(date_at(found.day, track.left.median or 0.0))}"
        for track in moved[:NAMED]
    ]
    rest = f" {write_count(still, 'lever')} of {len(found.tracks)} not by {end}." if still else ""
    return f"First moved in half of all futures: {enumerate_words(told)}.{rest}"


def _date(track: Track) -> float:
    assert track.left.median is not None
    return track.left.median


def list_marks(found: Timeline, starts: Mapping[str, date], phases: Mapping[date, str], seen: int) -> list[str]:
    """What the marks of the picture are, a sentence each."""
    told = ["A tick: first moved in half of all futures."]
    if starts:
        told.append("A dotted bar: the day from which the actor decides at all.")
    if seen:
        told.append(
            "A diamond: something has been observed about the lever on that day; the forecast does not know it."
        )
    for day, phase in sorted(phases.items()):
        told.append(f"A dashed line across all: {plain(phase, LONGEST_NAME)} from {write_date(day)}.")
    return told
