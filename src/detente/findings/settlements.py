"""The nouns of where a conflict settles. An ``error`` is a standard error over draws, as in the other findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from detente.findings.families import Family


@dataclass(frozen=True, slots=True)
class StableState:
    """A state that is an equilibrium in some draws, with chance as it stands today."""

    cell: int
    levels: Mapping[str, str]
    #: by stability concept: share of draws in which it is an equilibrium
    shares: Mapping[str, float]
    errors: Mapping[str, float]
    #: by actor: share of feasible states it likes no better, at central values and with chance as it stands today
    standing: Mapping[str, float]
    #: by actor: the concepts under which it is stable for that actor at central values, narrowest first
    holds: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where the conflict settles under one stability concept, with chance as it stands today."""

    concept: str
    #: how many states are an equilibrium in at least one draw
    distinct: int
    #: mean number of equilibria per draw
    mean_count: float
    mean_count_error: float
    #: share of draws with no equilibrium at all
    none: float
    none_error: float
    #: share of draws in which the status quo is an equilibrium
    status_quo: float
    status_quo_error: float
    #: the largest share of draws in which any one state is an equilibrium
    top_share: float
    top_share_error: float
    #: how many states come within 5 points of it
    top_count: int
    #: levers at one level in all of those states
    fixed: Mapping[str, str]
    #: levers that differ among them, with the levels met
    free: Mapping[str, tuple[str, ...]]
    #: by lever and level: the share of a draw's equilibria at that level, averaged over draws that have any
    leaning: Mapping[str, Mapping[str, float]]
    leaning_errors: Mapping[str, Mapping[str, float]]
    #: the states within 5 points of the top share, grouped by what they share
    families: tuple[Family, ...] = ()
