"""Where books of one case disagree: want by want, and number by number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from detente.scenario.conditions import Condition
from detente.scenario.formulas import write_number
from detente.scenario.model import Actor, Preferences, Reading, Want
from detente.scenario.quantities import Quantity

#: opposite signs; another statement under one id; not in every book; ranges that do not meet; ranges that do; another
#: order of a ranking or of priorities; another kind of preferences; a reading that not every book has
Kind = Literal["sign", "statement", "only", "apart", "size", "order", "kind", "reading"]
_ORDER: tuple[Kind, ...] = ("sign", "reading", "kind", "order", "statement", "only", "apart", "size")


@dataclass(frozen=True, slots=True)
class Difference:
    """A want on which books differ."""

    kind: Kind
    actor: str
    #: '' for an actor without readings
    reading: str
    #: id of the want, '' when it has none
    id: str
    #: what it is about, in the words of the first book that has it
    want: str
    #: weight by book as written; None where the book has no such want
    weights: tuple[str | None, ...]
    #: largest difference of the central weights, in payoff units; None where some book has none
    gap: float | None = None

    def to_dict(self, books: Sequence[str]) -> dict[str, object]:
        """The one JSON shape."""
        return {
            "kind": self.kind,
            "actor": self.actor,
            "reading": self.reading,
            "id": self.id,
            "want": self.want,
            "weights": dict(zip(books, self.weights, strict=True)),
            "gap": self.gap,
        }


@dataclass(frozen=True, slots=True)
class Spread:
    """A number on which books differ, and the range over all of them that is taken."""

    input: str
    values: tuple[str, ...]
    taken: str

    def to_dict(self, books: Sequence[str]) -> dict[str, object]:
        """The one JSON shape."""
        return {"input": self.input, "values": dict(zip(books, self.values, strict=True)), "taken": self.taken}


@dataclass(frozen=True, slots=True)
class Disagreements:
    """Where books disagree, sign conflicts first, and how much they share."""

    books: tuple[str, ...]
    wants: tuple[Difference, ...]
    numbers: tuple[Spread, ...]
    #: wants that every book has with the same weight
    agreed: int
    #: readings made of the books, by actor, with their odds
    readings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{len(self.wants)} wants and {len(self.numbers)} numbers differ, {self.agreed} wants agree"

    def to_dict(self) -> dict[str, object]:
        """The one JSON shape."""
        return {
            "books": list(self.books),
            "agreed": self.agreed,
            "wants": [item.to_dict(self.books) for item in self.wants],
            "numbers": [item.to_dict(self.books) for item in self.numbers],
            "readings": {actor: dict(odds) for actor, odds in self.readings.items()},
        }


def compare_actors(actors: Sequence[Actor]) -> tuple[list[Difference], int]:
    """How one actor's preferences differ over the books, and how many wants are the same in all."""
    found: list[Difference] = []
    agreed = 0
    own = [{reading.id: reading for reading in actor.readings} for actor in actors]
    for name in dict.fromkeys(name for readings in own for name in readings):
        held = [readings.get(name) for readings in own]
        there = [reading for reading in held if reading is not None]
        if len(there) < len(held):
            told = tuple(None if reading is None else _tell_size(reading) for reading in held)
            what = f"the reading {name}" if name else "one set of preferences, no readings"
            found.append(Difference("reading", actors[0].id, name, "", what, told))
            continue
        more, same = _compare_preferences(actors[0].id, name, [reading.preferences for reading in there])
        found += more
        agreed += same
    return found, agreed


def sort(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """Sign conflicts first, within a kind the largest gap first, else in the order of the case."""
    return tuple(sorted(differences, key=lambda item: (_ORDER.index(item.kind), -(item.gap or 0.0))))


def weigh(preferences: Preferences) -> object:
    """What of preferences counts: the same for two exactly when no payoff differs. Ids and reasons do not count."""
    wants = sorted((repr(want.condition.node), repr(_bare(want.weight))) for want in preferences.wants)
    lines = tuple(tuple(repr(item.node) for item in line) for line in preferences.ranking)
    order = tuple(repr(item.node) for item in preferences.priorities)
    stakes = None if preferences.stakes is None else repr(_bare(preferences.stakes))
    return (preferences.kind, tuple(wants), lines, order, stakes)


def _bare(quantity: Quantity) -> tuple[object, ...]:
    return (quantity.law, quantity.parameters, quantity.shared)


def _tell_size(reading: Reading) -> str:
    preferences = reading.preferences
    count = len(preferences.wants or preferences.ranking or preferences.priorities)
    return f"{count} {preferences.kind}"


def _compare_preferences(actor: str, reading: str, told: Sequence[Preferences]) -> tuple[list[Difference], int]:
    kinds = tuple(preferences.kind for preferences in told)
    if len(set(kinds)) > 1:
        return [Difference("kind", actor, reading, "", "the kind of preferences", kinds)], 0
    if kinds[0] != "wants":
        return list(_compare_orders(actor, reading, told)), 0
    found: list[Difference] = []
    agreed = 0
    for wants in _match([preferences.wants for preferences in told]):
        difference = _compare_wants(actor, reading, wants)
        found += [] if difference is None else [difference]
        agreed += difference is None
    return found, agreed


def _compare_orders(actor: str, reading: str, told: Sequence[Preferences]) -> Iterator[Difference]:
    """The first place on which rankings, or priorities, differ; and their stakes."""
    lines = [p.ranking or tuple((item,) for item in p.priorities) for p in told]
    for place in range(max(map(len, lines))):
        at = [line[place] if place < len(line) else () for line in lines]
        if len({tuple(repr(item.node) for item in items) for items in at}) > 1:
            told_at = tuple(" or ".join(map(str, items)) or None for items in at)
            yield Difference("order", actor, reading, "", f"place {place + 1} of the {told[0].kind}", told_at)
            break
    stakes = [p.stakes for p in told]
    if len({None if item is None else repr(_bare(item)) for item in stakes}) > 1:
        values = tuple(None if item is None else _write(item) for item in stakes)
        yield Difference("size", actor, reading, "", "the stakes", values)


def _match(told: Sequence[Sequence[Want]]) -> Iterator[tuple[Want | None, ...]]:
    """Wants of the books side by side: by what they are about; of the rest by id, which is then another statement."""
    left = [list(wants) for wants in told]
    for alike in (_is_same_statement, _has_same_id):
        for book, wants in enumerate(left):
            for want in tuple(wants):
                later = [next((item for item in other if alike(want, item)), None) for other in left[book + 1 :]]
                if any(item is not None for item in later):
                    wants.remove(want)
                    for other, item in zip(left[book + 1 :], later, strict=True):
                        if item is not None:
                            other.remove(item)
                    yield (*([None] * book), want, *later)
    for book, wants in enumerate(left):
        for want in wants:
            yield tuple(want if place == book else None for place in range(len(left)))


def _is_same_statement(one: Want, other: Want) -> bool:
    return one.condition.node == other.condition.node


def _has_same_id(one: Want, other: Want) -> bool:
    return one.named and other.named and one.id == other.id


def _compare_wants(actor: str, reading: str, wants: Sequence[Want | None]) -> Difference | None:
    """How a want differs over the books; None when it does not."""
    there = [want for want in wants if want is not None]
    first = there[0]
    weights = tuple(None if want is None else _write(want.weight) for want in wants)
    name = next((want.id for want in there if want.named), "")
    nodes = {repr(want.condition.node) for want in there}
    if len(nodes) > 1:
        told = tuple(None if want is None else f"{want.condition}: {_write(want.weight)}" for want in wants)
        return Difference("statement", actor, reading, name, _tell(first.condition), told)
    if len(there) < len(wants):
        return Difference("only", actor, reading, name, _tell(first.condition), weights)
    if len({repr(_bare(want.weight)) for want in there}) == 1:
        return None
    centres = [want.weight.median for want in there]
    ends = sorted((float(want.weight.quantile(0.05)), float(want.weight.quantile(0.95))) for want in there)
    kind: Kind = "apart" if any(before[1] < after[0] for before, after in pairwise(ends)) else "size"
    kind = "sign" if min(centres) < 0 < max(centres) else kind
    return Difference(
        kind, actor, reading, name, _tell(first.condition), weights, max(centres) - min(centres)
    )  # fmt: skip


def _tell(condition: Condition) -> str:
    return " ".join(str(condition).split())


def _write(quantity: Quantity) -> str:
    text = quantity.text or write_number(quantity)
    return f"{text} [{quantity.shared}]" if quantity.shared else text
