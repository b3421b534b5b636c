"""From a scenario to a game: axes, payoffs and inputs against naive evaluation, state by state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from detente.errors import SizeError
from detente.game.compiler import compile_game
from detente.game.game import Game, cell_at, levels_at, mask, tabulate
from detente.game.pricing import draw_inputs, price
from detente.scenario.conditions import All, Any, AtLeast, Condition, In, Node, Not
from detente.scenario.model import Scenario
from detente.scenario.reader import loads, parse_condition

BORDER = """
detente: 1
title: Border
as_of: 2025-01-01
horizon: 24 months
actors:
  north:
    starts: 2025-03-01
    levers:
      reply: [refuse, talk, summit]
      noise: {levels: [loud, quiet], now: quiet}
      tests: {levels: [resting, short, nuclear], one_way: [nuclear]}
    readings:
      dove: {odds: 30 to 50, wants: [{id: warm, want: warm, weight: 0.5 to 2}, {want: noise = loud, weight: -1}]}
      hawk: {odds: 60, wants: [{want: tests >= short, weight: {value: 1 to 3, shared: bomb}}]}
  south:
    levers:
      drills: {levels: [full, scaled, none], one_way: true}
    ranking:
      - north.tests = nuclear
      - [drills = none, north.reply = summit]
      - drills = full and not warm
  watcher:
    levers:
      eye: [open, shut]
    priorities:
      - eye = open and north.noise = loud
      - not north.tests = nuclear
      - 2 of (eye = shut; north.reply = talk; south.drills != full)
chance:
  rain:
    levels: [dry, wet]
    rates:
      - {from: dry, to: wet, rate: 10% per month, when: north.noise = quiet, then: watcher.eye = open}
conditions:
  warm: north.reply >= talk and south.drills in (scaled none)
rules:
  - forbid: north.tests = nuclear and north.reply = summit
  - forbid: watcher.eye = shut and rain = wet
measures:
  calm:
    - {want: north.noise = quiet, weight: 2}
    - {want: warm or rain = wet, weight: {value: 1 to 3, shared: bomb}}
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return loads(BORDER)[0]


@pytest.fixture(scope="module")
def game(scenario: Scenario) -> Game:
    return compile_game(scenario)


def holds(node: Node, state: Mapping[str, int]) -> bool:
    """A formula in one state, the plain way."""
    if isinstance(node, In):
        return state[node.lever] in node.levels
    if isinstance(node, Not):
        return not holds(node.item, state)
    answers = [holds(item, state) for item in node.items]
    if isinstance(node, All):
        return all(answers)
    if isinstance(node, Any):
        return any(answers)
    assert isinstance(node, AtLeast)
    return sum(answers) >= node.count


def states(scenario: Scenario) -> list[dict[str, int]]:
    levers = scenario.levers
    everything = product(*(range(len(lever.levels)) for lever in levers))
    return [dict(zip((lever.id for lever in levers), places, strict=True)) for places in everything]


def score(scenario: Scenario, text: str) -> list[bool]:
    condition = parse_condition(scenario, text)
    return [holds(condition.node, state) for state in states(scenario)]


def test_cells_are_the_states_in_order(scenario: Scenario, game: Game) -> None:
    assert game.shape == (3, 2, 3, 3, 2, 2)
    for cell, state in enumerate(states(scenario)):
        named = {lever.id: lever.levels[state[lever.id]] for lever in scenario.levers}
        assert levels_at(game, cell) == named
        assert cell_at(game, state) == cell
    assert levels_at(game, game.status_quo)["north.noise"] == "quiet"
    assert [game.line(k) for k in range(3)] == [(1, 18, 12), (18, 3, 4), (54, 2, 2)]


def test_lines_are_the_cells_an_actor_can_choose_among(game: Game) -> None:
    for actor in range(3):
        outer, size, inner = game.line(actor)
        assert outer * size * inner == game.cells
        own = {axis.id for axis in game.own(actor)}
        for cell in range(0, game.cells, 7):
            here = levels_at(game, cell)
            base = cell // (size * inner) * size * inner + cell % inner
            line = [levels_at(game, base + b * inner) for b in range(size)]
            assert len({tuple(state.items()) for state in line}) == size
            assert all(state[name] == here[name] for state in line for name in state if name not in own)


def test_locks_of_both_kinds(game: Game) -> None:
    legal = {axis.id: axis.legal.astype(int).tolist() for axis in game.axes}
    assert legal["north.tests"] == [[1, 1, 1], [1, 1, 1], [0, 0, 1]]
    assert legal["south.drills"] == [[1, 1, 1], [0, 1, 1], [0, 0, 1]]
    assert legal["north.reply"] == [[1] * 3] * 3


@pytest.mark.parametrize(
    "text",
    [
        "warm",
        "not (north.reply = talk or watcher.eye = shut) and rain = wet",
        "3 of (north.noise = quiet; south.drills > full; north.tests != nuclear; warm)",
        "south.drills in (full none)",
    ],
)
def test_masks_are_what_the_words_say(scenario: Scenario, game: Game, text: str) -> None:
    condition = parse_condition(scenario, text)
    assert mask(game, condition).tolist() == score(scenario, text)
    assert tabulate(game, condition).values.size < game.cells, "a table varies along the levers mentioned only"


def test_rules_forbid(scenario: Scenario, game: Game) -> None:
    forbidden = zip(
        score(scenario, "north.tests = nuclear and north.reply = summit"),
        score(scenario, "watcher.eye = shut and rain = wet"),
        strict=True,
    )
    assert game.feasible.tolist() == [not (a or b) for a, b in forbidden]
    assert game.links == ((0, 2), (4, 5))


def test_payoffs_add_up_statement_by_statement(scenario: Scenario, game: Game) -> None:
    rng = np.random.default_rng(1)
    for reading, terms in (
        (0, {"north.dove.warm": "warm", "north.dove.want2": "north.noise = loud"}),
        (1, {"north.hawk.want1": "north.tests >= short"}),
    ):
        names = [item.id for item in game.inputs]
        values = draw_inputs(game, rng.random(game.columns))
        values[names.index("north.reading")] = reading
        expected = np.zeros(game.cells)
        for name, text in terms.items():
            expected += values[names.index(name)] * np.array(score(scenario, text))
        np.testing.assert_allclose(price(game, values).payoffs[:, 0], expected)


def test_a_ranking_spreads_evenly_by_the_first_line_that_fits(scenario: Scenario, game: Game) -> None:
    lines = [
        ["north.tests = nuclear"],
        ["south.drills = none", "north.reply = summit"],
        ["south.drills = full and not warm"],
    ]
    place = np.full(game.cells, len(lines))
    for worse, line in reversed(list(enumerate(lines))):
        for text in line:
            place[score(scenario, text)] = worse
    assert set(place[game.feasible]) == {0, 1, 2, 3}
    values = draw_inputs(game, None)
    stakes = values[[item.id for item in game.inputs].index("south.stakes")]
    expected = (3 - place) / 3 * stakes
    np.testing.assert_allclose(price(game, values).payoffs[game.feasible, 1], expected[game.feasible])


def test_priorities_are_lexicographic_with_dense_ranks(scenario: Scenario, game: Game) -> None:
    texts = [
        "watcher.eye = open and north.noise = loud",
        "not north.tests = nuclear",
        "2 of (watcher.eye = shut; north.reply = talk; south.drills != full)",
    ]
    truths = list(zip(*(score(scenario, text) for text in texts), strict=True))
    found = sorted({truth for truth, open_ in zip(truths, game.feasible, strict=True) if open_})
    values = draw_inputs(game, None)
    stakes = values[[item.id for item in game.inputs].index("watcher.stakes")]
    payoffs = price(game, values).payoffs[:, 2]
    for cell in np.flatnonzero(game.feasible):
        assert payoffs[cell] == pytest.approx(stakes * found.index(truths[cell]) / (len(found) - 1))


def test_ranks_skip_what_no_feasible_state_reaches() -> None:
    text = """
detente: 1
title: Gap
as_of: 2025-01-01
horizon: 12 months
actors:
  a:
    levers: {x: [low, mid, high, top]}
    ranking: [a.x = top, a.x = high, a.x = mid, a.x = low]
rules:
  - forbid: a.x = mid
"""
    game = compile_game(loads(text)[0])
    values = draw_inputs(game, None)
    payoffs = price(game, values).payoffs[:, 0] / values[0]
    assert payoffs[[0, 2, 3]].tolist() == [0.0, 0.5, 1.0]


def test_many_priorities_do_not_overflow() -> None:
    levers = "\n".join(f"      l{k}: [no, yes]" for k in range(9))
    lines = "\n".join(f"      - a.l{k % 9} = {'yes' if k % 2 else 'no'}" for k in range(90))
    text = f"""
detente: 1
title: Long
as_of: 2025-01-01
horizon: 12 months
actors:
  a:
    levers:
{levers}
    priorities:
{lines}
"""
    game = compile_game(loads(text)[0])
    payoffs = price(game, draw_inputs(game, None)).payoffs[:, 0]
    # The first nine statements decide: even levers down, odd ones up, the first the most important.
    order = sorted(range(512), key=lambda cell: [(cell >> (8 - k) & 1) == k % 2 for k in range(9)])
    assert np.argsort(payoffs).tolist() == order


def test_starts_and_rates(game: Game) -> None:
    assert [player.starts for player in game.actors] == [pytest.approx(59 / 30.4375), 0.0, 0.0]
    assert price(game, draw_inputs(game, None)).rates.tolist() == [pytest.approx(-np.log(0.9))]


def test_what_is_shared_moves_together(game: Game) -> None:
    names = [item.id for item in game.inputs]
    bomb = [names.index("north.hawk.want1"), names.index("calm.want2")]
    assert game.inputs[bomb[0]].column == game.inputs[bomb[1]].column
    rng = np.random.default_rng(2)
    values = np.array([draw_inputs(game, rng.random(game.columns))[bomb] for _ in range(5)])
    assert (values[:, 0] == values[:, 1]).all()
    assert len(set(values[:, 0])) == 5


def test_certain_inputs_take_no_column(game: Game) -> None:
    columns = [item.column for item in game.inputs if item.column >= 0]
    assert sorted(set(columns)) == list(range(game.columns))
    certain = [item for item in game.inputs if item.quantity.certain and not item.odds]
    assert certain
    assert all(item.column == -1 for item in certain)


def test_too_many_states_name_the_widest_lever(scenario: Scenario) -> None:
    north = scenario.actors[0]
    pattern = north.levers[0]
    many = [replace(pattern, id=f"north.l{k}") for k in range(17)]
    wide = replace(pattern, id="north.wide", levels=("a", "b", "c", "d", "e"), legal=((True,) * 5,) * 5)
    large = replace(scenario, actors=(replace(north, levers=(*many, wide)),), chance=(), rules=())
    with pytest.raises(SizeError, match=r"span 645,700,815 states.*north\.wide has the most levels \(5\)"):
        compile_game(large)


def test_conditions_equal_by_meaning_not_by_text(scenario: Scenario) -> None:
    one, two = parse_condition(scenario, "rain = wet"), parse_condition(scenario, "rain  =  wet")
    assert one == two
    assert isinstance(one, Condition)
