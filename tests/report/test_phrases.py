"""Conditions and queries in words mean what they mean in the language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import api
from detente.report.phrases import Phrasebook
from detente.scenario.catalogue import names_of
from detente.scenario.conditions import Condition, In
from detente.scenario.interpreter import resolve_query
from detente.scenario.names import resolve_condition
from detente.scenario.reader import loads
from findings.mock_korea import scenario
from findings.test_interventions import SMALL
from scenario.conftest import TEXT
from scenario.spoken import LEVERS, Spoken, conditions, states

CASE, _ = loads(TEXT)
NAMES = names_of(CASE)
WORDS = Phrasebook(CASE)


class Listener:
    """What a phrase says of a state, read back by somebody who knows English and not the language."""

    def __init__(self, phrase: str, state: Mapping[str, int]) -> None:
        self.rest, self.state = phrase, state

    def hear(self) -> bool:
        answer = self.listen()
        assert self.rest == ""
        return answer

    def listen(self) -> bool:
        parts = [self.part()]
        for joiner in (" and ", " or "):
            if self.rest.startswith(joiner):
                while self.take(joiner):
                    parts.append(self.part())
                return all(parts) if joiner == " and " else any(parts)
        return parts[0]

    def part(self) -> bool:
        if self.take("not ("):
            return not self.closed()
        if self.take("("):
            return self.closed()
        if found := re.match("at least ([0-9]+) of these: ", self.rest):
            self.take(found[0])
            parts = [self.part()]
            while self.take("; "):
                parts.append(self.part())
            return sum(parts) >= int(found[1])
        atom = re.match("“([^”]*)” is (.*?)(?= and [“(na]| or [“(]| or not \\(| or at least|[;)]|$)", self.rest)
        assert atom is not None, self.rest
        self.take(atom[0])
        return self.stands(atom[1], atom[2])

    def closed(self) -> bool:
        answer = self.listen()
        assert self.take(")")
        return answer

    def take(self, head: str) -> bool:
        found = self.rest.startswith(head)
        self.rest = self.rest.removeprefix(head)
        return found

    def stands(self, lever: str, told: str) -> bool:
        levels, place = LEVERS[lever], self.state[lever]
        if told in ("anything", "nothing"):
            return told == "anything"
        if told.startswith("not "):
            return levels[place] != told.removeprefix("not ")
        if told.endswith(" or beyond"):
            return place >= levels.index(told.removesuffix(" or beyond"))
        if told.endswith(" or before"):
            return place <= levels.index(told.removesuffix(" or before"))
        named = re.split(", | or ", told)
        assert set(named) <= set(levels)
        return levels[place] in named


@given(conditions)
def test_a_condition_in_words_is_true_where_the_condition_is(spoken: Spoken) -> None:
    phrase = WORDS.condition(resolve_condition(spoken.text, NAMES))
    for state in list(states())[::5]:
        assert Listener(phrase, state).hear() == spoken.holds(state), phrase


@given(st.integers(2, 7).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1)))))
def test_a_set_of_levels_in_words_is_that_set(asked: tuple[int, set[int]]) -> None:
    count, chosen = asked
    case = scenario()
    us = case.actors[0]
    levels = tuple(f"l{k}" for k in range(count))
    book = Phrasebook(_with_levels(levels))
    phrase = book.condition(Condition(In(us.levers[0].id, tuple(sorted(chosen)))))
    label = us.levers[0].label
    assert phrase.startswith(f"“{label}” is ")
    heard = Listener.__new__(Listener)
    LEVERS[label] = list(levels)
    try:
        for place in range(count):
            heard.state = {label: place}
            assert heard.stands(label, phrase.removeprefix(f"“{label}” is ")) == (place in chosen), phrase
    finally:
        del LEVERS[label]


def _with_levels(levels: Sequence[str]):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    case = scenario()
    us = case.actors[0]
    lever = replace(us.levers[0], levels=tuple(levels))
    return replace(case, actors=(replace(us, levers=(lever,)), *case.actors[1:]))


@pytest.mark.parametrize(
    ("query", "phrase"),
    [
        (
            "P(us.drills = scaled by 2025-07-20)",
            "the probability that at some moment up to 20 July 2025 “us.drills” is scaled",
        ),
        (
            "P(us.drills = scaled on 2025-07-20 | suppose dprk.noise = off)",
            "the probability that on 20 July 2025 “us.drills” is scaled (supposing “dprk.noise” at off)",
        ),
        (
            "P(enters us.drills = scaled by 2025-07-20 | from dprk.noise = off)",
            "the probability that by 20 July 2025 it comes about that “us.drills” is scaled "
            "(starting from “dprk.noise” at off)",
        ),
        (
            "P(dprk.noise = off within 6 months after us.drills = scaled)",
            "the probability that within 6 months after it happens that “us.drills” is scaled, “dprk.noise” is off",
        ),
        (
            "P(dprk.noise = off on 2025-07-20 given us.drills = scaled by 2025-06-01)",
            "the probability that on 20 July 2025 “dprk.noise” is off, given that “us.drills” is scaled by 1 June 2025",
        ),
        (
            "P(us.drills = scaled on 2025-07-20) > 40%",
            "the probability that on 20 July 2025 “us.drills” is scaled is above 40 %",
        ),
        ("stable(us.drills = scaled, SMR)", "some state in which “us.drills” is scaled is stable for everybody (SMR)"),
        ("reachable(us.drills = scaled for us)", "{us} can bring about alone that “us.drills” is scaled"),
        ("opposed(us dprk on us.drills)", "{us} and {dprk} prefer different levels of “us.drills”"),
        (
            "divergence(us dprk)",
            "the distance between what {us} and {dprk} want (1 minus the rank correlation of payoffs)",
        ),
        ("value(us)", "what {us} expects to accumulate over its foresight, per month"),
        (
            "E(us) - E(dprk) > 2",
            "{us} averaged from the start to the horizon minus {dprk} averaged from the start to the horizon is above "
            "2",
        ),
    ],
)  # fmt: skip
def test_queries_in_words(query: str, phrase: str) -> None:
    names = {actor.id: actor.name for actor in CASE.actors}
    assert WORDS.query(resolve_query(query, NAMES).expression) == phrase.format(**names)


def test_causes_and_requirements_in_words() -> None:
    case, _ = loads(SMALL.replace("QUIET", "1 to 3"))
    book, helps = Phrasebook(case), case.claims[0]
    assert helps.cause is not None
    assert book.cause(helps.cause) == (
        "holding “south.leaflets” at off, instead of “south.leaflets” at on, raises the probability that on 1 June "
        "2025 “north.noise” is off"
    )
    needs = next(claim.requires for claim in case.claims if claim.requires is not None)
    assert "stays below 30 % when levers are held so that never “" in book.requirement(needs)


@pytest.mark.parametrize("case", ["korea-2024", "korea-2001"])
def test_every_query_of_a_bundled_case_has_words_without_its_code(case: str) -> None:
    read = api.load(case)
    book = Phrasebook(read)
    for claim in read.claims:
        if claim.query is not None:
            phrase = book.query(claim.query.expression)
            assert not re.search(r"[<>=|_]|\w+\.\w+ ", re.sub(r"“[^”]*”|citizen_safety", "", phrase)), phrase
