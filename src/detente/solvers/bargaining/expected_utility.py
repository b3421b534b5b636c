"""The expected-utility model of group decisions (Bueno de Mesquita 1985, 1994, 1997), as Scholz et al. give it.

Scholz, Calbert & Smith 2011, Unravelling Bueno de Mesquita's group decision model, ICAART 2011, pages 29-30; the same
model is in Journal of Theoretical Politics 23(4). Actors i stand at x_i and weigh w_i, capability times salience s_i;
distances are shares of the range of positions. In each round:

1. mu is the Condorcet winner among positions: the weighted median.
2. P_ij, the chance that i wins against j, comes from the votes of everybody for either position.
3. What i expects from challenging j: E(U_ij) = s_j (P_ij Us + (1 - P_ij) Uf) + (1 - s_j) Us - Q Usq
   - (1 - Q) (T Ub + (1 - T) Uw), where with d = |x_i - x_j|, m = |x_i - mu| and i's exponent r
   Us = 2 - 4 (1/2 - d/2)^r, Uf = 2 - 4 (1/2 + d/2)^r, Usq = 2 - 4 (1/2)^r,
   Ub = 2 - 4 (1/2 - (m + d)/4)^r, Uw = 2 - 4 (1/2 + (m + d)/4)^r, and T = 1 if m < d, else 0.
4. First all r = 1. S_i = sum over j of E(U_ji), R_i = (2 S_i - max S - min S) / (max S - min S), and
   r_i = (1 - R_i/3) / (1 + R_i/3), from 1/2 to 2. With these r steps 2 and 3 are done again.
5. For i let a = E(U_ij), b = E(U_ji). If b > a > 0, i is offered j's position (conflict). If b > -a > 0, i is offered
   to give way by the share -a/b of the distance (compromise). If -a > b > 0, j's position again (capitulation).
6. Everybody takes one offer, all at once.

The paper leaves open, or contradicts itself on, much of this: :data:`SWITCHES` names it, docs/expected-utility.md has
what the literature says. Ties go to the nearer, then to the lower point. Offers where a or b is nothing, or where the
two are equal, are none, and actors at one position do not challenge each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from detente.solvers.bargaining.compromise import find_compromise
from detente.solvers.bargaining.median import find_median
from detente.solvers.bargaining.settlement import Settlement
from detente.solvers.bargaining.stakes import Floats, Stakes
from detente.solvers.bargaining.switches import Switch

#: a draw in which nobody moves by more than this share of the range has come to rest
REST = 1e-9

_TEXT = {
    "probability": "pair",
    "votes": "linear",
    "expectations": "each",
    "offers": "enforceable",
    "compromise": "nearest",
}

#: what the presets set; what is not here is at its switch's default
PRESETS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "scholz-code": {},
        "scholz-text": _TEXT,
        "masad-code": {**_TEXT, "probability": "margin", "offers": "strongest"},
    }
)

SWITCHES = (
    Switch("preset", tuple(PRESETS), "scholz-code", "what all other switches are set to unless they are given"),
    Switch("probability", ("all-pairs", "pair", "margin"), "all-pairs", "what the votes for an actor are divided by"),
    Switch("votes", ("own-risk", "linear"), "own-risk", "whether votes are cast with the exponents of risk"),
    Switch("q", ("1", "0.5"), "1", "chance that an actor who is not challenged stays where it is"),
    Switch("resister", ("own", "printed"), "own", "whose salience resists a challenge by the other"),
    Switch("risk", ("others", "alternatives"), "others", "what an actor's security is compared with"),
    Switch("expectations", ("own", "each"), "own", "whose exponent stands in what the other expects"),
    Switch("offers", ("kind", "enforceable", "nearest", "strongest"), "kind", "which offer an actor takes"),
    Switch("compromise", ("lowest", "nearest"), "lowest", "which compromise comes first when offers go by kind"),
    Switch("capitulation", ("printed", "never"), "printed", "whether an actor gives in to a weaker threat"),
    Switch("range", ("start", "round"), "start", "whether distances are shares of the first range or of the present"),
    Switch("forecast", ("median", "mean"), "median", "which weighted middle of the last positions is the forecast"),
    Switch("rounds", (), "10", "rounds played unless nobody moves any more"),
)

#: the switches that the kernel takes, in its order
_RULES = ("probability", "votes", "resister", "risk", "expectations", "offers", "compromise", "capitulation")


@dataclass(frozen=True, eq=False, slots=True)
class Round:
    """One round of D draws of n actors."""

    #: float64 (D, n): everybody's position after it
    positions: Floats
    #: float64 (D, n): the exponents of risk in it, from 1/2 (seeks risk) to 2 (avoids it)
    exponents: Floats


def find_expected_utility(stakes: Stakes, switches: Mapping[str, str], track: bool = False) -> Settlement:
    """Play the rounds on one issue, for every draw. ``switches`` has every one of :data:`SWITCHES`."""
    here = stakes.of(stakes.issues[0])
    find = find_median if switches["forecast"] == "median" else find_compromise
    first = here.positions[:, :, 0]
    now, path = first, [first]
    width = np.ptp(first, axis=1)
    lengths = np.zeros(len(first), dtype=np.int64)
    moving = width > 0
    for _ in range(int(switches["rounds"])):
        rows = np.flatnonzero(moving)
        if not len(rows):
            break
        after = now.copy()
        after[rows] = play_round(_place(here, now).at(rows), switches, width[rows]).positions
        lengths[rows] += 1
        moving[rows] = np.abs(after - now)[rows].max(axis=1) > REST * width[rows]
        now = after
        if track:
            path.append(now)
    return Settlement(
        "expected-utility",
        find(_place(here, now)),
        switches,
        ~moving,
        lengths,
        _spread(stakes, np.stack(path, axis=1)) if track else None,
        np.stack([find(_place(here, x)) for x in path], axis=1) if track else None,
    )


def play_round(stakes: Stakes, switches: Mapping[str, str], width: Floats | None = None) -> Round:
    """One round from where everybody stands; all actors present. ``width`` (D,) is the range at the start, if known.

    Draws in which nobody differs stay as they are, with exponents 1.
    """
    from detente import kernels

    positions = np.ascontiguousarray(stakes.positions[:, :, 0])
    after, exponents = positions.copy(), np.ones_like(positions)
    present = np.ptp(positions, axis=1)
    rows = np.flatnonzero(present > 0)
    if not len(rows):
        return Round(after, exponents)
    fixed = width is not None and switches["range"] == "start"
    moved, powers = after[rows], exponents[rows]
    kernels.play_expected_utility(
        positions[rows],
        np.ascontiguousarray(stakes.weights[rows, :, 0]),
        np.ascontiguousarray(stakes.saliences[rows, :, 0]),
        (width if fixed and width is not None else present)[rows],
        find_median(stakes)[rows, 0],
        _choose_rules(switches),
        float(switches["q"]),
        moved,
        powers,
    )
    after[rows], exponents[rows] = moved, powers
    return Round(after, exponents)


def _choose_rules(switches: Mapping[str, str]) -> NDArray[np.int64]:
    values = {switch.name: switch.values for switch in SWITCHES}
    return np.array([values[name].index(switches[name]) for name in _RULES], dtype=np.int64)


def _place(stakes: Stakes, positions: Floats) -> Stakes:
    """The same with everybody elsewhere."""
    return replace(stakes, positions=positions[:, :, None])


def _spread(stakes: Stakes, path: Floats) -> Floats:
    """The way of those present among all actors, (D, rounds + 1, n, 1); the others stay where they are."""
    here = np.flatnonzero(stakes.present[:, 0])
    whole = np.repeat(stakes.positions[:, None], path.shape[1], axis=1)
    whole[:, :, here, 0] = path
    return whole
