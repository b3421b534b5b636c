"""Smaller games out of a game: holding levers, leaving levers out, and chance written out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from builders import random_conflict
from detente.game.compiler import compile_game
from detente.game.cuts import chance_edges, hold, project
from detente.game.game import Game, levels_at
from detente.game.pricing import draw_inputs, price
from detente.scenario.reader import loads

HARBOUR = """
detente: 1
title: Harbour
as_of: 2025-01-01
horizon: 24 months
actors:
  a:
    levers: {x: [low, mid, high], y: [off, on]}
    wants: [{id: up, want: x = high, weight: 1}, {id: both, want: x >= mid and b.z = out, weight: -2}]
  b:
    levers: {z: {levels: [out, in], now: in}, v: {levels: [p, q, r], one_way: [r]}}
    ranking: [z = out, a.y = on and v = q]
  c:
    levers: {w: [no, yes]}
    priorities: [w = yes, storm = blowing]
chance:
  storm:
    levels: [calm, blowing]
    rates:
      - {from: calm, to: blowing, rate: 0.3, when: a.x != low}
      - {from: blowing, to: calm, rate: 0.5, then: b.z = in}
  tide: {levels: [ebb, flood], rates: [{from: ebb, to: flood, rate: 1}, {from: flood, to: ebb, rate: 1}]}
rules:
  - forbid: a.y = on and b.v = r
measures:
  trade: [{want: b.z = out, weight: 1}, {want: a.x = high and storm = calm, weight: 2}]
"""


@pytest.fixture(scope="module")
def game() -> Game:
    return compile_game(loads(HARBOUR)[0])


def agreeing(game: Game, levels: Mapping[str, str]) -> np.ndarray:
    """Cells where the named levers stand at the named levels."""
    found = [cell for cell in range(game.cells) if levels.items() <= levels_at(game, cell).items()]
    return np.array(found)


@pytest.mark.parametrize(
    "held", [{}, {"a.x": "mid"}, {"b.z": "out", "b.v": "r"}, {"storm": "blowing", "c.w": "yes"}, {"a.y": "on"}]
)
def test_holding_keeps_the_cells_that_agree(game: Game, held: dict[str, str]) -> None:
    axes = {axis.id: axis for axis in game.axes}
    small = hold(game, {lever: axes[lever].levels.index(level) for lever, level in held.items()})
    kept = agreeing(game, held)
    assert small.cells == len(kept)
    assert [levels_at(small, cell) for cell in range(small.cells)] == [levels_at(game, int(cell)) for cell in kept]
    assert (small.feasible == game.feasible[kept]).all()
    values = draw_inputs(game, np.random.default_rng(1).random(game.columns))
    np.testing.assert_array_equal(price(small, values).payoffs, price(game, values).payoffs[kept])
    assert {axis.id for axis in small.axes} == set(axes)
    for axis in small.axes:
        assert axis.legal.shape == (len(axis.levels),) * 2
        assert axis.levels == ((held[axis.id],) if axis.id in held else axes[axis.id].levels)


def test_holding_nothing_is_the_game_itself(game: Game) -> None:
    assert hold(game, {}) is game


def test_holding_twice_is_holding_both(game: Game) -> None:
    once, twice = hold(game, {"a.x": 1, "b.v": 2}), hold(hold(game, {"a.x": 1}), {"b.v": 2})
    assert once.shape == twice.shape
    assert (once.feasible == twice.feasible).all()
    values = draw_inputs(game, None)
    np.testing.assert_array_equal(price(once, values).payoffs, price(twice, values).payoffs)


def test_a_held_chance_lever_does_not_move(game: Game) -> None:
    small = hold(game, {"storm": 1})
    assert {move.id for move in small.moves} == {move.id for move in game.moves if move.axis == 6}


def spell(game: Game) -> dict[tuple[int, int], set[int]]:
    """Chance transitions from the moves' own words, cell by cell."""
    found: dict[tuple[int, int], set[int]] = {}
    places = [np.unravel_index(cell, game.shape) for cell in range(game.cells)]
    for number, move in enumerate(game.moves):
        for cell in np.flatnonzero(game.feasible):
            place = [int(k) for k in places[cell]]
            when = move.when is None or bool(move.when.values[tuple(place[d] for d in move.when.axes)])
            if place[move.axis] != move.source or not when:
                continue
            place[move.axis] = move.target
            for axis, level in move.then:
                place[axis] = level
            target = int(np.ravel_multi_index(place, game.shape))
            if game.feasible[target]:
                found.setdefault((int(cell), target), set()).add(number)
    return found


@pytest.mark.parametrize("seed", range(15))
def test_chance_transitions_are_the_moves_spelt_out(seed: int) -> None:
    game = random_conflict(np.random.default_rng([30, seed]))
    sources, targets, which = chance_edges(game)
    listed: dict[tuple[int, int], set[int]] = {}
    for s, t, k in zip(sources.tolist(), targets.tolist(), which.tolist(), strict=True):
        assert k not in listed.setdefault((s, t), set())
        listed[s, t].add(k)
    assert listed == spell(game)


def test_a_lever_that_gives_way_stays_when_held(game: Game) -> None:
    small = hold(game, {"b.z": 0})
    sources, targets, _ = chance_edges(small)
    assert len(sources)
    assert {levels_at(small, int(t))["b.z"] for t in targets} == {"out"}


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"c.w"}, {"c.w"}),
        ({"tide"}, {"tide"}),
        ({"a.y"}, {"a.y", "b.v"}),
        ({"storm"}, {"storm", "a.x", "b.z"}),
        ({"b.z"}, {"storm", "a.x", "b.z"}),
        ({"b.v", "tide"}, {"a.y", "b.v", "tide"}),
        (set(), set()),
    ],
)
def test_projection_keeps_what_rules_and_chance_tie_in(game: Game, asked: set[str], kept: set[str]) -> None:
    small = project(game, {k for k, axis in enumerate(game.axes) if axis.id in asked})
    assert {axis.id for axis in small.axes} == kept
    assert len(small.actors) == len(game.actors)
    for cell in range(small.cells):
        assert small.feasible[cell] == game.feasible[agreeing(game, levels_at(small, cell))].any()
    whole = [move for move in game.moves if game.axes[move.axis].id in kept]
    assert [move.id for move in small.moves] == [move.id for move in whole]
    for mine, theirs in zip(small.moves, whole, strict=True):
        assert small.axes[mine.axis].id == game.axes[theirs.axis].id
        assert [(small.axes[k].id, level) for k, level in mine.then] == [
            (game.axes[k].id, level) for k, level in theirs.then
        ]


def test_projection_keeps_the_terms_it_can(game: Game) -> None:
    small = project(game, {0})
    # a.x is tied to the storm and to b.z, so both of a's wants stay; b's ranking needs a.y.
    assert [term.text for term in small.actors[0].readings[0].terms] == ["x = high", "x >= mid and b.z = out"]
    assert small.actors[1].readings[0].terms == ()
    values = draw_inputs(game, None)
    payoffs = price(small, values).payoffs[:, 0]
    for cell in range(small.cells):
        same = agreeing(game, levels_at(small, cell))
        assert (price(game, values).payoffs[same, 0] == payoffs[cell]).all()
