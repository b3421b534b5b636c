"""What is printed: results on standard output, everything else on standard error.

Text and tables are 100 columns wide, or as wide as a narrower terminal: there lines wrap, and a table that does not fit
becomes a list. There is colour only on a terminal, none with ``NO_COLOR`` or ``TERM=dumb``; signs that the encoding of
the output lacks are spelled in signs it has. Text of a scenario is never read as markup, and what would act on a
terminal is taken out of it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from textwrap import wrap
from time import monotonic
from typing import TYPE_CHECKING, TextIO

from detente.report.signs import spell

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from detente.scenario.model import Scenario

#: columns of what is printed, unless a terminal has fewer
WIDTH = 100
#: columns that the last cell of a row must have for a table; with fewer the rows become lists
LEAST = 24
#: columns between two columns of a table
GAP = 2

Progress = Callable[[int, int], None]


def show_json(document: Mapping[str, object]) -> None:
    """One JSON document on standard output."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    lossless = spell(text, sys.stdout.encoding) == text
    print(text if lossless else json.dumps(document, indent=2, allow_nan=False))


def show_case_json(scenario: Scenario, document: Mapping[str, object]) -> None:
    """A result about a case as JSON, with what its text calls things."""
    from detente.report.captions import caption

    show_json({**document, **caption(scenario)})


def show(*parts: RenderableType) -> None:
    """Text or tables on standard output; text is taken as it is, no markup in it. Lines too long for it wrap."""
    for part in parts:
        if isinstance(part, str):
            for line in _clean(part).split("\n"):
                _print_line(line)
        else:
            _lay_out(part)


def fold(sentence: str) -> list[str]:
    """A sentence as indented lines that fit."""
    return wrap(sentence, count_columns(), initial_indent="  ", subsequent_indent="    ", break_long_words=False)


def show_table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A plain table on standard output: the last column wraps, the others do not; nothing is ever cut.

    Where the columns do not fit, each row becomes a list: its first cell, and below it the others with their heads.
    """
    names = list(heads)
    cells = [[_spell(_clean(cell)) for cell in row] for row in rows]
    if _fits(names, cells):
        _lay_out(_make_table(names, cells))
        return
    for first, *others in cells:
        told = (f"{name}: {cell}" for name, cell in zip(names[1:], others, strict=True) if cell)
        show(first or "-", *fold("; ".join(told)))


def count_columns() -> int:
    """Columns to fill: 100, or those of a narrower terminal."""
    if not sys.stdout.isatty():
        return WIDTH
    asked = os.environ.get("COLUMNS", "")
    with suppress(OSError, ValueError):
        there = int(asked) if asked.isdecimal() else os.get_terminal_size(sys.stdout.fileno()).columns
        return min(WIDTH, there or WIDTH)
    return WIDTH


def is_plain(stream: TextIO) -> bool:
    """Whether a stream wants nothing but text: piped, a terminal that can do no more, or a reader who said so."""
    return not stream.isatty() or os.environ.get("TERM") in ("dumb", "unknown") or bool(os.environ.get("NO_COLOR"))


def _fits(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table leaves its last column enough room."""
    from rich.cells import cell_len

    widths = [max(cell_len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    return sum(widths[:-1]) + GAP * (len(widths) - 1) + min(widths[-1], LEAST) <= count_columns()


def _make_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    for name in heads:
        table.add_column(name, no_wrap=name is not heads[-1], overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def part_streams() -> None:
    """From here on what a compiled library prints of its own accord goes to standard error, not among results.

    Such text waits in the library's own buffer, maybe to the end of the process, so the parting is for good.
    """
    shown = sys.__stdout__
    if shown is None or sys.stdout is not shown or shown.fileno() != 1:
        return
    shown.flush()
    own = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = os.fdopen(own, "w", encoding=shown.encoding, errors=shown.errors, closefd=False)


def note(text: str) -> None:
    """A remark on standard error. That nobody reads it any more is no reason to stop what it is about."""
    try:
        print(spell(_clean(text), sys.stderr.encoding), file=sys.stderr, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def complain(text: str) -> None:
    """What went wrong, on standard error: one line per mistake."""
    for line in text.splitlines():
        note(line)


@contextmanager
def follow(what: str) -> Iterator[Progress]:
    """Progress of long work: a bar with the time left where a terminal can show it, else a plain line per tenth."""
    if is_plain(sys.stderr):
        yield _Lines(what)
        return
    from rich import progress as gauges
    from rich.console import Console

    columns = (
        gauges.TextColumn(what),
        gauges.BarColumn(),
        gauges.MofNCompleteColumn(),
        gauges.TimeElapsedColumn(),
        gauges.TextColumn("left:"),
        gauges.TimeRemainingColumn(),
    )
    bar = gauges.Progress(*columns, console=Console(stderr=True), speed_estimate_period=3600)
    with bar:
        tasks: list[int] = []

        def advance(done: int, total: int) -> None:
            if not tasks:  # what an earlier run left is no work of this one, so it must not count as speed
                tasks.append(bar.add_task(what, total=total, completed=done))
            bar.update(bar.task_ids[0], completed=done, total=total)  # a run with a goal counts to each checkpoint

        yield advance


class _Lines:
    """Plain progress: a line at the start and after each tenth."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._start = 0.0
        self._first = -1
        self._told = (-1, -1)

    def __call__(self, done: int, total: int) -> None:
        if self._first < 0:
            self._first, self._start = done, monotonic()
        tenth = (10 * done // total, total)
        if tenth == self._told:
            return
        self._told = tenth
        fresh, spent = done - self._first, monotonic() - self._start
        left = f", about {write_seconds(spent / fresh * (total - done))} left" if fresh and done < total else ""
        note(f"{self._what}: {done} of {total} ({write_seconds(spent)}{left})")


def write_seconds(seconds: float) -> str:
    """``0.3 s``, ``12 s``, ``2 min 5 s``, ``34 min``, ``2.0 h``."""
    if seconds < 0.05:
        return "under 0.1 s"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 600:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes} min {rest} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def _lay_out(part: RenderableType) -> None:
    from rich.console import Console

    plain = is_plain(sys.stdout)
    console = Console(
        width=count_columns(),
        color_system=None if plain else "auto",
        no_color=plain,
        legacy_windows=False if plain else None,
    )
    sys.stdout.flush()  # a reader that has gone away is for us to notice, not for the library
    with console.capture() as capture:
        console.print(part)
    for line in capture.get().splitlines():
        print(_spell(line.rstrip()))


def _print_line(line: str) -> None:
    """A line, on a terminal too narrow for it as several."""
    columns = count_columns()
    line = _spell(line)
    if not sys.stdout.isatty() or len(line) <= columns:
        print(line)
        return
    indent = line[: len(line) - len(line.lstrip())]
    if len(indent) + 4 > columns // 2:
        indent = ""
    for piece in wrap(line.lstrip(), columns, initial_indent=indent, subsequent_indent=f"{indent}    "):
        print(piece)


def _spell(text: str) -> str:
    return spell(text, sys.stdout.encoding)


def _clean(text: str) -> str:
    from detente.report.text import plain

    return plain(text)
