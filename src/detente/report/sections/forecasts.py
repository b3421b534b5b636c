"""What happens when."""

from __future__ import annotations

from typing import Any

from detente.findings.figures import write_figure, write_share
from detente.findings.findings import ClaimFinding, Findings
from detente.report import text
from detente.report.charts import plot_fan
from detente.report.sections.material import Figure, Material


def build_forecasts(material: Material) -> dict[str, Any] | None:
    """A fan for every claim that is the probability of one event."""
    findings = material.findings
    figures = [
        {
            "claim": claim,
            "figure": Figure(f"fan-{claim.id}", plot_fan(claim, findings.as_of), _tell_fan(claim, findings)),
        }
        for claim in findings.claims
        if claim.fan is not None and len(claim.fan.months) > 1
    ]
    return {"figures": figures} if figures else None


def _draw_fan(claim: ClaimFinding, findings: Findings) -> Figure:
    return Figure(f"fan-{claim.id}", plot_fan(claim, findings.as_of), _tell_fan(claim, findings))


def _tell_fan(claim: ClaimFinding, findings: Findings) -> str:
    fan = claim.fan
    assert fan is not None
    start, end = (text.write_date(text.date_at(findings.as_of, float(fan.months[k]))) for k in (0, -1))
    return (
        f"From {write_figure(float(fan.mean[0]), float(fan.error[0]))} on {start} "
        f"to {write_figure(float(fan.mean[-1]), float(fan.error[-1]))} on {end}, "
        f"5 to 95 % of draws {write_share(float(fan.p5[-1]))} to {write_share(float(fan.p95[-1]))}."
    )
