"""Results about decisions whose outcome is known: the models beside each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import isnan

from detente.findings.backtest import Backtest, ModelScore
from detente.findings.clusters import Estimate
from detente.report import backtests
from detente.report.charts.picture import Chart
from detente.report.charts.rows import Panel, Row, plot_rows
from detente.report.exhibits.exhibit import DRAWN, Sheet, find_chart, lay_sheets, note_rest

_NOTE = "Dot: mean over issues; line: 95 % interval over dossiers. Lower is better."


@lay_sheets.register
def _(found: Backtest) -> Iterable[Sheet]:
    about = f"{found.issues} issues of {found.dossiers} dossiers, seed {found.seed}"
    tables = [
        (f"Points: {about}", backtests.tabulate_points(found)),
        (f"Distributions: {about}", backtests.tabulate_distributions(found)),
    ]
    if found.refits:
        tables.append(("Constants fitted anew, figures out of fold", backtests.tabulate_refits(found)))
    notes = " ".join([*backtests.list_left_out(found), *backtests.list_cautions(found)])
    return [
        Sheet(caption, heads, tuple(rows), notes if place == 1 else "")
        for place, (caption, (heads, rows)) in enumerate(tables)
    ]


@find_chart.register
def _(found: Backtest) -> Chart | None:
    panels = [
        panel
        for title, pick in _PANELS
        if (panel := _draw_panel(title, [one for one in found.scores if one.issues][:DRAWN], pick)).rows
    ]
    if not panels:
        return None
    told = "; ".join(f"{one.name} {backtests.write_estimate(one.crps)}" for one in found.scores if one.issues)
    note = note_rest(_NOTE, sum(one.issues > 0 for one in found.scores))
    return Chart(plot_rows(panels, note), f"Models on decisions whose outcome is known, CRPS: {told}.")


_PANELS: tuple[tuple[str, Callable[[ModelScore], Estimate]], ...] = (
    ("Mean absolute error", lambda one: one.mae),
    ("CRPS", lambda one: one.crps),
)


def _draw_panel(title: str, scores: Iterable[ModelScore], pick: Callable[[ModelScore], Estimate]) -> Panel:
    rows = tuple(
        Row(
            one.name,
            pick(one).value,
            f"{pick(one).value:.1f}",
            None if isnan(pick(one).low) else (pick(one).low, pick(one).high),
        )
        for one in scores
        if not isnan(pick(one).value)
    )
    return Panel(title, rows, share=False)
