"""Strength of preference: the textbook on random games, its limits, and a case by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numba import config

from builders import make_game, priced, random_game
from detente.solvers.stability import CONCEPTS, find_equilibria
from detente.solvers.strengths import find_strong_equilibria
from oracles import Graph

#: random games a block; as plain Python the kernels get fewer
GAMES = 10 if config.DISABLE_JIT else 50


class Degrees(Graph):
    """The graph model with three degrees of preference (Xu, Hipel, Kilgour & Fang 2018, chapter 6)."""

    def __init__(self, game, prices, thresholds):
        super().__init__(game, prices)
        self.limits = [(round(low * 1e9), round(max(low, high) * 1e9)) for low, high in thresholds]

    def prefers(self, i: int, q: int, s: int) -> bool:
        return self.worth[i, q] - self.worth[i, s] > self.limits[i][0]

    def greatly_prefers(self, i: int, q: int, s: int) -> bool:
        return self.worth[i, q] - self.worth[i, s] > self.limits[i][1]

    def improvements(self, i: int, s: int) -> set[int]:
        return {q for q in self.reach[i, s] if self.prefers(i, q, s)}

    def judge(self, concept: str, i: int, s: int, strongly: bool) -> bool:
        if concept == "nash":
            return not self.improvements(i, s)

        def sanctions(z: int) -> bool:
            return self.greatly_prefers(i, s, z) if strongly else not self.prefers(i, z, s)

        return all(
            any(
                sanctions(z) and (concept in ("gmr", "seq") or all(sanctions(q) for q in self.reach[i, z]))
                for z in self.reached_by_others(i, t, concept in ("seq", "sseq"))
            )
            for t in self.improvements(i, s)
        )


@pytest.mark.parametrize("block", range(10))
def test_textbook_definitions_hold_on_random_games(block: int) -> None:
    kinds = np.zeros(3, np.int64)
    for seed in range(GAMES):
        rng = np.random.default_rng([61, block, seed])
        game = random_game(rng, actors=2 + seed % 3, chance=seed % 5 == 0)
        prices = priced(game)
        spread = np.ptp(prices.payoffs[game.feasible])
        thresholds = np.array([sorted(rng.choice([0, 1, 2, spread / 2], 2)) for _ in game.actors])
        graph = Degrees(game, prices, thresholds)
        found = find_strong_equilibria(game, prices, thresholds)
        for concept in CONCEPTS:
            for i in graph.actors:
                for rows, strongly in ((found.stable, False), (found.strong, True)):
                    expected = [s for s in graph.states if graph.judge(concept, i, s, strongly)]
                    assert np.flatnonzero(rows[concept][i]).tolist() == expected, (concept, i, strongly)
            weak = found.stable[concept] & ~found.strong[concept]
            kinds += [found.strong[concept].sum(), weak.sum(), (~found.stable[concept] & game.feasible).sum()]
            assert not (found.strong[concept] & ~found.stable[concept]).any()
    assert (kinds > 0).all()


@pytest.mark.parametrize("seed", range(20))
def test_without_thresholds_stability_is_as_ever(seed: int) -> None:
    game = random_game(np.random.default_rng([62, seed]), actors=2 + seed % 3)
    plain = np.tile([0.0, np.inf], (len(game.actors), 1))
    found, ever = find_strong_equilibria(game, priced(game), plain), find_equilibria(game, priced(game))
    for concept in CONCEPTS:
        np.testing.assert_array_equal(found.stable[concept], ever.stable[concept])
        np.testing.assert_array_equal(found.equilibria[concept], ever.equilibria[concept])
        # No preference is a great one, so only who has no improvement is strongly stable.
        np.testing.assert_array_equal(found.strong[concept], found.stable["nash"])


def test_mild_and_great_sanctions_by_hand() -> None:
    """a gains 1 by moving; b's interested reply costs it 1, or 3: mild or great by a threshold of 2."""
    for cost, strongly in ((1, False), (3, True)):
        game = make_game({"a": {"x": 2}, "b": {"y": 2}}, [[[5, 5], [6, 5 - cost]], [[0, 0], [0, 1]]])
        limits = np.array([[0.5, 2.0], [0.5, 2.0]])
        found = find_strong_equilibria(game, priced(game), limits)
        assert found.stable["seq"][0, 0]
        assert found.strong["seq"][0, 0] == strongly
        numb = find_strong_equilibria(game, priced(game), np.array([[1.0, 2.0], [0.5, 2.0]]))
        assert numb.stable["nash"][0, 0]  # a gain of 1 is none to an actor indifferent up to 1
    assert repr(found).startswith("<StrengthStability Nash: ")


def test_sim_has_no_strengths() -> None:
    game = make_game({"a": {"x": 2}}, [[1, 0]])
    with pytest.raises(ValueError, match=r"^SIM has no strengths; the concepts are nash, gmr, smr, seq, sseq$"):
        find_strong_equilibria(game, priced(game), np.array([[0.0, 1.0]]), ["sim"])
