"""Sentences about states: where a conflict settles, and what a state changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detente.findings.figures import write_figure
from detente.findings.findings import Findings
from detente.findings.settlements import Settlement
from detente.report.text import LONGEST_NAME, plain, write_count
from detente.scenario.model import Scenario

CONCEPTS: Mapping[str, str] = {"nash": "Nash", "sseq": "SSEQ", "seq": "SEQ", "smr": "SMR", "gmr": "GMR"}

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
    moved = sum(level != now[lever] for lever, level in best.levels.items())
    where = f"a state with {write_count(moved, 'lever')} changed" if moved else TODAY
    return [
        f"Settles: the status quo is stable in {quo} of draws; most often {where}, "
        f"{write_figure(share, best.errors[concept])} ({CONCEPTS[concept]})."
    ]


def label_levers(scenario: Scenario) -> dict[str, str]:
    """Words for every lever id: its label, or the id where the file gives none."""
    return {lever.id: plain(lever.label or lever.id, LONGEST_NAME) for lever in scenario.levers}


def describe_state(levels: Mapping[str, str], scenario: Scenario) -> str:
    """A state by what is different from today."""
    labels = label_levers(scenario)
    now = {lever.id: lever.levels[lever.now] for lever in scenario.levers}
    moved = [f"{labels[lever]}: {level}" for lever, level in levels.items() if level != now[lever]]
    return "; ".join(moved) if moved else TODAY


def write_narrowest(concepts: Sequence[str]) -> str:
    """The narrowest concept under which an actor would stay, ``Nash``; ``moves`` when none holds it."""
    return CONCEPTS[concepts[0]] if concepts else "moves"
