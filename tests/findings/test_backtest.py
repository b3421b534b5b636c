"""Models on decisions whose outcome is known: who is scored on what, intervals over dossiers, constants fitted anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scoringrules  # noqa: TID251 - an oracle of the tests

from decisions import make_rows, write_decisions, write_rows
from detente.errors import Issue, QueryError
from detente.findings import forecasters
from detente.findings.backtest import Backtest, Scoring, score_models
from detente.findings.clusters import draw_groups
from detente.findings.dossiers import Sample, lay_dossier, take_sample
from detente.findings.forecasters import LINKED, ask_models, list_yardsticks
from detente.findings.refit import AIM, PARTS, PLANS, _shuffle, find_constants
from detente.findings.training import FITTED_ON
from detente.game.exchange.deu import Decision, read_deu
from detente.solvers.bargaining.models import MODELS, settle
from detente.solvers.bargaining.prediction import FITTED, LEAST, NEAR, Constants, gather_camps, predict, spread_out
from detente.solvers.bargaining.settlement import Settlement, settle_at_once
from detente.solvers.bargaining.stakes import Stakes


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return take_sample(read_deu(write_decisions(tmp_path / "made.tsv", dossiers=7)))


def score(path: Path, models: tuple[str, ...], **choices: bool) -> Backtest:
    return score_models(read_deu(path), models, Scoring(seed=1, resamples=200, **choices))


def test_what_is_scored(tmp_path: Path) -> None:
    rows = make_rows(5)
    few = [head for head in rows[1] if head[0] == "p" and len(head) < 4 and head not in ("pcom", "pep", "prnr")]
    rows[0]["out"] = ""
    rows[1] |= dict.fromkeys(few, "")
    rows[2] |= {head: "0" for head in rows[2] if head[0] == "s" and rows[2][head]}
    found = take_sample(read_deu(write_rows(tmp_path / "made.tsv", rows)), frozenset({rows[-1]["prnr"]}))
    assert found.left_out == {
        "no outcome": 1,
        "fewer than 3 actors": 1,
        "nobody cares": 1,
        "its dossier is one the constants were fitted on": sum(row["prnr"] == rows[-1]["prnr"] for row in rows),
    }
    assert len(found.decisions) + sum(found.left_out.values()) == len(rows)


def test_all_issues_as_one_table_are_the_issues_one_by_one(sample: Sample) -> None:
    whole = predict(sample.stakes)
    for k, item in enumerate(sample.decisions):
        alone = predict(lay_dossier([item]))
        np.testing.assert_allclose(whole.find_mean()[k], alone.find_mean()[0])
        np.testing.assert_allclose(
            whole.find_quantiles(np.array([0.1, 0.5]))[k], alone.find_quantiles(np.array([0.1, 0.5]))[0]
        )


def test_a_point_has_its_distance_as_its_score(sample: Sample) -> None:
    (compromise,) = ask_models(sample, ("compromise",))
    for k, item in enumerate(sample.decisions):
        weights = item.saliences * item.capabilities
        point = float((weights * item.positions).sum() / weights.sum())
        assert compromise.errors[k] == compromise.crps[k] == pytest.approx(abs(point - item.outcome))
    assert compromise.half is compromise.wide is None
    assert compromise.left_out == {}


def test_yardsticks(sample: Sample) -> None:
    positions, salience, climatology = list_yardsticks(sample)
    for k, item in enumerate(sample.decisions):
        for found, weights in ((positions, item.saliences * item.capabilities), (salience, item.saliences)):
            reference = scoringrules.crps_ensemble(
                item.outcome, item.positions, ens_w=weights / weights.sum(), estimator="nrg", backend="numpy"
            )
            assert found.crps[k] == pytest.approx(float(reference))
        others = np.array([one.outcome for one in sample.decisions if one.dossier != item.dossier])
        reference = scoringrules.crps_ensemble(item.outcome, others, estimator="nrg", backend="numpy")
        assert climatology.crps[k] == pytest.approx(float(reference))
        tenth, median, ninth = np.quantile(others, [0.1, 0.5, 0.9], method="inverted_cdf")
        assert climatology.errors[k] == abs(median - item.outcome)
        assert climatology.wide is not None
        assert climatology.wide[k] == (tenth <= item.outcome <= ninth)


def test_one_dossier_has_no_climatology_and_no_interval(tmp_path: Path) -> None:
    rows = [row | {"prnr": "x99001"} for row in make_rows(3)]
    found = score(write_rows(tmp_path / "one.tsv", rows), ("compromise",))
    silent = found.of("climatology")
    assert (silent.issues, silent.left_out) == (0, {"there is no other dossier": len(rows)})
    assert np.isnan(silent.mae.value)
    assert not np.isnan(found.of("compromise").mae.value)
    assert np.isnan(found.of("compromise").mae.low)
    assert "x99001" not in str(found)


def test_every_model_answers_or_is_told_of(sample: Sample) -> None:
    heard: list[tuple[int, int]] = []
    for found in ask_models(sample, tuple(MODELS), lambda done, total: heard.append((done, total))):
        answered = int(np.isfinite(found.crps).sum())
        assert answered + sum(found.left_out.values()) == len(sample.decisions)
        assert answered > 0
        assert (np.isfinite(found.crps) == np.isfinite(found.errors)).all()
        if found.id not in LINKED:
            assert answered == len(sample.decisions), found.left_out
    assert heard == sorted(heard)
    assert heard[-1] == (len(MODELS) * len(sample.decisions),) * 2


def test_linked_issues_are_settled_together(sample: Sample) -> None:
    if "exchange" not in MODELS:
        pytest.skip("the model is not there")
    (found,) = ask_models(sample, ("exchange",))
    for dossier in sample.dossiers:
        places = [k for k, item in enumerate(sample.decisions) if item.dossier == dossier]
        if len(places) == 1:
            assert np.isnan(found.errors[places[0]])
            continue
        items = [sample.decisions[k] for k in places]
        points = settle("exchange", lay_dossier(items).together()).outcomes[0]
        np.testing.assert_allclose(found.errors[places], np.abs(points - [item.outcome for item in items]))
    assert found.left_out == {forecasters.ALONE: int(np.isnan(found.errors).sum())}


def test_a_model_that_fails_is_counted_and_told(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = (item.issue for item in sample.decisions[:3])

    def fail(model: str, stakes: Stakes, switches: Mapping[str, str] | None = None) -> Settlement:
        if stakes.issues == (first,):
            raise QueryError([Issue("model", 0, 0, "", "It will not do.", "Ask another.")])
        if stakes.issues == (second,):
            raise ZeroDivisionError("nothing to share")
        if stakes.issues == (third,):
            return settle_at_once(model, np.full((1, 1), np.nan))
        return settle(model, stakes)

    monkeypatch.setattr(forecasters, "settle", fail)
    (found,) = ask_models(sample, ("median",))
    assert found.left_out == {
        "It will not do.": 1,
        "it broke down (nothing to share)": 1,
        forecasters.NO_ANSWER: 1,
    }
    assert np.isfinite(found.errors).sum() == len(sample.decisions) - 3


def test_odds_over_positions_are_a_distribution(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    def toss(model: str, stakes: Stakes, switches: Mapping[str, str] | None = None) -> Settlement:
        found = settle_at_once(model, np.zeros((1, 1)))
        return replace(found, odds=stakes.saliences)

    monkeypatch.setattr(forecasters, "settle", toss)
    (found,) = ask_models(sample, ("median",))
    salience = list_yardsticks(sample)[1]
    np.testing.assert_allclose(found.crps, salience.crps)
    np.testing.assert_allclose(found.errors, sample.outcomes)  # its own point, 0, is kept
    assert found.wide is not None
    np.testing.assert_array_equal(found.wide, salience.wide)


def test_intervals_are_those_of_whole_dossiers_drawn_anew() -> None:
    codes = np.array([0, 0, 0, 1, 2, 2, 3])
    values = np.array([1.0, 2.0, 3.0, 10.0, np.nan, 6.0, 7.0])
    reference = np.array([2.0, 2.0, 1.0, 20.0, 5.0, 3.0, 4.0])
    samples = draw_groups(codes, 500, seed=4)
    assert (samples.times.sum(axis=1) == 4).all()
    means, medians, skills = [], [], []
    for times in samples.times:
        taken = [k for k in range(7) for _ in range(times[codes[k]]) if np.isfinite(values[k])]
        if taken:
            means.append(np.mean(values[taken]))
            medians.append(np.quantile(values[taken], 0.5, method="inverted_cdf"))
            skills.append(1 - values[taken].sum() / reference[taken].sum())
    for found, naive in (
        (samples.find_mean(values), means),
        (samples.find_median(values), medians),
        (samples.find_skill(values, reference), skills),
    ):
        assert (found.low, found.high) == pytest.approx(tuple(np.quantile(naive, [0.025, 0.975])))
    assert samples.find_mean(values).value == pytest.approx(29 / 6)
    assert samples.find_median(values).value == 3
    assert samples.find_skill(values, reference).value == pytest.approx(1 - 29 / 32)
    assert np.isnan(samples.find_skill(values, np.zeros(7)).value)
    assert np.isnan(samples.find_mean(np.full(7, np.nan)).value)


def test_the_same_seed_gives_the_same(tmp_path: Path) -> None:
    path = write_decisions(tmp_path / "made.tsv")
    one, other = (score(path, ("predictive", "compromise")) for _ in range(2))
    assert one.to_dict() == other.to_dict()
    assert one.of("compromise").mae_difference.value == one.of("compromise").mae_difference.high == 0
    assert one.of("positions").skill.value == 0
    assert one.digest == read_deu(path).digest
    with pytest.raises(KeyError):
        one.of("nobody")


def test_only_what_the_constants_have_not_seen(tmp_path: Path) -> None:
    rows = make_rows(4)
    seen = sorted(FITTED_ON)[0]
    rows = [row | {"prnr": seen, "isnr": row["isnr"]} if row["prnr"] == rows[0]["prnr"] else row for row in rows]
    path = write_rows(tmp_path / "made.tsv", rows)
    whole, rest = score(path, ("predictive",)), score(path, ("predictive",), unseen=True)
    assert (whole.fitted_on, rest.fitted_on) == (1, 0)
    assert rest.issues == whole.issues - 1
    with pytest.raises(QueryError, match=r"No issue of the file can be scored\. Left out are 1"):
        score(write_rows(tmp_path / "seen.tsv", rows[:1]), ("predictive",), unseen=True)
    with pytest.raises(QueryError, match=r"No model 'nahs'\. Did you mean 'nash'"):
        score(path, ("nahs",))


def make_sample(constants: Constants, issues: int, seed: int = 0) -> Sample:
    """Issues whose outcomes are drawn from the distribution itself."""
    rng = np.random.default_rng(seed)
    nothing = np.nan
    items = []
    for k in range(issues):
        n = int(rng.integers(3, 9))
        spots = rng.choice([0.0, 20, 40, 50, 70, 100], size=n)
        names = tuple(f"a{i}" for i in range(n))
        items.append(
            Decision(
                f"d{k // 2}", f"i{k}", "", 2000, names, spots, rng.uniform(0.1, 1, n), np.ones(n), nothing, nothing
            )
        )
    made = spread_out(gather_camps(Sample(tuple(items), {}).stakes), constants)
    outcomes = np.array([made.find_quantiles(np.array([u]))[k, 0] for k, u in enumerate(rng.uniform(size=issues))])
    return Sample(tuple(replace(item, outcome=float(y)) for item, y in zip(items, outcomes, strict=True)), {})


def test_constants_are_found_again() -> None:
    truth = Constants(smooth=0.6, spread=0.8, camp=0.5)
    sample = make_sample(truth, 800)
    found = find_constants(gather_camps(sample.stakes), sample.outcomes, PLANS[1])
    assert found.smooth == pytest.approx(truth.smooth, abs=0.08)
    assert found.spread == pytest.approx(truth.spread, abs=0.1)
    assert found.camp == pytest.approx(truth.camp, abs=0.2)


def test_parts_hold_whole_dossiers() -> None:
    sample = make_sample(Constants(0.5, 0.5, 0.5), 60)
    parts = _shuffle(sample, 0, 0)
    assert {*parts} == {*range(PARTS)}
    for code in range(len(sample.dossiers)):
        assert len({*parts[sample.codes == code]}) == 1
    assert (parts != _shuffle(sample, 0, 1)).any()
    assert (parts != _shuffle(sample, 1, 0)).any()


def test_the_page_tells_of_the_constants_that_are_shipped() -> None:
    flat = " ".join((Path(__file__).parents[2] / "docs/backtest.md").read_text(encoding="utf-8").split())
    assert f"A share of {FITTED.smooth:g} (`smooth`)" in flat
    assert f"is {FITTED.spread:g} (`spread`) times theirs" in flat
    assert f"to the power {FITTED.camp:g} (`camp`)" in flat
    assert f"{NEAR:g} of the scale is how far a camp reaches" in flat
    assert NEAR == LEAST
    assert f"covers more than {AIM:.0%}".replace("%", " %") in flat
    assert f"251 issues of {len(FITTED_ON)} dossiers" in flat
    assert all(f"| {plan.name} |" in flat for plan in PLANS)
