"""Queries of scenarios with phases: against files without, and against what the phases mean."""

from __future__ import annotations

import numpy as np
import pytest

from detente import api
from detente.api import lay_card
from detente.errors import NotYetAnalysed
from detente.game.compiler import compile_game
from detente.game.pricing import price_centrally
from detente.scenario.reader import loads, parse_query
from detente.solvers.forecast import answer, answer_by_coin_toss
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid
from detente.solvers.stability import find_equilibria

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
      keen: {odds: 70, wants: [{id: go, want: z = out, weight: 1.5}, {want: v = r and a.y = off, weight: 0.5}]}
      shy: {odds: 30, wants: [{want: z = out, weight: -1}]}
    behaviour: {tempo: 0.4, foresight: 6 months}
behaviour: {noise: 0.5, habit: 0.2}
chance:
  storm:
    levels: [calm, blowing]
    rates:
      - {from: calm, to: blowing, rate: 0.3, when: a.x != low}
      - {from: blowing, to: calm, rate: 0.5, then: b.z = in}
conditions:
  trouble: b.z = out and storm = blowing
rules:
  - forbid: a.y = on and b.v = r
measures:
  trade: [{want: b.z = out, weight: 1}, {want: a.x = high and storm = calm, weight: 2}]
policies:
  firm: {actor: a, hold: x = high and y = on}
"""

TEXTS = [
    "P(a.x = high on 2025-04-01)",
    "P(trouble by 2025-09-01)",
    "P(enters trouble by 2026-01-01)",
    "P(b.z = out on 2026-01-01 | from a.x = mid and b.v = q)",
    "P(b.z = out on 2026-01-01 | suppose firm)",
    "P(a.x >= mid on 2026-01-01 | with b.reading = shy)",
    "E(a on 2026-01-01)",
    "E(b)",
    "E(trade | suppose b.v = r)",
    "value(a)",
    "value(b | from b.z = out)",
    "P(a.x = high on 2025-10-01 given b.z = out by 2025-08-01)",
    "P(trouble by 2025-07-01 given b.z = out by 2026-01-01)",
    "P(a.x = high within 4 months after b.z = out)",
]
DATED = """
phases:
  - {id: strike, from: 2025-04-01, until: 2025-06-01, closed: [a.x, b.z = out]}
  - {id: boom, from: 2025-09-01, set: {a.up: 3, b.keen.go: 0.2, a.tempo: 1.5, chance.storm.1: 0.1}}
"""
CASES = ("a.x = high", "a.x = mid", "not a.x >= mid")
MONTHS = np.array([0.0, 1.0, 2.0, 6.0, 12.0, 17.0])


def ask(text: str, *queries: str, u: np.ndarray | None = None, toss: bool = False) -> list[float]:
    scenario = loads(text)[0]
    parsed = [parse_query(scenario, query) for query in queries]
    found = (answer_by_coin_toss if toss else answer)(lay_plan(compile_game(scenario), parsed, Grid(MONTHS)), u)
    return [found.of(query) for query in parsed]


@pytest.mark.parametrize("anticipated", ["yes", "no"])
@pytest.mark.parametrize("toss", [False, True])
def test_a_phase_that_always_holds_is_a_file_of_its_own(anticipated: str, toss: bool) -> None:
    phase = f"phases: [{{id: now, from: 2024-12-01, anticipated: {anticipated}, closed: b.v, set: {{PUT}}}}]\n"
    numbers = "a.up: 3, a.tempo: 1.5, b.keen.go: 0.2, b.habit: 0.5, chance.storm.1: 0.1"
    written = (
        HARBOUR.replace("x = high, weight: 1}", "x = high, weight: 3}")
        .replace("tempo: 0.6", "tempo: 1.5")
        .replace("z = out, weight: 1.5", "z = out, weight: 0.2")
        .replace("{tempo: 0.4, foresight: 6 months}", "{tempo: 0.4, foresight: 6 months, habit: 0.5}")
        .replace("rate: 0.3", "rate: 0.1")
        .replace("one_way: [r]", "one_way: [p, q, r]")
    )
    found = ask(HARBOUR + phase.replace("PUT", numbers), *TEXTS, toss=toss)
    np.testing.assert_allclose(found, ask(written, *TEXTS, toss=toss), atol=1e-9)


def test_one_plan_or_many_is_the_same() -> None:
    """Scenes that share a schedule ask about different dates."""
    together = ask(HARBOUR + DATED, *TEXTS)
    np.testing.assert_allclose(together, [ask(HARBOUR + DATED, text)[0] for text in TEXTS], atol=1e-6)


def test_what_is_given_splits_what_is_asked_while_conditions_change() -> None:
    given = "given b.z = out by 2025-10-01"
    parts = ask(HARBOUR + DATED, *(f"P({c} on {day} {given})" for day in ("2025-07-01", "2025-12-01") for c in CASES))
    np.testing.assert_allclose(np.reshape(parts, (2, 3)).sum(axis=1), 1.0, atol=1e-8)


@pytest.mark.parametrize("day", ["2025-08-31", "2025-09-01", "2026-02-01"])
def test_expectations_count_the_payoffs_of_the_day(day: str) -> None:
    up = 1.0 if day < "2025-09-01" else 3.0
    both = -1.0  # the median of -2 to -0.5
    texts = f"E(a on {day})", f"P(a.x = high on {day})", f"P(a.x >= mid and b.z = out on {day})"
    expected, high, out = ask(HARBOUR + DATED, *texts)
    assert expected == pytest.approx(up * high + both * out, abs=1e-9)


def test_a_held_lever_is_held_throughout() -> None:
    text = "P(a.x = high on DAY | suppose a.x = high)"
    found = ask(HARBOUR + DATED, *(text.replace("DAY", day) for day in ("2025-05-01", "2026-05-01")))
    np.testing.assert_allclose(found, 1.0, atol=1e-12)


def test_nothing_closed_is_taken() -> None:
    before, after = ask(HARBOUR + DATED, "P(b.z = in on 2025-04-01)", "P(b.z = in on 2025-06-01)")
    assert after >= before
    start, end = ask(HARBOUR + DATED, *(f"P(a.x = high on {day})" for day in ("2025-04-01", "2025-06-01")))
    assert start == pytest.approx(end, abs=1e-12)


def test_with_sets_the_number_of_the_file_or_of_the_phase() -> None:
    text = "P(a.x = high on 2026-02-01 | with INPUT = -4)"
    plain = ask(HARBOUR + DATED, "P(a.x = high on 2026-02-01)")[0]
    own, phase = ask(HARBOUR + DATED, *(text.replace("INPUT", name) for name in ("a.up", "phases.boom.a.up")))
    assert phase < 0.05 < plain
    assert own > phase
    assert own < plain + 1e-9


@pytest.mark.parametrize("seed", [None, 1])
def test_a_coin_toss_by_projection_equals_one_on_the_whole_game(seed: int | None) -> None:
    """The conditions together touch every lever, so nothing is projected away."""
    game = compile_game(loads(HARBOUR + DATED)[0])
    u = None if seed is None else np.random.default_rng(seed).random(game.columns)
    whole = "a.x in (low mid high) and a.y in (off on) and b.v in (p q r) and storm in (calm blowing)"
    for text in ("b.z = out", "a.x = high", "trouble"):
        small, large = (
            ask(HARBOUR + DATED, f"P({condition} on 2026-02-01)", u=u, toss=True)[0]
            for condition in (text, f"{text} and {whole}")
        )
        assert small == pytest.approx(large, abs=1e-9)


def test_stability_is_asked_of_the_first_day() -> None:
    frozen = "phases: [{id: now, from: 2025-01-01, until: 2025-02-01, closed: [a.x, a.y]}]\n"
    scenario, without = loads(HARBOUR + frozen)[0], loads(HARBOUR)[0]
    frozen_game, game = compile_game(scenario), compile_game(without)
    stable, before = (find_equilibria(g, price_centrally(g)).stable["nash"][0] for g in (frozen_game, game))
    assert stable.sum() == game.feasible.sum() > before.sum()


def test_the_exported_chain_says_that_phases_are_not_in_it() -> None:
    export = api.export(loads(HARBOUR + DATED)[0], "drn")
    assert "// Conditions change by date: these rates are those of as_of, as if it stayed so\n" in export.text
    assert (
        export.remarks[1]
        == "Phases (strike and boom) are not in the file: all is as on 2025-01-01, as if it stayed so."
    )
    assert "Conditions change" not in api.export(loads(HARBOUR)[0], "drn").text


def test_cards_and_sequences_say_that_they_know_no_phases() -> None:
    with pytest.raises(NotYetAnalysed, match=r"^The game's conditions change by date \(phases\)"):
        lay_card(loads(HARBOUR + DATED)[0])
