"""export and import of workbooks: what is written where, what is told, and what is refused."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import openpyxl
import pytest

from cli.conftest import Tell
from detente import api
from detente.cli.app import obey

PAGE = (Path(__file__).parents[2] / "docs" / "sheets.md").read_text(encoding="utf-8")
WIDTH = 100


def change(source: str, target: str, **cells: object) -> None:
    """A book with other values in some cells, ``Wants_E2``."""
    book = openpyxl.load_workbook(source)
    for address, value in cells.items():
        sheet, _, cell = address.partition("_")
        book[sheet][cell] = value
    book.save(target)


@pytest.fixture
def books(tell: Tell, small: Path) -> None:
    """anna.xlsx, and ben.xlsx in which the North is the less eager."""
    assert tell(f"export {small} --format xlsx --out anna.xlsx").code == 0
    change(
        "anna.xlsx", "ben.xlsx", Wants_E2="-2 to -1", Wants_E4="0.5 to 3", Behaviour_A2="north", Behaviour_B2="yearly"
    )


def test_a_case_goes_out_and_comes_back(tell: Tell, small: Path) -> None:
    said = tell("export small.yaml --format xlsx")
    assert said.out == (
        "Wrote small.xlsx: 2 actors, 2 levers, 4 wants, 4 claims, 1 more sheet\n"
        "Next: fill it in, then detente import small.xlsx\n"
    )
    said = tell("import small.xlsx")
    assert (said.code, said.out) == (0, "Wrote small/scenario.yaml\nNext: detente check small\n")
    assert sorted(path.name for path in Path("small").iterdir()) == ["brief.md", "scenario.yaml"]
    assert api.load("small") == api.load(small)
    assert tell("check small").code == 0


def test_both_have_json(tell: Tell, small: Path) -> None:
    document = tell("export small.yaml --format xlsx --json").document
    assert document == {
        "file": "small.xlsx",
        "format": "xlsx",
        "rows": {"Actors": 2, "Levers": 2, "Wants": 4, "Claims": 4, "Brief": 1},
    }
    document = tell("import small.xlsx --out new/case.yaml --json").document
    assert document["file"] == "new/case.yaml"
    assert document["source"] == ["small.xlsx"]
    assert "disagreements" not in document
    assert all(remark.startswith("small.xlsx Claims!") for remark in document["remarks"])
    assert sorted(path.name for path in Path("new").iterdir()) == ["brief.md", "case.yaml"]


def test_another_case_is_found_beside_the_book(tell: Tell, small: Path) -> None:
    text = small.read_text(encoding="utf-8")
    alone = text.partition("claims:")[0].replace("brief: brief.md\n", "")
    Path("other.yaml").write_text(alone, encoding="utf-8")
    claim = '  - {id: elsewhere, text: There too, about: "in other: P(north.noise = off by 2025-01-01)"}\n'
    small.write_text(text + claim, encoding="utf-8")
    assert tell("export small.yaml --format xlsx").code == 0
    assert tell("import small.xlsx").code == 0
    Path("small/other.yaml").write_text(alone, encoding="utf-8")
    assert api.load("small") == api.load("small.yaml")
    Path("other.yaml").unlink()
    said = tell("import small.xlsx --out again/scenario.yaml")
    assert (said.code, said.err.split("  ")[0]) == (2, "small.xlsx Claims!E6")


def test_of_a_run_the_draws_are_written(tell: Tell, small: Path) -> None:
    assert tell("run small.yaml --draws 4 --out run").code == 0
    assert tell("export run --format xlsx --out draws.xlsx").out.startswith("Wrote draws.xlsx: 4 draws, ")
    assert openpyxl.load_workbook("draws.xlsx").sheetnames == ["draws", "columns", "run"]
    said = tell("import draws.xlsx")
    assert said.err.startswith("draws.xlsx  The book has no sheet 'Case'. Start from a book that")


@pytest.mark.usefixtures("books")
def test_two_books_become_one_case_that_runs(tell: Tell) -> None:
    said = tell("import anna.xlsx ben.xlsx")
    assert said.out == (
        "Wrote anna-ben/scenario.yaml\n"
        "2 wants and 1 number differ; 2 wants the same in all 2 books.\n"
        "\n"
        "differ in  actor  reading  id     anna      ben       want\n"
        "sign       north           quiet  1 to 3    -2 to -1  south.leaflets = off and noise = off\n"
        "size       south           calm   moderate  0.5 to 3  north.noise = off\n"
        "\n"
        "number       anna       ben     taken: the range over all\n"
        "north.tempo  quarterly  yearly  0.0625 to 0.416667 per month\n"
        "\n"
        "actor  readings now, each book counting the same\n"
        "north  anna 50 %, ben 50 %\n"
        "south  anna 50 %, ben 50 %\n"
        "Next: detente run anna-ben\n"
    )
    assert tell("run anna-ben --draws 16 --out run").code == 0
    drawn = api.read_run(Path("run"))[1].numbers
    for actor in ("north", "south"):
        assert set(drawn[f"input/{actor}.reading"].tolist()) == {0.0, 1.0}


@pytest.mark.usefixtures("books")
def test_disagreements_have_json(tell: Tell) -> None:
    told = tell("import anna.xlsx ben.xlsx --json").document["disagreements"]
    assert (told["books"], told["agreed"]) == (["anna", "ben"], 2)
    assert told["wants"][0] == {
        "kind": "sign", "actor": "north", "reading": "", "id": "quiet", "want": "south.leaflets = off and noise = off",
        "weights": {"anna": "1 to 3", "ben": "-2 to -1"}, "gap": pytest.approx(3**0.5 + 2**0.5, rel=1e-3),
    }  # fmt: skip
    assert told["numbers"] == [
        {
            "input": "north.tempo",
            "values": {"anna": "quarterly", "ben": "yearly"},
            "taken": "0.0625 to 0.416667 per month",
        }
    ]
    assert told["readings"] == {"north": {"anna": "50", "ben": "50"}, "south": {"anna": "50", "ben": "50"}}


@pytest.mark.usefixtures("books")
def test_books_that_agree_are_said_to(tell: Tell) -> None:
    Path("cleo.xlsx").write_bytes(Path("anna.xlsx").read_bytes())
    said = tell("import anna.xlsx cleo.xlsx --out joint/scenario.yaml")
    assert said.out.splitlines()[1] == "Nothing differs; 4 wants the same in all 2 books."
    assert api.load("joint") == api.load("small.yaml")


@pytest.mark.usefixtures("books")
def test_mistakes_of_all_books_are_told_and_nothing_is_written(tell: Tell) -> None:
    change("anna.xlsx", "anna.xlsx", Wants_E2="strongg")
    change("ben.xlsx", "ben.xlsx", Wants_D3="=1+1", Claims_E2="P(north.noise = of by 2025-06-01)")
    before = sorted(path.name for path in Path().iterdir())
    said = tell("import anna.xlsx ben.xlsx --out joint/scenario.yaml")
    assert (said.code, said.out) == (2, "")
    assert [line.split("  ")[0] for line in said.err.splitlines()] == [
        "anna.xlsx Wants!E2", "ben.xlsx Wants!D3", "ben.xlsx Claims!E2",
    ]  # fmt: skip
    assert sorted(path.name for path in Path().iterdir()) == before


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        (
            "import anna.xlsx --as-of 2025-01-01",
            2,
            "--as-of  A workbook has a day of its own. Change it on the sheet",
        ),
        ("import anna.xlsx anna.xlsx", 2, "anna.xlsx  Two books are called 'anna'. Rename one."),
        ("import anna.xlsx x.gmcr", 2, "x.gmcr  The file cannot be read: No such file or directory."),
        (
            "import x.gmcr y.gmcr",
            2,
            "y.gmcr  Only workbooks and tables are put together. Bring conflicts in one by one.",
        ),
        ("import anna.xlsx --out small.yaml", 2, "small.yaml  This file exists already. Name another with --out."),
        ("import anna.xlsx --out other.yaml", 2, "brief.md  This file exists already, and the brief needs it."),
        ("import anna.xlsx --out new/brief.md", 2, "new/brief.md  This file exists already, and the brief needs it."),
        ("import none.xlsx", 2, "none.xlsx  The file cannot be read: No such file or directory."),
        ("import anna.xlsx --out anna.xlsx/x.yaml", 1, "anna.xlsx/brief.md: cannot be written: "),
        ("export small.yaml --format xlsx --out no/a.xlsx", 1, "no/a.xlsx: cannot be written: "),
        ("export nowhere --format xlsx", 2, "nowhere  There is no such file, folder or bundled case."),
    ],
)
def test_what_is_refused(line: str, code: int, told: str, tell: Tell) -> None:
    before = sorted(path.name for path in Path().iterdir())
    said = tell(line)
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith(told)
    assert sorted(path.name for path in Path().iterdir()) == before


@pytest.mark.usefixtures("books")
def test_without_openpyxl_the_extra_is_named(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    for line in ("export small.yaml --format xlsx --out a.xlsx", "import anna.xlsx"):
        said = tell(line)
        assert (said.code, said.err) == (1, "openpyxl is not installed. Install it with: pip install 'detente[xlsx]'\n")


def test_the_page_says_what_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its code and commands, in order; below a command stands what it prints, or for bad input what it complains."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    shown = 0
    for kind, body in re.findall(r"^```(console|python)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE):
        if kind == "python":
            exec(body, names)
            continue
        for part in re.split(r"^\$ detente ", body, flags=re.MULTILINE)[1:]:
            line, _, wanted = part.partition("\n")
            if not wanted.strip():
                continue
            code = obey(shlex.split(line))
            out, err = capsys.readouterr()
            shown += 1
            assert (out if code == 0 else err) == wanted, line
            assert all(len(text) <= WIDTH for text in out.splitlines())
    assert shown == 3
