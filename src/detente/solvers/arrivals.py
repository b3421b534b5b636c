"""``within T after e``: from the distribution of states in which an event first happens.

Once every actor has started behaviour no longer depends on the date, so one course from all later arrivals serves them
together. Before that the date of arrival matters: the flow of arrivals is integrated by Gauss-Legendre quadrature, with
a course from every node. Between the dates where something changes flow and course are smooth, and the quadrature's
error falls faster than any power of the nodes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf, lgamma, log

import numpy as np

from detente import kernels
from detente.game.game import Game, mask
from detente.scenario.queries import Probability
from detente.solvers.conditionals import Outlook, Share, Sight, find_outlook, lay_sight, trigger_of
from detente.solvers.course import propagate
from detente.solvers.flags import MET, Rows, Stages, Tracker, Trigger
from detente.solvers.layout import Floats, Layout
from detente.solvers.pieces import Behaviour, list_changes, make_piece
from detente.solvers.watch import Watch, lay_watch

#: bound aimed at for the quadrature's error, in units of the largest flow times the interval
ACCURACY = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Sequel:
    """One query with ``after``, laid out."""

    item: Probability
    #: the course until the event: rows of the event and, with ``given``, of what is observed; arrivals in still rows
    watch: Watch
    tracker: Tracker
    #: the course from there: rows of what is asked and what is observed
    onward: Watch
    onward_tracker: Tracker
    #: what is observed, to be seen from the arrivals on
    sight: Sight | None
    #: months after the event, ascending: when it is wanted
    windows: Floats
    #: months above 0: when somebody starts, and by when what is given must have come
    changes: tuple[float, ...]


def lay_sequel(game: Game, start: int, item: Probability, windows: Floats) -> Sequel:
    """Lay a query with ``after`` out; ``windows`` (months) is the grid of its curve, left out with ``given``."""
    assert item.after is not None
    given = item.given
    windows = np.array([item.time]) if given else np.unique([*windows[windows < item.time], item.time])
    observed = [] if given is None else [trigger_of(game, start, given)]
    until = [] if given is None else [given.by]
    before, onward = Rows(game.cells), Rows(game.cells)
    tracker = before.add([trigger_of(game, start, item.after), *observed], until=[inf, *until], collect=True)
    onward_tracker = onward.add([Trigger(mask(game, item.condition)), *observed], until=[inf, *until])
    laid = lay_watch(game, start, [], [], onward)
    return Sequel(
        item,
        lay_watch(game, start, [], [], before),
        tracker,
        replace(laid, counted=(tuple(onward_tracker.rows.values()),)),
        onward_tracker,
        None if given is None else lay_sight(game, start, given, np.zeros(0)),
        windows,
        tuple(t for t in (*(player.starts for player in game.actors), *until) if t > 0),
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Arrival:
    """Arrivals at a date (months), or around it as a node of the quadrature: masses, shape (still rows, N)."""

    time: float
    masses: Floats


def read_sequel(game: Game, behaviour: Behaviour, layout: Layout, sequel: Sequel) -> Share:
    """The probability, at every window, of the event by the horizon, what is asked after it, and what is observed."""
    arrivals = _find_arrivals(game, behaviour, layout, sequel)
    outlook: Outlook = {}
    if sequel.sight is not None:
        sight = sequel.sight
        dates = {t for arrival in arrivals for t in (arrival.time, arrival.time + sequel.item.time) if t < sight.until}
        outlook = find_outlook(game, behaviour, layout, replace(sight, times=np.array(sorted(dates))))
    both, condition = np.zeros(len(sequel.windows)), 0.0
    for arrival in arrivals:
        both += _follow_on(game, behaviour, layout, sequel, arrival, outlook)
        condition += _weigh(sequel, arrival, outlook)
    return Share(both, condition)


def _find_arrivals(game: Game, behaviour: Behaviour, layout: Layout, sequel: Sequel) -> list[_Arrival]:
    """Everything that arrives by the horizon, node by node, and at last all of it that no longer hangs on the date."""
    breaks, stills = _find_breaks(sequel, behaviour), (len(sequel.tracker.still), game.cells)
    watch = replace(sequel.watch, collect_from=min(breaks[-1], game.horizon))
    masses = np.zeros(watch.absorbing.shape)
    masses[list(watch.first), watch.start] = 1.0
    at_once = np.zeros(stills)
    _collect(watch, masses, 1.0, at_once)
    if at_once.any():
        return [_Arrival(0.0, at_once)]
    arrivals, nodes = [], []
    for low, high in pairwise(np.minimum(breaks, game.horizon)):
        piece = make_piece(game, behaviour, layout, watch, low)
        nodes += [(piece, *node) for node in place_nodes(low, high, piece.rate)]
    shots = np.array([time for _, time, _ in nodes])
    rows = range(len(watch.absorbing))
    course = propagate(
        game, behaviour, layout, replace(watch, shots=tuple((row, shots) for row in rows)), np.array([game.horizon])
    )
    for piece, time, weight in nodes:
        flow = np.zeros(stills)
        here = np.array([course.shots[row, time][layout.cells] for row in rows])
        moved = np.empty_like(here)
        piece.jump(here, moved)
        _collect(watch, layout.spread(moved), piece.rate * weight, flow)
        arrivals.append(_Arrival(time, flow))
    if breaks[-1] < game.horizon:
        arrivals.append(_Arrival(breaks[-1], course.arrived))
    return arrivals


def _find_breaks(sequel: Sequel, behaviour: Behaviour) -> list[float]:
    """Months, ascending: arrivals and what follows are smooth between them; after the last no date matters."""
    changes = [*sequel.changes, *(t for t in list_changes(behaviour) if t > 0)]
    last = max(changes, default=0.0)
    dates = {0.0, *changes, *(t - float(s) for t in changes for s in sequel.windows)}
    return sorted(t for t in dates if 0 <= t <= last)


def _collect(watch: Watch, masses: Floats, share: float, arrived: Floats) -> None:
    """Add a share of the masses that belong in still rows to them."""
    for flow in watch.flows:
        if flow.target < 0:
            kernels.pour(masses[flow.source], watch.absorbing[flow.source], flow.code, share, arrived[-1 - flow.target])


def place_nodes(low: float, high: float, rate: float) -> list[tuple[float, float]]:
    """Nodes and weights of Gauss-Legendre quadrature for flows of a chain that jumps at a rate.

    As many as its error bound asks for (length^(2n+1) n!^4 / ((2n+1) (2n)!^3) times the largest 2n-th derivative), the
    n-th derivative of flow times outlook being taken as at most (2 rate)^n times their size.
    """
    reach = 2 * rate * (high - low)
    if reach <= 0:
        return []
    n = 2
    while 2 * n * log(reach) + 4 * lgamma(n + 1) - log(2 * n + 1) - 3 * lgamma(2 * n + 1) > log(ACCURACY):
        n += 1
    points, weights = np.polynomial.legendre.leggauss(n)
    half = (high - low) / 2
    return [(float(low + half * (1 + x)), float(half * w)) for x, w in zip(points, weights, strict=True)]


def _follow_on(
    game: Game, behaviour: Behaviour, layout: Layout, sequel: Sequel, arrival: _Arrival, outlook: Outlook
) -> Floats:
    """What is asked and what is observed, at every window after some arrivals."""
    masses = np.zeros(sequel.onward.absorbing.shape)
    for stages, row in sequel.tracker.still.items():
        masses[sequel.onward_tracker.rows[0, *stages[1:]]] = arrival.masses[row]
    times = arrival.time + sequel.windows
    end = float(times[-1])
    pending: dict[Stages, int] = {}
    if sequel.item.given is not None and end < sequel.item.given.by:
        pending = sequel.onward_tracker.pick(MET, None)
    shots = tuple((row, times) for row in pending.values())
    watch = replace(sequel.onward, begin=(arrival.time, masses), shots=shots)
    course = propagate(game, behaviour, layout, watch, times)
    both = course.met[:, 0].copy()
    for stages, row in pending.items():
        both[-1] += float((course.shots[row, end] * outlook[end][stages[1]]).sum())
    return both


def _weigh(sequel: Sequel, arrival: _Arrival, outlook: Outlook) -> float:
    """Probability of some arrivals together with what is observed."""
    weight = 0.0
    for stages, row in sequel.tracker.still.items():
        if len(stages) == 1 or stages[1] == MET:
            weight += float(arrival.masses[row].sum())
        elif arrival.time in outlook:
            weight += float((arrival.masses[row] * outlook[arrival.time][stages[1]]).sum())
    return weight
