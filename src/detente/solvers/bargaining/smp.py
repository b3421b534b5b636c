"""KTAB's spatial model of politics (KAPSARC 2015-2019), and the same with third parties that vote as they prefer.

Positions x are between 0 and 1, saliences s add up to S <= 1 for an actor, capabilities c are one for each. Distance
between i and j as i sees it: v_ij^2 = sum_d (s_id (x_id - x_jd))^2 / sum_d s_id^2. Utility of j's position to i:
U_ij = (1 - v_ij)(1 + r v_ij) for an attitude r to risk. A round:

1. *Risk.* A Condorcet election over everybody's position with r = 0 (see condorcet.py) gives chances P, and attitudes
   r_i = (3 P_i - (max P + 2 min P)) / (2 (max P - min P)); 0 for all where P is even. h reckons (2 r_h + r_i) / 3.
2. *Contests.* To i, its own votes against j are S_i c_i f(U_ii - U_ij), j's S_j c_j f(U_jj - U_ji), and a third party
   k wins this contest for the one it likes better with p_k = (i's + k's) / (i's + j's + |k's|) and the like. It then
   votes S_k c_k f(p_k (U_kk - U_ki) - (1 - p_k)(U_kk - U_kj)). The chance of i is its share of all votes.
3. *Targets.* i gains (1 - S_j) 2 U_ii + S_j (phi 2 U_ii + (1 - phi) 2 U_ij) - (U_ii + U_ij) from a challenge, and
   challenges whom it gains most from, if it gains more than 0.00001.
4. *Bargains.* The two meet on every issue at the mean of their positions weighted by s_i^2 phi^2 and s_j^2 (1 - phi)^2.
5. *Resolution.* Everybody elects, in a Condorcet election in which all vote, one of the bargains it is in or the status
   quo, and takes its own side of it; its partner need not take the other.
6. *End.* When a round after the first moves everybody together by less than 2 % of the first; after 100 rounds.

The vote of a third party in step 2 weighs only whether it has to move itself, as if it changed no chances: at even odds
it goes to the side whose position that actor likes less. In the corrected variant it votes S_k c_k f(U_ki - U_kj), for
the side it prefers; nothing else differs.

Differences below 1e-9 are ties, of which the first counts, and utilities within 1e-12 are the same, so that rounding
decides nothing. The model's point is ours: KTAB gives none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.solvers.bargaining import condorcet
from detente.solvers.bargaining.compromise import find_compromise
from detente.solvers.bargaining.median import find_median
from detente.solvers.bargaining.settlement import Settlement
from detente.solvers.bargaining.space import Places, put_back, take_places
from detente.solvers.bargaining.stakes import Floats, Stakes
from detente.solvers.bargaining.switches import Switch

#: how much of another's attitude to risk an actor sees
_VIEWS = {"third": 1 / 3, "none": 0.0, "half": 0.5, "two-thirds": 2 / 3, "full": 1.0}
_RANGES = ("min", "mid", "max")
_THIRDS = {"semi": 1, "none": 0, "preference": 2, "pivotal": 3}
_MEETINGS = ("s2p2", "s1p1", "s2pmax")
_PROPOSALS = ("initiator", "both", "mean")
_CLONES = ("apart", "merged")
_POINTS = ("mean", "median", "election")

SWITCHES = (
    Switch("third-parties", tuple(_THIRDS), "semi", "whom an actor votes for in a contest between two others"),
    *condorcet.SWITCHES,
    Switch("risk-range", _RANGES, "mid", "attitudes to risk lie from 0 to 1, from -1/2 to 1 or from -1 to 1"),
    Switch("risk-view", tuple(_VIEWS), "third", "how much of another's attitude to risk an actor sees"),
    Switch("meeting", _MEETINGS, "s2p2", "where two who bargain meet: powers of salience and chance"),
    Switch("proposals", _PROPOSALS, "initiator", "whose reckoning makes a bargain: the challenger's, both, their mean"),
    Switch("clones", _CLONES, "apart", "whether actors at one position count once when attitudes are formed"),
    Switch("point", _POINTS, "mean", "the forecast from the last positions: weighted mean, weighted median, election"),
    Switch("rounds", (), "100", "rounds played at most"),
)
CORRECTED = (replace(SWITCHES[0], default="preference"), *SWITCHES[1:])


def settle_spatially(stakes: Stakes, switches: Mapping[str, str], track: bool = False) -> Settlement:
    """KTAB's model on one issue, or on all of a package, for every draw. ``odds`` are of the last positions.

    ``switches`` has every one of :data:`SWITCHES`. Raises QueryError as ``take_places`` does.
    """
    return _play("smp", stakes, switches, track)


def settle_correctly(stakes: Stakes, switches: Mapping[str, str], track: bool = False) -> Settlement:
    """The same by the switches of the corrected variant."""
    return _play("smp-corrected", stakes, switches, track)


@dataclass(frozen=True, eq=False, slots=True)
class _Course:
    """What the kernel says of D draws."""

    #: float64 (D, kept + 1, n, q): places before the first round and after each, at its end after the last
    rounds: Floats
    #: float64 (D, n): chance of each last place
    odds: Floats
    #: int64 (D,): rounds played
    lengths: NDArray[np.int64]
    #: bool (D,)
    settled: NDArray[np.bool_]


def _play(model: str, stakes: Stakes, switches: Mapping[str, str], track: bool) -> Settlement:
    places, limit = _take(stakes, switches), int(switches["rounds"])
    course = _run(places, switches, limit, limit if track else 1)
    steps = range(int(course.lengths.max(initial=0)) + 1) if track else (1,)
    tables = [put_back(stakes, course.rounds[:, step]) for step in steps]
    points = np.stack([_find_point(table, switches) for table in tables], axis=1)
    return Settlement(
        model,
        points[:, -1],
        switches,
        course.settled,
        course.lengths,
        rounds=np.stack([table.positions for table in tables], axis=1) if track else None,
        points=points if track else None,
        odds=np.repeat(course.odds[:, :, None], len(stakes.issues), axis=2),
    )


def _take(stakes: Stakes, switches: Mapping[str, str]) -> Places:
    return take_places(stakes, switches["capabilities"] == "relative")


def _find_point(table: Stakes, switches: Mapping[str, str]) -> Floats:
    """One point per draw and issue, (D, q), for positions after some round."""
    if switches["point"] == "median":
        return find_median(table)
    if switches["point"] == "mean":
        return find_compromise(table)
    odds = _run(_take(table, switches), switches, 0, 0).odds
    point: Floats = (odds[:, :, None] * table.positions).sum(axis=1)
    return point


def _run(places: Places, switches: Mapping[str, str], limit: int, kept: int) -> _Course:
    """Play at most ``limit`` rounds and keep the places after the first ``kept``, the last of them after all."""
    from detente import kernels

    draws, n, q = places.positions.shape
    rules = np.array([*condorcet.number_rules(switches), *_number_rules(switches)], dtype=np.int64)
    course = _Course(
        np.empty((draws, kept + 1, n, q)),
        np.empty((draws, n)),
        np.empty(draws, np.int64),
        np.empty(draws, np.bool_),
    )
    kernels.bargain_spatially(
        places.positions,
        places.saliences,
        places.capabilities,
        rules,
        _VIEWS[switches["risk-view"]],
        limit,
        course.rounds,
        course.odds,
        course.lengths,
        course.settled,
    )
    return course


def _number_rules(switches: Mapping[str, str]) -> list[int]:
    """The other switches as the kernels number them, after those of the election."""
    return [
        _RANGES.index(switches["risk-range"]),
        _THIRDS[switches["third-parties"]],
        _MEETINGS.index(switches["meeting"]),
        _PROPOSALS.index(switches["proposals"]),
        _CLONES.index(switches["clones"]),
    ]
