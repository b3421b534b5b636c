"""What every check works with: the scenario, where each part of it was written, and its feasible states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from detente.errors import Issue
from detente.scenario.document import Text
from detente.scenario.model import Scenario
from detente.scenario.notes import make_issue
from detente.scenario.queries import Levels, Setting
from detente.scenario.rules.space import Space


@dataclass(frozen=True)
class Sheet:
    """A scenario with the places of its parts."""

    file: str
    scenario: Scenario
    #: (id() of a part, its field or '') -> the text it was read from
    marks: Mapping[tuple[int, str], Text]
    space: Space = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "space", Space(self.scenario))

    def issue(self, part: object, message: str, cure: str = "") -> Issue:
        """An error at a part of the scenario."""
        text = self.marks[id(part), ""]
        return make_issue(self.file, text.place(), text.path, message, cure)

    def warning(self, part: object, message: str, cure: str = "", *, name: str = "") -> Issue:
        """A warning at a part of the scenario, or at a field of it."""
        text = self.marks[id(part), name]
        return make_issue(self.file, text.place(), text.path, message, cure, severity="warning")

    def empty(self, part: object, message: str, cure: str = "") -> Issue:
        """Something still to fill in at a part of the scenario."""
        text = self.marks[id(part), ""]
        return make_issue(self.file, text.place(), text.path, message, cure, severity="empty")

    def start_of(self, setting: Setting) -> dict[str, int]:
        """The state in which a measurement under the setting starts."""
        return self.state((*setting.start, *setting.suppose))

    def state(self, changes: Levels) -> dict[str, int]:
        """The status quo with some levers elsewhere, later changes first."""
        return {**{lever.id: lever.now for lever in self.scenario.levers}, **dict(changes)}

    def write(self, state: Mapping[str, int], only: Mapping[str, object] | None = None) -> str:
        """``us.engagement = offer and dprk.reply = refuse``, for the levers in ``only``."""
        return " and ".join(
            f"{lever.id} = {lever.levels[state[lever.id]]}"
            for lever in self.scenario.levers
            if only is None or lever.id in only
        )
