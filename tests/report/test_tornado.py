"""The tornado: what the chart holds, its words, and its section in the report."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detente.ensemble.ensemble import Ensemble
from detente.findings.assessment import assess
from detente.findings.influences import Choice, rank_inputs
from detente.findings.sensitivity import Sensitivities
from detente.report.charts import plot_tornado, render_svg
from detente.report.influences import state_interaction, state_strongest
from detente.report.inputs import name_inputs
from detente.report.page import render
from detente.report.sections import SECTIONS
from findings.mock_korea import ensemble, game, scenario


def analyse(run: Ensemble) -> Sensitivities:
    return rank_inputs(assess(scenario(), game(), run), scenario(), game(), run, Choice(["talks"]))


def test_bars_run_between_the_means_at_the_ends() -> None:
    found = analyse(ensemble()).claims[0]
    spec = plot_tornado(found, name_inputs(scenario()))
    rows = spec["data"]["values"]
    assert len(rows) == sum(item.clear for item in found.influences)
    assert (rows[0]["low"], rows[0]["high"]) == (found.influences[0].low.mean, found.influences[0].high.mean)
    assert rows[0]["low_to"] - rows[0]["low_from"] == pytest.approx(2 * found.influences[0].low.error)
    assert rows[0]["name"] == "the reading of North Korea"
    assert [row["row"] for row in rows] == list(range(len(rows)))  # two inputs of one name keep a bar each
    assert "the reading of North Korea" in render_svg(spec)


def test_a_mean_of_one_draw_has_no_error_to_draw() -> None:
    found = analyse(ensemble()).claims[0]
    first = found.influences[0]
    lone = replace(found, influences=(replace(first, low=replace(first.low, error=float("nan"), draws=1)),))
    (row,) = plot_tornado(lone, {})["data"]["values"]
    assert row["low_from"] == row["low_to"] == row["low"]
    assert render_svg(plot_tornado(lone, {})).startswith("<svg")


def test_the_strongest_are_named_with_their_places() -> None:
    said = state_strongest(analyse(ensemble()).claims[0])
    assert "dprk.reading" in said
    assert "(1)" in said
    flat = ensemble()
    numbers = dict(flat.numbers) | {"claim/talks": np.full(flat.draws, 0.3)}
    nothing = state_strongest(analyse(replace(flat, numbers=numbers)).claims[0])
    assert nothing == "It does not vary."


def test_an_interaction_is_told_with_its_four_means() -> None:
    run = ensemble(400)
    reading, deal = run.numbers["input/dprk.reading"], run.numbers["input/us.deal"]
    claim = 0.1 + 0.3 * (reading == 0) + 0.2 * (reading == 0) * (deal > np.median(deal)) + 0.05 * deal / deal.max()
    run = replace(run, numbers=dict(run.numbers) | {"claim/talks": claim})
    found = analyse(run).claims[0]
    (pair,) = found.interactions
    said = state_interaction(pair, found, name_inputs(scenario()))
    assert said.startswith("What the reading of North Korea does depends on the weight on")
    assert "as dealmaker" in said
    assert "% of the variance)." in said
    for side in (*pair.where_low, *pair.where_high):
        assert f"{100 * side.mean:.0f} %" in said


def test_the_report_has_the_section() -> None:
    run = ensemble()
    page = render(assess(scenario(), game(), run), scenario(), game(), run)
    assert "tornado" not in {section.id for section in SECTIONS}
    assert "How far each input moves the claims that matter most" in page
