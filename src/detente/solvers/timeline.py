"""The timeline of moves: how likely each lever is away from where it stands, from now to a date.

One walk of the chain of a forecast (:mod:`detente.solvers.course`) gives the distribution of states at the ends of
months, and beside it a copy of the distribution for every lever, which loses its mass where the lever is first moved:
when it is first left is read off that copy at any time, nothing interpolated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import ceil

import numpy as np
from numpy.typing import NDArray

from detente.display import Drawn
from detente.game.game import Game, levels_at
from detente.game.pricing import draw_inputs, price
from detente.scenario.model import DAYS_PER_MONTH
from detente.solvers.clocks import Clock
from detente.solvers.conduct import solve_conduct
from detente.solvers.course import METHOD, propagate
from detente.solvers.departures import Standpoint, day_of, write_span
from detente.solvers.layout import Floats, Layout, lay_out
from detente.solvers.pieces import Behaviour
from detente.solvers.schedule import solve_schedule
from detente.solvers.tables import write_percent, write_row
from detente.solvers.timing import Dates, find_dates
from detente.solvers.watch import lay_watch

#: most times told between the start and the end
MOST_TIMES = 36
#: numbers held at once for the levers' copies of the distribution, 32 MB
MOST_NUMBERS = 1 << 22
#: of the curves in the table of text
COLUMNS = 25
_BLOCKS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, eq=False, slots=True)
class Track:
    """One lever over time."""

    lever: str
    #: index into ``Game.actors``; -1 for chance
    owner: int
    #: where it stands at the start
    start: str
    #: float64 (times,): probability that it stands elsewhere
    away: Floats = field(repr=False)
    #: probability of each level at the end
    levels: Mapping[str, float]
    #: when it is first left
    left: Dates

    @property
    def likeliest(self) -> tuple[str, float]:
        """The likeliest level at the end, with its probability; of equals the first listed."""
        return max(self.levels.items(), key=lambda item: item[1])


@dataclass(frozen=True, eq=False)
class Timeline(Drawn):
    """Every lever of a conflict over time, at central values."""

    game: Game = field(repr=False)
    start: int
    day: date
    #: float64 (times,): months, ascending from 0
    months: Floats = field(repr=False)
    #: in the order of the game's levers: actor by actor, chance last
    tracks: tuple[Track, ...] = field(repr=False)
    #: method, digest of the scenario
    made_by: Mapping[str, str] = field(repr=False)

    def __repr__(self) -> str:
        return f"<Timeline of {len(self.tracks)} levers over {self.months[-1]:.3g} months>"

    @property
    def until(self) -> float:
        """Months up to the date."""
        return float(self.months[-1])

    def __str__(self) -> str:
        end = day_of(self.day, self.until)
        wide = min(24, max([len("lever"), *(len(track.lever) for track in self.tracks)]))
        places = np.unique(np.linspace(0, len(self.months) - 1, min(len(self.months), COLUMNS)).round().astype(int))
        lines = write_row("", write_span(self.game, self.start, self.day, self.until, "central values"))
        lines += ["", f"{'lever':<{wide}}  {'moved away':<{COLUMNS}} {'at end':>8}  first left  likeliest at the end"]
        for track in self.tracks:
            blocks = "".join(_BLOCKS[min(int(track.away[k] * len(_BLOCKS)), len(_BLOCKS) - 1)] for k in places)
            when = "by no date" if track.left.median is None else str(day_of(self.day, track.left.median))
            head = (
                f"{track.lever[:wide]:<{wide}}  {blocks:<{COLUMNS}} {write_percent(float(track.away[-1])):>8}  {when}  "
            )
            level, share = track.likeliest
            lines += write_row(head, f"{level} {write_percent(share)}")
        told = (
            "Moved away: how likely the lever is not where it stands at the start, in blocks from 0 to 1. First left: "
            f"the day by which it has been moved in half of all futures; by no date where that is not so by {end}."
        )
        return "\n".join([*lines, "", *write_row("", told)])

    def to_dict(self) -> dict[str, object]:
        """``{"state", "from", "to", "days", "levers": [{"lever", "owner", "start", "away", ...}], "made_by"}``."""
        return {
            "state": levels_at(self.game, self.start),
            "from": str(self.day),
            "to": str(day_of(self.day, self.until)),
            "days": [str(day_of(self.day, float(t))) for t in self.months],
            "levers": [self._tell(track) for track in self.tracks],
            "made_by": dict(self.made_by),
        }

    def _tell(self, track: Track) -> dict[str, object]:
        def date_of(months: float | None) -> str | None:
            return None if months is None else str(day_of(self.day, months))

        left = track.left
        return {
            "lever": track.lever,
            "owner": "chance" if track.owner < 0 else self.game.actors[track.owner].id,
            "start": track.start,
            "away": track.away.tolist(),
            "levels": dict(track.levels),
            "left": {
                "p10": date_of(left.early),
                "median": date_of(left.median),
                "p90": date_of(left.late),
                "never": left.never,
            },
        }


def lay_timeline(standpoint: Standpoint, until: float) -> Timeline:
    """Every lever from now up to ``until`` (months, > 0), at central values; phases included."""
    game, layout = standpoint.game, lay_out(standpoint.game)
    times = _lay_times(until)
    stands = [int(k) for k in np.unravel_index(standpoint.start, game.shape)]
    shares, clocks = _follow(standpoint, layout, times)
    tracks = []
    for dim, (axis, stand) in enumerate(zip(game.axes, stands, strict=True)):
        away = np.delete(shares[dim], stand, axis=1).sum(axis=1)
        tracks.append(
            Track(
                lever=axis.id,
                owner=axis.actor,
                start=axis.levels[stand],
                away=np.clip(away, 0.0, 1.0),
                levels=dict(zip(axis.levels, shares[dim][-1].tolist(), strict=True)),
                left=find_dates([clocks[dim]], until),
            )
        )
    made_by = {"values": "central values", "method": METHOD, "digest": game.digest}
    return Timeline(game, standpoint.start, standpoint.day, times, tuple(tracks), made_by)


def _follow(standpoint: Standpoint, layout: Layout, times: Floats) -> tuple[list[Floats], list[Clock]]:
    """Per lever the probabilities of its levels at every time, (times, levels), and the clock of its first move.

    Levers share a walk as long as their copies of the distribution hold no more than ``MOST_NUMBERS``.
    """
    game, start = standpoint.game, standpoint.start
    behaviour = _solve(standpoint, layout, float(times[-1]))
    dims = range(len(game.axes))
    shares: list[Floats] = []
    clocks: list[Clock] = []
    most = max(1, MOST_NUMBERS // game.cells)
    for batch in (dims[first : first + most] for first in range(0, len(dims), most)):
        elsewhere = [(_mark_elsewhere(game, start, dim), False) for dim in batch]
        watch = lay_watch(game, start, [], elsewhere)
        course = propagate(game, behaviour, layout, watch if shares else replace(watch, shots=((0, times),)), times)
        clocks += [Clock(course.strips, place) for place in range(len(batch))]
        if not shares:
            tensors = [course.shots[0, float(t)].reshape(game.shape) for t in times]
            apart = [tuple(other for other in dims if other != dim) for dim in dims]
            shares = [np.clip([tensor.sum(axis=others) for tensor in tensors], 0.0, 1.0) for others in apart]
    return shares, clocks


def _mark_elsewhere(game: Game, start: int, dim: int) -> NDArray[np.bool_]:
    """Where a lever stands otherwise than in a cell, bool (N,)."""
    levels = np.arange(game.shape[dim]).reshape([-1 if other == dim else 1 for other in range(len(game.axes))])
    stand = np.unravel_index(start, game.shape)[dim]
    return np.ascontiguousarray(np.broadcast_to(levels != stand, game.shape)).reshape(-1)


def _solve(standpoint: Standpoint, layout: Layout, until: float) -> Behaviour:
    """Everybody's behaviour at central values."""
    game, inputs = standpoint.game, draw_inputs(standpoint.game, None, standpoint.overrides)
    if game.calendar is None:
        return solve_conduct(game, price(game, inputs), layout)
    return solve_schedule(game, inputs, layout, until).behaviour


def _lay_times(until: float) -> Floats:
    """The ends of months, or of every so many months, each moved to the nearest whole day; and the end itself."""
    step = ceil(until / MOST_TIMES)
    ends = [round(month * DAYS_PER_MONTH) / DAYS_PER_MONTH for month in range(0, ceil(until), step)]
    return np.array([*(t for t in ends if t < until), until])
