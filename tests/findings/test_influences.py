"""The whole analysis of a run: invariances, ranks with intervals, bars, lookalikes, weights."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import isnan

import numpy as np
import pytest

from detente.ensemble.ensemble import Ensemble
from detente.findings.assessment import assess
from detente.findings.findings import Findings
from detente.findings.influences import Choice, rank_inputs
from detente.findings.sensitivity import Sensitivities, Sensitivity
from findings.mock_korea import ensemble, game, reordered, scenario


def analyse(run: Ensemble, choice: Choice | None = None) -> Sensitivities:
    return rank_inputs(_assess(run), scenario(), game(), run, choice)


def _assess(run: Ensemble) -> Findings:
    return assess(scenario(), game(), run)


@cache
def whole() -> Sensitivities:
    return analyse(ensemble())


def of(found: Sensitivities, claim: str) -> Sensitivity:
    answer = found.claim(claim)
    assert answer is not None
    return answer


def test_planted_inputs_come_first_and_their_ranks_are_sure() -> None:
    for claim, name in (("early-offer", "us.deal"), ("talks", "dprk.reading"), ("even", "dprk.reading")):
        first = of(whole(), claim).influences[0]
        assert (first.input, first.rank, first.rank_low, first.rank_high) == (name, 1, 1, 1)
        assert first.effect_low < first.effect < first.effect_high
        assert first.index > first.chance > first.dummy > 0


def test_a_comparison_is_judged_by_its_gap() -> None:
    found = of(whole(), "offered-talks")
    assert (found.gap, found.unit) == (True, "probability")
    run = ensemble()
    gap = run.numbers["term/offered-talks/0"] - run.numbers["term/offered-talks/1"]
    assert found.mean == pytest.approx(gap.mean())
    assert found.influences[0].input == "dprk.reading"


def test_bars_are_the_means_at_the_ends_in_the_claims_own_units() -> None:
    run = ensemble()
    bar = of(whole(), "early-offer").influences[0]
    x, y = run.numbers["input/us.deal"], run.numbers["claim/early-offer"]
    assert bar.low.mean == pytest.approx(y[x <= np.quantile(x, 1 / 3)].mean())
    assert bar.high.mean == pytest.approx(y[x >= np.quantile(x, 2 / 3)].mean())
    reading = of(whole(), "talks").influences[0]
    yes = run.numbers["input/dprk.reading"] == 0
    assert (reading.low.label, reading.high.label) == ("stonewaller", "dealmaker")
    assert reading.high.mean == pytest.approx(run.numbers["claim/talks"][yes].mean())
    assert reading.high.error == pytest.approx(run.numbers["claim/talks"][yes].std(ddof=1) / np.sqrt(yes.sum()))


def test_the_same_draws_in_another_order_give_the_same_answer() -> None:
    run = ensemble()
    order = np.random.default_rng(5).permutation(run.draws)
    assert_same(whole(), analyse(reordered(run, order)))


def test_inputs_in_another_order_give_the_same_answer() -> None:
    run = ensemble()
    assert_same(whole(), analyse(replace(run, numbers=dict(reversed(run.numbers.items())))))


def assert_same(one: Sensitivities, other: Sensitivities) -> None:
    def flatten(value: object) -> list[object]:
        if isinstance(value, dict):
            return [item for part in value.values() for item in flatten(part)]
        if isinstance(value, list):
            return [item for part in value for item in flatten(part)]
        return [value]

    for mine, theirs in zip(flatten(one.to_dict()), flatten(other.to_dict()), strict=True):
        assert mine == (pytest.approx(theirs, abs=1e-9) if isinstance(theirs, float) else theirs)


def test_equal_weights_change_nothing_and_unequal_ones_the_means() -> None:
    run = ensemble()
    even = of(analyse(run, Choice(["talks"], np.full(run.draws, 0.3))), "talks")
    plain = of(whole(), "talks")
    assert even.mean == pytest.approx(plain.mean)
    assert [item.input for item in even.influences] == [item.input for item in plain.influences]
    assert even.influences[0].effect == pytest.approx(plain.influences[0].effect)
    weights = np.random.default_rng(1).uniform(size=run.draws)
    skewed = of(analyse(run, Choice(["talks"], weights)), "talks")
    values, yes = run.numbers["claim/talks"], run.numbers["input/dprk.reading"] == 0
    assert skewed.mean == pytest.approx(np.average(values, weights=weights))
    assert skewed.influences[0].high.mean == pytest.approx(np.average(values[yes], weights=weights[yes]))


def test_draws_without_weight_are_as_if_not_there() -> None:
    run = ensemble()
    off = (run.numbers["input/dprk.reading"] != 0).astype(float)
    found = of(analyse(run, Choice(["talks"], off)), "talks")
    assert found.influences[0].input != "dprk.reading"
    assert found.mean == pytest.approx(run.numbers["claim/talks"][off > 0].mean())


def test_only_the_claims_chosen_and_no_intervals_when_none_are_asked_for() -> None:
    found = analyse(ensemble(), Choice(["talks", "never"], resamples=0))
    assert [item.claim for item in found.claims] == ["talks"]
    first = found.claims[0].influences[0]
    assert isnan(first.effect_low)
    assert (first.rank_low, first.clear) == (0, True)
    assert first.effect == of(whole(), "talks").influences[0].effect


def test_a_lookalike_stands_behind_the_input_it_resembles() -> None:
    run = ensemble(64)
    deal = run.numbers["input/us.deal"]
    noisy = np.argsort(np.argsort(np.argsort(deal)) + np.random.default_rng(0).normal(0, 6, 64))
    ranks = np.empty(64)
    ranks[noisy] = np.sort(run.numbers["input/rok.tempo"])
    alike = replace(run, numbers=dict(run.numbers) | {"input/rok.tempo": ranks})
    first = of(analyse(alike), "early-offer").influences[0]
    assert first.input == "us.deal"
    assert "rok.tempo" in first.alike
    assert "rok.tempo" not in [item.input for item in of(analyse(alike), "early-offer").influences]


def test_few_draws_and_constant_claims_rank_nothing() -> None:
    few = of(analyse(ensemble(19)), "talks")
    assert few.influences == ()
    assert str(few) == "Fewer than 20 draws rank nothing."
    run = ensemble()
    flat = replace(run, numbers=dict(run.numbers) | {"claim/talks": np.full(run.draws, 0.4)})
    found = of(analyse(flat), "talks")
    assert found.influences == found.interactions == ()
    assert str(found) == "It does not vary."


def test_tables_are_narrow_and_show_what_is_clear() -> None:
    text = str(whole())
    assert all(len(line) <= 100 for line in text.splitlines())
    table = str(of(whole(), "talks")).splitlines()
    assert len(table) == 1 + sum(item.clear for item in of(whole(), "talks").influences)
    assert table[1].startswith("dprk.reading: stonewaller, de")


@pytest.mark.parametrize("draws", [64, 256])
def test_intervals_mostly_hold_the_effect_of_many_draws(draws: int) -> None:
    def measure(u: np.ndarray, seed: int) -> Sensitivity:
        inputs = {f"input/{item.id}": u[:, k] for k, item in enumerate(game().inputs[:8])}
        claim = u[:, 1] + 0.5 * u[:, 2]
        run = replace(ensemble(), draws=len(u), seed=seed, numbers=inputs | {"claim/talks": claim}, curves={}, cells={})
        return of(analyse(run, Choice(["talks"])), "talks")

    held = []
    many = measure(np.random.default_rng(0).uniform(size=(4096, 8)), 0).influences[:2]
    for seed in range(15):
        found = {
            item.input: item for item in measure(np.random.default_rng(seed).uniform(size=(draws, 8)), seed).influences
        }
        held += [found[item.input].effect_low <= item.effect <= found[item.input].effect_high for item in many]
    assert np.mean(held) >= 0.7
