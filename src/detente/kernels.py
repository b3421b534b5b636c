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


# --- stability ------------------------------------------------------------------------------------------------------
#
# Payoffs enter as ranks: int32, -1 where the state is infeasible. What opponents can do to an actor is its *harm*:
# minus the rank they can bring it to, so that every reduction is a maximum; an infeasible cell's harm is NONE and stays
# so. Harms of all actors lie side by side, cell after cell, in one flat array of ``width`` columns, so that one pass
# along an axis serves everybody; ``caps`` silences the columns of the axis' own actor, who is no opponent to itself.
# Axes come as ``line`` = (outer, size, inner) and, for legality, as ``sizes`` and row-major 0/1 matrices ``legal``
# (rows = from) of its levers, packed one after the other. Indices are unsigned and arrays flat because numba then
# vectorises the innermost loops, which is worth a factor of three to five.

#: harm of an infeasible cell, below every other
NONE = -(2**31)

#: int32 per buffer, so that a block of lines stays within the first-level cache
_ROOM = 4096

#: line length up to which insertion beats merging
_SHORT = 24


@njit(["boolean(float64[:,::1], int64, boolean[::1], int64[:,::1], int32[::1])"], cache=True, nogil=True)
def rank_payoffs(payoffs, column, feasible, scratch, ranks):
    """Dense ranks over feasible cells (0 worst) of one column of payoffs rounded to a 1e-9 grid; -1 elsewhere.

    A radix sort, 12 bits at a time, of the distance to the least payoff with the cell's number behind it; ``scratch``
    is (2, cells). Answers False, with ``ranks`` unset, when the two together need more than 62 bits.
    """
    total = 0
    low, high = np.inf, -np.inf
    for s in range(feasible.shape[0]):
        if feasible[s]:
            value = np.rint(payoffs[s, column] * 1e9)
            low = min(low, value)
            high = max(high, value)
            total += 1
        ranks[s] = -1
    if total == 0:
        return True
    cell_bits = 0
    while feasible.shape[0] >> cell_bits:
        cell_bits += 1
    if not high - low < 2.0 ** (62 - cell_bits):
        return False
    keys, spare = scratch[0], scratch[1]
    k = 0
    for s in range(feasible.shape[0]):
        if feasible[s]:
            keys[k] = (np.int64(np.rint(payoffs[s, column] * 1e9) - low) << cell_bits) | s
            k += 1
    counts = np.empty(4096, np.int64)
    left = np.int64(high - low)
    shift = cell_bits
    while left > 0:
        counts[:] = 0
        for k in range(total):
            counts[(keys[k] >> shift) & 4095] += 1
        place = 0
        for digit in range(4096):
            count = counts[digit]
            counts[digit] = place
            place += count
        for k in range(total):
            digit = (keys[k] >> shift) & 4095
            place = counts[digit]
            counts[digit] = place + 1
            spare[place] = keys[k]
        keys, spare = spare, keys
        left >>= 12
        shift += 12
    rank = 0
    before = keys[0] >> cell_bits
    for k in range(total):
        key = keys[k] >> cell_bits
        rank += key != before
        before = key
        ranks[keys[k] - (key << cell_bits)] = rank
    return True


@njit(["void(int64[::1], int64[::1], int64)"], cache=True, nogil=True)
def _sort_descending(keys, spare, count):
    """Sort the first ``count`` keys in place: insertion within short runs, then merging of runs."""
    for start in range(0, count, _SHORT):
        for k in range(start + 1, min(start + _SHORT, count)):
            key = keys[k]
            at = k
            while at > start and keys[at - 1] < key:
                keys[at] = keys[at - 1]
                at -= 1
            keys[at] = key
    run = _SHORT
    while run < count:
        for start in range(0, count - run, 2 * run):
            middle, end = start + run, min(start + 2 * run, count)
            spare[:run] = keys[start:middle]
            a, b, to = 0, middle, start
            while a < run:
                if b < end and keys[b] > spare[a]:
                    keys[to] = keys[b]
                    b += 1
                else:
                    keys[to] = spare[a]
                    a += 1
                to += 1
        run *= 2


@njit(["void(int32[::1], int64[::1], int32[::1])"], cache=True, nogil=True)
def sort_lines(ranks, line, order):
    """The feasible positions of every line of an axis, best first, one line after the other in ``order``.

    An entry is 2 x position, plus 1 when the state ties with the one before it; -1 fills a line up.
    """
    outer, size, inner = line[0], line[1], line[2]
    keys, spare = np.empty(size, np.int64), np.empty(size, np.int64)
    for high in range(outer):
        for low in range(inner):
            base = high * size * inner + low
            place = (high * inner + low) * size
            count = 0
            for b in range(size):
                rank = np.int64(ranks[base + b * inner])
                if rank >= 0:
                    keys[count] = (rank << 32) + b
                    count += 1
            _sort_descending(keys, spare, count)
            before = np.int64(-1)
            for k in range(count):
                rank = keys[k] >> 32
                order[place + k] = 2 * (keys[k] - (rank << 32)) + (rank == before)
                before = rank
            for k in range(count, size):
                order[place + k] = -1


@njit(["void(int32[::1], int32[::1], uint64, uint64, int64[::1], uint8[::1])"], cache=True, nogil=True)
def _reach_best(front, spare, row, width, sizes, legal):
    """front[a] = max of front[b] over positions b legal from a, lever by lever, in ``width`` columns.

    ``row`` is the distance between the positions' rows in the buffers; ``spare`` has room for one lever.
    """
    one = np.uint64(1)
    stride = one
    for k in range(sizes.shape[0]):
        stride *= np.uint64(sizes[k])
    rows = stride
    place = np.uint64(0)
    for k in range(sizes.shape[0]):
        m = np.uint64(sizes[k])
        block = stride
        stride //= m
        free = True
        for e in range(place, place + m * m):
            free &= legal[e] != 0
        for group in range(rows // block):
            for low in range(stride):
                base = (group * block + low) * row
                step = stride * row
                if free:
                    for b in range(one, m):
                        at = base + b * step
                        for x in range(width):
                            front[base + x] = max(front[base + x], front[at + x])
                    for b in range(one, m):
                        at = base + b * step
                        for x in range(width):
                            front[at + x] = front[base + x]
                    continue
                for b in range(m):
                    at, to = base + b * step, b * row
                    for x in range(width):
                        spare[to + x] = front[at + x]
                for a in range(m):
                    to = base + a * step
                    for b in range(m):
                        if a != b and legal[place + a * m + b] != 0:
                            at = b * row
                            for x in range(width):
                                front[to + x] = max(front[to + x], spare[at + x])
        place += m * m


@njit(["void(int32[::1], int64[::1], int64[::1], uint8[::1], int32[::1])"], cache=True, nogil=True)
def find_replies(ranks, line, sizes, legal, best):
    """best[s] = highest rank among the states the axis' actor can hold or move to from s; meaningless if infeasible."""
    outer, size, inner = line[0], line[1], line[2]
    block = max(1, min(inner, _ROOM // size))
    row = np.uint64(block)
    front = np.empty(size * block, np.int32)
    spare = np.empty(sizes.max() * block, np.int32)
    for high in range(outer):
        for low in range(0, inner, block):
            count = np.uint64(min(block, inner - low))
            base = high * size * inner + low
            for b in range(size):
                at, to = np.uint64(base + b * inner), np.uint64(b) * row
                for x in range(count):
                    front[to + x] = ranks[at + x]
            _reach_best(front, spare, row, count, sizes, legal)
            for b in range(size):
                at, to = np.uint64(base + b * inner), np.uint64(b) * row
                for x in range(count):
                    best[at + x] = front[to + x]


@njit(["void(int32[::1], int32[::1], boolean[:,::1], int64)"], cache=True, nogil=True)
def judge_nash(ranks, best, stable, row):
    """Strike out the states from which the actor has a unilateral improvement."""
    for s in range(ranks.shape[0]):
        stable[row, s] &= best[s] <= ranks[s]


@njit(["void(int32[::1], int32[::1], int32[::1], int64, int64, int64[::1])"], cache=True, nogil=True)
def lay_harm(ranks, best, harm, width, first, guarded):
    """Fill an actor's columns: minus its rank, or minus the best it can turn a state into where ``guarded``."""
    for s in range(ranks.shape[0]):
        at = np.uint64(s * width + first)
        for k in range(guarded.shape[0]):
            if ranks[s] < 0:
                harm[at + np.uint64(k)] = NONE
            else:
                harm[at + np.uint64(k)] = -best[s] if guarded[k] != 0 else -ranks[s]


@njit(["int64(int32[::1], int64, int32[::1], int64[::1], int64[::1], uint8[::1])"], cache=True, nogil=True)
def move_freely(harm, width, caps, line, sizes, legal):
    """One pass of all legal moves along an axis: each cell takes the worst harm its actor can move to.

    Answers non-zero when anything changed.
    """
    outer, size, inner = line[0], line[1], line[2]
    block = max(1, min(inner, _ROOM // (size * width)))
    row, columns = np.uint64(block * width), np.uint64(width)
    front = np.empty(size * block * width, np.int32)
    spare = np.empty(sizes.max() * block * width, np.int32)
    changed = np.int32(0)
    for high in range(outer):
        for low in range(0, inner, block):
            count = np.uint64(min(block, inner - low))
            span = count * columns
            base = high * size * inner + low
            for b in range(size):
                at, to = np.uint64((base + b * inner) * width), np.uint64(b) * row
                for x in range(span):
                    front[to + x] = harm[at + x]
            _reach_best(front, spare, row, span, sizes, legal)
            for b in range(size):
                start, to = np.uint64((base + b * inner) * width), np.uint64(b) * row
                for x in range(count):
                    at, of = start + x * columns, to + x * columns
                    for c in range(columns):
                        old = harm[at + c]
                        new = max(old, min(front[of + c], caps[c]))
                        new = old if old == NONE else new
                        changed |= new ^ old
                        harm[at + c] = new
    return changed


@njit(
    ["int64(int32[::1], int64, int32[::1], int64[::1], int32[::1], int32[::1], int64[::1], int32[::1])"],
    cache=True,
    nogil=True,
)
def move_upward(harm, width, caps, line, order, kinds, starts, below):
    """One pass of improvements along an axis: each cell takes the worst harm at legal, strictly better states.

    ``order`` is :func:`sort_lines`'s. Positions are of one kind when their actor can go from each to the other; from
    the kinds ``below[starts[k]:starts[k + 1]]``, k among them, it can go to kind k. Each line is walked best first,
    with the worst harm met so far for every kind that could move there. Answers non-zero when anything changed.
    """
    outer, size, inner = line[0], line[1], line[2]
    one, columns, step = np.uint64(1), np.uint64(width), np.uint64(inner * width)
    met = np.empty((starts.shape[0] - 1) * width, np.int32)
    alike = starts.shape[0] == 2
    changed = np.int32(0)
    for high in range(outer):
        for low in range(inner):
            start = np.uint64((high * size * inner + low) * width)
            k = np.uint64((high * inner + low) * size)
            end = k + np.uint64(size)
            for x in range(np.uint64(met.shape[0])):
                met[x] = NONE
            while k < end and order[k] >= 0:
                after = k + one
                tied = after < end and order[after] >= 0 and order[after] & 1 == 1
                if alike and not tied:
                    at = start + np.uint64(order[k] >> 1) * step
                    for c in range(columns):
                        old = harm[at + c]
                        new = max(old, met[c])
                        changed |= new ^ old
                        harm[at + c] = new
                        met[c] = max(met[c], min(new, caps[c]))
                    k = after
                    continue
                first = k
                while k == first or (k < end and order[k] >= 0 and order[k] & 1 == 1):
                    position = order[k] >> 1
                    at, of = start + np.uint64(position) * step, np.uint64(kinds[position]) * columns
                    for c in range(columns):
                        old = harm[at + c]
                        new = max(old, met[of + c])
                        changed |= new ^ old
                        harm[at + c] = new
                    k += one
                for g in range(first, k):
                    position = order[g] >> 1
                    at, kind = start + np.uint64(position) * step, kinds[position]
                    for e in range(starts[kind], starts[kind + 1]):
                        of = np.uint64(below[e]) * columns
                        for c in range(columns):
                            met[of + c] = max(met[of + c], min(harm[at + c], caps[c]))
    return changed


@njit(
    ["void(int32[::1], int32[::1], int64, int64, int64[::1], int64[::1], uint8[::1], boolean[:,::1], int64[::1])"],
    cache=True,
    nogil=True,
)
def judge_sanctions(ranks, harm, width, first, line, sizes, legal, stable, rows):
    """Strike out the states from which an improvement goes unsanctioned: one whose worst sequel is better than staying.

    Column ``first + k`` of ``harm`` judges row ``rows[k]`` of ``stable``.
    """
    outer, size, inner = line[0], line[1], line[2]
    columns = rows.shape[0]
    block = max(1, min(inner, _ROOM // (size * columns)))
    row = np.uint64(block * columns)
    front = np.empty(size * block * columns, np.int32)
    spare = np.empty(sizes.max() * block * columns, np.int32)
    for high in range(outer):
        for low in range(0, inner, block):
            count = min(block, inner - low)
            base = high * size * inner + low
            for b in range(size):
                to = np.uint64(b) * row
                for x in range(count):
                    cell = base + b * inner + x
                    at = np.uint64(cell * width + first)
                    for k in range(columns):
                        worst = -harm[at + np.uint64(k)] if ranks[cell] >= 0 else -1
                        front[to] = min(ranks[cell], worst)
                        to += np.uint64(1)
            _reach_best(front, spare, row, np.uint64(count * columns), sizes, legal)
            for b in range(size):
                to = np.uint64(b) * row
                for x in range(count):
                    cell = base + b * inner + x
                    for k in range(columns):
                        stable[rows[k], cell] &= front[to] <= ranks[cell]
                        to += np.uint64(1)


@njit(
    [
        "void(int32[::1], int64, int64, int32[::1], int32[:,::1], int64[:,::1], int64, boolean, "
        "int64[::1], int32[::1], int64[::1], int32[::1])"
    ],
    cache=True,
    nogil=True,
)
def flood(harm, width, column, seeds, ranks, lines, owner, upward, offsets, kinds, starts, below):
    """The closure of one column over every axis but its owner's, in time bounded whatever the game.

    Cells come from the most harmful down (``seeds``); each hands its harm to all that can move there, directly or in
    steps, and have none worse. The kinds of all axes are numbered through; axis j's positions begin at ``offsets[j]``.
    """
    done = np.zeros(ranks.shape[1], np.bool_)
    able = np.full(starts.shape[0] - 1, -1, np.int64)
    stack = np.empty(ranks.shape[1], np.int32)
    steps = 0
    for seed in seeds:
        if done[seed]:
            continue
        worst = harm[seed * width + column]
        done[seed] = True
        stack[0] = seed
        height = 1
        while height > 0:
            height -= 1
            cell = stack[height]
            for j in range(lines.shape[0]):
                size, inner = lines[j, 1], lines[j, 2]
                if j == owner or size == 1:
                    continue
                position = cell // inner % size
                kind = kinds[offsets[j] + position]
                steps += 1
                for e in range(starts[kind], starts[kind + 1]):
                    able[below[e]] = steps
                for b in range(size):
                    origin = cell + (b - position) * inner
                    if done[origin] or ranks[j, origin] < 0 or able[kinds[offsets[j] + b]] != steps:
                        continue
                    if upward and ranks[j, origin] >= ranks[j, cell]:
                        continue
                    done[origin] = True
                    harm[origin * width + column] = worst
                    stack[height] = origin
                    height += 1
