"""Everything a run has to tell as one JSON document: the findings, and what the report adds to them in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from detente.findings.findings import plain_data
from detente.findings.influences import Choice, rank_inputs
from detente.report import settling, text
from detente.report.news import state_developments
from detente.report.opening import list_headlines, state_addition
from detente.report.sections import SECTIONS, Material
from detente.report.sections.material import Figure
from detente.scenario.document import read_document


def gather(material: Material, case: str) -> dict[str, Any]:
    """The document that ``run --json`` prints and ``findings.json`` holds; ``case`` is what a command calls the case.

    Nothing in it is infinite or not a number, and dates are ISO text.
    """
    findings, scenario = material.findings, material.scenario
    chosen = Choice(frozenset(findings.headlines), resamples=0)
    ranked = rank_inputs(findings, scenario, material.game, material.ensemble, chosen)
    developments = findings.developments
    extra = {
        "case": case,
        "opening": [headline.to_dict() for headline in list_headlines(findings, scenario)],
        "addition": state_addition(findings),
        "news": [] if developments is None else state_developments(developments),
        "coverage": text.state_coverage(findings),
        "stable": settling.state_stable(findings, scenario),
        "cautions": [*scenario.cautions, text.CAUTION],
        "words": scenario.words,
        "names": material.names,
        "levers": material.levers,
        "size": {
            "states": material.game.cells,
            "feasible": int(material.game.feasible.sum()),
            "uncertain": material.uncertain,
        },
        "method": material.ensemble.method,
        "influences": ranked.claims,
        "figures": [
            {"section": section, "name": figure.name, "alt": figure.alt, "spec": figure.spec}
            for section, figure in list_figures(material)
        ],
        "scenario": read_document(scenario.source_text, scenario.path).data,
        "brief": scenario.brief,
    }
    return {**findings.to_dict(), **{key: plain_data(value) for key, value in extra.items()}}


def list_figures(material: Material) -> Iterator[tuple[str, Figure]]:
    """Every picture of the page with its section, in the order of the page."""
    for section in SECTIONS:
        for figure in _find_figures(section.build(material)):
            yield section.id, figure


def _find_figures(value: object) -> Iterator[Figure]:
    """Whatever figures a section's data holds, at any depth."""
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _find_figures(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _find_figures(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _find_figures(getattr(value, one.name))
