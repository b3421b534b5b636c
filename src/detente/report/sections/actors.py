"""Who wants what, how much, and why it is thought so."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from detente.findings.figures import write_figure
from detente.report.charts import Interval, plot_intervals
from detente.report.grounds import Library
from detente.report.phrases import Phrasebook
from detente.report.sections.material import Figure, Material
from detente.report.text import LONGEST_NAME, plain, write_quantity
from detente.report.wants import list_statements, sort_wants, span_weights
from detente.scenario.model import Actor, Lever, Preferences, Reading, Scenario

#: wants drawn, the heaviest first; all of them stand in words
SHOWN = 8


def build_actors(material: Material) -> dict[str, Any] | None:
    """Every actor with what it can set, and each of its readings with the weights of what it wants.

    Who only bargains over terms sets and wants nothing and is left out; None where nobody is left.
    """
    desk = _Desk(material)
    told = [actor for actor in material.scenario.actors if _has_part(actor, material.scenario)]
    if not told:
        return None
    return {
        "runs": [
            (rivals, [desk.lay_actor(actor) for actor in run])
            for rivals, run in groupby(told, key=lambda actor: len(actor.readings) > 1)
        ],
        "ranking_lines": _ranking_lines,
        "called": {actor.id: actor.name for actor in material.scenario.actors},
        "weighed": any(r.preferences.wants for actor in material.scenario.actors for r in actor.readings),
    }


def _has_part(actor: Actor, scenario: Scenario) -> bool:
    """Whether there is more to say of an actor than where it stands on an issue."""
    stakes = {stake.actor for question in scenario.issues for stake in question.stakes}
    wants = any(reading.preferences.wants or reading.preferences.ranking for reading in actor.readings)
    return bool(actor.levers or wants or actor.beliefs) or actor.id not in stakes


class _Desk:
    """What every actor is laid out with."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.phrases = Phrasebook(material.scenario)
        self.library = Library(material.scenario)
        self.domain = span_weights(material.scenario)

    def lay_actor(self, actor: Actor) -> dict[str, Any]:
        return {
            "actor": actor,
            "levers": [self._tell_lever(lever) for lever in actor.levers],
            "beliefs": [(belief, self.library.read(belief.because)) for belief in actor.beliefs],
            "readings": [self._lay_reading(actor, reading) for reading in actor.readings],
        }

    def _tell_lever(self, lever: Lever) -> tuple[str, Sequence[str], int]:
        return self.material.levers[lever.id], lever.levels, lever.now

    def _lay_reading(self, actor: Actor, reading: Reading) -> dict[str, Any]:
        ground = self.library.read(reading.because)
        return {
            "reading": reading,
            "odds": self._tell_odds(actor, reading),
            "reason": ground.text,
            "sources": ground.sources,
            "figure": self._draw_weights(actor, reading),
            "left": max(0, len(reading.preferences.wants) - SHOWN),
            "statements": list_statements(reading.preferences, self.phrases, self.library),
            "stakes": _tell_stakes(reading.preferences),
        }

    def _tell_odds(self, actor: Actor, reading: Reading) -> str:
        """The share of draws with a reading, before and after the evidence; empty without rivals."""
        if len(actor.readings) < 2:
            return ""
        told = f"odds {write_quantity(reading.odds)}"
        update = self.material.findings.evidence
        for share in update.readings if update is not None else ():
            if (share.actor, share.reading) == (actor.id, reading.id):
                before = write_figure(share.prior, share.prior_error)
                after = write_figure(share.posterior, share.posterior_error)
                return f"{told}: {before} of the draws, {after} once the evidence counts"
        return told

    def _draw_weights(self, actor: Actor, reading: Reading) -> Figure | None:
        wants = sort_wants(reading.preferences)
        if not wants:
            return None
        rows = []
        for want in wants[:SHOWN]:
            low, middle, high = (float(want.weight.quantile(share)) for share in (0.05, 0.5, 0.95))
            rows.append(Interval(plain(want.condition.text, LONGEST_NAME), low, middle, high))
        role = f"{actor.name} as {reading.id}" if reading.id else actor.name
        alt = f"Weights of what {plain(role, LONGEST_NAME)} wants; the table under it has them in words."
        name = f"weights-{actor.id}-{reading.id}" if reading.id else f"weights-{actor.id}"
        return Figure(name, plot_intervals(rows, self.domain), alt)


def _tell_stakes(preferences: Preferences) -> str:
    stakes = preferences.stakes
    if stakes is None:
        return ""
    ours = "" if stakes.given else ", our default, for the file leaves it out"
    return f"spread from worst to best {write_quantity(stakes)}{ours}"


def _ranking_lines(preferences: Preferences) -> list[str]:
    if preferences.kind == "priorities":
        return [condition.text for condition in preferences.priorities]
    return [" · ".join(condition.text for condition in line) for line in preferences.ranking]
