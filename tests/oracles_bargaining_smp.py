"""KTAB's spatial model of politics by its definition: every contest of every pair weighed, every state valued whole.

Numbers are lists of floats, positions from 0 to 1, an actor's saliences together at most 1. Nothing is left out because
it cannot matter, and nothing is kept from round to round but where everybody stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import dist, floor, fsum, log, sqrt

Point = tuple[float, ...]

TIE, NOUGHT = 1e-9, 1e-12


@dataclass(frozen=True)
class Rules:
    """The choices, by KTAB's names in lower case."""

    vote: str = "proportional"
    victory: str = "linear"
    pce: str = "conditional"
    weights: str = "capability"
    risk_range: str = "mid"
    risk_view: float = 1 / 3
    third: str = "semi"
    meeting: str = "s2p2"
    proposals: str = "initiator"
    clones: str = "apart"


@dataclass(frozen=True)
class Table:
    places: tuple[Point, ...]
    saliences: tuple[Point, ...]
    capabilities: tuple[float, ...]

    @property
    def actors(self) -> range:
        return range(len(self.places))

    def resolve_of(self, i: int) -> float:
        return min(fsum(self.saliences[i]), 1.0)

    def power_of(self, i: int) -> float:
        return self.resolve_of(i) * self.capabilities[i]


def respond(rule: str, gain: float) -> float:
    if abs(gain) <= NOUGHT:
        return 0.0
    step = max(-1.0, min(1.0, gain / 1e-8))
    return {
        "binary": step,
        "proportional-binary": 0.8 * gain + 0.2 * step,
        "proportional": gain,
        "proportional-cubic": (gain + gain**3) / 2,
        "cubic": gain**3,
        "asymmetric": gain if gain < 0 else 2 * gain / 3,
    }[rule]


def win(model: str, ours: float, theirs: float) -> float:
    if model == "binary":
        if ours >= 1.1 * theirs:
            return 1 / (1 + 1e-6)
        if theirs >= 1.1 * ours:
            return 1e-6 / (1 + 1e-6)
        return min(1.0, max(1e-12, (2.1 * ours / (ours + theirs) - 1) / 0.1))
    power = {"linear": 1, "square": 2, "quartic": 4, "octic": 8}[model]
    return 1 / (1 + (theirs / ours) ** power)


def elect(rules: Rules, weights: Sequence[float], worth: Sequence[Sequence[float]], vote: str = "") -> list[float]:
    """Chance of every option; worth[o][k] is what option o is worth to voter k."""
    options = range(len(worth))
    strength = [[1e-8 for _ in options] for _ in options]
    for a in options:
        for b in range(a):
            votes = [
                w * respond(vote or rules.vote, x - y) for w, x, y in zip(weights, worth[a], worth[b], strict=True)
            ]
            strength[a][b] += fsum(v for v in votes if v > 0)
            strength[b][a] -= fsum(v for v in votes if v < 0)
    wins = [[0.5 if a == b else win(rules.victory, strength[a][b], strength[b][a]) for b in options] for a in options]
    if rules.pce == "conditional":
        logs = [fsum(log(p) for p in row) for row in wins]
        odds = [2.718281828459045 ** (x - max(logs)) for x in logs]
        return [p / fsum(odds) for p in odds]
    call = [[1 / len(worth) for _ in options] for _ in options]
    if rules.pce == "markov-incentive":
        urge = [[strength[a][b] * wins[a][b] + (1e-10 if a == b else 0) for b in options] for a in options]
        call = [[urge[a][b] / fsum(urge[c][b] for c in options) for b in options] for a in options]
    odds = [1 / len(worth) for _ in options]
    for _ in range(1000):
        new = [fsum(wins[a][b] * (odds[a] * call[b][a] + odds[b] * call[a][b]) for b in options) for a in options]
        change = max(abs(x - y) for x, y in zip(new, odds, strict=True))
        odds = [(x + y) / 2 for x, y in zip(new, odds, strict=True)]
        if change <= (1e-6 if rules.pce == "markov-uniform" else 1e-8):
            break
    return odds


def twins_of(places: Sequence[Point]) -> list[int]:
    first: list[int] = []
    for k, place in enumerate(places):
        first.append(next((j for j in range(k) if first[j] == j and dist(place, places[j]) < 1e-3), k))
    return first


def utility(table: Table, k: int, place: Point, risk: float) -> float:
    whole = fsum(s * s for s in table.saliences[k])
    if whole == 0:
        return 1.0
    away = fsum((s * (x - y)) ** 2 for s, x, y in zip(table.saliences[k], table.places[k], place, strict=True))
    far = sqrt(away / whole)
    return (1 - far) * (1 + risk * far)


def odds_of_places(
    table: Table, rules: Rules, weights: Sequence[float], risks: Sequence[float], merged: bool, vote: str = ""
) -> list[float]:
    first = twins_of(table.places) if merged else list(table.actors)
    options = sorted(set(first))
    worth = [[utility(table, k, table.places[o], risks[k]) for k in table.actors] for o in options]
    chances = dict(zip(options, elect(rules, weights, worth, vote), strict=True))
    return [chances[first[k]] for k in table.actors]


def weights_of(table: Table, rules: Rules) -> list[float]:
    return [table.capabilities[k] if rules.weights == "capability" else table.power_of(k) for k in table.actors]


def attitudes(table: Table, rules: Rules) -> list[float]:
    nobody = [0.0 for _ in table.actors]
    odds = odds_of_places(table, rules, weights_of(table, rules), nobody, rules.clones == "merged")
    low, high = min(odds), max(odds)
    if high - low <= TIE * high:
        return nobody
    if rules.risk_range == "min":
        return [(p - low) / (high - low) for p in odds]
    if rules.risk_range == "mid":
        return [(3 * p - (high + 2 * low)) / (2 * (high - low)) for p in odds]
    return [(2 * p - (high + low)) / (high - low) for p in odds]


def chance_of(table: Table, rules: Rules, i: int, j: int, worth: Callable[[int, int], float]) -> float:
    """Chance that i beats j, where worth(k, o) is the utility of o's place to k in the eyes of somebody."""
    own = 1e-10 + max(0.0, table.power_of(i) * respond(rules.vote, worth(i, i) - worth(i, j)))
    other = 1e-10 - min(0.0, table.power_of(j) * respond(rules.vote, worth(j, i) - worth(j, j)))
    votes = []
    for k in table.actors:
        if k in (i, j) or rules.third == "none":
            continue
        likes = table.power_of(k) * respond(rules.vote, worth(k, i) - worth(k, j))
        if rules.third == "preference":
            votes.append(likes)
        elif rules.third == "pivotal":
            turns = (own + abs(likes)) / (own + other + abs(likes)) - own / (own + other + abs(likes))
            votes.append(table.power_of(k) * respond(rules.vote, turns * (worth(k, i) - worth(k, j))))
        else:
            p = (own + max(likes, 0)) / (own + other + abs(likes))
            with_i = p * (2 * worth(k, i) + worth(k, k)) + (1 - p) * 3 * worth(k, j)
            with_j = p * 3 * worth(k, i) + (1 - p) * (2 * worth(k, j) + worth(k, k))
            votes.append(table.power_of(k) * respond(rules.vote, with_i - with_j))
    ours = own + fsum(v for v in votes if v > 0)
    theirs = other - fsum(v for v in votes if v < 0)
    return ours / (ours + theirs)


def meet(rules: Rules, table: Table, i: int, j: int, chance: float) -> tuple[Point, Point]:
    mine, yours = [], []
    for d in range(len(table.places[i])):
        x, y, s, t = table.places[i][d], table.places[j][d], table.saliences[i][d], table.saliences[j][d]
        if rules.meeting == "s2pmax":
            back, forth = max(0.0, 1 - 2 * chance), max(0.0, 2 * chance - 1)
            mine.append(x + back * t**2 / (back * t**2 + 1e-6 + (1 - back) * s**2) * (y - x))
            yours.append(y + forth * s**2 / (forth * s**2 + 1e-6 + (1 - forth) * t**2) * (x - y))
            continue
        power = 2 if rules.meeting == "s2p2" else 1
        a, b = (s * chance) ** power, (t * (1 - chance)) ** power
        mine.append(floor(((a + 1e-6) * x + b * y) / (a + 1e-6 + b) * 10000 + 0.5) / 10000)
        yours.append(floor((a * x + (b + 1e-6) * y) / (a + 1e-6 + b) * 10000 + 0.5) / 10000)
    return tuple(mine), tuple(yours)


def mix(table: Table, i: int, j: int, first: Point, second: Point) -> Point:
    a, b = table.power_of(i), table.power_of(j)
    part = a / (a + b) if a + b > 0 else 0.5
    return tuple(part * x + (1 - part) * y for x, y in zip(first, second, strict=True))


def bargains_of(table: Table, rules: Rules, risks: Sequence[float]) -> list[tuple[int, int, Point, Point]]:
    found: list[tuple[int, int, Point, Point]] = []

    def eyes(h: int) -> Callable[[int, int], float]:
        seen = [(1 - rules.risk_view) * risks[h] + rules.risk_view * r for r in risks]
        return lambda k, o: utility(table, k, table.places[o], seen[k])

    for i in table.actors:
        worth, best = eyes(i), 1e-5
        target = None
        for j in table.actors:
            if i == j:
                continue
            chance, resists = chance_of(table, rules, i, j, worth), table.resolve_of(j)
            fight = chance * 2 * worth(i, i) + (1 - chance) * 2 * worth(i, j)
            gain = (1 - resists) * 2 * worth(i, i) + resists * fight - (worth(i, i) + worth(i, j))
            if gain > best * (1 + TIE):
                best, target = gain, (j, chance)
        if target is None:
            continue
        j, chance = target
        own = meet(rules, table, i, j, chance)
        other = meet(rules, table, i, j, chance_of(table, rules, i, j, eyes(j)))
        if rules.proposals == "mean":
            found.append((i, j, mix(table, i, j, own[0], other[0]), mix(table, i, j, own[1], other[1])))
        else:
            found.append((i, j, *own))
        if rules.proposals == "both":
            found.append((i, j, *other))
    return found


def play_round(table: Table, rules: Rules) -> Table:
    risks = attitudes(table, rules)
    bargains = bargains_of(table, rules, risks)

    def state(bargain: tuple[int, int, Point, Point] | None) -> list[float]:
        """Mean utility of all places to everybody."""
        after = list(table.places)
        if bargain:
            after[bargain[0]], after[bargain[1]] = bargain[2], bargain[3]
        return [fsum(utility(table, a, place, risks[a]) for place in after) / len(after) for a in table.actors]

    places = []
    for k in table.actors:
        options: list[tuple[int, int, Point, Point] | None] = [b for b in bargains if b[0] < k and b[1] == k]
        options += [None, *(b for b in bargains if b[0] == k), *(b for b in bargains if b[0] > k and b[1] == k)]
        odds = elect(rules, weights_of(table, rules), [state(option) for option in options])
        best = 0
        for o, p in enumerate(odds):
            if p > odds[best] * (1 + TIE):
                best = o
        chosen = options[best]
        places.append(table.places[k] if chosen is None else chosen[2] if chosen[0] == k else chosen[3])
    return Table(tuple(places), table.saliences, table.capabilities)


def play(table: Table, rules: Rules, limit: int = 100) -> tuple[list[Table], bool]:
    """The tables before the first round and after each, and whether they came to rest."""
    course, moves = [table], []
    while len(moves) < limit:
        course.append(play_round(course[-1], rules))
        moves.append(fsum(map(dist, course[-1].places, course[-2].places)))
        if len(moves) > 1 and moves[-1] / (moves[0] + 1e-4) < 0.02:
            return course, True
    return course, False


def last_odds(table: Table, rules: Rules) -> list[float]:
    """Chance of everybody's place in the end, as KTAB prints it: actors at one place each have all of its chance."""
    return odds_of_places(table, rules, weights_of(table, rules), attitudes(table, rules), True, "proportional")
