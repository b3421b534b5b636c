"""What a claim is at the two ends of an input, in the claim's own units: the bars of a tornado."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.pooling import pool
from detente.findings.factors import Factors
from detente.findings.findings import Side

Floats = NDArray[np.float64]

#: the ends of a number: its lowest and its highest third, or its halves
THIRDS, HALVES = (1 / 3, 2 / 3), (1 / 2, 1 / 2)


@dataclass(frozen=True, slots=True)
class Figure:
    """A claim's answers, shape (n,), without NaN, and how draws count in their mean; None when they count alike."""

    values: Floats
    weights: Floats | None = None

    def weigh(self, rows: NDArray[np.bool_], label: str = "", bound: float = nan) -> Side:
        """The mean over some draws, with its error; NaN where none of them counts."""
        weights = None if self.weights is None else self.weights[rows]
        if not rows.any() or (weights is not None and not weights.any()):
            return Side(label, bound, nan, nan, int(rows.sum()))
        yes_or_no = bool(np.isin(self.values, (0.0, 1.0)).all())
        pooled = pool(self.values[rows], weights, yes_or_no=yes_or_no)
        return Side(label, bound, pooled.mean, pooled.error, int(rows.sum()))


@dataclass(frozen=True, slots=True)
class End:
    """The draws at one end of an input."""

    #: a reading's name; empty for a number
    label: str
    #: the number's bound; NaN for a reading
    bound: float
    #: shape (n,)
    rows: NDArray[np.bool_]

    def weigh(self, figure: Figure, among: NDArray[np.bool_] | None = None) -> Side:
        """The claim's mean there, or among some of the draws there."""
        return figure.weigh(self.rows if among is None else self.rows & among, self.label, self.bound)


def find_ends(factors: Factors, place: int, figure: Figure, shares: tuple[float, float] = THIRDS) -> tuple[End, End]:
    """Where an input is low and where it is high; of readings those with the lowest and the highest mean."""
    factor, values = factors.factors[place], factors.values[:, place]
    if not factor.readings:
        low, high = (float(q) for q in np.nanquantile(values, shares))
        return End("", low, values <= low), End("", high, values >= high if high > low else values > high)
    met = np.unique(values[~np.isnan(values)])
    ends = [End(factor.readings[int(level)], nan, values == level) for level in met]
    means = {end.label: end.weigh(figure).mean for end in ends}
    ends = [end for end in ends if not np.isnan(means[end.label])] or ends
    ends.sort(key=lambda end: (means[end.label], end.label))
    return ends[0], ends[-1]
