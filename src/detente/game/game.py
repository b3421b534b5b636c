"""The game: every actor owns the levers of its axis, a state is one cell of the tensor of all levers.

Cells are numbered in C order over ``Game.shape`` (one dimension per lever: the actors' levers in listed order, actor by
actor, then the chance levers), so an actor's axis is a run of neighbouring dimensions and

    cell = (outer * size + position) * inner + rest

with ``outer, size, inner`` from :meth:`Game.line`. Nothing here is of size N^2, and payoffs are kept as tables over
the levers they mention; :func:`detente.game.pricing.price` turns one draw of the inputs into numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.display import Displayed
from detente.scenario.conditions import Condition, levers_of, truth
from detente.scenario.quantities import Quantity
from detente.scenario.queries import Levels


@dataclass(frozen=True, slots=True)
class Axis:
    """One lever as a dimension of the tensor. Holding a lever leaves an axis with a single level."""

    #: ``actor.lever`` or the bare name of a chance lever
    id: str
    #: index into ``Game.actors``; -1 for chance
    actor: int
    #: names of the levels kept, in listed order
    levels: tuple[str, ...]
    #: their indices in the scenario's own list
    kept: tuple[int, ...]
    #: position of the status quo among the levels kept
    now: int
    #: legal[a, b]: may the owner go from a to b; shape (levels, levels), diagonal True
    legal: NDArray[np.bool_] = field(repr=False)
    label: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A function of some levers, stored over those only."""

    #: dimensions of the game it varies along, ascending
    axes: tuple[int, ...]
    #: shape: the sizes of those dimensions
    values: NDArray[np.generic] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Term:
    """A table that enters a payoff times an input."""

    #: float64 values: 0/1 for a statement, 0..1 for a ranking
    table: Table
    #: index into ``Game.inputs``
    weight: int
    #: words for people
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of an actor's preferences; its odds are an input."""

    id: str
    terms: tuple[Term, ...]
    odds: int


@dataclass(frozen=True, slots=True)
class Belief:
    """What an actor takes another to want, and not to be able to do."""

    #: index into ``Game.actors``
    about: int
    #: None when it is about levers only
    terms: tuple[Term, ...] | None
    #: dimensions of the game it takes the other not to move along
    lacks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Player:
    """An actor as the solvers see it. Behaviour fields are indices into ``Game.inputs``."""

    id: str
    name: str
    readings: tuple[Reading, ...]
    #: input that says which reading holds; -1 when there is one only
    reading: int
    tempo: int
    foresight: int
    noise: int
    habit: int
    #: months after as_of before which it takes no decision
    starts: float
    #: inputs: from which difference in payoff on it prefers, and prefers greatly; -1 where the file says nothing
    indifference: int = -1
    strong: int = -1
    beliefs: tuple[Belief, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """A chance move: from one level of a chance lever to another, wherever ``when`` is true."""

    id: str
    axis: int
    source: int
    target: int
    #: input that gives the hazard per month
    rate: int
    when: Table | None
    #: (axis, level) pairs that give way with the move
    then: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Input:
    """One uncertain (or certain) number of the scenario."""

    id: str
    quantity: Quantity
    #: column of the design that draws it; -1 when it is certain
    column: int
    #: for an actor's choice of reading: the inputs holding the odds, and their ids
    odds: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """What a policy is judged by."""

    id: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Bargain:
    """A continuous issue to bargain over. Positions, saliences and capabilities are indices into ``Game.inputs``."""

    id: str
    label: str
    #: issues of one package are bargained over together by models that can; empty for one that stands alone
    package: str
    #: the ends of its scale
    low: float
    high: float
    #: indices into ``Game.actors`` of those with a stake, in the file's order, and what each has, in the same order
    actors: tuple[int, ...]
    positions: tuple[int, ...]
    saliences: tuple[int, ...]
    capabilities: tuple[int, ...]
    #: input that says what holds without agreement; -1 where the file says nothing
    reference: int = -1


@dataclass(frozen=True, eq=False, slots=True)
class Phase:
    """A stretch of time in which other things are allowed, or other numbers hold."""

    id: str
    #: months after as_of; never below 0
    start: float
    #: when the game's own conditions return; None when it lasts until the next phase, or for good
    until: float | None
    #: whether everybody reckons with it beforehand
    anticipated: bool
    #: the whole game under its conditions, without a calendar
    game: Game = field(repr=False)


@dataclass(frozen=True, eq=False, slots=True)
class Calendar:
    """Conditions that change by date."""

    #: the game while no phase is in force, without a calendar
    own: Game = field(repr=False)
    #: in order of time, no two at once
    phases: tuple[Phase, ...]


@dataclass(frozen=True, eq=False)
class Game(Displayed):
    """A compiled scenario. ``repr`` gives its size; everything else is an attribute."""

    title: str
    digest: str
    axes: tuple[Axis, ...] = field(repr=False)
    actors: tuple[Player, ...] = field(repr=False)
    #: bool, shape (cells,): False where a rule forbids the state
    feasible: NDArray[np.bool_] = field(repr=False)
    moves: tuple[Move, ...] = field(repr=False)
    measures: tuple[Measure, ...] = field(repr=False)
    inputs: tuple[Input, ...] = field(repr=False)
    #: dimensions tied together by a rule: what is feasible on one depends on the others
    links: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    #: months from as_of to the horizon
    horizon: float = 0.0
    #: what comes when; None when nothing changes by date. Everything else holds as of as_of
    calendar: Calendar | None = field(default=None, repr=False)
    #: what is bargained over; a draw of it takes nothing from the levers
    bargains: tuple[Bargain, ...] = field(default=(), repr=False)

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Levels per lever."""
        return tuple(len(axis.levels) for axis in self.axes)

    @cached_property
    def cells(self) -> int:
        """Number of cells, feasible or not."""
        return prod(self.shape)

    @property
    def slices(self) -> int:
        """Settings of the chance levers, which are the last dimensions: cells of one slice have one remainder."""
        return prod(len(axis.levels) for axis in self.own(-1))

    @property
    def columns(self) -> int:
        """Number of independent uncertain inputs: the width of a design."""
        return max((item.column for item in self.inputs), default=-1) + 1

    @property
    def status_quo(self) -> int:
        """Cell of the status quo."""
        return cell_at(self, {})

    def line(self, actor: int) -> tuple[int, int, int]:
        """Geometry ``(outer, size, inner)`` of an actor's axis."""
        own = [k for k, axis in enumerate(self.axes) if axis.actor == actor]
        if not own:
            return 1, 1, self.cells
        shape = self.shape
        return prod(shape[: own[0]]), prod(shape[own[0] : own[-1] + 1]), prod(shape[own[-1] + 1 :])

    def own(self, actor: int) -> tuple[Axis, ...]:
        """The axes of an actor (-1: chance)."""
        return tuple(axis for axis in self.axes if axis.actor == actor)

    def __repr__(self) -> str:
        return (
            f"<Game {self.title!r}: {len(self.actors)} actors, {len(self.axes)} levers, "
            f"{int(self.feasible.sum())} of {self.cells} cells feasible>"
        )


@dataclass(frozen=True, slots=True)
class Prices:
    """One draw of a game's inputs, as numbers the solvers use; ``n`` actors, ``N`` cells."""

    #: float64, shape (N, n): payoff per month of each actor in each cell
    payoffs: NDArray[np.float64]
    #: float64, shape (n,): decisions per month, months, payoff units, payoff units
    tempo: NDArray[np.float64]
    foresight: NDArray[np.float64]
    noise: NDArray[np.float64]
    habit: NDArray[np.float64]
    #: float64, shape (moves,): hazards per month
    rates: NDArray[np.float64]


def cell_at(game: Game, levels: Mapping[str, int]) -> int:
    """Cell where the named levers stand at the given scenario levels and all others at their status quo.

    Raises KeyError for a lever the game has not, ValueError for a level an axis no longer has.
    """
    known = {axis.id for axis in game.axes}
    for lever in levels:
        if lever not in known:
            raise KeyError(lever)
    place = [axis.kept.index(levels[axis.id]) if axis.id in levels else axis.now for axis in game.axes]
    return int(np.ravel_multi_index(place, game.shape)) if place else 0


def find_places(game: Game, cells: NDArray[np.integer]) -> tuple[NDArray[np.intp], ...]:
    """Position of every lever in many cells, lever by lever; nothing where nobody has levers."""
    return np.unravel_index(cells, game.shape) if game.axes else ()


def levels_at(game: Game, cell: int) -> dict[str, str]:
    """Name of the level of every lever in a cell."""
    place = np.unravel_index(cell, game.shape)
    return {axis.id: axis.levels[int(k)] for axis, k in zip(game.axes, place, strict=True)}


def spell_levels(game: Game, cell: int) -> Levels:
    """Every lever with its level in a cell, as queries name them: scenario levels, sorted by lever."""
    place = np.unravel_index(cell, game.shape)
    return tuple(sorted((axis.id, axis.kept[int(k)]) for axis, k in zip(game.axes, place, strict=True)))


def name_state(game: Game, cell: int) -> str:
    """A state in words: what differs from the status quo."""
    now, there = levels_at(game, game.status_quo), levels_at(game, cell)
    return ", ".join(f"{lever} = {level}" for lever, level in there.items() if now[lever] != level) or "status quo"


def tabulate(game: Game, condition: Condition) -> Table:
    """A condition as a bool table over the levers it mentions."""
    ids = {axis.id: k for k, axis in enumerate(game.axes)}
    dims = tuple(sorted(ids[lever] for lever in levers_of(condition.node)))
    grids: dict[str, NDArray[np.intp]] = {}
    for place, dim in enumerate(dims):
        along = [1] * len(dims)
        along[place] = len(game.axes[dim].levels)
        grids[game.axes[dim].id] = np.array(game.axes[dim].kept, dtype=np.intp).reshape(along)
    values = truth(condition.node, grids)
    return Table(dims, np.broadcast_to(values, tuple(len(game.axes[d].levels) for d in dims)))


def spread(game: Game, table: Table) -> NDArray[np.generic]:
    """A table as a read-only view over the whole tensor, shape ``game.shape``."""
    along = [1] * len(game.axes)
    for dim in table.axes:
        along[dim] = len(game.axes[dim].levels)
    return np.broadcast_to(table.values.reshape(along), game.shape)


def mask(game: Game, condition: Condition) -> NDArray[np.bool_]:
    """Where a condition holds, as bool of shape (cells,), infeasible cells included."""
    return np.ascontiguousarray(spread(game, tabulate(game, condition))).reshape(-1).astype(np.bool_)
