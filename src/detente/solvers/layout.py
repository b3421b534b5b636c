"""A game laid out for the kernels of the dynamics: runs of neighbouring actors as tiles, chance as a list of edges.

An actor's choice in a state depends on the states of its own line only. Neighbouring actors' axes make up one *span* of
cells; the cells that differ in the span only form a lane, and a tile is a handful of lanes laid side by side: small
enough for the cache, so that one visit serves every actor of the span, and regular enough that each lever is mixed by
long loops over neighbouring numbers. Behaviour is stored tile by tile; payoffs, values and masses stay cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.game.cuts import chance_edges
from detente.game.game import Game

#: neighbouring actors share a tile as long as their positions multiply to at most this
LARGEST_SPAN = 256
#: lanes side by side, and numbers in a tile that they should not exceed
LANES = 32
TILE = 8192

#: added to the value of a cell that cannot be: less than any payoff
WALL = -1e200

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Tiling:
    """How the axes of ``k`` neighbouring actors are walked together. ``M`` numbers in all its tiles."""

    #: the actors, in axis order
    actors: tuple[int, ...]
    #: int64 (outer, span, inner, lanes): cell = (outer * span + position) * inner + rest
    frame: Indices
    #: int64 (k, 3): (outer, size, inner) of each actor's axis within the span
    lines: Indices
    #: int64 (k, most levers): levels of each lever, filled up with 1
    sizes: Indices
    #: float64 (M,): 0 where the cell is feasible, ``WALL`` elsewhere
    walls: Floats

    def locate(self, cells: Indices) -> Indices:
        """Places of cells in the tiles' order."""
        _, span, inner, lanes = (int(x) for x in self.frame)
        lane = cells // (span * inner) * inner + cells % inner
        return (lane // lanes * span + cells // inner % span) * lanes + lane % lanes


@dataclass(frozen=True, eq=False, slots=True)
class Layout:
    """What the dynamics need of a game besides its prices; laid out once, used by every draw."""

    tilings: tuple[Tiling, ...]
    #: bool (n,): whether the actor has anything to decide
    deciding: NDArray[np.bool_]
    #: int32 (edges,) each: chance transitions between feasible cells, every pair once
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    #: int32 each: move ``which[k]`` makes the transition of edge ``edge[k]``
    which: NDArray[np.int32]
    edge: NDArray[np.int32]

    def find_rates(self, rates: Floats) -> Floats:
        """Hazard per month of every edge, from the moves' hazards."""
        return _add_up(self.edge, rates[self.which], len(self.sources))

    def find_outflow(self, rates: Floats, cells: int) -> Floats:
        """Total rate at which chance leaves each cell, shape (cells,)."""
        return _add_up(self.sources, self.find_rates(rates), cells)


def _add_up(places: NDArray[np.int32], weights: Floats, length: int) -> Floats:
    # bincount of nothing would be integers
    return np.bincount(places, weights=weights, minlength=length).astype(np.float64, copy=False)


def lay_out(game: Game) -> Layout:
    """Lay a game out for :mod:`detente.solvers.conduct` and :mod:`detente.solvers.course`."""
    sources, targets, which = chance_edges(game)
    pairs, edge = np.unique(sources.astype(np.int64) * game.cells + targets, return_inverse=True)
    return Layout(
        tilings=tuple(_lay_tiling(game, group) for group in _group_actors(game)),
        deciding=np.array([game.line(actor)[1] > 1 for actor in range(len(game.actors))], dtype=np.bool_),
        sources=(pairs // game.cells).astype(np.int32),
        targets=(pairs % game.cells).astype(np.int32),
        which=which,
        edge=edge.reshape(-1).astype(np.int32),
    )


def _group_actors(game: Game) -> list[list[int]]:
    """Runs of neighbouring actors whose spans stay small; every actor is in one."""
    groups: list[list[int]] = []
    span = 0
    for actor in range(len(game.actors)):
        size = game.line(actor)[1]
        if groups and span * size <= LARGEST_SPAN:
            groups[-1].append(actor)
            span *= size
        else:
            groups.append([actor])
            span = size
    return groups


def _lay_tiling(game: Game, actors: list[int]) -> Tiling:
    levels = [[len(axis.levels) for axis in game.own(actor)] for actor in actors]
    span = prod(prod(own) for own in levels)
    inner = prod(len(axis.levels) for axis in game.axes if not 0 <= axis.actor <= actors[-1])
    outer = game.cells // (span * inner)
    lanes = min(outer * inner, max(8, min(LANES, TILE // span)))
    lines, before = [], 1
    for own in levels:
        lines.append((before, prod(own), span // (before * prod(own))))
        before *= prod(own)
    most = max(1, *(len(own) for own in levels))
    frame = np.array([outer, span, inner, lanes], dtype=np.int64)
    blank = Tiling(
        tuple(actors),
        frame,
        np.array(lines, dtype=np.int64),
        np.array([own + [1] * (most - len(own)) for own in levels], dtype=np.int64),
        np.full(-(-outer * inner // lanes) * span * lanes, WALL),
    )
    blank.walls[blank.locate(np.flatnonzero(game.feasible))] = 0.0
    return blank
