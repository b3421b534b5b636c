"""Levers of a file: levels, the status quo, what can be left, and the moves of chance."""

from __future__ import annotations

from collections.abc import Mapping

from detente.scenario.amounts import RATE
from detente.scenario.document import Text
from detente.scenario.model import ChanceLever, ChanceMove, Lever
from detente.scenario.names import Names
from detente.scenario.preferences import Desk, as_text
from detente.scenario.schema import RawChance, RawLever
from detente.scenario.settings import resolve_levels
from detente.scenario.slips import suggest


def build_levers(desk: Desk, actor: str, raw: Mapping[str, RawLever]) -> tuple[Lever, ...]:
    """An actor's levers."""
    return tuple(build_lever(desk, actor, name, item) for name, item in raw.items())


def build_lever(desk: Desk, actor: str | None, name: str, raw: RawLever | RawChance) -> Lever:
    """A lever of an actor, or of chance when there is none."""
    levels = [str(level) for level in raw.levels]
    for number, level in enumerate(raw.levels):
        if level in levels[:number]:
            desk.notes.error(as_text(level), f"The level '{level}' is here twice.", "Each level needs its own name.")
    if len(levels) < 2:
        desk.notes.error(as_text(raw.levels[0]), f"The lever {name} has one level only.", "Give it two or more.")
    now = _find_level(desk, name, levels, as_text(raw.now)) if raw.now is not None else 0
    legal = [[True] * len(levels) for _ in levels]
    one_way = raw.one_way if isinstance(raw, RawLever) and raw.one_way is not None else []
    for word in one_way:
        text = as_text(word)
        if text.plain and text.lower() == "true":
            legal = [[b >= a for b in range(len(levels))] for a in range(len(levels))]
        elif not (text.plain and text.lower() == "false"):
            kept = _find_level(desk, name, levels, text)
            legal[kept] = [b == kept for b in range(len(levels))]
    lever = Lever(
        id=f"{actor}.{name}" if actor is not None else str(name),
        actor=str(actor) if actor is not None else None,
        name=str(name),
        levels=tuple(levels),
        now=now,
        legal=tuple(tuple(row) for row in legal),
        label=str(raw.label or ""),
    )
    return desk.mark(lever, name)


def _find_level(desk: Desk, lever: str, levels: list[str], text: Text) -> int:
    if text in levels:
        return levels.index(text)
    desk.notes.error(text, f"No level '{text}' for {lever}.", suggest(text, levels))
    return 0


def build_chance(desk: Desk, lever: Lever, raw: RawChance, names: Names) -> ChanceLever:
    """A chance lever with its moves."""
    moves: list[ChanceMove] = []
    levels = list(lever.levels)
    seen: set[str] = set()
    for number, item in enumerate(raw.rates, start=1):
        identity = str(item.id) if item.id is not None else str(number)
        if identity in seen:
            desk.notes.error(as_text(item.id or item.source), f"The id '{identity}' is here twice.", "Choose another.")
        seen.add(identity)
        source = _find_level(desk, lever.id, levels, as_text(item.source))
        target = _find_level(desk, lever.id, levels, as_text(item.target))
        if item.source == item.target:
            desk.notes.error(as_text(item.target), f"The move goes from '{item.source}' to itself.", "Name another.")
        when = desk.condition(item.when, names) if item.when is not None else None
        then = None
        if item.then is not None:
            text = as_text(item.then)
            then = desk.notes.attempt(text, lambda text=text: resolve_levels(text, names))  # type: ignore[misc]
            if then is not None and lever.id in dict(then):
                desk.notes.error(text, f"The move itself sets {lever.id}.", "Name the levers that give way.")
        rate = desk.quantity(item.rate, RATE)
        move = ChanceMove(f"chance.{lever.id}.{identity}", source, target, rate, when, then or ())
        moves.append(desk.mark(move, item.target))
    return ChanceLever(lever, tuple(moves), str(raw.because or ""))
