"""Books of one case put together: what its actors want becomes rival readings where the books differ.

- Who the actors are, what they can do, the dates, conditions and rules must be the same in all books: a game has one
  set of states. So must everything that is the case's own and not an analyst's judgement.
- Preferences that differ become readings of the actor named after the books, each book counting the same: a book's
  odds are shares of its 1/K. A reading that is the same in all books stays one; preferences all hold stay as they are.
- Numbers of behaviour, rates and stakes that differ become the range over all of them: from the lowest 5th percentile
  to the highest 95th, for they are drawn apart from readings.
- Claims, conditions, measures, policies, sources and evidence that only some books have are all kept. Of texts for
  people (names, reasons) the first book's are kept, and the others' told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, cast

from detente.errors import Issue, ScenarioError
from detente.game.exchange.books import Filled, settle
from detente.game.exchange.disagreements import Difference, Disagreements, Spread, compare_actors, sort, weigh
from detente.game.exchange.drafts import Draft
from detente.game.exchange.entries import Cell, Entry, Node, enter
from detente.scenario.amounts import (
    BEHAVIOUR,
    CAPABILITY,
    POSITION,
    RATE,
    SALIENCE,
    Domain,
    read_quantity,
)
from detente.scenario.model import Actor, Reading
from detente.scenario.quantities import Quantity

MOST_BOOKS = 6
#: texts for people
_WORDS = frozenset({"title", "question", "name", "label", "because", "text", "quote", "note", "url"})
#: parts to which a book may add
_OPEN = frozenset({"conditions", "measures", "policies", "claims", "sources", "evidence", "caution"})
_PREFERENCES = frozenset({"stakes", "wants", "ranking", "priorities", "readings"})
_RANGES: Mapping[str, Domain] = {"rate": RATE, "position": POSITION, "salience": SALIENCE, "capability": CAPABILITY}
_UNITS = {"span": " months", "frequency": " per month", "rate": " per month"}

Step = str | int
#: a part in each book, None where a book has none
Parts = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Combined:
    """Several books as one case."""

    case: Filled
    #: None for a single book
    disagreements: Disagreements | None


def combine(cases: Sequence[Filled]) -> Combined:
    """Put books of one case together. Raises ScenarioError naming every conflict by its cell in both books."""
    if len(cases) == 1:
        return Combined(cases[0], None)
    names = [case.name for case in cases]
    twice = [case for number, case in enumerate(cases) if case.name in names[:number]]
    if len(cases) > MOST_BOOKS or twice:
        book = twice[0].draft.book if twice else cases[-1].draft.book
        message = (
            f"Two books are called '{twice[0].name}'." if twice else f"At most {MOST_BOOKS} books are put together."
        )
        raise ScenarioError([Issue(book, 0, 0, "", message, "Rename one." if twice else "Leave some out.")])
    return _Mixer(cases).combine()


@dataclass
class _Mixer:
    cases: Sequence[Filled]
    conflicts: list[Issue] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    spreads: list[Spread] = field(default_factory=list)
    readings: dict[str, dict[str, str]] = field(default_factory=dict)

    def combine(self) -> Combined:
        drafts = [case.draft for case in self.cases]
        actors = self._line_up()
        parts = [_strip(draft.data, {"behaviour", "brief"}) for draft in drafts]
        data = cast("dict[str, Any]", self._merge(parts, ()))
        briefs = list(dict.fromkeys(draft.brief for draft in drafts if draft.brief))
        data |= {"brief": next(draft.data["brief"] for draft in drafts if draft.brief)} if briefs else {}
        if len(briefs) > 1:
            cells = [draft.brief and enter("x", Cell(draft.book, "Brief", 2, 1)) for draft in drafts]
            self._conflict([part or None for part in cells], "The briefs differ.")
        if self.conflicts:
            raise ScenarioError(self.conflicts)
        found: list[Difference] = []
        agreed = 0
        for rows in actors:
            self._place_preferences(data["actors"][rows[0].id], rows)
            self._place_behaviour(data["actors"][rows[0].id], rows)
            more, same = compare_actors(rows)
            found, agreed = found + more, agreed + same
        if self.conflicts:
            raise ScenarioError(self.conflicts)
        remarks = [*dict.fromkeys([*(remark for draft in drafts for remark in draft.remarks), *self.remarks])]
        places = {key: row for draft in drafts for key, row in draft.places.items()}
        draft = Draft(drafts[0].book, data, "".join(briefs[:1]), [], remarks, places)
        names = tuple(case.name for case in self.cases)
        told = Disagreements(names, sort(found), tuple(self.spreads), agreed, self.readings)
        return Combined(settle(draft, "combined"), told)

    def _line_up(self) -> list[list[Actor]]:
        """Each actor in every book, the first book's order; those that some book lacks are conflicts of the merge."""
        books = [{actor.id: actor for actor in case.scenario.actors} for case in self.cases]
        return [[book[name] for book in books] for name in books[0] if all(name in book for book in books)]

    def _merge(self, parts: Parts, path: tuple[Step, ...]) -> Any:
        """One part out of the books' parts, all of which are there."""
        if all(isinstance(part, Mapping) for part in parts):
            return self._merge_mappings(parts, path)
        if all(isinstance(part, list) for part in parts):
            return self._merge_lists(parts, path)
        if not all(isinstance(part, str) for part in parts):
            self._conflict(parts, "The books say this in different ways.")
            return parts[0]
        if len({" ".join(part.split()) for part in parts}) == 1:
            return parts[0]
        if path[-1] in _WORDS or path[0] == "sources":
            self._tell_words(parts)
        elif path[-1] in _RANGES and path[0] in ("chance", "issues"):
            return self._widen(parts, _RANGES[str(path[-1])], path)
        else:
            self._conflict(parts)
        return parts[0]

    def _merge_mappings(self, parts: Parts, path: tuple[Step, ...]) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        for key in dict.fromkeys(key for part in parts for key in part):
            if len(path) == 2 and path[0] == "actors" and key in _PREFERENCES | {"behaviour"}:
                continue
            held = [part.get(key) for part in parts]
            there = [item for item in held if item is not None]
            if len(there) == len(held):
                answer[key] = self._merge(there, (*path, key))
                continue
            may_add = (path and path[0] in _OPEN and len(path) == 1) or (not path and key in _OPEN)
            if not (may_add or key in _WORDS):
                self._conflict([next((k for k in part if k == key), None) for part in parts])
            answer[key] = there[0] if len(there) == 1 else self._merge(there, (*path, key))
        return answer

    def _merge_lists(self, parts: Parts, path: tuple[Step, ...]) -> list[Any]:
        if path == ("claims",):
            named = [{item["id"]: item for item in part} for part in parts]
            return list(self._merge_mappings(named, path).values())
        if path and path[0] in ("evidence", "caution"):
            answer: list[Any] = []
            for part in parts:
                answer += [item for item in part if item not in answer]
            return answer
        if len({len(part) for part in parts}) > 1:
            longest = max(parts, key=len)
            shortest = min(map(len, parts))
            self._conflict([part[shortest] if part is longest else None for part in parts])
            return list(parts[0])
        return [self._merge(items, (*path, number)) for number, items in enumerate(zip(*parts, strict=True))]

    def _conflict(self, parts: Parts, message: str = "") -> None:
        """Note that books differ where they must not, with the cell in each."""
        cells = [_find_cell(part) for part in parts]
        first = next((number for number, cell in enumerate(cells) if cell is not None), 0)
        others = [number for number, cell in enumerate(cells) if number != first]
        other = next((n for n in others if _tell(parts[n]) != _tell(parts[first])), others[0])
        there = cells[other]
        if there is None:
            message = message or f"'{_tell(parts[first])}' is not in {self.cases[other].draft.book}."
        else:
            message = message or f"'{_tell(parts[first])}' is '{_tell(parts[other])}' in the other book."
        cure = f"Make it the same in {there or 'all books'}."
        self.conflicts.append(Issue(str(cells[first] or self.cases[first].draft.book), 0, 0, "", message, cure))

    def _tell_words(self, parts: Parts) -> None:
        first, other = parts[0], next(part for part in parts if part != parts[0])
        self.remarks.append(f"{other.cell}: another text than {first.cell}, which is kept.")

    def _widen(self, parts: Parts, domain: Domain, path: tuple[Step, ...]) -> Entry:
        numbers = [read_quantity(part, domain) for part in parts]
        taken = enter(write_widest(numbers, domain), parts[0].cell)
        name = ".".join(str(step + 1) if isinstance(step, int) else str(step) for step in path)
        self.spreads.append(Spread(name, tuple(map(str, parts)), str(taken)))
        return taken

    def _place_behaviour(self, actor: dict[str, Any], rows: Sequence[Actor]) -> None:
        """Each book's numbers as they hold for the actor, given or by default."""
        place = [case.draft.data["actors"][rows[0].id] for case in self.cases]
        for name, domain in BEHAVIOUR.items():
            numbers = [cast(Quantity, getattr(row.behaviour, name)) for row in rows]
            given = [part.get("behaviour", {}).get(name) for part in place]
            everybody = [case.draft.data.get("behaviour", {}).get(name) for case in self.cases]
            first = next((part for part in (*given, *everybody) if part is not None), None)
            if len({(item.law, item.parameters, item.shared) for item in numbers}) == 1:
                if first is not None:
                    actor.setdefault("behaviour", {})[name] = given[0] or everybody[0] or first
                continue
            cell = _find_cell(first) or Cell(self.cases[0].draft.book, "Behaviour", 1, 1)
            taken = write_widest(numbers, domain)
            actor.setdefault("behaviour", {})[name] = enter(taken, cell)
            self.spreads.append(Spread(f"{rows[0].id}.{name}", tuple(item.text for item in numbers), taken))

    def _place_preferences(self, actor: dict[str, Any], rows: Sequence[Actor]) -> None:
        """The preferences all books share, or the books' own as rival readings."""
        place = [case.draft.data["actors"][rows[0].id] for case in self.cases]
        told = [
            [(reading.id, repr(reading.odds), weigh(reading.preferences)) for reading in row.readings] for row in rows
        ]
        if all(item == told[0] for item in told):
            actor |= {key: item for key, item in place[0].items() if key in _PREFERENCES}
            return
        shares = [self._share_odds(row, part) for row, part in zip(rows, place, strict=True)]
        taken: dict[str, tuple[float, dict[str, Any]]] = {}
        for name in dict.fromkeys(reading.id for row in rows for reading in row.readings):
            held = [next((reading for reading in row.readings if reading.id == name), None) for row in rows]
            self._add_readings(taken, name, held, (place, shares))
        total = sum(odds for odds, _ in taken.values())
        first = next(iter(place[0]), "")
        cell = _find_cell(first) or Cell(self.cases[0].draft.book, "Actors", 1, 1)
        actor["readings"] = {}
        for name, (odds, part) in taken.items():
            text = f"{100 * odds / total:.10g}"
            actor["readings"][name] = {"odds": enter(text, cell), **part}
            self.readings.setdefault(rows[0].id, {})[str(name)] = text

    def _add_readings(
        self,
        taken: dict[str, tuple[float, dict[str, Any]]],
        name: str,
        held: Sequence[Reading | None],
        books: tuple[Sequence[dict[str, Any]], Sequence[Mapping[str, float]]],
    ) -> None:
        """One reading of the combined actor if all books have it alike, else one for each book that has it."""
        place, shares = books
        there = [number for number, reading in enumerate(held) if reading is not None]
        same = len({repr(weigh(reading.preferences)) for reading in held if reading is not None}) == 1
        if name and same:
            odds = sum(shares[number][name] for number in there)
            taken[name] = (odds, _strip(place[there[0]]["readings"][name], {"odds"}))
            return
        for number in there:
            own = f"{name}-{self.cases[number].name}" if name else self.cases[number].name
            while own in taken:
                own += "-2"
            part = place[number]["readings"][name] if name else place[number]
            kept = {"because", *_PREFERENCES} - {"readings"}
            told = {key: item for key, item in part.items() if key in kept}
            cell = _find_cell(part) or Cell(self.cases[number].draft.book, "Actors", 1, 1)
            told.setdefault("because", enter(f"As {PurePath(cell.book).name} has it", cell))
            taken[own] = (shares[number][name], told)

    def _share_odds(self, row: Actor, part: Mapping[str, Any]) -> dict[str, float]:
        """A book's readings as shares that sum to 1."""
        for reading in row.readings:
            if not reading.odds.certain:
                cell = _find_cell(part["readings"][reading.id].get("odds"))
                message = f"The odds '{reading.odds.text}' are a range, and the books disagree on what {row.id} wants."
                self.conflicts.append(Issue(str(cell), 0, 0, "", message, "Write one number, such as 60."))
        odds = {reading.id: reading.odds.median for reading in row.readings}
        return {name: share / sum(odds.values()) for name, share in odds.items()}


def write_widest(numbers: Sequence[Quantity], domain: Domain) -> str:
    """The range from the lowest 5th to the highest 95th percentile, in the field's own unit, to six digits."""
    low = min(float(number.quantile(0.05)) for number in numbers)
    high = max(float(number.quantile(0.95)) for number in numbers)
    if domain.unit == "share" and 0 < low < high < 1:
        return f"{100 * low:.6g}% to {100 * high:.6g}%"
    return f"{low:.6g} to {high:.6g}{_UNITS.get(domain.unit, '')}"


def _strip(part: Mapping[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: item for key, item in part.items() if key not in keys}


def _find_cell(part: Any) -> Cell | None:
    """The first cell a part stands in."""
    if isinstance(part, Entry):
        return part.cell
    inner = part.items() if isinstance(part, Mapping) else enumerate(part) if isinstance(part, list) else ()
    for key, item in inner:
        cell = _find_cell(item) or (key.cell if isinstance(key, Entry) else None)
        if cell is not None:
            return cell
    return None


def _tell(part: Node) -> str:
    """What stands in a part, briefly."""
    if isinstance(part, str):
        return " ".join(part.split())[:60]
    items = part.values() if isinstance(part, Mapping) else part or ()
    return next((text for text in map(_tell, items) if text), "")
