"""What a file says is bargained over: scales, their named regions, and who stands where on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite

from detente.scenario.amounts import CAPABILITY, POSITION, REFERENCE, SALIENCE, between_ends, read_number
from detente.scenario.document import Text
from detente.scenario.model import Question, Region, Stake
from detente.scenario.names import Names
from detente.scenario.preferences import Desk, as_text
from detente.scenario.schema import RawQuestion, RawStake
from detente.scenario.slips import suggest

#: ends of a scale where the file gives none
ENDS = (0.0, 100.0)
#: largest end of a scale, either way, and the least length of one
FURTHEST, SHORTEST = 1e6, 1e-6

Points = tuple[tuple[float, str], ...]


def build_questions(desk: Desk, raw: Mapping[str, RawQuestion], names: Names) -> tuple[Question, ...]:
    """The issues of a file, in its order."""
    return tuple(_build_question(desk, as_text(name), item, names) for name, item in raw.items())


def name_regions(scale: Points, low: float, high: float) -> tuple[Region, ...]:
    """A region around each named point of a scale, up to half-way to the next; the outer ones reach the ends."""
    if not scale:
        return ()
    cuts = [low, *((a + b) / 2 for (a, _), (b, _) in pairwise(scale)), high]
    # What stands in double quotes in a query has none inside.
    return tuple(
        Region(" ".join(label.replace('"', "'").split()), *stretch)
        for (_, label), stretch in zip(scale, pairwise(cuts), strict=True)
    )


def _build_question(desk: Desk, name: Text, raw: RawQuestion, names: Names) -> Question:
    low, high = _read_ends(desk, raw.ends)
    scale = _read_scale(desk, raw.scale, low, high)
    regions = _read_regions(desk, raw.regions, low, high) if raw.regions is not None else None
    if regions is None:
        regions = name_regions(scale, low, high)
        _refuse_twins(desk, raw.scale, regions)
    question = Question(
        id=str(name),
        scale=scale,
        stakes=_build_stakes(desk, name, raw.stakes, names, (low, high)),
        label=str(raw.label or ""),
        low=low,
        high=high,
        regions=regions,
        package=str(raw.package or ""),
        reference=desk.quantity(raw.reference, between_ends(REFERENCE, low, high)) if raw.reference else None,
    )
    return desk.mark(question, name)


def _read_ends(desk: Desk, raw: Sequence[str] | None) -> tuple[float, float]:
    if raw is None:
        return ENDS
    low, high = (read_number(text) for text in raw)
    for text, end in zip(raw, (low, high), strict=True):
        if end is None or not isfinite(end) or abs(end) > FURTHEST:
            cure = f"Write a number from -{FURTHEST:.0f} to {FURTHEST:.0f}."
            desk.notes.error(as_text(text), f"'{text}' is no end of a scale.", cure)
            # Nothing more is said about what stands on the scale.
            return -FURTHEST, FURTHEST
    assert low is not None
    assert high is not None
    if high - low < SHORTEST:
        desk.notes.error(as_text(raw[1]), f"The scale ends at {raw[1]} and begins at {raw[0]}.", "Let its ends rise.")
        return -FURTHEST, FURTHEST
    return low, high


def _read_scale(desk: Desk, raw: Mapping[str, str], low: float, high: float) -> Points:
    points: dict[float, str] = {}
    for key, label in raw.items():
        place = read_number(key)
        if place is None or not low <= place <= high:
            cure = f"Write a number from {low:g} to {high:g}."
            desk.notes.error(as_text(key), f"'{key}' is not a point of the scale.", cure)
        elif place in points:
            desk.notes.error(as_text(key), f"The point {key} is here twice.", "Keep one.")
        else:
            points[place] = str(label)
    return tuple(sorted(points.items()))


def _refuse_twins(desk: Desk, raw: Mapping[str, str], regions: Sequence[Region]) -> None:
    """Two regions of one name, or one without, where the points of a scale name them."""
    seen: set[str] = set()
    for region, text in zip(regions, sorted(raw, key=lambda key: read_number(key) or 0.0), strict=False):
        if region.name in seen or not region.name:
            what = f"Two points of the scale are '{region.name}'." if region.name else "A point has no words."
            desk.notes.error(as_text(text), what, "Say what each of them is, or give 'regions:'.")
        seen.add(region.name)


def _read_regions(desk: Desk, raw: Mapping[str, Sequence[str]], low: float, high: float) -> tuple[Region, ...]:
    found: list[tuple[Region, Text]] = []
    for name, stretch in raw.items():
        since, until = (read_number(text) for text in stretch)
        if since is None or until is None or not low <= since < until <= high:
            told = f"'{stretch[0]} to {stretch[1]}' is no stretch of the scale."
            cure = f"Write two numbers that rise, from {low:g} to {high:g}."
            desk.notes.error(as_text(stretch[0]), told, cure)
        else:
            found.append((Region(str(name), since, until), as_text(name)))
    found.sort(key=lambda pair: pair[0].low)
    for (before, _), (after, place) in pairwise(found):
        if after.low < before.high:
            both = f"The regions '{before.name}' and '{after.name}' overlap"
            message = f"{both} between {after.low:g} and {min(before.high, after.high):g}."
            desk.notes.error(place, message, "A region ends where the next begins.")
    return tuple(region for region, _ in found)


def _build_stakes(
    desk: Desk, issue: Text, raw: Mapping[str, RawStake], names: Names, ends: tuple[float, float]
) -> tuple[Stake, ...]:
    stakes: list[Stake] = []
    for actor, item in raw.items():
        if actor not in names.actors and not names.doubts(actor):
            desk.notes.error(as_text(actor), f"No actor '{actor}'.", suggest(actor, names.actors))
        position = desk.quantity(item.position, between_ends(POSITION, *ends))
        salience, capability = desk.quantity(item.salience, SALIENCE), desk.quantity(item.capability, CAPABILITY)
        stakes.append(Stake(str(actor), position, salience, capability))
    if not stakes:
        if not names.doubts(issue):
            desk.notes.error(issue, f"Nobody has a stake in {issue}.", "Give an actor a position below 'stakes:'.")
    elif all(stake.salience.certain and stake.salience.median == 0 for stake in stakes):
        desk.notes.error(issue, f"Nobody cares about {issue}: every salience is 0.", "Give one above 0.")
    return tuple(stakes)
