"""Files that are no conflict, or none that can be: refused with the place, the value and the cure, all at once."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflicts import AS_OF, import_document, list_exclusive, list_published, make_document
from detente.errors import ScenarioError
from detente.game.exchange.gmcr_json import read_text
from detente.game.exchange.gmcr_reader import read_gmcr
from detente.game.exchange.transcript import transcribe
from detente.scenario.document import LARGEST_FILE
from detente.scenario.reader import loads

CUBA = list_published()["cuba-1962"].document


def refuse(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read_gmcr(text, "f.gmcr")
    return [str(issue) for issue in caught.value.issues]


def change(edit: Callable[[dict[str, Any]], object]) -> str:
    document = copy.deepcopy(CUBA)
    edit(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "f.gmcr:1:1  The file breaks off here. Copy it again."),
        (json.dumps(CUBA)[:-40], "f.gmcr:1:"),
        ('{"options": [}', "f.gmcr:1:14  The text is not JSON here (Expecting value)."),
        ("detente: 1\ntitle: x\n", "f.gmcr:1:1  The text is not JSON here (Expecting value)."),
        ("[" * 40, "f.gmcr:1:25  Brackets are nested more than 24 deep."),
        ("[" * 1_000_000, "f.gmcr:1:25  Brackets are nested more than 24 deep."),
        ('"' + '\\"' * 500_000, "f.gmcr:1:1  The file breaks off here."),
        ('{"a": NaN}', "f.gmcr  NaN is not a number of JSON."),
        ('{"a": %s}' % ("9" * 5000), "f.gmcr  The number 99999999999999999999... has 5,000 digits."),
        ('{"options": [], "options": []}', "f.gmcr  The key 'options' is twice in one object."),
        ("[1, 2]", "f.gmcr  The file is no conflict of GMCR+: it has no options. Save one with GMCR+ as .gmcr."),
        ('{"nodes": []}', "f.gmcr  The file is no conflict of GMCR+: it has no options."),
        ('{"program": "vscode"}', "f.gmcr  The file is no conflict of GMCR+: its program is 'vscode'."),
        (
            change(lambda d: d.update(program="other")),
            "f.gmcr  The file is no conflict of GMCR+: its program is 'other'.",
        ),
        (change(lambda d: d.pop("infeasibles")), "f.gmcr  The key 'infeasibles' is missing."),
        (change(lambda d: d.update(options=[])), "f.gmcr  options: there is no option. Name at least one."),
        (change(lambda d: d.update(options={})), "f.gmcr  options: {} stands where a list belongs."),
        (
            change(lambda d: d.update(options=d["options"] * 9)),
            "f.gmcr  options: it has 36 items; at most 24 are read.",
        ),
        (change(lambda d: d.update(decisionMakers=[])), "f.gmcr  decisionMakers: there is no decision maker."),
    ],
)
def test_what_is_no_conflict(text: str, sentence: str) -> None:
    assert refuse(text)[0].startswith(sentence)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (
            lambda d: d["options"].append({"name": "Spare", "permittedDirection": "both"}),
            "f.gmcr  options[5]: option 4 is nobody's. Give it to a decision maker.",
        ),
        (
            lambda d: d["decisionMakers"][0].update(options=[0, 1, 2]),
            "f.gmcr  decisionMakers[2].options[1]: option 2 belongs to 'US' already. An option has one owner here.",
        ),
        (
            lambda d: d["decisionMakers"][0].update(options=[0, 1, 7]),
            "f.gmcr  decisionMakers[1].options[3]: there is no option 7. Options are numbered from 0 to 3.",
        ),
        (
            lambda d: d["decisionMakers"][0].update(options=[0, 1, True]),
            "f.gmcr  decisionMakers[1].options[3]: there is no option true. Options are numbered from 0 to 3.",
        ),
        (
            lambda d: d["decisionMakers"][1].update(name="US"),
            "f.gmcr  decisionMakers[2].name: there are two decision makers 'US'. Rename one.",
        ),
        (
            lambda d: d["options"][1].update(name="Air strike"),
            "f.gmcr  options[2].name: 'US' has two options 'Air strike'. Rename one.",
        ),
        (
            lambda d: d["options"][1].update(name=" ?"),
            "f.gmcr  options[2].name: ' ?' is no name. Name it with letters or digits.",
        ),
        (
            lambda d: d["options"][1].update(permittedDirection="up"),
            "f.gmcr  options[2].permittedDirection: 'up' is no direction. Write both, fwd or back.",
        ),
        (
            lambda d: d["infeasibles"].append([[9, "Y"]]),
            "f.gmcr  infeasibles[2][1]: there is no option 9. Options are numbered from 0 to 3.",
        ),
        (
            lambda d: d["infeasibles"].append([[0, "Y"], [0, "N"]]),
            "f.gmcr  infeasibles[2][2]: option 0 is twice in the condition. Keep one.",
        ),
        (
            lambda d: d["infeasibles"].append([[0, "y"]]),
            'f.gmcr  infeasibles[2][1]: [0, "y"] is no option with Y or N. Write, for example, [0, "Y"].',
        ),
        (
            lambda d: d["infeasibles"].append([]),
            "f.gmcr  infeasibles[2]: the condition names no option, so it forbids every state. Delete it.",
        ),
        (
            lambda d: d["infeasibles"].append({"compound": True, "members": [7]}),
            'f.gmcr  infeasibles[2].members[1]: 7 is no condition. Write a list such as [[0, "Y"], [1, "N"]].',
        ),
        (
            lambda d: d["infeasibles"].extend([[[0, "Y"]], [[0, "N"]]]),
            "f.gmcr  infeasibles: no state is feasible. Take a condition out.",
        ),
        (
            lambda d: d["decisionMakers"][0]["preferenceRanking"].append(13),
            "f.gmcr  decisionMakers[1].preferenceRanking[13]: there is no feasible state 13. "
            "The feasible states are numbered from 1 to 12.",
        ),
        (
            lambda d: d["decisionMakers"][0]["preferenceRanking"].__setitem__(2, [1, "2"]),
            "f.gmcr  decisionMakers[1].preferenceRanking[3][2]: there is no feasible state '2'. "
            "The feasible states are numbered from 1 to 12.",
        ),
        (
            lambda d: d["decisionMakers"][1]["preferenceRanking"].append(1),
            "f.gmcr  decisionMakers[2].preferenceRanking[13]: state 1 is ranked twice. Keep one place.",
        ),
        (
            lambda d: d["decisionMakers"][1]["preferenceRanking"].pop(),
            "f.gmcr  decisionMakers[2].preferenceRanking: it has no place for 1 of the 12 feasible states: 9. "
            "Give each one.",
        ),
        (
            lambda d: d["decisionMakers"][1].pop("preferenceRanking"),
            "f.gmcr  decisionMakers[2]: there is no 'preferenceRanking', and the file says that rankings count. "
            "Add it.",
        ),
        (
            lambda d: d["decisionMakers"][1].update(payoffs=[1, 2]),
            "f.gmcr  decisionMakers[2].payoffs: there are 2 numbers for 12 feasible states. "
            "Save the conflict again with GMCR+.",
        ),
        (
            lambda d: d.update(useManualPreferenceRanking="yes"),
            "f.gmcr  useManualPreferenceRanking: 'yes' is neither true nor false. "
            "Write true when the rankings count, else false.",
        ),
        (
            lambda d: d.update(coalitions=[0, [1, 5]]),
            "f.gmcr  coalitions[2]: there is no decision maker 5. They are numbered from 0 to 1.",
        ),
        (
            lambda d: d.update(detente={"statusQuo": 40}),
            "f.gmcr  detente.statusQuo: there is no feasible state 40. The feasible states are numbered from 1 to 12.",
        ),
    ],
)
def test_what_does_not_fit_together(edit: Callable[[dict[str, Any]], object], sentence: str) -> None:
    assert sentence in refuse(change(edit))


def test_mistakes_are_told_all_at_once() -> None:
    def spoil(document: dict[str, Any]) -> None:
        document["options"][0]["permittedDirection"] = "sideways"
        document["infeasibles"].append([[8, "Y"]])
        document["decisionMakers"][0]["preferences"] = [[[0, "maybe"]]]
        document["coalitions"] = [6]

    places = [line.split(": ")[0].removeprefix("f.gmcr  ") for line in refuse(change(spoil))]
    assert places == [
        "options[1].permittedDirection",
        "infeasibles[2][1]",
        "decisionMakers[1].preferences[1][1]",
        "coalitions[1]",
    ]


def test_more_mistakes_than_anybody_reads() -> None:
    lines = refuse(change(lambda d: d.update(coalitions=[-1] * 1900)))
    assert len(lines) == 501
    assert lines[-1] == "f.gmcr  More than 500 mistakes: the rest is not told. Correct these first."


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    large = tmp_path / "large.gmcr"
    large.write_bytes(b" " * (LARGEST_FILE + 1))
    binary = tmp_path / "binary.gmcr"
    binary.write_bytes(b"\xff\xfe{}")
    for path, sentence in [
        (large, "The file has more than 2,097,152 bytes."),
        (binary, "The file is not UTF-8 text."),
        (tmp_path / "none.gmcr", "The file cannot be read: No such file or directory."),
        (tmp_path, "The file cannot be read: Is a directory."),
        (Path("nul\0.gmcr"), "The file cannot be read: the name is none."),
    ]:
        with pytest.raises(ScenarioError) as caught:
            read_text(path)
        assert caught.value.issues[0].message == sentence


def test_what_no_scenario_holds_is_refused_as_the_file() -> None:
    statement = {"compound": True, "members": [[[k, "Y"], [k + 1, "N"]] for k in range(3)] * 200}
    document = make_document({"A": [("x", "both"), ("y", "both")], "B": [("z", "both"), ("w", "both")]})
    document["decisionMakers"][0]["preferences"] = [statement]
    with pytest.raises(
        ScenarioError, match=r"^x.gmcr  No scenario holds this conflict: at actors\.a\.priorities\[1\] the text has"
    ):
        import_document(document)


HOSTILE = [
    "and", "on", "no", "null", "true", "chance", "P", "E", "stable", "tempo", "reading", "odds", "stakes", "s1", "s2",
    "1e3", "007", "a.b", "a: b", "- x", "# x", "{x}", "[x", "x]", "x, y", "'x", '"x"', "x\\", "%x", "&x", "*x", "!!x",
    "x\ny", "x\x1b[31m", "\u202ex", "x\ud800", "\ufeffx", "Ünïcödé", "制裁", "ﬁn", "İ", "x" * 300, "ß" * 100,
    "__class__", "$(rm -rf x)", "x; import os", "actors", "yes = no", "x and y", "x\u2028y",
]  # fmt: skip


@given(st.randoms(use_true_random=False))
def test_any_names_make_a_scenario_that_loads(pick: random.Random) -> None:
    names = pick.sample(HOSTILE, 6)
    document = make_document(
        {names[0]: [(names[1], "both"), (names[2], "fwd")], names[3]: [(names[4], "back"), (names[5], "both")]},
        list_exclusive([0, 1]),
        [[*range(0, 16, 4), *range(1, 16, 4), *range(2, 16, 4)]] * 2,
    )
    document["detente"] = {"title": pick.choice(HOSTILE)}
    document["version"] = pick.choice(HOSTILE)
    conflict = read_gmcr(json.dumps(document), "x.gmcr")
    made = transcribe(conflict, source=pick.choice(HOSTILE), title="x", as_of=AS_OF)
    scenario, _ = loads(made.text)
    assert [len(actor.levers) for actor in scenario.actors] == [2, 2]
    assert all(len(lever.name) <= 60 and lever.label for lever in scenario.levers)
    assert made.text.count("\n# - ") == len(made.remarks)
    assert "\x1b" not in made.text
    assert "\u202e" not in made.text


@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    """Any value of the file replaced by any other: a conflict or a ScenarioError, nothing else."""
    document = copy.deepcopy(data.draw(st.sampled_from([case.document for case in list_published().values()])))
    spots: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            spots.append((node, key))
            if isinstance(value, dict | list):
                walk(value)

    walk(document)
    for _ in range(data.draw(st.integers(1, 3))):
        node, key = data.draw(st.sampled_from(spots))
        node[key] = data.draw(
            st.sampled_from([None, True, False, 0, 1, -1, 2.5, 10**9, "", "Y", "x", [], {}, [[]], [[0, "Y"]], {"a": 1}])
        )
    with suppress(ScenarioError):
        read_gmcr(json.dumps(document), "x.gmcr")
