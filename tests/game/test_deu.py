"""DEU III read from either form; every mistake told with its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from decisions import HEADS, make_rows, write_rows
from detente.errors import ScenarioError
from detente.game.exchange import deu
from detente.game.exchange.deu import Decisions, read_deu
from detente.game.exchange.votes import BEFORE_NICE, MEMBERS, NICE, POPULATION, find_capabilities


def tell(path: Path) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read_deu(path)
    return [str(issue).removeprefix(str(path)) for issue in caught.value.issues]


def compare(one: Decisions, other: Decisions) -> None:
    assert len(one.items) == len(other.items) > 0
    for a, b in zip(one.items, other.items, strict=True):
        assert (a.dossier, a.issue, a.title, a.year, a.actors) == (b.dossier, b.issue, b.title, b.year, b.actors)
        for name in ("positions", "saliences", "capabilities", "reference", "outcome"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_the_two_forms_hold_the_same(tmp_path: Path) -> None:
    rows = make_rows()
    rows[0]["out"] = rows[1]["rp"] = ""
    tabs = write_rows(tmp_path / "tabs.tsv", rows)
    original = write_rows(tmp_path / "original.csv", rows, divider=";", missing="999")
    compare(read_deu(tabs), read_deu(original))
    compare(read_deu(tabs), read_deu(write_rows(tmp_path / "spelled.csv", rows, divider=";", missing="999,0")))


def test_what_is_read(tmp_path: Path) -> None:
    row = make_rows(1)[0] | {"pep": "", "sep": "", "pcom": "12.5", "scom": "40", "rp": "999", "out": "37,5"}
    row |= {"prnr": "d05182", "intro": "2021-09-05"}
    found = read_deu(write_rows(tmp_path / "one.tsv", [row]))
    (item,) = found.items
    assert (item.dossier, item.title, item.year) == ("d05182", "made up", 2005)
    assert "ep" not in item.actors
    assert item.positions[item.actors.index("com")] == 12.5
    assert item.saliences[item.actors.index("com")] == 0.4
    assert np.isnan(item.reference)
    assert item.outcome == 37.5
    assert len(found.digest) == 64
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("number", "intro", "year"),
    [
        ("d00032", "26-01-00", 2000),
        ("d95341", "07-02-96", 1996),
        ("d05182", "2021-09-05", 2005),
        ("d180104", "2017-04-18", 2018),
        ("d05182", "2005-09-21", 2005),
        ("d160280", "14-09-2016", 2016),
        ("n0062B", "14-03-00", 2000),
        ("n98189", "999", 1998),
        ("d12001", "", 2012),
        ("odd", "1.2.03", 2003),
    ],
)
def test_a_year_is_found_in_a_mangled_date(tmp_path: Path, number: str, intro: str, year: int) -> None:
    row = make_rows(1)[0] | {"prnr": number, "intro": intro}
    assert read_deu(write_rows(tmp_path / "dates.tsv", [row])).items[0].year == year


def test_a_first_row_of_economies_is_passed_over(tmp_path: Path) -> None:
    size = dict.fromkeys(HEADS, "") | {"prname": "GDP", "pde": "3.36", "puk": "2.86"}
    found = read_deu(write_rows(tmp_path / "size.tsv", [size, *make_rows(2)]))
    assert len(found.items) == len(make_rows(2))
    assert found.remarks == ("The first row has no issue (it holds a proxy of the actors' size) and is passed over.",)


def test_a_position_without_salience_is_told(tmp_path: Path) -> None:
    row = make_rows(1)[0] | {"sde": "", "suk": ""}
    found = read_deu(write_rows(tmp_path / "silent.tsv", [row]))
    assert not {"de", "uk"} & {*found.items[0].actors}
    assert found.remarks == ("An actor has a position and no salience 2 times; there it is left out.",)


def test_every_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    rows = make_rows(3)
    rows[0] |= {"pcom": "120", "sde": "-5", "out": "high"}
    rows[1] |= {"prnr": ""}
    rows[2] |= {"isnr": rows[0]["isnr"], "prnr": rows[0]["prnr"]}
    rows[3] |= {"prnr": "odd", "intro": "spring"}
    path = write_rows(tmp_path / "bad.tsv", rows)
    line = path.read_text().splitlines()[1]
    cure = "It lies between 0 and 100; what is missing is left empty, or 999."
    found = tell(path)
    assert found[0] == f":2:{line.index('120') + 1}  pcom: '120' cannot be. {cure}"
    assert found[1] == f":2:{line.index('-5') + 1}  sde: '-5' cannot be. {cure}"
    assert found[2] == f":2:{line.index('high') + 1}  out: 'high' cannot be. {cure}"
    assert found[3] == ":3:3  prnr: There is no prnr. Fill it in."
    assert found[4] == f":4:1  isnr: The issue '{rows[0]['isnr']}' is here twice. See line 2."
    assert found[5].endswith("intro: 'spring' tells no year. Write day, month and year.")
    assert len(found) == 6


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "  The file is empty. Name your copy of DEU III."),
        ("\n\n", "  The file is empty. Name your copy of DEU III."),
        ("prnr;isnr;out\n", ":1:1  No column has an actor's positions. They are pcom, pep, pat, pbe and so on."),
        ("prnr;isnr;outcome;pcom;scom\n", ":1:1  out: The column 'out' is missing. Did you mean 'outcome'?"),
        ("prnr;isnr;out;pcom\n", ":1:1  scom: The column 'scom' is missing. Every position has a salience."),
        ("prnr;isnr;out;pcom;scom;out\n", ":1:1  out: The column 'out' is here twice. Delete one."),
        ("prnr;isnr;out;pcom;scom\n", "  There is no issue in the file. Name your copy of DEU III."),
        ("prnr;isnr;out;pcom;scom\nd1;2\n", ":2:1  The row has 2 cells, the head 5. Save the file again."),
    ],
)
def test_what_is_no_copy_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "no.csv"
    path.write_text(text)
    assert told in tell(path)


def test_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_rows(tmp_path / "long.tsv", make_rows(4))
    monkeypatch.setattr(deu, "MOST_ROWS", 3)
    assert tell(path) == [":5:1  The file has more than 3 rows. DEU III has 364."]
    monkeypatch.setattr(deu, "LARGEST", 100)
    assert tell(path) == ["  The file has more than 100 bytes. DEU III has far less."]
    assert tell(tmp_path / "none.csv") == ["  The file cannot be read: No such file or directory."]
    assert tell(tmp_path) == ["  The file cannot be read: Is a directory."]
    monkeypatch.setattr(deu, "LARGEST", 1_000_000)
    monkeypatch.setattr(deu, "MOST_ROWS", 1000)
    rows = [row | dict.fromkeys(["pcom", "scom", "pep", "sep", "out"], "x") for row in make_rows(10)]
    found = tell(write_rows(tmp_path / "awful.tsv", rows))
    assert len(found) == deu.TOLD + 1
    assert found[-1] == f"  And {5 * len(rows) - deu.TOLD} mistakes more."


def test_another_encoding_is_read(tmp_path: Path) -> None:
    row = make_rows(1)[0] | {"prname": "Träume"}
    path = write_rows(tmp_path / "old.tsv", [row])
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    assert read_deu(path).items[0].title == "Träume"


def test_votes_of_the_time() -> None:
    actors = ("com", "ep", "de", "lu", "pl")
    assert find_capabilities(actors, 2000).tolist() == [1, 1, 1, 0.2, 0.2]
    assert find_capabilities(actors, 2003).tolist() == [1, 1, 1, 4 / 29, 27 / 29]
    assert find_capabilities(actors, 2013).tolist() == [1, 1, 1, 0.5 / 80.8, 38 / 80.8]
    assert (sum(BEFORE_NICE.values()), len(BEFORE_NICE)) == (87, 15)  # the Council of Fifteen
    assert (sum(NICE.values()), len(NICE)) == (352, 28)  # with Croatia
    assert len(POPULATION) == 28
    assert len(MEMBERS) == 30
