"""Sequences of moves against the chain that remembers its path, and against the Poisson clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import stats

from builders import make_game, priced, random_conflict
from detente.game.game import Game
from detente.solvers import branching
from detente.solvers.branching import LONGEST
from detente.solvers.conduct import solve_conduct
from detente.solvers.departures import CHANCE, Situation
from detente.solvers.layout import lay_out
from detente.solvers.sequences import Sequences, find_sequences
from oracles_dynamics import Textbook, write_choices

DAY = date(2025, 1, 1)


def situate(game: Game) -> Situation:
    layout = lay_out(game)
    return Situation(game, layout, solve_conduct(game, priced(game), layout), game.status_quo, DAY)


def track(situation: Situation, until: float) -> tuple[dict[tuple[int, ...], float], float]:
    book = Textbook(situation.game, priced(situation.game))
    return book.track(write_choices(situation.game, situation.conduct, book), situation.start, until, LONGEST)


def draw_small(seed: int) -> Situation:
    """At most eight states, with late starts and chance."""
    rng = np.random.default_rng([31, seed])
    return situate(random_conflict(rng, largest=8))


@pytest.mark.parametrize("seed", range(30))
def test_the_likeliest_sequences_of_random_conflicts(seed: int) -> None:
    situation = draw_small(seed)
    until = (0.5, 2.0, 7.0)[seed % 3]
    paths, beyond = track(situation, until)
    del paths[situation.start,]
    best = sorted(paths.values(), reverse=True)
    most = (1, 2, 3, 6)[seed % 4]
    found = find_sequences(situation, until, most)
    np.testing.assert_allclose([item.probability for item in found.told], best[: len(found.told)], atol=1e-10)
    assert len(found.told) == min(most, len(paths)) or best[len(found.told)] < 1e-12
    for item in found.told:
        assert item.probability == pytest.approx(paths[item.cells], abs=1e-10)
        # a beginning is every path that begins so, and what is beyond all paths may have begun so too
        begun = sum(p for path, p in paths.items() if path[: len(item.cells)] == item.cells)
        assert begun - 1e-10 <= item.begun <= begun + beyond + 1e-10
    assert found.proven == len(found.told)
    assert found.bound >= max(best[len(found.told) :], default=0.0) - 1e-10
    everything = find_sequences(situation, until, len(paths) + 1)
    assert everything.rest == pytest.approx(beyond, abs=1e-9)


def test_the_odds_of_everything_sum_to_one() -> None:
    found = find_sequences(draw_small(3), 4.0, 5)
    assert found.nothing + sum(item.probability for item in found.told) + found.rest == pytest.approx(1.0, abs=1e-12)
    document = found.to_dict()
    assert document["rest"] == found.rest


def clock(rates: list[float]) -> Game:
    """Nature alone counts up, at a rate for each count."""
    count = len(rates)
    return make_game(
        {"a": {"x": 1}},
        np.zeros((1, count + 1)),
        chance={"count": count + 1},
        moves={("count", k, k + 1): rate for k, rate in enumerate(rates)},
    )


@pytest.mark.parametrize("until", [0.3, 5.0, 40.0])
def test_equal_rates_are_a_poisson_clock(until: float) -> None:
    found = find_sequences(situate(clock([0.7] * 9)), until, 20)
    told = {len(item.movers): item.probability for item in found.told}
    for moves, probability in told.items():
        assert probability == pytest.approx(stats.poisson.pmf(moves, 0.7 * until), abs=1e-11)
    # six moves are the most, though nine are possible
    assert max(told) == LONGEST
    assert found.rest == pytest.approx(stats.poisson.sf(LONGEST, 0.7 * until), abs=1e-10)
    assert found.nothing == pytest.approx(np.exp(-0.7 * until), abs=1e-12)
    assert all(mover == CHANCE for item in found.told for mover in item.movers)


def test_the_likeliest_may_begin_with_what_is_less_likely() -> None:
    """The likelier first move is often followed by another; the less likely one soon leads where all rests."""
    game = make_game(
        {"a": {"x": 1}},
        np.zeros((1, 5)),
        chance={"w": 5},
        moves={("w", 0, 1): 0.5, ("w", 0, 2): 0.45, ("w", 1, 4): 0.05, ("w", 2, 3): 5.0},
    )
    (only,) = find_sequences(situate(game), 10.0, 1).told
    assert only.cells == (0, 2, 3)
    assert only.probability == pytest.approx(0.45 / 0.95, abs=1e-3)


def test_nearly_equal_rates_do_no_harm() -> None:
    equal = find_sequences(situate(clock([1.0] * 6)), 3.0, 6)
    near = find_sequences(situate(clock([1.0, 1 + 1e-13, 1 - 1e-12, 1 + 1e-11, 1.0, 1 - 1e-9])), 3.0, 6)
    for one, other in zip(equal.told, near.told, strict=True):
        assert one.probability == pytest.approx(other.probability, abs=1e-8)


def test_an_actor_that_starts_later_moves_later() -> None:
    game = make_game({"a": {"x": 2}}, [[0, 3]], one_way={"a.x": True}, behaviour={"a": (2.0, 0.0, 0.5, 0.0, 1.5)})
    situation = situate(game)
    (only,) = find_sequences(situation, 4.0, 5).told
    shares = 1 / (1 + np.exp(-3 / 0.5))
    assert only.probability == pytest.approx(1 - np.exp(-2.0 * shares * 2.5), abs=1e-11)
    assert find_sequences(situation, 1.0, 5).told == ()
    assert find_sequences(situation, 1.0, 5).nothing == 1.0


def check_bound(found: Sequences, paths: dict[tuple[int, ...], float]) -> None:
    """Nothing that is not told exceeds the bound, and what is said to be proven is the best."""
    told = {item.cells for item in found.told}
    missed = [p for path, p in paths.items() if path not in told]
    assert max(missed, default=0.0) <= found.bound + 1e-10
    best = sorted(paths.values(), reverse=True)
    np.testing.assert_allclose([i.probability for i in found.told[: found.proven]], best[: found.proven], atol=1e-10)


@pytest.mark.parametrize("budget", [2, 4, 9, 20])
@pytest.mark.parametrize("seed", range(6))
def test_a_search_that_ends_early_says_what_it_may_have_missed(seed: int, budget: int) -> None:
    situation = draw_small(seed)
    paths, _ = track(situation, 3.0)
    del paths[situation.start,]
    found = find_sequences(situation, 3.0, 5, searched=budget)
    assert found.searched <= budget
    check_bound(found, paths)
    if found.proven < len(found.told):
        assert "a sequence that was missed may have up to" in " ".join(str(found).split())


def test_forgetting_what_can_never_be_looked_into_keeps_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = []
    whole = branching.Search._forget
    monkeypatch.setattr(branching.Search, "_forget", lambda self, n: (forgotten.append(n), whole(self, n))[1])
    for seed in range(12):
        situation = draw_small(seed)
        paths, _ = track(situation, 3.0)
        del paths[situation.start,]
        check_bound(find_sequences(situation, 3.0, 400, searched=3), paths)
    assert forgotten


def test_little_memory_is_a_smaller_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branching, "MEMORY", 1)
    assert find_sequences(draw_small(0), 3.0, 5).searched == 1


def test_nothing_can_move() -> None:
    found = find_sequences(situate(make_game({"a": {"x": 1}}, [[0]])), 3.0, 5)
    assert (found.told, found.nothing, found.rest) == ((), 1.0, 0.0)
    assert "100.0 %" in str(found)
    assert found.to_dict()["first"]["expected_wait"] is None  # type: ignore[index]


def test_the_text_of_a_small_search() -> None:
    game = replace(clock([0.5, 0.25]), title="T")
    assert str(find_sequences(situate(game), 2.0, 5)).splitlines() == [
        "2025-01-01 to 2025-03-03, central values. State: status quo",
        "",
        "     exactly so  begins so  moves",
        "  1.     47.7 %     63.2 %  chance, count: 0 -> 1",
        "  2.     15.5 %     15.5 %  chance, count: 0 -> 1",
        "                            then chance, count: 1 -> 2",
        "         36.8 %             nothing moves",
        "          0.0 %             everything else",
        "",
        "Proven to be the likeliest. Everything else is less likely, longer than 6 moves, or comes back to a",
        "state already left.",
        "",
        "by 2025-03-03     ever  who moves first",
        "       63.2 %  100.0 %  chance",
        "       36.8 %    0.0 %  nobody",
        "The first move is expected after 2 months.",
        "",
        "   first  in the above  first move",
        "  63.2 %        63.2 %  chance, count: 0 -> 1",
        "",
        "The likeliest first move: chance, count: 0 -> 1 (63.2 % by the date).",
    ]
