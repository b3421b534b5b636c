"""A seal: the forecasts of a run as they stood on a day, with one hash over all they rest on.

A seal shows that nothing changed since; that it existed on its date only somebody else can show, who was given the
digest then. The report and the seal's own folder name are not under it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isclose
from pathlib import Path
from typing import Any

from detente.display import Displayed
from detente.ensemble.manifest import Manifest
from detente.ensemble.parts import enumerate_some, list_parts
from detente.errors import RunError
from detente.findings.findings import Findings, plain_data

FORMAT = 1
SEAL = "seal.json"
#: by how much sealed figures and those computed again may differ, in parts of one
TOLERANCE = 1e-9
#: of a finding's spread that is sealed
FIGURES = ("mean", "error", "p5", "p95")


@dataclass(frozen=True)
class Seal(Displayed):
    """What ``seal.json`` says."""

    #: the day it was made (UTC)
    on: date
    #: everything under the digest, in plain types
    statement: Mapping[str, Any]
    #: sha256 over the statement as canonical JSON: keys sorted, no spaces, UTF-8
    digest: str

    def __repr__(self) -> str:
        return f"<Seal of {self.on}: {len(self.statement['claims'])} claims, {self.digest[:12]}>"

    def __str__(self) -> str:
        told = [claim for claim in self.statement["claims"] if claim["forecast"] is not None]
        lines = [f"{claim['id']:<18.18} {claim['forecast']['mean']:>9.4g}  {claim['query']:.68}" for claim in told]
        return "\n".join([f"{'claim':<18} {'forecast':>9}  query", *lines])

    @property
    def line(self) -> str:
        """The line to publish."""
        return f"detente-seal {self.on} sha256:{self.digest}"

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape, which is that of the file."""
        return {**self.statement, "sha256": self.digest}


@dataclass(frozen=True)
class SealCheck(Displayed):
    """A sealed run held against its seal."""

    seal: Seal
    #: what is not as it was sealed, as phrases; empty when all is
    broken: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<SealCheck of {self.seal.on}: {len(self.broken)} broken>"

    def __str__(self) -> str:
        if not self.broken:
            return f"Sealed on {self.seal.on}, and nothing has changed since: sha256:{self.seal.digest}"
        return f"Sealed on {self.seal.on}, and changed since: {enumerate_some(self.broken)}."

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape."""
        return {"on": self.seal.on.isoformat(), "sha256": self.seal.digest, "broken": list(self.broken)}


def make_seal(folder: Path, manifest: Manifest, findings: Findings, on: date) -> Seal:
    """The seal of a finished run whose findings these are."""
    statement = {
        "format": FORMAT,
        "on": on.isoformat(),
        "title": findings.title,
        "as_of": findings.as_of.isoformat(),
        "horizon": findings.horizon.isoformat(),
        "scenario": manifest.digest,
        "run": manifest.identity,
        "seed": manifest.seed,
        "draws": manifest.draws,
        "versions": dict(manifest.versions),
        "claims": _state_claims(findings),
        "parts": _hash_parts(folder, manifest),
    }
    return Seal(on, statement, _hash(statement))


def write_seal(folder: Path, seal: Seal) -> None:
    """Put a seal into a run folder. Raises RunError when there is one, naming its date, or it cannot be written."""
    path = folder / SEAL
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(json.dumps(seal.to_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    except FileExistsError:
        refuse_sealed(folder)
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror}.") from None


def refuse_sealed(folder: Path) -> None:
    """Raises RunError when a run is sealed already."""
    old = read_seal(folder)
    if old is not None:
        raise RunError(
            f"{folder}: this run was sealed on {old.on}, and a seal is never replaced. "
            "Seal another run, in another folder."
        )


def read_seal(folder: Path) -> Seal | None:
    """The seal in a folder; None when there is none. Raises RunError when it cannot be understood."""
    path = folder / SEAL
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise RunError(f"{path}: a seal of format {document['format']!r}, and this version reads format {FORMAT}.")
        digest = document.pop("sha256")
        for key, kind in {"claims": list, "parts": dict, "versions": dict, "draws": int}.items():
            if not isinstance(document[key], kind):
                raise TypeError(f"{key} is not {kind.__name__}")
        return Seal(date.fromisoformat(document["on"]), document, str(digest))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        what = f"{type(problem).__name__}: {problem}"
        raise RunError(f"{path}: the seal is damaged ({what}). Put back the file as it was.") from None


def compare_files(seal: Seal, folder: Path, manifest: Manifest, scenario: str) -> list[str]:
    """What of a run's files is not as sealed; ``scenario`` is the digest of the case beside the draws."""
    sealed, broken = seal.statement, []
    if _hash(sealed) != seal.digest:
        broken.append(f"{SEAL} itself was changed")
    if sealed["scenario"] != scenario:
        broken.append(f"the case was changed (digest {sealed['scenario'][:12]}, now {scenario[:12]})")
    now = {"seed": manifest.seed, "draws": manifest.draws, "versions": dict(manifest.versions)}
    broken += [f"{key} was {sealed[key]}, now {value}" for key, value in now.items() if sealed[key] != value]
    if sealed["run"] != manifest.identity and not broken:
        broken.append("manifest.json was changed")
    parts = _hash_parts(folder, manifest)
    for name in sorted({*sealed["parts"], *parts}):
        if name not in parts:
            broken.append(f"{name} is gone")
        elif name not in sealed["parts"]:
            broken.append(f"{name} is new")
        elif parts[name] != sealed["parts"][name]:
            broken.append(f"{name} was changed")
    return broken


def compare_forecasts(seal: Seal, findings: Findings) -> list[str]:
    """Which sealed figures do not come out of the draws again, to ``TOLERANCE``."""
    now = {claim["id"]: claim for claim in _state_claims(findings)}
    broken = []
    for claim in seal.statement["claims"]:
        other = now.pop(claim["id"], None)
        if other is None or not _same(claim, other):
            broken.append(f"the forecast of {claim['id']} does not come out again")
    return broken + [f"{name} was not sealed" for name in now]


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    rest = [{key: value for key, value in side.items() if key != "forecast"} for side in (one, other)]
    if rest[0] != rest[1] or (one["forecast"] is None) != (other["forecast"] is None):
        return False
    if one["forecast"] is None:
        return True
    pairs = [(one["forecast"][name], other["forecast"][name]) for name in FIGURES]
    return all(a == b or (None not in (a, b) and isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)) for a, b in pairs)


def _state_claims(findings: Findings) -> list[dict[str, Any]]:
    """Every claim with its query and, where it has one, its forecast."""
    return [
        {
            "id": claim.id,
            "text": claim.text,
            "says": claim.says,
            "query": claim.about,
            "kind": claim.kind,
            "verdict": claim.verdict,
            "forecast": None
            if claim.spread is None
            else {name: plain_data(getattr(claim.spread, name)) for name in FIGURES},
        }
        for claim in findings.claims
    ]


def _hash(statement: Mapping[str, Any]) -> str:
    text = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_parts(folder: Path, manifest: Manifest) -> dict[str, str]:
    """sha256 of every part that holds any of the draws, by name."""
    return _hash_files([part.path for part in list_parts(folder, manifest.draws)])


def _hash_files(paths: Sequence[Path]) -> dict[str, str]:
    found = {}
    for path in paths:
        try:
            with path.open("rb") as file:
                found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise RunError(f"{path}: cannot be read: {error.strerror}.") from None
    return found
