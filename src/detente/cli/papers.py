"""Papers on the command line: the brief as a Word file, the methods, the references."""

from __future__ import annotations

from pathlib import Path

from detente import api
from detente.cli import screen
from detente.cli.options import MANIFEST


def make_paper(run_or_case: str, path: Path, format: api.PaperFormat) -> tuple[str, dict[str, object]]:  # noqa: A002
    """Write a paper; return what is in it in words, and as data. Raises RunError when it cannot be written."""
    folder = Path(run_or_case)
    if not (folder / MANIFEST).is_file():
        return _write(path, api.list_references(api.load(run_or_case)), "entries", "\n@")
    scenario, ensemble = api.read_run(folder)
    findings = api.assess(scenario, ensemble)
    if format == "docx":
        document = api.write_document(scenario, ensemble, findings, path)
        return str(document), document.to_dict()
    account = api.explain_methods(scenario, ensemble, findings)
    if format == "bib":
        return _write(path, account.bibtex, "entries", "\n@")
    return _write(path, str(account), "chapters", "\n## ")


def _write(path: Path, text: str, noun: str, mark: str) -> tuple[str, dict[str, object]]:
    screen.write_file(path, text)
    count = f"\n{text}".count(mark)
    return f"{count} {noun}", {noun: count}
