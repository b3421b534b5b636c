"""The manifest of a run folder: what was asked, by which versions, so that no two runs are ever mixed."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from detente import __version__
from detente.ensemble.job import Field, Job
from detente.errors import RunError

FORMAT = 1
MANIFEST = "manifest.json"
#: libraries whose version can change a number's last bits
PACKAGES = ("numpy", "scipy", "numba")


@dataclass(frozen=True)
class Manifest:
    """What a run folder holds."""

    #: digest of the scenario
    digest: str
    seed: int
    #: how many draws were last asked for
    draws: int
    #: width of the design
    columns: int
    #: of Python, the packages and the platform that made the numbers
    versions: Mapping[str, str]
    method: Mapping[str, Any]
    fields: tuple[Field, ...]
    #: below which standard error the draws were to bring every claim; None when their number was given
    until: float | None = None
    #: on which any of the draws were made
    processors: tuple[str, ...] = ()

    @cached_property
    def identity(self) -> str:
        """Digest over all that decides a draw; every part carries it."""
        decisive = {key: value for key, value in asdict(self).items() if key not in ("until", "processors")}
        return hashlib.sha256(_write({**decisive, "draws": 0}).encode()).hexdigest()

    def to_json(self) -> str:
        """The text of ``manifest.json``."""
        return _write(asdict(self))

    def differences(self, other: Manifest) -> list[str]:
        """What keeps two manifests from being one run, as phrases; ``draws`` may differ."""
        return self.changes(other) + ([] if self.digest != other.digest else self.other_versions(other))

    def other_versions(self, other: Manifest) -> list[str]:
        """The versions in which two manifests differ, as phrases."""
        return _compare("version", self.versions, other.versions)

    def changes(self, other: Manifest) -> list[str]:
        """What makes the draws of two manifests mean different things, whatever the versions, as phrases."""
        if self.digest != other.digest:
            # Whatever else differs may come of it, and would bury it.
            return [f"the scenario changed (digest {self.digest[:12]}, now {other.digest[:12]})"]
        found = []
        if self.seed != other.seed:
            found.append(f"seed {self.seed}, now {other.seed}")
        if self.columns != other.columns:
            found.append(f"{self.columns} uncertain inputs, now {other.columns}")
        found += _compare("method", _flatten(self.method), _flatten(other.method))
        old, new = ({field.name: str(field) for field in manifest.fields} for manifest in (self, other))
        return found + _compare("field", old, new)


def _write(document: Mapping[str, object]) -> str:
    return json.dumps({"format": FORMAT, **document}, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def describe(job: Job, seed: int, draws: int) -> Manifest:
    """The manifest of a run of ``job`` here and now."""
    fields = tuple(job.fields)
    seen: dict[str, str] = {"draw": "draw"}
    for field in fields:
        twin = seen.setdefault(field.name.lower(), field.name)
        if twin is not field.name:
            raise RunError(
                f"the fields '{twin}' and '{field.name}' have one name for a Parquet reader, "
                "which does not tell capitals apart. Rename one."
            )
    method = json.loads(json.dumps(dict(job.method), allow_nan=False))
    processors = (name_processor(),)
    return Manifest(
        job.digest, seed, draws, job.columns + job.abroad, installed_versions(), method, fields, processors=processors
    )


def installed_versions() -> dict[str, str]:
    """Versions that made or would make the numbers, without importing anything heavy."""
    versions = {"detente": __version__, "python": platform.python_version()}
    versions["platform"] = f"{sys.platform} {platform.machine()}"
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return versions


def name_processor() -> str:
    """The processor's model: machine code is made for it, and so are a number's last bits."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a run folder. Raises RunError when there is none or it cannot be understood."""
    path = folder / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise RunError(f"{folder}: this is no run, it has no {MANIFEST}.") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise RunError(f"{path}: cannot be read: {problem}.") from None
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise RunError(
                f"{path}: a run of format {document['format']!r}, and this version of Détente reads format {FORMAT}. "
                "Use the version that made it, or run again into another folder."
            )
        document["fields"] = tuple(Field(**field) for field in document["fields"])
        document["processors"] = tuple(document.get("processors", ()))
        document.pop("format")
        manifest = Manifest(**document)
        _check_types(manifest)
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise RunError(
            f"{path}: the manifest is damaged ({type(problem).__name__}: {problem}). "
            "Restore it, or run again into another folder."
        ) from None
    return manifest


def _check_types(manifest: Manifest) -> None:
    """Raises TypeError when a manifest written by somebody else has the wrong kinds of values."""
    kinds = {"digest": str, "seed": int, "draws": int, "columns": int, "versions": dict, "method": dict}
    for name, kind in kinds.items():
        if not isinstance(getattr(manifest, name), kind):
            raise TypeError(f"{name} is not {kind.__name__}")
    if not isinstance(manifest.until, float | int | None) or not all(isinstance(p, str) for p in manifest.processors):
        raise TypeError("until is not a number, or processors are not text")
    for field in manifest.fields:
        if field.kind not in ("number", "curve", "cells") or not isinstance(field.name, str):
            raise TypeError(f"no field {field.name!r} of kind {field.kind!r}")


def _flatten(value: object, path: str = "") -> dict[str, object]:
    """Leaves of nested mappings by dotted path; lists are leaves."""
    if not isinstance(value, Mapping):
        return {path: value}
    leaves: dict[str, object] = {}
    for key, item in value.items():
        leaves |= _flatten(item, f"{path}.{key}" if path else str(key))
    return leaves


def _compare(what: str, old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    found = []
    for name in sorted({*old, *new}):
        if name not in new:
            found.append(f"{what} {name} is gone")
        elif name not in old:
            found.append(f"{what} {name} is new")
        elif old[name] != new[name]:
            found.append(f"{what} {name} was {_shorten(old[name])}, now {_shorten(new[name])}")
    return found


def _shorten(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
