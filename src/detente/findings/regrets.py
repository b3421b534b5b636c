"""Alternatives side by side, draw by draw, by one judge: regret, who is best, who is undominated.

Worths have the shape (alternatives, draws) or (judges, alternatives, draws). The regret of an alternative in a draw is
what the best alternative of that draw is worth beyond it (Savage 1951). Worths no further apart than a margin count as
equal in everything that ranks; regret itself is exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.pooling import Floats, pool
from detente.ensemble.precision import error_of_share

#: worths nearer than this are equal at any margin: what series leave out and rounding must decide nothing
TIE = 1e-7


def find_regrets(worth: Floats) -> Floats:
    """Regret of every alternative in every draw, shape (alternatives, draws); 0 for the best and its equals."""
    regret = worth.max(axis=0) - worth
    return np.where(regret < TIE, 0.0, regret)


def share_best(worth: Floats, margin: float = TIE) -> Floats:
    """1 where an alternative is best in a draw, split evenly among equals; shape (alternatives, draws)."""
    best = find_regrets(worth) <= margin
    return np.asarray(best / best.sum(axis=0))


def share_places(worth: Floats, margin: float = TIE) -> Floats:
    """How much of each place, best first, every alternative takes in every draw: (alternatives, places, draws).

    Equals share their places evenly; those within the margin of the best that is left are its equals.
    """
    count, draws = worth.shape
    shares = np.zeros((count, count, draws))
    left = np.ones(worth.shape, dtype=np.bool_)
    place = np.zeros(draws, dtype=np.intp)
    places = np.arange(count)[:, None]
    while left.any():
        rest = np.where(left, worth, -np.inf)
        group = left & (rest >= rest.max(axis=0) - margin)
        size = group.sum(axis=0)
        taken = (places >= place) & (places < place + size)
        shares += group[:, None, :] * (taken / np.maximum(size, 1))[None, :, :]
        left &= ~group
        place = place + size
    return shares


def find_front(worth: Floats, margin: float = TIE) -> NDArray[np.bool_]:
    """Where no other alternative is as good by every judge and better by one (Pareto): (alternatives, draws).

    ``worth`` has the shape (judges, alternatives, draws).
    """
    undominated = np.ones(worth.shape[1:], dtype=np.bool_)
    for k in range(worth.shape[1]):
        ahead = worth - worth[:, k : k + 1]
        dominating = (ahead >= -margin).all(axis=0) & (ahead > margin).any(axis=0)
        undominated[k] = ~dominating.any(axis=0)
    return undominated


def pool_share(shares: Floats, weights: Floats | None) -> tuple[float, float]:
    """The share of draws (or the mean of shares in draws, shape (draws,)) with its standard error.

    Where draws count by ``weights`` they are as good as (sum w)^2 / sum w^2 draws that count alike (Kish 1965).
    """
    share = min(1.0, max(0.0, pool(shares, weights).mean))
    if weights is None:
        return share, error_of_share(share, len(shares))
    return share, error_of_share(share, max(1, round(float(weights.sum() ** 2 / np.sum(weights**2)))))
