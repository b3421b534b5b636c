"""What a claim is at the two ends of an input, in the claim's own units: the bars of a tornado."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.pooling import pool
from detente.findings.factors import Factor
from detente.findings.findings import Side

Floats = NDArray[np.float64]

#: the ends of a number: its lowest and its highest third
THIRDS = (1 / 3, 2 / 3)
HALVES = (1 / 2, 1 / 2)


def find_sides(
    factor: Factor,
    values: Floats,
    claim: Floats,
    weights: Floats | None = None,
    *,
    ends: tuple[float, float] = THIRDS,
) -> tuple[Side, Side]:
    """The claim's mean where an input is low and where it is high; the readings with the lowest and the highest mean.

    ``values`` are the input's, ``claim`` the claim's, without NaN, ``weights`` how draws count: shape (n,) each.
    """
    yes_or_no = bool(np.isin(claim, (0.0, 1.0)).all())

    def weigh(label: str, bound: float, rows: NDArray[np.bool_]) -> Side:
        chosen = None if weights is None else weights[rows]
        if not rows.any() or (chosen is not None and not chosen.any()):
            return Side(label, bound, nan, nan, int(rows.sum()))
        pooled = pool(claim[rows], chosen, yes_or_no=yes_or_no)
        return Side(label, bound, pooled.mean, pooled.error, int(rows.sum()))

    if factor.readings:
        met = np.unique(values[~np.isnan(values)])
        sides = [weigh(factor.readings[int(level)], nan, values == level) for level in met]
        told = [side for side in sides if not np.isnan(side.mean)] or sides
        return min(told, key=lambda s: (s.mean, s.label)), max(told, key=lambda s: (s.mean, s.label))
    low, high = (float(q) for q in np.nanquantile(values, ends))
    above = values >= high if high > low else values > high
    return weigh("", low, values <= low), weigh("", high, above)
