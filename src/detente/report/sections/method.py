"""How it was made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from detente.report import text
from detente.report.sections.material import Material
from detente.scenario.model import Scenario


def build_method(material: Material) -> dict[str, Any]:
    """How the numbers were made, and how to make them again."""
    findings, scenario = material.findings, material.scenario
    shown = {key: value for key, value in material.ensemble.method.items() if isinstance(value, str)}
    return {
        "precision": text.state_precision(findings),
        "words": [(word.word, f"{100 * word.low:.0f}", f"{100 * word.high:.0f}") for word in scenario.words],
        "method": [(key.capitalize(), value) for key, value in shown.items()],
        "rerun": f"detente run {_case_name(scenario)} --draws {findings.draws} --seed {findings.seed}",
    }


def _case_name(scenario: Scenario) -> str:
    """How a command would name the case, without the folders of whoever ran it."""
    path = Path(scenario.path)
    if path.stem == "scenario" and path.parent.name:
        return path.parent.name
    return path.name or "CASE"
