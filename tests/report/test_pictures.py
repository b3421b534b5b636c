"""Pictures of alternatives, influence and moves: what they hold, what they say, and that no words cover others."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import make_game, priced
from detente import api
from detente.findings.advice import Advice, Front, Judgement
from detente.findings.assessment import assess
from detente.report import charts, counsel, ties, tracks
from detente.report.charts.labels import LETTER, Box, place_labels
from detente.report.charts.regret import MOST
from detente.report.charts.timeline import read_marks
from detente.report.moves import list_names
from detente.report.page import render
from detente.report.settling import label_levers
from detente.solvers.influence import THIN, InfluenceMap, map_influence
from detente.solvers.timeline import Timeline
from findings.mock_korea import ensemble, game, scenario
from report.test_charts import SVG, marks, words

#: pixels that a picture may be wide on a telephone of 360, and so that its words keep 11 pixels
WIDEST = 330


@pytest.fixture(scope="module")
def advice() -> Advice:
    return assess(scenario(), game(), ensemble()).advice[0]


@pytest.fixture(scope="module")
def two(advice: Advice) -> Advice:
    """The same with a second measure by which what is good by the first is bad."""
    calm = advice.judgement("calm")
    turned = [
        replace(
            item,
            gain=replace(item.gain, mean=-item.gain.mean / 2, p5=-item.gain.p95 / 2, p95=-item.gain.p5 / 2),
        )
        for item in calm.standings
    ]
    cost = replace(calm, judge="cost", standings=tuple(turned))
    front = tuple(Front(item.name, item.name == "silence", 0.5, 0.1) for item in calm.standings)
    return replace(advice, judgements=(calm, cost, *advice.judgements[2:]), front=front)


@pytest.fixture(scope="module")
def korea() -> InfluenceMap:
    return api.map_influence(api.load("korea-2024"))


@pytest.fixture(scope="module")
def moves() -> Timeline:
    return api.lay_timeline(scenario())


def many(judgement: Judgement, count: int) -> Judgement:
    """So many alternatives, the first with the least regret."""
    first = judgement.standings[0]
    made = [
        replace(first, name=f"p{k}", regret=replace(first.regret, mean=0.1 * k, p95=0.2 * k), worst_regret=0.3 * k)
        for k in range(count)
    ]
    return replace(judgement, standings=tuple(reversed(made)))


def test_a_tradeoff_holds_means_crosses_and_the_front(two: Advice) -> None:
    calm, cost = two.judgements[:2]
    spec = charts.plot_tradeoff(two, calm, cost)
    drawn = [row for layer in marks(spec, "point") for row in layer["data"]["values"]]
    gains = {item.name: (item.gain.mean, -item.gain.mean / 2) for item in calm.standings}
    assert {row["name"]: (row["x"], row["y"]) for row in drawn} == gains
    hollow, filled = ([row["name"] for row in layer["data"]["values"]] for layer in marks(spec, "point"))
    assert (hollow, filled) == (["-"], ["silence"])
    crosses = [row for layer in marks(spec, "rule")[2:4] for row in layer["data"]["values"]]
    silence = next(item for item in calm.standings if item.name == "silence")
    assert {"x": silence.gain.p5, "x2": silence.gain.p95, "y": -silence.gain.mean / 2} in crosses
    assert {"x": silence.gain.mean, "y": -silence.gain.p95 / 2, "y2": -silence.gain.p5 / 2} in crosses
    assert len(marks(spec, "line")) == 1
    shown = words(charts.render_svg(spec))
    assert {"silence", "nothing held", "gain in calm", "gain in cost"} <= set(shown)


def test_a_tradeoff_among_more_measures_joins_nothing(two: Advice) -> None:
    third = replace(two.judgements[1], judge="third")
    three = replace(two, judgements=(*two.judgements[:2], third, *two.judgements[2:]))
    assert marks(charts.plot_tradeoff(three, *three.judgements[:2]), "line") == []


def test_regret_stands_in_order_with_its_worst(advice: Advice) -> None:
    calm = advice.judgement("calm")
    spec = charts.plot_regret(calm)
    rows = spec["data"]["values"]
    assert [row["mean"] for row in rows] == sorted(item.regret.mean for item in calm.standings)
    for row, item in zip(rows, sorted(calm.standings, key=lambda item: item.regret.mean), strict=True):
        assert (row["low"], row["high"], row["worst"]) == (item.regret.p5, item.regret.p95, item.worst_regret)
        assert row["figure"] == counsel.write_regret(item)
    shown = words(charts.render_svg(spec))
    assert {"silence", "nothing held", *(row["figure"] for row in rows)} <= set(shown)


def test_only_so_many_alternatives_are_drawn_and_the_rest_counted(advice: Advice) -> None:
    lots = many(advice.judgement("calm"), 11)
    rows = charts.plot_regret(lots)["data"]["values"]
    assert [row["name"] for row in rows] == [f"p{k}" for k in range(MOST)]
    assert counsel.state_left_out(lots, MOST) == "3 more alternatives in the table."
    assert counsel.state_left_out(advice.judgement("calm"), MOST) == ""


def test_gains_leave_out_what_they_are_measured_from(advice: Advice) -> None:
    calm = advice.judgement("calm")
    (row,) = charts.plot_gains(calm)["data"]["values"]
    silence = next(item for item in calm.standings if item.name == "silence")
    assert (row["name"], row["mean"], row["low"], row["high"]) == (
        "silence",
        silence.gain.mean,
        silence.gain.p5,
        silence.gain.p95,
    )


def test_one_sentence_of_advice(advice: Advice) -> None:
    assert counsel.state_advice(advice, scenario()) == (
        "For South Korea the best on average is silence by calm (unbeaten in 59 % ±3.5 of draws) and nothing held by "
        "what South Korea itself wants (unbeaten in 59 % ±3.5 of draws); none is robust."
    )
    idle = replace(advice, judgements=tuple(replace(item, favourite=None) for item in advice.judgements))
    said = counsel.state_advice(idle, scenario())
    assert said == "For South Korea nothing that was looked at makes a difference in any draw."


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 254), st.floats(0, 250)), min_size=1, max_size=MOST), st.integers(3, 26))
def test_labels_cover_neither_labels_nor_points(points: list[tuple[float, float]], letters: int) -> None:
    texts = ["m" * (letters - k % 3) for k in range(len(points))]
    boxes = place_labels(points, texts, (254, 250))
    for box, text in zip(boxes, texts, strict=True):
        assert box.right - box.left == pytest.approx(LETTER * len(text))
        assert box.left >= 0
        assert box.top >= 0
        assert box.right <= 254
        assert box.bottom <= 250
    for one, other in combinations(boxes, 2):
        assert not one.meets(other)
    for x, y in points:
        assert not any(box.meets(Box(x - 3, y - 3, x + 3, y + 3)) for box in boxes)


def test_a_label_stands_beside_its_point_where_it_can() -> None:
    (box,) = place_labels([(100.0, 100.0)], ["here"], (300, 200))
    assert (box.left, box.middle[1]) == (108.0, 100.0)


def test_the_map_has_a_curve_for_every_share_that_counts(korea: InfluenceMap) -> None:
    names = [player.name for player in korea.game.actors]
    spec = charts.plot_influence(korea, names)
    curves = [row for layer in marks(spec, "line") for row in layer["data"]["values"]]
    shown = korea.list_ties(THIN)
    assert {row["tie"] for row in curves} == set(range(len(shown)))
    for k, tie in enumerate(shown):
        assert {row["width"] for row in curves if row["tie"] == k} == {round(1 + 7 * tie.share, 2)}
    by_dash = {
        str(layer["mark"]["strokeDash"]): {row["tie"] for row in layer["data"]["values"]}
        for layer in marks(spec, "line")
    }
    helping = {k for k, tie in enumerate(shown) if tie.effect > 0}
    assert by_dash["[1, 0]"] == helping
    assert by_dash["[5, 3]"] == set(range(len(shown))) - helping
    told = words(charts.render_svg(spec))
    assert {*names, "65 %", "63 %"} <= set(told)
    assert ties.state_thin(korea) == "13 of 30 pairs have less than 2 % and are not drawn."


def test_the_widest_ties_in_words(korea: InfluenceMap) -> None:
    names = list_names(korea.game)
    assert ties.state_ties(korea, names)[0] == (
        "United States can change 65 % of what South Korea has to win or lose; serving itself it hurts South Korea "
        "(-13 % on average)."
    )
    rows = dict(ties.list_rows(korea, names))
    assert rows["United States"][:3] == ["45 % (+24 %)", "31 % (-3 %)", "65 % (-13 %)"]
    assert rows["China"][0] == "nothing"


def test_who_gains_nothing_by_moving_is_dotted() -> None:
    """a has nothing to gain by x, which is all that b cares about."""
    found_game = make_game({"a": {"x": 2}, "b": {"y": 2}}, lambda x, y: (0 * x, x + 0 * y))
    found = map_influence(found_game, priced(found_game))
    (line,) = marks(charts.plot_influence(found, ["A", "B"]), "line")
    assert line["mark"]["strokeDash"] == [1, 3]
    assert ties.state_ties(found, ["A", "B"]) == [
        "A can change 100 % of what B has to win or lose, and gains nothing by any move of its own."
    ]


def test_the_timeline_has_a_strip_for_every_lever(moves: Timeline) -> None:
    spec = charts.plot_timeline(moves, read_marks(scenario()))
    strips = marks(spec, "rect")[0]["data"]["values"]
    tops = {row["y"] - 25 for row in marks(spec, "rule")[0]["data"]["values"]}
    assert len(tops) == len(moves.tracks) == 4
    for track, top in zip(moves.tracks, sorted(tops), strict=True):
        last = max((row for row in strips if row["top"] == top + 16), key=lambda row: row["to"])
        assert last["away"] == pytest.approx(0.9 * np.mean(track.away[-2:]), abs=0.006)
    shown = words(charts.render_svg(spec))
    levers = label_levers(scenario())
    assert {levers[track.lever] for track in moves.tracks} <= set(shown)
    assert {"United States, decides from 20 January 2025", "North Korea", "South Korea", "Chance"} <= set(shown)
    (diamonds,) = marks(spec, "point")
    assert [row["day"] for row in diamonds["data"]["values"]] == ["2026-05-26T00:00:00Z", "2025-06-12T00:00:00Z"]


def test_the_timeline_in_words(moves: Timeline) -> None:
    levers = label_levers(scenario())
    assert tracks.state_first(moves, levers) == (
        "First moved in half of all futures: “rok.psyops” by 8 March 2025, “dprk.reply” by 18 May 2025 and “What "
        "Washington offers” by 13 March 2026. 1 lever of 4 not by 30 November 2026."
    )
    rows = tracks.list_tracks(moves, levers)
    assert [name for name, _ in rows] == [levers[track.lever] for track in moves.tracks]
    assert all(len(cells) == len(tracks.HEADS) for _, cells in rows)


def list_specs(two: Advice, korea: InfluenceMap, moves: Timeline) -> list[dict[str, Any]]:
    calm, cost = two.judgements[:2]
    return [
        charts.plot_tradeoff(two, calm, cost),
        charts.plot_regret(many(calm, 9)),
        charts.plot_gains(calm),
        charts.plot_influence(korea, [player.name for player in korea.game.actors]),
        charts.plot_timeline(moves, read_marks(scenario())),
    ]


@pytest.mark.parametrize("kind", range(5))
def test_pictures_are_self_contained_and_narrow(two: Advice, korea: InfluenceMap, moves: Timeline, kind: int) -> None:
    spec = list_specs(two, korea, moves)[kind]
    svg = charts.render_svg(spec)
    assert svg == charts.render_svg(spec)
    assert len(svg) < 60_000
    root = ElementTree.fromstring(svg)
    assert float(root.attrib["width"]) <= WIDEST
    for element in root.iter():
        assert element.tag not in (f"{SVG}script", f"{SVG}image", f"{SVG}style", f"{SVG}tspan")
        assert not {"id", "style", "href", "role"} & element.attrib.keys()
    sizes = [float(element.attrib["font-size"].removesuffix("px")) for element in root.iter(f"{SVG}text")]
    assert min(sizes) >= 11


def test_hostile_names_are_text(korea: InfluenceMap) -> None:
    hostile = "<script>alert(1)</script>\u202e"
    svg = charts.render_svg(charts.plot_influence(korea, [hostile] * 6))
    assert "<script" not in svg
    assert "\u202e" not in svg


def test_the_page_shows_the_pictures_with_their_words() -> None:
    """Each section has its chart, says what it shows in a sentence, and folds its figures away."""
    run = ensemble()
    page = render(assess(scenario(), game(), run), scenario(), game(), run)
    text = " ".join(re.sub(r"<[^>]+>", " ", page).replace("\N{NO-BREAK SPACE}", " ").split())
    for words_of in (
        "For South Korea the best on average is silence by calm",
        "First moved in half of all futures",
        "From the status quo to",
    ):
        assert words_of in text
    for section, least in (("policies", 2), ("timeline", 1), ("ways", 1)):
        body = page.split(f'<section aria-labelledby="{section}">')[1].split("</section>")[0]
        assert body.count("<svg ") >= least
        assert body.index("<svg ") < body.index("<details>")
        assert body.count("<table") + body.count("<ol") >= 1
