"""What goes into papers and to people who edit: methods, references, the brief as a Word file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from detente.api.cases import compile
from detente.api.runs import DRAWS

if TYPE_CHECKING:
    from detente.ensemble.ensemble import Ensemble
    from detente.findings.findings import Findings
    from detente.report.methods.account import Account
    from detente.report.word.document import Document
    from detente.scenario.model import Scenario

#: formats of papers; ``bib`` is for cases too
PaperFormat = Literal["bib", "docx", "md"]


def explain_methods(scenario: Scenario, ensemble: Ensemble, findings: Findings) -> Account:
    """How the numbers of a run were made: ``bibtex`` has the works cited, ``str`` is Markdown with LaTeX formulas."""
    from detente.report.methods.account import write_account

    return write_account(findings, scenario, compile(scenario), ensemble)


def list_references(scenario: Scenario) -> str:
    """BibTeX of Détente, the case, and the works that the model of the case rests on."""
    from detente import __version__
    from detente.report.methods.account import list_references as write

    return write(scenario, compile(scenario), DRAWS, __version__)


def write_document(scenario: Scenario, ensemble: Ensemble, findings: Findings, file: Path) -> Document:
    """Write the brief with its verdicts as a Word file (with the extra ``[docx]``), whole or not at all.

    Raises RunError when python-docx is missing or the file cannot be written.
    """
    from detente.ensemble.store import replacing
    from detente.report.word.document import write_word

    with replacing(file) as temporary:
        return write_word(findings, scenario, explain_methods(scenario, ensemble, findings), temporary)
