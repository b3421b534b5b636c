"""What comes next: sequences of moves, time in each state, and the card of everybody's odds; at central values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from detente.api.cases import compile
from detente.api.forecasts import SEED

if TYPE_CHECKING:
    from detente.errors import Issue, QueryError
    from detente.game.game import Game
    from detente.scenario.model import Scenario
    from detente.scenario.queries import Levels, Probability
    from detente.solvers.card import Card
    from detente.solvers.departures import Standpoint
    from detente.solvers.occupation import Occupation
    from detente.solvers.sequences import Sequences
    from detente.solvers.timeline import Timeline

T = TypeVar("T")

#: sequences told unless asked for more
SEQUENCES = 5


@dataclass(frozen=True, slots=True)
class View:
    """From where one looks ahead, in the words of the command line; empty words stand for the case as written."""

    #: a state as for ``explain``
    start: str = ""
    #: other inputs, such as ``us.deal = 0``
    settings: tuple[str, ...] = ()
    #: the day it is
    day: str = ""
    #: up to when: a date, or a span such as ``3 months``; empty for the horizon
    until: str = ""


def find_sequences(
    scenario: Scenario, view: View | None = None, *, most: int = SEQUENCES, query: str = ""
) -> Sequences:
    """The ``most`` likely sequences of moves, who moves first, and which first move decides the ``query``.

    A query is a single probability. Its supposition and inputs hold for the sequences too, and its date is theirs
    unless the view says until when. Raises QueryError with every mistake.
    """
    from detente.solvers.departures import solve_situation
    from detente.solvers.hinges import weigh_first_moves
    from detente.solvers.sequences import find_sequences as find

    place = _Reader(scenario, view or View(), query).read()
    asked, standpoint = place.asked, place.standpoint
    if asked is not None and asked.setting.suppose:
        standpoint = _suppose(standpoint, asked.setting.suppose)
    found = find(solve_situation(standpoint, None), place.until, most)
    if asked is None:
        return found
    return replace(found, hinge=weigh_first_moves(place.standpoint.game, found.first, asked, query))


def measure_occupation(scenario: Scenario, view: View | None = None) -> Occupation:
    """Expected share of the time in each state, at each level of each lever, and in each condition of the case."""
    from detente.game.game import mask
    from detente.solvers.departures import solve_situation
    from detente.solvers.occupation import measure_occupation as measure

    place = _Reader(scenario, view or View(), "").read()
    game = place.standpoint.game
    conditions = {name: mask(game, condition) for name, condition in scenario.conditions}
    return measure(solve_situation(place.standpoint, None), place.until, conditions)


def lay_timeline(scenario: Scenario, view: View | None = None) -> Timeline:
    """Every lever over time at central values: how likely it has moved, when it is first left, where it ends.

    Raises NotYetAnalysed for a case with phases that is looked at from a later day.
    """
    from detente.errors import NotYetAnalysed
    from detente.solvers.timeline import lay_timeline as lay

    place = _Reader(scenario, view or View(), "").read()
    if place.standpoint.game.calendar is not None and place.standpoint.day != scenario.as_of:
        raise NotYetAnalysed(
            "The game's conditions change by date (phases): this version has no timeline from a later day. "
            "Leave out --on, or take the phases out of the file."
        )
    return lay(place.standpoint, place.until)


def lay_card(
    scenario: Scenario,
    view: View | None = None,
    *,
    draws: int | None = None,
    seed: int = SEED,
    progress: Callable[[int, int], None] | None = None,
) -> Card:
    """Everybody's odds of its next move, at central values or over ``draws``."""
    from detente.ensemble.cards import deal_card
    from detente.solvers.card import lay_card as lay
    from detente.solvers.departures import solve_situation

    place = _Reader(scenario, view or View(), "").read()
    if draws is None:
        return lay(solve_situation(place.standpoint, None), place.until)
    return deal_card(place.standpoint, place.until, draws=draws, seed=seed, progress=progress)


def roll_card(card: Card, seed: int) -> Card:
    """The card with the first move drawn, as it is distributed; the same seed draws the same."""
    from detente.solvers.card import roll_card as roll

    return roll(card, seed)


@dataclass(frozen=True, eq=False)
class _Place:
    standpoint: Standpoint
    until: float
    asked: Probability | None


class _Reader:
    """Reads the words of a view and collects every mistake; exists for the length of one call."""

    def __init__(self, scenario: Scenario, view: View, query: str) -> None:
        self.scenario, self.view, self.query = scenario, view, query
        self.issues: list[Issue] = []

    def read(self) -> _Place:
        from detente.errors import QueryError
        from detente.game.cuts import advance
        from detente.game.lookup import find_state
        from detente.scenario.model import months_between
        from detente.scenario.reader import parse_day, parse_end, parse_input
        from detente.solvers.departures import Standpoint

        scenario, view, game = self.scenario, self.view, compile(self.scenario)
        day = self._collect(lambda: parse_day(scenario, view.day)) if view.day else scenario.as_of
        asked = self._collect(self._read_query) if self.query else None
        inputs = [self._collect(partial(parse_input, scenario, text)) for text in view.settings]
        since = day or scenario.as_of  # a span can be checked all the same
        until = self._collect(lambda: parse_end(scenario, view.until, since)) if view.until else None
        start = self._collect(lambda: find_state(scenario, game, view.start))
        if self.issues or day is None or start is None:
            raise QueryError(self.issues)
        late = months_between(scenario.as_of, day)
        standpoint = Standpoint(advance(game, late), start, day, tuple(sorted(dict(filter(None, inputs)).items())))
        if asked is None:
            return _Place(standpoint, until or standpoint.game.horizon, None)
        if asked.setting.turns:
            message = f"'{self.query}' supposes a policy with rules by date."
            raise _refuse("query", message, "Suppose the levels themselves.")
        asked = _rebase(asked, standpoint, late)
        standpoint = replace(standpoint, start=_stand(game, asked.setting.start), overrides=asked.setting.inputs)
        if until is None and asked.time <= 0:
            raise _refuse("query", f"'{self.query}' is asked on its own date, {day}.", "Say until when with --next.")
        return _Place(standpoint, until or asked.time, asked)

    def _read_query(self) -> Probability:
        from detente.scenario.queries import Probability
        from detente.scenario.reader import parse_query

        query = parse_query(self.scenario, self.query)
        if not isinstance(query.expression, Probability):
            raise _refuse(
                "query", f"'{self.query}' is no single probability.", "Ask one, such as 'P(c by 2025-07-20)'."
            )
        if query.expression.given is not None or query.expression.after is not None:
            raise _refuse("query", f"'{self.query}' conditions on an event.", "Ask without 'given' or 'after'.")
        return query.expression

    def _collect(self, read: Callable[[], T]) -> T | None:
        from detente.errors import QueryError

        try:
            return read()
        except QueryError as error:
            self.issues.extend(error.issues)
            return None


def _rebase(asked: Probability, standpoint: Standpoint, late: float) -> Probability:
    """The question from where one stands and ``late`` months later; what its own suffixes say wins."""
    from detente.game.game import spell_levels
    from detente.scenario.queries import Probability, rebase

    moved = rebase(asked, spell_levels(standpoint.game, standpoint.start), standpoint.overrides)
    assert isinstance(moved, Probability)
    if moved.time < late:
        raise _refuse("query", f"The query's date is before {standpoint.day}.", "Ask about a later date.")
    return replace(moved, time=moved.time - late)


def _suppose(standpoint: Standpoint, suppose: Levels) -> Standpoint:
    """The same with levers held, in the state into which that puts it."""
    from detente.game.cuts import hold
    from detente.game.game import spell_levels

    held = hold(standpoint.game, dict(suppose))
    start = {**dict(spell_levels(standpoint.game, standpoint.start)), **dict(suppose)}
    return replace(standpoint, game=held, start=_stand(held, tuple(start.items())))


def _stand(game: Game, levels: Levels) -> int:
    """The cell with these levels; QueryError when a rule forbids it."""
    from detente.game.game import cell_at

    cell = cell_at(game, dict(levels))
    if not game.feasible[cell]:
        raise _refuse("state", "The state looked from is forbidden by a rule.", "Set the other levers of the rule too.")
    return cell


def _refuse(place: str, message: str, cure: str) -> QueryError:
    from detente.errors import Issue, QueryError

    return QueryError([Issue(place, 1, 1, "", message, cure)])
