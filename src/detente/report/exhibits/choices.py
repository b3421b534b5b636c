"""Results about what to do, and about what has been seen: advice, deals, evidence."""

from __future__ import annotations

from collections.abc import Iterable

from detente.findings.advice import Advice
from detente.findings.deals import Deals
from detente.findings.figures import write_figure
from detente.findings.posteriors import Update
from detente.report import counsel, learning
from detente.report.charts import plot_gains, plot_tradeoff
from detente.report.charts.matrix import add_title
from detente.report.charts.picture import Chart
from detente.report.charts.rows import Panel, Row, plot_rows
from detente.report.exhibits.exhibit import DRAWN, Sheet, find_chart, lay_sheets, note_rest


@lay_sheets.register
def _(found: Advice) -> Iterable[Sheet]:
    *heads, last = counsel.HEADS
    for item in found.judgements:
        rows = tuple((name, *figures) for *figures, name in counsel.list_standings(item))
        yield Sheet(f"Judged by {item.judge}", (last, *heads), rows, counsel.state_margin(found))


@find_chart.register
def _(found: Advice) -> Chart | None:
    felt = [item for item in found.judgements if item.favourite is not None]
    measures = [item for item in felt if item.kind == "measure"]
    who, best = " and ".join(found.actors), ", ".join(found.robust) or "none"
    told = f"What {who} could do. Robust: {best}."
    if len(measures) > 1:
        note = "Gain beyond holding nothing: mean, and 5 to 95 % of draws as a cross. Filled: undominated."
        return Chart(add_title(plot_tradeoff(found, *measures[:2]), f"What {who} could do", note), told)
    if not felt:
        return None
    first = (measures or felt)[0]
    note = f"Gain by {first.judge} beyond holding nothing: mean, and 5 to 95 % of draws."
    return Chart(add_title(plot_gains(first), f"What {who} could do", note), told)


@lay_sheets.register
def _(found: Deals) -> Iterable[Sheet]:
    heads = ("deal", "everyone gains in", "preferred by all", "undominated", "gains")
    rows = tuple(
        (
            deal.name,
            write_figure(deal.everyone, deal.everyone_error),
            "yes" if deal.preferred else "no",
            "yes" if deal.undominated else "no",
            ", ".join(f"{one.actor} {counsel.write_gain(one.gain.mean, one.gain.error)}" for one in deal.gains),
        )
        for deal in found.deals
    )
    note = f"{found.left_out:,} deals of more levers were not looked at." if found.left_out else ""
    return [Sheet(f"What {' and '.join(found.actors)} could agree on, over {found.draws} draws", heads, rows, note)]


@find_chart.register
def _(found: Deals) -> Chart | None:
    rows = tuple(
        Row(
            f"{deal.name}{' (all prefer it)' if deal.preferred else ''}",
            deal.everyone,
            write_figure(deal.everyone, deal.everyone_error),
        )
        for deal in found.deals[:DRAWN]
    )
    if not rows:
        return None
    note = note_rest(f"Share of {found.draws} draws in which everyone gains.", len(found.deals))
    told = "; ".join(f"{row.label} {row.text}" for row in rows)
    return Chart(plot_rows([Panel("", rows, bars=True)], note), f"{note} {told}.")


@lay_sheets.register
def _(found: Update) -> Iterable[Sheet]:
    steps = tuple((observation, day, p, left) for _, day, p, left, observation in learning.list_steps(found))
    seen = "What was seen, each given what was before"
    yield Sheet(seen, ("observation", "date", "probability", "draws in effect"), steps)
    actors = {share.actor: share.actor for share in found.readings}
    rows = tuple(
        (name, prior, after, survives)
        for prior, after, survives, name in learning.list_readings(found.readings, actors, found.threshold)
    )
    yield Sheet("Readings before and after", ("reading", "before", "after", ""), rows)


@find_chart.register
def _(found: Update) -> Chart | None:
    rows = tuple(
        Row(
            f"{share.actor} as {share.reading}",
            share.posterior,
            f"{write_figure(share.posterior, share.posterior_error)}",
            other=share.prior,
        )
        for share in found.readings
    )
    if not rows:
        return None
    note = note_rest("Dot: how likely each reading is given the evidence; diamond: before it.", len(rows))
    told = "; ".join(f"{row.label} from {100 * (row.other or 0):.0f} % to {row.text}" for row in rows)
    return Chart(plot_rows([Panel("", rows[:DRAWN])], note), f"Readings before and after the evidence: {told}.")
