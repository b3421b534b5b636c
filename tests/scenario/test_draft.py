from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from detente.scenario.anchors import find_anchors
from detente.scenario.draft import draft
from detente.scenario.essays.essay import Essay
from detente.scenario.essays.outline import make_outline, read_outline
from detente.scenario.essays.plain import read_blocks
from detente.scenario.folding import normalise
from detente.scenario.reader import list_cases, load, loads
from detente.scenario.schema import schema

BRIEF = """\
# What next for the strait

Mr. Kim is very unlikely to yield. The U.S. could offer talks! Talks began in May 2019.

A deal is not likely, "we think." Washington should wait for Pyongyang.

If Kim yields, Pyongyang will sign. Xi Jinping: "a deal: #1"; that strains the alliance.
"""


def outline(text):
    return make_outline(Essay(tuple(read_blocks(text))))


def test_draft_loads_as_it_is():
    scenario, warnings = loads(draft("who-blinks first"))
    assert scenario.title == "Who blinks first"
    assert warnings == ()


@given(st.text(max_size=40))
def test_draft_of_any_name_loads(name):
    loads(draft(name))


def read(folder, text, essay):
    (folder / "brief.md").write_text(essay.text, encoding="utf-8")
    return loads(text, folder=folder)


def test_draft_lists_the_claims_of_a_brief_in_its_order(tmp_path):
    found = outline(BRIEF)
    text = draft("case", found)
    assert re.findall(r"    says: (.*?)\s*# (.*)", text) == [
        ("very unlikely", "5-20 %"),
        ("could", "no number on the scale"),
        ("not likely", "no number on the scale; unlikely is 20-45 %"),
    ]
    scenario, issues = read(tmp_path, text, found.essay)
    assert scenario.title == "What next for the strait"
    assert [(claim.id, claim.because) for claim in scenario.claims] == [
        ("p1s1", "forecast, by 'is very unlikely to' (paragraph 1, sentence 1)"),
        ("p1s2", "forecast, by 'could' (paragraph 1, sentence 2)"),
        ("p2s1", "forecast, by 'is not likely' (paragraph 2, sentence 1)"),
        ("p2s2", "recommendation, by 'should' (paragraph 2, sentence 2)"),
        ("p3s1", "conditional, by 'If', 'will' (paragraph 3, sentence 1)"),
        ("p3s2", "causal, by 'strains' (paragraph 3, sentence 2)"),
    ]
    assert [actor.id for actor in scenario.actors] == ["us", "dprk"]
    assert "#   Kim: Kim 2; first in paragraph 1" in text
    assert {issue.severity for issue in issues} == {"empty"}
    assert [issue.line for issue in issues] == sorted(issue.line for issue in issues)
    assert [issue.message for issue in issues[:3]] == [
        "what us can do and wants is a placeholder.",
        "what dprk can do and wants is a placeholder.",
        "the claim p1s1 has no query yet: Mr. Kim is very unlikely to yield.",
    ]
    assert len(issues) == 2 + len(scenario.claims)


def test_what_is_filled_in_is_empty_no_more(tmp_path):
    found = outline(BRIEF)
    text = draft("case", found)
    filled = text.replace("to_fill", "stance").replace(
        "    about:\n", "    about: P(us.stance = changed by 2025-06-01)\n", 5
    )
    _, issues = read(tmp_path, filled.replace("    about:\n", "    unscorable: a feeling\n"), found.essay)
    assert [issue for issue in issues if issue.severity == "empty"] == []


def test_a_brief_without_claims_or_names_still_makes_a_file_that_loads(tmp_path):
    found = outline("It rained. The dog slept.")
    scenario, issues = read(tmp_path, draft("case", found), found.essay)
    assert (scenario.claims, [actor.id for actor in scenario.actors], issues) == ((), ["home", "rival"], ())


WORDS = [
    "Kim",
    "Seoul",
    "US",
    "may",
    "likely",
    "{want: x}",
    "#",
    ": ",
    '"',
    "'",
    "- a",
    "if",
    "Lee Ann",
    "\u2028",
    "[",
    "%",
]


@given(
    st.lists(st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=12).map(" ".join), min_size=1, max_size=6)
)
def test_draft_of_any_brief_loads_with_every_quote_found(paragraphs):
    with TemporaryDirectory() as folder:
        essay = Path(folder, "essay.txt")
        essay.write_text("\n\n".join([*paragraphs, "He may go."]).replace("\0", ""), encoding="utf-8")
        found = read_outline(essay)
        scenario, issues = read(Path(folder), draft("case", found), found.essay)
    assert len(scenario.claims) == len(found.reading.suggestions)
    # Of a text that says the same over and over a quote may be left with several places; it is never lost.
    assert [
        issue.message for issue in issues if issue.severity != "empty" and "times; the first" not in issue.message
    ] == []
    for claim, anchor, item in zip(scenario.claims, find_anchors(scenario), found.reading.suggestions, strict=True):
        assert anchor.span is not None
        assert normalise(scenario.brief[slice(*anchor.span)]) == normalise(item.quote) or "[^" in claim.quote
        assert (anchor.state == "found") or not claim.prefix + claim.suffix


def test_a_sentence_that_stands_twice_is_drafted_with_the_words_around_it(tmp_path):
    text = "He may go. They may stay.\n\nIn June he said: They may stay. They may stay, as ever. It is over."
    (tmp_path / "essay.txt").write_text(text, encoding="utf-8")
    found = read_outline(tmp_path / "essay.txt")
    scenario, issues = read(tmp_path, draft("case", found), found.essay)
    assert [issue for issue in issues if issue.severity != "empty"] == []
    claims = {claim.id: claim for claim in scenario.claims}
    assert (claims["p1s2"].quote, claims["p1s2"].prefix) == ("They may stay.", "go.")
    places = [anchor.span[0] for anchor in find_anchors(scenario)]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


@pytest.fixture(scope="module")
def validator():
    Draft7Validator.check_schema(schema())
    return Draft7Validator(schema())


def as_json(text):
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def test_schema_accepts_what_loads(validator, text):
    for document in [
        text,
        draft("x"),
        draft("x", outline(BRIEF)),
        *(load(case.name).source_text for case in list_cases()),
    ]:
        assert [error.message for error in validator.iter_errors(as_json(document))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("horizon:", "horizn:"),
        ("weight: strong, ", ""),
        ("[none, offer, summit]", "[none]"),
        ("behaviour: {tempo: monthly}", "behaviour: {temp: monthly}"),
        ("levels: [yoon, successor]", "levels: yoon"),
    ],
)
def test_schema_refuses_what_does_not(validator, text, old, new):
    assert old in text
    assert list(validator.iter_errors(as_json(text.replace(old, new))))
