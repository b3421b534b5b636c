"""Phases of a file: dated changes of what may be chosen and of what numbers hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from lark import Token, Tree

from detente.scenario.amounts import FORESIGHT, ODDS, RATE, THRESHOLD, Domain
from detente.scenario.conditions import In
from detente.scenario.dates import read_day
from detente.scenario.document import Text
from detente.scenario.model import Phase
from detente.scenario.names import ConditionResolver, Names
from detente.scenario.parser import parse
from detente.scenario.preferences import Desk, as_text
from detente.scenario.schema import RawPhase
from detente.scenario.slips import Slip, Slipped, suggest

_EXAMPLE = "Write 2025-01-20 or '3 months'."
#: names of the domains whose inputs hold for the whole of a forecast
_LASTING = (FORESIGHT.name, ODDS.name, THRESHOLD.name)


def build_phases(desk: Desk, raw: Sequence[RawPhase], names: Names) -> tuple[Phase, ...]:
    """The phases in order of time; two at once are refused."""
    phases: list[Phase] = []
    seen: dict[str, Text] = {}
    places: dict[str, RawPhase] = {}
    for item in raw:
        key = as_text(item.id)
        if key in seen:
            desk.notes.error(key, f"The id '{key}' is here twice.", f"See line {seen[key].line}.")
            continue
        seen[str(key)] = key
        places[str(key)] = item
        phase = _build_phase(desk, item, names)
        if phase is not None:
            phases.append(desk.mark(phase, key))
    phases.sort(key=lambda phase: phase.since)
    _refuse_overlaps(desk, phases, places, names.as_of)
    return tuple(phases)


def _build_phase(desk: Desk, raw: RawPhase, names: Names) -> Phase | None:
    since = _read_day(desk, raw.since, names.as_of)
    until = _read_day(desk, raw.until, names.as_of) if raw.until is not None else None
    closed: dict[str, tuple[int, ...]] = {}
    for text in raw.closed or ():
        if (found := _read_closed(desk, as_text(text), names)) is not None:
            lever, levels = found
            closed[lever] = tuple(sorted({*closed.get(lever, ()), *levels}))
    changes = tuple(
        (str(name), desk.quantity(number, domain))
        for name, number in raw.changes.items()
        if (domain := _find_domain(desk, as_text(name), names)) is not None
    )
    if since is None:
        return None
    if until is not None and until <= since:
        desk.notes.error(as_text(raw.until or ""), f"The phase ends on {until} and begins on {since}.", "End it later.")
        until = None
    anticipated = raw.anticipated is None or raw.anticipated == "yes"
    return Phase(str(raw.id), since, until, anticipated, tuple(closed.items()), changes, str(raw.because or ""))


def _read_day(desk: Desk, raw: str, as_of: date) -> date | None:
    text = as_text(raw)
    return desk.notes.attempt(text, lambda: read_day(text, as_of, _EXAMPLE))


def _read_closed(desk: Desk, text: Text, names: Names) -> tuple[str, tuple[int, ...]] | None:
    return desk.notes.attempt(text, lambda: _resolve_closed(text, names))


def _resolve_closed(text: str, names: Names) -> tuple[str, tuple[int, ...]]:
    """A lever, or levels of one, that is closed; all levels stand for the lever. Raises Slipped."""
    tree = parse(text, "condition").children[0]
    assert isinstance(tree, Tree)
    token = tree.children[0]
    if tree.data not in ("name", "comparison", "membership") or not isinstance(token, Token):
        raise Slipped(Slip(0, "A phase closes a lever, or levels of one lever.", "List several one by one."))
    if str(token) in names.conditions:
        raise Slipped(Slip(0, f"'{token}' is a condition; a phase closes levers.", "Name a lever, or levels of one."))
    resolver = ConditionResolver(names)
    lever = resolver.lever(token)
    node = resolver.resolve(tree) if lever is not None and tree.data != "name" else None
    if resolver.slips:
        raise Slipped(*resolver.slips)
    assert lever is not None, "what is no lever has left a slip"
    if lever.actor is None:
        cure = f"Set its rates instead, as in 'set: {{chance.{lever.id}.1: 0}}'."
        raise Slipped(Slip(0, f"Nobody chooses the chance lever {lever.id}.", cure))
    levels = node.levels if isinstance(node, In) else tuple(range(len(lever.levels)))
    if not levels:
        raise Slipped(Slip(0, "No level is meant.", f"{lever.id} has {', '.join(lever.levels)}."))
    return lever.id, levels


def _find_domain(desk: Desk, name: Text, names: Names) -> Domain | None:
    """The domain of an input that a phase may change, or None after noting that it may not."""
    known = {
        other: domain
        for other, domain in names.inputs.items()
        if isinstance(domain, Domain) and _may_change(other, domain, names)
    }
    if name in known:
        return known[name]
    if name in names.inputs:
        message = f"'{name[:60]}' holds for the whole of a forecast and cannot change with a phase."
        desk.notes.error(name, message, "A phase sets weights, stakes, tempo, noise, habit and rates.")
    elif not names.doubts(name.partition(".")[0]):
        desk.notes.error(name, f"No input '{name[:60]}'.", suggest(name, known))
    return None


def _may_change(name: str, domain: Domain, names: Names) -> bool:
    actor, _, rest = name.partition(".")
    if domain.name == RATE.name:
        return True
    return actor in names.actors and not rest.startswith("believes.") and domain.name not in _LASTING


def _refuse_overlaps(desk: Desk, phases: Sequence[Phase], raw: Mapping[str, RawPhase], as_of: date) -> None:
    for phase, after in pairwise(phases):
        if after.since == phase.since:
            message = f"The phases {phase.id} and {after.id} both begin on {phase.since}."
            desk.notes.error(as_text(raw[after.id].since), message, "Write one phase with the changes of both.")
        elif phase.until is not None and phase.until > after.since:
            message = f"The phase {phase.id} lasts until {phase.until}, but {after.id} begins on {after.since}."
            cure = "End it by then, or leave 'until' out: a phase lasts until the next."
            desk.notes.error(as_text(raw[phase.id].until or ""), message, cure)
    ends = [phase.until or after.since for phase, after in pairwise(phases)]
    ends += [phase.until for phase in phases[-1:] if phase.until is not None]
    for phase, end in zip(phases, ends, strict=False):
        if end <= as_of:
            message = f"The phase {phase.id} is over on {end}, and the model starts on {as_of}."
            desk.notes.error(as_text(raw[phase.id].id), message, "Leave it out, or correct its dates.")
