"""What drives each claim, and what overturns it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from detente.findings.drivers import FEWEST
from detente.report import text
from detente.report.charts import plot_drivers
from detente.report.sections.material import Figure, Material


def build_drivers(material: Material) -> dict[str, Any] | None:
    """What moves each claim and what overturns its verdict."""
    claims = [claim for claim in material.findings.claims if claim.spread is not None]
    if not claims:
        return None
    cards = []
    for claim in claims:
        if not claim.drivers and claim.flip is None:
            continue
        sentences = [text.state_driver(driver, claim, material.names) for driver in claim.drivers]
        sentences.append(text.state_flip(claim, material.names))
        told = [sentence for sentence in sentences if sentence]
        drawn = None
        if claim.drivers:
            drawn = Figure(f"drivers-{claim.id}", plot_drivers(claim, material.names), " ".join(told))
        cards.append({"claim": claim, "figure": drawn, "sentences": told})
    count = Counter(driver.input for claim in claims for driver in claim.drivers)
    common = [(material.names.get(name, name), times) for name, times in count.most_common(5) if times > 1]
    return {
        "cards": cards,
        "common": common,
        "quiet": len(claims) - len(cards),
        "few": material.findings.draws < FEWEST,
    }
