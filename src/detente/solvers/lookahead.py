"""How likely an event still is, from every state at every time: the chain followed backwards from a date.

Kolmogorov's backward equation, uniformised like the course. With the course it makes the forward-backward algorithm:
the mass in a state at a time, times the outlook from there, is the chance of being there and of the event to come.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from detente.game.game import Game
from detente.solvers.flags import LEAVES
from detente.solvers.jumps import NEGLIGIBLE, count_jumps, share_jumps
from detente.solvers.layout import Floats, Layout
from detente.solvers.pieces import Behaviour, Piece, cut_pieces, make_piece
from detente.solvers.watch import Watch


def look_ahead(game: Game, behaviour: Behaviour, layout: Layout, watch: Watch, until: float, times: Floats) -> Floats:
    """Probability that mass leaves the watch's rows for good between each time and ``until``.

    Times are months, ascending, none after ``until``. Shape (times, rows, N); an event already met in a state counts
    as leaving only at the next jump, because the course has taken such mass out.
    """
    watch = watch.move_to(layout)
    seen = np.zeros((len(times), *watch.absorbing.shape))
    values = np.zeros(watch.absorbing.shape)
    if not len(times):
        return layout.spread(seen)
    for low, high in reversed(list(pairwise(cut_pieces(game, behaviour, float(times[0]), until)))):
        inside = (times >= low) & (times < high)
        lengths = np.append(high - times[inside], high - low)
        walked = _walk_back(make_piece(game, behaviour, layout, watch, low), values, lengths)
        seen[inside], values = walked[:-1], walked[-1]
    return layout.spread(seen)


def _walk_back(piece: Piece, values: Floats, lengths: Floats) -> Floats:
    """The outlook ``lengths`` months before ``values`` holds: shape (lengths, rows, N)."""
    k = np.arange(count_jumps(piece.rate * float(lengths.max())) + 1)
    shares = share_jumps(k, piece.rate * lengths)
    seen = np.zeros((len(lengths), *values.shape))
    for power in k:
        if power:
            lifted = _lift(piece.layout, piece.watch, values)
            values = np.empty_like(lifted)
            piece.jump(lifted, values, back=True)
        for place in np.flatnonzero(shares[:, power] > NEGLIGIBLE):
            seen[place] += shares[place, power] * values
    return seen


def _lift(layout: Layout, watch: Watch, values: Floats) -> Floats:
    """What every state is worth when mass that arrives there has its flags set first."""
    lifted = np.where(watch.absorbing == LEAVES, 1.0, values)
    for flow in watch.flows:
        there = watch.absorbing[flow.source] == flow.code
        lifted[flow.source, there] = values[flow.target, there]
    # The chain never visits these, and what a jump makes of them would grow.
    lifted[:, ~layout.feasible] = 0.0
    return lifted
