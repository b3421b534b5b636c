"""A game laid out for the kernels of the dynamics: levers that rules tie bundled, actors in tiles, chance in runs.

Levers tied by rules make one *bundle*, whose positions are the combinations that no rule forbids; every other lever is
a bundle by itself. The product of the bundles is the *places*: what is infeasible takes none, except where a bundle
would have more than ``LARGEST_BUNDLE`` positions: its levers then stay apart and its infeasible places are walled off.

An actor's choice in a state depends on the states of its own line only. Neighbouring actors' bundles make up one *span*
of places; the places that differ in the span only form a lane, and a tile is a handful of lanes laid side by side:
small enough for the first-level cache, so that one visit serves every actor of the span, and regular enough that each
bundle is mixed by loops over neighbouring numbers. Behaviour is stored tile by tile; payoffs, values and masses are
kept place by place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.game.cuts import chance_edges
from detente.game.game import Game

#: neighbouring actors share a tile as long as their positions multiply to at most this
LARGEST_SPAN = 256
#: positions of a bundle of several levers at most: mixing it costs a multiplication for each of them
LARGEST_BUNDLE = 8
#: lanes side by side at least and at most, and numbers in a tile that more than the least should not exceed
LANES, MOST_LANES = 16, 64
TILE = 1536

#: added to the value of a place that cannot be: less than any payoff
WALL = -1e200

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Bundle:
    """Levers that move together because rules tie them, or one lever; ``m`` positions."""

    #: dimensions of the game, ascending
    dims: tuple[int, ...]
    #: int64 (m, dims): the level of each lever in each position
    levels: Indices
    #: the actors who own one of the levers
    owners: frozenset[int]


@dataclass(frozen=True, eq=False, slots=True)
class Tiling:
    """How the bundles of ``k`` actors are walked together. ``M`` numbers in all its tiles."""

    #: the actors, ascending
    actors: tuple[int, ...]
    #: every actor's bundles that have more than one position
    bundles: tuple[tuple[Bundle, ...], ...]
    #: int64 (outer, span, inner, blocks, chunk): place = (outer * span + position) * inner + rest; a tile holds the
    #: lanes of ``blocks`` neighbouring outers, or of a part of one, and of ``chunk`` neighbouring rests
    frame: Indices
    #: int64 (k, most bundles, 3): positions of each bundle of an actor, steps of the span between two of them, and
    #: whether its owner alone can move among them all; filled up with (1, 1, 1)
    spots: Indices
    #: float64 (k, L): packed like the priors, 1 where two positions of a bundle differ in the actor's own levers only
    peers: Floats
    #: float64 (M,): 0 where the place is feasible, ``WALL`` elsewhere; empty when everything is feasible
    walls: Floats

    @property
    def length(self) -> int:
        """M."""
        outer, span, inner, blocks, chunk = (int(x) for x in self.frame)
        return -(-outer // blocks) * -(-inner // chunk) * span * blocks * chunk

    def locate(self, places: Indices) -> Indices:
        """Where places stand in the tiles' order."""
        _, span, inner, blocks, chunk = (int(x) for x in self.frame)
        outer, rest = places // (span * inner), places % inner
        tile = outer // blocks * -(-inner // chunk) + rest // chunk
        lane = outer % blocks * chunk + rest % chunk
        return (tile * span + places // inner % span) * (blocks * chunk) + lane

    def find_positions(self, actor: int, places: Indices) -> list[Indices]:
        """The position of each place in each of the actor's bundles."""
        row, inner = self.actors.index(actor), int(self.frame[2])
        spots = self.spots[row, : len(self.bundles[row])]
        return [places // (inner * int(step)) % int(size) for size, step, _ in spots]


@dataclass(frozen=True, eq=False)
class Layout:
    """What the dynamics need of a game besides its prices; laid out once, used by every draw."""

    tilings: tuple[Tiling, ...]
    #: bool (n,): whether the actor has anything to decide
    deciding: NDArray[np.bool_]
    #: cells of the game
    count: int
    #: int64 (places,): the game's cell in each place
    cells: Indices
    #: bool (places,)
    feasible: NDArray[np.bool_]
    #: int32 (edges,) each: chance transitions between feasible places, every pair once, run after run
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    #: int64 (3, runs): first source, first target and length of every run of neighbouring edges
    runs: Indices
    #: int32 each: move ``which[k]`` makes the transition of edge ``edge[k]``
    which: NDArray[np.int32]
    edge: NDArray[np.int32]

    @cached_property
    def places(self) -> Indices:
        """int64 (N,): the place of each cell, -1 for a cell that has none."""
        places = np.full(self.count, -1, dtype=np.int64)
        places[self.cells] = np.arange(len(self.cells))
        return places

    def spread(self, values: Floats) -> Floats:
        """Numbers by place, along the last axis, as numbers by cell; 0 where a cell has no place."""
        spread = np.zeros((*values.shape[:-1], self.count))
        spread[..., self.cells] = values
        return spread

    def find_rates(self, rates: Floats) -> Floats:
        """Hazard per month of every edge, from the moves' hazards."""
        return _add_up(self.edge, rates[self.which], len(self.sources))

    def find_outflow(self, rates: Floats) -> Floats:
        """Total rate at which chance leaves each place."""
        return _add_up(self.sources, self.find_rates(rates), len(self.cells))

    @cached_property
    def _by_source(self) -> NDArray[np.intp]:
        return np.lexsort((self.cells[self.targets], self.sources))

    def find_exits(self, cell: int) -> NDArray[np.intp]:
        """The edges out of one of the game's cells, in the order of the cells they lead to."""
        low, high = np.searchsorted(self.sources, [self.places[cell], self.places[cell] + 1], sorter=self._by_source)
        return self._by_source[low:high]


def _add_up(spots: NDArray[np.int32], weights: Floats, length: int) -> Floats:
    # bincount of nothing would be integers
    return np.bincount(spots, weights=weights, minlength=length).astype(np.float64, copy=False)


def lay_out(game: Game) -> Layout:
    """Lay a game out for :mod:`detente.solvers.conduct` and :mod:`detente.solvers.course`."""
    bundles = _tie(game)
    if game.feasible[_number(game, bundles)].sum() < game.feasible.sum():
        # The rules are not all among the game's links: every lever by itself.
        bundles = [_take_alone(game, dim) for dim in range(len(game.axes))]
    groups = _group(game, bundles)
    free = [b for b in bundles if not b.owners]
    cells = _number(game, free + [b for _, own in groups for b in own])
    feasible = game.feasible[cells]
    outer = prod(len(b.levels) for b in free)
    tilings = []
    for actors, own in groups:
        tilings.append(_lay_tiling(game, actors, own, outer, feasible))
        outer *= prod(len(b.levels) for b in own)
    return Layout(
        tuple(tilings),
        np.array([game.line(actor)[1] > 1 for actor in range(len(game.actors))], dtype=np.bool_),
        game.cells,
        cells,
        feasible,
        *_lay_chance(game, cells),
    )


def _tie(game: Game) -> list[Bundle]:
    """The levers in bundles: those that rules tie together, the others alone; in the order of their first levers."""
    ties: list[set[int]] = []
    for link in game.links:
        tie = set(link)
        apart = [other for other in ties if not other & tie]
        for other in ties:
            if other & tie:
                tie |= other
        ties = [*apart, tie]
    bundles = [bundle for tie in ties if (bundle := _bundle_up(game, sorted(tie)))]
    tied = {dim for bundle in bundles for dim in bundle.dims}
    bundles += [_take_alone(game, dim) for dim in range(len(game.axes)) if dim not in tied]
    return sorted(bundles, key=lambda b: b.dims)


def _bundle_up(game: Game, dims: list[int]) -> Bundle | None:
    others = tuple(dim for dim in range(len(game.axes)) if dim not in dims)
    levels = np.argwhere(game.feasible.reshape(game.shape).any(axis=others))
    if len(levels) > LARGEST_BUNDLE or len(levels) == prod(game.shape[dim] for dim in dims):
        return None
    return Bundle(tuple(dims), levels, frozenset(game.axes[dim].actor for dim in dims) - {-1})


def _take_alone(game: Game, dim: int) -> Bundle:
    axis = game.axes[dim]
    return Bundle((dim,), np.arange(len(axis.levels))[:, None], frozenset({axis.actor} - {-1}))


def _group(game: Game, bundles: list[Bundle]) -> list[tuple[list[int], list[Bundle]]]:
    """Actors in groups whose spans stay small, with their bundles; who shares a bundle shares a group."""
    parties: list[set[int]] = []
    for owners in [frozenset({actor}) for actor in range(len(game.actors))] + [b.owners for b in bundles if b.owners]:
        met = [party for party in parties if party & owners]
        parties = [party for party in parties if not party & owners] + [set(owners).union(*met)]
    groups: list[tuple[list[int], list[Bundle]]] = []
    for party in sorted(parties, key=min):
        own = [b for b in bundles if b.owners & party]
        # Those that chance moves too come first: its runs are longer then.
        own.sort(key=lambda b: all(game.axes[dim].actor >= 0 for dim in b.dims))
        if groups and prod(len(b.levels) for b in groups[-1][1] + own) <= LARGEST_SPAN:
            groups[-1][0].extend(sorted(party))
            groups[-1][1].extend(own)
        else:
            groups.append((sorted(party), own))
    return groups


def _number(game: Game, order: Iterable[Bundle]) -> Indices:
    """The game's cell in each place, the bundles in this order."""
    cells = np.zeros(1, dtype=np.int64)
    for bundle in order:
        steps = np.array([prod(game.shape[dim + 1 :]) for dim in bundle.dims], dtype=np.int64)
        cells = np.add.outer(cells, bundle.levels @ steps).reshape(-1)
    return cells


def _lay_tiling(
    game: Game, actors: list[int], bundles: list[Bundle], outer: int, feasible: NDArray[np.bool_]
) -> Tiling:
    span = prod(len(b.levels) for b in bundles)
    inner = len(feasible) // (outer * span)
    lanes = max(LANES, min(MOST_LANES, TILE // span // 8 * 8))
    blocks, chunk = (min(outer, lanes // inner), inner) if inner < lanes else (1, lanes)
    steps = [prod(len(b.levels) for b in bundles[k + 1 :]) for k in range(len(bundles))]
    own = [[k for k, b in enumerate(bundles) if actor in b.owners and len(b.levels) > 1] for actor in actors]
    most = max(1, *(len(ks) for ks in own))
    spots = np.ones((len(actors), most, 3), dtype=np.int64)
    packed = [[_find_peers(game, actor, bundles[k]) for k in ks] for actor, ks in zip(actors, own, strict=True)]
    for row, (ks, parts) in enumerate(zip(own, packed, strict=True)):
        for place, (k, part) in enumerate(zip(ks, parts, strict=True)):
            spots[row, place] = len(bundles[k].levels), steps[k], part.all()
    blank = Tiling(
        tuple(actors),
        tuple(tuple(bundles[k] for k in ks) for ks in own),
        np.array([outer, span, inner, blocks, chunk], dtype=np.int64),
        spots,
        pack(spots, packed),
        np.zeros(0),
    )
    if feasible.all() and blank.length == len(feasible):
        return blank
    walls = np.full(blank.length, WALL)
    walls[blank.locate(np.flatnonzero(feasible))] = 0.0
    return Tiling(blank.actors, blank.bundles, blank.frame, blank.spots, blank.peers, walls)


def _find_peers(game: Game, actor: int, bundle: Bundle) -> Floats:
    """1 where two positions of a bundle differ in the actor's own levers only, 0 elsewhere."""
    foreign = [k for k, dim in enumerate(bundle.dims) if game.axes[dim].actor != actor]
    levels = bundle.levels[:, foreign]
    same: NDArray[np.bool_] = (levels[:, None] == levels[None, :]).all(axis=2)
    return same.astype(np.float64)


def pack(spots: Indices, matrices: list[list[Floats]]) -> Floats:
    """Square matrices, one per bundle of an actor, row-major one after the other; a row per actor, filled with 1."""
    packed = np.ones((len(spots), int((spots[:, :, 0] ** 2).sum(axis=1).max())))
    for row, parts in zip(packed, matrices, strict=True):
        numbers = np.concatenate([np.zeros(0), *(part.reshape(-1) for part in parts)])
        row[: len(numbers)] = numbers
    return packed


def _lay_chance(
    game: Game, cells: Indices
) -> tuple[NDArray[np.int32], NDArray[np.int32], Indices, NDArray[np.int32], NDArray[np.int32]]:
    """Sources, targets, runs, which, edge of :class:`Layout`."""
    places = np.zeros(game.cells, dtype=np.int64)
    places[cells] = np.arange(len(cells))
    leaving, landing, which = chance_edges(game)
    start, shift = places[leaving], places[landing] - places[leaving]
    # One number per transition, by how far it goes and then where it starts: the numbers of a run are consecutive.
    base = len(cells) + 1
    keys, edge = np.unique((shift + base) * base + start, return_inverse=True)
    sources, shifts = keys % base, keys // base - base
    firsts = np.flatnonzero(np.diff(keys, prepend=-2) != 1)
    lengths = np.diff(np.append(firsts, len(keys)))
    return (
        sources.astype(np.int32),
        (sources + shifts).astype(np.int32),
        np.array([sources[firsts], (sources + shifts)[firsts], lengths], dtype=np.int64).reshape(3, -1),
        which,
        edge.reshape(-1).astype(np.int32),
    )
