"""Decision-making in the European Union (DEU III): who wanted what on which issue, and what came out.

The data set of Arregui & Perarnaud (doi:10.34810/data53, CC BY 4.0) has one row per contested issue of a proposal, with
everything on a scale from 0 to 100. It is no part of the package: the user's own copy is read, either the original
(semicolons, 999 for what is missing) or a table with tabs and empty cells. What is read of it:

- ``prnr`` the proposal (dossier), ``isnr`` the issue, ``prname`` what it is about, ``intro`` when it was introduced
- ``p`` and ``s`` with an actor's code: its position and its salience
- ``rp`` the reference point, what holds if nothing is agreed, and ``out`` the outcome

Nothing says how much each actor can do. Votes in the Council at the time are the usual stand-in (see ``votes``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from math import nan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.errors import Issue, ScenarioError
from detente.game.exchange.votes import MEMBERS, find_capabilities
from detente.scenario.slips import suggest

#: bytes and rows of a file that is read
LARGEST, MOST_ROWS = 8_000_000, 20_000
#: mistakes that are told; more are counted
TOLD = 40
#: what stands for nothing
MISSING = frozenset({"", "999", "na", "nan", ".", "-"})
#: the scale of every issue
TOP = 100.0

_NEEDED = ("prnr", "isnr", "out")
_YEAR = re.compile(r"[A-Za-z]*(\d\d)\w{3}")


@dataclass(frozen=True, eq=False, slots=True)
class Decision:
    """One issue of a proposal: n actors with a position and a salience, and the outcome."""

    dossier: str
    #: unique in a file
    issue: str
    #: what the proposal is about, in a word
    title: str
    #: of the proposal
    year: int
    actors: tuple[str, ...]
    #: float64 (n,): 0 to 100; 0 to 1; shares of the largest
    positions: NDArray[np.float64] = field(repr=False)
    saliences: NDArray[np.float64] = field(repr=False)
    capabilities: NDArray[np.float64] = field(repr=False)
    #: 0 to 100; NaN where it is not known
    reference: float
    outcome: float


@dataclass(frozen=True, slots=True)
class Decisions:
    """All issues of a file, in its order."""

    file: str
    #: sha256 of the file
    digest: str
    items: tuple[Decision, ...] = field(repr=False)
    #: what of the file was passed over, in sentences
    remarks: tuple[str, ...]


def read_deu(path: Path) -> Decisions:
    """Read a copy of DEU III. Raises ScenarioError with every mistake found, each with line, column and value."""
    content = _read_bytes(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    reader = _Reader(str(path))
    items = reader.read(text)
    return Decisions(str(path), sha256(content).hexdigest(), tuple(items), tuple(reader.list_remarks()))


class _Reader:
    """One file on its way to decisions, with the mistakes found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.issues: list[Issue] = []
        self.more = 0
        self.proxies = 0
        self.silent = 0

    def read(self, text: str) -> list[Decision]:
        lines = text.splitlines()
        if not any(line.strip() for line in lines):
            self.refuse(0, 0, "", "The file is empty.", "Name your copy of DEU III.")
            self.stop()
        divider = max("\t;,", key=lines[0].count)
        rows = csv.reader(lines, delimiter=divider)
        heads = [head.strip().strip('"').casefold() for head in next(rows)]
        self.check_heads(heads)
        self.stop()
        items: list[Decision] = []
        seen: dict[str, int] = {}
        try:
            for count, row in enumerate(rows, start=1):
                if count > MOST_ROWS:
                    cure = "DEU III has 364."
                    self.refuse(rows.line_num, 0, "", f"The file has more than {MOST_ROWS:,} rows.", cure)
                    break
                if not any(cell.strip() for cell in row):
                    continue
                found = self.read_row(_Row(heads, row, rows.line_num), first=count == 1)
                if found is not None:
                    if found.issue in seen:
                        self.refuse(
                            rows.line_num, 0, "isnr", f"The issue '{found.issue}' is here twice.",
                            f"See line {seen[found.issue]}.",
                        )  # fmt: skip
                    seen.setdefault(found.issue, rows.line_num)
                    items.append(found)
        except csv.Error as error:
            self.refuse(rows.line_num, 0, "", f"The line is no row of a table ({error}).", "Save the file again.")
        if not items and not self.issues:
            self.refuse(0, 0, "", "There is no issue in the file.", "Name your copy of DEU III.")
        self.stop()
        return items

    def check_heads(self, heads: Sequence[str]) -> None:
        actors = [actor for actor in MEMBERS if f"p{actor}" in heads]
        for name in _NEEDED:
            if name not in heads:
                cure = suggest(name, heads) or "Name your copy of DEU III."
                self.refuse(1, 0, name, f"The column '{name}' is missing.", cure)
        if not actors:
            cure = "They are pcom, pep, pat, pbe and so on."
            self.refuse(1, 0, "", "No column has an actor's positions.", cure)
        for actor in actors:
            if f"s{actor}" not in heads:
                cure = "Every position has a salience."
                self.refuse(1, 0, f"s{actor}", f"The column 's{actor}' is missing.", cure)
        for name in sorted({head for head in heads if head and heads.count(head) > 1}):
            self.refuse(1, 0, name[:40], f"The column '{name[:40]}' is here twice.", "Delete one.")

    def read_row(self, row: _Row, *, first: bool) -> Decision | None:
        if len(row.cells) != len(row.heads):
            message = f"The row has {len(row.cells)} cells, the head {len(row.heads)}."
            self.refuse(row.line, 0, "", message, "Save the file again.")
            return None
        if first and row.is_proxy():
            self.proxies += 1
            return None
        dossier, issue = row.text("prnr"), row.text("isnr")
        for name, value in (("prnr", dossier), ("isnr", issue)):
            if not value:
                self.refuse(row.line, row.place(name), name, f"There is no {name}.", "Fill it in.")
        year = _find_year(row.text("intro"), dossier)
        if dossier and year is None:
            message = f"'{row.text('intro')[:20]}' tells no year."
            self.refuse(row.line, row.place("intro"), "intro", message, "Write day, month and year.")
        positions, saliences = {}, {}
        for actor in MEMBERS:
            position, salience = (self.read_number(row, f"{kind}{actor}") for kind in "ps")
            if position is not None and salience is None:
                self.silent += 1
            elif position is not None and salience is not None:
                positions[actor], saliences[actor] = position, salience / TOP
        outcome, reference = self.read_number(row, "out"), self.read_number(row, "rp")
        if not dossier or not issue or year is None:
            return None
        return Decision(
            dossier,
            issue,
            row.text("prname"),
            year,
            tuple(positions),
            np.array(list(positions.values())),
            np.array(list(saliences.values())),
            find_capabilities(tuple(positions), year),
            nan if reference is None else reference,
            nan if outcome is None else outcome,
        )

    def read_number(self, row: _Row, name: str) -> float | None:
        """A number from 0 to 100, None where it is missing or wrong, which is noted."""
        text = row.text(name)
        if text.casefold().removesuffix(".0").removesuffix(",0") in MISSING:
            return None
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = nan
        if 0 <= value <= TOP:
            return value
        cure = "It lies between 0 and 100; what is missing is left empty, or 999."
        self.refuse(row.line, row.place(name), name, f"'{text[:20]}' cannot be.", cure)
        return None

    def refuse(self, line: int, column: int, path: str, message: str, cure: str) -> None:
        if len(self.issues) < TOLD:
            self.issues.append(Issue(self.file, line, column or min(line, 1), path, message, cure))
        else:
            self.more += 1

    def stop(self) -> None:
        """Raise what has been found, if anything."""
        if self.more:
            self.issues.append(Issue(self.file, 0, 0, "", f"And {self.more:,} mistakes more.", ""))
        if self.issues:
            raise ScenarioError(self.issues)

    def list_remarks(self) -> Iterator[str]:
        if self.proxies:
            yield "The first row has no issue (it holds a proxy of the actors' size) and is passed over."
        if self.silent:
            times = "once" if self.silent == 1 else f"{self.silent:,} times"
            yield f"An actor has a position and no salience {times}; there it is left out."


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of a line, by the names of their columns."""

    heads: Sequence[str]
    cells: Sequence[str]
    line: int

    def text(self, name: str) -> str:
        return self.cells[self.heads.index(name)].strip() if name in self.heads else ""

    def place(self, name: str) -> int:
        """The character at which a cell begins, from 1."""
        before = self.heads.index(name) if name in self.heads else 0
        return 1 + sum(len(cell) + 1 for cell in self.cells[:before])

    def is_proxy(self) -> bool:
        """Whether it is the row of sizes of economies that some copies begin with."""
        return self.text("out").casefold() in MISSING and (not self.text("prnr") or not self.text("intro"))


def _find_year(intro: str, dossier: str) -> int | None:
    """The year of a date, the last part of it or the first: whichever the dossier's number says; else the number's.

    Spreadsheets have turned ``21-09-05`` into ``2021-09-05``, so that a four-digit part may be a day.
    """
    numbered = _YEAR.match(dossier)
    own = None if numbered is None else _complete(int(numbered[1]))
    parts = [part for part in re.split(r"[-/. ]", intro) if part]
    years = [_complete(int(part)) for part in (parts[-1:] + parts[:1]) if part.isdecimal() and len(part) in (2, 4)]
    if len(parts) < 3 or not years:
        return own
    return years[0] if own is None else min(years, key=lambda year: abs(year - own))


def _complete(year: int) -> int:
    """Two digits as the year from 1950 to 2049 they stand for."""
    return year if year > 99 else 2000 + year if year < 50 else 1900 + year


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is none"
        raise ScenarioError([Issue(str(path), 0, 0, "", f"The file cannot be read: {reason}.")]) from None
    if len(content) > LARGEST:
        message = f"The file has more than {LARGEST:,} bytes."
        raise ScenarioError([Issue(str(path), 0, 0, "", message, "DEU III has far less.")])
    return content
