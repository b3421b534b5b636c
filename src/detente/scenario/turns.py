"""Rules of policies: what an actor does next, on a day, if something is so or has come about by then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from detente.scenario.dates import read_day
from detente.scenario.document import Text
from detente.scenario.model import months_between
from detente.scenario.names import Names
from detente.scenario.preferences import Desk, as_text
from detente.scenario.queries import Levels, Turn
from detente.scenario.schema import RawTurn
from detente.scenario.settings import resolve_levels

#: most rules of one policy: every one may double what has to be followed
MOST_TURNS = 4
_EXAMPLE = "Write 2025-06-01 or '6 months'."


def read_hold(desk: Desk, text: Text, actor: str, names: Names) -> Levels:
    """Levels of an actor's own levers; what is wrong is noted."""
    hold = desk.notes.attempt(text, lambda: resolve_levels(text, names.inside(actor)))
    for lever, _ in hold or ():
        if names.levers[lever].actor != actor:
            desk.notes.error(text, f"{lever} is not a lever of {actor}.", "A policy holds its actor's own levers.")
    return hold or ()


def build_turns(desk: Desk, raw: Sequence[RawTurn], actor: str, names: Names, phases: bool) -> tuple[Turn, ...]:
    """A policy's rules in order of time. Two on a day, too many, and rules beside phases are refused."""
    found: list[Turn] = []
    seen: dict[date, Text] = {}
    if raw and phases:
        message = "A policy with 'then' and phases cannot be followed together yet."
        desk.notes.error(as_text(raw[0].condition), message, "Leave out 'phases:' or 'then:'.")
    if len(raw) > MOST_TURNS:
        message = f"The policy has {len(raw)} rules, more than {MOST_TURNS}."
        desk.notes.error(as_text(raw[MOST_TURNS].condition), message, "Keep those that matter.")
    for item in raw:
        text = as_text(item.on or item.by or "")
        day = desk.notes.attempt(text, lambda text=text: read_day(text, names.as_of, _EXAMPLE))  # type: ignore[misc]
        condition = desk.condition(item.condition, names.inside(actor))
        hold = read_hold(desk, as_text(item.hold), actor, names)
        if day is None or condition is None:
            continue
        if not names.as_of < day < names.horizon:
            cure = f"Choose a day after {names.as_of} and before {names.horizon}."
            desk.notes.error(text, f"{day} is no day on which a rule can come into play.", cure)
        if day in seen:
            cure = f"See line {seen[day].line}. Choose another day."
            desk.notes.error(text, f"Two rules of the policy are on {day}.", cure)
        seen.setdefault(day, text)
        turn = Turn(condition, day, months_between(names.as_of, day), item.by is not None, hold)
        found.append(desk.mark(turn, as_text(item.hold)))
    return tuple(sorted(found, key=lambda turn: turn.time))
