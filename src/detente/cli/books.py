"""Workbooks of cases on the command line: written, and what is told of those read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from detente import api
from detente.cli import screen
from detente.errors import Issue, ScenarioError

if TYPE_CHECKING:
    from detente.game.exchange.disagreements import Difference, Disagreements
    from detente.game.exchange.rivals import Combined


def export_book(case: str, path: Path, *, as_json: bool) -> None:
    """Write a case's workbook and say what is in it."""
    book = api.write_book(api.load(case), path)
    if as_json:
        screen.show_json(book.to_dict())
    else:
        screen.show(f"Wrote {path}: {book}", f"Next: fill it in, then detente import {path}")


def export_stakes(case: str, path: Path, *, as_json: bool) -> None:
    """Write a case's issues as a table for experts and say what is in it."""
    found = api.write_stakes(api.load(case), path)
    if as_json:
        screen.show_json({"file": str(path), **found.to_dict()})
        return
    screen.show(f"Wrote {path}: {found}", f"Next: fill it in, then detente import {path}")
    for remark in found.remarks:
        screen.note(remark)


def list_files(combined: Combined, path: Path) -> dict[Path, str]:
    """The scenario's file and its brief's, with their texts. Raises ScenarioError where one of them exists."""
    texts = {path: combined.case.text}
    if combined.case.brief_file:
        brief = path.parent / combined.case.brief_file
        if brief == path or brief.exists():
            message = "This file exists already, and the brief needs it."
            raise ScenarioError([Issue(str(brief), 0, 0, "", message, "Name another folder with --out.")])
        texts[brief] = combined.case.draft.brief
    return dict(reversed(texts.items()))


def show_import(combined: Combined, files: Sequence[Path], path: Path, *, as_json: bool) -> None:
    """Tell what was made of workbooks, and where they disagree."""
    case, told = combined.case, combined.disagreements
    remarks = [*case.draft.remarks, *map(str, case.warnings)]
    if as_json:
        document: dict[str, object] = {"file": str(path), "source": [str(file) for file in files], "remarks": remarks}
        if told is not None:
            document["disagreements"] = told.to_dict()
        screen.show_json(document)
        return
    shown = path.parent if path.name == "scenario.yaml" else path
    screen.show(f"Wrote {path}")
    if told is not None:
        _show_disagreements(told)
    screen.show(f"Next: detente {'run' if told else 'check'} {shown}")
    for remark in remarks:
        screen.note(remark)


def _show_disagreements(told: Disagreements) -> None:
    from detente.report.text import write_count

    counts = [
        write_count(len(items), name) for items, name in ((told.wants, "want"), (told.numbers, "number")) if items
    ]
    differ = "differ" if len(told.wants) + len(told.numbers) > 1 else "differs"
    # Tables of stakes have no wants.
    wants = told.wants or told.agreed
    same = f"; {write_count(told.agreed, 'want')} the same in all {len(told.books)} books" if wants else ""
    screen.show(f"{' and '.join(counts) or 'Nothing'} {differ}{same}.")
    if told.wants:
        screen.show("")
        heads = ("differ in", "actor", "reading", "id", *told.books, "want")
        screen.show_table(heads, (_tell(difference) for difference in told.wants))
    if told.numbers:
        screen.show("")
        rows = ((spread.input, *spread.values, spread.taken) for spread in told.numbers)
        screen.show_table(("number", *told.books, "taken: the range over all"), rows)
    if told.readings:
        screen.show("")
        made = told.readings.items()
        odds = ((actor, ", ".join(f"{name} {share} %" for name, share in own.items())) for actor, own in made)
        screen.show_table(("actor", "readings now, each book counting the same"), odds)


def _tell(difference: Difference) -> tuple[str, ...]:
    weights = ("-" if weight is None else weight for weight in difference.weights)
    return (difference.kind, difference.actor, difference.reading, difference.id, *weights, difference.want)
