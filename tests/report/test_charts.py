"""Charts say what the findings say, and as SVG they are self-contained, harmless and the same every time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from detente.findings.assessment import assess
from detente.findings.findings import Findings
from detente.report import charts
from detente.report.charts import fan as fans
from detente.report.inputs import name_inputs
from findings.mock_korea import ensemble, game, scenario

NAMES = name_inputs(scenario())
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def findings() -> Findings:
    return assess(scenario(), game(), ensemble())


def words(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def marks(spec: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


def test_a_fan_holds_the_curve_on_real_dates(findings: Findings) -> None:
    claim = findings.claim("early-offer")
    fan = claim.fan
    assert fan is not None
    spec = charts.plot_fan(claim, findings.as_of)
    rows = spec["data"]["values"]
    assert rows[0]["day"] == "2024-11-07T00:00:00Z"
    assert rows[-1]["day"] == "2025-07-21T00:00:00Z"
    assert [row["mean"] for row in rows] == pytest.approx(list(fan.mean))
    assert all(row["p5"] <= row["p25"] <= row["p75"] <= row["p95"] for row in rows)


def test_a_fan_is_labelled_directly(findings: Findings) -> None:
    shown = words(charts.render_svg(charts.plot_fan(findings.claim("early-offer"), findings.as_of)))
    assert {"78 % ±0.3", "coin 50 % ±0", "likely (55-80 %)", "came out: yes", "100%"} <= set(shown)
    assert any(label.endswith("2025") for label in shown)


def test_labels_at_the_end_keep_apart(findings: Findings) -> None:
    spec = charts.plot_fan(findings.claim("quiet"), findings.as_of)
    ends = [
        layer["data"]["values"][0]["value"] for layer in marks(spec, "text") if layer["mark"].get("fontWeight") == 600
    ]
    assert len(ends) == 2
    assert abs(ends[0] - ends[1]) >= fans.APART - 1e-9
    assert max(ends) <= 1


def test_a_strip_holds_word_interval_mean_and_coin(findings: Findings) -> None:
    claim = findings.claim("talks")
    spec = charts.plot_strip(claim)
    assert claim.spread is not None
    assert claim.baseline is not None
    assert marks(spec, "rect")[0]["data"]["values"] == [{"x": 0.2, "x2": 0.45}]
    assert {"x": claim.spread.p5, "x2": claim.spread.p95} in [m["data"]["values"][0] for m in marks(spec, "rule")]
    points = [m["data"]["values"][0]["x"] for m in marks(spec, "point")]
    assert points == [claim.baseline.mean, claim.spread.mean]


def test_a_strip_of_a_comparison_has_thresholds_and_no_interval(findings: Findings) -> None:
    spec = charts.plot_strip(findings.claim("even"))
    assert marks(spec, "tick")[0]["data"]["values"] == [{"x": pytest.approx(1 / 3)}, {"x": pytest.approx(2 / 3)}]
    assert len(marks(spec, "rule")) == 1
    assert marks(spec, "rect") == []


def test_bars_of_drivers_run_from_the_smaller_mean(findings: Findings) -> None:
    claim = findings.claim("talks")
    (row,) = charts.plot_drivers(claim, NAMES)["data"]["values"]
    assert row["left"] == claim.drivers[0].low.mean < row["right"]
    assert (row["left_text"], row["right_text"]) == ("stonewaller 12 % ±0.1", "69 % ±0.1 dealmaker")
    turned = replace(claim, drivers=(replace(claim.drivers[0], low=claim.drivers[0].high, high=claim.drivers[0].low),))
    assert charts.plot_drivers(turned, NAMES)["data"]["values"] == [row]


def test_bars_of_a_number_fit_their_own_axis(findings: Findings) -> None:
    claim = findings.claim("talks")
    side = replace(claim.drivers[0].low, mean=-250.0)
    number = replace(claim, kind="number", drivers=(replace(claim.drivers[0], low=side),))
    spec = charts.plot_drivers(number, NAMES)
    low, high = spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert low < -250
    assert high > number.drivers[0].high.mean


def test_the_matrix_has_every_state_and_concept(findings: Findings) -> None:
    spec = charts.plot_stability(findings.states, findings.settlements)
    assert len(spec["data"]["values"]) == len(findings.states) * len(findings.settlements)
    shown = words(charts.render_svg(spec))
    assert {"S1", "S2", "S3", "Nash", "GMR", "100 % ±0.2", "0 % ±0.2"} <= set(shown)


def specs(findings: Findings) -> list[dict[str, Any]]:
    claim = findings.claim("talks")
    return [
        charts.plot_fan(claim, findings.as_of),
        charts.plot_strip(claim),
        charts.plot_drivers(claim, NAMES),
        charts.plot_stability(findings.states, findings.settlements),
    ]


@pytest.mark.parametrize("kind", range(4))
def test_svg_is_self_contained_and_the_same_every_time(findings: Findings, kind: int) -> None:
    spec = specs(findings)[kind]
    svg = charts.render_svg(spec)
    assert svg == charts.render_svg(spec)
    assert "currentColor" in svg
    for element in ElementTree.fromstring(svg).iter():
        assert element.tag.startswith(SVG)
        assert element.tag not in (f"{SVG}script", f"{SVG}image", f"{SVG}style")
        # Ids would meet each other in one page; style attributes would fall to its policy.
        assert not {"id", "style", "href", "role"} & element.attrib.keys()


def test_hostile_names_are_text_in_a_chart(findings: Findings) -> None:
    hostile = "<script>alert(1)</script>\u202e&\x1b"
    claim = findings.claim("talks")
    svg = charts.render_svg(charts.plot_drivers(claim, {claim.drivers[0].input: hostile}))
    assert "<script" not in svg
    assert "<script>alert(1)</script>\ufffd&\ufffd" in words(svg)
