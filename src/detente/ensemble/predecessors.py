"""Earlier runs of a case: those that stand beside a run's folder, and the run itself before it was drawn further."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from detente.ensemble.ensemble import Ensemble
from detente.ensemble.listing import FINDINGS, look_at
from detente.ensemble.manifest import MANIFEST
from detente.ensemble.parts import PATTERN
from detente.ensemble.store import replacing
from detente.errors import RunError

#: what a case's own folder is called behind its name: the digest's beginning, and the seed where it is not 0
_DEFAULT = r"-[0-9a-f]{8}(-seed\d+)?"


@dataclass(frozen=True, slots=True)
class Stage:
    """A run before it was drawn further."""

    draws: int
    on: date


def find_stage(folder: Path, ensemble: Ensemble) -> Stage | None:
    """How far the run in ``folder`` was when its findings were last told, by the findings kept there.

    When it has not been drawn further since, it is how far it was before that. None when nothing was told before, or
    of other draws. Raises RunError when what is kept cannot be read.
    """
    told = read_findings(folder)
    if told is None or (told.get("digest"), told.get("seed")) != (ensemble.digest, ensemble.seed):
        return None
    try:
        draws, on = int(told["draws"]), date.fromtimestamp((folder / FINDINGS).stat().st_mtime)
        earlier = told["developments"]
        if draws == ensemble.draws and earlier is not None and earlier["extended"]:
            draws, on = int(earlier["draws"][0]), date.fromisoformat(earlier["on"])
    except (LookupError, TypeError, ValueError, OSError) as problem:
        raise RunError(f"{folder / FINDINGS}: cannot be understood ({type(problem).__name__}: {problem}).") from None
    return Stage(draws, on) if 0 < draws < ensemble.draws else None


def list_predecessors(folder: Path, case: str) -> Iterator[tuple[Path, date]]:
    """Finished runs of a case beside the one in ``folder``, older than it, the newest first, each with its last day.

    A run is one of the case when its folder is called after it, or when the findings kept there name it. What cannot
    be read is left out: a damaged run is listed, and reading it tells.
    """
    own = _date_parts(folder)
    try:
        beside = [path for path in folder.absolute().parent.iterdir() if path.name != folder.absolute().name]
    except OSError:
        return
    dated = [(_date_parts(path), path) for path in beside if (path / MANIFEST).is_file()]
    for moment, path in sorted(dated, key=lambda item: (-item[0], item[1].name)):
        if 0 < moment <= own and _is_of(path, case):
            entry = look_at(path)
            if entry.state in ("finished", "damaged"):
                yield folder.parent / path.name, date.fromtimestamp(moment)


def read_findings(folder: Path) -> Mapping[str, Any] | None:
    """The findings kept in a run's folder; None without. Raises RunError when they cannot be read."""
    path = folder / FINDINGS
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as problem:
        raise RunError(f"{path}: cannot be read: {problem}.") from None
    if not isinstance(told, dict):
        raise RunError(f"{path}: these are no findings.")
    return told


def keep_findings(folder: Path, document: Mapping[str, object]) -> Path:
    """Put findings into a run's folder in one step. Raises RunError when they cannot be written."""
    path = folder / FINDINGS
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(document, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    return path


def _is_of(folder: Path, case: str) -> bool:
    if re.fullmatch(re.escape(case) + _DEFAULT, folder.name):
        return True
    try:
        told = read_findings(folder)
    except RunError:
        return False
    return told is not None and told.get("case") == case


def _date_parts(folder: Path) -> float:
    """When the last of a run's parts was written; 0 without parts."""
    return max((path.stat().st_mtime for path in folder.glob(PATTERN)), default=0.0)
