"""How many rankings of one actor make a state stable for it, and an equilibrium, and what those rankings share.

Over all strict rankings of the N feasible states, the preferences of everybody else fixed. Whether state s is stable
for the actor hangs only on the set L of states ranked below s (:mod:`detente.solvers.comparisons`), so nobody needs to
list N! rankings: with m states that the formula mentions, the share that is stable is

    sum over the L that satisfy it of |L|! (m - |L|)! / (m + 1)!

and 2^m sets are looked at. The others' stability is the same for all rankings under Nash, GMR and SMR. Under SEQ and
SSEQ, where it may hang on the actor's improvements, the orders of the states that matter are tried one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from math import factorial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Game
from detente.solvers.comparisons import (
    Clause,
    Escape,
    Threat,
    close_freely,
    find_clauses,
    find_others,
    find_pairs,
    reverse,
)
from detente.solvers.reach import Bools, Ranks, count_steps

#: most states that a formula may mention
MOST_STATES = 22
#: most states whose orders are tried one by one
MOST_ORDERED = 9
#: most feasible states of a game whose rankings are counted
MOST_RANKED = 1_000
#: sets of states that are listed
MOST_SETS = 100

Sets = NDArray[np.uint32]
Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """Of all strict rankings of one actor, those that make a state stable for it, and an equilibrium."""

    concept: str
    actor: int
    #: feasible states ranked
    states: int
    #: N!, all rankings; 0 when there are too many states to rank
    rankings: int
    #: how many make the state stable for the actor; None when the formula mentions too many states
    stable: int | None
    #: how many make it an equilibrium; None when too many states would have to be ordered
    equilibrium: int | None
    #: what "None" above would take: states that the formula mentions, or that would have to be ordered
    mentioned: int
    ordered: int = 0
    #: (better, worse) cells in this order in every ranking that makes the state an equilibrium, or, where none does or
    #: none were tried, stable for the actor; without what follows from others
    always: Pairs = ()
    #: the smallest sets of cells that are enough, ranked below the state, to make it stable for the actor; the first
    enough: tuple[tuple[int, ...], ...] = ()
    #: how many such sets there are
    sets: int = 0
    #: another actor's move that nothing deters, whatever the ranking
    escape: Escape | None = None
    #: moves of others that only the actor's own improvements can deter
    threats: int = 0

    @property
    def share(self) -> float | None:
        """Of all rankings those that make the state an equilibrium; None when they were not counted."""
        if self.escape is not None:
            return 0.0
        return None if self.equilibrium is None else self.equilibrium / self.rankings

    @property
    def by(self) -> Literal["formula", "orders"]:
        """How the equilibria were counted."""
        return "orders" if self.threats and self.escape is None else "formula"


def count_rankings(game: Game, ranks: Ranks, actor: int, cell: int, concept: str) -> Count:
    """Count the strict rankings of ``actor`` that make ``cell`` stable under ``concept``, exactly.

    ``ranks`` is int32 (actors, cells); only those of the other actors are read. What is too large to count is None.
    """
    kinds = np.arange(game.cells)
    kinds[cell] = -1
    clauses = find_clauses(game, ranks, (actor, cell, concept), kinds)
    mentioned = sorted({kind for clause in clauses for way in clause for kind in way})
    others = find_others(game, ranks, actor, cell, concept)
    states = int(game.feasible.sum())
    blank = Count(
        concept=concept,
        actor=actor,
        states=states,
        rankings=factorial(states) if states <= MOST_RANKED else 0,
        stable=None,
        equilibrium=0 if others.escapes else None,
        mentioned=len(mentioned),
        escape=others.escapes[0] if others.escapes else None,
        threats=len(others.threats),
    )
    if len(mentioned) > MOST_STATES or states > MOST_RANKED:
        return blank
    below = np.arange(1 << len(mentioned), dtype=np.uint32)
    truth = _tabulate(clauses, mentioned, below)
    stable, forced = _weigh(truth, below, blank.rankings), [q for k, q in enumerate(mentioned) if _forces(truth, k)]
    enough = _find_smallest(truth, below, mentioned)
    count = replace(
        blank,
        stable=stable,
        always=tuple((cell, q) for q in forced),
        enough=enough[:MOST_SETS],
        sets=len(enough),
    )
    if others.escapes:
        return count
    if not others.threats:
        return replace(count, equilibrium=stable)
    return _try_orders(count, _Board(game, ranks, actor, cell), others.threats, (mentioned, truth))


def _tabulate(clauses: Sequence[Clause], mentioned: Sequence[int], below: Sets) -> Bools:
    """Whether each set of states below the target, bit k the k-th mentioned, satisfies the formula."""
    bit = {kind: 1 << k for k, kind in enumerate(mentioned)}
    truth = np.ones(len(below), np.bool_)
    for clause in clauses:
        met = np.zeros(len(below), np.bool_)
        for way in clause:
            mask = np.uint32(sum(bit[kind] for kind in way))
            met |= (below & mask) == mask
        truth &= met
    return truth


def _weigh(truth: Bools, below: Sets, rankings: int) -> int:
    """How many of all rankings have one of the satisfying sets below the target."""
    m = len(below).bit_length() - 1
    sizes = np.bincount(np.bitwise_count(below[truth]), minlength=m + 1)
    orders = sum(int(count) * factorial(k) * factorial(m - k) for k, count in enumerate(sizes))
    return rankings // factorial(m + 1) * orders


def _forces(truth: Bools, k: int) -> bool:
    """Whether no satisfying set is without the k-th state."""
    return not truth.reshape(-1, 2, 1 << k)[:, 0].any()


def _find_smallest(truth: Bools, below: Sets, mentioned: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """The satisfying sets of which no part satisfies the formula: its prime implicants, smallest first."""
    least = truth.copy()
    for k in range(len(mentioned)):
        pairs, whole = least.reshape(-1, 2, 1 << k), truth.reshape(-1, 2, 1 << k)
        pairs[:, 1] &= ~whole[:, 0]
    sets = [tuple(q for k, q in enumerate(mentioned) if int(mask) >> k & 1) for mask in below[least]]
    return tuple(sorted(sets, key=lambda cells: (len(cells), cells)))


@dataclass(frozen=True, eq=False, slots=True)
class _Board:
    game: Game
    ranks: Ranks
    actor: int
    cell: int


def _try_orders(count: Count, board: _Board, threats: Sequence[Threat], formula: tuple[Sequence[int], Bools]) -> Count:
    """Try every order of the states that the formula or a sanction of the others may hang on."""
    mentioned, truth = formula
    edges = [_find_edges(board, threat) for threat in threats]
    nodes = sorted({board.cell, *mentioned, *(q for pairs in edges for pair in pairs for q in pair)})
    count = replace(count, ordered=len(nodes))
    if len(nodes) > MOST_ORDERED:
        return count
    place = {q: k for k, q in enumerate(nodes)}
    orders = np.array(list(permutations(range(len(nodes)))), dtype=np.int8)
    own = np.zeros(len(orders), np.int64)
    for k, q in enumerate(mentioned):
        own |= (orders[:, place[q]] < orders[:, place[board.cell]]).astype(np.int64) << k
    good = truth[own]
    for threat, pairs in zip(threats, edges, strict=True):
        good &= _deter(board, threat, [(place[x], place[y]) for x, y in pairs], nodes, orders)
    kept = orders[good]
    equilibrium = count.rankings // factorial(len(nodes)) * len(kept)
    return replace(count, equilibrium=equilibrium, always=_find_order(kept, nodes) if len(kept) else count.always)


def _careful(board: _Board, threat: Threat) -> list[int]:
    return [j for j in range(len(board.game.actors)) if j not in (board.actor, threat.actor)]


def _find_edges(board: _Board, threat: Threat) -> list[tuple[int, int]]:
    """The actor's moves that a sanction may need: between what may be reached and what may lead on to a sanction."""
    game, ranks, actor = board.game, board.ranks, board.actor
    careful, backward = _careful(board, threat), ranks.max() - ranks
    source = close_freely(game, threat.cell, careful, actor, ranks)
    target = close_freely(reverse(game), threat.sanctions, careful, actor, backward)
    punished = count_steps(reverse(game), threat.sanctions, careful, backward) >= 0
    starts, ends = find_pairs(game, actor, source & ~punished, target)
    return [(int(x), int(y)) for x, y in zip(starts, ends, strict=True)]


def _deter(
    board: _Board, threat: Threat, edges: Sequence[tuple[int, int]], nodes: Sequence[int], orders: NDArray[np.int8]
) -> Bools:
    """In which orders of the nodes, bool (orders,), the threat is deterred."""

    def lead(cell: int) -> int:
        """Nodes that the others' improvements lead to from a cell, as bits, the last one for a sanction."""
        reached = count_steps(board.game, cell, _careful(board, threat), board.ranks) >= 0
        bits = sum(1 << k for k, q in enumerate(nodes) if reached[q])
        return bits | int((reached & threat.sanctions).any()) << len(nodes)

    leads = [lead(q) for q in nodes]
    reached = np.full(len(orders), lead(threat.cell), np.int64)
    while True:
        before = reached.copy()
        for x, y in edges:
            passes = (reached >> x & 1).astype(np.bool_) & (orders[:, y] > orders[:, x])
            reached |= np.where(passes, leads[y], 0)
        if (reached == before).all():
            return (reached >> len(nodes) & 1).astype(np.bool_)


def _find_order(orders: NDArray[np.int8], nodes: Sequence[int]) -> Pairs:
    """The comparisons that all orders share, without those that follow from two others."""
    size = range(len(nodes))
    above = np.array([[bool((orders[:, a] > orders[:, b]).all()) for b in size] for a in size])
    follows = (above.astype(np.int64) @ above.astype(np.int64)) > 0
    return tuple((nodes[a], nodes[b]) for a in size for b in size if above[a, b] and not follows[a, b])
