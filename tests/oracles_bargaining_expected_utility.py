"""One round of the expected-utility model by its definition, a pair of actors at a time.

Every number is worked out where it is needed, from the actors alone. Numbers closer than ``SAME`` are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

SAME = 1e-12


@dataclass(frozen=True)
class Actor:
    """Position, salience, capability, and the exponent of its risk."""

    x: float
    s: float
    c: float
    r: float = 1.0


@dataclass(frozen=True)
class Offer:
    #: none: nothing comes of it
    kind: str
    #: where it ends, and where the maker stands
    goal: float
    origin: float
    #: how far it goes, what its maker expects, and the mean of both positions weighted by the other's expectation
    move: float
    worth: float
    middle: float


@dataclass(frozen=True)
class Table:
    actors: tuple[Actor, ...]
    width: float
    switches: Mapping[str, str]

    def far(self, a: float, b: float) -> float:
        share = abs(a - b) / self.width
        return share if share > SAME else 0.0

    def vote(self, voter: Actor, a: float, b: float, exponent: float) -> float:
        """For a against b."""
        return float(voter.c * voter.s * (self.far(voter.x, b) ** exponent - self.far(voter.x, a) ** exponent))

    def find_median(self) -> float:
        """The lowest position that loses against none."""

        def loses(a: float, b: float) -> bool:
            weight = sum(k.c * k.s for k in self.actors)
            return sum(self.vote(k, b, a, 1.0) for k in self.actors) > SAME * weight

        held = sorted(k.x for k in self.actors)
        return next(a for a in held if not any(loses(a, b) for b in held))

    def count(self, a: float, b: float, linear: bool) -> list[float]:
        return [self.vote(k, a, b, 1.0 if linear else k.r) for k in self.actors]

    @cached_property
    def cast(self) -> dict[bool, float]:
        """In all ordered pairs of actors, by whether votes are linear."""
        pairs = [(a.x, b.x) for a in self.actors for b in self.actors]
        return {linear: sum(abs(v) for pair in pairs for v in self.count(*pair, linear)) for linear in (False, True)}

    def find_chance(self, i: Actor, j: Actor, linear: bool) -> float:
        """That i wins against j."""
        here = self.count(i.x, j.x, linear)
        ahead, cast = sum(v for v in here if v > 0), sum(abs(v) for v in here)
        weight = sum(k.c * k.s for k in self.actors)
        rule = self.switches["probability"]
        if rule == "all-pairs":
            return ahead / self.cast[linear] if self.cast[linear] > 0 else 0.0
        if cast <= SAME * weight:
            return 0.0
        return ahead / cast if rule == "pair" else max(sum(here), 0.0) / cast

    def expect(self, i: Actor, j: Actor, resists: float, r: float, linear: bool, median: float) -> float:
        """What i expects from challenging j, by the exponent r."""
        p, q = self.find_chance(i, j, linear), float(self.switches["q"])
        d, m = self.far(i.x, j.x), self.far(i.x, median)

        def value(half: float) -> float:
            return float(2 - 4 * max(half, 0.0) ** r)

        won, lost, same = value(0.5 - d / 2), value(0.5 + d / 2), value(0.5)
        better, worse = value(0.5 - (m + d) / 4), value(0.5 + (m + d) / 4)
        waiting = q * same + (1 - q) * (better if m < d - SAME else worse)
        return resists * (p * won + (1 - p) * lost) + (1 - resists) * won - waiting

    def expect_of_other(self, i: Actor, j: Actor, r: float, linear: bool, median: float) -> float:
        """What j expects from challenging i."""
        resists = i.s if self.switches["resister"] == "own" else j.s
        return self.expect(j, i, resists, r, linear, median)

    def find_security(self, n: int, median: float) -> float:
        me = self.actors[n]
        return sum(self.expect_of_other(me, j, 1.0, True, median) for k, j in enumerate(self.actors) if k != n)

    def find_exponent(self, n: int, median: float) -> float:
        """All exponents are 1 when this is asked."""
        if self.switches["risk"] == "others":
            levels = [self.find_security(k, median) for k in range(len(self.actors))]
        else:
            levels = []
            for other in self.actors:
                moved = list(self.actors)
                moved[n] = replace(moved[n], x=other.x)
                levels.append(replace(self, actors=tuple(moved)).find_security(n, median))
        least, most = min(levels), max(levels)
        risk = (2 * self.find_security(n, median) - most - least) / (most - least) if most - least > SAME else 0.0
        return (1 - risk / 3) / (1 + risk / 3)

    def make_offer(self, i: Actor, j: Actor, median: float) -> Offer | None:
        """j's to i."""
        linear = self.switches["votes"] == "linear"
        a = self.expect(i, j, j.s, i.r, linear, median)
        b = self.expect_of_other(i, j, i.r if self.switches["expectations"] == "own" else j.r, linear, median)
        if self.far(i.x, j.x) == 0 or b <= SAME:
            return None
        kind, goal = "none", j.x
        if abs(a) > SAME and abs(abs(a) - b) > SAME:
            if a < 0:
                kind = "compromise" if b > -a else "capitulation"
            elif b > a:
                kind = "conflict"
        if kind == "compromise":
            goal = i.x + (j.x - i.x) * abs(a / b)
        if kind == "capitulation" and self.switches["capitulation"] == "never":
            kind = "none"
        if kind == "none":
            goal = i.x
        middle = (abs(a) * i.x + abs(b) * j.x) / (abs(a) + abs(b))
        return Offer(kind, goal, j.x, abs(goal - i.x) / self.width, b, middle / self.width)

    def choose(self, i: Actor, offers: list[Offer]) -> float:
        """Where i goes."""

        def keep(key: Callable[[Offer], float]) -> None:
            nonlocal offers
            best = min(key(offer) for offer in offers)
            offers = [offer for offer in offers if key(offer) <= best + SAME]

        order = self.switches["offers"]
        if order != "strongest":
            offers = [offer for offer in offers if offer.kind != "none"]
        if not offers:
            return i.x
        if order == "kind":
            keep(lambda offer: ("conflict", "compromise", "capitulation").index(offer.kind))
            lowest = self.switches["compromise"] == "lowest" and offers[0].kind == "compromise"
            keep(lambda offer: offer.middle if lowest else offer.move)
        elif order == "enforceable":
            keep(lambda offer: -offer.worth)
            keep(lambda offer: offer.move)
        elif order == "nearest":
            keep(lambda offer: offer.move)
            keep(lambda offer: -offer.worth)
        else:
            keep(lambda offer: -offer.worth)
            keep(lambda offer: self.far(offer.origin, i.x))
            keep(lambda offer: offer.origin / self.width)
        return min(offer.goal for offer in offers)


def play(actors: list[Actor], width: float, switches: Mapping[str, str]) -> tuple[list[float], list[float]]:
    """Everybody's position after a round, and the exponents in it."""
    first = Table(tuple(actors), width, switches)
    median = first.find_median()
    exponents = [first.find_exponent(n, median) for n in range(len(actors))]
    table = replace(first, actors=tuple(replace(k, r=r) for k, r in zip(actors, exponents, strict=True)))
    after = []
    for n, i in enumerate(table.actors):
        made = (table.make_offer(i, j, median) for m, j in enumerate(table.actors) if m != n)
        after.append(table.choose(i, [offer for offer in made if offer is not None]))
    return after, exponents
