"""Pictures that a command writes into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from detente.cli import screen
from detente.errors import RunError

if TYPE_CHECKING:
    from detente.report.charts import Spec


def write_drawing(path: Path, spec: Spec) -> None:
    """Write a chart as SVG, on white paper, and say so. Raises RunError where nothing can be written."""
    from detente.report.charts.frame import paint, render_svg

    try:
        path.write_text(render_svg(paint(spec, dark=False)), encoding="utf-8")
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror}.") from None
    screen.note(f"Wrote {path}")
