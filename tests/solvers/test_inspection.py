"""Questions about the game as it stands, by hand and against scipy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import stats

from detente.game.compiler import compile_game
from detente.game.game import Game, cell_at, levels_at
from detente.game.pricing import draw_inputs, price
from detente.scenario.model import Scenario
from detente.scenario.reader import loads, parse_query
from detente.solvers.forecast import answer
from detente.solvers.inspection import slice_of_nature
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid

CAMP = """
detente: 1
title: Camp
as_of: 2025-01-01
horizon: 12 months
actors:
  a:
    levers: {x: [low, mid, high], y: {levels: [off, on], one_way: true}}
    wants: [{want: x = high, weight: 2}, {want: y = on and b.z = out, weight: 1}]
  b:
    levers: {z: [in, out]}
    wants: [{want: a.x = high, weight: -1}, {want: z = out, weight: 0.5}, {want: storm = blowing, weight: 3}]
  c:
    levers: {w: [no, yes]}
    wants: [{want: a.x in (low mid high), weight: 1}]
chance:
  storm: {levels: [calm, blowing], rates: [{from: calm, to: blowing, rate: 0.1}]}
rules:
  - forbid: a.x = mid and a.y = on
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return loads(CAMP)[0]


@pytest.fixture(scope="module")
def game(scenario: Scenario) -> Game:
    return compile_game(scenario)


def ask(scenario: Scenario, game: Game, text: str) -> float:
    query = parse_query(scenario, text)
    return answer(lay_plan(game, [query], Grid(np.arange(13.0))), None).of(query)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("reachable(a.x = high and a.y = on for a)", 1),
        ("reachable(a.x = mid and a.y = on for a)", 0),
        ("reachable(a.x = high for b)", 0),
        ("reachable(a.x = low for b)", 1),
        ("reachable(b.z = out and a.x = high for b)", 0),
        ("reachable(b.z = out and a.x = high for b | from a.x = high)", 1),
        ("reachable(a.y = off for a | from a.y = on)", 0),
        ("reachable(a.x = mid for a | from a.y = on)", 0),
        ("reachable(a.x = high for a | suppose a.x = low)", 0),
        ("reachable(storm = blowing for b)", 0),
    ],
)
def test_what_an_actor_can_bring_about_alone(scenario: Scenario, game: Game, text: str, expected: float) -> None:
    assert ask(scenario, game, text) == expected


def test_divergence_is_one_less_rank_correlation_over_feasible_states(scenario: Scenario, game: Game) -> None:
    payoffs = price(game, draw_inputs(game, None)).payoffs[game.feasible]
    expected = 1 - stats.spearmanr(payoffs[:, 0], payoffs[:, 1]).statistic
    assert ask(scenario, game, "divergence(a b)") == pytest.approx(expected)
    assert ask(scenario, game, "divergence(a b)") == ask(scenario, game, "divergence(b a)")
    assert ask(scenario, game, "divergence(a b | suppose b.z = in and storm = calm)") == pytest.approx(2.0)
    assert np.isnan(ask(scenario, game, "divergence(a c)")), "c does not care"


def test_opposed_compares_the_levels_preferred(scenario: Scenario, game: Game) -> None:
    assert ask(scenario, game, "opposed(a b on a.x)") == 1
    assert ask(scenario, game, "opposed(a b on b.z)") == 0
    assert ask(scenario, game, "opposed(a b on storm)") == 1
    # With y on, x = mid is forbidden, so x = high weighs more: a likes that, b does not.
    assert ask(scenario, game, "opposed(a b on a.y)") == 1
    # c is indifferent and a tie goes to the first level, which b prefers too.
    assert ask(scenario, game, "opposed(b c on a.x)") == 0


def test_stable_looks_at_the_slice_of_nature_it_starts_in(scenario: Scenario, game: Game) -> None:
    assert ask(scenario, game, "stable(a.x = high, nash)") == 1
    assert ask(scenario, game, "stable(a.x = low, nash)") == 0
    assert ask(scenario, game, "stable(every a.x = high, nash)") == 0
    assert ask(scenario, game, "stable(every (a.x = high and a.y = on and b.z = out), nash)") == 1
    assert ask(scenario, game, "stable(storm = blowing, nash)") == 0
    assert ask(scenario, game, "stable(storm = blowing, nash | from storm = blowing)") == 1


def test_a_slice_holds_chance_as_it_stands(game: Game) -> None:
    for storm in (0, 1):
        inside = slice_of_nature(game, cell_at(game, {"storm": storm, "a.x": 2}))
        expected = [
            bool(game.feasible[cell]) and levels_at(game, cell)["storm"] == ("calm", "blowing")[storm]
            for cell in range(game.cells)
        ]
        assert inside.tolist() == expected


def test_threads_give_the_same_bits(scenario: Scenario, game: Game) -> None:
    texts = ["P(a.x = high by 2025-06-01)", "E(b)", "value(a)", "P(b.z = out on 2025-12-01 | suppose a.x = high)"]
    queries = [parse_query(scenario, text) for text in texts]
    plan = lay_plan(game, queries, Grid(np.arange(13.0)))
    rows = np.random.default_rng(1).random((24, max(1, game.columns)))
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda u: [answer(plan, u).of(query) for query in queries], rows))
    assert together == [[answer(plan, u).of(query) for query in queries] for u in rows]
