"""The design of an ensemble: scrambled Sobol rows, each of them known from the seed and its number alone.

Points are those of Joe & Kuo (2008) with Owen's scrambling as in Matousek (1998), 30 bits, moved to the middle of
their cell of 2^-30 so that no entry is 0 or 1. The number of columns takes part in the scrambling: one uncertain
input more and every row is another one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BITS = 30
#: rows of one design
MAX_ROWS = 2**BITS
#: dimensions for which direction numbers are known
MAX_COLUMNS = 21201


def draw_rows(seed: int, start: int, stop: int, columns: int, abroad: int = 0) -> NDArray[np.float64]:
    """Rows ``start`` to ``stop - 1`` of a design, shape (stop - start, columns + abroad), entries inside (0, 1).

    Row k depends on the seed, k and the number of columns, never on the block it is drawn in. The last ``abroad``
    columns are the sequence's next dimensions with a scrambling of their own: they change none of the others.
    """
    own = _draw(np.random.SeedSequence(seed), start, stop, columns)
    if not abroad:
        return own
    further = _draw(np.random.SeedSequence(seed, spawn_key=(0,)), start, stop, columns + abroad)
    return np.hstack([own, further[:, columns:]])


def _draw(seed: np.random.SeedSequence, start: int, stop: int, columns: int) -> NDArray[np.float64]:
    rows = np.empty((stop - start, columns), dtype=np.float64)
    if rows.size == 0:
        return rows
    from scipy.stats import qmc

    engine = qmc.Sobol(columns, bits=BITS, rng=np.random.default_rng(seed))
    first = 0
    if start == 0:  # drawn alone: a first request that is not a power of two makes the engine warn
        rows[:1] = engine.random(1)
        first = 1
    else:
        engine.fast_forward(start)
    rows[first:] = engine.random(len(rows) - first)
    rows += 0.5 / MAX_ROWS
    return rows
