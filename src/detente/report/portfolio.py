"""The charts of a report as files, with an index that says what each shows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from detente.display import Displayed
from detente.ensemble.store import replacing
from detente.errors import Issue, QueryError, RunError
from detente.report.charts.matrix import add_title
from detente.report.charts.picture import Chart
from detente.report.sections import SECTIONS, Material
from detente.report.sections.material import Figure
from detente.report.text import plain
from detente.scenario.slips import suggest

INDEX = "index.csv"
#: longest name of a file without its suffix
LONGEST = 80
#: longest caption of a picture, in characters, and longest subject of one that is cut
CAPTION, SUBJECT = 240, 60
_ALL = "Leave it out for all of them; index.csv then has their names."
_POINTER = re.compile(r"[;,] the (?:table|list)\b[^.;]*")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """One chart to be written out."""

    #: such as ``fan-c09``
    name: str
    #: heading of the section it stands in
    section: str
    chart: Chart


@dataclass(frozen=True, slots=True)
class Portfolio(Displayed):
    """What was written."""

    folder: Path
    format: str
    #: each with the name of its file
    pieces: tuple[tuple[str, Piece], ...]

    def __repr__(self) -> str:
        return f"<Portfolio of {len(self.pieces)} charts as {self.format} in {self.folder}>"

    def __str__(self) -> str:
        return "\n".join(f"{file:<32}  {piece.section}"[:100] for file, piece in self.pieces)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape."""
        charts = [{"file": file, **dict(zip(_HEADS[1:], row, strict=True))} for file, *row in _list_rows(self)]
        return {"folder": str(self.folder), "format": self.format, "charts": charts}


_HEADS = ("file", "name", "section", "shows")


def _list_rows(portfolio: Portfolio) -> Iterator[tuple[str, ...]]:
    for file, piece in portfolio.pieces:
        yield file, plain(piece.name), plain(piece.section), plain(piece.chart.alt)


def list_pieces(material: Material) -> Iterator[Piece]:
    """Every chart of the report: whatever the data of its sections holds of figures, in order."""
    titles = {claim.id: f"{claim.id}: {claim.text}" for claim in material.findings.claims}
    for section in SECTIONS:
        for figure in find_figures(section.build(material)):
            title = titles.get(figure.name.partition("-")[2], section.title)
            chart = Chart(add_title(figure.spec, title, write_caption(figure.alt)), figure.alt)
            yield Piece(figure.name, section.title, chart)


def write_caption(alt: str) -> str:
    """What stands below a picture's title: what it shows, or its beginning where that is long; the index has all.

    What points elsewhere on the page is left out.
    """
    told = _POINTER.sub("", alt)
    if len(told) <= CAPTION:
        return told
    sentence, subject = told.split(". ")[0], told.split(": ")[0]
    if len(sentence) <= CAPTION:
        return f"{sentence}."
    return f"{subject}." if " " in subject and len(subject) <= SUBJECT else ""


def find_figures(part: Any) -> Iterator[Figure]:
    """The figures in lists, mappings and dataclasses, however deep."""
    if isinstance(part, Figure):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from find_figures(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from find_figures(value)
    elif is_dataclass(part) and not isinstance(part, type):
        for item in fields(part):
            yield from find_figures(getattr(part, item.name))


def write_pieces(
    pieces: Sequence[Piece], folder: Path, form: str, *, only: Sequence[str] = (), dark: bool = False
) -> Portfolio:
    """Write each chart as a file of its name, and last the index; every file appears whole or not at all.

    Raises QueryError naming each of ``only`` that is no chart, RunError when a file cannot be written.
    """
    chosen = _choose(pieces, only)
    portfolio = Portfolio(folder, form, tuple(zip(_name_files(chosen, form), chosen, strict=True)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"{folder}: cannot be made: {error.strerror}.") from None
    for file, piece in portfolio.pieces:
        with replacing(folder / file) as temporary:
            temporary.write_bytes(piece.chart.render(form, dark))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_HEADS, *(_guard(row) for row in _list_rows(portfolio))])
    with replacing(folder / INDEX) as temporary:
        temporary.write_text(text.getvalue(), encoding="utf-8", newline="")
    return portfolio


def _choose(pieces: Sequence[Piece], only: Sequence[str]) -> list[Piece]:
    names = {piece.name for piece in pieces}
    wrong = [
        Issue("--only", 0, 0, "", f"There is no chart '{plain(name, 80)}'.", suggest(name, sorted(names)) or _ALL)
        for name in only
        if name not in names
    ]
    if wrong:
        raise QueryError(wrong)
    return [piece for piece in pieces if not only or piece.name in only]


def _name_files(pieces: Sequence[Piece], form: str) -> Iterator[str]:
    """A name for each, without what a file system refuses, and never one twice, whatever the case of letters."""
    used: set[str] = set()
    for piece in pieces:
        name = _UNSAFE.sub("_", piece.name)[:LONGEST].strip("._") or "chart"
        if name != piece.name or name.lower() in used:
            name = f"{name}-{sha256(f'{len(used)} {piece.name}'.encode()).hexdigest()[:8]}"
        used.add(name.lower())
        yield f"{name}.{form}"


def _guard(row: Sequence[str]) -> list[str]:
    """Cells that no spreadsheet takes for a formula."""
    return [f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell for cell in row]
