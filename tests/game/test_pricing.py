"""One draw of the inputs: quantiles by column, readings by their odds, overrides."""

from __future__ import annotations

import numpy as np
import pytest

from detente.game.compiler import compile_game
from detente.game.game import Game
from detente.game.pricing import draw_inputs, price
from detente.scenario.quantities import Quantity
from detente.scenario.reader import loads

RIVALS = """
detente: 1
title: Rivals
as_of: 2025-01-01
horizon: 12 months
actors:
  a:
    levers: {x: [no, yes]}
    readings:
      first: {odds: 20, wants: [{want: x = yes, weight: 1}]}
      second: {odds: 50, wants: [{want: x = yes, weight: 2}]}
      third: {odds: 30, wants: [{id: hope, want: x = yes, weight: 3 to 5}]}
"""


@pytest.fixture(scope="module")
def game() -> Game:
    return compile_game(loads(RIVALS)[0])


def names(game: Game) -> list[str]:
    return [item.id for item in game.inputs]


def test_central_values_are_medians_and_the_likeliest_reading(game: Game) -> None:
    values = draw_inputs(game, None)
    for item, value in zip(game.inputs, values, strict=True):
        assert value == (1 if item.odds else item.quantity.median)


def test_readings_are_drawn_by_their_odds(game: Game) -> None:
    at = names(game).index("a.reading")
    u = np.full(game.columns, 0.5)
    found = []
    for share in np.linspace(0.005, 0.995, 100):
        u[game.inputs[at].column] = share
        found.append(int(draw_inputs(game, u)[at]))
    assert [found.count(k) for k in range(3)] == [20, 50, 30]
    assert found == sorted(found)


def test_odds_of_nought_are_never_drawn(game: Game) -> None:
    none = Quantity("fixed", (0.0,))
    at = names(game).index("a.reading")
    for share in (1e-9, 0.3, 0.999999):
        u = np.full(game.columns, share)
        values = draw_inputs(game, u, [("a.first.odds", none), ("a.third.odds", none)])
        assert values[at] == 1


def test_each_column_is_the_quantile_of_its_input(game: Game) -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        u = rng.random(game.columns)
        values = draw_inputs(game, u)
        for item, value in zip(game.inputs, values, strict=True):
            if not item.odds:
                assert value == item.quantity.quantile(u[item.column] if item.column >= 0 else 0.5)


def test_overrides_replace_inputs_and_readings(game: Game) -> None:
    hope, reading = (names(game).index(name) for name in ("a.third.hope", "a.reading"))
    u = np.full(game.columns, 0.1)
    changed = [("a.third.hope", Quantity("fixed", (-7.0,))), ("a.reading", Quantity("fixed", (2.0,)))]
    values = draw_inputs(game, u, changed)
    assert (values[hope], values[reading]) == (-7.0, 2.0)
    assert price(game, values).payoffs[:, 0].tolist() == [0.0, -7.0]
    untouched = np.delete(np.arange(len(values)), [hope, reading])
    assert (values[untouched] == draw_inputs(game, u)[untouched]).all()


def test_an_override_may_be_uncertain(game: Game) -> None:
    at = names(game).index("a.third.hope")
    u = np.full(game.columns, 0.5)
    u[game.inputs[at].column] = 0.25
    values = draw_inputs(game, u, [("a.third.hope", Quantity("uniform", (0.0, 8.0)))])
    assert values[at] == 2.0


def test_behaviour_and_payoffs_have_the_actors_shape(game: Game) -> None:
    prices = price(game, draw_inputs(game, None))
    assert prices.payoffs.shape == (2, 1)
    assert prices.payoffs.tolist() == [[0.0], [2.0]]
    for name in ("tempo", "foresight", "noise", "habit"):
        assert getattr(prices, name).shape == (1,)
