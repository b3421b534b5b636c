"""What actors believe of each other where it differs from what is so, and from when on they care."""

from __future__ import annotations

from collections.abc import Mapping

from detente.scenario.amounts import THRESHOLD
from detente.scenario.document import Text
from detente.scenario.model import Belief, Preferences, Thresholds
from detente.scenario.names import Names
from detente.scenario.preferences import KINDS, Desk, as_text, build_preferences
from detente.scenario.schema import RawActor, RawBelief, RawThresholds
from detente.scenario.slips import enumerate_words, suggest

#: how a belief says what another wants
_WAYS = (*KINDS, "reading")


def build_thresholds(desk: Desk, raw: RawThresholds | None) -> Thresholds | None:
    """From which difference in payoff on an actor prefers, and prefers strongly."""
    if raw is None:
        return None
    indifference, strong = (
        desk.quantity(item, THRESHOLD) if item is not None else None for item in (raw.indifference, raw.strong)
    )
    if indifference is not None and strong is not None and indifference.certain and strong.certain:
        low, high = indifference.parameters[0], strong.parameters[0]
        if high < low:
            assert raw.strong is not None
            message = f"A strong preference begins at {strong.text}, below indifference, {indifference.text}."
            desk.notes.error(as_text(raw.strong.value), message, "Make 'strong' the larger one.")
    return Thresholds(indifference, strong)


def build_beliefs(desk: Desk, actor: Text, actors: Mapping[str, RawActor], names: Names) -> tuple[Belief, ...]:
    """What an actor believes of others; conditions are read as inside the other's entry."""
    beliefs: list[Belief] = []
    for about, raw in (actors[actor].believes or {}).items():
        place = as_text(about)
        if about == actor:
            desk.notes.error(place, f"{actor} is taken to know its own mind.", "Name another actor.")
        elif about not in names.actors:
            if not names.doubts(str(about)):
                desk.notes.error(place, f"No actor '{about}'.", suggest(str(about), names.actors))
        else:
            beliefs.append(desk.mark(_build_belief(desk, place, raw, actors[about], names), place))
    return tuple(beliefs)


def _build_belief(desk: Desk, about: Text, raw: RawBelief, other: RawActor, names: Names) -> Belief:
    given = [way for way in _WAYS if getattr(raw, way) is not None]
    if len(given) > 1:
        desk.notes.error(about, f"The belief about {about} has {enumerate_words(given)}.", "Keep one of them.")
    if not given and not raw.lacks:
        cure = f"Give it {enumerate_words([*_WAYS, 'lacks'], 'or')}."
        desk.notes.error(about, f"The belief about {about} says nothing.", cure)
    reading = as_text(raw.reading) if raw.reading is not None else None
    if reading is not None and reading not in (other.readings or {}):
        cure = suggest(reading, other.readings) if other.readings else "Give it wants, a ranking or priorities."
        desk.notes.error(reading, f"{about} has no reading '{reading}'.", cure)
    preferences: Preferences | None = None
    if any(way in KINDS for way in given):
        preferences = build_preferences(desk, raw, raw.stakes, names.inside(str(about)))
    elif raw.stakes is not None:
        desk.notes.error(as_text(raw.stakes.value), "'stakes' go with a ranking or priorities.", "Leave them out.")
    lacks: list[str] = []
    for lever in raw.lacks or ():
        if lever not in other.levers:
            desk.notes.error(as_text(lever), f"{about} has no lever '{lever}'.", suggest(str(lever), other.levers))
        else:
            lacks.append(f"{about}.{lever}")
    return Belief(str(about), preferences, str(reading or ""), tuple(dict.fromkeys(lacks)), str(raw.because or ""))
