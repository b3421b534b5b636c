"""Alternatives side by side: laws over random worths against slow definitions."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.ensemble.alternatives import NONE, Alternative, Judge, Ledger
from detente.findings.advice import SAFE, Advice
from detente.findings.policies import Weighing, advise
from detente.findings.regrets import find_front, find_regrets, pool_share, share_best, share_places
from findings.mock_korea import scenario


def worths(seed: int, judges: int = 1, most: int = 5) -> np.ndarray:
    """Random worths (judges, alternatives, draws), many of them equal."""
    rng = np.random.default_rng(seed)
    shape = (judges, int(rng.integers(2, most + 1)), int(rng.integers(1, 12)))
    return rng.integers(0, 4, shape) / 2 if rng.random() < 0.5 else rng.normal(size=shape)


def advise_on(worth: np.ndarray, weights: np.ndarray | None = None, margin: float = 0.0) -> Advice:
    """Advice from worths by measures alone; alternatives are called ``-``, a1, a2, ..."""
    names = [NONE, *(f"a{k}" for k in range(1, worth.shape[1]))]
    judges = tuple(Judge(f"m{k}", "measure") for k in range(len(worth)))
    ledger = Ledger(("rok",), tuple(Alternative(name, ()) for name in names), (), judges, worth)
    return advise(ledger, scenario(), None, Weighing(weights, margin))


@given(st.integers(0, 10**6))
def test_regret_is_never_negative_and_somebody_has_none(seed: int) -> None:
    regret = find_regrets(worths(seed)[0])
    assert (regret >= 0).all()
    assert (regret == 0).any(axis=0).all()


@given(st.integers(0, 10**6))
def test_the_always_best_has_no_regret_and_is_the_favourite(seed: int) -> None:
    worth = worths(seed)
    worth[0, 1] = worth[0].max(axis=0) + 0.5
    judged = advise_on(worth).judgements[0]
    first = judged.standings[0]
    assert (judged.favourite, first.name, judged.maximin, judged.minimax_regret) == ("a1", "a1", "a1", "a1")
    assert (first.regret.mean, first.worst_regret, first.best, first.satisfies) == (0, 0, 1, 1)


@given(st.integers(0, 10**6), st.sampled_from([1e-7, 0.3]))
def test_chances_of_being_best_and_of_places_add_up(seed: int, margin: float) -> None:
    worth = worths(seed)[0]
    best, places = share_best(worth, margin), share_places(worth, margin)
    assert best.sum(axis=0) == pytest.approx(1)
    assert places.sum(axis=0) == pytest.approx(np.ones(places.shape[1:]))
    assert places.sum(axis=1) == pytest.approx(np.ones(worth.shape))
    assert places[:, 0] == pytest.approx(best)


@given(st.integers(0, 10**6))
def test_places_are_the_mean_over_all_ways_to_order_equals(seed: int) -> None:
    worth = worths(seed, most=4)[0]
    count, draws = worth.shape
    slow = np.zeros((count, count, draws))
    for draw in range(draws):
        lawful = [
            order
            for order in permutations(range(count))
            if all(worth[a, draw] >= worth[b, draw] - 1e-9 for a, b in pairwise(order))
        ]
        for order in lawful:
            for place, k in enumerate(order):
                slow[k, place, draw] += 1 / len(lawful)
    assert share_places(worth) == pytest.approx(slow)


@given(st.integers(0, 10**6))
def test_the_front_is_what_nobody_dominates(seed: int) -> None:
    worth = worths(seed, judges=3)
    found = find_front(worth)
    for draw in range(worth.shape[2]):
        for k in range(worth.shape[1]):
            here = worth[:, :, draw]
            dominated = any(
                (here[:, other] >= here[:, k]).all() and (here[:, other] > here[:, k]).any()
                for other in range(worth.shape[1])
            )
            assert found[k, draw] == (not dominated)


@given(st.integers(0, 10**6))
def test_satisficing_and_maximin_are_their_definitions(seed: int) -> None:
    worth = worths(seed)
    judged = advise_on(worth).judgements[0]
    for standing in judged.standings:
        own = worth[0, 0 if standing.name == NONE else int(standing.name[1:])]
        assert standing.satisfies == pytest.approx(np.mean([a >= b for a, b in zip(own, worth[0, 0], strict=True)]))
        assert standing.worst == own.min()
        assert standing.gain.mean == pytest.approx(own.mean() - worth[0, 0].mean(), abs=1e-12)
        assert standing.behind == pytest.approx(worth[0].mean(axis=1).max() - own.mean(), abs=1e-12)
    assert judged.maximin == next(s.name for s in _listed(judged.standings) if s.worst == worth[0].min(axis=1).max())


def _listed(standings: tuple) -> list:
    return sorted(standings, key=lambda s: -1 if s.name == NONE else int(s.name[1:]))


@given(st.integers(0, 10**6))
def test_order_of_draws_and_names_of_alternatives_change_nothing(seed: int) -> None:
    worth = worths(seed, judges=2)
    rng = np.random.default_rng(seed)
    turned = advise_on(worth[:, :, rng.permutation(worth.shape[2])])
    plain = advise_on(worth)
    order = [0, *(1 + rng.permutation(worth.shape[1] - 1))]
    relabelled = advise_on(worth[:, order])
    back = {NONE: NONE, **{f"a{k}": f"a{order[k]}" for k in range(1, len(order))}}
    for judged, again, other in zip(plain.judgements, turned.judgements, relabelled.judgements, strict=True):
        by_name = {back[s.name]: s for s in other.standings}
        for first, second in zip(judged.standings, again.standings, strict=True):
            assert first.name == second.name
            for twin in (second, by_name[first.name]):
                assert (twin.best, twin.satisfies, twin.worst_regret) == pytest.approx(
                    (first.best, first.satisfies, first.worst_regret)
                )
                assert twin.regret.mean == pytest.approx(first.regret.mean)
    assert {back[name] for name in relabelled.robust} == set(plain.robust) == set(turned.robust)


@given(st.integers(0, 10**6))
def test_a_draw_that_counts_twice_is_two_draws(seed: int) -> None:
    worth = worths(seed, judges=2)
    times = np.random.default_rng(seed).integers(1, 4, worth.shape[2])
    weighted, repeated = advise_on(worth, times.astype(float)), advise_on(np.repeat(worth, times, axis=2))
    assert weighted.robust == repeated.robust
    for one, other in zip(weighted.judgements, repeated.judgements, strict=True):
        assert one.favourite == other.favourite
        for a, b in zip(one.standings, other.standings, strict=True):
            assert a.name == b.name
            assert (a.worth.mean, a.gain.mean, a.regret.mean) == pytest.approx(
                (b.worth.mean, b.gain.mean, b.regret.mean)
            )
            assert (a.best, a.satisfies, *a.places) == pytest.approx((b.best, b.satisfies, *b.places))
    for front, twin in zip(weighted.front, repeated.front, strict=True):
        assert (front.on_average, front.share) == (twin.on_average, pytest.approx(twin.share))


@given(st.integers(0, 10**6))
def test_robust_is_its_rule_in_words(seed: int) -> None:
    worth = worths(seed, judges=2)
    found = advise_on(worth).robust
    means = worth.mean(axis=2)

    def good(k: int) -> bool:
        safe = all(np.mean(worth[m, k] >= worth[m, 0] - 1e-7) >= SAFE for m in range(2))
        return safe and any(means[m, k] > means[m, 0] + 1e-7 for m in range(2))

    candidates = [k for k in range(worth.shape[1]) if good(k)]
    kept = {
        k
        for k in candidates
        if not any(
            all(means[m, j] >= means[m, k] - 1e-7 for m in range(2))
            and any(means[m, j] > means[m, k] + 1e-7 for m in range(2))
            for j in candidates
        )
    }
    assert {f"a{k}" for k in kept} == set(found)


def test_within_the_margin_nothing_differs() -> None:
    worth = np.array([[[0.0, 1.0], [0.005, 1.004]]])
    assert advise_on(worth, margin=0.01).judgements[0].favourite is None
    assert advise_on(worth, margin=0.0).judgements[0].favourite == "a1"


def test_the_error_of_a_share_counts_weights_as_fewer_draws() -> None:
    even = pool_share(np.array([1.0, 0.0, 1.0, 0.0]), None)
    assert pool_share(np.array([1.0, 0.0, 1.0, 0.0]), np.ones(4)) == pytest.approx(even)
    assert pool_share(np.array([1.0, 0.0, 1.0, 0.0]), np.array([9.0, 9.0, 1.0, 1.0]))[1] > even[1]
