"""The most likely sequences of moves by a date, who moves first, and which first move decides: the result and its text.

How the sequences are found is told in :mod:`detente.solvers.branching`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from detente.display import Drawn
from detente.game.game import Game
from detente.solvers.branching import LONGEST, METHOD, MOST_SEARCHED, TAIL, MoveSequence, Search
from detente.solvers.departures import Situation, day_of, name_mover, tell_move, write_move, write_span
from detente.solvers.hinges import Hinge
from detente.solvers.layout import Floats
from detente.solvers.tables import write_percent, write_row
from detente.solvers.waiting import FirstMoves, find_first_moves

#: what cutting off the Poisson series and rounding may make of nothing, per sequence
ROUNDING = 2 * TAIL
#: first moves told
SHOWN = 8


@dataclass(frozen=True, eq=False)
class Sequences(Drawn):
    """The most likely sequences of moves from a state by a date."""

    game: Game = field(repr=False)
    start: int
    #: months up to the date
    until: float
    #: with at least one move each, the likeliest first
    told: tuple[MoveSequence, ...] = field(repr=False)
    #: no sequence that is not told is likelier than this
    bound: float
    #: how many of those told are proven to be the likeliest, in this order
    proven: int
    #: beginnings looked into
    searched: int
    first: FirstMoves = field(repr=False)
    #: from which months count
    day: date = field(repr=False)
    #: what a question's chance becomes with each first move; None when nothing is asked
    hinge: Hinge | None = field(repr=False, default=None)

    def __repr__(self) -> str:
        return f"<Sequences: {len(self.told)} told within {self.until:.3g} months, the rest {self.rest:.3f}>"

    @property
    def nothing(self) -> float:
        """Probability that nothing moves by the date."""
        return self.first.nothing

    @property
    def rest(self) -> float:
        """Probability of everything else: longer, less likely, or back to a state already left."""
        left = 1.0 - self.nothing - sum(item.probability for item in self.told)
        return left if left > (len(self.told) + 1) * ROUNDING else 0.0

    def of_first(self) -> Floats:
        """Probability of the sequences told that begin with each first move, shape (k,)."""
        told = [sum(i.probability for i in self.told if i.cells[1] == cell) for cell in self.first.targets]
        return np.array(told, dtype=np.float64)

    def __str__(self) -> str:
        return "\n".join(_write(self))

    def to_dict(self) -> dict[str, object]:
        """Sequences, the chance that nothing moves, and the rest; they sum to one."""
        document = {
            "from": str(self.day),
            "to": str(day_of(self.day, self.until)),
            "months": self.until,
            "nothing": self.nothing,
            "sequences": [
                {
                    "moves": [tell_move(self.game, *move) for move in item.list_moves()],
                    "probability": item.probability,
                    "begun": item.begun,
                }
                for item in self.told
            ],
            "rest": self.rest,
            "proven": self.proven,
            "bound": self.bound,
            "searched": self.searched,
            "first": self.first.to_dict(),
            "made_by": {"values": "central values", "method": METHOD, "digest": self.game.digest},
        }
        return document | {"query": self._tell_hinge(self.hinge)} if self.hinge else document

    def _tell_hinge(self, hinge: Hinge) -> dict[str, object]:
        movers = dict(zip(self.first.targets.tolist(), self.first.movers.tolist(), strict=True))
        moves = {cell: tell_move(self.game, movers[cell], self.start, cell) for cell in hinge.after}
        return {
            "query": hinge.query,
            "now": hinge.now,
            "after": [moves[cell] | {"value": value} for cell, value in hinge.after.items()],
            "decides": None if hinge.decides is None else moves[hinge.decides],
        }


def find_sequences(situation: Situation, until: float, most: int, searched: int = MOST_SEARCHED) -> Sequences:
    """The ``most`` likely sequences of at least one move by ``until`` (months, > 0)."""
    search = Search(situation, until, most)
    bound = search.run(searched)
    told = search.list_best()
    return Sequences(
        game=situation.game,
        start=situation.start,
        until=until,
        told=told,
        bound=max(bound, search.floor),
        proven=sum(item.probability >= bound for item in told),
        searched=search.searched,
        first=find_first_moves(situation, until),
        day=situation.day,
    )


def _write(found: Sequences) -> Iterator[str]:
    yield from write_row("", write_span(found.game, found.start, found.day, found.until, "central values"))
    yield ""
    yield f"{'exactly so':>15} {'begins so':>10}  moves"
    for number, item in enumerate(found.told, start=1):
        shares = f"{write_percent(item.probability):>10} {write_percent(item.begun):>10}"
        for place, move in enumerate(item.list_moves()):
            head = " " * 28 if place else f"{number:3}. {shares}  "
            yield from write_row(head, ("then " if place else "") + write_move(found.game, *move))
    yield f"{write_percent(found.nothing):>15}{' ' * 13}nothing moves"
    yield f"{write_percent(found.rest):>15}{' ' * 13}everything else"
    yield from ["", *write_row("", _say_proof(found)), "", *_write_movers(found.first, found), ""]
    yield from _write_first(found)


def _say_proof(found: Sequences) -> str:
    rest = f"Everything else is less likely, longer than {LONGEST} moves, or comes back to a state already left."
    if found.rest > 0.5:
        rest += " A shorter span leaves less to it."
    if found.proven == len(found.told):
        least = f" None left out has more than {write_percent(found.bound)}." if found.bound > 0 else ""
        return f"Proven to be the likeliest.{least} {rest}"
    return (
        f"The search ended after {found.searched:,} beginnings: the first {found.proven} are proven to be the "
        f"likeliest, and a sequence that was missed may have up to {write_percent(found.bound)}. {rest}"
    )


def _write_movers(first: FirstMoves, found: Sequences) -> Iterator[str]:
    yield f"{f'by {day_of(found.day, found.until)}':>13} {'ever':>8}  who moves first"
    for mover, by, ever in first.by_mover():
        yield f"{write_percent(by):>13} {write_percent(ever):>8}  {name_mover(first.game, mover)}"
    yield f"{write_percent(first.nothing):>13} {write_percent(first.never):>8}  nobody"
    if np.isfinite(first.wait):
        yield f"The first move is expected after {first.wait:.3g} months."
    elif first.ever.size:
        yield "Nothing may ever move, so no time can be expected."


def _write_first(found: Sequences) -> Iterator[str]:
    """The likeliest first moves; with a question, what becomes of its chance."""
    first, hinge, told = found.first, found.hinge, found.of_first()
    if not len(first.movers):
        return
    after = f" {'P after':>8}" if hinge else ""
    yield f"{'first':>8} {'in the above':>13}{after}  first move"
    for k in range(min(SHOWN, len(first.movers))):
        cell = int(first.targets[k])
        chance = (f" {write_percent(hinge.after[cell]) if cell in hinge.after else '-':>8}") if hinge else ""
        head = f"{write_percent(first.by[k]):>8} {write_percent(told[k]):>13}{chance}  "
        yield from write_row(head, write_move(found.game, int(first.movers[k]), found.start, cell))
    left = float(first.by[SHOWN:].sum())
    if left:
        inside = write_percent(float(told[SHOWN:].sum()))
        yield f"{write_percent(left):>8} {inside:>13}{' ' * len(after)}  other first moves"
    yield from _say_hinge(found)


def _say_hinge(found: Sequences) -> Iterator[str]:
    first, hinge = found.first, found.hinge
    if hinge is None:
        move = write_move(found.game, int(first.movers[0]), found.start, int(first.targets[0]))
        yield from ["", *write_row("", f"The likeliest first move: {move} ({write_percent(first.by[0])} by the date).")]
        return
    yield from ["", *write_row("", f"P after: {hinge.query}, asked on {found.day} in the state after the move.")]
    if hinge.decides is None:
        yield f"As things stand {write_percent(hinge.now)}."
        return
    place = first.targets.tolist().index(hinge.decides)
    move = write_move(found.game, int(first.movers[place]), found.start, hinge.decides)
    yield from write_row(
        "",
        f"As things stand {write_percent(hinge.now)}. What decides most: {move} "
        f"({write_percent(first.by[place])}), after which it is {write_percent(hinge.after[hinge.decides])}.",
    )
