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
#: columns that one pass of the dynamics carries side by side
COLUMNS = 8
#: seconds per cell, actor and pass on one core, measured with the forecast benchmark on a 2024 server core
SECONDS = 12e-9


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
    seconds, columns = 0.0, 1
    for setting, items in asked.items():
        absorbed = sum(isinstance(item, Probability) and item.kind != "on" for item in items)
        columns = max(columns, 1 + absorbed)
        seconds += _estimate_seconds(game, setting, max(items.values()))
    wide = COLUMNS * ceil(columns / COLUMNS)
    return Size(
        cells=game.cells,
        feasible=int(game.feasible.sum()),
        actors=actors,
        stability_bytes=STABILITY_BYTES * actors * game.cells,
        forecast_bytes=game.cells * 8 * (4 * actors + 4 * COLUMNS + 3 * wide),
        suppositions=len(asked),
        seconds=seconds,
    )


def _estimate_seconds(game: Game, setting: Setting, last: float) -> float:
    held = dict(setting.suppose)
    cells = prod(1 if axis.id in held else len(axis.levels) for axis in game.axes)
    inputs = draw_inputs(game, None)
    free = {axis.actor for axis in game.axes if axis.id not in held}
    rate = sum(float(inputs[player.tempo]) for k, player in enumerate(game.actors) if k in free)
    foresight = max((float(inputs[player.foresight]) for player in game.actors), default=0.0)
    jumps = rate * last
    passes = 3 * rate * foresight + jumps + 8 * sqrt(jumps) + 10
    return cells * len(game.actors) * passes * SECONDS


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
