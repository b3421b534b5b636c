"""Misperception: every actor in the game it sees, and which of the states that hold would surprise whom.

A level-1 hypergame gives each actor i its own game G_i (Bennett 1977; in the graph model, Wang, Hipel & Fraser 1988 and
Aljefri, Bashar, Fang & Hipel 2018): the states are common, i's own preferences and levers are as they are, and those of
others are what i takes them to be. A lever that i takes another not to have stays, in i's eyes, where it stands in the
state looked at. A state is a hypergame equilibrium when it is stable for each actor in the game that actor sees. It
**surprises** an actor in whose game it is no equilibrium: there somebody should have left. A state that is an
equilibrium in an actor's game and is left all the same **disappoints** it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from detente import __version__
from detente.display import Drawn
from detente.game.game import Calendar, Game, Reading
from detente.game.pricing import price
from detente.solvers.positions import Ints
from detente.solvers.stability import CONCEPTS, NAMES, Bools, Stability, check_concepts, find_equilibria
from detente.solvers.tables import list_rows, list_states, merge_cells, order_in_slices, write_marks


@dataclass(frozen=True, eq=False)
class HypergameStability(Drawn):
    """Which states hold when each actor acts on the game it sees; n actors, N cells."""

    game: Game = field(repr=False)
    #: stability in the game each actor sees, for all actors
    views: tuple[Stability, ...] = field(repr=False)
    #: bool (n, N) by concept: stable for actor i in i's own view
    stable: Mapping[str, Bools] = field(repr=False)
    #: by concept the cells stable for every actor in its own view: nature's present slice first
    equilibria: Mapping[str, Ints] = field(repr=False)
    #: method, digest of the scenario, version
    made_by: Mapping[str, str] = field(repr=False)

    names = NAMES
    #: what the marks of the table mean
    key = "x: holds, and everybody expects it; a name: holds, to that actor's surprise"

    @property
    def labels(self) -> list[str]:
        """What the rows of ``stable`` are: the actors' ids."""
        return [player.id for player in self.game.actors]

    def expected(self, concept: str) -> Bools:
        """Where each actor sees an equilibrium, bool (n, N)."""
        return np.array([view.stable[concept].all(axis=0) for view in self.views])

    def surprised(self, concept: str, cell: int) -> tuple[int, ...]:
        """The actors in whose game the state is no equilibrium."""
        return tuple(i for i, view in enumerate(self.views) if not view.stable[concept][:, cell].all())

    def __repr__(self) -> str:
        counts = ", ".join(f"{NAMES[concept]}: {len(cells)}" for concept, cells in self.equilibria.items())
        return f"<HypergameStability {counts} of {int(self.game.feasible.sum())} states, {len(self.views)} views>"

    def listed(self) -> Ints:
        """The states of the table: equilibria under any concept, nature's present slice first."""
        return merge_cells(self.game, self.equilibria.values())

    def mark(self, concept: str, cell: int) -> str:
        """What the table says of a state under a concept."""
        if cell not in self.equilibria[concept]:
            return "-"
        return "+".join(self.labels[i] for i in self.surprised(concept, cell)) or "x"

    def __str__(self) -> str:
        return f"{self.key}\n{write_marks(self)}"

    def to_dict(self, per_actor: bool = False) -> dict[str, object]:
        """``{"concepts": {concept: {"equilibria": [{lever: level}], "surprised": [[actor, ...]], ...}}, ...}``.

        ``surprised`` goes with ``equilibria``, state by state. ``stable``, in the game each sees, ``expected`` and
        ``disappointed`` (expected, and no hypergame equilibrium) by actor are there when ``per_actor`` is.
        """
        ids = self.labels
        concepts: dict[str, dict[str, object]] = {}
        for concept, cells in self.equilibria.items():
            concepts[concept] = {
                "equilibria": list_states(self.game, cells),
                "surprised": [[ids[i] for i in self.surprised(concept, int(cell))] for cell in cells],
            }
            if per_actor:
                expected = self.expected(concept)
                held = self.stable[concept].all(axis=0)
                concepts[concept]["stable"] = list_rows(self.game, ids, self.stable[concept])
                concepts[concept]["expected"] = list_rows(self.game, ids, expected)
                concepts[concept]["disappointed"] = list_rows(self.game, ids, expected & ~held)
        return {"concepts": concepts, "made_by": dict(self.made_by)}


def see_game(game: Game, actor: int) -> Game:
    """The game an actor sees, in every phase: what it believes of others in place of what is so."""
    seen = _see(game, actor)
    if game.calendar is None:
        return seen
    phases = tuple(replace(phase, game=_see(phase.game, actor)) for phase in game.calendar.phases)
    return replace(seen, calendar=Calendar(_see(game.calendar.own, actor), phases))


def _see(game: Game, actor: int) -> Game:
    axes, players = list(game.axes), list(game.actors)
    for belief in game.actors[actor].beliefs:
        if belief.terms is not None:
            players[belief.about] = replace(
                players[belief.about], readings=(Reading("", belief.terms, -1),), reading=-1
            )
        for dim in belief.lacks:
            axes[dim] = replace(axes[dim], legal=np.eye(len(axes[dim].levels), dtype=np.bool_))
    return replace(game, axes=tuple(axes), actors=tuple(players))


def find_hypergame_equilibria(
    game: Game, values: NDArray[np.float64], concepts: Sequence[str] = CONCEPTS
) -> HypergameStability:
    """Stability of every feasible state for every actor in the game it sees, for one draw of the inputs, exactly.

    ``values`` are the inputs, (inputs,). Raises ValueError for an unknown concept, SizeError as
    :func:`detente.solvers.stability.find_equilibria` does.
    """
    wanted = check_concepts(concepts)
    views: dict[int, Stability] = {}
    for i, player in enumerate(game.actors):
        # Those who believe nothing of their own see one and the same game.
        seen = see_game(game, i) if player.beliefs else None
        same = next((k for k in views if not game.actors[k].beliefs), None)
        if seen is None and same is not None:
            views[i] = views[same]
        else:
            seen = seen or game
            views[i] = find_equilibria(seen, price(seen, values), wanted)
    stable = {concept: np.array([views[i].stable[concept][i] for i in views]) for concept in wanted}
    return HypergameStability(
        game=game,
        views=tuple(views.values()),
        stable=stable,
        equilibria={name: order_in_slices(game, np.flatnonzero(rows.all(axis=0))) for name, rows in stable.items()},
        made_by={
            "method": "level-1 hypergame, each actor in the game it sees: " + ", ".join(NAMES[c] for c in wanted),
            "digest": game.digest,
            "version": __version__,
        },
    )
