"""What would have to be true, in words: rows of a table and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

import numpy as np

from detente.findings.figures import write_share
from detente.game.game import Game, mask, name_state
from detente.report.text import LONGEST_NAME, plain, write_count
from detente.scenario.model import Scenario
from detente.solvers.adjustments import Adjustment, Change, Kind
from detente.solvers.comparisons import Escape
from detente.solvers.inverse import Inverse
from detente.solvers.programs import LEAST
from detente.solvers.rankings import MOST_ORDERED, MOST_RANKED, MOST_STATES, Count
from detente.solvers.stability import NAMES

#: columns of a sentence
WIDTH = 100
#: sets of states and comparisons that a sentence names
SHOWN = 6

_VERBS: Mapping[Kind, str] = {
    "reversed": "reverses its sign",
    "dropped": "drops to nothing",
    "added": "begins to count",
    "weakened": "weakens",
    "strengthened": "grows",
}


def list_rows(found: Inverse, scenario: Scenario) -> list[tuple[str, str, str, str, str]]:
    """Concept, actor, answer, size of the change, and what it is, for every answer."""
    names = _name_cells(found.game, scenario)
    rows = []
    for answer in found.answers:
        head = NAMES[answer.concept], found.game.actors[answer.actor].id
        if isinstance(answer, Count):
            rows.append((*head, *_row_of_count(answer, found, names)))
        else:
            rows.append((*head, *_row_of_adjustment(answer, found, names)))
    return rows


def describe(found: Inverse, scenario: Scenario) -> list[str]:
    """The question, a sentence or two per answer that has something to say, and how it was found; wrapped."""
    names = _name_cells(found.game, scenario)
    lines = [f"What would have to be true for an equilibrium at: {_name(found, found.cell, names)}."]
    for answer in found.answers:
        told = _tell_count(answer, found, names) if isinstance(answer, Count) else _tell_change(answer, found, scenario)
        if told:
            lines.append(told)
    return [fill(plain(line), WIDTH) for line in [*lines, _tell_method(found)]]


def _row_of_adjustment(answer: Adjustment, found: Inverse, names: Mapping[int, str]) -> tuple[str, str, str]:
    if answer.verdict == "found":
        what = "; ".join(f"{change.input} {change.before:.4g} to {change.after:.4g}" for change in answer.changes)
        return "found" if answer.verified else "not verified", f"{answer.cost:.4g}", what
    if answer.escape is not None:
        return answer.verdict, "", _tell_escape(answer.escape, found, names)
    if answer.verdict == "undecided":
        return answer.verdict, f"> {answer.bound:.3g}", f"after {answer.seconds:g} s; no smaller change will do"
    if answer.verdict == "impossible":
        return answer.verdict, "", "no weights in the stated ranges" if answer.within else "whatever the weights"
    return answer.verdict, "", "an equilibrium as it is" if answer.verdict == "stable" else "too many moves to look at"


def _row_of_count(count: Count, found: Inverse, names: Mapping[int, str]) -> tuple[str, str, str]:
    if count.escape is not None:
        return "impossible", "", _tell_escape(count.escape, found, names)
    if count.share is None or count.equilibrium is None:
        return "not counted", "", _tell_limit(count)
    return "rankings", write_share(count.share), f"{_number(count.equilibrium)} of {_number(count.rankings)} rankings"


def _tell_escape(escape: Escape, found: Inverse, names: Mapping[int, str]) -> str:
    return f"{found.game.actors[escape.actor].id} leaves for {_name(found, escape.cell, names)}, undeterred"


def _tell_limit(count: Count) -> str:
    if not count.rankings:
        return f"more than {MOST_RANKED:,} states to rank"
    if count.stable is None:
        return f"stability hangs on {count.mentioned} states, more than {MOST_STATES}"
    own = f"stable for it in {_number(count.stable)} of {_number(count.rankings)}"
    return f"{own}; the others' stability hangs on the order of {count.ordered} states, more than {MOST_ORDERED}"


def _tell_change(answer: Adjustment, found: Inverse, scenario: Scenario) -> str:
    """What has to change, statement by statement; empty when nothing was found."""
    if answer.verdict != "found":
        return ""
    head = f"{NAMES[answer.concept]}, {plain(found.game.actors[answer.actor].name, LONGEST_NAME)}: "
    parts = [f"{_tell_weight(change)} ({change.input})" for change in answer.changes]
    notes = []
    if not answer.verified:
        notes.append("The game at these weights does not confirm it: rounding spoils a tie.")
    if answer.margin:
        notes.append(f"Comparisons are met by {answer.margin:g}, since ties do not survive rounding.")
    shared = sorted({change.shared for change in answer.changes if change.shared})
    if shared:
        notes.append(f"In the file {', '.join(shared)} moves other inputs too; here each weight moves alone.")
    total = f"{answer.cost:.4g} in all, {len(answer.changes)} of {write_count(answer.weights, 'weight')}."
    return " ".join([head + "; ".join(parts) + ".", total, *notes])


def _tell_weight(change: Change) -> str:
    words = f"the weight on “{plain(change.text, LONGEST_NAME)}” {_VERBS[change.kind]}"
    if change.kind == "dropped":
        return f"{words}, from {change.before:.4g}"
    return f"{words}, from {change.before:.4g} to {change.after:.4g}"


def _tell_count(count: Count, found: Inverse, names: Mapping[int, str]) -> str:
    """How many rankings, what they share, and what is enough."""
    if count.stable is None:
        return ""
    who, state = plain(found.game.actors[count.actor].name, LONGEST_NAME), _name(found, found.cell, names)
    told = [
        f"{NAMES[count.concept]}, {who}: of {_number(count.rankings)} strict rankings of {count.states} states "
        f"{_number(count.stable)} make it stable for {who}"
        + ("." if count.equilibrium is None else f", {_number(count.equilibrium)} an equilibrium.")
    ]
    kept = "an equilibrium" if count.equilibrium else f"stable for {who}"
    if count.always:
        pairs = [f"{_name(found, a, names)} above {_name(found, b, names)}" for a, b in count.always[:SHOWN]]
        told.append(f"All that make it {kept} rank {', '.join(pairs)}{_more(len(count.always))}.")
    if count.sets and count.enough != ((),):
        sets = [" and ".join(_name(found, q, names) for q in cells) for cells in count.enough[:SHOWN]]
        told.append(f"Stable for {who} once these rank below {state}: {'; or '.join(sets)}{_more(count.sets)}.")
    return " ".join(told)


def _tell_method(found: Inverse) -> str:
    """How the answers were found."""
    made = found.made_by
    notes = ["One actor at a time, all else at central values."]
    sizes = [answer.size for answer in found.answers if isinstance(answer, Adjustment)]
    rows = max((size.rows for size in sizes), default=0)
    if rows:
        most = write_count(max(size.binaries for size in sizes), "binary variable")
        notes.append(
            f"Least changes by HiGHS (at most {most}, {write_count(rows, 'row')}), priced and solved again; they end "
            f"in ties, which count as no better. An improvement that a sanction needs counts from {LEAST:g}."
        )
    if any(isinstance(answer, Count) for answer in found.answers):
        notes.append("Rankings are strict and of the model's own states, also where its source takes several for one.")
    return " ".join([*notes, f"Digest {made['digest'][:12]}."])


def _name_cells(game: Game, scenario: Scenario) -> dict[int, str]:
    """States that a condition of the file names, for games whose states are few enough to be named so."""
    names: dict[int, str] = {}
    if int(game.feasible.sum()) > MOST_RANKED:
        return names
    for name, condition in scenario.conditions:
        cells = np.flatnonzero(mask(game, condition) & game.feasible)
        if len(cells) == 1:
            names.setdefault(int(cells[0]), name)
    return names


def _name(found: Inverse, cell: int, names: Mapping[int, str]) -> str:
    return names.get(cell) or f"({name_state(found.game, cell)})"


def _more(count: int) -> str:
    return f" and {count - SHOWN:,} more" if count > SHOWN else ""


def _number(count: int) -> str:
    """An exact count while it can be read, then its size."""
    return f"{count:,}" if count < 10**9 else f"about {count:.1e}" if count < 10**300 else "more than 1e+300"
