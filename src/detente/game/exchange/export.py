"""What is written for another tool, and what it could not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from detente.display import Displayed
from detente.scenario.model import Scenario
from detente.scenario.slips import enumerate_words


@dataclass(frozen=True, eq=False)
class Export(Displayed):
    """A case as another tool's file."""

    format: str
    text: str = field(repr=False)
    #: what the file holds, by name: states, moves, options, ...
    counts: Mapping[str, int]
    #: sentences on what the file cannot hold, or holds in another way
    remarks: tuple[str, ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        return f"<Export {self.format}: {self}>"

    def __str__(self) -> str:
        return ", ".join(
            f"{number:,} {name.removesuffix('s') if number == 1 else name}".replace("_", " ")
            for name, number in self.counts.items()
        )

    def to_dict(self) -> dict[str, object]:
        """``{"format": ..., "states": ..., ..., "remarks": [...]}``, without the text."""
        return {"format": self.format, **self.counts, "remarks": list(self.remarks)}


def list_left_out(scenario: Scenario) -> Iterator[str]:
    """The parts of a scenario that no file of states and payoffs holds, as sentences."""
    parts = {
        "claim": len(scenario.claims),
        "measure": len(scenario.measures),
        "policy": len(scenario.policies),
        "piece of evidence": len(scenario.evidence),
        "issue": len(scenario.issues),
    }
    plural = {"policy": "policies", "piece of evidence": "pieces of evidence"}
    told = [
        f"{number} {name if number == 1 else plural.get(name, f'{name}s')}" for name, number in parts.items() if number
    ]
    if scenario.phases:
        yield tell_phases(scenario)
    yield f"{enumerate_words(['Dates', 'behaviour', 'the ranges of inputs', *told])} are not in the file."
    if any(len(actor.readings) > 1 for actor in scenario.actors):
        yield "Of rival readings the likeliest is in the file."
    if any(actor.beliefs or actor.thresholds for actor in scenario.actors):
        yield "Beliefs about others and thresholds of preference are not in the file."


def tell_phases(scenario: Scenario) -> str:
    """What a file without dates holds of a scenario with phases."""
    ids = enumerate_words(phase.id for phase in scenario.phases)
    return f"Phases ({ids}) are not in the file: all is as on {scenario.as_of}, as if it stayed so."
