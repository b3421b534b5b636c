"""Where a model says bargaining ends, and the way there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.solvers.bargaining.stakes import Floats


@dataclass(frozen=True, eq=False)
class Settlement:
    """A model's answer for D draws of n actors on q issues."""

    #: id of the model
    model: str
    #: float64 (D, q): its one point per issue, on the issue's scale
    outcomes: Floats = field(repr=False)
    #: the switches it was run with, every one of them
    switches: Mapping[str, str] = field(default_factory=dict)
    #: bool (D,): whether it came to rest; True for models without rounds
    settled: NDArray[np.bool_] = field(default_factory=lambda: np.ones(0, np.bool_), repr=False)
    #: int64 (D,): rounds played; 0 for models without
    lengths: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64), repr=False)
    #: float64 (D, rounds + 1, n, q): everybody's position before the first round and after each; None unless tracked.
    #: A draw that ends early keeps its last positions.
    rounds: Floats | None = field(default=None, repr=False)
    #: float64 (D, rounds + 1, q): the model's point before the first round and after each; None unless tracked
    points: Floats | None = field(default=None, repr=False)
    #: float64 (D, n, q): chance the model gives each actor's position of winning, adding up to 1: those at one position
    #: divide its chance equally (one for all issues of a package, repeated); None for models without
    odds: Floats | None = field(default=None, repr=False)


def settle_at_once(model: str, outcomes: Floats, switches: Mapping[str, str] | None = None) -> Settlement:
    """The settlement of a model without rounds."""
    draws = len(outcomes)
    return Settlement(model, outcomes, switches or {}, np.ones(draws, np.bool_), np.zeros(draws, np.int64))
