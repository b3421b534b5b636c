"""Results about levers: whose payoff they change, and when they move."""

from __future__ import annotations

from collections.abc import Iterable

from detente.findings.figures import write_share
from detente.report import moves, ties, tracks
from detente.report.charts import plot_influence, plot_timeline
from detente.report.charts.picture import Chart
from detente.report.charts.timeline import Marks
from detente.report.exhibits.exhibit import Sheet, find_chart, lay_sheets
from detente.report.text import LONGEST_NAME, date_at, plain
from detente.solvers.influence import THIN, InfluenceMap
from detente.solvers.timeline import Timeline

_EXACT = "Exact at central values."


@lay_sheets.register
def _(found: InfluenceMap) -> Iterable[Sheet]:
    names = moves.list_names(found.game)
    rows = tuple((name, *cells) for name, cells in ties.list_rows(found, names))
    note = f"In brackets how the mover's best moves change it on average. {_EXACT}"
    return [Sheet("Share of each payoff's range that the mover can change alone", ("who moves", *names), rows, note)]


@find_chart.register
def _(found: InfluenceMap) -> Chart | None:
    if not found.list_ties(THIN):
        return None
    names = moves.list_names(found.game)
    told = f"Who can change whose payoff. {' '.join(ties.state_ties(found, names))} {ties.state_thin(found)}".rstrip()
    return Chart(plot_influence(found, names), told)


@lay_sheets.register
def _(found: Timeline) -> Iterable[Sheet]:
    rows = tuple((name, *cells) for name, cells in tracks.list_tracks(found, read_labels(found)))
    return [
        Sheet("When each lever is first moved, and where it stands at the end", ("lever", *tracks.HEADS), rows, _EXACT)
    ]


@find_chart.register
def _(found: Timeline) -> Chart | None:
    if not found.tracks:
        return None
    end = ", ".join(f"{track.lever} {write_share(float(track.away[-1]))}" for track in found.tracks)
    told = f"How likely each lever has moved. {tracks.state_first(found, read_labels(found))} By the end: {end}."
    return Chart(plot_timeline(found, read_marks(found)), told)


def read_labels(found: Timeline) -> dict[str, str]:
    """The labels of the game's levers."""
    return {axis.id: plain(axis.label or axis.id, LONGEST_NAME) for axis in found.game.axes}


def read_marks(found: Timeline) -> Marks:
    """What the game itself knows of names and dates: no phases and nothing observed."""
    starts = {player.id: date_at(found.day, player.starts) for player in found.game.actors if player.starts > 0}
    names = {player.id: player.name for player in found.game.actors}
    return Marks(names, read_labels(found), starts, observed=(), phases=())
