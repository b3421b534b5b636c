"""Commands about what runs leave behind: runs, verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from detente import api
from detente.cli import screen
from detente.cli.options import Json, Workers
from detente.errors import RunError

if TYPE_CHECKING:
    from detente.ensemble.listing import Entry

RUNS = Path("runs")


def list_runs(
    folder: Annotated[Path, Parameter(help="Where the runs are.")] = RUNS, /, *, as_json: Json = False
) -> None:
    """List the runs in a folder: how far each got, and whether its case is still the one that was run.

    Example: detente runs
    """
    found = api.list_runs(folder) if folder != RUNS or folder.is_dir() else ()
    if as_json:
        screen.show_json({"runs": [entry.to_dict() for entry in found]})
        return
    if not found:
        screen.note(f"There are no runs in {folder}.")
        return
    heads = ("run", "state", "draws", "seed", "size", "changed", "case", "title")
    screen.show_table(heads, [_tell(entry) for entry in found])
    for entry in found:
        if entry.problem:
            screen.note(entry.problem)


def _tell(entry: Entry) -> tuple[str, ...]:
    unknown = "?"
    draws = f"{unknown if entry.held is None else f'{entry.held:,}'} of {entry.draws:,}" if entry.draws else unknown
    return (
        entry.folder.name,
        entry.state,
        draws + (f" (until {entry.until:g})" if entry.until is not None else ""),
        unknown if entry.seed is None else str(entry.seed),
        _write_size(entry.size),
        f"{entry.changed:%Y-%m-%d %H:%M}",
        entry.case,
        entry.title,
    )


def _write_size(size: int) -> str:
    return f"{size / 2**20:.1f} MiB" if size >= 2**20 else f"{size / 2**10:.0f} KiB"


def verify(
    run: Annotated[Path, Parameter(help="A run's folder.")],
    /,
    *,
    draws: Annotated[int, Parameter(help="How many draws to compute anew.", validator=Number(gte=1))] = api.SAMPLE,
    every: Annotated[bool, Parameter(name="--all", help="All of them.", show_default=False)] = False,
    seed: Annotated[int, Parameter(help="Which draws are chosen.", validator=Number(gte=0))] = api.SEED,
    workers: Workers = None,
    as_json: Json = False,
) -> None:
    """Compute draws of a run anew and compare them with what is stored, bit for bit where it was made.

    A sealed run is held against its seal first. Ends with exit code 1 when anything differs, is damaged or missing.

    Example: detente verify runs/korea --draws 4
    """
    sealed = api.check_seal(run)
    if sealed is not None and sealed.broken:
        raise RunError(f"{run}: {sealed}")
    with screen.follow("draws") as progress:
        found = api.verify(run, draws=None if every else draws, seed=seed, workers=workers, progress=progress)
    if as_json:
        screen.show_json(found.to_dict() | {"seal": sealed and sealed.to_dict()})
    else:
        screen.show(str(found), *([str(sealed)] if sealed else []))
    if found.differences:
        different = len({one.draw for one in found.differences})
        raise RunError(
            f"{run}: {different} of {found.checked} draws are not what is stored. Do not use this run: "
            "something else wrote it, or this machine or the one that made it does not compute as it should."
        )
