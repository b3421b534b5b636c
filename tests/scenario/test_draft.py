from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from detente.scenario.draft import draft, split_sentences
from detente.scenario.reader import list_cases, load, loads
from detente.scenario.schema import schema

BRIEF = """\
# What next

Mr. Kim is very unlikely to yield. The U.S. could offer talks! Talks began in May 2019.

A deal is likely, "we think." It ends
here.
"""


def test_draft_loads_as_it_is():
    scenario, warnings = loads(draft("who-blinks first"))
    assert scenario.title == "Who blinks first"
    assert warnings == ()


@given(st.text(max_size=40))
def test_draft_of_any_name_loads(name):
    loads(draft(name))


def test_draft_lists_the_sentences_with_an_estimative_word(tmp_path):
    text = draft("case", BRIEF)
    assert re.findall(r"#   says: (.*?)\s*# (.*)", text) == [
        ("very unlikely", "5-20 %"),
        ("could", "no number on the scale"),
        ("likely", "55-80 %"),
    ]
    (tmp_path / "brief.md").write_text(BRIEF)
    filled = text.replace("  # - id", "  - id").replace("  #   ", "    ")
    scenario, warnings = loads(filled, folder=tmp_path)
    assert [claim.says for claim in scenario.claims] == ["likely", "very unlikely", "could", "likely"]
    assert not [issue for issue in warnings if issue.path.endswith("quote")]


def test_sentences():
    assert split_sentences(BRIEF) == [
        "What next",
        "Mr. Kim is very unlikely to yield.",
        "The U.S. could offer talks!",
        "Talks began in May 2019.",
        'A deal is likely, "we think."',
        "It ends here.",
    ]


@pytest.fixture(scope="module")
def validator():
    Draft7Validator.check_schema(schema())
    return Draft7Validator(schema())


def as_json(text):
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def test_schema_accepts_what_loads(validator, text):
    for document in [text, draft("x"), *(load(case.name).source_text for case in list_cases())]:
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
