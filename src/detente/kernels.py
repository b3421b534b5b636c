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
# One actor's choice depends on the line of its own axis only. The cells are walked in tiles (see solvers/layout.py): a
# tile holds ``lanes`` neighbouring lines of a span of several actors' axes, position by position, so that every
# innermost loop runs over neighbouring numbers and one visit to the cache serves every actor of the span. Columns
# (actors' values, copies of a distribution) are separate rows of their arrays: what is not needed costs nothing.
#
# The loops are written over slices with a plain counter because that is the form the compiler turns into vector
# instructions; no rounding depends on it.

#: exp: 1 / log 2, log 2 in two parts (Cody & Waite 1980), and the number whose addition rounds to an integer
_PER_LOG2 = 1.4426950408889634
_LOG2_HIGH, _LOG2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_ROUNDER = 6755399441055744.0
_ROUNDER_BITS = 0x4338000000000000
#: exponents below this are treated as this: exp(-708) is the smallest ordinary number
_LOWEST = -708.0
#: sums of weights below this are too small to divide by
_LEAST = 1e-290


@njit(nogil=True)
def _exponentiate(x, scratch, out):
    """out = exp(x) for x <= 0, to two units in the last place; x below -708 counts as -708.

    exp(x) = 2^n exp(r), n the nearest integer to x / log 2, exp(r) by its Taylor polynomial (|r| < 0.35: 14 terms).
    """
    for i in range(x.shape[0]):
        scratch[i] = max(x[i], _LOWEST) * _PER_LOG2 + _ROUNDER
    for i in range(x.shape[0]):
        n = scratch[i] - _ROUNDER
        r = (max(x[i], _LOWEST) - n * _LOG2_HIGH) - n * _LOG2_LOW
        p = 1 / 6227020800.0
        p = p * r + 1 / 479001600.0
        p = p * r + 1 / 39916800.0
        p = p * r + 1 / 3628800.0
        p = p * r + 1 / 362880.0
        p = p * r + 1 / 40320.0
        p = p * r + 1 / 5040.0
        p = p * r + 1 / 720.0
        p = p * r + 1 / 120.0
        p = p * r + 1 / 24.0
        p = p * r + 1 / 6.0
        p = p * r + 0.5
        p = p * r + 1.0
        out[i] = p * r + 1.0
    # Adding n to the exponent bits multiplies by 2^n; n stands in the low bits of the scratch numbers.
    bits, powers = out.view(np.int64), scratch.view(np.int64)
    for i in range(x.shape[0]):
        bits[i] += (powers[i] - _ROUNDER_BITS) << 52


@njit(nogil=True)
def _gather(cells, frame, tile, buffer):
    """Copy a tile's cells into ``buffer``, position by position; lanes past the last one keep what they hold."""
    span, inner, lanes = frame[1], frame[2], frame[3]
    lane, last = tile * lanes, min(frame[0] * inner, (tile + 1) * lanes)
    to = 0
    while lane < last:
        run = min(inner - lane % inner, last - lane)
        start = lane // inner * span * inner + lane % inner
        for t in range(span):
            part = buffer[t * lanes + to : t * lanes + to + run]
            row = cells[start + t * inner : start + t * inner + run]
            for x in range(run):
                part[x] = row[x]
        lane += run
        to += run


@njit(nogil=True)
def _scatter(buffer, frame, tile, cells):
    """Add ``buffer`` to a tile's cells."""
    span, inner, lanes = frame[1], frame[2], frame[3]
    lane, last = tile * lanes, min(frame[0] * inner, (tile + 1) * lanes)
    to = 0
    while lane < last:
        run = min(inner - lane % inner, last - lane)
        start = lane // inner * span * inner + lane % inner
        for t in range(span):
            part = buffer[t * lanes + to : t * lanes + to + run]
            row = cells[start + t * inner : start + t * inner + run]
            for x in range(run):
                row[x] += part[x]
        lane += run
        to += run


@njit(nogil=True)
def _mix(front, back, lanes, line, sizes, mats):
    """Apply one actor's lever matrices, packed row-major one after the other in ``mats``, to the tile in ``front``.

    Uses ``back`` as scratch; the answer is in the buffer returned.
    """
    run = line[1] * line[2] * lanes
    rows = line[0] * run
    place = 0
    src, dst = front, back
    for k in range(sizes.shape[0]):
        m = sizes[k]
        run //= m
        if m == 2:
            q00, q01, q10, q11 = mats[place], mats[place + 1], mats[place + 2], mats[place + 3]
            for high in range(0, rows, 2 * run):
                top, low = src[high : high + run], src[high + run : high + 2 * run]
                for x in range(run):
                    first, second = top[x], low[x]
                    top[x] = q00 * first + q01 * second
                    low[x] = q10 * first + q11 * second
        elif m > 2:
            for high in range(0, rows, m * run):
                row0, row1 = src[high : high + run], src[high + run : high + 2 * run]
                row2 = src[high + 2 * run : high + 3 * run]
                for a in range(m):
                    to = dst[high + a * run : high + (a + 1) * run]
                    q = mats[place + a * m : place + (a + 1) * m]
                    q0, q1, q2 = q[0], q[1], q[2]
                    for x in range(run):
                        to[x] = q0 * row0[x] + q1 * row1[x] + q2 * row2[x]
                    for b in range(3, m):
                        weight = q[b]
                        if weight != 0.0:
                            row = src[high + b * run : high + (b + 1) * run]
                            for x in range(run):
                                to[x] += weight * row[x]
            src, dst = dst, src
        place += m * m
    return src


@njit(
    [
        "int64(float64[::1], float64, float64[::1], int64[::1], int64[::1], int64[::1], float64[::1], float64[::1],"
        "float64[::1])"
    ],
    cache=True,
    nogil=True,
)
def weigh_choices(column, scale, walls, frame, line, sizes, mats, weights, inverse):
    """One actor's logit, tile by tile: weights(t) and, for each s, the inverse of sum over t of q(t|s) weights(t).

    weights(t) = exp(scale (v(t) - best v on t's line)) for feasible cells, 0 elsewhere, v being ``column``; dividing
    by the line's best keeps the exponentials within range. ``mats`` holds q lever by lever, rows = from. Returns how
    many feasible cells have a sum too small to divide by (noise too small for the payoffs).
    """
    lanes = frame[3]
    depth = frame[1] * lanes
    size, run = line[1], line[2] * lanes
    own, front, back = np.zeros(depth), np.empty(depth), np.empty(depth)
    lost = 0
    for tile in range(walls.shape[0] // depth):
        wall = walls[tile * depth : (tile + 1) * depth]
        weight = weights[tile * depth : (tile + 1) * depth]
        _gather(column, frame, tile, own)
        for x in range(depth):
            own[x] += wall[x]
        for high in range(0, depth, size * run):
            best = back[:run]
            row = own[high : high + run]
            for x in range(run):
                best[x] = row[x]
            for k in range(1, size):
                row = own[high + k * run : high + (k + 1) * run]
                for x in range(run):
                    best[x] = max(best[x], row[x])
            for k in range(size):
                row = own[high + k * run : high + (k + 1) * run]
                for x in range(run):
                    row[x] = scale * (row[x] - best[x])
        _exponentiate(own, back, weight)
        for x in range(depth):
            weight[x] = weight[x] if wall[x] == 0.0 else 0.0
            front[x] = weight[x]
        total = _mix(front, back, lanes, line, sizes, mats)
        part = inverse[tile * depth : (tile + 1) * depth]
        for x in range(depth):
            part[x] = (1.0 if wall[x] == 0.0 else 0.0) / max(total[x], _LEAST)
            lost += wall[x] == 0.0 and not total[x] > _LEAST
    return lost


@njit(
    [
        "void(float64[:,::1], int64, float64[:,::1], float64[:,::1], float64[::1], int64[::1], int64[:,::1],"
        "int64[:,::1], float64[:,::1], float64[:,::1])"
    ],
    cache=True,
    nogil=True,
)
def add_choices(columns, count, before, after, rates, frame, lines, sizes, mats, out):
    """out[c] += sum over the tiling's actors j of rates[j] after_j Q_j (before_j columns[c]), for c < ``count``.

    Expectations of values: ``before`` weights, ``after`` inverse sums, Q rows = from. Flow of masses: ``before``
    inverse sums, ``after`` weights, Q rows = to. Actors whose rate is 0 are passed over.
    """
    lanes = frame[3]
    depth = frame[1] * lanes
    own, front, back, sums = np.zeros(depth), np.empty(depth), np.empty(depth), np.empty(depth)
    for tile in range(before.shape[1] // depth):
        first, last = tile * depth, (tile + 1) * depth
        for c in range(count):
            _gather(columns[c], frame, tile, own)
            for x in range(depth):
                sums[x] = 0.0
            for j in range(rates.shape[0]):
                rate = rates[j]
                if rate != 0.0:
                    factor = before[j, first:last]
                    for x in range(depth):
                        front[x] = own[x] * factor[x]
                    mixed = _mix(front, back, lanes, lines[j], sizes[j], mats[j])
                    factor = after[j, first:last]
                    for x in range(depth):
                        sums[x] += rate * (mixed[x] * factor[x])
            _scatter(sums, frame, tile, out[c])


@njit(
    ["void(float64[:,::1], float64[:,::1], float64[::1], int64[::1], float64[::1])"],
    cache=True,
    nogil=True,
)
def add_leaving(weights, inverse, rates, frame, out):
    """out[s] += sum over the tiling's actors j of rates[j] (1 - sigma_j(s|s)) for feasible cells: q(s|s) is 1."""
    depth = frame[1] * frame[3]
    sums = np.empty(depth)
    for tile in range(weights.shape[1] // depth):
        first, last = tile * depth, (tile + 1) * depth
        for x in range(depth):
            sums[x] = 0.0
        for j in range(rates.shape[0]):
            rate, weight, part = rates[j], weights[j, first:last], inverse[j, first:last]
            for x in range(depth):
                sums[x] += rate * (1.0 - weight[x] * part[x]) if weight[x] > 0.0 else 0.0
        _scatter(sums, frame, tile, out)


@njit(
    ["void(float64[:,::1], int64, int32[::1], int32[::1], float64[::1], float64[:,::1])"],
    cache=True,
    nogil=True,
)
def add_chance(columns, count, sources, targets, rates, out):
    """out[c, targets] += rates columns[c, sources], edge by edge, for c < ``count``."""
    for c in range(count):
        column, to = columns[c], out[c]
        for k in range(sources.shape[0]):
            to[targets[k]] += rates[k] * column[sources[k]]


@njit(
    ["void(float64[:,::1], float64[::1], float64[:,::1], int64, float64[:,::1])"],
    cache=True,
    nogil=True,
)
def start_slopes(payoffs, leaving, values, count, out):
    """out[c] = payoffs[c] - leaving values[c], for c < ``count``."""
    for c in range(count):
        payoff, value, to = payoffs[c], values[c], out[c]
        for x in range(leaving.shape[0]):
            to[x] = payoff[x] - leaving[x] * value[x]


@njit(["void(float64[:,::1], float64[:,:,::1], float64[::1], int64, float64[:,::1])"], cache=True, nogil=True)
def combine(values, slopes, shares, count, out):
    """out[c] = values[c] + sum over k of shares[k] slopes[k, c], for c < ``count``."""
    block = 1024
    for c in range(count):
        for start in range(0, values.shape[1], block):
            to = out[c, start : start + block]
            row = values[c, start : start + block]
            for x in range(to.shape[0]):
                to[x] = row[x]
            for k in range(shares.shape[0]):
                share = shares[k]
                if share != 0.0:
                    row = slopes[k, c, start : start + block]
                    for x in range(to.shape[0]):
                        to[x] += share * row[x]


@njit(["float64(float64[:,:,::1], float64[::1], float64[::1], int64)"], cache=True, nogil=True)
def find_largest(slopes, shares, scales, count):
    """Largest |sum over k of shares[k] slopes[k, c, s]| scales[c] over cells s and columns c < ``count``."""
    block = 1024
    part = np.empty(block)
    # Eight at a time, so that the comparisons need not wait for each other.
    peaks = np.zeros(8)
    for c in range(count):
        for start in range(0, slopes.shape[2], block):
            length = min(block, slopes.shape[2] - start)
            for x in range(block):
                part[x] = 0.0
            for k in range(shares.shape[0]):
                share, row = shares[k] * scales[c], slopes[k, c, start : start + length]
                for x in range(length):
                    part[x] += share * row[x]
            for x in range(0, block, 8):
                for y in range(8):
                    peaks[y] = max(peaks[y], abs(part[x + y]))
    return peaks.max()


@njit(["void(float64[:,::1], uint8[:,::1], float64[::1])"], cache=True, nogil=True)
def absorb(masses, absorbing, alive):
    """Zero each row of ``masses`` where its row of ``absorbing`` says so; ``alive[c]`` gets the mass left in it."""
    sums = np.empty(8)
    for c in range(masses.shape[0]):
        mass, gone = masses[c], absorbing[c]
        for x in range(mass.shape[0]):
            mass[x] = 0.0 if gone[x] != 0 else mass[x]
        even = mass.shape[0] // 8 * 8
        for y in range(8):
            sums[y] = 0.0
        for x in range(0, even, 8):
            for y in range(8):
                sums[y] += mass[x + y]
        for x in range(even, mass.shape[0]):
            sums[0] += mass[x]
        alive[c] = sums.sum()


@njit(["void(float64[::1], int32[::1], float64[::1])"], cache=True, nogil=True)
def tally(mass, groups, out):
    """out[g] = mass in the cells of group g."""
    # Two sums a group, so that neighbours of one group need not wait for each other.
    sums = np.zeros((2, out.shape[0]))
    for s in range(mass.shape[0]):
        sums[s % 2, groups[s]] += mass[s]
    for g in range(out.shape[0]):
        out[g] = sums[0, g] + sums[1, g]


# --- stability ------------------------------------------------------------------------------------------------------
#
# Payoffs enter as ranks: int32, -1 where the state is infeasible. What opponents can do to an actor is its *harm*:
# minus the rank they can bring it to, so that every reduction is a maximum; an infeasible cell's harm is NONE and stays
# so. Harms of all actors lie side by side, cell after cell, in one flat array of ``width`` columns, so that one pass
# along an axis serves everybody; ``caps`` silences the columns of the axis' own actor, who is no opponent to itself.
# Axes come as ``line`` = (outer, size, inner) and, for legality, lever by lever as ``sizes``, negative for a reversible
# lever, and the row-major 0/1 matrices ``legal`` (rows = from) of the others, packed one after the other. Indices are
# unsigned and arrays flat because numba then vectorises the innermost loops, worth a factor of three to five.

#: harm of an infeasible cell, below every other
NONE = -(2**31)

#: int32 per buffer, so that a block of lines stays within the first-level cache
_ROOM = 4096

#: line length up to which insertion beats merging
_SHORT = 24

#: longest line that is sorted together with others
_LONG = 256


@njit(["void(int64[::1], int64[::1], int64, int64, int64)"], cache=True, nogil=True)
def _sort_digit(keys, spare, count, shift, width):
    """spare[:count] = keys[:count] by the ``width`` bits above ``shift``, keeping the order of equals."""
    mask = (1 << width) - 1
    counts = np.zeros(1 << width, np.int64)
    for k in range(count):
        counts[(keys[k] >> shift) & mask] += 1
    place = 0
    for digit in range(1 << width):
        place, counts[digit] = place + counts[digit], place
    for k in range(count):
        digit = (keys[k] >> shift) & mask
        spare[counts[digit]] = keys[k]
        counts[digit] += 1


@njit(["boolean(int64[::1], int64, int64)"], cache=True, nogil=True)
def _insert(keys, count, budget):
    """Sort the first ``count`` keys in place by insertion; False, half done, if it takes over ``budget`` steps."""
    for k in range(1, count):
        key = keys[k]
        at = k
        while at > 0 and keys[at - 1] > key:
            keys[at] = keys[at - 1]
            at -= 1
        keys[at] = key
        budget -= k - at
        if budget < 0:
            return False
    return True


@njit(["boolean(float64[:,::1], int64, boolean[::1], int64[:,::1], int32[::1])"], cache=True, nogil=True)
def rank_payoffs(payoffs, column, feasible, scratch, ranks):
    """Dense ranks over feasible cells (0 worst) of one column of payoffs rounded to a 1e-9 grid; -1 elsewhere.

    Sorts the distance to the least payoff with the cell's number behind it: the leading bits in two digits, the rest
    by insertion, or all of it digit by digit where payoffs crowd together. ``scratch`` is (2, cells). Answers False,
    with ``ranks`` unset, when distance and number together need more than 62 bits.
    """
    keys, spare = scratch[0], scratch[1]
    values = spare.view(np.float64)
    total = 0
    low, high = np.inf, -np.inf
    for s in range(feasible.shape[0]):
        values[s] = np.rint(payoffs[s, column] * 1e9)
        if feasible[s]:
            low = min(low, values[s])
            high = max(high, values[s])
            total += 1
        ranks[s] = -1
    if total == 0:
        return True
    cell_bits = 0
    while (feasible.shape[0] - 1) >> cell_bits:
        cell_bits += 1
    if not high - low < 2.0 ** (62 - cell_bits):
        return False
    bits = 0
    while np.int64(high - low) >> bits:
        bits += 1
    k = 0
    for s in range(feasible.shape[0]):
        if feasible[s]:
            keys[k] = (np.int64(values[s] - low) << cell_bits) | s
            k += 1
    # Two digits of the leading bits leave about a quarter of a payoff each: little is out of order.
    width = min(bits + 1, cell_bits + 3, 24) // 2
    first = cell_bits + max(0, bits - 2 * width)
    _sort_digit(keys, spare, total, first, width)
    _sort_digit(spare, keys, total, first + width, width)
    if not _insert(keys, total, 4 * total):
        for shift in range(cell_bits, cell_bits + bits, 12):
            _sort_digit(keys, spare, total, shift, 12)
            keys, spare = spare, keys
    rank = 0
    before = keys[0] >> cell_bits
    for k in range(total):
        key = keys[k] >> cell_bits
        rank += key != before
        before = key
        ranks[keys[k] - (key << cell_bits)] = rank
    return True


@njit(["void(int64[::1], int64[::1], int64)"], cache=True, nogil=True)
def _merge_descending(keys, spare, count):
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


@njit(["void(int32[::1], int64, uint64)"], cache=True, nogil=True)
def _exchange_descending(keys, size, row):
    """Sort ``row`` columns of ``size`` keys, side by side, best first: merge exchange (Batcher; Knuth's 5.2.2 M)."""
    top = 1
    while 2 * top < size:
        top *= 2
    p = top
    while p > 0:
        q, r, d = top, 0, p
        while True:
            for start in range(r, size - d, 2 * p):
                span = np.uint64(min(p, size - d - start)) * row
                a, b = np.uint64(start) * row, np.uint64(start + d) * row
                for x in range(span):
                    one, two = keys[a + x], keys[b + x]
                    keys[a + x] = max(one, two)
                    keys[b + x] = min(one, two)
            if q == p:
                break
            d = q - p
            q //= 2
            r = p
        p //= 2


@njit(["void(int32[::1], int64[::1], int32[::1])"], cache=True, nogil=True)
def _sort_long_lines(ranks, line, order):
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
            _merge_descending(keys, spare, count)
            before = np.int64(-1)
            for k in range(count):
                rank = keys[k] >> 32
                order[place + k] = 2 * (keys[k] - (rank << 32)) + (rank == before)
                before = rank
            for k in range(count, size):
                order[place + k] = -1


@njit(["void(int32[::1], int64[::1], int32[::1])"], cache=True, nogil=True)
def sort_lines(ranks, line, order):
    """The feasible positions of every line of an axis, best first, one line after the other in ``order``.

    An entry is 2 x position, plus 1 when the state ties with the one before it; -1 fills a line up. Lines whose keys
    (rank, then position) fit in 32 bits are sorted many at a time without a branch.
    """
    outer, size, inner = line[0], line[1], line[2]
    bits = 0
    while (size - 1) >> bits:
        bits += 1
    if size > _LONG or (outer * size * inner + 1) << bits >= 1 << 31:
        _sort_long_lines(ranks, line, order)
        return
    lows = min(inner, _ROOM // size)
    highs = max(1, min(outer, _ROOM // (size * lows)))
    keys = np.empty(size * highs * lows, np.int32)
    for high in range(0, outer, highs):
        for low in range(0, inner, lows):
            tall, wide = min(highs, outer - high), np.uint64(min(lows, inner - low))
            row = np.uint64(tall) * wide
            for g in range(tall):
                for b in range(size):
                    at, to = np.uint64(((high + g) * size + b) * inner + low), np.uint64(b) * row + np.uint64(g) * wide
                    for x in range(wide):
                        keys[to + x] = ((ranks[at + x] + 1) << bits) + b
            _exchange_descending(keys, size, row)
            for g in range(tall):
                for x in range(wide):
                    at, to = np.uint64(g) * wide + x, (np.uint64((high + g) * inner + low) + x) * np.uint64(size)
                    before = 0
                    for k in range(np.uint64(size)):
                        key = keys[at + k * row]
                        rank = key >> bits
                        entry = 2 * (key - (rank << bits)) + (rank == before)
                        order[to + k] = entry if rank > 0 else -1
                        before = rank


@njit(["void(int32[::1], int32[::1], uint64, uint64, int64[::1], uint8[::1])"], cache=True, nogil=True)
def _reach_best(front, spare, row, width, sizes, legal):
    """front[a] = max of front[b] over positions b legal from a, lever by lever, in ``width`` columns.

    ``row`` is the distance between the positions' rows in the buffers; ``spare`` has room for one lever.
    """
    one = np.uint64(1)
    stride = one
    for k in range(sizes.shape[0]):
        stride *= np.uint64(abs(sizes[k]))
    rows = stride
    place = np.uint64(0)
    for k in range(sizes.shape[0]):
        m = np.uint64(abs(sizes[k]))
        block = stride
        stride //= m
        for group in range(rows // block):
            for low in range(stride):
                base = (group * block + low) * row
                step = stride * row
                if sizes[k] < 0:
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
        if sizes[k] > 0:
            place += m * m


@njit(["void(int32[::1], int64[::1], int64[::1], uint8[::1], int32[::1])"], cache=True, nogil=True)
def find_replies(ranks, line, sizes, legal, best):
    """best[s] = highest rank among the states the axis' actor can hold or move to from s; meaningless if infeasible."""
    outer, size, inner = line[0], line[1], line[2]
    block = max(1, min(inner, _ROOM // size))
    row = np.uint64(block)
    front = np.empty(size * block, np.int32)
    spare = np.empty(max(1, sizes.max()) * block, np.int32)
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
    spare = np.empty(max(1, sizes.max()) * block * width, np.int32)
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
    spare = np.empty(max(1, sizes.max()) * block * columns, np.int32)
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


# --- stability beyond one actor's moves -------------------------------------------------------------------------------
#
# Legality along an axis comes by kinds of positions (see move_upward): axis j's positions begin at ``offsets[j]`` of
# ``kinds``, whose kinds are numbered through all axes, and from the kinds below[starts[k]:starts[k + 1]], k among them,
# its actor can go to kind k. Lists of lists are two arrays: list k is items[starts[k]:starts[k + 1]].


@njit(nogil=True)
def _mark_origins(kind, starts, below, able, mark):
    """able[k] = mark for every kind from which the given one can be reached."""
    for e in range(starts[kind], starts[kind + 1]):
        able[below[e]] = mark


@njit(
    [
        "boolean(int32[:,::1], int64[:,::1], int64, int64[::1], int32[::1], int64[::1], int32[::1], float64,"
        "boolean[:,::1], int64)"
    ],
    cache=True,
    nogil=True,
)
def judge_simultaneous(ranks, lines, focal, offsets, kinds, starts, onward, most, stable, row):
    """Strike out the states from which an improvement goes unpunished by the others' own improvements at that moment.

    From kind k an actor can go to the kinds onward[starts[k]:starts[k + 1]]. Every combination of the others'
    improvements, each actor taking one or none, is tried until one is feasible and no better for the focal actor.
    Answers False when that takes more than ``most`` trials; ``stable`` is then of no use.
    """
    n, cells = ranks.shape
    longest = 1
    for j in range(n):
        longest = max(longest, lines[j, 1])
    shifts = np.zeros((n, longest), np.int64)
    counts, digits = np.zeros(n, np.int64), np.zeros(n, np.int64)
    able = np.full(starts.shape[0] - 1, -1, np.int64)
    trials, mark = 0.0, 0
    for s in range(cells):
        if ranks[focal, s] < 0 or not stable[row, s]:
            continue
        for j in range(n):
            counts[j] = 0
            size, inner = lines[j, 1], lines[j, 2]
            if size == 1:
                continue
            position = s // inner % size
            mark += 1
            _mark_origins(kinds[offsets[j] + position], starts, onward, able, mark)
            for b in range(size):
                t = s + (b - position) * inner
                if ranks[j, t] > ranks[j, s] and able[kinds[offsets[j] + b]] == mark:
                    shifts[j, counts[j]] = t - s
                    counts[j] += 1
        for k in range(counts[focal]):
            # An odometer over the others; digit 0 means that the actor stays.
            digits[:] = 0
            at = s + shifts[focal, k]
            punished = False
            while not punished:
                trials += 1
                punished = 0 <= ranks[focal, at] <= ranks[focal, s]
                j = 0
                while j < n:
                    if j != focal and counts[j] > 0:
                        if digits[j] > 0:
                            at -= shifts[j, digits[j] - 1]
                        digits[j] += 1
                        if digits[j] <= counts[j]:
                            at += shifts[j, digits[j] - 1]
                            break
                        digits[j] = 0
                    j += 1
                if j == n:
                    break
            if not punished:
                stable[row, s] = False
                break
        if trials > most:
            return False
    return True


@njit(
    ["int64(boolean[::1], int64[:,::1], int64[::1], int64[::1], int32[::1], int32[::1])"],
    cache=True,
    nogil=True,
)
def label_components(feasible, lines, movers, offsets, kinds, labels):
    """Number the sets of feasible cells between which ``movers`` together can go back and forth; -1 if infeasible.

    A move that can be taken back stays within its kind of positions. Answers how many sets there are.
    """
    stack = np.empty(feasible.shape[0], np.int32)
    labels[:] = -1
    count = 0
    for seed in range(feasible.shape[0]):
        if not feasible[seed] or labels[seed] >= 0:
            continue
        labels[seed] = count
        stack[0] = seed
        height = 1
        while height > 0:
            height -= 1
            cell = stack[height]
            for j in movers:
                size, inner = lines[j, 1], lines[j, 2]
                position = cell // inner % size
                kind = kinds[offsets[j] + position]
                for b in range(size):
                    other = cell + (b - position) * inner
                    if feasible[other] and labels[other] < 0 and kinds[offsets[j] + b] == kind:
                        labels[other] = count
                        stack[height] = other
                        height += 1
        count += 1
    return count


@njit(
    [
        "Tuple((int64[::1], int32[::1]))(int32[::1], int64[::1], int32[::1], int64[:,::1], int64[::1], int64[::1],"
        "int32[::1], int64[::1], int32[::1])"
    ],
    cache=True,
    nogil=True,
)
def link_components(labels, member_starts, members, lines, movers, offsets, kinds, starts, onward):
    """For every set of :func:`label_components` the sets its cells can be moved to, itself first: a list of lists.

    From kind k an actor can go to the kinds onward[starts[k]:starts[k + 1]].
    """
    total = member_starts.shape[0] - 1
    seen = np.full(total, -1, np.int64)
    able = np.full(starts.shape[0] - 1, -1, np.int64)
    link_starts = np.zeros(total + 1, np.int64)
    links = np.empty(max(16, 2 * total), np.int32)
    end, mark = 0, 0
    for c in range(total):
        link_starts[c] = end
        if end + total > links.shape[0]:
            longer = np.empty(2 * links.shape[0] + total, np.int32)
            longer[:end] = links[:end]
            links = longer
        seen[c] = c
        links[end] = c
        place, end = end, end + 1
        while place < end:
            e = links[place]
            place += 1
            for m in range(member_starts[e], member_starts[e + 1]):
                cell = members[m]
                for j in movers:
                    size, inner = lines[j, 1], lines[j, 2]
                    position = cell // inner % size
                    mark += 1
                    _mark_origins(kinds[offsets[j] + position], starts, onward, able, mark)
                    for b in range(size):
                        other = labels[cell + (b - position) * inner]
                        if other >= 0 and seen[other] != c and able[kinds[offsets[j] + b]] == mark:
                            seen[other] = c
                            links[end] = other
                            end += 1
    link_starts[total] = end
    return link_starts, links[:end].copy()


@njit(nogil=True)
def _is_better(values, t, own, s, pareto):
    """Whether t is better than s for a coalition: in every row, or in the last one and in no other one worse."""
    last = own.shape[0] - 1
    for k in range(own.shape[0]):
        if values[k, t] < own[k, s] or (values[k, t] == own[k, s] and (k == last or not pareto)):
            return False
    return True


@njit(
    ["Tuple((int64[::1], int32[::1]))(int64[::1], int32[::1], int64[::1], int32[::1], int32[:,::1])"],
    cache=True,
    nogil=True,
)
def find_fronts(member_starts, members, link_starts, links, values):
    """For every set the cells it can be moved to that no other such cell equals or exceeds in every row of values.

    A list of lists. Cells are taken by falling sum, so that none is exceeded by a later one.
    """
    total = member_starts.shape[0] - 1
    front_starts = np.zeros(total + 1, np.int64)
    fronts = np.empty(max(16, 2 * total), np.int32)
    end = 0
    for c in range(total):
        front_starts[c] = end
        count = 0
        for e in range(link_starts[c], link_starts[c + 1]):
            count += member_starts[links[e] + 1] - member_starts[links[e]]
        cells, sums = np.empty(count, np.int32), np.zeros(count, np.int64)
        count = 0
        for e in range(link_starts[c], link_starts[c + 1]):
            for m in range(member_starts[links[e]], member_starts[links[e] + 1]):
                cells[count] = members[m]
                for k in range(values.shape[0]):
                    sums[count] -= values[k, members[m]]
                count += 1
        for place in np.argsort(sums):
            cell = cells[place]
            exceeded = False
            for f in range(front_starts[c], end):
                exceeded = True
                for k in range(values.shape[0]):
                    if values[k, fronts[f]] < values[k, cell]:
                        exceeded = False
                        break
                if exceeded:
                    break
            if exceeded:
                continue
            if end == fronts.shape[0]:
                longer = np.empty(2 * end, np.int32)
                longer[:end] = fronts
                fronts = longer
            fronts[end] = cell
            end += 1
    front_starts[total] = end
    return front_starts, fronts[:end].copy()


@njit(
    ["void(int32[::1], int64[::1], int32[::1], int32[:,::1], int32[:,::1], boolean, boolean[::1])"],
    cache=True,
    nogil=True,
)
def judge_fronts(labels, front_starts, fronts, values, own, pareto, stable):
    """Strike out the states from which some cell of their set's front has values better than the state's own."""
    for s in range(labels.shape[0]):
        if labels[s] < 0 or not stable[s]:
            continue
        for f in range(front_starts[labels[s]], front_starts[labels[s] + 1]):
            if _is_better(values, fronts[f], own, s, pareto):
                stable[s] = False
                break


@njit(
    ["Tuple((int64[::1], int32[::1]))(int64[::1], int32[::1], int64[::1], int32[::1], int32[::1], int64)"],
    cache=True,
    nogil=True,
)
def find_meetings(member_starts, members, link_starts, links, labels, count):
    """For every set the numbers ``labels`` (below ``count``) gives the cells it can be moved to, each once."""
    total = member_starts.shape[0] - 1
    seen = np.full(count, -1, np.int64)
    met_starts = np.zeros(total + 1, np.int64)
    met = np.empty(max(16, 2 * total), np.int32)
    end = 0
    for c in range(total):
        met_starts[c] = end
        if end + count > met.shape[0]:
            longer = np.empty(2 * met.shape[0] + count, np.int32)
            longer[:end] = met[:end]
            met = longer
        for e in range(link_starts[c], link_starts[c + 1]):
            for m in range(member_starts[links[e]], member_starts[links[e] + 1]):
                other = labels[members[m]]
                if seen[other] != c:
                    seen[other] = c
                    met[end] = other
                    end += 1
    met_starts[total] = end
    return met_starts, met[:end].copy()


@njit(
    [
        "void(int32[::1], int64[::1], int32[::1], int64[::1], int32[::1], int64[::1], int32[::1],"
        "int32[::1], int64[::1], int32[::1], int32[:,::1], boolean, boolean[::1])"
    ],
    cache=True,
    nogil=True,
)
def judge_guarded(
    labels,
    member_starts,
    members,
    link_starts,
    links,
    front_starts,
    fronts,
    others,
    met_starts,
    met,
    own,
    pareto,
    stable,
):
    """Strike out the states with an improvement after which the coalition escapes from every reply.

    ``labels`` to ``fronts`` are of the coalition, ``others`` the opponents' labels, list T of ``met`` the coalition's
    sets that the opponents can bring about from their set T. The coalition escapes from a reply when its set's front
    has a cell better than the state.
    """
    total = member_starts.shape[0] - 1
    known, escapes = np.full(total, -1, np.int64), np.zeros(total, np.bool_)
    for s in range(labels.shape[0]):
        if labels[s] < 0 or not stable[s]:
            continue
        c = labels[s]
        for e in range(link_starts[c], link_starts[c + 1]):
            if not stable[s]:
                break
            for m in range(member_starts[links[e]], member_starts[links[e] + 1]):
                t = members[m]
                if not _is_better(own, t, own, s, pareto):
                    continue
                deterred = False
                for r in range(met_starts[others[t]], met_starts[others[t] + 1]):
                    reply = met[r]
                    if known[reply] != s:
                        known[reply] = s
                        escapes[reply] = False
                        for f in range(front_starts[reply], front_starts[reply + 1]):
                            if _is_better(own, fronts[f], own, s, pareto):
                                escapes[reply] = True
                                break
                    if not escapes[reply]:
                        deterred = True
                        break
                if not deterred:
                    stable[s] = False
                    break


@njit(
    [
        "void(int32[::1], int32[::1], int32[:,::1], int64[:,::1], int64[::1], int64[::1], int64[::1], int64[::1],"
        "int32[:,::1], int64[::1], int32[::1], boolean)"
    ],
    cache=True,
    nogil=True,
)
def flood_jointly(
    harm, seeds, ranks, lines, team_starts, teams, shift_starts, shifts, sets, origin_starts, origins, pareto
):
    """Close one column of harm over the joint improvements of teams of opponents.

    ``seeds`` are the feasible cells from the most harmful down; each hands its harm to all that can be moved there by
    a team, every member of which likes it better (``pareto``: none less, one better), and have none worse. Team K's
    members are list K of ``teams``, the ways its positions differ from all at 0 list K of ``shifts``, its sets of
    cells sets[K], numbered through all teams; from the sets of list c of ``origins`` it can go to set c.
    """
    done = np.zeros(harm.shape[0], np.bool_)
    able = np.full(origin_starts.shape[0] - 1, -1, np.int64)
    stack = np.empty(harm.shape[0], np.int32)
    mark = 0
    for seed in seeds:
        if done[seed]:
            continue
        worst = harm[seed]
        done[seed] = True
        stack[0] = seed
        height = 1
        while height > 0:
            height -= 1
            cell = stack[height]
            for team in range(team_starts.shape[0] - 1):
                base = np.int64(cell)
                for m in range(team_starts[team], team_starts[team + 1]):
                    base -= cell // lines[teams[m], 2] % lines[teams[m], 1] * lines[teams[m], 2]
                mark += 1
                _mark_origins(sets[team, cell], origin_starts, origins, able, mark)
                for k in range(shift_starts[team], shift_starts[team + 1]):
                    x = base + shifts[k]
                    if done[x] or sets[team, x] < 0 or able[sets[team, x]] != mark:
                        continue
                    willing, gains = True, False
                    for m in range(team_starts[team], team_starts[team + 1]):
                        gain = ranks[teams[m], cell] - ranks[teams[m], x]
                        gains |= gain > 0
                        willing &= gain >= 0 if pareto else gain > 0
                    if willing and gains:
                        done[x] = True
                        harm[x] = worst
                        stack[height] = x
                        height += 1


@njit(
    ["int64(int32[::1], int64, int32[::1], int64[::1], int32[::1], int32[::1], int32[::1], int64[::1], int32[::1])"],
    cache=True,
    nogil=True,
)
def move_beyond(harm, width, caps, line, ranks, tops, kinds, starts, below):
    """One pass of improvements along an axis like :func:`move_upward`'s, where better means a rank above ``tops``.

    tops[s] is the highest rank the axis' actor does not prefer to s. Answers non-zero when anything changed.
    """
    outer, size, inner = line[0], line[1], line[2]
    able = np.full(starts.shape[0] - 1, -1, np.int64)
    changed, mark = np.int32(0), 0
    for high in range(outer):
        for low in range(inner):
            base = high * size * inner + low
            for b in range(size):
                to = base + b * inner
                if ranks[to] < 0:
                    continue
                mark += 1
                _mark_origins(kinds[b], starts, below, able, mark)
                for a in range(size):
                    at = base + a * inner
                    if ranks[at] < 0 or ranks[to] <= tops[at] or able[kinds[a]] != mark:
                        continue
                    for c in range(width):
                        old = harm[at * width + c]
                        new = max(old, min(harm[to * width + c], caps[c]))
                        changed |= new ^ old
                        harm[at * width + c] = new
    return changed


@njit(
    [
        "void(int32[::1], int32[::1], int32[::1], int32[::1], int64, int64, int64[::1], int32[::1], int64[::1],"
        "int32[::1], boolean[::1], boolean[::1])"
    ],
    cache=True,
    nogil=True,
)
def judge_strength(ranks, tops, floors, harm, width, column, line, kinds, starts, below, stable, strong):
    """Strike out of ``stable`` the states with an improvement that no reply makes not preferred, of ``strong`` those
    with one that no reply makes greatly less preferred.

    Not preferred to s is a rank up to tops[s], greatly less preferred one below floors[s]; ``column`` of ``harm`` is
    minus the worst rank that replies lead to.
    """
    outer, size, inner = line[0], line[1], line[2]
    able = np.full(starts.shape[0] - 1, -1, np.int64)
    mark = 0
    for high in range(outer):
        for low in range(inner):
            base = high * size * inner + low
            for b in range(size):
                t = base + b * inner
                if ranks[t] < 0:
                    continue
                worst = -harm[t * width + column]
                mark += 1
                _mark_origins(kinds[b], starts, below, able, mark)
                for a in range(size):
                    s = base + a * inner
                    if ranks[s] < 0 or ranks[t] <= tops[s] or able[kinds[a]] != mark:
                        continue
                    stable[s] &= worst <= tops[s]
                    strong[s] &= worst < floors[s]
