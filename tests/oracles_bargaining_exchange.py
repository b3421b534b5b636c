"""The equal-gain exchange model by its definition, in exact fractions, all exchanges worked out at every step.

It keeps a list of what was struck and nothing else; sides, limits and gains are read off that list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations


@dataclass(frozen=True)
class Stand:
    """An actor on an issue: position as a share of the scale, salience, capability."""

    x: Fraction
    s: Fraction
    c: Fraction

    @property
    def weight(self) -> Fraction:
        return self.s * self.c


#: by actor and issue; an absent actor has no entry
Stands = dict[tuple[int, int], Stand]


@dataclass(frozen=True)
class Deal:
    """i moves its vote on p by ``vote_p``, and the outcome by ``move_p``, for j, which does the same on q."""

    i: int
    p: int
    j: int
    q: int
    vote_p: Fraction
    vote_q: Fraction
    move_p: Fraction
    move_q: Fraction
    gain: Fraction


@dataclass
class Table:
    """Stakes and what was struck in this round."""

    stands: Stands
    current: bool
    deals: list[Deal] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.actors = sorted({i for i, _ in self.stands})
        self.issues = sorted({p for _, p in self.stands})

    def total(self, p: int) -> Fraction:
        return sum((stand.weight for (_, k), stand in self.stands.items() if k == p), Fraction(0))

    def vote(self, i: int, p: int) -> Fraction:
        moved = [d.vote_p for d in self.deals if (d.i, d.p) == (i, p)]
        moved += [d.vote_q for d in self.deals if (d.j, d.q) == (i, p)]
        return self.stands[i, p].x + sum(moved)

    def outcome(self, p: int) -> Fraction:
        voters = [i for i, k in self.stands if k == p]
        return sum((self.stands[i, p].weight * self.vote(i, p) for i in voters), Fraction(0)) / self.total(p)

    def start(self, p: int) -> Fraction:
        return Table(self.stands, self.current).outcome(p)

    def reckoned(self, i: int, j: int, p: int) -> Fraction:
        """The outcome that i, moving p for j, starts from."""
        if self.current:
            return self.outcome(p)
        mine = [d.move_p for d in self.deals if d.p == p and (d.i == i or d.j == j)]
        mine += [d.move_q for d in self.deals if d.q == p and (d.j == i or d.i == j)]
        return self.start(p) + sum(mine)

    def room(self, i: int, j: int, p: int) -> Fraction:
        """How far i can move the outcome of p towards j."""
        one, other = self.stands[i, p], self.stands[j, p]
        middle = self.outcome(p) if self.current else self.start(p)
        if (one.x - middle) * (other.x - middle) >= 0:
            return Fraction(0)
        way = 1 if other.x > one.x else -1
        vote = self.vote(i, p)
        if (vote - one.x) * way < 0:
            return Fraction(0)
        by_vote = (other.x - vote) * way * one.weight / self.total(p)
        by_outcome = (other.x - self.reckoned(i, j, p)) * way
        return max(Fraction(0), min(by_vote, by_outcome))

    def possible(self) -> Iterator[Deal]:
        for p, q in combinations(self.issues, 2):
            for i, j in combinations(self.actors, 2):
                if all((actor, issue) in self.stands for actor in (i, j) for issue in (p, q)):
                    yield from self.try_both(i, j, p, q)

    def try_both(self, i: int, j: int, p: int, q: int) -> Iterator[Deal]:
        for giver, partner in ((i, j), (j, i)):
            a, b = self.stands[giver, p], self.stands[giver, q]
            c, d = self.stands[partner, p], self.stands[partner, q]
            there, back = self.room(giver, partner, p), self.room(partner, giver, q)
            if not (there and back and b.s + d.s):
                continue
            move = min(there, back * (b.s + d.s) / (a.s + c.s))
            other = move * (a.s + c.s) / (b.s + d.s)
            gain = other * b.s - move * a.s
            assert gain == move * c.s - other * d.s
            if gain <= 0:
                continue
            move *= 1 if c.x > a.x else -1
            other *= 1 if b.x > d.x else -1
            votes = move * self.total(p) / a.weight, other * self.total(q) / d.weight
            yield Deal(giver, p, partner, q, *votes, move, other, gain)

    def play(self) -> None:
        """Strike the best, the first of equals, until nobody gains."""
        while possible := list(self.possible()):
            self.deals.append(max(possible, key=lambda deal: deal.gain))


def play_round(stands: Stands, current: bool) -> Table:
    """A whole round."""
    table = Table(stands, current)
    table.play()
    return table


def loosen(table: Table) -> Stands:
    """Where everybody starts the next round."""
    tenth = Fraction(1, 10)
    return {
        (i, p): Stand(s.x + ((1 - s.s) * 4 * tenth + tenth) * (table.vote(i, p) - s.x), s.s, s.c)
        for (i, p), s in table.stands.items()
    }
