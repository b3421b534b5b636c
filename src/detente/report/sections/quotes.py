"""Every claim as a paragraph that can be forwarded alone."""

from __future__ import annotations

from typing import Any

from detente.report.opening import tell_claim
from detente.report.sections.material import Material


def build_quotes(material: Material) -> dict[str, Any] | None:
    """Every claim with its place, told with its footnote; None for a case without claims."""
    findings = material.findings
    if not findings.claims:
        return None
    return {
        "told": [(place, tell_claim(claim, findings, material.names)) for place, claim in enumerate(findings.claims)]
    }
