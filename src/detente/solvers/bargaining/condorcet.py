"""The probabilistic Condorcet election: the chance that a position beats every other in pairwise votes.

As in KTAB (KAPSARC 2015-2019, kmodel), of whose spatial model it is a part:

1. Utility of position j to actor k: u_kj = 1 - v_kj, where v_kj is the distance between the two as shares of the
   scale; over several issues v_kj^2 = sum_d (s_kd (x_kd - x_jd))^2 / sum_d s_kd^2.
2. Votes of k for i over j: c_k f(u_ki - u_kj), by capability alone unless ``weights`` says otherwise. ``voting`` is f.
3. Coalitions: C_ij = 1e-8 + the sum of the positive votes for i over j.
4. Chance that i beats j: C_ij^k / (C_ij^k + C_ji^k); ``contest`` is k, or ``binary``: a lead of a tenth decides.
5. ``election``: conditional, P_i = product of p_ij over j, made to sum to 1; or the stationary chances of a position
   that is challenged by any other (Markov, uniform), or by those whose coalitions gain most (Markov, by incentive).

Positions closer than 0.001 of the scale are one, the first of them. The point is the mean over positions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from detente.solvers.bargaining.settlement import Settlement, settle_at_once
from detente.solvers.bargaining.space import take_places
from detente.solvers.bargaining.stakes import Stakes
from detente.solvers.bargaining.switches import Switch

#: by name in KTAB: Binary, PropBin, Proportional, PropCbc, Cubic, ASymProsp; the order is the kernels'
_VOTING = ("binary", "proportional-binary", "proportional", "proportional-cubic", "cubic", "asymmetric")
#: the power of the strength that decides a contest; 0 is all for a lead of a tenth
_CONTESTS = {"linear": 1, "square": 2, "quartic": 4, "octic": 8, "binary": 0}
#: by name in KTAB: ConditionalPCM, MarkovUPCM, MarkovIPCM
_ELECTIONS = ("conditional", "markov-uniform", "markov-incentive")

SWITCHES = (
    Switch("voting", _VOTING, "proportional", "how an actor's votes answer to what it gains"),
    Switch("contest", tuple(_CONTESTS), "linear", "how the strengths of two coalitions make chances"),
    Switch("election", _ELECTIONS, "conditional", "how chances in pairs make the chance of a position"),
    Switch(
        "capabilities", ("as-given", "relative"), "as-given", "the unit of capabilities: theirs, or the largest is 100"
    ),
    Switch("weights", ("capability", "influence"), "capability", "what votes weigh: capability, or times salience"),
)


def settle_condorcet(stakes: Stakes, switches: Mapping[str, str], track: bool = False) -> Settlement:
    """The election over the actors' positions on one issue, or on all of a package, for every draw.

    ``odds`` has the chance of each actor's position; actors at one position divide it equally, so that they sum to 1.
    Exact up to rounding; the Markov elections to 1e-6. Raises QueryError as ``take_places`` does.
    """
    from detente import kernels

    places = take_places(stakes, switches["capabilities"] == "relative")
    weights = places.capabilities
    if switches["weights"] == "influence":
        weights = weights * places.saliences.sum(axis=2)
    odds = np.empty(weights.shape)
    rules = np.array(number_rules(switches), dtype=np.int64)
    kernels.elect_places(places.positions, places.saliences, weights, rules, odds)
    shares = np.repeat(odds[:, :, None], len(stakes.issues), axis=2)
    found = settle_at_once("condorcet", (shares * stakes.positions).sum(axis=1), switches)
    return replace(found, odds=shares)


def number_rules(switches: Mapping[str, str]) -> list[int]:
    """The election's switches as the kernels number them: voting, contest, election, capability alone."""
    return [
        _VOTING.index(switches["voting"]),
        _CONTESTS[switches["contest"]],
        _ELECTIONS.index(switches["election"]),
        int(switches["weights"] == "capability"),
    ]
