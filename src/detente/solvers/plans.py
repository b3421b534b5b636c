"""A plan: queries laid out over the scenes they share, once per scenario.

Queries that share a supposition, inputs and a start share one *scene*: one solved behaviour, one course, in which every
probability is a column or a group of cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from detente.errors import NotYetAnalysed
from detente.game.compiler import compile_others
from detente.game.cuts import hold, project
from detente.game.game import Game, mask
from detente.game.pricing import draw_inputs
from detente.scenario.conditions import levers_of
from detente.scenario.quantities import Quantity
from detente.scenario.queries import (
    Bargained,
    Expectation,
    InCase,
    Levels,
    Measurement,
    Probability,
    Query,
    Setting,
    measurements_of,
    visits_of,
)
from detente.solvers.bargaining.outcomes import reckon_terms
from detente.solvers.hypergames import see_game
from detente.solvers.layout import Layout, lay_out
from detente.solvers.scenes import Grid, Scene, axes_needed, lay_scene
from detente.solvers.strands import Filter, Observation, lay_filter
from detente.solvers.turning import lay_turning

_Inputs = tuple[tuple[str, Quantity], ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """Queries laid out over the game's scenes."""

    game: Game
    queries: tuple[Query, ...]
    grid: Grid = field(repr=False)
    scenes: tuple[Scene, ...] = field(repr=False)
    #: one scene per measurement, on the levers it needs when preferences are off
    tosses: tuple[Scene, ...] = field(repr=False)
    #: what was observed; None where nothing is to be held against it
    evidence: Filter | None = field(default=None, repr=False)
    #: probabilities of what no state that can be has, which are 0 whatever is drawn
    never: tuple[Probability, ...] = field(default=(), repr=False)
    #: what is asked about bargaining, by the inputs a setting changes
    bargains: tuple[tuple[_Inputs, tuple[Bargained, ...]], ...] = field(default=(), repr=False)
    #: what is asked in other cases, in order of their names
    visits: tuple[Visit, ...] = field(default=(), repr=False)

    @property
    def abroad(self) -> int:
        """How many uniforms the other cases take in a draw, behind the game's own."""
        return sum(visit.plan.game.columns for visit in self.visits)


@dataclass(frozen=True, eq=False)
class Visit:
    """What is asked in one other case."""

    case: str
    plan: Plan
    questions: tuple[tuple[InCase, Query], ...]


def lay_plan(
    game: Game,
    queries: Sequence[Query],
    grid: Grid,
    plain: Sequence[Query] = (),
    observations: Sequence[Observation] = (),
    informed: Sequence[Probability] = (),
) -> Plan:
    """Lay out the queries, and those that are asked without their coin toss (``plain``).

    ``informed`` are the unconditional probabilities that are wanted given all observations too. Raises NotYetAnalysed
    for the first query that cannot be answered yet.
    """
    asked = _gather((*queries, *plain), grid)
    bargains = _part_bargains(game, asked)
    tossed = {item for query in queries for item in measurements_of(query.expression)}
    if observations:
        asked.setdefault(Setting(), {})
    held: dict[tuple[str, Levels], tuple[Game, Layout]] = {}
    scenes: list[Scene] = []
    tosses: list[Scene] = []
    never: list[Probability] = []
    # Scenes that can share one solved behaviour come one after the other.
    for setting in sorted(asked, key=_order):
        key = setting.believed, setting.suppose
        seen = _see(game, setting.believed)
        if key not in held:
            cut = hold(seen, dict(setting.suppose))
            held[key] = cut, lay_out(cut)
        # Clocks, which a whole grid is for, are read off a course; and a turn may open what is held shut.
        passed = grid.whole or setting.turns
        impossible = [] if passed else _find_impossible(held[key][0], asked[setting])
        never += impossible
        items = tuple(item for item in asked[setting] if item not in impossible)
        if not items and not (observations and setting == Setting()):
            continue
        scenes.append(_turn(seen, lay_scene(*held[key], setting, items, grid)))
        for item in items:
            if isinstance(item, Probability | Expectation) and item in tossed:
                tosses.append(_lay_toss(seen, scenes[-1], item, grid))
    evidence = lay_filter(*held["", ()], observations, informed) if observations else None
    visits = _lay_visits((*queries, *plain))
    return Plan(game, (*queries, *plain), grid, tuple(scenes), tuple(tosses), evidence, tuple(never), bargains, visits)


def _gather(queries: Sequence[Query], grid: Grid) -> dict[Setting, dict[Measurement, None]]:
    """What is measured under every setting."""
    asked: dict[Setting, dict[Measurement, None]] = {}
    for query in queries:
        if grid.whole and any(item.setting.turns for item in measurements_of(query.expression)):
            raise NotYetAnalysed(f"{query.text}: this version dates no events under a policy with 'then'.")
        for item in measurements_of(query.expression):
            asked.setdefault(item.setting, {})[item] = None
    return asked


def _part_bargains(
    game: Game, asked: dict[Setting, dict[Measurement, None]]
) -> tuple[tuple[_Inputs, tuple[Bargained, ...]], ...]:
    """Take what asks about bargaining out of the rest; tried once, so that a model that cannot take it says so now."""
    found: dict[_Inputs, list[Bargained]] = {}
    for setting, items in list(asked.items()):
        for item in [item for item in items if isinstance(item, Bargained)]:
            found.setdefault(setting.inputs, []).append(item)
            del items[item]
        if not items:
            del asked[setting]
    for inputs, bargained in found.items():
        reckon_terms(game, draw_inputs(game, None, inputs), bargained)
    return tuple((inputs, tuple(items)) for inputs, items in found.items())


def _order(setting: Setting) -> tuple[object, ...]:
    inputs = [name for name, _ in setting.inputs]
    return setting.believed, setting.suppose, inputs, setting.start, len(setting.turns)


def _lay_visits(queries: Sequence[Query]) -> tuple[Visit, ...]:
    asked = dict.fromkeys(leaf for query in queries for leaf in visits_of(query.expression))
    visits = []
    for case, game in compile_others(query.expression for query in queries).items():
        questions = tuple((leaf, Query(leaf.inside, leaf.text)) for leaf in asked if leaf.case == case)
        plan = lay_plan(game, [query for _, query in questions], Grid(np.zeros(0)))
        visits.append(Visit(case, plan, questions))
    return tuple(visits)


def _lay_toss(game: Game, scene: Scene, item: Probability | Expectation, grid: Grid) -> Scene:
    """One measurement on the levers it needs when preferences are off."""
    needed = axes_needed(scene.game, item)
    if not scene.setting.turns:
        small = project(scene.game, needed)
        return lay_scene(small, lay_out(small), scene.setting, (item,), grid)
    asked = {lever for turn in scene.setting.turns for lever in levers_of(turn.condition.node)}
    asked |= {lever for turn in scene.setting.turns for lever, _ in turn.hold}
    whole = project(game, needed | {dim for dim, axis in enumerate(game.axes) if axis.id in asked})
    small = hold(whole, dict(scene.setting.suppose))
    return _turn(whole, lay_scene(small, lay_out(small), scene.setting, (item,), grid))


def _turn(game: Game, scene: Scene) -> Scene:
    """A scene with its ways, where a policy supposed has rules by date; ``game`` is the one with nothing held."""
    if not scene.setting.turns or not len(scene.times):
        return scene
    return replace(scene, turning=lay_turning(game, scene))


def _see(game: Game, actor: str) -> Game:
    """The game as an actor sees it, or as it is when no actor is named."""
    places = [place for place, player in enumerate(game.actors) if player.id == actor]
    return see_game(game, places[0]) if places else game


def _find_impossible(game: Game, items: Iterable[Measurement]) -> list[Probability]:
    """The unconditional probabilities of conditions that no feasible state satisfies."""
    asked = [item for item in items if isinstance(item, Probability) and not item.conditional]
    return [item for item in asked if not (game.feasible & mask(game, item.condition)).any()]
