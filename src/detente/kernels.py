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
# Values of several actors, or several distributions, lie side by side for each cell: arrays are (cells, WIDTH), and
# the constant width lets the compiler keep a cell's row in vector registers. Callers pad with zeros.

#: columns per pass
WIDTH = 8
#: doubles per buffer: two of them stay within a 32 KiB first-level cache
_BUFFER = 1536


# The three helpers below spell out the WIDTH columns: all loads come before any store, so the compiler may use vector
# registers without first proving that the arrays do not overlap.


@njit(inline="always")
def _put_scaled(to, w, row):
    r0, r1, r2, r3, r4, r5, r6, r7 = row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]
    to[0], to[1], to[2], to[3], to[4], to[5], to[6], to[7] = (
        w * r0,
        w * r1,
        w * r2,
        w * r3,
        w * r4,
        w * r5,
        w * r6,
        w * r7,
    )


@njit(inline="always")
def _add_scaled(to, w, row):
    r0, r1, r2, r3, r4, r5, r6, r7 = row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]
    t0, t1, t2, t3, t4, t5, t6, t7 = to[0], to[1], to[2], to[3], to[4], to[5], to[6], to[7]
    to[0], to[1], to[2], to[3] = t0 + w * r0, t1 + w * r1, t2 + w * r2, t3 + w * r3
    to[4], to[5], to[6], to[7] = t4 + w * r4, t5 + w * r5, t6 + w * r6, t7 + w * r7


@njit(inline="always")
def _add_difference(to, w, row, v, low):
    r0, r1, r2, r3, r4, r5, r6, r7 = row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]
    s0, s1, s2, s3, s4, s5, s6, s7 = low[0], low[1], low[2], low[3], low[4], low[5], low[6], low[7]
    t0, t1, t2, t3, t4, t5, t6, t7 = to[0], to[1], to[2], to[3], to[4], to[5], to[6], to[7]
    to[0], to[1] = t0 + (w * r0 - v * s0), t1 + (w * r1 - v * s1)
    to[2], to[3] = t2 + (w * r2 - v * s2), t3 + (w * r3 - v * s3)
    to[4], to[5] = t4 + (w * r4 - v * s4), t5 + (w * r5 - v * s5)
    to[6], to[7] = t6 + (w * r6 - v * s6), t7 + (w * r7 - v * s7)


@njit(inline="always")
def _block(outer, depth, inner):
    """How many neighbouring cells (wide) of how many neighbouring lines (deep) fill a buffer of ``depth`` rows."""
    fits = max(1, _BUFFER // depth)
    wide = min(inner, fits)
    return wide, max(1, min(outer, fits // inner))


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
                    if m == 2:
                        q00, q01, q10, q11 = mats[place], mats[place + 1], mats[place + 2], mats[place + 3]
                        row0, row1, to0, to1 = src[base], src[base + stride], dst[base], dst[base + stride]
                        for x in range(width):
                            first, second = row0[x], row1[x]
                            to0[x] = q00 * first + q01 * second
                            to1[x] = q10 * first + q11 * second
                        continue
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
    The last column is the kernel's own: it carries the sum.
    """
    outer, size, inner = line[0], line[1], line[2]
    wide, deep = _block(outer, size * WIDTH, inner)
    front = np.empty((size, deep * wide * WIDTH))
    back = np.empty((size, deep * wide * WIDTH))
    rows = front.reshape((size, deep * wide, WIDTH))
    for high in range(0, outer, deep):
        tall = min(deep, outer - high)
        for low in range(0, inner, wide):
            count = min(wide, inner - low)
            for y in range(tall):
                for b in range(size):
                    base = ((high + y) * size + b) * inner + low
                    for x in range(count):
                        w = weights[base + x]
                        _put_scaled(rows[b, y * count + x], w, values[base + x])
                        rows[b, y * count + x, WIDTH - 1] = w
            mixed = _mix(front, back, tall * count * WIDTH, sizes, mats).reshape((size, deep * wide, WIDTH))
            for y in range(tall):
                for b in range(size):
                    base = ((high + y) * size + b) * inner + low
                    for x in range(count):
                        if weights[base + x] > 0.0:
                            row = mixed[b, y * count + x]
                            _add_difference(out[base + x], rate / row[WIDTH - 1], row, rate, values[base + x])


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
    wide, deep = _block(outer, size, inner)
    front = np.empty((size, deep * wide))
    back = np.empty((size, deep * wide))
    lost = 0
    for high in range(0, outer, deep):
        tall = min(deep, outer - high)
        for low in range(0, inner, wide):
            count = min(wide, inner - low)
            for y in range(tall):
                for b in range(size):
                    base = ((high + y) * size + b) * inner + low
                    for x in range(count):
                        front[b, y * count + x] = weights[base + x]
            mixed = _mix(front, back, tall * count, sizes, mats)
            for y in range(tall):
                for b in range(size):
                    base = ((high + y) * size + b) * inner + low
                    for x in range(count):
                        total = mixed[b, y * count + x]
                        out[base + x] = 0.0
                        if feasible[base + x]:
                            if total > 1e-290:
                                out[base + x] = 1.0 / total
                            else:
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
    wide, deep = _block(outer, size * WIDTH, inner)
    front = np.empty((size, deep * wide * WIDTH))
    back = np.empty((size, deep * wide * WIDTH))
    rows = front.reshape((size, deep * wide, WIDTH))
    for high in range(0, outer, deep):
        tall = min(deep, outer - high)
        for low in range(0, inner, wide):
            count = min(wide, inner - low)
            for y in range(tall):
                for b in range(size):
                    base = ((high + y) * size + b) * inner + low
                    for x in range(count):
                        _put_scaled(rows[b, y * count + x], inverse[base + x], masses[base + x])
            mixed = _mix(front, back, tall * count * WIDTH, sizes, mats).reshape((size, deep * wide, WIDTH))
            for y in range(tall):
                for b in range(size):
                    base = ((high + y) * size + b) * inner + low
                    for x in range(count):
                        _add_scaled(out[base + x], rate * weights[base + x], mixed[b, y * count + x])


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


@njit(["void(float64[:,::1], uint8[:,::1], float64[::1])"], cache=True, nogil=True)
def absorb(masses, absorbing, alive):
    """Zero each column where its column of ``absorbing`` says so; ``alive[c]`` gets the mass left in it."""
    for c in range(WIDTH):
        alive[c] = 0.0
    for s in range(masses.shape[0]):
        for c in range(WIDTH):
            if absorbing[s, c] != 0:
                masses[s, c] = 0.0
            else:
                alive[c] += masses[s, c]


@njit(["void(float64[:,::1], int32[::1], float64[::1])"], cache=True, nogil=True)
def tally(masses, groups, out):
    """out[g] = mass of the first column in the cells of group g."""
    for g in range(out.shape[0]):
        out[g] = 0.0
    for s in range(masses.shape[0]):
        out[groups[s]] += masses[s, 0]
