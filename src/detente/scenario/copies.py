"""A scenario's own files, written elsewhere as they were read, so that what was computed from them can stand alone."""

from __future__ import annotations

from pathlib import Path

from detente.scenario.document import read_document
from detente.scenario.model import Scenario
from detente.scenario.neighbours import list_neighbours

FILE_NAME = "scenario.yaml"


def copy_scenario(scenario: Scenario, folder: Path) -> None:
    """Write the file, its brief and the cases it asks about into ``folder``, which then loads as the same scenario.

    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    brief = read_document(scenario.source_text, FILE_NAME).data.get("brief")
    if brief is not None:
        target = folder / str(brief)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(scenario.brief, encoding="utf-8", newline="")
    (folder / FILE_NAME).write_text(scenario.source_text, encoding="utf-8", newline="")
    for case, other in list_neighbours(scenario).items():
        copy_scenario(other, folder / case)
