"""What somebody else needs to compute the same numbers, and to see that they are the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from detente.ensemble.ensemble import Ensemble
from detente.ensemble.listing import CASE_COPY
from detente.findings.findings import Findings
from detente.report.methods.chapters import Block, Chapter, Code, Grid, Part, say
from detente.scenario.copies import list_files
from detente.scenario.model import Scenario

#: how the tool is got
_INSTALL = "pip install detente=={}"


def write_replication(findings: Findings, scenario: Scenario, ensemble: Ensemble) -> Chapter:
    """Commands, versions, digests, defaults."""
    return Chapter("replication", "To do it again", tuple(_blocks(findings, scenario, ensemble)))


def _blocks(findings: Findings, scenario: Scenario, ensemble: Ensemble) -> Iterator[Block]:
    made_by = ", ".join(f"{key} {value}" for key, value in findings.made_by.items())
    version = str(findings.made_by.get("detente", ""))
    rows: list[tuple[Part, ...]] = [
        ("Install", Code(_INSTALL.format(version))),
        ("Run", Code(write_rerun(findings, scenario))),
        ("Verify a run's folder", Code("detente verify FOLDER")),
        ("Verify every draw", Code("detente verify FOLDER --all")),
        ("Draws and seed", f"{findings.draws:,} draws, seed {findings.seed}"),
        ("Digest of the scenario", Code(findings.digest)),
        ("Made by", made_by),
    ]
    rows += [(key.capitalize(), value) for key, value in ensemble.method.items() if isinstance(value, str)]
    if scenario.payoff_words:
        words = "; ".join(f"{word.word} {word.low:g} to {word.high:g}" for word in scenario.payoff_words)
        rows.append(("Words for weights", f"{words} (5th to 95th percentile); with a minus sign the mirror image"))
    yield Grid("What is needed.", ("What", "Value"), tuple(rows))
    yield say(
        "On the processor and with the versions above the numbers come out bit for bit, elsewhere to 1e-9; {} "
        "computes draws anew and says which. The same seed gives the same draws whatever the number of workers, and "
        "a longer run begins with those of a shorter one.",
        Code("detente verify"),
    )
    files = tuple((Code(name), f"{len(text.encode()):,}", Code(_hash(text))) for name, text in _files(scenario).items())
    if files:
        yield Grid("The files of the case, as they lie in the run's folder.", ("File", "Bytes", "sha256"), files)


def _files(scenario: Scenario) -> dict[str, str]:
    """None for a scenario that was not read from a file."""
    return list_files(scenario) if scenario.source_text else {}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def write_rerun(findings: Findings, scenario: Scenario) -> str:
    """The command that makes the run again."""
    return f"detente run {_name_case(scenario)} --draws {findings.draws} --seed {findings.seed}"


def _name_case(scenario: Scenario) -> str:
    """How a command would name the case, without the folders of whoever ran it."""
    path = Path(scenario.path)
    if path.parent.name == CASE_COPY and path.parent.parent.name:
        return f"{path.parent.parent.name}/{CASE_COPY}"
    if path.stem == "scenario" and path.parent.name:
        return path.parent.name
    return path.name or "CASE"
