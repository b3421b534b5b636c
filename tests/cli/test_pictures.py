"""export --format svg|png|pdf: the charts of a run or a case as files, without a browser."""

from __future__ import annotations

import csv
from pathlib import Path

from cli.conftest import Tell


def run_small(tell: Tell, small: Path) -> None:
    assert tell(f"run {small.name} --draws 16 --out run").code == 0


def test_the_charts_of_a_run(tell: Tell, small: Path) -> None:
    run_small(tell, small)
    said = tell("export run --format svg")
    files = sorted(path.name for path in Path("run-charts").iterdir())
    assert (said.code, said.err) == (0, "")
    assert said.out == f"Wrote {len(files) - 1} charts, and index.csv on what is shown, into run-charts\n"
    assert {"fan-silence.svg", "strip-silence.svg", "stability.svg", "index.csv"} <= set(files)
    with Path("run-charts/index.csv").open(encoding="utf-8", newline="") as file:
        assert sorted(row["file"] for row in csv.DictReader(file)) == [name for name in files if name != "index.csv"]


def test_one_chart_dark_and_elsewhere(tell: Tell, small: Path) -> None:
    run_small(tell, small)
    document = tell("export run --format png --only fan-silence --dark --out slides --json").document
    assert [chart["file"] for chart in document["charts"]] == ["fan-silence.png"]
    assert document["charts"][0]["section"] == "What happens when"
    assert Path("slides/fan-silence.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    light = tell("export run --format png --only fan-silence --out light")
    assert light.out == "Wrote 1 chart, and index.csv on what is shown, into light\n"
    assert Path("light/fan-silence.png").read_bytes() != Path("slides/fan-silence.png").read_bytes()


def test_what_can_be_drawn_of_a_case_alone(tell: Tell, small: Path) -> None:
    said = tell(f"export {small.name} --format pdf")
    assert said.code == 0
    assert said.err == f"At central values. The charts of the findings come with a run: detente run {small.name}\n"
    files = {path.name for path in Path("small-charts").iterdir()}
    assert files == {"stability.pdf", "ways.pdf", "card.pdf", "curve-silence.pdf", "index.csv"}
    assert all(Path("small-charts", name).read_bytes()[:5] == b"%PDF-" for name in files - {"index.csv"})


def test_mistakes_are_told(tell: Tell, small: Path) -> None:
    said = tell(f"export {small.name} --format svg --only stabilty --only wayss")
    assert said.code == 2
    assert said.err.splitlines() == [
        "--only  There is no chart 'stabilty'. Did you mean 'stability'?",
        "--only  There is no chart 'wayss'. Did you mean 'ways'?",
    ]
    assert not Path("small-charts").exists()
    for option in ("--dark", "--only stability"):
        said = tell(f"export {small.name} --format drn {option}")
        assert said.code == 2
        assert said.err == f"{option.split()[0]}  This is for charts. Leave it out, or choose svg, png, pdf.\n"
    assert tell("export nowhere --format svg").code == 2
