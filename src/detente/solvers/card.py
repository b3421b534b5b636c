"""The card for people who adjudicate games: each actor's odds of its next move, on a page, and a roll of the dice.

While nobody moves, every actor has a clock of its own (:mod:`detente.solvers.waiting`). An actor's own odds are those
of its next move within the span as long as nobody else moves before; who moves first comes from all clocks together.
After a move the card of the new state is the one to use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from detente.display import Drawn
from detente.game.game import Game, levels_at
from detente.solvers.departures import (
    CHANCE,
    Exits,
    Situation,
    cut_time,
    day_of,
    name_mover,
    tell_move,
    write_move,
    write_span,
)
from detente.solvers.dice import Faces, Roll, number_faces, roll_first_move, write_faces
from detente.solvers.tables import write_percent, write_row
from detente.solvers.waiting import FirstMoves, average_first_moves, find_first_moves, find_own_moves

#: lines of an A4 page that a card may fill, two of them the caller's
LINES = 60
#: alternatives below this are lumped
LEAST = 0.01

METHOD = "competing exponential clocks, exact in a draw"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One next move of a mover."""

    cell: int
    probability: float
    #: standard error over draws; None at central values
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Odds:
    """A mover's next move within the span, as long as nobody else moves before."""

    #: actor or ``CHANCE``
    mover: int
    #: months until it decides at all
    starts: float
    stays: Alternative
    #: the likeliest first
    moves: tuple[Alternative, ...]


@dataclass(frozen=True, eq=False)
class Card(Drawn):
    """Everybody's odds in a state, over a span."""

    game: Game = field(repr=False)
    start: int
    day: date
    #: months of the span
    until: float
    first: FirstMoves = field(repr=False)
    #: actors that have anything to decide, then chance where it can move
    odds: tuple[Odds, ...] = field(repr=False)
    #: values, method, draws, seed, digest
    made_by: Mapping[str, object] = field(repr=False)
    roll: Roll | None = None

    def __repr__(self) -> str:
        return f"<Card: {len(self.odds)} movers, {self.until:.3g} months from {self.day}, {self.made_by['values']}>"

    def __str__(self) -> str:
        return "\n".join(_fit(self))

    def to_dict(self) -> dict[str, object]:
        """Who moves first, every alternative of every mover however small, and the roll."""
        return {
            "state": levels_at(self.game, self.start),
            "from": str(self.day),
            "to": str(day_of(self.day, self.until)),
            "months": self.until,
            "first": self.first.to_dict(),
            "odds": [self._tell(odds) for odds in self.odds],
            "roll": self._tell_roll(self.roll) if self.roll else None,
            "made_by": dict(self.made_by),
        }

    def _tell(self, odds: Odds) -> dict[str, object]:
        return {
            "actor": "chance" if odds.mover == CHANCE else self.game.actors[odds.mover].id,
            "starts": str(day_of(self.day, odds.starts)) if odds.starts > 0 else None,
            "stays": {"probability": odds.stays.probability, "standard_error": odds.stays.error},
            "moves": [
                tell_move(self.game, odds.mover, self.start, move.cell)
                | {"probability": move.probability, "standard_error": move.error}
                for move in odds.moves
            ],
        }

    def _tell_roll(self, roll: Roll) -> dict[str, object]:
        day = None if roll.months is None else str(day_of(self.day, roll.months))
        return roll.to_dict(self.first) | {"date": day}


def lay_card(situation: Situation, until: float) -> Card:
    """The card of a situation for one draw of the inputs, over ``until`` months (> 0)."""
    game = situation.game
    pieces = cut_time(game, [until])
    exits = Exits(situation, pieces).leave(situation.start)
    deciding = [int(actor) for actor in np.flatnonzero(situation.conduct.tempo > 0)]
    rows = []
    for mover in [*deciding, *([CHANCE] if (exits.movers == CHANCE).any() else [])]:
        cells, shares = find_own_moves(exits, mover, pieces.lengths)
        order = np.lexsort((cells, -shares))
        moves = tuple(Alternative(int(cells[k]), float(shares[k])) for k in order)
        stays = Alternative(situation.start, max(0.0, 1.0 - float(shares.sum())))
        rows.append(Odds(mover, 0.0 if mover == CHANCE else game.actors[mover].starts, stays, moves))
    made_by = {"values": "central values", "method": METHOD, "digest": game.digest}
    return Card(game, situation.start, situation.day, until, find_first_moves(situation, until), tuple(rows), made_by)


def average_cards(cards: Sequence[Card], seed: int) -> Card:
    """The mean of cards of one state and span over draws of the inputs, with standard errors."""
    count = len(cards)
    made_by = {"values": f"{count} draws", "method": METHOD, "draws": count, "seed": seed}
    return replace(
        cards[0],
        first=average_first_moves([card.first for card in cards]),
        odds=tuple(_average([card.odds[k] for card in cards]) for k in range(len(cards[0].odds))),
        made_by=made_by | {"digest": cards[0].game.digest},
    )


def _average(draws: Sequence[Odds]) -> Odds:
    cells = sorted({move.cell for odds in draws for move in odds.moves})
    place = {cell: k for k, cell in enumerate(cells)}
    table = np.zeros((len(draws), len(cells) + 1))
    for row, odds in zip(table, draws, strict=True):
        row[-1] = odds.stays.probability
        for move in odds.moves:
            row[place[move.cell]] = move.probability
    # a single draw has no spread to tell an error by
    errors = table.std(axis=0, ddof=1) / np.sqrt(len(draws)) if len(draws) > 1 else None
    told = [
        Alternative(cell, float(mean), None if errors is None else float(errors[k]))
        for k, (cell, mean) in enumerate(zip([*cells, draws[0].stays.cell], table.mean(axis=0), strict=True))
    ]
    moves = tuple(sorted(told[:-1], key=lambda move: (-move.probability, move.cell)))
    return replace(draws[0], stays=told[-1], moves=moves)


def roll_card(card: Card, seed: int) -> Card:
    """The card with the first move drawn."""
    return replace(card, roll=roll_first_move(card.first, seed))


# --- the page -------------------------------------------------------------------------------------------------------


def _fit(card: Card) -> list[str]:
    """The lines of the card; what is lumped grows until they fit a page, or nothing more can be lumped."""
    sizes = sorted({LEAST, *(m.probability for o in card.odds for m in o.moves if m.probability > LEAST), 1.0})
    for least in sizes:
        lines = list(_write(card, least))
        if len(lines) <= LINES - 2:
            break
    return lines


def _write(card: Card, least: float) -> Iterator[str]:
    first, end = card.first, day_of(card.day, card.until)
    yield from write_row("", write_span(card.game, card.start, card.day, card.until, str(card.made_by["values"])))
    yield ""
    yield f"{'d100':>8} {'chance':>8}  who moves first"
    rows = [(name_mover(card.game, mover), by) for mover, by, _ in first.by_mover()]
    rows.append((f"nobody by {end}", first.nothing))
    for (name, share), faces in zip(rows, number_faces([share for _, share in rows]), strict=True):
        yield f"{write_faces(faces):>8} {write_percent(share):>8}  {name}"
    yield ""
    yield "What each would do next, as long as nobody else moves before:"
    for odds in card.odds:
        yield from _write_odds(card, odds, least)
    yield ""
    yield from write_row("", _say_how(card, least))
    if card.roll:
        yield from write_row("", _say_roll(card, card.roll))


def _write_odds(card: Card, odds: Odds, least: float) -> Iterator[str]:
    told = [move for move in odds.moves if move.probability >= least]
    lumped = [move for move in odds.moves if move.probability < least]
    rest = sum(move.probability for move in lumped)
    shares = [odds.stays.probability, *(move.probability for move in told), rest]
    faces = number_faces(shares)
    late = odds.starts > 0
    yield name_mover(card.game, odds.mover) + (f", from {day_of(card.day, odds.starts)}" if late else "")
    yield from _write_alternative(faces[0], odds.stays, "nothing happens" if odds.mover == CHANCE else "stays put")
    for move, face in zip(told, faces[1:], strict=False):
        yield from _write_alternative(face, move, write_move(card.game, odds.mover, card.start, move.cell))
    if lumped:
        text = f"{len(lumped):,} other move{'s' * (len(lumped) > 1)}"
        yield from _write_alternative(faces[-1], Alternative(card.start, rest), text)


def _write_alternative(faces: Faces | None, move: Alternative, text: str) -> list[str]:
    error = f" {f'±{100 * move.error:.1f}':>5}" if move.error is not None else ""
    return write_row(f"{write_faces(faces):>8} {write_percent(move.probability):>8}{error}  ", text)


def _say_how(card: Card, least: float) -> str:
    errors = " ± is one standard error over draws, in points." if "draws" in card.made_by else ""
    return (
        f"d100: chances in whole percents that sum to 100, each less than one off. Moves below {write_percent(least)} "
        f"are lumped.{errors} After a move, take the card of the new state."
    )


def _say_roll(card: Card, roll: Roll) -> str:
    fell = f"Roll {roll.seed}: {100 * roll.number:.3f} of 100 fell in {100 * roll.low:.3f} to {100 * roll.high:.3f}: "
    if roll.move is None or roll.months is None:
        return f"{fell}nothing moves by {day_of(card.day, card.until)}. --roll {roll.seed} rolls the same again."
    move = write_move(card.game, int(card.first.movers[roll.move]), card.start, int(card.first.targets[roll.move]))
    mover = name_mover(card.game, int(card.first.movers[roll.move]))
    when = day_of(card.day, roll.months)
    return f"{fell}{mover}, {move}, on {when}. --roll {roll.seed} rolls the same again."
