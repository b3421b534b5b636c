"""How precise a figure over draws is, and how many draws are enough.

Draws are rows of one scrambled Sobol design, and no formula is exact for the mean over them. What is given is the
formula for independent draws. For answers that each input pushes one way the design is better than that. It is worse
for an answer that hinges on two inputs against each other whose columns are alike in so few rows: with 147 columns
one pair in forty in 64 rows, one in four hundred in 256, none in 1,024 (``tests/ensemble/test_precision.py`` has the
measures; Owen 1997 for the bound). Another seed shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from detente.errors import RunError

#: how standard errors are got, in words that stand beside them
METHOD = "over draws as if these were independent; the rows of a scrambled Sobol design usually do better"
#: fewest draws after which a run may be found long enough
FIRST = 16


def error_of_mean(values: NDArray[np.float64]) -> float:
    """Standard error of the mean of values without NaN, shape (n,): s / sqrt(n); NaN with fewer than two."""
    if len(values) < 2:
        return nan
    if values.min() == values.max():  # the formula would give rounding noise
        return 0.0
    return float(values.std(ddof=1)) / sqrt(len(values))


def error_of_share(share: float, draws: int) -> float:
    """Standard error of a share of draws: half of Wilson's interval (1927) at one deviation; NaN without draws.

    Near ``sqrt(share (1 - share) / draws)``, and never 0: that all draws agree does not show that every draw would.
    """
    if not draws:
        return nan
    return sqrt(share * (1 - share) / draws + 0.25 / draws**2) / (1 + 1 / draws)


def error_of(values: NDArray[np.float64], *, yes_or_no: bool) -> float:
    """Standard error of the mean of values without NaN, which is a share of draws where each says yes (1) or no (0)."""
    if not len(values):
        return nan
    return error_of_share(float(values.mean()), len(values)) if yes_or_no else error_of_mean(values)


@dataclass(frozen=True, slots=True)
class Goal:
    """To draw until the standard error of every figure is below a number."""

    until: float
    #: by field of kind ``number``: whether its answers are yes (1) or no (0)
    figures: Mapping[str, bool]

    def __post_init__(self) -> None:
        """Raises RunError for a goal that no number of draws reaches."""
        if not self.until > 0:
            raise RunError(f"until must be above 0, not {self.until:g}.")

    def is_met(self, numbers: Mapping[str, NDArray[np.float64]]) -> bool:
        """Whether so many draws are enough; ``numbers`` by field, shape (draws,). What is void in all is left out."""
        for name, yes_or_no in self.figures.items():
            answered = numbers[name][~np.isnan(numbers[name])]
            if len(answered) and not error_of(answered, yes_or_no=yes_or_no) < self.until:
                return False
        return True


def list_checkpoints(draws: int) -> list[int]:
    """Numbers of draws after which a goal is looked at: powers of two from ``FIRST``, at last ``draws`` itself.

    They depend on nothing else, so neither does where a run ends.
    """
    powers = [2**k for k in range(FIRST.bit_length() - 1, draws.bit_length())]
    return [*(power for power in powers if power < draws), draws]
