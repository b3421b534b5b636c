"""``given`` and ``within ... after`` against the chain over states and flags written out, and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from builders import make_game, priced, random_conflict
from detente.game.game import Game, mask
from detente.scenario.conditions import All, Any, Condition, In, Node, Not
from detente.scenario.queries import Event, Probability, Query, Setting
from detente.solvers.conduct import solve_conduct
from detente.solvers.forecast import Answers, answer, answer_by_coin_toss
from detente.solvers.layout import lay_out
from detente.solvers.plans import lay_plan
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
    game = random_conflict(rng, largest=14)
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
@settings(max_examples=25)
def test_what_comes_after_equals_the_chain_with_flags(seed: int) -> None:
    rng = np.random.default_rng([53, seed])
    game = random_conflict(rng, largest=6)
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
    assert found.conditions[item] == pytest.approx(alone, abs=1e-8)
    if alone > 1e-4:
        assert found.values[item] == pytest.approx(both / alone, abs=1e-7)


# --- by hand --------------------------------------------------------------------------------------------------------


def clocks(rate: float = 0.3, other: float = 0.2) -> Game:
    """Nature's two alarms: they go off once, independently of each other."""
    return make_game(
        {"a": {}},
        np.zeros((1, 4)),
        chance={"bell": 2, "horn": 2},
        moves={("bell", 0, 1): rate, ("horn", 0, 1): other},
    )


BELL, HORN = Condition(In("bell", (1,))), Condition(In("horn", (1,)))


def test_the_date_of_an_alarm_known_to_have_gone_off_is_a_truncated_exponential() -> None:
    item = Probability(BELL, "by", 9.0, given=Event(BELL, 6.0))
    found = put(clocks(), item)
    expected = -np.expm1(-0.3 * np.minimum(MONTHS, 6)) / -np.expm1(-0.3 * 6)
    np.testing.assert_allclose(found.curves[item], expected, atol=1e-9)
    assert found.conditions[item] == pytest.approx(-np.expm1(-1.8), abs=1e-10)


def test_what_is_independent_is_no_evidence() -> None:
    plain = [Probability(BELL, kind, 5.0) for kind in ("on", "by")]
    told = [Probability(BELL, kind, 5.0, given=Event(HORN, by)) for kind in ("on", "by") for by in (2.0, 5.0, 8.0)]
    found = put(clocks(), *plain, *told)
    for item in told:
        assert found.values[item] == pytest.approx(-np.expm1(-1.5), abs=1e-9)


def test_what_comes_after_an_alarm_by_hand() -> None:
    """Both alarms fresh: the bell within 2 months after the horn, or rung before it."""
    game = clocks()
    item = Probability(BELL, "by", 2.0, after=Event(HORN, np.inf))
    found = put(game, item)
    h = game.horizon
    # Silent for the whole time from the start to two months after the horn.
    silent = np.exp(-0.6) * 0.2 / 0.5 * -np.expm1(-0.5 * h) / -np.expm1(-0.2 * h)
    assert found.values[item] == pytest.approx(1 - silent, abs=1e-9)
    assert found.conditions[item] == pytest.approx(-np.expm1(-0.2 * h), abs=1e-10)
    np.testing.assert_allclose(found.curves[item][MONTHS == 0], [1 - silent / np.exp(-0.6)], atol=1e-9)


def test_an_event_true_at_the_start_happens_at_the_start() -> None:
    here = Condition(In("horn", (0,)))
    after, plain = Probability(BELL, "by", 2.0, after=Event(here, np.inf)), Probability(BELL, "by", 2.0)
    found = put(clocks(), after, plain)
    assert found.conditions[after] == pytest.approx(1.0, abs=1e-12)
    assert found.values[after] == pytest.approx(found.values[plain], abs=1e-10)


def test_what_never_happens_makes_a_query_void_and_says_how_likely_it_is() -> None:
    game = clocks(other=1e-12)
    items = [
        Probability(BELL, "by", 5.0, given=Event(HORN, 3.0)),
        Probability(BELL, "on", 2.0, given=Event(HORN, 3.0)),
        Probability(BELL, "by", 2.0, after=Event(HORN, np.inf)),
        Probability(BELL, "by", 2.0, given=Event(HORN, 3.0), after=Event(BELL, np.inf)),
    ]
    found = put(game, *items)
    for item in items:
        assert np.isnan(found.values[item])
        assert np.isnan(found.curves[item]).all()
        assert 0 < found.conditions[item] < 1e-10
    assert found.conditions[items[0]] == pytest.approx(3e-12, rel=1e-6)


def test_small_conditions_keep_their_digits() -> None:
    item = Probability(BELL, "by", 2.0, given=Event(HORN, 6.0))
    found = put(clocks(other=1e-8), item)
    assert found.values[item] == pytest.approx(-np.expm1(-0.6), rel=1e-7)


def test_observing_is_not_imposing_by_hand() -> None:
    """Weather decides: in fair weather a ferry sails for sure and a race is run; a ferry made to sail runs no race.

    Fair weather comes at rate 0.5, the ferry follows it at rate 2 and the race at rate 1. By month 4: P(race and ferry)
    / P(ferry) is a convolution of exponentials; supposing the ferry tells nothing of the weather.
    """
    game = make_game(
        {"a": {}},
        np.zeros((1, 8)),
        chance={"sky": 2, "ferry": 2, "race": 2},
        moves={
            ("sky", 0, 1): 0.5,
            ("ferry", 0, 1): (2.0, np.indices((2, 2, 2))[0] == 1),
            ("race", 0, 1): (1.0, np.indices((2, 2, 2))[0] == 1),
        },
    )
    ferry, race = Condition(In("ferry", (1,))), Condition(In("race", (1,)))
    seen = Probability(race, "by", 4.0, given=Event(ferry, 4.0))
    forced = Probability(race, "by", 4.0, Setting(suppose=(("ferry", 1),)))
    plain = Probability(race, "by", 4.0)
    found = put(game, seen, forced, plain)

    def follow(rate: float) -> float:
        """Chance that something at this rate happens between fair weather and month 4, fair weather included."""
        return float(quad(lambda t: 0.5 * np.exp(-0.5 * t) * -np.expm1(-rate * (4 - t)), 0, 4)[0])

    both = quad(lambda t: 0.5 * np.exp(-0.5 * t) * np.expm1(-2 * (4 - t)) * np.expm1(-(4 - t)), 0, 4)[0]
    assert found.values[seen] == pytest.approx(both / follow(2.0), abs=1e-8)
    assert found.values[forced] == pytest.approx(follow(1.0), abs=1e-8) == found.values[plain]
    assert found.values[seen] > found.values[forced] + 0.1


# --- the coin toss --------------------------------------------------------------------------------------------------


def test_a_coin_toss_on_the_levers_mentioned_equals_one_on_the_whole_game() -> None:
    rng = np.random.default_rng(3)
    game = make_game(
        {"a": {"x": 3, "y": 2}, "b": {"z": 2}, "c": {"w": 2}},
        rng.normal(size=(3, 48)),
        chance={"tide": 2},
        moves={("tide", 0, 1): 0.4, ("tide", 1, 0): 0.6},
        behaviour={"a": (1.0, 3.0, 0.5, 0.2, 1.3), "b": (0.7, 2.0, 0.4, 0.0), "c": (0.3, 1.0, 0.5, 0.1)},
    )
    x, z, tide = (Condition(In(name, (1,))) for name in ("a.x", "b.z", "tide"))
    items = [
        Probability(x, "by", 4.0, given=Event(z, 2.0)),
        Probability(x, "on", 4.0, given=Event(tide, 6.0, enters=True)),
        Probability(x, "by", 2.0, after=Event(z, np.inf)),
        Probability(z, "by", 2.0, given=Event(tide, 3.0), after=Event(x, np.inf)),
    ]
    plan = lay_plan(game, [Query(item) for item in items], Grid(MONTHS, MONTHS))
    tossed = answer_by_coin_toss(plan, None)
    flat = replace(
        game,
        actors=tuple(
            replace(player, readings=tuple(replace(reading, terms=()) for reading in player.readings))
            for player in game.actors
        ),
    )
    whole = put(flat, *items)
    for item in items:
        assert tossed.values[item] == pytest.approx(whole.values[item], abs=1e-8)
        assert tossed.conditions[item] == pytest.approx(whole.conditions[item], abs=1e-8)
        np.testing.assert_allclose(tossed.curves[item], whole.curves[item], atol=1e-8, equal_nan=True)
    assert [scene.game.cells for scene in plan.tosses] == [6, 6, 6, 12], "what a query does not mention is left out"


@pytest.mark.parametrize("observed", [None, Event(Condition(In("tide", (1,))), 1.6, enters=True)])
def test_late_starts_cut_the_flow_of_arrivals(observed: Event | None) -> None:
    """Two actors who start one after the other, and windows across both starts and the date of an observation."""
    rng = np.random.default_rng(8)
    game = make_game(
        {"a": {"x": 2}, "b": {"z": 2}},
        3 * rng.normal(size=(2, 8)),
        chance={"tide": 2},
        moves={("tide", 0, 1): 0.7, ("tide", 1, 0): 0.9},
        behaviour={"a": (2.5, 1.0, 0.3, 0.0, 1.1), "b": (3.0, 0.5, 0.4, 0.0, 2.3)},
        now={"tide": 1},
    )
    game = replace(game, horizon=6.0)
    book = Textbook(game, priced(game))
    choices = write_choices(game, solve_conduct(game, priced(game), lay_out(game)), book)
    asked, event = Condition(In("b.z", (1,))), Condition(All((In("a.x", (0,)), In("tide", (0,)))))
    item = Probability(asked, "by", 1.7, given=observed, after=Event(event, np.inf))
    found = put(game, item)
    seen = [] if observed is None else [happening(game, book, observed.condition, observed.by, observed.enters)]
    arrival = happening(game, book, event, game.horizon, False)
    both, alone = find_sequel(book, choices, game.status_quo, happening(game, book, asked, 1.7, False), arrival, seen)
    assert 0.05 < alone < 0.999
    assert found.conditions[item] == pytest.approx(alone, abs=1e-9)
    assert found.values[item] == pytest.approx(both / alone, abs=1e-8)
    if observed is None:
        singles = [Probability(asked, "by", float(t), after=item.after) for t in (0.0, 1.0, 1.7)]
        values = put(game, *singles, windows=np.zeros(0)).values
        curve = put(game, item, windows=np.array([0.0, 1.0, 1.7])).curves[item]
        np.testing.assert_allclose(curve, [values[single] for single in singles], atol=1e-8)
    else:
        assert np.isnan(found.curves[item]).all(), "its grid has no month at which it is known"
