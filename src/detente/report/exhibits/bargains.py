"""Results about terms: where bargaining ends, how fragile a model is, whom to persuade."""

from __future__ import annotations

from collections.abc import Iterable

from detente.findings.bargains import Bargaining, IssueTerms, write_length
from detente.report import persuading, terms, trades
from detente.report.charts import plot_fragility, plot_models, plot_persuasion, plot_scale, stack_charts
from detente.report.charts.picture import Chart
from detente.report.exhibits.exhibit import Sheet, find_chart, lay_sheets
from detente.report.text import plain
from detente.solvers.bargaining.fragility import Fragility
from detente.solvers.bargaining.models import MODELS
from detente.solvers.bargaining.persuasion import Persuasion


@lay_sheets.register
def _(found: Bargaining) -> Iterable[Sheet]:
    for issue in found.issues:
        name = terms.call_issue(issue)
        yield Sheet(f"{name}: who stands where", terms.PLACES, tuple(terms.list_places(issue)))
        told = f"{terms.state_outlook(issue.outlook)} {terms.state_regions(issue.outlook)}".rstrip()
        heads = (terms.MODELS[-1], *terms.MODELS[:-1])
        rows = tuple((model, *figures) for *figures, model in terms.list_models(issue))
        yield Sheet(f"{name}: where models put it, {terms.write_values(found)}", heads, rows, told)
    for item in found.persuasion:
        yield from lay_sheets(item)
    for noisy in found.fragility:
        yield from lay_sheets(noisy)
    if found.exchanges:
        rows = tuple(trades.list_trades(found.exchanges, {}))
        yield Sheet("Votes traded", trades.EXCHANGES, rows, " ".join(trades.state_exchanges(found.exchanges)))


@find_chart.register
def _(found: Bargaining) -> Chart | None:
    if not found.issues:
        return None
    charts = [chart for issue in found.issues for chart in (plot_scale(issue), *_plot_answers(issue))]
    told = " ".join(f"{terms.call_issue(issue)}. {terms.state_outlook(issue.outlook)}" for issue in found.issues)
    return Chart(stack_charts(charts), told)


def _plot_answers(issue: IssueTerms) -> Iterable[dict[str, object]]:
    if any(not model.reason for model in issue.models):
        yield plot_models(issue)


@lay_sheets.register
def _(found: Persuasion) -> Iterable[Sheet]:
    *heads, last = persuading.APPROACHES
    rows = tuple((way, *figures) for *figures, way in persuading.list_approaches(found, {}, len(found.approaches)))
    told = " ".join(persuading.state_persuasion(found, {}))
    return [Sheet(f"Whom {found.actor} should persuade on {found.issue}", (last, *heads), rows, plain(told))]


@find_chart.register
def _(found: Persuasion) -> Chart | None:
    if not found.approaches:
        return None
    return Chart(plot_persuasion(found, {}), " ".join(persuading.state_persuasion(found, {})))


@lay_sheets.register
def _(found: Fragility) -> Iterable[Sheet]:
    heads = ("noise", "standard deviation", "5-95 %", "times the inputs'", "amplifies", "unsettled")
    rows = tuple(row[:-1] for row in persuading.list_noise([found]))
    tables = found.wobbles[0].tables
    caption = f"{MODELS[found.model].name} on {found.issue} under noise, {tables} tables, seed {found.seed}"
    return [Sheet(caption, heads, rows, " ".join(persuading.state_fragility([found])))]


@find_chart.register
def _(found: Fragility) -> Chart | None:
    ends = [end for wobble in found.wobbles for end in (wobble.p5, wobble.p95)] + [found.outcome]
    room = (max(ends) - min(ends)) or 1.0
    shown = (min(ends) - 0.05 * room, max(ends) + 0.05 * room)
    spreads = "; ".join(
        f"{100 * wobble.noise:g} % noise moves it by {wobble.deviation:.2g}" for wobble in found.wobbles
    )
    told = f"{MODELS[found.model].name} on {found.issue} is at {write_length(found.outcome)} without noise; {spreads}."
    return Chart(plot_fragility([found], shown), told)
