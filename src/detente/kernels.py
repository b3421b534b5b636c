"""Every compiled inner loop of Détente, and nothing else.

They live in one file because numba's disk cache does not notice an edited callee in another file. Each kernel takes
checked arrays and fills ``out``; none allocates inside its innermost loop, knows a name or raises on user input. All
release the interpreter's lock, use no fast-math and no parallel reductions, so a draw gives the same bits in any
thread. With ``NUMBA_DISABLE_JIT=1`` they run as plain Python, slowly and with the same answers.
"""

from __future__ import annotations

import numpy as np
from numba import njit


# --- dynamics -------------------------------------------------------------------------------------------------------
#
# One actor's choice depends on the line of its own axis only, so every kernel below walks lines: it gathers a line of
# ``size`` positions (for a block of neighbouring lines, so that the innermost loops run over contiguous memory) into a
# buffer that fits the cache, mixes it lever by lever with small stochastic-like matrices, and writes it back.
# Values of several actors, or several distributions, lie side by side for each cell: arrays are (cells, columns).

#: doubles per buffer: two of them stay within a 32 KiB first-level cache
_BUFFER = 1536


@njit(["float64[:,::1](float64[:,::1], float64[:,::1], int64, int64[::1], float64[::1])"], cache=True, nogil=True)
def _mix(front, back, width, sizes, mats):
    """Apply the levers' matrices, packed row-major one after the other in ``mats``, to the rows of ``front``.

    Row index runs over the positions of the axis in C order of ``sizes``; the answer is in the buffer returned.
    """
    rows = 1
    for k in range(sizes.shape[0]):
        rows *= sizes[k]
    stride = rows
    place = 0
    src, dst = front, back
    for k in range(sizes.shape[0]):
        m = sizes[k]
        stride //= m
        if m > 1:
            for high in range(rows // (m * stride)):
                for low in range(stride):
                    base = high * m * stride + low
                    for a in range(m):
                        to = dst[base + a * stride]
                        weight = mats[place + a * m]
                        row = src[base]
                        for x in range(width):
                            to[x] = weight * row[x]
                        for b in range(1, m):
                            weight = mats[place + a * m + b]
                            if weight != 0.0:
                                row = src[base + b * stride]
                                for x in range(width):
                                    to[x] += weight * row[x]
            src, dst = dst, src
        place += m * m
    return src


@njit(
    ["void(float64[:,::1], int64, float64, boolean[::1], int64[::1], float64[:])"],
    cache=True,
    nogil=True,
)
def weigh_lines(values, column, scale, feasible, line, out):
    """out[s] = exp(scale (v(s) - best v on s's line)) for feasible cells, 0 elsewhere; v is one column of ``values``.

    ``line`` is (outer, size, inner). Dividing by the line's best keeps the exponentials within range.
    """
    outer, size, inner = line[0], line[1], line[2]
    for high in range(outer):
        for low in range(inner):
            base = high * size * inner + low
            best = -np.inf
            for b in range(size):
                cell = base + b * inner
                if feasible[cell] and values[cell, column] > best:
                    best = values[cell, column]
            for b in range(size):
                cell = base + b * inner
                if not feasible[cell]:
                    out[cell] = 0.0
                elif values[cell, column] == best:
                    out[cell] = 1.0
                else:
                    out[cell] = np.exp(scale * (values[cell, column] - best))


@njit(
    ["void(float64[:,::1], float64[:], float64, int64[::1], int64[::1], float64[::1], float64[:,::1])"],
    cache=True,
    nogil=True,
)
def add_expectation(values, weights, rate, line, sizes, mats, out):
    """out[s, i] += rate (E[values(t, i) | the actor decides in s] - values(s, i)) over the actor's choice t.

    The choice from s takes t with probability q(t|s) weights(t) / sum; ``mats`` holds q lever by lever, rows = from.
    """
    outer, size, inner = line[0], line[1], line[2]
    n = values.shape[1]
    block = max(1, min(inner, _BUFFER // (size * (n + 1))))
    front = np.empty((size, block * (n + 1)))
    back = np.empty((size, block * (n + 1)))
    for high in range(outer):
        for low in range(0, inner, block):
            count = min(block, inner - low)
            base = high * size * inner + low
            tail = count * n
            for b in range(size):
                row = front[b]
                for x in range(count):
                    cell = base + b * inner + x
                    w = weights[cell]
                    for i in range(n):
                        row[x * n + i] = w * values[cell, i]
                    row[tail + x] = w
            mixed = _mix(front, back, count * (n + 1), sizes, mats)
            for b in range(size):
                row = mixed[b]
                for x in range(count):
                    cell = base + b * inner + x
                    if weights[cell] > 0.0:
                        share = rate / row[tail + x]
                        for i in range(n):
                            out[cell, i] += share * row[x * n + i] - rate * values[cell, i]


@njit(
    ["int64(float64[:], boolean[::1], int64[::1], int64[::1], float64[::1], float64[:])"],
    cache=True,
    nogil=True,
)
def invert_sums(weights, feasible, line, sizes, mats, out):
    """out[s] = 1 / sum over t of q(t|s) weights(t) for feasible cells, 0 elsewhere.

    Returns how many feasible cells have a sum too small to divide by (noise too small for the payoffs).
    """
    outer, size, inner = line[0], line[1], line[2]
    block = max(1, min(inner, _BUFFER // size))
    front = np.empty((size, block))
    back = np.empty((size, block))
    lost = 0
    for high in range(outer):
        for low in range(0, inner, block):
            count = min(block, inner - low)
            base = high * size * inner + low
            for b in range(size):
                for x in range(count):
                    front[b, x] = weights[base + b * inner + x]
            mixed = _mix(front, back, count, sizes, mats)
            for b in range(size):
                for x in range(count):
                    cell = base + b * inner + x
                    if not feasible[cell]:
                        out[cell] = 0.0
                    elif mixed[b, x] > 1e-290:
                        out[cell] = 1.0 / mixed[b, x]
                    else:
                        out[cell] = 0.0
                        lost += 1
    return lost


@njit(
    ["void(float64[:,::1], float64[:], float64[:], float64, int64[::1], int64[::1], float64[::1], float64[:,::1])"],
    cache=True,
    nogil=True,
)
def add_flow(masses, weights, inverse, rate, line, sizes, mats, out):
    """out[t, c] += rate x the mass the actor's choice brings to t, from distributions in the columns of ``masses``.

    ``inverse`` is :func:`invert_sums`'s; ``mats`` holds the transposed lever matrices (rows = to).
    """
    outer, size, inner = line[0], line[1], line[2]
    n = masses.shape[1]
    block = max(1, min(inner, _BUFFER // (size * n)))
    front = np.empty((size, block * n))
    back = np.empty((size, block * n))
    for high in range(outer):
        for low in range(0, inner, block):
            count = min(block, inner - low)
            base = high * size * inner + low
            found = False
            for b in range(size):
                row = front[b]
                for x in range(count):
                    cell = base + b * inner + x
                    share = inverse[cell]
                    for i in range(n):
                        mass = share * masses[cell, i]
                        found |= mass != 0.0
                        row[x * n + i] = mass
            if not found:
                continue
            mixed = _mix(front, back, count * n, sizes, mats)
            for b in range(size):
                row = mixed[b]
                for x in range(count):
                    cell = base + b * inner + x
                    share = rate * weights[cell]
                    for i in range(n):
                        out[cell, i] += share * row[x * n + i]


@njit(
    ["void(float64[:,::1], int32[::1], int32[::1], int32[::1], float64[::1], float64[:,::1])"],
    cache=True,
    nogil=True,
)
def add_chance_expectation(values, sources, targets, which, rates, out):
    """out[s, i] += rate (values(t, i) - values(s, i)) for every chance transition s to t."""
    for k in range(sources.shape[0]):
        s, t, rate = sources[k], targets[k], rates[which[k]]
        for i in range(values.shape[1]):
            out[s, i] += rate * (values[t, i] - values[s, i])


@njit(
    ["void(float64[:,::1], int32[::1], int32[::1], int32[::1], float64[::1], float64[:,::1])"],
    cache=True,
    nogil=True,
)
def add_chance_flow(masses, sources, targets, which, rates, out):
    """Moves rate x mass along every chance transition, in every column."""
    for k in range(sources.shape[0]):
        s, t, rate = sources[k], targets[k], rates[which[k]]
        for i in range(masses.shape[1]):
            mass = rate * masses[s, i]
            out[t, i] += mass
            out[s, i] -= mass


@njit(
    ["void(float64[:,::1], int32[::1], uint8[:,::1], float64[::1], float64[::1])"],
    cache=True,
    nogil=True,
)
def absorb_and_tally(masses, groups, absorbing, by_group, alive):
    """Zero each column where its row of ``absorbing`` says so, then sum up.

    ``by_group[g]`` gets column 0's mass per group of cells, ``alive[c]`` each column's whole mass.
    """
    for g in range(by_group.shape[0]):
        by_group[g] = 0.0
    for c in range(alive.shape[0]):
        alive[c] = 0.0
    for s in range(masses.shape[0]):
        by_group[groups[s]] += masses[s, 0]
        for c in range(masses.shape[1]):
            if absorbing[s, c] != 0:
                masses[s, c] = 0.0
            else:
                alive[c] += masses[s, c]
