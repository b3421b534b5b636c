"""The positions along every actor's axis, and from which to which its owner can go: what the kernels ask for.

Positions are of one kind when their actor can go from each to the other. Legal moves must compose, so an order of kinds
says all about one-way levers, and where every lever is reversible there is one kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.errors import SizeError
from detente.game.game import Axis, Game

Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]

#: most pairs of positions, counted by kind, that one actor's one-way levers may order
MOST_PAIRS = 1 << 22


@dataclass(frozen=True, eq=False, slots=True)
class Reach:
    """Where an actor can move along its axis."""

    #: int64 (outer, size, inner)
    line: Ints
    #: int64 levels per lever, negative for reversible ones, of which neighbours are taken as one
    sizes: Ints
    #: the 0/1 matrices of the others, row-major, row = from
    legal: NDArray[np.uint8]
    #: int32 (size,): the kind of every position
    kinds: Shorts
    #: below[starts[k]:starts[k + 1]] are the kinds from which it can go to kind k
    starts: Ints
    below: Shorts


def lay_reach(game: Game, actor: int) -> Reach:
    """Geometry and legality of an actor's axis.

    Raises ValueError when moves do not compose, SizeError when one-way levers order too many positions.
    """
    own = game.own(actor)
    sizes, mats = [-1], [np.zeros(0, np.bool_)]
    for axis in own:
        if not axis.legal.all():
            sizes.append(len(axis.levels))
            mats.append(axis.legal.ravel())
        elif sizes[-1] < 0:
            sizes[-1] *= len(axis.levels)
        else:
            sizes.append(-len(axis.levels))
    kinds, sources, targets = _lay_kinds(own, game.actors[actor].id)
    starts, below = _list_by(targets, sources, int(kinds.max(initial=0)) + 1)
    return Reach(
        line=np.array(game.line(actor), dtype=np.int64),
        sizes=np.array(sizes, dtype=np.int64),
        legal=np.concatenate(mats).astype(np.uint8),
        kinds=kinds.astype(np.int32),
        starts=starts,
        below=below,
    )


def _lay_kinds(own: Sequence[Axis], actor: str) -> tuple[Ints, Ints, Ints]:
    """Kind of every position, and the pairs of kinds (from, to) between which the actor can go."""
    kinds = sources = targets = np.zeros(1, np.int64)
    for axis in own:
        legal = axis.legal
        if (np.linalg.matrix_power(legal.astype(np.int64), 2)[~legal] > 0).any():
            raise ValueError(f"{axis.id}: legal moves must compose: from a to b and from b to c, then from a to c")
        first, kind = np.unique(np.argmax(legal & legal.T, axis=1), return_inverse=True)
        source, target = np.nonzero(legal[np.ix_(first, first)])
        if len(sources) * len(source) > MOST_PAIRS:
            raise SizeError(
                f"The one-way levers of {actor} order its positions in more than {MOST_PAIRS:,} pairs. "
                f"Make {axis.id} or another of them reversible, or cut levels."
            )
        kinds = np.add.outer(kinds * len(first), kind).ravel()
        sources = np.add.outer(sources * len(first), source).ravel()
        targets = np.add.outer(targets * len(first), target).ravel()
    return kinds, sources, targets


def _list_by(keys: Ints, items: Ints, count: int) -> tuple[Ints, Shorts]:
    """Items by key as a list of lists: list k is items[starts[k]:starts[k + 1]]."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=count))])
    return starts, items[np.argsort(keys, kind="stable")].astype(np.int32)


@dataclass(frozen=True, eq=False, slots=True)
class Positions:
    """All axes side by side: actor j's positions begin at ``offsets[j]`` of ``kinds``, numbered through all actors."""

    #: int64 (actors, 3): outer, size, inner
    lines: Ints
    offsets: Ints
    kinds: Shorts
    #: below[starts[k]:starts[k + 1]] are the kinds from which an actor can go to kind k
    starts: Ints
    below: Shorts
    #: and onward[onward_starts[k]:onward_starts[k + 1]] those to which it can go from kind k
    onward_starts: Ints
    onward: Shorts


def join_reaches(reaches: Sequence[Reach]) -> Positions:
    """The axes of all actors in the arrays that kernels over several axes take."""
    first = np.cumsum([0, *(len(r.starts) - 1 for r in reaches)])
    ends = np.cumsum([0, *(len(r.below) for r in reaches[:-1])])
    below = np.concatenate([r.below + k for r, k in zip(reaches, first, strict=False)]).astype(np.int32)
    starts = np.concatenate([[0], *(r.starts[1:] + end for r, end in zip(reaches, ends, strict=True))])
    targets = np.repeat(np.arange(first[-1]), np.diff(starts))
    onward_starts, onward = _list_by(below.astype(np.int64), targets, int(first[-1]))
    return Positions(
        lines=np.array([r.line for r in reaches]),
        offsets=np.cumsum([0, *(len(r.kinds) for r in reaches[:-1])]),
        kinds=np.concatenate([r.kinds + k for r, k in zip(reaches, first, strict=False)]).astype(np.int32),
        starts=starts,
        below=below,
        onward_starts=onward_starts,
        onward=onward,
    )
