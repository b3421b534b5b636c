"""Papers on the command line: the brief as a Word file, the methods, the references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from detente import api
from detente.cli.options import MANIFEST


@dataclass(frozen=True, slots=True)
class Paper:
    """What is written, and what is in it."""

    #: None when it is in its place already
    text: str | None
    words: str
    counts: Mapping[str, object]


def make_paper(run_or_case: str, path: Path, format: api.PaperFormat) -> Paper:  # noqa: A002
    """A paper of a run, or the references of a case. Raises RunError when a Word file cannot be written."""
    folder = Path(run_or_case)
    if not (folder / MANIFEST).is_file():
        return _count(api.list_references(api.load(run_or_case)), "bib", "entries", "@")
    scenario, ensemble = api.read_run(folder)
    findings = api.assess(scenario, ensemble)
    if format == "docx":
        document = api.write_document(scenario, ensemble, findings, path)
        return Paper(None, str(document), {"format": format, **document.to_dict()})
    account = api.explain_methods(scenario, ensemble, findings)
    if format == "bib":
        return _count(account.bibtex, format, "entries", "@")
    return _count(str(account), format, "chapters", "## ")


def _count(text: str, format: api.PaperFormat, noun: str, mark: str) -> Paper:  # noqa: A002
    count = sum(line.startswith(mark) for line in text.splitlines())
    return Paper(text, f"{count} {noun}", {"format": format, noun: count})
