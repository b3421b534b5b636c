"""From a checked scenario to a game: axes, tables and inputs, laid out once; a draw only fills in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.errors import Issue, ScenarioError, SizeError
from detente.game.calendar import add_calendar
from detente.game.cuts import find_landings
from detente.game.game import (
    Axis,
    Bargain,
    Belief,
    Game,
    Input,
    Measure,
    Move,
    Player,
    Reading,
    Table,
    Term,
    levels_at,
    mask,
    tabulate,
)
from detente.scenario.conditions import Condition, levers_of
from detente.scenario.model import Actor, Behaviour, Lever, Preferences, Question, Scenario, Want, months_between
from detente.scenario.quantities import Quantity
from detente.scenario.queries import Expression, visits_of

#: most cells a game may have, whatever the memory allowed
LARGEST = 1 << 28


class _Register:
    """Collects inputs in the order of the file and hands out design columns."""

    def __init__(self) -> None:
        self.inputs: list[Input] = []
        self._shared: dict[str, int] = {}
        self._columns = 0

    def add(self, name: str, quantity: Quantity) -> int:
        if quantity.certain:
            column = -1
        elif quantity.shared is not None:
            if quantity.shared not in self._shared:
                self._shared[quantity.shared] = self._next()
            column = self._shared[quantity.shared]
        else:
            column = self._next()
        self.inputs.append(Input(name, quantity, column))
        return len(self.inputs) - 1

    def add_choice(self, name: str, odds: Sequence[int], labels: Sequence[str]) -> int:
        self.inputs.append(Input(name, Quantity("fixed", (0.0,)), self._next(), tuple(odds), tuple(labels)))
        return len(self.inputs) - 1

    def _next(self) -> int:
        self._columns += 1
        return self._columns - 1


def compile_others(expressions: Iterable[Expression]) -> dict[str, Game]:
    """The games of all other cases that expressions ask about, by name, in order of names."""
    cases = {visit.case: visit.scenario for expression in expressions for visit in visits_of(expression)}
    return {case: compile_game(scenario) for case, scenario in sorted(cases.items())}


def compile_game(scenario: Scenario) -> Game:
    """Compile a scenario. Raises SizeError when it has more than 2^28 cells, naming the lever to cut."""
    axes = _lay_axes(scenario)
    shell = _shell(scenario, axes)
    feasible = np.ones(shell.cells, dtype=np.bool_)
    for rule in scenario.rules:
        feasible &= ~mask(shell, rule.forbid)
    register = _Register()
    players = tuple(_compile_player(shell, feasible, scenario, k, register) for k in range(len(scenario.actors)))
    players = tuple(
        replace(player, beliefs=_compile_beliefs(shell, feasible, actor, players, register))
        for player, actor in zip(players, scenario.actors, strict=True)
    )
    moves = _compile_moves(shell, scenario, register)
    measures = tuple(
        Measure(measure.id, _compile_wants(shell, measure.wants, measure.id, register)) for measure in scenario.measures
    )
    changes = [
        {name: register.add(f"phases.{phase.id}.{name}", number) for name, number in phase.changes}
        for phase in scenario.phases
    ]
    bargains = tuple(_compile_bargain(scenario, question, register) for question in scenario.issues)
    game = Game(
        title=scenario.title,
        digest=scenario.digest,
        axes=axes,
        actors=players,
        feasible=feasible,
        moves=moves,
        measures=measures,
        inputs=tuple(register.inputs),
        links=tuple(_joint_axes(shell, [rule.forbid]) for rule in scenario.rules),
        horizon=scenario.months,
        bargains=bargains,
    )
    _refuse_lost_moves(game, scenario.path)
    return add_calendar(game, scenario, changes) if scenario.phases else game


def _refuse_lost_moves(game: Game, file: str) -> None:
    """A chance move that lands in a forbidden state would be lost in silence."""
    issues = []
    for move in game.moves:
        source, target = find_landings(game, move)
        lost = np.flatnonzero(~game.feasible[target])
        if len(lost):
            state = ", ".join(f"{lever} = {level}" for lever, level in levels_at(game, int(source[lost[0]])).items())
            message = f"The chance move has nowhere feasible to go in {len(lost)} states, such as {state}."
            issues.append(Issue(file, 0, 0, move.id, message, "Add 'then:' to say what gives way."))
    if issues:
        raise ScenarioError(issues)


def _lay_axes(scenario: Scenario) -> tuple[Axis, ...]:
    place = {actor.id: k for k, actor in enumerate(scenario.actors)}

    def axis(lever: Lever) -> Axis:
        owner = place[lever.actor] if lever.actor is not None else -1
        kept = tuple(range(len(lever.levels)))
        return Axis(lever.id, owner, lever.levels, kept, lever.now, np.array(lever.legal, np.bool_), lever.label)

    axes = tuple(axis(lever) for lever in scenario.levers)
    cells = prod(len(a.levels) for a in axes)
    if cells > LARGEST:
        widest = max(axes, key=lambda a: len(a.levels))
        raise SizeError(
            f"The levers span {cells:,} states, more than {LARGEST:,}. "
            f"Cut levels or levers; {widest.id} has the most levels ({len(widest.levels)})."
        )
    return axes


def _shell(scenario: Scenario, axes: tuple[Axis, ...]) -> Game:
    """A game of axes only, so that conditions can be tabulated while the rest is being built."""
    cells = prod(len(a.levels) for a in axes)
    everything = np.broadcast_to(np.True_, (cells,))
    return Game(scenario.title, scenario.digest, axes, (), everything, (), (), ())


def _compile_player(
    shell: Game, feasible: NDArray[np.bool_], scenario: Scenario, place: int, register: _Register
) -> Player:
    actor = scenario.actors[place]
    readings: list[Reading] = []
    for reading in actor.readings:
        prefix = f"{actor.id}.{reading.id}" if reading.id else actor.id
        odds = register.add(f"{prefix}.odds", reading.odds) if len(actor.readings) > 1 else -1
        readings.append(
            Reading(reading.id, _compile_terms(shell, feasible, reading.preferences, prefix, register), odds)
        )
    choice = -1
    if len(readings) > 1:
        choice = register.add_choice(f"{actor.id}.reading", [r.odds for r in readings], [r.id for r in readings])
    behaviour, limits = actor.behaviour, actor.thresholds
    if _is_idle(actor):
        # Nothing depends on how it would decide, so that no column of the design is spent on it.
        behaviour = Behaviour(*(_fix(getattr(behaviour, name)) for name in ("tempo", "foresight", "noise", "habit")))
    return Player(
        id=actor.id,
        name=actor.name,
        readings=tuple(readings),
        reading=choice,
        tempo=register.add(f"{actor.id}.tempo", behaviour.tempo),
        foresight=register.add(f"{actor.id}.foresight", behaviour.foresight),
        noise=register.add(f"{actor.id}.noise", behaviour.noise),
        habit=register.add(f"{actor.id}.habit", behaviour.habit),
        starts=max(0.0, months_between(scenario.as_of, actor.starts)) if actor.starts else 0.0,
        indifference=_add_given(register, f"{actor.id}.indifference", limits.indifference if limits else None),
        strong=_add_given(register, f"{actor.id}.strong", limits.strong if limits else None),
    )


def _is_idle(actor: Actor) -> bool:
    """Whether it has nothing to decide and no payoff."""
    return not actor.levers and not any(
        reading.preferences.kind != "wants" or reading.preferences.wants for reading in actor.readings
    )


def _fix(quantity: Quantity) -> Quantity:
    return replace(quantity, law="fixed", parameters=(quantity.median,), shared=None)


def _add_given(register: _Register, name: str, quantity: Quantity | None) -> int:
    return register.add(name, quantity) if quantity is not None else -1


def _compile_beliefs(
    shell: Game, feasible: NDArray[np.bool_], actor: Actor, players: Sequence[Player], register: _Register
) -> tuple[Belief, ...]:
    ids = {player.id: k for k, player in enumerate(players)}
    dims = {axis.id: k for k, axis in enumerate(shell.axes)}
    beliefs = []
    for belief in actor.beliefs:
        terms: tuple[Term, ...] | None = None
        if belief.preferences is not None:
            prefix = f"{actor.id}.believes.{belief.about}"
            terms = _compile_terms(shell, feasible, belief.preferences, prefix, register)
        elif belief.reading:
            terms = next(r.terms for r in players[ids[belief.about]].readings if r.id == belief.reading)
        beliefs.append(Belief(ids[belief.about], terms, tuple(dims[lever] for lever in belief.lacks)))
    return tuple(beliefs)


def _compile_terms(
    shell: Game, feasible: NDArray[np.bool_], preferences: Preferences, prefix: str, register: _Register
) -> tuple[Term, ...]:
    if preferences.kind == "wants":
        return _compile_wants(shell, preferences.wants, prefix, register)
    stakes = preferences.stakes
    assert stakes is not None, "the reader gives every ranking its stakes"
    if preferences.kind == "ranking":
        lines = preferences.ranking
        conditions = [condition for line in lines for condition in line]
    else:
        conditions = list(preferences.priorities)
    dims = _joint_axes(shell, conditions)
    score = (
        _rank_lines(shell, dims, lines) if preferences.kind == "ranking" else _rank_priorities(shell, dims, conditions)
    )
    table = Table(dims, _spread_evenly(shell, feasible, dims, score))
    return (Term(table, register.add(f"{prefix}.stakes", stakes), preferences.kind),)


def _compile_wants(shell: Game, wants: Sequence[Want], prefix: str, register: _Register) -> tuple[Term, ...]:
    return tuple(
        Term(tabulate(shell, want.condition), register.add(f"{prefix}.{want.id}", want.weight), want.condition.text)
        for want in wants
    )


def _joint_axes(shell: Game, conditions: Sequence[Condition]) -> tuple[int, ...]:
    ids = {axis.id: k for k, axis in enumerate(shell.axes)}
    return tuple(sorted({ids[lever] for condition in conditions for lever in levers_of(condition.node)}))


def _grid(shell: Game, dims: tuple[int, ...], condition: Condition) -> NDArray[np.bool_]:
    """A condition over the joint axes of several, shape of those axes."""
    table = tabulate(shell, condition)
    along = [len(shell.axes[d].levels) if d in table.axes else 1 for d in dims]
    return np.broadcast_to(table.values.reshape(along), tuple(len(shell.axes[d].levels) for d in dims)).astype(np.bool_)


def _rank_lines(shell: Game, dims: tuple[int, ...], lines: Sequence[Sequence[Condition]]) -> NDArray[np.int64]:
    """Score per cell of the joint axes by the first line, best first, it satisfies; what matches none is last."""
    score = np.zeros(tuple(len(shell.axes[d].levels) for d in dims), dtype=np.int64)
    for worth, line in enumerate(reversed(lines), start=1):
        for condition in line:
            score[_grid(shell, dims, condition)] = worth
    return score


def _rank_priorities(shell: Game, dims: tuple[int, ...], priorities: Sequence[Condition]) -> NDArray[np.int64]:
    """Lexicographic score per cell of the joint axes, most important statement first, as dense ranks."""
    score = np.zeros(tuple(len(shell.axes[d].levels) for d in dims), dtype=np.int64)
    for condition in priorities:
        # Ranks stay dense at each step, so that any number of statements fits an integer.
        score = np.unique(2 * score + _grid(shell, dims, condition), return_inverse=True)[1].reshape(score.shape)
    return score


def _spread_evenly(
    shell: Game, feasible: NDArray[np.bool_], dims: tuple[int, ...], score: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Scores as 0..1, evenly by the dense ranks that feasible states have."""
    others = tuple(k for k in range(len(shell.axes)) if k not in dims)
    present = feasible.reshape(shell.shape).any(axis=others)
    found = np.unique(score[present])
    if len(found) < 2:
        return np.zeros(score.shape)
    return np.clip(np.searchsorted(found, score), 0, len(found) - 1) / (len(found) - 1)


def _compile_bargain(scenario: Scenario, question: Question, register: _Register) -> Bargain:
    place = {actor.id: k for k, actor in enumerate(scenario.actors)}

    def add(name: str) -> tuple[int, ...]:
        return tuple(
            register.add(f"{question.id}.{stake.actor}.{name}", getattr(stake, name)) for stake in question.stakes
        )

    return Bargain(
        id=question.id,
        label=question.label,
        package=question.package,
        low=question.low,
        high=question.high,
        actors=tuple(place[stake.actor] for stake in question.stakes),
        positions=add("position"),
        saliences=add("salience"),
        capabilities=add("capability"),
        reference=_add_given(register, f"{question.id}.reference", question.reference),
    )


def _compile_moves(shell: Game, scenario: Scenario, register: _Register) -> tuple[Move, ...]:
    ids = {axis.id: k for k, axis in enumerate(shell.axes)}
    return tuple(
        Move(
            id=move.id,
            axis=ids[chance.lever.id],
            source=move.source,
            target=move.target,
            rate=register.add(move.id, move.rate),
            when=tabulate(shell, move.when) if move.when is not None else None,
            then=tuple((ids[lever], level) for lever, level in move.then),
        )
        for chance in scenario.chance
        for move in chance.moves
    )
