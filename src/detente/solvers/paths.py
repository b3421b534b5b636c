"""Ways from a state to others: by legal moves, by improvements, by the joint move of a coalition, or none.

From the status quo (or another state) every equilibrium in the same slice of chance, or one state asked about, is of
one kind, the first that fits:

* **improvements**: a path whose every move improves on the state before for its own mover leads there;
* **joint**: no such path, but the members of a coalition can get there by legal moves of their own and each likes the
  end better than the start (a coalition improvement, Xu, Hipel, Kilgour & Fang 2018): better for all of them,
  reachable by none alone;
* **moves**: legal moves lead there, but whoever makes them, some of the movers are no better off at the end;
* **none**: no legal moves lead there.

This is the status quo analysis of Li, Kilgour & Hipel (2005) for all states at once: breadth-first passes along the
actors' axes. Whose first move opens a path is found among the paths that do not come back to the start. The smallest
coalitions hold the owners of every lever that differs and nobody who would not gain, so only what lies between is
tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente import __version__
from detente.display import Drawn
from detente.game.game import Game, Prices, levels_at, name_state
from detente.solvers.board import rank_states
from detente.solvers.inspection import slice_of_nature
from detente.solvers.reach import (
    Bools,
    Ranks,
    UnilateralMove,
    compare_levels,
    compare_payoffs,
    count_changes,
    count_steps,
    find_improvements,
    trace_steps,
    value_steps,
)
from detente.solvers.regions import Regions, find_regions
from detente.solvers.stability import NAMES, equilibria_of
from detente.solvers.tables import write_row

Kind = Literal["here", "improvements", "joint", "moves", "none"]
Moves = tuple[UnilateralMove, ...]

#: the nearest first
KINDS: tuple[Kind, ...] = ("here", "improvements", "joint", "moves", "none")
#: ways told in full of each kind unless asked for more
MOST = 5
#: most states of an evolution that shows all that improvements reach
WHOLE = 24


@dataclass(frozen=True, slots=True)
class Coalition:
    """Actors who can bring a state about together and all gain by it."""

    members: tuple[int, ...]
    #: a shortest sequence of their own legal moves
    moves: Moves
    #: what each member gains from start to end, in payoff units
    gains: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """How one state is reached from the start, or that it is not."""

    cell: int
    kind: Kind
    #: a shortest path of legal moves; None when there is none
    moves: Moves | None
    #: a shortest path of improvements; None when there is none
    improvements: Moves | None
    #: who can make the first of them, on the shortest path or another; one alone must
    first: tuple[int, ...]
    #: the smallest coalitions, when the kind is joint
    coalitions: tuple[Coalition, ...]
    #: what every actor gains from start to end, in payoff units
    gains: tuple[float, ...]
    #: the levers that cannot go, each by itself, from where they stand to where they would have to
    barriers: tuple[str, ...]

    def to_dict(self, game: Game) -> dict[str, object]:
        """``{"state", "kind", "moves", "improvements", "first", "coalitions", "gains", "barriers"}``."""
        ids = [player.id for player in game.actors]
        return {
            "state": levels_at(game, self.cell),
            "kind": self.kind,
            "moves": None if self.moves is None else [move.to_dict(game) for move in self.moves],
            "improvements": (None if self.improvements is None else [move.to_dict(game) for move in self.improvements]),
            "first": [ids[actor] for actor in self.first],
            "coalitions": [
                {
                    "members": {ids[i]: gain for i, gain in zip(item.members, item.gains, strict=True)},
                    "moves": [move.to_dict(game) for move in item.moves],
                }
                for item in self.coalitions
            ],
            "gains": dict(zip(ids, self.gains, strict=True)),
            "barriers": list(self.barriers),
        }


@dataclass(frozen=True, slots=True)
class Evolution:
    """States in columns by the fewest improvements that lead there, and the improvements from column to column."""

    #: the start first, then column by column
    cells: tuple[int, ...]
    #: the column of each
    columns: tuple[int, ...]
    moves: Moves
    #: whether all that improvements reach is shown, not only the ways told
    whole: bool
    #: all that improvements reach, in groups; None where all of it is shown
    regions: Regions | None = None


@dataclass(frozen=True, eq=False)
class Paths(Drawn):
    """The ways from a start to the equilibria of a concept, or to one state."""

    game: Game = field(repr=False)
    start: int
    #: empty when one state was asked about
    concept: str
    #: how many states of each kind
    counts: Mapping[Kind, int]
    #: those told in full, kind by kind, the nearest first
    ways: tuple[Way, ...] = field(repr=False)
    evolution: Evolution = field(repr=False)
    #: method, digest of the scenario, version
    made_by: Mapping[str, str] = field(repr=False)

    def __repr__(self) -> str:
        kinds = ", ".join(f"{kind}: {count}" for kind, count in self.counts.items())
        what = f"{NAMES[self.concept]} equilibria" if self.concept else "a state"
        return f"<Paths from {name_state(self.game, self.start)} to {what}: {kinds or 'none there are'}>"

    def __str__(self) -> str:
        lines = ["kind          moves  improvements  state"]
        for way in self.ways:
            legal, better = ("-" if path is None else str(len(path)) for path in (way.moves, way.improvements))
            lines += write_row(f"{way.kind:12}  {legal:>5}  {better:>12}  ", name_state(self.game, way.cell))
        rest = sum(self.counts.values()) - len(self.ways)
        return "\n".join([*lines, f"and {rest:,} more states"] if rest else lines)

    def to_dict(self) -> dict[str, object]:
        """``{"start", "concept", "counts": {kind: states}, "ways": [...], "made_by"}``; the ways are those told."""
        return {
            "start": levels_at(self.game, self.start),
            "concept": self.concept or None,
            "counts": dict(self.counts),
            "ways": [way.to_dict(self.game) for way in self.ways],
            "made_by": dict(self.made_by),
        }


def find_paths(
    game: Game,
    prices: Prices,
    start: int,
    *,
    concept: str = "seq",
    target: int | None = None,
    most: int = MOST,
) -> Paths:
    """Ways from a feasible cell to every equilibrium of ``concept`` in its slice, or to one ``target`` cell.

    The ``most`` nearest of each kind are told in full. Raises ValueError for a concept that is not one, or for a cell
    that is no feasible state.
    """
    for cell in (start, *([] if target is None else [target])):
        if not 0 <= cell < game.cells or not game.feasible[cell]:
            raise ValueError(f"cell {cell} is no feasible state of {game.title!r}")
    if target is None:
        targets = equilibria_of(game, prices, [concept])[concept]
        targets = np.sort(targets[slice_of_nature(game, start)[targets]])
    else:
        concept, targets = "", np.array([target])
    search = _Search(game, prices, start)
    kinds = search.sort(targets)
    ranked = np.array([KINDS.index(kind) for kind in kinds], np.int64)
    far = np.where(search.better[targets] > 0, search.better[targets], search.legal[targets])
    order = np.lexsort((targets, count_changes(game, start, targets), far, ranked))
    order = order[np.arange(len(order)) - np.searchsorted(ranked[order], ranked[order]) < most]
    ways = tuple(search.tell(int(targets[k]), kinds[k]) for k in order)
    counts = Counter(kinds)
    return Paths(
        game=game,
        start=start,
        concept=concept,
        counts={kind: counts[kind] for kind in KINDS if counts[kind]},
        ways=ways,
        evolution=search.lay_evolution(ways, targets),
        made_by={
            "method": "graph model, breadth-first passes along the actors' axes",
            "digest": game.digest,
            "version": __version__,
        },
    )


class _Search:
    """Everything reached from one start; exists for the length of one call."""

    def __init__(self, game: Game, prices: Prices, start: int) -> None:
        self.game, self.prices, self.start = game, prices, start
        self.ranks: Ranks = rank_states(game, prices.payoffs)
        self.everybody = range(len(game.actors))
        self.legal = count_steps(game, start, self.everybody)
        self.better = count_steps(game, start, self.everybody, self.ranks)
        self.company: dict[tuple[int, ...], NDArray[np.int32]] = {}
        self.openings: list[Bools] = []

    def sort(self, targets: NDArray[np.int64]) -> list[Kind]:
        """The kind of each target."""
        gain = self.ranks[:, targets] > self.ranks[:, [self.start]]
        joint = np.zeros(len(targets), np.bool_)
        left = np.flatnonzero((self.better[targets] < 0) & (self.legal[targets] >= 0))
        willing = {tuple(np.flatnonzero(column).tolist()) for column in gain[:, left].T}
        for members in willing:
            same = left[(gain[:, left] == np.isin(self.everybody, members)[:, None]).all(axis=0)]
            joint[same] = self.count_together(members)[targets[same]] >= 0
        kinds: list[Kind] = []
        for k, cell in enumerate(targets.tolist()):
            if cell == self.start:
                kinds.append("here")
            elif self.better[cell] >= 0:
                kinds.append("improvements")
            elif self.legal[cell] < 0:
                kinds.append("none")
            else:
                kinds.append("joint" if joint[k] else "moves")
        return kinds

    def count_together(self, members: tuple[int, ...]) -> NDArray[np.int32]:
        """Fewest legal moves of some actors alone to every cell."""
        if members not in self.company:
            self.company[members] = count_steps(self.game, self.start, members)
        return self.company[members]

    def tell(self, cell: int, kind: Kind) -> Way:
        """All about the way to one cell."""
        game, start, path = self.game, self.start, None
        if self.legal[cell] >= 0:
            path = value_steps(self.prices, start, trace_steps(game, self.legal, cell, self.everybody))
        better = None
        if self.better[cell] >= 0:
            steps = trace_steps(game, self.better, cell, self.everybody, self.ranks)
            better = value_steps(self.prices, start, steps)
        return Way(
            cell=cell,
            kind=kind,
            moves=path,
            improvements=better,
            first=self.find_openers(cell) if better else (),
            coalitions=self.find_coalitions(cell) if kind == "joint" else (),
            gains=tuple(compare_payoffs(self.prices, i, start, cell) for i in self.everybody),
            barriers=self.find_barriers(cell),
        )

    def find_openers(self, cell: int) -> tuple[int, ...]:
        """Who can make the first of the improvements that lead to a cell without coming back to the start."""
        if not self.openings:
            onward = self.game.feasible.copy()
            onward[self.start] = False
            away = replace(self.game, feasible=onward)
            for actor in self.everybody:
                front = np.zeros(self.game.cells, np.bool_)
                front[find_improvements(self.game, self.ranks, actor, self.start)] = True
                self.openings.append(count_steps(away, front, self.everybody, self.ranks) >= 0)
        return tuple(actor for actor in self.everybody if self.openings[actor][cell])

    def find_coalitions(self, cell: int) -> tuple[Coalition, ...]:
        """The smallest coalitions whose members can bring the cell about and all gain by it."""
        gains = [compare_payoffs(self.prices, i, self.start, cell) for i in self.everybody]
        changed = compare_levels(self.game, self.start, cell)
        needed = {axis.actor for axis in self.game.axes if axis.id in changed}
        willing = [i for i in self.everybody if gains[i] > 0 and i not in needed]
        for extra in range(len(willing) + 1):
            companies = [tuple(sorted({*needed, *others})) for others in combinations(willing, extra)]
            found = [members for members in companies if self.count_together(members)[cell] >= 0]
            if found:
                return tuple(self.form(members, cell, gains) for members in found)
        return ()

    def form(self, members: tuple[int, ...], cell: int, gains: Sequence[float]) -> Coalition:
        """A coalition with a shortest way of its own."""
        steps = trace_steps(self.game, self.count_together(members), cell, members)
        return Coalition(members, value_steps(self.prices, self.start, steps), tuple(gains[i] for i in members))

    def find_barriers(self, cell: int) -> tuple[str, ...]:
        """Levers that cannot go from the start's level to the cell's, chance levers among them."""
        here, there = (np.unravel_index(c, self.game.shape) for c in (self.start, cell))
        return tuple(
            axis.id
            for axis, a, b in zip(self.game.axes, here, there, strict=True)
            if a != b and (axis.actor < 0 or not axis.legal[a, b])
        )

    def lay_evolution(self, ways: Sequence[Way], targets: NDArray[np.int64]) -> Evolution:
        """All that improvements reach where that is little, else what the ways told pass through, and all in groups."""
        reached = np.flatnonzero(self.better >= 0)
        whole, regions = len(reached) <= WHOLE, None
        if not whole:
            sought = np.isin(np.arange(self.game.cells), targets)
            regions = find_regions(self.game, self.ranks, self.better, self.start, sought)
            passed = {move.cell for way in ways for move in way.improvements or ()}
            reached = np.array(sorted({self.start, *passed}), np.int64)
        reached = reached[np.lexsort((reached, self.better[reached]))]
        inside = set(reached.tolist())
        moves = [
            UnilateralMove(actor, cell, end, compare_payoffs(self.prices, actor, cell, end))
            for cell in reached.tolist()
            for actor in self.everybody
            for end in find_improvements(self.game, self.ranks, actor, cell).tolist()
            if end in inside and self.better[end] == self.better[cell] + 1
        ]
        columns = tuple(int(self.better[cell]) for cell in reached)
        return Evolution(tuple(reached.tolist()), columns, tuple(moves), whole, regions)
