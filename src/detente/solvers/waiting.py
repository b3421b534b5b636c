"""Who moves next: the first move out of a state, by a date or ever.

As long as nothing moves the state is what it is, so each possible move has a clock of its own and the first to ring is
the next move (competing exponential clocks): in a piece of time in which the rates are constant, move k comes first
with probability rate_k x the expected time spent waiting in that piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from detente.display import Drawn
from detente.game.game import Game
from detente.solvers.departures import (
    CHANCE,
    Departures,
    Exits,
    Ints,
    Situation,
    cut_time,
    spread_wait,
    tell_move,
)
from detente.solvers.layout import Floats
from detente.solvers.tables import write_percent


@dataclass(frozen=True, eq=False)
class FirstMoves(Drawn):
    """The next move out of a state, whose it is and when; k possible moves, the likeliest by the date first.

    With draws of the inputs everything is the mean over them; pieces of all draws stand side by side, Q in all.
    """

    game: Game = field(repr=False)
    start: int
    #: months up to the date
    until: float
    #: int64 (k,): actor or ``CHANCE``, and the cell it leads to
    movers: Ints = field(repr=False)
    targets: Ints = field(repr=False)
    #: float64 (Q, k): the next move is this one and comes within the piece; pieces up to the date only
    masses: Floats = field(repr=False)
    #: float64 (Q,) each: where the piece begins, how long it lasts, the rate at which the state is left in it
    begins: Floats = field(repr=False)
    lengths: Floats = field(repr=False)
    leaving: Floats = field(repr=False)
    #: float64 (k,): the next move is this one, however late
    ever: Floats = field(repr=False)
    #: probability that nothing moves by the date
    nothing: float
    #: expected months until the next move; infinite when there may be none
    wait: float

    def __repr__(self) -> str:
        return (
            f"<FirstMoves: {len(self.movers)} moves, some move within {self.until:.3g} months {1 - self.nothing:.3f}>"
        )

    def __str__(self) -> str:
        lines = [f"{'by then':>8} {'ever':>8}  who moves first"]
        for mover, by, ever in self.by_mover():
            name = "chance" if mover == CHANCE else self.game.actors[mover].id
            lines.append(f"{write_percent(by):>8} {write_percent(ever):>8}  {name}")
        return "\n".join([*lines, f"{write_percent(self.nothing):>8} {write_percent(self.never):>8}  nobody"])

    @property
    def by(self) -> Floats:
        """The next move is this one and comes by the date, shape (k,)."""
        return np.asarray(self.masses.sum(axis=0))

    @property
    def never(self) -> float:
        """Probability that nothing ever moves."""
        left = 1.0 - float(self.ever.sum())
        return left if left > 1e-12 else 0.0

    def by_mover(self) -> list[tuple[int, float, float]]:
        """Each mover with the probability that the next move is its, by the date and ever; the likeliest first."""
        rows = [
            (int(m), float(self.by[self.movers == m].sum()), float(self.ever[self.movers == m].sum()))
            for m in np.unique(self.movers)
        ]
        return sorted(rows, key=lambda row: (-row[1], -row[2], row[0]))

    def to_dict(self) -> dict[str, object]:
        """Every move and mover, by the date and ever."""
        ids = {m: "chance" if m == CHANCE else self.game.actors[m].id for m, _, _ in self.by_mover()}
        moves = zip(self.movers, self.targets, self.by, self.ever, strict=True)
        return {
            "movers": [{"actor": ids[m], "probability": by, "ever": ever} for m, by, ever in self.by_mover()],
            "moves": [
                tell_move(self.game, int(m), self.start, int(cell)) | {"probability": float(by), "ever": float(ever)}
                for m, cell, by, ever in moves
            ],
            "nothing": self.nothing,
            "never": self.never,
            "expected_wait": float(self.wait) if np.isfinite(self.wait) else None,
        }


def find_first_moves(situation: Situation, until: float) -> FirstMoves:
    """The next move out of the state a situation stands in, by ``until`` (months, > 0) and ever."""
    pieces = cut_time(situation.game, [until, *(p.starts for p in situation.game.actors if p.starts > 0), np.inf])
    exits = Exits(situation, pieces).leave(situation.start)
    spent, waiting = spread_wait(exits.leaving, pieces.lengths)
    # A rate of nothing for ever is nothing.
    masses = exits.rates * np.where(exits.leaving > 0, spent, 0.0)[:, None]
    inside = pieces.bounds[1:] <= until
    order = np.lexsort((exits.targets, -masses.sum(axis=0), -masses[inside].sum(axis=0)))
    return FirstMoves(
        game=situation.game,
        start=situation.start,
        until=until,
        movers=exits.movers[order],
        targets=exits.targets[order],
        masses=masses[inside][:, order],
        begins=pieces.bounds[:-1][inside],
        lengths=pieces.lengths[inside],
        leaving=exits.leaving[inside],
        ever=masses.sum(axis=0)[order],
        nothing=float(waiting[int(inside.sum())]),
        wait=float(spent.sum()),
    )


def average_first_moves(draws: Sequence[FirstMoves]) -> FirstMoves:
    """The mean over draws of the inputs, all of one game, state and date."""
    first, count = draws[0], len(draws)
    movers = {int(cell): int(m) for draw in draws for cell, m in zip(draw.targets, draw.movers, strict=True)}
    place = {cell: k for k, cell in enumerate(sorted(movers))}
    masses = np.zeros((sum(len(draw.begins) for draw in draws), len(place)))
    ever = np.zeros(len(place))
    row = 0
    for draw in draws:
        columns = [place[int(cell)] for cell in draw.targets]
        masses[row : row + len(draw.begins), columns] = draw.masses / count
        ever[columns] += draw.ever / count
        row += len(draw.begins)
    cells = np.array(sorted(movers), dtype=np.int64)
    order = np.lexsort((cells, -ever, -masses.sum(axis=0)))
    return FirstMoves(
        game=first.game,
        start=first.start,
        until=first.until,
        movers=np.array([movers[int(cell)] for cell in cells[order]], dtype=np.int64),
        targets=cells[order],
        masses=masses[:, order],
        begins=np.concatenate([draw.begins for draw in draws]),
        lengths=np.concatenate([draw.lengths for draw in draws]),
        leaving=np.concatenate([draw.leaving for draw in draws]),
        ever=ever[order],
        nothing=float(np.mean([draw.nothing for draw in draws])),
        wait=float(np.mean([draw.wait for draw in draws])),
    )


def find_own_moves(exits: Departures, mover: int, lengths: Floats) -> tuple[Ints, Floats]:
    """One mover's next move while nobody else moves: the cells it may lead to, and their probabilities."""
    own = exits.movers == mover
    rates = exits.rates[:, own]
    spent, _ = spread_wait(rates.sum(axis=1), lengths)
    return exits.targets[own], (rates * spent[:, None]).sum(axis=0)
