"""Scenes: what is asked under one supposition, with one set of inputs, from one start, laid out together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detente.game.game import Game, Term, cell_at, mask
from detente.scenario.conditions import levers_of
from detente.scenario.queries import Expectation, Measurement, Probability, Setting
from detente.solvers.arrivals import Sequel, lay_sequel
from detente.solvers.conditionals import Joints, lay_joints, watch_joints
from detente.solvers.flags import Rows
from detente.solvers.layout import Floats, Layout
from detente.solvers.watch import Watch, lay_watch

if TYPE_CHECKING:
    from detente.solvers.turning import Turning


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """When curves are wanted, in months, ascending."""

    months: Floats
    #: since the event, for ``within T after e``
    windows: Floats = field(default_factory=lambda: np.zeros(0))
    #: follow every scene to the horizon, so that its clocks can be read up to there
    whole: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """One supposition, one set of inputs, one start, and everything asked about it."""

    setting: Setting
    #: the game with the supposed levers held
    game: Game
    layout: Layout
    start: int
    on: tuple[Probability, ...]
    by: tuple[Probability, ...]
    expectations: tuple[Expectation, ...]
    others: tuple[Measurement, ...]
    joints: Joints
    sequels: tuple[Sequel, ...]
    #: months, ascending: the curves' grid up to the last date asked about, and the dates asked about
    times: Floats
    watch: Watch
    #: how it goes on in several ways, under policies with rules by date
    turning: Turning | None = None

    @property
    def moves(self) -> bool:
        """Whether anything asked hangs on how the state moves."""
        return bool(len(self.times) or self.sequels)

    @property
    def end(self) -> float:
        """Months: up to when anything asked follows the state."""
        ends = [float(self.times[-1])] if len(self.times) else [0.0]
        return max([*ends, *(self.game.horizon + float(sequel.windows[-1]) for sequel in self.sequels)])


def lay_scene(game: Game, layout: Layout, setting: Setting, items: tuple[Measurement, ...], grid: Grid) -> Scene:
    """Lay measurements of one setting out; ``game`` is the one with the supposed levers held."""
    known = {axis.id for axis in game.axes}
    start = cell_at(game, {lever: level for lever, level in setting.start + setting.suppose if lever in known})
    asked = [item for item in items if isinstance(item, Probability)]
    plain = [item for item in asked if item.given is None and item.after is None]
    on = tuple(item for item in plain if item.kind == "on")
    by = tuple(item for item in plain if item.kind != "on")
    observed = tuple(item for item in asked if item.given is not None and item.after is None)
    expectations = tuple(item for item in items if isinstance(item, Expectation))
    dates = [item.time for item in (*on, *by, *observed)]
    dates += [item.given.by for item in observed if item.given is not None]
    dates += [game.horizon if item.time is None else item.time for item in expectations]
    dates += [game.horizon] if grid.whole and by else []
    curve = grid.months[grid.months <= max(dates, default=0.0)] if plain or observed else grid.months[:0]
    rows = Rows(game.cells)
    rows.add_plain()
    joints = lay_joints(game, start, observed, grid.months, rows)
    events = [(mask(game, item.condition), item.kind == "enters") for item in by]
    watch = lay_watch(game, start, [mask(game, item.condition) for item in on], events, rows)
    return Scene(
        setting,
        game,
        layout,
        start,
        on,
        by,
        expectations,
        others=tuple(item for item in items if not isinstance(item, Probability | Expectation)),
        joints=joints,
        sequels=tuple(lay_sequel(game, start, item, grid.windows) for item in asked if item.after is not None),
        times=np.unique([*curve, *dates]),
        watch=watch_joints(joints, watch),
    )


def axes_needed(game: Game, item: Probability | Expectation) -> set[int]:
    """The dimensions a measurement mentions."""
    if isinstance(item, Expectation):
        return {dim for terms in terms_of(game, item) for term in terms for dim in term.table.axes}
    events = [event.condition for event in (item.given, item.after) if event is not None]
    ids = {lever for condition in (item.condition, *events) for lever in levers_of(condition.node)}
    return {dim for dim, axis in enumerate(game.axes) if axis.id in ids}


def terms_of(game: Game, item: Expectation) -> tuple[tuple[Term, ...], ...]:
    """The terms an expectation adds up, one tuple per reading."""
    if item.kind == "measure":
        return tuple(m.terms for m in game.measures if m.id == item.of)
    return tuple(reading.terms for player in game.actors if player.id == item.of for reading in player.readings)
