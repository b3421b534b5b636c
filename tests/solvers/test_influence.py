"""Influence by passes along axes equals the textbook's lists of moves, on random games."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_game, priced, random_conflict, random_game
from detente.game.game import Game, Prices
from detente.solvers.influence import InfluenceMap, map_influence
from oracles import Graph

seeds = st.integers(0, 2**32 - 1)


def look_up(game: Game, prices: Prices, i: int, j: int) -> tuple[float, float, float]:
    """Share, effect and how often i can improve, state by state from the lists of moves of the graph model."""
    graph = Graph(game, prices)
    now = game.status_quo % game.slices
    states = [s for s in graph.states if s % game.slices == now]
    worth = {s: float(prices.payoffs[s, j]) for s in states}
    wide = max(worth.values()) - min(worth.values())
    spans, changes = [], []
    for s in states:
        held = [s, *graph.reach[i, s]]
        spans.append(max(worth[t] for t in held) - min(worth[t] for t in held))
        if graph.improvements(i, s):
            most = max(graph.worth[i, t] for t in held)
            ends = [worth[t] for t in held if graph.worth[i, t] == most]
            changes.append(sum(ends) / len(ends) - worth[s])
    unit = wide or 1.0
    effect = sum(changes) / len(changes) / unit if changes else float("nan")
    return sum(spans) / len(spans) / unit, effect, len(changes) / len(states)


@given(seeds, st.sampled_from([2, None]), st.booleans())
def test_the_textbook_says_the_same(seed: int, actors: int | None, chance: bool) -> None:
    """With ties, forbidden states, one-way levers, chance, and actors without levers."""
    rng = np.random.default_rng(seed)
    game = random_conflict(rng) if actors is None else random_game(rng, actors, chance)
    prices = priced(game)
    found = map_influence(game, prices)
    for i in range(len(game.actors)):
        for j in range(len(game.actors)):
            share, effect, improving = look_up(game, prices, i, j)
            assert found.shares[i, j] == pytest.approx(share, abs=1e-12)
            assert found.effects[i, j] == pytest.approx(effect, abs=1e-9, nan_ok=True)
            assert found.improving[i] == pytest.approx(improving, abs=1e-12)


@given(seeds, st.floats(0.1, 10), st.floats(-5, 5))
def test_units_of_payoff_do_not_matter(seed: int, scale: float, shift: float) -> None:
    game = random_game(np.random.default_rng(seed), 3)
    prices = priced(game)
    moved = replace(prices, payoffs=scale * prices.payoffs + shift)
    one, other = map_influence(game, prices), map_influence(game, moved)
    assert other.shares == pytest.approx(one.shares, abs=1e-9)
    assert other.effects == pytest.approx(one.effects, abs=1e-9, nan_ok=True)


def dilemma() -> InfluenceMap:
    """Cooperating costs 1 and gives the other 3."""
    levers = {"row": {"act": ["cooperate", "defect"]}, "column": {"act": ["cooperate", "defect"]}}
    game = make_game(levers, lambda a, b: (a - 3 * b, b - 3 * a))
    return map_influence(game, priced(game))


def test_a_dilemma_by_hand() -> None:
    """Payoffs run over 4; the other holds 3 of them, and its best move, to defect, takes them all."""
    found = dilemma()
    assert found.shares.tolist() == [[0.25, 0.75], [0.75, 0.25]]
    assert found.effects.tolist() == [[0.25, -0.75], [-0.75, 0.25]]
    assert found.improving.tolist() == [0.5, 0.5]
    assert [(tie.mover, tie.other, tie.direction) for tie in found.list_ties()] == [(0, 1, "hurts"), (1, 0, "hurts")]
    assert repr(found) == "<InfluenceMap of 2 actors over 4 states, most row on column 0.75>"


def test_the_table_and_the_data_say_all() -> None:
    found = dilemma()
    assert (
        str(found)
        == """\
who moves     whose payoff  can change  its best move changes it by
row           column            75.0 %  -75.0 % (hurts)
column        row               75.0 %  -75.0 % (hurts)

Of its own payoff each can change: row 25.0 %, column 25.0 %.
Share of states in which it has an improvement: row 50.0 %, column 50.0 %.
Over 4 states alike, no chance levers; shares of the payoff's range."""
    )
    assert found.to_dict()["pairs"][1] == {"mover": "row", "other": "column", "share": 0.75, "effect": -0.75}


def test_who_has_no_levers_or_no_stake_is_told_as_such() -> None:
    levers = {"a": {"x": 2}, "idle": {}, "b": {"y": 3}}
    game = make_game(levers, lambda x, y: (x, 0 * x, x + 0 * y))
    found = map_influence(game, priced(game))
    assert found.shares.tolist() == [[1, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert np.isnan(found.effects[1:]).all()
    assert found.effects[0].tolist() == [1, 0, 1]
    assert found.count_thin() == 5
    assert "5 of 6 pairs have less than 2.0 %." in str(found)
    document = found.to_dict()
    assert {"mover": "b", "other": "a", "share": 0.0, "effect": None} in document["pairs"]
    assert document["actors"][1] == {"actor": "idle", "improving": 0.0, "range": 0.0}
