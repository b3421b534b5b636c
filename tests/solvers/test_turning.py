"""Policies with rules by date against the chain over states and flags written out, and their laws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from builders import make_game, priced, random_conflict
from detente.game.cuts import hold
from detente.game.game import Game, mask
from detente.scenario.conditions import Condition, In
from detente.scenario.queries import Expectation, Levels, Probability, Query, Setting, Turn
from detente.solvers.conduct import solve_conduct
from detente.solvers.forecast import Answers, answer, answer_by_coin_toss
from detente.solvers.layout import lay_out
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid
from oracles_dynamics import Textbook, write_choices
from oracles_flags import Flagged, Happening
from solvers.test_conditionals import random_condition

seeds = st.integers(0, 2**32 - 1)
ALWAYS = Condition(In("bell", (0, 1)))
MONTHS = np.array([0.0, 1.0, 2.0, 4.0, 6.0, 9.0])


def turn(condition: Condition, time: float, hold: Levels, *, by: bool = False) -> Turn:
    return Turn(condition, date(2025, 1, 1), time, by, hold)


def put(game: Game, *items: Probability | Expectation) -> Answers:
    return answer(lay_plan(game, [Query(item) for item in items], Grid(MONTHS)), None)


@dataclass
class Slow:
    """One hold, as a chain over states and flags."""

    book: Textbook
    flagged: Flagged


def walk(game: Game, setting: Setting, event: tuple[Condition, bool], end: float) -> list[tuple[Slow, np.ndarray]]:
    """What the slow way holds at the end, by what is held."""

    def make(held: Levels) -> Slow:
        cut = hold(game, dict(held))
        book = Textbook(cut, priced(cut))
        choices = write_choices(cut, solve_conduct(cut, priced(cut), lay_out(cut)), book)
        happenings = [Happening(mask(cut, event[0])[book.cells], np.inf, event[1])]
        happenings += [Happening(mask(cut, t.condition)[book.cells], t.time) for t in setting.turns]
        return Slow(book, Flagged(book, choices, happenings))

    known: dict[Levels, Slow] = {setting.suppose: make(setting.suppose)}
    first = known[setting.suppose]
    masses = {setting.suppose: first.flagged.start(hold(game, dict(setting.suppose)).status_quo)}
    now = 0.0
    for number, rule in enumerate(t for t in setting.turns if t.time <= end):
        after: dict[Levels, np.ndarray] = {}
        for held, mass in masses.items():
            source = known[held]
            here = source.flagged.walk(mass, now, rule.time)
            other: Levels = tuple(sorted({**dict(held), **dict(rule.hold)}.items()))
            if other not in known and hold(game, dict(other)).feasible.any():
                known[other] = make(other)
            where = mask(source.book.game, rule.condition)[source.book.cells]
            for (state, flags), k in source.flagged.index.items():
                goal, place = held, state
                if (flags[1 + number] == 2 if rule.by else where[state]) and other in known:
                    axes = known[other].book.game.axes
                    levels = source.book.states[state]
                    there = tuple(0 if len(a.levels) == 1 else x for a, x in zip(axes, levels, strict=True))
                    if there in known[other].book.number:
                        goal, place = other, known[other].book.number[there]
                target = known[goal].flagged
                after.setdefault(goal, np.zeros(len(target.index)))[target.index[place, flags]] += here[k]
        masses = {held: known[held].flagged.update(mass, rule.time) for held, mass in after.items()}
        now = rule.time
    return [(known[held], known[held].flagged.walk(mass, now, end)) for held, mass in masses.items()]


def random_policy(rng: np.random.Generator, game: Game, count: int) -> Setting | None:
    """Levels of one actor's levers, and rules that hold others; None where nobody has levers to hold."""
    owners = sorted({axis.actor for axis in game.axes if axis.actor >= 0})
    if not owners:
        return None
    own = [axis for axis in game.axes if axis.actor == int(rng.choice(owners))]

    def some(least: int) -> Levels:
        picked = [axis for axis in own if rng.random() < 0.6] or own[:least]
        return tuple(sorted((axis.id, int(rng.integers(len(axis.levels)))) for axis in picked))

    base = some(0)
    cut = hold(game, dict(base))
    if not cut.feasible.any() or not cut.feasible[cut.status_quo]:
        return None
    times = sorted(rng.choice([0.5, 1.5, 3.0, 4.0], size=count, replace=False).tolist())
    turns = [turn(random_condition(rng, game), t, some(1), by=bool(rng.random() < 0.5)) for t in times]
    return Setting(suppose=base, turns=tuple(turns))


@given(seeds)
@settings(max_examples=60)
def test_probabilities_equal_the_chain_with_flags(seed: int) -> None:
    rng = np.random.default_rng([71, seed])
    game = random_conflict(rng, largest=10)
    setting = random_policy(rng, game, int(rng.integers(1, 3)))
    assume(setting is not None)
    assert setting is not None
    condition, enters = random_condition(rng, game), bool(rng.random() < 0.5)
    time = float(rng.choice([1.5, 2.0, 5.0]))
    on = Probability(condition, "on", time, setting)
    by = Probability(condition, "enters" if enters else "by", time, setting)
    worth = Expectation(game.actors[0].id, "actor", time, setting)
    found = put(game, on, by, worth)
    slow = walk(game, setting, (condition, enters), time)
    sums = np.zeros(4)
    for chain, mass in slow:
        where = mask(chain.book.game, condition)[chain.book.cells]
        for (state, flags), k in chain.flagged.index.items():
            sums += mass[k] * np.array([where[state], flags[0] == 2, chain.book.payoffs[0][state], 1.0])
    assert sums[3] == pytest.approx(1, abs=1e-9)
    assert found.values[on] == pytest.approx(sums[0], abs=1e-8)
    assert found.values[by] == pytest.approx(sums[1], abs=1e-8)
    assert found.values[worth] == pytest.approx(sums[2], abs=1e-7)


@given(seeds)
@settings(max_examples=30)
def test_averages_are_integrals_and_curves_are_single_answers(seed: int) -> None:
    rng = np.random.default_rng([72, seed])
    game = replace(random_conflict(rng, largest=40), horizon=5.0)
    setting = random_policy(rng, game, 2)
    assume(setting is not None)
    assert setting is not None
    actor, condition = game.actors[0].id, random_condition(rng, game)
    cuts = sorted({0.0, 5.0, *(t.time for t in setting.turns), *(p.starts for p in game.actors if 0 < p.starts < 5)})
    nodes, weights = np.polynomial.legendre.leggauss(10)
    times = [(a + b + x * (b - a)) / 2 for a, b in pairwise(cuts) for x in nodes]
    shares = [w * (b - a) / 10 for a, b in pairwise(cuts) for w in weights]
    whole = Expectation(actor, "actor", None, setting)
    points = [Expectation(actor, "actor", t, setting) for t in times]
    last = Probability(condition, "by", 4.0, setting)
    single = [Probability(condition, "by", t, setting) for t in MONTHS[MONTHS <= 4.0]]
    found = put(game, whole, last, *points)
    assert found.values[whole] == pytest.approx(np.dot(shares, [found.values[p] for p in points]), abs=1e-6)
    alone = put(game, *single)
    assert found.curves[last][MONTHS <= 4.0] == pytest.approx([alone.values[item] for item in single], abs=1e-9)


def answers_under(game: Game, setting: Setting, toss: bool) -> list[float]:
    """Some of everything that can be asked, of the model or of the coin toss."""
    condition = Condition(In(game.axes[0].id, (0,)))
    items = [Probability(condition, "on", 5.0, setting), Probability(condition, "enters", 5.0, setting)]
    asked = [*items, Expectation(game.actors[0].id, "actor", None, setting)]
    plan = lay_plan(game, [Query(item) for item in asked], Grid(MONTHS))
    answers = answer_by_coin_toss(plan, None) if toss else answer(plan, None)
    return [answers.values[item] for item in asked]


@given(seeds, st.booleans())
@settings(max_examples=25)
def test_a_rule_that_never_triggers_changes_nothing(seed: int, toss: bool) -> None:
    rng = np.random.default_rng([73, seed])
    game = random_conflict(rng)
    setting = random_policy(rng, game, 2)
    assume(setting is not None)
    assert setting is not None
    quiet = replace(
        setting, turns=tuple(replace(t, condition=Condition(In(game.axes[0].id, ()))) for t in setting.turns)
    )
    assert answers_under(game, quiet, toss) == pytest.approx(
        answers_under(game, replace(setting, turns=()), toss), abs=1e-9
    )


@given(seeds, st.booleans())
@settings(max_examples=25)
def test_a_rule_that_holds_what_is_held_changes_nothing(seed: int, toss: bool) -> None:
    rng = np.random.default_rng([74, seed])
    game = random_conflict(rng)
    setting = random_policy(rng, game, 2)
    assume(setting is not None)
    assert setting is not None
    same = replace(setting, turns=tuple(replace(t, hold=setting.suppose) for t in setting.turns))
    assert answers_under(game, same, toss) == pytest.approx(
        answers_under(game, replace(setting, turns=()), toss), abs=1e-9
    )


def alarm() -> Game:
    """Chance rings once; the actor, who minds nothing, has a switch."""
    return make_game(
        {"a": {"switch": 2}},
        lambda switch, bell: [switch + 0.0 * bell],
        chance={"bell": 2},
        moves={("bell", 0, 1): 0.4},
        behaviour={"a": (0.0, 0.0, 1.0, 0.0)},
    )


@pytest.mark.parametrize("by", [False, True])
def test_by_hand(by: bool) -> None:
    game = alarm()
    rung = Condition(In("bell", (1,)))
    setting = Setting((("a.switch", 0),), turns=(turn(rung, 3.0, (("a.switch", 1),), by=by),))
    on = Condition(In("a.switch", (1,)))
    items = [Probability(on, "on", t, setting) for t in (2.9, 3.0, 20.0)]
    found = put(game, *items, Expectation("a", "actor", None, setting))
    chance = 1 - np.exp(-1.2)
    assert [found.values[item] for item in items] == pytest.approx([0.0, chance, chance], abs=1e-10)
    whole = Expectation("a", "actor", None, setting)
    assert found.values[whole] == pytest.approx(chance * (24 - 3) / 24, abs=1e-9)


def test_what_has_been_true_is_not_what_is() -> None:
    game = make_game(
        {"a": {"switch": 2}},
        lambda switch, bell: [switch + 0.0 * bell],
        chance={"bell": 2},
        moves={("bell", 0, 1): 0.4, ("bell", 1, 0): 0.7},
        behaviour={"a": (0.0, 0.0, 1.0, 0.0)},
    )
    rung, on = Condition(In("bell", (1,))), Condition(In("a.switch", (1,)))

    def chance(by: bool) -> float:
        rule = turn(rung, 3.0, (("a.switch", 1),), by=by)
        item = Probability(on, "on", 5.0, Setting((("a.switch", 0),), turns=(rule,)))
        return put(game, item).values[item]

    assert chance(True) == pytest.approx(1 - np.exp(-1.2), abs=1e-10)
    assert chance(False) == pytest.approx(0.4 / 1.1 * (1 - np.exp(-1.1 * 3)), abs=1e-10)


def test_a_rule_after_the_last_date_asked_about_does_nothing() -> None:
    game = alarm()
    setting = Setting((("a.switch", 0),), turns=(turn(ALWAYS, 6.0, (("a.switch", 1),)),))
    item = Probability(Condition(In("a.switch", (1,))), "on", 5.9, setting)
    assert put(game, item).values[item] == 0


def test_a_coin_toss_on_the_levers_mentioned_equals_one_on_the_whole_game() -> None:
    rng = np.random.default_rng(5)
    compared = 0
    while compared < 12:
        game = random_conflict(rng, largest=60)
        setting = random_policy(rng, game, 1)
        if setting is None:
            continue
        condition = random_condition(rng, game)
        item = Probability(condition, "on", 5.0, setting)
        plan = lay_plan(game, [Query(item)], Grid(np.zeros(0)))
        tossed = answer_by_coin_toss(plan, None).values[item]
        # The whole game, every preference off.
        (scene,) = plan.scenes
        whole = answer_by_coin_toss(replace(plan, tosses=(scene,)), None).values[item]
        assert tossed == pytest.approx(whole, abs=1e-9)
        compared += 1
