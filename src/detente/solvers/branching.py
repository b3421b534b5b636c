"""The most likely sequences of moves by a date, proven by branch and bound.

A sequence's probability is that exactly its moves come first, in its order, and no other happens by the date. The time
spent in each state on the way is exponential with the rate at which the state is left, so this is a phase-type
distribution (Neuts 1981) on a line of states, and it is found by uniformisation: sums of positive numbers only, so that
equal and nearly equal rates do no harm.

1. A beginning (some first moves) is worth at most the probability that it has happened by the date: every sequence that
   goes on from it needs that.
2. The open beginning worth most is taken, its own probability computed, and it is lengthened by each possible move.
3. It ends when no open beginning is worth more than the last of the best sequences, which proves them the best; or when
   ``MOST_SEARCHED`` beginnings have been taken (fewer where ``MEMORY`` bytes hold no more), and then the greatest worth
   left open bounds what may have been missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush, heappushpop
from itertools import count

import numpy as np

from detente.solvers.departures import Exits, Situation, cut_time
from detente.solvers.layout import Floats

#: moves of the longest sequence, and beginnings that a search looks into
LONGEST, MOST_SEARCHED = 6, 20_000
#: bytes that the beginnings looked into may hold
MEMORY = 256 << 20
#: largest Poisson mass left out of a probability
TAIL = 1e-12

#: how the probabilities are found, in one line for the record
METHOD = f"branch and bound over at most {LONGEST} moves; uniformisation, truncation below {TAIL:g}"


@dataclass(frozen=True, slots=True)
class MoveSequence:
    """The first moves by a date, all of them."""

    #: actor or ``CHANCE`` of each move
    movers: tuple[int, ...]
    #: the start and the cell after each move
    cells: tuple[int, ...]
    #: of exactly these moves in this order and no other by the date
    probability: float
    #: of these moves coming first in this order by the date, whatever follows
    begun: float

    def list_moves(self) -> list[tuple[int, int, int]]:
        """Mover, cell before and cell after of each move."""
        return list(zip(self.movers, self.cells, self.cells[1:], strict=False))


@dataclass(frozen=True, eq=False, slots=True)
class _Beginning:
    """Some first moves, waiting to be looked into."""

    movers: tuple[int, ...]
    cells: tuple[int, ...]
    begun: float
    #: float64 (P, K): the masses of the state before the last move, by piece and jump
    before: Floats
    #: float64 (P,): rate of the last move
    rates: Floats


class Search:
    """One branch and bound for the ``most`` likely sequences by ``until`` (months, > 0)."""

    def __init__(self, situation: Situation, until: float, most: int) -> None:
        self.start, self.most = situation.start, most
        pieces = cut_time(situation.game, [until])
        self.exits = Exits(situation, pieces)
        self.line = _Line(self.exits.limit_rates(), pieces.lengths)
        #: (probability, number, sequence), the least likely first
        self.best: list[tuple[float, int, MoveSequence]] = []
        self.open: list[tuple[float, int, _Beginning]] = []
        self.searched = 0
        self._number = count()

    @property
    def floor(self) -> float:
        """What a sequence must exceed to be told."""
        return self.best[0][0] if len(self.best) == self.most else 0.0

    def list_best(self) -> tuple[MoveSequence, ...]:
        """The best sequences found, the likeliest first."""
        return tuple(sorted((entry[2] for entry in self.best), key=lambda item: (-item.probability, item.cells)))

    def run(self, budget: int) -> float:
        """Search until the best are proven or the budget is spent; return what open beginnings are worth at most."""
        budget = max(1, min(budget, MEMORY // self.line.at_end.nbytes))
        self._look_into(_Beginning((), (self.start,), 1.0, np.zeros((0, 0)), np.zeros(0)))
        while self.open and -self.open[0][0] > self.floor and self.searched < budget:
            self._look_into(heappop(self.open)[2])
            if len(self.open) > 2 * budget:
                self._forget(budget)
        return -self.open[0][0] if self.open else 0.0

    def _forget(self, budget: int) -> None:
        """Keep as many of the beginnings worth most as could be looked into at all.

        One of them is still open when the budget is spent, so what is forgotten is worth no more than what is open.
        """
        self.open.sort()
        del self.open[budget:]

    def _look_into(self, beginning: _Beginning) -> None:
        self.searched += 1
        exits = self.exits.leave(beginning.cells[-1])
        masses = self.line.follow(beginning.before, beginning.rates, exits.leaving)
        if beginning.movers:
            probability = self.line.read_end(masses)
            found = MoveSequence(beginning.movers, beginning.cells, probability, beginning.begun)
            entry = (probability, -next(self._number), found)
            if len(self.best) < self.most:
                heappush(self.best, entry)
            else:
                heappushpop(self.best, entry)
        if len(beginning.movers) == LONGEST:
            return
        worths = self.line.read_spent(masses) @ exits.rates
        for k in np.flatnonzero(worths > self.floor):
            target = int(exits.targets[k])
            if target not in beginning.cells:
                longer = _Beginning(
                    (*beginning.movers, int(exits.movers[k])),
                    (*beginning.cells, target),
                    float(worths[k]),
                    masses,
                    exits.rates[:, k],
                )
                heappush(self.open, (-longer.begun, next(self._number), longer))


class _Line:
    """Uniformised time on a line of states: P pieces of at most K - 1 jumps.

    Masses (P, K) say how likely the last state of the line is held after each number of jumps of each piece.
    """

    def __init__(self, rates: Floats, lengths: Floats) -> None:
        from scipy import special

        self.rates = rates
        means = rates * lengths
        most = special.pdtrik(1 - TAIL, means[means > 0].max()) if (means > 0).any() else 0.0
        self.jumps = np.arange(int(np.ceil(most)) + 2)
        #: Poisson probabilities of the jumps by a piece's end, and the months spent after exactly so many jumps
        self.at_end = np.exp(
            special.xlogy(self.jumps, means[:, None]) - means[:, None] - special.gammaln(self.jumps + 1)
        )
        safe = np.where(rates > 0, rates, 1.0)[:, None]
        still = np.where(self.jumps == 0, lengths[:, None], 0.0)
        self.spent = np.where(rates[:, None] > 0, special.gammainc(self.jumps + 1, means[:, None]) / safe, still)

    def follow(self, before: Floats, inflow: Floats, leaving: Floats) -> Floats:
        """Masses of one more state, entered from the last at rate ``inflow`` and left at ``leaving``, (P,) each.

        With no state before (``before`` empty) the line starts here.
        """
        masses = np.zeros(self.at_end.shape)
        held = 1.0 if not len(before) else 0.0
        for p, rate in enumerate(self.rates):
            arriving = np.zeros(len(self.jumps))
            arriving[0] = held
            stay = 1.0
            if rate > 0:
                stay = max(0.0, 1.0 - float(leaving[p]) / rate)
                if len(before):
                    arriving[1:] = before[p, :-1] * (inflow[p] / rate)
            masses[p] = _add_decaying(arriving, stay)
            held = float(masses[p] @ self.at_end[p])
        return masses

    def read_end(self, masses: Floats) -> float:
        """Probability that the state is held when the last piece ends."""
        return float(masses[-1] @ self.at_end[-1])

    def read_spent(self, masses: Floats) -> Floats:
        """Months spent in the state in each piece, shape (P,)."""
        return np.asarray((masses * self.spent).sum(axis=1))


def _add_decaying(arriving: Floats, stay: float) -> Floats:
    """out[n] = arriving[n] + stay out[n - 1], by doubling the stretch that has been added up; works in place."""
    shift, factor = 1, stay
    while shift < len(arriving) and factor > 0:
        arriving[shift:] += factor * arriving[:-shift]
        shift, factor = 2 * shift, factor * factor
    return arriving
