"""Other tools' files: cases out, conflicts in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, cast, get_args

from cyclopts import Parameter

from detente import api
from detente.cli import books, papers, screen
from detente.cli.files import write_file
from detente.cli.options import MANIFEST, Json
from detente.errors import Issue, QueryError, ScenarioError

_FORMATS = (
    "Of a case: xlsx, a workbook to fill in; stakes, a table of who stands where, as CSV or by --out as .xlsx; "
    "drn, for the Storm model checker; gmcr, for GMCR+; graphml, the graph of moves; nfg, for Gambit. Of a run: "
    "its draws as csv, parquet, xlsx. Of either: its charts as svg, png, pdf; the brief with its verdicts as "
    "docx, the methods as md (a case is run if need be); what to cite as bib."
)
_RUN_FORMATS = get_args(api.RunFormat)
_PICTURE_FORMATS = get_args(api.PictureFormat)
_PAPERS = get_args(api.PaperFormat)
_TABLES = get_args(api.TableFormat)
#: of a case a workbook to fill in, of a run its draws
_BOOK = "xlsx"


@Parameter(name="*")
@dataclass(frozen=True)
class Pictures:
    """Which charts, and how they look."""

    only: Annotated[
        list[str] | None, Parameter(help="Of the charts the one of this name, such as fan-c09; again for more.")
    ] = None
    dark: Annotated[bool, Parameter(help="Of the charts: light on dark paper.", show_default=False)] = False


def export(
    run_or_case: Annotated[str, Parameter(help="A run's folder, or a case.")],
    /,
    *,
    format: Annotated[  # noqa: A002
        Literal[api.Format, api.TableFormat, api.RunFormat, api.PictureFormat, api.PaperFormat],
        Parameter(help=_FORMATS),
    ],
    out: Annotated[
        Path | None, Parameter(help="The file, of charts the folder [default: the name, and the format or -charts].")
    ] = None,
    pictures: Pictures | None = None,
    as_json: Json = False,
) -> None:
    """Write a case as a workbook to fill in, or out for another tool; a run as a table, a paper, or charts.

    For other tools all inputs are at their medians, and the case must be small; a workbook keeps everything.

    Example: detente export korea-2024 --format xlsx
    """
    source = Path(run_or_case).absolute()
    name = source.name if source.is_dir() else source.stem
    if format in _PICTURE_FORMATS:
        folder = out or Path(f"{name}-charts")
        _export_pictures(run_or_case, folder, cast(api.PictureFormat, format), pictures or Pictures(), as_json=as_json)
        return
    _refuse_pictures(pictures)
    path = out or Path(f"{name}-{format}.csv" if format in _TABLES else f"{name}.{format}")
    _refuse_mismatch(run_or_case, format)
    if format == _BOOK and not _is_run(run_or_case):
        books.export_book(run_or_case, path, as_json=as_json)
        return
    if format in _PAPERS:
        _export_paper(run_or_case, path, cast(api.PaperFormat, format), as_json=as_json)
        return
    if format in _TABLES:
        books.export_stakes(run_or_case, path, as_json=as_json)
        return
    if format in _RUN_FORMATS:
        _export_draws(run_or_case, path, cast(api.RunFormat, format), as_json=as_json)
        return
    _export_other(run_or_case, path, cast(api.Format, format), as_json=as_json)


def _export_other(name: str, path: Path, form: api.Format, *, as_json: bool) -> None:
    found = api.export(api.load(name), form)
    write_file(path, found.text)
    if as_json:
        screen.show_json({"file": str(path), **found.to_dict()})
        return
    screen.show(f"Wrote {path}: {found}")
    for remark in found.remarks:
        screen.note(remark)


def _export_paper(name: str, path: Path, form: api.PaperFormat, *, as_json: bool) -> None:
    paper = papers.make_paper(name, path, form)
    if paper.text is not None:
        write_file(path, paper.text)
    if as_json:
        screen.show_json({"file": str(path), **paper.counts})
    else:
        screen.show(f"Wrote {path}: {paper.words}")


def _export_draws(name: str, path: Path, form: api.RunFormat, *, as_json: bool) -> None:
    extracted = api.extract(Path(name), path, form)
    if as_json:
        screen.show_json(extracted.to_dict())
    else:
        screen.show(f"Wrote {path}: {extracted}")


def _export_pictures(name: str, folder: Path, form: api.PictureFormat, pictures: Pictures, *, as_json: bool) -> None:
    pieces = api.draw_run(*api.read_run(Path(name))) if _is_run(name) else api.draw_case(api.load(name))
    written = api.write_pictures(pieces, folder, form, only=pictures.only or (), dark=pictures.dark)
    if as_json:
        screen.show_json(written.to_dict())
        return
    charts = f"{len(written.pieces)} chart{'s' * (len(written.pieces) != 1)}"
    screen.show(f"Wrote {charts}, and index.csv on what is shown, into {folder}")
    if not _is_run(name):
        screen.note(f"At central values. The charts of the findings come with a run: detente run {name}")


def _refuse_pictures(pictures: Pictures | None) -> None:
    """Options of charts for a format that has none."""
    given = pictures or Pictures()
    option = "--only" if given.only else "--dark" if given.dark else ""
    if option:
        cure = f"Leave it out, or choose {', '.join(_PICTURE_FORMATS)}."
        raise QueryError([Issue(option, 0, 0, "", "This is for charts.", cure)])


def _is_run(name: str) -> bool:
    return (Path(name) / MANIFEST).is_file()


def _refuse_mismatch(name: str, format: str) -> None:  # noqa: A002
    """A format of runs for a case, or the other way round."""
    run = _is_run(name)
    if run == (format in _RUN_FORMATS) or format == _BOOK or format in _PAPERS:
        return
    wrong, cure = (
        (f"'{format}' is for cases, and {name} is a run.", f"Choose {', '.join(_RUN_FORMATS)}, or name the case.")
        if run
        else (f"'{format}' is for runs, and {name} is none.", f"Name the folder that 'detente run {name}' made.")
    )
    raise QueryError([Issue("--format", 0, 0, "", wrong, cure)])


def bring_in(
    file: Annotated[
        list[Path],
        Parameter(
            help="A conflict of GMCR+ (.gmcr); workbooks of a case (.xlsx); or tables of who stands where: of experts "
            "(.csv, .xlsx), of KTAB or of the exchange model (.csv)."
        ),
    ],
    /,
    *,
    out: Annotated[Path | None, Parameter(help="The file to make [default: NAME/scenario.yaml].")] = None,
    as_of: Annotated[
        date | None,
        Parameter(help="The day the model starts, for a conflict or a table [default: today].", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a scenario of another tool's file, and say what it does not keep; or of what experts filled in.

    Where several workbooks of one case differ on what an actor wants, they become rival readings of it, and the
    differences are told, opposite signs first. Numbers that differ, in workbooks or in tables, become ranges.

    Example: detente import anna.xlsx ben.xlsx --out joint/scenario.yaml
    """
    path = out or Path("-".join(item.stem for item in file)) / "scenario.yaml"
    if path.exists():
        raise ScenarioError([Issue(str(path), 0, 0, "", "This file exists already.", "Name another with --out.")])
    tables = [item for item in file if api.is_stake_table(item)]
    if tables:
        _bring_in_tables(file, tables, path, as_of, as_json=as_json)
        return
    if any(item.suffix.lower() == f".{_BOOK}" for item in file):
        _bring_in_books(file, path, as_of, as_json=as_json)
        return
    if len(file) > 1:
        cure = "Bring conflicts in one by one."
        raise QueryError([Issue(str(file[1]), 0, 0, "", "Only workbooks and tables are put together.", cure)])
    made = api.bring_in(file[0], as_of=as_of or date.today())
    write_file(path, made.text, folder=True)
    if as_json:
        screen.show_json({"file": str(path), "source": str(file[0]), "remarks": list(made.remarks)})
        return
    screen.show(f"Wrote {path}", f"Next: edit it, then detente check {path if out else path.parent}")
    for remark in made.remarks:
        screen.note(remark)


def _bring_in_books(files: list[Path], path: Path, as_of: date | None, *, as_json: bool) -> None:
    if as_of is not None:
        cure = "Change it on the sheet Case."
        raise QueryError([Issue("--as-of", 0, 0, "", "A workbook has a day of its own.", cure)])
    combined = api.read_books(files)
    for place, text in books.list_files(combined, path).items():
        write_file(place, text, folder=True)
    books.show_import(combined, files, path, as_json=as_json)


def _bring_in_tables(files: list[Path], tables: list[Path], path: Path, as_of: date | None, *, as_json: bool) -> None:
    other = next((item for item in files if item not in tables), None)
    if other is not None:
        message = f"This is no table of stakes, and {tables[0]} is one."
        raise QueryError([Issue(str(other), 0, 0, "", message, "Bring it in alone.")])
    combined = api.read_tables(files, as_of=as_of or date.today())
    write_file(path, combined.case.text, folder=True)
    books.show_import(combined, files, path, as_json=as_json)
