"""Answers to the queries of a plan, one draw at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from detente.game.game import Game, Prices
from detente.game.pricing import draw_inputs, price, total
from detente.scenario.quantities import Quantity
from detente.scenario.queries import (
    Comparison,
    Connective,
    Divergence,
    Expression,
    InCase,
    Measurement,
    Number,
    Opposed,
    Probability,
    Query,
    Reachable,
    Setting,
    Stable,
    Sum,
    Value,
)
from detente.solvers import inspection
from detente.solvers.arrivals import read_sequel
from detente.solvers.bargaining.outcomes import reckon_terms
from detente.solvers.clocks import Clock
from detente.solvers.conditionals import Share, find_outlook, read_joint
from detente.solvers.conduct import Conduct, solve_conduct, toss_coins
from detente.solvers.course import Course, propagate
from detente.solvers.filtering import Filtered, run_filter
from detente.solvers.layout import Floats, Layout
from detente.solvers.pieces import Behaviour
from detente.solvers.plans import Plan
from detente.solvers.scenes import Grid, Scene, terms_of
from detente.solvers.schedule import Schedule, schedule_coins, solve_schedule
from detente.solvers.turning import follow_turning

#: a game's behaviour at its prices
Solve = Callable[[Game, Prices, Layout], Conduct]


@dataclass(frozen=True, eq=False)
class Answers:
    """One draw: every measurement's value, and every probability's curve on the plan's grid (NaN past its scene).

    The curve of ``within T after e`` runs over the months since e, on the grid's windows.
    """

    values: dict[Measurement | InCase, float]
    curves: dict[Probability, Floats]
    #: of every conditional probability, how likely it is that what it conditions on happens
    conditions: dict[Probability, float]
    #: of every ``by`` and ``enters``, its probability at any time of its scene
    clocks: dict[Probability, Clock]
    #: how likely what was observed is; None where nothing was
    evidence: Filtered | None = None

    def of(self, query: Query) -> float:
        """The query's value: a number, or 1 and 0 for yes and no; NaN where a part is void."""
        return _reckon(query.expression, self.values)


def _visit(plan: Plan, u: Floats | None, ask: Callable[[Plan, Floats | None], Answers], found: Answers) -> None:
    """Fill in what is asked in other cases, each by its own part of the row."""
    start = plan.game.columns
    for visit in plan.visits:
        stop = start + visit.plan.game.columns
        answers = ask(visit.plan, None if u is None else u[start:stop])
        found.values.update({leaf: answers.of(query) for leaf, query in visit.questions})
        start = stop


def _rule_out(plan: Plan, found: Answers) -> None:
    """Fill in what cannot happen."""
    for item in plan.never:
        found.values[item] = 0.0
        found.curves[item] = np.where(plan.grid.months <= item.time, 0.0, np.nan)


def answer(plan: Plan, u: Floats | None) -> Answers:
    """Every measurement of the plan for one draw ``u`` of the inputs, shape (columns,); None: central values.

    Behind the game's own columns stand those of each other case that is asked about.
    """
    found, filtered = Answers({}, {}, {}, {}), None
    _rule_out(plan, found)
    drawn = _draw(plan, u)
    key: object = None
    for scene in plan.scenes:
        inputs = drawn[scene.setting.inputs]
        if key != _behaviour_key(scene):
            key = _behaviour_key(scene)
            prices, conduct = price(scene.game, inputs), None
        told = plan.evidence if scene.setting == Setting() else None
        if conduct is None and (scene.moves or told or any(isinstance(item, Value) for item in scene.others)):
            conduct = _solve(plan, scene, prices, inputs)
        if conduct is not None and scene.moves:
            _play(scene, conduct, inputs, plan.grid, found, solve_conduct)
        for item in scene.others:
            found.values[item] = _inspect(scene, prices, conduct, item)
        if told is not None and conduct is not None:
            filtered = run_filter(scene.game, _behaviour_of(conduct), scene.layout, told)
    for inputs_set, bargained in plan.bargains:
        for item, value in reckon_terms(plan.game, drawn[inputs_set], bargained).items():
            found.values[item] = value
    _visit(plan, u, answer, found)
    return replace(found, evidence=filtered)


def _behaviour_of(conduct: Conduct | Schedule) -> Behaviour:
    return conduct if isinstance(conduct, Conduct) else conduct.behaviour


def _behaviour_key(scene: Scene) -> object:
    """What one solved behaviour is good for, whatever the start."""
    return scene.setting.believed, scene.setting.suppose, scene.setting.inputs


def _solve(plan: Plan, scene: Scene, prices: Prices, inputs: Floats) -> Conduct | Schedule:
    """Everybody's behaviour, for all scenes that share the first one's supposition and inputs."""
    if scene.game.calendar is None:
        return solve_conduct(scene.game, prices, scene.layout)
    alike = [other for other in plan.scenes if _behaviour_key(other) == _behaviour_key(scene)]
    end = max((other.end for other in alike), default=0.0)
    if plan.evidence is not None and any(other.setting == Setting() for other in alike):
        end = max(end, plan.evidence.end)
    valued = any(isinstance(item, Value) for other in alike for item in other.others)
    return solve_schedule(scene.game, inputs, scene.layout, end, valued=valued)


def _draw(plan: Plan, u: Floats | None) -> dict[tuple[tuple[str, Quantity], ...], Floats]:
    """The inputs of one draw, by what a setting changes in them."""
    wanted = {scene.setting.inputs for scene in plan.scenes} | {inputs for inputs, _ in plan.bargains}
    return {inputs: draw_inputs(plan.game, u, inputs) for inputs in wanted}


def answer_by_coin_toss(plan: Plan, u: Floats | None) -> Answers:
    """The same with all preferences switched off (DESIGN section 5).

    What is asked of preferences, or of bargaining, is void (NaN). Exact: with preferences off only the levers a
    measurement mentions, and those that rules or chance tie to them, bear on it.
    """
    found = Answers({item: float("nan") for scene in plan.scenes for item in scene.others}, {}, {}, {})
    found.values.update({item: float("nan") for _, items in plan.bargains for item in items})
    _rule_out(plan, found)
    drawn = _draw(plan, u)
    for scene in plan.tosses:
        inputs = drawn[scene.setting.inputs]
        if scene.game.calendar is None:
            conduct: Conduct | Schedule = toss_coins(scene.game, price(scene.game, inputs), scene.layout)
        else:
            conduct = schedule_coins(scene.game, inputs, scene.layout)
        _play(scene, conduct, inputs, plan.grid, found, toss_coins)
    _visit(plan, u, answer_by_coin_toss, found)
    return found


def _play(scene: Scene, conduct: Conduct | Schedule, inputs: Floats, grid: Grid, found: Answers, solve: Solve) -> None:
    """Fill in everything asked of a scene that its course tells; ``solve`` finds the conduct of its other ways."""
    behaviour = _behaviour_of(conduct)
    if len(scene.times):
        course = _follow(scene, conduct, inputs, solve)
        _read(scene, course, grid.months, found)
        outlooks = {
            event: find_outlook(scene.game, behaviour, scene.layout, sight)
            for event, sight in scene.joints.sights.items()
        }
        for joint in scene.joints.items:
            share = read_joint(joint, outlooks[joint.event], course)
            _note(joint.item, share, joint.times, grid.months, found)
    for sequel in scene.sequels:
        share = read_sequel(scene.game, behaviour, scene.layout, sequel)
        _note(sequel.item, share, sequel.windows, grid.windows, found)


def _follow(scene: Scene, conduct: Conduct | Schedule, inputs: Floats, solve: Solve) -> Course:
    """The scene's course, with the worth of every expectation as a function of the state."""
    if scene.turning is not None:
        assert isinstance(conduct, Conduct), "the reader refuses rules beside phases"

        def decide(game: Game, layout: Layout) -> Conduct:
            return conduct if game is scene.game else solve(game, price(game, inputs), layout)

        return follow_turning(scene, scene.turning, decide, lambda game: _find_worths(scene, game, inputs))
    if isinstance(conduct, Conduct):
        worths = _find_worths(scene, scene.game, inputs)
        return propagate(scene.game, conduct, scene.layout, scene.watch, scene.times, worths)
    worths_in = {id(stage.game): _find_worths(scene, stage.game, inputs) for stage in conduct.stages}
    tables = [worths_in[id(stage.game)] for stage in conduct.stages]
    return propagate(scene.game, conduct.behaviour, scene.layout, scene.watch, scene.times, tables)


def _find_worths(scene: Scene, game: Game, inputs: Floats) -> Floats:
    """What every cell is worth to each expectation under a game's conditions, (expectations, N)."""
    worths = np.zeros((len(scene.expectations), game.cells))
    for k, item in enumerate(scene.expectations):
        choices = terms_of(game, item)
        reading = next((p.reading for p in game.actors if p.id == item.of and item.kind == "actor"), -1)
        terms = choices[int(inputs[reading]) if reading >= 0 else 0]
        worths[k] = total(game, terms, inputs).reshape(-1)
    return worths


def _read(scene: Scene, course: Course, months: Floats, found: Answers) -> None:
    """Fill in the scene's unconditional probabilities, their curves and clocks, and its expectations."""

    def at(time: float) -> int:
        return int(np.searchsorted(scene.times, time))

    for table, items in ((course.on, scene.on), (course.by, scene.by)):
        for k, item in enumerate(items):
            found.values[item] = _clip(table[at(item.time), k])
            curve = np.full(len(months), np.nan)
            known = months <= scene.times[-1]
            curve[known] = np.clip(table[[at(t) for t in months[known]], k], 0.0, 1.0)
            found.curves[item] = curve
    for k, item in enumerate(scene.by):
        found.clocks[item] = Clock(course.strips, k)
    for k, expectation in enumerate(scene.expectations):
        time = expectation.time
        found.values[expectation] = float(course.average[k] if time is None else course.worth[at(time), k])


def _note(item: Probability, share: Share, times: Floats, points: Floats, found: Answers) -> None:
    """Fill in a conditional probability, known at ``times``, and its curve over ``points``."""
    values = share.values
    curve = np.full(len(points), np.nan)
    known = np.isin(points, times)
    curve[known] = values[np.searchsorted(times, points[known])]
    found.values[item] = float(values[-1])
    found.curves[item] = curve
    found.conditions[item] = share.condition


def _clip(probability: float) -> float:
    """Rounding may leave a probability beyond [0, 1] by parts in 1e15."""
    return float(min(1.0, max(0.0, probability)))


def _inspect(scene: Scene, prices: Prices, conduct: Conduct | Schedule | None, item: Measurement) -> float:
    game = scene.game
    if isinstance(item, Stable):
        return inspection.find_stable(game, prices, scene.start, item)
    if isinstance(item, Reachable):
        return inspection.find_reachable(game, scene.start, item)
    if isinstance(item, Divergence):
        return inspection.measure_divergence(game, prices, item)
    if isinstance(item, Opposed):
        return inspection.find_opposed(game, prices, item)
    assert isinstance(item, Value), "lay_plan has sorted the measurements"
    assert conduct is not None, "a value needs a solved behaviour"
    assert conduct.values is not None, "a schedule is asked for values where a value is"
    actor = next(k for k, player in enumerate(game.actors) if player.id == item.actor)
    foresight = prices.foresight[actor]
    if foresight == 0:
        return float(prices.payoffs[scene.start, actor])
    return float(conduct.values[actor, scene.start] / foresight)


def _reckon(expression: Expression, values: Mapping[Measurement | InCase, float]) -> float:
    if isinstance(expression, Number):
        return expression.value
    if isinstance(expression, Sum):
        return sum(sign * _reckon(item, values) for sign, item in expression.terms)
    if isinstance(expression, Comparison):
        gap = _reckon(expression.left, values) - _reckon(expression.right, values)
        if np.isnan(gap):
            return float("nan")
        holds = {
            ">": gap > expression.margin,
            ">=": gap >= expression.margin,
            "<": -gap > expression.margin,
            "<=": -gap >= expression.margin,
        }
        return float(holds[expression.operator])
    if isinstance(expression, Connective):
        parts = [_reckon(item, values) for item in expression.items]
        if any(np.isnan(parts)):
            return float("nan")
        return float(all(parts) if expression.kind == "and" else any(parts))
    return values[expression]
