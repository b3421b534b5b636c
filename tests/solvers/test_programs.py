"""The programs one by one: what is switched off stays off, what is barred does not come back."""

from __future__ import annotations

import numpy as np
import pytest

from detente.solvers.programs import LEAST, Ball, Choice, Program, refine, solve

VECTORS = np.array([[-1.0, -1.0, -1.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [-1.0, 0.0, -1.0]])
FREE = np.full(3, np.inf)


def way(*kinds: int) -> frozenset[int]:
    return frozenset(kinds)


def ball(radius: float = 2.9) -> Ball:
    return Ball(np.array([-0.4, -2.5, 0.3]), -FREE, FREE, radius)


#: the last weight meets 2 already and 3 with a change of 0.1, while 0 and 1 stay far from met
EITHER = Program(VECTORS, (frozenset([way(2), way(0)]), frozenset([way(3), way(1)])))


def test_a_way_not_chosen_asks_nothing() -> None:
    found = solve(EITHER, ball(), 60)
    assert found.verdict == "found"
    assert found.bound == pytest.approx(0.1, abs=1e-6)
    assert found.choice is not None
    assert {way(2), way(3)} <= found.choice.ways
    weights = refine(EITHER, found.choice, ball())
    assert weights is not None
    assert np.abs(weights - ball().centre).sum() == pytest.approx(0.1)
    assert (VECTORS[[2, 3]] @ weights <= 1e-12).all()


def test_what_is_barred_does_not_come_back() -> None:
    program = Program(EITHER.vectors, EITHER.clauses, barred=[Choice(frozenset([way(2), way(3)]), frozenset())])
    found = solve(program, ball(), 60)
    assert found.choice is not None
    assert not {way(2), way(3)} <= found.choice.ways
    assert found.bound == pytest.approx(2.5, abs=1e-6)


def test_one_of_a_cut_must_improve() -> None:
    program = Program(VECTORS, (), cuts=[np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0]])])
    found = solve(program, ball(), 60)
    assert found.choice is not None
    assert found.choice.edges == {np.array([0.0, 0.0, -1.0]).tobytes()}
    assert found.bound == pytest.approx(0.3 + LEAST, abs=1e-6)
    assert solve(program, ball(0.3), 60).verdict == "impossible"
    assert solve(Program(VECTORS, (), cuts=[np.zeros((0, 3))]), ball(), 60).verdict == "impossible"


def test_weights_that_cannot_be_are_none() -> None:
    choice = Choice(frozenset([way(2)]), frozenset([np.array([0.0, 0.0, -1.0]).tobytes()]))
    assert refine(Program(VECTORS, ()), choice, ball()) is None


def test_the_ball_s_ends_count() -> None:
    tight = Ball(np.array([1.0, -1.0]), np.array([0.5, -1.0]), np.array([2.0, 3.0]), 2.0)
    assert tight.most(np.array([1.0, 0.0])) == pytest.approx(2.0)
    assert tight.most(np.array([-1.0, 0.0])) == pytest.approx(-0.5)
    assert tight.most(np.array([0.0, 1.0])) == pytest.approx(1.0)
    assert tight.most(np.array([0.0, -2.0])) == pytest.approx(2.0)
