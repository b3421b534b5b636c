"""Workbooks with mistakes: each told with the address of its cell and the cure, all at once; and hostile files."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, time
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from detente.errors import ScenarioError
from detente.game.exchange import excel
from detente.game.exchange.books import read_book, read_cells
from detente.game.exchange.excel import Typed
from detente.game.exchange.sheets_writer import lay_pages, write_sheets
from detente.scenario.reader import loads
from game.test_sheets import list_cells
from scenario.conftest import TEXT

SCENARIO = loads(f"{TEXT}claims:\n  - {{id: c1, text: Talks, says: likely, about: P(talks by 2025-07-20)}}\n")[0]
BOOK, BRIEF = "book.xlsx", "brief.md"

Attempt = Callable[[Mapping[str, object]], list[str]]
CELLS = {page.name: list_cells(page) for page in lay_pages(SCENARIO)}


def type_cell(row: int, column: int, value: object) -> Typed:
    """A cell as Excel keeps what is typed into one that is not formatted as text."""
    if isinstance(value, tuple):
        return Typed(row, column, value[0], "percent")
    if isinstance(value, str):
        return Typed(row, column, value, "formula" if value[0] == "=" else "error" if value[0] == "#" else "text")
    kind = "boolean" if isinstance(value, bool) else "number" if isinstance(value, int | float) else "date"
    return Typed(row, column, value, kind)


def attempt(cells: Mapping[str, object]) -> list[str]:
    """Read a sound book with other values in some cells, ``Wants!D2``: the mistakes told, one line each."""
    sheets = {name: {(typed.row, typed.column): typed for typed in found} for name, found in CELLS.items()}
    for address, value in cells.items():
        sheet, _, cell = address.partition("!")
        row, column = coordinate_to_tuple(cell)
        sheets.setdefault(sheet, {}).pop((row, column), None)
        if value is not None:
            sheets[sheet][row, column] = type_cell(row, column, value)
    try:
        read_cells(BOOK, {name: [found[place] for place in sorted(found)] for name, found in sheets.items()})
    except ScenarioError as error:
        return str(error).splitlines()
    return []


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Attempt:
    """The same by way of a file that openpyxl changes."""
    monkeypatch.chdir(tmp_path)
    write_sheets(SCENARIO, Path(BOOK), Path(BOOK))

    def change(cells: Mapping[str, object]) -> list[str]:
        book = openpyxl.load_workbook(BOOK)
        for address, value in cells.items():
            sheet, _, cell = address.partition("!")
            if sheet not in book.sheetnames:
                book.create_sheet(sheet)
            if isinstance(value, tuple):
                book[sheet][cell], book[sheet][cell].number_format = value
            else:
                book[sheet][cell] = value
        book.save(BOOK)
        try:
            read_book(Path(BOOK))
        except ScenarioError as error:
            return str(error).splitlines()
        return []

    return change


MISTAKES: list[tuple[dict[str, object], list[str]]] = [
    (  # the reader's own mistakes, in cells
        {"Wants!D2": "talks and drills = fulll", "Wants!E2": "strongg", "Wants!E3": "2 to 1", "Claims!E2": "P(talk"},
        [
            "book.xlsx Wants!D2  actors.us.wants[1].want: no level 'fulll' for us.drills. Did you mean 'full'?",
            "book.xlsx Wants!E2  actors.us.wants[1].weight: 'strongg' is not a number this field can read. "
            "Did you mean 'strong'?",
            "book.xlsx Wants!E3  actors.us.wants[2].weight: the range '2 to 1' falls. Write the lower end first.",
            "book.xlsx Claims!E2  claims[1].about: ",
        ],
    ),
    (  # what Excel makes of what is typed, and formulas
        {
            "Levers!D3": True,
            "Wants!E2": "=1+1",
            "Wants!E3": "#NAME?",
            "Case!B4": datetime(2026, 11, 30, 12),
            "Claims!B2": datetime(2025, 1, 20),
            "Wants!C2": time(1, 30),
            "Conditions!A2": 1.5,
            "Claims!D2": (0.55, "0%"),
        },
        [
            "book.xlsx Case!B4  Excel made the date or time 2026-11-30 12:00:00 of what was typed. Format the cell as "
            "Text and type it again.",
            "book.xlsx Levers!D3  Excel made TRUE of what was typed. Format the cell as Text and type it again.",
            "book.xlsx Wants!E2  The cell holds a formula, and formulas are not computed. Format the cell as Text",
            "book.xlsx Wants!C2  Excel made the date or time 01:30:00 of what was typed.",
            "book.xlsx Wants!E3  The cell holds Excel's error #NAME?. Format the cell as Text and type it again.",
            "book.xlsx Conditions!A2  Excel made the number 1.5 of what was typed.",
            "book.xlsx Claims!B2  Excel made the date or time 2025-01-20 00:00:00 of what was typed.",
            "book.xlsx Claims!D2  Excel made a percentage of what was typed.",
        ],
    ),
    (  # names of other sheets
        {"Wants!A2": "uss", "Wants!B4": "dealmakr", "Wants!B5": "believes us"},
        [
            "book.xlsx Wants!A2  No actor 'uss'. Did you mean 'us'?",
            "book.xlsx Wants!B4  No reading 'dealmakr'. Did you mean 'dealmaker'?",
            "book.xlsx Wants!B5  No belief about 'us'.",
        ],
    ),
    (  # empty cells
        {"Wants!D2": None, "Claims!B2": None, "Case!B2": None, "Rates!D2": None},
        [
            "book.xlsx Case!B2  the title is missing. Fill the cell in.",
            "book.xlsx Wants!D2  actors.us.wants[1]: the want is missing. Fill the cell in.",
            "book.xlsx Rates!D2  chance.seoul.rates[1]: the to is missing. Fill the cell in.",
            "book.xlsx Claims!B2  claims[1]: the text is missing. Fill the cell in.",
        ],
    ),
    ({"Levers!A2": None}, ["book.xlsx Levers!A2  The actor is missing. Fill the cell in."]),
    ({"Levers!B3": "engagement"}, ["book.xlsx Levers!B3  'engagement' is here twice. See Levers!B2."]),
    (
        {"Levers!H2": "none"},
        [
            "book.xlsx Levers!H2  actors.us.levers.engagement.levels[2]: the level 'none' is here twice. "
            "Each level needs its own name.",
            "book.xlsx Conditions!B2  conditions.talks: no level 'offer' for us.engagement.",
        ],
    ),
    (
        {"Levers!E5": "maybe", "Levers!F6": "icbmm"},
        [
            "book.xlsx Levers!E5  'maybe' is neither yes nor no. Write yes, or leave the cell empty.",
            # a lever was left out on account of it, so nothing is said of the rest
        ],
    ),
    ({"Levers!E6": "yes"}, ["book.xlsx Levers!F6  The one_way is given in two cells of the row. Clear one of them."]),
    (
        {"Conditions!A2": "us", "Wants!D2": "drills = full"},
        ["book.xlsx Conditions!A2  conditions: 'us' is a condition here and an actor on Actors!A2. Rename one."],
    ),
    ({"Case!A2": "titel"}, ["book.xlsx  The key 'title' is missing. Add a row 'title' on the sheet Case."]),
    (
        {"Case!B7": "icd203", "Case!A6": "scale", "Case!B6": "kent"},
        ["book.xlsx Case!B7  The field 'scale' is here twice."],
    ),
    ({"Case!B8": "brief.md"}, ["book.xlsx Case!B8  brief: the brief 'brief.md' has no text. Fill the sheet Brief in."]),
    # heads and sheets
    ({"Wants!F1": "becuse"}, ["book.xlsx Wants!F1  No head 'becuse' is known here. Did you mean 'because'?"]),
    ({"Wants!A1": "actors"}, ["book.xlsx Wants!A1  The head 'actor' is missing. Start from a book that"]),
    ({"Wants!F1": "weight"}, ["book.xlsx Wants!F1  The head 'weight' is here twice. See Wants!E1."]),
    ({"Wants!H2": "stray"}, ["book.xlsx Wants!H2  The column has no head. Write one, or clear the cell."]),
    ({"Claim!A1": "id"}, ["book.xlsx  No sheet 'Claim' belongs to a case. Did you mean 'Claims'?"]),
    ({"Brief!B2": "right"}, ["book.xlsx Brief!B2  The brief has one column. Move the text to the first."]),
    # the sheet of what has no place elsewhere
    ({"Other!A2": "/title", "Other!B2": '"x"'}, ["book.xlsx Other!A2  '/title' is no free place in the case."]),
    (
        {"Other!A2": "/a/b", "Other!B2": "1"},
        ["book.xlsx Other!B2  The value is not JSON of texts, lists and mappings."],
    ),
    ({"Other!A2": "/a", "Other!B2": "[" * 9000}, ["book.xlsx Other!B2  The value is not JSON of texts, lists"]),
    ({"Other!A2": "/weather", "Other!B2": '"x"'}, ["book.xlsx Other!B2  No key 'weather' is known here."]),
    ({"Other!A2": "/rules/x", "Other!B2": '"x"'}, ["book.xlsx Other!A2  '/rules/x' is no free place in the case."]),
    ({"Other!A3": "/weather"}, ["book.xlsx Other!B3  The value is missing."]),
]


@pytest.mark.parametrize(("cells", "told"), MISTAKES, ids=[next(iter(cells)) for cells, _ in MISTAKES])
def test_mistakes_are_told_by_their_cells(cells: dict[str, object], told: list[str]) -> None:
    found = attempt(cells)
    assert all(any(line.startswith(wanted) for line in found) for wanted in told), "\n".join(found)
    assert "line " not in " ".join(found)


@pytest.mark.parametrize("cells", [cells for cells, _ in MISTAKES[2:6]])
def test_nothing_is_told_that_follows_from_a_mistake(cells: dict[str, object]) -> None:
    told = next(told for other, told in MISTAKES if other is cells)
    assert len(attempt(cells)) == len(told)


def test_what_excel_types_where_it_may_is_taken(edit: Attempt) -> None:
    """Dates in columns of dates, numbers and percentages in those of numbers, TRUE in those of yes and no."""
    cells: dict[str, object] = {
        "Case!B3": datetime(2024, 11, 7),
        "Actors!C2": datetime(2025, 1, 20),
        "Wants!E2": 2,
        "Wants!E3": 0.25,
        "Readings!C2": (0.6, "0.00%"),
        "Readings!C3": (0.4, "0%"),
        "Levers!E5": True,
        "Levers!E4": False,
    }
    assert edit(cells) == []
    read = read_book(Path(BOOK)).scenario
    us, dprk = read.actors
    assert (read.as_of, us.starts) == (SCENARIO.as_of, SCENARIO.actors[0].starts)
    assert [want.weight.parameters for want in us.readings[0].preferences.wants] == [(2.0,), (0.25,)]
    assert [reading.odds.parameters for reading in dprk.readings] == [(0.6,), (0.4,)]
    assert [reading.odds.text for reading in dprk.readings] == ["60%", "40%"]
    assert dprk.levers[1].legal == ((True, True), (False, True))
    assert dprk.levers[0].legal == SCENARIO.actors[1].levers[0].legal


def test_what_is_no_part_of_a_case_is_remarked(edit: Attempt) -> None:
    assert edit({"Wants!I1": "mine", "Wants!I2": "=1+1", "Notes!A1": "=1+1"}) == []
    assert read_book(Path(BOOK)).draft.remarks == [
        "The sheet 'Notes' is no part of a case and is left out.",
        "book.xlsx Wants!I1: the column 'mine' is no part of a case and is left out.",
    ]


def test_order_and_spaces_and_capitals_of_heads_do_not_matter(edit: Attempt) -> None:
    """Columns may be moved, rows left empty, sheets moved."""
    book = openpyxl.load_workbook(BOOK)
    wants = book["Wants"]
    wants.insert_rows(3, 4)
    wants.move_range("A1:A9", cols=9)
    wants["E1"] = " Weight "
    book.move_sheet("Actors", 9)
    book.save(BOOK)
    assert edit({}) == []
    assert read_book(Path(BOOK)).scenario == SCENARIO


@pytest.mark.parametrize(
    ("named", "kept"),
    [
        ("../../etc/x.md", "x.md"),
        ("scenario.yaml", "brief.md"),
        ("/", "brief.md"),
        ("a b.md", "a b.md"),
        ("", "brief.md"),
    ],
)
def test_a_brief_is_written_nowhere_else(named: str, kept: str) -> None:
    sheets = {**CELLS, "Brief": [Typed(2, 1, "Talks are likely.", "text")]}
    sheets["Case"] = [*CELLS["Case"], *([Typed(8, 2, named, "text")] if named else [])]
    assert read_cells(BOOK, sheets).brief_file == kept


@pytest.mark.parametrize("number", [1, 2])
def test_a_file_tells_the_same(number: int, edit: Attempt) -> None:
    """What openpyxl reads of a file is what the other tests type into cells."""
    cells = MISTAKES[1][0] if number == 1 else MISTAKES[0][0]
    assert edit(cells) == attempt(cells)


def _pack(parts: Mapping[str, bytes], path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _unpack(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _refuse(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        excel.read_sheets(path)
    return str(caught.value)


def test_a_file_that_is_no_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.xlsx").write_text("actor,want\n", encoding="utf-8")
    assert _refuse(Path("text.xlsx")) == "text.xlsx  The file is no Excel workbook. Save it as .xlsx."
    _pack({"a.txt": b"x"}, Path("zip.xlsx"))
    assert _refuse(Path("zip.xlsx")) == "zip.xlsx  The file is no workbook that can be read. Save it anew as .xlsx."
    assert _refuse(Path("none.xlsx")) == "none.xlsx  The file cannot be read: No such file or directory."
    assert _refuse(Path("a\0.xlsx")).startswith("a<U+0000>.xlsx") or "the name is none" in _refuse(Path("a\0.xlsx"))
    openpyxl.Workbook().save("empty.xlsx")
    with pytest.raises(ScenarioError, match=r"^empty\.xlsx  The book has no sheet 'Case'\. Start from a book that"):
        read_book(Path("empty.xlsx"))


def test_large_files_are_measured_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb is refused by what its parts say they unpack to, and no part can unpack to more than it says."""
    monkeypatch.chdir(tmp_path)
    book = openpyxl.Workbook()
    book.save("b.xlsx")
    parts = _unpack(Path("b.xlsx"))
    _pack({**parts, "xl/media/bomb": bytes(excel.LARGEST_UNPACKED)}, Path("bomb.xlsx"))
    assert Path("bomb.xlsx").stat().st_size < 100_000
    assert _refuse(Path("bomb.xlsx")).startswith("bomb.xlsx  The file unpacks to 33,5")
    _pack({**parts, **{f"x{number}": b"" for number in range(excel.MOST_PARTS)}}, Path("parts.xlsx"))
    assert "parts; at most 400 are read" in _refuse(Path("parts.xlsx"))
    Path("large.xlsx").write_bytes(bytes(excel.LARGEST_FILE + 1))
    assert _refuse(Path("large.xlsx")).startswith(
        "large.xlsx  The file has 4,194,305 bytes; at most 4,194,304 are read."
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding: str, tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "b.xlsx")
    parts = _unpack(tmp_path / "b.xlsx")
    name = "xl/worksheets/sheet1.xml"
    text = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    _pack({**parts, name: text.encode(encoding) + parts[name]}, tmp_path / "b.xlsx")
    assert "The part 'xl/worksheets/sheet1.xml' declares entities, as no workbook does." in _refuse(tmp_path / "b.xlsx")


def test_huge_sheets_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.save(path)
    parts = _unpack(path)
    name = "xl/worksheets/sheet1.xml"

    def put(row: bytes) -> str:
        sheet = parts[name]
        start = sheet.index(b"<row")
        end = sheet.index(b"</sheetData>")
        _pack({**parts, name: sheet[:start] + row + sheet[end:]}, path)
        return _refuse(path)

    assert "has more than 300 columns" in put(b'<row r="1"><c r="KO1"><v>1</v></c></row>')
    assert "more than 2,000,000 cells, most of them empty" in put(b'<row r="999999999999"><c r="A1"/></row>')
    wide = b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (n, n) for n in range(1, 200))
    assert "more than 2,000,000 cells, most of them empty" in put(wide)
    many = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, excel.MOST_CELLS + 2))
    assert "more than 100,000 filled cells" in put(many)
    for broken in (b"<row", b'<row r="x"><c r="A1"><v>1</v></c></row>', b'<row><c r="A1" t="s"><v>99</v></c></row>'):
        assert "no workbook that can be read" in put(broken)


def test_shared_and_array_formulas_are_refused_too(edit: Attempt) -> None:
    book = openpyxl.load_workbook(BOOK)
    book["Wants"]["E2"] = openpyxl.worksheet.formula.ArrayFormula("E2:E3", "=SUM(A1:A2)")
    book.save(BOOK)
    found = edit({"Wants!E3": "=cmd|' /C calc'!A0"})
    assert [line[:65] for line in found] == [
        "book.xlsx Wants!E2  The cell holds a formula, and formulas are no",
        "book.xlsx Wants!E3  The cell holds a formula, and formulas are no",
    ]
