"""run: what changed since an earlier run: one beside it, one named, or itself before it was drawn further."""

from __future__ import annotations

import json
import os
from html import escape
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import SMALL, Said, Tell
from detente import api

#: a day long ago, and the next
OLD, NEXT = 1_700_000_000, 1_700_086_400


def run(tell: Tell, options: str = "") -> Any:
    said = tell(f"run small.yaml --draws 16 --workers 1 --json {options}")
    return said.document


def folder_of(path: Path) -> Path:
    return Path("runs") / f"small-{api.load(path.name).digest[:8]}"


def age(folder: Path, moment: int) -> None:
    """As if the run had been made then."""
    for path in folder.glob("part-*"):
        os.utime(path, (moment, moment))


@pytest.fixture
def earlier(tell: Tell, small: Path) -> Path:
    """A finished run of the case as it was, of 14 November 2023, after which the case was written otherwise."""
    assert run(tell)["developments"] is None
    folder = folder_of(small)
    age(folder, OLD)
    text = SMALL.replace("weight: 1 to 3", "weight: 3 to 6").replace("says: likely", "says: unlikely")
    small.write_text(text.replace("id: someday", "id: anyday"), encoding="utf-8")
    return folder


def test_a_changed_case_tells_what_changed(tell: Tell, earlier: Path) -> None:
    document = run(tell)
    found = document["developments"]
    assert (found["earlier"], found["on"], found["extended"]) == (str(earlier), "2023-11-14", False)
    changes = {(item["what"], item["id"]) for item in found["comparison"]["changes"]}
    assert changes == {("input", "north.quiet"), ("claim", "silence"), ("claim", "someday"), ("claim", "anyday")}
    (move,) = (item for item in found["moves"] if item["claim"] == "silence")
    assert move["beyond"] is True
    assert (move["before"]["verdict"], move["after"]["verdict"]) == ("supported", "higher")
    head, *_ = document["news"]
    page = Path(document["report"]).read_text(encoding="utf-8")
    assert '<a href="#changed">Since the earlier run: 1 verdict changed' in page
    assert all(escape(sentence) in page.replace("\N{NO-BREAK SPACE}", " ") for sentence in document["news"])
    assert head == f"Compared with the run of 14 November 2023 in {earlier} (16 draws), paired draw by draw."


def test_the_summary_says_it_in_three_lines_at_most(tell: Tell, earlier: Path) -> None:
    lines = tell("run small.yaml --draws 16 --workers 1").out.splitlines()
    (start,) = (place for place, line in enumerate(lines) if line.startswith("Compared with the run of"))
    end = lines.index("", start)
    assert end - start <= 3
    assert "1 verdict changed: silence supported → higher (rewritten)" in " ".join(lines[start:end])


def test_nothing_is_compared_when_told_so(tell: Tell, earlier: Path) -> None:
    document = run(tell, "--since none")
    assert (document["developments"], document["news"]) == (None, [])


def test_a_run_may_be_named(tell: Tell, earlier: Path) -> None:
    run(tell, "--out elsewhere --since none")
    found = run(tell, f"--since {earlier} --out third")["developments"]
    assert found["earlier"] == str(earlier)


@pytest.mark.parametrize(
    ("named", "code", "sentence"),
    [
        ("nowhere", 2, "--since  nowhere is no run. Name a run's folder, or 'none'."),
        ("here", 2, "--since  here is this very run. Name another, or leave it out."),
    ],
)
def test_no_run_is_refused_before_any_draw(tell: Tell, small: Path, named: str, code: int, sentence: str) -> None:
    said = tell(f"run small.yaml --draws 2 --out here --since {named}")
    assert (said.code, said.out, said.err) == (code, "", f"{sentence}\n")
    assert not Path("here").exists()


def test_a_damaged_run_that_is_named_fails_before_anything_is_drawn(tell: Tell, earlier: Path) -> None:
    next(earlier.glob("part-*")).write_bytes(b"")
    said = tell(f"run small.yaml --draws 2 --out here --since {earlier}")
    assert (said.code, said.out) == (1, "")
    assert not Path("here").exists()


def test_the_newest_that_can_be_read_is_taken_and_damaged_ones_are_said(tell: Tell, small: Path, earlier: Path) -> None:
    small.write_text(SMALL.replace("weight: 1 to 3", "weight: 2 to 3"), encoding="utf-8")
    run(tell)
    damaged = folder_of(small)
    age(damaged, NEXT)
    next(damaged.glob("part-*")).write_bytes(b"no parquet")
    small.write_text(SMALL.replace("weight: 1 to 3", "weight: 2 to 4"), encoding="utf-8")
    document = run(tell)
    found = document["developments"]
    assert found["earlier"] == str(earlier)
    assert [item["run"] for item in found["unread"]] == [str(damaged)]
    assert any(sentence.startswith(f"{damaged} is passed over: ") for sentence in document["news"])


def test_only_damaged_runs_are_said_too(tell: Tell, earlier: Path) -> None:
    next(earlier.glob("part-*")).write_bytes(b"no parquet")
    said = tell("run small.yaml --draws 4 --workers 1")
    assert said.code == 0
    assert f"{earlier} is passed over: " in " ".join(said.out.split())


def test_what_is_no_earlier_run(tell: Tell, small: Path, earlier: Path) -> None:
    other = small.with_name("other.yaml")
    other.write_text(SMALL, encoding="utf-8")
    assert tell("run other.yaml --draws 2 --workers 1").code == 0
    now = folder_of(small)
    assert run(tell)["developments"]["earlier"] == str(earlier)
    age(now, OLD - 1)
    assert run(tell)["developments"] is None  # what was made later is no earlier run
    age(now, NEXT)
    next(earlier.glob("part-*")).unlink()
    assert run(tell)["developments"] is None


def test_a_run_under_another_name_is_known_by_its_findings(tell: Tell, small: Path, earlier: Path) -> None:
    earlier = earlier.rename(earlier.with_name("first-week"))
    assert run(tell)["developments"]["earlier"] == str(earlier)
    (earlier / "findings.json").unlink()
    assert run(tell)["developments"] is None


def test_a_run_drawn_further_tells_from_where(tell: Tell, small: Path) -> None:
    run(tell)
    documents = [tell("run small.yaml --draws 32 --workers 1 --json").document for _ in range(2)]
    for document in documents:  # told again it is the same
        found = document["developments"]
        assert (found["extended"], found["draws"]) == (True, [16, 32])
        assert document["news"][0].startswith("Compared with this run when it had 16 draws on ")
    assert documents[0] == documents[1]
    before = api.load("small.yaml")
    values = api.read_run(folder_of(small))[1].numbers["claim/silence"]
    (move,) = (item for item in documents[0]["developments"]["moves"] if item["claim"] == "silence")
    assert move["before"]["mean"] == pytest.approx(values[:16].mean())
    assert move["after"]["mean"] == pytest.approx(values.mean())
    assert before.digest == documents[0]["digest"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"digest": 1}', "\x00", '{"a": ' * 100_000])
def test_damaged_findings_are_said_and_written_anew(tell: Tell, small: Path, text: str) -> None:
    first = run(tell)
    path = folder_of(small) / "findings.json"
    path.write_text(text, encoding="utf-8")
    document = run(tell)
    assert json.loads(path.read_text(encoding="utf-8"))["claims"] == first["claims"]
    if text != '{"digest": 1}':  # findings of something else are no stage of this run
        assert any(str(path) in sentence for sentence in document["news"])


@pytest.mark.parametrize("wrong", [{"draws": "many"}, {"developments": 3}, {"developments": {"extended": True}}])
def test_findings_of_the_wrong_shape_are_said(tell: Tell, small: Path, wrong: dict[str, object]) -> None:
    run(tell)
    path = folder_of(small) / "findings.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | wrong), encoding="utf-8")
    (sentence,) = run(tell)["news"]
    assert "cannot be understood" in sentence


def test_what_cannot_be_written_is_said(tell: Tell, small: Path) -> None:
    (folder_of(small) / "findings.json").mkdir(parents=True)
    said: Said = tell("run small.yaml --draws 2 --workers 1")
    assert said.code == 1
    assert "findings.json: cannot be written" in said.err
