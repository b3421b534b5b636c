"""What a person sees: a command on a pseudo-terminal of some width, with and without colour."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path
from textwrap import wrap

import pytest

from cli.conftest import Tell, read_terminal
from detente.cli import screen

ROOT = Path(__file__).parents[2]
MAIN = "from detente.cli import main; main()"
#: prints a coloured word, and goes through work with its progress told
SHOW = (
    "from rich.text import Text; from detente.cli import screen; screen.show(Text('red', style='red'))\n"
    "with screen.follow('draws') as progress: progress(0, 8); progress(8, 8)"
)
#: what a terminal is told beside text
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def watch(code: str, *arguments: str, columns: int = 100, **environment: str) -> str:
    """What a program writes to a terminal of so many columns, standard error among it, as it is written."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "FORCE_COLOR")}
    around = kept | {"PYTHONPATH": str(ROOT / "src"), "TERM": "xterm-256color"} | environment
    controller, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(command, stdout=terminal, stderr=terminal, env=around) as child:
        os.close(terminal)
        shown = read_terminal(controller)
    os.close(controller)
    assert child.returncode == 0, shown
    return shown.decode().replace("\r\n", "\n")


def test_the_summary_on_a_narrow_terminal_has_colour_and_every_line_fits(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small.parent)
    shown = watch(MAIN, "run", small.name, "--draws", "8", "--out", "out", columns=60)
    assert "\x1b[" in shown
    summary = CODES.sub("", shown).partition("Who falls silent\n")[2]
    assert "likely (55-80 %)" in summary
    assert max(map(len, summary.splitlines())) <= 60


def test_a_long_line_wraps_on_a_narrow_terminal(tell: Tell, small: Path) -> None:
    assert tell(f"run {small.name} --draws 2 --out out").code == 0
    shown = CODES.sub("", watch(MAIN, "claims", "out", columns=44))
    assert max(map(len, shown.splitlines())) <= 44
    assert "The word: likely (55-80 %). The model: " in " ".join(shown.split())


def test_colour_and_a_bar_on_a_terminal() -> None:
    shown = watch(SHOW)
    assert "\x1b[31mred" in shown
    assert "left:" in shown


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "unknown"}])
def test_no_code_where_none_is_wanted(environment: dict[str, str]) -> None:
    shown = watch(SHOW, **environment)
    assert shown.splitlines()[:2] == ["red", "draws: 0 of 8 (under 0.1 s)"]
    assert "\x1b" not in shown


def test_columns_of_the_environment_count() -> None:
    shown = CODES.sub("", watch(MAIN, "cases", COLUMNS="40"))
    assert max(map(len, shown.splitlines())) <= 40


def test_a_table_too_wide_becomes_a_list_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    heads = ("run", "state", "draws", "title")
    rows = [("korea-2024-3f2a90cd", "finished", "64 of 64", "Korea after the election"), ("b", "", "2", "A [red]b")]
    for columns in range(12, 120, 4):
        monkeypatch.setattr(screen, "count_columns", lambda columns=columns: columns)
        screen.show_table(heads, rows)
        out = capsys.readouterr().out
        assert max(map(len, out.splitlines())) <= max(columns, len("korea-2024-3f2a90cd"))
        told = "".join(out.split())
        assert all(cell.replace(" ", "") in told for row in rows for cell in row), (columns, out)


WORDS = "whoever reads this on a narrow screen reads every word of it in the order in which it was written " * 3


def test_prose_made_for_a_hundred_columns_fills_a_narrow_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for columns in range(20, 100, 7):
        monkeypatch.setattr(screen, "count_columns", lambda columns=columns: columns)
        screen.show(*wrap(WORDS, 100, initial_indent="  ", subsequent_indent="    "), "", "Another line.")
        *prose, empty, last = capsys.readouterr().out.splitlines()
        assert (empty, last) == ("", "Another line.")
        assert " ".join(" ".join(prose).split()) == WORDS.strip()
        assert max(map(len, prose)) <= columns
        longest = max(map(len, WORDS.split()))
        assert all(len(line) + longest + 5 >= columns for line in prose[:-1])  # no ragged half lines


def test_the_last_column_of_a_row_wraps_below_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = wrap(WORDS, 100, initial_indent="  0.12   -    ", subsequent_indent=" " * 14)
    monkeypatch.setattr(screen, "count_columns", lambda: 60)
    screen.show("\n".join([*rows, "  0.50   0.1  short"]))
    first, *more, last = capsys.readouterr().out.splitlines()
    assert first.startswith("  0.12   -    whoever reads")
    assert all(line[:14].isspace() and not line[14].isspace() for line in more)
    assert last == "  0.50   0.1  short"
    assert " ".join(" ".join([first[14:], *more]).split()) == WORDS.strip()


def test_what_has_many_lines_is_not_cut(capsys: pytest.CaptureFixture[str]) -> None:
    screen.show("\n".join(f"line {number}" for number in range(1000)))
    assert len(capsys.readouterr().out.splitlines()) == 1000
