"""Laws of what is asked ``believed by`` an actor: the forecast of the game that this actor sees."""

from __future__ import annotations

import numpy as np
import pytest

from detente import api
from detente.errors import QueryError
from detente.game.compiler import compile_game
from detente.scenario.queries import measurements_of
from detente.scenario.questions import write_query
from detente.scenario.reader import loads, parse_query
from detente.solvers.forecast import answer
from detente.solvers.plans import lay_plan
from detente.solvers.scenes import Grid

TEXT = """\
detente: 1
title: What the South believes
as_of: 2025-01-01
horizon: 12 months
actors:
  north:
    levers:
      noise: [on, off]
      tests: [rest, fire]
    readings:
      mild: {odds: 70, wants: [{id: calm, want: noise = off, weight: 1 to 2}, {want: tests = fire, weight: 0.5}]}
      hard: {odds: 30, wants: [{id: loud, want: noise = on and south.aid = sent, weight: 1 to 3}]}
  south:
    levers:
      aid: [none, sent]
    wants:
      - {id: quiet, want: north.noise = off and aid = sent, weight: 2}
      - {id: cost, want: aid = sent, weight: -0.5}
      - {id: fear, want: north.tests = fire, weight: -1}
    believes:
      north: {BELIEF}
  east:
    levers:
      trade: [open, shut]
    wants: [{want: trade = shut and north.tests = fire, weight: 1}]
PHASES"""
PHASES = """\
phases:
  - {id: summer, from: 2025-06-01, until: 2025-09-01, closed: south.aid = sent}
"""
QUERIES = (
    "P(north.noise = off on 2025-10-01{})",
    "P(south.aid = sent by 2025-08-01{})",
    "E(south{})",
    "value(south{})",
    "P(east.trade = shut on 2025-12-01{})",
)


def ask(belief: str, suffix: str, *, phases: str = "", text: str = TEXT) -> np.ndarray:
    case, _ = loads(text.replace("BELIEF", belief).replace("PHASES", phases))
    queries = [parse_query(case, query.format(suffix)) for query in QUERIES]
    found = answer(lay_plan(compile_game(case), queries, Grid(np.zeros(0))), None)
    return np.array([found.of(query) for query in queries])


@pytest.mark.parametrize("phases", ["", PHASES])
def test_to_believe_a_reading_is_to_forecast_with_it(phases: str) -> None:
    believed = ask("reading: hard", " | believed by south", phases=phases)
    assert believed == pytest.approx(ask("reading: hard", " | with north.reading = hard", phases=phases), abs=1e-12)
    assert abs(believed - ask("reading: hard", "", phases=phases)).max() > 0.05


def test_who_believes_nothing_of_its_own_sees_the_game_as_it_is() -> None:
    assert (ask("reading: hard", " | believed by east") == ask("reading: hard", "")).all()


@pytest.mark.parametrize("phases", ["", PHASES])
def test_to_believe_in_wants_is_to_forecast_with_them(phases: str) -> None:
    wants = "wants: [{want: noise = off and south.aid = sent, weight: 3}]"
    mild = "{id: calm, want: noise = off, weight: 1 to 2}, {want: tests = fire, weight: 0.5}"
    so = TEXT.replace(mild, "{want: noise = off and south.aid = sent, weight: 3}")
    assert ask(wants, " | believed by south", phases=phases) == pytest.approx(
        ask("reading: hard", " | with north.reading = mild", phases=phases, text=so), abs=1e-12
    )


def test_what_another_is_believed_to_lack_stays_where_it_stands() -> None:
    """As if it were held, up to the step of the recursion."""
    lacks = ask("lacks: [tests]", " | believed by south")
    assert lacks == pytest.approx(ask("lacks: [tests]", " | suppose north.tests = rest"), abs=0.005)
    assert abs(lacks - ask("lacks: [tests]", "")).max() > 0.05


def test_it_goes_with_other_suffixes_and_reads_back() -> None:
    case, _ = loads(TEXT.replace("BELIEF", "reading: hard").replace("PHASES", ""))
    text = (
        "P(north.noise = off on 2025-10-01 | suppose south.aid = sent | with south.tempo = monthly believed by south)"
    )
    query = parse_query(case, text)
    (item,) = measurements_of(query.expression)
    assert item.setting.believed == "south"
    assert parse_query(case, write_query(query.expression, case)) == query
    lines = api.forecast(case, [text, text.replace("believed by south", "")]).lines
    assert abs(lines[0].value - lines[1].value) > 0.05


@pytest.mark.parametrize(
    ("suffix", "told"),
    [
        ("believed by west", "No actor 'west'."),
        ("believed by south believed by east", "'believed' is here twice. Name one actor."),
    ],
)
def test_refusals(suffix: str, told: str) -> None:
    case, _ = loads(TEXT.replace("BELIEF", "reading: hard").replace("PHASES", ""))
    with pytest.raises(QueryError) as caught:
        parse_query(case, f"P(north.noise = off on 2025-10-01 | {suffix})")
    assert told.lower() in str(caught.value).lower()
