"""Answers to queries against the textbook, and everything that may differ between two askings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from detente.game.compiler import compile_game
from detente.game.cuts import hold
from detente.game.game import Game, cell_at, mask
from detente.game.pricing import draw_inputs, price, total
from detente.scenario.model import Scenario
from detente.scenario.queries import Expectation, Probability
from detente.scenario.reader import loads, parse_query
from detente.solvers.conduct import solve_conduct, toss_coins
from detente.solvers.course import propagate
from detente.solvers.forecast import Answers, answer, answer_by_coin_toss
from detente.solvers.layout import lay_out
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid
from detente.solvers.watch import lay_watch
from oracles_dynamics import Textbook

HARBOUR = """
detente: 1
title: Harbour
as_of: 2025-01-01
horizon: 2026-07-01
actors:
  a:
    levers: {x: [low, mid, high], y: [off, on]}
    wants: [{id: up, want: x = high, weight: 1}, {id: both, want: x >= mid and b.z = out, weight: -2 to -0.5}]
    behaviour: {tempo: 0.6, foresight: 4 months}
  b:
    starts: 2025-03-01
    levers: {z: [in, out], v: {levels: [p, q, r], one_way: [r]}}
    readings:
      keen: {odds: 70, wants: [{want: z = out, weight: 1.5}, {want: v = r and a.y = off, weight: 0.5}]}
      shy: {odds: 30, wants: [{want: z = out, weight: -1}]}
    behaviour: {tempo: 0.3 to 0.5, foresight: 9 months}
  c:
    levers: {w: [no, yes]}
    priorities: [w = yes and storm = calm, b.z = out]
    behaviour: {tempo: 0.4, foresight: 0}
behaviour: {noise: 0.5, habit: 0.2}
chance:
  storm:
    levels: [calm, blowing]
    rates:
      - {from: calm, to: blowing, rate: 0.3, when: a.x != low}
      - {from: blowing, to: calm, rate: 0.5, then: b.z = in}
  tide: {levels: [ebb, flood], rates: [{from: ebb, to: flood, rate: 1}, {from: flood, to: ebb, rate: 1}]}
conditions:
  trouble: b.z = out and storm = blowing
rules:
  - forbid: a.y = on and b.v = r
measures:
  trade: [{want: b.z = out, weight: 1}, {want: a.x = high and storm = calm, weight: 2}]
policies:
  firm: {actor: a, hold: x = high and y = on}
"""

MONTHS = np.array([0.0, 1.0, 2.0, 6.0, 12.0, 17.0])


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return loads(HARBOUR)[0]


@pytest.fixture(scope="module")
def game(scenario: Scenario) -> Game:
    return compile_game(scenario)


@pytest.fixture(scope="module")
def ask(scenario: Scenario, game: Game) -> Callable[..., list[float]]:
    """Answers to the texts of queries, in one plan, for one draw."""

    def put(*texts: str, u: np.ndarray | None = None, by: Callable[..., Answers] = answer) -> list[float]:
        queries = [parse_query(scenario, text) for text in texts]
        found = by(lay_plan(game, queries, Grid(MONTHS)), u)
        return [found.of(query) for query in queries]

    return put


def work_out(game: Game, item: Probability | Expectation, u: np.ndarray | None) -> float:
    """A measurement by dense matrices."""
    small = hold(game, dict(item.setting.suppose))
    inputs = draw_inputs(game, u, item.setting.inputs)
    prices = price(small, inputs)
    book = Textbook(small, prices)
    choices, _ = book.climb(solve_conduct(small, prices, lay_out(small)).ladder)
    start = cell_at(small, dict((*item.setting.start, *item.setting.suppose)))
    if isinstance(item, Expectation):
        if item.kind == "measure":
            worth = total(small, next(m.terms for m in small.measures if m.id == item.of), inputs).reshape(-1)
        else:
            worth = prices.payoffs[:, [p.id for p in small.actors].index(item.of)]
        if item.time is None:
            return book.average(choices, start, small.horizon, worth[book.cells])
        return float(book.arrive(choices, start, item.time) @ worth[book.cells])
    event = mask(small, item.condition)[book.cells]
    if item.kind == "on":
        return float(book.arrive(choices, start, item.time)[event].sum())
    return (book.enter if item.kind == "enters" else book.meet)(choices, start, item.time, event)


TEXTS = [
    "P(a.x = high on 2025-04-01)",
    "P(a.x = high on 2026-07-01)",
    "P(trouble by 2025-09-01)",
    "P(trouble within 6 months)",
    "P(b.z = in by 2025-09-01)",
    "P(enters b.z = in by 2026-01-01)",
    "P(enters trouble by 2026-01-01)",
    "P(storm = blowing on 2025-06-01 | suppose a.x = low)",
    "P(enters b.z = in by 2026-01-01 | suppose a.x = mid and tide = ebb)",
    "P(c.w = yes on 2025-12-01 | suppose firm)",
    "P(trouble by 2026-01-01 | suppose b.z = out)",
    "P(b.v = r by 2026-01-01 | from a.x = high and storm = blowing)",
    "P(b.z = out on 2026-01-01 | from b.v = q)",
    "P(a.x >= mid on 2026-01-01 | with a.up = -1)",
    "P(a.x >= mid on 2026-01-01 | with a.foresight = 12)",
    "P(a.x >= mid on 2026-01-01 | with b.reading = shy)",
    "E(a on 2026-01-01)",
    "E(b)",
    "E(trade)",
    "E(trade on 2025-02-01)",
    "E(trade | suppose firm)",
    "E(c | suppose b.v = r)",
    "E(a | from a.x = high)",
]


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_answers_equal_the_textbook(
    scenario: Scenario, game: Game, ask: Callable[..., list[float]], seed: int | None
) -> None:
    u = None if seed is None else np.random.default_rng(seed).random(game.columns)
    for text, found in zip(TEXTS, ask(*TEXTS, u=u), strict=True):
        item = parse_query(scenario, text).expression
        assert isinstance(item, Probability | Expectation)
        assert found == pytest.approx(work_out(game, item, u), abs=1e-9), text


def test_one_plan_or_many_is_the_same(ask: Callable[..., list[float]]) -> None:
    assert ask(*TEXTS) == pytest.approx([ask(text)[0] for text in TEXTS], abs=1e-9)


def test_scenes_are_shared(scenario: Scenario, game: Game) -> None:
    plan = lay_plan(game, [parse_query(scenario, text) for text in TEXTS], Grid(MONTHS))
    settings = [scene.setting for scene in plan.scenes]
    assert len(set(settings)) == len(settings) == 12
    kept = [(setting.suppose, setting.inputs) for setting in settings]
    first = [k for k, key in enumerate(kept) if k == 0 or key != kept[k - 1]]
    assert len(first) == len(set(kept)), "scenes with one behaviour follow each other, so that it is solved once"


def test_supposing_a_lever_equals_a_game_without_it(ask: Callable[..., list[float]]) -> None:
    without = HARBOUR.replace("x: [low, mid, high], y: [off, on]", "y: [off, on]")
    without = without.replace("x = high, weight: 1", "y in (off on), weight: 1").replace(
        "x >= mid and b.z = out", "b.z = out"
    )
    without = (
        without.replace(", when: a.x != low", "")
        .replace("a.x = high and storm", "storm")
        .replace("x = high and y", "y")
    )
    scenario = loads(without)[0]
    texts = ["P(b.z = out on 2026-01-01)", "P(trouble by 2026-01-01)", "E(trade)", "E(a)", "value(b)"]
    queries = [parse_query(scenario, text) for text in texts]
    found = answer(lay_plan(compile_game(scenario), queries, Grid(MONTHS)), None)
    supposed = ask(*(text.replace(")", " | suppose a.x = high)") for text in texts))
    assert [found.of(query) for query in queries] == pytest.approx(supposed, abs=1e-12)


def test_from_the_status_quo_is_no_change(ask: Callable[..., list[float]]) -> None:
    plain, placed = ask("P(trouble by 2026-01-01)", "P(trouble by 2026-01-01 | from a.x = low and b.v = p)")
    assert plain == pytest.approx(placed, abs=1e-12)


def test_with_an_input_equals_a_file_with_it(ask: Callable[..., list[float]]) -> None:
    scenario = loads(HARBOUR.replace("x = high, weight: 1}", "x = high, weight: -1}"))[0]
    query = parse_query(scenario, "P(a.x >= mid on 2026-01-01)")
    found = answer(lay_plan(compile_game(scenario), [query], Grid(MONTHS)), None).of(query)
    assert ask("P(a.x >= mid on 2026-01-01 | with a.up = -1)")[0] == pytest.approx(found, abs=1e-12)


# --- coin toss ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [None, 3])
def test_a_coin_toss_by_projection_equals_one_on_the_whole_game(
    scenario: Scenario, game: Game, ask: Callable[..., list[float]], seed: int | None
) -> None:
    u = None if seed is None else np.random.default_rng(seed).random(game.columns)
    for text, found in zip(TEXTS, ask(*TEXTS, u=u, by=answer_by_coin_toss), strict=True):
        item = parse_query(scenario, text).expression
        assert isinstance(item, Probability | Expectation)
        small = hold(game, dict(item.setting.suppose))
        inputs = draw_inputs(game, u, item.setting.inputs)
        prices, laid = price(small, inputs), lay_out(small)
        start = cell_at(small, dict((*item.setting.start, *item.setting.suppose)))
        conduct = toss_coins(small, prices, laid)
        time = small.horizon if item.time is None else item.time
        if isinstance(item, Probability):
            event = mask(small, item.condition)
            on, by = ([event], []) if item.kind == "on" else ([], [(event, item.kind == "enters")])
            course = propagate(small, conduct, laid, lay_watch(small, start, on, by), np.array([time]))
            expected = float((course.on if item.kind == "on" else course.by)[0, 0])
        else:
            if item.kind == "measure":
                worth = total(small, next(m.terms for m in small.measures if m.id == item.of), inputs).reshape(-1)
            else:
                worth = prices.payoffs[:, [p.id for p in small.actors].index(item.of)]
            course = propagate(small, conduct, laid, lay_watch(small, start, [], []), np.array([time]), worth[None])
            expected = float(course.average[0] if item.time is None else course.worth[0, 0])
        assert found == pytest.approx(expected, abs=1e-9), text


def test_preferences_do_not_move_the_coin(scenario: Scenario, game: Game, ask: Callable[..., list[float]]) -> None:
    text = "P(a.x >= mid on 2026-01-01 | with a.up = {})"
    tossed = ask(text.format(-5), text.format(5), by=answer_by_coin_toss)
    assert tossed[0] == pytest.approx(tossed[1], abs=1e-12)
    argued = ask(text.format(-5), text.format(5))
    assert argued[0] < argued[1] - 0.5


def test_what_is_asked_of_preferences_is_void_for_the_coin(ask: Callable[..., list[float]]) -> None:
    texts = ["value(a)", "divergence(a b)", "opposed(a b on b.z)", "stable(trouble)", "divergence(a b) > 0.5"]
    assert np.isnan(ask(*texts, by=answer_by_coin_toss)).all()


# --- arithmetic -----------------------------------------------------------------------------------------------------


def test_sums_and_differences(ask: Callable[..., list[float]]) -> None:
    p, q, both, less = ask(
        "P(a.x = high on 2026-01-01)",
        "P(b.z = out on 2026-01-01)",
        "P(a.x = high on 2026-01-01) + P(b.z = out on 2026-01-01)",
        "P(a.x = high on 2026-01-01) - P(b.z = out on 2026-01-01) - 25%",
    )
    assert both == pytest.approx(p + q)
    assert less == pytest.approx(p - q - 0.25)


def test_comparisons_margins_and_connectives(ask: Callable[..., list[float]]) -> None:
    (p,) = ask("P(a.x = high on 2026-01-01)")
    sure, never = "P(tide = ebb by 2026-01-01) > 0.5", "P(tide = ebb by 2026-01-01) < 0.5"
    asked = {
        f"P(a.x = high on 2026-01-01) > {p - 0.01}": 1,
        f"P(a.x = high on 2026-01-01) > {p + 0.01}": 0,
        f"P(a.x = high on 2026-01-01) < {p + 0.01}": 1,
        f"P(a.x = high on 2026-01-01) > {p - 0.04} by 5 points": 0,
        f"P(a.x = high on 2026-01-01) > {p - 0.06} by 5 points": 1,
        f"P(a.x = high on 2026-01-01) < {p + 0.04} by 5 points": 0,
        f"P(a.x = high on 2026-01-01) < {p + 0.06} by 5 points": 1,
        "P(a.x = high on 2026-01-01) >= 0": 1,
        "0 <= P(a.x = high on 2026-01-01)": 1,
        f"{sure} and {never}": 0,
        f"{sure} or {never}": 1,
        f"{sure} and {sure} and {sure}": 1,
        f"{never} or {never}": 0,
    }
    assert dict(zip(asked, ask(*asked), strict=True)) == asked


def test_void_parts_make_the_whole_void(ask: Callable[..., list[float]]) -> None:
    """c is indifferent once all it cares for is held, so that its ranks correlate with nobody's."""
    void = "divergence(a c | suppose c.w = yes and storm = calm and b.z = in)"
    sure, never = "P(tide = ebb by 2026-01-01) > 0.5", "P(tide = ebb by 2026-01-01) < 0.5"
    texts = [void, f"{void} > 0", f"{void} + 1", f"{sure} or {void} > 0", f"{never} and {void} > 0"]
    assert np.isnan(ask(*texts)).all()


# --- value ----------------------------------------------------------------------------------------------------------


def test_value_is_what_foresight_accumulates_per_month(
    scenario: Scenario, game: Game, ask: Callable[..., list[float]]
) -> None:
    prices = price(game, draw_inputs(game, None))
    book = Textbook(game, prices)
    _, values = book.climb(solve_conduct(game, prices, lay_out(game)).ladder)
    start = book.cells.index(game.status_quo)
    expected = [values[0, start] / 4, values[1, start] / 9, prices.payoffs[game.status_quo, 2]]
    assert ask("value(a)", "value(b)", "value(c)") == pytest.approx(expected, abs=1e-9)


def test_value_from_elsewhere_and_of_who_has_nothing_to_decide(ask: Callable[..., list[float]]) -> None:
    here, there = ask("value(b)", "value(b | from a.x = high)")
    assert here != pytest.approx(there, abs=1e-3)
    (still,) = ask("value(a | suppose a.x = high and a.y = off and b.z = in and b.v = p)")
    assert still == pytest.approx(1.0, abs=1e-9)


# --- curves ---------------------------------------------------------------------------------------------------------


def test_curves_stand_on_the_grid_and_end_with_their_scene(scenario: Scenario, game: Game) -> None:
    texts = [
        "P(trouble by 2025-09-01)",
        "P(a.x = high on 2025-02-15)",
        "P(b.z = out on 2025-04-01 | suppose a.x = mid)",
    ]
    queries = [parse_query(scenario, text) for text in texts]
    found = answer(lay_plan(game, queries, Grid(MONTHS)), None)
    by, on, alone = (found.curves[query.expression] for query in queries)  # type: ignore[index]
    # The first two share a scene that lasts to September, the third ends in April.
    assert np.isnan(by).tolist() == np.isnan(on).tolist() == [False] * 4 + [True] * 2
    assert np.isnan(alone).tolist() == [False] * 3 + [True] * 3
    assert (by[0], on[0], alone[0]) == (0.0, 0.0, 0.0)
    for k, month in enumerate(MONTHS[:4]):
        item = queries[0].expression
        assert isinstance(item, Probability)
        assert by[k] == pytest.approx(work_out(game, Probability(item.condition, "by", month), None), abs=1e-9)


@pytest.mark.parametrize("whole", [False, True])
def test_curves_are_right_past_their_own_date(scenario: Scenario, game: Game, whole: bool) -> None:
    """Their scene lasts longer because of something else that is asked."""
    texts = ["P(trouble by 2025-04-01)", "P(a.x = high on 2025-04-01)"]
    others = ["E(trade)", "P(trouble by 2025-05-01 given b.z = out by 2026-06-01)"]
    for other in others:
        queries = [parse_query(scenario, text) for text in [*texts, other]]
        curves = answer(lay_plan(game, queries, Grid(MONTHS, whole=whole)), None).curves
        for query in queries[:2]:
            item = query.expression
            assert isinstance(item, Probability)
            expected = [work_out(game, Probability(item.condition, item.kind, float(t)), None) for t in MONTHS]
            known = ~np.isnan(curves[item])
            assert known[:5].all()
            np.testing.assert_allclose(curves[item][known], np.array(expected)[known], atol=1e-9)


def test_curves_of_by_and_enters_never_decrease(scenario: Scenario, game: Game) -> None:
    texts = ["P(trouble by 2026-07-01)", "P(enters b.z = in by 2026-07-01)", "P(tide = flood by 2026-07-01)"]
    queries = [parse_query(scenario, text) for text in texts]
    plan = lay_plan(game, queries, Grid(np.linspace(0, 17, 171)))
    for found in (answer(plan, None), answer_by_coin_toss(plan, None)):
        for query in queries:
            curve = found.curves[query.expression]  # type: ignore[index]
            assert (np.diff(curve) >= -1e-10).all()
            assert ((curve >= 0) & (curve <= 1)).all()
