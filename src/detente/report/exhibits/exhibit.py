"""A result as tables and a chart, whatever its type; the other modules here say how, type by type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from markupsafe import Markup, escape

from detente.errors import Issue, QueryError
from detente.report.charts.frame import render_svg, set_apart
from detente.report.charts.picture import Chart
from detente.report.text import plain

#: rows shown of a table, and rows drawn in a chart; the rest is counted
SHOWN, DRAWN = 40, 16
#: rows of a table that stands open below a chart; a longer one is folded
OPEN = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; the first column names its rows."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    #: what there is beyond the table, in a sentence; empty when nothing
    note: str = ""


@singledispatch
def lay_sheets(result: object) -> Iterable[Sheet]:
    """The tables of a result: of one without its own, the plain values of its ``to_dict()``."""
    tell = getattr(result, "to_dict", None)
    if tell is None:
        raise TypeError(f"no table for a {type(result).__name__}")
    rows = tuple((name, str(value)) for name, value in tell().items() if not isinstance(value, dict | list))
    return [Sheet(type(result).__name__, ("what", "value"), rows)]


@singledispatch
def find_chart(result: object) -> Chart | None:
    """The chart of a result; None when there is nothing to draw in it."""
    raise TypeError(f"no chart for a {type(result).__name__}")


def draw(result: object) -> Chart:
    """The chart of a result. Raises QueryError when there is nothing to draw in it."""
    found = find_chart(result)
    if found is None:
        cure = "See its table: print it."
        raise QueryError([Issue(type(result).__name__, 0, 0, "", "There is nothing to draw in it.", cure)])
    return found


def has_chart(result: object) -> bool:
    """Whether results of this type have charts at all."""
    return find_chart.dispatch(type(result)) is not find_chart.dispatch(object)


def bundle(result: object) -> dict[str, Any]:
    """What a notebook shows: the text, and as HTML the chart above the tables, long ones folded."""
    chart = find_chart(result) if has_chart(result) else None
    parts = [Markup(render_svg(set_apart(chart.spec), chart.alt))] if chart else []
    for sheet in lay_sheets(result):
        table = write_html(sheet)
        folded = chart is not None and len(sheet.rows) > OPEN
        parts.append(Markup(_FOLD).format(clean(sheet.caption), table) if folded else table)
    return {"text/plain": str(result), "text/html": str(Markup("<div>{}</div>").format(Markup("\n").join(parts)))}


_FOLD = "<details><summary>{}</summary>{}</details>"
# Notebooks have styles of their own for tables, made for numbers; words want room and their left side.
_HEAD = '<th scope="col" style="text-align: left; padding: 0.2em 0.8em">{}</th>'
_NAME = '<th scope="row" style="text-align: left; font-weight: normal; padding: 0.2em 0.8em">{}</th>'
_CELL = '<td style="text-align: left; padding: 0.2em 0.8em">{}</td>'
_TABLE = '<table><caption style="text-align: left">{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'


def write_html(sheet: Sheet) -> Markup:
    """A table as HTML that is read out well: a caption, and heads of columns and rows; every text escaped."""
    rows = (Markup("<tr>{}{}</tr>").format(_fill(_NAME, row[:1]), _fill(_CELL, row[1:])) for row in sheet.rows[:SHOWN])
    table = Markup(_TABLE).format(clean(sheet.caption), _fill(_HEAD, sheet.heads), Markup("").join(rows))
    notes = [*list_rest(len(sheet.rows), SHOWN), *([sheet.note] if sheet.note else [])]
    return table + _fill("<p>{}</p>", notes)


def _fill(form: str, texts: Iterable[str]) -> Markup:
    return Markup("").join(Markup(form).format(clean(text)) for text in texts)


def clean(text: str) -> Markup:
    """A text of a scenario, harmless in a page."""
    return escape(plain(text))


def list_rest(there: int, shown: int) -> Iterator[str]:
    """How many more there are, where there are more than are shown."""
    if there > shown:
        yield f"And {there - shown:,} more."


def note_rest(note: str, there: int, shown: int = DRAWN) -> str:
    """A note with how many more there are behind it."""
    return " ".join([note, *list_rest(there, shown)])
