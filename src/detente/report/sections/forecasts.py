"""What happens when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from detente.findings.figures import write_figure, write_interval, write_share
from detente.findings.findings import ClaimFinding, Fan, Findings
from detente.report import text
from detente.report.charts import plot_fan
from detente.report.sections.material import Figure, Material
from detente.scenario.queries import Probability

#: a mean that moves by less than this from the first day to the last says little as a curve
FLAT = 0.05


@dataclass(frozen=True, slots=True)
class _Curve:
    """One claim's fan, up to the date its query names."""

    place: int
    claim: ClaimFinding
    fan: Fan
    due: date
    kind: str

    @property
    def flat(self) -> bool:
        return float(self.fan.mean.max() - self.fan.mean.min()) < FLAT


def build_forecasts(material: Material) -> dict[str, Any] | None:
    """A fan for every claim that is the probability of one event, by the year of its date; None without any."""
    curves = _list_curves(material)
    if not curves:
        return None
    moving = [curve for curve in curves if not curve.flat]
    flat = [curve for curve in curves if curve.flat]
    groups = [
        {
            "year": year,
            "lead": _tell_year([curve for curve in moving if curve.due.year == year]),
            "rows": [_lay_row(curve, material.findings) for curve in moving if curve.due.year == year],
        }
        for year in sorted({curve.due.year for curve in moving})
    ]
    return {
        "groups": groups,
        "flat": [_lay_row(curve, material.findings) for curve in flat],
        "limit": f"{100 * FLAT:g}",
    }


def _list_curves(material: Material) -> list[_Curve]:
    """Every curve, the earliest date first, the likeliest of a date first."""
    asked = {claim.id: claim.query for claim in material.scenario.claims}
    found = []
    for place, claim in enumerate(material.findings.claims):
        query = asked[claim.id]
        if claim.fan is None or len(claim.fan.months) < 2 or query is None:
            continue
        asked_of = query.expression
        if not isinstance(asked_of, Probability):
            continue
        due = text.date_at(material.findings.as_of, asked_of.time)
        found.append(_Curve(place, claim, claim.fan, due, asked_of.kind))
    return sorted(found, key=lambda curve: (curve.due, -float(curve.fan.mean[-1]), curve.place))


def _lay_row(curve: _Curve, findings: Findings) -> dict[str, Any]:
    claim, spread = curve.claim, curve.claim.spread
    assert spread is not None
    when = "On" if curve.kind == "on" else "By"
    figure = f"{write_figure(spread.mean, spread.error, claim.kind)} ({write_interval(spread, claim.kind)})"
    return {
        "place": curve.place,
        "claim": claim,
        "told": f"{when} {text.write_date(curve.due)}: {figure}",
        "figure": Figure(f"fan-{claim.id}", plot_fan(claim, findings.as_of), _tell_fan(curve, findings)),
    }


def _tell_year(curves: Sequence[_Curve]) -> str:
    """The likeliest and the least likely of a year's events, in one or two sentences."""
    ranked = sorted(curves, key=lambda curve: -float(curve.fan.mean[-1]))
    told = f"Likeliest: {_quote(ranked[0])}."
    return told if len(ranked) == 1 else f"{told} Least likely: {_quote(ranked[-1])}."


def _quote(curve: _Curve) -> str:
    claim, spread = curve.claim, curve.claim.spread
    assert spread is not None
    figure = f"{write_figure(spread.mean, spread.error, claim.kind)} ({write_interval(spread, claim.kind)})"
    return f"“{text.plain(claim.text, text.LONGEST_NAME)}”, {figure}"


def _tell_fan(curve: _Curve, findings: Findings) -> str:
    fan, end = curve.fan, text.write_date(curve.due)
    start = text.write_date(text.date_at(findings.as_of, float(fan.months[0])))
    return (
        f"From {write_figure(float(fan.mean[0]), float(fan.error[0]))} on {start} "
        f"to {write_figure(float(fan.mean[-1]), float(fan.error[-1]))} on {end}, "
        f"5 to 95 % of draws {write_share(float(fan.p5[-1]))} to {write_share(float(fan.p95[-1]))}."
    )
