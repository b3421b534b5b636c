"""Tables of who stands where: read, written, read again; and those that are none, with line, column and cure."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.api import is_stake_table, read_tables, write_book, write_stakes
from detente.errors import ScenarioError
from detente.game.exchange.separated import guard, read_separated, unguard, write_separated
from detente.scenario.document import LARGEST_FILE
from detente.scenario.model import Question, Scenario
from detente.scenario.reader import loads

DAY = date(2025, 1, 1)

KTAB = """\
Gas; scen 2,Scenario-0002; policy and competition, 3, 2,
Actor,Description,Influence,Policy Position,Policy Salience,Competitive Position,Competitive Salience,
XJ,President,                 100.0,30,24.0,20,48.0,
LK,Premier,                    60.2,45,44.7,65,41.3,
LH,"Director, reform",         40.0,50,44.7,65,47.8
"""
DECIDE = "\n".join(
    "\t".join(row)
    for row in (
        ("#O", "Climate talks", "", ""),
        ("#/", "ID", "Full name"),
        ("#A", "USA", "United States", "collected in 2009"),
        ("#A", "EU (incl. Norway)", "European Union"),
        ("#A", "Nobody", "Nobody at all"),
        ("#P", "treaty", "A new treaty", ""),
        ("#P", "level", "How much", ""),
        ("#M", "level", "0,5", "little"),
        ("#M", "level", "7", "much", "more"),
        ("#M", "treaty", "0"),
        ("#M", "treaty", "100"),
        ("#D", "USA", "treaty", "10", "0.9", "0.26"),
        ("#D", "eu incl Norway", "treaty", "50.0", "0", "0.156", "a remark"),
        ("#D", "USA", "level", "0.5", "0,75", "0.26"),
        ("#D", "EU (incl. Norway)", "level", "3", "1", "0"),
    )
)
EXPERTS = """\
issue,actor,position,salience,capability,name,label,ends,scale,regions,package,reference
deal,us,10 to 40,0.4 to 0.7,1,United States,Terms of a deal,,0 = none; 50 = freeze; 100 = recognition,,all,0
deal,dprk,80,0.9,0.4 to 0.6 [might],,,,,,,
aid,us,triangular 0 1 3,0.2,1,,"Aid, in bn",0 to 5,"0 = none;
5 = all; at once
",low = 0 to 2; high = 2 to 5,all,
aid,dprk,5,60%,0.4 to 0.6 [might],,,,,,,
"""


@pytest.fixture(autouse=True)
def stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def take(text: str | bytes, name: str = "t.csv") -> tuple[Scenario, list[str]]:
    """The scenario a table makes, read back from its own text, and the remarks."""
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    case = read_tables([name], as_of=DAY).case
    scenario, warnings = loads(case.text, name=name)
    assert not warnings
    assert scenario.issues == case.scenario.issues
    return scenario, case.draft.remarks


def refuse(text: str | bytes, name: str = "t.csv") -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        take(text, name)
    return [str(issue) for issue in caught.value.issues]


def tell(question: Question) -> dict[str, tuple[str, str, str]]:
    return {s.actor: (s.position.text, s.salience.text, s.capability.text) for s in question.stakes}


def test_a_table_of_ktab() -> None:
    scenario, remarks = take(KTAB)
    assert (scenario.title, scenario.as_of) == ("Gas; scen 2", DAY)
    assert {actor.id: actor.name for actor in scenario.actors} == {
        "xj": "President", "lk": "Premier", "lh": "Director, reform",
    }  # fmt: skip
    policy, competition = scenario.issues
    assert (policy.id, policy.label, policy.package) == ("policy_position", "Policy Position", "all")
    assert tell(policy) == {
        "xj": ("30", "0.24", "100"), "lk": ("45", "0.447", "60.2"), "lh": ("50", "0.447", "40"),
    }  # fmt: skip
    assert tell(competition)["lk"] == ("65", "0.413", "60.2")
    assert remarks == [
        "The description of the scenario is not kept: Scenario-0002; policy and competition.",
        "The table has no dates: the model starts on 2025-01-01 and ends after 12 months.",
    ]


def test_what_a_table_of_ktab_does_not_keep() -> None:
    alone = (
        "Oil,About oil,3,1,\nActor,Description,Power,Pstn1,Sal1,\nA,Same,5,10,90,\nB,Same,0,20,10,\nC,Same,2,30,60\n"
    )
    scenario, remarks = take(alone)
    assert scenario.issues[0].package == ""
    assert [actor.id for actor in scenario.actors] == ["a", "c"]
    assert [actor.name for actor in scenario.actors] == ["A", "C"]
    assert "The descriptions of the actors are not kept: several are the same." in remarks
    assert "B has no capability on Pstn1: left out." in remarks
    heavy = KTAB.replace("24.0,20,48.0", "64.0,20,48.0")
    assert "The saliences of XJ add up to 112, more than the 100 of KTAB; they are kept." in take(heavy)[1]


def test_a_table_of_the_exchange_model() -> None:
    scenario, remarks = take(DECIDE)
    assert scenario.title == "Climate talks"
    assert {actor.id: actor.name for actor in scenario.actors} == {
        "usa": "United States", "eu_incl_norway": "European Union",
    }  # fmt: skip
    treaty, level = scenario.issues
    assert (treaty.label, treaty.package, treaty.low, treaty.high, treaty.scale) == ("A new treaty", "all", 0, 100, ())
    assert (level.low, level.high, level.scale) == (0.5, 7, ((0.5, "little"), (7, "much more")))
    assert tell(treaty) == {"usa": ("10", "0.9", "0.26"), "eu_incl_norway": ("50.0", "0", "0.156")}
    assert tell(level) == {"usa": ("0.5", "0.75", "0.26")}
    assert remarks == [
        "EU (incl. Norway) has no capability on level: left out.",
        "3 remarks of the file are not kept.",
        "Without a place on any issue, and left out: Nobody.",
        "The table has no dates: the model starts on 2025-01-01 and ends after 12 months.",
        "Without a place on level: EU (incl. Norway).",
    ]


@pytest.mark.parametrize("separator", [";", ","])
def test_texts_between_apostrophes_and_other_separators(separator: str) -> None:
    rows = [["#A", "d'Este", "d'Este"], ["#P", "p", "p"], ["#M", "p", "0", "euro"], ["#M", "p", "9", "euro"],
            ["#D", "d'Este", "p", "4", "0.5", "0.1"]]  # fmt: skip
    quoted = (["'" + cell.replace("'", "''") + "'" for cell in row] for row in rows)
    scenario, remarks = take("\r\n".join(separator.join(row) for row in quoted))
    assert scenario.actors[0].name == "d'Este"
    assert (scenario.issues[0].scale, scenario.issues[0].high) == ((), 9)
    assert "What the points of p mean is not kept: several points have the same words." in remarks


def test_a_table_of_experts() -> None:
    scenario, _ = take(EXPERTS)
    deal, aid = scenario.issues
    assert [actor.name for actor in scenario.actors] == ["United States", "dprk"]
    assert (deal.id, deal.label, deal.package) == ("deal", "Terms of a deal", "all")
    assert deal.scale == ((0, "none"), (50, "freeze"), (100, "recognition"))
    assert deal.reference is not None
    assert tell(deal)["us"] == ("10 to 40", "0.4 to 0.7", "1")
    assert (deal.stakes[1].capability.shared, aid.stakes[1].capability.shared) == ("might", "might")
    assert (aid.low, aid.high, aid.scale) == (0, 5, ((0, "none;"), (5, "all; at once")))
    assert [(r.name, r.low, r.high) for r in aid.regions] == [("low", 0, 2), ("high", 2, 5)]
    assert tell(aid)["dprk"][1] == "60%"


def test_ranges_in_two_columns_and_heads_of_other_words() -> None:
    text = (
        "Issue;Actor;Position_low;position-high;Salience;Power;notes\nx;A B;10,5;40;0,125;1,25;mine\n"
        "x; a  b ;1;2;0.5;1;\ny;C;3;3;0.5;1;\n"
    )
    told = refuse(text)
    assert told == ["t.csv:3:4  'a  b' has two rows on 'x'. See line 2."]
    scenario, remarks = take(text.replace("x; a  b ;1;2", "y; a  b ;1;2"))
    assert tell(scenario.issues[0]) == {"a_b": ("10.5 to 40", "0.125", "1.25")}
    assert tell(scenario.issues[1])["C"] == ("3", "0.5", "1")
    assert "t.csv:1:55: the column 'notes' is no part of the table and is left out." in remarks


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("text", [EXPERTS, KTAB, DECIDE], ids=["experts", "ktab", "exchange"])
def test_what_is_written_is_read_as_the_same_issues(text: str, suffix: str) -> None:
    scenario, _ = take(text)
    found = write_stakes(scenario, Path(f"out{suffix}"))
    assert found.counts["issues"] == len(scenario.issues)
    again = read_tables([f"out{suffix}"], as_of=DAY).case.scenario
    assert again.issues == scenario.issues
    assert [(a.id, a.name) for a in again.actors] == [(a.id, a.name) for a in scenario.actors]


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Cn", "Co"]), min_size=1, max_size=12
)


@settings(max_examples=25, deadline=None)
@given(label=words, points=st.lists(words, min_size=2, max_size=3, unique_by=lambda w: " ".join(w.split())))
def test_any_words_survive(label: str, points: list[str]) -> None:
    label, points = " ".join(label.split()), [" ".join(point.split()) for point in points]
    if not label or not all(points) or len({point.replace('"', "'") for point in points}) < len(points):
        return
    shown = json.dumps(label, ensure_ascii=False)
    scale = ", ".join(f"{k}: {json.dumps(point, ensure_ascii=False)}" for k, point in enumerate(points))
    stakes = "{position: 1 to 3, salience: 0.5, capability: 2}"
    head = "detente: 1\ntitle: t\nas_of: 2025-01-01\nhorizon: 1 month\n"
    text = (
        f"{head}actors: {{a: {{name: {shown}}}}}\n"
        f"issues:\n  x:\n    label: {shown}\n    scale: {{{scale}}}\n    stakes: {{a: {stakes}}}\n"
    )
    scenario = loads(text)[0]
    for suffix in (".csv", ".xlsx"):
        file = Path(f"words{suffix}")
        write_stakes(scenario, file)
        again = read_tables([file], as_of=DAY).case.scenario
        assert again.issues == scenario.issues
        assert again.actors[0].name == scenario.actors[0].name


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), min_size=2), min_size=1)
)
def test_separated_values_survive(rows: list[list[str]]) -> None:
    rows = [["head", *row] for row in rows]
    Path("cells.csv").write_text(write_separated(rows), encoding="utf-8", newline="")
    found = [
        {column: str(typed.value) for column, (typed, _) in row.items()} for row in read_separated(Path("cells.csv"))
    ]
    assert found == [{column: guard(text) for column, text in enumerate(row, start=1) if text.strip()} for row in rows]


@given(st.text(st.sampled_from("'=-+@1a. ")))
def test_guards_against_formulas_come_off_again(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "@"))


def test_several_experts_become_ranges() -> None:
    Path("anna.csv").write_text(EXPERTS, encoding="utf-8")
    Path("ben.csv").write_text(EXPERTS.replace("80,0.9", "80,0.7").replace("dprk,5,", "dprk,2,"), encoding="utf-8")
    combined = read_tables(["anna.csv", "ben.csv"], as_of=DAY)
    assert combined.disagreements is not None
    assert [(spread.input, spread.values, spread.taken) for spread in combined.disagreements.numbers] == [
        ("issues.deal.stakes.dprk.salience", ("0.9", "0.7"), "70% to 90%"),
        ("issues.aid.stakes.dprk.position", ("5", "2"), "2 to 5"),
    ]
    Path("cut.csv").write_text(EXPERTS.rpartition("aid,dprk")[0], encoding="utf-8")
    with pytest.raises(
        ScenarioError, match=r"anna\.csv:7:5  'dprk' is not in cut\.csv\. Make it the same in all books"
    ):
        read_tables(["anna.csv", "cut.csv"], as_of=DAY)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", ["t.csv  The table is empty. Fill it in."]),
        ("a,b\n1,2\n", ["t.csv:1:1  This is no table of stakes: not one of experts, of KTAB or of"]),
        (b"issue,actor\nx,\xe9t\xe9\n", ["t.csv:2:3  The file is not UTF-8 text. Save it as CSV UTF-8."]),
        ("issue\x00,actor\n", ["t.csv:1:6  The file holds the character U+0000, as no text does."]),
        ('issue,actor\n"x,y\n', ['t.csv:2:1  The quote " is not closed. Add one behind the text.']),
        (b"x" * (LARGEST_FILE + 1), [f"t.csv  The file has more than {LARGEST_FILE:,} bytes. Split it."]),
        ("a," * 301 + "\n", ["t.csv:1:601  The row has more than 300 cells. Split it."]),
        ("issue,actor\nx," + "y" * 40_000, ["t.csv:2:3  The cell has 40,000 characters; at most 32,767 are read."]),
    ],
)  # fmt: skip
def test_files_that_are_no_table(text: str | bytes, sentences: list[str]) -> None:
    told = refuse(text)
    for sentence in sentences:
        assert told[0].startswith(sentence)


def test_a_table_has_so_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.game.exchange.separated.MOST_CELLS", 10)
    assert refuse("issue,actor,x\n" + "a,b,c\n" * 4) == [
        "t.csv:4:3  The file has more than 10 filled cells. Split it."
    ]  # fmt: skip


HEADS = "issue,actor,position,salience,capability"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "issue,actor,positon,salience\nx,a,1,1\n",
            ["t.csv:1:13  No head 'positon' is known here. Did you mean 'position'?"],
        ),
        (
            "issue,actor,salience\nx,a,1\n",
            ["t.csv:1:1  The heads position and capability are missing. "
             "A table has issue, actor, position, salience and capability."],
        ),
        (f"{HEADS},actor\nx,a,1,1,1,b\n", ["t.csv:1:42  The head 'actor' is here twice. Delete one of the columns."]),
        (f"{HEADS}\n", ["t.csv:1:1  The table has no row below its heads. Fill it in."]),
        (
            f"{HEADS}\nx,a,nan,0.5,1\nx,b,160,1.5,0\n,c,1,1,1\nx,,1,1,1\nx,d,1,-1,\n",
            [
                "t.csv:4:2  The row has no issue. Name it.",
                "t.csv:5:1  The row has no actor. Name it.",
                "t.csv:6:3  The capability of 'd' is missing. Fill it in.",
                "t.csv:2:5  issues.x.stakes.a.position: 'nan' is not a number",
                "t.csv:3:5  issues.x.stakes.b.position: '160' is out of bounds. The position must lie",
                "t.csv:3:9  issues.x.stakes.b.salience: '1.5' is out of bounds. The salience must lie between 0 and 1.",
                "t.csv:3:13  issues.x.stakes.b.capability: '0' is out of bounds. The capability must lie above 0",
            ],
        ),
        (f'{HEADS}\nx,a,"1,000",0.5,1\n', ["t.csv:2:5  '1,000' may be a number of thousands."]),
        (
            f"{HEADS},scale,ends\nx,a,1,0.5,1,0 none,0-5\nx,b,1,0.5,1,0 = some,\n",
            [
                "t.csv:2:13  '0 none' says nothing of a scale. Write, for example, 0 = no deal; 100 = recognition.",
                "t.csv:2:20  '0-5' is no stretch of a scale. Write, for example, 0 to 7.",
                "t.csv:3:13  The scale is '0 = some' here and '0 none' elsewhere. See line 2.",
            ],
        ),
        (
            "issue,actor,position,position low,position high,salience,capability\nx,a,1,2,,1,1\nx,b,,2,,1,1\n",
            [
                "t.csv:2:7  The position is given twice. Clear the cell, or that of the number.",
                "t.csv:3:6  The other end of the position is missing. Fill it in.",
            ],
        ),
        (
            KTAB.replace(", 3, 2,", ", 4, 3,").replace("45,44.7,65", "145,x,65").replace("LH,", "xj,"),
            [
                "t.csv:1:55  The first row says 3 dimensions, and the second has no columns for number 3.",
                "t.csv:1:52  The file has 3 actors, and its first row says 4. Correct the number, or the rows.",
                "t.csv:4:37  '145' cannot be here. Write a number from 0 to 100, with a decimal point.",
                "t.csv:4:41  'x' cannot be here. Write a number from 0 to 100, with a decimal point.",
                "t.csv:5:1  The actor 'xj' is here twice. See line 3.",
            ],
        ),
        (
            DECIDE.replace("#D\tUSA\ttreaty", "#D\tUSSA\ttreaty").replace("#M\ttreaty\t0", "#X\ttreaty\t0")
            + "\n#D\tUSA\tlvel\t1\t1\n#D\tUSA\tlevel\t900\t1\t1\n#A\tu s a\tAgain",
            [
                "t.csv:10:1  '#X' is no kind of row. There are #A, #P, #M, #D, #O, #/.",
                "t.csv:18:4  The actor 'u s a' is here twice. See line 3.",
                "t.csv:12:4  No row #A has the actor 'USSA'. Did you mean 'USA'?",
                "t.csv:16:8  No row #P has the issue 'lvel'. Did you mean 'level'?",
                "t.csv:16:1  The row has no number in column 6. Fill it in.",
                "t.csv:17:4  'USA' has two rows on this issue. See line 14.",
            ],
        ),
    ],
)  # fmt: skip
def test_mistakes_are_told_all_at_once(text: str, sentences: list[str]) -> None:
    told = refuse(text)
    for sentence in sentences:
        assert any(line.startswith(sentence) for line in told), (sentence, told)
    assert len(told) == len(sentences)


def write_cells(edit: Callable[[openpyxl.worksheet.worksheet.Worksheet], object]) -> bytes:
    write_stakes(take(EXPERTS)[0], Path("sound.xlsx"))
    book = openpyxl.load_workbook("sound.xlsx")
    edit(book.worksheets[0])
    book.save("edited.xlsx")
    return Path("edited.xlsx").read_bytes()


def test_a_workbook_is_a_table_by_its_heads() -> None:
    def fill(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["C2"], sheet["D2"], sheet["E2"] = 20, 0.5, 3
        sheet["D3"] = 0.6
        sheet["D3"].number_format = "0%"

    scenario, _ = take(write_cells(fill), "t.xlsx")
    assert tell(scenario.issues[0]) == {"us": ("20", "0.5", "3"), "dprk": ("80", "60%", "0.4 to 0.6")}
    assert is_stake_table(Path("t.xlsx"))
    openpyxl.Workbook().save("empty.xlsx")
    assert not is_stake_table(Path("empty.xlsx"))
    write_book(scenario, Path("whole.xlsx"))
    assert not is_stake_table(Path("whole.xlsx"))
    assert not is_stake_table(Path("any.gmcr"))


def test_what_excel_makes_of_cells_is_refused() -> None:
    def spoil(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["A2"] = '=HYPERLINK("http://x.example","deal")'
        sheet["C3"] = "=1+1"
        sheet["C4"] = date(2025, 1, 2)
        sheet["D5"] = True

    told = refuse(write_cells(spoil), "t.xlsx")
    formula = "The cell holds a formula, and formulas are not computed. Format the cell as Text and type it again."
    assert f"t.xlsx Table!A2  {formula}" in told
    assert f"t.xlsx Table!C3  {formula}" in told
    assert any(line.startswith("t.xlsx Table!C4  Excel made the date or time") for line in told)
    assert any(line.startswith("t.xlsx Table!D5  Excel made TRUE") for line in told)


def test_a_name_that_looks_like_a_formula_does_no_harm() -> None:
    scenario, _ = take(f"{HEADS},name\nx,a,1,0.5,1,=cmd|x\nx,b,2,0.5,1,-5\n")
    assert [actor.name for actor in scenario.actors] == ["=cmd|x", "-5"]
    assert "'=cmd|x" in write_stakes(scenario, Path("out.csv")).text
    assert [actor.name for actor in read_tables(["out.csv"], as_of=DAY).case.scenario.actors] == ["=cmd|x", "-5"]
    write_stakes(scenario, Path("out.xlsx"))
    assert openpyxl.load_workbook("out.xlsx").worksheets[0]["F2"].data_type == "s"


def test_excel_saves_text_in_utf_16_and_with_a_mark() -> None:
    text = f"{HEADS}\nx,Übersee,1,0.5,1\n"
    for encoding in ("utf-8-sig", "utf-16"):
        assert take(text.encode(encoding))[0].actors[0].id == "Übersee"
    assert take(text.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"))[0].actors[0].id == "Übersee"


def test_a_case_without_issues_has_no_table() -> None:
    head = "detente: 1\ntitle: t\nas_of: 2025-01-01\nhorizon: 1 month\n"
    scenario = loads(f"{head}actors: {{a: {{levers: {{l: [x, y]}}, wants: [{{want: l = y, weight: 1}}]}}}}\n")[0]
    with pytest.raises(ScenarioError, match="nothing to bargain over"):
        write_stakes(scenario, Path("out.csv"))
    assert not Path("out.csv").exists()
