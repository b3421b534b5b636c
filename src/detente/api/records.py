"""What is put on record: a run sealed, and held against its seal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from detente.api.runs import assess, read_case, read_run
from detente.errors import Issue, QueryError, RunError, ScenarioError

if TYPE_CHECKING:
    from detente.findings.seal import Seal, SealCheck


def seal(folder: Path, *, on: date | None = None) -> Seal:
    """Seal a finished run and write ``seal.json`` beside its draws, dated today (UTC) unless an earlier day is given.

    Raises RunError when the run is sealed already, unfinished or damaged, QueryError for a day to come.
    """
    from detente.ensemble.manifest import read_manifest
    from detente.findings.seal import make_seal, refuse_sealed, write_seal

    today = datetime.now(UTC).date()
    if on is not None and on > today:
        raise QueryError([Issue("on", 0, 0, "", f"{on} is yet to come.", "Give today's date (UTC), or none.")])
    manifest = read_manifest(folder)
    refuse_sealed(folder)
    made = make_seal(folder, manifest, assess(*read_run(folder)), on or today)
    write_seal(folder, made)
    return made


def check_seal(folder: Path) -> SealCheck | None:
    """Hold a run against its seal; None when it has none. What has changed is named, not raised.

    Figures are computed from the draws again where the files are as they were. Raises RunError when there is no run
    or the seal cannot be understood.
    """
    from detente.ensemble.manifest import read_manifest
    from detente.findings.seal import SealCheck, compare_files, compare_forecasts, read_seal

    manifest, sealed = read_manifest(folder), read_seal(folder)
    if sealed is None:
        return None
    try:
        scenario = read_case(folder).digest
    except (RunError, ScenarioError):
        scenario = "unreadable"
    broken = compare_files(sealed, folder, manifest, scenario)
    if not broken:
        broken = compare_forecasts(sealed, assess(*read_run(folder)))
    return SealCheck(sealed, tuple(broken))
