"""Causes and requirements: what forcing does to what a claim is about, and whether that is derived or assumed.

A claim is **assumed** where the model does not decide it: where the event's own definition and the rules leave no
state that could contradict it, or where a measure itself counts the cause and nothing else makes the difference.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.ensemble import Ensemble
from detente.ensemble.pooling import pool
from detente.findings.findings import Spread
from detente.findings.margins import find_margin, read_terms
from detente.findings.trials import Intervention
from detente.findings.yardsticks import HOLDS, Yardstick
from detente.game.game import Game, Table, Term, mask
from detente.scenario.causes import Effect, force, list_ways
from detente.scenario.conditions import All, Condition, In
from detente.scenario.formulas import write_levels
from detente.scenario.model import Cause, Claim, Requirement, Scenario
from detente.scenario.queries import Expectation, Levels, Probability
from detente.solvers.scenes import terms_of

Floats = NDArray[np.float64]


def weigh_intervention(claim: Claim, scenario: Scenario, game: Game, ensemble: Ensemble) -> Intervention | None:
    """What forcing does to a claim that names a cause or a requirement; None for others and where all is void."""
    terms = None if claim.cause is None and claim.requires is None else read_terms(claim, ensemble)
    free = ensemble.numbers.get(f"effect/{claim.id}")
    if terms is None or free is None or np.isnan(list(terms.values())).any(axis=0).all():
        return None
    if claim.cause is not None:
        return _weigh_cause(claim, claim.cause, (scenario, game, ensemble), free)
    assert claim.requires is not None
    told = claim.requires
    effect, levers = told.effect.expression, {lever.id: lever for lever in scenario.levers}
    assert isinstance(effect, Probability)
    ways = list_ways(told.condition, levers, scenario.rules)
    figures = np.array([terms[force(effect, way)] for way in ways])
    there = ~np.isnan(figures).any(axis=0)
    highest = ways[int(np.argmax(np.round(figures[:, there].mean(axis=1), 12)))]
    return Intervention(
        kind="requires",
        about=str(told.effect),
        on=str(told.condition),
        off=write_levels(highest, levers),
        by=told.below,
        in_points=True,
        free=_spread(free),
        forced=None,
        without=_spread(figures.max(axis=0)),
        direction=None,
        size=None,
        assumed="definition" if needs_by_definition(told, game) else "",
    )


def _weigh_cause(claim: Claim, cause: Cause, run: tuple[Scenario, Game, Ensemble], free: Floats) -> Intervention:
    scenario, game, ensemble = run
    terms, margin = read_terms(claim, ensemble), find_margin(claim, ensemble)
    effect, levers = cause.effect.expression, {lever.id: lever for lever in scenario.levers}
    assert terms is not None
    assert margin is not None
    assert isinstance(effect, Effect)
    on, off = (terms[force(effect, levels)] for levels in (cause.on, cause.off))
    kept = margin[~np.isnan(margin)]
    return Intervention(
        kind=cause.direction,
        about=str(cause.effect),
        on=write_levels(cause.on, levers),
        off=write_levels(cause.off, levers),
        by=cause.by,
        in_points=isinstance(effect, Probability),
        free=_spread(free),
        forced=_spread(on),
        without=_spread(off),
        direction=bool((kept > 0).mean() >= HOLDS),
        size=bool(kept.mean() >= cause.by),
        assumed=_find_assumption(cause, game, ensemble, kept),
    )


def _spread(values: Floats) -> Spread:
    there = values[~np.isnan(values)]
    if not len(there):
        return Spread(np.nan, np.nan, np.nan, np.nan)
    pooled = pool(there)
    return Spread(pooled.mean, pooled.p5, pooled.p95, pooled.error)


def needs_by_definition(told: Requirement, game: Game) -> bool:
    """Whether no feasible state has the event without what it requires, its own supposition granted."""
    effect = told.effect.expression
    assert isinstance(effect, Probability)
    possible = game.feasible & _where(game, effect.setting.suppose)
    return not (possible & mask(game, effect.condition) & ~mask(game, told.condition)).any()


def _find_assumption(
    cause: Cause, game: Game, ensemble: Ensemble, margin: Floats
) -> Literal["", "definition", "measure"]:
    effect, held = cause.effect.expression, Yardstick("effect", by=cause.by)
    if held.verdict(margin) != "holds":
        return ""
    if isinstance(effect, Probability):
        return "definition" if _moves_by_definition(cause, effect, game) else ""
    if isinstance(effect, Expectation) and len(margin) == ensemble.draws:
        own = count_directly(cause, effect, game, ensemble)
        sign = -1 if cause.direction == "lowers" or (cause.direction == "moves" and own.mean() < 0) else 1
        if own.any() and held.verdict(margin - sign * own) != "holds":
            return "measure"
    return ""


def _moves_by_definition(cause: Cause, effect: Probability, game: Game) -> bool:
    """Whether every state with the cause on has the event and none with it off, or the other way round."""
    if effect.kind == "enters" or effect.conditional:
        return False
    possible, event = game.feasible & _where(game, effect.setting.suppose), mask(game, effect.condition)
    on, off = (event[possible & _where(game, levels)] for levels in (cause.on, cause.off))
    return bool((on.all() and not off.any()) or (off.all() and not on.any()))


def count_directly(cause: Cause, effect: Expectation, game: Game, ensemble: Ensemble) -> Floats:
    """What an expectation itself counts for the cause, on minus off, whatever anybody does, shape (draws,).

    These are its statements over the forced levers alone. Where phases or the query change inputs it is 0.
    """
    total = np.zeros(ensemble.draws)
    if effect.setting.inputs or (game.calendar is not None and effect.kind == "actor"):
        return total
    dims = {axis.id: k for k, axis in enumerate(game.axes)}
    on, off = ({dims[lever]: level for lever, level in levels} for levels in (cause.on, cause.off))
    reading = next((p.reading for p in game.actors if p.id == effect.of and effect.kind == "actor"), -1)
    for k, terms in enumerate(terms_of(game, effect)):
        drawn = np.ones(ensemble.draws) if reading < 0 else _read(game, ensemble, reading) == k
        for term in terms:
            if set(term.table.axes) <= on.keys():
                total += drawn * _read(game, ensemble, term.weight) * (_at(term, on) - _at(term, off))
    return total


def _at(term: Term, levels: dict[int, int]) -> float:
    table: Table = term.table
    return float(table.values[tuple(levels[axis] for axis in table.axes)])


def _read(game: Game, ensemble: Ensemble, place: int) -> Floats:
    item = game.inputs[place]
    drawn = ensemble.numbers.get(f"input/{item.id}")
    return np.full(ensemble.draws, item.quantity.median) if drawn is None else np.asarray(drawn, dtype=np.float64)


def _where(game: Game, levels: Levels) -> NDArray[np.bool_]:
    """The cells in which levers stand at levels."""
    if not levels:
        return np.ones(game.cells, dtype=np.bool_)
    return mask(game, Condition(All(tuple(In(lever, (level,)) for lever, level in levels))))
