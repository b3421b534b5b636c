"""The equal-gain exchange model: actors trade votes on an issue they care less about for votes on another.

Stokman & Van Oosten 1994 (in Bueno de Mesquita & Stokman, European Community Decision Making, ch. 5). An actor gains
s times the distance by which an outcome comes nearer to its position, s its salience. A round:

1. The outcome of each issue is the compromise, the mean of positions weighted by capability times salience.
2. Two actors on opposite sides of the outcome on two issues may exchange: i, who cares relatively less about p, moves
   its vote on p towards j's position there, and j moves its vote on q towards i's. What moves an outcome by d costs one
   s d and is worth s d to the other. Both gain the same where dq / dp = (s_ip + s_jp) / (s_iq + s_jq).
3. They go as far as they can: no vote moves beyond the partner's position, nor does it push the outcome beyond that.
4. The exchange with the highest gain is struck. Those it changes are worked out anew: a vote goes on from where it is,
   and never back. This is repeated until nobody gains.
5. The outcome of the votes is the forecast.

In a further round everybody starts a bit of the way from its position x to its vote y, the more so the less it cares:
x + ((1 - s) 0.4 + 0.1) (y - x). The authors break ties at random. Here, of exchanges of equal gain the one is struck
whose issues, then actors come first, so that the same numbers always give the same answer. Who stands at the outcome of
an issue is on no side of it. With one issue, or with nobody on opposite sides, there is nothing to exchange and the
outcome is the compromise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente import kernels
from detente.solvers.bargaining.settlement import Settlement
from detente.solvers.bargaining.stakes import Floats, Stakes
from detente.solvers.bargaining.switches import Switch

#: the way to its vote that an actor without salience starts the next round, and one with all of it
LOOSE, FIXED = 0.5, 0.1
#: exchanges of a round, per actor and issue, after which it is broken off
MOST = 100
#: a change of outcome in the last round, as a share of the scale, that counts as none
REST = 0.001

#: the outcome that exchanges are reckoned with: at the start of the round, or as it stands
Reckoning = Literal["first", "current"]

SWITCHES = (
    Switch("rounds", (), "1", "rounds of exchanges"),
    Switch(
        "outcome",
        ("first", "current"),
        "first",
        "the outcome exchanges are reckoned with: the round's first, or as it stands",
    ),
)


def settle_exchange(stakes: Stakes, switches: Mapping[str, str], track: bool) -> Settlement:
    """The model with every switch given: see :func:`find_exchange_outcomes`."""
    return find_exchange_outcomes(stakes, *read_switches(switches), track=track)


def read_switches(switches: Mapping[str, str]) -> tuple[int, Reckoning]:
    """Rounds and reckoning of switches that are all given."""
    return int(switches["rounds"]), "current" if switches["outcome"] == "current" else "first"


@dataclass(frozen=True, slots=True)
class Concession:
    """What one side of an exchange gives, on the scale of the issue."""

    actor: str
    issue: str
    #: its vote before and after
    start: float
    end: float
    #: the outcome of all votes before and after
    before: float
    after: float

    def to_dict(self) -> dict[str, object]:
        """Plain types, as in ``bargain --json``."""
        return {
            "actor": self.actor,
            "issue": self.issue,
            "from": self.start,
            "to": self.end,
            "outcome": [self.before, self.after],
        }


@dataclass(frozen=True, slots=True)
class Exchange:
    """An exchange that was struck. Gains are salience times per cent of the scale's length."""

    #: from 1
    round: int
    gives: Concession
    returns: Concession
    #: what each of the two expects to gain
    gain: float
    #: what the outcome's change is worth to each actor, in the order of the stakes
    effects: tuple[tuple[str, float], ...] = field(repr=False)

    @property
    def externalities(self) -> tuple[tuple[str, float], ...]:
        """What it is worth to third parties."""
        partners = (self.gives.actor, self.returns.actor)
        return tuple(effect for effect in self.effects if effect[0] not in partners)

    def to_dict(self) -> dict[str, object]:
        """Plain types, as in ``bargain --json``."""
        return {
            "round": self.round,
            "gives": self.gives.to_dict(),
            "returns": self.returns.to_dict(),
            "gain": self.gain,
            "effects": dict(self.effects),
        }


def find_exchange_outcomes(
    stakes: Stakes, rounds: int = 1, reckoning: Reckoning = "first", *, track: bool = False
) -> Settlement:
    """Where the votes end on every issue of a package.

    ``reckoning`` is the outcome that sides, limits and gains refer to: ``first`` as published, the one at the start of
    the round with what the partners were paid since, or ``current``, the one that all votes give by then, so that both
    really gain. ``lengths`` counts the rounds in which anything was exchanged. It is settled when no exchange was left
    and, of several rounds, the last moved no outcome by more than ``REST`` of its scale. The tracked positions are
    votes, and the tracked points their outcomes.
    """
    table = _spread(stakes)
    votes = [table.positions]
    lengths, done = np.zeros(stakes.draws, np.int64), np.ones(stakes.draws, np.bool_)
    for number, (vote, counts) in enumerate(_play(table, rounds, reckoning), start=1):
        votes.append(vote)
        lengths[counts > 0] = number
        done &= counts < table.most
    votes += [votes[-1]] * (rounds + 1 - len(votes))
    points = np.stack([table.find_outcomes(vote) for vote in votes], axis=1)
    if rounds > 1:
        done &= (np.abs(points[:, -1] - points[:, -2]) <= REST).all(axis=1)
    switches = {"rounds": str(rounds), "outcome": str(reckoning)}
    scaled = table.low + points * table.width
    if not track:
        return Settlement("exchange", scaled[:, -1], switches, done, lengths)
    kept = table.low + np.stack(votes, axis=1) * table.width
    return Settlement("exchange", scaled[:, -1], switches, done, lengths, kept, scaled)


def list_exchanges(stakes: Stakes, rounds: int = 1, reckoning: Reckoning = "first") -> tuple[Exchange, ...]:
    """The exchanges struck, in order, for stakes of one draw."""
    assert stakes.draws == 1, "one draw at a time"
    table = _spread(stakes)
    log = _Log(np.zeros((table.most, 4), np.int64), np.zeros((table.most, 3)))
    found: list[Exchange] = []
    start = table.positions
    for number, (vote, counts) in enumerate(_play(table, rounds, reckoning, log), start=1):
        found += _tell(table, number, start[0], log.parties[: counts[0]], log.amounts[: counts[0]])
        start = table.loosen(start, vote)
    return tuple(found)


@dataclass(frozen=True, eq=False, slots=True)
class _Table:
    """Stakes with positions as shares of the scale."""

    stakes: Stakes
    #: float64 (q,): the lower end and the length of each scale
    low: Floats
    width: Floats
    #: float64 (D, n, q): positions; saliences; an actor's share of all weight on an issue
    positions: Floats
    saliences: Floats
    pull: Floats
    #: exchanges of a round at most
    most: int

    def find_outcomes(self, votes: Floats) -> Floats:
        """Weighted means, (D, q)."""
        return np.asarray((self.pull * votes).sum(axis=1))

    def loosen(self, start: Floats, vote: Floats) -> Floats:
        """Where everybody starts the next round."""
        return start + (FIXED + (1 - self.saliences) * (LOOSE - FIXED)) * (vote - start)


@dataclass(frozen=True, eq=False, slots=True)
class _Log:
    """What was exchanged, by the row: see :func:`kernels.strike_exchanges`."""

    parties: NDArray[np.int64]
    amounts: Floats


def _spread(stakes: Stakes) -> _Table:
    width = np.where(stakes.high > stakes.low, stakes.high - stakes.low, 1.0)
    here = stakes.present[None, :, :]
    weights = np.where(here, stakes.weights, 0.0)
    return _Table(
        stakes,
        stakes.low,
        width,
        np.ascontiguousarray(np.where(here, (stakes.positions - stakes.low) / width, 0.0)),
        np.ascontiguousarray(np.where(here, stakes.saliences, 0.0)),
        np.ascontiguousarray(weights / weights.sum(axis=1, keepdims=True)),
        MOST * stakes.present.size,
    )


def _play(
    table: _Table, rounds: int, reckoning: Reckoning, log: _Log | None = None
) -> Iterator[tuple[Floats, NDArray[np.int64]]]:
    """The votes after each round and the number of exchanges per draw, until a round goes by without any."""
    log = log or _Log(np.zeros((0, 4), np.int64), np.zeros((0, 3)))
    start = table.positions
    for _ in range(rounds):
        votes, counts = np.empty_like(start), np.zeros(len(start), np.int64)
        kernels.strike_exchanges(
            start,
            table.saliences,
            table.pull,
            np.ascontiguousarray(table.stakes.present),
            reckoning == "current",
            table.most,
            votes,
            counts,
            log.parties,
            log.amounts,
        )
        yield votes, counts
        if not counts.any():
            return
        start = np.ascontiguousarray(table.loosen(start, votes))


def _tell(table: _Table, number: int, start: Floats, parties: NDArray[np.int64], amounts: Floats) -> Iterator[Exchange]:
    """The exchanges of a round with what they change for everybody."""
    stakes, votes = table.stakes, start.copy()
    outcome = table.find_outcomes(votes[None])[0]
    for (i, p, j, q), (far, back, gain) in zip(parties.tolist(), amounts.tolist(), strict=True):
        before, effects = outcome.copy(), np.zeros(len(stakes.actors))
        sides: list[Concession] = []
        for actor, issue, move in ((i, p, far), (j, q, back)):
            vote = votes[actor, issue]
            votes[actor, issue] += move / table.pull[0, actor, issue]
            outcome[issue] += move
            away = np.abs(before[issue] - start[:, issue]) - np.abs(outcome[issue] - start[:, issue])
            effects += 100 * table.saliences[0, :, issue] * away
            low, width = float(table.low[issue]), float(table.width[issue])
            numbers = (vote, votes[actor, issue], before[issue], outcome[issue])
            told = (low + width * float(value) for value in numbers)
            sides.append(Concession(stakes.actors[actor], stakes.issues[issue], *told))
        worth = tuple(zip(stakes.actors, effects.tolist(), strict=True))
        yield Exchange(number, sides[0], sides[1], 100 * gain, worth)
