"""Laws of scores against an independent library, and a record with known answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import scoringrules  # noqa: TID251
from hypothesis import given
from hypothesis import strategies as st

from detente.findings.assessment import assess
from detente.findings.findings import ClaimFinding, plain_data
from detente.findings.record import tally
from detente.findings.scores import ALPHA, CLIP, EDGES, ENOUGH, Record, brier, calibrate, interval, logarithmic
from detente.findings.scores import score_all as score
from detente.report import scoreboard
from detente.report.charts import plot_reliability
from detente.report.page import render
from detente.scenario.model import Claim, Outcome
from findings.mock_korea import ensemble, game, scenario

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def split(pairs: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    p, y = zip(*pairs, strict=True)
    return np.array(p), np.array(y, dtype=float)


@given(PAIRS)
def test_scores_are_those_of_scoringrules(pairs: list[tuple[float, bool]]) -> None:
    p, y = split(pairs)
    held = np.clip(p, CLIP, 1 - CLIP)
    assert brier(p, y) == pytest.approx(scoringrules.brier_score(y, p), abs=1e-12)
    assert logarithmic(p, y) == pytest.approx(scoringrules.log_score(y, held), abs=1e-12)


@given(PAIRS, st.floats(0, 1))
def test_interval_scores_are_those_of_scoringrules(pairs: list[tuple[float, bool]], width: float) -> None:
    low, y = split(pairs)
    high = np.minimum(1, low + width)
    truth = np.atleast_1d(scoringrules.interval_score(y, low, high, ALPHA))
    assert interval(low, high, y) == pytest.approx(truth, abs=1e-12)


@given(PAIRS)
def test_murphys_parts_add_up_to_the_brier_score(pairs: list[tuple[float, bool]]) -> None:
    p, y = split(pairs)
    found = calibrate(p, y)
    total = found.reliability - found.resolution + found.uncertainty + found.within
    assert total == pytest.approx(brier(p, y).mean(), abs=1e-12)
    assert sum(item.claims for item in found.bins) == len(p)
    for item in found.bins:
        inside = [pair for pair in pairs if item.low <= pair[0] < item.high or (item.high == 1 and pair[0] == 1)]
        assert item.claims == len(inside)
        if inside:
            assert item.yes == pytest.approx(sum(came for _, came in inside) / len(inside))


def test_the_table_has_a_bin_between_every_two_edges() -> None:
    assert [item.low for item in calibrate(np.array([0.5]), np.array([1.0])).bins] == [0, *EDGES]


@given(PAIRS)
def test_the_base_rate_is_the_best_constant_and_skill_is_measured_from_it(pairs: list[tuple[float, bool]]) -> None:
    p, y = split(pairs)
    found = score({"model": p}, y)
    base, half, model = found.of("base rate"), found.of("one half"), found.of("model")
    assert base is not None
    assert half is not None
    assert model is not None
    assert base.brier <= half.brier == 0.25
    assert model.over_one_half == pytest.approx(1 - model.brier / 0.25)
    if 0 < found.yes < found.claims:
        assert model.over_base_rate == pytest.approx(1 - model.brier / base.brier)
        assert base.over_base_rate == 0
    else:
        assert np.isnan(model.over_base_rate)


def test_errors_of_skill_are_those_of_a_bootstrap() -> None:
    rng = np.random.default_rng(3)
    p = rng.uniform(0, 1, 400) ** 4
    y = (rng.uniform(0, 1, 400) < p).astype(float)
    model = score({"model": p}, y).of("model")
    assert model is not None
    again = [score({"model": p[k]}, y[k]).of("model") for k in rng.integers(0, 400, (400, 400))]
    for name in ("brier", "logarithmic", "over_base_rate", "over_one_half"):
        spread = np.std([getattr(one, name) for one in again])
        assert getattr(model, f"{name}_error") == pytest.approx(spread, rel=0.15), name


# A record -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def findings() -> tuple[ClaimFinding, ...]:
    return assess(scenario(), game(), ensemble()).claims


def settle(claims: tuple[ClaimFinding, ...], outcomes: dict[str, Outcome]) -> Record:
    return tally([replace(claim, outcome=outcomes.get(claim.id)) for claim in claims], scenario())


def test_what_is_counted_beside_the_scores(findings: tuple[ClaimFinding, ...]) -> None:
    yes = Outcome("yes", date(2025, 7, 1), mechanism="wrong")
    record = settle(findings, {"early-offer": yes, "freeze": Outcome("no"), "quiet": Outcome("void")})
    assert record.outcomes == {"no": 1, "void": 1, "yes": 1}
    assert record.mechanisms == {"wrong": 1}
    assert [(item.claim, item.outcome, item.on_scale) for item in record.scored] == [
        ("early-offer", "yes", True),
        ("freeze", "no", False),
    ]
    assert record.scored[0].due == date(2025, 7, 21)
    on, off = record.intervals
    assert on.word == pytest.approx(0.25 + 20 * 0.2)
    assert off.word == pytest.approx(0.5 + 20 * 0.05)
    assert "1 wrong" in scoreboard.state_outcomes(record)
    assert record.calibration is None
    assert f"{ENOUGH - 2} claims more than the 2" in scoreboard.state_calibration(record)


def test_a_yes_after_the_date_of_the_query_is_named_and_not_scored(findings: tuple[ClaimFinding, ...]) -> None:
    record = settle(findings, {"early-offer": Outcome("yes", date(2025, 9, 1)), "freeze": Outcome("no")})
    assert record.late == ("early-offer",)
    assert [item.claim for item in record.scored] == ["freeze"]
    assert "early-offer" in scoreboard.state_outcomes(record)


def test_the_words_are_read_by_every_scale(findings: tuple[ClaimFinding, ...]) -> None:
    record = settle(findings, {"early-offer": Outcome("yes")})
    read = {item.scale: item for item in record.scales}
    assert next(iter(read)) == "icd203"
    assert read["icd203"].brier == pytest.approx((1 - 0.675) ** 2)
    assert read["ipcc"].brier == pytest.approx((1 - 0.83) ** 2)
    assert read["phia"].brier == pytest.approx((1 - 0.65) ** 2)
    assert (read["kent"].claims, np.isnan(read["kent"].brier)) == (0, True)


def test_comparisons_are_counted_and_never_scored(findings: tuple[ClaimFinding, ...]) -> None:
    asked = [claim for claim in findings if claim.kind == "comparison" and claim.spread is not None]
    assert asked
    record = settle(findings, {claim.id: Outcome("yes") for claim in asked})
    right = sum(claim.verdict == "holds" for claim in asked)
    assert (record.hits.right, record.score_all, record.scored) == (right, None, ())
    turned = settle(findings, {claim.id: Outcome("no") for claim in asked})
    assert (turned.hits.right, turned.hits.wrong) == (record.hits.wrong, record.hits.right)


def test_with_enough_claims_there_is_a_diagram(findings: tuple[ClaimFinding, ...]) -> None:
    one = next(claim for claim in findings if claim.id == "early-offer")
    assert one.spread is not None
    claims = [
        replace(one, id=f"c{k:02}", spread=replace(one.spread, mean=k / 40), outcome=Outcome("yes" if k % 3 else "no"))
        for k in range(ENOUGH)
    ]
    record = tally(claims, scenario())
    assert record.calibration is not None
    assert "reliability" in scoreboard.state_calibration(record)
    drawn = plot_reliability(record.calibration)
    assert sum(row["claims"] for row in drawn["data"]["values"]) == ENOUGH
    assert plain_data(tally(claims[::-1], scenario())) == plain_data(record)
    assert tally(claims[1:], scenario()).calibration is None


def test_relabelled_claims_score_the_same(findings: tuple[ClaimFinding, ...]) -> None:
    outcomes = {"early-offer": Outcome("yes"), "freeze": Outcome("no"), "talks": Outcome("yes")}
    record = settle(findings, outcomes)

    def rename(item: Claim | ClaimFinding) -> Claim | ClaimFinding:
        return replace(item, id=f"z-{item.id}")

    case = replace(scenario(), claims=tuple(rename(claim) for claim in scenario().claims))  # type: ignore[arg-type]
    other = tally([rename(replace(claim, outcome=outcomes.get(claim.id))) for claim in findings], case)  # type: ignore[misc]
    assert plain_data(replace(other, scored=())) == plain_data(replace(record, scored=()))


def test_the_page_shows_scores_and_with_enough_claims_a_diagram(findings: tuple[ClaimFinding, ...]) -> None:
    told = assess(scenario(), game(), ensemble())
    page = render(told, scenario(), game(), ensemble())
    assert "skill over base rate" in page
    assert "Calibration needs 30" in page
    one = next(claim for claim in findings if claim.id == "early-offer")
    many = tally([replace(one, id=f"c{k:02}") for k in range(ENOUGH)], scenario())
    full = render(replace(told, record=many), scenario(), game(), ensemble())
    assert "Calibration needs" not in full
    assert 'aria-label="Reliability diagram: Brier = reliability' in full
    assert full.count("<svg") == page.count("<svg") + 1
