"""Commands about scenario files: check, schema, cases."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from detente import api
from detente.cli import screen
from detente.cli.options import Case, Json, Memory

if TYPE_CHECKING:
    from detente.errors import Issue
    from detente.game.size import Size
    from detente.scenario.model import Scenario


def check(case: Case, /, *, memory: Memory = 2.0, as_json: Json = False) -> None:
    """Validate a scenario, with warnings and what is still empty; say how large it is and how long a run takes.

    Example: detente check korea-2024
    """
    from detente.report.text import write_count
    from detente.scenario.reader import load_checked

    scenario, issues = load_checked(case)
    warnings = [issue for issue in issues if issue.severity == "warning"]
    empty = [issue for issue in issues if issue.severity == "empty"]
    size = api.measure(scenario, memory=int(memory * 2**30))
    queries = sum(claim.query is not None for claim in scenario.claims)
    workers = os.cpu_count() or 1
    seconds = size.seconds * api.DRAWS / workers
    if as_json:
        screen.show_json(
            {
                "case": case,
                "title": scenario.title,
                "as_of": scenario.as_of.isoformat(),
                "horizon": scenario.horizon.isoformat(),
                "levers": len(scenario.levers),
                "chance": len(scenario.chance),
                "memory": int(memory * 2**30),
                "warnings": [asdict(warning) for warning in warnings],
                "empty": [asdict(issue) for issue in empty],
                "claims": len(scenario.claims),
                "queries": queries,
                "issues": len(scenario.issues),
                "size": size.to_dict(),
                "run": {"draws": api.DRAWS, "workers": workers, "seconds": seconds},
            }
        )
        return
    screen.show(
        *(str(warning) for warning in warnings),
        f"{scenario.title}, {scenario.as_of} to {scenario.horizon}",
        f"{write_count(size.actors, 'actor')}, {_count_levers(scenario, size)}",
        f"{write_count(len(scenario.claims), 'claim')}, {queries} with a query",
        *_list_bargains(scenario),
        *_list_phases(scenario, size),
        f"memory: {_write_bytes(size.stability_bytes)} for stability, "
        f"{_write_bytes(size.forecast_bytes)} for forecasts, per worker ({memory:g} GiB allowed)",
        f"time: {write_count(size.suppositions, 'supposition')}, "
        f"an estimated {screen.write_seconds(size.seconds)} a draw; "
        f"{api.DRAWS} draws with {write_count(workers, 'worker')}: {screen.write_seconds(seconds)}",
        *_list_empty(empty),
        f"No mistakes, {write_count(len(warnings), 'warning')}{f', {len(empty)} to fill in' if empty else ''}.",
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


def _list_empty(empty: Sequence[Issue]) -> Iterator[str]:
    """What is still to fill in, in the order of the file."""
    if empty:
        yield "still empty, by line of the file:"
        yield from (f"{issue.line:>6}  {issue.message}" for issue in empty)


def _count_levers(scenario: Scenario, size: Size) -> str:
    from detente.report.text import write_count

    if not scenario.levers:
        return "nobody has levers: one state"
    told = f"{write_count(len(scenario.levers), 'lever')} ({len(scenario.chance)} of them chance)"
    return f"{told}: {size.cells:,} states, {size.feasible:,} feasible"


def _list_bargains(scenario: Scenario) -> Iterator[str]:
    from detente.report.text import write_count

    if scenario.issues:
        told = ", ".join(
            f"{question.id} ({write_count(len(question.stakes), 'stake')})" for question in scenario.issues
        )
        yield f"{write_count(len(scenario.issues), 'issue')} to bargain over: {told}"


def _list_phases(scenario: Scenario, size: Size) -> Iterator[str]:
    from detente.report.text import write_count

    if scenario.phases:
        told = ", ".join(
            f"{phase.id} from {phase.since}{'' if phase.anticipated else ' (a surprise)'}" for phase in scenario.phases
        )
        yield f"{write_count(size.phases, 'phase')}: {told}; {write_count(size.slices, 'slice')} of time to solve"


def _write_bytes(number: int) -> str:
    return f"{number / 2**30:.1f} GiB" if number >= 2**30 else f"{max(1, round(number / 2**20))} MiB"
