"""Sources cited behind a reason are written out, and nothing else of it is touched."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import api
from detente.report.grounds import Ground, Library
from detente.scenario.model import Source
from findings.mock_korea import scenario

CASE = replace(scenario(), sources=(Source("press", "A newspaper", "2025-01-23"), Source("essay", "An essay", "2024")))
PRESS, ESSAY = "A newspaper (2025-01-23)", "An essay (2024)"


@pytest.mark.parametrize(
    ("because", "ground"),
    [
        ("He said so (press)", Ground("He said so", (PRESS,))),
        ("He said so (essay P2; press; essay P7)", Ground("He said so", (f"{ESSAY}, P2, P7", PRESS))),
        ("essay P9", Ground("", (f"{ESSAY}, P9",))),
        ("He said so (twice)", Ground("He said so (twice)", ())),
        ("He said so (press; a friend)", Ground("He said so (press; a friend)", ())),
        ("He (press) said so", Ground("He (press) said so", ())),
        ("", Ground("", ())),
    ],
)
def test_reasons_are_read(because: str, ground: Ground) -> None:
    assert Library(CASE).read(because) == ground


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="()"), min_size=1, max_size=40),
    st.lists(st.sampled_from(["press", "essay", "essay P2", "press p. 4"]), max_size=4),
)
def test_text_comes_back_and_every_source_once(text: str, cited: list[str]) -> None:
    ground = Library(CASE).read(f"{text} ({'; '.join(cited)})" if cited else text)
    if not cited:
        assert ground.text == text or ground.sources
        return
    assert ground.text.strip() == text.strip()
    assert len(ground.sources) == len({part.partition(" ")[0] for part in cited})
    for part in cited:
        name, _, place = part.partition(" ")
        title = PRESS if name == "press" else ESSAY
        (told,) = (source for source in ground.sources if source.startswith(title))
        assert place in told


def test_a_bundled_case_cites_only_what_it_lists() -> None:
    case = api.load("korea-2024")
    library = Library(case)
    reasons = [want.because for actor in case.actors for r in actor.readings for want in r.preferences.wants]
    reasons += [reading.because for actor in case.actors for reading in actor.readings if reading.because]
    assert len(reasons) > 80
    assert all(library.read(reason).sources for reason in reasons)
    assert not any("essay" in library.read(reason).text.split() for reason in reasons)
