"""The tutorial of the docs is a notebook that runs, and every result in it is shown as a table and a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

NOTEBOOK = Path(__file__).parents[1] / "docs" / "tutorial.py"


@pytest.fixture(scope="module", name="shell")
def open_shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    """IPython as a notebook's kernel has it, with nothing of the user's: no profile, no history."""
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.ipython_dir = str(tmp_path_factory.mktemp("ipython"))
    config.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell(config=config)
    yield shell
    shell.run_line_magic("reset", "-f")


@pytest.fixture(scope="module", name="shown")
def run_notebook(shell: InteractiveShell) -> list[tuple[str, dict[str, Any]]]:
    """Each cell's source with what it shows, by kind of content; the first mistake ends the run."""
    cells = [cell for cell in jupytext.read(NOTEBOOK).cells if cell.cell_type == "code"]
    shown = []
    for cell in cells:
        with capture_output() as captured:
            result = shell.run_cell(cell.source)
        result.raise_error()
        bundle = {} if result.result is None else shell.display_formatter.format(result.result)[0]
        shown.append((cell.source, {"stream": captured.stdout, **bundle}))
    return shown


def test_results_are_shown_as_tables_with_their_charts(shown: list[tuple[str, dict[str, Any]]]) -> None:
    pages = [bundle["text/html"] for _, bundle in shown if "text/html" in bundle]
    assert len(pages) >= 10
    assert all("<table" in page for page in pages)
    assert sum('role="img"' in page for page in pages) >= 8
    assert not any("<script" in page for page in pages)


def test_charts_are_shown_as_pictures(shown: list[tuple[str, dict[str, Any]]]) -> None:
    pictures = [bundle for _, bundle in shown if "image/svg+xml" in bundle]
    assert len(pictures) == 2
    for bundle in pictures:
        assert bundle["image/svg+xml"].startswith("<svg")
        assert len(bundle["text/plain"]) > 20


def test_nothing_is_shown_as_a_mere_name_in_memory(shown: list[tuple[str, dict[str, Any]]]) -> None:
    for source, bundle in shown:
        assert " object at 0x" not in bundle.get("text/plain", ""), source


def test_files_are_written(shell: InteractiveShell, shown: list[tuple[str, dict[str, Any]]]) -> None:
    folder = shell.user_ns["folder"]
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"k06.svg", "k06.png", "k06.pdf", "report.html", "charts/index.csv", "charts/fan-k06.svg"} <= files
    assert shown[-1][1]["stream"].startswith("report.html: ")


def test_what_the_text_says_is_so(shell: InteractiveShell, shown: list[tuple[str, dict[str, Any]]]) -> None:
    """The words around the cells lean on these."""
    names = shell.user_ns
    game, stability = names["game"], names["stability"]
    assert all(game.status_quo not in cells for cells in stability.equilibria.values())
    assert names["claim"].band.low == pytest.approx(0.55)
    assert names["claim"].outcome is not None
    assert shown
