"""Smaller games out of a game: levers held, levers left out; and its chance transitions written out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.game.game import Axis, Calendar, Game, Measure, Move, Player, Reading, Table, Term, spread


def hold(game: Game, levels: Mapping[str, int]) -> Game:
    """The game in which the named levers stay at the given scenario levels: their axes shrink to one level.

    A chance move whose lever is held is dropped; where a move would make a held lever give way, the lever stays.
    """
    if not levels:
        return game
    held = _hold(game, levels)
    return replace(held, calendar=_recut(game.calendar, held, lambda part: _hold(part, levels)))


def _recut(calendar: Calendar | None, whole: Game, cut: Callable[[Game], Game]) -> Calendar | None:
    """The calendar of a cut game, every phase cut like it."""
    if calendar is None:
        return None

    def recut(game: Game) -> Game:
        return replace(cut(game), feasible=whole.feasible)

    phases = tuple(replace(phase, game=recut(phase.game)) for phase in calendar.phases)
    return Calendar(recut(calendar.own), phases)


def _hold(game: Game, levels: Mapping[str, int]) -> Game:
    picks: dict[int, int] = {}
    for k, axis in enumerate(game.axes):
        if axis.id in levels:
            picks[k] = axis.kept.index(levels[axis.id])

    def cut(table: Table) -> Table:
        index = tuple(slice(picks[d], picks[d] + 1) if d in picks else slice(None) for d in table.axes)
        return Table(table.axes, table.values[index])

    axes = tuple(
        Axis(a.id, a.actor, (a.levels[picks[k]],), (a.kept[picks[k]],), 0, np.ones((1, 1), np.bool_), a.label)
        if k in picks
        else a
        for k, a in enumerate(game.axes)
    )
    whole = tuple(slice(picks[k], picks[k] + 1) if k in picks else slice(None) for k in range(len(axes)))

    def cut_terms(terms: Sequence[Term]) -> tuple[Term, ...]:
        return tuple(Term(cut(t.table), t.weight, t.text) for t in terms)

    return Game(
        title=game.title,
        digest=game.digest,
        axes=axes,
        actors=tuple(_retell(player, cut_terms) for player in game.actors),
        feasible=np.ascontiguousarray(game.feasible.reshape(game.shape)[whole]).reshape(-1),
        moves=tuple(
            replace(
                m,
                when=cut(m.when) if m.when is not None else None,
                then=tuple((axis, level) for axis, level in m.then if axis not in picks),
            )
            for m in game.moves
            if m.axis not in picks
        ),
        measures=tuple(Measure(m.id, cut_terms(m.terms)) for m in game.measures),
        inputs=game.inputs,
        links=game.links,
        horizon=game.horizon,
    )


def advance(game: Game, months: float) -> Game:
    """The game as seen so many months later: what is dated comes sooner, or has come."""
    if months == 0:
        return game
    actors = tuple(replace(player, starts=max(0.0, player.starts - months)) for player in game.actors)
    return replace(game, actors=actors, horizon=game.horizon - months)


def project(game: Game, dims: Iterable[int]) -> Game:
    """The game on the given dimensions and all that rules and chance tie them to, for use without preferences.

    With preferences off a choice on one lever does not look at the others, except where a rule forbids combinations or
    a chance move depends on them; so the levers left out change no probability of the levers kept. Payoff terms that
    mention a lever left out are dropped.
    """
    wanted = set(dims)
    small = _project(game, wanted)
    return replace(small, calendar=_recut(game.calendar, small, lambda part: _project(part, wanted)))


def _project(game: Game, dims: Iterable[int]) -> Game:
    kept = set(dims)
    ties = [set(link) for link in game.links]
    for move in game.moves:
        ties.append({move.axis, *(move.when.axes if move.when else ()), *(axis for axis, _ in move.then)})
    while grown := {dim for tie in ties if tie & kept for dim in tie} - kept:
        kept |= grown
    place = {dim: k for k, dim in enumerate(sorted(kept))}
    dropped = tuple(dim for dim in range(len(game.axes)) if dim not in kept)

    def move_table(table: Table) -> Table:
        return Table(tuple(place[d] for d in table.axes), table.values)

    def keep_terms(terms: Sequence[Term]) -> tuple[Term, ...]:
        return tuple(Term(move_table(t.table), t.weight, t.text) for t in terms if kept.issuperset(t.table.axes))

    return Game(
        title=game.title,
        digest=game.digest,
        axes=tuple(game.axes[dim] for dim in sorted(kept)),
        # With preferences off nobody reckons with what others want.
        actors=tuple(replace(_retell(player, keep_terms), beliefs=()) for player in game.actors),
        feasible=np.ascontiguousarray(game.feasible.reshape(game.shape).any(axis=dropped)).reshape(-1),
        moves=tuple(
            replace(
                m,
                axis=place[m.axis],
                when=move_table(m.when) if m.when is not None else None,
                then=tuple((place[axis], level) for axis, level in m.then),
            )
            for m in game.moves
            if m.axis in kept
        ),
        measures=tuple(Measure(m.id, keep_terms(m.terms)) for m in game.measures),
        inputs=game.inputs,
        links=tuple(tuple(place[d] for d in link) for link in game.links if kept.issuperset(link)),
        horizon=game.horizon,
    )


def _retell(player: Player, retell: Callable[[Sequence[Term]], tuple[Term, ...]]) -> Player:
    """The actor with its preferences, and those it believes in, in other terms."""
    return replace(
        player,
        readings=tuple(Reading(r.id, retell(r.terms), r.odds) for r in player.readings),
        beliefs=tuple(
            replace(belief, terms=retell(belief.terms)) if belief.terms is not None else belief
            for belief in player.beliefs
        ),
    )


def chance_edges(game: Game) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Every chance transition between feasible cells: (source cells, target cells, index of the move).

    Where a supposition holds a lever that would have to give way, a move may have nowhere to go and cannot happen.
    The compiler refuses a game in which that is so with nothing held.
    """
    sources, targets, which = [], [], []
    for number, move in enumerate(game.moves):
        source, target = find_landings(game, move)
        lands = game.feasible[target]
        sources.append(source[lands])
        targets.append(target[lands])
        which.append(np.full(int(lands.sum()), number))
    if not sources:
        empty = np.zeros(0, dtype=np.int32)
        return empty, empty, empty
    return (
        np.concatenate(sources).astype(np.int32),
        np.concatenate(targets).astype(np.int32),
        np.concatenate(which).astype(np.int32),
    )


def find_landings(game: Game, move: Move) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Feasible cells a chance move leaves, and the cells (feasible or not) where it lands."""
    strides = [prod(game.shape[k + 1 :]) for k in range(len(game.axes))]
    at = [slice(None)] * len(game.axes)
    at[move.axis] = slice(move.source, move.source + 1)
    allowed = game.feasible.reshape(game.shape)[tuple(at)]
    if move.when is not None:
        allowed = np.logical_and(allowed, spread(game, move.when)[tuple(at)])
    source = np.arange(game.cells, dtype=np.int64).reshape(game.shape)[tuple(at)][allowed]
    target = source + (move.target - move.source) * strides[move.axis]
    for axis, level in move.then:
        here = target // strides[axis] % game.shape[axis]
        target = target + (level - here) * strides[axis]
    return source, target
