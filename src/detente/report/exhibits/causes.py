"""Results about what moves claims: inputs by a given-data index, and the variance taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from detente.findings.sensitivity import Influence, Sensitivities, Sensitivity
from detente.findings.sobol import SobolFinding, SobolFindings
from detente.report import influences
from detente.report.charts import plot_tornado
from detente.report.charts.matrix import Mark, plot_matrix
from detente.report.charts.picture import Chart
from detente.report.charts.rows import Panel, Row, plot_rows
from detente.report.exhibits.exhibit import DRAWN, Sheet, find_chart, lay_sheets, note_rest

#: columns of a matrix; the inputs left out are counted
WIDE = 10


@lay_sheets.register
def _(found: Sensitivity) -> Iterable[Sheet]:
    heads = ("input", "where it is low", "where it is high", "PAWN", "by chance", "effect", "rank")
    clear = [item for item in found.influences if item.clear]
    rows = tuple(
        (
            item.name,
            influences.write_side(item.low, found),
            influences.write_side(item.high, found),
            f"{item.index:.2f}",
            f"{item.chance:.2f}",
            f"{item.effect:.2f}",
            str(item.rank),
        )
        for item in clear
    )
    rest = len(found.influences) - len(clear)
    note = found.silence if not clear else f"{rest} other inputs do no more than one that does nothing might."
    return [Sheet(f"What moves claim {found.claim}: {found.text}", heads, rows, note)]


@find_chart.register
def _(found: Sensitivity) -> Chart | None:
    clear = [item for item in found.influences if item.clear]
    if not clear:
        return None
    told = "; ".join(
        f"{one.name} from {influences.write_side(one.low, found)} to {influences.write_side(one.high, found)}"
        for one in clear
    )
    return Chart(plot_tornado(found, {}), f"What moves claim {found.claim}: {told}.")


@lay_sheets.register
def _(found: Sensitivities) -> Iterable[Sheet]:
    for item in found.claims:
        yield from lay_sheets(item)


@find_chart.register
def _(found: Sensitivities) -> Chart | None:
    claims = [item for item in found.claims if any(one.clear for one in item.influences)]
    drawn = claims[:DRAWN]
    effects = {item.claim: {one.input: one for one in item.influences if one.clear} for item in drawn}
    sums: dict[str, float] = {}
    for inputs in effects.values():
        for name, one in inputs.items():
            sums[name] = sums.get(name, 0.0) + one.effect
    heads = sorted(sums, key=lambda name: (-sums[name], name))
    if not heads:
        return None
    rows = [
        (f"{item.claim}: {item.text}", [_mark(effects[item.claim].get(head)) for head in heads[:WIDE]])
        for item in drawn
    ]
    note = "How far each input moves each claim, from 0 to 1 when it decides it alone; empty: no more than chance."
    if len(heads) > WIDE:
        note += f" {len(heads) - WIDE} inputs that move less are left out."
    spec = plot_matrix(rows, heads[:WIDE], note_rest(note, len(claims)))
    return Chart(spec, f"Claims by input. The strongest inputs: {', '.join(heads[:3])}.")


def _mark(one: Influence | None) -> Mark:
    return Mark("", 0.0) if one is None else Mark(f"{one.effect:.2f}", one.effect)


@lay_sheets.register
def _(found: SobolFinding) -> Iterable[Sheet]:
    rows = tuple((item.group, str(item.first), str(item.total), str(item.joint)) for item in found.indices)
    note = f"{found.void} rows left out, in which it is void." if found.void else ""
    caption = f"Variance of claim {found.claim}, over {found.rows} rows"
    return [Sheet(caption, ("inputs of", "alone (90 %)", "in total (90 %)", "together (90 %)"), rows, note)]


@find_chart.register
def _(found: SobolFinding) -> Chart | None:
    if not found.indices:
        return None
    rows = tuple(
        Row(item.group, item.total.value, str(item.total), (item.total.low, item.total.high), other=item.first.value)
        for item in found.indices[:DRAWN]
    )
    note = note_rest(
        "Share of the variance. Dot: in total, line: 90 % of resamples; diamond: alone.", len(found.indices)
    )
    # Sampling may put a share outside 0 to 1.
    spec = plot_rows([Panel("", rows, share=False)], note)
    return Chart(spec, f"What the variance of claim {found.claim} is owed to: {_tell(rows)}.")


def _tell(rows: Sequence[Row]) -> str:
    return "; ".join(f"{row.label} {row.text}" for row in rows)


@lay_sheets.register
def _(found: SobolFindings) -> Iterable[Sheet]:
    for item in found.claims:
        yield from lay_sheets(item)


@find_chart.register
def _(found: SobolFindings) -> Chart | None:
    claims = [item for item in found.claims if item.indices]
    totals = {item.claim: {index.group: index.total.value for index in item.indices} for item in claims}
    sums = {group: sum(inputs.get(group, 0.0) for inputs in totals.values()) for group in found.groups}
    heads = sorted(sums, key=lambda group: (-sums[group], group))
    if not claims:
        return None
    rows = [
        (f"{item.claim}: {item.text}", [_share(totals[item.claim][head]) for head in heads[:WIDE]])
        for item in claims[:DRAWN]
    ]
    note = f"Share of each claim's variance that is owed to the inputs of each {found.by}, in total."
    if len(heads) > WIDE:
        note += f" {len(heads) - WIDE} that owe less are left out."
    spec = plot_matrix(rows, heads[:WIDE], note_rest(note, len(claims)))
    return Chart(spec, f"{note} Most: {', '.join(heads[:3])}.")


def _share(value: float) -> Mark:
    return Mark(f"{value:.2f}", min(1.0, max(0.0, value)))
