"""A conflict of GMCR+ as the text of a scenario: every option a lever with the levels no and yes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from detente import __version__
from detente.errors import Issue, ScenarioError
from detente.game.exchange.conflict import Conflict, DecisionMaker, Option, Pattern, Statement
from detente.game.exchange.naming import flatten, make_names
from detente.scenario.reader import loads
from detente.scenario.writer import quote

#: as scenarios have one and the files of GMCR+ have none
HORIZON = "12 months"
#: rules of a scenario before several share one; places of a ranking on one line
_MOST_RULES, _INLINE = 400, 16


@dataclass(frozen=True, slots=True)
class Transcript:
    """A scenario's text, and what of the source it does not keep."""

    text: str
    remarks: tuple[str, ...]


def transcribe(conflict: Conflict, *, source: str, title: str, as_of: date) -> Transcript:
    """Write a conflict as a scenario that loads.

    ``source`` is the file it comes from, ``title`` what it is called where it does not say. Raises ScenarioError when
    a scenario cannot hold it.
    """
    writer = _Writer(conflict)
    remarks = (
        *conflict.remarks,
        f"The file has no dates: the model starts on {as_of} and ends after {HORIZON}.",
        *([writer.tell_status_quo()] if conflict.now is None else []),
    )
    remarks = tuple(flatten(remark) for remark in remarks)
    shown = flatten(title if not conflict.title else conflict.title) or "A conflict"
    version = f" {flatten(conflict.version)[:20]}" if conflict.version else ""
    lines = [
        f"# Imported by Detente {__version__} from {flatten(source)}, a conflict of GMCR+{version}.",
        *(f"# - {remark}" for remark in remarks),
        "detente: 1",
        f"title: {quote(shown)}",
        f"as_of: {as_of.isoformat()}",
        f"horizon: {HORIZON}",
        *writer.lines(),
    ]
    text = "\n".join(lines) + "\n"
    try:
        loads(text)
    except ScenarioError as error:
        first = error.issues[0]
        message = f"No scenario holds this conflict: at {first.path or 'the file'} {first.message}"
        raise ScenarioError([Issue(source, 0, 0, "", message, "Simplify the conflict in GMCR+.")]) from None
    return Transcript(text, remarks)


class _Writer:
    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        self.actors = make_names([maker.name for maker in conflict.makers], "actor")
        #: of each option its lever as ``actor.lever``
        self.levers = [""] * len(conflict.options)
        for actor, maker in zip(self.actors, conflict.makers, strict=True):
            names = make_names([conflict.options[k].name for k in maker.options], "option")
            for k, name in zip(maker.options, names, strict=True):
                self.levers[k] = f"{actor}.{name}"
        self.states = np.flatnonzero(conflict.feasible)
        self.now = self._find_status_quo()
        self.prefix = self._find_prefix()

    def lines(self) -> Iterator[str]:
        ranked = False
        yield "actors:"
        for actor, maker in zip(self.actors, self.conflict.makers, strict=True):
            yield f"  {quote(actor)}:"
            yield f"    name: {quote(flatten(maker.name))}"
            if maker.options:
                yield "    levers:"
                yield from (f"      {self._write_lever(k, self.conflict.options[k])}" for k in maker.options)
            yield from (f"    {line}" for line in self._write_preferences(maker))
            ranked = ranked or maker.ranking is not None
        if ranked:
            yield "conditions: # the feasible states by their number in GMCR+"
            for number, state in enumerate(self.states, start=1):
                whole = tuple((k, bool(state >> k & 1)) for k in range(len(self.levers)))
                yield f"  {self.prefix}{number}: {self._write_pattern(whole)}"
        rules = list(self._write_rules())
        if rules:
            yield "rules:"
            yield from (f"  - forbid: {rule}" for rule in rules)

    def tell_status_quo(self) -> str:
        """The state taken as today's, as a sentence."""
        options = self.conflict.options
        taken = [options[k].name for k in range(len(options)) if self.now >> k & 1]
        told = f"where {', '.join(taken)} {'is' if len(taken) == 1 else 'are'} taken" if taken else "without any option"
        return f"The file has no status quo: the feasible state {told} stands for it."

    def _find_status_quo(self) -> int:
        """What the file says, else the feasible state nearest to no option taken but those only ever dropped."""
        if self.conflict.now is not None:
            return int(self.states[self.conflict.now - 1])
        start = sum(1 << k for k, option in enumerate(self.conflict.options) if option.direction == "back")
        return int(self.states[np.argmin(np.bitwise_count(self.states ^ start))])

    def _find_prefix(self) -> str:
        """A prefix of state names that no actor's or lever's name has."""
        names = [*self.actors, *(lever.partition(".")[2] for lever in self.levers)]
        prefix = "s"
        while any(re.fullmatch(rf"{prefix}\d+", name) for name in names):
            prefix += "s"
        return prefix

    def _write_lever(self, place: int, option: Option) -> str:
        parts = [f"label: {quote(flatten(option.name))}", "levels: [no, yes]"]
        parts += ["now: yes"] if self.now >> place & 1 else []
        # What is dropped for good cannot be taken up again: the level no cannot be left.
        parts += {"both": [], "fwd": ["one_way: true"], "back": ["one_way: [no]"]}[option.direction]
        return f"{quote(self.levers[place].partition('.')[2])}: {{{', '.join(parts)}}}"

    def _write_preferences(self, maker: DecisionMaker) -> Iterator[str]:
        if maker.ranking is not None:
            places = [", ".join(f"{self.prefix}{state}" for state in line) for line in maker.ranking]
            places = [f"[{names}]" if "," in names else names for names in places]
            if len(places) <= _INLINE:
                yield f"ranking: [{', '.join(places)}] # best first"
            else:
                yield "ranking: # best first"
                yield from (f"  - {names}" for names in places)
        elif maker.priorities:
            yield "priorities: # most important first"
            yield from (f"  - {self._write_statement(statement)}" for statement in maker.priorities)
        else:
            yield "priorities: []"

    def _write_rules(self) -> Iterator[str]:
        """What cannot be, one pattern to a rule, or several where a scenario would have too many rules."""
        patterns = [self._write_pattern(pattern) for pattern in self.conflict.infeasible]
        size = -(-len(patterns) // _MOST_RULES)
        for first in range(0, len(patterns), size or 1):
            group = patterns[first : first + size]
            yield " or ".join(f"({pattern})" for pattern in group) if len(group) > 1 else group[0]

    def _write_statement(self, statement: Statement) -> str:
        if len(statement) == 1:
            return self._write_pattern(statement[0])
        return " or ".join(f"({self._write_pattern(pattern)})" for pattern in statement)

    def _write_pattern(self, pattern: Pattern) -> str:
        return " and ".join(f"{self.levers[k]} = {'yes' if taken else 'no'}" for k, taken in pattern)
