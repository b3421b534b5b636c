"""What holds when: the phases of a game, what everybody takes the future to be, and time cut into slices.

A phase that is not anticipated comes as a surprise, and while it lasts everybody takes it to last for good: until the
next phase that is anticipated. One that is anticipated is known from the start, its end included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import inf

import numpy as np

from detente.game.game import Axis, Calendar, Game, Phase, Term
from detente.scenario.model import Scenario, months_between

#: months; slices of time are no longer, wherever behaviour changes with the date
WIDEST = 0.5
#: the slice before a border is at most this share of the shortest foresight, gap, and time between decisions
SHARE = 0.15
#: each slice further from the border is at most this much longer
GROWTH = 0.5


@dataclass(frozen=True, eq=False, slots=True)
class Stretch:
    """The game from a time on, until the next stretch."""

    #: months
    start: float
    game: Game = field(repr=False)


@dataclass(frozen=True, eq=False, slots=True)
class View:
    """What everybody takes the future to be for as long as nothing surprises anybody."""

    #: the first starts with the view; the last has no end
    stretches: tuple[Stretch, ...]
    #: months: when something else comes than foreseen
    end: float


def add_calendar(game: Game, scenario: Scenario, changes: Sequence[Mapping[str, int]]) -> Game:
    """The game as it is on as_of, with its phases; ``changes`` has by phase the inputs that stand in for others."""
    place = {item.id: k for k, item in enumerate(game.inputs)}
    phases = tuple(
        Phase(
            id=phase.id,
            start=max(0.0, months_between(scenario.as_of, phase.since)),
            until=months_between(scenario.as_of, phase.until) if phase.until is not None else None,
            anticipated=phase.anticipated,
            game=_change(game, dict(phase.closed), {place[name]: stand_in for name, stand_in in swap.items()}),
        )
        for phase, swap in zip(scenario.phases, changes, strict=True)
    )
    calendar = Calendar(game, phases)
    return replace(lay_stretches(calendar)[0].game, calendar=calendar)


def _change(game: Game, closed: Mapping[str, Sequence[int]], swap: Mapping[int, int]) -> Game:
    """The game with levels closed and inputs swapped for others."""

    def swap_terms(terms: Sequence[Term]) -> tuple[Term, ...]:
        return tuple(replace(term, weight=swap.get(term.weight, term.weight)) for term in terms)

    players = tuple(
        replace(
            player,
            readings=tuple(replace(reading, terms=swap_terms(reading.terms)) for reading in player.readings),
            tempo=swap.get(player.tempo, player.tempo),
            noise=swap.get(player.noise, player.noise),
            habit=swap.get(player.habit, player.habit),
            beliefs=tuple(
                replace(belief, terms=swap_terms(belief.terms)) if belief.terms is not None else belief
                for belief in player.beliefs
            ),
        )
        for player in game.actors
    )
    axes = tuple(_close(axis, closed[axis.id]) if axis.id in closed else axis for axis in game.axes)
    moves = tuple(replace(move, rate=swap.get(move.rate, move.rate)) for move in game.moves)
    return replace(game, axes=axes, actors=players, moves=moves)


def _close(axis: Axis, levels: Sequence[int]) -> Axis:
    """The axis on which the levels cannot be chosen; who is there may stay or leave."""
    legal = axis.legal.copy()
    legal[:, list(levels)] = False
    np.fill_diagonal(legal, val=True)
    return replace(axis, legal=legal)


def lay_stretches(calendar: Calendar, since: float = 0.0) -> tuple[Stretch, ...]:
    """What comes when, from a time on; the first stretch starts then."""
    found: list[Stretch] = []
    free = since
    for phase, end in _find_ends(calendar.phases):
        if end <= since:
            continue
        if phase.start > free:
            found.append(Stretch(free, calendar.own))
        found.append(Stretch(max(phase.start, since), phase.game))
        free = end
    if free < inf:
        found.append(Stretch(free, calendar.own))
    return tuple(found)


def lay_views(calendar: Calendar) -> tuple[View, ...]:
    """What everybody takes the future to be from as_of on, surprise by surprise."""
    truth = lay_stretches(calendar)
    views: list[View] = []
    time = 0.0
    while time < inf:
        view = _foresee(calendar, time)
        rest = lay_stretches(calendar, time)
        ahead = zip((*view, None), (*rest, None), strict=False)
        end = next((_earlier(a, b) for a, b in ahead if not _same(a, b)), inf)
        views.append(View(view, end))
        time = end
    assert len(views) <= 2 * len(truth), "a view ends where something changes"
    return tuple(views)


def _foresee(calendar: Calendar, time: float) -> tuple[Stretch, ...]:
    """What everybody takes to come from a time on: the phase in force, and what is anticipated."""
    known: list[Phase] = []
    for phase, end in _find_ends(calendar.phases):
        if phase.start > time:
            known += [phase] if phase.anticipated else []
        elif end > time:
            known.append(phase if phase.anticipated else replace(phase, until=None))
    return lay_stretches(Calendar(calendar.own, tuple(known)), time)


def _find_ends(phases: Sequence[Phase]) -> Iterator[tuple[Phase, float]]:
    """Each phase and the month in which it is over."""
    for k, phase in enumerate(phases):
        after = phases[k + 1].start if k + 1 < len(phases) else inf
        yield phase, after if phase.until is None else min(phase.until, after)


def _same(a: Stretch | None, b: Stretch | None) -> bool:
    return (a is None) == (b is None) and (a is None or b is None or (a.start == b.start and a.game is b.game))


def _earlier(a: Stretch | None, b: Stretch | None) -> float:
    return min(stretch.start for stretch in (a, b) if stretch is not None)


def cut_slices(starts: Sequence[float], foresights: Sequence[float], tempo: float, step: float = 1.0) -> list[float]:
    """Borders of the slices of time in which behaviour is taken to be constant, from ``starts[0]`` on; ascending.

    ``starts`` are the stretches' starts, ``tempo`` the largest. Every start is a border; before each but the first time
    is cut finely near it and more coarsely further away, back to the longest foresight. ``step`` scales the slices.
    """
    far = [foresight for foresight in foresights if foresight > 0]
    borders = set(starts)
    if far and len(starts) > 1:
        gap = min(after - before for before, after in pairwise(starts))
        first = step * min(WIDEST, SHARE * min(*far, gap, 1 / tempo if tempo > 0 else inf))
        for start in starts[1:]:
            width, border = first, start - first
            while border > max(starts[0], start - max(far)):
                borders.add(border)
                width = min(width * (1 + GROWTH * step), step * WIDEST)
                border -= width
            borders |= {start - max(far)} if start - max(far) > starts[0] else set()
        # Where the slices before two starts overlap, slivers are left out.
        listed = sorted(borders)
        borders -= {low for low, high in pairwise(listed) if high - low < first / 2 and low not in starts}
    return sorted(borders)


def find_seeing(starts: Sequence[float], foresights: Sequence[float], time: float) -> dict[float, list[int]]:
    """Who at a time sees another stretch coming: by length of foresight the actors' indices."""
    coming = next((start for start in starts if start > time), inf)
    seeing: dict[float, list[int]] = {}
    for j, far in enumerate(foresights):
        if time + far > coming:
            seeing.setdefault(far, []).append(j)
    return seeing
