"""A game as a .gmcr file of GMCR+: option form, with the central payoffs as rankings.

The format has no place for remarks or a status quo. GMCR+ passes over keys it does not know, so these and the title
stand under ``detente``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detente import __version__
from detente.errors import Issue, ScenarioError, SizeError
from detente.game.exchange.coding import Coding, code_lever
from detente.game.exchange.conflict import Pattern
from detente.game.exchange.export import Export
from detente.game.exchange.gmcr_makers import MANUAL, MOST_RANKED, RANKING
from detente.game.exchange.gmcr_reader import MOST_CONDITIONS, MOST_OPTIONS, PROGRAM
from detente.game.exchange.slices import Slice, rank_payoffs, take_slice
from detente.game.game import Game
from detente.game.pricing import price_centrally

#: the version of GMCR+ whose files look like this
VERSION = "0.3.13"


def write_gmcr(game: Game, source: str) -> Export:
    """The game as a conflict of GMCR+, at central values; ``source`` is what errors name.

    Raises SizeError when the game has more states, options or conditions than the reader of such files takes,
    ScenarioError when nobody has levers, or options cannot express a lever's moves.
    """
    if not game.axes:
        message = "Nobody has levers, and a .gmcr file holds nothing else."
        raise ScenarioError([Issue(source, 0, 0, "actors", message, "Give an actor levers.")])
    part = take_slice(game)
    codings = code_levers(part, source)
    options = sum(len(coding.options) for coding in codings)
    states = int(part.feasible.sum())
    if states > MOST_RANKED or options > MOST_OPTIONS:
        raise SizeError(
            f"{states:,} feasible states and {options} options are too many for a .gmcr file: "
            f"at most {MOST_RANKED:,} and {MOST_OPTIONS}. Cut levers or levels."
        )
    excluded = _list_excluded(codings)
    infeasible = [*excluded, *_list_forbidden(game, part, codings, MOST_CONDITIONS - len(excluded))]
    cells = order_states(part, codings)
    ranks = rank_payoffs(price_centrally(game).payoffs[part.cells[cells]])
    remarks = tuple(_remark(part, codings))
    makers = _list_makers(game, part, codings, ranks)
    document = {
        "decisionMakers": makers,
        "coalitions": list(range(len(makers))),
        "coalitionsFull": [{"name": maker["name"], "options": maker["options"]} for maker in makers],
        "options": [
            {"name": option.name, "permittedDirection": option.direction}
            for coding in codings
            for option in coding.options
        ],
        "infeasibles": [_write_pattern(pattern) for pattern in infeasible],
        MANUAL[0]: True,
        "program": PROGRAM,
        "version": VERSION,
        "detente": {
            "version": __version__,
            "title": game.title,
            "statusQuo": int(np.flatnonzero(part.cells[cells] == game.status_quo)[0]) + 1,
            "remarks": list(remarks),
        },
    }
    counts = {"actors": len(makers), "options": options, "states": states}
    lines = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in document.items())
    return Export("gmcr", "{" + ",\n ".join(lines) + "}\n", counts, remarks)


def code_levers(part: Slice, source: str) -> tuple[Coding, ...]:
    """The levers as options. Raises ScenarioError naming every lever whose moves options cannot express."""
    codings = [code_lever(axis) for axis in part.axes]
    lost = [axis.id for axis, coding in zip(part.axes, codings, strict=True) if coding is None]
    if lost:
        message = "Options that are free, only taken up or only dropped cannot express its moves."
        raise ScenarioError([Issue(source, 0, 0, lever, message, "Change its one-way levels.") for lever in lost])
    return tuple(coding for coding in codings if coding is not None)


def order_states(part: Slice, codings: Sequence[Coding]) -> NDArray[np.int64]:
    """The feasible cells of the slice in the order of the states' numbers in the file."""
    cells = np.flatnonzero(part.feasible)
    numbers = np.zeros(len(cells), np.int64)
    places = np.unravel_index(cells, part.shape) if part.axes else ()
    first = 0
    for coding, place in zip(codings, places, strict=True):
        numbers += (coding.taken.astype(np.int64) << np.arange(first, first + len(coding.options))).sum(axis=1)[place]
        first += len(coding.options)
    return cells[np.argsort(numbers)]


def _starts(codings: Sequence[Coding]) -> list[int]:
    """The place of each lever's first option, and the number of options."""
    return [0, *np.cumsum([len(coding.options) for coding in codings]).tolist()]


def _list_makers(
    game: Game, part: Slice, codings: Sequence[Coding], ranks: NDArray[np.int64]
) -> list[dict[str, object]]:
    names = [player.name for player in game.actors]
    starts = list(pairwise(_starts(codings)))
    makers: list[dict[str, object]] = []
    for k, player in enumerate(game.actors):
        own = [span for span, axis in zip(starts, part.axes, strict=True) if axis.actor == k]
        column = ranks[:, k]
        ties = [(np.flatnonzero(column == rank) + 1).tolist() for rank in range(1, int(column.max()) + 1)]
        makers.append(
            {
                "name": player.name if names.count(player.name) == 1 else f"{player.name} ({player.id})",
                "options": [option for first, last in own for option in range(first, last)],
                "preferences": [],
                "payoffs": (column.max() + 1 - column).tolist(),
                "misperceptions": [],
                RANKING[0]: [tie if len(tie) > 1 else tie[0] for tie in ties],
            }
        )
    return makers


def _list_excluded(codings: Sequence[Coding]) -> list[Pattern]:
    """What no state may have, so that the options of a lever stand for one of its levels."""
    spans = zip(_starts(codings), codings, strict=False)
    return [_shift(pattern, first) for first, coding in spans for pattern in coding.excluded]


def _list_forbidden(game: Game, part: Slice, codings: Sequence[Coding], most: int) -> list[Pattern]:
    """What rules forbid, rule by rule over the levers it ties together; then cell by cell what no rule explains."""
    wrong = ~part.feasible.reshape(part.shape)
    left = wrong.copy()
    own = {k: place for place, k in enumerate(k for k, axis in enumerate(game.axes) if axis.actor >= 0)}
    found: dict[Pattern, None] = {}
    for link in (*game.links, tuple(own)):
        dims = tuple(own[k] for k in link if k in own)
        others = tuple(k for k in range(wrong.ndim) if k not in dims)
        table = np.asarray(wrong.all(axis=others)) if others else left
        if not (left & np.expand_dims(table, others)).any():
            continue
        for box in _split(table):
            found[_join(codings, dims, box)] = None
            if len(found) > most:
                raise SizeError(
                    f"More than {most:,} conditions are needed to say what the rules forbid. "
                    "Simplify the rules, or cut levers."
                )
        left &= ~np.expand_dims(table, others)
    return list(found)


def _split(table: NDArray[np.bool_]) -> Iterator[tuple[int, ...]]:
    """Boxes that make up where a table is true: a level per dimension, -1 where it does not matter."""
    if not table.any():
        return
    if table.all():
        yield (-1,) * table.ndim
    elif (table == table[:1]).all():
        yield from ((-1, *rest) for rest in _split(table[0]))
    else:
        for level, rows in enumerate(table):
            yield from ((level, *rest) for rest in _split(rows))


def _join(codings: Sequence[Coding], dims: Sequence[int], box: Sequence[int]) -> Pattern:
    """A box of levels as a pattern of options."""
    starts = _starts(codings)
    marks = (_shift(codings[dim].marks[level], starts[dim]) for dim, level in zip(dims, box, strict=True) if level >= 0)
    return tuple(sorted(part for mark in marks for part in mark))


def _shift(pattern: Pattern, first: int) -> Pattern:
    return tuple((option + first, taken) for option, taken in pattern)


def _write_pattern(pattern: Pattern) -> list[list[object]]:
    return [[option, "Y" if taken else "N"] for option, taken in pattern]


def _remark(part: Slice, codings: Sequence[Coding]) -> Iterator[str]:
    yield "Payoffs are rankings of the central values, with ties."
    if part.remark:
        yield part.remark
    for axis, coding in zip(part.axes, codings, strict=True):
        if len(axis.levels) > 2 or len(coding.options) > 1:
            names = ", ".join(f"'{option.name}'" for option in coding.options)
            yield f"{axis.id} is {len(coding.options)} options: {names}."
