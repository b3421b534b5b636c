"""What was observed, held against a draw: against the chain over states and flags written out, and laws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import add_phases, priced, random_conflict
from detente.game.game import Game, mask
from detente.scenario.conditions import All, Any, Condition, In, Not
from detente.scenario.queries import Event, Probability, Query
from detente.solvers import jumps
from detente.solvers.conduct import solve_conduct
from detente.solvers.filtering import Filtered
from detente.solvers.forecast import answer
from detente.solvers.layout import lay_out
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid
from detente.solvers.strands import Observation
from oracles_dynamics import Textbook, write_choices
from oracles_flags import Flagged, Happening

DATES = (0.0, 0.7, 1.5, 4.0, 7.0)
KINDS = ("on", "by", "enters")

seeds = st.integers(0, 2**32 - 1)


def draw_condition(rng: np.random.Generator, game: Game) -> Condition:
    """One or two levers at some of their levels."""
    atoms = []
    for k in rng.choice(len(game.axes), size=min(len(game.axes), int(rng.integers(1, 3))), replace=False):
        axis = game.axes[k]
        levels = rng.choice(len(axis.levels), size=int(rng.integers(1, len(axis.levels))), replace=False)
        atoms.append(In(axis.id, tuple(sorted(levels.tolist()))))
    node = atoms[0] if len(atoms) == 1 else All(tuple(atoms)) if rng.random() < 0.5 else Any(tuple(atoms))
    return Condition(Not(node) if rng.random() < 0.3 else node)


def draw_observations(rng: np.random.Generator, game: Game, most_by: int = 2) -> list[Observation]:
    """Up to four; some on one day, some on the model's first day."""
    items: list[Observation] = []
    for _ in range(int(rng.integers(1, 5))):
        by = bool(rng.random() < 0.5) and sum(item.by for item in items) < most_by
        negated = bool(rng.random() < 0.5)
        items.append(Observation(draw_condition(rng, game), float(rng.choice(DATES)), by, negated))
    return items


def observe(game: Game, items: Sequence[Observation], asked: Sequence[Probability] = ()) -> Filtered:
    found = answer(lay_plan(game, [], Grid(np.zeros(0)), [], items, asked), None).evidence
    assert found is not None
    return found


class Enumeration:
    """Probabilities of everything observed together, off the written-out chain."""

    def __init__(self, game: Game) -> None:
        self.game, self.book = game, Textbook(game, priced(game))
        self.choices = write_choices(game, solve_conduct(game, priced(game), lay_out(game)), self.book)

    def find(self, items: Sequence[Observation], asked: Probability | None = None) -> float:
        """P(every item, and what is asked)."""
        items = list(items)
        wanted = [not item.negated for item in items if item.by]
        happenings = [Happening(self.where(item.condition), item.time) for item in items if item.by]
        looks = [(item.time, self.where(item.condition) != item.negated) for item in items if not item.by]
        if asked is not None and asked.kind == "on":
            looks.append((asked.time, self.where(asked.condition)))
        elif asked is not None:
            happenings.append(Happening(self.where(asked.condition), asked.time, asked.kind == "enters"))
            wanted.append(True)
        chain = Flagged(self.book, self.choices, happenings)
        mass, now = chain.start(self.game.status_quo), 0.0
        for time, seen in sorted(looks, key=lambda look: look[0]):
            mass, now = chain.walk(mass, now, time) if time > now else mass, time
            for (state, _), k in chain.index.items():
                mass[k] *= seen[state]
        mass = chain.walk(mass, now, max([*DATES, now]))
        return chain.sum(mass, lambda s, flags: [flag == 2 for flag in flags] == wanted)

    def where(self, condition: Condition) -> np.ndarray:
        return mask(self.game, condition)[self.book.cells]


@pytest.mark.parametrize(("tail", "near"), [(jumps.TAIL, (1e-9, 1e-8)), (1e-15, (1e-10, 1e-10))])
@given(seeds)
@settings(max_examples=40)
def test_likelihoods_and_posteriors_equal_enumeration(tail: float, near: tuple[float, float], seed: int) -> None:
    """What is left at the tail is all that separates them: to 1e-10 when next to nothing is left there."""
    rng = np.random.default_rng([61, seed])
    game = random_conflict(rng, largest=7)
    books = Enumeration(game)
    items = draw_observations(rng, game)
    asked = [
        Probability(draw_condition(rng, game), kind, float(rng.choice(DATES))) for kind in ("on", "by", "enters", "on")
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jumps, "TAIL", tail)
        found = observe(game, items, asked)
    ordered = sorted(items, key=lambda item: item.time)
    joint = 1.0
    for k in range(len(ordered)):
        now = books.find(ordered[: k + 1])
        if joint < 1e-5:
            break
        assert found.increments[k] == pytest.approx(now / joint, abs=near[0])
        joint = now
    else:
        for item in asked:
            if joint > 1e-5:
                assert found.posteriors[item] == pytest.approx(books.find(ordered, item) / joint, abs=near[1])
            elif joint < 1e-13:
                assert np.isnan(found.posteriors[item])


@given(seeds)
@settings(max_examples=30)
def test_one_observation_is_what_is_given(seed: int) -> None:
    """One ``seen ... by`` is the condition of a query with ``given``, and the posterior is its value."""
    rng = np.random.default_rng([67, seed])
    game = random_conflict(rng, largest=60)
    if rng.random() < 0.4:  # conduct that changes on the way
        hurried = {player.id: float(rng.uniform(0.2, 3)) for player in game.actors}
        game = add_phases(game, [{"start": 1.1, "until": 3.0, "tempo": hurried}])
    event, condition = draw_condition(rng, game), draw_condition(rng, game)
    date = float(rng.choice(DATES))
    for kind in KINDS:
        plain = Probability(condition, kind, float(rng.choice(DATES)))
        item = Probability(condition, kind, plain.time, given=Event(event, date))
        both = answer(
            lay_plan(game, [Query(item)], Grid(np.zeros(0)), [], [Observation(event, date, by=True)], [plain]), None
        )
        assert both.evidence is not None
        assert both.evidence.increments[0] == pytest.approx(both.conditions[item], abs=1e-9)
        if both.conditions[item] > 1e-6:
            assert both.evidence.posteriors[plain] == pytest.approx(both.values[item], abs=1e-8)


@given(seeds)
@settings(max_examples=30)
def test_seen_and_not_seen_add_up_and_order_within_a_day_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng([71, seed])
    game = random_conflict(rng, largest=60)
    items = draw_observations(rng, game, most_by=3)
    asked = [Probability(draw_condition(rng, game), kind, float(rng.choice(DATES))) for kind in KINDS]
    found = observe(game, items, asked)
    mixed = [items[k] for k in rng.permutation(len(items))]
    again = observe(game, mixed, asked)
    if np.nanmin(found.increments) > 1e-6:
        assert np.prod(again.increments) == pytest.approx(np.prod(found.increments), rel=1e-6)
        for item in asked:
            assert again.posteriors[item] == pytest.approx(found.posteriors[item], abs=1e-8)
    last = Observation(items[0].condition, max(DATES), bool(rng.random() < 0.5))
    other = Observation(last.condition, last.time, last.by, negated=True)
    sums = [observe(game, [*items, one]).increments[-1] for one in (last, other)]
    assert np.isnan(sums).all() or sum(sums) == pytest.approx(1.0, abs=1e-8)


@given(seeds)
@settings(max_examples=30)
def test_a_conjunction_is_its_parts_on_one_day_and_what_is_sure_changes_nothing(seed: int) -> None:
    rng = np.random.default_rng([73, seed])
    game = random_conflict(rng, largest=60)
    first, second = draw_condition(rng, game), draw_condition(rng, game)
    date, by = float(rng.choice(DATES)), bool(rng.random() < 0.5)
    asked = [Probability(draw_condition(rng, game), kind, float(rng.choice(DATES))) for kind in KINDS]
    if by:  # not seen the one nor the other
        parts = [Observation(item, date, True, True) for item in (first, second)]
        whole = Observation(Condition(Any((first.node, second.node))), date, True, True)
    else:
        parts = [Observation(item, date) for item in (first, second)]
        whole = Observation(Condition(All((first.node, second.node))), date)
    split, joined = observe(game, parts, asked), observe(game, [whole], asked)
    sure = Observation(Condition(Any((first.node, Not(first.node)))), float(rng.choice(DATES)), by)
    padded = observe(game, [*parts, sure], asked)
    assert np.nan_to_num(split.increments).prod() == pytest.approx(joined.increments[0], abs=1e-10)
    assert np.nan_to_num(padded.increments).prod() == pytest.approx(joined.increments[0], abs=1e-9)
    if joined.increments[0] > 1e-6:
        for item in asked:
            assert split.posteriors[item] == pytest.approx(joined.posteriors[item], abs=1e-8)
            assert padded.posteriors[item] == pytest.approx(joined.posteriors[item], abs=1e-8)


@given(seeds)
@settings(max_examples=30)
def test_what_is_sure_leaves_the_prior_and_what_was_seen_is_certain(seed: int) -> None:
    rng = np.random.default_rng([79, seed])
    game = random_conflict(rng, largest=60)
    seen, date = draw_condition(rng, game), float(rng.choice(DATES))
    sure = Observation(Condition(Any((seen.node, Not(seen.node)))), date, bool(rng.random() < 0.5))
    asked = [Probability(seen, kind, float(rng.choice(DATES))) for kind in KINDS]
    prior = answer(lay_plan(game, [Query(item) for item in asked], Grid(np.zeros(0)), [], [sure], asked), None)
    assert prior.evidence is not None
    assert prior.evidence.increments[0] == pytest.approx(1.0, abs=1e-9)
    for item in asked:
        assert prior.evidence.posteriors[item] == pytest.approx(prior.values[item], abs=1e-8)
    implied = [Probability(seen, "on", date), *(Probability(seen, "by", time) for time in DATES if time >= date)]
    found = observe(game, [Observation(seen, date)], implied)
    if found.increments[0] > 1e-8:
        assert [found.posteriors[item] for item in implied] == pytest.approx([1.0] * len(implied), abs=1e-9)
    else:
        assert found.increments[0] > 0 or np.isnan([found.posteriors[item] for item in implied]).all()
