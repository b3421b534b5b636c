"""The least change of weights, against every choice of comparisons tried one by one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from builders import RELAY, weighted_game
from detente import api
from detente.game.game import Game
from detente.game.pricing import draw_inputs, price
from detente.scenario.reader import loads
from detente.solvers.adjustments import MARGIN, Adjustment, Change, Question, find_adjustment, lay_statements
from detente.solvers.board import rank_states
from detente.solvers.comparisons import Escape, find_others
from detente.solvers.programs import LEAST
from detente.solvers.stability import CONCEPTS, equilibria_of
from oracles_inverse import TooMany, least_change


def ask(game: Game, actor: int, cell: int, concept: str) -> Question:
    values = draw_inputs(game, None)
    return Question(game, values, rank_states(game, price(game, values).payoffs), actor, cell, concept)


def random_questions(seed: int, games: int, statements: int = 3) -> list[Question]:
    """Of random small games: what is stable already, what others leave, what is open, and what hangs on threats."""
    rng = np.random.default_rng(seed)
    questions = []
    while games:
        game = weighted_game(rng, int(rng.integers(2, 4)), statements)
        if game.feasible.sum() > 40:
            continue
        games -= 1
        kept = {"stable": 1, "escape": 1, "open": 3, "threat": 3}
        for cell in rng.permutation(np.flatnonzero(game.feasible)):
            for concept in CONCEPTS:
                question = ask(game, int(rng.integers(len(game.actors))), int(cell), concept)
                kind = sort_question(question)
                if kept[kind]:
                    kept[kind] -= 1
                    questions.append(question)
    return questions


def sort_question(question: Question) -> str:
    game, cell, concept = question.game, question.cell, question.concept
    if cell in equilibria_of(game, price(game, question.values), (concept,))[concept]:
        return "stable"
    others = find_others(game, question.ranks, question.actor, cell, concept)
    return "escape" if others.escapes else "threat" if others.threats else "open"


def oracle(question: Question, within: bool) -> float | None:
    statements = lay_statements(question)
    centre = question.values[statements.inputs]
    return least_change(
        question.game,
        price(question.game, question.values),
        statements.features.astype(np.float64),
        centre,
        (question.actor, question.cell, question.concept),
        (statements.low, statements.high) if within else None,
    )


@pytest.mark.parametrize("within", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_the_change_is_the_smallest_of_all_choices(seed: int, within: bool) -> None:
    compared = Counter[str]()
    for question in random_questions(seed, 12):
        try:
            expected = oracle(question, within)
        except TooMany:
            continue
        found = find_adjustment(question, within=within)
        assert (expected is None) == (found.verdict == "impossible"), (question, expected, found)
        if expected is not None:
            assert found.cost == pytest.approx(expected, abs=2e-5), (question, found)
            assert found.bound == pytest.approx(expected, abs=2e-5) or found.verdict == "stable"
            assert found.verified
        compared[found.verdict] += 1
        compared["threatened"] += found.verdict != "stable" and found.threats > 0
        compared["proved"] += found.verdict == "impossible" and found.escape is None
    assert min(compared.values()) >= 3, compared


@pytest.mark.parametrize("seed", range(2))
def test_no_smaller_change_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    probed = 0
    for question in random_questions(100 + seed, 10, statements=4):
        found = find_adjustment(question)
        if found.verdict != "found" or found.cost < 0.01:
            continue
        inputs = lay_statements(question).inputs
        for _ in range(100):
            step = rng.normal(size=len(inputs)) * (rng.random(len(inputs)) < rng.choice([0.4, 1.0]))
            values = question.values.copy()
            values[inputs] += step * found.cost * rng.choice([rng.random(), 0.999]) / max(np.abs(step).sum(), 1e-9)
            stable = equilibria_of(question.game, price(question.game, values), (question.concept,))
            assert question.cell not in stable[question.concept], (question, values[inputs])
            probed += 1
    assert probed > 1500


PRESSED = """\
detente: 1
title: T
as_of: 2024-01-01
horizon: 1 month
actors:
  a:
    levers: {x: [no, yes]}
    wants: [{id: act, want: x = yes, weight: -1}, {id: answer, want: x = yes and b.y = yes, weight: 0.5}]
  b:
    levers: {y: [no, yes]}
    wants: [{want: y = yes, weight: 1}, {want: a.x = yes, weight: -2}]
"""


def pressed(concept: str, actor: int = 0, text: str = PRESSED, within: bool = False) -> Adjustment:
    """An answer about the status quo."""
    game = api.compile(loads(text)[0])
    return find_adjustment(ask(game, actor, game.status_quo, concept), within=within)


def test_a_sanction_may_rest_on_the_actor_asked_about() -> None:
    # b leaves unless a would answer at y = yes, which it must like to do by LEAST; at y = no it must not like to act.
    found = pressed("seq")
    (change,) = found.changes
    assert (found.verdict, found.threats, found.verified) == ("found", 1, True)
    assert (change.input, change.before, change.kind) == ("a.answer", 0.5, "strengthened")
    assert change.after == pytest.approx(1 + LEAST)
    assert found.cost == pytest.approx(0.5 + LEAST)


def test_a_sanction_may_pass_the_actor_twice() -> None:
    found = pressed("seq", text=RELAY)
    assert [(change.input, change.kind) for change in found.changes] == [("a.begin", "reversed"), ("a.end", "reversed")]
    assert (found.verdict, found.threats, found.verified) == ("found", 1, True)
    assert found.cost == pytest.approx(2 + 2 * LEAST, abs=1e-6)


def test_what_the_actor_would_have_to_want_at_once_is_impossible() -> None:
    # Without the second statement a cannot like to answer and not like to act.
    text = PRESSED.replace(", {id: answer, want: x = yes and b.y = yes, weight: 0.5}", "")
    found = pressed("seq", text=text)
    assert (found.verdict, found.escape, found.threats) == ("impossible", None, 1)
    assert found.bound == pytest.approx(2, abs=1e-4)  # all weights to nothing, and one unit more
    assert pressed("gmr", text=text).verdict == "stable"


@pytest.mark.parametrize("concept", CONCEPTS)
def test_what_another_leaves_whatever_the_actor_wants_is_impossible(concept: str) -> None:
    text = PRESSED.replace("{want: a.x = yes, weight: -2}", "{want: a.x = yes, weight: -0.5}")
    found = pressed(concept, text=text)
    assert (found.verdict, found.escape) == ("impossible", Escape(1, 1))  # to x = no, y = yes


def test_ranges_can_make_it_impossible() -> None:
    text = PRESSED.replace("y = yes, weight: 1}", "y = yes, weight: uniform 0.5 1.5}")
    (change,) = pressed("nash", 1, text).changes
    assert (change.kind, change.before, change.after) == ("dropped", 1.0, 0.0)
    found = pressed("nash", 1, text, within=True)
    assert (found.verdict, found.escape, found.within) == ("impossible", None, True)


def test_a_tie_that_rounding_spoils_is_met_with_a_margin() -> None:
    # Both sums lie half-way between two points of the grid, and are added up in different orders.
    weights = (1.1649031635, 1.1267371940000002, 1.5093640970000002, 0.1, 0.7)
    lines = [f"{{want: x = {'yes' if k < 3 else 'no'}, weight: {w!r}}}" for k, w in enumerate(weights)]
    head = PRESSED[: PRESSED.index("  a:")]
    text = f"{head}  a:\n    levers: {{x: [no, yes]}}\n    wants: [{', '.join(lines)}]\n"
    game = api.compile(loads(text)[0])
    found = find_adjustment(ask(game, 0, 0, "nash"))
    assert (found.verdict, found.margin, found.verified) == ("found", MARGIN, True)
    assert found.cost == pytest.approx(sum(weights[:3]) - sum(weights[3:]), abs=2 * MARGIN)


def test_without_time_nothing_is_decided() -> None:
    found = find_adjustment(next(iter(open_questions())), seconds=0.0)
    assert (found.verdict, found.changes, found.verified) == ("undecided", (), False)


def open_questions() -> list[Question]:
    return [
        question
        for question in random_questions(0, 10)
        if find_adjustment(question).verdict == "found" and question.concept == "gmr"
    ]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [(1, -1, "reversed"), (1, 0, "dropped"), (0, 1, "added"), (-2, -1, "weakened"), (1, 2, "strengthened")],
)
def test_what_happens_to_a_weight(before: float, after: float, kind: str) -> None:
    assert Change("a.x", "", before, after).kind == kind
