"""The sections of the page: each knows its heading, its template and what to put in it.

A new kind of finding gets a section by a function here, a template of the same id under ``templates/sections`` and a
line in ``SECTIONS``; a section whose function returns None has nothing to say and is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from detente.ensemble.ensemble import Ensemble
from detente.findings.drivers import FEWEST
from detente.findings.figures import write_figure, write_share
from detente.findings.findings import ClaimFinding, Findings
from detente.game.game import Game
from detente.report import scoreboard, text, verdicts
from detente.report.charts import Spec, plot_drivers, plot_fan, plot_stability, plot_strip, render_svg
from detente.report.counsel import build_policies
from detente.report.learning import build_evidence
from detente.report.reliability import plot_reliability
from detente.report.tornado import build_tornado
from detente.scenario.formulas import write_closed
from detente.scenario.model import Preferences, Scenario


@dataclass(frozen=True, eq=False)
class Material:
    """Everything a section may draw on."""

    findings: Findings
    scenario: Scenario
    game: Game
    ensemble: Ensemble
    #: words for input ids and lever ids
    names: Mapping[str, str]
    levers: Mapping[str, str]

    @property
    def uncertain(self) -> int:
        """How many inputs vary over draws."""
        return sum(name.startswith("input/") for name in self.ensemble.numbers)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the page."""

    #: also the anchor, and the name of the template
    id: str
    title: str
    build: Callable[[Material], dict[str, Any] | None]


def _draw(spec: Spec) -> Markup:
    # The converter escapes every text of a chart, and charts take no markup.
    return Markup(render_svg(spec))


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
    return {"strip": _draw(plot_strip(claim)), "alt": alt}


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


def build_forecasts(material: Material) -> dict[str, Any] | None:
    """A fan for every claim that is the probability of one event."""
    findings = material.findings
    figures = [
        {"claim": claim, "svg": _draw(plot_fan(claim, findings.as_of)), "alt": _tell_fan(claim, findings)}
        for claim in findings.claims
        if claim.fan is not None and len(claim.fan.months) > 1
    ]
    return {"figures": figures} if figures else None


def _tell_fan(claim: ClaimFinding, findings: Findings) -> str:
    fan = claim.fan
    assert fan is not None
    start, end = (text.write_date(text.date_at(findings.as_of, float(fan.months[k]))) for k in (0, -1))
    return (
        f"From {write_figure(float(fan.mean[0]), float(fan.error[0]))} on {start} "
        f"to {write_figure(float(fan.mean[-1]), float(fan.error[-1]))} on {end}, "
        f"5 to 95 % of draws {write_share(float(fan.p5[-1]))} to {write_share(float(fan.p95[-1]))}."
    )


def build_settling(material: Material) -> dict[str, Any] | None:
    """Where the conflict settles, under each concept and for whom."""
    findings = material.findings
    if not findings.settlements:
        return None
    chance = [f"{material.levers[c.lever.id]}: {c.lever.levels[c.lever.now]}" for c in material.scenario.chance]
    return {
        "settlements": findings.settlements,
        "states": findings.states,
        "matrix": _draw(plot_stability(findings.states, findings.settlements)),
        "matrix_alt": "Matrix of states by stability concept; the list above says what it shows.",
        "chance": "; ".join(chance),
    }


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
        drawn = _draw(plot_drivers(claim, material.names)) if claim.drivers else None
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


def build_actors(material: Material) -> dict[str, Any]:
    """Who wants what, and why it is thought so."""
    called = {actor.id: actor.name for actor in material.scenario.actors}
    return {"ranking_lines": _ranking_lines, "called": called}


def _ranking_lines(preferences: Preferences) -> list[str]:
    if preferences.kind == "priorities":
        return [condition.text for condition in preferences.priorities]
    return [" · ".join(condition.text for condition in line) for line in preferences.ranking]


def build_assumptions(material: Material) -> dict[str, Any]:
    """How actors decide, what they can do, what chance does, what is ruled out."""
    scenario = material.scenario
    known = {lever.id: lever for lever in scenario.levers}
    owners = {lever.id: actor.name for actor in scenario.actors for lever in actor.levers}
    return {
        "owners": owners | {chance.lever.id: "chance" for chance in scenario.chance},
        "closures": {
            phase.id: [write_closed(known[lever], levels) for lever, levels in phase.closed]
            for phase in scenario.phases
        },
        "one_way": {
            lever.id for actor in scenario.actors for lever in actor.levers if not all(all(r) for r in lever.legal)
        },
    }


def build_record(material: Material) -> dict[str, Any] | None:
    """Outcomes beside the model's numbers."""
    findings = material.findings
    told = [claim for claim in findings.claims if claim.outcome is not None]
    if not told:
        return None
    record = findings.record
    calibration = record.calibration
    tables = [
        ("The range of each word against the model's range over draws.", scoreboard.tabulate_intervals(record)),
        ("The same words, as other scales read them.", scoreboard.tabulate_scales(record)),
    ]
    return {
        "told": told,
        "record": record,
        "scores": [(label, score, scoreboard.tabulate_score(score)) for label, score in scoreboard.list_scores(record)],
        "tables": [item for item in tables if item[1][1]] if record.scored else [],
        "notes": [note for note in (scoreboard.state_hits(record), scoreboard.state_calibration(record)) if note],
        "outcomes": scoreboard.state_outcomes(record),
        "diagram": None if calibration is None else _draw(plot_reliability(calibration)),
        "sources": {source.id: f"{source.title} ({source.date})" for source in material.scenario.sources},
    }


def build_method(material: Material) -> dict[str, Any]:
    """How the numbers were made, and how to make them again."""
    findings, scenario = material.findings, material.scenario
    shown = {key: value for key, value in material.ensemble.method.items() if isinstance(value, str)}
    return {
        "precision": text.state_precision(findings),
        "words": [(word.word, f"{100 * word.low:.0f}", f"{100 * word.high:.0f}") for word in scenario.words],
        "method": [(key.capitalize(), value) for key, value in shown.items()],
        "rerun": f"detente run {_case_name(scenario)} --draws {findings.draws} --seed {findings.seed}",
    }


def _case_name(scenario: Scenario) -> str:
    """How a command would name the case, without the folders of whoever ran it."""
    path = Path(scenario.path)
    if path.stem == "scenario" and path.parent.name:
        return path.parent.name
    return path.name or "CASE"


#: the page, in order
SECTIONS = (
    Section("claims", "The claims", build_claims),
    Section("policies", "What could be done", build_policies),
    Section("trials", "What is forced, what speaks against it, how sure the words are", build_trials),
    Section("forecasts", "What happens when", build_forecasts),
    Section("settling", "Where it settles, and for whom", build_settling),
    Section("drivers", "What drives it, what flips it", build_drivers),
    Section("tornado", "How far each input moves it", build_tornado),
    Section("actors", "Who wants what", build_actors),
    Section("assumptions", "What is assumed", build_assumptions),
    Section("evidence", "What the evidence says", build_evidence),
    Section("record", "How it came out", build_record),
    Section("method", "How it was made", build_method),
)
