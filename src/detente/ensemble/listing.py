"""The runs in a folder at a glance: what each is, how far it got, whether it can be used."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from detente.display import Displayed
from detente.ensemble.lock import is_locked
from detente.ensemble.manifest import MANIFEST, read_manifest
from detente.ensemble.parts import PATTERN, find_gaps, list_parts
from detente.ensemble.store import find_damaged
from detente.errors import DetenteError, RunError
from detente.scenario.reader import load

#: inside a run's folder: the scenario it was made from
CASE_COPY = "case"
#: inside a run's folder: what was found in it
FINDINGS = "findings.json"

State = Literal["finished", "unfinished", "running", "damaged"]
CaseState = Literal["same", "changed", "missing", "unreadable"]


@dataclass(frozen=True, slots=True)
class Entry(Displayed):
    """One run. Of a damaged one whatever could be read; the rest is None or empty."""

    folder: Path
    state: State
    #: what is wrong and what to do, when it is damaged
    problem: str
    title: str
    digest: str
    seed: int | None
    #: draws that are there, and that were last asked for
    held: int | None
    draws: int | None
    #: the standard error below which it was to bring every claim
    until: float | None
    #: of everything in the folder, in bytes
    size: int
    #: of the newest of its parts and manifest, local time
    changed: datetime
    #: whether the scenario beside the draws is still the one they were made from
    case: CaseState

    def __repr__(self) -> str:
        return f"<Entry {self}>"

    def __str__(self) -> str:
        held = f"{'?' if self.held is None else self.held} of {'?' if self.draws is None else self.draws} draws"
        return f"{self.folder.name}: {self.state}, {held}, {self.title}"[:100]

    def to_dict(self) -> dict[str, object]:
        """The one JSON shape."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return told | {"folder": str(self.folder), "changed": self.changed.isoformat(timespec="seconds")}


def list_runs(folder: Path) -> tuple[Entry, ...]:
    """Every run in ``folder``, or ``folder`` itself when it is one, by name; damaged ones among them.

    A folder is a run when it has a manifest or parts. What parts hold is not read: ``verify`` does. Raises RunError
    when the folder cannot be read.
    """
    if _is_run(folder):
        return (look_at(folder),)
    try:
        inside = sorted(path for path in folder.iterdir() if path.is_dir())
        return tuple(look_at(path) for path in inside if _is_run(path))
    except OSError as problem:
        raise RunError(f"{folder}: cannot be read: {problem.strerror}.") from None


def _is_run(folder: Path) -> bool:
    return (folder / MANIFEST).is_file() or any(folder.glob(PATTERN))


def look_at(folder: Path) -> Entry:
    """One run. ``folder`` has a manifest or parts."""
    kept = [path for path in (folder / MANIFEST, *folder.glob(PATTERN)) if path.exists()]
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    changed = datetime.fromtimestamp(max(path.stat().st_mtime for path in kept))
    entry = Entry(folder, "damaged", "", "", "", None, None, None, None, size, changed, "missing")
    try:
        manifest = read_manifest(folder)
        case, title = _look_at_case(folder / CASE_COPY, manifest.digest)
        entry = replace(
            entry,
            title=title,
            digest=manifest.digest,
            seed=manifest.seed,
            draws=manifest.draws,
            until=manifest.until,
            case=case,
        )
        parts = list_parts(folder, manifest.draws)
        damaged = find_damaged(manifest, parts)
    except RunError as problem:
        return replace(entry, problem=str(problem))
    gaps = find_gaps([(part.start, part.stop) for part in parts], manifest.draws)
    entry = replace(entry, held=manifest.draws - sum(stop - start for start, stop in gaps))
    if damaged:
        return replace(entry, problem=str(damaged[0]))
    return replace(entry, state="running" if is_locked(folder) else "unfinished" if gaps else "finished")


def _look_at_case(folder: Path, digest: str) -> tuple[CaseState, str]:
    if not folder.is_dir():
        return "missing", ""
    try:
        scenario = load(folder)
    except DetenteError:
        return "unreadable", ""
    return "same" if scenario.digest == digest else "changed", scenario.title
