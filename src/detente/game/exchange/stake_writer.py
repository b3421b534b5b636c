"""A case's issues as a table that experts fill in: see :mod:`experts` for its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from detente.errors import Issue, ScenarioError
from detente.game.exchange.entries import encode
from detente.game.exchange.excel import Page, check_installed, write_pages
from detente.game.exchange.experts import HEADS
from detente.game.exchange.export import Export
from detente.game.exchange.roll import AMOUNTS
from detente.game.exchange.separated import write_separated
from detente.scenario.document import read_document
from detente.scenario.model import Scenario
from detente.scenario.reader import dump

#: what a table holds of a case
_REMARK = "Only who stands where is in the table: dates, levers, preferences, claims and the rest are not."
_BOOK = ".xlsx"


def write_stakes(scenario: Scenario, file: Path, temporary: Path) -> Export:
    """Write the table of a scenario at ``temporary``, as a workbook where ``file`` is one by its name, else as CSV.

    Raises ScenarioError when the case has no issues or a cell cannot hold a text of it, RunError when openpyxl is
    missing for a workbook, OSError.
    """
    if not scenario.issues:
        message = "The case has nothing to bargain over."
        raise ScenarioError([Issue(scenario.path, 0, 0, "issues", message, "Give it 'issues:'.")])
    rows = list(_lay_rows(read_document(dump(scenario), "case").data, scenario.path))
    heads = [head.text for head in HEADS]
    text = write_separated([heads, *rows])
    if file.suffix.lower() == _BOOK:
        check_installed()
        write_pages(temporary, [Page("Table", HEADS, rows, 2)])
    else:
        temporary.write_text(text, encoding="utf-8", newline="")
    actors = {row[1] for row in rows}
    counts = {"issues": len(scenario.issues), "actors": len(actors), "stakes": len(rows)}
    return Export("stakes", text, counts, (_REMARK,))


def _lay_rows(data: Mapping[str, Any], file: str) -> Iterator[list[str]]:
    told: set[str] = set()
    for issue, parts in data["issues"].items():
        about = _describe(parts)
        for actor, stake in parts["stakes"].items():
            cells = {"issue": issue, "actor": actor, **about}
            cells |= {amount: encode(stake[amount], "number") for amount in AMOUNTS}
            name = data["actors"][actor].get("name") if actor not in told else None
            cells |= {"name": encode(name, "text")} if name is not None else {}
            told.add(actor)
            about = {}
            yield [_take(cells.get(head.text, ""), f"issues.{issue}", file) for head in HEADS]


def _describe(parts: Mapping[str, Any]) -> dict[str, str | None]:
    """What is said of an issue, as cells."""
    answer: dict[str, str | None] = {}
    for key in ("label", "package"):
        if key in parts:
            answer[key] = encode(parts[key], "text")
    if "reference" in parts:
        answer["reference"] = encode(parts["reference"], "number")
    if "ends" in parts:
        answer["ends"] = " to ".join(parts["ends"])
    if parts.get("scale"):
        answer["scale"] = _join(f"{place} = {text}" for place, text in parts["scale"].items())
    if parts.get("regions"):
        answer["regions"] = _join(f"{name} = {low} to {high}" for name, (low, high) in parts["regions"].items())
    return answer


def _join(pairs: Iterator[str]) -> str:
    """Pairs on one line, or one on each where a text holds what parts them."""
    items = list(pairs)
    return "; ".join(items) if not any(";" in item for item in items) else "\n".join([*items, ""])


def _take(text: str | None, place: str, file: str) -> str:
    if text is None:
        message = "A text is too long for a cell, or holds what no cell can."
        raise ScenarioError([Issue(file, 0, 0, place, message, "Use a workbook: --format xlsx.")])
    return text
