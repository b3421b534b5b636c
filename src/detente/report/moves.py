"""Words for moves: who changes what, and what it is worth to the mover."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import wrap as fold

from detente.game.game import Game, levels_at
from detente.report.settling import CONCEPTS, describe_state, label_levers
from detente.report.text import LONGEST_NAME, plain
from detente.scenario.model import Scenario
from detente.scenario.slips import enumerate_words
from detente.solvers.reach import UnilateralMove, compare_levels

#: columns
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What people call the parts of a game."""

    game: Game
    scenario: Scenario
    #: names of the actors, in the game's order
    actors: tuple[str, ...]
    #: labels by lever id
    levers: Mapping[str, str]

    def state(self, cell: int) -> str:
        """A state by what is different from today."""
        return describe_state(levels_at(self.game, cell), self.scenario)

    def change(self, source: int, cell: int) -> str:
        """``The control order: stands → modified``, one part for each lever that differs."""
        parts = [
            f"{self.levers[lever]}: {plain(old, LONGEST_NAME)} → {plain(new, LONGEST_NAME)}"
            for lever, (old, new) in compare_levels(self.game, source, cell).items()
        ]
        return "; ".join(parts)

    def move(self, move: UnilateralMove) -> str:
        """``Uniroyal, Answer: delay → accept (+0.4)``."""
        return f"{self.actors[move.actor]}, {self.change(move.source, move.cell)} ({write_gain(move.gain)})"

    def names(self, actors: Iterable[int], joiner: str = "and") -> str:
        """``Uniroyal and Local government``."""
        return enumerate_words([self.actors[actor] for actor in actors], joiner)


def read_vocabulary(game: Game, scenario: Scenario) -> Vocabulary:
    """The words of a scenario for its game."""
    names = {actor.id: plain(actor.name, LONGEST_NAME) for actor in scenario.actors}
    return Vocabulary(game, scenario, tuple(names[player.id] for player in game.actors), label_levers(scenario))


def list_names(game: Game) -> list[str]:
    """The actors' names, in the game's order."""
    return [plain(player.name, LONGEST_NAME) for player in game.actors]


def write_gain(gain: float) -> str:
    """``+0.38``, ``-1.2``, ``±0``: payoff units."""
    return f"{gain:+.3g}" if gain else "±0"


def write_concepts(concepts: Iterable[str], joiner: str = "and") -> str:
    """``SSEQ, SEQ and GMR``, from the narrowest to the widest."""
    asked = set(concepts)
    return enumerate_words([name for concept, name in CONCEPTS.items() if concept in asked], joiner)


def write_method(made_by: Mapping[str, str]) -> str:
    """The values used and the case's digest, in one line."""
    return f"All inputs at their medians; case {made_by['digest'][:12]}. In brackets: gains and losses in payoff units."


def wrap(text: str, first: str = "", further: str | None = None) -> list[str]:
    """Lines of at most 100 columns; ``first`` and ``further`` (as ``first`` unless given) stand before them."""
    return fold(text, WIDTH, initial_indent=first, subsequent_indent=first if further is None else further)
