"""Draw the terminal summary of a run as the picture in the README: ``make picture RUN=runs/korea-2024-3f2a90cd``."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from rich.console import Console

from detente import api
from detente.report.summary import WIDTH, summarise

PICTURE = Path(__file__).parent / "_static/korea-2024.svg"


def draw(run: Path) -> str:
    """The summary as SVG that asks the network for no font."""
    scenario, ensemble = api.read_run(run)
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(summarise(api.assess(scenario, ensemble), scenario))
    drawn = console.export_svg(title="detente run korea-2024", unique_id="detente")
    return re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.DOTALL)


if __name__ == "__main__":
    PICTURE.write_text(draw(Path(sys.argv[1])), encoding="utf-8")
