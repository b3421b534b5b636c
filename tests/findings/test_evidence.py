"""What the evidence does to readings and claims, against enumeration by hand, and laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import detente
from detente.ensemble.design import draw_rows
from detente.ensemble.ensemble import Ensemble
from detente.ensemble.observations import list_observations
from detente.ensemble.tempering import temper
from detente.findings.evidence import count_effective, weigh_draws
from detente.findings.findings import Findings, plain_data
from detente.report.learning import list_effects, list_matrix, state_evidence
from detente.scenario.model import Scenario
from detente.solvers.forecast import answer
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid

CASE = """\
detente: 1
title: Who falls silent
as_of: 2024-01-01
horizon: 24 months
actors:
  north:
    levers:
      noise: [on, off]
    readings:
      dove: {odds: 30, wants: [{id: calm, want: noise = off, weight: 1 to 3}]}
      hawk: {odds: 70, wants: [{id: din, want: noise = on, weight: 0.5 to 2}]}
    behaviour: {tempo: 1, foresight: 3, noise: 0.5, habit: 0}
  south:
    levers:
      leaflets: [on, off]
    wants: [{want: north.noise = off and leaflets = off, weight: 1}]
    behaviour: {tempo: 0.5, foresight: 3, noise: 0.5, habit: 0}
claims:
  - {id: quiet, text: Silence, says: likely, about: P(north.noise = off on 2024-09-01), as_of: 2024-01-15,
     outcome: {value: "yes", on: 2024-09-01}}
  - {id: ever, text: Silence once, says: likely, about: P(north.noise = off by 2024-04-01)}
  - {id: more, text: More silence, about: P(north.noise = off on 2025-01-01) > P(south.leaflets = off on 2025-01-01)}
"""
EVIDENCE = """\
evidence:
  - {on: 2024-05-01, seen: north.noise = off}
  - {by: 2024-07-01, not_seen: south.leaflets = off}
  - {on: 2024-03-01, seen: north.noise = off}
  - {by: 2024-06-01, seen: north.noise = on and south.leaflets = on}
"""


def load(folder: Path, text: str) -> Scenario:
    (folder / "case.yaml").write_text(text, "utf-8")
    return detente.load(folder / "case.yaml")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Ensemble]:
    scenario = load(tmp_path_factory.mktemp("case"), CASE + EVIDENCE)
    return scenario, detente.run(scenario, draws=128, seed=3, workers=1)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Ensemble]:
    scenario = load(tmp_path_factory.mktemp("bare"), CASE)
    return scenario, detente.run(scenario, draws=128, seed=3, workers=1)


def judge(case: tuple[Scenario, Ensemble]) -> Findings:
    return detente.assess(*case)


def test_the_order_of_date_is_the_order_of_fields(case: tuple[Scenario, Ensemble]) -> None:
    scenario, ensemble = case
    days = [step.item.on for step in detente.update(scenario, ensemble).steps]
    assert days == sorted(item.on for item in scenario.evidence)
    # What was seen first makes 'seen by then' no news: noise and leaflets are on at the start.
    assert ensemble.numbers["evidence/2"] == pytest.approx(np.ones(128), abs=1e-9)


def test_weights_and_posteriors_are_bayes_rule_over_the_draws(case: tuple[Scenario, Ensemble]) -> None:
    """Everything again from the definition: products of probabilities, shares of the sums."""
    scenario, ensemble = case
    learned = detente.update(scenario, ensemble)
    joint = np.prod([ensemble.numbers[f"evidence/{k}"] for k in range(4)], axis=0)
    dove = ensemble.numbers["input/north.reading"] == 0
    assert 0.25 < dove.mean() < 0.35
    shares = {share.reading: share for share in learned.readings}
    assert shares["dove"].posterior == pytest.approx(joint[dove].sum() / joint.sum(), abs=1e-12)
    assert shares["dove"].posterior + shares["hawk"].posterior == pytest.approx(1, abs=1e-12)
    assert learned.effective == pytest.approx(joint.sum() ** 2 / (joint**2).sum())
    assert weigh_draws(ensemble, 4) == pytest.approx(joint / joint.max())
    odds = shares["dove"].posterior / shares["hawk"].posterior
    assert odds > 2 * shares["dove"].prior / shares["hawk"].prior, "silence speaks for the dove"
    found = judge(case).claim("ever").posterior
    assert found is not None
    assert found.within
    assert found.mean == pytest.approx(1, abs=1e-9), "seen silent on 1 March, so silent by 1 April"


def test_what_each_observation_multiplies_leads_from_prior_to_posterior(case: tuple[Scenario, Ensemble]) -> None:
    learned = detente.update(*case)
    for share in learned.readings:
        cells = [cell for step in learned.steps for cell in step.cells if cell.reading == share.reading]
        assert share.prior * np.prod([cell.factor for cell in cells]) == pytest.approx(share.posterior, abs=1e-12)
    for step in learned.steps:
        mean = sum(10**cell.log10 * cell.after / cell.factor for cell in step.cells)
        assert mean == pytest.approx(step.likelihood, abs=1e-12)
        logs = np.array([cell.log10 for cell in step.cells])
        weights = np.array([cell.after / cell.factor for cell in step.cells])
        spread = np.sqrt(np.average((logs - np.average(logs, weights=weights)) ** 2, weights=weights))
        assert dict(step.diagnosticity)["north"] == pytest.approx(spread, abs=1e-12)
    assert len(list_matrix(learned, "north")[1]) == 4
    assert any("the probability of North as" in sentence for sentence in list_effects(learned, {"north": "North"}))


@pytest.mark.parametrize(
    ("draws", "likely", "state"),
    [(15, 15, "too few"), (16, 16, "enough"), (300, 29, "too few"), (300, 30, "enough"), (9000, 200, "enough")],
)
def test_how_many_draws_are_enough(case: tuple[Scenario, Ensemble], draws: int, likely: int, state: str) -> None:
    scenario, ensemble = case
    numbers = {name: np.resize(values, draws) for name, values in ensemble.numbers.items()}
    numbers |= {f"evidence/{k}": np.ones(draws) for k in range(4)}
    numbers["evidence/1"] = (np.arange(draws) < likely).astype(float)
    learned = detente.update(scenario, replace(ensemble, draws=draws, numbers=numbers))
    assert learned.effective == pytest.approx(likely)
    assert learned.state == state


def test_a_date_cuts_the_evidence(case: tuple[Scenario, Ensemble]) -> None:
    scenario, ensemble = case
    learned = detente.update(scenario, ensemble, until=date(2024, 3, 1))
    assert (len(learned.steps), learned.later) == (1, 3)
    first = ensemble.numbers["evidence/0"]
    dove = ensemble.numbers["input/north.reading"] == 0
    assert learned.readings[0].posterior == pytest.approx(first[dove].sum() / first.sum())
    before = detente.update(scenario, ensemble, until=date(2024, 2, 29))
    assert (before.state, before.readings, before.effective) == ("no evidence", (), 128)


def test_no_evidence_is_the_prior_and_evidence_never_touches_verdicts_and_scores(
    case: tuple[Scenario, Ensemble], bare: tuple[Scenario, Ensemble]
) -> None:
    told, plain = judge(case), judge(bare)
    assert plain.evidence is None
    assert not any(name.startswith(("evidence/", "posterior/")) for name in bare[1].numbers)
    assert detente.update(*bare).state == "no evidence"
    assert plain_data(told.record) == plain_data(plain.record)
    assert told.record.score_all is not None
    for claim in told.claims:
        assert plain_data(replace(claim, posterior=None)) == plain_data(plain.claim(claim.id))
    moved = told.claim("quiet")
    assert moved.posterior is not None
    assert moved.spread is not None
    assert abs(moved.posterior.mean - moved.spread.mean) > 0.05


def test_relabelling_the_readings_changes_only_labels(case: tuple[Scenario, Ensemble], tmp_path: Path) -> None:
    text = (CASE + EVIDENCE).replace("dove", "x1").replace("hawk", "a2").replace("north", "zz")
    other = load(tmp_path, text)
    again = detente.update(other, detente.run(other, draws=128, seed=3, workers=1))
    learned = detente.update(*case)
    assert [share.posterior for share in again.readings] == [share.posterior for share in learned.readings]
    assert [step.diagnosticity[0][1] for step in again.steps] == [step.diagnosticity[0][1] for step in learned.steps]


def test_evidence_impossible_in_every_draw_is_a_finding(tmp_path: Path) -> None:
    never = "evidence:\n  - {on: 2024-01-01, seen: north.noise = off}\n  - {on: 2024-03-01, seen: north.noise = off}\n"
    scenario = load(tmp_path, CASE + never)
    ensemble = detente.run(scenario, draws=8, seed=0, workers=1)
    assert (ensemble.numbers["evidence/0"] == 0).all()
    assert np.isnan(ensemble.numbers["evidence/1"]).all()
    learned = detente.update(scenario, ensemble)
    assert (learned.state, learned.impossible, learned.steps, learned.readings) == ("impossible", 0, (), ())
    assert "impossible in every draw" in state_evidence(learned)[0]
    findings = detente.assess(scenario, ensemble)
    assert all(claim.posterior is None for claim in findings.claims)
    with pytest.raises(detente.RunError, match="impossible in every draw"):
        detente.continue_update(scenario, ensemble, learned, 8)


@given(
    arrays(np.float64, (3, 12), elements=st.one_of(st.just(0.0), st.floats(1e-3, 1))),
    st.permutations(range(12)),
)
def test_weights_are_products_and_draws_have_no_order(increments: np.ndarray, order: list[int]) -> None:
    def weigh(rows: np.ndarray) -> np.ndarray:
        # Void after what is impossible, as the runs write it.
        numbers, dead = {}, np.zeros(12, dtype=bool)
        for k, row in enumerate(rows):
            numbers[f"evidence/{k}"] = np.where(dead, np.nan, row)
            dead |= row == 0
        ensemble = Ensemble(0, 12, "", {}, {}, MappingProxyType(numbers), {}, {})
        return weigh_draws(ensemble, len(rows))

    weights, joint = weigh(increments), increments.prod(axis=0)
    assert weights * joint.max() == pytest.approx(joint, abs=1e-12)
    assert weigh(increments[:, order]) == pytest.approx(weights[order])
    assert weigh(increments[::-1]) == pytest.approx(weights)
    effective = count_effective(weights)
    assert effective == 0 if not joint.any() else 1 - 1e-9 <= effective <= (joint > 0).sum() + 1e-9


def test_the_continuation_agrees_with_enumeration(case: tuple[Scenario, Ensemble]) -> None:
    """Posterior odds of the readings by quadrature over the one weight that each has."""
    scenario, ensemble = case
    game = detente.compile(scenario)
    plan = lay_plan(game, [], Grid(np.zeros(0)), [], list_observations(scenario))
    columns = {item.id: item.column for item in game.inputs if item.column >= 0}
    assert game.columns == 3
    joint = {}
    for reading, weight, u in (("dove", "north.dove.calm", 0.1), ("hawk", "north.hawk.din", 0.9)):
        row = np.full(3, 0.5)
        row[columns["north.reading"]] = u
        found = []
        for quantile in (np.arange(40) + 0.5) / 40:
            row[columns[weight]] = quantile
            seen = answer(plan, row.copy()).evidence
            assert seen is not None
            found.append(seen.increments.prod())
        joint[reading] = np.mean(found) * {"dove": 0.3, "hawk": 0.7}[reading]
    truth = joint["dove"] / (joint["dove"] + joint["hawk"])
    learned = detente.continue_update(scenario, ensemble, detente.update(scenario, ensemble), 80, seed=5)
    told = learned.tempered
    assert told is not None
    share = next(share for share in told.readings if share.reading == "dove")
    assert 0 < share.posterior_error < 0.1
    assert abs(share.posterior - truth) < 3 * share.posterior_error
    assert told.levels[-1] == 1
    assert list(told.levels) == sorted(told.levels)
    assert all(0 < accepted <= 1 for accepted in told.acceptance)
    assert 8 <= told.ancestors <= 80
    assert told.evaluations == 80 * (1 + 3 * len(told.levels))
    exact = next(share for share in learned.readings if share.reading == "dove")
    assert abs(exact.posterior - truth) < 3 * exact.posterior_error
    rows = draw_rows(3, 0, 20, game.columns)
    one, other = (temper(plan, rows, readings=[columns["north.reading"]], seed=5, workers=k) for k in (1, 2))
    assert (one.rows == other.rows).all()
    assert one.levels == other.levels


def test_evidence_that_is_sure_leaves_particles_spread_as_the_prior(tmp_path: Path) -> None:
    """Every proposal is accepted then, so the rows stay uniform: mean 1/2, variance 1/12, in every column."""
    scenario = load(tmp_path, CASE + "evidence:\n  - {by: 2024-01-02, seen: north.noise = on}\n")
    game = detente.compile(scenario)
    plan = lay_plan(game, [], Grid(np.zeros(0)), [], list_observations(scenario))
    column = next(item.column for item in game.inputs if item.odds)
    cloud = temper(plan, draw_rows(0, 0, 256, game.columns), readings=[column], seed=9, workers=1)
    assert (cloud.levels, cloud.acceptance) == ((1.0,), (1.0,))
    assert (cloud.rows != draw_rows(0, 0, 256, game.columns)).any(axis=0).all()
    bound = 4 / np.sqrt(256)
    assert np.abs(cloud.rows.mean(axis=0) - 0.5).max() < bound * np.sqrt(1 / 12)
    assert np.abs(cloud.rows.var(axis=0) - 1 / 12).max() < bound * np.sqrt(1 / 80 - 1 / 144)
