"""What is forced, what speaks against it, how sure the words are."""

from __future__ import annotations

from typing import Any

from detente.report import text, verdicts
from detente.report.sections.material import Material


def build_trials(material: Material) -> dict[str, Any] | None:
    """Causes and requirements, counter-examples, and how the words fit."""
    claims, wording = material.findings.claims, material.findings.wording
    forced = [(claim, verdicts.state_intervention(claim), text.state_result(claim)) for claim in claims]
    against = [(claim, verdicts.state_counterexample(claim, material.names)) for claim in claims]
    fits = {
        "the model agrees with the word": wording.supported,
        "too sure: the word is more extreme than the model": wording.too_sure,
        "too shy: the model is more extreme than the word": wording.too_shy,
        "on the wrong side of one half": wording.wrong_side,
        "called possible, and excluded": wording.excluded,
        "called possible, and open": wording.open,
        "called possible, and likelier than that": wording.understated,
        "not held against a probability of an event": wording.unheld,
    }
    told = {
        "forced": [row for row in forced if row[1]],
        "against": [row for row in against if row[1]],
        "words": [(label, ids) for label, ids in fits.items() if ids],
        "wording": verdicts.state_wording(wording),
    }
    return told if any(told.values()) else None
