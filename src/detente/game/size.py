"""How large a game is before anything is computed: states, memory, and about how long a draw will take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, prod, sqrt

from detente.errors import SizeError
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
#: seconds per feasible cell, actor and column of one sweep with all that goes with it, on one 2024 server core
SECONDS = 2.3e-9


@dataclass(frozen=True, slots=True)
class Size:
    """What ``detente check`` prints about size."""

    cells: int
    feasible: int
    actors: int
    #: bytes at most, for the largest supposition
    stability_bytes: int
    forecast_bytes: int
    #: behaviours to solve per draw: one per distinct supposition and set of inputs
    suppositions: int
    #: seconds per draw and core, an estimate from central values; the machine decides
    seconds: float

    def to_dict(self) -> dict[str, object]:
        """The one JSON shape."""
        return {name: getattr(self, name) for name in self.__slots__}


def estimate_size(game: Game, queries: Sequence[Query]) -> Size:
    """Size of a game and of answering the queries over it."""
    actors = len(game.actors)
    asked: dict[Setting, dict[object, float]] = {}
    for query in queries:
        for item in measurements_of(query.expression):
            if not isinstance(item, Probability | Expectation | Value):
                continue
            setting = Setting(suppose=item.setting.suppose, inputs=item.setting.inputs)
            time = 0.0 if isinstance(item, Value) else (game.horizon if item.time is None else item.time)
            asked.setdefault(setting, {})[item] = time
    seconds, rows, kept = 0.0, 1, 0
    for setting, items in asked.items():
        absorbed = sum(_count_rows(item) for item in items)
        rows = max(rows, 1 + absorbed)
        kept = max(kept, sum(isinstance(item, Probability) and item.conditional for item in items))
        seconds += _estimate_seconds(game, setting, max(items.values()), 1 + absorbed)
    kept_bytes = KEPT_BYTES * kept * (ceil(game.horizon) + 1)
    return Size(
        cells=game.cells,
        feasible=int(game.feasible.sum()),
        actors=actors,
        stability_bytes=STABILITY_BYTES * actors * game.cells,
        forecast_bytes=game.cells * max(SOLVING_BYTES * actors, SOLVED_BYTES * actors + ROW_BYTES * rows + kept_bytes),
        suppositions=len(asked),
        seconds=seconds,
    )


def _count_rows(item: object) -> int:
    """Copies of the distribution that a measurement needs beside the plain one, counting what it walks again."""
    if not isinstance(item, Probability):
        return 0
    if item.conditional:
        return 5
    return int(item.kind != "on")


def _estimate_seconds(game: Game, setting: Setting, last: float, rows: int) -> float:
    held = dict(setting.suppose)
    cells = game.feasible.mean() * prod(1 if axis.id in held else len(axis.levels) for axis in game.axes)
    inputs = draw_inputs(game, None)
    free = {axis.actor for axis in game.axes if axis.id not in held}
    rate = sum(float(inputs[player.tempo]) for k, player in enumerate(game.actors) if k in free)
    foresights = [float(inputs[player.foresight]) for player in game.actors]
    # A step of the recursion is three sweeps of the actors still looking ahead: more than half of them on average.
    steps = len(foresights) + rate * max(foresights, default=0.0) / 1.5
    jumps = rate * last + 6 * sqrt(rate * last) + 10
    sweeps = 3 * steps * 0.6 * len(foresights) + (jumps * rows if last else 0)
    return float(cells * len(game.actors) * sweeps * SECONDS)


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
