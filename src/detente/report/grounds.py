"""Why an input is what it is: the file's ``because`` lines with the sources they cite written out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from detente.report.text import LONGEST, LONGEST_NAME, plain
from detente.scenario.model import Scenario

#: a bracket at the end of a line, ``(essay P2; summits)``
_CITED = re.compile(r"\s*\(([^()]*)\)\s*$")


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason given in the file and what it rests on."""

    #: without the citations; empty where nothing but sources is given
    text: str
    #: title and date of every source cited, with the passage: ``The op-ed (2024-11), P2``
    sources: tuple[str, ...]


class Library:
    """The sources of a scenario, to look citations up in."""

    def __init__(self, scenario: Scenario) -> None:
        self.titles: Mapping[str, str] = {
            source.id: f"{plain(source.title, LONGEST_NAME)} ({plain(source.date, LONGEST_NAME)})"
            for source in scenario.sources
        }

    def read(self, because: str) -> Ground:
        """A ``because`` line. What names no source of the file stays in the text."""
        text = plain(because, LONGEST)
        if (whole := self.cite(text)) is not None:
            return Ground("", whole)
        found = _CITED.search(text)
        if found is None or (cited := self.cite(found[1])) is None:
            return Ground(text, ())
        return Ground(text[: found.start()], cited)

    def cite(self, text: str) -> tuple[str, ...] | None:
        """``essay P2; essay P7; summits`` as titles, passages of one source together; None when a part is no source."""
        places: dict[str, list[str]] = {}
        for part in text.split(";"):
            name, _, place = part.strip().partition(" ")
            if name not in self.titles:
                return None
            places.setdefault(name, []).extend([place.strip()] if place.strip() else [])
        return tuple(", ".join([self.titles[name], *found]) for name, found in places.items())
