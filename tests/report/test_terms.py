"""Bargaining in words, tables and charts: what is said is what was found."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from detente import api
from detente.findings.bargains import Bargaining, Outlook, Over
from detente.findings.findings import Findings
from detente.report import persuading, terms
from detente.report.charts import plot_fragility, plot_models, plot_persuasion, plot_rounds, plot_scale, render_svg
from detente.report.charts.rounds import LINE
from detente.report.leads import list_leads
from detente.report.opening import list_headlines
from detente.report.sections import SECTIONS
from detente.report.summary import summarise
from detente.scenario.model import Scenario
from detente.solvers.bargaining.models import MODELS
from solvers.test_closed_forms import CARS

NAN = float("nan")
OUTLOOK = Outlook(42.3, 0.24, 35.31, 0.672, (5.0, 70.6), (0.0, 100.0), (), (0.0, 50.0, 100.0), (0.6, 0.4))


NAMES = (
    "Netherlands",
    "Belgium",
    "Luxembourg",
    "Germany",
    "France",
    "Italy",
    "United Kingdom",
    "Ireland",
    "Denmark",
    "Greece",
)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """The car emissions of 1984, with nothing else to tell."""
    path = tmp_path_factory.mktemp("cars") / "cars.yaml"
    ids = [name.lower().replace(" ", "_") for name in NAMES]
    actors = "\n".join(f"  {key}: {{name: {name}}}" for key, name in zip(ids, NAMES, strict=True))
    stakes = "\n".join(
        f"      {key}: {{position: {x}, salience: {s}, capability: {c}}}"
        for key, (x, s, c) in zip(ids, CARS, strict=True)
    )
    path.write_text(CASE.format(actors=actors, stakes=stakes), encoding="utf-8")
    return api.load(path)


@pytest.fixture(scope="module")
def findings(scenario: Scenario) -> Findings:
    return api.assess(scenario, api.run(scenario, draws=4, workers=1))


@pytest.fixture(scope="module")
def found(findings: Findings) -> Bargaining:
    assert findings.terms is not None
    return findings.terms


CASE = """
detente: 1
title: Cars
as_of: 1984-01-01
horizon: 48 months
actors:
{actors}
issues:
  delay:
    label: Years until the standard binds
    ends: [4, 10]
    scale: {{4: four years, 7: seven years, 10: ten years}}
    regions: {{early: [4, 6], middle: [6, 8], late: [8, 10]}}
    stakes:
{stakes}
"""


def words_of(spec: dict[str, object]) -> str:
    return " ".join(re.findall(r">([^<>]+)<", render_svg(spec)))


def test_a_forecast_in_a_sentence_with_errors_where_there_are_any() -> None:
    assert terms.state_outlook(OUTLOOK) == (
        "The forecast has its median at 35.3 ±0.67 and its mean at 42.3 ±0.24; half of all chance lies from 5 to 70.6, "
        "four fifths from 0 to 100."
    )
    central = replace(OUTLOOK, mean_error=NAN, median_error=NAN)
    assert terms.state_outlook(central).startswith("The forecast has its median at 35.3 and its mean at 42.3; half")
    assert terms.state_regions(OUTLOOK) == ""


def test_how_far_models_are_apart_and_which_never_rest(found: Bargaining) -> None:
    issue = found.issues[0]
    told = " ".join(terms.state_models(issue))
    points = {model.model: model.point for model in issue.models}
    assert f"{len(MODELS)} models put it from" in told
    low, high = min(points.values()), max(points.values())
    assert f"from {low:.3g} (" in told
    assert f"to {high:.3g} (" in told
    assert "he expected-utility model" in told
    assert "not come to rest: the point is the last round's." in told
    one = replace(issue, models=issue.models[1:2])
    assert terms.state_models(one) == ["The compromise model puts it at 7.39."]
    alike = replace(issue, models=tuple(replace(model, point=7.0, settled=True) for model in issue.models))
    assert terms.state_models(alike) == [f"All {len(MODELS)} models put it at 7."]
    void = replace(issue.models[0], reason="Nobody answers.", point=NAN)
    assert terms.state_models(replace(issue, models=(void,))) == [
        "No model has an answer.",
        "The predictive distribution has no answer. Nobody answers.",
    ]
    assert "The predictive distribution has no answer. Nobody answers." in terms.state_models(
        replace(issue, models=(void, issue.models[1]))
    )


def test_names_of_models_inside_sentences() -> None:
    assert terms.call_model("Weighted median") == "the weighted median"
    assert terms.call_model("Kalai-Smorodinsky solution") == "the Kalai-Smorodinsky solution"
    assert terms.call_model("KTAB's spatial model") == "KTAB's spatial model"


def test_rows_are_by_position_and_rounds_say_whether_they_ended(found: Bargaining) -> None:
    issue = found.issues[0]
    rows = terms.list_places(issue)
    assert [float(row[1]) for row in rows] == sorted(float(row[1]) for row in rows)
    assert rows[-1] == ("United Kingdom", "10", "0.9", "0.16", "21 %")
    told = {row[3]: row for row in terms.list_models(issue)}
    assert told["Compromise model (compromise)"] == ("7.39", "-", "-", "Compromise model (compromise)")
    assert told["Expected-utility model (expected-utility)"][2].endswith(", unsettled")
    model = issue.model("expected-utility")
    over = replace(model, over=Over(7, 0.1, 6, 7, 8), rest=0.25, rest_error=0.05)
    assert terms.write_rounds(over) == f"{model.rounds}, unsettled (75 % ±5.0 of draws unsettled)"


def test_every_kind_of_chart_names_what_it_shows(found: Bargaining, scenario: Scenario) -> None:
    issue, names = found.issues[0], {actor.id: actor.name for actor in scenario.actors}
    scale = words_of(plot_scale(issue))
    for text in ("Forecast: chance of each 0.15 of the scale", "early:", "United Kingdom: 21 % of the weight"):
        assert text in scale
    compared = words_of(plot_models(issue))
    assert all(model.name in compared for model in issue.models)
    assert "(does not come to rest)" in compared
    noisy = words_of(plot_fragility(found.fragility, (issue.low, issue.high)))
    assert "Expected-utility model (amplifies)" in noisy
    assert "10 % noise on every input" in noisy
    persuaded = words_of(plot_persuasion(found.persuasion[0], names))
    assert "moves, from" in persuaded
    track = issue.model("expected-utility").track
    assert track is not None
    assert "the model:" in words_of(plot_rounds(track, names, (issue.low, issue.high)))


def test_labels_at_the_end_of_lines_do_not_meet(found: Bargaining) -> None:
    issue = found.issues[0]
    track = issue.model("expected-utility").track
    assert track is not None
    spec = plot_rounds(track, {}, (issue.low, issue.high))
    tops = sorted(layer["encoding"]["y"]["value"] for layer in spec["layer"] if "text" in layer["encoding"])
    assert all(b - a >= LINE - 1e-9 for a, b in pairwise(tops))
    assert tops[0] >= 0
    assert tops[-1] <= spec["height"]


def test_many_actors_are_thinned_out(found: Bargaining) -> None:
    track = found.issues[0].model("expected-utility").track
    assert track is not None
    many = replace(
        track,
        actors=tuple(f"a{k}" for k in range(60)),
        positions=tuple(tuple(4 + k / 10 for k in range(60)) for _ in track.positions),
    )
    spec = plot_rounds(many, {}, (4.0, 10.0))
    assert spec["height"] < 400
    shown = words_of(spec)
    assert "a0" in shown
    assert "a59" in shown


def test_the_section_says_it_all(findings: Findings, scenario: Scenario) -> None:
    ensemble = api.run(scenario, draws=4, workers=1)
    page = api.render(scenario, ensemble, findings)
    assert [section.id for section in SECTIONS if f'<h2 id="{section.id}">' in page] == ["terms", "method"]
    for text in (
        "On what terms",
        "Years until the standard binds",
        "Whom each actor should persuade",
        "Round by round",
    ):
        assert text in page
    assert "no levers" in page
    document = api.gather(scenario, ensemble, findings)
    json.dumps(document, allow_nan=False)
    names = [figure["name"] for figure in document["figures"]]  # type: ignore[index,attr-defined]
    assert names[:2] == ["terms-delay", "models-delay"]
    assert {"noise-delay", "rounds-delay-expected-utility"} < set(names)
    assert "rounds-delay-exchange" not in names  # nothing to exchange on one issue: no round was played


def test_terms_lead_where_there_is_nothing_else(findings: Findings, scenario: Scenario) -> None:
    (lead,) = list_leads(findings, scenario, {})
    assert lead.kind == "terms"
    assert lead.sentence.startswith("On the terms (Years until the standard binds), the forecast has its median at")
    assert lead.flip.startswith("Of single steps (0.6 of the scale, or 0.1 of salience) this moves its mean most")
    assert [headline.kind for headline in list_headlines(findings, scenario)] == ["terms"]


def test_the_terminal_has_a_line_unless_a_finding_says_it(findings: Findings, scenario: Scenario) -> None:
    lines = ["".join(part for part, _ in line) for line in summarise(findings, scenario).lay_out(100)]
    assert any("On the terms (Years until the standard binds)" in line for line in lines)
    assert not any(line.startswith("Bargained over") for line in lines)
    assert not any("stable" in line for line in lines)
    assert findings.terms is not None
    (told,) = terms.summarise_terms(findings.terms)
    assert re.fullmatch(
        r"Bargained over, “Years until the standard binds”: median [\d.]+, four fifths [\d.]+ to [\d.]+; \w+ \d+ %\.",
        told,
    )


def test_whom_to_persuade_in_words(found: Bargaining, scenario: Scenario) -> None:
    names = {actor.id: actor.name for actor in scenario.actors}
    first = next(item for item in found.persuasion if item.actor == "netherlands")
    told = persuading.state_persuasion(first, names)
    assert told[0].startswith("Netherlands stands at 4; the forecast's mean is ")
    best = first.approaches[0]
    assert f"{persuading.name_approach(best, names)}. It is then {best.gain:.3g} nearer." in told[0]
    helpless = replace(first, approaches=())
    assert persuading.state_persuasion(helpless, names)[0].endswith("Nobody's moving brings it nearer.")
    drawn = replace(first, draws=10, approaches=(replace(best, best=0.4), *first.approaches[1:]))
    assert persuading.state_persuasion(drawn, names)[1] == "That is the best in 40 % ±15 of 10 draws."
    assert persuading.state_strongest(found, "nothing", names) == ""


def test_warnings_name_the_model_the_noise_and_the_error(found: Bargaining) -> None:
    told = persuading.state_fragility(found.fragility)
    (warned,) = (sentence for sentence in told if "xpected-utility" in sentence)
    assert re.fullmatch(
        r"On delay the expected-utility model amplifies noise: 1 % on every input moves its outcome by [\d.]+ ±[\d.]+ "
        r"\(standard deviation\), [\d.]+ ±[\d.]+ times as far as the inputs' weighted mean; it does not come to rest "
        r"in .* of the tables with 1 % noise\.",
        warned,
    )
    calm = [item for item in found.fragility if item.model == "compromise"]
    assert persuading.state_fragility(calm) == []
    assert [row[0] for row in persuading.list_noise(calm)] == ["1 %", "10 %"]
