"""What opponents can do to an actor in any number of moves: the harm to it, closed over their moves.

The harm of a state to an actor is minus the rank it is left with. It is closed by passes along the opponents' axes
until nothing changes, and after ``PATIENCE`` rounds by a flood from the most harmful state up, whose time does not
depend on how long the ways are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from detente.solvers.board import Board
from detente.solvers.positions import Ints, Shorts, join_reaches

#: rounds of passes before the closure turns to the flood; games that are no mazes need two to eight
PATIENCE = 24

#: cells of which the harm is laid at a time
_BLOCK = 1 << 12

#: no limit to the harm that a column takes over
_ALL = 2**31 - 1


def close_harm(board: Board, guarded: Ints, upward: bool) -> tuple[Shorts, int]:
    """The worst that its opponents can do to every actor from every cell, int32 (N * width,), and the width.

    Actor i's columns are i * len(guarded) and the next: minus its rank, or where ``guarded`` minus the best rank it can
    turn a state into. The others move by improvements only when ``upward``.
    """
    harm, width = _lay_harm(board, guarded)
    if upward:
        # They were needed last, and the lines' order needs as much memory.
        board.replies.clear()
    if not _close(board, harm, width, len(guarded), board.sort_lines() if upward else None):
        _flood(board, harm, width, len(guarded), upward)
    return harm, width


def _lay_harm(board: Board, guarded: Ints) -> tuple[Shorts, int]:
    """Harm to every actor, one column for each entry of ``guarded``, actor after actor; and its width, rounded up."""
    from detente import kernels

    per, n, cells = len(guarded), len(board.reaches), board.game.cells
    width = -(-per * n // kernels.ABREAST) * kernels.ABREAST
    harm = np.empty(cells * width, np.int32)
    harm.reshape(cells, width)[:, per * n :] = kernels.NONE
    best = [board.find_replies(i) for i in range(n)]
    # A block at a time, so that it stays in the cache while the actors take their turns.
    for start in range(0, cells, _BLOCK):
        part = slice(start, min(start + _BLOCK, cells))
        block = harm[part.start * width : part.stop * width]
        for i in range(n):
            kernels.lay_harm(board.ranks[i, part], best[i][part], block, width, i * per, guarded)
    return harm, width


def close_moves(board: Board, harm: Shorts, width: int, movers: Sequence[int]) -> None:
    """Close the harm, int32 (N * width,), over all legal moves of the given actors, for every column alike."""
    _sweep(board, harm, np.full((len(movers), width), _ALL, np.int32), movers, None)


def _close(board: Board, harm: Shorts, width: int, per: int, orders: Mapping[int, Shorts] | None) -> bool:
    """Close the harm over the opponents' moves, or improvements where orders are given; whether PATIENCE was enough."""
    from detente import kernels

    caps = np.full((len(board.movers), width), _ALL, np.int32)
    for row, j in zip(caps, board.movers, strict=True):
        row[j * per : (j + 1) * per] = kernels.NONE
    return _sweep(board, harm, caps, board.movers, orders, PATIENCE)


def _sweep(
    board: Board,
    harm: Shorts,
    caps: Shorts,
    movers: Sequence[int],
    orders: Mapping[int, Shorts] | None,
    patience: float = np.inf,
) -> bool:
    """Pass over the movers' axes until nothing changes; whether ``patience`` rounds were enough.

    A line that has not changed since the last pass along it is left out. For that the changes of a pass are marked cell
    by cell once the pass before it changed less than half of the cells; until then all lines count as changed.
    """
    from detente import kernels

    cells, width = board.game.cells, caps.shape[1]
    stamps = np.zeros(cells, np.int32)
    last = np.full(len(movers), -1)
    # Where all states are feasible and all moves count, the axes commute: one round is the closure.
    single = orders is None and bool(board.game.feasible.all())
    clean = passes = unmarked = 0
    marking = False
    while clean < len(movers):
        k = passes % len(movers)
        reach = board.reaches[movers[k]]
        passes += 1
        beat = np.array([last[k] if last[k] >= unmarked else -1, passes, marking], np.int64)
        if orders is None:
            changes = kernels.move_freely(harm, width, caps[k], reach.line, reach.sizes, reach.legal, stamps, beat)
        else:
            moves = (reach.line, orders[movers[k]], reach.kinds, reach.starts, reach.below)
            changes = kernels.move_upward(harm, width, caps[k], *moves, stamps, beat)
        last[k] = passes
        if changes and not marking:
            unmarked = passes
        marking = 2 * changes < cells
        # A pass leaves its own axis closed, so it counts as clean itself.
        clean = clean + 1 if single or not changes else 1
        if passes > patience * len(movers):
            return False
    return True


def _flood(board: Board, harm: Shorts, width: int, per: int, upward: bool) -> None:
    """Close the harm column by column, from the most harmful cell down."""
    from detente import kernels

    joint = join_reaches(board.reaches)
    feasible = np.flatnonzero(board.game.feasible).astype(np.int32)
    for column in range(per * len(board.reaches)):
        worst = harm[feasible.astype(np.int64) * width + column]
        seeds = feasible[np.argsort(-worst.astype(np.int64), kind="stable")]
        owner = column // per
        kernels.flood(
            harm,
            width,
            column,
            seeds,
            board.ranks,
            joint.lines,
            owner,
            upward,
            joint.offsets,
            joint.kinds,
            joint.starts,
            joint.below,
        )
