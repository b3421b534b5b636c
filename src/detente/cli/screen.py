"""What is printed: results on standard output, everything else on standard error.

Text and tables are 100 columns wide, or as wide as a narrower terminal: there lines wrap, and a table that does not fit
becomes a list. There is colour only on a terminal, none with ``NO_COLOR`` or ``TERM=dumb``; signs that the encoding of
the output lacks are spelled in signs it has. Text of a scenario is never read as markup, and what would act on a
terminal is taken out of it.
"""

from __future__ import annotations

import json
import os
import re
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
    waiting: list[str] = []
    for part in parts:
        if isinstance(part, str):
            waiting += [_spell(_clean(line)) for line in part.split("\n")]
        else:
            _print_lines(waiting)
            waiting = []
            _lay_out(part)
    _print_lines(waiting)


def fold(sentence: str) -> list[str]:
    """A sentence as indented lines that fit."""
    return wrap(sentence, count_columns(), initial_indent="  ", subsequent_indent="    ", break_long_words=False)


def show_table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A plain table on standard output: the last column wraps, the others do not; nothing is ever cut.

    On a narrow terminal the heads wrap first; where that is not enough each row becomes a list, below its name.
    """
    names = [_spell(head) for head in heads]
    cells = [[_spell(_clean(cell)) for cell in row] for row in rows]
    for shown in (names, _fold_heads(names, cells)):
        if _fits(shown, cells):
            _lay_out(_make_table(shown, cells))
            return
    called = _find_names(cells)
    for row in cells:
        beside = [(name, cell) for place, (name, cell) in enumerate(zip(names, row, strict=True)) if place != called]
        told = [f"{name}: {cell}" if name else cell for name, cell in beside if cell]
        show(row[called] or "-", *fold("; ".join(told)))


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

    longest = [max(head.split("\n"), key=cell_len) for head in heads]
    widths = [max(map(cell_len, column)) for column in zip(longest, *rows, strict=True)]
    return sum(widths[:-1]) + GAP * (len(widths) - 1) + min(widths[-1], LEAST) <= count_columns()


def _fold_heads(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The heads, each on as many lines as make it no wider than what stands below it."""
    folded = []
    for place, head in enumerate(heads):
        width = max([len(row[place]) for row in rows] + [len(word) for word in head.split()] + [1])
        folded.append("\n".join(wrap(head, width, break_long_words=False, break_on_hyphens=False)))
    return folded


def _find_names(rows: Sequence[Sequence[str]]) -> int:
    """The column that says what a row is about: the first with a word in every row; without one the first of all."""
    columns = [*zip(*rows, strict=True)]
    return next((place for place, cells in enumerate(columns) if all(cell[:1].isalpha() for cell in cells)), 0)


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
        # In one write: of two threads neither breaks into the other's line.
        print(f"{spell(_clean(text), sys.stderr.encoding)}\n", end="", file=sys.stderr, flush=True)
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


def _print_lines(lines: Sequence[str]) -> None:
    """Lines as they are; on a terminal with fewer columns than they were made for, wrapped anew."""
    columns = count_columns()
    for line in lines if columns == WIDTH else _join_wrapped(lines):
        if columns == WIDTH or len(line) <= columns:
            print(line)
            continue
        indent = len(line) - len(line.lstrip())
        hang = _find_hang(line) or indent + 4
        start, hang = indent * (indent < columns // 2), hang if columns - hang >= LEAST else 4
        head, rest = line[:hang], line[hang:]
        if head.strip() and _find_hang(line) == hang:  # a row of a table: only its last column wraps
            pieces = wrap(rest, columns - hang)
            print("\n".join([head + pieces[0], *(" " * hang + piece for piece in pieces[1:])]))
        else:
            print("\n".join(wrap(line.strip(), columns, initial_indent=" " * start, subsequent_indent=" " * hang)))


def _find_hang(line: str) -> int:
    """Where the last column of a row begins; 0 in prose, whose words stand one space apart."""
    gaps = [gap.end() for gap in re.finditer(r"(?<=\S) {2,}(?=\S)", line)]
    return gaps[-1] if gaps else 0


def _join_wrapped(lines: Iterable[str]) -> list[str]:
    """Lines that ended because the next word had no room in ``WIDTH`` columns, made one again."""
    joined: list[str] = []
    last = ""
    for line in lines:
        word = line.split(maxsplit=1)[0] if line.strip() else ""
        full = len(last) <= WIDTH < len(last) + 1 + len(word)
        hang = _find_hang(joined[-1]) if joined else 0
        goes_on = not _find_hang(line) and (not hang or len(line) - len(line.lstrip()) == hang)
        if full and goes_on and word[:1].isprintable() and word[0] not in "├└│":
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line)
        last = line
    return joined


def _spell(text: str) -> str:
    return spell(text, sys.stdout.encoding)


def _clean(text: str) -> str:
    from detente.report.text import plain

    return plain(text)
