"""What differs from the case as written while something is measured: suppositions, starts, inputs, beliefs."""

from __future__ import annotations

from collections.abc import Iterable

from lark import Token

from detente.scenario.amounts import read_quantity
from detente.scenario.names import ConditionResolver, Names
from detente.scenario.parser import Syntax, child_of, leaf_of, parse, trees_of
from detente.scenario.quantities import Quantity
from detente.scenario.queries import Levels, Setting, Turn
from detente.scenario.slips import Slip, Slipped, suggest

_SUPPOSE = "'suppose'"
_NAME_LEVERS = "Name the levers, as in 'us.engagement = offer', or use 'given'."


def resolve_levels(text: str, names: Names) -> Levels:
    """Read levels of levers joined by ``and``, or policies. Raises Slipped with everything wrong in them."""
    interpreter = SettingResolver(names, text)
    levels = interpreter.levels(child_of(parse(text, "setting"), 0), "the list")
    interpreter.finish()
    return levels


def resolve_supposition(text: str, names: Names) -> Setting:
    """Read what may stand behind ``| suppose``: levels and policies with their rules. Raises Slipped."""
    interpreter = SettingResolver(names, text)
    tree = child_of(parse(text, "setting"), 0)
    setting = Setting(suppose=interpreter.levels(tree, _SUPPOSE), turns=interpreter.turns(tree))
    interpreter.finish()
    return setting


def resolve_inputs(text: str, names: Names) -> tuple[tuple[str, Quantity], ...]:
    """Read ``us.deal = 0 and us.tempo = monthly``, sorted by id. Raises Slipped with everything wrong in them."""
    interpreter = SettingResolver(names, text)
    inputs = interpreter.inputs(parse(text, "inputs"))
    interpreter.finish()
    return inputs


class SettingResolver(ConditionResolver):
    """Syntax trees of settings to what they mean; what is wrong is collected in ``slips``."""

    def __init__(self, names: Names, text: str) -> None:
        super().__init__(names)
        self.text = text

    def finish(self) -> None:
        """Raise Slipped with everything that is wrong, if anything is."""
        if self.slips:
            raise Slipped(*self.slips)

    def levels(self, tree: Syntax, what: str) -> Levels:
        """Equalities of levers and policies joined by ``and``."""
        found: dict[str, int] = {}
        for part in trees_of(tree) if tree.data == "both" else [tree]:
            if part.data == "name" and (policy := self.names.policies.get(str(leaf_of(part, 0)))) is not None:
                pairs: Iterable[tuple[str, int]] = policy.hold
                if policy.then and what != _SUPPOSE:
                    self.slip_at(part, f"The policy {policy.id} has rules by date.", "Write the levels themselves.")
            elif part.data == "comparison" and part.children[1] == "=":
                lever = self.lever(leaf_of(part, 0))
                level = self.level(lever, leaf_of(part, 2)) if lever else None
                pairs = [(lever.id, level)] if lever and level is not None else []
            elif part.data == "name" and self.names.doubts(str(leaf_of(part, 0))):
                self._hold_back(leaf_of(part, 0))
            else:
                self.slip_at(part, f"{what.capitalize()} takes levels of levers, not an outcome.", _NAME_LEVERS)
                continue
            for lever_id, index in pairs:
                if found.setdefault(lever_id, index) != index:
                    self.slip_at(part, f"{lever_id} is given two levels.", "Keep one.")
        return tuple(sorted(found.items()))

    def inputs(self, tree: Syntax) -> tuple[tuple[str, Quantity], ...]:
        """Inputs and what they are set to, sorted by id."""
        found: dict[str, Quantity] = {}
        for item in trees_of(tree):
            token, written = leaf_of(item, 0), leaf_of(item, 1)
            name = str(token)
            if name in found:
                self.slip(token, f"The input '{name}' is here twice.", "Keep one.")
            domain = self.names.inputs.get(name)
            if domain is None:
                self.miss(token, "input", self.names.inputs)
            elif isinstance(domain, tuple):
                if str(written) in domain:
                    found[name] = Quantity("fixed", (float(domain.index(str(written))),), text=str(written))
                else:
                    self.miss(written, "reading", domain)
            else:
                try:
                    found[name] = read_quantity(str(written), domain)
                except Slipped as slipped:
                    start = written.start_pos or 0
                    self.slips.extend(Slip(start + slip.offset, slip.message, slip.cure) for slip in slipped.slips)
        return tuple(sorted(found.items()))

    def setting(self, parts: list[Syntax]) -> Setting:
        """All suffixes of a measurement, each of them at most once."""
        found: dict[str, Syntax] = {}
        for part in parts:
            if part.data in ("suppose", "from", "with", "believed"):
                if part.data in found:
                    cure = "Name one actor." if part.data == "believed" else "Join its parts by 'and'."
                    self.slip_at(part, f"'{part.data}' is here twice.", cure)
                found[part.data] = part
        return Setting(
            suppose=self.levels(child_of(found["suppose"], 0), _SUPPOSE) if "suppose" in found else (),
            turns=self.turns(child_of(found["suppose"], 0)) if "suppose" in found else (),
            start=self.levels(child_of(found["from"], 0), "'from'") if "from" in found else (),
            inputs=self.inputs(found["with"]) if "with" in found else (),
            believed=self.actor(leaf_of(found["believed"], 0)) if "believed" in found else "",
        )

    def turns(self, tree: Syntax) -> tuple[Turn, ...]:
        """The rules of the policies supposed, in order of time."""
        found: dict[Turn, None] = {}
        for part in trees_of(tree) if tree.data == "both" else [tree]:
            policy = self.names.policies.get(str(leaf_of(part, 0))) if part.data == "name" else None
            for turn in policy.then if policy is not None else ():
                if any(other.on == turn.on and other != turn for other in found):
                    self.slip_at(part, f"Two policies have rules on {turn.on}.", "Suppose one of them.")
                found[turn] = None
        return tuple(sorted(found, key=lambda turn: turn.time))

    def actor(self, token: Token) -> str:
        """The id of an actor."""
        if str(token) not in self.names.actors:
            self.miss(token, "actor", self.names.actors)
        return str(token)

    def miss(self, token: Token, what: str, options: Iterable[str]) -> None:
        """Note that there is nothing of a name, unless the file has it wrong elsewhere."""
        if not self.names.doubts(str(token).partition(".")[0]):
            self.slip(token, f"No {what} '{token}'.", suggest(str(token), options))

    def slip_at(self, tree: Syntax, message: str, cure: str) -> None:
        """Note what is wrong with a part."""
        self.slips.append(Slip(tree.meta.start_pos if not tree.meta.empty else 0, message, cure))
