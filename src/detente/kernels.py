"""Every compiled inner loop of Détente, and nothing else.

They live in one file because numba's disk cache does not notice an edited callee in another file. Each kernel takes
checked arrays and fills ``out``; none allocates inside its innermost loop, knows a name or raises on user input. All
release the interpreter's lock, use no fast-math and no parallel reductions, so a draw gives the same bits in any
thread. With ``NUMBA_DISABLE_JIT=1`` they run as plain Python, slowly and with the same answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import config, njit

# --- dynamics -------------------------------------------------------------------------------------------------------
#
# One actor's choice depends on the line of its own axis only. The places are walked in tiles (see solvers/layout.py): a
# tile holds neighbouring lines of a span of several actors' axes side by side, position by position, so that every
# innermost loop runs over neighbouring numbers and one visit to the first-level cache serves every actor of the span.
# Columns (actors' values, copies of a distribution) are rows of their arrays of their own: what is not needed is free.
#
# Indices are unsigned and arrays flat because numba then vectorises the innermost loops; no rounding depends on it.

#: exp: 1 / log 2, log 2 in two parts (Cody & Waite 1980), and the number whose addition rounds to an integer
_PER_LOG2 = 1.4426950408889634
_LOG2_HIGH, _LOG2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_ROUNDER = 6755399441055744.0
_ROUNDER_BITS = 0x4338000000000000
#: exponents below this are treated as this: exp(-708) is the smallest ordinary number
_LOWEST = -708.0
#: sums of weights below this are too small to divide by
_LEAST = 1e-290

_U = np.uint64
_0, _1, _2, _3, _4 = (np.uint64(k) for k in range(5))


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
def _find_tile(frame, tile):
    """Where a tile is: its first place, how many outers and rests it really holds, and lanes of a full tile."""
    outer, span, inner, blocks, chunk = _U(frame[0]), _U(frame[1]), _U(frame[2]), _U(frame[3]), _U(frame[4])
    chunks = (inner + chunk - _1) // chunk
    high, low = _U(tile) // chunks * blocks, _U(tile) % chunks * chunk
    return high * span * inner + low, min(blocks, outer - high), min(chunk, inner - low)


@njit(nogil=True)
def _gather(cells, shift, frame, tile, buffer):
    """Copy a tile's cells into ``buffer``, position by position; lanes past the last one keep what they hold."""
    span, inner, chunk = _U(frame[1]), _U(frame[2]), _U(frame[4])
    lanes = _U(frame[3]) * chunk
    first, highs, lows = _find_tile(frame, tile)
    first += shift
    if lows >= highs:
        for b in range(highs):
            start, to = first + _U(b) * span * inner, _U(b) * chunk
            for _ in range(span):
                for x in range(lows):
                    buffer[to + x] = cells[start + x]
                start += inner
                to += lanes
    else:
        step = span * inner
        for low in range(lows):
            start, to = first + _U(low), _U(low)
            for _ in range(span):
                for b in range(highs):
                    buffer[to + b * chunk] = cells[start + b * step]
                start += inner
                to += lanes


@njit(nogil=True)
def _scatter(buffer, frame, tile, cells, shift):
    """Add ``buffer`` to a tile's cells."""
    span, inner, chunk = _U(frame[1]), _U(frame[2]), _U(frame[4])
    lanes = _U(frame[3]) * chunk
    first, highs, lows = _find_tile(frame, tile)
    first += shift
    if lows >= highs:
        for b in range(highs):
            start, fro = first + _U(b) * span * inner, _U(b) * chunk
            for _ in range(span):
                for x in range(lows):
                    cells[start + x] += buffer[fro + x]
                start += inner
                fro += lanes
    else:
        for low in range(lows):
            for b in range(highs):
                start, fro = first + _U(b) * span * inner + _U(low), _U(b) * chunk + _U(low)
                for t in range(span):
                    cells[start + t * inner] += buffer[fro + t * lanes]


@njit(nogil=True)
def _mix(tile, scratch, lanes, spots, mats, row):
    """Apply actor ``row``'s matrices, bundle by bundle, to the tile, in place; ``scratch`` is as long as the tile."""
    depth = _U(tile.shape[0])
    most = _U(spots.shape[1])
    flat, places = mats.reshape(-1), spots.reshape(-1)
    q = _U(row) * _U(mats.shape[1])
    for k in range(most):
        spot = (_U(row) * most + _U(k)) * _3
        m, run = _U(places[spot]), _U(places[spot + _1]) * lanes
        if m == _2:
            q00, q01, q10, q11 = flat[q], flat[q + _1], flat[q + _2], flat[q + _3]
            for high in range(_0, depth, _2 * run):
                h0 = _U(high)
                h1 = h0 + run
                for x in range(run):
                    v0, v1 = tile[h0 + x], tile[h1 + x]
                    tile[h0 + x] = q00 * v0 + q01 * v1
                    tile[h1 + x] = q10 * v0 + q11 * v1
        elif m == _3:
            q00, q01, q02 = flat[q], flat[q + _1], flat[q + _2]
            q10, q11, q12 = flat[q + _3], flat[q + _4], flat[q + _4 + _1]
            q20, q21, q22 = flat[q + _3 + _3], flat[q + _4 + _3], flat[q + _4 + _4]
            for high in range(_0, depth, _3 * run):
                h0 = _U(high)
                h1 = h0 + run
                h2 = h1 + run
                for x in range(run):
                    v0, v1, v2 = tile[h0 + x], tile[h1 + x], tile[h2 + x]
                    tile[h0 + x] = q00 * v0 + q01 * v1 + q02 * v2
                    tile[h1 + x] = q10 * v0 + q11 * v1 + q12 * v2
                    tile[h2 + x] = q20 * v0 + q21 * v1 + q22 * v2
        elif m > _3:
            _mix_many(tile, scratch, m, run, flat, q)
        q += m * m


@njit(nogil=True)
def _mix_many(tile, scratch, m, run, flat, q):
    """One bundle of four or more positions of :func:`_mix`; its matrix begins at ``q``."""
    for high in range(_0, _U(tile.shape[0]), m * run):
        first = _U(high)
        for x in range(m * run):
            scratch[x] = tile[first + x]
        for a in range(m):
            to, row = first + _U(a) * run, q + _U(a) * m
            q0, q1, q2, q3 = flat[row], flat[row + _1], flat[row + _2], flat[row + _3]
            two, three = _2 * run, _3 * run
            for x in range(run):
                tile[to + x] = (q0 * scratch[x] + q1 * scratch[run + x]) + (
                    q2 * scratch[two + x] + q3 * scratch[three + x]
                )
            for b in range(_4, m):
                weight, fro = flat[row + _U(b)], _U(b) * run
                if weight != 0.0:
                    for x in range(run):
                        tile[to + x] += weight * scratch[fro + x]


@njit(nogil=True)
def _raise(tile, scratch, lanes, spots, peers, row):
    """Every number of the tile becomes the largest of those on the same line of actor ``row``."""
    depth = _U(tile.shape[0])
    most = _U(spots.shape[1])
    flat, places = peers.reshape(-1), spots.reshape(-1)
    q = _U(row) * _U(peers.shape[1])
    for k in range(most):
        spot = (_U(row) * most + _U(k)) * _3
        m, run, uniform = _U(places[spot]), _U(places[spot + _1]) * lanes, places[spot + _2] == 1
        if m > _1 and uniform:
            for high in range(_0, depth, m * run):
                first = _U(high)
                for a in range(_1, m):
                    fro = first + _U(a) * run
                    for x in range(run):
                        tile[first + x] = max(tile[first + x], tile[fro + x])
                for a in range(_1, m):
                    to = first + _U(a) * run
                    for x in range(run):
                        tile[to + x] = tile[first + x]
        elif m > _1:
            for high in range(_0, depth, m * run):
                first = _U(high)
                for x in range(m * run):
                    scratch[x] = tile[first + x]
                for a in range(m):
                    to = first + _U(a) * run
                    for b in range(m):
                        if flat[q + _U(a) * m + _U(b)] != 0.0:
                            fro = _U(b) * run
                            for x in range(run):
                                tile[to + x] = max(tile[to + x], scratch[fro + x])
        q += m * m


@njit(
    [
        "int64(float64[::1], float64, float64[::1], int64[::1], int64[:,:,::1], float64[:,::1], float64[:,::1], int64,"
        "float64[:,::1], float64[:,::1])"
    ],
    cache=True,
    nogil=True,
)
def weigh_choices(column, scale, walls, frame, spots, peers, mats, row, weights, inverse):
    """The logit of actor ``row``: weights(t) and, for each s, the inverse of the sum over t of q(t|s) weights(t).

    weights(t) = exp(scale (v(t) - best v on t's line)) for feasible places, 0 elsewhere, v being ``column``; dividing
    by the line's best keeps the exponentials within range. ``mats`` holds q bundle by bundle, rows = from. Returns how
    many feasible places have a sum too small to divide by (noise too small for the payoffs).
    """
    lanes = _U(frame[3] * frame[4])
    depth = _U(frame[1]) * lanes
    own, back, scratch = np.zeros(depth), np.empty(depth), np.empty(depth)
    weight, part = weights[row], inverse[row]
    lost = 0
    for tile in range(_U(weights.shape[1]) // depth):
        first = _U(tile) * depth
        _gather(column, _0, frame, tile, own)
        if walls.shape[0]:
            for x in range(depth):
                own[x] += walls[first + x]
        for x in range(depth):
            back[x] = own[x]
        _raise(back, scratch, lanes, spots, peers, row)
        for x in range(depth):
            back[x] = scale * (own[x] - back[x])
        _exponentiate(back, scratch, own)
        if walls.shape[0]:
            for x in range(depth):
                own[x] = own[x] if walls[first + x] == 0.0 else 0.0
        for x in range(depth):
            weight[first + x] = own[x]
        _mix(own, scratch, lanes, spots, mats, row)
        for x in range(depth):
            part[first + x] = 1.0 / max(own[x], _LEAST)
            lost += not own[x] > _LEAST
        if walls.shape[0]:
            for x in range(depth):
                closed = walls[first + x] != 0.0
                part[first + x] = 0.0 if closed else part[first + x]
                lost -= closed and not own[x] > _LEAST
    return lost


@njit(
    [
        "void(float64[:,::1], int64, float64[:,::1], float64[:,::1], float64[::1], int64[::1], int64[:,:,::1],"
        "float64[:,::1], float64[:,::1])"
    ],
    cache=True,
    nogil=True,
)
def add_choices(columns, count, before, after, rates, frame, spots, mats, out):
    """out[c] += sum over the tiling's actors j of rates[j] after_j Q_j (before_j columns[c]), for c < ``count``.

    Expectations of values: ``before`` weights, ``after`` inverse sums, Q rows = from. Flow of masses: ``before``
    inverse sums, ``after`` weights, Q rows = to. Actors whose rate is 0 are passed over.
    """
    lanes = _U(frame[3] * frame[4])
    depth, length, cells = _U(frame[1]) * lanes, _U(before.shape[1]), _U(columns.shape[1])
    own, front, sums, scratch = np.zeros(depth), np.empty(depth), np.empty(depth), np.empty(depth)
    given, taken, starts, ends = columns.reshape(-1), out.reshape(-1), before.reshape(-1), after.reshape(-1)
    for tile in range(length // depth):
        for c in range(count):
            _gather(given, _U(c) * cells, frame, tile, own)
            for x in range(depth):
                sums[x] = 0.0
            for j in range(rates.shape[0]):
                rate, first = rates[j], _U(j) * length + _U(tile) * depth
                if rate != 0.0:
                    for x in range(depth):
                        front[x] = own[x] * starts[first + x]
                    _mix(front, scratch, lanes, spots, mats, j)
                    for x in range(depth):
                        sums[x] += rate * (front[x] * ends[first + x])
            _scatter(sums, frame, tile, taken, _U(c) * cells)


@njit(
    ["void(float64[:,::1], float64[:,::1], float64[::1], int64[::1], float64[::1])"],
    cache=True,
    nogil=True,
)
def add_leaving(weights, inverse, rates, frame, out):
    """out[s] += sum over the tiling's actors j of rates[j] (1 - sigma_j(s|s)) for feasible places: q(s|s) is 1."""
    depth, length = _U(frame[1] * frame[3] * frame[4]), _U(weights.shape[1])
    sums = np.empty(depth)
    starts, ends = weights.reshape(-1), inverse.reshape(-1)
    for tile in range(length // depth):
        for x in range(depth):
            sums[x] = 0.0
        for j in range(rates.shape[0]):
            rate, first = rates[j], _U(j) * length + _U(tile) * depth
            for x in range(depth):
                weight, part = starts[first + x], ends[first + x]
                sums[x] += rate * (1.0 - weight * part) if weight > 0.0 else 0.0
        _scatter(sums, frame, tile, out, _0)


@njit(
    ["void(float64[:,::1], int64, int64[::1], int64[::1], int64[::1], float64[::1], float64[:,::1])"],
    cache=True,
    nogil=True,
)
def add_chance(columns, count, sources, targets, lengths, rates, out):
    """out[c, target] += rate columns[c, source], edge by edge, for c < ``count``.

    Edges come in runs of neighbours: the first source and target of each and its length; ``rates`` one per edge.
    """
    cells = _U(columns.shape[1])
    given, taken = columns.reshape(-1), out.reshape(-1)
    for c in range(count):
        edge = _0
        for k in range(lengths.shape[0]):
            fro, to = _U(c) * cells + _U(sources[k]), _U(c) * cells + _U(targets[k])
            for x in range(_U(lengths[k])):
                taken[to + x] += rates[edge + x] * given[fro + x]
            edge += _U(lengths[k])


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


@njit(["void(float64[::1], uint8[::1], int64, float64, float64[::1])"], cache=True, nogil=True)
def pour(source, codes, code, share, target):
    """target += share * source in the cells whose code it is."""
    for x in range(source.shape[0]):
        target[x] += share * source[x] if codes[x] == code else 0.0


@njit(["float64(float64[::1], uint8[::1], int64)"], cache=True, nogil=True)
def weigh_coded(mass, codes, code):
    """The mass in the cells with a code."""
    total = 0.0
    for x in range(mass.shape[0]):
        if codes[x] == code:
            total += mass[x]
    return total


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
NONE = 1 - 2**31

#: columns that are one vector; a harm's width is a multiple of it where improvements pass over it
ABREAST = 8

#: int32 per buffer, so that a block of lines stays within the first-level cache
_ROOM = 4096

#: line length up to which insertion beats merging
_SHORT = 24

#: longest line that is sorted together with others
_LONG = 256

#: kinds of positions up to which a walk for each is faster than one for all
_FEW = 4


def _compile_abreast(signature: list[str]) -> Callable[[Callable[..., Any]], Any]:
    """njit that also turns neighbouring statements into vector instructions, which numba leaves off unless asked."""

    def compile_function(function: Callable[..., Any]) -> Any:
        before, config.SLP_VECTORIZE = config.SLP_VECTORIZE, 1
        try:
            return njit(signature, cache=True, nogil=True)(function)
        finally:
            config.SLP_VECTORIZE = before

    return compile_function


@njit(["UniTuple(int64, 2)(int64[::1])"], cache=True, nogil=True)
def _tile(line):
    """How many neighbouring lines to take at a time: from ``highs`` blocks, ``lows`` of each."""
    outer, size, inner = line[0], line[1], line[2]
    lows = max(1, min(inner, _ROOM // size))
    return max(1, min(outer, _ROOM // (size * lows))), lows


@njit(["void(int32[::1], int64, int64, int64[::1], int64[::1], int32[::1])"], cache=True, nogil=True)
def _gather_lines(cells, width, column, line, tile, out):
    """Column ``column`` of ``width`` of the tile (high, low, highs, lows), the lines side by side in ``out``."""
    size, inner = line[1], line[2]
    high, low, tall, wide = tile[0], tile[1], tile[2], np.uint64(tile[3])
    row, columns, step = np.uint64(tall) * wide, np.uint64(width), np.uint64(inner * width)
    for g in range(tall):
        start = np.uint64(((high + g) * size * inner + low) * width + column)
        to = np.uint64(g) * wide
        if wide < size:
            for x in range(wide):
                for b in range(np.uint64(size)):
                    out[to + x + b * row] = cells[start + x * columns + b * step]
        else:
            for b in range(np.uint64(size)):
                for x in range(wide):
                    out[to + b * row + x] = cells[start + b * step + x * columns]


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


@njit(["boolean(int64[::1], int64, int64, float64[:,::1], int64, int64)"], cache=True, nogil=True)
def _insert_exactly(keys, count, cell_bits, payoffs, column, budget):
    """Sort runs of keys that are equal above ``cell_bits`` by their cells' payoffs; False as in :func:`_insert`."""
    mask = (1 << cell_bits) - 1
    for k in range(1, count):
        key = keys[k]
        if key ^ keys[k - 1] > mask:
            continue
        value = np.rint(payoffs[key & mask, column] * 1e9)
        at = k
        while at > 0 and key ^ keys[at - 1] <= mask and np.rint(payoffs[keys[at - 1] & mask, column] * 1e9) > value:
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
    by insertion, or all of it digit by digit where payoffs crowd together. Of a distance too long for 62 bits with the
    number the last bits wait until the end. ``scratch`` is (2, cells). Answers False, with ``ranks`` unset, when
    payoffs are beyond 2^61 steps of the grid or crowd together in those last bits.
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
    if low <= -(2.0**61) or high >= 2.0**61:
        return False
    least = np.int64(low)
    cell_bits = bits = 0
    while (feasible.shape[0] - 1) >> cell_bits:
        cell_bits += 1
    while (np.int64(high) - least) >> bits:
        bits += 1
    left_out = max(0, bits + cell_bits - 62)
    bits -= left_out
    k = 0
    for s in range(feasible.shape[0]):
        if feasible[s]:
            keys[k] = ((np.int64(values[s]) - least) >> left_out << cell_bits) | s
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
    if left_out and not _insert_exactly(keys, total, cell_bits, payoffs, column, 4 * total):
        return False
    rank, before, mask = 0, keys[0], (1 << cell_bits) - 1
    for k in range(total):
        key = keys[k]
        if (key ^ before) > mask:
            rank += 1
        elif left_out:
            rank += np.rint(payoffs[key & mask, column] * 1e9) != np.rint(payoffs[before & mask, column] * 1e9)
        before = key
        ranks[key & mask] = rank
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
    highs, lows = _tile(line)
    keys = np.empty(size * highs * lows, np.int32)
    for high in range(0, outer, highs):
        for low in range(0, inner, lows):
            tall, wide = min(highs, outer - high), np.uint64(min(lows, inner - low))
            row = np.uint64(tall) * wide
            _gather_lines(ranks, 1, 0, line, np.array([high, low, tall, np.int64(wide)]), keys)
            for b in range(size):
                to = np.uint64(b) * row
                for x in range(row):
                    keys[to + x] = ((keys[to + x] + 1) << bits) + b
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
    highs, lows = _tile(line)
    front = np.empty(size * highs * lows, np.int32)
    spare = np.empty(max(1, sizes.max()) * highs * lows, np.int32)
    for high in range(0, outer, highs):
        for low in range(0, inner, lows):
            tall, wide = min(highs, outer - high), np.uint64(min(lows, inner - low))
            row = np.uint64(tall) * wide
            _gather_lines(ranks, 1, 0, line, np.array([high, low, tall, np.int64(wide)]), front)
            _reach_best(front, spare, row, row, sizes, legal)
            for g in range(tall):
                for b in range(size):
                    at, to = np.uint64(((high + g) * size + b) * inner + low), np.uint64(b) * row + np.uint64(g) * wide
                    for x in range(wide):
                        best[at + x] = front[to + x]


@njit(["void(int32[::1], int32[::1], boolean[:,::1], int64)"], cache=True, nogil=True)
def judge_nash(ranks, best, stable, row):
    """Strike out the states from which the actor has a unilateral improvement."""
    for s in range(ranks.shape[0]):
        stable[row, s] &= best[s] <= ranks[s]


@njit(["void(int32[::1], int32[::1], int32[::1], int64, int64, int64[::1])"], cache=True, nogil=True)
def lay_harm(ranks, best, harm, width, first, guarded):
    """Fill an actor's columns: minus its rank, or minus the best it can turn a state into where ``guarded``."""
    columns = np.uint64(width)
    for k in range(guarded.shape[0]):
        values, column = best if guarded[k] != 0 else ranks, np.uint64(first + k)
        for s in range(np.uint64(ranks.shape[0])):
            harm[s * columns + column] = -values[s] if ranks[s] >= 0 else NONE


@njit(["void(int32[::1], int64, int64, int32[::1], int64, int64, int64, int64)"], cache=True, nogil=True)
def _copy_rows(source, at, step, target, to, stride, rows, span):
    """Copy ``rows`` runs of ``span`` numbers, which begin every ``step`` in the source and ``stride`` in the target."""
    for b in range(rows):
        start, end = np.uint64(at + b * step), np.uint64(to + b * stride)
        for x in range(np.uint64(span)):
            target[end + x] = source[start + x]


@njit(["boolean(int32[::1], int64, int64, int64, int64, int64)"], cache=True, nogil=True)
def _is_stale(stamps, base, size, inner, count, since):
    """Whether a cell of the ``count`` lines from ``base`` on has changed after pass ``since``."""
    for b in range(size):
        for x in range(base + b * inner, base + b * inner + count):
            if stamps[x] > since:
                return True
    return False


@njit(["void(int32[::1], int32[::1], int64, int64, int64, int32[::1], int64, int64)"], cache=True, nogil=True)
def _mark_changes(harm, front, at, to, width, stamps, cell, now):
    """Stamp the cell if its columns, from ``at`` on in ``harm``, are others in ``front``, from ``to`` on."""
    for c in range(width):
        if harm[at + c] != front[to + c]:
            stamps[cell] = now
            return


@njit(
    ["int64(int32[::1], int64, int32[::1], int64[::1], int64[::1], uint8[::1], int32[::1], int64[::1])"],
    cache=True,
    nogil=True,
)
def move_freely(harm, width, caps, line, sizes, legal, stamps, beat):
    """One pass of all legal moves along an axis: each cell takes the worst harm its actor can move to.

    ``beat`` = (since, now, marking): lines none of whose cells bears a stamp above ``since`` are passed over; where
    ``marking``, cells that change are stamped ``now``. Answers how many cells may have changed, 0 if none has.
    """
    outer, size, inner = line[0], line[1], line[2]
    block = max(1, min(inner, _ROOM // (size * width)))
    limits = np.empty(block * width, np.int32)
    for x in range(block * width):
        limits[x] = caps[x % width]
    front = np.empty(size * block * width, np.int32)
    spare = np.empty(max(1, sizes.max()) * block * width, np.int32)
    changes = 0
    for high in range(outer):
        for low in range(0, inner, block):
            count = min(block, inner - low)
            span = np.uint64(count * width)
            base = high * size * inner + low
            if not _is_stale(stamps, base, size, inner, count, beat[0]):
                continue
            for b in range(size):
                at, to = np.uint64((base + b * inner) * width), np.uint64(b) * span
                for x in range(span):
                    front[to + x] = harm[at + x]
            _reach_best(front, spare, span, span, sizes, legal)
            for b in range(size):
                at, to = np.uint64((base + b * inner) * width), np.uint64(b) * span
                changed = np.int32(0)
                for x in range(span):
                    old = harm[at + x]
                    new = max(old, min(front[to + x], limits[x]))
                    new = old if old == NONE else new
                    front[to + x] = new
                    changed = np.int32(changed | np.int32(new ^ old))
                if changed != 0:
                    changes += count
                    if beat[2] != 0:
                        for x in range(count):
                            skip = x * width
                            cell = base + b * inner + x
                            _mark_changes(
                                harm, front, np.int64(at) + skip, np.int64(to) + skip, width, stamps, cell, beat[1]
                            )
                    for x in range(span):
                        harm[at + x] = front[to + x]
    return changes


@_compile_abreast(["int64(int32[::1], uint64, uint64, int32[::1], uint64, uint64, int32[::1], int32[::1], int32[::1])"])
def _climb(front, start, step, order, k, end, caps, into, out):
    """Eight columns of one line, best first, for one kind of positions: see move_upward.

    A position takes at most ``into`` and hands on at most ``out``. ``m`` is the worst harm at strictly better states,
    ``w`` that at states as good as the last, too. Written out so that eight columns are one vector.
    """
    c0, c1, c2, c3, c4, c5, c6, c7 = caps[0], caps[1], caps[2], caps[3], caps[4], caps[5], caps[6], caps[7]
    d0 = d1 = d2 = d3 = d4 = d5 = d6 = d7 = np.int32(0)
    m0 = m1 = m2 = m3 = m4 = m5 = m6 = m7 = np.int32(NONE)
    w0 = w1 = w2 = w3 = w4 = w5 = w6 = w7 = np.int32(NONE)
    while k < end and order[k] >= 0:
        at = np.uint64(order[k] >> 1)
        t, i, o = np.int32(NONE if order[k] & 1 else -NONE), into[at], out[at]
        s0 = start + at * step
        s1, s2, s3, s4 = s0 + np.uint64(1), s0 + np.uint64(2), s0 + np.uint64(3), s0 + np.uint64(4)
        s5, s6, s7 = s0 + np.uint64(5), s0 + np.uint64(6), s0 + np.uint64(7)
        a0, a1, a2, a3 = front[s0], front[s1], front[s2], front[s3]
        a4, a5, a6, a7 = front[s4], front[s5], front[s6], front[s7]
        m0, m1, m2, m3 = max(m0, min(w0, t)), max(m1, min(w1, t)), max(m2, min(w2, t)), max(m3, min(w3, t))
        m4, m5, m6, m7 = max(m4, min(w4, t)), max(m5, min(w5, t)), max(m6, min(w6, t)), max(m7, min(w7, t))
        n0, n1, n2, n3 = max(a0, min(m0, i)), max(a1, min(m1, i)), max(a2, min(m2, i)), max(a3, min(m3, i))
        n4, n5, n6, n7 = max(a4, min(m4, i)), max(a5, min(m5, i)), max(a6, min(m6, i)), max(a7, min(m7, i))
        front[s0], front[s1], front[s2], front[s3] = n0, n1, n2, n3
        front[s4], front[s5], front[s6], front[s7] = n4, n5, n6, n7
        d0, d1, d2, d3 = d0 | (n0 ^ a0), d1 | (n1 ^ a1), d2 | (n2 ^ a2), d3 | (n3 ^ a3)
        d4, d5, d6, d7 = d4 | (n4 ^ a4), d5 | (n5 ^ a5), d6 | (n6 ^ a6), d7 | (n7 ^ a7)
        n0, n1, n2, n3 = min(n0, c0), min(n1, c1), min(n2, c2), min(n3, c3)
        n4, n5, n6, n7 = min(n4, c4), min(n5, c5), min(n6, c6), min(n7, c7)
        w0, w1, w2, w3 = max(w0, min(n0, o)), max(w1, min(n1, o)), max(w2, min(n2, o)), max(w3, min(n3, o))
        w4, w5, w6, w7 = max(w4, min(n4, o)), max(w5, min(n5, o)), max(w6, min(n6, o)), max(w7, min(n7, o))
        k += np.uint64(1)
    return d0 | d1 | d2 | d3 | d4 | d5 | d6 | d7


@njit(
    [
        "int64(int32[::1], int64, uint64, uint64, int32[::1], uint64, uint64, int32[::1], int32[::1], int64[::1],"
        "int32[::1], int32[::1])"
    ],
    cache=True,
    nogil=True,
)
def _climb_by_kind(front, width, start, step, order, k, end, caps, kinds, starts, below, met):
    """All columns of one line, best first, with the worst harm met so far for every kind of positions in ``met``."""
    columns, changed = np.uint64(width), np.int32(0)
    for x in range(np.uint64(met.shape[0])):
        met[x] = NONE
    while k < end and order[k] >= 0:
        first = k
        while k == first or (k < end and order[k] >= 0 and order[k] & 1 == 1):
            position = order[k] >> 1
            at, of = start + np.uint64(position) * step, np.uint64(kinds[position]) * columns
            for c in range(columns):
                old = front[at + c]
                new = max(old, met[of + c])
                changed = np.int32(changed | np.int32(new ^ old))
                front[at + c] = new
            k += np.uint64(1)
        for g in range(first, k):
            position = order[g] >> 1
            at, kind = start + np.uint64(position) * step, kinds[position]
            for e in range(starts[kind], starts[kind + 1]):
                of = np.uint64(below[e]) * columns
                for c in range(columns):
                    met[of + c] = max(met[of + c], min(front[at + c], caps[c]))
    return changed


@njit(["int32[:,:,::1](int32[::1], int64[::1], int32[::1])"], cache=True, nogil=True)
def _gate_kinds(kinds, starts, below):
    """For every kind what its positions may take and what all positions may hand on to it: no limit, or NONE."""
    gates = np.full((starts.shape[0] - 1, 2, kinds.shape[0]), NONE, np.int32)
    for position in range(kinds.shape[0]):
        kind = kinds[position]
        gates[kind, 0, position] = -NONE
        for e in range(starts[kind], starts[kind + 1]):
            gates[below[e], 1, position] = -NONE
    return gates


@_compile_abreast(
    [
        "int64(int32[::1], int64, int32[::1], int64[::1], int32[::1], int32[::1], int64[::1], int32[::1], int32[::1],"
        "int64[::1])"
    ]
)
def move_upward(harm, width, caps, line, order, kinds, starts, below, stamps, beat):
    """One pass of improvements along an axis: each cell takes the worst harm at legal, strictly better states.

    ``order`` is :func:`sort_lines`'s. Positions are of one kind when their actor can go from each to the other; from
    the kinds ``below[starts[k]:starts[k + 1]]``, k among them, it can go to kind k. Each line is walked best first:
    ABREAST columns at a time and once for every kind, or where kinds are many once for all. ``beat`` and the answer are
    as in :func:`move_freely`.
    """
    outer, size, inner = line[0], line[1], line[2]
    block = max(1, min(inner, _ROOM // (size * width)))
    front = np.empty(size * block * width, np.int32)
    count_kinds = starts.shape[0] - 1
    few = count_kinds <= _FEW
    gates = _gate_kinds(kinds, starts, below) if few else np.empty((0, 2, 0), np.int32)
    met = np.empty(0 if few else count_kinds * width, np.int32)
    changes = 0
    for high in range(outer):
        for low in range(0, inner, block):
            count = min(block, inner - low)
            base = high * size * inner + low
            if not _is_stale(stamps, base, size, inner, count, beat[0]):
                continue
            # A tile as wide as the axis is one run of cells.
            rows, span = (1, size * inner * width) if count == inner else (size, count * width)
            _copy_rows(harm, base * width, inner * width, front, 0, span, rows, span)
            before = changes
            for x in range(count):
                if not _is_stale(stamps, base + x, size, inner, 1, beat[0]):
                    continue
                k, step = np.uint64((high * inner + low + x) * size), np.uint64(count * width)
                end, changed = k + np.uint64(size), 0
                if few:
                    for c in range(0, width, 8):
                        start, part = np.uint64(x * width + c), caps[c : c + 8]
                        for kind in range(count_kinds):
                            gate = gates[kind]
                            changed |= _climb(front, start, step, order, k, end, part, gate[0], gate[1])
                else:
                    start, moves = np.uint64(x * width), (kinds, starts, below)
                    changed = _climb_by_kind(front, width, start, step, order, k, end, caps, *moves, met)
                if changed != 0:
                    changes += size
                    if beat[2] != 0:
                        for b in range(size):
                            cell, to = base + b * inner + x, (b * count + x) * width
                            _mark_changes(harm, front, cell * width, to, width, stamps, cell, beat[1])
            if changes > before:
                _copy_rows(front, 0, span, harm, base * width, inner * width, rows, span)
    return changes


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
    highs, lows = _tile(line)
    held, front = np.empty(size * highs * lows, np.int32), np.empty(size * highs * lows, np.int32)
    spare = np.empty(max(1, sizes.max()) * highs * lows, np.int32)
    for high in range(0, outer, highs):
        for low in range(0, inner, lows):
            tall, wide = min(highs, outer - high), np.uint64(min(lows, inner - low))
            row, tile = np.uint64(tall) * wide, np.array([high, low, tall, np.int64(wide)])
            _gather_lines(ranks, 1, 0, line, tile, held)
            for k in range(rows.shape[0]):
                _gather_lines(harm, width, first + k, line, tile, front)
                for x in range(np.uint64(size) * row):
                    front[x] = min(held[x], -front[x])
                _reach_best(front, spare, row, row, sizes, legal)
                verdicts = stable[rows[k]]
                for g in range(tall):
                    for b in range(size):
                        at = np.uint64(((high + g) * size + b) * inner + low)
                        to = np.uint64(b) * row + np.uint64(g) * wide
                        for x in range(wide):
                            verdicts[at + x] &= front[to + x] <= held[to + x]


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
    ["int64(int32[::1], int64[::1], int32[::1], int32[::1], int32[::1], int64[::1], int32[::1])"],
    cache=True,
    nogil=True,
)
def move_beyond(harm, line, ranks, tops, kinds, starts, below):
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
                    new = max(harm[at], harm[to])
                    changed |= new ^ harm[at]
                    harm[at] = new
    return changed


@njit(
    [
        "void(int32[::1], int32[::1], int32[::1], int32[::1], int64[::1], int32[::1], int64[::1], int32[::1],"
        "boolean[::1], boolean[::1])"
    ],
    cache=True,
    nogil=True,
)
def judge_strength(ranks, tops, floors, harm, line, kinds, starts, below, stable, strong):
    """Strike out of ``stable`` the states with an improvement that no reply makes not preferred, of ``strong`` those
    with one that no reply makes greatly less preferred.

    Not preferred to s is a rank up to tops[s], greatly less preferred one below floors[s]; ``harm`` is minus the
    worst rank that replies lead to.
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
                worst = -harm[t]
                mark += 1
                _mark_origins(kinds[b], starts, below, able, mark)
                for a in range(size):
                    s = base + a * inner
                    if ranks[s] < 0 or ranks[t] <= tops[s] or able[kinds[a]] != mark:
                        continue
                    stable[s] &= worst <= tops[s]
                    strong[s] &= worst < floors[s]


# --- exchanges of votes ---------------------------------------------------------------------------------------------
#
# Positions are shares of their scales. Within a round an actor's position x stays, its voting position y moves towards
# the positions of those it exchanges with. ``paid[j, p]`` is how far the outcome of p moved for j, ``owed[i, j, p]``
# how much of it by i. A possible exchange is worked out once, and again only after one that changes what it rests on.

#: distances from an outcome, and gains, below which there is none
_AT, _LEAST_GAIN = 1e-9, 1e-12
#: gains that differ by less than this share are equal, so that rounding decides nothing
_EQUAL = 1e-9


@njit(nogil=True)
def _find_room(x, y, pull, outcome, paid, owed, sides, places, now):
    """How far i can move the outcome of p for j: ``places`` is (i, j, p); 0 where they are not on opposite sides."""
    i, j, p = places
    if now:
        at = outcome[p]
        here, there = x[i, p] - at, x[j, p] - at
        if abs(here) <= _AT or abs(there) <= _AT or (here > 0) == (there > 0):
            return 0.0
        way = -1.0 if here > 0 else 1.0
    else:
        if sides[i, p] * sides[j, p] >= 0:
            return 0.0
        at = outcome[p] + paid[j, p] + (y[i, p] - x[i, p]) * pull[i, p] - owed[i, j, p]
        way = -float(sides[i, p])
    if (y[i, p] - x[i, p]) * way < 0:
        return 0.0
    return max(0.0, min((x[j, p] - y[i, p]) * way * pull[i, p], (x[j, p] - at) * way))


@njit(nogil=True)
def _weigh_exchange(x, y, s, pull, outcome, paid, owed, sides, places, now):
    """Gain of the exchange of k and m over issues a and b, ``places`` being (k, m, a, b), and how far it moves a.

    Above 0 k moves a and m moves b, below 0 the other way round.
    """
    k, m, a, b = places
    edge = s[m, a] * s[k, b] - s[k, a] * s[m, b]
    if edge == 0.0:
        return 0.0, 0.0
    i, j = (k, m) if edge > 0 else (m, k)
    room = _find_room(x, y, pull, outcome, paid, owed, sides, (i, j, a), now)
    if room <= 0.0:
        return 0.0, 0.0
    back = _find_room(x, y, pull, outcome, paid, owed, sides, (j, i, b), now)
    if back <= 0.0:
        return 0.0, 0.0
    price = (s[i, a] + s[j, a]) / (s[i, b] + s[j, b])
    move = min(room, back / price)
    return move * abs(edge) / (s[i, b] + s[j, b]), move if edge > 0 else -move


@njit(
    [
        "void(float64[:,:,::1], float64[:,:,::1], float64[:,:,::1], boolean[:,::1], boolean, int64,"
        "float64[:,:,::1], int64[::1], int64[:,::1], float64[:,::1])"
    ],
    cache=True,
    nogil=True,
)
def strike_exchanges(x, s, pull, present, now, most, y, counts, parties, amounts):
    """One round of equal-gain exchanges for every draw, from positions ``x`` to voting positions ``y``, (D, n, q).

    ``pull`` is each actor's share of the weight on an issue. ``now`` reckons with the outcome as it stands, else as at
    the start, with what was paid. ``counts`` gets the number of exchanges, ``most`` at most. Of each one ``parties``
    gets who moved which issue and who moved which in return, ``amounts`` both changes of the outcome and the gain,
    for as many as there are rows.
    """
    draws, n, q = x.shape
    gains, moves = np.zeros((q, q, n, n)), np.zeros((q, q, n, n))
    outcome, paid, owed = np.zeros(q), np.zeros((n, q)), np.zeros((n, n, q))
    sides = np.zeros((n, q), np.int64)
    for d in range(draws):
        xd, yd, sd, pd = x[d], y[d], s[d], pull[d]
        paid[:], owed[:] = 0.0, 0.0
        for p in range(q):
            outcome[p] = 0.0
            for i in range(n):
                outcome[p] += pd[i, p] * xd[i, p]
            for i in range(n):
                yd[i, p] = xd[i, p]
                away = xd[i, p] - outcome[p]
                sides[i, p] = 0 if not present[i, p] or abs(away) <= _AT else 1 if away > 0 else -1
        i = j = p = r = -1  # no exchange yet: all are worked out
        count = 0
        while True:
            best = _LEAST_GAIN
            k0 = m0 = a0 = b0 = -1
            for a in range(q):
                for b in range(a + 1, q):
                    stale = p < 0 or a in (p, r) or b in (p, r)
                    for k in range(n):
                        if not (present[k, a] and present[k, b]):
                            continue
                        touched = now or i < 0 or k in (i, j)
                        worth, far_in = gains[a, b, k], moves[a, b, k]
                        for m in range(k + 1, n):
                            if stale and (touched or m in (i, j)) and present[m, a] and present[m, b]:
                                worth[m], far_in[m] = _weigh_exchange(
                                    xd, yd, sd, pd, outcome, paid, owed, sides, (k, m, a, b), now
                                )
                            if worth[m] > best * (1 + _EQUAL):
                                best, k0, m0, a0, b0 = worth[m], k, m, a, b
            if k0 < 0 or count == most:
                break
            i, j, p, r = (k0, m0, a0, b0) if moves[a0, b0, k0, m0] > 0 else (m0, k0, a0, b0)
            far = abs(moves[a0, b0, k0, m0])
            back = far * (sd[i, p] + sd[j, p]) / (sd[i, r] + sd[j, r])
            far = far if xd[j, p] > xd[i, p] else -far
            back = back if xd[i, r] > xd[j, r] else -back
            yd[i, p] += far / pd[i, p]
            yd[j, r] += back / pd[j, r]
            if now:
                outcome[p] += far
                outcome[r] += back
            paid[j, p] += far
            owed[i, j, p] += far
            paid[i, r] += back
            owed[j, i, r] += back
            if count < parties.shape[0]:
                parties[count, 0], parties[count, 1], parties[count, 2], parties[count, 3] = i, p, j, r
                amounts[count, 0], amounts[count, 1], amounts[count, 2] = far, back, best
            count += 1
        counts[d] = count


# --- bargaining: the expected-utility model -------------------------------------------------------------------------
#
# Distances are shares of the range. In all of it d[i, j] is how far two actors are apart, won[i, j] and lost[i, j] are
# what the first gets if its challenge of the second succeeds or fails. ``rules`` are those of the last kernel.

#: shares of the range, utilities and votes that differ by less are the same, so that rounding decides nothing
_SAME = 1e-12


@njit(nogil=True)
def _measure_distances(x, width, d):
    """d = distances of positions as shares of ``width``."""
    for i in range(x.shape[0]):
        d[i, i] = 0.0
        for j in range(i):
            away = min(abs(x[i] - x[j]) / width, 1.0)
            d[i, j] = d[j, i] = away if away > _SAME else 0.0


@njit(nogil=True)
def _count_votes(d, exponents, weights, spread, votes):
    """votes[i, j] = weight of those who like i's position better than j's, times how much; the sum of all.

    Voter k dislikes a position at distance y by y to the power of exponents[k].
    """
    n = d.shape[0]
    votes[:] = 0.0
    total = 0.0
    for k in range(n):
        for i in range(n):
            spread[i] = weights[k] * (d[k, i] if exponents[k] == 1.0 else d[k, i] ** exponents[k])
        for i in range(n):
            for j in range(n):
                votes[i, j] += max(spread[j] - spread[i], 0.0)
    for i in range(n):
        for j in range(n):
            total += votes[i, j]
    return total


@njit(nogil=True)
def _find_chance(ahead, behind, total, kind):
    """Chance of a winner with ``ahead`` votes over ``behind``, where ``total`` votes are cast in all pairs of actors.

    ``kind`` 0: its votes over those cast in all pairs, each taken both ways; 1: over those cast in this pair; 2: what
    it is ahead by, if it is, over those cast in this pair.
    """
    if kind == 0:
        return ahead / (2.0 * total) if total > 0.0 else 0.0
    if ahead + behind <= _SAME * total:
        return 0.0  # both weigh nothing, and who does not care does not resist
    return (ahead if kind == 1 else max(ahead - behind, 0.0)) / (ahead + behind)


@njit(nogil=True)
def _fill_prizes(d, exponents, won, lost):
    """won[i, j] and lost[i, j] with the exponent of i."""
    n = d.shape[0]
    for i in range(n):
        r = exponents[i]
        for j in range(n):
            if r == 1.0:
                won[i, j], lost[i, j] = 2.0 * d[i, j], -2.0 * d[i, j]
            else:
                won[i, j] = 2.0 - 4.0 * (0.5 - 0.5 * d[i, j]) ** r
                lost[i, j] = 2.0 - 4.0 * (0.5 + 0.5 * d[i, j]) ** r


@njit(nogil=True)
def _value_waiting(distance, centre, exponent, still, stays):
    """What not to challenge is worth to an actor at ``centre`` from the median and ``distance`` from the other.

    The other stays where it is with chance ``stays`` (worth ``still``); else it moves to the median, which helps if the
    median is nearer than the other is now.
    """
    if stays == 1.0:
        return still
    step = 0.25 * (centre + distance)
    if centre < distance - _SAME:
        return stays * still + (1.0 - stays) * (2.0 - 4.0 * max(0.5 - step, 0.0) ** exponent)
    return stays * still + (1.0 - stays) * (2.0 - 4.0 * (0.5 + step) ** exponent)


@njit(nogil=True)
def _add_threats(i, distances, ahead, behind, total, centres, saliences, rules, stays):
    """i's security: the sum over the others of what they expect from challenging it, every exponent 1.

    ``distances`` are theirs from i; ``ahead`` and ``behind`` the votes for each of them and for i in their pair.
    """
    security = 0.0
    for j in range(distances.shape[0]):
        if j != i:
            resists = saliences[i] if rules[2] == 0 else saliences[j]
            loses = 1.0 - _find_chance(ahead[j], behind[j], total, rules[0])
            security += 2.0 * distances[j] * (1.0 - 2.0 * resists * loses)
            security -= _value_waiting(distances[j], centres[j], 1.0, 0.0, stays)
    return security


@njit(nogil=True)
def _count_without(i, d, weights):
    """The votes of all but i in all pairs without i, every exponent 1."""
    total = 0.0
    for k in range(d.shape[0]):
        if k != i:
            for a in range(d.shape[0]):
                for b in range(a):
                    if i not in (a, b):
                        total += weights[k] * abs(d[k, a] - d[k, b])
    return total


@njit(nogil=True)
def _add_threats_at(i, p, rest, d, weights, votes, centres, saliences, rules, stays):
    """What i's security would be at p's position; ``rest`` from :func:`_count_without`, ``votes[:2]`` is scratch."""
    n = d.shape[0]
    total = rest
    votes[:2] = 0.0
    for j in range(n):
        if j == i:
            continue
        for k in range(n):
            gap = weights[k] * (d[k, p] - d[k, j]) if k != i else -weights[i] * d[p, j]
            votes[0, j] += max(gap, 0.0)
            votes[1, j] += max(-gap, 0.0)
        total += votes[0, j] + votes[1, j]
        for b in range(j):
            if b != i:
                total += weights[i] * abs(d[p, j] - d[p, b])
    return _add_threats(i, d[p], votes[0], votes[1], total, centres, saliences, rules, stays)


@njit(nogil=True)
def _find_exponents(d, centres, weights, saliences, votes, total, rules, stays, out):
    """out = the exponents of risk; ``votes`` with all exponents 1, overwritten, and ``total`` its sum."""
    n = d.shape[0]
    for i in range(n):
        out[i] = _add_threats(i, d[i], votes[:, i], votes[i], total, centres, saliences, rules, stays)
    least, most = out.min(), out.max()
    for i in range(n):
        security = out[i]
        if rules[3] == 1:
            least = most = security
            rest = _count_without(i, d, weights)
            for p in range(n):
                other = _add_threats_at(i, p, rest, d, weights, votes, centres, saliences, rules, stays)
                least, most = min(least, other), max(most, other)
        risk = (2.0 * security - most - least) / (most - least) if most - least > _SAME else 0.0
        out[i] = (1.0 - risk / 3.0) / (1.0 + risk / 3.0)


@njit(nogil=True)
def _find_kind(ours, theirs, rules):
    """Of an offer, from what either expects of challenging the other: 0 conflict, 1 compromise, 2 capitulation.

    -1 where there is none, as there is where one of the two expects nothing or both the same.
    """
    if theirs <= _SAME or abs(ours) <= _SAME:
        return -1
    if ours > 0.0:
        return 0 if theirs > ours + _SAME else -1
    if theirs > _SAME - ours:
        return 1
    return 2 if theirs < -ours - _SAME and rules[7] == 0 else -1


@njit(nogil=True)
def _rank_offer(kind, ours, theirs, away, step, rules, out):
    """out = by what offers are compared, lowest first; ``away`` is how far the other is, ``step`` where the offer is.

    The lowest compromise is that with the lowest mean of both positions, each weighted by what the other expects.
    """
    out[2] = out[3] = step
    if rules[5] == 0:
        out[0], out[1] = kind, abs(step)
        if kind == 1 and rules[6] == 0:
            out[1] = away * theirs / (theirs - ours)
    elif rules[5] == 1:
        out[0], out[1] = -theirs, abs(step)
    elif rules[5] == 2:
        out[0], out[1] = abs(step), -theirs
    else:
        out[0], out[1], out[2] = -theirs, abs(away), away


@njit(nogil=True)
def _comes_before(offer, best):
    """Whether the numbers of an offer come before those of another, the first that differ deciding."""
    for k in range(offer.shape[0]):
        if offer[k] < best[k] - _SAME:
            return True
        if offer[k] > best[k] + _SAME:
            return False
    return False


@njit(
    [
        "void(float64[:,::1], float64[:,::1], float64[:,::1], float64[::1], float64[::1], int64[::1], float64,"
        "float64[:,::1], float64[:,::1])"
    ],
    cache=True,
    nogil=True,
)
def play_expected_utility(positions, weights, saliences, widths, medians, rules, stays, after, exponents):
    """One round of offers for each row: ``after`` = positions then, ``exponents`` = the exponents of risk.

    ``widths`` are the ranges, above 0; ``stays`` is the chance that who is not challenged stays. ``rules`` are places
    in the lists of ``solvers/bargaining/expected_utility.py``: [chance of winning, exponents of votes, salience of the
    resister, risk, exponents of the other's expectations, order of offers, order of compromises, capitulation].
    """
    n = positions.shape[1]
    d, votes, won, lost = np.empty((n, n)), np.empty((n, n)), np.empty((n, n)), np.empty((n, n))
    spread, centres, still, ones = np.empty(n), np.empty(n), np.empty(n), np.ones(n)
    offer, best = np.empty(4), np.empty(4)
    for row in range(positions.shape[0]):
        x, w, s, r, width = positions[row], weights[row], saliences[row], exponents[row], widths[row]
        _measure_distances(x, width, d)
        for i in range(n):
            centres[i] = min(abs(x[i] - medians[row]) / width, 1.0)
        total = _count_votes(d, ones, w, spread, votes)
        _find_exponents(d, centres, w, s, votes, total, rules, stays, r)
        total = _count_votes(d, r if rules[1] == 0 else ones, w, spread, votes)
        _fill_prizes(d, r, won, lost)
        for i in range(n):
            still[i] = 2.0 - 4.0 * 0.5 ** r[i]
        for i in range(n):
            best[:] = np.inf
            after[row, i] = x[i]
            for j in range(n):
                if d[i, j] == 0.0:
                    continue
                # what i expects from challenging j, and j, with whichever exponent, from challenging i
                loses = 1.0 - _find_chance(votes[i, j], votes[j, i], total, rules[0])
                ours = s[j] * loses * (lost[i, j] - won[i, j]) + won[i, j]
                ours -= _value_waiting(d[i, j], centres[i], r[i], still[i], stays)
                a, b = (i, j) if rules[4] == 0 else (j, i)
                resists = s[i] if rules[2] == 0 else s[j]
                loses = 1.0 - _find_chance(votes[j, i], votes[i, j], total, rules[0])
                theirs = resists * loses * (lost[a, b] - won[a, b]) + won[a, b]
                theirs -= _value_waiting(d[i, j], centres[j], r[a], still[a], stays)
                kind = _find_kind(ours, theirs, rules)
                if kind < 0 and (rules[5] != 3 or theirs <= _SAME):
                    continue
                goal = x[j] if kind >= 0 else x[i]
                if kind == 1:
                    goal = x[i] - (x[j] - x[i]) * (ours / theirs)
                _rank_offer(kind, ours, theirs, (x[j] - x[i]) / width, (goal - x[i]) / width, rules, offer)
                if _comes_before(offer, best):
                    best[:] = offer
                    after[row, i] = min(max(goal, min(x[i], x[j])), max(x[i], x[j]))


# --- spatial bargaining ---------------------------------------------------------------------------------------------
#
# KTAB's spatial model of politics and the probabilistic Condorcet election it is made of: solvers/bargaining/smp.py and
# condorcet.py say what they compute. Positions are on [0, 1]. ``rules`` has the choices of both, in this order: how
# votes answer to gains, how strength wins, the election, whether capability alone weighs in it, the range of attitudes
# to risk, third parties, where two meet, whose proposals count, whether places are merged. A ``room`` is scratch for an
# election: (worth of the options to everybody, strengths, wins, challenges, one number per voter, one per option).
# Votes pass through whole arrays, and no division is checked (none is by zero), so that the innermost loops vectorise.

#: strength of a coalition without votes, and of a principal without a stake in its own contest
_QUIET, _SPARK = 1e-8, 1e-10
#: gains in a challenge up to this are none, and what keeps a bargain between two who do not care where they are
_SLIGHT, _INERTIA = 1e-5, 1e-6
#: differences below this share are ties, of which the first counts, and utilities closer than this are the same:
#: rounding decides nothing
_TIE, _NOUGHT = 1e-9, 1e-12


@njit(nogil=True, error_model="numpy")
def _respond(rule, gaps):
    """Turn differences in utility into votes, in place.

    Rules: 0 binary, 1 proportional and binary, 2 proportional, 3 proportional and cubic, 4 cubic, 5 losses loom.
    """
    for k in range(gaps.shape[0]):
        gaps[k] = gaps[k] if abs(gaps[k]) > _NOUGHT else 0.0
    if rule == 0:
        for k in range(gaps.shape[0]):
            gaps[k] = min(max(gaps[k] / 1e-8, -1.0), 1.0)
    elif rule == 1:
        for k in range(gaps.shape[0]):
            gaps[k] = 0.8 * gaps[k] + 0.2 * min(max(gaps[k] / 1e-8, -1.0), 1.0)
    elif rule == 3:
        for k in range(gaps.shape[0]):
            gaps[k] = 0.5 * gaps[k] + 0.5 * (gaps[k] * gaps[k] * gaps[k])
    elif rule == 4:
        for k in range(gaps.shape[0]):
            gaps[k] = gaps[k] * gaps[k] * gaps[k]
    elif rule == 5:
        for k in range(gaps.shape[0]):
            gaps[k] = min(gaps[k], 0.0) + 2.0 * max(gaps[k], 0.0) / 3.0


@njit(nogil=True, error_model="numpy")
def _win(contest, ours, theirs):
    """Chance of the stronger of two coalitions, by contest: 1, 2, 4 and 8 are powers, 0 needs a lead of a tenth."""
    if contest == 0:
        if ours >= 1.1 * theirs:
            return 1.0 / (1.0 + 1e-6)
        if theirs >= 1.1 * ours:
            return 1e-6 / (1.0 + 1e-6)
        return min(max((ours / (ours + theirs) * 2.1 - 1.0) / 0.1, 1e-12), 1.0)
    a, b = ours / max(ours, theirs), theirs / max(ours, theirs)
    while contest > 1:
        a, b, contest = a * a, b * b, contest // 2
    return max(a / (a + b), 1e-150)


@njit(nogil=True, error_model="numpy")
def _elect(count, strengths, rules, wins, scratch, odds):
    """odds = chance that each of ``count`` options wins; strengths[a, b] is the coalition for a against b.

    Elections: 0 conditional, 1 Markov with any challenger, 2 Markov with challengers by incentive. ``wins`` and
    ``scratch`` are overwritten.
    """
    for a in range(count):
        wins[a, a] = 0.5
        for b in range(a):
            wins[a, b] = _win(rules[1], strengths[a, b], strengths[b, a])
            wins[b, a] = _win(rules[1], strengths[b, a], strengths[a, b])
    if rules[2] == 0:
        _condition(count, wins, odds)
        return
    for a in range(count):
        odds[a] = 1.0 / count
        for b in range(count):
            scratch[a, b] = 1.0 / count
    if rules[2] == 2:
        for b in range(count):
            total = 0.0
            for a in range(count):
                scratch[a, b] = strengths[a, b] * wins[a, b] + (_SPARK if a == b else 0.0)
                total += scratch[a, b]
            for a in range(count):
                scratch[a, b] /= total
    least = 1e-6 if rules[2] == 1 else 1e-8
    for _ in range(1000):
        change = 0.0
        for a in range(count):
            chance = 0.0
            for b in range(count):
                chance += wins[a, b] * (odds[a] * scratch[b, a] + odds[b] * scratch[a, b])
            scratch[count, a] = chance
        for a in range(count):
            change = max(change, abs(scratch[count, a] - odds[a]))
            odds[a] = (odds[a] + scratch[count, a]) / 2.0
        if change <= least:
            break


@njit(nogil=True, error_model="numpy")
def _condition(count, wins, odds):
    """odds = chance that an option beats every other, given that one does; in logarithms now and then, for many."""
    best = -math.inf
    for a in range(count):
        level, chance = 0.0, 1.0
        for b in range(count):
            chance *= wins[a, b]
            if chance < 1e-100:
                level, chance = level + math.log(chance), 1.0
        odds[a] = level + math.log(chance)
        best = max(best, odds[a])
    total = 0.0
    for a in range(count):
        odds[a] = math.exp(odds[a] - best)
        total += odds[a]
    for a in range(count):
        odds[a] /= total


@njit(nogil=True, error_model="numpy")
def _vote(values, count, weights, rule, gaps, strengths):
    """strengths[a, b] = votes for option a against b; values[a, k] is what a is worth to voter k."""
    for a in range(count):
        strengths[a, a] = _QUIET
        for b in range(a):
            for k in range(gaps.shape[0]):
                gaps[k] = values[a, k] - values[b, k]
            _respond(rule, gaps)
            ours, theirs = _QUIET, _QUIET
            for k in range(gaps.shape[0]):
                votes = weights[k] * gaps[k]
                ours += max(votes, 0.0)
                theirs -= min(votes, 0.0)
            strengths[a, b], strengths[b, a] = ours, theirs


@njit(nogil=True, error_model="numpy")
def _measure(places, saliences, out):
    """out[j, k] = distance from actor k's place to j's as k sees it; none for an actor that cares about nothing."""
    n, q = places.shape
    for k in range(n):
        whole = 0.0
        for d in range(q):
            whole += saliences[k, d] * saliences[k, d]
        for j in range(n):
            part = 0.0
            for d in range(q):
                step = saliences[k, d] * (places[k, d] - places[j, d])
                part += step * step
            out[j, k] = math.sqrt(part / whole) if whole > 0.0 else 0.0


@njit(nogil=True, error_model="numpy")
def _value(distances, risks, out):
    """out[k] = utility at a distance for an actor with an attitude to risk."""
    for k in range(distances.shape[0]):
        out[k] = (1.0 - distances[k]) * (1.0 + risks[k] * distances[k])


@njit(nogil=True, error_model="numpy")
def _find_twins(places, twins):
    """twins[k] = the first actor whose place is the same within 0.001, among those that are first themselves."""
    n, q = places.shape
    for k in range(n):
        twins[k] = k
        for j in range(k):
            part = 0.0
            for d in range(q):
                part += (places[k, d] - places[j, d]) ** 2
            if twins[j] == j and math.sqrt(part) < 1e-3:
                twins[k] = j
                break


@njit(nogil=True, error_model="numpy")
def _rank_places(distances, risks, weights, twins, rules, room, odds):
    """odds[k] = chance that actor k's place wins an election over one place of each set of twins; the whole set's."""
    values, strengths, wins, scratch, gaps, chances = room
    n, count = twins.shape[0], 0
    for j in range(n):
        if twins[j] == j:
            _value(distances[j], risks, values[count])
            count += 1
    _vote(values, count, weights, rules[0], gaps, strengths)
    _elect(count, strengths, rules, wins, scratch, chances)
    count = 0
    for j in range(n):
        odds[j] = odds[twins[j]]
        if twins[j] == j:
            odds[j] = chances[count]
            count += 1


@njit(nogil=True, error_model="numpy")
def _judge_risks(odds, span, risks):
    """Attitudes to risk from the chance of the own place: spans 0 [0, 1], 1 [-1/2, 1], 2 [-1, 1]; 0 if all are even."""
    low, high = odds[0], odds[0]
    for k in range(odds.shape[0]):
        low, high = min(low, odds[k]), max(high, odds[k])
    for k in range(odds.shape[0]):
        share = (odds[k] - low) / (high - low) if high - low > _TIE * high else 0.0
        even = high - low <= _TIE * high
        if span == 1:
            share = 1.5 * share - 0.5
        elif span == 2:
            share = 2.0 * share - 1.0
        risks[k] = 0.0 if even else share


@njit(nogil=True, error_model="numpy")
def _weigh_contest(i, j, near, far, powers, rules, gaps, odds):
    """Chance that i, challenging j, wins; near[k] and far[k] are k's utility of i's and j's places.

    Third parties: 0 have no votes, 1 those of KTAB, 2 their preference, 3 their preference times what they turn.
    """
    for k in range(gaps.shape[0]):
        gaps[k] = near[k] - far[k]
    _respond(rules[0], gaps)
    for k in range(gaps.shape[0]):
        gaps[k] *= powers[k]
    ours, theirs = _SPARK + max(gaps[i], 0.0), _SPARK - min(gaps[j], 0.0)
    if rules[5] == 1:
        for k in range(gaps.shape[0]):
            odds[k] = (ours + max(gaps[k], 0.0)) / (ours + theirs + abs(gaps[k]))
        for k in range(gaps.shape[0]):
            gaps[k] = odds[k] * (1.0 - near[k]) - (1.0 - odds[k]) * (1.0 - far[k])
    elif rules[5] == 3:
        for k in range(gaps.shape[0]):
            gaps[k] = (near[k] - far[k]) * (abs(gaps[k]) / (ours + theirs + abs(gaps[k])))
    if rules[5] == 1 or rules[5] == 3:
        _respond(rules[0], gaps)
        for k in range(gaps.shape[0]):
            gaps[k] *= powers[k]
    if rules[5] != 0:
        gaps[i] = gaps[j] = 0.0
        for k in range(gaps.shape[0]):
            ours += max(gaps[k], 0.0)
            theirs -= min(gaps[k], 0.0)
    return ours / (ours + theirs)


@njit(nogil=True, error_model="numpy")
def _split(kind, first, second, chance, mine, yours):
    """Where a challenger at ``first`` that wins with a chance, and its target at ``second``, meet on one issue.

    ``mine`` and ``yours`` are their saliences. Kinds: 0 squares of salience and chance, 1 both as they are, 2 the
    lead in chance and squares of salience; 0 and 1 are rounded to four decimals.
    """
    if kind == 2:
        lead, lag = max(1.0 - 2.0 * chance, 0.0), max(2.0 * chance - 1.0, 0.0)
        a, b = mine * mine, yours * yours
        lead = lead * b / (lead * b + _INERTIA + (1.0 - lead) * a)
        lag = lag * a / (lag * a + _INERTIA + (1.0 - lag) * b)
        return first + lead * (second - first), second + lag * (first - second)
    a, b = mine * chance, yours * (1.0 - chance)
    if kind == 0:
        a, b = a * a, b * b
    whole = a + _INERTIA + b
    left = ((a + _INERTIA) * first + b * second) / whole
    right = (a * first + (b + _INERTIA) * second) / whole
    return math.floor(left * 10000.0 + 0.5) / 10000.0, math.floor(right * 10000.0 + 0.5) / 10000.0


@njit(nogil=True, error_model="numpy")
def _seek(i, distances, risks, share, powers, stakes, rules, views, gaps, odds):
    """Actor i's best target and the chance i gives itself against it; -1 where no challenge is worth it.

    ``stakes`` is how likely each is to resist. ``views`` is scratch for attitudes as i sees them and utilities.
    """
    for k in range(risks.shape[0]):
        views[0, k] = (1.0 - share) * risks[i] + share * risks[k]
    _value(distances[i], views[0], views[1])
    most, target, sure = _SLIGHT, -1, 0.0
    for j in range(risks.shape[0]):
        # What the target's place lacks is the gain of a sure victory: most contests need not be weighed.
        lost = (1.0 - distances[j, i]) * (1.0 + views[0, i] * distances[j, i])
        if j == i or 1.0 - lost <= most:
            continue
        _value(distances[j], views[0], views[2])
        chance = _weigh_contest(i, j, views[1], views[2], powers, rules, gaps, odds)
        gain = 2.0 * (1.0 - stakes[j]) + stakes[j] * 2.0 * (chance + (1.0 - chance) * lost) - (1.0 + lost)
        if gain > most + _TIE * abs(most):
            most, target, sure = gain, j, chance
    return target, sure


@njit(nogil=True, error_model="numpy")
def _look_back(i, j, distances, risks, share, powers, rules, views, gaps, odds):
    """The chance that i wins against j in the eyes of j."""
    for k in range(risks.shape[0]):
        views[0, k] = (1.0 - share) * risks[j] + share * risks[k]
    _value(distances[i], views[0], views[1])
    _value(distances[j], views[0], views[2])
    return _weigh_contest(i, j, views[1], views[2], powers, rules, gaps, odds)


@njit(nogil=True, error_model="numpy")
def _shift(place, saliences, k, distance, risk, before):
    """What a place is worth to actor k more than one at a distance; ``before`` is where k is."""
    whole, part = 0.0, 0.0
    for d in range(place.shape[0]):
        step = saliences[k, d] * (before[k, d] - place[d])
        whole += saliences[k, d] * saliences[k, d]
        part += step * step
    new = math.sqrt(part / whole) if whole > 0.0 else 0.0
    return (1.0 - new) * (1.0 + risk * new) - (1.0 - distance) * (1.0 + risk * distance)


@njit(nogil=True, error_model="numpy")
def _propose(places, saliences, distances, risks, share, powers, rules, pairs, offers, room):
    """Everybody's bargain with its best target: pairs[m] are who and whom, offers[m] their places in it. How many.

    Proposals: 0 the challenger's, 1 the challenger's and the target's, 2 their mean by power.
    """
    views, gaps, odds, stakes = room
    n, q = places.shape
    count = 0
    for i in range(n):
        j, chance = _seek(i, distances, risks, share, powers, stakes, rules, views, gaps, odds)
        if j < 0:
            continue
        for d in range(q):
            offers[count, 0, d], offers[count, 1, d] = _split(
                rules[6], places[i, d], places[j, d], chance, saliences[i, d], saliences[j, d]
            )
        pairs[count, 0], pairs[count, 1] = i, j
        count += 1
        if rules[7] == 0:
            continue
        chance = _look_back(i, j, distances, risks, share, powers, rules, views, gaps, odds)
        pairs[count, 0], pairs[count, 1] = i, j
        for d in range(q):
            offers[count, 0, d], offers[count, 1, d] = _split(
                rules[6], places[i, d], places[j, d], chance, saliences[i, d], saliences[j, d]
            )
        if rules[7] == 1:
            count += 1
            continue
        part = powers[i] / (powers[i] + powers[j]) if powers[i] + powers[j] > 0.0 else 0.5
        for side in range(2):
            for d in range(q):
                offers[count - 1, side, d] = part * offers[count - 1, side, d] + (1.0 - part) * offers[count, side, d]
    return count


@njit(nogil=True, error_model="numpy")
def _resolve(k, count, pairs, gains, weights, rules, room, options):
    """The bargain actor k goes into, by an election among those it is in and the status quo; -1 for the last."""
    values, strengths, wins, scratch, gaps, chances = room
    many, own = 0, False
    for m in range(count + 1):
        if not own and (m == count or pairs[m, 0] >= k):
            options[many], own = -1, True
            for a in range(gaps.shape[0]):
                values[many, a] = 0.0
            many += 1
        if m < count and (pairs[m, 0] == k or pairs[m, 1] == k):
            options[many] = m
            for a in range(gaps.shape[0]):
                values[many, a] = gains[m, a]
            many += 1
    if many == 1:
        return -1
    _vote(values, many, weights, rules[0], gaps, strengths)
    _elect(many, strengths, rules, wins, scratch, chances)
    best = 0
    for a in range(many):
        if chances[a] > chances[best] * (1.0 + _TIE):
            best = a
    return options[best]


@njit(nogil=True, error_model="numpy")
def _weigh_bargains(count, places, saliences, distances, risks, pairs, offers, gains):
    """gains[m, a] = by how much bargain m raises the mean utility of all places to actor a."""
    n = places.shape[0]
    for m in range(count):
        for a in range(n):
            gains[m, a] = 0.0
            for side in range(2):
                far = distances[pairs[m, side], a]
                gains[m, a] += _shift(offers[m, side], saliences, a, far, risks[a], places) / n


@njit(nogil=True, error_model="numpy")
def _share_odds(twins, odds):
    """Actors whose places are the same divide their chance equally."""
    for k in range(twins.shape[0]):
        members = 0
        for j in range(twins.shape[0]):
            members += twins[j] == twins[k]
        odds[k] /= members


@njit(nogil=True, error_model="numpy")
def _form_attitudes(places, saliences, weights, rules, room, world):
    """Distances and attitudes to risk at these places. ``world`` is (distances, risks, twins, chances)."""
    distances, risks, twins, chances = world
    _measure(places, saliences, distances)
    for k in range(risks.shape[0]):
        risks[k], twins[k] = 0.0, k
    if rules[8] == 1:
        _find_twins(places, twins)
    _rank_places(distances, risks, weights, twins, rules, room, chances)
    _judge_risks(chances, rules[4], risks)


@njit(nogil=True, error_model="numpy")
def _move(places, pairs, offers, choices):
    """Everybody takes its side of the bargain it chose, where it chose one. The sum of the distances moved."""
    change = 0.0
    for k in range(places.shape[0]):
        m, moved = choices[k], 0.0
        if m >= 0:
            side = 0 if pairs[m, 0] == k else 1
            for d in range(places.shape[1]):
                moved += (offers[m, side, d] - places[k, d]) ** 2
                places[k, d] = offers[m, side, d]
        change += math.sqrt(moved)
    return change


@njit(nogil=True, error_model="numpy")
def _copy(places, out):
    """out = places."""
    for k in range(places.shape[0]):
        for d in range(places.shape[1]):
            out[k, d] = places[k, d]


@njit(nogil=True, error_model="numpy")
def _empower(saliences, capabilities, rules, stakes, powers, weights):
    """How likely everybody is to resist, its power in a contest and its weight in an election."""
    for k in range(saliences.shape[0]):
        stakes[k] = 0.0
        for d in range(saliences.shape[1]):
            stakes[k] += saliences[k, d]
        stakes[k] = min(stakes[k], 1.0)
        powers[k] = stakes[k] * capabilities[k]
        weights[k] = capabilities[k] if rules[3] == 1 else powers[k]


@njit(
    [
        "void(float64[:,:,::1], float64[:,:,::1], float64[:,::1], int64[::1], float64, int64, float64[:,:,:,::1],"
        "float64[:,::1], int64[::1], boolean[::1])"
    ],
    cache=True,
    nogil=True,
    error_model="numpy",
)
def bargain_spatially(positions, saliences, capabilities, rules, share, limit, rounds, odds, lengths, settled):
    """Play the spatial model of politics in every draw, for at most ``limit`` rounds.

    ``positions`` and ``saliences`` (D, n, q), ``capabilities`` (D, n); ``share`` is how much of another's attitude to
    risk an actor sees. ``rounds`` (D, kept + 1, n, q) gets the places before the first round and after each, at its
    end those after the last; ``odds`` (D, n) the chance of each last place, ``lengths`` the rounds played, ``settled``
    whether they came to rest.
    """
    draws, n, q = positions.shape
    most, kept = 2 * n + 2, rounds.shape[1] - 1
    squares = np.empty((3, most + 1, most))
    room = (np.empty((most, n)), squares[0], squares[1], squares[2], np.empty(n), np.empty(most))
    world = (np.empty((n, n)), np.empty(n), np.empty(n, np.int64), np.empty(n))
    distances, risks, twins, _ = world
    places, offers, gains = np.empty((n, q)), np.empty((most, 2, q)), np.empty((most, n))
    pairs, options, choices = np.empty((most, 2), np.int64), np.empty(most, np.int64), np.empty(n, np.int64)
    powers, weights, stakes = np.empty(n), np.empty(n), np.empty(n)
    sight = (np.empty((3, n)), np.empty(n), np.empty(n), stakes)
    plain = rules.copy()
    plain[0] = 2
    for draw in range(draws):
        _empower(saliences[draw], capabilities[draw], rules, stakes, powers, weights)
        _copy(positions[draw], places)
        _copy(places, rounds[draw, 0])
        first, turn, rest = 0.0, 0, False
        _form_attitudes(places, saliences[draw], weights, rules, room, world)
        while turn < limit and not rest:
            count = _propose(places, saliences[draw], distances, risks, share, powers, rules, pairs, offers, sight)
            _weigh_bargains(count, places, saliences[draw], distances, risks, pairs, offers, gains)
            for k in range(n):
                choices[k] = _resolve(k, count, pairs, gains, weights, rules, room, options)
            change = _move(places, pairs, offers, choices)
            turn += 1
            _copy(places, rounds[draw, min(turn, kept)])
            if turn == 1:
                first = change
            rest = turn > 1 and change < 0.02 * (first + 1e-4)
            _form_attitudes(places, saliences[draw], weights, rules, room, world)
        for slot in range(min(turn, kept), kept + 1):
            _copy(places, rounds[draw, slot])
        lengths[draw], settled[draw] = turn, rest
        _find_twins(places, twins)
        _rank_places(distances, risks, weights, twins, plain, room, odds[draw])
        _share_odds(twins, odds[draw])


@njit(
    ["void(float64[:,:,::1], float64[:,:,::1], float64[:,::1], int64[::1], float64[:,::1])"],
    cache=True,
    nogil=True,
    error_model="numpy",
)
def elect_places(positions, saliences, weights, rules, odds):
    """odds (D, n) = chance of each actor's place in a probabilistic Condorcet election without attitudes to risk."""
    draws, n, _ = positions.shape
    square = np.empty((4, n + 1, n))
    room = (square[0], square[1], square[2], square[3], np.empty(n), np.empty(n))
    distances, risks, twins = np.empty((n, n)), np.zeros(n), np.empty(n, np.int64)
    for draw in range(draws):
        _measure(positions[draw], saliences[draw], distances)
        _find_twins(positions[draw], twins)
        _rank_places(distances, risks, weights[draw], twins, rules, room, odds[draw])
        _share_odds(twins, odds[draw])
