"""Commands about scenario files: new, check, schema, cases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from detente import api
from detente.cli import screen
from detente.cli.options import Case, Json, Memory
from detente.errors import Issue, ScenarioError

if TYPE_CHECKING:
    from detente.game.size import Size
    from detente.scenario.model import Scenario

#: longest essay that `new` reads, in bytes
LONGEST_BRIEF = 2 << 20


def new(
    name: Annotated[str, Parameter(help="The folder to make.")],
    /,
    *,
    brief: Annotated[Path | None, Parameter(help="An essay as .txt or .md: its estimates become draft claims.")] = None,
    as_of: Annotated[date | None, Parameter(help="The day the model starts [default: today].")] = None,
    as_json: Json = False,
) -> None:
    """Start a scenario: a folder NAME with a scenario.yaml that loads as it is, commented throughout.

    Example: detente new strait-2026 --brief essay.md
    """
    from detente.scenario.draft import draft

    folder = Path(name)
    text = _read_brief(brief) if brief is not None else None
    path = folder / "scenario.yaml"
    if path.exists():
        raise _mistake(str(path), "This file exists already.", "Choose another name, or delete it.")
    kept = f"brief{brief.suffix.lower()}" if brief is not None else "brief.md"
    files = {path: draft(folder.name, text, as_of=(as_of or date.today()).isoformat(), brief_path=kept)}
    if text is not None:
        files[folder / kept] = text
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target, content in files.items():
            target.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise _mistake(str(error.filename or folder), f"This cannot be written: {error.strerror}.") from None
    if as_json:
        screen.show_json({"files": [str(target) for target in files]})
    else:
        screen.show(*(f"Wrote {target}" for target in files), f"Next: edit it, then detente check {name}")


def check(case: Case, /, *, memory: Memory = 2.0, as_json: Json = False) -> None:
    """Validate a scenario, with warnings, and say how large it is and how long a run will take.

    Example: detente check korea-2024
    """
    from detente.report.text import write_count
    from detente.scenario.reader import load_checked

    scenario, warnings = load_checked(case)
    size = api.measure(scenario, memory=int(memory * 2**30))
    queries = sum(claim.query is not None for claim in scenario.claims)
    workers = os.cpu_count() or 1
    seconds = size.seconds * api.DRAWS / workers
    if as_json:
        screen.show_json(
            {
                "case": case,
                "title": scenario.title,
                "warnings": [asdict(warning) for warning in warnings],
                "claims": len(scenario.claims),
                "queries": queries,
                "size": size.to_dict(),
                "run": {"draws": api.DRAWS, "workers": workers, "seconds": seconds},
            }
        )
        return
    screen.show(
        *(str(warning) for warning in warnings),
        f"{scenario.title}, {scenario.as_of} to {scenario.horizon}",
        f"{write_count(size.actors, 'actor')}, {write_count(len(scenario.levers), 'lever')} "
        f"({len(scenario.chance)} of them chance): {size.cells:,} states, {size.feasible:,} feasible",
        f"{write_count(len(scenario.claims), 'claim')}, {queries} with a query",
        *_list_phases(scenario, size),
        f"memory: {_write_bytes(size.stability_bytes)} for stability, "
        f"{_write_bytes(size.forecast_bytes)} for forecasts, per worker ({memory:g} GiB allowed)",
        f"time: {write_count(size.suppositions, 'supposition')}, "
        f"an estimated {screen.write_seconds(size.seconds)} a draw; "
        f"{api.DRAWS} draws with {write_count(workers, 'worker')}: {screen.write_seconds(seconds)}",
        f"No mistakes, {write_count(len(warnings), 'warning')}.",
    )


def schema(*, as_json: Json = False) -> None:
    """Print the JSON Schema of scenario files (draft 7), for editors that complete and check while you type.

    Example: detente schema > scenario.schema.json
    """
    from detente.scenario.schema import schema as describe_files

    screen.show_json(describe_files())  # with --json and without: it is JSON either way


def list_bundled(*, as_json: Json = False) -> None:
    """List the bundled cases.

    Example: detente cases
    """
    from detente.scenario.reader import list_cases

    found = list_cases()
    if as_json:
        screen.show_json({"cases": [{"name": case.name, "title": case.title} for case in found]})
    else:
        screen.show_table(("case", "title"), ((case.name, case.title) for case in found))


def _list_phases(scenario: Scenario, size: Size) -> Iterator[str]:
    from detente.report.text import write_count

    if scenario.phases:
        told = ", ".join(
            f"{phase.id} from {phase.since}{'' if phase.anticipated else ' (a surprise)'}" for phase in scenario.phases
        )
        yield f"{write_count(size.phases, 'phase')}: {told}; {write_count(size.slices, 'slice')} of time to solve"


def _write_bytes(number: int) -> str:
    return f"{number / 2**30:.1f} GiB" if number >= 2**30 else f"{max(1, round(number / 2**20))} MiB"


def _read_brief(path: Path) -> str:
    if path.suffix.lower() not in (".txt", ".md"):
        raise _mistake(str(path), "A brief is a text file, .txt or .md.", "Save the essay as plain text.")
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_BRIEF + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise _mistake(str(path), f"The brief cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise _mistake(str(path), "The brief is not UTF-8 text.", "Save it as UTF-8.") from None
    if len(content) > LONGEST_BRIEF:
        raise _mistake(str(path), f"The brief has more than {LONGEST_BRIEF:,} bytes.", "Cut it.")
    return text


def _mistake(file: str, message: str, cure: str = "") -> ScenarioError:
    return ScenarioError([Issue(file, 0, 0, "", message, cure)])
