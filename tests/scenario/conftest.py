from __future__ import annotations

import pytest

from detente.scenario.reader import loads

TEXT = """\
detente: 1
title: Two sides
as_of: 2024-11-07
horizon: 2026-11-30
actors:
  us:
    name: United States
    starts: 2025-01-20
    levers:
      engagement: [none, offer, summit]
      drills: {levels: [full, scaled], now: full}
    wants:
      - {id: deal, want: talks and drills = full, weight: strong, because: essay P8}
      - {want: dprk.tests = icbm, weight: -2 to -0.5}
    behaviour: {tempo: monthly}
  dprk:
    levers:
      reply: [refuse, working, summit]
      noise: [on, off]
      tests: {levels: [resting, icbm, nuclear], one_way: [nuclear]}
    readings:
      dealmaker: {odds: 60, wants: [{want: talks, weight: moderate}]}
      stonewaller: {odds: 40, wants: [{want: talks or noise = on, weight: -strong}]}
chance:
  seoul:
    levels: [yoon, successor]
    rates:
      - {from: yoon, to: successor, rate: 1% to 4% per month, when: us.drills = full}
conditions:
  talks: us.engagement >= offer and dprk.reply >= working
rules:
  - forbid: dprk.tests = icbm and dprk.reply = summit
measures:
  safety: [{want: dprk.tests = resting, weight: 1}]
policies:
  quiet: {actor: us, hold: drills = scaled}
"""


@pytest.fixture(scope="session")
def text():
    return TEXT


@pytest.fixture(scope="session")
def scenario():
    found, warnings = loads(TEXT)
    assert warnings == ()
    return found
