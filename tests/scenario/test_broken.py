"""Every kind of mistake, each with its exact message; a new file in ``broken/`` is a new test."""

from __future__ import annotations

import os
import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest

from detente.errors import ScenarioError
from detente.scenario.reader import load, loads

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))


def test_there_are_many_kinds_of_mistake():
    assert len(BROKEN) >= 60


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_mistake_has_its_exact_message(file):
    with pytest.raises(ScenarioError) as caught:
        load(file)
    told = "\n".join(str(issue).replace(f"{file.parent}/", "") for issue in caught.value.issues)
    assert told + "\n" == file.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_issues_stand_in_the_order_of_the_file(file):
    with pytest.raises(ScenarioError) as caught:
        load(file)
    places = [(issue.line, issue.column) for issue in caught.value.issues]
    assert places == sorted(places)


def told_by(text, **options):
    with pytest.raises(ScenarioError) as caught:
        loads(text, **options)
    return [str(issue) for issue in caught.value.issues]


def test_file_too_large_is_refused_unread(tmp_path):
    file = tmp_path / "large.yaml"
    file.write_bytes(b"title: " + b"a" * 3_000_000)
    with pytest.raises(ScenarioError, match=r"has more than 2,097,152 bytes. Split it."):
        load(file)


def watch_memory(act):
    """What it returns, and the most bytes that were alive at a time."""
    tracemalloc.start()
    try:
        return act(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_text_too_large_is_refused():
    assert told_by("title: " + "a" * 3_000_000) == [
        "scenario.yaml  The file has 3,000,007 bytes; at most 2,097,152 are read. Split it."
    ]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused_before_it_is_built(opening):
    (told,), peak = watch_memory(lambda: told_by(opening * 50_000))
    assert "nested more than 24 deep" in told
    assert peak < 50e6


def test_many_values_are_refused():
    (told,) = told_by("claims: [" + "a," * 60_000 + "]")
    assert "The file has more than 50,000 values." in told


def test_thousands_of_mistakes_are_told_up_to_a_point(text):
    wrong = "".join(f"  c{k}: unknown{k}\n" for k in range(5_000))
    told = told_by(text.replace("  talks: us", wrong + "  talks: us"))
    assert told[-1] == "scenario.yaml  More than 500 mistakes: the rest is not told. Correct these first."
    assert len(told) == 502


def test_many_rules_are_refused(text):
    rules = "  - forbid: us.engagement = summit and dprk.tests = nuclear\n" * 501
    assert told_by(text.replace("rules:\n", "rules:\n" + rules)) == [
        "scenario.yaml:31:1  rules: the list has more than 500 items. Say it with fewer."
    ]


def test_billion_laughs_are_refused_before_they_are_written_out():
    names = "abcdefghij"
    lines = [f"a: &a [{','.join(['lol'] * 10)}]"]
    lines += [f"{y}: &{y} [{','.join(['*' + x] * 6)}]" for x, y in pairwise(names)]
    (told,), peak = watch_memory(lambda: told_by("\n".join(lines)))
    assert told.endswith("the aliases of the file grow too large. Write values out.")
    assert peak < 50e6


def test_missing_file_names_the_bundled_cases():
    with pytest.raises(ScenarioError, match=r"^nowhere  There is no such file, folder or bundled case"):
        load("nowhere")


@pytest.mark.parametrize("case", ["", "a\0b", "../..", "nowhere/", "x" * 300])
def test_odd_case_names_are_refused(case):
    with pytest.raises(ScenarioError):
        load(case)


def test_brief_must_not_lead_out_by_a_link(tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    home = tmp_path / "home"
    home.mkdir()
    (home / "brief.md").symlink_to(secret)
    (home / "scenario.yaml").write_text("title: x\nbrief: brief.md\n")
    with pytest.raises(ScenarioError, match=r"brief: the brief 'brief.md' leads out of the scenario's folder"):
        load(home)


def test_brief_too_large_is_refused(tmp_path):
    (tmp_path / "brief.md").write_bytes(b"a" * 3_000_000)
    (tmp_path / "scenario.yaml").write_text("title: x\nbrief: brief.md\n")
    with pytest.raises(ScenarioError, match=r"the brief 'brief.md' cannot be read. The file has more than"):
        load(tmp_path)


def test_brief_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "brief.md").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "scenario.yaml").write_text("title: x\nbrief: brief.md\n")
    with pytest.raises(ScenarioError, match=r"cannot be read. The file is not UTF-8 text."):
        load(tmp_path)


def test_brief_of_a_text_without_folder_is_refused():
    told = (
        "scenario.yaml:1:8  brief: a scenario given as text has no folder to look for the brief in. Save it as a file."
    )
    assert told in told_by("brief: b.md")


def test_pipe_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "scenario.yaml")
    with pytest.raises(ScenarioError, match=r"The folder has no file scenario\.yaml\."):
        load(tmp_path)
