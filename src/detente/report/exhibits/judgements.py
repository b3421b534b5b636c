"""Results about claims: findings, the record, two runs beside each other, what a verdict rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isnan

from detente.findings.comparison import Comparison, Contrast
from detente.findings.comparison import Figure as Half
from detente.findings.developments import Developments
from detente.findings.echoes import Echo
from detente.findings.figures import write_error, write_figure, write_number
from detente.findings.findings import ClaimFinding, Findings
from detente.findings.placebos import Placebo
from detente.findings.scores import Record
from detente.report import contrast, scoreboard, text
from detente.report.charts import plot_fan, plot_reliability
from detente.report.charts.matrix import add_title
from detente.report.charts.picture import Chart
from detente.report.charts.rows import Panel, Row, plot_rows
from detente.report.exhibits.exhibit import DRAWN, Sheet, find_chart, lay_sheets, note_rest

_HEADS = ("claim", "says", "word (range)", "model ±error (5-95 %)", "coin toss", "verdict", "came out")
_READING = (
    "Dot: the model; line: 5-95 % of draws; diamond: the coin toss; grey: the word's range. "
    "Of a comparison: the share of draws in which it is true."
)


def _lay_claims(caption: str, claims: Sequence[ClaimFinding]) -> Sheet:
    rows = tuple(
        (
            claim.id,
            claim.text,
            text.write_word(claim),
            text.write_model(claim),
            text.write_baseline(claim),
            text.write_verdict(claim),
            text.write_outcome(claim),
        )
        for claim in claims
    )
    return Sheet(caption, _HEADS, rows, text.BRIEF_CAUTION)


def _row_of_claim(claim: ClaimFinding) -> Row:
    spread = claim.spread
    assert spread is not None
    return Row(
        f"{claim.id}: {claim.text}",
        spread.mean,
        write_figure(spread.mean, spread.error, claim.kind),
        None if claim.kind == "comparison" else (spread.p5, spread.p95),
        None if claim.band is None or claim.kind != "probability" else (claim.band.floor, claim.band.ceiling),
        None if claim.baseline is None else claim.baseline.mean,
    )


def _plot_claims(claims: Sequence[ClaimFinding], note: str) -> Chart | None:
    panels = [
        Panel("", tuple(_row_of_claim(claim) for claim in group), share=share)
        for share in (True, False)
        if (group := [claim for claim in claims if claim.spread is not None and (claim.kind != "number") == share])
    ]
    if not panels:
        return None
    told = "; ".join(f"{claim.id} {text.write_model(claim)}" for claim in claims if claim.spread is not None)
    return Chart(plot_rows(panels, note), f"Claims beside the model. {told}.")


@lay_sheets.register
def _(found: Findings) -> Iterable[Sheet]:
    caption = f"{found.title}: {found.draws} draws, seed {found.seed}"
    return [_lay_claims(caption, found.claims)]


@find_chart.register
def _(found: Findings) -> Chart | None:
    drawn = [claim for claim in found.claims if claim.spread is not None]
    missing = len(found.claims) - len(drawn)
    note = f"{_READING} {missing} claims without a figure are not drawn." if missing else _READING
    return _plot_claims(drawn, note)


@lay_sheets.register
def _(claim: ClaimFinding) -> Iterable[Sheet]:
    return [_lay_claims(f"Claim {claim.id}", [claim])]


@find_chart.register
def _(claim: ClaimFinding) -> Chart | None:
    fan = claim.fan
    if fan is not None and len(fan.months) > 1:
        alt = f"{claim.id}, {claim.text}: probability over time. {text.state_result(claim)}"
        return Chart(add_title(plot_fan(claim, fan.since), f"{claim.id}: {claim.text}"), text.plain(alt))
    return _plot_claims([claim], _READING) if claim.spread is not None else None


@lay_sheets.register
def _(record: Record) -> Iterable[Sheet]:
    for label, score in scoreboard.list_scores(record):
        heads, rows = scoreboard.tabulate_score(score)
        yield Sheet(f"Scores over {label}: {score.claims}, {score.yes} of them yes", heads, tuple(rows))
    heads, rows = scoreboard.tabulate_scored(record)
    yield Sheet("Probabilities that came out", heads, tuple(rows), scoreboard.state_outcomes(record))


@find_chart.register
def _(record: Record) -> Chart | None:
    if record.calibration is not None:
        told = scoreboard.state_calibration(record)
        return Chart(plot_reliability(record.calibration), f"Reliability diagram: {told}")
    score = record.score_worded or record.score_all
    if score is None:
        return None
    rows = tuple(
        Row(
            one.name,
            one.brier,
            scoreboard.write_score(one.brier, one.brier_error),
            None if isnan(one.brier_error) else (max(0.0, one.brier - one.brier_error), one.brier + one.brier_error),
        )
        for one in score.forecasters
    )
    note = f"Brier score over {text.write_count(score.claims, 'claim')}, with one standard error; lower is better."
    told = "; ".join(f"{row.label} {row.text}" for row in rows)
    return Chart(plot_rows([Panel("", rows, share=False, bars=True)], note), f"{note} {told}.")


@lay_sheets.register
def _(found: Comparison) -> Iterable[Sheet]:
    heads = ("claim", "says", found.before, found.after, "difference", "verdict")
    rows = tuple(
        (
            item.claim,
            item.text,
            _write_half(item.before, item),
            _write_half(item.after, item),
            _write_difference(item),
            " → ".join(dict.fromkeys(side.verdict for side in (item.before, item.after) if side is not None)),
        )
        for item in found.contrasts
    )
    yield Sheet(f"{found.after} beside {found.before}", heads, rows, contrast.state_pairing(found))
    if found.changes:
        changes = tuple((line,) for line in contrast.list_changes(found))
        yield Sheet("What is written otherwise", ("change",), changes)


def _write_half(half: Half | None, item: Contrast) -> str:
    if half is None:
        return "-"
    return "void" if isnan(half.mean) else write_figure(half.mean, half.error, item.kind)


def _write_difference(item: Contrast) -> str:
    if isnan(item.difference):
        return "-"
    amount = f"{item.difference:+.3g}" if item.kind == "number" else f"{100 * item.difference:+.1f}"
    return f"{amount} {write_error(item.error, item.kind)}".rstrip()


@find_chart.register
def _(found: Comparison) -> Chart | None:
    both = [item for item in found.contrasts if not isnan(item.difference)]
    both.sort(key=lambda item: -abs(item.difference))
    panels = [
        Panel("", tuple(_row_of_contrast(item) for item in group[:DRAWN]), share=share)
        for share in (True, False)
        if (group := [item for item in both if (item.kind != "number") == share])
    ]
    if not panels:
        return None
    note = f"Dot: {found.after}; diamond: {found.before}; beside it the difference. The largest first."
    note = note_rest(note, len(both), sum(len(panel.rows) for panel in panels))
    return Chart(plot_rows(panels, note), f"{found.after} beside {found.before}. {contrast.state_moves(found)}")


@lay_sheets.register
def _(found: Developments) -> Iterable[Sheet]:
    if found.comparison is not None:
        yield from lay_sheets(found.comparison)
    if found.unread:
        rows = tuple((item.run, item.why) for item in found.unread)
        yield Sheet("Earlier runs that could not be read", ("run", "why"), rows)


@find_chart.register
def _(found: Developments) -> Chart | None:
    return None if found.comparison is None else find_chart(found.comparison)


def _row_of_contrast(item: Contrast) -> Row:
    assert item.before is not None
    assert item.after is not None
    value = f"{write_number(item.after.mean, item.kind)} ({_write_difference(item)})"
    return Row(f"{item.claim}: {item.text}", item.after.mean, value, other=item.before.mean)


@lay_sheets.register
def _(echo: Echo) -> Iterable[Sheet]:
    want = f"{echo.statement.actor}.{echo.statement.want}"
    rows = (
        (f"with {want}", f"{echo.was.mean:.3g}", f"{echo.was.error:.2g}", echo.verdict_was),
        (f"without {want}", f"{echo.without.mean:.3g}", f"{echo.without.error:.2g}", echo.verdict),
    )
    rests = "It rests on that statement: it is assumed." if echo.assumed else "It does not rest on that statement."
    caption = f"Claim {echo.claim}, over {echo.draws} draws"
    return [Sheet(caption, ("", "figure", "±error", "verdict"), rows, rests)]


@find_chart.register
def _(echo: Echo) -> Chart | None:
    spread = echo.without
    ends = (spread.p5, spread.p95)
    share = all(0 <= x <= 1 for x in (*ends, echo.was.mean))
    kind = "share" if share else "number"
    row = Row(
        f"Claim {echo.claim}", spread.mean, write_figure(spread.mean, spread.error, kind), ends, other=echo.was.mean
    )
    want = f"{echo.statement.actor}.{echo.statement.want}"
    note = f"Dot: without {want}, line: 5-95 % of draws; diamond: with it."
    return Chart(plot_rows([Panel("", (row,), share=share)], note), str(echo))


@lay_sheets.register
def _(placebo: Placebo) -> Iterable[Sheet]:
    told = write_figure(placebo.share, placebo.share_error)
    row = (placebo.claim, placebo.verdict, told, str(placebo.preferences), str(placebo.void))
    return [Sheet("Random preferences", ("claim", "verdict", "give it", "of so many", "void"), (row,))]
