"""Files that a command writes, in one step each."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from detente.cli import screen
from detente.errors import RunError

if TYPE_CHECKING:
    from detente.report.charts import Spec


def write_file(path: Path, text: str, *, folder: bool = False) -> None:
    """Write a file in one step; with ``folder`` the folder too. Raises RunError when it cannot be written."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        if folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8", newline="")
        temporary.replace(path)
    except (OSError, ValueError) as error:  # ValueError: the name holds a NUL
        with suppress(OSError, ValueError):
            temporary.unlink(missing_ok=True)
        raise RunError(
            f"{path}: cannot be written: {getattr(error, 'strerror', None) or 'the name is none'}."
        ) from None


def write_drawing(path: Path, spec: Spec) -> None:
    """Write a chart as SVG, on white paper, and say so. Raises RunError where nothing can be written."""
    from detente.report.charts.frame import paint, render_svg

    write_file(path, render_svg(paint(spec, dark=False)))
    screen.note(f"Wrote {path}")
