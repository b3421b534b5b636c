"""Sentences about states: where a conflict settles, and what a state changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from detente.findings.families import Family
from detente.findings.figures import write_figure
from detente.findings.findings import Findings
from detente.findings.settlements import Settlement
from detente.report.text import LONGEST_NAME, plain
from detente.scenario.model import Scenario
from detente.scenario.slips import enumerate_words

CONCEPTS: Mapping[str, str] = {"nash": "Nash", "sseq": "SSEQ", "seq": "SEQ", "smr": "SMR", "gmr": "GMR"}

#: how far actors see under each concept, as a clause
SIGHTS: Mapping[str, str] = {
    "nash": "when nobody looks past a single move",
    "sseq": "when everybody reckons with replies in the others' own interest, and with an answer to them",
    "seq": "when everybody reckons with replies in the others' own interest",
    "smr": "when any reply deters that no answer makes good",
    "gmr": "when any reply deters that could hurt",
}

#: a state in which nothing has changed
TODAY = "the status quo"


def state_settlement(settlement: Settlement, scenario: Scenario) -> str:
    """Where the conflict settles under a concept, in a few sentences."""
    name = CONCEPTS[settlement.concept]
    if settlement.top_count == 0:
        return f"{name}: no draw has an equilibrium."
    share, what = (
        write_figure(settlement.top_share, settlement.top_share_error),
        describe_state(settlement.fixed, scenario),
    )
    if settlement.top_count == 1:
        sentence = f"{name}: one state is stable for everybody in {share} of the draws ({what})."
    else:
        same = _keep(settlement, scenario)
        shared = f"; all have {what}" if what != TODAY else ""
        sentence = (
            f"{name}: {settlement.top_count:,} states are each stable in {share} of the draws or nearly{shared}{same}."
        )
    today = write_figure(settlement.status_quo, settlement.status_quo_error)
    empty = write_figure(settlement.none, settlement.none_error)
    none = f" {empty} of the draws have no equilibrium." if settlement.none else ""
    return f"{sentence} The status quo is stable in {today}.{none}"


def state_leading(settlement: Settlement, scenario: Scenario) -> str:
    """The same, with what the concept means before its name."""
    sight, name = SIGHTS[settlement.concept], CONCEPTS[settlement.concept]
    told = state_settlement(settlement, scenario).removeprefix(f"{name}: ")
    return f"{sight[:1].upper()}{sight[1:]} ({name}), {told}"


def _keep(settlement: Settlement, scenario: Scenario) -> str:
    """The levers that a group of states leaves as they are today."""
    labels = label_levers(scenario)
    now = {lever.id: lever.levels[lever.now] for lever in scenario.levers}
    kept = [f"{labels[lever]} ({level})" for lever, level in settlement.fixed.items() if level == now[lever]]
    return f"; none changes {', '.join(kept)}" if kept else ""


def state_stable(findings: Findings, scenario: Scenario) -> list[str]:
    """How often the status quo is stable, and the state that leads the list: two sentences."""
    if not findings.settlements:
        return []
    quo = ", ".join(
        f"{CONCEPTS[item.concept]} {write_figure(item.status_quo, item.status_quo_error)}"
        for item in findings.settlements
    )
    best = findings.states[0]
    shares = ", ".join(
        f"{CONCEPTS[name]} {write_figure(share, best.errors[name])}" for name, share in best.shares.items()
    )
    tied = len(findings.states) > 1 and findings.states[1].shares == best.shares
    return [
        f"The status quo is an equilibrium in this share of the draws: {quo}.",
        f"{'Among those most' if tied else 'Most'} often an equilibrium: "
        f"{describe_state(best.levels, scenario)} ({shares}).",
    ]


def summarise_settling(findings: Findings, scenario: Scenario) -> list[str]:
    """For the terminal: how firmly things stand by the narrowest and the widest concept, and where most firmly."""
    if not findings.settlements:
        return []
    quo = " and ".join(
        f"{write_figure(item.status_quo, item.status_quo_error)} ({CONCEPTS[item.concept]})"
        for item in (findings.settlements[0], *findings.settlements[1:][-1:])
    )
    best = findings.states[0]
    concept, share = next(iter(best.shares.items()))
    now = {lever.id: lever.levels[lever.now] for lever in scenario.levers}
    if best.levels == now:
        return [f"Settles: status quo {quo} of draws; no state in more ({CONCEPTS[concept]})."]
    other = f"{write_figure(share, best.errors[concept])} ({CONCEPTS[concept]})"
    return [f"Settles: status quo {quo} of draws; another state {other}."]


def label_levers(scenario: Scenario) -> dict[str, str]:
    """Words for every lever id: its label, or the id where the file gives none."""
    return {lever.id: plain(lever.label or lever.id, LONGEST_NAME) for lever in scenario.levers}


def describe_state(levels: Mapping[str, str], scenario: Scenario) -> str:
    """A state by what is different from today."""
    labels = label_levers(scenario)
    now = {lever.id: lever.levels[lever.now] for lever in scenario.levers}
    moved = [f"{labels[lever]}: {level}" for lever, level in levels.items() if level != now[lever]]
    return "; ".join(moved) if moved else TODAY


def name_states(states: Sequence[Mapping[str, str]], scenario: Scenario) -> tuple[str, list[str]]:
    """What all states but today's change, and for each what it changes besides, by short names of levers.

    ``offer: summit, tests: resting``; the actor stands before a name that two of them use.
    """
    short = _shorten(scenario)
    now = {lever.id: lever.levels[lever.now] for lever in scenario.levers}
    moves = [{lever: level for lever, level in levels.items() if level != now[lever]} for levels in states]
    away = [changes for changes in moves if changes]
    shared = [pair for pair in (away[0].items() if away else ()) if all(pair in changes.items() for changes in away)]
    if len(away) < 2:
        shared = []

    def write(pairs: Iterable[tuple[str, str]]) -> str:
        return ", ".join(f"{short[lever]}: {plain(level, LONGEST_NAME)}" for lever, level in pairs)

    names = []
    for changes in moves:
        own = write(pair for pair in changes.items() if pair not in shared)
        names.append(TODAY if not changes else own or "nothing besides")
    return write(shared), names


def _shorten(scenario: Scenario) -> dict[str, str]:
    """Names of levers without their actors where they are told apart so."""
    count = Counter(lever.name for lever in scenario.levers)
    return {lever.id: plain(lever.name if count[lever.name] == 1 else lever.id, 40) for lever in scenario.levers}


def list_families(families: Sequence[Family], scenario: Scenario) -> list[tuple[str, str, str]]:
    """Rows on states grouped by what they share: how many, what all of them change, in what they differ.

    What every family changes is left out; what is not named stands as today.
    """
    labels = label_levers(scenario)
    now = {lever.id: lever.levels[lever.now] for lever in scenario.levers}
    common = [pair for pair in families[0].fixed.items() if all(pair in family.fixed.items() for family in families)]

    def write(lever: str, levels: Sequence[str]) -> str:
        return f"{labels[lever]}: {enumerate_words([plain(level, LONGEST_NAME) for level in levels], 'or')}"

    rows = []
    for family in families:
        own = [
            write(lever, (level,))
            for lever, level in family.fixed.items()
            if level != now[lever] and (len(families) == 1 or (lever, level) not in common)
        ]
        free = "; ".join(write(lever, levels) for lever, levels in family.free.items())
        how = "" if family.whole else f"{family.count:,} of the {family.combinations:,} combinations of "
        if family.whole and len(family.free) > 1:
            how = "any combination of "
        rows.append((f"{family.count:,}", "; ".join(own) or "nothing", f"{how}{free}" if free else "nothing"))
    return rows


def write_narrowest(concepts: Sequence[str]) -> str:
    """The narrowest concept under which an actor would stay, ``Nash``; ``moves`` when none holds it."""
    return CONCEPTS[concepts[0]] if concepts else "moves"
