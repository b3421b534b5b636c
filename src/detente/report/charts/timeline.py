"""The timeline of moves: a strip for every lever, darker the likelier it has moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from detente.findings.figures import write_share
from detente.report.charts.frame import COIN, INK, MODEL, Spec, frame_chart, stamp_day
from detente.report.settling import label_levers
from detente.report.text import LONGEST_NAME, date_at, plain, write_date
from detente.scenario.conditions import levers_of
from detente.scenario.model import Scenario
from detente.solvers.timeline import Timeline, Track

#: of the strips, in pixels: narrow enough for a telephone; of a row with its words, and of an owner's heading
WIDTH, ROW, HEAD = 312, 44, 24
#: pixels for the figure at the other end of a lever's line
FIGURE = 62


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known to fall into the time."""

    #: names by actor id, labels by lever id
    names: Mapping[str, str]
    levers: Mapping[str, str]
    #: when actors start to decide, by id; only those who are not there from the start
    starts: Mapping[str, date]
    #: (day, lever): something about the lever has been observed
    observed: Sequence[tuple[date, str]]
    #: (day, phase): a phase begins
    phases: Sequence[tuple[date, str]]


def read_marks(scenario: Scenario) -> Marks:
    """The names and dates of a scenario. An observation is one of every lever its condition names."""
    return Marks(
        names={actor.id: actor.name for actor in scenario.actors},
        levers=label_levers(scenario),
        starts={actor.id: actor.starts for actor in scenario.actors if actor.starts is not None},
        observed=[(item.on, lever) for item in scenario.evidence for lever in sorted(levers_of(item.seen.node))],
        phases=[(phase.since, phase.id) for phase in scenario.phases],
    )


def plot_timeline(found: Timeline, marks: Marks) -> Spec:
    """Every lever as a strip from the start to the end, as dark as it is likely that it has moved.

    Above each stands the lever; below it when it is first left in half of all futures, a tick on the strip, and the
    likeliest level at the end. Diamonds are observations, a bar ends the time before an actor starts.
    """
    heights, height = _lay_rows(found)
    days = [stamp_day(date_at(found.day, float(t))) for t in found.months]
    scale: Spec = {"type": "utc", "domain": [days[0], days[-1]], "nice": False}
    axis: Spec = {"format": "%b %Y", "tickCount": 4, "title": None, "grid": False, "labelFlush": True, "domain": False}
    frame = _Frame(days, scale, axis, height)
    layers = [
        _draw_strips(found, heights, frame),
        _draw_edges(found, heights, frame),
        *_write_words(found, heights, marks, frame),
        *_draw_marks(found, heights, marks, frame),
    ]
    room = {"left": 2, "right": 6, "top": 2, "bottom": 2}
    return frame_chart({"width": WIDTH, "height": height, "padding": room, "layer": [one for one in layers if one]})


@dataclass(frozen=True, slots=True)
class _Frame:
    """Dates and scales of the picture."""

    days: list[str]
    scale: Spec
    axis: Spec
    height: float

    def lay(self, x: str, y: str, **ends: str) -> Spec:
        """The place of a mark: a day, and pixels from the top; ``x2``, ``y2`` as needed."""
        across: Spec = {"field": x, "type": "temporal", "scale": self.scale, "axis": self.axis}
        down: Spec = {"field": y, "type": "quantitative", "axis": None, "scale": {"domain": [self.height, 0]}}
        return {"x": across, "y": down, **{name: {"field": end} for name, end in ends.items()}}


def _lay_rows(found: Timeline) -> tuple[list[float], float]:
    """The top of every lever's row, below the headings of the owners, and the height of all."""
    tops, top, owner = [], 0.0, None
    for track in found.tracks:
        if track.owner != owner:
            top, owner = top + HEAD, track.owner
        tops.append(top)
        top += ROW
    return tops, top


def _draw_strips(found: Timeline, tops: Sequence[float], frame: _Frame) -> Spec:
    """Neighbouring stretches that look the same are one."""
    rows: list[dict[str, Any]] = []
    for track, top in zip(found.tracks, tops, strict=True):
        for k in range(len(frame.days) - 1):
            shade = round(0.9 * float(track.away[k] + track.away[k + 1]) / 2, 2)
            row = {"from": frame.days[k], "to": frame.days[k + 1], "top": top + 16, "bottom": top + 25, "away": shade}
            if rows and rows[-1]["top"] == row["top"] and rows[-1]["away"] == shade:
                rows[-1]["to"] = row["to"]
            elif shade:
                rows.append(row)
    opacity = {"field": "away", "type": "quantitative", "scale": None}
    encoding = {**frame.lay("from", "top", x2="to", y2="bottom"), "opacity": opacity}
    return {"data": {"values": rows}, "mark": {"type": "rect", "color": MODEL}, "encoding": encoding}


def _draw_edges(found: Timeline, tops: Sequence[float], frame: _Frame) -> Spec:
    """A thin line under every strip, so that what never moves is seen to be there."""
    rows = [{"from": frame.days[0], "to": frame.days[-1], "y": top + 25} for top in tops]
    mark = {"type": "rule", "color": INK, "opacity": 0.45, "strokeWidth": 1}
    return {"data": {"values": rows}, "mark": mark, "encoding": frame.lay("from", "y", x2="to")}


def _write_words(found: Timeline, tops: Sequence[float], marks: Marks, frame: _Frame) -> list[Spec]:
    """Owners, levers with how likely they have moved by the end, and beneath the strips when and to where."""
    texts: list[tuple[str, float, str, str]] = []
    owner = None
    for track, top in zip(found.tracks, tops, strict=True):
        if track.owner != owner:
            owner = track.owner
            texts.append(("head", top - 6, _name_owner(track, found, marks), ""))
        name = marks.levers.get(track.lever, track.lever)
        texts.append(("name", top + 12, name, write_share(float(track.away[-1]))))
        level, share = track.likeliest
        when = "" if track.left.median is None else f"left by {date_at(found.day, track.left.median):%b %Y}"
        texts.append(("note", top + 36, when, f"{plain(level, LONGEST_NAME)} {write_share(share)}"))
    layers = []
    for kind, look in (
        ("head", {"fontSize": 12, "fontWeight": 700, "limit": WIDTH}),
        ("name", {"fontSize": 11, "limit": WIDTH - FIGURE}),
        ("note", {"fontSize": 11, "opacity": 0.75, "limit": WIDTH / 2}),
    ):
        for side, place, day in (("left", 2, 0), ("right", 3, -1)):
            rows = [{"day": frame.days[day], "y": text[1], "text": text[place]} for text in texts if text[0] == kind]
            rows = [row for row in rows if row["text"]]
            mark = {"type": "text", "align": side, "baseline": "alphabetic", "color": INK, **look}
            encoding: Spec = {**frame.lay("day", "y"), "text": {"field": "text"}}
            if rows:
                layers.append({"data": {"values": rows}, "mark": mark, "encoding": encoding})
    return layers


def _name_owner(track: Track, found: Timeline, marks: Marks) -> str:
    if track.owner < 0:
        return "Chance"
    actor = found.game.actors[track.owner].id
    name = plain(marks.names.get(actor, actor), LONGEST_NAME)
    day = marks.starts.get(actor)
    return name if day is None else f"{name}, decides from {write_date(day)}"


def _draw_marks(found: Timeline, tops: Sequence[float], marks: Marks, frame: _Frame) -> list[Spec]:
    """When levers are first left, when actors start, what has been observed, when phases begin."""
    first, last = found.day, date_at(found.day, found.until)

    def inside(day: date) -> bool:
        return first <= day <= last

    left, starts, seen = [], [], []
    for track, top in zip(found.tracks, tops, strict=True):
        if track.left.median is not None:
            left.append({"day": stamp_day(date_at(first, track.left.median)), "top": top + 14, "bottom": top + 27})
        begin = None if track.owner < 0 else marks.starts.get(found.game.actors[track.owner].id)
        if begin is not None and inside(begin):
            starts.append({"day": stamp_day(begin), "top": top + 16, "bottom": top + 25})
        days = sorted({day for day, lever in marks.observed if lever == track.lever and inside(day)})
        seen += [{"day": stamp_day(day), "top": top + 20.5} for day in days]
    turns = [{"day": stamp_day(day), "top": 0, "bottom": frame.height} for day, _ in marks.phases if inside(day)]
    tick, bar = {"type": "rule", "color": INK, "strokeWidth": 2}, {"type": "rule", "color": INK, "strokeWidth": 1}
    diamond = {"type": "point", "shape": "diamond", "size": 34, "color": COIN, "filled": True, "opacity": 1}
    looks: list[tuple[list[dict[str, Any]], Spec]] = [
        (turns, {**bar, "opacity": 0.5, "strokeDash": [3, 3]}),
        (starts, {**bar, "strokeDash": [2, 2]}),
        (left, tick),
        (seen, diamond),
    ]
    return [
        {
            "data": {"values": rows},
            "mark": mark,
            "encoding": frame.lay("day", "top", **({"y2": "bottom"} if mark["type"] == "rule" else {})),
        }
        for rows, mark in looks
        if rows
    ]
