"""Charts of what models say of an issue: side by side, under noise, and when somebody is persuaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detente.findings.bargains import IssueTerms, write_length
from detente.report.charts.frame import Spec
from detente.report.charts.rows import Panel, Row, plot_rows
from detente.report.persuading import name_approach
from detente.report.terms import write_signed
from detente.solvers.bargaining.fragility import Fragility
from detente.solvers.bargaining.models import MODELS
from detente.solvers.bargaining.persuasion import Persuasion

#: ways of moving somebody that are drawn
DRAWN = 8
#: characters in a line of the note above a chart: of a telephone
NARROW = 56


def plot_models(issue: IssueTerms) -> Spec:
    """A dot per model at its point, on the issue's scale; a line from the 5th to the 95th percentile over draws.

    The grey field holds four fifths of the forecast's chance. Models without an answer are not drawn.
    """
    wide = issue.outlook.wide
    rows = tuple(
        Row(
            f"{model.name}{'' if model.settled else ' (does not come to rest)'}",
            model.point,
            write_length(model.point),
            None if model.over is None else (model.over.p5, model.over.p95),
            wide,
        )
        for model in issue.models
        if not model.reason
    )
    spread = "; line: 5-95 % of draws" if any(row.span for row in rows) else ""
    note = f"Dot: the model's point{spread}. Grey: four fifths of the forecast's chance."
    return _plot([Panel("", rows, share=False, ends=(issue.low, issue.high))], note)


def plot_fragility(found: Sequence[Fragility], ends: tuple[float, float]) -> Spec:
    """A panel per noise: every model's point without it, and where the middle nine tenths of its outcomes fall."""
    panels = []
    for k, noise in enumerate(wobble.noise for wobble in found[0].wobbles):
        rows = tuple(
            Row(
                f"{MODELS[item.model].name}{' (amplifies)' if item.wobbles[k].amplifies else ''}",
                item.outcome,
                f"sd {item.wobbles[k].deviation:.2g}",
                (item.wobbles[k].p5, item.wobbles[k].p95),
            )
            for item in found
        )
        panels.append(Panel(f"{100 * noise:g} % noise on every input", rows, share=False, ends=ends))
    tables = found[0].wobbles[0].tables
    note = f"Dot: without noise; line: 5-95 % of {tables} noisy tables, with their standard deviation."
    return _plot(panels, note)


def plot_persuasion(found: Persuasion, names: Mapping[str, str]) -> Spec:
    """A bar per way of moving somebody: how much nearer to the persuader's position the forecast comes."""
    rows = tuple(
        Row(name_approach(item, names), item.gain, write_signed(item.gain)) for item in found.approaches[:DRAWN]
    )
    who = names.get(found.actor, found.actor)
    note = f"How much nearer it comes to {write_length(found.position)}, where {who} stands."
    return _plot([Panel("", rows, share=False, bars=True, zero=True)], note)


def _plot(panels: Sequence[Panel], note: str) -> Spec:
    """Rows with room at the right, where a page's font is wider than the one a chart is measured with."""
    return plot_rows(panels, note, NARROW) | {"padding": {"left": 2, "right": 24, "top": 2, "bottom": 2}}
