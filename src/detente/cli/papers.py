"""Papers on the command line: the brief as a Word file, the methods, the references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from detente import api
from detente.cli.options import MANIFEST
from detente.cli.runs import find_findings


@dataclass(frozen=True, slots=True)
class Paper:
    """What is written, and what is in it."""

    #: None when it is in its place already
    text: str | None
    words: str
    counts: Mapping[str, object]


def make_paper(run_or_case: str, path: Path, format: api.PaperFormat) -> Paper:  # noqa: A002
    """A paper of a run; a case is run with the defaults if need be, but for its references.

    Raises RunError when a Word file cannot be written.
    """
    if format == "bib" and not (Path(run_or_case) / MANIFEST).is_file():
        return _make_references(api.list_references(api.load(run_or_case)))
    scenario, ensemble, findings = find_findings(run_or_case)
    if format == "docx":
        document = api.write_document(scenario, ensemble, findings, path)
        return Paper(None, str(document), {"format": format, **document.to_dict()})
    account = api.explain_methods(scenario, ensemble, findings)
    if format == "bib":
        return _make_references(account.bibtex)
    return _make(str(account), format, "chapters", len(account.chapters))


def _make(text: str, format: api.PaperFormat, noun: str, count: int) -> Paper:  # noqa: A002
    return Paper(text, f"{count} {noun}", {"format": format, noun: count})


def _make_references(text: str) -> Paper:
    return _make(text, "bib", "entries", sum(line.startswith("@") for line in text.splitlines()))
