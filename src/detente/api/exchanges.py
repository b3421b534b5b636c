"""Cases carried to and from other tools."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from detente.api.cases import compile
from detente.api.settling import find_equilibria

if TYPE_CHECKING:
    from detente.ensemble.extract import Extract
    from detente.errors import Issue
    from detente.game.exchange.books import Filled
    from detente.game.exchange.export import Export
    from detente.game.exchange.rivals import Combined
    from detente.game.exchange.sheets_writer import Book
    from detente.game.exchange.transcript import Transcript
    from detente.game.game import Game
    from detente.scenario.model import Scenario

#: formats a run can be written in
RunFormat = Literal["csv", "parquet", "xlsx"]
#: formats a case can be written in
Format = Literal["drn", "gmcr", "graphml", "nfg"]
#: formats its issues can be written in: a table, as CSV or a workbook by the name of the file
TableFormat = Literal["stakes"]


def export(scenario: Scenario, format: Format) -> Export:  # noqa: A002 - the option's own name
    """Write a case out for another tool, with all inputs at their medians.

    ``drn`` is the chain of everybody's behaviour for the Storm model checker, ``gmcr`` the conflict for GMCR+,
    ``graphml`` its graph with marks of stability, ``nfg`` the normal form for Gambit. Raises SizeError when it is too
    large to be written out, ScenarioError when the format cannot hold it.
    """
    from dataclasses import replace

    from detente.game.exchange import export as exchange
    from detente.game.exchange.gmcr_writer import write_gmcr
    from detente.game.exchange.graphml import check_graph, write_graphml
    from detente.game.exchange.nfg import write_nfg

    game = compile(scenario)
    if format == "drn":
        return _export_chain(scenario, game)
    if format == "gmcr":
        written = write_gmcr(game, scenario.path)
    elif format == "graphml":
        check_graph(game)
        written = write_graphml(game, find_equilibria(game).stable)
    else:
        written = write_nfg(game, scenario.path)
    return replace(written, remarks=(*written.remarks, *exchange.list_left_out(scenario)))


def extract(folder: Path, file: Path, format: RunFormat) -> Extract:  # noqa: A002 - the option's own name
    """Write a run's draws into one file: ``csv``, ``parquet`` or ``xlsx`` (with the extra of that name).

    Raises RunError when a part is missing or damaged, or the file cannot be written.
    """
    from detente.ensemble.extract import extract as write

    return write(folder, file, format)


def _export_chain(scenario: Scenario, game: Game) -> Export:
    from detente.game.exchange.export import Export, tell_phases
    from detente.game.game import mask
    from detente.game.pricing import price_centrally
    from detente.solvers.chain import write_drn, write_out
    from detente.solvers.conduct import solve_conduct
    from detente.solvers.layout import lay_out

    layout = lay_out(game)
    chain = write_out(game, solve_conduct(game, price_centrally(game), layout), layout)
    where = {name: mask(game, condition) for name, condition in scenario.conditions}
    counts = {"states": len(chain.cells), "transitions": len(chain.rates)}
    remarks = ["Rates are per month.", *([tell_phases(scenario)] if scenario.phases else [])]
    return Export("drn", write_drn(chain, game.status_quo, where), counts, tuple(remarks))


def bring_in(file: str | Path, *, as_of: date) -> Transcript:
    """Another tool's file (a conflict of GMCR+) as a scenario's text. Raises ScenarioError with every mistake."""
    from detente.game.exchange.gmcr_json import read_text
    from detente.game.exchange.gmcr_reader import read_gmcr
    from detente.game.exchange.transcript import transcribe

    path = Path(file)
    conflict = read_gmcr(read_text(path), str(path))
    return transcribe(conflict, source=path.name, title=path.stem, as_of=as_of)


def is_stake_table(file: Path) -> bool:
    """Whether a file is a table of stakes, by its name, of a workbook by its heads: then ``read_tables`` reads it.

    Raises ScenarioError when it is a workbook that cannot be read, RunError when openpyxl is missing for one.
    """
    from detente.game.exchange import stake_tables

    return stake_tables.is_stake_table(file)


def read_tables(files: Sequence[str | Path], *, as_of: date) -> Combined:
    """Tables of who stands where (of experts, KTAB or the exchange model) as a scenario.

    Several tables must have the same issues and actors: where their numbers differ, the range over all is taken. Raises
    ScenarioError with every mistake of every table, each with its place; RunError when openpyxl is missing for one.
    """
    from detente.game.exchange import stake_tables

    return stake_tables.read_tables([Path(file) for file in files], as_of)


def write_stakes(scenario: Scenario, file: Path) -> Export:
    """Write a case's issues as a table for experts, ``.xlsx`` (with the extra ``[xlsx]``) or else CSV.

    It appears whole or not at all, and ``read_tables`` makes the same issues of it. Raises ScenarioError when the case
    has no issues, RunError when openpyxl is missing for a workbook or the file cannot be written.
    """
    from detente.ensemble.store import replacing
    from detente.game.exchange import stake_writer

    with replacing(file) as temporary:
        return stake_writer.write_stakes(scenario, file, temporary)


def write_book(scenario: Scenario, file: Path) -> Book:
    """Write a case as a workbook to fill in (with the extra ``[xlsx]``), which appears whole or not at all.

    Nothing is left out: ``read_books`` makes the same scenario of it. Raises RunError when openpyxl is missing or the
    file cannot be written, ScenarioError when a sheet cannot hold the case.
    """
    from detente.ensemble.store import replacing
    from detente.game.exchange.sheets_writer import write_sheets

    with replacing(file) as temporary:
        return write_sheets(scenario, file, temporary)


def read_books(files: Sequence[str | Path]) -> Combined:
    """Workbooks that were filled in as one case: where several differ on what an actor wants, as rival readings.

    Raises ScenarioError with every mistake of every book, each with its cell; RunError when openpyxl is missing.
    """
    from detente.errors import ScenarioError
    from detente.game.exchange.books import read_book
    from detente.game.exchange.rivals import combine

    books: list[Filled] = []
    issues: list[Issue] = []
    for file in files:
        try:
            books.append(read_book(Path(file)))
        except ScenarioError as error:
            issues += error.issues
    if issues:
        raise ScenarioError(issues)
    return combine(books)
