"""How large a game is before anything is computed: states, memory, and about how long a draw will take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, inf, prod, sqrt

from detente.display import Displayed
from detente.errors import SizeError
from detente.game.calendar import cut_slices, find_seeing, lay_stretches, lay_views
from detente.game.game import Game
from detente.game.pricing import draw_inputs
from detente.scenario.queries import Expectation, Probability, Query, Setting, Value, measurements_of

#: memory a command may use unless told otherwise
MEMORY = 2 << 30
#: bytes per cell and actor of the stability analysis of all concepts
STABILITY_BYTES = 40
#: bytes per cell and actor while behaviour is solved, and of it while a course is followed: payoffs, values and slopes,
#: choices; then per cell and row of masses
SOLVING_BYTES, SOLVED_BYTES, ROW_BYTES = 96, 32, 25
#: bytes per cell of the masses and the outlook of one event that a conditional probability keeps for one month
KEPT_BYTES = 24
#: bytes per cell of what is true where an observation is
MASK_BYTES = 2
#: bytes per cell and actor of every slice of time whose behaviour is kept, where phases change it
SLICE_BYTES = 24
#: seconds per feasible cell, actor and column of one sweep with all that goes with it, on one 2024 server core
SECONDS = 2.3e-9
#: seconds an outlook takes besides its sweeps: some twenty steps are put together one by one
OUTLOOK_SECONDS = 1e-3


@dataclass(frozen=True, slots=True)
class Size(Displayed):
    """What ``detente check`` prints about size."""

    cells: int
    feasible: int
    actors: int
    #: bytes at most, for the largest supposition
    stability_bytes: int
    forecast_bytes: int
    #: behaviours to solve per draw: one per distinct supposition and set of inputs
    suppositions: int
    #: phases of the game, and slices of time up to the last date asked about in which behaviour differs
    phases: int
    slices: int
    #: seconds per draw and core, an estimate from central values; the machine decides
    seconds: float

    def __repr__(self) -> str:
        return f"<Size: {self.cells:,} states, {self.actors} actors, {self.seconds:.2g} s a draw>"

    def __str__(self) -> str:
        lines = [f"{self.cells:,} states, {self.feasible:,} feasible, {self.actors} actors"]
        stability, forecast = self.stability_bytes / 2**20, self.forecast_bytes / 2**20
        lines.append(f"memory: {stability:,.0f} MiB for stability, {forecast:,.0f} MiB for forecasts")
        lines.append(f"time: an estimated {self.seconds:.2g} s a draw, {self.suppositions} suppositions")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """The one JSON shape."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Trail:
    """What was observed, as far as it costs."""

    #: months of every observation
    times: tuple[float, ...] = ()
    #: observations ``by`` a date, and among them those of something seen
    by: int = 0
    seen_by: int = 0

    def count_rows(self, asked: int) -> int:
        """Copies of the distribution walked side by side, with so many probabilities asked given all of it."""
        return 0 if not self.times else (self.by + 1 + asked) * 2**self.seen_by


def estimate_size(game: Game, queries: Sequence[Query], trail: Trail | None = None) -> Size:
    """Size of a game and of answering the queries over it, and of holding evidence against it."""
    actors = len(game.actors)
    asked: dict[Setting, dict[object, float]] = {}
    for query in queries:
        for item in measurements_of(query.expression):
            if not isinstance(item, Probability | Expectation | Value):
                continue
            setting = replace(item.setting, start=())
            time = 0.0 if isinstance(item, Value) else (game.horizon if item.time is None else item.time)
            asked.setdefault(setting, {})[item] = time
    trail = trail or Trail()
    if trail.times:
        asked.setdefault(Setting(), {})[trail] = max(trail.times)
    seconds, rows, kept, slices = 0.0, 1, 0, 1
    for setting, items in asked.items():
        timetable = _estimate_timetable(game, max(items.values()))
        slices = max(slices, timetable.slices)
        absorbed = sum(_count_rows(item) for item in items)
        rows = max(rows, 1 + absorbed)
        kept = max(kept, sum(isinstance(item, Probability) and item.conditional for item in items))
        # Where a policy goes on in two ways, each has a behaviour and a course of its own.
        ways = 2 ** len(setting.turns)
        seconds += ways * _estimate_seconds(game, setting, max(items.values()), 1 + absorbed, timetable)
    informed = sum(isinstance(item, Probability) and not item.conditional for item in asked.get(Setting(), ()))
    watched = trail.count_rows(informed)
    seconds += _estimate_walk(game, trail, watched)
    following = SOLVED_BYTES * actors + ROW_BYTES * max(rows, watched) + KEPT_BYTES * kept * (ceil(game.horizon) + 1)
    following += MASK_BYTES * len(trail.times) + 2 * watched * (trail.by + 1)
    return Size(
        cells=game.cells,
        feasible=int(game.feasible.sum()),
        actors=actors,
        stability_bytes=STABILITY_BYTES * actors * game.cells,
        forecast_bytes=game.cells * (max(SOLVING_BYTES * actors, following) + SLICE_BYTES * actors * (slices - 1)),
        suppositions=len(asked),
        phases=len(game.calendar.phases) if game.calendar is not None else 0,
        slices=slices,
        seconds=seconds,
    )


def _count_rows(item: object) -> int:
    """Copies of the distribution that a measurement needs beside the plain one, counting what it walks again."""
    if not isinstance(item, Probability):
        return 0
    if item.conditional:
        return 5
    return int(item.kind != "on")


@dataclass(frozen=True, slots=True)
class _Timetable:
    """How phases multiply the work."""

    slices: int = 1
    #: recursions, and how long they are altogether, in longest foresights
    outlooks: int = 0
    behaviours: float = 1.0


def _estimate_timetable(game: Game, last: float) -> _Timetable:
    """Slices up to a month and the outlooks they take, at central values."""
    if game.calendar is None:
        return _Timetable()
    inputs = draw_inputs(game, None)
    foresights = [float(inputs[player.foresight]) for player in game.actors]
    longest = max(foresights, default=0.0)
    slices, outlooks, looked = 0, 0, 0.0
    for view in lay_views(game.calendar):
        starts = [stretch.start for stretch in view.stretches]
        if starts[0] > last:
            break
        tempo = max(
            (float(inputs[player.tempo]) for part in view.stretches for player in part.game.actors), default=0.0
        )
        for low, high in pairwise([*cut_slices(starts, foresights, tempo), inf]):
            slices += low <= min(last, view.end)
            if low <= min(last, view.end) + longest:
                middle = (low + high) / 2
                for far in find_seeing(starts, foresights, middle):
                    # Up to the last change before its end an outlook shares the work of others.
                    outlooks += 1
                    looked += max(start for start in starts if start < middle + far) - middle
    games = {id(part.game) for part in lay_stretches(game.calendar)}
    return _Timetable(slices, outlooks, 2 * len(games) + (looked / longest if longest > 0 else 0.0))


def _estimate_seconds(game: Game, setting: Setting, last: float, rows: int, timetable: _Timetable) -> float:
    held = dict(setting.suppose)
    cells = game.feasible.mean() * prod(1 if axis.id in held else len(axis.levels) for axis in game.axes)
    inputs = draw_inputs(game, None)
    free = {axis.actor for axis in game.axes if axis.id not in held}
    rate = sum(float(inputs[player.tempo]) for k, player in enumerate(game.actors) if k in free)
    foresights = [float(inputs[player.foresight]) for player in game.actors]
    # A step of the recursion is three sweeps of the actors still looking ahead: more than half of them on average.
    steps = len(foresights) + rate * max(foresights, default=0.0) / 1.5
    jumps = rate * last + 6 * sqrt(rate * last) + 10 * timetable.slices
    sweeps = 3 * steps * 0.6 * len(foresights) * timetable.behaviours + (jumps * rows if last else 0)
    return float(cells * len(game.actors) * sweeps * SECONDS + timetable.outlooks * OUTLOOK_SECONDS)


def _estimate_walk(game: Game, trail: Trail, rows: int) -> float:
    """Seconds of the walk from observation to observation."""
    rate = sum(float(draw_inputs(game, None)[player.tempo]) for player in game.actors)
    lengths = [high - low for low, high in pairwise([0.0, *sorted(set(trail.times))])]
    jumps = sum(rate * length + 6 * sqrt(rate * length) for length in lengths)
    return float(game.feasible.sum() * len(game.actors) * jumps * rows * SECONDS)


def check_memory(game: Game, size: Size, memory: int = MEMORY) -> None:
    """Raise SizeError when the game needs more than ``memory`` bytes, naming the lever to cut."""
    needed = max(size.stability_bytes, size.forecast_bytes)
    if needed <= memory:
        return
    widest = max(game.axes, key=lambda axis: len(axis.levels))
    raise SizeError(
        f"{game.cells:,} states need about {needed / 2**20:,.0f} MiB, more than the {memory / 2**20:,.0f} MiB allowed. "
        f"Cut a lever or a level ({widest.id} has the most levels, {len(widest.levels)}), or allow more with --memory."
    )
