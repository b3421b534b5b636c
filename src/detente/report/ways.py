"""How a conflict gets from one state to others, in sentences and as a tree of improvements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from detente.game.game import levels_at
from detente.report.moves import Vocabulary, read_vocabulary, wrap, write_gain
from detente.report.text import LONGEST_NAME, plain, write_count
from detente.scenario.model import Scenario
from detente.scenario.slips import enumerate_words
from detente.solvers.paths import Kind, Moves, Paths, Way
from detente.solvers.reach import UnilateralMove
from detente.solvers.regions import Regions
from detente.solvers.stability import NAMES

#: how the states of a kind are counted: one, several
COUNTED: Mapping[Kind, tuple[str, str]] = {
    "here": ("is the start itself", "are the start itself"),
    "improvements": ("is reached by improvements", "are reached by improvements"),
    "joint": ("only by a joint move that all its movers gain by", "only by a joint move that all its movers gain by"),
    "moves": ("only if somebody moves without gaining by it", "only if somebody moves without gaining by it"),
    "none": ("cannot be reached", "cannot be reached"),
}


def state_counts(paths: Paths, scenario: Scenario) -> list[str]:
    """Lines: what is looked for, from where, and how many states of each kind there are."""
    words = read_vocabulary(paths.game, scenario)
    start = words.state(paths.start)
    if not paths.concept:
        return wrap(f"From {start} to {words.state(paths.ways[0].cell)}.")
    total = sum(paths.counts.values())
    name = NAMES[paths.concept]
    if not total:
        return wrap(f"From {start}: there is no equilibrium under {name} with chance as it stands there.")
    kinds = "; ".join(f"{count:,} {COUNTED[kind][count > 1]}" for kind, count in paths.counts.items())
    noun = "equilibrium" if total == 1 else "equilibria"
    return wrap(f"From {start} to {total:,} {noun} under {name}: {kinds}.")


def draw_tree(paths: Paths, scenario: Scenario) -> list[str]:
    """Lines: the improvements that lead to the ways told, as a tree; numbers in brackets are those of the ways."""
    words = read_vocabulary(paths.game, scenario)
    branches: dict[int, dict[int, UnilateralMove]] = {}
    for way in paths.ways:
        for move in way.improvements or ():
            branches.setdefault(move.source, {})[move.cell] = move
    if not branches:
        return []
    marks = {way.cell: f" [{number}]" for number, way in enumerate(paths.ways, start=1)}
    lines = ["", "Improvements, each gaining its mover what stands behind it:"]
    lines += wrap(f"{words.state(paths.start)}{marks.get(paths.start, '')}")

    def grow(cell: int, margin: str) -> None:
        moves = list(branches.get(cell, {}).values())
        for place, move in enumerate(moves):
            last = place == len(moves) - 1
            onward = margin + ("   " if last else "│  ")
            below = onward + ("│  " if branches.get(move.cell) else "   ")
            text = f"{words.move(move)}{marks.get(move.cell, '')}"
            lines.extend(wrap(text, margin + ("└─ " if last else "├─ "), below))
            grow(move.cell, onward)

    grow(paths.start, "")
    return lines


def state_ways(paths: Paths, scenario: Scenario) -> list[str]:
    """Lines: every way told, then how many more there are of each kind."""
    lines: list[str] = []
    for told in list_ways(paths, scenario):
        lines += ["", *wrap(told.state, f"{told.number:>2}. ", "    ")]
        for part in told.parts:
            if isinstance(part, str):
                lines += wrap(part, "    ")
                continue
            for place, move in enumerate(part):
                lines += wrap(f"{'then ' if place else ''}{move}", " " * 6, " " * 8)
    rest = state_rest(paths)
    return [*lines, "", *wrap(rest)] if rest else lines


def state_rest(paths: Paths) -> str:
    """How many more states there are of each kind than are told; empty when none."""
    left = {kind: count - sum(way.kind == kind for way in paths.ways) for kind, count in paths.counts.items()}
    rest = "; ".join(f"{count:,} {COUNTED[kind][count > 1]}" for kind, count in left.items() if count)
    return f"And {sum(left.values()):,} more: {rest}." if rest else ""


def state_regions(regions: Regions) -> str:
    """What the drawing of groups shows."""
    alike = {
        "levers": "and by the levers that have moved",
        "actors": "and by who has moved",
        "moves": "alone",
    }[regions.by]
    sought = f"{regions.sought:,} {'equilibrium' if regions.sought == 1 else 'equilibria'} among them"
    groups = write_count(len(regions.regions), "group")
    return (
        f"Improvements reach {regions.states:,} states, {sought}, in {groups} by the number of moves {alike}. The "
        "number in a circle counts equilibria; beside it stands how many states there are, and what all of them have "
        "otherwise than the start. The thicker a line, the more states its mover enters."
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A way in words."""

    #: as in the tree and the drawing
    number: int
    state: str
    #: sentences, and lists of moves that follow one another
    parts: tuple[str | tuple[str, ...], ...]


def list_ways(paths: Paths, scenario: Scenario) -> list[Told]:
    """Every way told."""
    words = read_vocabulary(paths.game, scenario)
    return [
        Told(number, words.state(way.cell), tuple(_tell(way, paths, words)))
        for number, way in enumerate(paths.ways, start=1)
    ]


def _tell(way: Way, paths: Paths, words: Vocabulary) -> Iterator[str | tuple[str, ...]]:
    if way.kind == "here":
        yield "Nothing needs to move."
    elif way.kind == "improvements":
        yield from _tell_improvements(way, words)
    elif way.kind == "joint":
        yield from _tell_joint(way, words)
    elif way.kind == "moves":
        yield from _tell_moves(way, words)
    else:
        yield _say_barriers(way, paths, words)


def _tell_improvements(way: Way, words: Vocabulary) -> Iterator[str | tuple[str, ...]]:
    assert way.improvements is not None
    assert way.moves is not None
    count, first = write_count(len(way.improvements), "improvement"), way.improvements[0].actor
    others = words.names([actor for actor in way.first if actor != first], "or")
    opening = f"{count}; {words.actors[first]} must move first."
    if others:
        opening = f"{count}, {words.actors[first]} moving first; {others} may move first on another path."
    yield f"{opening}{_say_losers(way, words)}"
    if len(way.moves) < len(way.improvements):
        yield f"Fewest moves of any kind, {len(way.moves)}:"
        yield _list_moves(way.moves, words)


def _tell_joint(way: Way, words: Vocabulary) -> Iterator[str | tuple[str, ...]]:
    lead, *others = way.coalitions
    yield f"Only by a joint move of {words.names(lead.members)}:"
    yield _list_moves(lead.moves, words)
    gains = [f"{words.actors[i]} ({write_gain(gain)})" for i, gain in zip(lead.members, lead.gains, strict=True)]
    both, neither = ("both", "neither") if len(gains) == 2 else ("all of them", "none of them")
    alone = f"Better for {both}, reachable by {neither} alone: {enumerate_words(gains)} gain by the end."
    yield f"{alone}{_say_losers(way, words)}"
    for other in others:
        yield f"Or by {words.names(other.members)}."


def _tell_moves(way: Way, words: Vocabulary) -> Iterator[str | tuple[str, ...]]:
    assert way.moves is not None
    yield f"By legal moves only, {len(way.moves)} at least:"
    yield _list_moves(way.moves, words)
    movers = dict.fromkeys(move.actor for move in way.moves)
    against = [i for i in movers if any(move.actor == i and move.gain <= 0 for move in way.moves)]
    moved = f"{words.names(against)} would have to move without gaining by the move." if against else ""
    idle = [i for i in movers if way.gains[i] == 0]
    level = f" {words.names(idle)} would be no better off at the end." if idle else ""
    yield f"{moved}{level}{_say_losers(way, words)}".strip()


def _list_moves(moves: Moves, words: Vocabulary) -> tuple[str, ...]:
    return tuple(words.move(move) for move in moves)


def _say_losers(way: Way, words: Vocabulary) -> str:
    """Who is worse off at the end than at the start; empty when nobody is."""
    lost = [f"{words.actors[i]} ({write_gain(gain)})" for i, gain in enumerate(way.gains) if gain < 0]
    return f" Worse off at the end: {enumerate_words(lost)}." if lost else ""


def _say_barriers(way: Way, paths: Paths, words: Vocabulary) -> str:
    """Why a state cannot be reached."""
    old, new = (levels_at(paths.game, cell) for cell in (paths.start, way.cell))
    chance = {axis.id for axis in paths.game.axes if axis.actor < 0}
    if not way.barriers:
        return "Cannot be reached: no chain of moves leads there through states that the rules allow."
    parts = []
    for lever in way.barriers:
        span = f"“{words.levers[lever]}” from {plain(old[lever], LONGEST_NAME)} to {plain(new[lever], LONGEST_NAME)}"
        parts.append(f"only chance can turn {span}" if lever in chance else f"nobody can turn {span}")
    return f"Cannot be reached: {enumerate_words(parts)}."
