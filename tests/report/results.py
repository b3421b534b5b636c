"""One of every kind of result that shows itself, of a small case whose every free text is hostile."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from decisions import write_decisions
from detente import api
from detente.ensemble.ensemble import Ensemble
from detente.ensemble.inquiry import Inquiry
from detente.findings.findings import Findings
from detente.scenario.model import Scenario

#: what no page may take for anything but text
HOSTILE = "<script>alert(1)</script> & \"'"
#: the same with a mark that turns the direction of text, which the reader refuses in names
WILD = f"{HOSTILE} \u202e"

CASE = """\
detente: 1
title: WILD title
as_of: 2024-11-07
horizon: 12 months
actors:
  north:
    name: HOSTILE north
    levers:
      noise: {levels: [on, off], label: HOSTILE lever}
    believes:
      south: {wants: [{id: hold, want: leaflets = on, weight: strong}]}
    thresholds: {indifference: 0.1, strong: 1.5}
    readings:
      calm: {odds: 60, wants: [{id: quiet, want: south.leaflets = off and noise = off, weight: 1 to 3}]}
      proud: {odds: 40, wants: [{id: pride, want: noise = on, weight: 1 to 2}, {want: noise = off, weight: -slight}]}
  south:
    name: HOSTILE south
    levers:
      leaflets: [on, off]
    wants:
      - {id: hush, want: north.noise = off, weight: moderate, because: WILD reason}
      - {id: base, want: leaflets = off, weight: -0.5 to 0.5}
chance:
  weather:
    levels: [fair, foul]
    rates: [{from: fair, to: foul, rate: 5% per month}]
conditions:
  silence: north.noise = off and south.leaflets = off
measures:
  peace: [{want: north.noise = off, weight: 1}]
policies:
  hush: {actor: south, hold: leaflets = off, text: WILD policy}
claims:
  - id: quiet
    text: WILD claim
    says: likely
    about: P(north.noise = off by 2025-06-01)
    outcome: {value: "yes", on: 2025-01-23}
  - id: sooner
    text: Leaflets down, the North falls silent more often
    about: P(north.noise = off on 2025-06-01 | suppose south.leaflets = off) > P(north.noise = off on 2025-06-01)
  - id: worth
    text: What silence is worth
    about: E(peace | suppose south.leaflets = off)
  - id: bare
    text: What no query asks
evidence:
  - {on: 2025-03-01, seen: south.leaflets = off}
issues:
  price:
    label: HOSTILE issue
    scale: {0: nothing, 100: everything}
    stakes:
      north: {position: 60 to 90, salience: 0.8, capability: 1}
      south: {position: 20, salience: 0.4 to 0.6, capability: 2}
"""


@cache
def scenario(folder: Path) -> Scenario:
    """The case, written and read: what is hostile comes through the reader."""
    path = folder / "hostile.yaml"
    path.write_text(
        "".join(f"{_quote(_quote(line, 'WILD', WILD), 'HOSTILE', HOSTILE)}\n" for line in CASE.splitlines())
    )
    return api.load(path)


def _quote(line: str, mark: str, words: str) -> str:
    """The value that begins with the mark, in YAML's double quotes and with the words in place of it."""
    if mark not in line:
        return line
    head, _, tail = line.partition(mark)
    rest = tail.split("}")[0]
    return f"{head}{json.dumps(words + rest)}{tail[len(rest) :]}"


@cache
def ensemble(folder: Path) -> Ensemble:
    return api.run(scenario(folder), draws=32, folder=folder / "run", workers=1)


@cache
def findings(folder: Path) -> Findings:
    return api.assess(scenario(folder), ensemble(folder))


def compare_further(folder: Path) -> Any:
    """The run against one of another seed."""
    api.run(scenario(folder), draws=16, seed=1, folder=folder / "other", workers=1)
    return api.find_developments(scenario(folder), ensemble(folder), folder / "run", folder / "other")


def list_makers(folder: Path) -> Mapping[str, Callable[[], Any]]:
    """A way to make each kind of result, by the name of its class."""
    case, draws, found = scenario(folder), ensemble, findings
    game = api.compile(case)
    sensitivities = cache(lambda: api.rank_inputs(case, draws(folder), found(folder)))
    swaps = cache(lambda: api.decompose(case, api.Rows(16, by="actor")))
    sequences = cache(lambda: api.find_sequences(case, query="P(north.noise = off by 2025-03-01)"))
    queries = [
        "P(north.noise = off by 2025-06-01)",
        "E(peace)",
        "P(south.leaflets = off by 2025-06-01 given silence by 2025-05-01)",
    ]
    return {
        "Advice": lambda: api.advise(case, draws(folder))[0],
        "Backtest": lambda: api.backtest(write_decisions(folder / "made.tsv"), resamples=100),
        "Bargaining": lambda: api.bargain(case, draws=4),
        "Book": lambda: api.write_book(case, folder / "book.xlsx"),
        "Card": lambda: api.lay_card(case, draws=3),
        "ClaimFinding": lambda: found(folder).claim("quiet"),
        "CoalitionStability": lambda: api.find_coalition_equilibria(game),
        "Comparison": lambda: api.compare_suppositions(case, ["south.leaflets = off"], draws=4),
        "Curves": lambda: api.trace(case, ["silence"], draws=3),
        "Deals": lambda: api.ally(case, ["north", "south"], Inquiry((), case.as_of, 4, 0)),
        "Developments": lambda: compare_further(folder),
        "Echo": lambda: api.find_echoes(case, draws(folder), draws=4)[0],
        "Ensemble": lambda: draws(folder),
        "Entry": lambda: api.list_runs(folder / "run")[0],
        "Explanation": lambda: api.explain(case),
        "Export": lambda: api.export(case, "nfg"),
        "Extract": lambda: api.extract(folder / "run", folder / "draws.csv", "csv"),
        "Findings": lambda: found(folder),
        "FirstMoves": lambda: sequences().first,
        "Forecast": lambda: api.date_events(case, queries, draws=3),
        "Fragility": lambda: api.measure_fragility(case, tables=8)[0],
        "Game": lambda: game,
        "HorizonStability": lambda: api.find_horizon_equilibria(game),
        "HypergameStability": lambda: api.find_hypergame_equilibria(game),
        "InfluenceMap": lambda: api.map_influence(case),
        "Inverse": lambda: api.invert(case, "north.noise = off"),
        "Occupation": lambda: api.measure_occupation(case),
        "Paths": lambda: api.find_paths(case),
        "Persuasion": lambda: api.find_persuasion(case, "north", draws=4)[0],
        "Placebo": lambda: api.run_placebos(case, found(folder).claims[:1], 3)[0],
        "Portfolio": lambda: api.write_pictures(api.draw_run(case, draws(folder)), folder / "charts", "svg"),
        "Record": lambda: found(folder).record,
        "Seal": lambda: api.seal(folder / "run", on=date(2025, 1, 1)),
        "SealCheck": lambda: api.check_seal(folder / "run"),
        "Sensitivities": sensitivities,
        "Sensitivity": lambda: sensitivities().claims[0],
        "Sequences": sequences,
        "Size": lambda: api.measure(case),
        "SobolFinding": lambda: swaps().claims[0],
        "SobolFindings": swaps,
        "Stability": lambda: api.find_equilibria(game),
        "StrengthStability": lambda: api.find_strong_equilibria(game),
        "Timeline": lambda: api.lay_timeline(case),
        "Update": lambda: api.update(case, draws(folder)),
        "Verification": lambda: api.verify(folder / "run", draws=1),
    }
