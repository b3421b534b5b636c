"""``given`` and ``within ... after`` against the chain over states and flags written out, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import priced, random_conflict
from detente.game.game import Game, mask
from detente.scenario.conditions import All, Any, Condition, In, Node, Not
from detente.scenario.queries import Event, Probability, Query
from detente.solvers.conduct import solve_conduct
from detente.solvers.forecast import Answers, answer, lay_plan
from detente.solvers.layout import lay_out
from detente.solvers.scenes import Grid
from oracles_dynamics import Textbook, write_choices
from oracles_flags import Happening, find_joint, find_sequel

KINDS = ("on", "by", "enters")
MONTHS = np.array([0.0, 1.0, 2.0, 4.0, 6.0, 9.0])

seeds = st.integers(0, 2**32 - 1)


def random_condition(rng: np.random.Generator, game: Game) -> Condition:
    """One or two levers at some of their levels."""
    atoms: list[Node] = []
    for k in rng.choice(len(game.axes), size=min(len(game.axes), int(rng.integers(1, 3))), replace=False):
        axis = game.axes[k]
        levels = rng.choice(len(axis.levels), size=int(rng.integers(1, len(axis.levels))), replace=False)
        atoms.append(In(axis.id, tuple(sorted(levels.tolist()))))
    node = atoms[0] if len(atoms) == 1 else All(tuple(atoms)) if rng.random() < 0.5 else Any(tuple(atoms))
    return Condition(Not(node) if rng.random() < 0.3 else node)


def put(game: Game, *items: Probability, months: np.ndarray = MONTHS, windows: np.ndarray = MONTHS) -> Answers:
    return answer(lay_plan(game, [Query(item) for item in items], Grid(months, windows)), None)


def happening(game: Game, book: Textbook, condition: Condition, by: float, enters: bool) -> Happening:
    return Happening(mask(game, condition)[book.cells], by, enters)


@given(seeds)
@settings(max_examples=60)
def test_what_is_given_equals_the_chain_with_flags(seed: int) -> None:
    rng = np.random.default_rng([41, seed])
    game = random_conflict(rng, largest=20)
    book = Textbook(game, priced(game))
    choices = write_choices(game, solve_conduct(game, priced(game), lay_out(game)), book)
    dates = rng.choice([0.0, 1.5, 4.0, 7.0], size=2)
    condition, event = random_condition(rng, game), random_condition(rng, game)
    kinds = [(kind, enters) for kind in KINDS for enters in (False, True)]
    items = [Probability(condition, k, dates[0], given=Event(event, dates[1], e)) for k, e in kinds]
    found = put(game, *items)
    for item, (kind, enters) in zip(items, kinds, strict=True):
        asked = happening(game, book, condition, dates[0], kind == "enters")
        observed = happening(game, book, event, dates[1], enters)
        both, alone = find_joint(book, choices, game.status_quo, asked, kind == "on", observed)
        assert found.conditions[item] == pytest.approx(alone, abs=1e-9)
        if alone > 1e-6:
            assert found.values[item] == pytest.approx(both / alone, abs=1e-8)
        elif alone < 1e-12:
            assert np.isnan(found.values[item])


@given(seeds)
@settings(max_examples=25)
def test_curves_of_what_is_given_equal_single_answers_and_never_fall(seed: int) -> None:
    rng = np.random.default_rng([43, seed])
    game = random_conflict(rng, largest=60)
    condition, event = random_condition(rng, game), random_condition(rng, game)
    until = float(rng.choice([2.0, 3.3, 9.0]))
    for kind in KINDS:
        whole = Probability(condition, kind, 9.0, given=Event(event, until, bool(rng.random() < 0.5)))
        found = put(game, whole)
        parts = [Probability(condition, kind, float(t), given=whole.given) for t in MONTHS]
        singles = put(game, *parts, months=np.zeros(0))
        np.testing.assert_allclose(
            found.curves[whole], [singles.values[part] for part in parts], atol=1e-9, equal_nan=True
        )
        if kind != "on":
            assert (np.diff(found.curves[whole]) >= -1e-9).all() or np.isnan(found.curves[whole]).all()


@given(seeds)
@settings(max_examples=25)
def test_what_is_given_splits_what_is_asked(seed: int) -> None:
    """P(c and e) + P(not c and e) = P(e), and all that is observed for certain is no condition."""
    rng = np.random.default_rng([47, seed])
    game = random_conflict(rng, largest=60)
    condition, event = random_condition(rng, game), random_condition(rng, game)
    sure = Event(Condition(Any((condition.node, Not(condition.node)))), 3.0)
    on, other = (
        Probability(Condition(node), "on", 4.0, given=Event(event, float(rng.choice([2.0, 4.0, 7.0]))))
        for node in (condition.node, Not(condition.node))
    )
    other = Probability(other.condition, "on", 4.0, given=on.given)
    plain, observed = Probability(condition, "by", 4.0), Probability(condition, "by", 4.0, given=sure)
    found = put(game, on, other, plain, observed)
    if found.conditions[on] > 1e-6:
        assert found.values[on] + found.values[other] == pytest.approx(1.0, abs=1e-8)
    assert found.values[observed] == pytest.approx(found.values[plain], abs=1e-9)


@given(seeds)
@settings(max_examples=20)
def test_what_comes_after_equals_the_chain_with_flags(seed: int) -> None:
    rng = np.random.default_rng([53, seed])
    game = random_conflict(rng, largest=8)
    book = Textbook(game, priced(game))
    choices = write_choices(game, solve_conduct(game, priced(game), lay_out(game)), book)
    condition, event, sight = (random_condition(rng, game) for _ in range(3))
    window = float(rng.choice([0.7, 2.0]))
    after = Event(event, np.inf, bool(rng.random() < 0.5))
    observed = None if rng.random() < 0.6 else Event(sight, float(rng.choice([1.0, 3.0])), bool(rng.random() < 0.5))
    item = Probability(condition, "by", window, given=observed, after=after)
    found = put(game, item)
    asked = happening(game, book, condition, window, False)
    seen = [] if observed is None else [happening(game, book, observed.condition, observed.by, observed.enters)]
    arrival = happening(game, book, event, game.horizon, after.enters)
    both, alone = find_sequel(book, choices, game.status_quo, asked, arrival, seen)
    assert found.conditions[item] == pytest.approx(alone, abs=1e-6)
    if alone > 1e-4:
        assert found.values[item] == pytest.approx(both / alone, abs=1e-5)
