"""A run against an earlier one of its case: what changed since."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from detente.api.cases import compile, name_case
from detente.api.runs import read_run
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.ensemble.ensemble import Ensemble
    from detente.findings.comparison import Side
    from detente.findings.developments import Developments, Unread
    from detente.scenario.model import Scenario


def find_developments(
    scenario: Scenario, ensemble: Ensemble, folder: Path, since: Path | None = None
) -> Developments | None:
    """What changed since an earlier run of the case; ``folder`` is where this one is kept.

    The earlier run is the one in ``since``; or else this one before it was drawn further, as the findings kept in its
    folder tell; or else the newest finished run of the case that stands beside it and is older. One that cannot be read
    is passed over, and said. None when there is no other. Raises RunError when the run in ``since`` cannot be read.
    """
    from detente.findings.changes import find_changes
    from detente.findings.developments import admit_unread
    from detente.findings.developments import find_developments as look_back

    unread: list[Unread] = []
    after = _read_side(str(folder), scenario, ensemble)
    sides = _list_earlier(after, folder, unread) if since is None else iter([(_read_run(since), "")])
    for before, on in sides:
        changes = find_changes((before.scenario, before.game), (scenario, after.game))
        return look_back(before, after, changes, on, unread)
    return admit_unread(unread, after) if unread else None


def _list_earlier(after: Side, folder: Path, unread: list[Unread]) -> Iterator[tuple[Side, str]]:
    """Earlier runs with the day of each, those to prefer first; what cannot be read goes to ``unread``."""
    from detente.ensemble.predecessors import find_stage, list_predecessors
    from detente.findings.developments import Unread

    assert after.ensemble is not None
    try:
        stage = find_stage(folder, after.ensemble)
        if stage is not None:
            yield _read_side(str(folder), after.scenario, after.ensemble.take(stage.draws)), stage.on.isoformat()
    except DetenteError as problem:
        unread.append(Unread(str(folder), str(problem)))
    for path, day in list_predecessors(folder, name_case(after.scenario)):
        try:
            yield _read_run(path), day.isoformat()
        except DetenteError as problem:
            unread.append(Unread(str(path), str(problem)))


def _read_run(folder: Path) -> Side:
    return _read_side(str(folder), *read_run(folder))


def _read_side(name: str, scenario: Scenario, ensemble: Ensemble) -> Side:
    from detente.findings.contrasts import read_side

    return read_side(name, scenario, compile(scenario), ensemble)
