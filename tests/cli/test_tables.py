"""import and export of tables of who stands where, on the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.conftest import Tell

DOCS = Path(__file__).parents[2] / "docs"
ANNA = "issue,actor,position,salience,capability\ndeal,us,10 to 40,0.5,1\ndeal,dprk,80,0.9,0.5\n"


@pytest.fixture(autouse=True)
def save_tables(tmp_path: Path) -> None:
    for name, text in {"anna": ANNA, "ben": ANNA.replace("0.9", "0.7"), "bad": ANNA.replace("80", "much")}.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")


def test_a_table_becomes_a_case_and_a_table_again(tell: Tell) -> None:
    said = tell("import anna.csv --as-of 2025-01-01")
    assert (said.code, said.out) == (0, "Wrote anna/scenario.yaml\nNext: detente check anna\n")
    assert said.err == "The table has no dates: the model starts on 2025-01-01 and ends after 12 months.\n"
    assert tell("check anna").out.endswith("No mistakes, 0 warnings.\n")
    said = tell("export anna --format stakes")
    assert said.out.splitlines() == [
        "Wrote anna-stakes.csv: 1 issue, 2 actors, 2 stakes",
        "Next: fill it in, then detente import anna-stakes.csv",
    ]
    assert said.err.startswith("Only who stands where is in the table")
    again = tell("import anna-stakes.csv --as-of 2025-01-01 --out again/scenario.yaml --json").document
    assert again["source"] == ["anna-stakes.csv"]
    first, second = (Path(folder, "scenario.yaml").read_text("utf-8") for folder in ("anna", "again"))
    assert first.partition("actors:")[2] == second.partition("actors:")[2]


def test_a_workbook_by_the_name_of_the_file(tell: Tell) -> None:
    assert tell("import anna.csv --as-of 2025-01-01").code == 0
    found = tell("export anna --format stakes --out anna.xlsx --json").document
    assert found == {
        "file": "anna.xlsx", "format": "stakes", "issues": 1, "actors": 2, "stakes": 2, "remarks": found["remarks"],
    }  # fmt: skip
    assert tell("import anna.xlsx --out more/scenario.yaml --as-of 2025-01-01").code == 0
    assert tell("check more").out.endswith("No mistakes, 0 warnings.\n")


def test_two_tables_become_one_case(tell: Tell) -> None:
    said = tell("import anna.csv ben.csv")
    assert said.code == 0
    assert said.out.splitlines() == [
        "Wrote anna-ben/scenario.yaml",
        "1 number differs.",
        "",
        "number                            anna  ben  taken: the range over all",
        "issues.deal.stakes.dprk.salience  0.9   0.7  70% to 90%",
        "Next: detente run anna-ben",
    ]
    assert "salience: 70% to 90%" in Path("anna-ben/scenario.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            "import bad.csv",
            "bad.csv:3:11  issues.deal.stakes.dprk.position: 'much' is not a number this field can read.",
        ),
        ("import anna.csv any.gmcr", "any.gmcr  This is no table of stakes, and anna.csv is one. Bring it in alone.\n"),
        ("import none.csv", "none.csv  The file cannot be read: No such file or directory.\n"),
        ("import 'a\0.csv'", "a\ufffd.csv  The file cannot be read: the name is none.\n"),
        ("export cuba-1962 --format stakes", "The case has nothing to bargain over. Give it 'issues:'.\n"),
    ],
)
def test_what_is_refused(tell: Tell, words: str, sentence: str) -> None:
    before = sorted(Path().iterdir())
    said = tell(words)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
    assert sorted(Path().iterdir()) == before


def test_the_pages_say_what_happens(tell: Tell, capsys: pytest.CaptureFixture[str]) -> None:
    """Their code and commands, in order, with what they print or complain of."""
    Path("anna.csv").unlink()
    Path("ben.csv").unlink()
    shown = 0
    for page in ("tables.md", "exchange-model.md"):
        names: dict[str, object] = {}
        text = (DOCS / page).read_text(encoding="utf-8")
        for kind, body in re.findall(r"^```(console|python|text)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            if kind == "python":
                exec(body, names)
            elif kind == "text":
                assert capsys.readouterr().out == body
                shown += 1
            else:
                line, _, wanted = body.removeprefix("$ detente ").partition("\n")
                said = tell(line)
                assert (said.out or said.err) == wanted, line
                shown += 1
    assert shown == 6
