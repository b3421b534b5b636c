"""How many draws are enough: until the standard error of every figure is below a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.pooling import pool
from detente.errors import RunError

#: fewest draws after which a run may be found long enough
FIRST = 16


@dataclass(frozen=True, slots=True)
class Goal:
    """To draw until the standard error of every figure is below a number."""

    until: float
    #: by field of kind ``number``: whether its answers are yes (1) or no (0)
    figures: Mapping[str, bool]
    #: by figure, where draws do not count alike: the field that says how much each does
    weights: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> set[str]:
        """The fields it looks at."""
        return {*self.figures, *self.weights.values()}

    def __post_init__(self) -> None:
        """Raises RunError for a goal that no number of draws reaches."""
        if not self.until > 0:
            raise RunError(f"until must be above 0, not {self.until:g}.")

    def is_met(self, numbers: Mapping[str, NDArray[np.float64]]) -> bool:
        """Whether so many draws are enough; ``numbers`` by field, shape (draws,). What is void in all is left out."""
        for name, yes_or_no in self.figures.items():
            there = ~np.isnan(numbers[name])
            weights = numbers[self.weights[name]][there] if name in self.weights else None
            if there.any() and not pool(numbers[name][there], weights, yes_or_no=yes_or_no).error < self.until:
                return False
        return True


def list_checkpoints(draws: int) -> list[int]:
    """Numbers of draws after which a goal is looked at: powers of two from ``FIRST``, at last ``draws`` itself.

    They depend on nothing else, so neither does where a run ends.
    """
    powers = [2**k for k in range(FIRST.bit_length() - 1, draws.bit_length())]
    return [*(power for power in powers if power < draws), draws]
