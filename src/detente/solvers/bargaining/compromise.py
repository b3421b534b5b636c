"""The compromise model: the mean of positions, weighted by capability times salience.

The first-order approximation of the asymmetric Nash solution where disagreement is far worse than any position
(Achen 2006, in Thomson et al., The European Union Decides, ch. 4).
"""

from __future__ import annotations

from detente.solvers.bargaining.stakes import Floats, Stakes


def find_compromise(stakes: Stakes) -> Floats:
    """Weighted mean per draw and issue, (D, q); exact up to rounding. Actors without a stake weigh nothing."""
    weights = stakes.weights
    mean: Floats = (weights * stakes.positions).sum(axis=1) / weights.sum(axis=1)
    return mean
