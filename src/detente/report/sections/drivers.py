"""What drives each claim, and what overturns it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from detente.findings.drivers import FEWEST
from detente.report import text
from detente.report.charts import plot_drivers
from detente.report.sections.material import Material, draw


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
        drawn = draw(plot_drivers(claim, material.names)) if claim.drivers else None
        cards.append(
            {"claim": claim, "svg": drawn, "alt": " ".join(sentences), "sentences": [s for s in sentences if s]}
        )
    count = Counter(driver.input for claim in claims for driver in claim.drivers)
    common = [(material.names.get(name, name), times) for name, times in count.most_common(5) if times > 1]
    return {
        "cards": cards,
        "common": common,
        "quiet": len(claims) - len(cards),
        "few": material.findings.draws < FEWEST,
    }
