"""Laws of comparisons: nothing differs from itself, turned round the sign turns, and pairing takes chance out."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente import api
from detente.ensemble.ensemble import Ensemble
from detente.errors import QueryError
from detente.findings.comparison import Comparison
from detente.findings.findings import plain_data
from detente.report import contrast
from detente.scenario.model import Scenario
from detente.scenario.reader import loads

CASE = """\
detente: 1
title: Neighbours
as_of: 2025-01-01
horizon: 12 months
actors:
  a:
    levers: {x: [low, mid, high]}
    wants: [{id: up, want: x >= mid, weight: 0.2 to 1}, {id: top, want: x = high and b.y = yes, weight: -1 to 2}]
  b: {levers: {y: [no, yes]}, wants: [{id: with, want: y = yes and a.x != low, weight: -0.5 to 2}]}
rules: [{forbid: a.x = high and b.y = no}]
measures: {good: [{want: b.y = yes, weight: 1}]}
policies: {still: {actor: b, hold: y = no}, open: {actor: b, hold: y = yes}}
claims:
  - {id: rise, text: It rises, says: likely, about: P(a.x >= mid by 2025-06-01)}
  - {id: seen, text: Rises once seen, says: unlikely, about: P(a.x >= mid by 2025-09-01 given b.y = yes by 2025-03-01)}
  - {id: more, text: Yes helps, about: E(good | suppose b.y = yes) > E(good)}
  - {id: worth, text: Worth, about: E(a)}
  - {id: rest, text: Rest, about: stable(a.x = low)}
  - {id: tops, text: At the top, about: P(a.x = high on 2025-06-01 | suppose b.y = yes)}
"""
OTHER = CASE.replace("0.2 to 1", "0.8 to 2").replace("horizon: 12 months", "horizon: 14 months")


def load(text: str = CASE) -> Scenario:
    return loads(text)[0]


def run(text: str = CASE, draws: int = 32, seed: int = 0) -> tuple[str, Scenario, Ensemble]:
    scenario = load(text)
    return f"seed {seed}", scenario, api.run(scenario, draws=draws, seed=seed, workers=1)


@pytest.fixture(scope="module")
def runs() -> dict[str, tuple[str, Scenario, Ensemble]]:
    return {"one": run(), "other": run(OTHER), "seed": run(seed=1), "long": run(draws=64)}


def test_a_run_differs_from_itself_in_nothing(runs) -> None:  # type: ignore[no-untyped-def]
    found = api.compare(runs["one"], runs["one"])
    assert found.paired
    assert found.changes == ()
    assert len(found.contrasts) == 6
    assert all(item.same and item.difference == 0 and item.error == 0 and item.differ == 0 for item in found.contrasts)
    assert all(rest.difference == 0 for rest in found.rests)
    assert all(rank.before == rank.after for rank in found.rankings)


@pytest.mark.parametrize("pair", [("one", "other"), ("one", "seed"), ("long", "other")])
def test_turned_round_every_difference_turns_its_sign(runs, pair) -> None:  # type: ignore[no-untyped-def]
    found, turned = (api.compare(*(runs[name] for name in names)) for names in (pair, pair[::-1]))
    for here, there in zip(found.contrasts, turned.contrasts, strict=True):
        assert (here.before, here.after) == (there.after, there.before)
        assert here.difference == -there.difference
        assert here.error == pytest.approx(there.error, abs=1e-15)
        assert here.differ == there.differ
    for rest, back in zip(found.rests, turned.rests, strict=True):
        assert (rest.before, rest.after, rest.difference) == (back.after, back.before, -back.difference)
    mirrored = {(c.what, c.id, c.after, c.before) for c in turned.changes}
    assert {(c.what, c.id, c.before, c.after) for c in found.changes} == mirrored


def test_draws_are_paired_only_on_the_same_rows(runs) -> None:  # type: ignore[no-untyped-def]
    assert api.compare(runs["one"], runs["other"]).paired
    apart = api.compare(runs["one"], runs["seed"])
    assert not apart.paired
    assert "seed 0 and 1" in apart.apart
    assert all(item.differ is None for item in apart.contrasts)
    tied = CASE.replace("weight: -1 to 2}", "weight: {value: -1 to 2, shared: s}}").replace(
        "weight: -0.5 to 2}", "weight: {value: -0.5 to 2, shared: s}}"
    )
    assert not api.compare(runs["one"], run(tied)).paired  # the same inputs, in fewer columns
    longer = api.compare(runs["one"], runs["long"])
    assert (longer.paired, longer.draws) == (True, (32, 32))
    assert all(item.difference == 0 for item in longer.contrasts)


def test_a_paired_difference_is_that_of_its_draws(runs) -> None:  # type: ignore[no-untyped-def]
    found = api.compare(runs["one"], runs["other"])
    one, other = (runs[name][2].numbers for name in ("one", "other"))
    for item in found.contrasts:
        if item.claim == "seen":  # a ratio: draws count by what is observed
            means = [np.average(n["claim/seen"], weights=n["given/seen"]) for n in (one, other)]
            assert item.difference == pytest.approx(means[1] - means[0])
            continue
        gaps = other[f"claim/{item.claim}"] - one[f"claim/{item.claim}"]
        assert item.difference == pytest.approx(gaps.mean())
        assert item.error == pytest.approx(gaps.std(ddof=1) / np.sqrt(32), abs=1e-15)
        assert item.differ == pytest.approx((gaps != 0).mean())


def test_pairing_takes_out_what_moves_both_alike(runs) -> None:  # type: ignore[no-untyped-def]
    found = api.compare(runs["one"], runs["other"])
    for item in found.contrasts:
        assert item.before is not None
        assert item.after is not None
        assert item.error <= np.hypot(item.before.error, item.after.error) + 1e-12, item.claim
    apart = api.compare(runs["one"], runs["seed"])
    rise = apart.contrasts[0]
    assert rise.before is not None
    assert rise.after is not None
    assert rise.error == pytest.approx(np.hypot(rise.before.error, rise.after.error))


def test_what_is_written_otherwise_is_listed(runs) -> None:  # type: ignore[no-untyped-def]
    changes = api.compare(runs["one"], runs["other"]).changes
    told = {(c.what, c.id): (c.before, c.after) for c in changes}
    assert told == {
        ("date", "horizon"): (str(load().horizon), str(load(OTHER).horizon)),
        ("input", "a.up"): ("0.2 to 1.0", "0.8 to 2.0"),
    }
    more = CASE.replace("levers: {y: [no, yes]}", "levers: {y: [no, yes], z: [in, out]}").replace(
        "rules: [{forbid: a.x = high and b.y = no}]\n", ""
    )
    kinds = {(c.what, c.id): (c.before, c.after) for c in api.compare(runs["one"], run(more, draws=4)).changes}
    assert kinds["lever", "b.z"] == (None, "in / out, now in")
    assert kinds["rule", "a.x = high and b.y = no"] == ("forbidden", None)


def test_claims_meet_by_their_ids(runs) -> None:  # type: ignore[no-untyped-def]
    fewer = CASE.replace("id: worth", "id: value")
    found = api.compare(runs["one"], run(fewer, draws=32))
    alone = {item.claim: (item.before is None, item.after is None) for item in found.contrasts}
    assert alone["worth"] == (False, True)
    assert alone["value"] == (True, False)
    assert "only before: worth" in str(found)
    assert "only after: value" in str(found)
    assert "2 claims on one side only" in contrast.state_moves(found)


def test_rankings_and_verdicts_that_turn_are_told(runs) -> None:  # type: ignore[no-untyped-def]
    found = api.compare(runs["one"], runs["other"])
    ranks = {item.judge: item.before for item in found.rankings}
    numbers = runs["one"][2].numbers
    worth = {name: numbers[f"policy/{name}/good"].mean() for name in ("-", "still", "open")}
    assert ranks["good"] == tuple(sorted(worth, key=lambda name: -worth[name]))
    assert ranks["good"][0] == "open"


# Suppositions -------------------------------------------------------------------------------------------------------


def test_a_supposition_is_what_its_queries_would_say() -> None:
    scenario = load()
    found = api.compare_suppositions(scenario, ["b.y = yes"], draws=16, seed=2)
    assert found.paired
    rise = found.contrasts[0]
    told = api.forecast(
        scenario,
        ["P(a.x >= mid by 2025-06-01)", "P(a.x >= mid by 2025-06-01 | suppose b.y = yes)"],
        draws=16,
        seed=2,
    )
    assert rise.before is not None
    assert rise.after is not None
    assert [rise.before.mean, rise.after.mean] == [pytest.approx(line.value) for line in told.lines]
    tops = next(item for item in found.contrasts if item.claim == "tops")
    assert (tops.difference, tops.differ) == (0, 0)  # it supposes the same by itself


def test_what_a_query_supposes_by_itself_wins() -> None:
    scenario = load()
    found = api.compare_suppositions(scenario, ["still", "open"], draws=8)
    tops = next(item for item in found.contrasts if item.claim == "tops")
    assert tops.same
    assert (found.before, found.after) == ("still", "open")
    turned = api.compare_suppositions(scenario, ["open", "still"], draws=8)
    for here, there in zip(found.contrasts, turned.contrasts, strict=True):
        assert here.difference == -there.difference or (isnan(here.difference) and isnan(there.difference))


def test_a_claim_that_a_rule_then_forbids_is_left_out_by_name() -> None:
    scenario = load(
        CASE.replace("P(a.x = high on 2025-06-01 | suppose b.y = yes)", "P(b.y = yes by 2025-02-01 | suppose b.y = no)")
    )
    found = api.compare_suppositions(scenario, ["a.x = high and b.y = yes"], draws=2)
    assert list(found.left_out) == ["tops"]
    assert "forbidden by the rule" in found.left_out["tops"]
    assert "tops" not in [item.claim for item in found.contrasts]


def test_suppositions_that_cannot_be() -> None:
    scenario = load()
    with pytest.raises(QueryError) as caught:
        api.compare_suppositions(scenario, ["a.x = top", "b.z = no"])
    assert len(caught.value.issues) == 2
    with pytest.raises(QueryError, match="forbidden by the rule"):
        api.compare_suppositions(scenario, ["a.x = high"])
    for texts in ([], ["b.y = yes"] * 3):
        with pytest.raises(QueryError, match="Two suppositions"):
            api.compare_suppositions(scenario, texts)


@settings(max_examples=10)
@given(st.integers(0, 100), st.sampled_from(["b.y = yes", "still", "a.x = mid", "a.x = mid and b.y = yes"]))
def test_two_equal_suppositions_differ_in_nothing(seed: int, text: str) -> None:
    found = api.compare_suppositions(load(), [text, text], draws=4, seed=seed)
    assert all(
        item.difference == 0 and item.differ == 0
        for item in found.contrasts
        if item.before and not isnan(item.before.mean)
    )
    assert not [
        item for item in found.contrasts if item.before and item.after and item.before.verdict != item.after.verdict
    ]


def test_relabelled_levels_and_claims_change_nothing_but_labels() -> None:
    def compare(text: str, supposed: str) -> Comparison:
        return api.compare_suppositions(load(text), [supposed], draws=8)

    renamed = CASE.replace("yes", "ja").replace("rise", "aufstieg")
    plain, other = compare(CASE, "b.y = yes"), compare(renamed, "b.y = ja")
    for here, there in zip(plain.contrasts, other.contrasts, strict=True):
        assert plain_data(replace(here, claim="", text="", before=None, after=None)) == plain_data(
            replace(there, claim="", text="", before=None, after=None)
        )


def test_tables_fit(runs) -> None:  # type: ignore[no-untyped-def]
    for pair in (("one", "other"), ("one", "seed")):
        assert all(len(line) <= 100 for line in str(api.compare(runs[pair[0]], runs[pair[1]])).splitlines())
