"""How it was made: the account of the methods, the literature, and what is needed to do it again."""

from __future__ import annotations

from typing import Any

from markupsafe import escape

from detente.report import text
from detente.report.methods.account import write_account
from detente.report.methods.replication import write_rerun
from detente.report.sections.material import Material


def build_method(material: Material) -> dict[str, Any]:
    """How the numbers were made, and how to make them again."""
    findings, scenario = material.findings, material.scenario
    account = write_account(findings, scenario, material.game, material.ensemble)
    return {
        "precision": text.state_precision(findings),
        "words": [(word.word, f"{100 * word.low:.0f}", f"{100 * word.high:.0f}") for word in scenario.words],
        "rerun": write_rerun(findings, scenario),
        "chapters": account.chapters,
        "works": account.works,
        # Ours but for the title, which is made safe where it is written; never cut.
        "bibtex": escape(account.bibtex),
        "kind_of": lambda item: type(item).__name__,
    }
