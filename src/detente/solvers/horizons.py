"""Stability of two actors who look a given number of moves ahead: limited-move, non-myopic and Stackelberg.

From state s actor i moves, or stays and ends the matter; then the other moves or stays, and so on in turn, h moves at
most. G_h(i, s) is where that ends when everybody foresees it: s itself when i cannot move, or when the best end it can
set going, G_{h-1}(j, q) over its moves q, is no better for it than s; else that end. A state s is

* **L_h-stable** (limited-move) for i when G_h(i, s) = s; L_1 is Nash (Zagare 1984; Kilgour, Hipel & Fang 1987);
* **non-myopically** stable for i when it is L_h-stable for every h from some point on (Kilgour 1984);
* a **Stackelberg** equilibrium with leader i when it is L_2-stable for i and Nash for the other.

Where an actor is indifferent between ends, more than one end may be foreseen. Then G_h(i, s) is the set of ends that
some way of breaking ties gives, each tie anew; a state is called stable when every way says so, and ``tied`` where they
differ. Definitions as in Fang, Hipel & Kilgour (1993), for two actors only: those for more have known flaws (Soares et
al. 2026).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_

import numpy as np

from detente import __version__
from detente.display import Drawn
from detente.errors import SizeError
from detente.game.game import Game, Prices
from detente.solvers.board import rank_states
from detente.solvers.positions import Ints
from detente.solvers.reach import find_moves
from detente.solvers.stability import Bools
from detente.solvers.tables import list_rows, list_states, merge_cells, order_in_slices, write_marks

CONCEPTS = ("limited", "nonmyopic", "stackelberg")

#: as people write them
NAMES: Mapping[str, str] = {"limited": "L_h", "nonmyopic": "non-myopic", "stackelberg": "Stackelberg"}

#: feasible states, and moves looked ahead, that this search in sets allows
MOST_STATES, MOST_MOVES = 4096, 500

#: a set of states: bit k is feasible state k
Ends = int


@dataclass(frozen=True, eq=False)
class HorizonStability(Drawn):
    """Which states two actors would leave, looking so many moves ahead; N cells."""

    game: Game = field(repr=False)
    #: the two actors with levers
    pair: tuple[int, int] = field(repr=False)
    #: moves ahead of the limited-move concept
    moves: int
    #: bool (2, N) for each of the pair: whatever way ties are broken the actor stays; Stackelberg: with it as leader
    stable: Mapping[str, Bools] = field(repr=False)
    #: bool (2, N): whether it stays hangs on how ties are broken
    tied: Mapping[str, Bools] = field(repr=False)
    #: cells stable for both (Stackelberg: with one or the other as leader), nature's present slice first
    equilibria: Mapping[str, Ints] = field(repr=False)
    #: after so many moves the answers repeat, in turns of so many: (first, period)
    cycle: tuple[int, int]
    #: method, digest of the scenario, version
    made_by: Mapping[str, str] = field(repr=False)

    def __repr__(self) -> str:
        counts = ", ".join(f"{NAMES[concept]}: {len(cells)}" for concept, cells in self.equilibria.items())
        return f"<HorizonStability {counts} of {int(self.game.feasible.sum())} states, h = {self.moves}>"

    names = NAMES

    @property
    def labels(self) -> list[str]:
        """What the rows of ``stable`` are: the pair's ids, under Stackelberg as leaders."""
        return [self.game.actors[k].id for k in self.pair]

    @cached_property
    def _open(self) -> Mapping[str, Ints]:
        """By concept the cells that hold at least under one way of breaking ties."""
        return {concept: _hold(concept, self.tied[concept] | rows) for concept, rows in self.stable.items()}

    @property
    def key(self) -> str:
        """What the marks of the table mean."""
        told = f"L_h looks {self.moves} moves ahead"
        hangs = any(len(self._open[concept]) > len(cells) for concept, cells in self.equilibria.items())
        return f"{told}\n?: hangs on how indifferent actors choose" if hangs else told

    def listed(self) -> Ints:
        """The states of the table: those that hold, or may, under any concept, nature's present slice first."""
        return merge_cells(self.game, [*self.equilibria.values(), *self._open.values()])

    def mark(self, concept: str, cell: int) -> str:
        """What the table says of a state under a concept."""
        return "x" if cell in self.equilibria[concept] else "?" if cell in self._open[concept] else "-"

    def __str__(self) -> str:
        return f"{self.key}\n{write_marks(self)}"

    def to_dict(self, per_actor: bool = False) -> dict[str, object]:
        """``{"concepts": {concept: {"equilibria": [...], "stable": {actor: [...]}, "tied": {actor: [...]}}}, ...}``.

        ``stable`` and ``tied`` are there when ``per_actor`` is; of Stackelberg they name the leader.
        """
        concepts: dict[str, dict[str, object]] = {}
        for concept, cells in self.equilibria.items():
            concepts[concept] = {"equilibria": list_states(self.game, cells)}
            if per_actor:
                concepts[concept]["stable"] = list_rows(self.game, self.labels, self.stable[concept])
                concepts[concept]["tied"] = list_rows(self.game, self.labels, self.tied[concept])
        first, period = self.cycle
        return {
            "concepts": concepts,
            "moves": self.moves,
            "repeats": {"from": first, "every": period},
            "made_by": dict(self.made_by),
        }


def find_horizon_equilibria(
    game: Game, prices: Prices, moves: int = 2, concepts: Sequence[str] = CONCEPTS
) -> HorizonStability:
    """Limited-move stability at ``moves`` ahead (1 to :data:`MOST_MOVES`), non-myopic and Stackelberg, exactly.

    Raises ValueError for an unknown concept and unless exactly two actors have levers, SizeError above
    :data:`MOST_STATES` feasible states or when the answers have not begun to repeat after :data:`MOST_MOVES` moves.
    """
    pair, states = _check(game, moves, concepts)
    tree = _Tree(game, prices, pair, states)
    sure = tree.mark(lambda s, ends: ends == 1 << s, moves, concepts)
    possible = tree.mark(lambda s, ends: ends >> s & 1 == 1, moves, concepts)
    first, period = tree.first, len(tree.layers) - tree.first
    return HorizonStability(
        game=game,
        pair=(pair[0], pair[1]),
        moves=moves,
        stable=sure,
        tied={name: possible[name] & ~sure[name] for name in sure},
        equilibria={name: order_in_slices(game, _hold(name, rows)) for name, rows in sure.items()},
        cycle=(first, period),
        made_by={
            "method": f"graph model, backward from {moves} moves ahead; the ends repeat every {period} from {first} on",
            "digest": game.digest,
            "version": __version__,
        },
    )


def _check(game: Game, moves: int, concepts: Sequence[str]) -> tuple[list[int], Ints]:
    """The two actors with levers and the feasible cells; raises as :func:`find_horizon_equilibria` says."""
    if unknown := [concept for concept in concepts if concept not in CONCEPTS]:
        raise ValueError(f"no concept {unknown[0]!r} of looking ahead; they are {', '.join(CONCEPTS)}")
    pair = [k for k in range(len(game.actors)) if game.line(k)[1] > 1]
    if len(pair) != 2:
        names = ", ".join(game.actors[k].id for k in pair) or "nobody"
        raise ValueError(
            f"limited-move, non-myopic and Stackelberg stability are defined for two actors; {names} can move here"
        )
    if not 1 <= moves <= MOST_MOVES:
        raise ValueError(f"{moves} moves ahead: 1 to {MOST_MOVES} are looked at")
    states = np.flatnonzero(game.feasible)
    if len(states) > MOST_STATES:
        raise SizeError(f"{len(states):,} feasible states; limited-move stability looks at up to {MOST_STATES:,}.")
    return pair, states


def _hold(concept: str, rows: Bools) -> Ints:
    """Cells that both of the pair leave alone; of Stackelberg, that hold with one or the other as leader."""
    return np.flatnonzero(rows.any(axis=0) if concept == "stackelberg" else rows.all(axis=0))


class _Tree:
    """The ends foreseen from every state, layer by layer; exists for the length of one search."""

    def __init__(self, game: Game, prices: Prices, pair: Sequence[int], states: Ints) -> None:
        self.game = game
        self.states = states
        number = {int(cell): k for k, cell in enumerate(states)}
        self.ranks: list[list[int]] = rank_states(game, prices.payoffs)[list(pair)][:, states].tolist()
        self.moves = [
            [[number[int(t)] for t in find_moves(game, actor, int(cell))] for cell in states] for actor in pair
        ]
        #: for each of the pair and each rank, the states at least that good for it
        self.at_least = [_accumulate(ranks) for ranks in self.ranks]
        #: layers[h][i][s] is G_h(i, s)
        self.layers: list[tuple[tuple[Ends, ...], ...]] = []
        #: the layer that comes again after the last one
        self.first = self._unfold()

    def _unfold(self) -> int:
        """Lay layers until they repeat; answers the layer that would come next instead of a new one."""
        still = tuple(1 << s for s in range(len(self.states)))
        layer: tuple[tuple[Ends, ...], ...] = (still, still)
        seen: dict[tuple[tuple[Ends, ...], ...], int] = {}
        while layer not in seen:
            if len(self.layers) > MOST_MOVES:
                raise SizeError(f"What is foreseen does not begin to repeat within {MOST_MOVES} moves ahead.")
            seen[layer] = len(self.layers)
            self.layers.append(layer)
            layer = tuple(tuple(self._foresee(i, s, layer[1 - i]) for s in range(len(self.states))) for i in range(2))
        return seen[layer]

    def _foresee(self, i: int, s: int, ends: Sequence[Ends]) -> Ends:
        """G_h(i, s), given the ends G_{h-1} of the other's turn from every state."""
        options = self.moves[i][s]
        if not options:
            return 1 << s
        # An end may be chosen when it is as good as the least good end of every move, its own included.
        bar = max(self._find_lowest(i, ends[q]) for q in options)
        chosen = reduce(or_, (ends[q] for q in options)) & self.at_least[i][bar]
        better = chosen & self.at_least[i][self.ranks[i][s] + 1]
        return better if better == chosen else better | 1 << s

    def _find_lowest(self, i: int, ends: Ends) -> int:
        ranks = self.ranks[i]
        low = ranks[(ends & -ends).bit_length() - 1]
        ends &= ends - 1
        while ends:
            low = min(low, ranks[(ends & -ends).bit_length() - 1])
            ends &= ends - 1
        return low

    def mark(self, judge: Callable[[int, Ends], bool], moves: int, concepts: Sequence[str]) -> dict[str, Bools]:
        """By concept where the judgement on the ends holds for each of the pair, bool (2, cells)."""
        answers = {
            "limited": self._mark_layers(judge, [self._find_layer(moves)]),
            "nonmyopic": self._mark_layers(judge, range(self.first, len(self.layers))),
            "stackelberg": self._mark_layers(judge, [self._find_layer(2)])
            & self._mark_layers(judge, [self._find_layer(1)])[::-1],
        }
        return {concept: answers[concept] for concept in CONCEPTS if concept in concepts}

    def _find_layer(self, h: int) -> int:
        return h if h < self.first else self.first + (h - self.first) % (len(self.layers) - self.first)

    def _mark_layers(self, judge: Callable[[int, Ends], bool], depths: Iterable[int]) -> Bools:
        marks = np.zeros((2, self.game.cells), np.bool_)
        marks[:, self.states] = True
        for h in depths:
            for i in range(2):
                marks[i, self.states] &= [judge(s, ends) for s, ends in enumerate(self.layers[h][i])]
        return marks


def _accumulate(ranks: Sequence[int]) -> list[Ends]:
    """For each rank the states that have it or a better one; and one empty set beyond the best."""
    sets = [0] * (max(ranks) + 2)
    for s, rank in enumerate(ranks):
        sets[rank] |= 1 << s
    for rank in range(len(sets) - 2, -1, -1):
        sets[rank] |= sets[rank + 1]
    return sets
