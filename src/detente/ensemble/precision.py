"""How precise a figure over draws is, and how many draws are enough.

Draws are rows of one scrambled Sobol design, and no formula is exact for the mean over them. What is given is the
formula for independent draws. For answers that each input pushes one way the design is better than that. It is worse
for an answer that hinges on two inputs against each other whose columns are alike in so few rows: with 147 columns
one pair in forty in 64 rows, one in four hundred in 256, none in 1,024 (``tests/ensemble/test_precision.py`` has the
measures; Owen 1997 for the bound). Another seed shows it.
"""

from __future__ import annotations

from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

#: how standard errors are got, in words that stand beside them
METHOD = "over draws as if these were independent; the rows of a scrambled Sobol design usually do better"


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
