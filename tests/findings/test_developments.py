"""What changed since an earlier run: named only beyond its error, and nothing else kept silent about."""

from __future__ import annotations

from dataclasses import replace
from math import hypot, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.ensemble.ensemble import Ensemble
from detente.findings.changes import find_changes
from detente.findings.comparison import Side
from detente.findings.contrasts import read_side
from detente.findings.developments import BEYOND, Developments, Unread, admit_unread, find_developments
from detente.report.news import state_developments, summarise_developments
from detente.scenario.model import Scenario
from findings.mock_korea import ensemble, game, scenario


def look(before: Ensemble, after: Ensemble, old: Scenario | None = None, new: Scenario | None = None) -> Developments:
    old, new = old or scenario(), new or scenario()
    one = read_side("runs/one", old, game(), replace(before, digest=old.digest))
    other = read_side("runs/other", new, game(), replace(after, digest=new.digest))
    return find_developments(one, other, find_changes((old, game()), (new, game())), "2025-02-03")


def shift(run: Ensemble, name: str, by: float, sway: float = 0.0) -> Ensemble:
    """A run in which a claim's answers are moved by ``by`` and, from draw to draw, up and down by ``sway``."""
    values = run.numbers[f"claim/{name}"]
    ups = np.where(np.arange(len(values)) % 2 == 0, sway, -sway)
    return replace(run, numbers=run.numbers | {f"claim/{name}": values + by + ups})


def changed(case: Scenario, name: str, **fields: object) -> Scenario:
    claims = tuple(replace(c, **fields) if c.id == name else c for c in case.claims)  # type: ignore[arg-type]
    return replace(case, claims=claims, digest="6e" * 32)


def test_a_run_has_no_news_of_itself() -> None:
    found = look(ensemble(), ensemble())
    assert not found.extended
    assert (found.moved, found.turned, found.slipped, found.changes) == ((), (), (), ())
    assert len(found.moves) == 8  # every claim whose query has answers
    assert state_developments(found) == [
        "Compared with the run of 3 February 2025 in runs/one (200 draws), paired draw by draw.",
        "Of 8 claims on both sides no figure moved by over 2 standard errors.",
    ]


@settings(max_examples=40)
@given(by=st.floats(-0.2, 0.2), sway=st.floats(0, 0.2))
def test_a_paired_figure_moved_when_it_is_beyond_the_error_of_the_mean_difference(by: float, sway: float) -> None:
    """The textbook's paired test, draw by draw."""
    before = ensemble()
    after = shift(before, "early-offer", by, sway)
    found = look(before, after, new=changed(scenario(), "quiet", says="likely"))
    (move,) = (m for m in found.moves if m.claim == "early-offer")
    differences = after.numbers["claim/early-offer"] - before.numbers["claim/early-offer"]
    error = differences.std(ddof=1) / sqrt(len(differences))
    assert move.difference == pytest.approx(differences.mean(), abs=1e-12)
    assert move.error == pytest.approx(error, abs=1e-12)
    assert move.beyond is bool(abs(differences.mean()) > BEYOND * error)


@settings(max_examples=20)
@given(by=st.floats(-0.1, 0.1), seed=st.integers(8, 20))
def test_another_seed_adds_errors_in_squares(by: float, seed: int) -> None:
    before, after = ensemble(), shift(ensemble(seed=seed), "talks", by)
    found = look(before, after)
    assert found.comparison is not None
    assert not found.comparison.paired
    (move,) = (m for m in found.moves if m.claim == "talks")
    one, other = (run.numbers["claim/talks"] for run in (before, after))
    error = hypot(*(values.std(ddof=1) / sqrt(len(values)) for values in (one, other)))
    assert move.error == pytest.approx(error)
    assert move.beyond is bool(abs(other.mean() - one.mean()) > BEYOND * error)


def test_drawn_further_differs_by_no_more_than_chance() -> None:
    """The first draws of a run against all of it: beyond two errors in about one of twenty, over many runs."""
    rng = np.random.default_rng(5)
    base, beyond = ensemble(256), 0
    for _ in range(200):
        values = rng.random(256)
        run = replace(base, numbers=base.numbers | {"claim/talks": values})
        found = look(run.take(64), run)
        assert found.nested
        (move,) = (m for m in found.moves if m.claim == "talks")
        assert move.difference == pytest.approx(values.mean() - values[:64].mean())
        beyond += move.beyond
    assert 0.02 < beyond / 200 < 0.08


def test_a_shorter_run_of_the_same_draws_is_part_of_the_longer_too() -> None:
    run = ensemble(256)
    one, other = look(run.take(64), run), look(run, run.take(64))
    assert one.nested
    assert other.nested
    assert "its draws among those of this run." in state_developments(one)[0]
    assert "which has this run's draws among its own." in state_developments(other)[0]
    for there, back in zip(one.moves, other.moves, strict=True):
        assert there.difference == pytest.approx(-back.difference, nan_ok=True)
        assert there.error == pytest.approx(back.error, nan_ok=True)
        assert there.beyond is back.beyond


def test_a_verdict_that_another_figure_changes_is_named_and_one_by_error_is_not_passed_over() -> None:
    before = ensemble()
    mean = before.numbers["claim/early-offer"].mean()
    quiet = changed(scenario(), "quiet", says="likely")
    moved = look(before, shift(before, "early-offer", 0.84 - mean), new=quiet)
    assert [move.claim for move in moved.turned] == ["early-offer", "quiet"]
    words = " ".join(state_developments(moved))
    assert "2 verdicts changed: early-offer supported → higher, " in words
    assert "quiet supported → higher (rewritten), " in words
    assert summarise_developments(moved) == "Since the earlier run: 2 verdicts changed and 1 change in the case."
    other = replace(scenario(), digest="6e" * 32)
    slipped = look(before, shift(before, "early-offer", 0.801 - mean, sway=0.3), new=other)
    assert slipped.turned == ()
    assert [move.claim for move in slipped.slipped] == ["early-offer"]
    assert "The verdict of early-offer changed by no more than error." in state_developments(slipped)


def test_what_is_written_otherwise_is_told() -> None:
    new = changed(scenario(), "talks", says="likely")
    new = replace(new, claims=(*new.claims[1:], replace(new.claims[0], id="brand-new")))
    run = ensemble()
    more = run.numbers | {"claim/brand-new": run.numbers["claim/early-offer"]}
    found = look(run, replace(run, numbers=more), new=new)
    told = {(change.what, change.id): (change.before, change.after) for change in found.changes}
    assert told["claim", "talks"][1] == "likely, P(dprk.reply = accept by 2026-11-07), came out no"
    assert told["claim", "early-offer"][1] is None
    assert told["claim", "brand-new"][0] is None
    assert [move.claim for move in found.turned] == ["talks"]


@pytest.mark.parametrize("most", [0, 1, 2, 3, 50])
def test_every_sentence_is_whole(most: int) -> None:
    first = ensemble()
    runs = [first, ensemble(seed=9), first.take(100), shift(first, "talks", 0.2), shift(first, "bare", -0.3)]
    cases = [scenario(), changed(scenario(), "quiet", says="unlikely")]
    for before in runs:
        for after in runs:
            for new in cases:
                found = look(before, after, new=new)
                for sentence in (*state_developments(found, most), summarise_developments(found)):
                    assert sentence[0].isupper() or sentence[0].isdigit(), sentence
                    assert sentence.endswith("."), sentence
                    assert "  " not in sentence
                    assert "nan" not in sentence


def test_runs_that_cannot_be_read_are_told() -> None:
    side = read_side("runs/other", scenario(), game(), ensemble())
    found = admit_unread([Unread("runs/broken", "part-0 is damaged.")], side)
    assert summarise_developments(found) == "1 earlier run could not be read."
    assert state_developments(found) == ["runs/broken is passed over: part-0 is damaged."]
    assert found.to_dict()["unread"] == [{"run": "runs/broken", "why": "part-0 is damaged."}]
    assert "none of them readable" in repr(found)


def test_the_data_is_plain() -> None:
    document = look(ensemble(), shift(ensemble(), "talks", 0.2)).to_dict()
    assert document["earlier"] == "runs/one"
    assert document["draws"] == [200, 200]
    (move,) = (m for m in document["moves"] if m["claim"] == "talks")
    assert move["beyond"] is True
    assert document["comparison"]["paired"] is True


def test_a_side_of_claims_alone_has_no_version() -> None:
    side = read_side("x", scenario(), game(), ensemble())
    bare = Side(side.name, side.scenario, side.game, side.seed, side.values, side.weights, side.draws)
    assert find_developments(bare, bare, ()).versions == ("", "")
