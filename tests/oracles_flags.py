"""What is met by when, the slow way: the chain over states and flags written out, dense matrices, general quadrature.

A flag is 0 while a condition that must turn true waits to turn false, 1 while the condition waits to be true, 2 once it
is met. Nothing here uses the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.linalg import expm

from oracles_dynamics import Textbook

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Happening:
    """A condition over the textbook's states, to be met by a time (months), or with ``enters`` to turn true."""

    where: NDArray[np.bool_]
    by: float = np.inf
    enters: bool = False

    def update(self, flag: int, state: int) -> int:
        true = bool(self.where[state])
        return {0: 0 if true else 1, 1: 2 if true else 1, 2: 2}[flag]


class Flagged:
    """The chain over (state, flag of each happening), followed from any distribution between any two times."""

    def __init__(self, book: Textbook, choices: Sequence[Floats], happenings: Sequence[Happening]) -> None:
        self.book, self.choices, self.happenings = book, choices, list(happenings)
        self.flags = list(product(range(3), repeat=len(self.happenings)))
        self.index = {pair: k for k, pair in enumerate(product(range(len(book.states)), self.flags))}

    def start(self, cell: int) -> Floats:
        mass = np.zeros(len(self.index))
        mass[self.index[self.book.cells.index(cell), tuple(0 if h.enters else 1 for h in self.happenings)]] = 1.0
        return self.update(mass, -np.inf)

    def update(self, mass: Floats, time: float) -> Floats:
        """Every flag set by the state its mass is in."""
        updated = np.zeros_like(mass)
        for (state, flags), k in self.index.items():
            updated[self.index[state, self._next(flags, state, time)]] += mass[k]
        return updated

    def _next(self, flags: tuple[int, ...], state: int, time: float) -> tuple[int, ...]:
        return tuple(
            h.update(flag, state) if time < h.by else flag for h, flag in zip(self.happenings, flags, strict=True)
        )

    def generator(self, time: float) -> Floats:
        """Rates between (state, flags) at a time."""
        moving = [j for j, player in enumerate(self.book.game.actors) if player.starts <= time]
        chain = self.book.generate(self.choices, moving)
        big = np.zeros((len(self.index),) * 2)
        for (state, flags), k in self.index.items():
            for target in np.flatnonzero(chain[state]):
                if target != state:
                    big[k, self.index[int(target), self._next(flags, int(target), time)]] += chain[state, target]
            big[k, k] += chain[state, state]
        return big

    def walk(self, mass: Floats, low: float, high: float) -> Floats:
        dates = {*(player.starts for player in self.book.game.actors), *(h.by for h in self.happenings)}
        for a, b in pairwise([low, *sorted(t for t in dates if low < t < high), high]):
            mass = mass @ expm(self.generator(a) * (b - a))
        return mass

    def sum(self, mass: Floats, wanted: Callable[[int, tuple[int, ...]], bool]) -> float:
        return float(sum(mass[k] for (state, flags), k in self.index.items() if wanted(state, flags)))


def find_joint(
    book: Textbook, choices: Sequence[Floats], start: int, asked: Happening, on: bool, observed: Happening
) -> tuple[float, float]:
    """P(what is asked by, or on, its date, and what is observed by its date), and P(what is observed)."""
    if not on:
        chain = Flagged(book, choices, [asked, observed])
        mass = chain.walk(chain.start(start), 0.0, max(asked.by, observed.by))
        return chain.sum(mass, lambda s, f: f == (2, 2)), chain.sum(mass, lambda s, f: f[1] == 2)
    chain = Flagged(book, choices, [observed])
    whole = chain.walk(chain.start(start), 0.0, max(asked.by, observed.by))
    mass = chain.walk(chain.start(start), 0.0, asked.by)
    for (state, _), k in chain.index.items():
        mass[k] *= asked.where[state]
    mass = chain.walk(mass, asked.by, max(asked.by, observed.by))
    return chain.sum(mass, lambda s, f: f == (2,)), chain.sum(whole, lambda s, f: f == (2,))


def find_sequel(
    book: Textbook, choices: Sequence[Floats], start: int, asked: Happening, after: Happening, seen: list[Happening]
) -> tuple[float, float]:
    """P(the event by its date, what is asked so long after it, and what is observed), and P without what is asked.

    The integral over the date of arrival is adaptive, piece by piece between the dates where something changes.
    """
    chain = Flagged(book, choices, [after, *seen])
    window = asked.by
    onward = Flagged(book, choices, [Happening(asked.where), *seen])

    def follow(flow: Floats, time: float) -> tuple[float, float]:
        """From arrivals (over the states and flags of ``chain``) at a time."""
        mass = np.zeros(len(onward.index))
        for (state, flags), k in chain.index.items():
            mass[onward.index[state, (1, *flags[1:])]] += flow[k]
        mass = onward.update(mass, time)
        end = time + window
        last = max([end, *(h.by for h in seen)])
        closed = Flagged(book, choices, [Happening(asked.where, end), *seen])
        mass = closed.walk(mass, time, last)
        known = (2,) * len(seen)
        return closed.sum(mass, lambda s, f: f == (2, *known)), closed.sum(mass, lambda s, f: f[1:] == known)

    first = chain.start(start)
    arrived = np.array([flags[0] == 2 for _, flags in chain.index])
    if (first * arrived).any():
        return follow(first * arrived, 0.0)

    def flow(time: float) -> Floats:
        mass = chain.walk(first, 0.0, time) * ~arrived
        return (mass @ chain.generator(time)) * arrived

    changes = [t for t in (*(p.starts for p in book.game.actors), *(h.by for h in seen)) if t > 0]
    dates = {0.0, after.by, *changes, *(t - window for t in changes)}
    bounds = sorted(t for t in dates if 0 <= t <= after.by)
    totals = [
        sum(
            quad(lambda t, part=part: follow(flow(t), t)[part], low + 1e-12, high - 1e-12, epsabs=1e-10, limit=60)[0]
            for low, high in pairwise(bounds)
        )
        for part in (0, 1)
    ]
    return totals[0], totals[1]
