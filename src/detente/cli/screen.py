"""What is printed: results on standard output, everything else on standard error.

Tables are 100 columns wide when piped and as wide as the terminal otherwise. Text of a scenario is never read as
markup, and what would act on a terminal is taken out of it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from textwrap import wrap
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

#: columns of a table that nobody looks at on a terminal
WIDTH = 100

Progress = Callable[[int, int], None]


def show_json(document: Mapping[str, object]) -> None:
    """One JSON document on standard output."""
    print(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def show(*parts: RenderableType) -> None:
    """Text or tables on standard output; text is taken as it is, no markup in it."""
    for part in parts:
        if isinstance(part, str):
            print(_clean(part))
        else:
            _lay_out(part)


def fold(sentence: str) -> list[str]:
    """A sentence as indented lines of at most ``WIDTH`` columns."""
    return wrap(sentence, WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False)


def show_table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A plain table on standard output: the last column wraps, the others do not."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    names = list(heads)
    for name in names:
        table.add_column(name, no_wrap=name is not names[-1], overflow="fold")
    for row in rows:
        table.add_row(*(Text(_clean(cell)) for cell in row))
    _lay_out(table)


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
        print(_clean(text), file=sys.stderr, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def complain(text: str) -> None:
    """What went wrong, on standard error: one line per mistake."""
    for line in text.splitlines():
        note(line)


@contextmanager
def follow(what: str) -> Iterator[Progress]:
    """Progress of long work: a bar with the time left on a terminal, a plain line per tenth elsewhere."""
    if not sys.stderr.isatty():
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

    console = Console() if sys.stdout.isatty() else Console(width=WIDTH, color_system=None, legacy_windows=False)
    sys.stdout.flush()  # a reader that has gone away is for us to notice, not for the library
    with console.capture() as capture:
        console.print(part)
    print("\n".join(line.rstrip() for line in capture.get().splitlines()))


def _clean(text: str) -> str:
    from detente.report.text import plain

    return plain(text)
