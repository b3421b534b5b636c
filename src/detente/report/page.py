"""The report: one HTML file that opens offline, asks the network for nothing and needs no script to be read."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from detente.ensemble.ensemble import Ensemble
from detente.findings import figures
from detente.findings.findings import Findings
from detente.game.game import Game
from detente.report import leads, opening, settling, text
from detente.report.inputs import name_inputs
from detente.report.news import state_developments, summarise_developments
from detente.report.sections import SECTIONS, Material
from detente.scenario.model import Scenario

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"

#: a percentage by itself, which no line may end inside
_PERCENT = re.compile(r"(?<![-.\d])(\d+) %")

#: functions and constants that templates may use
_VOCABULARY: Mapping[ModuleType, tuple[str, ...]] = {
    text: (
        "CAUTION", "ERROR", "MARKS", "MEANINGS", "NOISE", "state_coin_toss", "state_confidence", "state_coverage",
        "state_flip", "state_result", "write_baseline", "write_count", "write_date", "write_model",
        "write_outcome", "write_quantity", "write_verdict", "write_word",
    ),
    figures: ("write_figure", "write_share"),
    leads: ("KINDS",),
    settling: ("describe_state", "state_settlement", "state_stable", "write_narrowest"),
}  # fmt: skip


def render(findings: Findings, scenario: Scenario, game: Game, ensemble: Ensemble) -> str:
    """The report as one HTML document.

    Every text of the scenario is escaped, and stripped of control and direction marks; the document's own policy
    forbids script and styles other than its own, and any request.
    """
    material = gather_material(findings, scenario, game, ensemble)
    env = _environment()
    common: dict[str, Any] = {
        "findings": findings,
        "scenario": scenario,
        "game": game,
        "names": material.names,
        "levers": material.levers,
        "uncertain": material.uncertain,
        "feasible": int(game.feasible.sum()),
        "quotes": {claim.id: opening.tell_claim(claim, findings, material.names) for claim in findings.claims},
    }
    parts = []
    for section in SECTIONS:
        data = section.build(material)
        if data is not None:
            body = env.get_template(f"sections/{section.id}.html.j2").render(common | data)
            parts.append({"id": section.id, "title": section.title, "body": Markup(body)})
    present = [str(part["id"]) for part in parts]
    style, script = _read_styles(present), _read_scripts(present)
    return env.get_template("page.html.j2").render(
        common
        | {
            "parts": parts,
            "question": opening.state_question(scenario),
            "headlines": opening.list_headlines(findings, scenario),
            "addition": opening.state_addition(findings),
            "changed": state_developments(findings.developments) if findings.developments else (),
            "news": summarise_developments(findings.developments) if findings.developments else "",
            "ways": opening.list_ways(present),
            "cautions": (*scenario.cautions, text.CAUTION),
            "version": findings.made_by.get("detente", ""),
            "style": Markup(style),
            "script": Markup(script),
            "policy": _write_policy(style, script),
        }
    )


def _write_policy(style: str, script: str) -> str:
    """The document's own policy: this style, this script, and nothing else from anywhere."""
    style, script = (base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (style, script))
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; "
        "base-uri 'none'; form-action 'none'"
    )


def gather_material(findings: Findings, scenario: Scenario, game: Game, ensemble: Ensemble) -> Material:
    """What the sections of the page draw on."""
    return Material(findings, scenario, game, ensemble, name_inputs(scenario), settling.label_levers(scenario))


def _read_styles(sections: Sequence[str]) -> str:
    """The page's style: colours, what all sections share, what one of them adds, and last what paper changes."""
    shared = (f"styles/{name}.css" for name in ("theme", "page", "parts"))
    return _join_files(*shared, *(f"sections/{name}.css" for name in sections), "styles/print.css")


def _read_scripts(sections: Sequence[str]) -> str:
    """The page's script: what all sections share, then what one of them adds."""
    return _join_files("page.js", *(f"sections/{name}.js" for name in sections))


def _join_files(*names: str) -> str:
    """Those of the templates' files that there are."""
    files = [_TEMPLATES / name for name in names]
    return "".join(file.read_text(encoding="utf-8") for file in files if file.is_file())


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    def clean(value: Any) -> Any:
        if isinstance(value, Markup):
            return value
        # Nor may a line end between a figure and its error.
        told = text.plain(str(value)).replace(" ±", "\N{NO-BREAK SPACE}±")
        return _PERCENT.sub("\\1\N{NO-BREAK SPACE}%", told)

    env = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=clean,
        trim_blocks=True,
    )
    env.globals.update({name: getattr(home, name) for home, names in _VOCABULARY.items() for name in names})
    return env
