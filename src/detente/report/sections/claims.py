"""The claims, one by one."""

from __future__ import annotations

from typing import Any

from detente.findings.findings import ClaimFinding
from detente.report import text
from detente.report.charts import plot_strip
from detente.report.sections.material import Figure, Material


def build_claims(material: Material) -> dict[str, Any] | None:
    """The claims with a query beside the model, then those without one; None for a case without claims."""
    claims = material.findings.claims
    if not claims:
        return None
    rows = [{"place": place, "claim": claim, **_draw_strip(claim)} for place, claim in enumerate(claims)]
    present = {claim.verdict for claim in claims}
    return {
        "asked": [row for row, claim in zip(rows, claims, strict=True) if claim.verdict != "unscorable"],
        "unscorable": [row for row, claim in zip(rows, claims, strict=True) if claim.verdict == "unscorable"],
        "met": [verdict for verdict in text.MEANINGS if verdict in present],
    }


def _draw_strip(claim: ClaimFinding) -> dict[str, Any]:
    if claim.spread is None or claim.kind == "number":
        return {"strip": None}
    alt = f"{text.write_model(claim)}; {text.describe_band(claim)}."
    return {"strip": Figure(f"strip-{claim.id}", plot_strip(claim), alt)}
