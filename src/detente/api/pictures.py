"""Results as pictures: one by one, all those of a run's report, and what can be drawn of a case alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from detente.api.cases import compile
from detente.api.forecasts import trace
from detente.api.prospects import lay_card
from detente.api.runs import assess
from detente.api.settling import find_equilibria, find_paths

if TYPE_CHECKING:
    from detente.ensemble.ensemble import Ensemble
    from detente.report.charts.picture import Chart
    from detente.report.portfolio import Piece, Portfolio
    from detente.scenario.model import Scenario

#: formats a chart can be written in
PictureFormat = Literal["svg", "png", "pdf"]
#: how pieces that are no part of a report are headed
CENTRAL = "At central values"


def draw(result: object) -> Chart:
    """The chart of a result. Raises QueryError when there is nothing to draw in it."""
    from detente.report.exhibits import draw as draw_result

    return draw_result(result)


def bundle(result: object) -> dict[str, Any]:
    """What a notebook shows of a result, by kind of content."""
    from detente.report.exhibits import bundle as bundle_result

    return bundle_result(result)


def draw_run(scenario: Scenario, ensemble: Ensemble) -> tuple[Piece, ...]:
    """Every chart of a run's report, in its order."""
    from detente.report.page import gather_material
    from detente.report.portfolio import list_pieces

    return tuple(list_pieces(gather_material(assess(scenario, ensemble), scenario, compile(scenario), ensemble)))


def draw_case(scenario: Scenario) -> tuple[Piece, ...]:
    """What can be drawn of a case without draws, at central values: stable states, ways, odds, curves of claims."""
    from detente.report.charts.matrix import add_title
    from detente.report.charts.picture import Chart
    from detente.report.portfolio import Piece

    card = ("card", "The next moves", lay_card(scenario))
    pieces = []
    for name, title, result in (*_list_states(scenario), card, *_list_curves(scenario)):
        chart = draw(result)
        pieces.append(Piece(name, CENTRAL, Chart(add_title(chart.spec, title), chart.alt)))
    return tuple(pieces)


def _list_states(scenario: Scenario) -> Iterator[tuple[str, str, object]]:
    stability = find_equilibria(compile(scenario))
    if len(stability.listed()):
        yield "stability", f"Stable states: {scenario.title}", stability
    paths = find_paths(scenario)
    if paths.ways:
        yield "ways", f"Ways from the status quo: {scenario.title}", paths


def _list_curves(scenario: Scenario) -> Iterator[tuple[str, str, object]]:
    """A curve for every claim that is one probability."""
    from detente.scenario.queries import Probability

    for claim in scenario.claims:
        if claim.query is not None and isinstance(claim.query.expression, Probability):
            yield f"curve-{claim.id}", f"{claim.id}: {claim.text}", trace(scenario, [str(claim.query)])


def write_pictures(
    pieces: Sequence[Piece],
    folder: Path,
    format: PictureFormat,  # noqa: A002 - the option's own name
    *,
    only: Sequence[str] = (),
    dark: bool = False,
) -> Portfolio:
    """Write charts as files, and ``index.csv`` that says what each shows; all of them, or ``only`` those named.

    Raises QueryError for a name that is none, RunError when a file cannot be written.
    """
    from detente.report.portfolio import write_pieces

    return write_pieces(pieces, folder, format, only=only, dark=dark)
