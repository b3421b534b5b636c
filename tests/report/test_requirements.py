"""What would have to be true, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detente import api
from detente.report.requirements import describe, list_rows
from detente.scenario.model import Scenario
from detente.scenario.reader import loads
from detente.solvers.adjustments import Adjustment
from detente.solvers.inverse import Inverse

TEXT = """\
detente: 1
title: T
as_of: 2024-01-01
horizon: 1 month
actors:
  a:
    name: The Alliance
    levers: {x: [no, yes]}
    wants:
      - {id: act, want: x = yes, weight: {value: 1 to 4, shared: zeal}}
      - {id: calm, want: b.y = no, weight: 1}
  b:
    name: The Bloc
    levers: {y: [no, yes]}
    wants: [{id: rest, want: y = no, weight: 1}]
conditions:
  quiet: a.x = no and b.y = no
"""


def invert(concept: str = "nash") -> tuple[Inverse, Scenario]:
    scenario = loads(TEXT)[0]
    return api.invert(scenario, concepts=[concept]), scenario


def alter(**fields: object) -> tuple[Inverse, Scenario]:
    """The same with other fields in the first answer."""
    found, scenario = invert()
    first = found.answers[0]
    assert isinstance(first, Adjustment)
    return replace(found, answers=(replace(first, **fields),)), scenario


def test_rows() -> None:
    assert list_rows(*invert()) == [
        ("Nash", "a", "found", "2", "a.act 2 to 0"),
        ("Nash", "b", "impossible", "", "a leaves for (a.x = yes), undeterred"),
    ]


def test_sentences() -> None:
    found, scenario = invert()
    head, change, method = describe(found, scenario)
    assert head == "What would have to be true for an equilibrium at: quiet."
    assert change.replace("\n", " ") == (
        "Nash, The Alliance: the weight on “x = yes” drops to nothing, from 2 (a.act). 2 in all, 1 of 2 weights. In "
        "the file zeal moves other inputs too; here each weight moves alone."
    )
    assert method.replace("\n", " ") == (
        "One actor at a time, all else at central values. Least changes by HiGHS (at most 0 binary variables, 2 rows), "
        "priced and solved again; they end in ties, which count as no better. An improvement that a sanction needs "
        f"counts from 0.0001. Digest {scenario.digest[:12]}."
    )
    assert all(len(line) <= 100 for part in describe(found, scenario) for line in part.splitlines())


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ({"verified": False}, ("not verified", "2", "a.act 2 to 0")),
        (
            {"verdict": "undecided", "bound": 1.5, "seconds": 9.0},
            ("undecided", "> 1.5", "after 9 s; no smaller change"),
        ),
        ({"verdict": "impossible"}, ("impossible", "", "whatever the weights")),
        ({"verdict": "impossible", "within": True}, ("impossible", "", "no weights in the stated ranges")),
        ({"verdict": "stable"}, ("stable", "", "an equilibrium as it is")),
        ({"verdict": "too large"}, ("too large", "", "too many moves to look at")),
    ],
)
def test_every_verdict_has_its_row(fields: dict[str, object], row: tuple[str, str, str]) -> None:
    ((_, _, answer, change, what),) = list_rows(*alter(**fields))
    assert (answer, change) == row[:2]
    assert what.startswith(row[2])


def test_what_did_not_go_smoothly_is_said() -> None:
    assert "met by 1e-07, since ties" in describe(*alter(margin=1e-7))[1].replace("\n", " ")
    assert "does not confirm it" in describe(*alter(verified=False))[1].replace("\n", " ")


def test_rankings_in_words() -> None:
    scenario = api.load("chicken")
    found = api.invert(scenario, concepts=["smr", "seq"], actors=["row"])
    assert [part.replace("\n", " ") for part in describe(found, scenario)[1:]] == [
        "SMR, Row: of 24 strict rankings of 4 states 14 make it stable for Row, 14 an equilibrium. Stable for Row once "
        "these rank below both_swerve: row_wins; or column_wins and crash.",
        "SEQ, Row: of 24 strict rankings of 4 states 12 make it stable for Row, 6 an equilibrium. All that make it an "
        "equilibrium rank both_swerve above row_wins, crash above column_wins. Stable for Row once these rank below "
        "both_swerve: row_wins.",
        "One actor at a time, all else at central values. Rankings are strict and of the model's own states, also "
        f"where its source takes several for one. Digest {scenario.digest[:12]}.",
    ]


def test_counts_out_of_reach_say_why() -> None:
    scenario = api.load("elmira")
    found = api.invert(scenario, concepts=["nash"], actors=["moe"])
    for fields, words in (
        ({"rankings": 0, "stable": None}, "more than 1,000 states to rank"),
        ({"stable": None, "mentioned": 30}, "stability hangs on 30 states, more than 22"),
        (
            {"stable": 10**12, "ordered": 11},
            "stable for it in about 1.0e+12 of 479,001,600; the others' stability hangs",
        ),
    ):
        answer = replace(found.answers[0], equilibrium=None, escape=None, **fields)
        ((*_, kind, change, what),) = list_rows(replace(found, answers=(answer,)), scenario)
        assert (kind, change) == ("not counted", "")
        assert what.startswith(words)
