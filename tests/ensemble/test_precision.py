"""Standard errors over draws: the textbook formulas, honest about Sobol rows, and a rule for when to stop on them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from math import isnan, sqrt
from pathlib import Path
from statistics import stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest, norm

from detente.ensemble.design import draw_rows
from detente.ensemble.goal import Goal, list_checkpoints
from detente.ensemble.job import Answer, Field
from detente.ensemble.manifest import read_manifest
from detente.ensemble.precision import error_of, error_of_mean, error_of_share
from detente.ensemble.runner import Plan, run
from detente.ensemble.store import load_run
from detente.errors import RunError
from ensemble.jobs import Countdown, bits, part_names


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_the_error_of_a_mean_is_the_textbook_one(values: list[float]) -> None:
    assert error_of_mean(np.array(values)) == pytest.approx(stdev(values) / sqrt(len(values)), abs=1e-9)


def test_equal_values_have_no_error_and_one_value_none_that_is_known() -> None:
    assert error_of_mean(np.full(7, 0.1)) == 0
    assert isnan(error_of_mean(np.array([0.1])))
    assert isnan(error_of(np.array([]), yes_or_no=True))


@given(st.integers(1, 5000), st.data())
def test_the_error_of_a_share_is_half_of_wilsons_interval(draws: int, data: st.DataObject) -> None:
    yes = data.draw(st.integers(0, draws))
    interval = binomtest(yes, draws).proportion_ci(norm.cdf(1) - norm.cdf(-1), method="wilson")
    ends = (interval.low, interval.high)
    if 0 < yes < draws:  # scipy moves an end that touches 0 or 1 there
        assert 2 * error_of_share(yes / draws, draws) == pytest.approx(ends[1] - ends[0], rel=1e-9)
    assert error_of_share(yes / draws, draws) > 0


def _smooth(u: NDArray[np.float64]) -> NDArray[np.float64]:
    return u[:, :10].mean(axis=1)


def _product(u: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.prod(0.5 + u[:, :10], axis=1))


def _one_step(u: NDArray[np.float64]) -> NDArray[np.float64]:
    return (u[:, 3] < 0.3).astype(float)


def _step_in_all(u: NDArray[np.float64]) -> NDArray[np.float64]:
    return (norm.ppf(u).sum(axis=1) > 0).astype(float)


def _two_levels(u: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.2 + 0.7 * _step_in_all(u)


@pytest.mark.parametrize(
    ("answer", "truth", "columns"),
    [
        (_smooth, 0.5, 10),
        (_product, 1.0, 10),
        (_one_step, 0.3, 10),
        (_step_in_all, 0.5, 10),
        (_step_in_all, 0.5, 147),
        (_two_levels, 0.55, 147),
    ],
)
@pytest.mark.parametrize("draws", [64, 100, 256])
def test_sobol_rows_do_no_worse_than_the_error_says_where_inputs_push_one_way(
    answer: Callable[[NDArray[np.float64]], NDArray[np.float64]], truth: float, columns: int, draws: int
) -> None:
    """Over 200 scramblings the mean misses the truth by no more than the standard error beside it."""
    missed, said = [], []
    for seed in range(200):
        values = answer(draw_rows(seed, 0, draws, columns))
        missed.append((float(values.mean()) - truth) ** 2)
        said.append(error_of(values, yes_or_no=bool(np.isin(values, (0, 1)).all())) ** 2)
    assert sqrt(np.mean(missed)) <= 1.12 * sqrt(np.mean(said))  # 200 misses know their size to within 5 %


@pytest.mark.parametrize(("draws", "most"), [(64, 0.03), (256, 0.003), (1024, 0.0)])
def test_two_inputs_against_each_other_may_do_worse_in_few_rows(draws: int, most: float) -> None:
    """The share of pairs of 147 columns for which the answer "both high or both low" misses by more than 1.3 errors."""
    signs = np.array([np.sign(draw_rows(seed, 0, draws, 147) - 0.5) for seed in range(30)])
    means = np.einsum("sni,snj->sij", signs, signs)[:, *np.triu_indices(147, 1)] / draws
    worse = np.sqrt((means**2).mean(axis=0) * draws) > 1.3
    assert most / 2 <= worse.mean() <= most


@pytest.mark.parametrize(
    ("draws", "checkpoints"),
    [(1, [1]), (15, [15]), (16, [16]), (17, [16, 17]), (100, [16, 32, 64, 100]), (128, [16, 32, 64, 128])],
)
def test_checkpoints_are_powers_of_two_and_the_last_draw(draws: int, checkpoints: list[int]) -> None:
    assert list_checkpoints(draws) == checkpoints


@dataclass(frozen=True)
class Mixed:
    """A probability, a yes or no, an amount that is void in some draws, and a question void in all."""

    columns: int = 4
    abroad: int = 0
    digest: str = "a" * 64
    method: dict[str, object] = field(default_factory=dict)
    fields: tuple[Field, ...] = (
        Field("claim/p", "number"),
        Field("claim/yes", "number"),
        Field("claim/amount", "number", void=True),
        Field("claim/never", "number", void=True),
    )
    before: Callable[[NDArray[np.float64]], None] | None = None

    def evaluate(self, u: NDArray[np.float64]) -> dict[str, Answer]:
        if self.before:
            self.before(u)
        amount = np.nan if u[2] < 0.2 else 0.3 * u[3]
        return {"claim/p": u[0], "claim/yes": float(u[1] < 0.4), "claim/amount": amount, "claim/never": np.nan}


FIGURES = {"claim/p": False, "claim/yes": True, "claim/amount": False, "claim/never": False}


def stop_by_hand(until: float, seed: int, most: int) -> int:
    """The first checkpoint at which the textbook formulas are below ``until``."""
    rows = draw_rows(seed, 0, most, 4)
    for n in (16, 32, 64, 128, 256, 512):
        if n >= most:
            break
        u = rows[:n]
        yes = float(np.mean(u[:, 1] < 0.4))
        amounts = 0.3 * u[u[:, 2] >= 0.2, 3]
        errors = (
            np.std(u[:, 0], ddof=1) / sqrt(n),
            sqrt(yes * (1 - yes) / n + 1 / (4 * n * n)) / (1 + 1 / n),
            np.std(amounts, ddof=1) / sqrt(len(amounts)),
        )
        if max(errors) < until:
            return n
    return most


stage = st.tuples(st.integers(1, 3), st.integers(1, 40))


@given(
    until=st.sampled_from([0.2, 0.08, 0.05, 0.03, 0.02, 0.001]),
    seed=st.integers(0, 50),
    most=st.integers(1, 400),
    stages=st.lists(stage, min_size=1, max_size=2),
    earlier=st.integers(1, 300),
)
@settings(max_examples=30)
def test_where_a_run_ends_depends_on_its_draws_alone(
    until: float, seed: int, most: int, stages: list[tuple[int, int]], earlier: int
) -> None:
    goal, by_hand = Goal(until, FIGURES), stop_by_hand(until, seed, most)
    plain = run(Mixed(), Plan(seed, by_hand))
    with tempfile.TemporaryDirectory() as name:
        run(Mixed(), Plan(seed, earlier, block=7), folder=Path(name))  # an earlier run of fewer draws, or of more
        for workers, block in stages:
            ensemble = run(Mixed(), Plan(seed, most, workers, block, goal), folder=Path(name))
            assert ensemble.draws == by_hand
            assert bits(ensemble) == bits(load_run(Path(name))) == bits(plain)
            assert (ensemble.until, load_run(Path(name)).until) == (until, until)
            assert run(Mixed(), Plan(seed, most, workers, block, goal)).draws == by_hand


def test_a_run_with_a_goal_goes_on_after_a_failure(tmp_path: Path) -> None:
    goal = Goal(0.03, FIGURES)
    plan = Plan(0, 1000, workers=1, goal=goal)
    with pytest.raises(ValueError, match="no number"):
        run(Mixed(before=Countdown(90, lambda: float("no number") and None)), plan, folder=tmp_path)
    assert 64 <= read_manifest(tmp_path).draws <= 128
    kept = part_names(tmp_path)
    ensemble = run(Mixed(), plan, folder=tmp_path)
    assert set(kept) < set(part_names(tmp_path))
    assert ensemble.draws == stop_by_hand(0.03, 0, 1000) == read_manifest(tmp_path).draws
    document = json.loads((tmp_path / "manifest.json").read_text())
    assert (document["until"], document["draws"]) == (0.03, ensemble.draws)


def test_a_run_of_a_given_length_has_no_goal(tmp_path: Path) -> None:
    run(Mixed(), Plan(0, 100, goal=Goal(0.2, FIGURES)), folder=tmp_path)
    assert run(Mixed(), Plan(0, 40), folder=tmp_path).until is None
    assert read_manifest(tmp_path).until is None


@pytest.mark.parametrize("until", [0.0, -1.0, float("nan")])
def test_a_goal_that_no_draws_reach_is_refused(until: float) -> None:
    with pytest.raises(RunError, match=r"^until must be above 0, not (0|-1|nan)\.$"):
        Goal(until, FIGURES)


def test_progress_counts_to_the_next_checkpoint() -> None:
    said: list[tuple[int, int]] = []
    plan = Plan(0, 100, workers=1, block=16, goal=Goal(0.08, FIGURES))
    assert run(Mixed(), plan, progress=lambda *at: said.append(at)).draws == stop_by_hand(0.08, 0, 100) == 64
    assert said == [(0, 16), (16, 16), (16, 32), (32, 32), (32, 64), (48, 64), (64, 64)]


def test_the_toy_stops_at_different_places() -> None:
    assert {stop_by_hand(until, 0, 400) for until in (0.2, 0.08, 0.05, 0.03, 0.001)} == {16, 64, 128, 400}
