"""Chance moves that would land where a rule forbids are refused when the game is compiled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detente.errors import ScenarioError
from detente.game.compiler import compile_game
from detente.game.cuts import chance_edges, hold
from detente.scenario.reader import loads

STORM = """
detente: 1
title: Storm
as_of: 2025-01-01
horizon: 12 months
actors:
  a: {levers: {sail: [no, yes]}, wants: [{want: sail = yes, weight: 1}]}
chance:
  storm: {levels: [calm, blowing], rates: [{from: calm, to: blowing, rate: 0.5, then: a.sail = no}]}
rules:
  - forbid: storm = blowing and a.sail = yes
"""


def test_what_gives_way_is_moved_with_the_storm() -> None:
    game = compile_game(loads(STORM)[0])
    sources, targets, _ = chance_edges(game)
    assert (game.feasible[sources] & game.feasible[targets]).all()
    assert len(sources) == 2


def test_a_lost_move_is_refused_even_if_the_file_check_missed_it() -> None:
    scenario = loads(STORM)[0]
    (storm,) = scenario.chance
    careless = replace(storm, moves=tuple(replace(move, then=()) for move in storm.moves))
    with pytest.raises(ScenarioError, match=r"nowhere feasible to go in 1 states, such as a\.sail = yes, storm = calm"):
        compile_game(replace(scenario, chance=(careless,)))


def test_a_held_lever_does_not_give_way() -> None:
    game = hold(compile_game(loads(STORM)[0]), {"a.sail": 1})
    sources, _, _ = chance_edges(game)
    assert len(sources) == 0
