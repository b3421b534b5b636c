"""Everything a run has to tell as one JSON document: the findings, and what the report adds to them in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from detente.findings.findings import ClaimFinding, plain_data
from detente.report import settling, text
from detente.report.captions import caption
from detente.report.news import state_developments
from detente.report.opening import list_headlines, state_addition, state_question
from detente.report.portfolio import find_figures
from detente.report.sections import SECTIONS, Material
from detente.report.sections.material import Figure
from detente.scenario.document import read_document
from detente.scenario.model import Actor, Claim, Lever, Phase, Policy, Reading, Source, Want

#: what stands in the document's ``scenario``, by id
_NAMED = (Actor, Claim, Lever, Phase, Policy, Reading, Source, Want)


def gather(material: Material, case: str) -> dict[str, Any]:
    """The document that ``run --json`` prints and ``findings.json`` holds; ``case`` is what a command calls the case.

    Nothing in it is infinite or not a number, and dates are ISO text.
    """
    findings, scenario, game = material.findings, material.scenario, material.game
    built = [(section, section.build(material)) for section in SECTIONS]
    extra = {
        **caption(scenario),
        "case": case,
        "question": state_question(scenario),
        "opening": [headline.to_dict() for headline in list_headlines(findings, scenario)],
        "addition": state_addition(findings),
        "news": state_developments(findings.developments) if findings.developments else [],
        "coverage": text.state_coverage(findings),
        "stable": settling.state_stable(findings, scenario),
        "cautions": [*scenario.cautions, text.CAUTION],
        "words": scenario.words,
        "size": {"states": game.cells, "feasible": int(game.feasible.sum()), "uncertain": material.uncertain},
        "method": material.ensemble.method,
        "sections": [
            {"id": section.id, "title": section.title, "data": _lay_out(data)}
            for section, data in built
            if data is not None
        ],
        "figures": [
            {"section": section.id, "name": figure.name, "alt": figure.alt, "spec": figure.spec}
            for section, data in built
            for figure in find_figures(data)
        ],
        "scenario": read_document(scenario.source_text, scenario.path).data,
        "brief": scenario.brief,
    }
    return {**findings.to_dict(), **plain_data(extra)}


def _lay_out(value: Any) -> Any:
    """What a section's template is given: figures by name, claims and what the file names by id, for all of these
    stand elsewhere in full.
    """
    if isinstance(value, Figure):
        return {"figure": value.name}
    if isinstance(value, ClaimFinding):
        return {"claim": value.id}
    if isinstance(value, _NAMED):
        return {type(value).__name__.lower(): value.id}
    if isinstance(value, Mapping):
        return {str(key): _lay_out(item) for key, item in value.items() if not callable(item)}
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return _lay_out(value._asdict())
    if isinstance(value, list | tuple):
        return [_lay_out(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _lay_out(getattr(value, item.name)) for item in fields(value)}
    return value
