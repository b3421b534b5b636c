"""The runner: numbers depend on the job, the seed and the draws, on nothing else; no draw is lost in silence."""

from __future__ import annotations

import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.ensemble.design import MAX_COLUMNS, draw_rows
from detente.ensemble.job import Answer, Field
from detente.ensemble.runner import Plan, run
from detente.ensemble.store import load_run
from detente.errors import RunError
from ensemble.jobs import FIELDS, Countdown, Waves, bits, part_names, with_before

stage = st.tuples(st.integers(1, 21), st.integers(1, 3), st.integers(1, 9))


@given(seed=st.integers(0, 2**70), columns=st.integers(0, 3), stages=st.lists(stage, min_size=1, max_size=3))
@settings(max_examples=25, deadline=None)
def test_workers_blocks_and_resumption_change_nothing(seed: int, columns: int, stages: list[tuple[int, ...]]) -> None:
    job = Waves(columns)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for draws, workers, block in stages:
            stored = run(job, Plan(seed, draws, workers, block), folder=folder)
            plain = run(job, Plan(seed, draws, workers=1, block=draws))
            assert bits(stored) == bits(plain) == bits(load_run(folder))


def test_a_draw_is_what_the_job_says_of_its_row() -> None:
    job = Waves()
    ensemble = run(job, Plan(seed=4, draws=9))
    for k in range(9):
        answers = job.evaluate(draw_rows(4, k, k + 1, job.columns)[0])
        assert ensemble.numbers["input/us.tempo"][k] == answers["input/us.tempo"]
        assert (ensemble.curves["curve/c09"][k] == answers["curve/c09"]).all()
        assert (ensemble.cells["stable/seq"][k] == answers["stable/seq"]).all()


def test_the_values_of_the_toy_are_those_worth_testing() -> None:
    ensemble = run(Waves(), Plan(seed=0, draws=40))
    voids = np.isnan(ensemble.numbers["coin/c09"])
    assert 0 < voids.sum() < 40
    assert set(np.signbit(ensemble.numbers["claim/c09"])) == {True, False}
    assert min(map(len, ensemble.cells["stable/seq"])) == 0
    assert not ensemble.numbers["claim/c09"].flags.writeable


@pytest.mark.parametrize(
    ("draws", "threads", "seconds", "block"),
    [
        (64, 1, None, 4),
        (64, 2, None, 4),
        (12, 2, None, 1),
        (1, 64, None, 1),
        (1_000_000, 2, None, 245),
        (64, 1, 0.5, 12),
        (64, 1, 10.0, 1),
        (100_000, 2, 0.001, 4096),
        (100_000, 2, 1e-9, 4096),
        (1_000, 2, 1e-9, 4096),
        (1_000, 2, 0.0005, 200),
        (1_000, 2, 0.1, 60),
        (100_000, 100, 0.001, 250),
        (1_000_000, 8, 10.0, 245),
        (1_000_000, 2000, 10.0, 125),
    ],
)
def test_blocks_suit_the_draws_and_the_threads(draws: int, threads: int, seconds: float | None, block: int) -> None:
    """Six seconds each, few files, and four for each of several threads as far as there are draws."""
    assert Plan(seed=0, draws=draws).size_blocks(threads, seconds) == block
    assert Plan(seed=0, draws=draws, block=7).size_blocks(threads, seconds) == 7


@pytest.mark.parametrize("workers", [1, 3])
def test_few_blocks_are_under_way_at_a_time(workers: int) -> None:
    begun = [0]
    ahead: list[int] = []

    def count(u: np.ndarray) -> None:
        begun[0] += 1

    plan = Plan(seed=0, draws=200, workers=workers, block=1)
    run(with_before(Waves(), count), plan, progress=lambda done, draws: ahead.append(begun[0] - done))
    assert begun[0] == 200
    assert max(ahead) <= 2 * workers


def test_progress_starts_with_what_is_there(tmp_path: Path) -> None:
    said: list[tuple[int, int]] = []
    run(Waves(), Plan(seed=0, draws=6, block=3), folder=tmp_path)
    run(Waves(), Plan(seed=0, draws=10, block=2), folder=tmp_path, progress=lambda *at: said.append(at))
    assert said == [(6, 10), (8, 10), (10, 10)]


def test_only_missing_draws_are_evaluated(tmp_path: Path) -> None:
    calls: list[float] = []
    job = with_before(Waves(), lambda u: calls.append(u[0]))
    run(job, Plan(seed=0, draws=6, block=3), folder=tmp_path)
    (tmp_path / "part-00000000-00000003.parquet").unlink()
    calls.clear()
    run(job, Plan(seed=0, draws=8, block=2), folder=tmp_path)
    assert sorted(calls) == sorted(draw_rows(0, 0, 8, 3)[[0, 1, 2, 6, 7], 0])
    assert [name[5:22] for name in part_names(tmp_path)] == [
        "00000000-00000002",
        "00000002-00000003",
        "00000003-00000006",
        "00000006-00000008",
    ]


def test_fewer_draws_are_the_first_ones_and_the_others_stay(tmp_path: Path) -> None:
    job = Waves()
    run(job, Plan(seed=0, draws=12, block=5), folder=tmp_path)
    fewer = run(job, Plan(seed=0, draws=7), folder=tmp_path)
    assert bits(fewer) == bits(run(job, Plan(seed=0, draws=7))) == bits(load_run(tmp_path))
    again = run(with_before(job, Countdown(1, pytest.fail)), Plan(seed=0, draws=12), folder=tmp_path)
    assert again.draws == 12


def test_an_executor_of_processes(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        ensemble = run(Waves(), Plan(seed=0, draws=6, block=2), folder=tmp_path, executor=executor)
        assert executor.submit(len, "ours to end").result() == 11
    assert bits(ensemble) == bits(run(Waves(), Plan(seed=0, draws=6)))


class Broken(Waves):
    def __init__(self, answers: dict[str, Answer], fields: tuple[Field, ...] = FIELDS) -> None:
        super().__init__(fields=fields)
        object.__setattr__(self, "answers", answers)

    def evaluate(self, u: np.ndarray) -> dict[str, Answer]:
        answers = super().evaluate(u) | self.answers  # type: ignore[attr-defined]
        return {name: value for name, value in answers.items() if value is not None}


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"claim/c09": np.nan}, "'claim/c09' is not a number, and it has no void answer"),
        ({"claim/c09": np.inf}, "'claim/c09' is infinite"),
        ({"coin/c09": -np.inf}, "'coin/c09' is minus infinite"),
        ({"curve/c09": np.array([1, 2, 3, np.inf, 5])}, "'curve/c09' is infinite"),
        ({"curve/c09": np.array([1, 2, np.nan, 4, 5])}, "'curve/c09' is not a number, and it has no void answer"),
        ({"curve/c09": np.zeros(4)}, "'curve/c09' has 4 points where 5 belong"),
        ({"claim/c09": np.zeros(2)}, "'claim/c09' has 2 points where 1 belong"),
        ({"curve/c09": np.zeros((2, 5))}, "'curve/c09' has 10 points where 5 belong"),
        ({"claim/c09": "likely"}, "'claim/c09' is not made of numbers"),
        ({"stable/seq": np.array([0.5])}, "'stable/seq' is not a list of cell numbers"),
        ({"stable/seq": np.array([2**31])}, "'stable/seq' has a cell number outside 0 to 2^31 - 1"),
        ({"stable/seq": np.array([-1])}, "'stable/seq' has a cell number outside 0 to 2^31 - 1"),
        ({"claim/c09": None}, "the job gave no answer for 'claim/c09'"),
        ({"claim/c10": 1.0}, "the job answered 'claim/c10', which is not one of its fields"),
    ],
)
def test_a_bad_answer_fails_the_run_and_names_the_draw(answers: dict[str, Answer], reason: str) -> None:
    with pytest.raises(RunError) as caught:
        run(Broken(answers), Plan(seed=7, draws=1))
    assert str(caught.value) == (
        f"draw 0 of seed 7 failed: {reason}. No draw is left out, so the run ends here. "
        "To see it alone: job.evaluate(draw_rows(7, 0, 1, 3, 0)[0])."
    )


def _overflow() -> None:
    raise OverflowError("the exponent is too large")


def test_a_draw_that_fails_keeps_the_blocks_before_it(tmp_path: Path) -> None:
    job = with_before(Waves(), Countdown(6, _overflow))
    with pytest.raises(RunError, match=r"draw 5 of seed 0 failed: the exponent is too large"):
        run(job, Plan(seed=0, draws=8, workers=1, block=2), folder=tmp_path)
    assert part_names(tmp_path) == ["part-00000000-00000002.parquet", "part-00000002-00000004.parquet"]
    run(Waves(), Plan(seed=0, draws=8), folder=tmp_path)


def test_an_error_of_the_job_itself_passes_with_its_draw() -> None:
    def lose() -> None:
        raise KeyError("us.deal")

    with pytest.raises(KeyError) as caught:
        run(with_before(Waves(), Countdown(3, lose)), Plan(seed=0, draws=8, workers=1))
    assert caught.value.__notes__ == ["in draw 2 of seed 0"]


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ({"seed": -1, "draws": 4}, "seed must be at least 0, not -1."),
        ({"seed": 0, "draws": 0}, "draws must be at least 1, not 0."),
        ({"seed": 0, "draws": 4, "workers": 0}, "workers must be at least 1, not 0."),
        ({"seed": 0, "draws": 4, "block": -2}, "block must be at least 1, not -2."),
        ({"seed": 0, "draws": 2**30 + 1}, "draws must be at most 1073741824, not 1073741825."),
    ],
)
def test_a_plan_that_makes_no_sense(plan: dict[str, int], sentence: str) -> None:
    with pytest.raises(RunError) as caught:
        Plan(**plan)
    assert str(caught.value) == sentence


def test_too_many_inputs() -> None:
    with pytest.raises(RunError, match=r"^21202 uncertain inputs are more than a design can have \(21201\)\.$"):
        run(Waves(MAX_COLUMNS + 1), Plan(seed=0, draws=1))


def test_names_that_parquet_readers_confuse() -> None:
    twins = (Field("claim/C1", "number"), Field("claim/c1", "number"))
    with pytest.raises(RunError, match="the fields 'claim/C1' and 'claim/c1' have one name for a Parquet reader"):
        run(replace(Waves(), fields=twins), Plan(seed=0, draws=1))
    with pytest.raises(RunError, match="the fields 'draw' and 'Draw'"):
        run(replace(Waves(), fields=(Field("Draw", "number"),)), Plan(seed=0, draws=1))
