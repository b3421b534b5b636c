"""Misperception: each actor in its own game, and who is surprised."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from builders import priced, random_game
from detente.game.compiler import compile_game
from detente.game.cuts import hold, project
from detente.game.game import Belief, Term, cell_at
from detente.game.pricing import draw_inputs, price, price_thresholds
from detente.scenario.reader import loads
from detente.solvers.hypergames import find_hypergame_equilibria, see_game
from detente.solvers.stability import CONCEPTS, EVERY, find_equilibria
from oracles import Graph

#: north fears that south would strike; south only wants quiet, and north could not go back on a test anyway
FEAR = """
detente: 1
title: Fear
as_of: 2025-01-01
horizon: 12 months
actors:
  north:
    levers:
      arms: [kept, given]
    wants:
      - {want: arms = given and south.force = none, weight: 2}
      - {want: arms = given and south.force = strike, weight: -5}
    thresholds: {indifference: 0.5, strong: 1 to 3}
    believes:
      south:
        wants:
          - {id: prey, want: force = strike and north.arms = given, weight: 3}
        because: a history of invasions
  south:
    levers:
      force: [none, strike]
      patrol: [on, off]
    readings:
      calm: {odds: 70, wants: [{want: force = none, weight: 1}]}
      wild: {odds: 30, wants: [{want: force = strike, weight: 1}]}
    believes:
      north: {lacks: [arms]}
  east:
    levers:
      talk: [no, yes]
    wants:
      - {want: talk = yes, weight: slight}
    believes:
      south: {reading: wild}
"""


def fear():
    scenario, _ = loads(FEAR)
    game = compile_game(scenario)
    return scenario, game, draw_inputs(game, None)


def test_a_feared_strike_keeps_arms_in_place_and_surprises_the_other_side() -> None:
    _, game, values = fear()
    found = find_hypergame_equilibria(game, values, ["seq"])
    kept = cell_at(game, {"east.talk": 1})
    given = cell_at(game, {"north.arms": 1, "east.talk": 1})
    true = find_equilibria(game, price(game, values), ["seq"])
    assert given in true.equilibria["seq"]
    assert kept not in true.equilibria["seq"]
    assert kept in found.equilibria["seq"]
    # South thinks that north cannot disarm, so this is no surprise to it; east thinks that south would strike.
    assert [game.actors[i].id for i in found.surprised("seq", kept)] == ["east"]
    assert found.expected("seq")[:, kept].tolist() == [True, True, False]
    assert repr(found) == f"<HypergameStability SEQ: {len(found.equilibria['seq'])} of 16 states, 3 views>"


def test_what_each_sees() -> None:
    _, game, values = fear()
    north, south, east = (see_game(game, k) for k in range(3))
    assert north.axes == game.axes
    at = cell_at(game, {"north.arms": 1, "south.force": 1})
    assert price(north, values).payoffs[at, 1] == 3
    assert price(game, values).payoffs[at, 1] == 0
    assert price(east, values).payoffs[at, 1] == 1
    assert south.axes[0].legal.tolist() == [[True, False], [False, True]]
    assert [axis.legal.all() for axis in south.axes[1:]] == [True, True, True]
    for seen in (north, south, east):
        np.testing.assert_array_equal(price(seen, values).payoffs[:, 0], price(game, values).payoffs[:, 0])


def test_inputs_of_beliefs_and_thresholds_have_names() -> None:
    scenario, game, values = fear()
    ids = [item.id for item in game.inputs]
    assert "north.believes.south.prey" in ids
    assert not any(name.startswith(("south.believes", "east.believes")) for name in ids)
    np.testing.assert_allclose(
        price_thresholds(game, values), [[0.5, np.sqrt(3)], [0, np.inf], [0, np.inf]], rtol=1e-12
    )
    from detente.scenario.catalogue import inputs_of

    assert {"north.believes.south.prey", "north.indifference", "north.strong"} <= inputs_of(scenario).keys()
    assert set(ids) == set(inputs_of(scenario))


@pytest.mark.parametrize("seed", range(40))
def test_stable_for_each_in_the_game_it_sees(seed: int) -> None:
    """Against the textbook, actor by actor, in games in which everybody may be wrong about anybody."""
    rng = np.random.default_rng([71, seed])
    game = random_game(rng, actors=2 + seed % 3)
    players = list(game.actors)
    for i, player in enumerate(players):
        beliefs = []
        for j in range(len(players)):
            if j == i or rng.random() < 0.4:
                continue
            (own,) = game.actors[j].readings[0].terms
            other = Term(
                replace(own.table, values=rng.integers(0, 4, own.table.values.shape).astype(float)), own.weight
            )
            dims = [d for d, axis in enumerate(game.axes) if axis.actor == j and rng.random() < 0.3]
            beliefs.append(Belief(j, (other,) if rng.random() < 0.7 else None, tuple(dims)))
        players[i] = replace(player, beliefs=tuple(beliefs))
    game = replace(game, actors=tuple(players))
    values = draw_inputs(game, None)
    found = find_hypergame_equilibria(game, values, EVERY)
    graphs = []
    for i in range(len(players)):
        seen = see_game(game, i)
        graphs.append(Graph(seen, price(seen, values)))
    for concept in EVERY:
        for i, graph in enumerate(graphs):
            expected = [s for s in graph.states if graph.stable(concept, i, s)]
            assert np.flatnonzero(found.stable[concept][i]).tolist() == expected
            assert set(np.flatnonzero(found.expected(concept)[i]).tolist()) == graph.equilibria(concept)
        held = set.intersection(*(set(np.flatnonzero(row).tolist()) for row in found.stable[concept]))
        assert set(found.equilibria[concept].tolist()) == held


def test_who_sees_things_as_they_are_is_never_surprised() -> None:
    game = random_game(np.random.default_rng(72), actors=3)
    found = find_hypergame_equilibria(game, draw_inputs(game, None))
    plain = find_equilibria(game, priced(game))
    for concept in CONCEPTS:
        np.testing.assert_array_equal(found.equilibria[concept], plain.equilibria[concept])
        assert all(found.surprised(concept, cell) == () for cell in found.equilibria[concept].tolist())


def test_beliefs_are_cut_with_the_game() -> None:
    _, game, values = fear()
    held = hold(game, {"north.arms": 1})
    seen = see_game(held, 0)
    assert price(seen, values).payoffs[cell_at(held, {"south.force": 1}), 1] == 3
    assert find_hypergame_equilibria(held, values).equilibria["nash"].size
    assert all(player.beliefs == () for player in project(game, [1]).actors)
