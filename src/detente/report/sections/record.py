"""How it came out."""

from __future__ import annotations

from typing import Any

from detente.report import scoreboard
from detente.report.charts import plot_reliability
from detente.report.sections.material import Figure, Material


def build_record(material: Material) -> dict[str, Any] | None:
    """Outcomes beside the model's numbers."""
    findings = material.findings
    told = [(place, claim) for place, claim in enumerate(findings.claims) if claim.outcome is not None]
    if not told:
        return None
    record = findings.record
    calibration = record.calibration
    tables = [
        ("The range of each word against the model's range over draws.", scoreboard.tabulate_intervals(record)),
        ("The same words, as other scales read them.", scoreboard.tabulate_scales(record)),
    ]
    notes = [note for note in (scoreboard.state_hits(record), scoreboard.state_calibration(record)) if note]
    diagram = None
    if calibration is not None:
        diagram = Figure("reliability", plot_reliability(calibration), f"Reliability diagram: {notes[-1]}")
    return {
        "told": told,
        "record": record,
        "scores": [(label, score, scoreboard.tabulate_score(score)) for label, score in scoreboard.list_scores(record)],
        "tables": [item for item in tables if item[1][1]] if record.scored else [],
        "notes": notes,
        "summary": scoreboard.state_scores(record) if record.scored else [],
        "outcomes": scoreboard.state_outcomes(record),
        "diagram": diagram,
        "sources": {source.id: f"{source.title} ({source.date})" for source in material.scenario.sources},
    }
