"""Behaviour under conditions that change by date, written down the slow way.

Calendar time is a fine grid of moments ``d`` months apart; foresights, dates and the end are multiples of d. For every
end of an outlook the equation is stepped back moment by moment by Heun's rule on dense matrices, and the values of who
stops looking are kept by the moment at which it does. Nothing is shared with the engine but the games.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from detente.game.game import Game
from detente.game.pricing import draw_inputs, price
from oracles_dynamics import Textbook

Floats = NDArray[np.float64]


class Almanac:
    """One view of the future: the game from each moment of change on."""

    def __init__(self, stretches: Sequence[tuple[float, Game]], d: float) -> None:
        self.d = d
        self.starts = [round(start / d) for start, _ in stretches]
        self.books = [Textbook(game, price(game, draw_inputs(game, None))) for _, game in stretches]
        for book in self.books:
            for j, prior in enumerate(book.priors):
                # Who can go nowhere has no occasions.
                if (prior == np.diag(np.diag(prior))).all():
                    book.tempo[j] = 0.0
        self.steps = [round(h / d) for h in self.books[0].prices.foresight]
        #: by actor and moment: what every state is worth over its whole foresight, and how long choices last
        self.worth: dict[tuple[int, int], tuple[Floats, float]] = {}

    def book_of(self, interval: int) -> Textbook:
        """The conditions between a moment and the next."""
        return self.books[max(k for k, start in enumerate(self.starts) if start <= interval)]

    def decide(self, j: int, moment: int, interval: int) -> Floats:
        """How an actor decides at a moment by its whole foresight, under the conditions of an interval beside it."""
        book = self.book_of(interval)
        if self.steps[j] == 0:
            return book.choose(j, book.payoffs[j] / book.prices.noise[j])
        values, lasting = self.worth[j, moment]
        return book.choose(j, values / lasting / book.prices.noise[j])

    def look_ahead(self, last: int) -> None:
        """Fill in ``worth`` for every moment up to ``last``, outlook by outlook."""
        first = self.starts[0]
        for end in range(first, last + max(self.steps) + 1):
            self._look(end, first)

    def _look(self, end: int, first: int) -> None:
        n, count = self.books[0].payoffs.shape
        w, g = np.zeros((n, count)), np.zeros(n)
        for m in range(max(self.steps) + 1):
            for j in range(n):
                if self.steps[j] == m and m > 0:
                    self.worth[j, end - m] = w[j].copy(), g[j]
            if m == max(self.steps) or end - m - 1 < first:
                return
            interval = end - m - 1
            book = self.book_of(interval)

            def slope(w: Floats, g: Floats, m: int, interval: int = interval, book: Textbook = book):
                choices = []
                for j in range(n):
                    if m >= self.steps[j]:
                        choices.append(self.decide(j, end - m, interval))
                    elif m == 0:
                        choices.append(book.choose(j, book.payoffs[j] / book.prices.noise[j]))
                    else:
                        choices.append(book.choose(j, w[j] / g[j] / book.prices.noise[j]))
                return book.payoffs + w @ book.generate(choices, range(n)).T, 1 - book.tempo * g

            w1, g1 = slope(w, g, m)
            # Values and lasting of who stops looking at the end of this very step are first needed within it.
            ahead, after = w + self.d * w1, g + self.d * g1
            for j in range(n):
                if self.steps[j] == m + 1:
                    self.worth[j, end - m - 1] = ahead[j].copy(), after[j]
            w2, g2 = slope(ahead, after, m + 1)
            w, g = w + self.d / 2 * (w1 + w2), g + self.d / 2 * (g1 + g2)

    def follow(self, mass: Floats, first: int, last: int) -> list[Floats]:
        """Distributions over the states at every moment from ``first`` to ``last``."""
        found = [mass]
        n = len(self.steps)
        for interval in range(first, last):
            book = self.book_of(interval)
            starts = [player.starts for player in book.game.actors]
            moving = [j for j in range(n) if starts[j] <= interval * self.d + 1e-9]
            ends = [
                book.generate([self.decide(j, moment, interval) for j in range(n)], moving)
                for moment in (interval, interval + 1)
            ]
            mass = mass @ expm((ends[0] + ends[1]) / 2 * self.d)
            found.append(mass)
        return found
