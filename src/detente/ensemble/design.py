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


def draw_rows(seed: int, start: int, stop: int, columns: int) -> NDArray[np.float64]:
    """Rows ``start`` to ``stop - 1`` of the design of ``seed``, shape (stop - start, columns), entries inside (0, 1).

    Row k depends on the seed, k and the number of columns, never on the block it is drawn in.
    """
    rows = np.empty((stop - start, columns), dtype=np.float64)
    if rows.size == 0:
        return rows
    from scipy.stats import qmc

    engine = qmc.Sobol(columns, bits=BITS, rng=np.random.default_rng(np.random.SeedSequence(seed)))
    first = 0
    if start == 0:  # drawn alone: a first request that is not a power of two makes the engine warn
        rows[:1] = engine.random(1)
        first = 1
    else:
        engine.fast_forward(start)
    rows[first:] = engine.random(len(rows) - first)
    rows += 0.5 / MAX_ROWS
    return rows
