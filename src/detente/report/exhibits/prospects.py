"""Results about what comes next: answers to queries, curves, first moves, sequences, the card, time in states."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from detente.ensemble.curves import Curve, Curves
from detente.ensemble.forecast import Forecast, Line
from detente.ensemble.inquiry import show_number
from detente.game.game import name_state
from detente.report.charts import plot_curves
from detente.report.charts.picture import Chart
from detente.report.charts.rows import Panel, Row, plot_rows
from detente.report.exhibits.exhibit import DRAWN, Sheet, find_chart, lay_sheets, note_rest
from detente.report.text import date_at
from detente.scenario.queries import Likelihood, Query
from detente.solvers.branching import MoveSequence
from detente.solvers.card import LEAST, Card, Odds
from detente.solvers.departures import CHANCE, day_of, name_mover, write_move
from detente.solvers.occupation import SHOWN as NAMED
from detente.solvers.occupation import Occupation
from detente.solvers.sequences import Sequences
from detente.solvers.tables import write_percent
from detente.solvers.waiting import FirstMoves

_EXACT = "Exact at central values."


@lay_sheets.register
def _(found: Forecast) -> Iterable[Sheet]:
    heads = ("query", "value", "±error", "5 %", "95 %", "coin toss", "±error")
    rows = tuple(
        (
            line.query,
            *map(show_number, (line.value, line.error, line.p5, line.p95, line.coin, line.coin_error)),
        )
        for line in found.lines
    )
    yield Sheet(f"Forecast over {found.made_by['values']}", heads, rows)
    conditional = [line for line in found.lines if line.condition is not None]
    if conditional:
        given = tuple((line.query, show_number(line.condition)) for line in conditional)
        yield Sheet("How likely what is conditioned on is", ("query", "probability"), given)
    dated = [(line.query, line.dates) for line in found.lines if line.dates is not None]
    if dated:
        horizon = found.inquiry.find_day(float(str(found.made_by["horizon"])))
        days = tuple(
            (
                query,
                *(
                    f"after {horizon}" if t is None else str(found.inquiry.find_day(t))
                    for t in (dates.early, dates.median, dates.late)
                ),
                show_number(dates.never),
            )
            for query, dates in dated
        )
        yield Sheet("When events are expected", ("query", "10 %", "median", "90 %", f"not by {horizon}"), days)


@find_chart.register
def _(found: Forecast) -> Chart | None:
    pairs = list(zip(found.lines, found.inquiry.queries, strict=True))
    panels = [
        Panel("", tuple(_row_of_line(line) for line in lines[:DRAWN]), share=share)
        for share in (True, False)
        if (lines := [line for line, query in pairs if _is_share(query) == share])
    ]
    if not panels:
        return None
    spread = "" if found.inquiry.draws is None else "; line: 5-95 % of draws"
    note = f"Dot: the model over {found.made_by['values']}{spread}; diamond: the coin toss."
    told = "; ".join(f"{line.query} {_write(line)}" for line in found.lines)
    return Chart(plot_rows(panels, note_rest(note, len(pairs), sum(len(p.rows) for p in panels))), told)


def _row_of_line(line: Line) -> Row:
    span = None if line.p5 is None or line.p95 is None else (line.p5, line.p95)
    return Row(line.query, line.value, _write(line), span, other=line.coin)


def _write(line: Line) -> str:
    error = f" ±{show_number(line.error)}" if line.error is not None and not np.isnan(line.error) else ""
    return f"{show_number(line.value)}{error}"


def _is_share(query: Query) -> bool:
    return query.boolean or isinstance(query.expression, Likelihood)


@lay_sheets.register
def _(found: Curves) -> Iterable[Sheet]:
    return [_lay_curve(found, curve) for curve in found.curves]


def _lay_curve(found: Curves, curve: Curve) -> Sheet:
    over = () if curve.p5 is None else ("5 %", "95 %")
    lines = [ends for ends in (curve.p5, curve.p95) if ends is not None]
    rows = tuple(
        (
            f"{months:.2f}" if curve.after else date_at(found.as_of, months).isoformat(),
            *(show_number(values[k]) for values in (curve.mean, *lines, curve.coin)),
        )
        for k, months in enumerate(curve.months)
    )
    return Sheet(curve.query, ("months after" if curve.after else "day", "value", *over, "coin toss"), rows)


@find_chart.register
def _(found: Curves) -> Chart | None:
    drawn = [curve for curve in found.curves if not np.isnan(curve.mean).all()]
    if not drawn:
        return None
    told = "; ".join(f"{curve.query}: {show_number(curve.mean[0])} to {show_number(curve.mean[-1])}" for curve in drawn)
    return Chart(plot_curves(found), f"Probability over time. {told}.")


@lay_sheets.register
def _(found: FirstMoves) -> Iterable[Sheet]:
    heads = ("who moves first", "in time", "ever")
    rows = [
        (name_mover(found.game, mover), write_percent(by), write_percent(ever)) for mover, by, ever in found.by_mover()
    ]
    rows.append(("nobody", write_percent(found.nothing), write_percent(found.never)))
    return [Sheet(f"The next move within {found.until:.3g} months", heads, tuple(rows))]


@find_chart.register
def _(found: FirstMoves) -> Chart | None:
    note = f"Probability that the next move is whose, within {found.until:.3g} months."
    rows = _rank_movers(found)
    return Chart(plot_rows([Panel("", rows, bars=True)], note), _tell(note, rows))


def _rank_movers(found: FirstMoves) -> tuple[Row, ...]:
    rows = [Row(name_mover(found.game, mover), by, write_percent(by)) for mover, by, _ in found.by_mover()]
    return (*rows, Row("nobody", found.nothing, write_percent(found.nothing)))


def _tell(note: str, rows: Iterable[Row]) -> str:
    return f"{note} {'; '.join(f'{row.label} {row.text}' for row in rows)}."


@lay_sheets.register
def _(found: Sequences) -> Iterable[Sheet]:
    rows = [
        (_name_sequence(found, item), write_percent(item.probability), write_percent(item.begun)) for item in found.told
    ]
    rows.append(("nothing moves", write_percent(found.nothing), "-"))
    rows.append(("everything else", write_percent(found.rest), "-"))
    heads = ("moves, all of them in this order", "probability", "begins so")
    note = (
        f"{found.proven} of {len(found.told)} proven to be the likeliest; no other is likelier than {found.bound:.2g}."
    )
    yield Sheet(f"The likeliest sequences within {found.until:.3g} months", heads, tuple(rows), note)
    yield from lay_sheets(found.first)


def _name_sequence(found: Sequences, item: MoveSequence) -> str:
    return "; then ".join(write_move(found.game, *move) for move in item.list_moves())


@find_chart.register
def _(found: Sequences) -> Chart | None:
    rows = [Row("nothing moves", found.nothing, write_percent(found.nothing))]
    rows += [Row(_name_sequence(found, i), i.probability, write_percent(i.probability)) for i in found.told[:DRAWN]]
    rows.append(Row("everything else", found.rest, write_percent(found.rest)))
    note = note_rest(f"All moves up to {day_of(found.day, found.until)}, in this order. {_EXACT}", len(found.told))
    return Chart(plot_rows([Panel("", tuple(rows), bars=True)], note), _tell(note, rows))


@lay_sheets.register
def _(found: Occupation) -> Iterable[Sheet]:
    top = found.list_top()
    rest = max(0.0, 1 - sum(share for _, share in top))
    rows = [(name_state(found.game, cell), *_time(found, share)) for cell, share in top]
    rows.append(("all other states", *_time(found, rest)))
    yield Sheet(f"Time in states up to {day_of(found.day, found.until)}", ("state", "share", "months"), tuple(rows))
    levels = tuple(
        (f"{lever} = {level}", *_time(found, share))
        for lever, shares in found.of_levers().items()
        for level, share in shares.items()
    )
    yield Sheet("Time at each level", ("level", "share", "months"), levels)
    if found.conditions:
        held = tuple((name, *_time(found, share)) for name, share in found.conditions.items())
        yield Sheet("Time in conditions", ("condition", "share", "months"), held)


def _time(found: Occupation, share: float) -> tuple[str, str]:
    return write_percent(share), f"{share * found.until:.2f}"


@find_chart.register
def _(found: Occupation) -> Chart | None:
    top = found.list_top()
    rest = max(0.0, 1 - sum(share for _, share in top))
    rows = [Row(name_state(found.game, cell), share, write_percent(share)) for cell, share in top[:NAMED]]
    rows.append(Row("all other states", rest, write_percent(rest)))
    panels = [Panel("States", tuple(rows), bars=True)]
    held = [Row(name, share, write_percent(share)) for name, share in found.conditions.items()]
    if held:
        panels.append(Panel("Conditions", tuple(held[:DRAWN]), bars=True))
    note = note_rest(f"Likelihood of the time up to {day_of(found.day, found.until)}. {_EXACT}", len(held))
    return Chart(plot_rows(panels, note), _tell(note, rows))


@lay_sheets.register
def _(found: Card) -> Iterable[Sheet]:
    yield from lay_sheets(found.first)
    for odds in found.odds:
        rows = tuple((row.label, row.text) for row in _list_odds(found, odds, LEAST, None))
        yield Sheet(f"{_name(found, odds)}, as long as nobody else moves before", ("what it does", "probability"), rows)


@find_chart.register
def _(found: Card) -> Chart | None:
    first = _rank_movers(found.first)
    panels = [Panel("Who moves first", first, bars=True)]
    panels += [Panel(_name(found, odds), tuple(_list_odds(found, odds, LEAST, 4)), bars=True) for odds in found.odds]
    note = f"Up to {day_of(found.day, found.until)}, {found.made_by['values']}. Below: each, while nobody else moves."
    return Chart(plot_rows(panels, note), _tell(note, first))


def _name(found: Card, odds: Odds) -> str:
    late = f", from {day_of(found.day, odds.starts)}" if odds.starts > 0 else ""
    return f"{name_mover(found.game, odds.mover)}{late}"


def _list_odds(found: Card, odds: Odds, least: float, most: int | None) -> Iterable[Row]:
    told = [move for move in odds.moves if move.probability >= least][:most]
    rest = odds.moves[len(told) :]
    yield _row_of_odds(
        "nothing happens" if odds.mover == CHANCE else "stays put", odds.stays.probability, odds.stays.error
    )
    for move in told:
        text = write_move(found.game, odds.mover, found.start, move.cell)
        yield _row_of_odds(text, move.probability, move.error)
    if rest:
        others = f"{len(rest):,} other move{'s' * (len(rest) > 1)}"
        yield _row_of_odds(others, sum(move.probability for move in rest), None)


def _row_of_odds(label: str, share: float, error: float | None) -> Row:
    if error is None:
        return Row(label, share, write_percent(share))
    ends = (max(0.0, share - error), min(1.0, share + error))
    return Row(label, share, f"{write_percent(share)} ±{100 * error:.1f}", ends)
