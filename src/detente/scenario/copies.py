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
    for name, text in list_files(scenario).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")


def list_files(scenario: Scenario) -> dict[str, str]:
    """The text of every file of a scenario, by its place in a folder; the scenario's own last but for other cases."""
    files: dict[str, str] = {}
    brief = read_document(scenario.source_text, FILE_NAME).data.get("brief")
    if brief is not None:
        files[str(brief)] = scenario.brief
    files[FILE_NAME] = scenario.source_text
    for case, other in list_neighbours(scenario).items():
        files |= {f"{case}/{name}": text for name, text in list_files(other).items()}
    return files
