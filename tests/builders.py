"""Small games straight from arrays, for tests that need no scenario file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detente.game.calendar import lay_stretches
from detente.game.game import Axis, Calendar, Game, Input, Move, Phase, Player, Prices, Reading, Table, Term
from detente.game.pricing import draw_inputs, price
from detente.scenario.quantities import Quantity

#: decisions per month, months, payoff units, payoff units
BEHAVIOUR = (1.0, 6.0, 0.5, 0.25)

#: a lever's id and level, before and after: ``("weather", 0, 1)``
ChanceMove = tuple[str, int, int]

#: hazard per month; where it holds (bool over the game's shape, None: everywhere); the levers that give way
Chance = float | tuple[float, NDArray[np.bool_] | None] | tuple[float, NDArray[np.bool_] | None, Mapping[str, int]]


def make_game(
    levers: Mapping[str, Mapping[str, int | Sequence[str]]],
    payoffs: ArrayLike | Callable[..., ArrayLike],
    *,
    infeasible: ArrayLike = (),
    one_way: Mapping[str, bool | Sequence[int]] | None = None,
    chance: Mapping[str, int | Sequence[str]] | None = None,
    moves: Mapping[ChanceMove, Chance] | None = None,
    now: Mapping[str, int] | None = None,
    behaviour: Mapping[str, Sequence[float]] | None = None,
) -> Game:
    """A game whose every input is certain.

    - ``levers``: per actor its levers, each with its levels' names or their number (named "0", "1", ...).
    - ``payoffs``: (actors, *shape) or (actors, cells), ``shape`` with one dimension per lever, chance last; or a
      function of the level indices of all levers, broadcast over ``shape``, that returns one array per actor.
    - ``infeasible``: cell numbers, or a bool array over ``shape``.
    - ``one_way``: ``{"a.x": True}`` for a lever that only goes forward, ``{"a.x": [2]}`` for levels nobody can leave.
    - ``chance``: nature's levers; ``moves``: ``{("weather", 0, 1): rate}``, ``(rate, where)``
      or ``(rate, where, then)``: where a bool array over ``shape``, then the level of each lever that gives way.
    - ``now``: level index of the status quo by lever id, 0 where not given.
    - ``behaviour``: per actor (tempo, foresight, noise, habit) and, fifth, the month in which it starts.
    """
    axes = _lay_axes(levers, chance or {}, one_way or {}, now or {})
    shape = tuple(len(axis.levels) for axis in axes)
    register: list[Input] = []

    def certain(name: str, value: float) -> int:
        register.append(Input(name, Quantity("fixed", (float(value),)), -1))
        return len(register) - 1

    if callable(payoffs):
        grids = np.meshgrid(*(np.arange(m) for m in shape), indexing="ij", sparse=True)
        payoffs = np.array([np.broadcast_to(part, shape) for part in payoffs(*grids)])
    tables = np.asarray(payoffs, dtype=np.float64).reshape(len(levers), *shape)
    players = []
    for actor, table in zip(levers, tables, strict=True):
        tempo, foresight, noise, habit, *starts = (behaviour or {}).get(actor, BEHAVIOUR)
        term = Term(Table(tuple(range(len(shape))), table), certain(f"{actor}.payoff", 1.0))
        fields = [
            certain(f"{actor}.{name}", value)
            for name, value in (("tempo", tempo), ("foresight", foresight), ("noise", noise), ("habit", habit))
        ]
        players.append(Player(actor, actor, (Reading("", (term,), -1),), -1, *fields, *(starts or [0.0])))
    return Game(
        title="built",
        digest="0" * 64,
        axes=axes,
        actors=tuple(players),
        feasible=_mark_feasible(shape, infeasible),
        moves=_lay_moves(axes, moves or {}, certain),
        measures=(),
        inputs=tuple(register),
        horizon=24.0,
    )


def priced(game: Game) -> Prices:
    """The game's numbers at central values."""
    return price(game, draw_inputs(game, None))


def random_game(rng: np.random.Generator, actors: int, chance: bool = False) -> Game:
    """A game of 1 to 3 levers per actor, with ties, infeasible cells and one-way levers of both kinds, in all mixes."""
    levers = {
        f"a{i}": {f"l{k}": int(rng.integers(2, 4)) for k in range(int(rng.integers(1, 3 if actors < 4 else 2)))}
        for i in range(actors)
    }
    sizes = {f"{actor}.{lever}": m for actor, own in levers.items() for lever, m in own.items()}
    one_way: dict[str, bool | list[int]] = {}
    for lever, m in sizes.items():
        kind = rng.random()
        if kind < 0.2:
            one_way[lever] = True
        elif kind < 0.4:
            one_way[lever] = sorted({int(k) for k in rng.integers(0, m, int(rng.integers(1, m)))})
    nature = {"weather": 2} if chance else {}
    cells = prod(sizes.values()) * prod(nature.values())
    feasible = rng.random(cells) >= rng.choice([0.0, 0.2, 0.5])
    feasible[int(rng.integers(cells))] = True
    spread = int(rng.choice([2, 5, cells]))
    shape = (*sizes.values(), *nature.values())
    start = np.unravel_index(int(rng.choice(np.flatnonzero(feasible))), shape)
    return make_game(
        levers,
        rng.integers(0, spread, size=(actors, cells)),
        infeasible=np.flatnonzero(~feasible),
        one_way=one_way,
        chance=nature,
        now={lever: int(k) for lever, k in zip((*sizes, *nature), start, strict=True)},
    )


def large_game(seed: int) -> Game:
    """Four actors, 768 cells, one-way levers of both kinds, 40 levels of payoff."""
    rng = np.random.default_rng(seed)
    levers = {"a": {"x": 3, "y": 2}, "b": {"x": 2, "y": 2}, "c": {"x": 4}, "d": {"x": 2, "y": 2}}
    return make_game(
        levers,
        rng.integers(0, 40, size=(4, 768)),
        infeasible=rng.random((3, 2, 2, 2, 4, 2, 2, 2)) < 0.3,
        one_way={"a.x": True, "c.x": [1]},
        chance={"weather": 2},
    )


def random_conflict(rng: np.random.Generator, largest: int = 96) -> Game:
    """A game with everything the forecast knows, at random: at most ``largest`` cells, priced at central values.

    1 to 4 actors with 0 to 2 levers each (one-way levers of both kinds among them), chance levers whose moves hang on
    the state and push other levers, infeasible cells, late starts, and foresights that may be 0.
    """
    while True:
        levers = {
            f"a{i}": {f"l{k}": int(rng.choice([2, 2, 3, 3, 4, 5])) for k in range(int(rng.choice([0, 1, 1, 2])))}
            for i in range(int(rng.integers(1, 5)))
        }
        nature = {f"c{k}": int(rng.integers(2, 4)) for k in range(int(rng.choice([0, 1, 1, 2])))}
        sizes = {f"{actor}.{lever}": m for actor, own in levers.items() for lever, m in own.items()}
        shape = (*sizes.values(), *nature.values())
        if 2 <= prod(shape) <= largest:
            break
    one_way: dict[str, bool | list[int]] = {}
    for lever, m in sizes.items():
        if rng.random() < 0.35:
            one_way[lever] = True if rng.random() < 0.5 else [int(rng.integers(m))]
    moves: dict[ChanceMove, Chance] = {}
    for lever, m in nature.items():
        for source in range(m):
            target = int(rng.choice([k for k in range(m) if k != source]))
            where = rng.random(shape) < 0.7 if rng.random() < 0.5 else None
            then = {other: int(rng.integers(sizes[other])) for other in sizes if rng.random() < 0.25}
            moves[lever, source, target] = (float(rng.uniform(0.05, 0.5)), where, then)
    feasible = rng.random(prod(shape)) >= rng.choice([0.0, 0.3])
    start = int(rng.integers(prod(shape)))
    feasible[start] = True
    behaviour = {
        actor: (
            rng.uniform(0.1, 2),
            rng.choice([0.0, 0.3, 1.0, 4.0, rng.uniform(2, 9)]),
            rng.uniform(0.3, 1),
            rng.choice([0.0, 0.5]),
            rng.choice([0.0, 0.0, 1.5, rng.uniform(0, 4)]),
        )
        for actor in levers
    }
    return make_game(
        levers,
        rng.normal(size=(len(levers), prod(shape))) * 1.5,
        infeasible=np.flatnonzero(~feasible),
        one_way=one_way,
        chance=nature,
        moves=moves,
        now=dict(zip((*sizes, *nature), map(int, np.unravel_index(start, shape)), strict=True)),
        behaviour=behaviour,
    )


def _lay_axes(
    levers: Mapping[str, Mapping[str, int | Sequence[str]]],
    chance: Mapping[str, int | Sequence[str]],
    one_way: Mapping[str, bool | Sequence[int]],
    now: Mapping[str, int],
) -> tuple[Axis, ...]:
    listed = [
        (i, f"{actor}.{name}", what) for i, (actor, own) in enumerate(levers.items()) for name, what in own.items()
    ]
    listed += [(-1, name, what) for name, what in chance.items()]
    assert {*one_way, *now} <= {name for _, name, _ in listed}, "a lever named is a lever of the game"
    axes = []
    for owner, name, what in listed:
        names = tuple(str(k) for k in range(what)) if isinstance(what, int) else tuple(what)
        legal = np.ones((len(names), len(names)), np.bool_)
        locked = one_way.get(name, False)
        if locked is True:
            legal = np.triu(legal)
        elif locked:
            legal[list(locked)] = np.eye(len(names), dtype=np.bool_)[list(locked)]
        axes.append(Axis(name, owner, names, tuple(range(len(names))), now.get(name, 0), legal))
    return tuple(axes)


def _mark_feasible(shape: tuple[int, ...], infeasible: ArrayLike) -> NDArray[np.bool_]:
    given = np.asarray(infeasible)
    if given.dtype == np.bool_ and given.size == prod(shape):
        return ~given.reshape(-1)
    feasible = np.ones(prod(shape), np.bool_)
    feasible[given.astype(np.int64)] = False
    return feasible


def _lay_moves(
    axes: Sequence[Axis],
    moves: Mapping[ChanceMove, Chance],
    certain: Callable[[str, float], int],
) -> tuple[Move, ...]:
    ids = [axis.id for axis in axes]
    laid = []
    for (lever, source, target), what in moves.items():
        rate, where, then = (*what, {})[:3] if isinstance(what, tuple) else (what, None, {})
        when = None if where is None else Table(tuple(range(len(axes))), np.asarray(where))
        name = f"{lever}.{source}-{target}"
        gives_way = tuple((ids.index(other), level) for other, level in then.items())
        laid.append(Move(name, ids.index(lever), source, target, certain(name, rate), when, gives_way))
    return tuple(laid)


def weighted_game(rng: np.random.Generator, actors: int = 2, statements: int = 3) -> Game:
    """A small game whose actors want random statements over one or two levers each, with weights of either sign.

    Ties, infeasible cells and one-way levers as in :func:`random_game`; the weights are ranges of half their size.
    """
    shell = random_game(rng, actors)
    players, register = [], list(shell.inputs)
    for player in shell.actors:
        terms = []
        for k in range(statements):
            dims = tuple(sorted(rng.choice(len(shell.axes), size=min(len(shell.axes), 2), replace=False).tolist()))
            values = rng.random(tuple(shell.shape[dim] for dim in dims)) < 0.5
            weight = float(rng.choice([-2.5, -1.0, -0.4, 0.3, 1.0, 2.2]))
            register.append(Input(f"{player.id}.w{k}", Quantity("uniform", (weight - 0.5, weight + 0.5)), k))
            terms.append(Term(Table(dims, values), len(register) - 1, f"statement {k}"))
        players.append(replace(player, readings=(Reading("", tuple(terms), -1),)))
    return replace(shell, actors=tuple(players), inputs=tuple(register))


#: b's exit is punished by a, c and a again, one after the other
RELAY = """\
detente: 1
title: T
as_of: 2024-01-01
horizon: 1 month
actors:
  a:
    levers: {x: [none, half, full]}
    wants: [{id: begin, want: x = half and c.z = no, weight: -1}, {id: end, want: x = full, weight: -1}]
  b:
    levers: {y: [no, yes]}
    wants: [{want: y = yes, weight: 1}, {want: a.x = full, weight: -2}]
  c:
    levers: {z: [no, yes]}
    wants: [{want: a.x = half and z = yes, weight: 1}]
rules:
  - forbid: b.y = no and (a.x != none or c.z = yes)
  - forbid: a.x = none and c.z = yes
  - forbid: a.x = full and c.z = no
"""


def add_phases(game: Game, phases: Sequence[Mapping[str, Any]]) -> Game:
    """The game with a calendar.

    Each phase has ``start`` and, as needed, ``until``, ``anticipated`` (True), ``closed`` (levels by lever),
    ``payoffs`` (actors, cells) and, by actor, ``tempo``, ``noise`` and ``habit``; ``rates`` (by chance move).
    """
    inputs, made = list(game.inputs), []

    def certain(value: float) -> int:
        inputs.append(Input(f"stand-in {len(inputs)}", Quantity("fixed", (float(value),)), -1))
        return len(inputs) - 1

    for phase in phases:
        players = list(game.actors)
        for k, player in enumerate(game.actors):
            if "payoffs" in phase:
                table = Table(tuple(range(len(game.axes))), np.asarray(phase["payoffs"])[k].reshape(game.shape))
                term = replace(player.readings[0].terms[0], table=table)
                players[k] = replace(player, readings=(Reading("", (term,), -1),))
            for name in ("tempo", "noise", "habit"):
                if player.id in phase.get(name, {}):
                    players[k] = replace(players[k], **{name: certain(phase[name][player.id])})
        axes = []
        for axis in game.axes:
            legal = axis.legal.copy()
            legal[:, list(phase.get("closed", {}).get(axis.id, ()))] = False
            axes.append(replace(axis, legal=legal | np.eye(len(legal), dtype=np.bool_)))
        rates = phase.get("rates", {})
        moves = tuple(replace(m, rate=certain(rates[m.id])) if m.id in rates else m for m in game.moves)
        made.append((phase, replace(game, axes=tuple(axes), actors=tuple(players), moves=moves)))
    own = replace(game, inputs=tuple(inputs))
    calendar = Calendar(
        own,
        tuple(
            Phase(f"p{k}", p["start"], p.get("until"), p.get("anticipated", True), replace(g, inputs=tuple(inputs)))
            for k, (p, g) in enumerate(made)
        ),
    )
    return replace(lay_stretches(calendar)[0].game, calendar=calendar)
