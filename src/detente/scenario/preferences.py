"""Numbers and preferences of a file: quantities, wants, rankings, priorities, readings, behaviour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar, cast

from detente.scenario.amounts import (
    BEHAVIOUR,
    DEFAULT_STAKES,
    DEFAULTS,
    ODDS,
    PAYOFF_WORDS,
    STAKES,
    WEIGHT,
    Domain,
    Ends,
    read_quantity,
    with_payoff_words,
)
from detente.scenario.conditions import Condition
from detente.scenario.document import Text
from detente.scenario.fields import RawQuantity
from detente.scenario.model import Behaviour, Preferences, Reading, Scenario, Want
from detente.scenario.names import Names, resolve_condition
from detente.scenario.notes import Notes
from detente.scenario.quantities import Quantity
from detente.scenario.queries import Expression
from detente.scenario.schema import RawActor, RawBehaviour, RawPreferences, RawWant
from detente.scenario.slips import enumerate_words

#: ids of inputs an actor has anyway, which no want may take
TAKEN_IDS = frozenset({"tempo", "foresight", "noise", "habit", "reading", "stakes", "odds", "indifference", "strong"})

T = TypeVar("T")
#: the forms preferences take
KINDS = ("wants", "ranking", "priorities")
_FORMS = (*KINDS, "readings")


def as_text(value: str) -> Text:
    """A scalar of the document, known to carry its place."""
    return cast("Text", value)


@dataclass
class Desk:
    """What every builder works with: where to note mistakes, and the file's payoff words."""

    notes: Notes
    payoff_words: dict[str, Ends] = field(default_factory=lambda: dict(PAYOFF_WORDS))
    #: (id() of a noun, its field or '') -> where it was written
    marks: dict[tuple[int, str], Text] = field(default_factory=dict)
    #: reads a query in another case; None where no other may be asked about
    abroad: Callable[[str, str], tuple[Scenario, Expression]] | None = None

    def mark(self, part: T, text: str, name: str = "") -> T:
        """Remember where a part of the scenario, or one of its fields, was written."""
        self.marks[id(part), name] = as_text(text)
        return part

    def quantity(self, raw: RawQuantity, domain: Domain) -> Quantity:
        """Read a number; a stand-in after noting what is wrong with it."""
        text = as_text(raw.value)
        shared = str(raw.shared) if raw.shared is not None else None
        fitted = with_payoff_words(domain, self.payoff_words)
        quantity = self.notes.attempt(text, lambda: read_quantity(text, fitted, shared))
        return self.mark(quantity or Quantity("fixed", (1.0,)), text)

    def default(self, text: str, domain: Domain) -> Quantity:
        """A number the file leaves out."""
        return replace(read_quantity(text, with_payoff_words(domain, self.payoff_words)), given=False)

    def condition(self, raw: str, names: Names) -> Condition | None:
        """Read a condition; None after noting what is wrong with it."""
        text = as_text(raw)
        condition = self.notes.attempt(text, lambda: resolve_condition(text, names))
        return self.mark(condition, text) if condition is not None else None


def read_payoff_words(desk: Desk, raw: dict[str, str]) -> None:
    """Take the file's own payoff words into the desk."""
    for word, value in raw.items():
        text = as_text(value)
        quantity = desk.notes.attempt(text, lambda text=text: read_quantity(text, STAKES))  # type: ignore[misc]
        if quantity is None:
            continue
        if quantity.law != "lognormal" or quantity.parameters[0] <= 0:
            desk.notes.error(text, f"The word '{word}' needs a range above 0.", "Write, for example, '0.7 to 1.4'.")
            continue
        desk.payoff_words[str(word)] = (quantity.parameters[0], quantity.parameters[1])


def build_wants(desk: Desk, raw: Sequence[RawWant], names: Names) -> tuple[Want, ...]:
    """Statements with weights; those without an id are numbered want1, want2, ..."""
    wants: list[Want] = []
    seen: dict[str, Text] = {}
    for number, item in enumerate(raw, start=1):
        place = as_text(item.id if item.id is not None else item.want)
        identity = str(item.id) if item.id is not None else f"want{number}"
        if identity in TAKEN_IDS:
            desk.notes.error(place, f"'{identity}' is the name of another input of an actor.", "Choose another id.")
        if identity in seen:
            desk.notes.error(place, f"The id '{identity}' is here twice.", f"See line {seen[identity].line}.")
        seen.setdefault(identity, place)
        weight = desk.quantity(item.weight, WEIGHT)
        condition = desk.condition(item.want, names)
        if condition is not None:
            wants.append(Want(identity, condition, weight, str(item.because or ""), named=item.id is not None))
    return tuple(wants)


def build_readings(desk: Desk, key: Text, raw: RawActor, names: Names) -> tuple[Reading, ...]:
    """The rival readings of an actor, or the one it has."""
    given = [kind for kind in _FORMS if getattr(raw, kind) is not None]
    if len(given) > 1:
        desk.notes.error(key, f"{key} has {enumerate_words(given)}.", "Keep exactly one of them.")
    if not given:
        if raw.levers:
            cure = "Give it wants, a ranking, priorities or readings."
            desk.notes.error(key, f"{key} has no preferences.", cure)
        return (Reading("", Quantity("fixed", (1.0,)), Preferences("wants")),)
    if raw.readings is None:
        return (Reading("", Quantity("fixed", (1.0,)), build_preferences(desk, raw, raw.stakes, names)),)
    readings: list[Reading] = []
    for name, item in raw.readings.items():
        kinds = [kind for kind in KINDS if getattr(item, kind) is not None]
        if len(kinds) != 1:
            told = enumerate_words(kinds) or "no preferences"
            desk.notes.error(as_text(name), f"The reading {name} has {told}.", f"Keep one of {', '.join(KINDS)}.")
        odds = desk.quantity(item.odds, ODDS) if item.odds is not None else desk.default("1", ODDS)
        preferences = build_preferences(desk, item, item.stakes or raw.stakes, names)
        readings.append(Reading(str(name), odds, preferences, str(item.because or "")))
    if len(readings) == 1:
        desk.notes.error(
            key, f"{key} has one reading only.", "Add a rival, or write its preferences without 'readings'."
        )
    return tuple(readings)


def build_preferences(desk: Desk, raw: RawPreferences, stakes: RawQuantity | None, names: Names) -> Preferences:
    """Preferences in one of their three forms; ``stakes`` may come from outside the entry."""
    if raw.wants is not None or (raw.ranking is None and raw.priorities is None):
        if stakes is not None and raw.stakes is stakes:
            desk.notes.error(as_text(stakes.value), "Wants carry their own weights.", "Leave 'stakes' out.")
        return Preferences("wants", wants=build_wants(desk, raw.wants or (), names))
    spread = desk.quantity(stakes, STAKES) if stakes is not None else desk.default(DEFAULT_STAKES, STAKES)
    if raw.ranking is not None:
        lines = tuple(_conditions(desk, line, names) for line in raw.ranking)
        return Preferences("ranking", ranking=tuple(line for line in lines if line), stakes=spread)
    return Preferences("priorities", priorities=_conditions(desk, raw.priorities or (), names), stakes=spread)


def _conditions(desk: Desk, raw: Iterable[str], names: Names) -> tuple[Condition, ...]:
    found = (desk.condition(item, names) for item in raw)
    return tuple(condition for condition in found if condition is not None)


def build_behaviour(desk: Desk, own: RawBehaviour | None, general: RawBehaviour | None) -> Behaviour:
    """An actor's behaviour: its own, else the file's, else the defaults."""

    def take(name: Literal["tempo", "foresight", "noise", "habit"]) -> Quantity:
        for raw in (own, general):
            if raw is not None and (given := getattr(raw, name)) is not None:
                return desk.quantity(given, BEHAVIOUR[name])
        return desk.default(DEFAULTS[name], BEHAVIOUR[name])

    return Behaviour(take("tempo"), take("foresight"), take("noise"), take("habit"))
