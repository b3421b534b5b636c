"""What a section of the page is, and everything it may draw on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from detente.ensemble.ensemble import Ensemble
from detente.findings.findings import Findings
from detente.game.game import Game
from detente.report.charts import Spec, render_svg
from detente.scenario.model import Scenario


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
class Figure:
    """A chart of the page. Whatever a section's data holds of these is drawn, and can be written out as a file."""

    #: of its file too: ``fan-c09``
    name: str
    spec: Spec
    #: what it shows, in words
    alt: str

    @property
    def svg(self) -> Markup:
        """The picture, as markup for a template."""
        # The converter escapes every text of a chart, and charts take no markup.
        return Markup(render_svg(self.spec))


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the page."""

    #: also the anchor, and the name of the template
    id: str
    title: str
    build: Callable[[Material], dict[str, Any] | None]
