"""The command that starts a scenario, from nothing or from an essay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from detente.cli import screen
from detente.cli.options import Json
from detente.errors import Issue, ScenarioError

if TYPE_CHECKING:
    from detente.scenario.essays.outline import Outline

#: names listed on the screen; all of them stand in the file
_NAMES_SHOWN = 8


def new(
    name: Annotated[str, Parameter(help="The folder to make.")],
    /,
    *,
    brief: Annotated[
        Path | None,
        Parameter(help="An essay as .txt, .md, .docx or .pdf: its claims and actors are drafted, to be filled in."),
    ] = None,
    as_of: Annotated[date | None, Parameter(help="The day the model starts [default: today].")] = None,
    as_json: Json = False,
) -> None:
    """Start a scenario: a folder NAME with a scenario.yaml that loads as it is, commented throughout.

    Example: detente new strait-2026 --brief essay.md
    """
    from detente.scenario.draft import draft
    from detente.scenario.essays.outline import read_outline

    folder = Path(name)
    outline = read_outline(brief) if brief is not None else None
    files = {folder / "scenario.yaml": draft(folder.name, outline, as_of=(as_of or date.today()).isoformat())}
    if outline is not None:
        files[folder / "brief.md"] = outline.essay.text
        if aside := _list_aside(outline):
            files[folder / "left-out.txt"] = aside
    _write(folder, files)
    if as_json:
        screen.show_json(
            {
                "files": [str(target) for target in files],
                **({"brief": outline.to_dict()} if outline is not None else {}),
            }
        )
    else:
        screen.show(
            *(f"Wrote {target}" for target in files),
            *(_tell(outline) if outline is not None else ()),
            f"Next: edit it, then detente check {name}",
        )


def _write(folder: Path, files: Mapping[Path, str]) -> None:
    """Write all files, none of them over another."""
    for path in files:
        if path.exists():
            raise _mistake(str(path), "This file exists already.", "Choose another name, or delete it.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            with path.open("x", encoding="utf-8", newline="") as file:
                file.write(content)
    except OSError as error:
        raise _mistake(str(error.filename or folder), f"This cannot be written: {error.strerror}.") from None


def _list_aside(outline: Outline) -> str:
    """What of the essay's file is not in the brief, and which sentences of the brief are in no claim for a reason."""
    lines = [f"{piece.what}: {piece.text}\n" for piece in outline.essay.left_out]
    lines += [f"{why} ({item.place}): {item.text}\n" for item, why in outline.reading.passed_over]
    return "".join(lines)


def _tell(outline: Outline) -> Iterator[str]:
    from detente.report.text import write_count

    reading, essay = outline.reading, outline.essay
    paragraphs = sum(block.kind != "heading" for block in essay.blocks)
    yield f"Read {write_count(paragraphs, 'paragraph')}, {write_count(reading.sentences, 'sentence')}"
    if essay.left_out:
        yield from _tell_counts(f"Left out {len(essay.left_out)} as no part of the essay", essay.count_left_out())
    if reading.passed_over:
        yield from _tell_counts(
            f"Passed over {write_count(len(reading.passed_over), 'sentence')}", outline.count_passed_over()
        )
    yield from _tell_counts(f"Drafted {write_count(len(reading.suggestions), 'claim')}", reading.count_kinds())
    shown = outline.cast[:_NAMES_SHOWN]
    more = f" and {len(outline.cast) - len(shown)} more" if len(outline.cast) > len(shown) else ""
    named = ", ".join(f"{member.name} {member.mentions}" for member in shown)
    yield from screen.fold(f"Named at least twice: {named}{more}") if shown else ()


def _tell_counts(head: str, counts: Mapping[str, int]) -> Iterator[str]:
    told = ", ".join(f"{what} {count}" for what, count in counts.items() if count)
    yield from (line.removeprefix("  ") for line in screen.fold(f"{head}: {told}" if told else head))


def _mistake(file: str, message: str, cure: str = "") -> ScenarioError:
    return ScenarioError([Issue(file, 0, 0, "", message, cure)])
