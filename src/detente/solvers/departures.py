"""Where a state may go next, and how fast: the moves by which the chain of a forecast leaves one state.

A move is an occasion that changes the state; occasions at which an actor stays put are none. Every state is left at
rates that are constant in time but for the dates at which actors start to decide, so time is cut into pieces there and
every rate is given piece by piece.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

import numpy as np
from numpy.typing import NDArray

from detente.errors import NotYetAnalysed
from detente.game.game import Game, name_state
from detente.game.pricing import draw_inputs, price
from detente.scenario.model import DAYS_PER_MONTH
from detente.scenario.quantities import Quantity
from detente.solvers.conduct import Conduct, choose, solve_conduct
from detente.solvers.layout import Floats, Layout, lay_out
from detente.solvers.reach import compare_levels

#: the mover of a chance move
CHANCE = -1

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Standpoint:
    """A conflict as it stands on a day, before its inputs are drawn."""

    #: as seen from the day
    game: Game
    #: the cell it stands in
    start: int
    #: from which months count; an actor's ``starts`` too
    day: date
    #: inputs that are others than those of the game
    overrides: tuple[tuple[str, Quantity], ...] = ()


@dataclass(frozen=True, eq=False)
class Situation:
    """A conflict as it stands on a day, with everybody's behaviour."""

    game: Game
    layout: Layout = field(repr=False)
    conduct: Conduct = field(repr=False)
    start: int
    day: date


def solve_situation(standpoint: Standpoint, u: Floats | None) -> Situation:
    """Everybody's behaviour for one draw ``u`` of the inputs, shape (columns,); None: central values."""
    if standpoint.game.calendar is not None:
        raise NotYetAnalysed(
            "The game's conditions change by date (phases): this version has no analysis for sequences of moves, cards "
            "and time in states there. Ask queries with forecast --query, or take the phases out of the file."
        )
    game, layout = standpoint.game, lay_out(standpoint.game)
    prices = price(game, draw_inputs(game, u, standpoint.overrides))
    return Situation(game, layout, solve_conduct(game, prices, layout), standpoint.start, standpoint.day)


@dataclass(frozen=True, eq=False, slots=True)
class Pieces:
    """Time from now on, cut where an actor starts to decide; P pieces, n actors."""

    #: float64 (P + 1,): months, ascending from 0; the last may be infinite
    bounds: Floats
    #: bool (P, n)
    deciding: NDArray[np.bool_]

    @property
    def lengths(self) -> Floats:
        """Months of each piece, shape (P,)."""
        return np.diff(self.bounds)


def cut_time(game: Game, ends: Iterable[float]) -> Pieces:
    """Pieces up to the last of ``ends`` (months, > 0), cut at each of them too."""
    marks = set(ends)
    starts = np.array([player.starts for player in game.actors])
    bounds = np.array(sorted({0.0, *marks, *(float(t) for t in starts if 0 < t < max(marks))}))
    return Pieces(bounds, starts[None, :] <= bounds[:-1, None])


@dataclass(frozen=True, eq=False, slots=True)
class Departures:
    """The k moves that leave a state."""

    #: int64 (k,): the actor, or ``CHANCE``
    movers: Ints
    #: int64 (k,): the cells they lead to, every one once
    targets: Ints
    #: float64 (P, k): per month
    rates: Floats

    @property
    def leaving(self) -> Floats:
        """Rate at which the state is left, shape (P,)."""
        return np.asarray(self.rates.sum(axis=1))


class Exits:
    """The moves out of any state; those found are kept."""

    def __init__(self, situation: Situation, pieces: Pieces) -> None:
        self.situation, self.pieces = situation, pieces
        self._chance = situation.layout.find_rates(situation.conduct.rates)
        self._found: dict[int, Departures] = {}

    def leave(self, cell: int) -> Departures:
        """The moves out of a cell."""
        if cell not in self._found:
            self._found[cell] = self._find(cell)
        return self._found[cell]

    def limit_rates(self) -> Floats:
        """Rates that no state's leaving exceeds, shape (P,)."""
        conduct, layout = self.situation.conduct, self.situation.layout
        outflow = float(layout.find_outflow(conduct.rates).max(initial=0.0))
        return np.asarray(np.where(self.pieces.deciding, conduct.tempo, 0.0).sum(axis=1) + outflow)

    def _find(self, cell: int) -> Departures:
        game, conduct, layout = self.situation.game, self.situation.conduct, self.situation.layout
        edges = layout.find_exits(cell)
        edges = edges[self._chance[edges] > 0]
        targets = [layout.cells[layout.targets[edges]]]
        movers = [np.full(len(edges), CHANCE)]
        rates = [np.broadcast_to(self._chance[edges], (len(self.pieces.deciding), len(edges)))]
        for actor in np.flatnonzero(conduct.tempo > 0):
            cells, shares = choose(game, conduct, layout, int(actor), cell)
            away = cells != cell
            targets.append(cells[away])
            movers.append(np.full(int(away.sum()), actor))
            rates.append(np.outer(self.pieces.deciding[:, actor], conduct.tempo[actor] * shares[away]))
        return Departures(np.concatenate(movers), np.concatenate(targets), np.concatenate(rates, axis=1))


def spread_wait(leaving: Floats, lengths: Floats) -> tuple[Floats, Floats]:
    """Waiting for the first event of a clock whose rate is constant in pieces, (P,) each; the last may be endless.

    Returns the expected months spent waiting in each piece, and the probability (P + 1,) of still waiting at each
    bound.
    """
    left = np.where(leaving > 0, leaving, 1.0)
    used = left * np.where(leaving > 0, lengths, 0.0)
    waiting = np.exp(-np.concatenate([[0.0], np.cumsum(used)]))
    spent = np.where(leaving > 0, -np.expm1(-used) / left, lengths)
    reached = waiting[:-1] > 0
    return np.where(reached, waiting[:-1], 1.0) * np.where(reached, spent, 0.0), waiting


def day_of(day: date, months: float) -> date:
    """The day on which a time after ``day`` falls: ``by D`` includes all of D."""
    return day + timedelta(days=ceil(round(months * DAYS_PER_MONTH, 6)))


def write_span(game: Game, start: int, day: date, until: float, values: str) -> str:
    """``2024-11-07 to 2025-02-07, central values. State: status quo``."""
    return f"{day} to {day_of(day, until)}, {values}. State: {name_state(game, start)}"


def name_mover(game: Game, mover: int) -> str:
    """``United States (us)``, or ``chance``."""
    if mover == CHANCE:
        return "chance"
    player = game.actors[mover]
    return player.id if player.name == player.id else f"{player.name} ({player.id})"


def write_move(game: Game, mover: int, source: int, target: int) -> str:
    """``us.offer: none -> freeze``, one part for each lever that differs; a chance move says so."""
    parts = [f"{lever}: {old} -> {new}" for lever, (old, new) in compare_levels(game, source, target).items()]
    return ("chance, " if mover == CHANCE else "") + ", ".join(parts)


def tell_move(game: Game, mover: int, source: int, target: int) -> dict[str, object]:
    """A move as data: ``{"actor": id or "chance", "changes": {lever: [from, to]}}``."""
    changes = {lever: list(levels) for lever, levels in compare_levels(game, source, target).items()}
    return {"actor": "chance" if mover == CHANCE else game.actors[mover].id, "changes": changes}
