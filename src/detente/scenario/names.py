"""What a name in a condition means, and conditions with every name resolved.

Inside an actor its own name may be left out. A name means, in this order: own lever, condition, chance lever,
``actor.lever``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from lark import Token

from detente.scenario.amounts import Domain
from detente.scenario.conditions import All, Any, AtLeast, Condition, In, Node, Not
from detente.scenario.model import Lever, Policy, Question, Scenario
from detente.scenario.parser import Syntax, parse
from detente.scenario.queries import Expression
from detente.scenario.slips import Slip, Slipped, suggest

#: most atoms and connectives of a condition once its names are replaced by what they stand for
LARGEST_CONDITION = 5_000
#: stands among doubtful names when an entry's name could not be read
ANY = "*"


@dataclass(frozen=True, slots=True)
class Names:
    """Everything a condition or a query may refer to."""

    #: by id: ``actor.lever``, or the bare name of a chance lever
    levers: Mapping[str, Lever]
    #: named conditions; reading one may itself resolve it
    conditions: Mapping[str, Condition]
    actors: Sequence[str] = ()
    as_of: date = date.min
    horizon: date = date.max
    measures: Sequence[str] = ()
    policies: Mapping[str, Policy] = field(default_factory=dict)
    issues: Mapping[str, Question] = field(default_factory=dict)
    #: input ids: the domain of a number, or the labels of an actor's readings
    inputs: Mapping[str, Domain | tuple[str, ...]] = field(default_factory=dict)
    #: the actor inside whose entry the text stands
    actor: str | None = None
    #: other names of the file, with what they are
    others: Mapping[str, str] = field(default_factory=dict)
    #: names whose own entry is broken, so that nothing is said about their use; ANY when the name itself is
    doubtful: frozenset[str] = frozenset()
    #: reads a query in another case, by the case's name; None where no other may be asked about
    abroad: Callable[[str, str], tuple[Scenario, Expression]] | None = None

    def inside(self, actor: str) -> Names:
        """The same names, seen from inside an actor's entry."""
        return replace(self, actor=actor)

    def doubts(self, name: str | None) -> bool:
        """Whether an unknown name may be one whose own entry is broken."""
        return name in self.doubtful or ANY in self.doubtful


def resolve_condition(text: str, names: Names) -> Condition:
    """Read a condition. Raises Slipped with everything wrong in it."""
    resolver = ConditionResolver(names)
    node = resolver.resolve(_only(parse(text, "condition")))
    if resolver.slips:
        raise Slipped(*resolver.slips)
    return Condition(node, " ".join(text.split()))


class ConditionResolver:
    """Syntax trees to formulas; what is wrong is collected in ``slips`` and stands in as a formula never true."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.slips: list[Slip] = []
        self.size = 0

    def resolve(self, tree: Syntax) -> Node:
        """Resolve the syntax of a condition."""
        self.size += 1
        if tree.data == "comparison":
            return self._compare(tree)
        if tree.data == "membership":
            return self._member(tree)
        if tree.data == "name":
            return self._named(_token(tree, 0))
        items = [self.resolve(child) for child in tree.children if not isinstance(child, Token)]
        if tree.data == "negation":
            return negate(items[0], self._level_count)
        if tree.data == "count":
            return self._count(_token(tree, 0), items)
        return flatten(All if tree.data == "both" else Any, items)

    def lever(self, token: Token) -> Lever | None:
        """The lever a token names, or None after noting that it names none."""
        name, names = str(token), self.names
        if names.actor is not None and (own := names.levers.get(f"{names.actor}.{name}")) is not None:
            return own
        if name in names.conditions:
            self.slip(token, f"'{name}' is a condition and has no levels.", f"Write '{name}' alone.")
            return None
        if name in names.levers:
            return names.levers[name]
        self._miss_lever(token)
        return None

    def level(self, lever: Lever, token: Token) -> int | None:
        """Index of the level a token names, or None after noting that it names none."""
        word = str(token)[1:-1] if token.type == "QUOTED" else str(token)
        if word in lever.levels:
            return lever.levels.index(word)
        self.slip(token, f"No level '{word}' for {lever.id}.", suggest(word, lever.levels))
        return None

    def slip(self, token: Token, message: str, cure: str = "") -> None:
        """Note a mistake at a token."""
        self.slips.append(Slip(token.start_pos or 0, message, cure))

    def _compare(self, tree: Syntax) -> Node:
        lever = self.lever(_token(tree, 0))
        level = self.level(lever, _token(tree, 2)) if lever else None
        if lever is None or level is None:
            return _NEVER
        allowed = _COMPARE[str(tree.children[1])]
        return In(lever.id, tuple(k for k in range(len(lever.levels)) if allowed(k, level)))

    def _member(self, tree: Syntax) -> Node:
        lever = self.lever(_token(tree, 0))
        if lever is None:
            return _NEVER
        found = [self.level(lever, _token(tree, k)) for k in range(1, len(tree.children))]
        return In(lever.id, tuple(sorted({level for level in found if level is not None})))

    def _named(self, token: Token) -> Node:
        name, names = str(token), self.names
        own = f"{names.actor}.{name}"
        if own not in names.levers and name in names.conditions:
            node = names.conditions[name].node
            self.size += size_of(node)
            if self.size > LARGEST_CONDITION:
                raise Slipped(
                    Slip(
                        token.start_pos or 0,
                        f"Spelt out, the condition has more than {LARGEST_CONDITION:,} parts.",
                        "Say it more simply.",
                    )
                )
            return node
        lever = names.levers.get(own) or names.levers.get(name)
        if lever is not None:
            self.slip(token, f"'{name}' is a lever, not a condition.", f"Say its level: '{name} = {lever.levels[0]}'.")
        else:
            self._miss_condition(token)
        return _NEVER

    def _count(self, token: Token, items: list[Node]) -> Node:
        count = int(token)
        if not 1 <= count <= len(items):
            self.slip(token, f"'{count} of' stands before {len(items)} conditions.", f"Write 1 to {len(items)}.")
        return AtLeast(count, tuple(items))

    def _miss_lever(self, token: Token) -> None:
        name, names = str(token), self.names
        actor, _, lever = name.partition(".")
        if names.doubts(actor) or names.doubts(name) or (not lever and names.doubts(names.actor)):
            return self._hold_back(token)
        own = [key.partition(".")[2] for key in names.levers if key.startswith(f"{actor}.")]
        if lever and actor in names.actors:
            return self.slip(token, f"No lever '{lever}' for {actor}.", suggest(lever, own))
        if lever:
            return self.slip(token, f"No actor '{actor}'.", suggest(actor, names.actors))
        homes = [key for key in names.levers if key.endswith(f".{name}")]
        if homes:
            return self.slip(token, f"No lever '{name}' here.", f"Write '{homes[0]}'.")
        options = [*names.levers, *(key.partition(".")[2] for key in names.levers if "." in key)]
        return self.slip(token, f"No lever '{name}'.", suggest(name, options))

    def _miss_condition(self, token: Token) -> None:
        name, names = str(token), self.names
        if names.doubts(name.partition(".")[0]):
            return self._hold_back(token)
        if name in names.others:
            return self.slip(token, f"'{name}' is {names.others[name]}, not a condition.", "Name a condition.")
        homes = [lever.id for lever in names.levers.values() if name in lever.levels]
        cure = suggest(name, [*names.conditions, *names.levers])
        if homes and not cure.startswith("Did"):
            cure = f"For the level write '{homes[0]} = {name}'."
        return self.slip(token, f"No condition '{name}'.", cure)

    def _hold_back(self, token: Token) -> None:
        """The entry this name points to is broken and has its own issue."""
        raise Slipped()

    def _level_count(self, lever: str) -> int:
        return len(self.names.levers[lever].levels)


_NEVER = In("", ())

_COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def flatten(kind: type[All] | type[Any], items: Sequence[Node]) -> Node:
    """Join items, those of the same kind without their brackets."""
    flat: list[Node] = []
    for item in items:
        flat.extend(item.items if isinstance(item, All | Any) and type(item) is kind else [item])
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def negate(node: Node, level_count: Callable[[str], int]) -> Node:
    """The opposite, with double negations and negated levels worked out."""
    if isinstance(node, Not):
        return node.item
    if isinstance(node, In) and node.lever:
        return In(node.lever, tuple(k for k in range(level_count(node.lever)) if k not in node.levels))
    return Not(node)


def size_of(node: Node) -> int:
    """Number of atoms and connectives."""
    count, stack = 0, [node]
    while stack:
        item = stack.pop()
        count += 1
        if isinstance(item, Not):
            stack.append(item.item)
        elif not isinstance(item, In):
            stack.extend(item.items)
    return count


def _token(tree: Syntax, index: int) -> Token:
    child = tree.children[index]
    assert isinstance(child, Token)
    return child


def _only(tree: Syntax) -> Syntax:
    child = tree.children[0]
    assert not isinstance(child, Token)
    return child
