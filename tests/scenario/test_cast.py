from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.scenario.essays.cast import find_cast
from detente.scenario.essays.gazetteer import list_forms
from detente.scenario.essays.sentences import Sentence
from detente.scenario.parser import RESERVED


def cast(*texts):
    return find_cast([Sentence(1, place, text) for place, text in enumerate(texts, start=1)])


def told(*texts):
    return [(member.kind, member.key, member.name, member.mentions) for member in cast(*texts)]


def test_a_capital_and_a_people_stand_for_their_state():
    found = cast("Pyongyang waits for Washington.", "North Koreans wait.", "The DPRK's army and the U.S. fleet wait.")
    assert [(member.key, dict(member.forms)) for member in found] == [
        ("dprk", {"Pyongyang": 1, "North Koreans": 1, "DPRK": 1}),
        ("us", {"Washington": 1, "U.S.": 1}),
    ]
    assert found[0].first == Sentence(1, 1, "Pyongyang waits for Washington.")


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["Kim Jong Un came.", "Then Kim left."], [("person", "kim", "Kim Jong Un", 2)]),
        (["President Lee came.", "Then Lee left."], [("person", "lee", "Lee", 2)]),
        (["CIA Director Ann Bo came.", "Then Bo left."], [("person", "bo", "Ann Bo", 2)]),
        (["The KMT won.", "It was the KMT again."], [("organisation", "kmt", "KMT", 2)]),
        (
            ["The Revolutionary Guards met.", "We saw the Revolutionary Guards."],
            [("organisation", "revolutionary_guards", "Revolutionary Guards", 2)],
        ),
        (["They met in Hanoi.", "The city of Vientiane."], []),
        (["In May they met by the Yellow Sea.", "In May the Yellow Sea froze."], []),
        (["But he left on Monday.", "But she came on Monday."], []),
        (
            ["NATO and the EU met.", "The EU left NATO alone."],
            [("organisation", "nato", "NATO", 2), ("organisation", "eu", "European Union", 2)],
        ),
    ],
)
def test_who_is_named_twice(texts, found):
    assert told(*texts) == found


def test_forms_of_the_table_are_plain_and_stand_for_one_thing():
    keys = {entry.key for entry in list_forms().values()}
    assert not keys & RESERVED
    assert len({(entry.key, entry.name) for entry in list_forms().values()}) == len(keys)


names = st.sampled_from(
    ["Kim Jong Un", "Kim", "President Lee", "Seoul", "US", "the KMT", "And", "On", "By", "he went", "Lee.", "—"]
)


@given(st.lists(st.lists(names | st.text(max_size=10), max_size=8).map(" ".join), max_size=8))
def test_keys_are_names_and_differ(texts):
    found = cast(*texts)
    keys = [member.key for member in found]
    assert len(set(keys)) == len(keys)
    assert all(key.isidentifier() and key not in RESERVED for key in keys)
    assert all(member.mentions >= 2 and member.first is not None for member in found)
    assert [member.mentions for member in found] == sorted((member.mentions for member in found), reverse=True)
