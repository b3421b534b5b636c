"""The least change of weights, against every choice of comparisons tried one by one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from builders import weighted_game
from detente.game.game import Game
from detente.game.pricing import draw_inputs, price
from detente.solvers.adjustments import Question, find_adjustment, lay_statements
from detente.solvers.comparisons import find_others
from detente.solvers.stability import CONCEPTS, equilibria_of, rank_states
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
@pytest.mark.parametrize("seed", range(4))
def test_the_change_is_the_smallest_of_all_choices(seed: int, within: bool) -> None:
    compared = Counter[str]()
    for question in random_questions(seed, 20):
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
    print(compared)
