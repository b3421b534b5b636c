"""A case as a workbook: what goes out comes back the same, whatever it holds, and Excel computes none of it."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente import api
from detente.game.exchange.books import read_book, read_cells
from detente.game.exchange.case_sheets import SHEETS
from detente.game.exchange.entries import Cell, decode, encode, write_letters
from detente.game.exchange.excel import LONGEST_TEXT, Head, Page, Typed, read_sheets, write_pages, write_tables
from detente.game.exchange.script import Mark, write_script
from detente.game.exchange.sheets import Sheet
from detente.game.exchange.sheets_writer import lay_pages, write_sheets
from detente.scenario.document import read_document
from detente.scenario.model import ChanceLever, Lever, Scenario, Source
from detente.scenario.reader import list_cases, loads
from scenario.conftest import TEXT
from scenario.test_roundtrip import changes

SCENARIO = loads(TEXT)[0]
#: texts that a sheet might turn into something else
NASTY = [
    "=1+1", "-strong", "+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "TRUE", "2025-01-20", "1e3", "007", "50%", "_x000D_",
    " led and trailed ", "two\nlines", "tab\there", "cr\rhere", "\u2028", "\x85", "a" * (LONGEST_TEXT + 5), "|",
    '"', "'quoted", "null", "- item", "a: b", "# no comment", "x [y]", "[]", "{}",
]  # fmt: skip
TEXTS = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=60)


def carry(scenario: Scenario, folder: Path) -> Scenario:
    """A scenario out to a workbook and back."""
    file = folder / "book.xlsx"
    write_sheets(scenario, file, file)
    return read_book(file).scenario


def carry_cells(scenario: Scenario) -> Scenario:
    """The same without the file: the cells as they are laid are the cells that are read."""
    sheets = {page.name: list_cells(page) for page in lay_pages(scenario)}
    return read_cells("book.xlsx", sheets).scenario


def list_cells(page: Page) -> list[Typed]:
    rows = [[head.text for head in page.heads], *page.rows]
    return [
        Typed(number, column, text, "text")
        for number, row in enumerate(rows, start=1)
        for column, text in enumerate(row, start=1)
        if text
    ]


@pytest.mark.parametrize("case", [case.name for case in list_cases()])
def test_a_bundled_case_comes_back_the_same(case: str, tmp_path: Path) -> None:
    scenario = api.load(case)
    assert carry(scenario, tmp_path) == scenario
    assert "Other" not in openpyxl.load_workbook(tmp_path / "book.xlsx", read_only=True).sheetnames


@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_a_made_up_case_comes_back_the_same(data: st.DataObject) -> None:
    scenario = data.draw(changes(SCENARIO))
    assert carry_cells(scenario) == scenario


@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(texts=st.lists(TEXTS, min_size=6, max_size=6), brief=TEXTS.map(lambda text: f"Deal.\n\n{text}\n") | TEXTS)
def test_any_text_comes_back_the_same(texts: list[str], brief: str) -> None:
    us, dprk = SCENARIO.actors
    readings = tuple(replace(reading, because=text) for reading, text in zip(dprk.readings, texts[:2], strict=True))
    scenario = replace(
        SCENARIO,
        actors=(us, replace(dprk, readings=readings)),
        rules=tuple(replace(rule, because=texts[2]) for rule in SCENARIO.rules),
        sources=(Source("press", texts[3], texts[4], texts[5]),),
        question=" ".join(texts[0].split()),
        cautions=tuple(" ".join(text.split()) or "x" for text in texts),
        brief=brief,
    )
    assert carry_cells(scenario) == scenario


levels = st.lists(
    st.sampled_from(["true", "no", "010", "1e3", "2025-01-20", "~", "a; b", "=x", "-y", "null", "off", "yes"]),
    min_size=2, max_size=9, unique=True,
)  # fmt: skip


@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(names=levels, kind=st.sampled_from(["free", "forward", "kept"]), data=st.data())
def test_any_levels_come_back_the_same(names: list[str], kind: str, data: st.DataObject) -> None:
    count = range(len(names))
    kept = data.draw(st.sets(st.sampled_from(count), max_size=3)) if kind == "kept" else set()
    legal = tuple(tuple(b >= a if kind == "forward" else b == a or a not in kept for b in count) for a in count)
    lever = Lever("us.deal", "us", "deal", tuple(names), data.draw(st.sampled_from(count)), legal)
    us = SCENARIO.actors[0]
    weather = ChanceLever(
        replace(lever, id="weather", actor=None, name="weather", legal=((True,) * len(names),) * len(names)), ()
    )
    scenario = replace(
        SCENARIO,
        actors=(replace(us, levers=(*us.levers, lever)), SCENARIO.actors[1]),
        chance=(*SCENARIO.chance, weather),
    )
    assert carry_cells(scenario) == scenario


def test_rankings_beliefs_and_own_scales_come_back_the_same(tmp_path: Path) -> None:
    text = TEXT.replace(
        "    readings:\n      dealmaker: {odds: 60, wants: [{want: talks, weight: moderate}]}\n"
        "      stonewaller: {odds: 40, wants: [{want: talks or noise = on, weight: -strong}]}\n",
        "    readings:\n"
        "      first: {ranking: [talks, [noise = on, '2 of (noise = on; tests = icbm; talks)']], stakes: 2 to 4}\n"
        "      second: {odds: {value: 40, shared: tie}, priorities: [not tests = icbm, talks]}\n"
        "      third: {wants: []}\n"
        "    thresholds: {indifference: none, strong: 2}\n"
        "    believes: {us: {priorities: [drills = full], lacks: [drills]}}\n",
    )
    text += "scale: {custom: {likely: 55-80%, 'more, or less': 40-60%}}\nwords: {huge: 9 to 11}\n"
    text += (
        "issues: {deal: {label: The deal, scale: {0: none, 50.5: half}, ends: [-1, 90], package: both, "
        "reference: 3 to 4, regions: {low: [0, 10], 'more, or less': [10, 80.5]}, stakes: {us: {position: 10 to 40, "
        "salience: 40% to 70%, capability: {value: 1, shared: tie}}}}}\n"
    )
    scenario = loads(text)[0]
    assert carry(scenario, tmp_path) == scenario


def test_causes_requirements_and_turns_come_back_the_same(tmp_path: Path) -> None:
    text = TEXT.replace(
        "  quiet: {actor: us, hold: drills = scaled}\n",
        "  quiet:\n    actor: us\n    hold: drills = scaled\n    then:\n"
        "      - {if: dprk.noise = on, on: 2025-06-01, hold: drills = full}\n"
        "      - {if: dprk.noise = off, by: 12 months, hold: engagement = offer}\n",
    )
    text += (
        "claims:\n"
        "  - {id: a, text: A, about: P(talks by 2025-07-20), requires: us.drills = full}\n"
        "  - {id: b, text: B, about: P(talks by 2025-07-20), requires: {condition: us.drills = full, below: 10%}}\n"
        "  - {id: c, text: C, about: P(talks by 2025-07-20), cause: {on: us.drills = scaled, effect: raises, by: 1%}}\n"
    )
    scenario = loads(text)[0]
    assert scenario.policies[0] != SCENARIO.policies[0]
    assert carry(scenario, tmp_path) == scenario
    assert "Other" not in openpyxl.load_workbook(tmp_path / "book.xlsx", read_only=True).sheetnames


@pytest.mark.parametrize("because", NASTY)
def test_a_phase_goes_whole(because: str) -> None:
    """Where a text of an item of a list fits no cell, what other sheets say of the item goes with it."""
    phase = "{id: truce, from: 2025-03-01, closed: [dprk.tests = icbm], set: {us.deal: 2}}"
    scenario = loads(f"{TEXT}phases:\n  - {phase}\n")[0]
    scenario = replace(scenario, phases=(replace(scenario.phases[0], because=because),))
    assert carry_cells(scenario) == scenario


def test_what_no_sheet_has_a_place_for_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the sheets of rules, measures and phases their parts go to the sheet Other."""
    text = TEXT + "phases:\n  - {id: truce, from: 2025-03-01, closed: [dprk.tests = icbm], set: {us.deal: 2}}\n"
    left = tuple(sheet for sheet in SHEETS if sheet.name not in ("Rules", "Measures", "Phases", "Phase inputs"))
    for module in ("sheets_writer", "sheets_reader"):
        monkeypatch.setattr(f"detente.game.exchange.{module}.SHEETS", left)
    scenario = loads(text)[0]
    assert carry(scenario, tmp_path) == scenario
    other = openpyxl.load_workbook(tmp_path / "book.xlsx")["Other"]
    assert {row[0].value for row in other.iter_rows(min_row=2)} == {"/phases", "/rules", "/measures"}


def test_a_key_without_a_column_gets_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a key that the language gains is carried as soon as a case has it, inside a part of a record too."""
    less = tuple(
        replace(
            sheet, columns=tuple(column for column in sheet.columns if column.key[-1:] not in (("exact",), ("on",)))
        )
        for sheet in SHEETS
        if sheet.name != "Evidence"
    )
    for module in ("sheets_writer", "sheets_reader"):
        monkeypatch.setattr(f"detente.game.exchange.{module}.SHEETS", less)
    claim = (
        "  - {id: c1, text: Deal, quote: deal, unscorable: A fact, outcome: {value: 'yes', on: 2025-01-20, note: x}}\n"
    )
    scenario = loads(f"{TEXT}claims:\n{claim}")[0]
    assert carry(scenario, tmp_path) == scenario
    claims = openpyxl.load_workbook(tmp_path / "book.xlsx")["Claims"]
    assert [cell.value for cell in claims[1]][-2:] == ["quote.exact", "outcome.on"]
    assert [cell.value for cell in claims[2]][-2:] == ["deal", "2025-01-20"]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_column_is_for_a_key_of_the_language(sheet: Sheet) -> None:
    keys = {column.key[0] for column in sheet.columns if column.key}
    assert keys <= set(sheet.shape.key_names() if sheet.shape else ())


def test_a_book_computes_nothing_and_asks_for_text(tmp_path: Path) -> None:
    """No formula and no link anywhere in the file; every cell is text, those that look like formulas marked as such."""
    scenario = replace(SCENARIO, title="=1+1", rules=tuple(replace(r, because="@x") for r in SCENARIO.rules))
    carry(scenario, tmp_path)
    with zipfile.ZipFile(tmp_path / "book.xlsx") as archive:
        names = archive.namelist()
        for name in names:
            assert b"<f>" not in archive.read(name), name
            assert b"<f " not in archive.read(name), name
    assert not any("externalLink" in name or "vba" in name for name in names)
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n")
                assert cell.number_format == "@"
                assert not (str(cell.value or "").startswith(("=", "+", "-", "@")) and not cell.quotePrefix), cell
    rule = book["Rules"]["B2"]
    assert (rule.value, rule.quotePrefix) == ("@x", True)


def test_a_book_is_pleasant_to_fill_in(tmp_path: Path) -> None:
    carry(SCENARIO, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert book.sheetnames[:6] == ["Read me", "Case", "Actors", "Levers", "Readings", "Beliefs"]
    wants = book["Wants"]
    assert [cell.value for cell in wants[1]] == ["actor", "reading", "id", "want", "weight", "because"]
    assert [cell.value for cell in wants[2]] == ["us", None, "deal", "talks and drills = full", "strong", "essay P8"]
    assert [cell.value for cell in wants[4]][:2] == ["dprk", "dealmaker"]
    assert wants.freeze_panes == "C2"
    assert all(cell.comment is not None and cell.font.bold for cell in wants[1])
    offered = {
        str(rule.sqref): (rule.formula1, rule.showErrorMessage) for rule in wants.data_validations.dataValidation
    }
    assert offered["A2:A205"] == ("Actors!$A$2:$A$200", False)
    assert offered["E2:E205"][0].startswith('"slight,moderate,strong,vital,-slight')
    levers = book["Levers"]
    assert [cell.value for cell in levers[6]][:9] == [
        "dprk", "tests", None, None, None, "nuclear", "resting", "icbm", "nuclear",
    ]  # fmt: skip
    ranges = {str(rule.sqref): rule.formula1 for rule in levers.data_validations.dataValidation}
    assert ranges["D2:D206"] == "$G2:$K2"
    assert not any(sheet.protection.sheet for sheet in book)
    claims = {str(rule.sqref): rule.formula1 for rule in book["Claims"].data_validations.dataValidation}
    assert '"almost no chance,very unlikely,unlikely' in claims["D2:D201"]


@settings(max_examples=10, deadline=None)
@given(texts=st.lists(TEXTS, max_size=9))
def test_a_file_gives_back_the_texts_of_its_cells(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    texts = [text for text in [*NASTY, *texts] if encode(text, "prose") is not None]
    page = Page("Notes", (Head("a"), Head("b")), [[text, "x"] for text in texts])
    file = tmp_path_factory.mktemp("texts") / "book.xlsx"
    write_pages(file, [page])
    assert read_sheets(file) == {"Notes": list_cells(page)}


@settings(max_examples=200, deadline=None)
@given(text=TEXTS, kind=st.sampled_from(["prose", "text", "number", "lines", "condition"]))
def test_what_a_cell_can_hold_it_gives_back(text: str, kind: str) -> None:
    told = encode(text, kind)
    if told is not None:
        again = decode(Typed(2, 1, told, "text"), kind)
        assert again == (text if kind == "prose" else text.strip())


@pytest.mark.parametrize("text", ["cr\rhere", "_x000D_", "_x0041_", "\x0b", " ", "", "a" * (LONGEST_TEXT + 1)])
def test_what_excel_itself_would_change_is_kept_out_of_cells(text: str) -> None:
    assert encode(text, "prose") is None


@given(
    st.recursive(
        TEXTS | st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=12,
    )
)
def test_data_written_as_yaml_reads_back(node: object) -> None:
    """But for what no file can hold, and nulls inside lists, which are texts nowhere."""
    script = write_script({"key": node})
    found = read_document(script.text, "x")
    if not found.issues:
        assert _bare(found.data["key"]) == _bare(node)


def _bare(node: object) -> object:
    if isinstance(node, dict):
        return {str(key): _bare(item) for key, item in node.items()}
    return [_bare(item) for item in node] if isinstance(node, list) else None if node is None else str(node)


def test_a_mark_stands_without_quotes() -> None:
    mark = Mark("true")
    mark.cell = Cell("book.xlsx", "Levers", 2, 5)
    assert write_script({"a": mark, "b": "true", "c": "2025-01-20", "on": "2025-01-20"}).text == (
        'a: true\nb: "true"\nc: "2025-01-20"\n"on": 2025-01-20\n'
    )


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_columns_are_named_as_in_excel(number: int, letters: str) -> None:
    assert write_letters(number) == letters == openpyxl.utils.get_column_letter(number)


def test_tables_hold_numbers_and_plain_texts(tmp_path: Path) -> None:
    write_tables(tmp_path / "t.xlsx", [("a", "B2", [["x", 1.5], ["=y", None]]), ("b", None, [[date(2025, 1, 2)]])])
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert [[cell.value for cell in row] for row in book["a"]] == [["x", 1.5], ["=y", None]]
    assert book["a"]["A2"].data_type == "s"
    assert book["b"]["A1"].value.date() == date(2025, 1, 2)
