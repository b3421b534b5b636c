"""Stakes as the spatial models take them: places between 0 and 1, attention that adds up to 1 at most, one capability.

KTAB refuses saliences that sum to more than 1; here they are divided by their sum, actor by actor. Capabilities are
taken as they are, as KTAB does, though its small constants weigh more where they are small; or relative to the largest,
which becomes 100.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from detente.errors import Issue, QueryError
from detente.solvers.bargaining.stakes import Floats, Stakes

#: what the largest capability becomes, and by which share an actor's may differ between issues
_MOST, _SAME = 100.0, 1e-12


@dataclass(frozen=True, eq=False, slots=True)
class Places:
    """D draws of n actors in a space of q issues."""

    #: float64 (D, n, q): from 0 to 1
    positions: Floats
    #: float64 (D, n, q): from 0 to 1, together at most 1 for an actor
    saliences: Floats
    #: float64 (D, n): above 0
    capabilities: Floats


def take_places(stakes: Stakes, relative: bool = False) -> Places:
    """The same table for a spatial model, its capabilities relative to the largest where wanted.

    Raises QueryError with every actor that has no stake in one of the issues, or another capability there, and with
    every issue nobody cares about.
    """
    first = stakes.capabilities[:, :, :1]
    differs = np.any(np.abs(stakes.capabilities - first) > _SAME * first, axis=0, keepdims=True)[0]
    wrong: list[Issue] = []
    for k, issue in enumerate(stakes.issues):
        for i, actor in enumerate(stakes.actors):
            if not stakes.present[i, k]:
                cure = "Give it one, or bargain over the issues one by one."
                wrong.append(Issue("issues", 0, 0, f"{issue}.{actor}", "It has no stake in this issue.", cure))
            elif differs[i, k]:
                wrong.append(_explain_difference(stakes, i, k))
        if not (stakes.weights[:, :, k].max(axis=1) > 0).all():
            message = "Nobody who bargains over the package cares about it."
            wrong.append(Issue("issues", 0, 0, issue, message, "Give one of them a salience above 0."))
    if wrong:
        raise QueryError(wrong)
    width = np.where(stakes.high > stakes.low, stakes.high - stakes.low, 1.0)
    unit = first.max(axis=1, keepdims=True) / _MOST if relative else 1.0
    return Places(
        np.ascontiguousarray((stakes.positions - stakes.low) / width),
        stakes.saliences / np.maximum(stakes.saliences.sum(axis=2, keepdims=True), 1.0),
        np.ascontiguousarray((first / unit)[:, :, 0]),
    )


def put_back(stakes: Stakes, positions: Floats) -> Stakes:
    """The same table at other places, (D, n, q) from 0 to 1."""
    return replace(stakes, positions=stakes.low + positions * (stakes.high - stakes.low))


def _explain_difference(stakes: Stakes, i: int, k: int) -> Issue:
    draw = int(np.argmax(np.abs(stakes.capabilities[:, i, k] - stakes.capabilities[:, i, 0])))
    here, there = (float(stakes.capabilities[draw, i, issue]) for issue in (k, 0))
    message = f"A capability of {here:g} here is {there:g} for {stakes.issues[0]}; a package has one for each actor."
    cure = "Give it the same in both, by `shared:` where it is uncertain, or bargain over the issues one by one."
    return Issue("issues", 0, 0, f"{stakes.issues[k]}.{stakes.actors[i]}", message, cure)
